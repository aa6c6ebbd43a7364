/*
 * scoring/population.c
 *
 * Norms while they are made: adding rows, and merging; see population.h.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "scoring/limits.h"
#include "scoring/population.h"

/* Starts a tally of no values. */
void
tally_init(Tally *tally, Text name, uint8_t method, const Arena *arena)
{
	memset(tally, 0, sizeof(*tally));
	tally->name = text_copy(arena, name);
	tally->method = method;
	tally->minimum = HUGE_VAL;
	tally->maximum = -HUGE_VAL;
	multiset_init(&tally->values, 1);
}

/* Takes a value into the range. */
static inline void
tally_add_range(Tally *tally, double x)
{
	/* adding zero turns -0 into 0 */
	if (x < tally->minimum)
		tally->minimum = x + 0.0;
	if (x > tally->maximum)
		tally->maximum = x + 0.0;
}

/*
 * Adds a finite value. Returns false now and then, when it is time to look
 * whether there are too many different values.
 */
static inline bool
tally_add(Tally *tally, double x, const Arena *arena)
{
	DoubleParts parts;

	tally->count++;
	switch ((Standardise) tally->method)
	{
		case STANDARDISE_ZSCORE:
			parts = double_parts(x);
			exactsum_add_parts(&tally->sum, parts, arena);
			exactsum_add_square_parts(&tally->squares, parts, arena);
			return true;
		case STANDARDISE_RATIO_TO_MEAN:
			exactsum_add(&tally->sum, x, arena);
			tally_add_range(tally, x);
			return true;
		case STANDARDISE_MINMAX:
		case STANDARDISE_RATIO_TO_BEST:
			tally_add_range(tally, x);
			return true;
		case STANDARDISE_MEDIAN_RANGE:
		case STANDARDISE_ROBUST_Z:
		case STANDARDISE_PERCENTILE:
			return multiset_add(&tally->values, x, arena);
		case STANDARDISE_NONE:
			break;
	}
	return true;
}

/* Returns whether the values sorted in so far are within the limit. */
bool
population_check_limit(const Population *population, Problem *problem)
{
	int64_t		values = 0;

	for (uint32_t i = 0; population->base != NULL && i < population->base->indicator_items; i++)
		values += population->base->item[i].values;
	for (uint32_t i = 0; i < population->tallies; i++)
		values += population->tally[i].values.distinct;
	if (values > LIMIT_NORMS_VALUES)
		return problem_set(problem, PROBLEM_LIMIT,
						   "norms of card \"%s\" have more than %d different values for order statistics",
						   population->card_name.bytes, LIMIT_NORMS_VALUES);
	return true;
}

/* Returns whether so many rows are within the limit. */
static bool
check_rows(const Population *population, int64_t rows, Problem *problem)
{
	if (rows > LIMIT_COUNT)
		return problem_set(problem, PROBLEM_LIMIT, "norms of card \"%s\" are of more than 2^53 rows",
						   population->card_name.bytes);
	return true;
}

/* Makes a population of no rows for the card, in one step or the second of two. */
bool
population_create(const Scorecard *card, const Norms *base, const Arena *arena,
				  Population *population, Problem *problem)
{
	Tally	   *tally;

	memset(population, 0, sizeof(*population));
	if (base != NULL)
	{
		if (!norms_fit_card(base, card, problem))
			return false;
		if (base->has_groups)
		{
			problem_set(problem, PROBLEM_STATE, "norms of card \"%s\" have their groups already",
						(const char *) card_at(card, card->name.at));
			return problem_hint(problem, "The second step takes the norms of the first: norms(card, inputs).");
		}
		population->group_fingerprint = card->group_fingerprint;
	}
	population->card_name = text_copy(arena, card_text(card, card->name));
	population->indicator_fingerprint = card->indicator_fingerprint;
	population->base = base;
	population->tallies = base == NULL ? card->indicator_norms_items :
		card->norms_items - card->indicator_norms_items;
	population->tally = tally = arena_allocate(arena, population->tallies * sizeof(Tally));
	for (uint32_t i = 0; base == NULL && i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];

		if (indicator->norms_item >= 0)
			tally_init(tally++, card_text(card, indicator->name), indicator->standardise, arena);
	}
	for (uint32_t i = 1; base != NULL && i < card->groups; i++)
	{
		const CardGroup *group = &card_groups(card)[i];

		if (group->norms_item >= 0)
			tally_init(tally++, card_text(card, group->name), group->standardise, arena);
	}
	return true;
}

/* Sets the problem of rows by a card that the norms do not fit. */
static bool
other_card(const Population *population, Text name, Problem *problem)
{
	problem_set(problem, PROBLEM_DATA,
				"norms of card \"%s\" cannot be joined with norms of card \"%s\"",
				population->card_name.bytes, name.bytes);
	if (text_equal(population->card_name, name))
		problem_hint(problem, "The cards have one name, but do not standardise alike.");
	return false;
}

