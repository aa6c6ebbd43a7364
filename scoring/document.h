/*
 * scoring/document.h
 *
 * A JSON document as a small tree, built from the events of a JSON parser that
 * the caller brings. Every node knows its path, so that messages can name it.
 */
#ifndef CREDENCE_DOCUMENT_H
#define CREDENCE_DOCUMENT_H

#include "scoring/text.h"

typedef enum NodeKind
{
	NODE_OBJECT,
	NODE_ARRAY,
	NODE_STRING,
	NODE_NUMBER,
	NODE_BOOLEAN,
	NODE_NULL
} NodeKind;

typedef struct JsonNode
{
	NodeKind	kind;
	Text		name;			/* key within an object */
	uint32_t	index;			/* place within an array, from 0 */
	uint32_t	count;			/* children */
	Text		text;			/* of a string, or a number as it is written */
	double		number;			/* of a number; of a boolean 1 or 0 */
	struct JsonNode *parent;
	struct JsonNode *first;			/* first child */
	struct JsonNode *last;
	struct JsonNode *next;			/* next child of the same parent */
} JsonNode;

/* Takes the events; the root is there after the last. */
typedef struct DocumentBuilder
{
	const Arena *arena;
	Problem    *problem;
	JsonNode	   *root;
	JsonNode	   *open;			/* innermost object or array not yet ended */
	Text		key;			/* key of the value to come */
	uint32_t	depth;
} DocumentBuilder;

extern void document_begin(DocumentBuilder *builder, const Arena *arena, Problem *problem);
extern bool document_open(DocumentBuilder *builder, NodeKind kind);
extern void document_close(DocumentBuilder *builder);
extern bool document_key(DocumentBuilder *builder, const char *key);
extern bool document_scalar(DocumentBuilder *builder, NodeKind kind, const char *token);

extern JsonNode *node_member(const JsonNode *object, const char *name);
extern bool node_problem(const JsonNode *node, Problem *problem, ProblemKind kind,
						 const char *format,...)
			__attribute__((format(printf, 4, 5)));
extern const char *node_kind_name(NodeKind kind);

/* Leaves room for the words around a list in a hint. */
#define WORD_LIST_SIZE (PROBLEM_HINT_SIZE - 24)

/* node_check.c */
extern const char *list_words(const char *const *words, int count,
							  char list[WORD_LIST_SIZE]);
extern bool check_kind(const JsonNode *node, NodeKind kind, Problem *problem);
extern bool check_keys(const JsonNode *object, const char *const *keys, int count,
					   Problem *problem);
extern bool read_text(const JsonNode *object, const char *key, int limit, Text *text,
					  Problem *problem);
extern bool read_name(const JsonNode *object, const char *key, bool required, Text *text,
					  Problem *problem);

#endif							/* CREDENCE_DOCUMENT_H */
