/*
 * scoring/multiset.c
 *
 * Values with their counts; see multiset.h. New keys wait unsorted in a buffer
 * that grows with the number of distinct ones, so that each key is moved a few
 * times only, while data of few distinct values stays small.
 */
#include <stdlib.h>
#include <string.h>

#include "scoring/multiset.h"
#include "scoring/sort.h"

#define FIRST_CAPACITY 32

/* An empty multiset of keys of the given width. */
void
multiset_init(Multiset *set, int width)
{
	memset(set, 0, sizeof(*set));
	set->width = width;
}

/* The order of two keys: below, at or above zero. */
static inline int
compare_keys(const double *one, const double *other, int width)
{
	if (one[0] != other[0])
		return one[0] < other[0] ? -1 : 1;
	if (width == 1 || one[1] == other[1])
		return 0;
	return one[1] < other[1] ? -1 : 1;
}

static int
compare_pairs(const void *one, const void *other)
{
	return compare_keys(one, other, 2);
}

/* Sorts keys and joins those that are the same; returns how many are left. */
static int64_t
sort_and_count(double *key, int64_t keys, int width, int64_t *count, const Arena *arena)
{
	int64_t		distinct = 0;
	int64_t		i;

	if (width == 1)
	{
		double	   *spare = arena_allocate(arena, keys * sizeof(double));

		sort_doubles(key, spare, keys);
		arena_release(arena, spare);
	}
	else
		qsort(key, keys, width * sizeof(double), compare_pairs);

	for (i = 0; i < keys; i++)
	{
		if (distinct > 0 &&
			compare_keys(key + width * (distinct - 1), key + width * i, width) == 0)
		{
			count[distinct - 1]++;
			continue;
		}
		memmove(key + width * distinct, key + width * i, width * sizeof(double));
		count[distinct++] = 1;
	}
	return distinct;
}

/* Adds keys with their counts; they must be ascending and distinct. */
void
multiset_merge(Multiset *set, int64_t distinct, const double *key, const int64_t *count,
			   const Arena *arena)
{
	const int	width = set->width;
	double	   *merged_key;
	int64_t    *merged_count;
	int64_t		merged = 0;
	int64_t		i = 0;
	int64_t		j = 0;

	if (distinct == 0)
		return;
	merged_key = arena_allocate(arena, (set->distinct + distinct) * width * sizeof(double));
	merged_count = arena_allocate(arena, (set->distinct + distinct) * sizeof(int64_t));
	while (i < set->distinct || j < distinct)
	{
		int			order = i == set->distinct ? 1 : j == distinct ? -1 :
			compare_keys(set->key + width * i, key + width * j, width);

		memcpy(merged_key + width * merged,
			   order <= 0 ? set->key + width * i : key + width * j, width * sizeof(double));
		merged_count[merged] = 0;
		if (order <= 0)
			merged_count[merged] += set->count[i++];
		if (order >= 0)
			merged_count[merged] += count[j++];
		merged++;
		arena_pause(arena, merged);
	}
	arena_release(arena, set->key);
	arena_release(arena, set->count);
	set->key = merged_key;
	set->count = merged_count;
	set->distinct = merged;
}

/* Sorts in what is pending. */
void
multiset_settle(Multiset *set, const Arena *arena)
{
	int64_t    *count;
	int64_t		distinct;

	if (set->pending_keys == 0)
		return;
	count = arena_allocate(arena, set->pending_keys * sizeof(int64_t));
	distinct = sort_and_count(set->pending, set->pending_keys, set->width, count, arena);
	multiset_merge(set, distinct, set->pending, count, arena);
	arena_release(arena, count);
	set->pending_keys = 0;
}

/* Sorts in what is pending and makes room for more. */
void
multiset_make_room(Multiset *set, const Arena *arena)
{
	int32_t		capacity = FIRST_CAPACITY;

	multiset_settle(set, arena);
	if (set->pending_capacity > 0)
	{
		/* as many as there are distinct keys: then merging costs little per key */
		capacity = set->pending_capacity;
		if (capacity > set->distinct)
			return;
		capacity *= 2;
	}
	arena_release(arena, set->pending);
	set->pending = arena_allocate(arena, (size_t) capacity * set->width * sizeof(double));
	set->pending_capacity = capacity;
}
