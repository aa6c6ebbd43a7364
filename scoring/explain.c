/*
 * scoring/explain.c
 *
 * A score taken apart; see explain.h. From the card down, every group passes on
 * to its children by how much their values count in the score. Where a group is
 * not linear in its children, a line of its own takes the difference, so that
 * the lines always add up.
 */
#include <math.h>
#include <string.h>

#include "scoring/explain.h"
#include "scoring/standardise.h"

/* The lines while they are collected, and what each child counts. */
typedef struct Explanation
{
	Workspace  *workspace;
	ExplainLine *line;
	uint32_t	lines;
	double	   *indicator_factor;	/* score per point */
	double	   *group_factor;	/* score per unit of the group's value */
	double	   *earned_factor;	/* of an "earned" group within another: score per
								 * earned point */
} Explanation;

/* Adds a line. */
static void
add_line(Explanation *explanation, LineKind kind, uint32_t group, uint32_t index,
		 double contribution, double lost)
{
	ExplainLine *line = &explanation->line[explanation->lines++];

	line->kind = kind;
	line->group = group;
	line->index = index;
	/* extreme weights can overflow on the way here, though the score did not */
	line->contribution = isfinite(contribution) ? contribution : 0;
	line->lost = isfinite(lost) ? lost : NAN;
}

/* Sets what a child of a group counts. */
static void
set_factor(Explanation *explanation, uint16_t child, double factor)
{
	uint32_t	indicators = explanation->workspace->card->indicators;

	if (child < indicators)
		explanation->indicator_factor[child] = factor;
	else
		explanation->group_factor[child - indicators] = factor;
}

/* Returns the value, weight and kind of a child. */
static double
child_value(const Workspace *workspace, uint16_t child, double *weight, bool *bonus)
{
	const Scorecard *card = workspace->card;

	if (child < card->indicators)
	{
		*weight = card_indicators(card)[child].weight;
		*bonus = card_indicators(card)[child].bonus;
		return workspace->points[child];
	}
	*weight = card_groups(card)[child - card->indicators].weight;
	*bonus = false;
	return workspace->value[child - card->indicators];
}

/* Returns the weight of the children that are present and not a bonus. */
static double
present_weight(const Workspace *workspace, const CardGroup *group, const uint16_t *child)
{
	double		total = 0;

	for (uint32_t i = 0; i < group->children; i++)
	{
		double		weight;
		bool		bonus;

		if (!isnan(child_value(workspace, child[i], &weight, &bonus)) && !bonus)
			total += weight;
	}
	return total;
}

/* Marks the child that is the worst, or those that are the best. */
static void
mark_taken(Workspace *workspace, const CardGroup *group, const uint16_t *child)
{
	uint32_t	worst = group->children;
	double		weight;
	bool		bonus;

	for (uint32_t i = 0; i < group->children; i++)
	{
		double		value = child_value(workspace, child[i], &weight, &bonus);

		workspace->child_value[i] = bonus ? NAN : value;
		workspace->child_taken[i] = false;
		if (!isnan(workspace->child_value[i]) &&
			(worst == group->children || value < workspace->child_value[worst]))
			worst = i;
	}
	if (group->aggregate == AGGREGATE_BEST)
		best_value(group, workspace->child_value, workspace->child_taken);
	else if (worst < group->children)
		workspace->child_taken[worst] = true;
}

/* Gives the children of a worst or best group what they count. */
static void
share_among_taken(Explanation *explanation, const CardGroup *group, const uint16_t *child,
				  double factor)
{
	Workspace  *workspace = explanation->workspace;
	uint32_t	taken = 0;

	mark_taken(workspace, group, child);
	for (uint32_t i = 0; i < group->children; i++)
		taken += workspace->child_taken[i];
	for (uint32_t i = 0; i < group->children; i++)
	{
		double		weight;
		bool		bonus;

		child_value(workspace, child[i], &weight, &bonus);
		if (bonus)
			set_factor(explanation, child[i], factor * weight);
		else
			set_factor(explanation, child[i],
					   workspace->child_taken[i] ? factor / taken : 0);
	}
}

/* Gives the children of an earned group what they count. */
static void
share_earned(Explanation *explanation, uint32_t index, const uint16_t *child, double factor)
{
	const Workspace *workspace = explanation->workspace;
	const Scorecard *card = workspace->card;
	const CardGroup *group = &card_groups(card)[index];
	bool		within_earned = index != 0 &&
		card_groups(card)[group->parent].aggregate == AGGREGATE_EARNED;
	double		per_point = within_earned ? explanation->earned_factor[index] :
		factor * 100 / workspace->possible[index];

	for (uint32_t i = 0; i < group->children; i++)
	{
		double		weight;
		bool		bonus;

		child_value(workspace, child[i], &weight, &bonus);
		set_factor(explanation, child[i], per_point * weight);
		if (child[i] >= card->indicators)
			explanation->earned_factor[child[i] - card->indicators] = per_point * weight;
	}
}

/* Gives the children of a mean, sum or geometric mean what they count. */
static void
share_by_weight(Explanation *explanation, const CardGroup *group, const uint16_t *child,
				double factor)
{
	const Workspace *workspace = explanation->workspace;
	bool		is_sum = group->aggregate == AGGREGATE_SUM;
	double		total = is_sum ? 1 : present_weight(workspace, group, child);

	for (uint32_t i = 0; i < group->children; i++)
	{
		double		weight;
		bool		bonus;

		child_value(workspace, child[i], &weight, &bonus);
		/* beside a geometric mean, bonuses are added as they are */
		set_factor(explanation, child[i],
				   bonus && group->aggregate == AGGREGATE_GEOMETRIC ?
				   factor * weight : factor * weight / total);
	}
}

