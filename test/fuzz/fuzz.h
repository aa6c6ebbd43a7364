/*
 * test/fuzz/fuzz.h
 *
 * What a fuzz target needs: an arena whose every piece is a malloc of its own,
 * so that the address sanitizer sees its edges, and which forgets all of them
 * after each input; and a check that stays when assertions are off.
 *
 * A target defines LLVMFuzzerTestOneInput. Its seeds are the files of
 * corpus/NAME/, its words those of NAME.dict.
 */
#ifndef CREDENCE_FUZZ_H
#define CREDENCE_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/arena.h"
#include "scoring/problem.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void **fuzz_pieces = NULL;
static size_t fuzz_count = 0;
static size_t fuzz_capacity = 0;

static void *
fuzz_allocate(void *context, size_t size)
{
	if (fuzz_count == fuzz_capacity)
	{
		fuzz_capacity = fuzz_capacity == 0 ? 64 : 2 * fuzz_capacity;
		fuzz_pieces = realloc(fuzz_pieces, fuzz_capacity * sizeof(void *));
		if (fuzz_pieces == NULL)
			abort();
	}
	(void) context;
	/* what is not written must not look like zeros */
	fuzz_pieces[fuzz_count] = malloc(size > 0 ? size : 1);
	if (fuzz_pieces[fuzz_count] == NULL)
		abort();
	memset(fuzz_pieces[fuzz_count], 0xA5, size);
	return fuzz_pieces[fuzz_count++];
}

static const Arena fuzz_arena = {fuzz_allocate, NULL};

/* Gives back all memory of an input; the target's last act, its result. */
static int
fuzz_done(void)
{
	while (fuzz_count > 0)
		free(fuzz_pieces[--fuzz_count]);
	return 0;
}

#define FUZZ_CHECK(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* A problem that was reported says something and has a kind. */
static inline int
fuzz_refused(const Problem *problem)
{
	FUZZ_CHECK(problem->kind != PROBLEM_NONE);
	FUZZ_CHECK(problem->message[0] != '\0');
	FUZZ_CHECK(memchr(problem->message, '\0', PROBLEM_MESSAGE_SIZE) != NULL);
	return fuzz_done();
}

#endif							/* CREDENCE_FUZZ_H */
