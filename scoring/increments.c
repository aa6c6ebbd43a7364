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

/* Returns the increments of a card, NULL where it is none for them. */
const Increments *
increments_create(const Scorecard *card, const Arena *arena)
{
	const Steps *steps = card_at(card, card->steps_at);
	const StepsRow *row = (const StepsRow *) (steps + 1);
	Increments *increments;
	Increment  *increment;
	size_t		size;

	if (card->steps_at == 0 || !steps->complete || !steps->whole ||
		steps->width > INCREMENTS_MOST_BOUNDS)
		return NULL;
	increments = arena_allocate(arena, sizeof(Increments));
	increments->width = steps->width;
	increments->indicators = card->indicators;
	increments->start = (int64_t) steps->base;
	increments->divisor = card_groups(card)->aggregate == AGGREGATE_MEAN ?
		steps->total_weight : 0;
	increments->floor = card_groups(card)->floor;
	increments->ceiling = card_groups(card)->ceiling;
	increments->decimals = card->decimals;
	increments->rounded = steps->rounded;
	size = steps_rows(card) * steps->width * sizeof(Increment);
	increment = arena_allocate(arena, size + sizeof(Increment));
	/* pairs have to be aligned, which what an arena gives need not be */
	increment = (Increment *) (((uintptr_t) increment + sizeof(StepsPair) - 1) &
							   ~(uintptr_t) (sizeof(StepsPair) - 1));
	memset(increment, 0, size);
	increments->increment = increment;
	for (uint32_t i = 0; i < steps_rows(card); i++)
	{
		increments->start += fill_half(row, steps->width, 0, increment);
		increments->start += fill_half(row, steps->width, 1, increment);
		increment += steps->width;
		row = (const StepsRow *) ((const char *) row + steps_row_size(steps->width));
	}
	return increments;
}