/* Returns what a geometric mean is above the plain one, bonuses aside. */
static double
geometric_difference(const Workspace *workspace, const CardGroup *group,
					 const uint16_t *child, double value)
{
	double		sum = 0;
	double		total = 0;

	for (uint32_t i = 0; i < group->children; i++)
	{
		double		weight;
		bool		bonus;
		double		points = child_value(workspace, child[i], &weight, &bonus);

		if (isnan(points))
			continue;
		if (bonus)
			value -= weight * points;
		else
		{
			sum += weight * points;
			total += weight;
		}
	}
	return value - sum / total;
}

/* Adds the lines of a group itself and gives its children what they count. */
static void
explain_group(Explanation *explanation, uint32_t index)
{
	Workspace  *workspace = explanation->workspace;
	const CardGroup *group = &card_groups(workspace->card)[index];
	const uint16_t *child = card_at(workspace->card, group->child_at);
	double		factor = explanation->group_factor[index];
	double		raw = workspace->raw_value[index];
	double		unclamped = workspace->unclamped[index];

	if (isnan(raw))
		return;					/* its children count nothing */
	if (workspace->value[index] != unclamped)
		add_line(explanation, LINE_CLAMP, index, 0,
				 factor * (workspace->value[index] - unclamped), NAN);
	if (group->standardise != STANDARDISE_NONE)
	{
		double		slope = standardise_slope(workspace, group, raw, unclamped);

		add_line(explanation, LINE_SHIFT, index, 0, factor * (unclamped - slope * raw), NAN);
		factor *= slope;
	}
	switch ((Aggregate) group->aggregate)
	{
		case AGGREGATE_SUM:
			if (group->base != 0)
				add_line(explanation, LINE_BASE, index, 0, factor * group->base, NAN);
			/* fall through */
		case AGGREGATE_MEAN:
			share_by_weight(explanation, group, child, factor);
			break;
		case AGGREGATE_GEOMETRIC:
			share_by_weight(explanation, group, child, factor);
			add_line(explanation, LINE_SHIFT, index, 0,
					 factor * geometric_difference(workspace, group, child, raw), NAN);
			break;
		case AGGREGATE_EARNED:
			share_earned(explanation, index, child, factor);
			break;
		case AGGREGATE_WORST:
		case AGGREGATE_BEST:
			share_among_taken(explanation, group, child, factor);
			break;
	}
}

/* Adds the lines of the indicators. */
static void
explain_indicators(Explanation *explanation)
{
	const Workspace *workspace = explanation->workspace;
	const CardIndicator *indicator = card_indicators(workspace->card);

	for (uint32_t i = 0; i < workspace->card->indicators; i++)
	{
		double		points = workspace->points[i];
		double		factor = explanation->indicator_factor[i];

		add_line(explanation, LINE_INDICATOR, indicator[i].group, i,
				 isnan(points) ? 0 : factor * points,
				 isnan(points) || indicator[i].bonus ? NAN :
				 factor * (indicator[i].maximum - points));
	}
}

/*
 * Takes the score of the row that was appraised last apart: the indicators in
 * card order, then what groups and the card do, then the vetoes hit. Returns the
 * number of lines.
 */
uint32_t
explain_row(Workspace *workspace, const Arena *arena, ExplainLine **lines)
{
	const Scorecard *card = workspace->card;
	const uint16_t *order = card_order(card);
	Explanation explanation = {workspace, NULL, 0, NULL, NULL, NULL};
	ExplainLine *group_line;
	uint32_t	group_lines;

	/* a group has at most a clamp, two shifts and a base */
	explanation.line = arena_allocate(arena, sizeof(ExplainLine) *
									  (4 * card->groups + card->indicators + card->vetoes));
	explanation.indicator_factor = arena_allocate(arena, card->indicators * sizeof(double));
	explanation.group_factor = arena_allocate(arena, card->groups * sizeof(double));
	explanation.earned_factor = arena_allocate(arena, card->groups * sizeof(double));
	memset(explanation.indicator_factor, 0, card->indicators * sizeof(double));
	memset(explanation.group_factor, 0, card->groups * sizeof(double));
	memset(explanation.earned_factor, 0, card->groups * sizeof(double));

	/* parents before children, for what these count; their lines come later */
	explanation.group_factor[0] = 1;
	for (uint32_t place = card->groups; place-- > 0;)
		explain_group(&explanation, order[place]);
	group_lines = explanation.lines;
	group_line = arena_allocate(arena, (group_lines + 1) * sizeof(ExplainLine));
	memcpy(group_line, explanation.line, group_lines * sizeof(ExplainLine));
	explanation.lines = 0;
	explain_indicators(&explanation);
	/* children before parents, as the score is made */
	for (uint32_t i = group_lines; i-- > 0;)
		explanation.line[explanation.lines++] = group_line[i];
	for (uint32_t i = 0; i < card->vetoes; i++)
		if (workspace->hit[i])
			add_line(&explanation, LINE_VETO, 0, i, 0, NAN);
	*lines = explanation.line;
	return explanation.lines;
}
