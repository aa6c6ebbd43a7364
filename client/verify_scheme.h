/*
 * client/verify_scheme.h
 *
 * The scheme of a bundle, ready to compute with: its scorecard, norms, grades,
 * and the steps after the scorecard.
 */
#ifndef CREDENCE_VERIFY_SCHEME_H
#define CREDENCE_VERIFY_SCHEME_H

#include "client/verify_condition.h"
#include "client/verify_report.h"
#include "scoring/appraise.h"

/* A label, or the one that an input holds, some steps worse (or better, below zero). */
typedef struct EffectLabel
{
	bool		given;
	bool		of_input;
	Text		label;			/* or the name of the input */
	int			worse;
} EffectLabel;

/* A step of adjust or linkage, as doc/scheme.md has it. */
typedef struct SchemeStep
{
	Text		name;			/* as the adjustments call it */
	Text		reason_en;
	Text		reason_zh;
	SchemeCondition when;		/* of adjust: of the subject; of linkage it is about others, and not read */
	bool		has_score;
	bool		has_add;
	double		score;
	double		add;
	EffectLabel grade;
	EffectLabel cap;
	EffectLabel least;
	int			demote;
	int			promote;
	bool		unrate;
	int			rounds;
} SchemeStep;

typedef enum GradingMethod
{
	GRADING_BANDS,
	GRADING_QUOTA,
	GRADING_CLUSTERS,
	GRADING_CASES
} GradingMethod;

typedef struct GradingCase
{
	bool		always;
	SchemeCondition when;
	Text		grade;
} GradingCase;

/* Norms of a peer group, or of all where peer is NULL. */
typedef struct SchemeNorms
{
	Text		peer;
	Workspace  *workspace;
} SchemeNorms;

typedef struct Scheme
{
	const Arena *arena;
	const JsonNode *document;
	const Scorecard *card;
	Workspace  *workspace;		/* without norms, where the card needs none */
	SchemeNorms *norms;
	int			norms_count;
	bool		within_peers;	/* peers have norms of their own */
	GradingMethod method;
	Text		method_name;
	Text	   *grades;			/* best first */
	int			grades_count;
	const Bands *bands;			/* by which a score that changes is graded anew, or NULL */
	GradingCase *cases;
	int			cases_count;
	SchemeStep *adjust;
	int			adjust_count;
	SchemeStep *linkage;
	int			linkage_count;
	int			decimals;
} Scheme;

/* Reads the document; false with the problem where it cannot be computed with. */
extern bool scheme_read(Scheme *scheme, const char *text, size_t length, const Arena *arena, Problem *problem);

/* Adds norms: of a peer group, or of all where peer is NULL. */
extern bool scheme_add_norms(Scheme *scheme, const char *peer, size_t peer_length, const char *text, size_t length, Problem *problem);

/* The workspace for a subject of a peer group; NULL where the norms that it takes are not there. */
extern Workspace *scheme_workspace(const Scheme *scheme, RecordField peer);

/* Place of a grade among the grades from 1, or 0. */
extern int	scheme_notch(const Scheme *scheme, Text grade);

/* Memory that is given back all at once. */
extern const Arena *verify_arena(void);
extern void verify_arena_release(void);

#endif							/* CREDENCE_VERIFY_SCHEME_H */
