/*
 * scoring/exactsum.h
 *
 * Sums of doubles, and of squares and products of doubles, without any
 * rounding: the same whatever the order of the additions and however they were
 * divided among partial sums that are merged later. Finite values only.
 *
 * A sum is one long fixed-point integer in two's complement, of which only the
 * limbs that the values have reached so far are kept: some 40 bytes for values
 * of like size, at most 550 for the whole range of double. That matters, since
 * there is a sum for every column of every group of a GROUP BY.
 */
#ifndef CREDENCE_EXACTSUM_H
#define CREDENCE_EXACTSUM_H

#include <string.h>

#include "scoring/arena.h"
#include "scoring/exactnumber.h"

typedef struct ExactSum
{
	uint64_t   *limb;			/* limb[i] weighs 2^(64 * (first + i) + EXACTSUM_ORIGIN) */
	int32_t		first;			/* all fields zero is the sum of nothing */
	int32_t		limbs;			/* the last one takes carries only, so it never overflows */
	uint32_t	reach;			/* positions from first on where an addition may begin */
} ExactSum;

#define EXACTSUM_ORIGIN (-2176) /* a multiple of 64, below EXACT_EXPONENT_MIN */

/* A double taken apart: value = mantissa * 2^exponent. */
typedef struct DoubleParts
{
	int64_t		mantissa;		/* signed, below 2^53 */
	int			exponent;
} DoubleParts;

/* Takes a finite double apart. */
static inline DoubleParts
double_parts(double value)
{
	DoubleParts parts;
	uint64_t	bits;
	uint64_t	mantissa;
	int64_t		sign;
	int			biased;

	memcpy(&bits, &value, sizeof(bits));
	sign = (int64_t) bits >> 63;	/* 0 or -1 */
	biased = (int) (bits >> 52 & 0x7FF);
	mantissa = bits & ((UINT64_C(1) << 52) - 1);
	mantissa |= (uint64_t) (biased != 0) << 52;
	parts.mantissa = ((int64_t) mantissa ^ sign) - sign;
	parts.exponent = biased + (biased == 0) - 1075;
	return parts;
}

/* *limb += value + carry; returns the carry out. */
static inline uint64_t
limb_add(uint64_t *limb, uint64_t value, uint64_t carry)
{
	uint64_t	sum = *limb + value;
	uint64_t	out = sum < value;

	sum += carry;
	out += sum < carry;
	*limb = sum;
	return out;
}

/* The product of two mantissas, 106 bits, in two limbs. */
static inline void
limb_multiply(uint64_t a, uint64_t b, uint64_t *low, uint64_t *high)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128) a * b;

	*low = (uint64_t) product;
	*high = (uint64_t) (product >> 64);
#else
	uint64_t	a_low = a & 0xFFFFFFFF;
	uint64_t	b_low = b & 0xFFFFFFFF;
	uint64_t	middle = (a >> 32) * b_low + a_low * (b >> 32); /* below 2^54 */

	*low = a_low * b_low;
	*high = (a >> 32) * (b >> 32) + (middle >> 32) + limb_add(low, middle << 32, 0);
#endif
}

/*
 * Makes sure that an addition may begin at the position, keeping more limbs
 * where needed.
 */
extern void exactsum_widen(ExactSum *sum, int position, const Arena *arena);

/* Adds a carry, 1 or -1, at the limb with the given index. */
extern void exactsum_carry(ExactSum *sum, int index, int carry);

/* Adds the value of the parts. */
static inline void
exactsum_add_parts(ExactSum *sum, DoubleParts parts, const Arena *arena)
{
	int			position = (parts.exponent - EXACTSUM_ORIGIN) >> 6;
	int			shift = parts.exponent & 63;
	uint64_t   *limb;
	uint64_t	carry;
	int			carry_out;

	if ((uint32_t) (position - sum->first) >= sum->reach)
	{
		if (parts.mantissa == 0)
			return;				/* its exponent would only widen the sum */
		exactsum_widen(sum, position, arena);
	}
	limb = sum->limb + (position - sum->first);
	carry = limb_add(&limb[0], (uint64_t) parts.mantissa << shift, 0);
	carry = limb_add(&limb[1], (uint64_t) (parts.mantissa >> 1 >> (63 - shift)), carry);

	/* a negative value has ones in all limbs above: that is -1 here */
	carry_out = (int) carry + (int) (parts.mantissa >> 63);
	if (carry_out != 0)
		exactsum_carry(sum, position - sum->first + 2, carry_out);
}

/* Adds a * b, unrounded, for parts that are not negative. */
static inline void
exactsum_add_product_parts(ExactSum *sum, DoubleParts a, DoubleParts b, const Arena *arena)
{
	int			exponent = a.exponent + b.exponent;
	int			position = (exponent - EXACTSUM_ORIGIN) >> 6;
	int			shift = exponent & 63;
	uint64_t   *limb;
	uint64_t	low;
	uint64_t	high;
	uint64_t	carry;

	limb_multiply((uint64_t) a.mantissa, (uint64_t) b.mantissa, &low, &high);
	if ((uint32_t) (position - sum->first) >= sum->reach)
	{
		if ((low | high) == 0)
			return;
		exactsum_widen(sum, position, arena);
	}
	limb = sum->limb + (position - sum->first);
	carry = limb_add(&limb[0], low << shift, 0);
	carry = limb_add(&limb[1], high << shift | low >> 1 >> (63 - shift), carry);
	carry = limb_add(&limb[2], high >> 1 >> (63 - shift), carry);
	if (carry != 0)
		exactsum_carry(sum, position - sum->first + 3, 1);
}

/* Adds the square of the parts, unrounded. */
static inline void
exactsum_add_square_parts(ExactSum *sum, DoubleParts parts, const Arena *arena)
{
	if (parts.mantissa < 0)
		parts.mantissa = -parts.mantissa;
	exactsum_add_product_parts(sum, parts, parts, arena);
}

/* Adds a finite value. */
static inline void
exactsum_add(ExactSum *sum, double value, const Arena *arena)
{
	exactsum_add_parts(sum, double_parts(value), arena);
}

/* Adds the square of a finite value. */
static inline void
exactsum_add_square(ExactSum *sum, double value, const Arena *arena)
{
	exactsum_add_square_parts(sum, double_parts(value), arena);
}

/* Adds the product of two finite values that are not negative. */
static inline void
exactsum_add_product(ExactSum *sum, double a, double b, const Arena *arena)
{
	exactsum_add_product_parts(sum, double_parts(a), double_parts(b), arena);
}

/* Adds another sum. */
extern void exactsum_merge(ExactSum *sum, const ExactSum *other, const Arena *arena);

/* Adds an exact number, or takes it away. */
extern void exactsum_add_number(ExactSum *sum, const ExactNumber *number, bool negate,
								const Arena *arena);

/* The sum as an exact number. */
extern void exactsum_number(const ExactSum *sum, ExactNumber *number);

/* -1, 0 or 1. */
extern int	exactsum_sign(const ExactSum *sum);

/* The double nearest to the sum, ties to even; an infinity where that is too large. */
extern double exactsum_value(const ExactSum *sum);

#endif							/* CREDENCE_EXACTSUM_H */
