/*
 * scoring/increments.c
 *
 * From the tables of a card's steps to what each bound adds; see increments.h.
 */
#include <float.h>
#include <math.h>

#include "scoring/increments.h"

/*
 * Fills the half of a pair that belongs to an indicator and returns its points
 * where no bound is reached. Where less is better, a bound on the negated value
 * becomes one that the value exceeds: what it gives is there from the start, and
 * is taken away.
 */
static int64_t
fill_half(const StepsRow *row, uint32_t width, int half, Increment *increment)
{
	const double *bound = (const double *) (row + 1);
	const int64_t *points = (const int64_t *) (bound + 2 * width + 4 * (width + 2)) +
		half * (width + 2);
	int64_t		start = points[1];

	for (uint32_t i = 0; i < width; i++)
	{
		double		reached = bound[2 * i + half];
		int64_t		added = points[i + 2] - points[i + 1];

		increment[i].bound[half] = INFINITY;
		/* no finite value reaches this bound, nor those behind it */
		if (reached > DBL_MAX)
			continue;
		increment[i].bound[half] = row->sign[half] > 0 ? reached : steps_next_above(-reached);
		increment[i].added[half] = row->sign[half] > 0 ? added : -added;
		start += row->sign[half] > 0 ? 0 : added;
	}
	return start;
}

/* Returns memory for pairs, which have to be aligned as what an arena gives need not be. */
static void *
allocate_pairs(const Arena *arena, size_t size)
{
	uintptr_t	memory = (uintptr_t) arena_allocate(arena, size + sizeof(StepsPair));

	memory = (memory + sizeof(StepsPair) - 1) & ~(uintptr_t) (sizeof(StepsPair) - 1);
	memset((void *) memory, 0, size);
	return (void *) memory;
}

/*
 * Returns whether the points of each indicator are what is summed, and are what
 * sums of them can be: never -0.
 */
static bool
sums_points(const Scorecard *card)
{
	for (uint32_t i = 0; i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];
		const Bands *bands = card_at(card, indicator->shape_at);

		if (indicator->weight != 1)
			return false;
		for (uint32_t j = 0; j < bands->count; j++)
			if (bands->entry[j].points == 0 && signbit(bands->entry[j].points))
				return false;
		if (indicator->capped &&
			((indicator->cap_low == 0 && signbit(indicator->cap_low)) ||
			 (indicator->cap_high == 0 && signbit(indicator->cap_high))))
			return false;
	}
	return true;
}

/* Returns the increments of a card, NULL where it is none for them. */
const Increments *
increments_create(const Scorecard *card, const Arena *arena)
{
	const Steps *steps = card_at(card, card->steps_at);
	const StepsRow *row = (const StepsRow *) (steps + 1);
	uint32_t	pairs = steps_rows(card);
	Increments *increments;
	Increment  *increment;
	PointsIncrement *points_increment;

	if (card->steps_at == 0 || !steps->complete || !steps->whole ||
		steps->width > INCREMENTS_MOST_BOUNDS)
		return NULL;
	increments = arena_allocate(arena, sizeof(Increments));
	increments->width = steps->width;
	increments->indicators = card->indicators;
	increments->start = (int64_t) steps->base;
	increments->base = steps->base;
	increments->divisor = card_groups(card)->aggregate == AGGREGATE_MEAN ?
		steps->total_weight : 0;
	increments->floor = card_groups(card)->floor;
	increments->ceiling = card_groups(card)->ceiling;
	increments->decimals = card->decimals;
	increments->rounded = steps->rounded;
	increment = allocate_pairs(arena, pairs * steps->width * sizeof(Increment));
	points_increment = allocate_pairs(arena, pairs * (steps->width + 1) * sizeof(PointsIncrement));
	increments->increment = increment;
	increments->points_increment = sums_points(card) ? points_increment : NULL;
	for (uint32_t i = 0; i < pairs; i++)
	{
		for (int half = 0; half < 2; half++)
		{
			int64_t		start = fill_half(row, steps->width, half, increment);

			increments->start += start;
			points_increment[0].added[half] = (double) start;
			for (uint32_t j = 0; j < steps->width; j++)
			{
				points_increment[j + 1].bound[half] = increment[j].bound[half];
				points_increment[j + 1].added[half] = (double) increment[j].added[half];
			}
		}
		increment += steps->width;
		points_increment += steps->width + 1;
		row = (const StepsRow *) ((const char *) row + steps_row_size(steps->width));
	}
	return increments;
}
