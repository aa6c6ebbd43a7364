/*
 * scoring/weighted.c
 *
 * Weighted values and their median; see weighted.h.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scoring/exactsum.h"
#include "scoring/weighted.h"

/* Whether a settled multiset is within the limit. */
bool
weighted_check_limit(const Multiset *set, Problem *problem)
{
	if (set->distinct > LIMIT_WEIGHTED_VALUES)
		return problem_set(problem, PROBLEM_LIMIT,
						   "a weighted median takes up to %d different pairs of value and weight",
						   LIMIT_WEIGHTED_VALUES);
	return true;
}

/* Adds a pair; see weighted.h for what is ignored and what is a problem. */
bool
weighted_add(Multiset *set, double value, double weight, const Arena *arena,
			 Problem *problem)
{
	if (isnan(value) || isnan(weight))
		return true;
	if (isinf(value))
		return problem_set(problem, PROBLEM_RANGE, "the value is infinite");
	if (isinf(weight))
		return problem_set(problem, PROBLEM_RANGE, "the weight is infinite");
	if (weight < 0)
		return problem_set(problem, PROBLEM_VALUE,
						   "weight %.17g: must be greater than or equal to zero", weight);
	if (weight == 0 || multiset_add_pair(set, value, weight, arena))
		return true;
	return weighted_check_limit(set, problem);
}

/* Adds all pairs of an image, or of another multiset that is settled. */
bool
weighted_merge(Multiset *set, int64_t distinct, const double *pair, const int64_t *count,
			   const Arena *arena, Problem *problem)
{
	int64_t		i;

	multiset_settle(set, arena);
	multiset_merge(set, distinct, pair, count, arena);

	/* each of the two was within the limit, so their sum did not overflow */
	for (i = 0; i < set->distinct; i++)
		if (set->count[i] > LIMIT_COUNT)
			return problem_set(problem, PROBLEM_LIMIT,
							   "a pair of value and weight is counted up to 2^53 times");
	return weighted_check_limit(set, problem);
}

/* The smallest value at which the weights so far reach half of all. */
bool
weighted_median(const Multiset *set, const Arena *arena, double *median)
{
	ExactSum	total = {0};
	ExactSum	excess = {0};	/* twice the weights so far, less all weights */
	ExactNumber number;
	int64_t		i;

	for (i = 0; i < set->distinct; i++)
		exactsum_add_product(&total, set->key[2 * i + 1], (double) set->count[i], arena);
	exactsum_number(&total, &number);
	exactsum_add_number(&excess, &number, true, arena);

	for (i = 0; i < set->distinct; i++)
	{
		double		value = set->key[2 * i];
		int			sign;

		arena_pause(arena, i);
		exactsum_add_product(&excess, set->key[2 * i + 1], 2 * (double) set->count[i], arena);
		if (i + 1 < set->distinct && set->key[2 * i + 2] == value)
			continue;
		sign = exactsum_sign(&excess);
		if (sign < 0)
			continue;
		*median = sign > 0 ? value : value / 2 + set->key[2 * i + 2] / 2;
		return true;
	}
	return false;
}

/* Bytes of the image of a settled multiset. */
size_t
weighted_image_size(const Multiset *set)
{
	return sizeof(WeightedValues) + set->distinct * (2 * sizeof(double) + sizeof(int64_t));
}

/* Writes that image; its length word is 0. */
void
weighted_image(const Multiset *set, WeightedValues *image)
{
	memset(image, 0, sizeof(*image));
	image->version = WEIGHTED_VERSION;
	image->distinct = set->distinct;
	if (set->distinct > 0)
	{
		memcpy(image->pair, set->key, set->distinct * 2 * sizeof(double));
		memcpy(image->pair + 2 * set->distinct, set->count, set->distinct * sizeof(int64_t));
	}
}

/* Appends the text of an image, such as {60:100, 70:300*2}. */
void
weighted_print(const WeightedValues *image, TextBuffer *buffer)
{
	const int64_t *count = weighted_counts(image);
	int64_t		i;

	buffer_append_character(buffer, '{');
	for (i = 0; i < image->distinct; i++)
	{
		char		times[32];

		if (i > 0)
			buffer_append_string(buffer, ", ");
		buffer_append_number(buffer, image->pair[2 * i]);
		buffer_append_character(buffer, ':');
		buffer_append_number(buffer, image->pair[2 * i + 1]);
		arena_pause(buffer->arena, i);
		if (count[i] > 1)
		{
			snprintf(times, sizeof(times), "*%lld", (long long) count[i]);
			buffer_append_string(buffer, times);
		}
	}
	buffer_append_character(buffer, '}');
}

