/*
 * test/core/test_exactsum.c
 *
 * Exact sums and exact numbers, held against a slow sum in single bits and
 * against vectors computed with Python's fractions.
 */
#include <float.h>
#include <math.h>

#include "scoring/exactsum.h"
#include "test/core/tap.h"
#include "test/core/random.h"

#define SMALLEST 0x1p-1074		/* the smallest double above 0 */

/* The oracle: one signed counter for every bit from 2^-2148 on. */
#define BITS 4500

typedef struct Oracle
{
	int64_t		bit[BITS];
} Oracle;

static void
oracle_add(Oracle *oracle, uint64_t mantissa, int exponent, int sign)
{
	for (int i = 0; i < 64; i++)
		if (mantissa >> i & 1)
			oracle->bit[exponent + 2148 + i] += sign;
}

static void
oracle_add_value(Oracle *oracle, double value)
{
	int			exponent;
	double		fraction = frexp(fabs(value), &exponent);
	uint64_t	mantissa = (uint64_t) ldexp(fraction, 53);

	for (exponent -= 53; exponent < -1074; exponent++)
		mantissa >>= 1;
	oracle_add(oracle, mantissa, exponent, value < 0 ? -1 : 1);
}

static void
oracle_add_product(Oracle *oracle, double a, double b)
{
	int			exponent;
	double		fraction = frexp(b, &exponent);
	uint64_t	mantissa = (uint64_t) ldexp(fraction, 53);

	exponent -= 53;
	for (int i = 0; i < 53; i++)
		if (mantissa >> i & 1)
		{
			int			a_exponent;
			double		a_fraction = frexp(a, &a_exponent);
			uint64_t	a_mantissa = (uint64_t) ldexp(a_fraction, 53);

			for (a_exponent -= 53; a_exponent + exponent + i < -2148; a_exponent++)
				a_mantissa >>= 1;
			oracle_add(oracle, a_mantissa, a_exponent + exponent + i, 1);
		}
}

/* The oracle's sum as a number, by carrying bit by bit. */
static void
oracle_number(const Oracle *oracle, ExactNumber *number)
{
	static int64_t bit[BITS];
	int64_t		sign = 1;

	memcpy(bit, oracle->bit, sizeof(bit));
	for (int pass = 0; pass < 2; pass++)
	{
		int64_t		carry = 0;

		for (int i = 0; i < BITS; i++)
		{
			carry += bit[i] * (pass == 0 ? 1 : sign);
			bit[i] = carry & 1;
			carry = (carry - bit[i]) / 2;
		}
		if (pass == 0 && carry < 0)
		{
			sign = -1;
			memcpy(bit, oracle->bit, sizeof(bit));
		}
		else if (pass == 0)
			break;
	}
	memset(number, 0, sizeof(*number));
	number->negative = sign < 0;
	number->exponent = -2148;
	number->limbs = EXACT_LIMBS;
	for (int i = 0; i < 32 * EXACT_LIMBS && i < BITS; i++)
		number->limb[i / 32] |= (uint32_t) bit[i] << i % 32;
	exactnumber_normalise(number);
}

static bool
same_number(const ExactNumber *a, const ExactNumber *b)
{
	char		a_text[EXACT_TEXT_SIZE];
	char		b_text[EXACT_TEXT_SIZE];

	exactnumber_print(a, a_text);
	exactnumber_print(b, b_text);
	if (strcmp(a_text, b_text) != 0)
		printf("# %s\n# %s\n", a_text, b_text);
	return strcmp(a_text, b_text) == 0;
}

/* A sum given as text is this double. */
static void
value_is(const char *text, double expected)
{
	ExactNumber number;
	char		name[200];

	if (!exactnumber_parse(text, strlen(text), &number))
	{
		ok(false, "%s can be read", text);
		return;
	}
	snprintf(name, sizeof(name), "%.60s is %g", text, expected);
	is_bits(exactnumber_value(&number), expected, name);
}

