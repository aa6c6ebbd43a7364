/*
 * protection/flow.c
 *
 * Maximum flows by the method of Dinic; see flow.h.
 */
#include <string.h>

#include "protection/flow.h"

/* Makes the flow of a network, no arc of it open, nothing moved. */
void
flow_init(Flow *flow, const Network *network, const Arena *arena)
{
	int			halves = 2 * network->arcs;
	int		   *at;

	memset(flow, 0, sizeof(*flow));
	flow->network = network;
	flow->arena = arena;
	flow->first = arena_allocate(arena, (network->nodes + 1) * sizeof(int));
	flow->closed = arena_allocate(arena, network->nodes * sizeof(int));
	flow->leaving = arena_allocate(arena, halves * sizeof(int));
	flow->place = arena_allocate(arena, halves * sizeof(int));
	flow->open = arena_allocate(arena, network->arcs);
	flow->residual = arena_allocate(arena, halves * sizeof(int64_t));
	flow->moved = arena_allocate(arena, network->arcs * sizeof(int64_t));
	flow->touched = arena_allocate(arena, network->arcs * sizeof(int));
	flow->is_touched = arena_allocate(arena, network->arcs);
	flow->level = arena_allocate(arena, network->nodes * sizeof(int));
	flow->seen = arena_allocate(arena, network->nodes * sizeof(int));
	flow->next = arena_allocate(arena, network->nodes * sizeof(int));
	flow->queue = arena_allocate(arena, network->nodes * sizeof(int));
	flow->path = arena_allocate(arena, network->nodes * sizeof(int));
	memset(flow->open, 0, network->arcs);
	memset(flow->moved, 0, network->arcs * sizeof(int64_t));
	memset(flow->is_touched, 0, network->arcs);
	memset(flow->seen, 0, network->nodes * sizeof(int));
	memcpy(flow->residual, network->capacity, halves * sizeof(int64_t));

	memset(flow->first, 0, (network->nodes + 1) * sizeof(int));
	for (int half = 0; half < halves; half++)
		flow->first[network->start[half] + 1]++;
	for (int node = 0; node < network->nodes; node++)
		flow->first[node + 1] += flow->first[node];
	memcpy(flow->closed, flow->first, network->nodes * sizeof(int));
	at = flow->level;
	memcpy(at, flow->first, network->nodes * sizeof(int));
	for (int half = 0; half < halves; half++)
	{
		flow->place[half] = at[network->start[half]]++;
		flow->leaving[flow->place[half]] = half;
	}
}

/* Puts a half-arc to a place in its list, and what was there to where it was. */
static void
exchange(Flow *flow, int half, int place)
{
	int			other = flow->leaving[place];

	flow->leaving[flow->place[half]] = other;
	flow->place[other] = flow->place[half];
	flow->leaving[place] = half;
	flow->place[half] = place;
}

/* Opens an arc, or closes it. */
void
flow_open(Flow *flow, int arc, bool open)
{
	if (flow->open[arc] == open)
		return;
	flow->open[arc] = open;
	for (int half = 2 * arc; half <= 2 * arc + 1; half++)
	{
		int			node = flow->network->start[half];

		if (open)
			exchange(flow, half, flow->closed[node]++);
		else
			exchange(flow, half, --flow->closed[node]);
	}
}

/* Moves along a half-arc. */
void
flow_push(Flow *flow, int half, int64_t amount)
{
	int			arc = half >> 1;

	if (flow->residual[half] != UNLIMITED)
		flow->residual[half] -= amount;
	if (flow->residual[half ^ 1] != UNLIMITED)
		flow->residual[half ^ 1] += amount;
	flow->moved[arc] += (half & 1) == 0 ? amount : -amount;
	if (!flow->is_touched[arc])
	{
		flow->is_touched[arc] = true;
		flow->touched[flow->touched_count++] = arc;
	}
}

/* Takes everything back that has been moved. */
void
flow_reset(Flow *flow)
{
	for (int i = 0; i < flow->touched_count; i++)
	{
		int			arc = flow->touched[i];

		flow->residual[2 * arc] = flow->network->capacity[2 * arc];
		flow->residual[2 * arc + 1] = flow->network->capacity[2 * arc + 1];
		flow->moved[arc] = 0;
		flow->is_touched[arc] = false;
	}
	flow->touched_count = 0;
}

