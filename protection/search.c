/*
 * protection/search.c
 *
 * Open arcs, witnesses, and taking both back; see search.h.
 */
#include <string.h>

#include "protection/search.h"

/* Makes room for so many elements in memory that grows. */
void *
grow_memory(const Arena *arena, void *memory, int *size, int needed, size_t element)
{
	int			larger = needed + needed / 2 + 64;
	void	   *grown;

	if (needed <= *size)
		return memory;
	grown = arena_allocate(arena, larger * element);
	if (memory != NULL)
		memcpy(grown, memory, *size * element);
	arena_release(arena, memory);
	*size = larger;
	return grown;
}

/* Opens or closes a free arc, without a word in the journal. */
static void
flip(Search *search, int arc, bool open)
{
	flow_open(&search->flow, arc, open);
	if (open)
	{
		search->total += search->cost[arc];
		search->place[arc] = search->secondaries;
		search->secondary[search->secondaries++] = arc;
	}
	else
	{
		int			last = search->secondary[--search->secondaries];

		search->total -= search->cost[arc];
		search->secondary[search->place[arc]] = last;
		search->place[last] = search->place[arc];
	}
}

/* Opens or closes a free arc. */
void
search_open(Search *search, int arc, bool open)
{
	Journal    *journal = &search->journal;

	if (search->flow.open[arc] == open)
		return;
	if (journal->active)
	{
		journal->flips = grow_memory(search->arena, journal->flips, &journal->flips_size, journal->flips_count + 1, sizeof(int));
		journal->flips[journal->flips_count++] = arc;
	}
	flip(search, arc, open);
}

/* Puts a use in front of those of its arc. */
static void
add_use(Search *search, int witness, int arc)
{
	int			index = search->free_use;
	Use		   *use;

	if (index == NO_USE)
	{
		int			size = search->uses_size;

		search->uses = grow_memory(search->arena, search->uses, &search->uses_size, size + 1, sizeof(Use));
		for (index = search->uses_size - 1; index >= size; index--)
		{
			search->uses[index].next_of_witness = search->free_use;
			search->free_use = index;
		}
		index = search->free_use;
	}
	use = &search->uses[index];
	search->free_use = use->next_of_witness;
	use->witness = witness;
	use->arc = arc;
	use->next_of_witness = search->witness[witness].first;
	search->witness[witness].first = index;
	use->previous_of_arc = NO_USE;
	use->next_of_arc = search->use_of_arc[arc];
	if (use->next_of_arc != NO_USE)
		search->uses[use->next_of_arc].previous_of_arc = index;
	search->use_of_arc[arc] = index;
}

/* Takes all uses from a witness. */
static void
drop_uses(Search *search, int witness)
{
	int			index = search->witness[witness].first;

	while (index != NO_USE)
	{
		Use		   *use = &search->uses[index];
		int			next = use->next_of_witness;

		if (use->previous_of_arc != NO_USE)
			search->uses[use->previous_of_arc].next_of_arc = use->next_of_arc;
		else
			search->use_of_arc[use->arc] = use->next_of_arc;
		if (use->next_of_arc != NO_USE)
			search->uses[use->next_of_arc].previous_of_arc = use->previous_of_arc;
		use->next_of_witness = search->free_use;
		search->free_use = index;
		index = next;
	}
	search->witness[witness].first = NO_USE;
}

/* Replaces a witness, without a word in the journal. */
static void
replace_witness(Search *search, int witness, const int *arcs, int count, int64_t amount)
{
	drop_uses(search, witness);
	for (int i = 0; i < count; i++)
		add_use(search, witness, arcs[i]);
	search->witness[witness].amount = amount;
}

/* Notes what a witness was, once. */
static void
save_witness(Search *search, int witness)
{
	Journal    *journal = &search->journal;
	int			count = 0;
	int			at = journal->entries_count;
	int			size = journal->entries_size;

	if (!journal->active || journal->saved[witness] == journal->epoch)
		return;
	journal->saved[witness] = journal->epoch;
	for (int use = search->witness[witness].first; use != NO_USE; use = search->uses[use].next_of_witness)
		count++;
	journal->entries = grow_memory(search->arena, journal->entries, &size, at + count + 2, sizeof(int));
	journal->entries_size = size;
	for (int use = search->witness[witness].first; use != NO_USE; use = search->uses[use].next_of_witness)
		journal->entries[at++] = search->uses[use].arc;
	journal->entries[at++] = count;
	journal->entries[at++] = witness;
	journal->entries_count = at;
	journal->amounts[journal->amounts_count++] = search->witness[witness].amount;
}

