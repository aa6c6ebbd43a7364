/*
 * scoring/norms_text.c
 *
 * The text form of norms: JSON, in which exact numbers are strings, so that no
 * tool rounds them on the way.
 *
 *   { "card": name, "fingerprint": 16 hexadecimal digits, "rows": n,
 *     "indicators": [ { "name", "standardise", "count",
 *                       "sum", "squares", "minimum", "maximum", "values" } ... ],
 *     "group_fingerprint", "group_rows", "groups": [ ... ] }
 *
 * The last three are there in norms of two steps. Of the figures of an item those
 * are there that its method needs: sums as in exactnumber.h, values as
 * "1, 2.5*3", 2.5 being there three times; the range where there is a value.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scoring/limits.h"
#include "scoring/population.h"

/* What an item may hold. */
static const char *const item_keys[] =
{"name", "standardise", "count", "sum", "squares", "minimum", "maximum", "values"};
static const char *const norms_keys[] =
{"card", "fingerprint", "rows", "indicators", "group_fingerprint", "group_rows", "groups"};

#define COUNT_OF(array) ((int) (sizeof(array) / sizeof((array)[0])))

/* Appends a key behind the one before. */
static void
print_key(TextBuffer *buffer, const char *key)
{
	buffer_append_string(buffer, ", \"");
	buffer_append_string(buffer, key);
	buffer_append_string(buffer, "\": ");
}

/* Appends a whole number. */
static void
print_count(TextBuffer *buffer, int64_t count)
{
	char		digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, count);
	buffer_append_string(buffer, digits);
}

/* Appends a fingerprint. */
static void
print_fingerprint(TextBuffer *buffer, uint64_t fingerprint)
{
	char		digits[24];

	snprintf(digits, sizeof(digits), "\"%016" PRIx64 "\"", fingerprint);
	buffer_append_string(buffer, digits);
}

/* Appends an exact number. */
static void
print_sum(TextBuffer *buffer, const char *key, const Norms *norms, uint32_t at)
{
	ExactNumber number;
	char		text[EXACT_TEXT_SIZE];

	norms_sum(norms, at, &number);
	exactnumber_print(&number, text);
	print_key(buffer, key);
	buffer_append_character(buffer, '"');
	buffer_append_string(buffer, text);
	buffer_append_character(buffer, '"');
}

/* Appends a number of any size. */
static void
print_bound(TextBuffer *buffer, const char *key, double bound)
{
	print_key(buffer, key);
	buffer_append_character(buffer, '"');
	buffer_append_number(buffer, bound);
	buffer_append_character(buffer, '"');
}

/* Appends the different values with their counts. */
static void
print_values(TextBuffer *buffer, const Norms *norms, const NormsItem *item)
{
	const double *value = norms_values(norms, item);
	const int64_t *upto = norms_upto(norms, item);

	print_key(buffer, "values");
	buffer_append_character(buffer, '"');
	for (uint32_t i = 0; i < item->values; i++)
	{
		int64_t		count = upto[i] - (i > 0 ? upto[i - 1] : 0);

		arena_pause(buffer->arena, i);
		if (i > 0)
			buffer_append_string(buffer, ", ");
		buffer_append_number(buffer, value[i]);
		if (count > 1)
		{
			buffer_append_character(buffer, '*');
			print_count(buffer, count);
		}
	}
	buffer_append_character(buffer, '"');
}

