/*
 * scoring/cluster_optimal.c
 *
 * The exact optimum of k-means in one dimension by dynamic programming over the
 * distinct values: the best cut of the first j of them into q clusters ends
 * with a cluster i..j on top of the best cut of the first i into q - 1. Where
 * that last cluster starts never moves down as j grows, so each layer is
 * divided at its middle and takes O(m log m) (Wang and Song, The R Journal 3/2,
 * 2011; Gronlund et al., "Fast Exact k-Means, k-Medians and Bregman Divergence
 * Clustering in 1D", 2017).
 */
#include <float.h>
#include <math.h>
#include <stdint.h>

#include "scoring/cluster.h"
#include "scoring/doubledouble.h"

/*
 * Two sums of squares nearer than this are the same. Sums over values with few
 * digits, where ties are common, are exact up to the last division, so this is
 * far above their error and far below any difference that has a meaning.
 */
#define SAME 0x1p-80

/* What lies before a distinct value: the values below it, as offsets from the middle one. */
typedef struct Before
{
	double		offset;			/* of this value */
	double		count;			/* below it, as are the sums */
	DoubleDouble sum;
	DoubleDouble square;
} Before;

typedef struct Layers
{
	const Before *before;		/* one more than there are distinct values */
	DoubleDouble *previous;		/* least sum of squares of the first j values in q - 1 clusters */
	DoubleDouble *current;		/* the same in q clusters */
	uint32_t   *starts;			/* where the last of the q clusters starts, for each j */
	uint32_t	clusters;		/* q */
	void		(*poll) (void);
} Layers;

/* Is a less than b, or the same? */
static inline bool
at_most(DoubleDouble a, DoubleDouble b)
{
	return dd_subtract(a, b).high <= b.high * SAME;
}

/*
 * The sum of squares of distinct values start..end-1 around their mean. The
 * moments are shifted to a value amid them first, or their difference would be
 * lost in their size.
 */
static DoubleDouble
sum_of_squares(const Before *before, uint32_t start, uint32_t end)
{
	const Before *a = &before[start];
	const Before *b = &before[end];
	double		count = b->count - a->count;
	double		centre = before[start + (end - start) / 2].offset;
	DoubleDouble sum;
	DoubleDouble shifted;
	DoubleDouble square;
	DoubleDouble spread;

	if (end - start == 1)
		return (DoubleDouble) {0.0, 0.0};
	sum = dd_subtract(b->sum, a->sum);
	square = dd_subtract(b->square, a->square);
	shifted = dd_subtract(sum, dd_product(count, centre));
	square = dd_subtract(square, dd_multiply_double(dd_add(sum, shifted), centre));
	spread = dd_subtract(square, dd_divide_double(dd_multiply(shifted, shifted), count));
	return spread.high > 0.0 ? spread : (DoubleDouble) {0.0, 0.0};
}

/*
 * Bounds of that sum of squares on top of the given one: a rough answer in
 * doubles and a generous estimate of its error.
 */
static inline void
bounds(const Before *before, uint32_t start, uint32_t end, double below, double *low, double *high)
{
	const Before *a = &before[start];
	const Before *b = &before[end];
	double		sum = b->sum.high - a->sum.high;
	double		mean = sum / (b->count - a->count);
	double		square = b->square.high - a->square.high - sum * mean;
	double		error = 0x1p-49 * (b->square.high + fabs(mean) * (fabs(a->sum.high) + fabs(b->sum.high)) + below);

	*low = below + square - error;
	*high = below + square + error;
}

/*
 * The best place for the last cluster of the first j values to start, among
 * low..high; of equally good ones the highest, which gives values to the lower
 * cluster. Sets the sum of squares. Looks closely only at those places that a
 * rough look does not exclude.
 */
static uint32_t
best_start(const Layers *layers, uint32_t j, uint32_t low, uint32_t high, DoubleDouble *least)
{
	const DoubleDouble *previous = layers->previous;
	double		limit = DBL_MAX;
	double		from;
	double		to;
	uint32_t	best = low;
	uint32_t	end;
	bool		found = false;

	/* what lies below only grows, so beyond the limit nothing better comes */
	for (end = low; end <= high && previous[end].high <= limit; end++)
	{
		bounds(layers->before, end, j, previous[end].high, &from, &to);
		if (to < limit)
			limit = to;
	}
	for (uint32_t i = low; i < end; i++)
	{
		DoubleDouble candidate;

		bounds(layers->before, i, j, previous[i].high, &from, &to);
		if (from > limit)
			continue;
		candidate = dd_add(previous[i], sum_of_squares(layers->before, i, j));
		if (!found || at_most(candidate, *least))
		{
			if (!found || dd_subtract(candidate, *least).high < 0.0)
				*least = candidate;
			best = i;
			found = true;
		}
	}
	return best;
}

