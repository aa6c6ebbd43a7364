/*
 * test/core/test_round.c
 *
 * The fast way of rounding against the slow one, and the slow one against
 * decimal arithmetic on text.
 */
#include <float.h>

#include "common/shortest_dec.h"
#include "scoring/round.h"
#include "test/core/tap.h"
#include "test/core/random.h"

/* One value that is known. */
static void
rounds_to(double value, int decimals, double expected)
{
	char		name[100];

	snprintf(name, sizeof(name), "%.17g to %d decimals is %.17g", value, decimals, expected);
	is_bits(round_decimals(value, decimals), expected, name);
	is_bits(round_decimals_by_text(value, decimals), expected, name);
}

/*
 * The same by arithmetic on the characters of a plain decimal text, as
 * numeric would do it.
 */
static double
round_characters(double value, int decimals)
{
	char		text[64];
	char		plain[512];
	char	   *exponent_mark;
	char		digits[64];
	int			count = 0;
	int			point;
	int			length;

	double_to_shortest_decimal_buf(fabs(value), text);
	exponent_mark = strchr(text, 'e');
	point = exponent_mark ? atoi(exponent_mark + 1) : 0;
	if (exponent_mark)
		*exponent_mark = '\0';
	point += strchr(text, '.') ? (int) (strchr(text, '.') - text) : (int) strlen(text);
	for (char *c = text; *c; c++)
		if (*c != '.')
			digits[count++] = *c;

	/* plain = "0" then the digits before the point and decimals after it */
	length = 0;
	plain[length++] = '0';
	for (int i = point < 0 ? point : 0; i < point + decimals; i++)
		plain[length++] = i >= 0 && i < count ? digits[i] : '0';
	plain[length] = '\0';
	if (point + decimals < 0)
		return 0;
	if (point + decimals < count && digits[point + decimals] >= '5')
	{
		int			i = length - 1;

		while (plain[i] == '9')
			plain[i--] = '0';
		plain[i]++;
	}
	sprintf(plain + length, "e-%d", decimals);
	return copysign(strtod(plain, NULL), value) + 0.0;
}

/* Many values: how many of them do not agree. */
static int
disagreements(double value, int *printed)
{
	int			wrong = 0;

	for (int decimals = 0; decimals <= ROUND_DECIMALS_MAX; decimals++)
	{
		double		expected = round_characters(value, decimals);
		double		fast = round_decimals(value, decimals);
		double		slow = round_decimals_by_text(value, decimals);

		if (memcmp(&fast, &expected, sizeof(double)) != 0 || memcmp(&slow, &expected, sizeof(double)) != 0)
		{
			wrong++;
			if ((*printed)++ < 10)
				printf("# %.17g to %d: expected %.17g, fast %.17g, slow %.17g\n",
					   value, decimals, expected, fast, slow);
		}
	}
	return wrong;
}

/* A value, its neighbours, and their negatives. */
static int
around(double value, int *printed)
{
	int			wrong = 0;
	double		up = value;
	double		down = value;

	for (int i = 0; i < 3; i++)
	{
		wrong += disagreements(up, printed) + disagreements(-down, printed);
		up = nextafter(up, HUGE_VAL);
		down = nextafter(down, 0);
		wrong += disagreements(down, printed);
	}
	return wrong;
}

int
main(void)
{
	int			printed = 0;
	int			wrong;

	random_seed(1);
	rounds_to(0.125, 2, 0.13);
	rounds_to(2.675, 2, 2.68);
	rounds_to(1.005, 2, 1.01);
	rounds_to(-1.005, 2, -1.01);
	rounds_to(0.5, 0, 1);
	rounds_to(1.5, 0, 2);
	rounds_to(2.5, 0, 3);
	rounds_to(-2.5, 0, -3);
	rounds_to(0.49999999999999994, 0, 0);
	rounds_to(0.285, 2, 0.29);
	rounds_to(1e15 + 0.5, 0, 1e15 + 1);
	rounds_to(1e14 + 0.5, 0, 1e14 + 1);
	rounds_to(99999999999999.5, 0, 1e14);
	rounds_to(4503599627370495.5, 0, 4503599627370496);
	rounds_to(9007199254740993, 9, 9007199254740992);
	rounds_to(123456.7890125, 6, 123456.789013);
	rounds_to(0.0000000005, 9, 0.000000001);
	rounds_to(0.00000000049999999999999, 9, 0);
	rounds_to(0, 0, 0);
	rounds_to(-0.0, 3, 0);
	rounds_to(-0.3, 0, 0);
	rounds_to(-1e-300, 9, 0);
	rounds_to(5e-324, 9, 0);
	rounds_to(DBL_MAX, 9, DBL_MAX);
	rounds_to(-1e22, 2, -1e22);
	rounds_to(HUGE_VAL, 2, HUGE_VAL);
	rounds_to(-HUGE_VAL, 2, -HUGE_VAL);
	ok(isnan(round_decimals(NAN, 2)), "NaN stays NaN");
	rounds_to(72.5, 6, 72.5);

	wrong = 0;
	for (int kind = 0; kind < RANDOM_KINDS; kind++)
		for (int i = 0; i < 4000; i++)
			wrong += disagreements(random_double(kind), &printed);
	ok(wrong == 0, "random values of every kind");

	wrong = 0;
	for (int i = 0; i < 4000; i++)
	{
		/* a decimal that ends in 5, of up to 17 digits, and what is next to it */
		int			places = 1 + (int) random_below(9);
		uint64_t	digits = random_bits() >> (4 + random_below(58));

		wrong += around((double) (digits / 10 * 10 + 5) / round_scale[places], &printed);
	}
	ok(wrong == 0, "ties and their neighbours");

	wrong = 0;
	for (int i = 0; i < 4000; i++)
		wrong += around((double) random_below(UINT64_C(1) << (1 + random_below(54))) / (double) (1 << random_below(12)), &printed);
	ok(wrong == 0, "binary fractions and their neighbours");

	wrong = 0;
	for (int i = 0; i < 500; i++)
		for (int decimals = 0; decimals <= ROUND_DECIMALS_MAX; decimals++)
			wrong += around((1e14 - 1000 + (double) random_below(2000) + 0.5) / round_scale[decimals], &printed);
	ok(wrong == 0, "where the fast way ends");
	return done_testing();
}