/* Appends items as an array. */
static void
print_items(TextBuffer *buffer, const Norms *norms, uint32_t first, uint32_t items)
{
	buffer_append_character(buffer, '[');
	for (uint32_t i = first; i < first + items; i++)
	{
		const NormsItem *item = &norms->item[i];
		const Standardise method = (Standardise) item->method;

		buffer_append_string(buffer, i > first ? ", {\"name\": " : "{\"name\": ");
		buffer_append_json(buffer, norms_text(norms, item->name));
		print_key(buffer, "standardise");
		buffer_append_json(buffer, text_of(standardise_name(method)));
		print_key(buffer, "count");
		print_count(buffer, item->count);
		if (method_needs_sum(method))
			print_sum(buffer, "sum", norms, item->sum_at);
		if (method_needs_squares(method))
			print_sum(buffer, "squares", norms, item->squares_at);
		if (method_needs_range(method) && item->count > 0)
		{
			print_bound(buffer, "minimum", item->minimum);
			print_bound(buffer, "maximum", item->maximum);
		}
		if (method_needs_values(method))
			print_values(buffer, norms, item);
		buffer_append_character(buffer, '}');
	}
	buffer_append_character(buffer, ']');
}

/* Appends the canonical text, which is JSON. */
void
norms_print(const Norms *norms, TextBuffer *buffer)
{
	buffer_append_string(buffer, "{\"card\": ");
	buffer_append_json(buffer, norms_text(norms, norms->card_name));
	print_key(buffer, "fingerprint");
	print_fingerprint(buffer, norms->indicator_fingerprint);
	print_key(buffer, "rows");
	print_count(buffer, norms->rows);
	print_key(buffer, "indicators");
	print_items(buffer, norms, 0, norms->indicator_items);
	if (norms->has_groups)
	{
		print_key(buffer, "group_fingerprint");
		print_fingerprint(buffer, norms->group_fingerprint);
		print_key(buffer, "group_rows");
		print_count(buffer, norms->group_rows);
		print_key(buffer, "groups");
		print_items(buffer, norms, norms->indicator_items, norms->group_items);
	}
	buffer_append_character(buffer, '}');
}

/* Finds a member that must be there. */
static bool
find_member(const JsonNode *object, const char *key, NodeKind kind, const JsonNode **node,
			Problem *problem)
{
	*node = node_member(object, key);
	if (*node == NULL)
		return node_problem(object, problem, PROBLEM_SYNTAX, "key \"%s\" is missing", key);
	return check_kind(*node, kind, problem);
}

/* Reads a count, at most the limit given. */
static bool
read_count(const JsonNode *object, const char *key, int64_t most, int64_t *count,
		   Problem *problem)
{
	const JsonNode *node;

	if (!find_member(object, key, NODE_NUMBER, &node, problem))
		return false;
	if (!(node->number >= 0 && node->number <= (double) most &&
		  node->number == floor(node->number)))
		return node_problem(node, problem, PROBLEM_SYNTAX,
							"must be a whole number from 0 to %" PRId64 ", not %.17g",
							most, node->number);
	*count = (int64_t) node->number;
	return true;
}

/* Reads a fingerprint. */
static bool
read_fingerprint(const JsonNode *object, const char *key, uint64_t *fingerprint,
				 Problem *problem)
{
	static const char digits[] = "0123456789abcdef";
	const JsonNode *node;

	if (!find_member(object, key, NODE_STRING, &node, problem))
		return false;
	*fingerprint = 0;
	for (uint32_t i = 0; i < 16; i++)
	{
		const char *digit = node->text.length != 16 ? NULL : strchr(digits, node->text.bytes[i]);

		if (digit == NULL || *digit == '\0')
			return node_problem(node, problem, PROBLEM_SYNTAX,
								"must be 16 hexadecimal digits in lower case");
		*fingerprint = *fingerprint << 4 | (uint64_t) (digit - digits);
	}
	return true;
}

/* Reads an exact number into a sum of nothing. */
static bool
read_sum(const JsonNode *object, const char *key, ExactSum *sum, const Arena *arena,
		 Problem *problem)
{
	const JsonNode *node;
	ExactNumber number;

	if (!find_member(object, key, NODE_STRING, &node, problem))
		return false;
	if (!exactnumber_parse(node->text.bytes, node->text.length, &number))
		return node_problem(node, problem, PROBLEM_SYNTAX,
							"must be an exact number such as -1a2bp-60, not \"%.40s\"",
							node->text.bytes);
	exactsum_add_number(sum, &number, false, arena);
	return true;
}