/* Values, their sum as text, and n * squares - sum^2 rounded. */
static void
vector_is(const char *name, int count, const double *values, const char *sum_text,
		  const char *squares_text, double spread)
{
	ExactSum	sum = {0};
	ExactSum	squares = {0};
	ExactNumber sum_number;
	ExactNumber squares_number;
	char		text[EXACT_TEXT_SIZE];

	for (int i = 0; i < count; i++)
	{
		exactsum_add(&sum, values[i], &tap_arena);
		exactsum_add_square(&squares, values[i], &tap_arena);
	}
	exactsum_number(&sum, &sum_number);
	exactsum_number(&squares, &squares_number);
	exactnumber_print(&sum_number, text);
	is_text(text, sum_text, name);
	exactnumber_print(&squares_number, text);
	if (squares_text != NULL)
		is_text(text, squares_text, name);
	is_bits(exactnumber_spread(count, &sum_number, &squares_number), spread, name);
}

/* Random values against the oracle: in order, backwards, and in parts that are merged. */
static void
test_against_oracle(int kind, int count)
{
	static Oracle sum_oracle;
	static Oracle square_oracle;
	double	   *values = malloc(count * sizeof(double));
	ExactSum	forward = {0};
	ExactSum	backward = {0};
	ExactSum	part[5] = {{0}};
	ExactSum	merged = {0};
	ExactSum	through_number = {0};
	ExactSum	squares = {0};
	ExactSum	products = {0};
	ExactNumber expected;
	ExactNumber got;

	memset(&sum_oracle, 0, sizeof(sum_oracle));
	memset(&square_oracle, 0, sizeof(square_oracle));
	for (int i = 0; i < count; i++)
	{
		values[i] = random_double(kind);
		exactsum_add(&forward, values[i], &tap_arena);
		exactsum_add_square(&squares, values[i], &tap_arena);
		exactsum_add_product(&products, fabs(values[i]), fabs(values[i]), &tap_arena);
		oracle_add_value(&sum_oracle, values[i]);
		oracle_add_product(&square_oracle, fabs(values[i]), fabs(values[i]));
		exactsum_add(&part[random_below(5)], values[i], &tap_arena);
	}
	for (int i = count - 1; i >= 0; i--)
		exactsum_add(&backward, values[i], &tap_arena);

	oracle_number(&sum_oracle, &expected);
	exactsum_number(&forward, &got);
	ok(same_number(&got, &expected), "sum of %d values of kind %d", count, kind);
	exactsum_number(&backward, &got);
	ok(same_number(&got, &expected), "the same backwards");
	for (int i = 0; i < 5; i++)
	{
		exactsum_number(&part[i], &got);
		exactsum_merge(&merged, &part[i], &tap_arena);
		exactsum_add_number(&through_number, &got, false, &tap_arena);
	}
	exactsum_number(&merged, &got);
	ok(same_number(&got, &expected), "the same from merged parts");
	exactsum_number(&through_number, &got);
	ok(same_number(&got, &expected), "the same from parts that were numbers between");

	ok(exactsum_sign(&forward) == (expected.limbs == 0 ? 0 : expected.negative ? -1 : 1), "its sign");
	exactsum_add_number(&merged, &expected, true, &tap_arena);
	ok(exactsum_sign(&merged) == 0, "nothing is left when it is taken away");
	exactsum_add(&merged, values[0], &tap_arena);
	is_bits(exactsum_value(&merged), values[0] == 0 ? 0 : values[0], "and the sum can go on");

	oracle_number(&square_oracle, &expected);
	exactsum_number(&squares, &got);
	ok(same_number(&got, &expected), "sum of squares of kind %d", kind);
	exactsum_number(&products, &got);
	ok(same_number(&got, &expected), "the same as products");
	ok(exactsum_sign(&squares) == (expected.limbs > 0), "its sign");
	free(values);
}

