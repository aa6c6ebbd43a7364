/*
 * protection/pattern.c
 *
 * The search for a pattern: what is possible at all, the first safe patterns,
 * the way to the best one, and a last look at it. See pattern.h and search.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protection/audit.h"
#include "protection/limits.h"
#include "protection/pattern.h"
#include "protection/search.h"

/* How often the first pattern is made, in different orders of the primary cells, while that is quick. */
#define ORDERS 4
#define ORDERS_STEPS INT64_C(20000000)

/* A pattern that was found. */
typedef struct Found
{
	int64_t		total;			/* -1 before the first */
	int			count;
	int		   *arcs;
} Found;

/* A place in an order of the primary cells. */
typedef struct Turn
{
	int64_t		key;
	int			primary;
} Turn;

/* Takes over the protection that each primary cell needs. */
static void
list_primaries(Search *search)
{
	const Table *table = search->table;

	for (int arc = 0; arc < search->network.arcs; arc++)
		search->primaries += table->cells[search->network.cell_of[arc]].state == CELL_PRIMARY;
	search->primary = arena_allocate(search->arena, search->primaries * sizeof(Primary));
	search->primaries = 0;
	for (int arc = 0; arc < search->network.arcs; arc++)
	{
		const TableCell *cell = &table->cells[search->network.cell_of[arc]];
		Primary    *primary = &search->primary[search->primaries];

		if (cell->state != CELL_PRIMARY)
			continue;
		*primary = (Primary) {arc, {cell->upper, cell->lower}, cell->sliding};
		/* to be given away exactly is never allowed */
		if (cell->upper == 0 && cell->lower == 0 && cell->sliding == 0)
			primary->width = 1;
		search->primaries++;
	}
}

/* Allocates what depends on the number of arcs, nodes and primary cells. */
static void
allocate_search(Search *search)
{
	const Arena *arena = search->arena;
	int			arcs = search->network.arcs;
	int			nodes = search->network.nodes;
	int			witnesses = 2 * search->primaries;

	search->witness = arena_allocate(arena, witnesses * sizeof(Witness));
	for (int i = 0; i < witnesses; i++)
		search->witness[i] = (Witness) {NO_USE, 0};
	search->free_use = NO_USE;
	search->use_of_arc = arena_allocate(arena, arcs * sizeof(int));
	search->is_free = arena_allocate(arena, arcs);
	search->cost = arena_allocate(arena, arcs * sizeof(int64_t));
	search->secondary = arena_allocate(arena, arcs * sizeof(int));
	search->place = arena_allocate(arena, arcs * sizeof(int));
	search->planned = arena_allocate(arena, arcs * sizeof(int));
	search->kept = arena_allocate(arena, arcs * sizeof(int));
	search->list = arena_allocate(arena, (witnesses + arcs) * sizeof(int));
	memset(search->planned, 0, arcs * sizeof(int));
	for (int i = 0; i < 3; i++)
	{
		search->plans[i].arcs[RAISE] = arena_allocate(arena, arcs * sizeof(int));
		search->plans[i].arcs[LOWER] = arena_allocate(arena, arcs * sizeof(int));
	}
	search->route.price = arena_allocate(arena, nodes * sizeof(int64_t));
	search->route.hops = arena_allocate(arena, nodes * sizeof(int));
	search->route.arrival = arena_allocate(arena, nodes * sizeof(int));
	search->route.seen = arena_allocate(arena, nodes * sizeof(int));
	search->route.settled = arena_allocate(arena, nodes);
	search->route.path = arena_allocate(arena, nodes * sizeof(int));
	memset(search->route.seen, 0, nodes * sizeof(int));
	search->journal.saved = arena_allocate(arena, witnesses * sizeof(int));
	search->journal.amounts = arena_allocate(arena, witnesses * sizeof(int64_t));
	memset(search->journal.saved, 0, witnesses * sizeof(int));
}