/* Fills the layer for the first from..to values, whose last clusters start in low..high. */
static void
fill(const Layers *layers, uint32_t from, uint32_t to, uint32_t low, uint32_t high)
{
	while (from <= to)
	{
		uint32_t	middle = from + (to - from) / 2;
		uint32_t	start = best_start(layers, middle, low, high < middle ? high : middle - 1,
									   &layers->current[middle]);

		layers->starts[middle] = start;
		if (layers->poll != NULL)
			layers->poll();
		if (middle > from)
			fill(layers, from, middle - 1, low, start);
		from = middle + 1;
		low = start;
	}
}

/* The distinct values and what lies before each; returns how many there are. */
static uint32_t
collect(const double *values, size_t count, Before *before)
{
	double		middle = values[count / 2];
	Before		next = {0.0, 0.0, {0.0, 0.0}, {0.0, 0.0}};
	uint32_t	distinct = 0;

	for (size_t i = 0; i < count;)
	{
		DoubleDouble offset = dd_sum(values[i], -middle);
		size_t		same = i;

		while (same < count && values[same] == values[i])
			same++;
		next.offset = offset.high;
		before[distinct++] = next;
		next.count = (double) same;
		next.sum = dd_add(next.sum, dd_multiply_double(offset, (double) (same - i)));
		next.square = dd_add(next.square,
							 dd_multiply_double(dd_multiply(offset, offset), (double) (same - i)));
		i = same;
	}
	before[distinct] = next;
	return distinct;
}

/* Cuts the values; see cluster.h. */
bool
cluster_optimal(const double *values, size_t count, const ClusterRequest *request,
				const Arena *arena, size_t *ends, int *clusters, Problem *problem)
{
	uint32_t	distinct = 1;
	uint32_t	wanted = (uint32_t) request->clusters;
	uint32_t   *starts;
	uint32_t	end;
	Layers		layers;
	Before	   *before;
	DoubleDouble least;

	for (size_t i = 1; i < count; i++)
		distinct += values[i] != values[i - 1];
	if (wanted > distinct)
		wanted = distinct;
	*clusters = (int) wanted;

	/* the first layer has no choice to make, and of the last only one is needed */
	if (wanted > 2 && (uint64_t) (wanted - 2) * (distinct + 1) > LIMIT_CLUSTER_CHOICES)
	{
		problem_set(problem, PROBLEM_LIMIT, "%d optimal clusters of %u distinct values are more than can be sought",
					request->clusters, (unsigned) distinct);
		return problem_hint(problem, "Round the values, ask for fewer clusters, or use the method \"fastclus\".");
	}

	before = arena_allocate(arena, ((size_t) distinct + 1) * sizeof(Before));
	collect(values, count, before);
	layers.before = before;
	layers.poll = request->poll;
	layers.previous = arena_allocate(arena, ((size_t) distinct + 1) * sizeof(DoubleDouble));
	layers.current = arena_allocate(arena, ((size_t) distinct + 1) * sizeof(DoubleDouble));
	starts = arena_allocate(arena, ((size_t) (wanted > 2 ? wanted - 2 : 0) * (distinct + 1) + 1) * sizeof(uint32_t));

	for (uint32_t j = 1; j <= distinct; j++)
		layers.current[j] = sum_of_squares(before, 0, j);
	for (uint32_t q = 2; q < wanted; q++)
	{
		DoubleDouble *swap = layers.previous;

		layers.previous = layers.current;
		layers.current = swap;
		layers.starts = starts + (size_t) (q - 2) * (distinct + 1);
		fill(&layers, q, distinct, q - 1, distinct - 1);
	}

	/* back from the last cluster to the first */
	end = distinct;
	for (uint32_t q = wanted; q >= 1; q--)
	{
		ends[q - 1] = (size_t) before[end].count;
		if (q == wanted && q > 1)
		{
			layers.previous = layers.current;
			end = best_start(&layers, end, q - 1, end - 1, &least);
		}
		else if (q > 1)
			end = starts[(size_t) (q - 2) * (distinct + 1) + end];
	}
	return true;
}