/* Text to number to text. */
static void
test_text(void)
{
	static const char *const bad[] = {"", "-", "0p0", "-0", "00", "1", "p", "1p", "1p-", "1p1x", "01p0",
		"1p12345", "1P0", "Ap0", "gp0", "+1p0", "1p+1", " 1p0", "1p0 ", "1p-2149", "1p2112", "--1p0",
	"1p2111 "};
	static const char *const good[] = {"0", "1p0", "-1p0", "1p-2148", "1p2111", "-1a2b3cdp-60",
	"123456789abcdef0123456789abcdefp-1074"};
	ExactNumber number;
	char		text[EXACT_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!exactnumber_parse(bad[i], strlen(bad[i]), &number), "\"%s\" is no number", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		if (ok(exactnumber_parse(good[i], strlen(good[i]), &number), "%s is a number", good[i]))
		{
			exactnumber_print(&number, text);
			is_text(text, good[i], "and is printed as it was");
		}
	}
	ok(exactnumber_parse("10p0", 4, &number), "an even mantissa can be read");
	exactnumber_print(&number, text);
	is_text(text, "1p4", "and becomes odd");
	ok(exactnumber_parse("8000000000000000000000000p-200", 30, &number), "so does one of many zeros");
	exactnumber_print(&number, text);
	is_text(text, "1p-101", "and becomes odd");
	{
		char		longest[8 * EXACT_LIMBS + 20];

		memset(longest, 'f', sizeof(longest));
		strcpy(longest + 8 * EXACT_LIMBS, "p-2148");
		ok(!exactnumber_parse(longest, strlen(longest), &number), "all limbs full is too large");
		strcpy(longest + 4260 / 4, "p-2148");
		ok(exactnumber_parse(longest, strlen(longest), &number), "4260 bits from the lowest one fit");
		exactnumber_print(&number, text);
		is_text(text, longest, "and are printed as they were");
		strcpy(longest + 4260 / 4, "p-2147");
		ok(!exactnumber_parse(longest, strlen(longest), &number), "one place higher they do not");
		memset(longest, 'f', sizeof(longest));
		strcpy(longest + 8 * EXACT_LIMBS + 1, "p-2148");
		ok(!exactnumber_parse(longest, strlen(longest), &number), "one digit more than all limbs");
	}
}

/* Rounding to a double: ties, subnormals, overflow. */
static void
test_value(void)
{
	ExactSum	sum = {0};
	ExactSum	empty = {0};

	value_is("20000000000001p0", 9007199254740992.0); /* a tie, to even: down */
	value_is("20000000000003p0", 9007199254740996.0);	/* a tie, to even: up */
	value_is("200000000000010000000000000000000000001p-100", ldexp(9007199254740994.0, 0));
	value_is("1fffffffffffffp971", DBL_MAX);
	value_is("3ffffffffffffep970", DBL_MAX);
	value_is("3fffffffffffffp970", HUGE_VAL);	/* halfway to 2^1024 */
	value_is("-3fffffffffffffp970", -HUGE_VAL);
	value_is("7ffffffffffffdp969", DBL_MAX);	/* just below halfway */
	value_is("1p1023", ldexp(1, 1023));
	value_is("1p1024", HUGE_VAL);
	value_is("1p-1074", SMALLEST);
	value_is("1p-1075", 0);		/* half of the smallest, to even */
	value_is("3p-1076", SMALLEST);
	value_is("3p-1075", 2 * SMALLEST);	/* a tie, to even */
	value_is("5p-1075", 2 * SMALLEST);
	value_is("1p-1076", 0);
	value_is("-1p-2148", -0.0);
	value_is("1fffffffffffffp-1075", DBL_MIN);	/* a tie just below the normal ones */
	value_is("3fffffffffffffp-1076", DBL_MIN);

	is_bits(exactsum_value(&empty), 0, "the sum of nothing is 0");
	ok(exactsum_sign(&empty) == 0, "and has no sign");
	exactsum_merge(&empty, &sum, &tap_arena);
	ok(exactsum_sign(&empty) == 0, "nothing and nothing is nothing");
	exactsum_add(&sum, 0.0, &tap_arena);
	exactsum_add(&sum, -0.0, &tap_arena);
	exactsum_add_square(&sum, -0.0, &tap_arena);
	is_bits(exactsum_value(&sum), 0, "zeros sum to 0");
	ok(sum.limbs == 0, "and take no memory");

	for (int i = 0; i < 1000; i++)
		exactsum_add(&sum, DBL_MAX, &tap_arena);
	is_bits(exactsum_value(&sum), HUGE_VAL, "a sum beyond double is infinity");
	exactsum_add(&sum, SMALLEST, &tap_arena);
	for (int i = 0; i < 1000; i++)
		exactsum_add(&sum, -DBL_MAX, &tap_arena);
	is_bits(exactsum_value(&sum), SMALLEST, "but is not lost");
	exactsum_add(&sum, -2 * SMALLEST, &tap_arena);
	is_bits(exactsum_value(&sum), -SMALLEST, "the smallest negative");
	ok(exactsum_sign(&sum) == -1, "has its sign");
}

