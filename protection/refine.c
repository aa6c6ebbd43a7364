/*
 * protection/refine.c
 *
 * Looking for cheaper patterns around the one at hand: a few secondary cells are
 * shown, the primary cells that this leaves open are covered again in another
 * order and at slightly different prices, what has become needless is shown
 * too; what is not dearer is kept (large neighbourhood search, Shaw 1998). The
 * chance in it always takes the same course; how long it goes on depends on the
 * work done, not on the clock, as long as there is time. See search.h.
 */
#include <string.h>

#include "protection/search.h"

/* So much work, in half-arcs looked at, is worth it: two or three seconds. */
#define MOST_STEPS INT64_C(250000000)

/* It is over after so many rounds without an improvement, and so many more for each secondary cell. */
#define STALE_ROUNDS 60
#define STALE_ROUNDS_EACH 12

/* At most so many cells are shown in a round. */
#define MOST_SHOWN 8

/* Up to so many secondary cells, all of them are looked at in every round. */
#define FEW_SECONDARIES 48

/* The clock is asked after so many half-arcs looked at. */
#define CLOCK_STEPS 200000

/* A whole number from 0 to limit - 1, always the same series: splitmix64. */
uint64_t
search_random(Search *search, uint64_t limit)
{
	uint64_t	bits = search->random += UINT64_C(0x9E3779B97F4A7C15);

	bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
	return (bits ^ bits >> 31) % limit;
}

/* Puts a list into an order by chance. */
static void
shuffle(Search *search, int *list, int count)
{
	for (int i = count - 1; i > 0; i--)
	{
		int			other = (int) search_random(search, i + 1);
		int			element = list[i];

		list[i] = list[other];
		list[other] = element;
	}
}

/* Some secondary cells at the same node as one by chance. */
static int
choose_neighbours(Search *search, int *arcs, int most)
{
	const Flow *flow = &search->flow;
	int			seed = search->secondary[search_random(search, search->secondaries)];
	int			node = search->network.start[2 * seed + (int) search_random(search, 2)];
	int			size = flow->closed[node] - flow->first[node];
	int			count = 0;

	/* beginning anywhere */
	for (int i = 0, at = (int) search_random(search, size); i < size && count < most; i++, at++)
	{
		int			arc = flow->leaving[flow->first[node] + at % size] >> 1;

		if (search->is_free[arc])
			arcs[count++] = arc;
	}
	return count;
}

/* Some secondary cells that protect the same primary cell. */
static int
choose_protection(Search *search, int *arcs, int most)
{
	int			seed = search->secondary[search_random(search, search->secondaries)];
	int			use = search->use_of_arc[seed];
	int			count = 0;

	if (use == NO_USE)
	{
		arcs[0] = seed;
		return 1;
	}
	for (use = search->witness[search->uses[use].witness].first; use != NO_USE && count < most; use = search->uses[use].next_of_witness)
		arcs[count++] = search->uses[use].arc;
	return count;
}

/* Chooses the secondary cells to be shown in a round; returns how many. */
static int
choose(Search *search, int *arcs)
{
	int			most = 1 + (int) search_random(search, MOST_SHOWN);

	switch (search_random(search, 3))
	{
		case 0:
			return choose_neighbours(search, arcs, most);
		case 1:
			return choose_protection(search, arcs, most);
		default:
			for (int i = 0; i < most; i++)
				arcs[i] = search->secondary[search_random(search, search->secondaries)];
			return most;
	}
}

/* Shows cells; the primary cells that this leaves open are listed once each, returned is how many. */
static int
show(Search *search, const int *arcs, int count, int *broken, int *mark, int round)
{
	int			primaries = 0;

	for (int i = 0; i < count; i++)
	{
		search_open(search, arcs[i], false);
		for (int use = search->use_of_arc[arcs[i]]; use != NO_USE; use = search->uses[use].next_of_arc)
		{
			int			primary = search->uses[use].witness / 2;

			if (mark[primary] != round)
			{
				mark[primary] = round;
				broken[primaries++] = primary;
			}
		}
	}
	return primaries;
}

/* Shows what has become needless of what was suppressed in this round, and of some others. */
static void
show_needless(Search *search, int *arcs)
{
	const Journal *journal = &search->journal;
	int			count = 0;

	if (search->secondaries <= FEW_SECONDARIES)
	{
		memcpy(arcs, search->secondary, search->secondaries * sizeof(int));
		count = search->secondaries;
	}
	else
	{
		for (int i = 0; i < journal->flips_count; i++)
			arcs[count++] = journal->flips[i];
		for (int i = 0; i < FEW_SECONDARIES / 4; i++)
			arcs[count++] = search->secondary[search_random(search, search->secondaries)];
	}
	shuffle(search, arcs, count);
	for (int i = 0; i < count; i++)
		if (search->flow.open[arcs[i]])
			try_close(search, arcs[i]);
}

/* Looks for cheaper patterns around the one at hand; false if the time ran out. */
bool
refine_pattern(Search *search)
{
	int		   *mark = arena_allocate(search->arena, search->primaries * sizeof(int));
	int		   *broken = arena_allocate(search->arena, search->primaries * sizeof(int));
	int		   *arcs = NULL;
	int			arcs_size = 0;
	int64_t		end = search->flow.steps + MOST_STEPS;
	int64_t		clock = search->flow.steps;
	int64_t		stale = 0;
	bool		in_time = true;

	memset(mark, 0, search->primaries * sizeof(int));
	for (int round = 1; search->secondaries > 0 && search->flow.steps < end &&
		 stale <= STALE_ROUNDS + (int64_t) STALE_ROUNDS_EACH * search->secondaries; round++)
	{
		int64_t		total = search->total;
		int			shown[MOST_SHOWN];
		int			count;

		if (search->expired != NULL && search->flow.steps >= clock)
		{
			clock = search->flow.steps + CLOCK_STEPS;
			in_time = !search->expired(search->context);
			if (!in_time)
				break;
		}
		journal_begin(search);
		search->salt = search_random(search, UINT64_MAX);
		search->spread = UINT64_C(1) << search_random(search, 5);
		count = show(search, shown, choose(search, shown), broken, mark, round);
		shuffle(search, broken, count);
		for (int i = 0; i < count; i++)
			if (!protect(search, broken[i]))
				cover(search, broken[i]);
		arcs = grow_memory(search->arena, arcs, &arcs_size, search->secondaries + search->journal.flips_count + FEW_SECONDARIES, sizeof(int));
		show_needless(search, arcs);
		stale = search->total < total ? 0 : stale + 1;
		if (search->total > total)
			journal_undo(search);
		search->journal.active = false;
	}
	arena_release(search->arena, mark);
	arena_release(search->arena, broken);
	arena_release(search->arena, arcs);
	return in_time;
}
