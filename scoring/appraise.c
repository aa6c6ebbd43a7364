/*
 * scoring/appraise.c
 *
 * From the card's value to score, grade and vetoes; see appraise.h.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "scoring/appraise.h"
#include "scoring/round.h"
#include "scoring/steps.h"

/*
 * Shares are quotients, and sums of them a little off: six of twelve equal ones
 * must be the half that a card asks for. So the coverage is rounded before it is
 * compared, as scores are.
 */
#define COVERAGE_DECIMALS 9

/* Returns the points of an indicator for a value of the band. */
static double
band_points(const CardIndicator *indicator, const Band *band)
{
	if (indicator->capped && band->points < indicator->cap_low)
		return indicator->cap_low;
	if (indicator->capped && band->points > indicator->cap_high)
		return indicator->cap_high;
	return band->points;
}

/*
 * Returns the points of each indicator at each place of its steps, or NULL where
 * the steps do not fit the card so well that appraising could do with them.
 */
static double *
make_place_points(const Scorecard *card, const Arena *arena)
{
	const Steps *steps = card_at(card, card->steps_at);
	uint32_t	places;
	double	   *place_points;
	size_t		size;

	if (card->steps_at == 0 || !steps->complete || card->rated_groups > 0 ||
		card->any_groups > 0)
		return NULL;
	places = steps->width + 2;
	size = 2 * steps_rows(card) * places * sizeof(double);
	place_points = arena_allocate(arena, size);
	memset(place_points, 0, size);
	for (uint32_t i = 0; i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];
		const Bands *bands = card_at(card, indicator->shape_at);

		/* place 1 is that of the last band, which has no cut; place 0 is not used */
		for (uint32_t j = 0; j < bands->count; j++)
			place_points[i * places + bands->count - j] =
				band_points(indicator, &bands->entry[j]);
	}
	return place_points;
}

/* Returns a workspace for the card, which must outlive it. */
Workspace *
workspace_create(const Scorecard *card, const Arena *arena)
{
	Workspace  *workspace = arena_allocate(arena, sizeof(Workspace));
	size_t		indicators = card->indicators * sizeof(double);
	size_t		groups = card->groups * sizeof(double);
	size_t		children = card->indicators + card->groups;

	workspace->card = card;
	workspace->norms = NULL;
	workspace->unknown_text = NULL;
	workspace->standardised = arena_allocate(arena, indicators);
	workspace->points = arena_allocate(arena, indicators + sizeof(double));
	workspace->outcome = arena_allocate(arena, card->indicators);
	workspace->raw_value = arena_allocate(arena, groups);
	workspace->unclamped = arena_allocate(arena, groups);
	workspace->value = arena_allocate(arena, groups);
	workspace->earned = arena_allocate(arena, groups);
	workspace->possible = arena_allocate(arena, groups);
	workspace->present = arena_allocate(arena, card->groups * sizeof(uint32_t));
	workspace->child_value = arena_allocate(arena, children * sizeof(double));
	workspace->child_taken = arena_allocate(arena, children * sizeof(bool));
	workspace->hit = arena_allocate(arena, card->vetoes + 1);
	workspace->score_before_veto = arena_allocate(arena, (card->vetoes + 1) * sizeof(double));
	workspace->grade_before_veto = arena_allocate(arena, (card->vetoes + 1) * sizeof(Grade));
	workspace->place_points = make_place_points(card, arena);
	/* it stays so where nothing is standardised */
	for (uint32_t i = 0; i < card->indicators; i++)
		workspace->standardised[i] = NAN;
	return workspace;
}

/* Returns the score that a value of the card gives: rounded, NaN where none. */
static bool
rounded_score(const Scorecard *card, double value, double *score, Problem *problem)
{
	if (value > DBL_MAX || value < -DBL_MAX)
		return problem_set(problem, PROBLEM_RANGE, "card \"%s\": the score is out of range",
						   (const char *) card_at(card, card->name.at));
	*score = isnan(value) ? NAN : round_decimals(value, card->decimals);
	return true;
}

/* Counts the indicators present beneath each top-level group, and the coverage. */
static double
find_coverage(Workspace *workspace)
{
	const Scorecard *card = workspace->card;
	double		share = 0;

	memset(workspace->present, 0, card->groups * sizeof(uint32_t));
	for (uint32_t i = 0; i < card->indicators; i++)
	{
		const CardIndicator *indicator = &card_indicators(card)[i];

		if (workspace->outcome[i] != OUTCOME_PRESENT || indicator->bonus)
			continue;
		share += indicator->share;
		workspace->present[card_groups(card)[indicator->group].top]++;
	}
	return card->total_share > 0 ?
		round_decimals(share / card->total_share, COVERAGE_DECIMALS) : 1;
}

