/*
 * functions/json.c
 *
 * PostgreSQL's JSON parser feeds the core's document builder; see json.h.
 */
#include "functions/json.h"

#include "common/jsonapi.h"
#include "functions/value_io.h"
#include "mb/pg_wchar.h"

/* What the actions share. */
typedef struct Feed
{
	DocumentBuilder builder;
	Problem		problem;
	const char *type_name;
	struct Node *escontext;
} Feed;

/*
 * From 16 on, actions say whether to go on; before, they can only throw, which
 * is right there, since soft errors came with 16 too.
 */
#if PG_VERSION_NUM >= 160000
typedef JsonParseErrorType ActionResult;
#define ACTION_GO_ON return JSON_SUCCESS
#define ACTION_STOP return JSON_SEM_ACTION_FAILED
#else
typedef void ActionResult;
#define ACTION_GO_ON return
#define ACTION_STOP return
#endif

/* Goes on where the builder took the event, else reports its problem. */
#define FEED(event) \
	do { \
		Feed	   *feed = state; \
		if (event) \
			ACTION_GO_ON; \
		report_input_problem(&feed->problem, feed->type_name, feed->escontext); \
		ACTION_STOP; \
	} while (0)

static ActionResult
feed_object_start(void *state)
{
	FEED(document_open(&feed->builder, NODE_OBJECT));
}

static ActionResult
feed_array_start(void *state)
{
	FEED(document_open(&feed->builder, NODE_ARRAY));
}

static ActionResult
feed_end(void *state)
{
	document_close(&((Feed *) state)->builder);
	ACTION_GO_ON;
}

static ActionResult
feed_key(void *state, char *key, bool isnull)
{
	FEED(document_key(&feed->builder, key));
}

/* Returns the core's name for the kind of a scalar. */
static NodeKind
scalar_kind(JsonTokenType token_type)
{
	switch (token_type)
	{
		case JSON_TOKEN_STRING:
			return NODE_STRING;
		case JSON_TOKEN_NUMBER:
			return NODE_NUMBER;
		case JSON_TOKEN_TRUE:
		case JSON_TOKEN_FALSE:
			return NODE_BOOLEAN;
		default:
			return NODE_NULL;
	}
}

static ActionResult
feed_scalar(void *state, char *token, JsonTokenType token_type)
{
	FEED(document_scalar(&feed->builder, scalar_kind(token_type), token));
}

/* Returns the document of a JSON text, or NULL where a soft error was reported. */
JsonNode *
parse_json(Text text, const char *type_name, struct Node *escontext)
{
	JsonLexContext *lex;
	JsonParseErrorType result;
	Feed		feed;
	JsonSemAction actions = {0};

	feed.type_name = type_name;
	feed.escontext = escontext;
	document_begin(&feed.builder, &server_arena, &feed.problem);
	actions.semstate = &feed;
	actions.object_start = feed_object_start;
	actions.object_end = feed_end;
	actions.array_start = feed_array_start;
	actions.array_end = feed_end;
	actions.object_field_start = feed_key;
	actions.scalar = feed_scalar;
#if PG_VERSION_NUM >= 170000
	lex = makeJsonLexContextCstringLen(NULL, unconstify(char *, text.bytes),
									   (int) text.length, GetDatabaseEncoding(), true);
#else
	lex = makeJsonLexContextCstringLen(unconstify(char *, text.bytes), (int) text.length,
									   GetDatabaseEncoding(), true);
#endif
	result = pg_parse_json(lex, &actions);
	if (result == JSON_SUCCESS)
		return feed.builder.root;
#if PG_VERSION_NUM >= 160000
	if (result == JSON_SEM_ACTION_FAILED)
		return NULL;
#endif
	ereturn(escontext, NULL,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input for type %s: line %d is not JSON",
					type_name, lex->line_number),
			 errdetail("%s", json_errdetail(result, lex))));
}
