/*
 * scoring/appraise.h
 *
 * Scoring a row: input vector -> points -> group values -> score -> rated or not
 * -> grade -> vetoes. Everything between is kept in the workspace, which explain.c
 * and improve.c read. In a vector, missing is NaN.
 */
#ifndef CREDENCE_APPRAISE_H
#define CREDENCE_APPRAISE_H

#include "scoring/card.h"
#include "scoring/norms.h"

/* What became of an indicator. */
typedef enum Outcome
{
	OUTCOME_PRESENT,
	OUTCOME_MISSING,			/* the input is missing */
	OUTCOME_NOT_APPLICABLE,		/* its condition does not hold */
	OUTCOME_NO_BAND				/* no band matches the value */
} Outcome;

/* A grade: its label, or no text at all, and its notch, 0 for none. */
typedef struct Grade
{
	Text		label;
	int			notch;
} Grade;

/* Why a row is not rated. */
typedef enum UnratedReason
{
	UNRATED_NOTHING_PRESENT,
	UNRATED_INDICATOR_MISSING,	/* one or more that must not be */
	UNRATED_COVERAGE,
	UNRATED_GROUPS,
	UNRATED_ANY_GROUP,
	UNRATED_REASON_COUNT
} UnratedReason;

/* Memory for scoring rows by one card, made once and used for every row. */
typedef struct Workspace
{
	const Scorecard *card;
	const Norms *norms;			/* or NULL */
	const Text *unknown_text;	/* of each input, the text behind code 0; or NULL */
	/* of each indicator; NaN where there is none */
	double	   *standardised;
	double	   *points;			/* with room for one more, to make them even */
	uint8_t    *outcome;		/* Outcome */
	/* of each group; NaN where there is none */
	double	   *raw_value;		/* before standardising and clamping */
	double	   *unclamped;		/* between both */
	double	   *value;			/* after both */
	double	   *earned;			/* of an "earned" group: the points, */
	double	   *possible;		/* and the most that they could be */
	uint32_t   *present;		/* top-level groups: indicators present beneath */
	/* of each child of one group, while it is combined */
	double	   *child_value;
	bool	   *child_taken;	/* by "best" */
	/* of each veto */
	bool	   *hit;
	double	   *score_before_veto;
	Grade	   *grade_before_veto;
	double	   *place_points;	/* for rows that the steps of the card can appraise,
								 * see steps_sum_points(); else NULL */
} Workspace;

/* The outcome for a row. */
typedef struct Appraisal
{
	double		score;			/* NaN: none */
	Grade		grade;
	bool		rated;
	double		coverage;
	double		score_before;	/* before vetoes */
	Grade		grade_before;
	bool		unrated_reason[UNRATED_REASON_COUNT];
	uint32_t	groups_present; /* that have the inputs they need */
} Appraisal;

extern Workspace *workspace_create(const Scorecard *card, const Arena *arena);
extern bool workspace_use_norms(Workspace *workspace, const Norms *norms,
								Problem *problem);
extern bool workspace_check_norms(const Workspace *workspace, Problem *problem);

/* points.c */
extern bool inputs_check(const Scorecard *card, const double *x, Problem *problem);
extern bool points_find(Workspace *workspace, const double *x, Problem *problem);
extern bool condition_holds(const Workspace *workspace, CardCondition condition,
							const double *x, double score);

/* aggregate.c */
extern bool aggregate_groups(Workspace *workspace, Problem *problem);
extern bool aggregate_for_norms(Workspace *workspace, Problem *problem);
extern double best_value(const CardGroup *group, const double *child_value,
						 bool *child_taken);

/* appraise.c */
extern bool card_score(Workspace *workspace, const double *x, double *score,
					   Problem *problem);
extern bool card_appraise(Workspace *workspace, const double *x, Appraisal *appraisal,
						  Problem *problem);
extern bool indicator_sorely_missing(const Workspace *workspace, uint32_t index);

/* reasons.c */
extern uint32_t unrated_reasons(const Workspace *workspace, const Appraisal *appraisal,
								const Arena *arena, const char **reason);

#endif							/* CREDENCE_APPRAISE_H */
