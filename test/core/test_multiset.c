/*
 * test/core/test_multiset.c
 *
 * Multisets against plain sorting, and the weighted median against its
 * definition.
 */
#include <float.h>
#include <math.h>

#include "scoring/weighted.h"
#include "test/core/random.h"
#include "test/core/tap.h"

static void
release(void *context, void *memory)
{
	free(memory);
}

/* What grows gives its memory back, as in the server. */
static const Arena arena = {tap_allocate, NULL, release};

static int
compare_doubles(const void *one, const void *other)
{
	double		a = *(const double *) one;
	double		b = *(const double *) other;

	return (a > b) - (a < b);
}

/* Whether two settled multisets are the same bytes. */
static bool
same_multiset(const Multiset *one, const Multiset *other)
{
	return one->width == other->width && one->distinct == other->distinct &&
		(one->distinct == 0 ||
		 (memcmp(one->key, other->key, one->distinct * one->width * sizeof(double)) == 0 &&
		  memcmp(one->count, other->count, one->distinct * sizeof(int64_t)) == 0));
}

/* Values of a kind: expanded again they are the sorted input; parts merge to the whole. */
static void
test_values(int kind, int keys)
{
	double	   *value = malloc(keys * sizeof(double));
	Multiset	whole;
	Multiset	part[4];
	Multiset	merged;
	bool		same = true;
	int			k = 0;

	multiset_init(&whole, 1);
	multiset_init(&merged, 1);
	for (int i = 0; i < 4; i++)
		multiset_init(&part[i], 1);
	for (int i = 0; i < keys; i++)
	{
		value[i] = random_double(kind);
		if (value[i] == 0 && i % 2)
			value[i] = -0.0;
		multiset_add(&whole, value[i], &arena);
	}
	for (int i = keys - 1; i >= 0; i--)
		multiset_add(&part[random_below(4)], value[i], &arena);
	multiset_settle(&whole, &arena);
	for (int i = 0; i < 4; i++)
	{
		multiset_settle(&part[i], &arena);
		multiset_merge(&merged, part[i].distinct, part[i].key, part[i].count, &arena);
	}
	ok(same_multiset(&whole, &merged), "%d values of kind %d, in parts", keys, kind);

	qsort(value, keys, sizeof(double), compare_doubles);
	for (int64_t i = 0; i < whole.distinct; i++)
	{
		same = same && (i == 0 || whole.key[i - 1] < whole.key[i]) && !signbit(whole.key[i] + 0.0 == 0 ? whole.key[i] : 1);
		for (int64_t j = 0; j < whole.count[i]; j++, k++)
			same = same && k < keys && value[k] == whole.key[i];
	}
	ok(same && k == keys, "they are the values, sorted and counted");
	free(value);
}

/* The median by its definition on whole weights: each value repeated weight times. */
static double
median_of_repeated(int pairs, double pair[][2])
{
	static double value[100000];
	int			values = 0;

	for (int i = 0; i < pairs; i++)
		for (int j = 0; j < (int) pair[i][1]; j++)
			value[values++] = pair[i][0];
	qsort(value, values, sizeof(double), compare_doubles);
	return value[(values - 1) / 2] / 2 + value[values / 2] / 2;
}

/* The weighted median of pairs in any order. */
static bool
median_of(int pairs, double pair[][2], double *median)
{
	Multiset	set;
	Problem		problem;

	multiset_init(&set, 2);
	for (int i = 0; i < pairs; i++)
		if (!weighted_add(&set, pair[i][0], pair[i][1], &arena, &problem))
			return ok(false, "%s", problem.message);
	multiset_settle(&set, &arena);
	return weighted_median(&set, &arena, median);
}

static void
test_median(void)
{
	double		comar[][2] = {{90, 100}, {60, 100}, {70, 300}};
	double		half[][2] = {{1, 2}, {5, 1}, {3, 1}};
	double		one[][2] = {{7, 0.25}};
	double		huge[][2] = {{1, DBL_MAX}, {2, DBL_MAX}, {4, DBL_MAX}, {8, DBL_MAX}};
	double		tilted[][2] = {{1, 1}, {2, 0x1p-1074}, {3, 1}};
	double		tenths[][2] = {{1, 0.1}, {2, 0.2}, {3, 0.3}};
	double		missing[][2] = {{NAN, 1}, {1, NAN}, {2, 0}, {NAN, -1}, {-HUGE_VAL, NAN}};
	double		median = -1;

	ok(median_of(3, comar, &median), "there is a median");
	is_bits(median, 70, "W16: values (60,70,90) with days (100,300,100)");
	median_of(3, half, &median);
	is_bits(median, 2, "at exactly half, the mean of both");
	median_of(1, one, &median);
	is_bits(median, 7, "one value");
	median_of(4, huge, &median);
	is_bits(median, 3, "weights whose sum no double holds");
	median_of(3, tilted, &median);
	is_bits(median, 2, "the smallest weight tilts it");
	median_of(3, tenths, &median);
	is_bits(median, 2, "the doubles 0.1 and 0.2 are together more than the double 0.3");
	ok(!median_of(5, missing, &median), "nothing but missing values has no median");
	ok(!median_of(0, NULL, &median), "nothing has no median");

	for (int round = 0; round < 200; round++)
	{
		double		pair[60][2];
		int			pairs = 1 + (int) random_below(60);
		int			values = 1 + (int) random_below(20);
		double		expected;

		for (int i = 0; i < pairs; i++)
		{
			pair[i][0] = (double) random_below(values) - 5;
			pair[i][1] = 1 + (double) random_below(round % 3 == 0 ? 1 : 6);
		}
		expected = median_of_repeated(pairs, pair);
		if (!median_of(pairs, pair, &median) || median != expected)
			ok(false, "round %d: %g, expected %g", round, median, expected);
	}
	ok(true, "whole weights repeat their value");
}

