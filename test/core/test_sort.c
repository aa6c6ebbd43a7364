/*
 * test/core/test_sort.c
 *
 * Sorting doubles: against qsort, bit for bit.
 */
#include <math.h>

#include "scoring/sort.h"
#include "test/core/tap.h"

static uint64_t state = 20221122;

/* The next of a fixed sequence of random numbers (xorshift64). */
static uint64_t
next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Total order of doubles, -0 before +0. */
static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	if (x != y)
		return x < y ? -1 : 1;
	return (signbit(y) != 0) - (signbit(x) != 0);
}

/* One value of the given kind. */
static double
make(int kind)
{
	uint64_t	bits = next_random();
	double		value;

	switch (kind)
	{
		case 0:
			do
			{
				memcpy(&value, &bits, sizeof(value));
				bits = next_random();
			} while (isnan(value));
			return value;
		case 1:
			return (double) (bits % 7) - 3;
		case 2:
			return bits % 2 == 0 ? -0.0 : 0.0;
		default:
			return (double) bits * 0x1p-64 - 0.5;
	}
}

int
main(void)
{
	static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 66, 1000, 70000};
	static double values[70000];
	static double expected[70000];
	static double spare[70000];

	for (int kind = 0; kind < 4; kind++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		{
			size_t		count = sizes[s];

			for (size_t i = 0; i < count; i++)
				values[i] = make(kind);
			memcpy(expected, values, sizeof(values));
			qsort(expected, count, sizeof(double), compare);
			sort_doubles(values, spare, count);
			ok(memcmp(values, expected, count * sizeof(double)) == 0, "%zu values of kind %d", count, kind);
			sort_doubles(values, spare, count);
			ok(memcmp(values, expected, count * sizeof(double)) == 0, "the same, sorted before");
		}
	return done_testing();
}
