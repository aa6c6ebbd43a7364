/*
 * functions/window.c
 *
 * What the window functions share; see window.h.
 */
#include "functions/window.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/*
 * Positions are int in the window API; and 64 bytes, more than any function
 * keeps of a row in one array, must not overflow a size where that has 32 bits.
 */
#define ROWS_LIMIT ((int) Min(PG_INT32_MAX, MaxAllocHugeSize / 64))

/* Rows of the partition; an error where they are too many. */
int
window_rows(WindowObject window)
{
	int64		rows = WinGetPartitionRowCount(window);

	if (rows > ROWS_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a partition of %lld rows is too large: expected at most %d",
						(long long) rows, ROWS_LIMIT)));
	return (int) rows;
}

/* Begins to read an argument on all rows of the partition. */
WindowScan
window_scan_begin(WindowObject window, int argument)
{
	WindowScan	scan = {window, argument, window_rows(window), -1};

	scan.memory = AllocSetContextCreate(CurrentMemoryContext, "credence window argument", ALLOCSET_SMALL_SIZES);
	return scan;
}

/* Moves to the next row; see window.h. */
bool
window_scan_next(WindowScan *scan, Datum *value, bool *isnull)
{
	MemoryContext caller;
	bool		out_of_partition;

	CHECK_FOR_INTERRUPTS();
	if (++scan->row >= scan->rows)
		return false;
	MemoryContextReset(scan->memory);
	caller = MemoryContextSwitchTo(scan->memory);
	*value = WinGetFuncArgInPartition(scan->window, scan->argument, scan->row, WINDOW_SEEK_HEAD, false,
									  isnull, &out_of_partition);
	MemoryContextSwitchTo(caller);
	return true;
}

void
window_scan_end(WindowScan *scan)
{
	MemoryContextDelete(scan->memory);
}

/* Are two values of a type that our arguments have the same? */
static bool
same_value(Oid type, Datum one, Datum other)
{
	switch (type)
	{
		case INT4OID:
			return DatumGetInt32(one) == DatumGetInt32(other);
		case FLOAT8OID:
			return float8_eq(DatumGetFloat8(one), DatumGetFloat8(other));
		case NUMERICOID:
			return DatumGetBool(DirectFunctionCall2(numeric_eq, one, other));
		case TEXTOID:
			return DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, one, other));
	}
	elog(ERROR, "unexpected type %u of a window function's argument", type);
}

/* A value as text, for an error. */
static char *
value_text(Oid type, Datum value, bool isnull)
{
	Oid			output;
	bool		is_varlena;

	if (isnull)
		return "NULL";
	getTypeOutputInfo(type, &output, &is_varlena);
	return OidOutputFunctionCall(output, value);
}

/* The value of an argument that must be the same on all rows; see window.h. */
Datum
window_constant(FunctionCallInfo fcinfo, int argument, const char *name, bool *isnull)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, argument);
	Datum		value = WinGetFuncArgCurrent(window, argument, isnull);
	WindowScan	scan;
	Datum		other;
	bool		other_isnull;

	if (get_fn_expr_arg_stable(fcinfo->flinfo, argument))
		return value;

	/* it may point into a row, which the scan moves on from */
	if (!*isnull && (type == TEXTOID || type == NUMERICOID))
		value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	scan = window_scan_begin(window, argument);
	while (window_scan_next(&scan, &other, &other_isnull))
		if (other_isnull != *isnull || (!*isnull && !same_value(type, value, other)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must be the same on all rows of the partition", name),
					 errdetail("The first row has %s, another one %s.",
							   value_text(type, value, *isnull), value_text(type, other, other_isnull))));
	window_scan_end(&scan);
	return value;
}

/* Refuses NULL for the named argument. */
static void
refuse_null(bool isnull, const char *name)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be NULL", name)));
}

int32
window_constant_int32(FunctionCallInfo fcinfo, int argument, const char *name)
{
	bool		isnull;
	Datum		value = window_constant(fcinfo, argument, name, &isnull);

	refuse_null(isnull, name);
	return DatumGetInt32(value);
}

char *
window_constant_text(FunctionCallInfo fcinfo, int argument, const char *name)
{
	bool		isnull;
	Datum		value = window_constant(fcinfo, argument, name, &isnull);

	refuse_null(isnull, name);
	return TextDatumGetCString(value);
}

/* CHECK_FOR_INTERRUPTS as a function, for the core. */
void
window_poll(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* palloc of more than 1 GB, in the form that an arena wants. */
static void *
allocate_huge(void *context, size_t size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

const Arena window_arena = {allocate_huge, NULL};