/* A text that cannot be read. */
static void
refused(const char *text, const char *message)
{
	Multiset	set;
	Problem		problem;

	if (weighted_parse(text_of(text), &set, &arena, &problem))
		ok(false, "%s is refused", text);
	else
		is_text(problem.message, message, text);
}

/* A text that is read and printed. */
static void
printed(const char *text, const char *expected)
{
	Multiset	set;
	Problem		problem;
	TextBuffer	buffer;
	WeightedValues *image;

	if (!weighted_parse(text_of(text), &set, &arena, &problem))
	{
		ok(false, "%s: %s", text, problem.message);
		return;
	}
	image = malloc(weighted_image_size(&set));
	weighted_image(&set, image);
	buffer_init(&buffer, &arena);
	weighted_print(image, &buffer);
	is_text(buffer.bytes, expected, text);
	free(image);
}

static void
test_text(void)
{
	printed("{}", "{}");
	printed("  { } ", "{}");
	printed("{60:100, 70:300*2, 90:100}", "{60:100, 70:300*2, 90:100}");
	printed("{ 60 : 1e2 , 70:300 * 2,90:100*1 }", "{60:100, 70:300*2, 90:100}");
	printed("{-1e308:5e-324*9007199254740992}", "{-1e+308:5e-324*9007199254740992}");
	printed("{-0:1}", "{0:1}");
	refused("", "expected \"{\" at the end");
	refused("x", "expected \"{\" at \"x\"");
	refused("{", "expected a value at the end");
	refused("{,}", "expected a value at \",}\"");
	refused("{1}", "expected \":\" and a weight at \"}\"");
	refused("{1:}", "expected a weight at \"}\"");
	refused("{1:0}", "weight 0: must be greater than zero");
	refused("{1:-2}", "weight -2: must be greater than zero");
	refused("{1:nan}", "expected a weight at \"nan}\"");
	refused("{1:1e999}", "expected a weight at \"1e999}\"");
	refused("{1:2*}", "expected a count at \"}\"");
	refused("{1:2*0}", "count 0: must be a whole number from 1 to 2^53");
	refused("{1:2*1.5}", "count 1.5: must be a whole number from 1 to 2^53");
	refused("{1:2*1e300}", "count 1.0000000000000001e+300: must be a whole number from 1 to 2^53");
	refused("{1:2", "expected \",\" or \"}\" at the end");
	refused("{1:2;", "expected \",\" or \"}\" at \";\"");
	refused("{1:2,}", "expected a value at \"}\"");
	refused("{1:2} x", "expected nothing more at \"x\"");
	refused("{2:1, 1:1}", "pair 1:1: must come before 2:1, and once only");
	refused("{1:1, 1:1}", "pair 1:1: must come before 1:1, and once only");
	refused("{1:2, 1:1}", "pair 1:1: must come before 1:2, and once only");
}

static void
test_problems(void)
{
	Multiset	set;
	Multiset	other;
	Problem		problem;
	int			added = 0;
	double		pair[2] = {1, 1};
	int64_t		count = LIMIT_COUNT;

	multiset_init(&set, 2);
	ok(!weighted_add(&set, 1, -0.5, &arena, &problem) && problem.kind == PROBLEM_VALUE, "a negative weight");
	is_text(problem.message, "weight -0.5: must be greater than or equal to zero", "its message");
	ok(!weighted_add(&set, HUGE_VAL, 1, &arena, &problem) && problem.kind == PROBLEM_RANGE, "an infinite value");
	ok(!weighted_add(&set, 1, HUGE_VAL, &arena, &problem) && problem.kind == PROBLEM_RANGE, "an infinite weight");
	ok(!weighted_add(&set, 1, -HUGE_VAL, &arena, &problem) && problem.kind == PROBLEM_RANGE, "a weight of -infinity");

	ok(weighted_merge(&set, 1, pair, &count, &arena, &problem), "a pair 2^53 times");
	ok(!weighted_merge(&set, 1, pair, &count, &arena, &problem) && problem.kind == PROBLEM_LIMIT, "and again is too often");

	/* the limit, from both sides */
	multiset_init(&set, 2);
	while (added < LIMIT_WEIGHTED_VALUES && weighted_add(&set, added, 1, &arena, &problem))
		added++;
	multiset_settle(&set, &arena);
	ok(added == LIMIT_WEIGHTED_VALUES && weighted_check_limit(&set, &problem), "as many pairs as the limit allows");
	multiset_init(&other, 2);
	ok(weighted_merge(&other, set.distinct, set.key, set.count, &arena, &problem), "they can be merged");
	weighted_add(&other, -1, 1, &arena, &problem);
	multiset_settle(&other, &arena);
	ok(!weighted_check_limit(&other, &problem) && problem.kind == PROBLEM_LIMIT, "one more is too many");
	ok(!weighted_merge(&set, 1, (double[]) {-1, 1}, (int64_t[]) {1}, &arena, &problem), "merged in, too");
	while (added < 2 * LIMIT_WEIGHTED_VALUES && weighted_add(&set, added, 1, &arena, &problem))
		added++;
	ok(added < 2 * LIMIT_WEIGHTED_VALUES, "adding stops by itself before memory does");
}

int
main(void)
{
	random_seed(4);
	for (int kind = 0; kind < RANDOM_KINDS; kind++)
		for (int keys = 0; keys <= 5000; keys = keys * 8 + 3)
			test_values(kind, keys);
	test_median();
	test_text();
	test_problems();
	return done_testing();
}