/* Makes the arcs those of a witness. */
void
witness_set(Search *search, int witness, const int *arcs, int count, int64_t amount)
{
	save_witness(search, witness);
	replace_witness(search, witness, arcs, count, amount);
}

/* The free arcs that the flow at hand has moved; returns how many. */
int
witness_arcs(const Search *search, int *arcs)
{
	const Flow *flow = &search->flow;
	int			count = 0;

	for (int i = 0; i < flow->touched_count; i++)
		if (search->is_free[flow->touched[i]] && flow->moved[flow->touched[i]] != 0)
			arcs[count++] = flow->touched[i];
	return count;
}

/* The larger of two. */
static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Is the primary cell protected by the open arcs? If so it gets new witnesses. */
bool
protect(Search *search, int index)
{
	Flow	   *flow = &search->flow;
	const Primary *primary = &search->primary[index];
	int64_t		raised;
	int64_t		lowered;
	int64_t		down;
	int			count;

	/* as high as is of any use, then as low as that leaves to be done */
	raised = flow_maximum(flow, 2 * primary->arc + RAISE, larger(primary->need[RAISE], primary->width - primary->need[LOWER]));
	count = witness_arcs(search, search->kept);
	flow_reset(flow);
	if (raised < primary->need[RAISE])
		return false;
	down = larger(primary->need[LOWER], primary->width - raised);
	lowered = flow_maximum(flow, 2 * primary->arc + LOWER, down);
	if (lowered == down)
	{
		witness_set(search, 2 * index + RAISE, search->kept, count, raised);
		count = witness_arcs(search, search->kept);
		witness_set(search, 2 * index + LOWER, search->kept, count, lowered);
	}
	flow_reset(flow);
	return lowered == down;
}

/* The same where only one witness is broken, which is tried first. */
bool
protect_again(Search *search, int witness)
{
	Flow	   *flow = &search->flow;
	const Primary *primary = &search->primary[witness / 2];
	int64_t		amount = search->witness[witness].amount;
	bool		found;

	found = flow_maximum(flow, 2 * primary->arc + witness % 2, amount) == amount;
	if (found)
	{
		int			count = witness_arcs(search, search->kept);

		witness_set(search, witness, search->kept, count, amount);
	}
	flow_reset(flow);
	if (found || primary->width <= primary->need[RAISE] + primary->need[LOWER])
		return found;
	return protect(search, witness / 2);
}

/* Closes a free arc if all primary cells stay protected. */
bool
try_close(Search *search, int arc)
{
	int			count = 0;

	search_open(search, arc, false);
	for (int use = search->use_of_arc[arc]; use != NO_USE; use = search->uses[use].next_of_arc)
		search->list[count++] = search->uses[use].witness;
	for (int i = 0; i < count; i++)
	{
		int			use = search->witness[search->list[i]].first;

		/* it may have been replaced together with its counterpart */
		while (use != NO_USE && search->uses[use].arc != arc)
			use = search->uses[use].next_of_witness;
		if (use != NO_USE && !protect_again(search, search->list[i]))
		{
			search_open(search, arc, true);
			return false;
		}
	}
	return true;
}

/* From here on what is done can be undone. */
void
journal_begin(Search *search)
{
	Journal    *journal = &search->journal;

	journal->active = true;
	journal->epoch++;
	journal->entries_count = 0;
	journal->amounts_count = 0;
	journal->flips_count = 0;
}

/* Takes everything back since then. */
void
journal_undo(Search *search)
{
	Journal    *journal = &search->journal;

	journal->active = false;
	while (journal->flips_count > 0)
	{
		int			arc = journal->flips[--journal->flips_count];

		flip(search, arc, !search->flow.open[arc]);
	}
	while (journal->entries_count > 0)
	{
		int			witness = journal->entries[--journal->entries_count];
		int			count = journal->entries[--journal->entries_count];

		journal->entries_count -= count;
		replace_witness(search, witness, journal->entries + journal->entries_count, count,
						journal->amounts[--journal->amounts_count]);
	}
}
