/*
 * functions/weighted_median.c
 *
 * Aggregate weighted_median(x, w) and the type of its state, weighted_values.
 */
#include "functions/state.h"

#include "functions/value_io.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "scoring/weighted.h"

typedef struct WeightedState
{
	StateHeader head;
	Multiset	set;
} WeightedState;

/* Bytes of a pair in the binary form. */
#define PAIR_SIZE (2 * sizeof(float8) + sizeof(int64))

/* Bytes of the state once it is flat. */
static Size
weighted_flat_size(ExpandedObjectHeader *header)
{
	WeightedState *state = (WeightedState *) header;
	Problem		problem;

	multiset_settle(&state->set, &state->head.arena);
	if (!weighted_check_limit(&state->set, &problem))
		report_problem(&problem, NULL);
	return weighted_image_size(&state->set);
}

/* Writes the state as a flat value. */
static void
weighted_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	weighted_image(&((WeightedState *) header)->set, result);
	SET_VARSIZE(result, size);
}

static const ExpandedObjectMethods weighted_methods = {weighted_flat_size, weighted_flatten};

/* A new state in the memory of the aggregate. */
static WeightedState *
weighted_state_create(MemoryContext parent)
{
	WeightedState *state = state_create(parent, sizeof(WeightedState), &weighted_methods);

	multiset_init(&state->set, 2);
	return state;
}

/* The pairs of a state or flat value, without copying them where that can be. */
static Multiset
weighted_pairs(Datum datum)
{
	WeightedState *state = state_of(datum);
	WeightedValues *image;
	Multiset	set;

	if (state != NULL)
	{
		multiset_settle(&state->set, &state->head.arena);
		return state->set;
	}
	image = (WeightedValues *) PG_DETOAST_DATUM(datum);
	multiset_init(&set, 2);
	set.distinct = image->distinct;
	set.key = image->pair;
	set.count = unconstify(int64 *, weighted_counts(image));
	return set;
}

/* Adds pairs to a state. */
static void
weighted_state_merge(WeightedState *state, Datum datum)
{
	Multiset	other = weighted_pairs(datum);
	Problem		problem;

	if (!weighted_merge(&state->set, other.distinct, other.key, other.count,
						&state->head.arena, &problem))
		report_problem(&problem, NULL);
}

/* The state of an argument that can be changed; a flat one becomes a new state. */
static WeightedState *
weighted_state_get(FunctionCallInfo fcinfo, MemoryContext context)
{
	WeightedState *state;

	if (PG_ARGISNULL(0))
		return weighted_state_create(context);
	if (VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)))
		return (WeightedState *) DatumGetEOHP(PG_GETARG_DATUM(0));
	state = weighted_state_create(context);
	weighted_state_merge(state, PG_GETARG_DATUM(0));
	return state;
}

/* A flat value of a settled multiset. */
static Datum
weighted_flat(const Multiset *set)
{
	Size		size = weighted_image_size(set);
	WeightedValues *image = palloc(size);

	weighted_image(set, image);
	SET_VARSIZE(image, size);
	return PointerGetDatum(image);
}

CREDENCE_FUNCTION(credence_weighted_values_accum);
Datum
credence_weighted_values_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	WeightedState *state;
	Problem		problem;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	state = weighted_state_get(fcinfo, context);
	if (!weighted_add(&state->set, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2),
					  &state->head.arena, &problem))
		report_problem(&problem, NULL);
	PG_RETURN_DATUM(STATE_DATUM(state));
}

CREDENCE_FUNCTION(credence_weighted_values_combine);
Datum
credence_weighted_values_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	WeightedState *state;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	state = weighted_state_get(fcinfo, context);
	weighted_state_merge(state, PG_GETARG_DATUM(1));
	PG_RETURN_DATUM(STATE_DATUM(state));
}

CREDENCE_FUNCTION(credence_weighted_values_median);
Datum
credence_weighted_values_median(PG_FUNCTION_ARGS)
{
	Multiset	set = weighted_pairs(PG_GETARG_DATUM(0));
	Problem		problem;
	double		median;

	if (!weighted_check_limit(&set, &problem))
		report_problem(&problem, NULL);
	if (!weighted_median(&set, &server_arena, &median))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(median);
}

CREDENCE_FUNCTION(credence_weighted_values_in);
Datum
credence_weighted_values_in(PG_FUNCTION_ARGS)
{
	Multiset	set;
	Problem		problem;

	if (!weighted_parse(text_of(PG_GETARG_CSTRING(0)), &set, &server_arena, &problem))
	{
		report_input_problem(&problem, "weighted_values", fcinfo->context);
		PG_RETURN_NULL();
	}
	PG_RETURN_DATUM(weighted_flat(&set));
}

CREDENCE_FUNCTION(credence_weighted_values_out);
Datum
credence_weighted_values_out(PG_FUNCTION_ARGS)
{
	TextBuffer	buffer;

	buffer_init(&buffer, &server_arena);
	weighted_print((WeightedValues *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0)), &buffer);
	PG_RETURN_CSTRING(buffer.bytes);
}

CREDENCE_FUNCTION(credence_weighted_values_recv);
Datum
credence_weighted_values_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	Multiset	set;
	Problem		problem;
	int			version = pq_getmsgbyte(message);
	int64		distinct;

	if (version != WEIGHTED_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s has version %d, expected %d",
						"weighted_values", version, WEIGHTED_VERSION)));

	/* the message itself bounds the number of pairs, before memory is taken */
	distinct = pq_getmsgint64(message);
	if (distinct < 0 || distinct > (message->len - message->cursor) / (int64) PAIR_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s announces " INT64_FORMAT " pairs, but holds %d",
						"weighted_values", distinct,
						(int) ((message->len - message->cursor) / (int64) PAIR_SIZE))));
	multiset_init(&set, 2);
	set.distinct = distinct;
	if (!weighted_check_limit(&set, &problem))
		report_problem(&problem, NULL);
	set.key = palloc(distinct * 2 * sizeof(double));
	set.count = palloc(distinct * sizeof(int64));
	for (int64 i = 0; i < distinct; i++)
	{
		double	   *pair = set.key + 2 * i;

		CHECK_FOR_INTERRUPTS();
		pair[0] = pq_getmsgfloat8(message) + 0.0;
		pair[1] = pq_getmsgfloat8(message);
		set.count[i] = pq_getmsgint64(message);
		if (!weighted_check_pair(pair, i > 0 ? pair - 2 : NULL, PROBLEM_BINARY, &problem))
			report_problem(&problem, NULL);
		if (set.count[i] < 1 || set.count[i] > LIMIT_COUNT)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("count " INT64_FORMAT ": must be from 1 to 2^53", set.count[i])));
	}
	PG_RETURN_DATUM(weighted_flat(&set));
}

CREDENCE_FUNCTION(credence_weighted_values_send);
Datum
credence_weighted_values_send(PG_FUNCTION_ARGS)
{
	WeightedValues *image = (WeightedValues *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	const int64 *count = weighted_counts(image);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, WEIGHTED_VERSION);
	pq_sendint64(&message, image->distinct);
	for (int64 i = 0; i < image->distinct; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendfloat8(&message, image->pair[2 * i]);
		pq_sendfloat8(&message, image->pair[2 * i + 1]);
		pq_sendint64(&message, count[i]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