/* Returns whether a tally is that of a name and method. */
static bool
same_tally(const Tally *tally, Text name, uint8_t method)
{
	return tally->method == method && text_equal(tally->name, name);
}

/* Says in which workspace rows are added from now on, and so by which card. */
bool
population_use_workspace(Population *population, Workspace *workspace, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const Norms *base = population->base;
	Tally	   *tally = population->tally;
	bool		same = population->indicator_fingerprint == card->indicator_fingerprint;

	if (base != NULL)
		same = same && population->group_fingerprint == card->group_fingerprint &&
			population->tallies == card->norms_items - card->indicator_norms_items;
	else
		same = same && population->tallies == card->indicator_norms_items;
	for (uint32_t i = 0; same && base == NULL && i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];

		if (indicator->norms_item < 0)
			continue;
		tally->place = indicator->input;
		tally->when = indicator->when;
		same = same_tally(tally++, card_text(card, indicator->name), indicator->standardise);
	}
	for (uint32_t i = 1; same && base != NULL && i < card->groups; i++)
	{
		const CardGroup *group = &card_groups(card)[i];

		if (group->norms_item < 0)
			continue;
		tally->place = (uint16_t) i;
		same = same_tally(tally++, card_text(card, group->name), group->standardise);
	}
	if (!same)
		return other_card(population, card_text(card, card->name), problem);
	population->workspace = workspace;
	return base == NULL || workspace_use_norms(workspace, base, problem);
}

/* Adds the groups of a row, whose indicators are seen against the base. */
static bool
add_groups(Population *population, const double *x, const Arena *arena, Problem *problem)
{
	Workspace  *workspace = population->workspace;
	bool		within = true;

	if (!points_find(workspace, x, problem) ||
		!aggregate_for_norms(workspace, problem))
		return false;
	for (uint32_t i = 0; i < population->tallies; i++)
	{
		Tally	   *tally = &population->tally[i];
		double		value = workspace->raw_value[tally->place];

		if (isnan(value))
			continue;
		if (!isfinite(value))
			return problem_set(problem, PROBLEM_RANGE, "group \"%s\": the value is out of range",
							   tally->name.bytes);
		within &= tally_add(tally, value, arena);
	}
	return within || population_check_limit(population, problem);
}

/* Adds a row: the input vector of the card. */
bool
population_add(Population *population, const double *x, const Arena *arena, Problem *problem)
{
	bool		within = true;

	/* a row that fails leaves the population in between; so does the statement */
	population->rows++;
	if (population->base != NULL)
		return add_groups(population, x, arena, problem);

	if (!inputs_check(population->workspace->card, x, problem))
		return false;
	for (uint32_t i = 0; i < population->tallies; i++)
	{
		Tally	   *tally = &population->tally[i];
		double		value = x[tally->place];

		if (isnan(value) ||
			(tally->when.terms > 0 &&
			 !condition_holds(population->workspace, tally->when, x, NAN)))
			continue;
		within &= tally_add(tally, value, arena);
	}
	return within || population_check_limit(population, problem);
}

/* Returns the sign of sum - count * bound. */
static int
compare_with_multiple(const ExactSum *sum, int64_t count, double bound, const Arena *arena)
{
	ExactSum	product = {0};
	ExactSum	difference = {0};
	ExactNumber number;

	exactsum_add_product(&product, fabs(bound), (double) count, arena);
	exactsum_number(&product, &number);
	exactsum_merge(&difference, sum, arena);
	exactsum_add_number(&difference, &number, bound > 0, arena);
	return exactsum_sign(&difference);
}

/* Returns whether the sum of the tally, and of its squares, can be that of its values. */
static bool
check_moments(const Tally *tally, const Arena *arena)
{
	ExactNumber sum;
	ExactNumber squares;
	double		spread;

	exactsum_number(&tally->sum, &sum);
	exactsum_number(&tally->squares, &squares);
	if (tally->count == 0)
		return sum.limbs == 0 && squares.limbs == 0;
	if (!exactnumber_within(&sum, -1074, 1024 + 63))
		return false;
	if (method_needs_range((Standardise) tally->method))
		return compare_with_multiple(&tally->sum, tally->count, tally->minimum, arena) >= 0 &&
			compare_with_multiple(&tally->sum, tally->count, tally->maximum, arena) <= 0;
	spread = exactnumber_spread(tally->count, &sum, &squares);
	return tally->count == 1 ? spread == 0 : spread >= 0;
}

