/*
 * test/fuzz/palloc.h
 *
 * Memory of PostgreSQL's JSON parser for fuzz targets.
 */
#ifndef CREDENCE_FUZZ_PALLOC_H
#define CREDENCE_FUZZ_PALLOC_H

#include "test/core/json.h"
#include "test/fuzz/fuzz.h"

/*
 * The JSON parser's memory comes from the arena too: these take the place of
 * libpgcommon's, and it is all given back after each input, however the parse
 * was left.
 */
void *
palloc(Size size)
{
	return fuzz_allocate(NULL, size);
}

void *
palloc0(Size size)
{
	return memset(fuzz_allocate(NULL, size), 0, size);
}

void *
repalloc(void *pointer, Size size)
{
	for (size_t i = fuzz_count; i-- > 0;)
	{
		if (fuzz_pieces[i] == pointer)
			return fuzz_pieces[i] = realloc(pointer, size);
	}
	abort();
}

void
pfree(void *pointer)
{
}

char *
pstrdup(const char *string)
{
	return strcpy(fuzz_allocate(NULL, strlen(string) + 1), string);
}

#endif							/* CREDENCE_FUZZ_PALLOC_H */
