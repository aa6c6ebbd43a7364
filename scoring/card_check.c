/*
 * scoring/card_check.c
 *
 * What the values of a draft have to do with each other: directions, maxima,
 * shares, what may be standardised, what vetoes may do.
 */
#include <math.h>

#include "scoring/card_draft.h"
#include "scoring/limits.h"

/* Returns whether the points never fall as the input moves in the direction. */
static bool
shape_monotone(const IndicatorDraft *indicator, int direction)
{
	if (indicator->shape == SHAPE_BANDS)
		return bands_monotone(indicator->bands, direction);
	return curve_monotone(indicator->curve, direction);
}

/* Returns whether standardising turns the value so that more is better. */
static bool
is_turned(Standardise standardise)
{
	return standardise != STANDARDISE_NONE && standardise != STANDARDISE_RATIO_TO_MEAN;
}

/*
 * Finds the direction of an indicator. It is that of its curve or bands; a
 * stated one must not be contrary to them. A standardised value is turned first,
 * so that behind it only a rising curve makes sense.
 */
static bool
check_direction(IndicatorDraft *indicator, Problem *problem)
{
	int			stated = indicator->stated_direction;
	bool		has_shape = indicator->shape == SHAPE_BANDS || indicator->shape == SHAPE_CURVE;
	const char *shape = indicator->shape == SHAPE_BANDS ? "bands" : "curve";
	bool		rises = has_shape && shape_monotone(indicator, 1);
	bool		falls = has_shape && shape_monotone(indicator, -1);

	if (has_shape)
		indicator->natural_direction = rises == falls ? DIRECTION_NONE :
			rises ? DIRECTION_HIGHER : DIRECTION_LOWER;
	else
		indicator->natural_direction = indicator->shape == SHAPE_VALUE ?
			DIRECTION_HIGHER : DIRECTION_NONE;

	if (has_shape && is_turned(indicator->standardise))
	{
		bool		turns = stated == DIRECTION_HIGHER || stated == DIRECTION_LOWER ||
			(stated == DIRECTION_NOT_STATED && falls && !rises);

		if (turns && !rises)
		{
			node_problem(node_member(indicator->node, shape), problem, PROBLEM_SYNTAX,
						 "must not fall, since the standardised value is turned so that more is better");
			return problem_hint(problem,
								"State the direction \"none\" to leave the value as it is.");
		}
	}
	else if (has_shape && ((stated == DIRECTION_HIGHER && !rises) ||
						   (stated == DIRECTION_LOWER && !falls)))
		return node_problem(node_member(indicator->node, "direction"), problem, PROBLEM_SYNTAX,
							"\"%s\" is contrary to the %s",
							stated == DIRECTION_HIGHER ? "higher" : "lower", shape);

	indicator->direction = stated == DIRECTION_NOT_STATED ?
		indicator->natural_direction : (Direction) stated;
	return true;
}

/* Returns the most points that an indicator can give, NaN where nothing limits them. */
static double
find_maximum(const IndicatorDraft *indicator)
{
	double		maximum = -INFINITY;

	switch (indicator->shape)
	{
		case SHAPE_VALUE:
			return indicator->capped ? indicator->cap_high : NAN;
		case SHAPE_BANDS:
			for (uint32_t i = 0; i < indicator->bands->count; i++)
				maximum = fmax(maximum, indicator->bands->entry[i].points);
			break;
		case SHAPE_CURVE:
			maximum = curve_maximum(indicator->curve);
			break;
		case SHAPE_CATEGORIES:
			for (uint32_t i = 0; i < indicator->categories; i++)
				maximum = fmax(maximum, indicator->category[i].points);
			break;
	}
	if (indicator->capped)
		maximum = fmin(fmax(maximum, indicator->cap_low), indicator->cap_high);
	return maximum;
}

/* Checks an indicator against its group and its method of standardising. */
static bool
check_indicator(CardDraft *draft, IndicatorDraft *indicator, Problem *problem)
{
	if (!check_direction(indicator, problem))
		return false;
	if (!indicator->has_step)
		indicator->step = 1;
	if (indicator->standardise != STANDARDISE_NONE)
	{
		if (indicator->shape == SHAPE_CATEGORIES)
			return node_problem(node_member(indicator->node, "standardise"), problem,
								PROBLEM_SYNTAX, "cannot be done to categories");
		indicator->norms_item = (int) draft->norms_items++;
	}
	indicator->maximum = find_maximum(indicator);
	if (draft->group[indicator->group].aggregate == AGGREGATE_EARNED &&
		!indicator->bonus && isnan(indicator->maximum))
		return node_problem(indicator->node, problem, PROBLEM_SYNTAX,
							"needs a curve, bands, categories or cap, since its group is \"earned\" and must know its maximum");
	return true;
}

