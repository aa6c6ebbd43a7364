/*
 * protection/certificate.h
 *
 * Proofs that suppressed cells protect the primary ones, for tables that share
 * cells, which are no network any more: whoever finds a pattern shows for every
 * primary cell two possible tables, one with the cell low, one with it high.
 */
#ifndef CREDENCE_PROTECTION_CERTIFICATE_H
#define CREDENCE_PROTECTION_CERTIFICATE_H

#include "protection/table.h"
#include "scoring/arena.h"
#include "scoring/problem.h"

/* A value of a witness that is not a whole number of units. */
#define NOT_WHOLE INT64_MIN

/* The sides of a primary cell. */
#define SIDE_LOW 0
#define SIDE_HIGH 1

/* Cells are numbered from 1 wherever a number of one stands. */
typedef struct Certificate
{
	int			count;			/* cells */
	const int64_t *values;
	const bool *suppressed;
	const int64_t *least;		/* NO_LOWER_BOUND, NO_UPPER_BOUND */
	const int64_t *greatest;
	int			decimals;		/* for messages */

	int			terms;			/* of the equations: the terms of each add up to 0 */
	const int32_t *equations;
	const int32_t *cells;
	const int32_t *signs;		/* 1 or -1 */

	int			primaries;
	const int32_t *primary;		/* cell */
	const int64_t *lower;		/* protection; all three 0: a width of one unit */
	const int64_t *upper;
	const int64_t *sliding;

	int			entries;		/* of the witnesses */
	const int32_t *entry_primary;	/* cell */
	const int  *entry_side;
	const int32_t *entry_cell;
	const int64_t *entry_value;
} Certificate;

/*
 * Does the certificate prove the protection? If not, the problem says the first
 * thing that is wrong: PROBLEM_DATA where the proof fails; any other kind where
 * it is not one, such as a cell that does not exist.
 */
extern bool certificate_check(const Certificate *certificate, const Arena *arena, Problem *problem);

#endif							/* CREDENCE_PROTECTION_CERTIFICATE_H */
