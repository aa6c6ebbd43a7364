/*
 * scoring/steps.h
 *
 * The fast path of the commonest card: no groups, every indicator a ladder of
 * bands, combined by a mean or a sum. Indicators are taken in pairs, so that one
 * instruction compares two values with their bounds; how many bounds a value
 * reaches is the place of its weighted points in a table, and nothing branches on
 * the data. The results have the same bits as those of appraise.c. Where points are
 * whole and bounds few, increments.h is faster still.
 */
#ifndef CREDENCE_STEPS_H
#define CREDENCE_STEPS_H

#include <string.h>

#include "scoring/card.h"

/* Cuts of an indicator beyond which searching beats counting. */
#define STEPS_MOST_CUTS 16

typedef struct Steps
{
	uint32_t	width;			/* bounds of each indicator: 2, 3, 4, 8 or 16 */
	bool		complete;		/* no value is without a band, and the input of each
								 * indicator has the same place as the indicator */
	bool		whole;			/* base and weighted points are whole numbers: their
								 * sum is exact in any order */
	bool		rounded;		/* the score is whole, so nothing has to be rounded */
	uint8_t		reserved;		/* always zero */
	double		base;			/* where the sum starts */
	double		total_weight;	/* with every indicator present */
} Steps;

/*
 * A pair of indicators. Behind it: the bounds, ascending, two for each place; the
 * weighted points of the first indicator, then of the second; likewise the
 * weights, and the weighted points as integers, if they are whole. Place 0 is that of a missing value, place 1 of one that reaches no
 * bound. An odd last indicator is paired with one that always gives nothing.
 */
typedef struct StepsRow
{
	uint32_t	input[2];
	double		sign[2];		/* -1 where less is better, else 1 */
} StepsRow;

/* Two doubles that are compared at once; compilers know how on every machine. */
typedef double StepsPair __attribute__((vector_size(16)));
typedef int64_t StepsCount __attribute__((vector_size(16)));

/* Returns the bytes of a row with its tables. */
static inline size_t
steps_row_size(uint32_t width)
{
	return sizeof(StepsRow) + (2 * width + 6 * (width + 2)) * sizeof(double);
}

/* Returns the pairs of indicators of a card. */
static inline uint32_t
steps_rows(const Scorecard *card)
{
	return (card->indicators + 1) / 2;
}

/* Returns two doubles from memory that need not be aligned for both. */
static inline StepsPair
steps_load(const double *from)
{
	StepsPair	pair;

	memcpy(&pair, from, sizeof(pair));
	return pair;
}

/* Returns the next double above a finite one. */
static inline double
steps_next_above(double number)
{
	int64_t		bits;

	number += 0.0;				/* not -0, whose bits are the smallest */
	memcpy(&bits, &number, sizeof(bits));
	bits += bits >= 0 ? 1 : -1;
	memcpy(&number, &bits, sizeof(bits));
	return number;
}

/* Returns how many of its bounds each of the two values reaches. */
static inline StepsCount
steps_reached(const double *bound, uint32_t width, StepsPair value)
{
	StepsCount	reached = {0, 0};

	for (uint32_t i = 0; i < width; i++)
		reached -= (StepsCount) (steps_load(bound + 2 * i) <= value);
	return reached;
}

/* A value of a row as it comes: of no use where it is missing. */
typedef struct StepsValue
{
	double		value;
	uint8_t		missing;		/* a boolean */
} StepsValue;

/* What is summed over the pairs of a row. */
typedef struct StepsSum
{
	double		points;
	int64_t		whole_points;	/* instead of them, where they are whole: adding
								 * integers is faster and gives the same bits */
	StepsPair	values;			/* finite, unless a value is not */
	uint8_t		missing;		/* whether one of them is */
} StepsSum;

/* Adds the weighted points of a pair of values. */
static inline void
steps_add_pair(StepsSum *sum, const StepsRow *row, const uint32_t width, const bool whole,
			   const StepsValue *first, const StepsValue *second)
{
	const double *bound = (const double *) (row + 1);
	const double *points = bound + 2 * width;
	StepsPair	value = {first->value, second->value};
	StepsCount	reached = steps_reached(bound, width, value * steps_load(row->sign));

	sum->missing |= first->missing;
	sum->missing |= second->missing;
	sum->values += value;
	if (whole)
	{
		const int64_t *whole_points = (const int64_t *) (points + 4 * (width + 2));

		sum->whole_points += whole_points[1 + reached[0]] + whole_points[width + 3 + reached[1]];
	}
	else
	{
		sum->points += points[1 + reached[0]];
		sum->points += points[width + 3 + reached[1]];
	}
}

/*
 * Sums the weighted points of values that are all there, in the order of the
 * indicators. Returns NaN where one is missing, not finite, or so large that it
 * has to be looked at.
 */
static inline double
steps_sum_complete(const Scorecard *card, const Steps *steps, const uint32_t width,
				   const bool whole, const StepsValue *values)
{
	const StepsRow *row = (const StepsRow *) (steps + 1);
	StepsSum	sum = {steps->base, 0, {0, 0}, 0};
	double		check;

	for (uint32_t i = card->indicators / 2; i > 0; i--)
	{
		steps_add_pair(&sum, row, width, whole, values, values + 1);
		row = (const StepsRow *) ((const char *) row + steps_row_size(width));
		values += 2;
	}
	if (card->indicators % 2 != 0)
		steps_add_pair(&sum, row, width, whole, values, values);
	check = sum.values[0] + sum.values[1];
	if (sum.missing || check - check != 0)
		return __builtin_nan("");
	return sum.points + (double) sum.whole_points;
}

