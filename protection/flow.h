/*
 * protection/flow.h
 *
 * How far a cell can be raised or lowered: maximum flows in a network, from the
 * true table, which is a feasible one.
 */
#ifndef CREDENCE_PROTECTION_FLOW_H
#define CREDENCE_PROTECTION_FLOW_H

#include "protection/network.h"

/*
 * A network of which some arcs are open: those of suppressed cells. Flows move
 * along open arcs alone, unless everything is asked for.
 */
typedef struct Flow
{
	const Network *network;
	const Arena *arena;
	int		   *first;			/* nodes + 1: where the half-arcs of each node begin in leaving */
	int		   *closed;			/* nodes: where those that are not open begin */
	int		   *leaving;		/* half-arcs by the node that they leave */
	int		   *place;			/* of each half-arc in leaving */
	bool	   *open;			/* of each arc */
	bool		everything;		/* arcs that are not open are walked too */
	const int  *block;			/* of each arc, or NULL */
	int			within;			/* with blocks: only this one is walked */
	int64_t    *residual;		/* of each half-arc: how far it can be moved yet */
	int64_t    *moved;			/* of each arc: how far its cell has been raised */
	int		   *touched;		/* arcs that have been moved */
	int			touched_count;
	bool	   *is_touched;
	int		   *level;			/* nodes: arcs to the goal, good where seen is the epoch */
	int		   *seen;
	int			epoch;
	int		   *next;			/* nodes: the half-arc to be tried next */
	int		   *queue;
	int		   *path;			/* half-arcs from the beginning on */
	int64_t		steps;			/* work done so far, in half-arcs looked at */
	int64_t		pauses;
} Flow;

/* Makes the flow of a network, no arc of it open, nothing moved. */
extern void flow_init(Flow *flow, const Network *network, const Arena *arena);

/* Opens an arc, or closes it. */
extern void flow_open(Flow *flow, int arc, bool open);

/* The half-arcs of a node that may be walked are leaving[first[node]] up to before this place. */
static inline int
flow_end(const Flow *flow, int node)
{
	return flow->everything ? flow->first[node + 1] : flow->closed[node];
}

/* Moves along a half-arc. */
extern void flow_push(Flow *flow, int half, int64_t amount);

/* Takes everything back that has been moved. */
extern void flow_reset(Flow *flow);

/*
 * Raises the cell of half-arc 2 x arc, or lowers that of 2 x arc + 1, as far as
 * possible but at most by limit; the others that had to move are in touched.
 * Returns how far, or UNLIMITED, when nothing has been moved.
 */
extern int64_t flow_maximum(Flow *flow, int half, int64_t limit);

/*
 * Finds the blocks of the open arcs: two arcs are in one block if there is a
 * closed walk through both that uses no node twice. An arc that is a block by
 * itself, which no table can change, gets NO_BLOCK, unless it leads from a node
 * to itself.
 */
extern void flow_blocks(Flow *flow, int *block);

#define NO_BLOCK (-1)

#endif							/* CREDENCE_PROTECTION_FLOW_H */
