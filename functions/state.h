/*
 * functions/state.h
 *
 * States of aggregates: expanded objects of our own types, which grow in the
 * memory of the aggregate and become flat when they are stored or sent.
 */
#ifndef CREDENCE_STATE_H
#define CREDENCE_STATE_H

#include "functions/report.h"
#include "utils/expandeddatum.h"

/* The head of every state. */
typedef struct StateHeader
{
	ExpandedObjectHeader header;
	Arena		arena;			/* memory of the state; it takes memory back */
} StateHeader;

/* Memory that lives as long as the aggregate; an error outside of aggregates. */
extern MemoryContext aggregate_context(FunctionCallInfo fcinfo);

/*
 * A new state of the given size, zero behind its head, in the memory of the
 * aggregate. It must leave the aggregate as a flat value only.
 */
extern void *state_create(MemoryContext aggregate, size_t size,
						  const ExpandedObjectMethods *methods);

/* The state behind a datum of ours; NULL where it is flat. */
extern void *state_of(Datum datum);

/* The state as a datum that may be changed in place. */
#define STATE_DATUM(state) EOHPGetRWDatum(&((StateHeader *) (state))->header)

#endif							/* CREDENCE_STATE_H */
