/*
 * functions/protect.c
 *
 * suppress_cells(), inferred_intervals() and check_certificate() of the
 * disclosure: the SQL face of protection/.
 */
#include "functions/report.h"

#include "datatype/timestamp.h"
#include "funcapi.h"
#include "functions/units.h"
#include "miscadmin.h"
#include "protection/audit.h"
#include "protection/certificate.h"
#include "protection/pattern.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* The names of the states, in the order of CellState. */
static const char *const state_names[] = {"shown", "free", "suppressed", "primary"};

/* The names of the sides of a witness, SIDE_LOW and SIDE_HIGH. */
static const char *const witness_sides[] = {"low", "high"};

/* palloc of more than 1 GB. */
static void *
allocate(void *context, size_t size)
{
	return palloc_extended(size, MCXT_ALLOC_HUGE);
}

static void
release(void *context, void *memory)
{
	pfree(memory);
}

static const Arena protect_arena = {allocate, NULL, release, server_pause};

/*
 * Starts a result of several rows; everything else is done in memory of its
 * own, which is current afterwards. Returns the memory that was.
 */
static MemoryContext
begin_rows(FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	return MemoryContextSwitchTo(AllocSetContextCreate(CurrentMemoryContext, "credence cell protection", ALLOCSET_DEFAULT_SIZES));
}

/* Gives that memory back. */
static void
end_rows(MemoryContext caller)
{
	MemoryContext own = MemoryContextSwitchTo(caller);

	MemoryContextDelete(own);
}

/* Reads what describes a table in both functions: the first four arguments and the bounds. */
static void
read_table(FunctionCallInfo fcinfo, Table *table, int lower_bounds)
{
	NumericArray numbers;
	int32	   *rows;
	int32	   *columns;
	int64	   *values;
	int64	   *least;
	int64	   *greatest;

	memset(table, 0, sizeof(*table));
	table->rows = -1;
	table->count = -1;
	table->parents = read_int32s(fcinfo, 0, "row_parents", &table->rows, NULL);
	rows = read_int32s(fcinfo, 1, "cell_rows", &table->count, NULL);
	columns = read_int32s(fcinfo, 2, "cell_columns", &table->count, "cell_rows");
	numbers = read_numerics(fcinfo, 3, "cell_values");
	if (numbers.count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"cell_values\" must not be NULL")));
	for (int i = 0; i < numbers.count; i++)
		if (numbers.nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of \"cell_values\" is NULL", i + 1),
					 errhint("Give the true values, of the suppressed cells too.")));
	table->decimals = most_decimals(&numbers);
	values = units_of_numerics(&numbers, table->count, "cell_rows", table->decimals, UNITS_UP, 0);
	/* a table of whole units is not below a bound exactly if it is not below the next unit */
	numbers = read_numerics(fcinfo, lower_bounds, "lower_bounds");
	least = units_of_numerics(&numbers, table->count, "cell_rows", table->decimals, UNITS_UP, numbers.count < 0 ? 0 : NO_LOWER_BOUND);
	numbers = read_numerics(fcinfo, lower_bounds + 1, "upper_bounds");
	greatest = units_of_numerics(&numbers, table->count, "cell_rows", table->decimals, UNITS_DOWN, NO_UPPER_BOUND);

	table->cells = palloc_extended(Max(table->count, 1) * sizeof(TableCell), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < table->count; i++)
		table->cells[i] = (TableCell) {
			.row = rows[i], .column = columns[i], .value = values[i],
			.least = least[i], .greatest = greatest[i], .cost = 1
		};
}

/* The levels of protection in an argument, in units, rounded up; a negative one is an error. */
static int64 *
read_levels(FunctionCallInfo fcinfo, int argument, const char *name, int count, const char *like, int decimals)
{
	NumericArray numbers = read_numerics(fcinfo, argument, name);
	int64	   *levels = units_of_numerics(&numbers, count, like, decimals, UNITS_UP, 0);

	for (int i = 0; i < count; i++)
		if (levels[i] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("element %d of \"%s\" is negative", i + 1, name)));
	return levels;
}

/* Reads the costs, in units of their own. */
static void
read_costs(FunctionCallInfo fcinfo, int argument, Table *table)
{
	NumericArray numbers = read_numerics(fcinfo, argument, "costs");
	int64	   *costs = units_of_numerics(&numbers, table->count, "cell_rows", most_decimals(&numbers), UNITS_UP, 1);

	for (int i = 0; i < table->count; i++)
	{
		if (costs[i] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("element %d of \"costs\" is negative", i + 1)));
		table->cells[i].cost = Max(costs[i], 1);
	}
}

