/*
 * protection/blocks.c
 *
 * The blocks of the open arcs, by the depth-first search of Hopcroft and Tarjan;
 * see flow.h.
 */
#include <string.h>

#include "protection/flow.h"

/* The state of the search. */
typedef struct Search
{
	Flow	   *flow;
	int		   *block;
	int		   *number;			/* of each node, in the order of arrival from 1 */
	int		   *lowest;			/* the lowest number that is reached from below */
	int		   *arrival;		/* the half-arc that the node was reached by */
	int		   *arcs;			/* those whose block is not known yet */
	int			arcs_count;
	int			nodes;			/* seen so far */
	int			blocks;
} Search;

/* Everything down to the arc that led to the node is a block. */
static void
close_block(Search *search, int arc)
{
	if (search->arcs[search->arcs_count - 1] == arc)
	{
		search->block[arc] = NO_BLOCK;
		search->arcs_count--;
		return;
	}
	do
		search->block[search->arcs[--search->arcs_count]] = search->blocks;
	while (search->arcs[search->arcs_count] != arc);
	search->blocks++;
}

/* Goes along a half-arc; returns the node where the search goes on. */
static int
follow(Search *search, int node, int half)
{
	int			arc = half >> 1;
	int			to = search->flow->network->start[half ^ 1];

	if (to == node)
		search->block[arc] = search->blocks++;
	else if (search->number[to] == 0)
	{
		search->number[to] = search->lowest[to] = ++search->nodes;
		search->arrival[to] = half;
		search->flow->next[to] = search->flow->first[to];
		search->arcs[search->arcs_count++] = arc;
		return to;
	}
	else if (search->number[to] < search->number[node] && arc != search->arrival[node] >> 1)
	{
		search->arcs[search->arcs_count++] = arc;
		if (search->number[to] < search->lowest[node])
			search->lowest[node] = search->number[to];
	}
	return node;
}

/* Leaves a node for the one that it was reached from, which is returned. */
static int
leave(Search *search, int node)
{
	int			above = search->flow->network->start[search->arrival[node]];

	if (search->lowest[node] >= search->number[above])
		close_block(search, search->arrival[node] >> 1);
	else if (search->lowest[node] < search->lowest[above])
		search->lowest[above] = search->lowest[node];
	return above;
}

/* Searches everything that hangs together with a node. */
static void
search_from(Search *search, int root)
{
	Flow	   *flow = search->flow;
	int			node = root;

	search->number[root] = search->lowest[root] = ++search->nodes;
	search->arrival[root] = -2;
	flow->next[root] = flow->first[root];
	for (;;)
	{
		arena_pause(flow->arena, ++flow->pauses);
		if (flow->next[node] < flow_end(flow, node))
			node = follow(search, node, flow->leaving[flow->next[node]++]);
		else if (node != root)
			node = leave(search, node);
		else
			break;
	}
}

/* Finds the blocks of the open arcs; see flow.h. */
void
flow_blocks(Flow *flow, int *block)
{
	const Network *network = flow->network;
	Search		search = {flow, block};

	search.number = arena_allocate(flow->arena, network->nodes * sizeof(int));
	search.lowest = arena_allocate(flow->arena, network->nodes * sizeof(int));
	search.arrival = arena_allocate(flow->arena, network->nodes * sizeof(int));
	search.arcs = arena_allocate(flow->arena, network->arcs * sizeof(int));
	memset(search.number, 0, network->nodes * sizeof(int));
	for (int arc = 0; arc < network->arcs; arc++)
		block[arc] = NO_BLOCK;
	for (int node = 0; node < network->nodes; node++)
		if (search.number[node] == 0)
			search_from(&search, node);
	arena_release(flow->arena, search.number);
	arena_release(flow->arena, search.lowest);
	arena_release(flow->arena, search.arrival);
	arena_release(flow->arena, search.arcs);
}
