/*
 * scoring/exactnumber.h
 *
 * Exact binary numbers: what an exact sum comes to. A number is
 * sign * mantissa * 2^exponent with a mantissa as long as it needs to be, and
 * is kept in one form only, with an odd mantissa, so that equal numbers are
 * equal bytes. It is rounded once, when it becomes a double.
 */
#ifndef CREDENCE_EXACTNUMBER_H
#define CREDENCE_EXACTNUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The finest bit is that of the square of the smallest double, 2^-2148. The
 * largest number is the sum of 2^63 squares of the largest double.
 */
#define EXACT_EXPONENT_MIN (-2148)
#define EXACT_EXPONENT_END 2112 /* every number is below 2^2112 */
#define EXACT_LIMBS ((EXACT_EXPONENT_END - EXACT_EXPONENT_MIN + 31) / 32 + 1)

/* The longest text: a sign, the digits of all limbs, "p", an exponent, the end. */
#define EXACT_TEXT_SIZE (1 + EXACT_LIMBS * 8 + 1 + 6 + 1)

typedef struct ExactNumber
{
	bool		negative;		/* false for zero */
	int32_t		exponent;		/* of the lowest bit; 0 for zero */
	int32_t		limbs;			/* how many are in use; 0 for zero */
	uint32_t	limb[EXACT_LIMBS];	/* the mantissa, lowest first, odd; the last is not 0 */
} ExactNumber;

/* Brings a number with any limbs and exponent into its one form. */
extern void exactnumber_normalise(ExactNumber *number);

/* The double nearest to the number, ties to even; an infinity where that is too large. */
extern double exactnumber_value(const ExactNumber *number);

/* Writes the number as text, e.g. "-1a2b3cp-60" or "0", and returns its length. */
extern int	exactnumber_print(const ExactNumber *number, char text[EXACT_TEXT_SIZE]);

/* Reads a number from a text of the given length; false where it is not one or is out of range. */
extern bool exactnumber_parse(const char *text, size_t length, ExactNumber *number);

/* Whether all bits of the number have weights from 2^lowest to below 2^end. */
extern bool exactnumber_within(const ExactNumber *number, int lowest, int end);

/*
 * count * squares - sum * sum: (count - 1) * count times the sample variance,
 * computed exactly and rounded once. Negative where the three cannot come from
 * one set of values; an infinity where the result is too large for a double.
 */
extern double exactnumber_spread(int64_t count, const ExactNumber *sum,
								 const ExactNumber *squares);

#endif							/* CREDENCE_EXACTNUMBER_H */
