/*
 * scoring/standardise.c
 *
 * A value seen against its population; see standardise.h. Each formula is
 * evaluated as it is written, from left to right, one rounding at a time.
 */
#include <math.h>

#include "scoring/standardise.h"

/* The consistency factor that makes a median deviation a standard deviation. */
#define MEDIAN_DEVIATION_FACTOR 1.4826

/* Returns what a population without spread gives. */
static double
neutral_value(Standardise method)
{
	switch (method)
	{
		case STANDARDISE_MINMAX:
		case STANDARDISE_PERCENTILE:
			return 0.5;
		case STANDARDISE_RATIO_TO_BEST:
		case STANDARDISE_RATIO_TO_MEAN:
			return 1;
		default:
			return 0;
	}
}

/* Returns whether the population tells its members apart, as the method sees it. */
static bool
has_spread(const NormsItem *item, bool lower)
{
	if (item->count == 0)
		return false;
	switch ((Standardise) item->method)
	{
		case STANDARDISE_ZSCORE:
			return item->deviation > 0;
		case STANDARDISE_ROBUST_Z:
			return item->median_deviation > 0;
		case STANDARDISE_MEDIAN_RANGE:
			return lower ? item->median > item->minimum : item->maximum > item->median;
		default:
			return item->maximum > item->minimum;
	}
}

/* Returns x as its population, which has spread, sees it, turned so that more is better. */
static double
seen_by_population(const Norms *norms, const NormsItem *item, bool lower, double x)
{
	double		value;

	switch ((Standardise) item->method)
	{
		case STANDARDISE_ZSCORE:
			value = (x - item->mean) / item->deviation;
			return lower ? 0 - value : value;
		case STANDARDISE_ROBUST_Z:
			value = (x - item->median) / (MEDIAN_DEVIATION_FACTOR * item->median_deviation);
			return lower ? 0 - value : value;
		case STANDARDISE_MEDIAN_RANGE:
			if (lower)
				return (item->median - x) / (item->median - item->minimum);
			return (x - item->median) / (item->maximum - item->median);
		case STANDARDISE_MINMAX:
			value = (x - item->minimum) / (item->maximum - item->minimum);
			return lower ? 1 - value : value;
		case STANDARDISE_PERCENTILE:
			value = norms_percentile(norms, item, x);
			return lower ? 1 - value : value;
		case STANDARDISE_RATIO_TO_BEST:
			if (lower)
				return x == 0 ? 1 : item->minimum / x;
			return x / item->maximum;
		case STANDARDISE_RATIO_TO_MEAN:
			return item->mean == 0 ? 1 : x / item->mean;
		case STANDARDISE_NONE:
			break;
	}
	return x;
}

/* Finds the standardised value of an indicator or group, named in problems. */
static bool
standardise(const Norms *norms, const NormsItem *item, const char *kind, bool lower,
			double x, double *standardised, Problem *problem)
{
	if (item->method == STANDARDISE_RATIO_TO_BEST && (x < 0 || item->minimum < 0))
		return problem_set(problem, PROBLEM_RANGE,
						   "%s \"%s\": ratio_to_best needs values of zero or more, not %.17g",
						   kind, norms_text(norms, item->name).bytes,
						   x < 0 ? x : item->minimum);
	if (!has_spread(item, lower))
	{
		*standardised = neutral_value((Standardise) item->method);
		return true;
	}
	*standardised = seen_by_population(norms, item, lower, x);
	if (!isfinite(*standardised))
		return problem_set(problem, PROBLEM_RANGE,
						   "%s \"%s\": the standardised value of %.17g is out of range",
						   kind, norms_text(norms, item->name).bytes, x);
	return true;
}

/* Finds the standardised value of an input of an indicator. */
bool
standardise_indicator(const Workspace *workspace, const CardIndicator *indicator,
					  double x, double *standardised, Problem *problem)
{
	return standardise(workspace->norms, &workspace->norms->item[indicator->norms_item],
					   "indicator", indicator->direction == DIRECTION_LOWER, x, standardised,
					   problem);
}

/* Finds the standardised value of the raw value of a group. */
bool
standardise_group(const Workspace *workspace, const CardGroup *group,
				  double value, double *standardised, Problem *problem)
{
	return standardise(workspace->norms, &workspace->norms->item[group->norms_item],
					   "group", false, value, standardised, problem);
}