/* Returns whether one of the groups that the card names has what it needs. */
static bool
has_any_group(const Workspace *workspace)
{
	const Scorecard *card = workspace->card;
	const uint16_t *group = card_at(card, card->any_group_at);

	for (uint32_t i = 0; i < card->any_groups; i++)
		if (workspace->present[group[i]] >= card->indicators_per_group)
			return true;
	return card->any_groups == 0;
}

/* Returns whether an indicator that must not be missing is. */
bool
indicator_sorely_missing(const Workspace *workspace, uint32_t index)
{
	return card_indicators(workspace->card)[index].missing == MISSING_UNRATED &&
		workspace->outcome[index] != OUTCOME_PRESENT;
}

/* Returns whether every indicator is present, bonuses included. */
static bool
has_everything(const Workspace *workspace)
{
	unsigned	outcomes = OUTCOME_PRESENT;

	for (uint32_t i = 0; i < workspace->card->indicators; i++)
		outcomes |= workspace->outcome[i];
	return outcomes == OUTCOME_PRESENT;
}

/* Tells that a row of a card without conditions on groups has everything. */
static void
set_rated(Appraisal *appraisal)
{
	memset(appraisal->unrated_reason, 0, sizeof(appraisal->unrated_reason));
	appraisal->coverage = 1;
	appraisal->groups_present = 0;
	appraisal->rated = true;
}

/* Finds out whether the row is rated, and if not, why. */
static void
find_rated(Workspace *workspace, Appraisal *appraisal)
{
	const Scorecard *card = workspace->card;

	/* the commonest row by far, which need not be counted through */
	if (card->rated_groups == 0 && card->any_groups == 0 && !isnan(appraisal->score) &&
		has_everything(workspace))
	{
		set_rated(appraisal);
		return;
	}
	memset(appraisal->unrated_reason, 0, sizeof(appraisal->unrated_reason));
	appraisal->coverage = find_coverage(workspace);
	appraisal->groups_present = 0;
	for (uint32_t i = 1; i < card->groups; i++)
		if (card_groups(card)[i].parent == 0 &&
			workspace->present[i] >= card->indicators_per_group)
			appraisal->groups_present++;

	appraisal->unrated_reason[UNRATED_NOTHING_PRESENT] = isnan(appraisal->score);
	for (uint32_t i = 0; i < card->indicators; i++)
		if (indicator_sorely_missing(workspace, i))
			appraisal->unrated_reason[UNRATED_INDICATOR_MISSING] = true;
	appraisal->unrated_reason[UNRATED_COVERAGE] =
		appraisal->coverage < round_decimals(card->coverage, COVERAGE_DECIMALS);
	appraisal->unrated_reason[UNRATED_GROUPS] =
		appraisal->groups_present < card->rated_groups;
	appraisal->unrated_reason[UNRATED_ANY_GROUP] = !has_any_group(workspace);

	appraisal->rated = true;
	for (int i = 0; i < UNRATED_REASON_COUNT; i++)
		if (appraisal->unrated_reason[i])
			appraisal->rated = false;
}

/* Returns a grade without a label. */
static Grade
no_grade(void)
{
	Grade		grade = {{NULL, 0}, 0};

	return grade;
}

/* Returns the grade at a notch. */
static Grade
grade_at_notch(const Bands *bands, int notch)
{
	Grade		grade;

	grade.label = bands_label(bands, notch - 1);
	grade.notch = notch;
	return grade;
}

/* Returns the grade of a score, none where no band matches. */
static Grade
grade_of_score(const Scorecard *card, double score)
{
	const Bands *bands = card_grades(card);
	int			entry = bands == NULL ? -1 : bands_find(bands, score);

	return entry < 0 ? no_grade() : grade_at_notch(bands, entry + 1);
}

/* Returns the grade of what is not rated. */
static Grade
unrated_grade(const Scorecard *card)
{
	Grade		grade;

	grade.label = card_text(card, card->unrated);
	grade.notch = card_grades(card) != NULL && grade.label.bytes != NULL ?
		bands_notch(card_grades(card), grade.label) : 0;
	return grade;
}

