/*
 * test/core/json.h
 *
 * PostgreSQL's JSON parser in front of the core's documents, without a server;
 * needs libpgcommon and libpgport.
 */
#ifndef CREDENCE_TEST_JSON_H
#define CREDENCE_TEST_JSON_H

#include "postgres_fe.h"

#include <setjmp.h>

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "scoring/document.h"

/* What the actions share; where one fails, the parse is left by a jump. */
typedef struct JsonFeed
{
	DocumentBuilder builder;
	jmp_buf		failed;
} JsonFeed;

/* From 16 on, actions return whether to go on. */
#if PG_VERSION_NUM >= 160000
typedef JsonParseErrorType JsonActionResult;
#define JSON_ACTION_DONE return JSON_SUCCESS
#else
typedef void JsonActionResult;
#define JSON_ACTION_DONE return
#endif

static void
json_feed(JsonFeed *feed, bool taken)
{
	if (!taken)
		longjmp(feed->failed, 1);
}

static JsonActionResult
json_object_start(void *state)
{
	json_feed(state, document_open(&((JsonFeed *) state)->builder, NODE_OBJECT));
	JSON_ACTION_DONE;
}

static JsonActionResult
json_array_start(void *state)
{
	json_feed(state, document_open(&((JsonFeed *) state)->builder, NODE_ARRAY));
	JSON_ACTION_DONE;
}

static JsonActionResult
json_end(void *state)
{
	document_close(&((JsonFeed *) state)->builder);
	JSON_ACTION_DONE;
}

static JsonActionResult
json_key(void *state, char *key, bool isnull)
{
	json_feed(state, document_key(&((JsonFeed *) state)->builder, key));
	JSON_ACTION_DONE;
}

static JsonActionResult
json_scalar(void *state, char *token, JsonTokenType type)
{
	NodeKind	kind = type == JSON_TOKEN_STRING ? NODE_STRING :
		type == JSON_TOKEN_NUMBER ? NODE_NUMBER :
		type == JSON_TOKEN_TRUE || type == JSON_TOKEN_FALSE ? NODE_BOOLEAN : NODE_NULL;

	json_feed(state, document_scalar(&((JsonFeed *) state)->builder, kind, token));
	JSON_ACTION_DONE;
}

/* Returns the document of a JSON text, or NULL and a problem. */
static JsonNode *
json_document(Text text, const Arena *arena, Problem *problem)
{
	/* static: what setjmp saved must not be in a register when it is needed */
	static JsonFeed feed;
	JsonLexContext *lex;
	JsonSemAction actions;

	document_begin(&feed.builder, arena, problem);
	memset(&actions, 0, sizeof(actions));
	actions.semstate = &feed;
	actions.object_start = json_object_start;
	actions.object_end = json_end;
	actions.array_start = json_array_start;
	actions.array_end = json_end;
	actions.object_field_start = json_key;
	actions.scalar = json_scalar;
	if (setjmp(feed.failed) != 0)
		return NULL;
#if PG_VERSION_NUM >= 170000
	lex = makeJsonLexContextCstringLen(NULL, text.bytes, text.length, PG_UTF8, true);
#else
	lex = makeJsonLexContextCstringLen((char *) text.bytes, (int) text.length, PG_UTF8, true);
#endif
	if (pg_parse_json(lex, &actions) != JSON_SUCCESS)
	{
		problem_set(problem, PROBLEM_SYNTAX, "line %d is not JSON", lex->line_number);
		return NULL;
	}
	return feed.builder.root;
}

#endif							/* CREDENCE_TEST_JSON_H */