/*
 * Returns how much the standardised value of a group changes with its raw value.
 * A percentile has no such number: there it is the rise from the middle of the
 * population to the value.
 */
double
standardise_slope(const Workspace *workspace, const CardGroup *group,
				  double value, double standardised)
{
	const NormsItem *item = &workspace->norms->item[group->norms_item];

	if (!has_spread(item, false))
		return 0;
	switch ((Standardise) item->method)
	{
		case STANDARDISE_ZSCORE:
			return 1 / item->deviation;
		case STANDARDISE_ROBUST_Z:
			return 1 / (MEDIAN_DEVIATION_FACTOR * item->median_deviation);
		case STANDARDISE_MEDIAN_RANGE:
			return 1 / (item->maximum - item->median);
		case STANDARDISE_MINMAX:
			return 1 / (item->maximum - item->minimum);
		case STANDARDISE_RATIO_TO_BEST:
			return 1 / item->maximum;
		case STANDARDISE_RATIO_TO_MEAN:
			return item->mean == 0 ? 0 : 1 / item->mean;
		case STANDARDISE_PERCENTILE:
			return value == item->median ? 0 : (standardised - 0.5) / (value - item->median);
		case STANDARDISE_NONE:
			break;
	}
	return 1;
}

/*
 * Returns an input that the population sees as the standardised value, or the
 * nearest to it that the method has; for a percentile, the least value of the
 * population that reaches it.
 */
double
unstandardise(const Workspace *workspace, const CardIndicator *indicator,
			  double standardised)
{
	const Norms *norms = workspace->norms;
	const NormsItem *item = &norms->item[indicator->norms_item];
	bool		lower = indicator->direction == DIRECTION_LOWER;
	double		signed_value = lower ? -standardised : standardised;
	double		share = lower ? 1 - standardised : standardised;
	uint32_t	low = 0;
	uint32_t	high = item->values;

	switch ((Standardise) item->method)
	{
		case STANDARDISE_ZSCORE:
			return item->mean + signed_value * item->deviation;
		case STANDARDISE_ROBUST_Z:
			return item->median + signed_value * (MEDIAN_DEVIATION_FACTOR * item->median_deviation);
		case STANDARDISE_MEDIAN_RANGE:
			if (lower)
				return item->median - standardised * (item->median - item->minimum);
			return item->median + standardised * (item->maximum - item->median);
		case STANDARDISE_MINMAX:
			return item->minimum + share * (item->maximum - item->minimum);
		case STANDARDISE_RATIO_TO_BEST:
			if (lower)
				return standardised > 0 ? item->minimum / standardised : item->maximum;
			return standardised * item->maximum;
		case STANDARDISE_RATIO_TO_MEAN:
			return standardised * item->mean;
		case STANDARDISE_PERCENTILE:
			while (low < high)
			{
				uint32_t	middle = low + (high - low) / 2;

				if (norms_percentile(norms, item, norms_values(norms, item)[middle]) < share)
					low = middle + 1;
				else
					high = middle;
			}
			return low < item->values ? norms_values(norms, item)[low] : item->maximum;
		case STANDARDISE_NONE:
			break;
	}
	return standardised;
}

/* Says which norms rows are seen against from now on; they must fit the card. */
bool
workspace_use_norms(Workspace *workspace, const Norms *norms, Problem *problem)
{
	workspace->norms = norms;
	return norms_fit_card(norms, workspace->card, problem) &&
		norms_check_figures(norms, problem);
}

/* Checks that a card which standardises has the norms that it needs to score. */
bool
workspace_check_norms(const Workspace *workspace, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const char *name = card_at(card, card->name.at);

	if (card->norms_items > 0 && workspace->norms == NULL)
	{
		problem_set(problem, PROBLEM_STATE, "card \"%s\" standardises and needs norms", name);
		return problem_hint(problem,
							"Make them of the population with the aggregate norms(card, inputs), and score with score(card, inputs, norms).");
	}
	if (card->has_group_norms && !workspace->norms->has_groups)
	{
		problem_set(problem, PROBLEM_STATE,
					"card \"%s\" standardises groups, and the norms have none yet", name);
		return problem_hint(problem, "Add them in a second step: norms(card, inputs, norms).");
	}
	return true;
}
