/*
 * scoring/increments.h
 *
 * The fast path of steps.h once more, for cards of few cuts and whole points: what
 * each bound adds to the sum, made once for many rows. A value then needs no place
 * in a table: comparing it with a bound gives a mask, and what is behind the mask
 * is added. Sums of whole numbers are exact in any order, so that the results have
 * the same bits.
 */
#ifndef CREDENCE_INCREMENTS_H
#define CREDENCE_INCREMENTS_H

#include "scoring/steps.h"

/* Bounds of an indicator beyond which a look into the table is faster. */
#define INCREMENTS_MOST_BOUNDS 4

/* A bound of each of two indicators, and what reaching it adds. */
typedef struct Increment
{
	StepsPair	bound;
	StepsCount	added;
} Increment;

/* The same for the points of two indicators by themselves. */
typedef struct PointsIncrement
{
	StepsPair	bound;
	StepsPair	added;
} PointsIncrement;

typedef struct Increments
{
	uint32_t	width;			/* bounds of each indicator: 2, 3 or 4 */
	uint32_t	indicators;
	int64_t		start;			/* the sum where no bound is reached */
	double		divisor;		/* of a mean: the weights; 0 for a sum */
	double		floor;			/* of the card */
	double		ceiling;
	int			decimals;
	bool		rounded;		/* the score is whole, so nothing has to be rounded */
	const Increment *increment; /* of each pair of indicators, as many as the width */
	double		base;
	const PointsIncrement *points_increment;	/* of each pair one more than the width:
												 * the first adds where it starts. NULL
												 * where points are not what is summed */
} Increments;

extern const Increments *increments_create(const Scorecard *card, const Arena *arena);

/* Returns what a bound adds to the sums of two values. */
static inline StepsCount
increment_of(const Increment *increment, StepsPair value)
{
	return (StepsCount) (increment->bound <= value) & increment->added;
}

/*
 * Returns what the bounds of two indicators add together. Written out, since
 * compilers leave a loop of three rounds a loop.
 */
static inline StepsCount
increments_of(const Increment *increment, const uint32_t width, StepsPair value)
{
	StepsCount	sum = increment_of(&increment[0], value) + increment_of(&increment[1], value);

	if (width > 2)
		sum += increment_of(&increment[2], value);
	if (width > 3)
		sum += increment_of(&increment[3], value);
	return sum;
}

/* Returns what a bound adds to the points of two values. */
static inline StepsPair
points_increment_of(const PointsIncrement *increment, StepsPair value)
{
	return (StepsPair) ((StepsCount) (increment->bound <= value) &
						(StepsCount) increment->added);
}

/* Returns the points of two values. */
static inline StepsPair
points_of(const PointsIncrement *increment, const uint32_t width, StepsPair value)
{
	StepsPair	points = increment[0].added + points_increment_of(&increment[1], value);

	points += points_increment_of(&increment[2], value);
	if (width > 2)
		points += points_increment_of(&increment[3], value);
	if (width > 3)
		points += points_increment_of(&increment[4], value);
	return points;
}

/*
 * Sums the points of a row and notes those of each indicator; NaN where a value is
 * missing or not finite. The points are whole, so that all this is exact.
 */
static inline double
increments_sum_points(const Increments *increments, const uint32_t width,
					  const StepsValue *values, double *points)
{
	const PointsIncrement *increment = increments->points_increment;
	const StepsValue *last = values + (increments->indicators & ~1U);
	StepsPair	finite = {0, 0};
	StepsPair	sum = {0, 0};
	uint8_t		missing = 0;
	double		check;

	for (; values < last; values += 2, points += 2, increment += width + 1)
	{
		StepsPair	value = {values[0].value, values[1].value};
		StepsPair	found = points_of(increment, width, value);

		missing |= values[0].missing;
		missing |= values[1].missing;
		finite += value;
		memcpy(points, &found, sizeof(found));
		sum += found;
	}
	if (increments->indicators % 2 != 0)
	{
		StepsPair	value = {values[0].value, 0};
		StepsPair	found = points_of(increment, width, value);

		missing |= values[0].missing;
		finite += value;
		points[0] = found[0];
		sum += found;
	}
	check = finite[0] + finite[1];
	if (missing || check - check != 0)
		return __builtin_nan("");
	return increments->base + (sum[0] + sum[1]);
}

/* Returns the sum, NaN where a value is missing or not finite; see steps_sum_complete(). */
static inline double
increments_sum(const Increments *increments, const uint32_t width, const StepsValue *values)
{
	const Increment *increment = increments->increment;
	const StepsValue *last = values + (increments->indicators & ~1U);
	StepsPair	finite = {0, 0};
	StepsCount	sum = {0, 0};
	uint8_t		missing = 0;
	double		check;

	for (; values < last; values += 2, increment += width)
	{
		StepsPair	value = {values[0].value, values[1].value};

		missing |= values[0].missing;
		missing |= values[1].missing;
		finite += value;
		sum += increments_of(increment, width, value);
	}
	if (increments->indicators % 2 != 0)
	{
		StepsPair	value = {values[0].value, 0};

		missing |= values[0].missing;
		finite += value;
		sum += increments_of(increment, width, value);
	}
	check = finite[0] + finite[1];
	if (missing || check - check != 0)
		return __builtin_nan("");
	return (double) (increments->start + sum[0] + sum[1]);
}

/* Calls a sum with its width as a constant. */
#define INCREMENTS_WITH_WIDTH(increments, call) \
	do { \
		switch ((increments)->width) \
		{ \
			case 2: { const uint32_t width = 2; call; break; } \
			case 3: { const uint32_t width = 3; call; break; } \
			default: { const uint32_t width = 4; call; break; } \
		} \
	} while (0)

/* Returns the card's value before rounding; NaN where a value is missing or not finite. */
static inline double
increments_value(const Increments *increments, const StepsValue *values)
{
	double		value;

	INCREMENTS_WITH_WIDTH(increments, value = increments_sum(increments, width, values));
	return increments->divisor != 0 ? value / increments->divisor : value;
}

/* Returns the same and the points of each indicator. */
static inline double
increments_points_value(const Increments *increments, const StepsValue *values,
						double *points)
{
	double		value;

	INCREMENTS_WITH_WIDTH(increments, value = increments_sum_points(increments, width,
																	values, points));
	return increments->divisor != 0 ? value / increments->divisor : value;
}

/* Returns a value within floor and ceiling of the card. */
static inline double
increments_clamp(const Increments *increments, double value)
{
	if (value < increments->floor)
		value = increments->floor;
	if (value > increments->ceiling)
		value = increments->ceiling;
	return value;
}

#endif							/* CREDENCE_INCREMENTS_H */