/* Opens what must be suppressed, and takes over the costs of the rest. */
static bool
begin_search(Search *search, Problem *problem)
{
	int64_t		room = PROTECTION_LIMIT_COST;

	flow_init(&search->flow, &search->network, search->arena);
	list_primaries(search);
	allocate_search(search);
	for (int arc = 0; arc < search->network.arcs; arc++)
	{
		const TableCell *cell = &search->table->cells[search->network.cell_of[arc]];

		search->use_of_arc[arc] = NO_USE;
		search->is_free[arc] = cell->state == CELL_FREE;
		search->cost[arc] = search->is_free[arc] ? cell->cost : 0;
		if (cell->cost > room)
			return problem_set(problem, PROBLEM_LIMIT, "the costs of the cells add up to more than %" PRId64 " units of their last decimal",
							   PROTECTION_LIMIT_COST);
		room -= search->cost[arc];
		if (!search->is_free[arc])
			flow_open(&search->flow, arc, true);
	}
	return true;
}

/* Says which cell cannot be protected. */
static bool
report_unprotected(const Search *search, int index, int count, Problem *problem)
{
	const Primary *primary = &search->primary[index];
	int			at = search->network.cell_of[primary->arc];
	const TableCell *cell = &search->table->cells[at];
	int			decimals = search->table->decimals;
	char		text[5][UNITS_SIZE];
	char		others[64] = "";

	if (count > 1)
		snprintf(others, sizeof(others), " (and %d more)", count - 1);
	problem_set(problem, PROBLEM_STATE,
				"cell %d (row %d, column %d) cannot be protected%s: with all free cells suppressed it can be %s lower and %s higher, and it needs %s lower, %s higher and %s in all",
				at + 1, cell->row, cell->column, others,
				units_text(primary->most[LOWER], decimals, text[0]), units_text(primary->most[RAISE], decimals, text[1]),
				units_text(primary->need[LOWER], decimals, text[2]), units_text(primary->need[RAISE], decimals, text[3]),
				units_text(primary->width, decimals, text[4]));
	return problem_hint(problem, "Let more cells be suppressed, ask for less protection, or make the table coarser.");
}

/* Finds how far each primary cell can go at most, and whether that is enough for all. */
static bool
check_possible(Search *search, Problem *problem)
{
	Flow	   *flow = &search->flow;
	int			unprotected = 0;
	int			first = -1;

	flow->everything = true;
	for (int i = 0; i < search->primaries; i++)
	{
		Primary    *primary = &search->primary[i];

		for (int direction = RAISE; direction <= LOWER; direction++)
		{
			int64_t		limit = primary->need[direction] > primary->width ? primary->need[direction] : primary->width;

			primary->most[direction] = flow_maximum(flow, 2 * primary->arc + direction, limit);
			flow_reset(flow);
		}
		if (primary->most[RAISE] < primary->need[RAISE] || primary->most[LOWER] < primary->need[LOWER] ||
			primary->most[RAISE] + primary->most[LOWER] < primary->width)
		{
			if (first < 0)
				first = i;
			unprotected++;
		}
	}
	flow->everything = false;
	return first < 0 || report_unprotected(search, first, unprotected, problem);
}

static int
compare_turns(const void *a, const void *b)
{
	const Turn *x = a;
	const Turn *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->primary - y->primary;
}

/* The place of a primary cell in an order: those that need most first, last, as they come, by chance. */
static int64_t
turn_key(Search *search, int index, int order)
{
	const Primary *primary = &search->primary[index];
	int64_t		need = primary->need[RAISE] + primary->need[LOWER];

	if (primary->width > need)
		need = primary->width;
	switch (order)
	{
		case 0:
			return -need;
		case 1:
			return need;
		case 2:
			return 0;
		default:
			return (int64_t) search_random(search, 1 << 30);
	}
}

/* Opens arcs until all primary cells are protected. */
static void
protect_all(Search *search, Turn *turns, int order)
{
	for (int i = 0; i < search->primaries; i++)
		turns[i] = (Turn) {turn_key(search, i, order), i};
	qsort(turns, search->primaries, sizeof(Turn), compare_turns);
	for (int i = 0; i < search->primaries; i++)
		if (!protect(search, turns[i].primary))
			cover(search, turns[i].primary);
}

/* Closes what is not needed, the most expensive first. False if the time ran out. */
static bool
close_needless(Search *search, Turn *turns)
{
	int			count = search->secondaries;

	for (int i = 0; i < count; i++)
		turns[i] = (Turn) {-search->cost[search->secondary[i]], search->secondary[i]};
	qsort(turns, count, sizeof(Turn), compare_turns);
	for (int i = 0; i < count; i++)
	{
		if (i % 16 == 0 && search->expired != NULL && search->expired(search->context))
			return false;
		try_close(search, turns[i].primary);
	}
	return true;
}

