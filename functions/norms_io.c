/*
 * functions/norms_io.c
 *
 * Type norms: text and binary form, equality, and a look inside.
 */
#include "functions/value_io.h"

#include <math.h>

#include "common/hashfn.h"
#include "funcapi.h"
#include "functions/json.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "scoring/limits.h"
#include "scoring/population.h"
#include "utils/builtins.h"

#define PG_GETARG_NORMS(n) ((Norms *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

/* Bytes of a value with its count in the binary form. */
#define VALUE_SIZE (sizeof(float8) + sizeof(int64))

/* The least that an item takes in the binary form: name, method, count. */
#define ITEM_SIZE (sizeof(int32) + 1 + sizeof(int64))

CREDENCE_FUNCTION(credence_norms_in);
Datum
credence_norms_in(PG_FUNCTION_ARGS)
{
	JsonNode   *root = parse_json(text_of(PG_GETARG_CSTRING(0)), "norms", fcinfo->context);
	Norms	   *norms;
	Problem		problem;

	if (root == NULL)
		return (Datum) 0;
	if (!norms_build(root, &server_arena, &norms, &problem))
	{
		report_input_problem(&problem, "norms", fcinfo->context);
		return (Datum) 0;
	}
	SET_VARSIZE(norms, norms->size);
	PG_RETURN_POINTER(norms);
}

CREDENCE_FUNCTION(credence_norms_out);
Datum
credence_norms_out(PG_FUNCTION_ARGS)
{
	TextBuffer	buffer;

	buffer_init(&buffer, &server_arena);
	norms_print(PG_GETARG_NORMS(0), &buffer);
	PG_RETURN_CSTRING(buffer.bytes);
}

/* Reports a binary form that cannot be right. */
static void
bad_binary(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary form of type %s: %s", "norms", what)));
}

/* Reads a count, at most the limit given. */
static int64
receive_count(StringInfo message, int64 most, const char *what)
{
	int64		count = pq_getmsgint64(message);

	if (count < 0 || count > most)
		bad_binary(psprintf("%s is " INT64_FORMAT ", expected 0 to " INT64_FORMAT,
							what, count, most));
	return count;
}

/* Reads how many pieces of a size follow; the message must be long enough for them. */
static int
receive_pieces(StringInfo message, Size size, int most, const char *what)
{
	int			pieces = pq_getmsgint(message, sizeof(int32));

	if (pieces < 0 || pieces > most ||
		(Size) pieces > (message->len - message->cursor) / size)
		bad_binary(psprintf("announces %d %s, but has room for %zu", pieces, what,
							Min((message->len - message->cursor) / size, (Size) most)));
	return pieces;
}

/* Reads a name. */
static Text
receive_name(StringInfo message)
{
	int			length = receive_pieces(message, 1, LIMIT_LABEL, "bytes of a name");
	int			converted;
	Text		name;

	name.bytes = pq_getmsgtext(message, length, &converted);
	name.length = (uint32) converted;
	if (converted == 0 || converted > LIMIT_LABEL || strlen(name.bytes) != (size_t) converted)
		bad_binary(psprintf("a name has %d bytes, expected 1 to %d without zeros",
							converted, LIMIT_LABEL));
	return name;
}

/* Reads a finite number. */
static double
receive_number(StringInfo message)
{
	double		number = pq_getmsgfloat8(message) + 0.0;

	if (!isfinite(number))
		bad_binary("a number is not finite");
	return number;
}

/* Reads an exact number into a sum of nothing. */
static void
receive_sum(StringInfo message, ExactSum *sum)
{
	ExactNumber number;
	int			exponent = (int) pq_getmsgint(message, sizeof(int32));
	int			limbs = (int) pq_getmsgint(message, sizeof(int32));

	if (limbs < -EXACT_LIMBS || limbs > EXACT_LIMBS ||
		exponent < EXACT_EXPONENT_MIN || exponent > EXACT_EXPONENT_END)
		bad_binary("an exact number is out of range");
	number.negative = limbs < 0;
	number.limbs = abs(limbs);
	number.exponent = exponent;
	for (int i = 0; i < number.limbs; i++)
		number.limb[i] = pq_getmsgint(message, sizeof(uint32));
	exactnumber_normalise(&number);
	if (!exactnumber_within(&number, EXACT_EXPONENT_MIN, EXACT_EXPONENT_END))
		bad_binary("an exact number is out of range");
	exactsum_add_number(sum, &number, false, &server_arena);
}

/* Reads the different values with their counts. */
static void
receive_values(StringInfo message, Tally *tally)
{
	int			values = receive_pieces(message, VALUE_SIZE, LIMIT_NORMS_VALUES, "values");
	double	   *value = palloc(values * sizeof(double));
	int64	   *count = palloc(values * sizeof(int64));

	for (int i = 0; i < values; i++)
	{
		CHECK_FOR_INTERRUPTS();
		value[i] = receive_number(message);
		count[i] = receive_count(message, LIMIT_COUNT, "count of a value");
		if (count[i] == 0)
			bad_binary("a value is there 0 times");
		if (i > 0 && value[i] <= value[i - 1])
			bad_binary("values are not ascending");
	}
	multiset_merge(&tally->values, values, value, count, &server_arena);
}

