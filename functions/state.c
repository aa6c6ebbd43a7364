/*
 * functions/state.c
 *
 * States of aggregates; see state.h.
 */
#include "functions/state.h"

#include "nodes/memnodes.h"
#include "utils/memutils.h"

/* Memory that lives as long as the aggregate; an error outside of aggregates. */
MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("an aggregate's function was called outside of an aggregate")));
	return context;
}

/* Allocates from the state's context. */
static void *
state_allocate(void *context, size_t size)
{
	return MemoryContextAlloc(context, size);
}

/* Takes memory back. */
static void
state_release(void *context, void *memory)
{
	pfree(memory);
}

/*
 * Returns the context that all states of an aggregate share, a child of its own.
 * An expanded object is meant to have one to itself, so that it can be handed on
 * or deleted alone. Ours are neither: they go with the aggregate's memory, and
 * what leaves it is flat. With a context for each group, a hash aggregate would
 * go through all of them for each new group, to see how much memory it has.
 */
static MemoryContext
shared_context(MemoryContext aggregate)
{
	MemoryContext child = aggregate->firstchild;

	/* the latest come first; if others are that many, another one does no harm */
	for (int i = 0; child != NULL && i < 16; i++, child = child->nextchild)
		if (strcmp(child->name, "credence states") == 0)
			return child;
	return AllocSetContextCreate(aggregate, "credence states", ALLOCSET_DEFAULT_SIZES);
}

/* A new state of the given size, zero behind its head. */
void *
state_create(MemoryContext aggregate, size_t size, const ExpandedObjectMethods *methods)
{
	MemoryContext context = shared_context(aggregate);
	StateHeader *state = MemoryContextAllocZero(context, size);

	EOH_init_header(&state->header, methods, context);
	state->arena.allocate = state_allocate;
	state->arena.context = context;
	state->arena.release = state_release;
	state->arena.pause = server_pause;
	return state;
}

/* The state behind a datum of ours; NULL where it is flat. */
void *
state_of(Datum datum)
{
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return DatumGetEOHP(datum);
	return NULL;
}
