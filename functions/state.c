/*
 * functions/state.c
 *
 * States of aggregates; see state.h.
 */
#include "functions/state.h"

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

/* A new state of the given size, zero behind its head, in a context of its own. */
void *
state_create(MemoryContext parent, size_t size, const ExpandedObjectMethods *methods)
{
	MemoryContext context = AllocSetContextCreate(parent, "credence state",
												  ALLOCSET_START_SMALL_SIZES);
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
