/*
 * scoring/node_check.c
 *
 * What the readers of JSON forms have in common: kinds, keys and texts.
 */
#include <string.h>

#include "scoring/document.h"
#include "scoring/limits.h"

/* Writes the words with commas between, as many as fit, and returns the list. */
const char *
list_words(const char *const *words, int count, char list[WORD_LIST_SIZE])
{
	size_t		used = 0;

	list[0] = '\0';
	for (int i = 0; i < count; i++)
	{
		size_t		length = strlen(words[i]);

		if (length == 0 || used + length + 3 > WORD_LIST_SIZE)
			continue;
		if (used > 0)
		{
			memcpy(list + used, ", ", 2);
			used += 2;
		}
		memcpy(list + used, words[i], length + 1);
		used += length;
	}
	return list;
}

/* Checks the kind of a node. */
bool
check_kind(const JsonNode *node, NodeKind kind, Problem *problem)
{
	if (node->kind == kind)
		return true;
	return node_problem(node, problem, PROBLEM_SYNTAX, "must be %s, not %s",
						node_kind_name(kind), node_kind_name(node->kind));
}

/* Checks that a node is an object with no other keys than those listed. */
bool
check_keys(const JsonNode *object, const char *const *keys, int count, Problem *problem)
{
	if (!check_kind(object, NODE_OBJECT, problem))
		return false;
	for (const JsonNode *node = object->first; node != NULL; node = node->next)
	{
		char		list[WORD_LIST_SIZE];
		bool		found = false;

		for (int i = 0; i < count && !found; i++)
			found = text_equal(node->name, text_of(keys[i]));
		if (found)
			continue;
		node_problem(object, problem, PROBLEM_SYNTAX, "unknown key \"%.*s\"",
					 (int) node->name.length, node->name.bytes);
		return problem_hint(problem, "Known keys are %s.", list_words(keys, count, list));
	}
	return true;
}

/* Reads a text of limited length; leaves it as it is where the key is absent. */
bool
read_text(const JsonNode *object, const char *key, int limit, Text *text, Problem *problem)
{
	const JsonNode *node = node_member(object, key);

	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_STRING, problem))
		return false;
	if (node->text.length > (uint32_t) limit)
		return node_problem(node, problem, PROBLEM_LIMIT, "has %u bytes, more than %d",
							(unsigned) node->text.length, limit);
	*text = node->text;
	return true;
}

/* Reads a name: a text that is not empty. */
bool
read_name(const JsonNode *object, const char *key, bool required, Text *text, Problem *problem)
{
	const JsonNode *node = node_member(object, key);

	if (node == NULL && required)
		return node_problem(object, problem, PROBLEM_SYNTAX, "key \"%s\" is missing", key);
	if (!read_text(object, key, LIMIT_LABEL, text, problem))
		return false;
	if (node != NULL && text->length == 0)
		return node_problem(node, problem, PROBLEM_SYNTAX, "must not be empty");
	return true;
}
