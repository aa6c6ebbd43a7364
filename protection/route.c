/*
 * protection/route.c
 *
 * Which cells to suppress for one primary cell: cheapest paths from one end of
 * its arc to the other (Dijkstra), which close to a cycle with it. An open arc
 * costs nothing, another one its cost, and as many times that as paths through
 * it would be needed. See search.h.
 */
#include <string.h>

#include "protection/search.h"

/* Costs are counted in sixteenths, so that chance can make small differences. */
#define PRICE_UNIT 16

/* A narrow arc counts at most so many times: more only lengthens detours. */
#define MOST_PATHS 8

/* What a path may go along: at least so much forward and back, and how much is wanted in all. */
typedef struct Way
{
	int64_t		forward;
	int64_t		backward;
	int64_t		wanted;
} Way;

static bool
before(const Candidate *a, const Candidate *b)
{
	if (a->price != b->price)
		return a->price < b->price;
	if (a->hops != b->hops)
		return a->hops < b->hops;
	return a->node < b->node;
}

/* Puts a node into the heap. */
static void
push_candidate(const Arena *arena, Route *route, Candidate candidate)
{
	int			at = route->heap_count++;

	route->heap = grow_memory(arena, route->heap, &route->heap_size, route->heap_count, sizeof(Candidate));
	while (at > 0 && before(&candidate, &route->heap[(at - 1) / 2]))
	{
		route->heap[at] = route->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	route->heap[at] = candidate;
}

/* Takes the first one out of the heap. */
static Candidate
pop_candidate(Route *route)
{
	Candidate	first = route->heap[0];
	Candidate	last = route->heap[--route->heap_count];
	int			at = 0;

	for (;;)
	{
		int			child = 2 * at + 1;

		if (child >= route->heap_count)
			break;
		if (child + 1 < route->heap_count && before(&route->heap[child + 1], &route->heap[child]))
			child++;
		if (!before(&route->heap[child], &last))
			break;
		route->heap[at] = route->heap[child];
		at = child;
	}
	route->heap[at] = last;
	return first;
}

/* The price of an arc that is not open: its cost, more or less. */
static int64_t
arc_price(const Search *search, int arc)
{
	uint64_t	bits = (uint64_t) arc + search->salt;

	if (search->spread == 0)
		return search->cost[arc] * PRICE_UNIT;
	bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
	return search->cost[arc] * (int64_t) (PRICE_UNIT + (bits >> 32) % search->spread);
}

/* What it costs to go along a half-arc; -1 if that cannot be. */
static int64_t
step_price(const Search *search, int half, const Way *way)
{
	int64_t		residual = search->flow.residual[half];
	int64_t		price;

	if (residual < way->forward || search->flow.residual[half ^ 1] < way->backward)
		return -1;
	if (search->flow.open[half >> 1] || search->planned[half >> 1] == search->plan_epoch)
		return 0;
	price = arc_price(search, half >> 1);
	if (residual < way->wanted)
	{
		int64_t		paths = 1 + (way->wanted - 1) / residual;

		price *= paths < MOST_PATHS ? paths : MOST_PATHS;
	}
	return price;
}

/* Goes on from a node to its neighbours. */
static void
settle(Search *search, const Candidate *from, int without, const Way *way)
{
	const Flow *flow = &search->flow;
	Route	   *route = &search->route;

	for (int at = flow->first[from->node]; at < flow->first[from->node + 1]; at++)
	{
		int			half = flow->leaving[at];
		int			to = search->network.start[half ^ 1];
		bool		known = route->seen[to] == route->epoch;
		Candidate	candidate = {0, from->hops + 1, to};
		int64_t		step;

		if (half >> 1 == without || (known && (route->settled[to] || route->price[to] < from->price)))
			continue;
		step = step_price(search, half, way);
		if (step < 0)
			continue;
		candidate.price = from->price + step;
		if (known && (candidate.price > route->price[to] ||
					  (candidate.price == route->price[to] && candidate.hops >= route->hops[to])))
			continue;
		route->seen[to] = route->epoch;
		route->settled[to] = false;
		route->price[to] = candidate.price;
		route->hops[to] = candidate.hops;
		route->arrival[to] = half;
		push_candidate(search->arena, route, candidate);
	}
}

/* Finds the cheapest path that closes to a cycle with the half-arc; its price, or -1. */
static int64_t
find_path(Search *search, int half, const Way *way)
{
	Route	   *route = &search->route;
	int			begin = search->network.start[half ^ 1];
	int			goal = search->network.start[half];

	route->epoch++;
	route->heap_count = 0;
	route->length = 0;
	if (begin == goal)
		return 0;
	route->seen[begin] = route->epoch;
	route->settled[begin] = false;
	route->price[begin] = 0;
	route->hops[begin] = 0;
	push_candidate(search->arena, route, (Candidate) {0, 0, begin});
	while (route->heap_count > 0)
	{
		Candidate	candidate = pop_candidate(route);

		if (route->settled[candidate.node])
			continue;
		if (candidate.node == goal)
		{
			for (int node = goal; node != begin; node = search->network.start[route->arrival[node]])
				route->path[route->length++] = route->arrival[node];
			return candidate.price;
		}
		route->settled[candidate.node] = true;
		arena_pause(search->arena, ++search->flow.pauses);
		search->flow.steps += search->flow.first[candidate.node + 1] - search->flow.first[candidate.node];
		settle(search, &candidate, half >> 1, way);
	}
	return -1;
}

/* Adds what is free in the path to a flow of the plan. */
static void
plan_path(Search *search, Plan *plan, int direction)
{
	plan->count[direction] = 0;
	for (int i = 0; i < search->route.length; i++)
		if (search->is_free[search->route.path[i] >> 1])
			plan->arcs[direction][plan->count[direction]++] = search->route.path[i] >> 1;
}

/* Plans one cycle that serves both directions; false if there is none. */
static bool
plan_cycle(Search *search, int primary, Plan *plan)
{
	Way			way = {plan->amount[RAISE] > 0 ? plan->amount[RAISE] : 1, plan->amount[LOWER], 0};

	search->plan_epoch++;
	plan->price = find_path(search, 2 * search->primary[primary].arc + RAISE, &way);
	if (plan->price < 0)
		return false;
	plan_path(search, plan, RAISE);
	plan_path(search, plan, LOWER);
	return true;
}

/* Plans a flow, path by path; false if it cannot be. */
static bool
plan_flow(Search *search, int primary, Plan *plan, int direction)
{
	Flow	   *flow = &search->flow;
	int			half = 2 * search->primary[primary].arc + direction;
	int64_t		left = plan->amount[direction];
	bool		found = true;

	while (left > 0 && found)
	{
		Way			way = {1, 0, left};
		Route	   *route = &search->route;
		int64_t		amount = left;

		found = find_path(search, half, &way) >= 0;
		if (!found)
			break;
		for (int i = 0; i < route->length; i++)
			if (flow->residual[route->path[i]] < amount)
				amount = flow->residual[route->path[i]];
		for (int i = 0; i < route->length; i++)
		{
			flow_push(flow, route->path[i], amount);
			search->planned[route->path[i] >> 1] = search->plan_epoch;
		}
		flow_push(flow, half, amount);
		left -= amount;
	}
	plan->count[direction] = witness_arcs(search, plan->arcs[direction]);
	flow_reset(flow);
	return found;
}

/* Adds the price of what the flow of a direction opens that the plan has not counted yet. */
static void
count_price(Search *search, Plan *plan, int direction)
{
	for (int i = 0; i < plan->count[direction]; i++)
	{
		int			arc = plan->arcs[direction][i];

		if (search->flow.open[arc] || search->planned[arc] == search->plan_epoch)
			continue;
		search->planned[arc] = search->plan_epoch;
		plan->price += arc_price(search, arc);
	}
}

/* Plans both flows, one after the other; false if one of them cannot be. */
static bool
plan_flows(Search *search, int primary, Plan *plan, int first)
{
	search->plan_epoch++;
	if (!plan_flow(search, primary, plan, first) || !plan_flow(search, primary, plan, 1 - first))
		return false;
	search->plan_epoch++;
	plan->price = 0;
	count_price(search, plan, RAISE);
	count_price(search, plan, LOWER);
	return true;
}

/* Does what was planned. */
static void
carry_out(Search *search, int primary, const Plan *plan)
{
	for (int direction = RAISE; direction <= LOWER; direction++)
	{
		for (int i = 0; i < plan->count[direction]; i++)
			search_open(search, plan->arcs[direction][i], true);
		witness_set(search, 2 * primary + direction, plan->arcs[direction], plan->count[direction], plan->amount[direction]);
	}
}

/* How far the cell is to go in each direction, where only the width matters: three ways to divide it. */
static void
divide(const Primary *primary, int way, int64_t amount[2])
{
	int			first = way == 1 ? LOWER : RAISE;
	int64_t		rest = primary->width - primary->need[1 - first];

	if (way == 2 && rest > (primary->width + 1) / 2)
		rest = (primary->width + 1) / 2;
	if (rest > primary->most[first])
		rest = primary->most[first];
	amount[first] = rest > primary->need[first] ? rest : primary->need[first];
	amount[1 - first] = primary->width - amount[first];
	if (amount[1 - first] < primary->need[1 - first])
		amount[1 - first] = primary->need[1 - first];
}

/* Opens what is the least that was found for a primary cell that is not protected. */
void
cover(Search *search, int index)
{
	const Primary *primary = &search->primary[index];
	Plan	   *best = &search->plans[0];
	Plan	   *plan = &search->plans[1];
	Plan	   *other = &search->plans[2];
	int			ways = primary->width > primary->need[RAISE] + primary->need[LOWER] ? 3 : 1;
	bool		found = false;

	for (int attempt = 0; attempt < 3 * ways; attempt++)
	{
		bool		works;

		divide(primary, attempt / 3, plan->amount);
		if (plan->amount[RAISE] > primary->most[RAISE] || plan->amount[LOWER] > primary->most[LOWER])
			continue;
		works = attempt % 3 == 0 ? plan_cycle(search, index, plan) : plan_flows(search, index, plan, attempt % 3 - 1);
		if (works && (!found || plan->price < best->price))
		{
			Plan	   *worse = best;

			best = plan;
			plan = found ? worse : other;
			found = true;
		}
	}
	carry_out(search, index, best);
}
