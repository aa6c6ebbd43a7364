/*
 * protection/search.h
 *
 * What the parts of the search for a pattern share (route.c, witness.c,
 * pattern.c, refine.c). A pattern is the set of open arcs: of the cells that
 * must be suppressed, and of the secondary ones, which are free cells.
 *
 * For every primary cell and both directions there is a witness: a flow along
 * open arcs that takes the cell as far as its protection asks. Only the free
 * arcs of a witness are remembered, each also with the arc, so that closing an
 * arc concerns only the witnesses that use it.
 */
#ifndef CREDENCE_PROTECTION_SEARCH_H
#define CREDENCE_PROTECTION_SEARCH_H

#include "protection/flow.h"

/* Directions: raising a cell is half-arc 2 x arc + RAISE, lowering it 2 x arc + LOWER. */
#define RAISE 0
#define LOWER 1

/* A primary cell. */
typedef struct Primary
{
	int			arc;
	int64_t		need[2];		/* how far it must go in each direction, */
	int64_t		width;			/* and in both together */
	int64_t		most[2];		/* how far it can go with all free cells suppressed, as far as that matters */
} Primary;

/* A free arc in a witness. */
typedef struct Use
{
	int			witness;
	int			arc;
	int			next_of_witness;	/* also of the uses that are not in use */
	int			next_of_arc;
	int			previous_of_arc;
} Use;

#define NO_USE (-1)

/* The flow of primary witness / 2 in direction witness % 2. */
typedef struct Witness
{
	int			first;			/* use */
	int64_t		amount;
} Witness;

/* A place in the heap of nodes to be looked at. */
typedef struct Candidate
{
	int64_t		price;
	int			hops;
	int			node;
} Candidate;

/* A path that grows from one node to all others; see route.c. */
typedef struct Route
{
	int64_t    *price;			/* of each node, good where seen is the epoch */
	int		   *hops;
	int		   *arrival;		/* half-arc that the node is reached by */
	int		   *seen;
	bool	   *settled;
	int			epoch;
	Candidate  *heap;
	int			heap_count;
	int			heap_size;
	int		   *path;			/* what was found: half-arcs from the end to the beginning */
	int			length;
} Route;

/* What has to be opened for a primary cell, and its two flows. */
typedef struct Plan
{
	int		   *arcs[2];		/* free arcs of the flow in each direction */
	int			count[2];
	int64_t		amount[2];
	int64_t		price;
} Plan;

/* What has been changed and can be taken back. */
typedef struct Journal
{
	bool		active;
	int			epoch;
	int		   *saved;			/* of each witness: the epoch in which it was saved */
	int		   *entries;		/* witness, uses, arcs ... */
	int64_t    *amounts;		/* of each entry */
	int			entries_count;
	int			entries_size;
	int			amounts_count;
	int		   *flips;			/* arcs that were opened or closed */
	int			flips_count;
	int			flips_size;
} Journal;

typedef struct Search
{
	const Table *table;
	const Arena *arena;
	Network		network;
	Flow		flow;
	int			primaries;
	Primary    *primary;
	Witness    *witness;		/* 2 x primaries */
	Use		   *uses;
	int			uses_size;
	int			free_use;		/* the first that is not in use */
	int		   *use_of_arc;		/* the first of each arc */
	bool	   *is_free;		/* of each arc: may it be closed? */
	int64_t    *cost;			/* of each free arc */
	int64_t		total;			/* of the open free arcs */
	int		   *secondary;		/* the open free arcs */
	int		   *place;			/* of each of them in secondary */
	int			secondaries;
	uint64_t	salt;			/* of the prices */
	uint64_t	spread;			/* how much prices differ from costs by chance: at most so many sixteenths */
	int		   *planned;		/* of each arc: the epoch of the plan that opens it */
	int			plan_epoch;
	Plan		plans[3];
	Route		route;
	Journal		journal;
	int		   *list;			/* of witnesses or arcs, while they are gone through */
	int		   *kept;			/* arcs of a flow, until it is known whether it is wanted */
	uint64_t	random;
	bool		(*expired) (void *context);
	void	   *context;
} Search;

/* --- search.c ------------------------------------------------------------------------ */

/* Makes room for another element in memory that grows. */
extern void *grow_memory(const Arena *arena, void *memory, int *size, int needed, size_t element);

/* Opens or closes a free arc. */
extern void search_open(Search *search, int arc, bool open);

/* Makes the flow at hand the witness; its amount as given. */
extern void witness_set(Search *search, int witness, const int *arcs, int count, int64_t amount);

/* The free arcs that the flow at hand has moved; returns how many. */
extern int	witness_arcs(const Search *search, int *arcs);

/* Is the primary cell protected by the open arcs? If so it gets new witnesses. */
extern bool protect(Search *search, int primary);

/* The same where only one witness is broken, which is tried first. */
extern bool protect_again(Search *search, int witness);

/* Closes a free arc if all primary cells stay protected. */
extern bool try_close(Search *search, int arc);

/* From here on what is done can be undone. */
extern void journal_begin(Search *search);

/* Takes everything back since then. */
extern void journal_undo(Search *search);

/* --- route.c ------------------------------------------------------------------------- */

/* Opens what is the least that was found for a primary cell that is not protected. */
extern void cover(Search *search, int primary);

/* --- refine.c ----------------------------------------------------------------------- */

/* A whole number from 0 to limit - 1, always the same series. */
extern uint64_t search_random(Search *search, uint64_t limit);

/* Looks for cheaper patterns around the one at hand; false if the time ran out. */
extern bool refine_pattern(Search *search);

#endif							/* CREDENCE_PROTECTION_SEARCH_H */