/* May the half-arc be walked, as far as its block is concerned? */
static inline bool
within_block(const Flow *flow, int half)
{
	return flow->block == NULL || flow->block[half >> 1] == flow->within;
}

/* A new epoch, in which no node has been seen. */
static void
begin_epoch(Flow *flow)
{
	if (flow->epoch == INT32_MAX)
	{
		memset(flow->seen, 0, flow->network->nodes * sizeof(int));
		flow->epoch = 0;
	}
	flow->epoch++;
}

/*
 * Finds the number of arcs to the goal of every node up to the beginning, over
 * half-arcs on which at least so much can be moved and which are not of the arc
 * left out. False if the beginning is not reached.
 */
static bool
find_levels(Flow *flow, int begin, int goal, int without, int64_t at_least)
{
	const int  *start = flow->network->start;
	int			count = 0;

	begin_epoch(flow);
	flow->seen[goal] = flow->epoch;
	flow->level[goal] = 0;
	flow->next[goal] = flow->first[goal];
	flow->queue[count++] = goal;
	for (int i = 0; i < count; i++)
	{
		int			node = flow->queue[i];
		int			end = flow_end(flow, node);

		arena_pause(flow->arena, ++flow->pauses);
		flow->steps += end - flow->first[node];
		for (int at = flow->first[node]; at < end; at++)
		{
			int			half = flow->leaving[at];
			int			from = start[half ^ 1];

			if (flow->seen[from] == flow->epoch || flow->residual[half ^ 1] < at_least ||
				half >> 1 == without || !within_block(flow, half))
				continue;
			flow->seen[from] = flow->epoch;
			flow->level[from] = flow->level[node] + 1;
			flow->next[from] = flow->first[from];
			if (from == begin)
				return true;
			flow->queue[count++] = from;
		}
	}
	return false;
}

/* Moves along the path as much as is possible, at most the limit; returns how much. */
static int64_t
push_path(Flow *flow, int length, int64_t limit)
{
	for (int i = 0; i < length; i++)
		if (flow->residual[flow->path[i]] < limit)
			limit = flow->residual[flow->path[i]];
	for (int i = 0; i < length; i++)
		flow_push(flow, flow->path[i], limit);
	return limit;
}

/* Moves along shortest paths until there is none of that length left, at most the limit; returns how much. */
static int64_t
push_level(Flow *flow, int begin, int goal, int without, int64_t limit)
{
	const int  *start = flow->network->start;
	int64_t		sum = 0;
	int			length = 0;
	int			node = begin;

	while (sum < limit)
	{
		int			end = flow_end(flow, node);

		if (node == goal)
		{
			sum += push_path(flow, length, limit - sum);
			length = 0;
			node = begin;
			continue;
		}
		for (; flow->next[node] < end; flow->next[node]++)
		{
			int			half = flow->leaving[flow->next[node]];
			int			to = start[half ^ 1];

			flow->steps++;
			if (flow->residual[half] > 0 && flow->seen[to] == flow->epoch && flow->level[to] == flow->level[node] - 1 &&
				half >> 1 != without && within_block(flow, half))
				break;
		}
		if (flow->next[node] < end)
		{
			flow->path[length++] = flow->leaving[flow->next[node]];
			node = start[flow->path[length - 1] ^ 1];
		}
		else if (length > 0)
		{
			/* a dead end: back, and on from the next one there */
			node = start[flow->path[--length]];
			flow->next[node]++;
		}
		else
			break;
	}
	return sum;
}

/* Raises or lowers a cell; see flow.h. */
int64_t
flow_maximum(Flow *flow, int half, int64_t limit)
{
	int			begin = flow->network->start[half ^ 1];
	int			goal = flow->network->start[half];
	int64_t		sum = 0;

	if (flow->residual[half] < limit)
		limit = flow->residual[half];
	if (limit == 0 || begin == goal)
	{
		if (limit > 0 && limit != UNLIMITED)
			flow_push(flow, half, limit);
		return limit;
	}
	/* where there is a way back without any limit, the search for ways would not find an end */
	if (limit == UNLIMITED && find_levels(flow, begin, goal, half >> 1, UNLIMITED))
		return UNLIMITED;
	while (sum < limit && find_levels(flow, begin, goal, half >> 1, 1))
		sum += push_level(flow, begin, goal, half >> 1, limit - sum);
	if (sum > 0)
		flow_push(flow, half, sum);
	return sum;
}