/* --- suppress_cells ---------------------------------------------------------------------- */

/* When the time is over. */
static bool
expired(void *context)
{
	return GetCurrentTimestamp() >= *(TimestampTz *) context;
}

/* Reads the time limit; false if there is none. */
static bool
read_deadline(FunctionCallInfo fcinfo, int argument, TimestampTz *deadline)
{
	Interval   *limit;
	Datum		zero;

	if (PG_ARGISNULL(argument))
		return false;
	limit = PG_GETARG_INTERVAL_P(argument);
	zero = DirectFunctionCall3(interval_in, CStringGetDatum("0"), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	if (DatumGetBool(DirectFunctionCall2(interval_lt, IntervalPGetDatum(limit), zero)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time_limit %s is negative",
						DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(limit)))),
				 errhint("NULL is no limit.")));
	*deadline = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
														TimestampTzGetDatum(GetCurrentTimestamp()), IntervalPGetDatum(limit)));
	return true;
}

/* Reads the states and levels of protection. */
static void
read_protection(FunctionCallInfo fcinfo, Table *table)
{
	int		   *states = read_words(fcinfo, 4, "states", &table->count, "cell_rows", state_names, lengthof(state_names));
	int64	   *lower = read_levels(fcinfo, 5, "lower_protection", table->count, "cell_rows", table->decimals);
	int64	   *upper = read_levels(fcinfo, 6, "upper_protection", table->count, "cell_rows", table->decimals);
	int64	   *sliding = read_levels(fcinfo, 7, "sliding_protection", table->count, "cell_rows", table->decimals);

	for (int i = 0; i < table->count; i++)
	{
		table->cells[i].state = (CellState) states[i];
		table->cells[i].lower = lower[i];
		table->cells[i].upper = upper[i];
		table->cells[i].sliding = sliding[i];
	}
}

CREDENCE_FUNCTION(credence_suppress_cells);
Datum
credence_suppress_cells(PG_FUNCTION_ARGS)
{
	MemoryContext caller = begin_rows(fcinfo);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Table		table;
	TimestampTz deadline;
	SuppressionRequest request = {&table};
	Suppression suppression;
	Problem		problem;

	read_table(fcinfo, &table, 8);
	read_protection(fcinfo, &table);
	read_costs(fcinfo, 10, &table);
	if (read_deadline(fcinfo, 11, &deadline))
	{
		request.expired = expired;
		request.context = &deadline;
	}
	if (!suppress_table(&request, &protect_arena, &suppression, &problem))
		report_problem(&problem, NULL);
	for (int i = 0; i < table.count; i++)
	{
		Datum		value[3];
		bool		isnull[3] = {false};

		if (!suppression.suppressed[i])
			continue;
		value[0] = Int32GetDatum(i + 1);
		value[1] = CStringGetTextDatum(table.cells[i].state == CELL_PRIMARY ? "primary" : "secondary");
		value[2] = BoolGetDatum(suppression.finished);
		tuplestore_putvalues(result->setResult, result->setDesc, value, isnull);
	}
	end_rows(caller);
	return (Datum) 0;
}

/* --- inferred_intervals ------------------------------------------------------------------ */

CREDENCE_FUNCTION(credence_inferred_intervals);
Datum
credence_inferred_intervals(PG_FUNCTION_ARGS)
{
	MemoryContext caller = begin_rows(fcinfo);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Table		table;
	bool	   *suppressed;
	CellInterval *intervals;
	Problem		problem;

	read_table(fcinfo, &table, 5);
	suppressed = read_bools(fcinfo, 4, "suppressed", &table.count, "cell_rows");
	for (int i = 0; i < table.count; i++)
		table.cells[i].state = suppressed[i] ? CELL_SUPPRESSED : CELL_SHOWN;
	intervals = arena_allocate(&protect_arena, table.count * sizeof(CellInterval));
	if (!audit_table(&table, &protect_arena, intervals, &problem))
		report_problem(&problem, NULL);
	for (int i = 0; i < table.count; i++)
	{
		Datum		value[3];
		bool		isnull[3] = {false};

		if (!suppressed[i])
			continue;
		value[0] = Int32GetDatum(i + 1);
		isnull[1] = intervals[i].lowest == NO_LOWER_BOUND;
		value[1] = isnull[1] ? (Datum) 0 : numeric_of_units(intervals[i].lowest, table.decimals);
		isnull[2] = intervals[i].highest == NO_UPPER_BOUND;
		value[2] = isnull[2] ? (Datum) 0 : numeric_of_units(intervals[i].highest, table.decimals);
		tuplestore_putvalues(result->setResult, result->setDesc, value, isnull);
	}
	end_rows(caller);
	return (Datum) 0;
}

