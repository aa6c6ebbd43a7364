/*
 * protection/audit.c
 *
 * The exact intervals of all suppressed cells; see audit.h.
 *
 * A cell can be raised by as much as can flow from the head of its arc back to
 * its tail; and the flow of that is another possible table, which often shows
 * already how far other cells can go. Only arcs of the same block can be on the
 * way; a cell that is a block by itself is given away.
 */
#include <string.h>

#include "protection/audit.h"
#include "protection/flow.h"

/* Widens what is known of the cells that the flow has moved. */
static void
learn(const Flow *flow, int64_t *reached)
{
	for (int i = 0; i < flow->touched_count; i++)
	{
		int			arc = flow->touched[i];

		if (flow->moved[arc] > reached[2 * arc])
			reached[2 * arc] = flow->moved[arc];
		if (-flow->moved[arc] > reached[2 * arc + 1])
			reached[2 * arc + 1] = -flow->moved[arc];
	}
}

/* Finds how far every half-arc can be moved; reached begins as zeros. */
static void
reach(Flow *flow, int64_t *reached)
{
	const Network *network = flow->network;
	int		   *block = arena_allocate(flow->arena, network->arcs * sizeof(int));

	flow_blocks(flow, block);
	flow->block = block;
	for (int half = 0; half < 2 * network->arcs; half++)
	{
		flow->within = block[half >> 1];
		if (flow->within == NO_BLOCK || reached[half] == network->capacity[half])
			continue;
		reached[half] = flow_maximum(flow, half, UNLIMITED);
		learn(flow, reached);
		flow_reset(flow);
	}
}

/* Finds what can be inferred; see audit.h. */
bool
audit_table(const Table *table, const Arena *arena, CellInterval *intervals, Problem *problem)
{
	Table		asked = *table;
	Network		network;
	Flow		flow;
	int64_t    *reached;

	asked.cells = arena_allocate(arena, table->count * sizeof(TableCell));
	memcpy(asked.cells, table->cells, table->count * sizeof(TableCell));
	for (int i = 0; i < table->count; i++)
	{
		if (asked.cells[i].state == CELL_FREE)
			asked.cells[i].state = CELL_SHOWN;
		intervals[i] = (CellInterval) {asked.cells[i].value, asked.cells[i].value};
	}
	if (!network_build(&asked, arena, &network, problem))
		return false;
	flow_init(&flow, &network, arena);
	for (int arc = 0; arc < network.arcs; arc++)
		flow_open(&flow, arc, true);
	reached = arena_allocate(arena, 2 * network.arcs * sizeof(int64_t));
	memset(reached, 0, 2 * network.arcs * sizeof(int64_t));
	reach(&flow, reached);
	for (int arc = 0; arc < network.arcs; arc++)
	{
		CellInterval   *interval = &intervals[network.cell_of[arc]];

		interval->lowest = reached[2 * arc + 1] == UNLIMITED ? NO_LOWER_BOUND : interval->lowest - reached[2 * arc + 1];
		interval->highest = reached[2 * arc] == UNLIMITED ? NO_UPPER_BOUND : interval->highest + reached[2 * arc];
	}
	return true;
}