/* Reads an item. */
static void
receive_item(StringInfo message, int64 rows, Tally *tally)
{
	Text		name = receive_name(message);
	int			code = pq_getmsgbyte(message);
	Standardise method = (Standardise) code;
	Problem		problem;

	if (code <= STANDARDISE_NONE || code > STANDARDISE_PERCENTILE)
		bad_binary(psprintf("method %d is not known", code));
	tally_init(tally, name, (uint8) code, &server_arena);
	tally->count = receive_count(message, rows, "count");
	if (method_needs_sum(method))
		receive_sum(message, &tally->sum);
	if (method_needs_squares(method))
		receive_sum(message, &tally->squares);
	if (method_needs_range(method) && tally->count > 0)
	{
		tally->minimum = receive_number(message);
		tally->maximum = receive_number(message);
	}
	if (method_needs_values(method))
		receive_values(message, tally);
	if (!tally_check(tally, PROBLEM_BINARY, &server_arena, &problem))
		bad_binary(problem.message);
}

/* Reads the items of a step and makes norms of them. */
static Norms *
receive_step(StringInfo message, int most, Population *population)
{
	int			items = receive_pieces(message, ITEM_SIZE, most, "items");
	Norms	   *norms;
	Problem		problem;

	population->tallies = (uint32) items;
	population->tally = palloc(items * sizeof(Tally));
	for (int i = 0; i < items; i++)
		receive_item(message, population->rows, &population->tally[i]);
	if (!population_norms(population, &server_arena, &norms, &problem))
		report_problem(&problem, NULL);
	return norms;
}

CREDENCE_FUNCTION(credence_norms_recv);
Datum
credence_norms_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	int			has_groups;
	Population	population;
	Norms	   *norms;

	if (version != NORMS_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s has version %d, expected %d",
						"norms", version, NORMS_VERSION)));
	has_groups = pq_getmsgbyte(message);
	if (has_groups > 1)
		bad_binary("it is neither of one step nor of two");
	memset(&population, 0, sizeof(population));
	population.card_name = receive_name(message);
	population.indicator_fingerprint = (uint64) pq_getmsgint64(message);
	population.rows = receive_count(message, LIMIT_COUNT, "number of rows");
	norms = receive_step(message, LIMIT_INDICATORS, &population);
	if (has_groups)
	{
		population.base = norms;
		population.group_fingerprint = (uint64) pq_getmsgint64(message);
		population.rows = receive_count(message, LIMIT_COUNT, "number of rows");
		norms = receive_step(message, LIMIT_GROUPS, &population);
	}
	SET_VARSIZE(norms, norms->size);
	PG_RETURN_POINTER(norms);
}

/* Sends a text with its length. */
static void
send_name(StringInfo message, Text name)
{
	char	   *converted = pg_server_to_client(name.bytes, (int) name.length);
	int			length = converted == name.bytes ? (int) name.length : (int) strlen(converted);

	pq_sendint32(message, length);
	pq_sendbytes(message, converted, length);
}

/* Sends an exact number. */
static void
send_sum(StringInfo message, const Norms *norms, uint32 at)
{
	const NormsSum *sum = norms_at(norms, at);

	pq_sendint32(message, sum->exponent);
	pq_sendint32(message, sum->limbs);
	for (int i = 0; i < abs(sum->limbs); i++)
		pq_sendint32(message, sum->limb[i]);
}

/* Sends the items of a step. */
static void
send_items(StringInfo message, const Norms *norms, uint32 first, uint32 items)
{
	pq_sendint32(message, items);
	for (uint32 i = first; i < first + items; i++)
	{
		const NormsItem *item = &norms->item[i];
		const double *value = norms_values(norms, item);
		const int64 *upto = norms_upto(norms, item);

		send_name(message, norms_text(norms, item->name));
		pq_sendbyte(message, item->method);
		pq_sendint64(message, item->count);
		if (item->sum_at != 0)
			send_sum(message, norms, item->sum_at);
		if (item->squares_at != 0)
			send_sum(message, norms, item->squares_at);
		if (method_needs_range((Standardise) item->method) && item->count > 0)
		{
			pq_sendfloat8(message, item->minimum);
			pq_sendfloat8(message, item->maximum);
		}
		if (!method_needs_values((Standardise) item->method))
			continue;
		pq_sendint32(message, item->values);
		for (uint32 j = 0; j < item->values; j++)
		{
			CHECK_FOR_INTERRUPTS();
			pq_sendfloat8(message, value[j]);
			pq_sendint64(message, upto[j] - (j > 0 ? upto[j - 1] : 0));
		}
	}
}

