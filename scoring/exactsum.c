/*
 * scoring/exactsum.c
 *
 * Sums of doubles without any rounding; see exactsum.h.
 *
 * The plan is the superaccumulator: an integer wide enough for every double,
 * so that addition is exact and thus has no order (Kulisch; Radford M. Neal,
 * "Fast exact summation using small and large superaccumulators", 2015). Here
 * it is a window that grows, and squares and products go in unrounded.
 */
#include "scoring/exactsum.h"

/* One addition changes at most this many limbs besides carries. */
#define EXACTSUM_SPAN 3

/* All limbs that a sum can ever have. */
#define EXACTSUM_LIMBS ((EXACT_EXPONENT_END - EXACTSUM_ORIGIN) / 64 + 2 + EXACTSUM_SPAN)

/* What the limbs above the last one would hold: the sign. */
static uint64_t
limbs_above(const ExactSum *sum)
{
	if (sum->limbs == 0 || sum->limb[sum->limbs - 1] >> 63 == 0)
		return 0;
	return UINT64_MAX;
}

/* Keeps the limbs from first to before end as well. */
static void
keep_limbs(ExactSum *sum, int first, int end, const Arena *arena)
{
	uint64_t	above = limbs_above(sum);
	uint64_t   *wider;
	int			i;

	if (sum->limbs > 0)
	{
		if (first >= sum->first && end <= sum->first + sum->limbs)
			return;
		if (first > sum->first)
			first = sum->first;
		if (end < sum->first + sum->limbs)
			end = sum->first + sum->limbs;
	}
	wider = arena_allocate(arena, (end - first) * sizeof(uint64_t));
	for (i = first; i < end; i++)
	{
		if (i < sum->first)
			wider[i - first] = 0;
		else if (i < sum->first + sum->limbs)
			wider[i - first] = sum->limb[i - sum->first];
		else
			wider[i - first] = above;
	}
	arena_release(arena, sum->limb);
	sum->limb = wider;
	sum->first = first;
	sum->limbs = end - first;
	sum->reach = sum->limbs - EXACTSUM_SPAN;
}

/* Makes sure that an addition may begin at the position. */
void
exactsum_widen(ExactSum *sum, int position, const Arena *arena)
{
	/* one limb more at the first value, as others are often a little smaller */
	keep_limbs(sum, sum->limbs == 0 ? position - 1 : position,
			   position + EXACTSUM_SPAN + 1, arena);
}

/* Adds a carry, 1 or -1, at the limb with the given index. */
void
exactsum_carry(ExactSum *sum, int index, int carry)
{
	/* a carry out of the last limb is the change of the sign of the whole */
	if (carry > 0)
		while (index < sum->limbs && ++sum->limb[index] == 0)
			index++;
	else
		while (index < sum->limbs && sum->limb[index]-- == 0)
			index++;
}

/* Adds another sum. */
void
exactsum_merge(ExactSum *sum, const ExactSum *other, const Arena *arena)
{
	uint64_t	above = limbs_above(other);
	uint64_t	carry = 0;
	uint64_t   *limb;
	int			i;

	if (other->limbs == 0)
		return;
	keep_limbs(sum, other->first, other->first + other->limbs, arena);
	limb = sum->limb + (other->first - sum->first);
	for (i = 0; i < other->limbs; i++)
		carry = limb_add(&limb[i], other->limb[i], carry);
	for (; i < sum->first + sum->limbs - other->first; i++)
		carry = limb_add(&limb[i], above, carry);
}

/* Adds an exact number, or takes it away. */
void
exactsum_add_number(ExactSum *sum, const ExactNumber *number, bool negate, const Arena *arena)
{
	ExactSum	other;
	uint64_t	limb[EXACTSUM_LIMBS] = {0};
	int			offset = number->exponent - EXACTSUM_ORIGIN;
	int			first = offset / 64;
	int			shift = offset % 32;
	int			half = offset / 32 - 2 * first; /* of the limb where the number begins */
	int			i;

	if (number->limbs == 0)
		return;
	for (i = 0; i < number->limbs; i++, half++)
	{
		uint64_t	wide = (uint64_t) number->limb[i] << shift;

		/* the halves do not overlap, so bits can be set instead of added */
		limb[half / 2] |= wide << 32 * (half % 2);
		if (half % 2 == 1)
			limb[half / 2 + 1] |= wide >> 32;
	}
	other.limb = limb;
	other.first = first;
	other.limbs = half / 2 + 2;
	if (other.limbs < EXACTSUM_SPAN + 1)
		other.limbs = EXACTSUM_SPAN + 1;
	other.reach = 0;
	if (negate != number->negative)
	{
		uint64_t	carry = 1;

		for (i = 0; i < other.limbs; i++)
		{
			uint64_t	inverted = ~limb[i];

			limb[i] = 0;
			carry = limb_add(&limb[i], inverted, carry);
		}
	}
	exactsum_merge(sum, &other, arena);
}

/* The sum as an exact number. */
void
exactsum_number(const ExactSum *sum, ExactNumber *number)
{
	uint64_t	carry;
	int			limbs = 0;
	int			first = 0;
	int			i;

	number->negative = limbs_above(sum) != 0;
	while (first < sum->limbs && sum->limb[first] == 0)
		first++;
	carry = number->negative ? 1 : 0;
	for (i = first; i < sum->limbs; i++)
	{
		uint64_t	magnitude = 0;

		carry = limb_add(&magnitude, number->negative ? ~sum->limb[i] : sum->limb[i], carry);
		/* what no number can have is not there: see EXACT_EXPONENT_END */
		if (limbs < EXACT_LIMBS)
			number->limb[limbs++] = (uint32_t) magnitude;
		if (limbs < EXACT_LIMBS)
			number->limb[limbs++] = (uint32_t) (magnitude >> 32);
	}
	number->limbs = limbs;
	number->exponent = 64 * (sum->first + first) + EXACTSUM_ORIGIN;
	exactnumber_normalise(number);
}

/* -1, 0 or 1. */
int
exactsum_sign(const ExactSum *sum)
{
	int			i;

	if (limbs_above(sum) != 0)
		return -1;
	for (i = 0; i < sum->limbs; i++)
		if (sum->limb[i] != 0)
			return 1;
	return 0;
}

/* The double nearest to the sum, ties to even; an infinity where that is too large. */
double
exactsum_value(const ExactSum *sum)
{
	ExactNumber number;

	exactsum_number(sum, &number);
	return exactnumber_value(&number);
}
