/*
 * scoring/doubledouble.h
 *
 * Numbers carried as the unevaluated sum of two doubles, about 106 bits, for
 * sums whose differences still have to mean something. Built on the exact sum
 * and the exact product of two doubles (Knuth, TAOCP 2, 4.2.2; Dekker, Numer.
 * Math. 18, 1971; Hida, Li and Bailey, "Algorithms for quad-double precision
 * floating point arithmetic", 2001). Needs round to nearest, no contraction of
 * a * b + c, and magnitudes between 2^-400 and 2^900 or zero.
 */
#ifndef CREDENCE_DOUBLEDOUBLE_H
#define CREDENCE_DOUBLEDOUBLE_H

typedef struct DoubleDouble
{
	double		high;			/* the number rounded to double */
	double		low;			/* what the rounding left over */
} DoubleDouble;

/* The exact sum of two doubles, |a| >= |b| or a = 0. */
static inline DoubleDouble
dd_quick_sum(double a, double b)
{
	double		sum = a + b;

	return (DoubleDouble) {sum, b - (sum - a)};
}

/* The exact sum of two doubles. */
static inline DoubleDouble
dd_sum(double a, double b)
{
	double		sum = a + b;
	double		b_part = sum - a;

	return (DoubleDouble) {sum, (a - (sum - b_part)) + (b - b_part)};
}

/* The exact product of two doubles, each cut in halves of 26 bits. */
static inline DoubleDouble
dd_product(double a, double b)
{
	double		product = a * b;
	double		cut = 134217729.0 * a;	/* 2^27 + 1 */
	double		a_high = cut - (cut - a);
	double		a_low = a - a_high;
	double		b_high;
	double		b_low;

	cut = 134217729.0 * b;
	b_high = cut - (cut - b);
	b_low = b - b_high;
	return (DoubleDouble) {product,
		((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

static inline DoubleDouble
dd_add(DoubleDouble a, DoubleDouble b)
{
	DoubleDouble high = dd_sum(a.high, b.high);
	DoubleDouble low = dd_sum(a.low, b.low);

	high = dd_quick_sum(high.high, high.low + low.high);
	return dd_quick_sum(high.high, high.low + low.low);
}

static inline DoubleDouble
dd_subtract(DoubleDouble a, DoubleDouble b)
{
	return dd_add(a, (DoubleDouble) {-b.high, -b.low});
}

static inline DoubleDouble
dd_multiply(DoubleDouble a, DoubleDouble b)
{
	DoubleDouble product = dd_product(a.high, b.high);

	return dd_quick_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static inline DoubleDouble
dd_multiply_double(DoubleDouble a, double b)
{
	DoubleDouble product = dd_product(a.high, b);

	return dd_quick_sum(product.high, product.low + a.low * b);
}

static inline DoubleDouble
dd_divide_double(DoubleDouble a, double b)
{
	double		first = a.high / b;
	DoubleDouble rest = dd_subtract(a, dd_product(first, b));
	double		second = rest.high / b;
	double		third;

	rest = dd_subtract(rest, dd_product(second, b));
	third = rest.high / b;
	return dd_add(dd_quick_sum(first, second), (DoubleDouble) {third, 0.0});
}

#endif							/* CREDENCE_DOUBLEDOUBLE_H */
