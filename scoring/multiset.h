/*
 * scoring/multiset.h
 *
 * Values with their counts, for order statistics: distinct values, ascending,
 * each with how often it was added. The outcome depends on what was added and
 * not on the order, nor on how it was divided among multisets merged later. A
 * value is a key of one or two doubles; with two, the first orders first. Keys
 * are finite; -0 counts as 0.
 */
#ifndef CREDENCE_MULTISET_H
#define CREDENCE_MULTISET_H

#include <stdbool.h>
#include <stdint.h>

#include "scoring/arena.h"

#define MULTISET_WIDTH_MAX 2

typedef struct Multiset
{
	int32_t		width;			/* doubles in a key: 1 or 2 */
	int32_t		pending_keys;	/* added, but not yet sorted in */
	int32_t		pending_capacity;
	double	   *pending;
	int64_t		distinct;		/* of what is sorted in */
	double	   *key;			/* ascending */
	int64_t    *count;			/* of each key */
} Multiset;

/* An empty multiset of keys of the given width. */
extern void multiset_init(Multiset *set, int width);

/* Sorts in what is pending; key and count can be read until the next addition. */
extern void multiset_settle(Multiset *set, const Arena *arena);

/* Sorts in what is pending and makes room for more. */
extern void multiset_make_room(Multiset *set, const Arena *arena);

/* Adds keys with their counts; they must be ascending and distinct. */
extern void multiset_merge(Multiset *set, int64_t distinct, const double *key,
						   const int64_t *count, const Arena *arena);

/*
 * Adds a key of one double. Returns false now and then, when keys were sorted
 * in and it is time to look whether there are too many of them.
 */
static inline bool
multiset_add(Multiset *set, double value, const Arena *arena)
{
	bool		had_room = set->pending_keys < set->pending_capacity;

	if (!had_room)
		multiset_make_room(set, arena);
	set->pending[set->pending_keys++] = value + 0.0;
	return had_room;
}

/* Adds a key of two doubles. Returns false as multiset_add does. */
static inline bool
multiset_add_pair(Multiset *set, double first, double second, const Arena *arena)
{
	bool		had_room = set->pending_keys < set->pending_capacity;

	if (!had_room)
		multiset_make_room(set, arena);
	set->pending[2 * set->pending_keys] = first + 0.0;
	set->pending[2 * set->pending_keys + 1] = second + 0.0;
	set->pending_keys++;
	return had_room;
}

#endif							/* CREDENCE_MULTISET_H */