/* Reads a bound of the range. */
static bool
read_bound(const JsonNode *object, const char *key, double *bound, Problem *problem)
{
	const JsonNode *node;

	if (!find_member(object, key, NODE_STRING, &node, problem))
		return false;
	if (!text_to_number(node->text, bound))
		return node_problem(node, problem, PROBLEM_SYNTAX, "must be a number, not \"%.40s\"",
							node->text.bytes);
	return true;
}

/* Reads "value" or "value*count". */
static bool
read_value(Scanner *scanner, double *value, int64_t *count)
{
	double		times = 1;

	scan_blanks(scanner);
	if (!scan_number(scanner, value))
		return false;
	scan_blanks(scanner);
	if (scan_character(scanner, '*'))
	{
		scan_blanks(scanner);
		if (!scan_number(scanner, &times))
			return false;
		scan_blanks(scanner);
	}
	*count = times >= 1 && times <= (double) LIMIT_COUNT ? (int64_t) times : 0;
	return *count > 0 && times == (double) *count;
}

/* Reads values with their counts; how many can be told before by the commas. */
static bool
read_values(const JsonNode *object, Tally *tally, const Arena *arena, Problem *problem)
{
	const JsonNode *node;
	Scanner		scanner;
	int64_t		values = 1;
	double	   *value;
	int64_t    *count;

	if (!find_member(object, "values", NODE_STRING, &node, problem))
		return false;
	scanner = scanner_of(node->text);
	scan_blanks(&scanner);
	if (scan_at_end(&scanner))
		return true;
	for (uint32_t i = 0; i < node->text.length; i++)
		values += node->text.bytes[i] == ',';
	if (values > LIMIT_NORMS_VALUES)
		return node_problem(node, problem, PROBLEM_LIMIT, "has more than %d different values",
							LIMIT_NORMS_VALUES);
	value = arena_allocate(arena, values * sizeof(double));
	count = arena_allocate(arena, values * sizeof(int64_t));
	for (int64_t i = 0; i < values; i++)
	{
		Text		rest = scan_rest(&scanner);

		arena_pause(arena, i);
		if (!read_value(&scanner, &value[i], &count[i]) ||
			!(i == values - 1 ? scan_at_end(&scanner) : scan_character(&scanner, ',')))
			return node_problem(node, problem, PROBLEM_SYNTAX,
								"must be values such as \"1, 2.5*3\", but goes on with \"%.*s\"",
								rest.length < 40 ? (int) rest.length : 40, rest.bytes);
		if (i > 0 && value[i] <= value[i - 1])
			return node_problem(node, problem, PROBLEM_SYNTAX,
								"must be ascending, but %.17g comes after %.17g",
								value[i], value[i - 1]);
	}
	multiset_merge(&tally->values, values, value, count, arena);
	return true;
}

/* Reads which method an item is for. */
static bool
read_method(const JsonNode *object, uint8_t *method, Problem *problem)
{
	const JsonNode *node;

	if (!find_member(object, "standardise", NODE_STRING, &node, problem))
		return false;
	for (*method = STANDARDISE_NONE + 1; *method <= STANDARDISE_PERCENTILE; (*method)++)
		if (text_equal(node->text, text_of(standardise_name((Standardise) *method))))
			return true;
	return node_problem(node, problem, PROBLEM_SYNTAX, "\"%.40s\" is not a method",
						node->text.bytes);
}

/* Checks that a key is there if and only if the item needs it. */
static bool
check_needed(const JsonNode *object, const char *key, bool needed, Problem *problem)
{
	if (!needed && node_member(object, key) != NULL)
		return node_problem(node_member(object, key), problem, PROBLEM_SYNTAX,
							"does not belong to this method or count");
	return true;
}

