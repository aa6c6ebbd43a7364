/*
 * scoring/improve.c
 *
 * What would lift a row; see improve.h.
 *
 * An input is moved in steps. Between the places where something can happen - a
 * cut, a knot, a cap, a number that a condition compares with - the score is
 * monotone in the input. So the steps around these places are tried in order,
 * and behind the last one steps that double; where one reaches the goal and the
 * one tried before does not, halving finds the first step that does.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/improve.h"
#include "scoring/limits.h"
#include "scoring/round.h"
#include "scoring/standardise.h"

/* Steps beyond this are no longer told apart by doubles. */
#define MOST_STEPS 0x1p50

/* Inputs are moved to numbers of so many decimals, if the step allows it. */
#define FINEST_DECIMALS 9

typedef struct Search
{
	Workspace  *workspace;
	const ImproveSink *sink;
	double	   *x;				/* the row; the input being moved is put back */
	bool		wants_rating;	/* the goal is a rating, not a better grade */
	int			notch;			/* the grade to be bettered; 0: any */
	/* of the input being moved */
	uint32_t	input;
	double		origin;			/* where steps are counted from */
	double		step;			/* negative: downwards */
	double	   *breakpoint;
	uint32_t	breakpoints;
	Appraisal	appraisal;		/* of the last move */
} Search;

/* Returns whether the row as it stands reaches the goal. */
static bool
reaches_goal(Search *search)
{
	Appraisal  *appraisal = &search->appraisal;
	Problem		problem;

	search->sink->check_interrupts();
	/* what cannot be scored reaches nothing */
	if (!card_appraise(search->workspace, search->x, appraisal, &problem) ||
		!appraisal->rated)
		return false;
	return search->wants_rating ||
		(appraisal->grade.notch > 0 &&
		 (search->notch == 0 || appraisal->grade.notch < search->notch));
}

/* Moves the input to a value and returns whether that reaches the goal. */
static bool
value_reaches_goal(Search *search, double value)
{
	double		from = search->x[search->input];
	bool		reached;

	search->x[search->input] = value;
	reached = reaches_goal(search);
	search->x[search->input] = from;
	return reached;
}

/* Returns where so many steps lead, without the noise of binary fractions. */
static double
value_at(const Search *search, double steps)
{
	double		value = search->origin + steps * search->step;

	if (fabs(search->step) >= 1e-9)
		value = round_decimals(value, FINEST_DECIMALS);
	return value;
}

/* Tells of a value that reaches the goal. */
static void
report_value(Search *search, double value)
{
	Improvement improvement;

	if (!value_reaches_goal(search, value))
		return;
	improvement.input = search->input;
	improvement.from = search->x[search->input];
	improvement.to = value;
	improvement.score = search->appraisal.score;
	improvement.grade = search->appraisal.grade;
	search->sink->found(search->sink->context, &improvement);
}

/* Adds a value of the input at which something can happen. */
static void
add_breakpoint(Search *search, double value)
{
	if (fabs(value) <= LIMIT_NUMBER)
		search->breakpoint[search->breakpoints++] = value;
}

/* Returns how many values at which something can happen a shape has. */
static uint32_t
shape_breakpoints(const Scorecard *card, const CardIndicator *indicator)
{
	if (indicator->shape == SHAPE_BANDS)
		return ((const Bands *) card_at(card, indicator->shape_at))->count;
	if (indicator->shape == SHAPE_CURVE)
		return ((const Curve *) card_at(card, indicator->shape_at))->count;
	return 2;
}

