/*
 * functions/norms_agg.c
 *
 * Aggregates norms(card, row [, norms]) and rollup(norms). Their state is a value
 * of type norms itself, an expanded object while rows are added. It keeps what it
 * needs of the card, since the function's own memory is no safe place for it:
 * there may be other states, and other calls, in between.
 */
#include "functions/scorer.h"
#include "functions/state.h"

#include "functions/arrays.h"
#include "nodes/primnodes.h"
#include "scoring/population.h"
#include "utils/memutils.h"

#define ROW_ARGUMENT 2
#define CARD_ARGUMENT 1
#define BASE_ARGUMENT 3

typedef struct NormsState
{
	StateHeader head;
	Population	population;
	KeptValue	card_value;		/* kept with the scorer */
	KeptValue	base_value;		/* second step: the norms of the first */
	Scorer	   *scorer;			/* reads rows; NULL before the first */
} NormsState;

/* Returns the bytes of the state once it is flat. */
static Size
norms_flat_size(ExpandedObjectHeader *header)
{
	NormsState *state = (NormsState *) header;
	uint32		size;
	Problem		problem;

	if (!population_size(&state->population, &state->head.arena, &size, &problem))
		report_problem(&problem, NULL);
	return size;
}

/* Writes the state as a flat value. */
static void
norms_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	population_write(&((NormsState *) header)->population, result);
	SET_VARSIZE(result, size);
}

static const ExpandedObjectMethods norms_methods = {norms_flat_size, norms_flatten};

/* Returns a new state of the rows that norms were made of. */
static NormsState *
norms_state_expand(Datum datum, MemoryContext parent)
{
	NormsState *state = state_create(parent, sizeof(NormsState), &norms_methods);
	Norms	   *norms = (Norms *) PG_DETOAST_DATUM(datum);

	if (norms->has_groups)
	{
		/* the indicators' part is not taken apart */
		Norms	   *kept = state->head.arena.allocate(state->head.arena.context, norms->size);

		memcpy(kept, norms, norms->size);
		norms = kept;
	}
	population_of_norms(norms, &state->head.arena, &state->population);
	return state;
}

/* Returns whether an argument of the aggregate is a constant of the query. */
static bool
is_constant(FunctionCallInfo fcinfo, int argument)
{
	Aggref	   *aggregate = AggGetAggref(fcinfo);
	TargetEntry *entry;

	if (aggregate == NULL || list_length(aggregate->args) < argument)
		return false;
	entry = list_nth_node(TargetEntry, aggregate->args, argument - 1);
	/* what runs the aggregate need not be the node itself: compare the pointers */
	return IsA(entry->expr, Const) &&
		((Const *) entry->expr)->constvalue == PG_GETARG_DATUM(argument);
}

/*
 * Keeps an argument in the current context. A constant that can be read as it
 * is lives longer than any state and is not copied.
 */
static void
keep_argument(KeptValue *kept, FunctionCallInfo fcinfo, int argument)
{
	struct varlena *raw = (struct varlena *) PG_GETARG_POINTER(argument);
	bool		constant = is_constant(fcinfo, argument);

	if (constant && !VARATT_IS_EXTENDED(raw))
	{
		kept->constant = true;
		kept->raw = raw;
		kept->raw_size = kept->compared = VARSIZE(raw);
		kept->value = raw;
	}
	else if (argument == BASE_ARGUMENT)
		keep_norms(kept, PG_GETARG_DATUM(argument), constant);
	else
		keep_value(kept, PG_GETARG_DATUM(argument), constant);
}

/* Makes the state take the norms of the first step from this row on. */
static void
use_base(NormsState *state, FunctionCallInfo fcinfo)
{
	const Norms *base = state->population.base;
	KeptValue	before = state->base_value;
	MemoryContext old = MemoryContextSwitchTo(state->head.header.eoh_context);

	keep_argument(&state->base_value, fcinfo, BASE_ARGUMENT);
	MemoryContextSwitchTo(old);
	if (base == NULL)
		return;

	/* what the population rests on stays; these bytes are kept to be known again */
	if (!norms_same_indicators(base, state->base_value.value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("norms of card \"%s\": the norms of the first step must be the same for all rows",
						state->population.card_name.bytes)));
	if (state->base_value.value != state->base_value.raw)
		pfree(state->base_value.value);
	if (before.raw != NULL && (void *) before.raw != (void *) base)
		pfree(before.raw);
}