CREDENCE_FUNCTION(credence_norms_send);
Datum
credence_norms_send(PG_FUNCTION_ARGS)
{
	Norms	   *norms = PG_GETARG_NORMS(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, NORMS_VERSION);
	pq_sendbyte(&message, norms->has_groups);
	send_name(&message, norms_text(norms, norms->card_name));
	pq_sendint64(&message, (int64) norms->indicator_fingerprint);
	pq_sendint64(&message, norms->rows);
	send_items(&message, norms, 0, norms->indicator_items);
	if (norms->has_groups)
	{
		pq_sendint64(&message, (int64) norms->group_fingerprint);
		pq_sendint64(&message, norms->group_rows);
		send_items(&message, norms, norms->indicator_items, norms->group_items);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Returns whether two norms are equal, which is to say the same bytes. */
static bool
norms_equal(FunctionCallInfo fcinfo)
{
	Norms	   *one = PG_GETARG_NORMS(0);
	Norms	   *other = PG_GETARG_NORMS(1);

	return VARSIZE(one) == VARSIZE(other) &&
		memcmp(VARDATA(one), VARDATA(other), VARSIZE(one) - VARHDRSZ) == 0;
}

CREDENCE_FUNCTION(credence_norms_eq);
Datum
credence_norms_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(norms_equal(fcinfo));
}

CREDENCE_FUNCTION(credence_norms_ne);
Datum
credence_norms_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!norms_equal(fcinfo));
}

CREDENCE_FUNCTION(credence_norms_hash);
Datum
credence_norms_hash(PG_FUNCTION_ARGS)
{
	Norms	   *norms = PG_GETARG_NORMS(0);

	return hash_any((unsigned char *) VARDATA(norms), VARSIZE(norms) - VARHDRSZ);
}

CREDENCE_FUNCTION(credence_norms_hash_extended);
Datum
credence_norms_hash_extended(PG_FUNCTION_ARGS)
{
	Norms	   *norms = PG_GETARG_NORMS(0);

	return hash_any_extended((unsigned char *) VARDATA(norms), VARSIZE(norms) - VARHDRSZ,
							 (uint64) PG_GETARG_INT64(1));
}

/* Places of the columns of norms_summary(). */
enum
{
	SUMMARY_KIND,
	SUMMARY_NAME,
	SUMMARY_ROWS,
	SUMMARY_COUNT,
	SUMMARY_MEAN,
	SUMMARY_DEVIATION,
	SUMMARY_MINIMUM,
	SUMMARY_MEDIAN,
	SUMMARY_MEDIAN_DEVIATION,
	SUMMARY_MAXIMUM,
	SUMMARY_COLUMNS
};

/* The figures of norms, a row for each standardised indicator and group. */
CREDENCE_FUNCTION(credence_norms_summary);
Datum
credence_norms_summary(PG_FUNCTION_ARGS)
{
	Norms	   *norms = PG_GETARG_NORMS(0);
	ReturnSetInfo *result;

	InitMaterializedSRF(fcinfo, 0);
	result = (ReturnSetInfo *) fcinfo->resultinfo;
	for (uint32 i = 0; i < norms->indicator_items + norms->group_items; i++)
	{
		const NormsItem *item = &norms->item[i];
		const Standardise method = (Standardise) item->method;
		bool		is_group = i >= norms->indicator_items;
		bool		known = item->count > 0;
		bool		has_values = method_needs_values(method) && known;
		bool		has_range = (method_needs_range(method) && known) || has_values;
		Text		name = norms_text(norms, item->name);
		Datum		value[SUMMARY_COLUMNS];
		bool		isnull[SUMMARY_COLUMNS];

		value[SUMMARY_KIND] = CStringGetTextDatum(is_group ? "group" : "indicator");
		value[SUMMARY_NAME] = PointerGetDatum(cstring_to_text_with_len(name.bytes, (int) name.length));
		value[SUMMARY_ROWS] = Int64GetDatum(is_group ? norms->group_rows : norms->rows);
		value[SUMMARY_COUNT] = Int64GetDatum(item->count);
		value[SUMMARY_MEAN] = Float8GetDatum(item->mean);
		value[SUMMARY_DEVIATION] = Float8GetDatum(item->deviation);
		value[SUMMARY_MINIMUM] = Float8GetDatum(item->minimum);
		value[SUMMARY_MEDIAN] = Float8GetDatum(item->median);
		value[SUMMARY_MEDIAN_DEVIATION] = Float8GetDatum(item->median_deviation);
		value[SUMMARY_MAXIMUM] = Float8GetDatum(item->maximum);
		memset(isnull, 0, sizeof(isnull));
		isnull[SUMMARY_MEAN] = !(method_needs_sum(method) && known);
		isnull[SUMMARY_DEVIATION] = !(method_needs_squares(method) && item->count > 1);
		isnull[SUMMARY_MINIMUM] = !has_range;
		isnull[SUMMARY_MEDIAN] = !has_values;
		isnull[SUMMARY_MEDIAN_DEVIATION] = !(has_values && method == STANDARDISE_ROBUST_Z);
		isnull[SUMMARY_MAXIMUM] = !has_range;
		tuplestore_putvalues(result->setResult, result->setDesc, value, isnull);
	}
	return (Datum) 0;
}
