/*
 * test/core/test_sort.c
 *
 * Sorting doubles: against qsort, bit for bit.
 */
#include "scoring/sort.h"
#include "test/core/random.h"
#include "test/core/tap.h"

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

int
main(void)
{
	static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 66, 1000, 70000};
	static double values[70000];
	static double expected[70000];
	static double spare[70000];

	for (int kind = 0; kind < RANDOM_KINDS; kind++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		{
			size_t		count = sizes[s];

			for (size_t i = 0; i < count; i++)
				values[i] = kind == 3 && i % 3 == 0 ? -0.0 : random_double(kind);
			memcpy(expected, values, sizeof(values));
			qsort(expected, count, sizeof(double), compare);
			sort_doubles(values, spare, count);
			ok(memcmp(values, expected, count * sizeof(double)) == 0, "%zu values of kind %d", count, kind);
			sort_doubles(values, spare, count);
			ok(memcmp(values, expected, count * sizeof(double)) == 0, "the same, sorted before");
		}
	return done_testing();
}
