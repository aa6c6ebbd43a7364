/*
 * scoring/round.h
 *
 * Rounding to decimals as people and round(numeric) do it: half away from
 * zero, on the decimal number that one sees, not on the binary one behind it.
 * 2.675 becomes 2.68 although the double is a little less than that.
 */
#ifndef CREDENCE_ROUND_H
#define CREDENCE_ROUND_H

#include <math.h>
#include <stdint.h>

#define ROUND_DECIMALS_MAX 9

/* 10^decimals; exact. */
extern const double round_scale[ROUND_DECIMALS_MAX + 1];

/* The same as round_decimals, by way of the shortest decimal text. */
extern double round_decimals_by_text(double value, int decimals);

/*
 * The double nearest to what the shortest decimal that reads back as value
 * becomes when it is rounded half away from zero to decimals (0 to 9) places.
 * -0 becomes 0; infinities and NaN stay as they are.
 *
 * Why this is exact. Let m = |value|, s its shortest decimal, t = m * 10^d as
 * computed and n = floor(t), all below 10^14, so that n and 2n + 1 are exact
 * doubles. s lies within half a unit in the last place of m, and t within half
 * a unit of m * 10^d; below 10^14 a unit is at most 1/64, so s * 10^d and t
 * are less than 1/50 apart. (A) Where t is 1/32 or more away from n + 1/2, both
 * lie on the same side of it, and the rounded s is n or n + 1 by that side; at
 * a whole number, n may be one less or more than floor(s * 10^d), but the same
 * whole number comes out. (B) Else let h be the double nearest to the decimal
 * (n + 1/2) / 10^d. Reading decimals as doubles is monotone: m < h means that
 * s is below that decimal, m > h that it is above. m = h means that s equals
 * it: the decimal has at most 15 digits, two decimals of up to 15 digits never
 * read as the same double, and s, which is as short as can be, has no more
 * than 15. A quotient of two exact doubles is correctly rounded, which
 * makes both h and the result the nearest doubles.
 */
static inline double
round_decimals(double value, int decimals)
{
	double		magnitude = fabs(value);
	double		scale = round_scale[decimals];
	double		scaled = magnitude * scale;
	int64_t		whole;

	if (!(scaled < 1e14))
		return round_decimals_by_text(value, decimals);
	whole = (int64_t) (scaled + 0.5);
	if (fabs(scaled - (double) whole) > 0.46875)
	{
		whole = (int64_t) scaled;
		whole += magnitude >= (double) (2 * whole + 1) / (2 * scale);
	}

	/* adding 0 turns -0 into 0 */
	return copysign((double) whole / scale, value) + 0.0;
}

#endif							/* CREDENCE_ROUND_H */
