/*
 * test/core/test_document.c
 *
 * Documents built from events: the tree, the paths in messages, and what is
 * refused on the way.
 */
#include "scoring/limits.h"
#include "test/core/events.h"

/* The path of a node, as a message gives it. */
static const char *
path_of(const JsonNode *node)
{
	static Problem problem;

	node_problem(node, &problem, PROBLEM_SYNTAX, "here");
	return problem.message;
}

static void
test_tree(void)
{
	JsonNode   *root;
	JsonNode   *list;

	begin_object();
	put_string("name", "n");
	open_value("list", NODE_ARRAY);
	put_token(NULL, "1.50");
	open_value(NULL, NODE_OBJECT);
	put_boolean("yes", true);
	put_boolean("no", false);
	open_value("deep", NODE_ARRAY);
	close_value();
	close_value();
	close_value();
	put_string("last", "");
	close_value();
	root = events_builder.root;
	ok(events_taken && root->kind == NODE_OBJECT && root->count == 3 && root->parent == NULL, "the outermost object");
	ok(node_member(root, "name")->kind == NODE_STRING && text_equal(node_member(root, "name")->text, text_of("n")), "a string");
	ok(node_member(root, "nothing") == NULL && node_member(root, "nam") == NULL, "what is not there");
	list = node_member(root, "list");
	ok(list->kind == NODE_ARRAY && list->count == 2 && list->first->number == 1.5 && text_equal(list->first->text, text_of("1.50")), "a number, and as it was written");
	ok(list->last->kind == NODE_OBJECT && list->last->index == 1 && node_member(list->last, "yes")->number == 1 && node_member(list->last, "no")->number == 0, "booleans");
	ok(root->last->text.length == 0 && root->last->next == NULL && root->first->next == list, "order");

	is_text(path_of(root), "here", "the path of the whole");
	is_text(path_of(node_member(root, "name")), "name: here", "of a member");
	is_text(path_of(list->first), "list[0]: here", "of an element");
	is_text(path_of(node_member(list->last, "yes")), "list[1].yes: here", "of a member of an element");
	is_text(path_of(node_member(list->last, "deep")), "list[1].deep: here", "of an array in it");
	is_text(node_kind_name(NODE_NULL), "null", "the name of null");
}

/* Paths that are too long are cut on the left, at a step; keys at a character. */
static void
test_long_paths(void)
{
	char		key[1000];
	char		expected[2000];

	begin_object();
	for (int i = 0; i < 256; i++)
		strcpy(key + 3 * i, "甲");
	open_value(key, NODE_OBJECT);
	put_token("x", "1");
	key[255] = '\0';					/* what is left of it: 85 characters */
	snprintf(expected, sizeof(expected), "%s.x: here", key);
	is_text(path_of(events_builder.root->first->first), expected, "a key is cut where a character begins");

	begin_object();
	memset(key, 'k', 200);
	key[200] = '\0';
	open_value(key, NODE_OBJECT);
	key[0] = '1';
	open_value(key, NODE_OBJECT);
	key[0] = '2';
	open_value(key, NODE_OBJECT);
	put_token("x", "1");
	key[0] = '1';
	snprintf(expected, sizeof(expected), ".%s.", key);
	key[0] = '2';
	snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s.x: here", key);
	is_text(path_of(events_builder.root->first->first->first->first), expected, "a path is cut on the left");
}

static void
test_refused(void)
{
	char		key[16];

	begin_object();
	put_string("a", "1");
	put_string("a", "2");
	ok(!events_taken && events_problem.kind == PROBLEM_SYNTAX, "a key that is there already");
	is_text(events_problem.message, "duplicate key \"a\"", "is named");

	begin_object();
	open_value("list", NODE_ARRAY);
	put_token(NULL, "1e100");
	put_token(NULL, "-1e100");
	ok(events_taken, "the largest numbers");
	put_token(NULL, "1.0000001e100");
	ok(!events_taken && events_problem.kind == PROBLEM_LIMIT, "and one beyond");
	is_text(events_problem.message, "list[2]: number 1.0000001e100 is beyond 1e+100", "is named as it was written");
	begin_object();
	put_token("x", "1e999");
	is_text(events_problem.message, "x: number 1e999 is beyond 1e+100", "one that no double holds");

	begin_object();
	for (int i = 1; i < LIMIT_JSON_DEPTH; i++)
		open_value(i == 1 ? "a" : NULL, NODE_ARRAY);
	ok(events_taken, "as deep as it may be");
	open_value(NULL, NODE_ARRAY);
	ok(!events_taken && events_problem.kind == PROBLEM_LIMIT, "and a level more");
	is_text(events_problem.message, "a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: nested deeper than 16 levels", "is named");

	/* levels that end do not count */
	begin_object();
	for (int i = 0; i < 1000; i++)
	{
		snprintf(key, sizeof(key), "k%d", i);
		open_value(key, NODE_OBJECT);
		close_value();
	}
	ok(events_taken, "a thousand levels one after the other");
	for (int i = 1000; i < LIMIT_TEXTS; i++)
	{
		snprintf(key, sizeof(key), "k%d", i);
		put_token(key, "1");
	}
	ok(events_taken, "as many keys as there may be");
	put_token("another", "1");
	ok(!events_taken && events_problem.kind == PROBLEM_LIMIT, "and one more");
	is_text(events_problem.message, "more than 1024 keys", "is refused");
}

int
main(void)
{
	test_tree();
	test_long_paths();
	test_refused();
	return done_testing();
}
