/*
 * scoring/steps.h
 *
 * The fast path of the commonest card: no groups, every indicator a ladder of
 * bands, combined by a mean or a sum. Each row of the table is an indicator: the
 * number of bounds that a value reaches is the place of its weighted points, so
 * that a row of data is scored without a branch, missing values included.
 * The results have the same bits as those of appraise.c.
 */
#ifndef CREDENCE_STEPS_H
#define CREDENCE_STEPS_H

#include <string.h>

#include "scoring/card.h"

/* Cuts of an indicator beyond which searching beats counting. */
#define STEPS_MOST_CUTS 15

typedef struct Steps
{
	uint32_t	width;			/* bounds of a row: 4, 8 or 16 */
	uint32_t	reserved;		/* always zero */
	double		base;			/* where the sum starts */
} Steps;

/*
 * A row: where its value stands and whether less is better, then its bounds,
 * ascending; the weighted points; the weights. Place 0 of the points is that of
 * a missing value, place 1 that of a value that reaches no cut.
 */
typedef struct StepsRow
{
	uint32_t	input;
	uint32_t	reserved;		/* always zero */
	double		sign;			/* -1 where less is better, else 1 */
} StepsRow;

/* Returns the bytes of a row with its tables. */
static inline size_t
steps_row_size(uint32_t width)
{
	return sizeof(StepsRow) + (3 * width + 2) * sizeof(double);
}

/* Two doubles that are compared at once; compilers know how on every machine. */
typedef double StepsPair __attribute__((vector_size(16)));
typedef int64_t StepsPairMask __attribute__((vector_size(16)));

/* Sums the weighted points and the weights over all rows of one width. */
static inline void
steps_sum_rows(const Scorecard *card, const Steps *steps, const uint32_t width,
			   const double *x, double *sum, double *weight)
{
	const char *position = (const char *) (steps + 1);
	double		total = steps->base;
	double		total_weight = 0;

	for (uint32_t i = 0; i < card->indicators; i++)
	{
		const StepsRow *row = (const StepsRow *) position;
		const double *bound = (const double *) (row + 1);
		const double *points = bound + width;
		const double *weights = points + width + 1;
		double		value = row->sign * x[row->input];
		StepsPair	values = {value, value};
		StepsPairMask reached = {0, 0};

		for (uint32_t j = 0; j < width; j += 2)
		{
			StepsPair	bounds;

			memcpy(&bounds, bound + j, sizeof(bounds));
			reached -= (StepsPairMask) (bounds <= values);
		}
		total += points[reached[0] + reached[1]];
		total_weight += weights[reached[0] + reached[1]];
		position += steps_row_size(width);
	}
	*sum = total;
	*weight = total_weight;
}

/*
 * Returns the card's value before floor, ceiling and rounding, NaN where nothing
 * is present. The inputs are finite or NaN.
 */
static inline double
steps_value(const Scorecard *card, const double *x)
{
	const Steps *steps = card_at(card, card->steps_at);
	double		sum;
	double		weight;

	/* with constant widths the compiler unrolls the comparisons */
	if (steps->width == 4)
		steps_sum_rows(card, steps, 4, x, &sum, &weight);
	else if (steps->width == 8)
		steps_sum_rows(card, steps, 8, x, &sum, &weight);
	else
		steps_sum_rows(card, steps, 16, x, &sum, &weight);
	/* where nothing is present, this is 0/0 or not a number times zero weight */
	if (weight == 0)
		return __builtin_nan("");
	return card_groups(card)->aggregate == AGGREGATE_MEAN ? sum / weight : sum;
}

#endif							/* CREDENCE_STEPS_H */
