/*
 * protection/pattern.h
 *
 * Which cells of a table to suppress besides the primary ones.
 */
#ifndef CREDENCE_PROTECTION_PATTERN_H
#define CREDENCE_PROTECTION_PATTERN_H

#include "protection/table.h"
#include "scoring/arena.h"
#include "scoring/problem.h"

/* What is asked for. */
typedef struct SuppressionRequest
{
	const Table *table;
	bool		(*expired) (void *context);	/* is the time over? or NULL */
	void	   *context;
} SuppressionRequest;

/* What was found. */
typedef struct Suppression
{
	bool	   *suppressed;		/* of each cell, what had to be among them */
	int64_t		cost;			/* of the free cells among them */
	bool		finished;		/* false if the time was over before the search */
} Suppression;

/*
 * Finds a set of cells to suppress, such that every primary cell can be so far
 * below and above its value, and its interval is so wide, as its protection
 * asks, and such that no free cell of it is needless. The sum of its costs is
 * kept small, not proved to be the smallest. The same table gives the same set
 * unless the time was over; but the first safe set is always finished.
 *
 * False with a problem: PROBLEM_STATE if a primary cell cannot be protected by
 * suppressing all free cells, else what network_build() says.
 */
extern bool suppress_table(const SuppressionRequest *request, const Arena *arena, Suppression *suppression,
						   Problem *problem);

#endif							/* CREDENCE_PROTECTION_PATTERN_H */
