/*
 * scoring/arena.h
 *
 * Where the core takes its memory from. The caller decides: palloc in the
 * server, malloc in the client and in the tests. The function never returns
 * NULL; on failure it does not return at all.
 */
#ifndef CREDENCE_ARENA_H
#define CREDENCE_ARENA_H

#include <stddef.h>

typedef struct Arena
{
	void	   *(*allocate) (void *context, size_t size);
	void	   *context;		/* handed to allocate as it is */
} Arena;

/* Returns size bytes, not initialised, aligned for any type. */
static inline void *
arena_allocate(const Arena *arena, size_t size)
{
	return arena->allocate(arena->context, size);
}

#endif							/* CREDENCE_ARENA_H */
