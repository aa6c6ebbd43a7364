/*
 * protection/network.h
 *
 * A table with totals as a network: every equation is a node, every cell an arc
 * between the two equations that it stands in, and what may be changed without
 * touching a published number is a circulation.
 *
 * The equations are those of the rows that nothing is added up in (the columns
 * make the total) and, for every other row and every column, the total column
 * too, that the rows below make the cell. That a row further up adds up over
 * its columns follows from those. Where a cell has one equation only, its other
 * end is the ground, whose equation follows from all others.
 */
#ifndef CREDENCE_PROTECTION_NETWORK_H
#define CREDENCE_PROTECTION_NETWORK_H

#include "protection/table.h"
#include "scoring/arena.h"
#include "scoring/problem.h"

/* How far an arc can be moved that has no bound. */
#define UNLIMITED INT64_MAX

/*
 * Arcs stand for the cells that are not shown. Half-arc 2 x arc leads from the
 * tail to the head and raises the cell, half-arc 2 x arc + 1 leads back and
 * lowers it.
 */
typedef struct Network
{
	int			nodes;
	int			arcs;
	int		   *cell_of;		/* of each arc */
	int		   *start;			/* of each half-arc: the node that it leaves */
	int64_t    *capacity;		/* of each half-arc: from the true value to the bound */
} Network;

/*
 * Makes the network of a table. False with a problem if the table is none: a
 * circle among the rows, a cell twice, a value outside of its bounds, totals
 * that do not add up, numbers that are too large.
 */
extern bool network_build(const Table *table, const Arena *arena, Network *network, Problem *problem);

#endif							/* CREDENCE_PROTECTION_NETWORK_H */