/* Adds the values at which the points of an indicator change their course. */
static void
add_shape_breakpoints(Search *search, const CardIndicator *indicator)
{
	const Workspace *workspace = search->workspace;
	uint32_t	first = search->breakpoints;

	if (indicator->shape == SHAPE_BANDS)
	{
		const Bands *bands = card_at(workspace->card, indicator->shape_at);

		for (uint32_t i = 0; i < bands->count; i++)
			if (!bands->entry[i].otherwise)
				add_breakpoint(search, bands->entry[i].cut);
	}
	else if (indicator->shape == SHAPE_CURVE)
	{
		const Curve *curve = card_at(workspace->card, indicator->shape_at);

		for (uint32_t i = 0; i < curve->count; i++)
			add_breakpoint(search, curve->knot[i].x);
	}
	else if (indicator->capped)
	{
		add_breakpoint(search, indicator->cap_low);
		add_breakpoint(search, indicator->cap_high);
	}
	if (indicator->standardise == STANDARDISE_NONE)
		return;
	/* they are on the standardised scale: bring them back to that of the input */
	for (uint32_t i = first; i < search->breakpoints; i++)
		search->breakpoint[i] = unstandardise(workspace, indicator, search->breakpoint[i]);
}

/* Adds the numbers that a condition compares the input with. */
static void
add_condition_breakpoints(Search *search, CardCondition condition)
{
	const Term *term = card_at(search->workspace->card, condition.term_at);

	for (uint32_t i = 0; i < condition.terms; i++)
		if (term[i].operand == OPERAND_COLUMN && term[i].index == search->input)
			add_breakpoint(search, term[i].number);
}

/* Returns the order of two doubles, for qsort. */
static int
compare_doubles(const void *one, const void *other)
{
	double		left = *(const double *) one;
	double		right = *(const double *) other;

	return (left > right) - (left < right);
}

/* Returns the finest power of ten that the number is a multiple of, 1 at the most. */
static double
decimal_step(double number)
{
	for (int decimals = 0; decimals < FINEST_DECIMALS; decimals++)
		if (round_decimals(number, decimals) == number)
			return 1 / round_scale[decimals];
	return 1 / round_scale[FINEST_DECIMALS];
}

/*
 * Finds the values of the input at which something can happen, ascending, and
 * the step: the smallest that an indicator gives, or for a column that only
 * conditions read, one as fine as the numbers there.
 */
static void
study_input(Search *search)
{
	const Scorecard *card = search->workspace->card;
	double		from = search->x[search->input];
	bool		is_read = false;

	search->breakpoints = 0;
	search->step = INFINITY;
	for (uint32_t i = 0; i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];

		add_condition_breakpoints(search, indicator->when);
		if (indicator->input != search->input)
			continue;
		is_read = true;
		search->step = fmin(search->step, indicator->step);
		add_shape_breakpoints(search, indicator);
	}
	for (uint32_t i = 0; i < card->vetoes; i++)
		add_condition_breakpoints(search, card_vetoes(card)[i].when);
	qsort(search->breakpoint, search->breakpoints, sizeof(double), compare_doubles);
	if (is_read)
		return;
	search->step = isnan(from) ? 1 : decimal_step(from);
	for (uint32_t i = 0; i < search->breakpoints; i++)
		search->step = fmin(search->step, decimal_step(search->breakpoint[i]));
}

/* Returns whether so many steps reach the goal. */
static bool
steps_reach_goal(Search *search, double steps)
{
	double		value = value_at(search, steps);

	return fabs(value) <= LIMIT_NUMBER && value_reaches_goal(search, value);
}

/* Tells of the first number of steps above low, up to high, that reaches the goal. */
static void
report_first_step(Search *search, double low, double high)
{
	while (high - low > 1)
	{
		double		middle = floor(low + (high - low) / 2);

		if (steps_reach_goal(search, middle))
			high = middle;
		else
			low = middle;
	}
	report_value(search, value_at(search, high));
}

/*
 * Looks for the first number of steps, in the direction that the step has, which
 * reaches the goal; least is 1, or 0 where not even the origin is where the row
 * stands.
 */
static void
search_direction(Search *search, double least)
{
	double		tried = least - 1;

	for (uint32_t i = 0; i < search->breakpoints; i++)
	{
		/* along the direction */
		double		breakpoint = search->breakpoint[search->step > 0 ? i :
													search->breakpoints - 1 - i];
		double		steps = floor((breakpoint - search->origin) / search->step);

		/* out of reach, where adding one to the number of steps may not change it */
		if (!(fabs(steps) < MOST_STEPS))
			continue;
		/* before it, at it, behind it; one more for the rounding of the quotient */
		for (double near = steps - 1; near <= steps + 2; near++)
		{
			if (near <= tried)
				continue;
			if (steps_reach_goal(search, near))
			{
				report_first_step(search, tried, near);
				return;
			}
			tried = near;
		}
	}
	for (double steps = tried < 1 ? 1 : 2 * tried; steps <= MOST_STEPS; steps *= 2)
	{
		if (steps_reach_goal(search, steps))
		{
			report_first_step(search, tried, steps);
			return;
		}
		tried = steps;
	}
}

