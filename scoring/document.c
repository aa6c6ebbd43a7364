/*
 * scoring/document.c
 *
 * A JSON document as a small tree; see document.h.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scoring/document.h"
#include "scoring/limits.h"

/*
 * A path is cut on the left where it is longer, which keys alone can make it:
 * two of the longest names fit.
 */
#define PATH_SIZE (2 * LIMIT_LABEL + 16)

/* Starts an empty document. */
void
document_begin(DocumentBuilder *builder, const Arena *arena, Problem *problem)
{
	memset(builder, 0, sizeof(*builder));
	builder->arena = arena;
	builder->problem = problem;
}

/* Returns a new node, put in its place. */
static JsonNode *
add_node(DocumentBuilder *builder, NodeKind kind)
{
	JsonNode	   *parent = builder->open;
	JsonNode	   *node = arena_allocate(builder->arena, sizeof(JsonNode));

	memset(node, 0, sizeof(*node));
	node->kind = kind;
	node->parent = parent;
	if (parent == NULL)
		builder->root = node;
	else
	{
		if (parent->kind == NODE_OBJECT)
			node->name = builder->key;
		node->index = parent->count++;
		if (parent->last != NULL)
			parent->last->next = node;
		else
			parent->first = node;
		parent->last = node;
	}
	return node;
}

/* An object or array begins; fails where it is nested too deeply. */
bool
document_open(DocumentBuilder *builder, NodeKind kind)
{
	JsonNode	   *node = add_node(builder, kind);

	if (++builder->depth > LIMIT_JSON_DEPTH)
		return node_problem(node, builder->problem, PROBLEM_LIMIT,
							"nested deeper than %d levels", LIMIT_JSON_DEPTH);
	builder->open = node;
	return true;
}

/* The innermost object or array ends. */
void
document_close(DocumentBuilder *builder)
{
	builder->open = builder->open->parent;
	builder->depth--;
}

/* The key of the value to come; fails where the object has it already. */
bool
document_key(DocumentBuilder *builder, const char *key)
{
	builder->key = text_copy(builder->arena, text_of(key));
	/* looking for duplicates is quadratic, so the number of keys is limited */
	if (builder->open->count >= LIMIT_TEXTS)
		return node_problem(builder->open, builder->problem, PROBLEM_LIMIT,
							"more than %d keys", LIMIT_TEXTS);
	if (node_member(builder->open, key) != NULL)
		return node_problem(builder->open, builder->problem, PROBLEM_SYNTAX,
							"duplicate key \"%s\"", key);
	return true;
}

/* A value that is neither object nor array; the token is copied. */
bool
document_scalar(DocumentBuilder *builder, NodeKind kind, const char *token)
{
	JsonNode	   *node = add_node(builder, kind);

	node->text = text_copy(builder->arena, text_of(token));
	if (kind == NODE_BOOLEAN)
		node->number = strcmp(token, "true") == 0;
	if (kind == NODE_NUMBER &&
		(!text_to_number(node->text, &node->number) || fabs(node->number) > LIMIT_NUMBER))
		return node_problem(node, builder->problem, PROBLEM_LIMIT,
							"number %s is beyond %g", token, LIMIT_NUMBER);
	return true;
}

/* Returns the member of that name, or NULL. */
JsonNode *
node_member(const JsonNode *object, const char *name)
{
	for (JsonNode *node = object->first; node != NULL; node = node->next)
		if (text_equal(node->name, text_of(name)))
			return node;
	return NULL;
}

/* Writes the path of a node, such as indicators[3].weight, and returns its start. */
static const char *
node_path(const JsonNode *node, char *path)
{
	size_t		start = PATH_SIZE - 1;

	path[start] = '\0';
	for (; node->parent != NULL; node = node->parent)
	{
		char		step[LIMIT_LABEL + 2];
		size_t		length;

		if (node->parent->kind == NODE_ARRAY)
			snprintf(step, sizeof(step), "[%u]", (unsigned) node->index);
		else
		{
			Text		key = text_start(node->name, LIMIT_LABEL);

			snprintf(step, sizeof(step), "%s%.*s",
					 node->parent->parent == NULL ? "" : ".",
					 (int) key.length, key.bytes);
		}
		length = strlen(step);
		if (length > start)
			break;
		start -= length;
		memcpy(path + start, step, length);
	}
	return path + start;
}

/* Fills the problem with the path of the node before the message; returns false. */
bool
node_problem(const JsonNode *node, Problem *problem, ProblemKind kind,
			 const char *format,...)
{
	char		path[PATH_SIZE];
	char		message[PROBLEM_MESSAGE_SIZE];
	const char *place = node_path(node, path);
	va_list		arguments;

	va_start(arguments, format);
	problem_format(message, sizeof(message), format, arguments);
	va_end(arguments);
	return problem_set(problem, kind, "%s%s%s", place, *place ? ": " : "", message);
}

/* Returns what a kind of value is called in messages. */
const char *
node_kind_name(NodeKind kind)
{
	switch (kind)
	{
		case NODE_OBJECT:
			return "an object";
		case NODE_ARRAY:
			return "an array";
		case NODE_STRING:
			return "a string";
		case NODE_NUMBER:
			return "a number";
		case NODE_BOOLEAN:
			return "a boolean";
		case NODE_NULL:
			break;
	}
	return "null";
}