/* Does to the appraisal what a veto says. */
static void
apply_veto(const Scorecard *card, const CardVeto *veto, Appraisal *appraisal)
{
	if (veto->actions & VETO_SCORE)
	{
		appraisal->score = veto->score;
		appraisal->grade = grade_of_score(card, veto->score);
	}
	if (veto->actions & VETO_GRADE)
	{
		appraisal->grade.label = card_text(card, veto->grade);
		appraisal->grade.notch = veto->grade_notch;
	}
	if (!appraisal->rated)
		return;
	if ((veto->actions & VETO_CAP) && appraisal->grade.notch > 0 &&
		appraisal->grade.notch < veto->cap_notch)
		appraisal->grade = grade_at_notch(card_grades(card), veto->cap_notch);
	if ((veto->actions & VETO_DEMOTE) && appraisal->grade.notch > 0)
	{
		int			last = (int) card_grades(card)->count;
		int			notch = appraisal->grade.notch + veto->demote;

		appraisal->grade = grade_at_notch(card_grades(card), notch < last ? notch : last);
	}
	if (veto->actions & VETO_UNRATE)
	{
		appraisal->rated = false;
		appraisal->grade = unrated_grade(card);
	}
}

/* Applies the vetoes in order, and keeps what each found. */
static void
apply_vetoes(Workspace *workspace, const double *x, Appraisal *appraisal)
{
	const Scorecard *card = workspace->card;

	for (uint32_t i = 0; i < card->vetoes; i++)
	{
		const CardVeto *veto = &card_vetoes(card)[i];

		workspace->score_before_veto[i] = appraisal->score;
		workspace->grade_before_veto[i] = appraisal->grade;
		workspace->hit[i] = condition_holds(workspace, veto->when, x, appraisal->score);
		if (workspace->hit[i])
			apply_veto(card, veto, appraisal);
	}
}

/*
 * Finds the score of a row after vetoes, NaN where there is none. Needs less
 * than an appraisal: only vetoes that set the score matter.
 */
bool
card_score(Workspace *workspace, const double *x, double *score, Problem *problem)
{
	const Scorecard *card = workspace->card;

	if (!workspace_check_norms(workspace, problem) ||
		!points_find(workspace, x, problem) ||
		!aggregate_groups(workspace, problem) ||
		!rounded_score(card, workspace->value[0], score, problem))
		return false;
	if (!card->scores_by_veto)
		return true;
	for (uint32_t i = 0; i < card->vetoes; i++)
	{
		const CardVeto *veto = &card_vetoes(card)[i];

		if ((veto->actions & VETO_SCORE) && condition_holds(workspace, veto->when, x, *score))
			*score = veto->score;
	}
	return true;
}

/*
 * Finds the value of a row that has every indicator by the steps of the card,
 * and leaves the workspace as the general way does. Returns false where that has
 * to be gone: something is missing, not finite or out of range.
 */
static bool
find_value_by_steps(Workspace *workspace, const double *x)
{
	const Scorecard *card = workspace->card;
	const CardGroup *whole_card = card_groups(card);
	double		value = steps_points_value(card, card_at(card, card->steps_at), x,
										   workspace->place_points, workspace->points);

	if (!(fabs(value) <= DBL_MAX))
		return false;
	memset(workspace->outcome, OUTCOME_PRESENT, card->indicators);
	workspace->raw_value[0] = workspace->unclamped[0] = value;
	if (value < whole_card->floor)
		value = whole_card->floor;
	if (value > whole_card->ceiling)
		value = whole_card->ceiling;
	workspace->value[0] = value;
	return true;
}

/* Finds the card's value, and whether the row has every indicator and is rated. */
static bool
find_score(Workspace *workspace, const double *x, Appraisal *appraisal, Problem *problem)
{
	const Scorecard *card = workspace->card;

	/* what vetoes alone read is not among the values that the steps look at */
	if (workspace->place_points != NULL &&
		(card->inputs == card->indicators || inputs_check(card, x, problem)) &&
		find_value_by_steps(workspace, x))
	{
		appraisal->score = round_decimals(workspace->value[0], card->decimals);
		set_rated(appraisal);
		return true;
	}
	if (!points_find(workspace, x, problem) ||
		!aggregate_groups(workspace, problem) ||
		!rounded_score(card, workspace->value[0], &appraisal->score, problem))
		return false;
	find_rated(workspace, appraisal);
	return true;
}

/* Finds everything about a row. */
bool
card_appraise(Workspace *workspace, const double *x, Appraisal *appraisal,
			  Problem *problem)
{
	const Scorecard *card = workspace->card;

	if (!workspace_check_norms(workspace, problem) ||
		!find_score(workspace, x, appraisal, problem))
		return false;
	appraisal->grade = appraisal->rated ? grade_of_score(card, appraisal->score) :
		unrated_grade(card);
	appraisal->score_before = appraisal->score;
	appraisal->grade_before = appraisal->grade;
	apply_vetoes(workspace, x, appraisal);
	return true;
}