/* Keeps the pattern at hand if it is the best one so far. */
static void
keep_best(const Search *search, Found *best)
{
	if (best->total >= 0 && search->total >= best->total)
		return;
	best->total = search->total;
	best->count = search->secondaries;
	memcpy(best->arcs, search->secondary, search->secondaries * sizeof(int));
}

/* Goes back to no secondary cells, or to the best pattern. */
static void
go_to(Search *search, const Found *found)
{
	while (search->secondaries > 0)
		search_open(search, search->secondary[search->secondaries - 1], false);
	for (int i = 0; found != NULL && i < found->count; i++)
		search_open(search, found->arcs[i], true);
	for (int i = 0; i < search->primaries; i++)
		if (found != NULL)
			protect(search, i);
		else
		{
			witness_set(search, 2 * i + RAISE, NULL, 0, 0);
			witness_set(search, 2 * i + LOWER, NULL, 0, 0);
		}
}

/* Makes patterns and refines the best one. False if the time ran out. */
static bool
find_patterns(Search *search)
{
	Turn	   *turns = arena_allocate(search->arena, (search->primaries + search->network.arcs) * sizeof(Turn));
	Found		best = {-1, 0, arena_allocate(search->arena, search->network.arcs * sizeof(int))};
	bool		in_time = true;

	for (int order = 0; order < ORDERS && in_time && best.total != 0; order++)
	{
		if (order > 0 && search->flow.steps > ORDERS_STEPS)
			break;
		go_to(search, NULL);
		protect_all(search, turns, order);
		in_time = close_needless(search, turns);
		keep_best(search, &best);
	}
	if (search->total != best.total)
		go_to(search, &best);
	/* refining looks at some cells only */
	if (in_time && search->total > 0)
		in_time = refine_pattern(search) && close_needless(search, turns);
	arena_release(search->arena, turns);
	arena_release(search->arena, best.arcs);
	return in_time;
}

/* Looks at the result once more, with nothing of the search but its result. */
static bool
check_result(const Search *search, const Suppression *suppression, Problem *problem)
{
	Network		network;
	Table		table = *search->table;
	Flow		flow;
	int		   *arc_of = arena_allocate(search->arena, table.count * sizeof(int));

	table.cells = arena_allocate(search->arena, table.count * sizeof(TableCell));
	memcpy(table.cells, search->table->cells, table.count * sizeof(TableCell));
	for (int i = 0; i < table.count; i++)
		if (!suppression->suppressed[i])
			table.cells[i].state = CELL_SHOWN;
	if (!network_build(&table, search->arena, &network, problem))
		return false;
	flow_init(&flow, &network, search->arena);
	for (int arc = 0; arc < network.arcs; arc++)
	{
		flow_open(&flow, arc, true);
		arc_of[network.cell_of[arc]] = arc;
	}
	for (int i = 0; i < search->primaries; i++)
	{
		const Primary *primary = &search->primary[i];
		int			cell = search->network.cell_of[primary->arc];
		int64_t		went[2];

		for (int direction = RAISE; direction <= LOWER; direction++)
		{
			went[direction] = flow_maximum(&flow, 2 * arc_of[cell] + direction, PROTECTION_LIMIT_NUMBER);
			flow_reset(&flow);
		}
		if (went[RAISE] < primary->need[RAISE] || went[LOWER] < primary->need[LOWER] || went[RAISE] + went[LOWER] < primary->width)
			return problem_set(problem, PROBLEM_NONE, "the search left cell %d unprotected", cell + 1);
	}
	return true;
}

/* Finds a set of cells to suppress; see pattern.h. */
bool
suppress_table(const SuppressionRequest *request, const Arena *arena, Suppression *suppression, Problem *problem)
{
	Search		search = {request->table, arena};

	search.expired = request->expired;
	search.context = request->context;
	if (!network_build(request->table, arena, &search.network, problem) ||
		!begin_search(&search, problem) ||
		!check_possible(&search, problem))
		return false;
	suppression->finished = find_patterns(&search);
	suppression->cost = search.total;
	suppression->suppressed = arena_allocate(arena, request->table->count);
	memset(suppression->suppressed, 0, request->table->count);
	for (int arc = 0; arc < search.network.arcs; arc++)
		suppression->suppressed[search.network.cell_of[arc]] = search.flow.open[arc];
	return check_result(&search, suppression, problem);
}