/* Sets the problem of a text that goes wrong where the scanner stands. */
static bool
expected(const Scanner *scanner, const char *what, Problem *problem)
{
	Text		rest = scan_rest(scanner);

	if (rest.length == 0)
		return problem_set(problem, PROBLEM_SYNTAX, "expected %s at the end", what);
	return problem_set(problem, PROBLEM_SYNTAX, "expected %s at \"%.*s\"", what,
					   rest.length < 40 ? (int) rest.length : 40, rest.bytes);
}

/* Reads "value:weight" or "value:weight*count". */
static bool
parse_pair(Scanner *scanner, double pair[2], int64_t *count, Problem *problem)
{
	double		times = 1;

	scan_blanks(scanner);
	if (!scan_number(scanner, &pair[0]))
		return expected(scanner, "a value", problem);
	scan_blanks(scanner);
	if (!scan_character(scanner, ':'))
		return expected(scanner, "\":\" and a weight", problem);
	scan_blanks(scanner);
	if (!scan_number(scanner, &pair[1]))
		return expected(scanner, "a weight", problem);
	scan_blanks(scanner);
	if (scan_character(scanner, '*'))
	{
		scan_blanks(scanner);
		if (!scan_number(scanner, &times))
			return expected(scanner, "a count", problem);
	}
	if (!(times >= 1 && times <= (double) LIMIT_COUNT && times == floor(times)))
		return problem_set(problem, PROBLEM_SYNTAX,
						   "count %.17g: must be a whole number from 1 to 2^53", times);
	*count = (int64_t) times;
	return true;
}

/*
 * Checks the next pair of a text or a binary form, given the one before or
 * NULL: the weight is greater than zero, the order ascending.
 */
bool
weighted_check_pair(const double pair[2], const double *before, ProblemKind kind,
					Problem *problem)
{
	if (!isfinite(pair[0]) || !isfinite(pair[1]))
		return problem_set(problem, kind, "pair %.17g:%.17g: must be finite",
						   pair[0], pair[1]);
	if (!(pair[1] > 0))
		return problem_set(problem, kind, "weight %.17g: must be greater than zero", pair[1]);
	if (before != NULL && !(before[0] < pair[0] || (before[0] == pair[0] && before[1] < pair[1])))
		return problem_set(problem, kind,
						   "pair %.17g:%.17g: must come before %.17g:%.17g, and once only",
						   pair[0], pair[1], before[0], before[1]);
	return true;
}

/* Makes room for one pair more. */
static void
grow(Multiset *set, int64_t *capacity, const Arena *arena)
{
	double	   *key;
	int64_t    *count;

	if (set->distinct < *capacity)
		return;
	*capacity = 2 * *capacity + 64;
	key = arena_allocate(arena, *capacity * 2 * sizeof(double));
	count = arena_allocate(arena, *capacity * sizeof(int64_t));
	if (set->distinct > 0)
	{
		memcpy(key, set->key, set->distinct * 2 * sizeof(double));
		memcpy(count, set->count, set->distinct * sizeof(int64_t));
	}
	arena_release(arena, set->key);
	arena_release(arena, set->count);
	set->key = key;
	set->count = count;
}

/* Reads a text into a settled multiset. */
bool
weighted_parse(Text text, Multiset *set, const Arena *arena, Problem *problem)
{
	Scanner		scanner = scanner_of(text);
	int64_t		capacity = 0;

	multiset_init(set, 2);
	scan_blanks(&scanner);
	if (!scan_character(&scanner, '{'))
		return expected(&scanner, "\"{\"", problem);
	scan_blanks(&scanner);
	if (!scan_character(&scanner, '}'))
	{
		do
		{
			int64_t		last = set->distinct;

			grow(set, &capacity, arena);
			if (!parse_pair(&scanner, set->key + 2 * last, set->count + last, problem) ||
				!weighted_check_pair(set->key + 2 * last,
									 last > 0 ? set->key + 2 * (last - 1) : NULL,
									 PROBLEM_SYNTAX, problem))
				return false;
			set->distinct++;
			arena_pause(arena, set->distinct);
			if (!weighted_check_limit(set, problem))
				return false;
			scan_blanks(&scanner);
		} while (scan_character(&scanner, ','));
		if (!scan_character(&scanner, '}'))
			return expected(&scanner, "\",\" or \"}\"", problem);
	}
	scan_blanks(&scanner);
	if (!scan_at_end(&scanner))
		return expected(&scanner, "nothing more", problem);
	return true;
}
