/*
 * scoring/points.c
 *
 * From the input vector to the points of each indicator: applicable or not,
 * standardised, through curve, bands or categories, capped, or missing.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "scoring/appraise.h"
#include "scoring/standardise.h"

/* Returns whether the value is infinite. */
static inline bool
is_infinite(double x)
{
	return x > DBL_MAX || x < -DBL_MAX;
}

/* Returns what a term compares; NaN where it is missing. */
static double
operand_value(const Workspace *workspace, const Term *term, const double *x, double score)
{
	switch ((OperandKind) term->operand)
	{
		case OPERAND_COLUMN:
			return x[term->index];
		case OPERAND_SCORE:
			return score;
		case OPERAND_GROUP:
			return workspace->value[term->index];
		case OPERAND_POINTS:
			return workspace->points[term->index];
	}
	return NAN;
}

/* Returns whether all terms hold; the score is the one that "score" speaks of. */
bool
condition_holds(const Workspace *workspace, CardCondition condition, const double *x,
				double score)
{
	const Term *term = card_at(workspace->card, condition.term_at);

	for (uint32_t i = 0; i < condition.terms; i++)
		if (!comparison_holds(operand_value(workspace, &term[i], x, score),
							  (Comparison) term[i].comparison, term[i].number))
			return false;
	return true;
}

/* Appends the texts that have points in an indicator's categories. */
static void
list_categories(const Scorecard *card, const CardIndicator *indicator, char *list,
				size_t size)
{
	const CardInput *input = &card_inputs(card)[indicator->input];
	const CardText *texts = card_input_texts(card, input);
	const double *points = card_at(card, indicator->shape_at);
	size_t		used = 0;

	list[0] = '\0';
	for (uint32_t code = 1; code <= input->texts; code++)
	{
		int			written;

		if (isnan(points[code]))
			continue;
		written = snprintf(list + used, size - used, "%s\"%s\"", used > 0 ? ", " : "",
						   (const char *) card_at(card, texts[code - 1].at));
		if (written < 0 || (size_t) written >= size - used)
		{
			/* as many as fit whole */
			list[used] = '\0';
			return;
		}
		used += (size_t) written;
	}
}

/* Finds the points of a category by its code. */
static bool
category_points(const Workspace *workspace, const CardIndicator *indicator, double x,
				double *points, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const CardInput *input = &card_inputs(card)[indicator->input];
	const char *name = card_at(card, input->name.at);
	const double *points_by_code = card_at(card, indicator->shape_at);
	char		list[PROBLEM_HINT_SIZE - 32];

	*points = points_by_code[(uint32_t) x];
	if (!isnan(*points))
		return true;
	if (x == 0 && (workspace->unknown_text == NULL ||
				   workspace->unknown_text[indicator->input].bytes == NULL))
		problem_set(problem, PROBLEM_VALUE,
					"input \"%s\": code 0 is not one of the categories of indicator \"%s\"",
					name, (const char *) card_at(card, indicator->name.at));
	else if (x == 0)
		problem_set(problem, PROBLEM_VALUE,
					"input \"%s\": \"%.*s\" is not one of the categories of indicator \"%s\"",
					name, (int) workspace->unknown_text[indicator->input].length,
					workspace->unknown_text[indicator->input].bytes,
					(const char *) card_at(card, indicator->name.at));
	else
		problem_set(problem, PROBLEM_VALUE,
					"input \"%s\": \"%s\" is not one of the categories of indicator \"%s\"",
					name,
					(const char *) card_at(card, card_input_texts(card, input)[(uint32_t) x - 1].at),
					(const char *) card_at(card, indicator->name.at));
	list_categories(card, indicator, list, sizeof(list));
	return problem_hint(problem, "Its categories are %s.", list);
}

/* Finds the points that a value gives, NaN where no band matches. */
static bool
shape_points(const Workspace *workspace, const CardIndicator *indicator, double x,
			 double *points, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const Bands *bands;
	int			entry;

	switch ((Shape) indicator->shape)
	{
		case SHAPE_VALUE:
			*points = x;
			break;
		case SHAPE_CURVE:
			*points = curve_value(card_at(card, indicator->shape_at), x);
			break;
		case SHAPE_BANDS:
			bands = card_at(card, indicator->shape_at);
			entry = bands_find(bands, x);
			*points = entry < 0 ? NAN : bands->entry[entry].points;
			break;
		case SHAPE_CATEGORIES:
			if (!category_points(workspace, indicator, x, points, problem))
				return false;
			break;
	}
	/* comparisons with NaN are false, so that NaN stays */
	if (indicator->capped && *points < indicator->cap_low)
		*points = indicator->cap_low;
	if (indicator->capped && *points > indicator->cap_high)
		*points = indicator->cap_high;
	return true;
}

/* Finds the points of one indicator and what became of it. */
static bool
indicator_points(Workspace *workspace, uint32_t index, const double *x, Problem *problem)
{
	const Scorecard *card = workspace->card;
	const CardIndicator *indicator = &card_indicators(card)[index];
	double		value = x[indicator->input] + 0.0;	/* -0 counts as 0 */
	double		points = NAN;
	Outcome		outcome = OUTCOME_MISSING;

	workspace->standardised[index] = NAN;
	if (indicator->when.terms > 0 && !condition_holds(workspace, indicator->when, x, NAN))
		outcome = OUTCOME_NOT_APPLICABLE;
	else if (!isnan(value))
	{
		if (indicator->standardise != STANDARDISE_NONE)
		{
			if (!standardise_indicator(workspace, indicator, value, &value, problem))
				return false;
			workspace->standardised[index] = value;
		}
		if (!shape_points(workspace, indicator, value, &points, problem))
			return false;
		outcome = isnan(points) ? OUTCOME_NO_BAND : OUTCOME_PRESENT;
	}
	if (outcome != OUTCOME_PRESENT && indicator->missing == MISSING_POINTS)
		points = indicator->missing_points;
	workspace->points[index] = points;
	workspace->outcome[index] = (uint8_t) outcome;
	return true;
}

/* Checks that every number is finite or missing, and every code that of a text or 0. */
bool
inputs_check(const Scorecard *card, const double *x, Problem *problem)
{
	for (uint32_t i = 0; i < card->inputs; i++)
	{
		const CardInput *input = &card_inputs(card)[i];
		const char *name = card_at(card, input->name.at);
		char		code[NUMBER_TEXT_SIZE];

		if (is_infinite(x[i]))
			return problem_set(problem, PROBLEM_RANGE, "input \"%s\" is infinite", name);
		if (input->texts > 0 && !isnan(x[i]) &&
			!(x[i] >= 0 && x[i] <= input->texts && x[i] == (uint32_t) x[i]))
			return problem_set(problem, PROBLEM_VALUE,
							   "input \"%s\": code %s is not a whole number from 0 to %u",
							   name, number_text(x[i], code), (unsigned) input->texts);
	}
	return true;
}

/*
 * Finds the points of every indicator. Fails on an infinite input, a category
 * that is not listed, or a value that a method of standardising cannot take.
 */
bool
points_find(Workspace *workspace, const double *x, Problem *problem)
{
	const Scorecard *card = workspace->card;

	if (!inputs_check(card, x, problem))
		return false;
	for (uint32_t i = 0; i < card->indicators; i++)
		if (!indicator_points(workspace, i, x, problem))
			return false;
	return true;
}