/* Makes the state read rows by the card of this one. */
static void
use_card(NormsState *state, FunctionCallInfo fcinfo, bool has_base)
{
	Population *population = &state->population;
	MemoryContext context = state->head.header.eoh_context;
	MemoryContext old;
	Problem		problem;

	/* the first scorer is there to stay; others come and go with their cards */
	if (state->scorer != NULL)
	{
		if (state->scorer->context != context)
			MemoryContextDelete(state->scorer->context);
		context = AllocSetContextCreate(context, "credence scorer", ALLOCSET_SMALL_SIZES);
	}
	state->scorer = NULL;
	old = MemoryContextSwitchTo(context);
	keep_argument(&state->card_value, fcinfo, CARD_ARGUMENT);
	MemoryContextSwitchTo(old);
	if (population->card_name.bytes == NULL &&
		!population_create(state->card_value.value, has_base ? state->base_value.value : NULL,
						   &state->head.arena, population, &problem))
		report_problem(&problem, NULL);
	if (has_base != (population->base != NULL))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("norms of card \"%s\" with groups cannot be joined with norms without",
						population->card_name.bytes)));
	state->scorer = scorer_for_card(context, state->card_value.value);
	if (!population_use_workspace(population, state->scorer->workspace, &problem))
		report_problem(&problem, NULL);
}

/* Returns the state of an aggregate that takes rows. */
static NormsState *
norms_state_get(FunctionCallInfo fcinfo, MemoryContext context)
{
	if (PG_ARGISNULL(0))
		return state_create(context, sizeof(NormsState), &norms_methods);
	if (VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)))
		return (NormsState *) DatumGetEOHP(PG_GETARG_DATUM(0));
	return norms_state_expand(PG_GETARG_DATUM(0), context);
}

/* Adds a row to the state; a row with a NULL among its arguments does not count. */
static Datum
accumulate(FunctionCallInfo fcinfo, bool is_record, bool has_base)
{
	MemoryContext context = aggregate_context(fcinfo);
	NormsState *state;
	Problem		problem;

	if (PG_ARGISNULL(CARD_ARGUMENT) || PG_ARGISNULL(ROW_ARGUMENT) ||
		(has_base && PG_ARGISNULL(BASE_ARGUMENT)))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	state = norms_state_get(fcinfo, context);
	if (has_base && (state->base_value.raw == NULL ||
					 !kept_value_matches(&state->base_value, PG_GETARG_DATUM(BASE_ARGUMENT))))
		use_base(state, fcinfo);
	if (state->scorer == NULL ||
		!kept_value_matches(&state->card_value, PG_GETARG_DATUM(CARD_ARGUMENT)))
		use_card(state, fcinfo, has_base);
	if (is_record)
		scorer_read_record(state->scorer, PG_GETARG_DATUM(ROW_ARGUMENT));
	else
		scorer_read_array(state->scorer, PG_GETARG_DATUM(ROW_ARGUMENT));
	if (!population_add(&state->population, state->scorer->x, &state->head.arena, &problem))
		report_problem(&problem, NULL);
	PG_RETURN_DATUM(STATE_DATUM(state));
}

CREDENCE_FUNCTION(credence_norms_accum_array);
Datum
credence_norms_accum_array(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, false, false);
}

CREDENCE_FUNCTION(credence_norms_accum_record);
Datum
credence_norms_accum_record(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, true, false);
}

CREDENCE_FUNCTION(credence_norms_accum_array_norms);
Datum
credence_norms_accum_array_norms(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, false, true);
}

CREDENCE_FUNCTION(credence_norms_accum_record_norms);
Datum
credence_norms_accum_record_norms(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, true, true);
}

CREDENCE_FUNCTION(credence_norms_combine);
Datum
credence_norms_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	NormsState *state;
	Problem		problem;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(STATE_DATUM(norms_state_expand(PG_GETARG_DATUM(1), context)));
	state = norms_state_get(fcinfo, context);
	if (!population_merge(&state->population, (Norms *) PG_DETOAST_DATUM(PG_GETARG_DATUM(1)),
						  &state->head.arena, &problem))
		report_problem(&problem, NULL);
	PG_RETURN_DATUM(STATE_DATUM(state));
}

/* Returns the state as a flat value, ready for scoring; the state stays as it is. */
CREDENCE_FUNCTION(credence_norms_final);
Datum
credence_norms_final(PG_FUNCTION_ARGS)
{
	Norms	   *norms = (Norms *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	Problem		problem;

	if (!norms_check_figures(norms, &problem))
		report_problem(&problem, NULL);
	PG_RETURN_POINTER(norms);
}