/* Returns where to start with an input that is missing: where it does least good. */
static double
starting_value(const Search *search)
{
	const Scorecard *card = search->workspace->card;

	for (uint32_t i = 0; i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];

		if (indicator->input != search->input)
			continue;
		if (search->breakpoints > 0 && indicator->direction == DIRECTION_LOWER)
			return search->breakpoint[search->breakpoints - 1];
		if (search->breakpoints == 0 && indicator->standardise != STANDARDISE_NONE)
			return unstandardise(search->workspace, indicator, 0);
	}
	return search->breakpoints > 0 ? search->breakpoint[0] : 0;
}

/* Returns whether the input is one of 0 and 1, and is only compared with these. */
static bool
is_flag(const Search *search)
{
	const CardIndicator *indicator = card_indicators(search->workspace->card);
	double		from = search->x[search->input];

	if (from != 0 && from != 1)
		return false;
	for (uint32_t i = 0; i < search->workspace->card->indicators; i++)
		if (indicator[i].input == search->input)
			return false;
	for (uint32_t i = 0; i < search->breakpoints; i++)
		if (search->breakpoint[i] != 0 && search->breakpoint[i] != 1)
			return false;
	return true;
}

/* Looks for changes of an input that is a number. */
static void
search_number(Search *search, bool is_boolean)
{
	double		from = search->x[search->input];
	double		step;

	study_input(search);
	if (is_boolean || is_flag(search))
	{
		if (from != 0)
			report_value(search, 0);
		if (from != 1)
			report_value(search, 1);
		return;
	}
	step = search->step;
	if (isnan(from))
	{
		search->origin = starting_value(search);
		if (value_reaches_goal(search, value_at(search, 0)))
		{
			report_value(search, value_at(search, 0));
			return;
		}
	}
	else
		search->origin = from;
	search->step = -step;
	search_direction(search, 1);
	search->step = step;
	search_direction(search, 1);
}

/* Looks for changes of an input that is a text: every other text is tried. */
static void
search_text(Search *search, const CardInput *input)
{
	for (uint32_t code = 0; code <= input->texts; code++)
		if ((double) code != search->x[search->input])
			report_value(search, code);
}

/* Returns the most breakpoints that an input can have. */
static size_t
most_breakpoints(const Scorecard *card)
{
	size_t		most = card->terms;

	for (uint32_t i = 0; i < card->indicators; i++)
		most += shape_breakpoints(card, &card_indicators(card)[i]);
	return most;
}

/*
 * Finds the single changes that lift the row: to a rating where it has none, else
 * to a better grade. Norms are held. Fails where the row cannot be scored as it is.
 */
bool
improve_row(Workspace *workspace, const Arena *arena, double *x, const bool *is_boolean,
			const ImproveSink *sink, Problem *problem)
{
	const Scorecard *card = workspace->card;
	Search		search = {.workspace = workspace, .sink = sink, .x = x};

	if (!card_appraise(workspace, x, &search.appraisal, problem))
		return false;
	search.wants_rating = !search.appraisal.rated;
	search.notch = search.appraisal.grade.notch;
	if (!search.wants_rating && (card_grades(card) == NULL || search.notch == 1))
		return true;			/* nothing better is there */
	search.breakpoint = arena_allocate(arena, (most_breakpoints(card) + 1) * sizeof(double));
	for (search.input = 0; search.input < card->inputs; search.input++)
	{
		const CardInput *input = &card_inputs(card)[search.input];

		if (input->texts > 0)
			search_text(&search, input);
		else
			search_number(&search, is_boolean != NULL && is_boolean[search.input]);
	}
	return true;
}