/* --- check_certificate ------------------------------------------------------------------- */

/* Reads the cells of a certificate. */
static void
read_certified_cells(FunctionCallInfo fcinfo, Certificate *certificate)
{
	NumericArray numbers = read_numerics(fcinfo, 0, "cell_values");

	certificate->count = -1;
	certificate->suppressed = read_bools(fcinfo, 1, "suppressed", &certificate->count, NULL);
	if (numbers.count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"cell_values\" must not be NULL")));
	for (int i = 0; i < numbers.count; i++)
		if (numbers.nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of \"cell_values\" is NULL", i + 1)));
	certificate->decimals = most_decimals(&numbers);
	certificate->values = units_of_numerics(&numbers, certificate->count, "suppressed", certificate->decimals, UNITS_UP, 0);
	numbers = read_numerics(fcinfo, 2, "lower_bounds");
	certificate->least = units_of_numerics(&numbers, certificate->count, "suppressed", certificate->decimals, UNITS_UP,
										   numbers.count < 0 ? 0 : NO_LOWER_BOUND);
	numbers = read_numerics(fcinfo, 3, "upper_bounds");
	certificate->greatest = units_of_numerics(&numbers, certificate->count, "suppressed", certificate->decimals, UNITS_DOWN, NO_UPPER_BOUND);
}

/* Reads the witnesses of a certificate. */
static void
read_witnesses(FunctionCallInfo fcinfo, Certificate *certificate)
{
	NumericArray numbers = read_numerics(fcinfo, 14, "witness_values");

	certificate->entries = -1;
	certificate->entry_primary = read_int32s(fcinfo, 11, "witness_primaries", &certificate->entries, NULL);
	certificate->entry_side = read_words(fcinfo, 12, "witness_sides", &certificate->entries, "witness_primaries",
										 witness_sides, lengthof(witness_sides));
	certificate->entry_cell = read_int32s(fcinfo, 13, "witness_cells", &certificate->entries, "witness_primaries");
	if (numbers.count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"witness_values\" must not be NULL")));
	for (int i = 0; i < numbers.count; i++)
		if (numbers.nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of \"witness_values\" is NULL", i + 1)));
	certificate->entry_value = units_of_numerics(&numbers, certificate->entries, "witness_primaries", certificate->decimals,
												 UNITS_MARK, 0);
}

CREDENCE_FUNCTION(credence_check_certificate);
Datum
credence_check_certificate(PG_FUNCTION_ARGS)
{
	MemoryContext caller = MemoryContextSwitchTo(AllocSetContextCreate(CurrentMemoryContext, "credence certificate",
																	   ALLOCSET_DEFAULT_SIZES));
	Certificate certificate = {0};
	Problem		problem;
	bool		holds;

	read_certified_cells(fcinfo, &certificate);
	certificate.terms = -1;
	certificate.equations = read_int32s(fcinfo, 4, "term_equations", &certificate.terms, NULL);
	certificate.cells = read_int32s(fcinfo, 5, "term_cells", &certificate.terms, "term_equations");
	certificate.signs = read_int32s(fcinfo, 6, "term_signs", &certificate.terms, "term_equations");
	certificate.primaries = -1;
	certificate.primary = read_int32s(fcinfo, 7, "primary_cells", &certificate.primaries, NULL);
	certificate.lower = read_levels(fcinfo, 8, "lower_protection", certificate.primaries, "primary_cells", certificate.decimals);
	certificate.upper = read_levels(fcinfo, 9, "upper_protection", certificate.primaries, "primary_cells", certificate.decimals);
	certificate.sliding = read_levels(fcinfo, 10, "sliding_protection", certificate.primaries, "primary_cells", certificate.decimals);
	read_witnesses(fcinfo, &certificate);
	holds = certificate_check(&certificate, &protect_arena, &problem);
	if (!holds && problem.kind != PROBLEM_DATA)
		report_problem(&problem, NULL);
	end_rows(caller);
	if (holds)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(problem.message));
}