/* Reads an item. Whether its figures can be true is population_check's. */
static bool
read_item(const JsonNode *object, int64_t rows, Tally *tally, const Arena *arena,
		  Problem *problem)
{
	Standardise method;
	bool		has_range;
	Text		name = {NULL, 0};
	int64_t		count;
	uint8_t		method_code;

	if (!check_keys(object, item_keys, COUNT_OF(item_keys), problem) ||
		!read_name(object, "name", true, &name, problem) ||
		!read_method(object, &method_code, problem) ||
		!read_count(object, "count", rows, &count, problem))
		return false;
	tally_init(tally, name, method_code, arena);
	tally->count = count;
	method = (Standardise) method_code;
	has_range = method_needs_range(method) && count > 0;
	return check_needed(object, "sum", method_needs_sum(method), problem) &&
		check_needed(object, "squares", method_needs_squares(method), problem) &&
		check_needed(object, "minimum", has_range, problem) &&
		check_needed(object, "maximum", has_range, problem) &&
		check_needed(object, "values", method_needs_values(method), problem) &&
		(!method_needs_sum(method) || read_sum(object, "sum", &tally->sum, arena, problem)) &&
		(!method_needs_squares(method) ||
		 read_sum(object, "squares", &tally->squares, arena, problem)) &&
		(!has_range || (read_bound(object, "minimum", &tally->minimum, problem) &&
						read_bound(object, "maximum", &tally->maximum, problem))) &&
		(!method_needs_values(method) || read_values(object, tally, arena, problem));
}

/* Reads the items of a step. */
static bool
read_items(const JsonNode *root, const char *key, uint32_t most, Population *population,
		   const Arena *arena, Problem *problem)
{
	const JsonNode *array;
	Tally	   *tally;

	if (!find_member(root, key, NODE_ARRAY, &array, problem))
		return false;
	if (array->count > most)
		return node_problem(array, problem, PROBLEM_LIMIT, "has %u entries, more than %u",
							(unsigned) array->count, (unsigned) most);
	population->tallies = array->count;
	population->tally = tally = arena_allocate(arena, array->count * sizeof(Tally));
	for (const JsonNode *node = array->first; node != NULL; node = node->next, tally++)
	{
		Problem		inner;

		if (!read_item(node, population->rows, tally, arena, problem))
			return false;
		if (!tally_check(tally, PROBLEM_SYNTAX, arena, &inner))
			return node_problem(node, problem, PROBLEM_SYNTAX, "%s", inner.message);
	}
	return population_check_limit(population, problem);
}

/* Builds norms from their JSON. */
bool
norms_build(const JsonNode *root, const Arena *arena, Norms **norms, Problem *problem)
{
	Population	population;
	Text		name = {NULL, 0};

	memset(&population, 0, sizeof(population));
	if (!check_keys(root, norms_keys, COUNT_OF(norms_keys), problem) ||
		!read_name(root, "card", true, &name, problem) ||
		!read_fingerprint(root, "fingerprint", &population.indicator_fingerprint, problem) ||
		!read_count(root, "rows", LIMIT_COUNT, &population.rows, problem))
		return false;
	population.card_name = name;
	if (!read_items(root, "indicators", LIMIT_INDICATORS, &population, arena, problem) ||
		!population_norms(&population, arena, norms, problem))
		return false;
	if (node_member(root, "groups") == NULL &&
		node_member(root, "group_rows") == NULL &&
		node_member(root, "group_fingerprint") == NULL)
		return true;
	population.base = *norms;
	return read_fingerprint(root, "group_fingerprint", &population.group_fingerprint, problem) &&
		read_count(root, "group_rows", LIMIT_COUNT, &population.rows, problem) &&
		read_items(root, "groups", LIMIT_GROUPS, &population, arena, problem) &&
		population_norms(&population, arena, norms, problem);
}
