/*
 * scoring/arena.h
 *
 * Where the core takes its memory from. The caller decides: palloc in the
 * server, malloc in the client and in the tests. The function never returns
 * NULL; on failure it does not return at all. What grows gives its old memory
 * back where the caller can take it, else it goes with the rest in the end.
 */
#ifndef CREDENCE_ARENA_H
#define CREDENCE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct Arena
{
	void	   *(*allocate) (void *context, size_t size);
	void	   *context;		/* handed to both functions as it is */
	void		(*release) (void *context, void *memory);	/* or NULL */
	void		(*pause) (void);	/* or NULL; need not return */
} Arena;

/* Returns size bytes, not initialised, aligned for any type. */
static inline void *
arena_allocate(const Arena *arena, size_t size)
{
	return arena->allocate(arena->context, size);
}

/* Gives memory back, if the arena wants it before its end. */
static inline void
arena_release(const Arena *arena, void *memory)
{
	if (arena->release != NULL && memory != NULL)
		arena->release(arena->context, memory);
}

/* Lets the caller interrupt a long loop; to be called with each of its steps. */
static inline void
arena_pause(const Arena *arena, int64_t step)
{
	if (step % 16384 == 0 && arena->pause != NULL)
		arena->pause();
}

#endif							/* CREDENCE_ARENA_H */
