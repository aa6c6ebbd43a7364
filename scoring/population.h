/*
 * scoring/population.h
 *
 * Norms while they are made: a tally for each standardised indicator, or, in the
 * second step, for each standardised group. What comes out depends on the rows
 * and not on their order, nor on how they were divided among populations that
 * are merged.
 */
#ifndef CREDENCE_POPULATION_H
#define CREDENCE_POPULATION_H

#include "scoring/appraise.h"
#include "scoring/exactsum.h"
#include "scoring/multiset.h"

/* What is known of one indicator or group. */
typedef struct Tally
{
	int64_t		count;			/* values */
	ExactSum	sum;
	ExactSum	squares;
	double		minimum;		/* infinity while there is no value */
	double		maximum;		/* -infinity while there is no value */
	Multiset	values;
	Text		name;
	CardCondition when;			/* of the card that rows are added by */
	uint16_t	place;			/* input or group that the value is found at */
	uint8_t		method;			/* Standardise */
} Tally;

typedef struct Population
{
	Text		card_name;
	uint64_t	indicator_fingerprint;
	uint64_t	group_fingerprint;
	int64_t		rows;			/* added in this step */
	const Norms *base;			/* second step: norms of the first, else NULL */
	Tally	   *tally;
	uint32_t	tallies;
	Workspace  *workspace;		/* in which rows are added; NULL while there is none */
} Population;

/*
 * Makes a population of no rows for the card; with a base, the second step,
 * which takes the values of groups. The base must outlive the population.
 */
extern bool population_create(const Scorecard *card, const Norms *base, const Arena *arena,
							  Population *population, Problem *problem);

/* Makes the population that norms were made of. They must outlive it. */
extern void population_of_norms(const Norms *norms, const Arena *arena,
								Population *population);

/*
 * Says in which workspace rows are added from now on, and so by which card; it
 * must be one that the norms fit.
 */
extern bool population_use_workspace(Population *population, Workspace *workspace,
									 Problem *problem);

/* Adds a row: the input vector of the card. */
extern bool population_add(Population *population, const double *x, const Arena *arena,
						   Problem *problem);

/* Adds the rows that norms were made of; the problem names both cards. */
extern bool population_merge(Population *population, const Norms *norms,
							 const Arena *arena, Problem *problem);

/* Starts a tally of no values. */
extern void tally_init(Tally *tally, Text name, uint8_t method, const Arena *arena);

/* Returns whether what was read of a tally can be of values at all. */
extern bool tally_check(const Tally *tally, ProblemKind kind, const Arena *arena,
						Problem *problem);

/* Returns whether the different values sorted in so far are not too many. */
extern bool population_check_limit(const Population *population, Problem *problem);

/* Returns the bytes of the norms of a population. */
extern bool population_size(Population *population, const Arena *arena, uint32_t *size,
							Problem *problem);

/* Writes the norms, as many bytes as that; the length word is 0. */
extern void population_write(const Population *population, Norms *norms);

/* Both at once. */
extern bool population_norms(Population *population, const Arena *arena, Norms **norms,
							 Problem *problem);

#endif							/* CREDENCE_POPULATION_H */