/* Checks a group against its parent. */
static bool
check_group(CardDraft *draft, GroupDraft *group, Problem *problem)
{
	bool		in_earned = draft->group[group->parent].aggregate == AGGREGATE_EARNED;

	if (in_earned && group->aggregate == AGGREGATE_EARNED &&
		(group->has_floor || group->has_ceiling || group->standardise != STANDARDISE_NONE))
		return node_problem(group->node, problem, PROBLEM_SYNTAX,
							"passes its earned points up to an \"earned\" group and cannot have floor, ceiling or standardise");
	if (in_earned && group->aggregate != AGGREGATE_EARNED && !group->has_ceiling)
		return node_problem(group->node, problem, PROBLEM_SYNTAX,
							"needs a ceiling, since its group is \"earned\" and must know its maximum");
	if (group->standardise != STANDARDISE_NONE)
	{
		for (uint32_t i = 1; i < draft->groups; i++)
			if (draft->group[i].norms_item >= 0 && draft->group[i].depth != group->depth)
				return node_problem(node_member(group->node, "standardise"), problem,
									PROBLEM_SYNTAX,
									"only groups of one level can be standardised, and group \"%s\" of another level is",
									draft->group[i].name.bytes);
		group->norms_item = (int) draft->norms_items++;
	}
	return true;
}

/* Returns the weight of a child in its group. */
static double
child_weight(const CardDraft *draft, uint16_t child)
{
	return child < draft->indicators ? draft->indicator[child].weight :
		draft->group[child - draft->indicators].weight;
}

/* Returns whether a child counts in denominators. */
static bool
child_counts(const CardDraft *draft, uint16_t child)
{
	return child >= draft->indicators || !draft->indicator[child].bonus;
}

/*
 * Gives every indicator its effective weight: its share of its group, times the
 * share of that group, and so on. In sums the weight itself is the share.
 */
static void
find_shares(CardDraft *draft)
{
	draft->group[0].share = 1;
	/* the order backwards: parents before their children */
	for (uint32_t place = draft->groups; place-- > 0;)
	{
		const GroupDraft *group = &draft->group[draft->order[place]];
		bool		relative = group->aggregate != AGGREGATE_SUM &&
			group->aggregate != AGGREGATE_EARNED;
		double		total = 0;

		for (uint32_t i = 0; i < group->children; i++)
			if (child_counts(draft, group->child[i]))
				total += child_weight(draft, group->child[i]);
		for (uint32_t i = 0; i < group->children; i++)
		{
			uint16_t	child = group->child[i];
			double		weight = child_weight(draft, child);
			double		share = group->share * (relative ? weight / total : weight);

			if (child >= draft->indicators)
				draft->group[child - draft->indicators].share = share;
			else if (child_counts(draft, child))
				draft->indicator[child].share = share;
		}
	}
	for (uint32_t i = 0; i < draft->indicators; i++)
		if (!draft->indicator[i].bonus)
			draft->total_share += draft->indicator[i].share;
}

/* Finds the notch of a grade that a veto names. */
static bool
check_veto(const CardDraft *draft, VetoDraft *veto, Problem *problem)
{
	if (draft->grades != NULL && veto->grade.bytes != NULL)
		veto->grade_notch = bands_notch(draft->grades, veto->grade);
	if (draft->grades == NULL && (veto->actions & (VETO_CAP | VETO_DEMOTE)) != 0)
		return node_problem(veto->node, problem, PROBLEM_SYNTAX,
							"cap and demote need the card to have grades");
	if (veto->cap.bytes != NULL)
	{
		veto->cap_notch = bands_notch(draft->grades, veto->cap);
		if (veto->cap_notch == 0)
			return node_problem(node_member(veto->node, "cap"), problem, PROBLEM_SYNTAX,
								"\"%s\" is not one of the grades", veto->cap.bytes);
	}
	return true;
}

/* Checks what the values have to do with each other, and derives what follows. */
bool
card_check(CardDraft *draft, Problem *problem)
{
	Text		repeated;

	for (uint32_t i = 0; i < draft->indicators; i++)
		if (!check_indicator(draft, &draft->indicator[i], problem))
			return false;
	draft->indicator_norms_items = draft->norms_items;
	for (uint32_t i = 1; i < draft->groups; i++)
		if (!check_group(draft, &draft->group[i], problem))
			return false;
	if (draft->grades != NULL && bands_has_repeated_label(draft->grades, &repeated))
		return node_problem(node_member(draft->node, "grades"), problem, PROBLEM_SYNTAX,
							"label \"%.*s\" stands twice", (int) repeated.length,
							repeated.bytes);
	for (uint32_t i = 0; i < draft->vetoes; i++)
		if (!check_veto(draft, &draft->veto[i], problem))
			return false;
	if (draft->rated_groups > 0)
	{
		uint32_t	top_groups = 0;

		for (uint32_t i = 1; i < draft->groups; i++)
			top_groups += draft->group[i].parent == 0;
		if ((uint32_t) draft->rated_groups > top_groups)
			return node_problem(node_member(node_member(draft->node, "rated"), "groups"),
								problem, PROBLEM_SYNTAX,
								"%d are needed, but the card has %u top-level groups",
								draft->rated_groups, (unsigned) top_groups);
	}
	find_shares(draft);
	return true;
}