/* Sums weighted points and weights of values that are finite or NaN, missing. */
static inline void
steps_sum_present(const Scorecard *card, const Steps *steps, const uint32_t width,
				  const double *x, double *sum, double *weight)
{
	const StepsRow *row = (const StepsRow *) (steps + 1);

	*sum = steps->base;
	*weight = 0;
	for (uint32_t i = steps_rows(card); i > 0; i--)
	{
		const double *bound = (const double *) (row + 1);
		const double *points = bound + 2 * width;
		const double *weights = points + 2 * (width + 2);
		StepsPair	value = {x[row->input[0]], x[row->input[1]]};
		StepsCount	place;

		value *= steps_load(row->sign);
		place = steps_reached(bound, width, value) - (StepsCount) (value == value);
		*sum += points[place[0]];
		*sum += points[width + 2 + place[1]];
		*weight += weights[place[0]];
		*weight += weights[width + 2 + place[1]];
		row = (const StepsRow *) ((const char *) row + steps_row_size(width));
	}
}

/*
 * Sums the weighted points of a vector of values, and finds the points of each
 * indicator: those of its places stand in a row of width + 2. points has room for
 * an even number. NaN where one is missing, not finite, or so large that it has
 * to be looked at.
 */
static inline double
steps_sum_points(const Scorecard *card, const Steps *steps, const uint32_t width,
				 const bool whole, const double *x, const double *place_points,
				 double *points)
{
	const StepsRow *row = (const StepsRow *) (steps + 1);
	StepsSum	sum = {steps->base, 0, {0, 0}, 0};
	double		check;

	for (uint32_t i = 0; i < card->indicators; i += 2)
	{
		const double *bound = (const double *) (row + 1);
		const double *product = bound + 2 * width;
		const int64_t *whole_product = (const int64_t *) (product + 4 * (width + 2));
		StepsPair	value = {x[i], i + 1 < card->indicators ? x[i + 1] : x[i]};
		StepsCount	reached = steps_reached(bound, width, value * steps_load(row->sign));
		int64_t		first = 1 + reached[0];
		int64_t		second = width + 3 + reached[1];

		sum.values += value;
		points[i] = place_points[first];
		points[i + 1] = place_points[second];
		if (whole)
			sum.whole_points += whole_product[first] + whole_product[second];
		else
		{
			sum.points += product[first];
			sum.points += product[second];
		}
		place_points += 2 * (width + 2);
		row = (const StepsRow *) ((const char *) row + steps_row_size(width));
	}
	check = sum.values[0] + sum.values[1];
	if (check - check != 0)
		return __builtin_nan("");
	return sum.points + (double) sum.whole_points;
}

/* Calls a sum with its width as a constant, for which compilers unroll the loop. */
#define STEPS_WITH_WIDTH(steps, call) \
	do { \
		switch ((steps)->width) \
		{ \
			case 2: { const uint32_t width = 2; call; break; } \
			case 3: { const uint32_t width = 3; call; break; } \
			case 4: { const uint32_t width = 4; call; break; } \
			case 8: { const uint32_t width = 8; call; break; } \
			default: { const uint32_t width = 16; call; break; } \
		} \
	} while (0)

/*
 * Returns the card's value before floor, ceiling and rounding, for a card that is
 * complete. NaN where a value is missing or not finite.
 */
static inline double
steps_complete_value(const Scorecard *card, const Steps *steps, const StepsValue *values)
{
	double		sum;

	if (steps->whole)
		STEPS_WITH_WIDTH(steps, sum = steps_sum_complete(card, steps, width, true, values));
	else
		STEPS_WITH_WIDTH(steps, sum = steps_sum_complete(card, steps, width, false, values));
	return card_groups(card)->aggregate == AGGREGATE_MEAN ? sum / steps->total_weight : sum;
}

/*
 * Returns the same of a vector, with the points of each indicator; see
 * steps_sum_points().
 */
static inline double
steps_points_value(const Scorecard *card, const Steps *steps, const double *x,
				   const double *place_points, double *points)
{
	double		sum;

	if (steps->whole)
		STEPS_WITH_WIDTH(steps, sum = steps_sum_points(card, steps, width, true, x,
													   place_points, points));
	else
		STEPS_WITH_WIDTH(steps, sum = steps_sum_points(card, steps, width, false, x,
													   place_points, points));
	return card_groups(card)->aggregate == AGGREGATE_MEAN ? sum / steps->total_weight : sum;
}

/*
 * Returns the same of values that are finite or missing, which is NaN. NaN where
 * nothing is present.
 */
static inline double
steps_present_value(const Scorecard *card, const Steps *steps, const double *x)
{
	double		sum;
	double		weight;

	STEPS_WITH_WIDTH(steps, steps_sum_present(card, steps, width, x, &sum, &weight));
	if (weight == 0)
		return __builtin_nan("");
	return card_groups(card)->aggregate == AGGREGATE_MEAN ? sum / weight : sum;
}

#endif							/* CREDENCE_STEPS_H */
