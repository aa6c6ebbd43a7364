/*
 * scoring/aggregate.c
 *
 * From points to the value of each group, from the innermost to the card itself.
 * Children are combined in card order: indicators first, then groups.
 */
#include <math.h>
#include <string.h>

#include "scoring/appraise.h"
#include "scoring/explog.h"
#include "scoring/standardise.h"

/* A child of a group as the aggregates see it. */
typedef struct Child
{
	double		value;			/* NaN: none */
	double		weight;
	bool		bonus;
} Child;

/* Returns the child at a place of a group. */
static inline Child
child_at(const Workspace *workspace, const CardGroup *group, uint32_t place)
{
	const Scorecard *card = workspace->card;
	uint16_t	index = ((const uint16_t *) card_at(card, group->child_at))[place];
	Child		child;

	if (index < card->indicators)
	{
		const CardIndicator *indicator = &card_indicators(card)[index];

		child.value = workspace->points[index];
		child.weight = indicator->weight;
		child.bonus = indicator->bonus;
	}
	else
	{
		child.value = workspace->value[index - card->indicators];
		child.weight = card_groups(card)[index - card->indicators].weight;
		child.bonus = false;
	}
	return child;
}

/* Returns the mean by weight, bonuses in the numerator alone. */
static double
mean_value(const Workspace *workspace, const CardGroup *group)
{
	double		sum = 0;
	double		weight = 0;

	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (isnan(child.value))
			continue;
		sum += child.weight * child.value;
		if (!child.bonus)
			weight += child.weight;
	}
	return weight > 0 ? sum / weight : NAN;
}

/* Returns the base plus the weighted values. */
static double
sum_value(const Workspace *workspace, const CardGroup *group)
{
	double		sum = group->base;
	bool		present = false;

	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (isnan(child.value))
			continue;
		sum += child.weight * child.value;
		present = true;
	}
	return present ? sum : NAN;
}

/* Returns the percentage of the possible points that was earned; keeps both. */
static double
earned_value(Workspace *workspace, uint32_t index, const CardGroup *group)
{
	const Scorecard *card = workspace->card;
	const uint16_t *children = card_at(card, group->child_at);
	double		earned = 0;
	double		possible = 0;

	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (isnan(child.value))
			continue;
		if (children[i] < card->indicators)
		{
			earned += child.weight * child.value;
			if (!child.bonus)
				possible += child.weight * card_indicators(card)[children[i]].maximum;
		}
		else
		{
			uint32_t	below = children[i] - card->indicators;
			const CardGroup *child_group = &card_groups(card)[below];

			if (child_group->aggregate == AGGREGATE_EARNED)
			{
				earned += child.weight * workspace->earned[below];
				possible += child.weight * workspace->possible[below];
			}
			else
			{
				earned += child.weight * child.value;
				possible += child.weight * child_group->ceiling;
			}
		}
	}
	workspace->earned[index] = earned;
	workspace->possible[index] = possible;
	return possible > 0 ? 100 * earned / possible : NAN;
}

/* Finds the geometric mean by weight of what is not a bonus. */
static bool
geometric_value(const Workspace *workspace, const CardGroup *group, double *value,
				Problem *problem)
{
	double		sum = 0;
	double		weight = 0;
	bool		has_zero = false;

	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (isnan(child.value) || child.bonus)
			continue;
		if (child.value < 0)
		{
			char		text[NUMBER_TEXT_SIZE];

			return problem_set(problem, PROBLEM_RANGE,
							   "%s \"%s\": a geometric mean needs points of zero or more, not %s",
							   group->name.at != 0 ? "group" : "card",
							   (const char *) card_at(workspace->card, group->name.at != 0 ?
													  group->name.at : workspace->card->name.at),
							   number_text(child.value, text));
		}
		weight += child.weight;
		if (child.value == 0)
			has_zero = true;
		else
			sum += child.weight * fixed_log(child.value);
	}
	*value = weight == 0 ? NAN : has_zero ? 0 : fixed_exp(sum / weight);
	return true;
}

/* Returns the least value of what is not a bonus. */
static double
worst_value(const Workspace *workspace, const CardGroup *group)
{
	double		worst = NAN;

	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (!child.bonus && !(child.value >= worst) && !isnan(child.value))
			worst = child.value;
	}
	return worst;
}

/*
 * Returns the mean of the highest values, as many as the group takes; NaN values
 * do not count. Tells which were taken; of equal ones the earlier.
 */
double
best_value(const CardGroup *group, const double *child_value, bool *child_taken)
{
	double		sum = 0;
	uint32_t	taken = 0;

	memset(child_taken, 0, group->children * sizeof(bool));
	while (taken < group->take)
	{
		uint32_t	best = group->children;

		for (uint32_t i = 0; i < group->children; i++)
			if (!child_taken[i] && !isnan(child_value[i]) &&
				(best == group->children || child_value[i] > child_value[best]))
				best = i;
		if (best == group->children)
			break;
		child_taken[best] = true;
		taken++;
	}
	/* in child order, so that the sum does not depend on how they were found */
	for (uint32_t i = 0; i < group->children; i++)
		if (child_taken[i])
			sum += child_value[i];
	return taken == 0 ? NAN : sum / taken;
}

