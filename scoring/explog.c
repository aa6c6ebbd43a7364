/*
 * scoring/explog.c
 *
 * Exponential and logarithm from IEEE additions, multiplications and
 * divisions in a fixed order, and so with the same bits everywhere. Everything
 * is a double, rounded to nearest after each operation; nothing is fused.
 *
 * Constants. ln 2 in two parts, the first of 40 bits so that its products with
 * whole numbers of 11 bits are exact, and its reciprocal:
 *   LN2_HIGH = 0x1.62e42fefa2p-1
 *   LN2_LOW  = 0x1.9ef35793c7673p-41      ln 2 - LN2_HIGH, rounded
 *   INVERSE  = 0x1.71547652b82fep+0       1 / ln 2, rounded
 *   ROOT     = 0x1.6a09e667f3bcdp-1       the square root of 1/2, rounded
 *
 * fixed_exp(x). NaN, infinity and 0 beyond the range: NaN -> NaN, x > 710 ->
 * infinity, x < -746 -> 0. Else e^x = 2^k * e^r with |r| at most about 0.347:
 *   k = x * INVERSE + 0.5 (for x < 0: - 0.5), cut to a whole number toward 0
 *   high = x - k * LN2_HIGH                exact
 *   low  = k * LN2_LOW
 *   r    = high - low
 *   rest = (high - r) - low                what r lost by rounding
 *   p    = the Taylor series of (e^r - 1 - r) / r^2, by Horner's rule: p = 1/14!;
 *          then for n = 13, 12, ... 2: p = p * r + 1/n!, each 1/n! being the
 *          rounded quotient of 1 and the exact n!
 *   m    = 1 + (r + ((r * r) * p + rest))
 *   the result is ldexp(m, k), which rounds once more where it is subnormal.
 *
 * fixed_log(x). NaN or x < 0 -> NaN; 0 -> -infinity; infinity -> infinity. Else
 * x = 2^k * m with ROOT <= m < 2 * ROOT:
 *   m, k = frexp(x); if m < ROOT: m = m * 2, k = k - 1
 *   f    = m - 1                           exact
 *   s    = f / (2 + f)                     ln(1 + f) = 2 artanh(s)
 *   z    = s * s
 *   t    = 2/3 z + 2/5 z^2 + ... + 2/21 z^10, by Horner's rule: t = 2/21; then
 *          for n = 19, 17, ... 3: t = t * z + 2/n, each 2/n a rounded quotient;
 *          at last t = t * z
 *   h    = (0.5 * f) * f
 * and since 2s = f - s * f and h - s * h = s * f, with k as a double:
 *   the result is k * LN2_HIGH - ((h - (s * (h + t) + k * LN2_LOW)) - f);
 *   for k = 0 that is f - (h - s * (h + t)), bit for bit but for the sign of 0:
 *   k = 0 is computed so, and ln 1 is +0.
 */
#include <math.h>

#include "scoring/explog.h"

#define LN2_HIGH 0x1.62e42fefa2p-1
#define LN2_LOW 0x1.9ef35793c7673p-41
#define INVERSE 0x1.71547652b82fep+0
#define ROOT 0x1.6a09e667f3bcdp-1

/* 1/n! from n = 14 down to 2 */
static const double reciprocal_factorial[] = {
	1.0 / 87178291200.0, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0,
	1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0,
	1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 1.0 / 2.0
};

/* 2/n from n = 21 down to 3 */
static const double two_over_odd[] = {
	2.0 / 21.0, 2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0, 2.0 / 11.0, 2.0 / 9.0,
	2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0
};

/* Horner's rule, the coefficient of the highest power first. */
static double
polynomial(const double *coefficient, int count, double x)
{
	double		value = coefficient[0];
	int			i;

	for (i = 1; i < count; i++)
		value = value * x + coefficient[i];
	return value;
}

/* e^x, within 1 unit in the last place. */
double
fixed_exp(double x)
{
	const int	terms = sizeof(reciprocal_factorial) / sizeof(reciprocal_factorial[0]);
	double		high;
	double		low;
	double		r;
	double		rest;
	double		p;
	int			k;

	if (isnan(x))
		return x;
	if (x > 710)
		return HUGE_VAL;
	if (x < -746)
		return 0;

	k = (int) (x * INVERSE + (x < 0 ? -0.5 : 0.5));
	high = x - k * LN2_HIGH;
	low = k * LN2_LOW;
	r = high - low;
	rest = (high - r) - low;
	p = polynomial(reciprocal_factorial, terms, r);
	return ldexp(1 + (r + ((r * r) * p + rest)), k);
}

/* ln x, within 1 unit in the last place. */
double
fixed_log(double x)
{
	const int	terms = sizeof(two_over_odd) / sizeof(two_over_odd[0]);
	double		m;
	double		f;
	double		s;
	double		z;
	double		t;
	double		h;
	int			k;

	if (isnan(x))
		return x;
	if (x < 0)
		return NAN;
	if (x == 0)
		return -HUGE_VAL;
	if (isinf(x))
		return x;

	m = frexp(x, &k);
	if (m < ROOT)
	{
		m *= 2;
		k--;
	}
	f = m - 1;
	s = f / (2 + f);
	z = s * s;
	t = polynomial(two_over_odd, terms, z) * z;
	h = (0.5 * f) * f;
	if (k == 0)
		return f - (h - s * (h + t));
	return k * LN2_HIGH - ((h - (s * (h + t) + k * LN2_LOW)) - f);
}