/* Returns whether what was read of a tally can be of values at all. */
bool
tally_check(const Tally *tally, ProblemKind kind, const Arena *arena, Problem *problem)
{
	const Standardise method = (Standardise) tally->method;
	int64_t		values = 0;

	if (method_needs_range(method) && tally->count > 0 &&
		(tally->minimum > tally->maximum ||
		 (tally->count == 1 && tally->minimum < tally->maximum)))
		return problem_set(problem, kind,
						   "range from %.17g to %.17g is not that of %" PRId64 " values",
						   tally->minimum, tally->maximum, tally->count);
	if (method_needs_sum(method) && !check_moments(tally, arena))
		return problem_set(problem, kind, "sums are not those of %" PRId64 " values",
						   tally->count);
	for (int64_t i = 0; i < tally->values.distinct && values <= LIMIT_COUNT; i++)
		values += tally->values.count[i];
	if (method_needs_values(method) && values != tally->count)
		return problem_set(problem, kind, "values are not %" PRId64 " in number", tally->count);
	return true;
}

/* Adds the values of an item of norms. */
static void
tally_merge(Tally *tally, const Norms *norms, const NormsItem *item, const Arena *arena)
{
	const Standardise method = (Standardise) tally->method;
	ExactNumber number;

	tally->count += item->count;
	if (method_needs_sum(method))
	{
		norms_sum(norms, item->sum_at, &number);
		exactsum_add_number(&tally->sum, &number, false, arena);
	}
	if (method_needs_squares(method))
	{
		norms_sum(norms, item->squares_at, &number);
		exactsum_add_number(&tally->squares, &number, false, arena);
	}
	if (method_needs_range(method) && item->count > 0)
	{
		tally_add_range(tally, item->minimum);
		tally_add_range(tally, item->maximum);
	}
	if (method_needs_values(method) && item->count > 0)
	{
		const int64_t *upto = norms_upto(norms, item);
		int64_t    *count = arena_allocate(arena, item->values * sizeof(int64_t));

		for (uint32_t i = 0; i < item->values; i++)
			count[i] = upto[i] - (i > 0 ? upto[i - 1] : 0);
		multiset_settle(&tally->values, arena);
		multiset_merge(&tally->values, item->values, norms_values(norms, item), count, arena);
		arena_release(arena, count);
	}
}

/* Adds the rows that norms were made of; the problem names both cards. */
bool
population_merge(Population *population, const Norms *norms, const Arena *arena,
				 Problem *problem)
{
	const NormsItem *item = norms->item + (norms->has_groups ? norms->indicator_items : 0);
	uint32_t	items = norms->has_groups ? norms->group_items : norms->indicator_items;
	Text		name = norms_text(norms, norms->card_name);
	bool		same = norms->indicator_fingerprint == population->indicator_fingerprint;

	if (same && norms->has_groups != (population->base != NULL))
		return problem_set(problem, PROBLEM_DATA,
						   "norms of card \"%s\" with groups cannot be joined with norms of card \"%s\" without",
						   norms->has_groups ? name.bytes : population->card_name.bytes,
						   norms->has_groups ? population->card_name.bytes : name.bytes);
	same = same && norms->group_fingerprint == population->group_fingerprint &&
		items == population->tallies;
	for (uint32_t i = 0; same && i < items; i++)
		same = same_tally(&population->tally[i], norms_text(norms, item[i].name), item[i].method);
	if (!same)
		return other_card(population, name, problem);
	if (population->base != NULL && !norms_same_indicators(population->base, norms))
		return problem_set(problem, PROBLEM_DATA,
						   "norms of card \"%s\": the norms of the first step must be the same for all rows",
						   population->card_name.bytes);

	population->rows += norms->has_groups ? norms->group_rows : norms->rows;
	if (!check_rows(population, population->rows, problem))
		return false;
	for (uint32_t i = 0; i < items; i++)
		tally_merge(&population->tally[i], norms, &item[i], arena);
	return population_check_limit(population, problem);
}

/* Makes the population that norms were made of. */
void
population_of_norms(const Norms *norms, const Arena *arena, Population *population)
{
	const NormsItem *item = norms->item + (norms->has_groups ? norms->indicator_items : 0);

	memset(population, 0, sizeof(*population));
	population->card_name = text_copy(arena, norms_text(norms, norms->card_name));
	population->indicator_fingerprint = norms->indicator_fingerprint;
	population->group_fingerprint = norms->group_fingerprint;
	population->rows = norms->has_groups ? norms->group_rows : norms->rows;
	population->base = norms->has_groups ? norms : NULL;
	population->tallies = norms->has_groups ? norms->group_items : norms->indicator_items;
	population->tally = arena_allocate(arena, population->tallies * sizeof(Tally));
	for (uint32_t i = 0; i < population->tallies; i++)
	{
		tally_init(&population->tally[i], norms_text(norms, item[i].name), item[i].method, arena);
		tally_merge(&population->tally[i], norms, &item[i], arena);
	}
}
