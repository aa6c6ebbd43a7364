/*
 * scoring/quota.h
 *
 * Grades by rank: how many percent of a population get which grade.
 */
#ifndef CREDENCE_QUOTA_H
#define CREDENCE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "scoring/arena.h"
#include "scoring/limits.h"
#include "scoring/problem.h"
#include "scoring/text.h"

/* All of a population, in units of its shares: see LIMIT_QUOTA_DECIMALS. */
#define QUOTA_WHOLE INT64_C(100000000)

typedef enum QuotaRounding
{
	QUOTA_ROUND,				/* half away from zero */
	QUOTA_FLOOR,
	QUOTA_CEIL
} QuotaRounding;

typedef enum QuotaTies
{
	QUOTA_KEEP,					/* rows that tie across a boundary all get the better grade */
	QUOTA_DROP,					/* all of them get the worse grade */
	QUOTA_ORDER					/* there must be none */
} QuotaTies;

typedef struct Quota
{
	Text		label;
	int64_t		cumulative;		/* share of this grade and the better ones, at most
								 * QUOTA_WHOLE, which it is for "the rest" */
} Quota;

typedef struct Quotas
{
	uint32_t	count;
	Quota		grade[];
} Quotas;

/*
 * Reads quotas such as 'A 20%, "B, good" 50%, C': labels as in bands, each with
 * a percentage above zero; the last may go without and gets the rest. Returns
 * false and the problem where the text is not that.
 */
extern bool quotas_parse(Text text, const Arena *arena, Quotas **quotas, Problem *problem);

/* The rounding of that name; a problem that lists the names if there is none. */
extern bool quota_rounding(const char *name, QuotaRounding *rounding, Problem *problem);

/* The handling of ties of that name; a problem that lists the names if there is none. */
extern bool quota_ties(const char *name, QuotaTies *ties, Problem *problem);

/* How many of the rows, fewer than 2^31, a cumulative share amounts to. */
extern int64_t quota_rows(int64_t rows, int64_t cumulative, QuotaRounding rounding);

/*
 * Moves the boundaries, for each grade how many rows are in it and the better
 * ones, so that none parts rows that tie; tied tells of each row whether it
 * ties with the one before. Fails where ties are not allowed and there is one.
 */
extern bool quota_settle(const Quotas *quotas, int *boundaries, const bool *tied, int rows,
						 QuotaTies ties, Problem *problem);

#endif							/* CREDENCE_QUOTA_H */