/* Adds the bonuses of a group whose own aggregate leaves them out. */
static double
add_bonuses(const Workspace *workspace, const CardGroup *group, double value)
{
	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (child.bonus && !isnan(child.value))
			value += child.weight * child.value;
	}
	return value;
}

/*
 * Returns whether a group without a value has points for one: products beyond
 * the range of a double that cancel each other out leave nothing that is a number.
 */
static bool
is_out_of_range(const Workspace *workspace, uint32_t index)
{
	const CardGroup *group = &card_groups(workspace->card)[index];

	if (group->aggregate == AGGREGATE_EARNED && workspace->possible[index] <= 0)
		return false;
	for (uint32_t i = 0; i < group->children; i++)
	{
		Child		child = child_at(workspace, group, i);

		if (!isnan(child.value) && (!child.bonus || group->aggregate == AGGREGATE_SUM))
			return true;
	}
	return false;
}

/* Finds what the aggregate of a group makes of the values of its children. */
static bool
apply_aggregate(Workspace *workspace, uint32_t index, double *value, Problem *problem)
{
	const CardGroup *group = &card_groups(workspace->card)[index];

	*value = NAN;
	switch ((Aggregate) group->aggregate)
	{
		case AGGREGATE_MEAN:
			*value = mean_value(workspace, group);
			return true;
		case AGGREGATE_SUM:
			*value = sum_value(workspace, group);
			return true;
		case AGGREGATE_EARNED:
			*value = earned_value(workspace, index, group);
			return true;
		case AGGREGATE_GEOMETRIC:
			if (!geometric_value(workspace, group, value, problem))
				return false;
			break;
		case AGGREGATE_WORST:
			*value = worst_value(workspace, group);
			break;
		case AGGREGATE_BEST:
			for (uint32_t i = 0; i < group->children; i++)
			{
				Child		child = child_at(workspace, group, i);

				workspace->child_value[i] = child.bonus ? NAN : child.value;
			}
			*value = best_value(group, workspace->child_value, workspace->child_taken);
			break;
	}
	if (group->has_bonus && !isnan(*value))
		*value = add_bonuses(workspace, group, *value);
	return true;
}

/* Finds the value of a group from those of its children. */
static bool
combine_children(Workspace *workspace, uint32_t index, double *value, Problem *problem)
{
	const Scorecard *card = workspace->card;

	if (!apply_aggregate(workspace, index, value, problem))
		return false;
	/* an overflow must not hide behind a ceiling */
	if (isinf(*value) || (isnan(*value) && is_out_of_range(workspace, index)))
		return problem_set(problem, PROBLEM_RANGE, "%s \"%s\": the score is out of range",
						   index == 0 ? "card" : "group",
						   (const char *) card_at(card, index == 0 ? card->name.at :
												  card_groups(card)[index].name.at));
	return true;
}

/* Returns the value within floor and ceiling of the group. */
static double
clamp_group(const CardGroup *group, double value)
{
	/* comparisons with NaN are false, so that NaN stays */
	if (value < group->floor)
		value = group->floor;
	if (value > group->ceiling)
		value = group->ceiling;
	return value;
}

/*
 * Finds the value of every group, the card's own without its clamp in raw_value
 * and with it in value.
 */
bool
aggregate_groups(Workspace *workspace, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const uint16_t *order = card_order(card);

	for (uint32_t place = 0; place < card->groups; place++)
	{
		uint32_t	index = order[place];
		const CardGroup *group = &card_groups(card)[index];
		double		value;

		if (!combine_children(workspace, index, &value, problem))
			return false;
		workspace->raw_value[index] = value;
		if (group->standardise != STANDARDISE_NONE && !isnan(value) &&
			!standardise_group(workspace, group, value, &value, problem))
			return false;
		workspace->unclamped[index] = value;
		workspace->value[index] = clamp_group(group, value);
	}
	return true;
}

/* Returns whether a group stands beneath one that is standardised. */
static bool
beneath_standardised(const Scorecard *card, uint32_t group)
{
	while (group != 0)
	{
		group = card_groups(card)[group].parent;
		if (card_groups(card)[group].standardise != STANDARDISE_NONE)
			return true;
	}
	return false;
}

/*
 * Finds the raw values of the standardised groups, and of no more than that
 * takes: what stands above them cannot be known before their norms are.
 */
bool
aggregate_for_norms(Workspace *workspace, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const uint16_t *order = card_order(card);

	for (uint32_t place = 0; place < card->groups; place++)
	{
		uint32_t	index = order[place];
		const CardGroup *group = &card_groups(card)[index];
		bool		beneath = beneath_standardised(card, index);
		double		value;

		if (!beneath && group->standardise == STANDARDISE_NONE)
			continue;
		if (!combine_children(workspace, index, &value, problem))
			return false;
		workspace->raw_value[index] = value;
		workspace->value[index] = clamp_group(group, value);
	}
	return true;
}