/* What cannot come from one set of values. */
static void
test_spread(void)
{
	ExactNumber sum;
	ExactNumber squares;
	static const double tenths[] = {0.1, 0.2, 0.3};
	static const double huge[] = {DBL_MAX, -DBL_MAX};
	static const double tiny[] = {SMALLEST, 0};
	static const double offset[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
	static const double wide[] = {1e300, 1, -1e300, 1};
	static const double sevenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
	static const double mixed[] = {1.0 / 3, 2.0 / 3, 1e-20, 12345.678};
	static const double one[] = {-2.5};

	vector_is("three tenths", 3, tenths, "4ccccccccccccdp-55",
			  "8f5c28f5c28f5bd70a3d70a3d71p-110", 0x1.eb851eb851eb7p-5);
	vector_is("huge", 2, huge, "0", "3ffffffffffffc0000000000001p1943", HUGE_VAL);
	vector_is("tiny", 2, tiny, "1p-1074", "1p-2148", 0);
	vector_is("offset", 4, offset, "1dcd6505p3", "1bc16d709ef790f5p1", 360);
	vector_is("wide", 4, wide, "1p1", NULL, HUGE_VAL);
	vector_is("alike", 7, sevenths, "5999999999999bp-55", "47ae147ae147b051eb851eb851fp-110", 0);
	vector_is("mixed", 4, mixed, "181d56c8b43957fffe00179ca10c924223p-119",
			  "2456b8575749098c5d3130a155c71c71c740000022d84c4eeeaf379e1c8c90210c9p-238",
			  0x1.b40a9cdb48cdap+28);
	vector_is("one", 1, one, "-5p-1", "19p-2", 0);
	vector_is("none", 0, NULL, "0", "0", 0);

	exactnumber_parse("3p0", 3, &sum);
	exactnumber_parse("9p0", 3, &squares);
	is_bits(exactnumber_spread(1, &sum, &squares), 0, "one value of 3");
	ok(exactnumber_spread(0, &sum, &squares) < 0, "no value cannot sum to 3");
	ok(exactnumber_spread(-1, &sum, &squares) < 0, "a negative count");
	exactnumber_parse("1p3", 3, &squares);
	ok(exactnumber_spread(1, &sum, &squares) < 0, "squares too small");
	is_bits(exactnumber_spread(2, &sum, &squares), 7, "2 * 8 - 9");
	exactnumber_parse("-9p0", 4, &squares);
	ok(exactnumber_spread(1, &sum, &squares) < 0, "negative squares");
	exactnumber_parse("0", 1, &sum);
	ok(exactnumber_spread(0, &sum, &squares) < 0, "negative squares of nothing");
	exactnumber_parse("1p-1075", 7, &sum);
	exactnumber_parse("1p-2148", 7, &squares);
	ok(exactnumber_spread(4, &sum, &squares) < 0, "a sum finer than any double");
	exactnumber_parse("1p1087", 6, &sum);
	exactnumber_parse("1p2110", 6, &squares);
	ok(exactnumber_spread(INT64_MAX, &sum, &squares) < 0, "a sum larger than 2^63 doubles");
	exactnumber_parse("1p1080", 6, &sum);
	is_bits(exactnumber_spread(INT64_MAX, &sum, &squares), HUGE_VAL, "the largest of all");
}

int
main(void)
{
	random_seed(20261122);
	test_text();
	test_value();
	test_spread();
	for (int kind = 0; kind < RANDOM_KINDS; kind++)
		for (int count = 1; count <= 1000; count *= 10)
			test_against_oracle(kind, count);
	return done_testing();
}
