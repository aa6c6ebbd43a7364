/*
 * functions/allocate_win.c
 *
 * allocate() over (... order by ...): divides a total by weights so that the
 * parts add up to it exactly.
 *
 * The method of largest remainders (Hamilton): with the total counted in units
 * of the last decimal, each row first gets its claim total x weight / weights
 * rounded down, and the units left over go one each to the largest remainders.
 * The arithmetic is numeric's on whole quotients and remainders, so nothing is
 * rounded anywhere. All of it happens on the partition's first row.
 */
#include "functions/window.h"

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "functions/decimal.h"
#include "miscadmin.h"
#include "scoring/limits.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* A row that takes part. */
typedef struct Claim
{
	int			position;
	Datum		weight;
	Datum		units;			/* the claim rounded down */
	Datum		remainder;		/* what that left, times the sum of the weights */
	double		rough_remainder;	/* the same as double, which saves most comparisons */
} Claim;

/* What a partition keeps; zero before its first row. */
typedef struct AllocateState
{
	bool		ready;
	Datum	   *parts;			/* of each row, 0 where it does not take part */
} AllocateState;

/* What is to be divided. */
typedef struct Allocation
{
	WindowObject window;
	Oid			weight_type;
	int			decimals;
	bool		negative;		/* the parts get the sign of the total back at the end */
	Datum		units;			/* the total's magnitude, counted in its last decimal */
	Datum		weights;		/* their sum */
	Datum		zero;
	Claim	   *claims;
	int			count;
	int			rows;			/* of the partition, also those without a claim */
	MemoryContext scratch;		/* emptied after every row */
} Allocation;

/* --- numeric, with a short name for each function ------------------------------------ */

static Datum
number(const char *digits)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(digits), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* 10 to the given power. */
static Datum
power_of_ten(int exponent)
{
	char		digits[16];

	snprintf(digits, sizeof(digits), "1e%d", exponent);
	return number(digits);
}

static Datum
subtract(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_sub, a, b);
}

static Datum
multiply(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_mul, a, b);
}

static int
compare(Datum a, Datum b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

static char *
digits_of(Datum a)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, a));
}

/* A copy of the number in the given memory. */
static Datum
keep(MemoryContext memory, Datum a)
{
	Size		size = VARSIZE_ANY(DatumGetPointer(a));

	return PointerGetDatum(memcpy(MemoryContextAlloc(memory, size), DatumGetPointer(a), size));
}

/* --- arguments ------------------------------------------------------------------------- */

/* The number of decimals of the parts. */
static int
read_decimals(FunctionCallInfo fcinfo)
{
	int			decimals = window_constant_int32(fcinfo, 2, "decimals");

	if (decimals < 0 || decimals > LIMIT_ALLOCATED_DECIMALS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("decimals %d is out of range: expected 0 to %d", decimals, LIMIT_ALLOCATED_DECIMALS)));
	return decimals;
}

/* Reads the total; false if it is NULL. */
static bool
read_total(FunctionCallInfo fcinfo, Allocation *allocation)
{
	bool		isnull;
	Datum		total = window_constant(fcinfo, 0, "total", &isnull);
	Datum		rounded;

	if (isnull)
		return false;
	total = PointerGetDatum(PG_DETOAST_DATUM(total));
	if (numeric_is_nan(DatumGetNumeric(total)) || numeric_is_inf(DatumGetNumeric(total)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot allocate a total of %s", digits_of(total))));
	rounded = DirectFunctionCall2(numeric_round, total, Int32GetDatum(allocation->decimals));
	if (compare(rounded, total) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("total %s has more than %d decimals", digits_of(total), allocation->decimals),
				 errhint("Round the total, or allocate with more decimals.")));
	allocation->negative = compare(total, allocation->zero) < 0;
	allocation->units = multiply(DirectFunctionCall1(numeric_abs, rounded), power_of_ten(allocation->decimals));
	return true;
}

/*
 * A weight as numeric; float8 by the digits it is written with, so that 0.1 is
 * a tenth. False if the row does not take part, which are NULL and NaN.
 */
static bool
read_weight(const Allocation *allocation, Datum datum, bool isnull, Datum *weight)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnull)
		return false;
	switch (allocation->weight_type)
	{
		case FLOAT8OID:
			double_to_shortest_decimal_buf(DatumGetFloat8(datum), digits);
			*weight = number(digits);
			break;
		case INT8OID:
			*weight = NumericGetDatum(int64_to_numeric(DatumGetInt64(datum)));
			break;
		case NUMERICOID:
			*weight = PointerGetDatum(PG_DETOAST_DATUM(datum));
			break;
		default:
			elog(ERROR, "unexpected type %u of a weight", allocation->weight_type);
	}
	if (numeric_is_nan(DatumGetNumeric(*weight)))
		return false;
	if (numeric_is_inf(DatumGetNumeric(*weight)) || compare(*weight, allocation->zero) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("weight %s is out of range: expected a finite number greater than or equal to zero",
						digits_of(*weight))));
	return true;
}

/* Reads the weights of the partition and their sum; leaves the claims in the current memory. */
static void
read_weights(Allocation *allocation)
{
	WindowScan	scan = window_scan_begin(allocation->window, 1);
	MemoryContext work = CurrentMemoryContext;
	Datum		datum;
	bool		isnull;

	allocation->claims = arena_allocate(&window_arena, scan.rows * sizeof(Claim));
	allocation->count = 0;
	allocation->weights = number("0");
	while (window_scan_next(&scan, &datum, &isnull))
	{
		Claim	   *claim = &allocation->claims[allocation->count];
		Datum		weight;

		MemoryContextSwitchTo(scan.memory);
		if (read_weight(allocation, datum, isnull, &weight))
		{
			Datum		sum = decimal_add(allocation->weights, weight);

			claim->position = scan.row;
			claim->weight = keep(work, weight);
			allocation->count++;
			pfree(DatumGetPointer(allocation->weights));
			allocation->weights = keep(work, sum);
		}
		MemoryContextSwitchTo(work);
	}
	allocation->rows = scan.rows;
	window_scan_end(&scan);
}

/* --- division --------------------------------------------------------------------------- */

/* Gives each row its claim rounded down; returns how many units are left. */
static int
divide(Allocation *allocation)
{
	MemoryContext work = CurrentMemoryContext;
	Datum		left = keep(work, allocation->units);

	for (int i = 0; i < allocation->count; i++)
	{
		Claim	   *claim = &allocation->claims[i];
		Datum		product;
		Datum		units;
		Datum		remainder;
		Datum		remaining;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(allocation->scratch);
		MemoryContextSwitchTo(allocation->scratch);
		product = multiply(allocation->units, claim->weight);
		units = DirectFunctionCall2(numeric_div_trunc, product, allocation->weights);
		remainder = subtract(product, multiply(units, allocation->weights));
		claim->units = keep(work, units);
		claim->remainder = keep(work, remainder);
		claim->rough_remainder = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, remainder));
		remaining = subtract(left, units);
		pfree(DatumGetPointer(left));
		left = keep(work, remaining);
		MemoryContextSwitchTo(work);
	}
	/* fewer than there are rows */
	return DatumGetInt32(DirectFunctionCall1(numeric_int4, left));
}

/* Larger remainders first, of equal ones the earlier row. */
static int
compare_claims(const void *a, const void *b)
{
	const Claim *one = a;
	const Claim *other = b;
	int			order;

	if (one->rough_remainder != other->rough_remainder)
		return one->rough_remainder > other->rough_remainder ? -1 : 1;
	CHECK_FOR_INTERRUPTS();
	order = compare(other->remainder, one->remainder);
	return order != 0 ? order : one->position - other->position;
}

/* Gives the units that are left to the largest remainders. */
static void
give_rest(Allocation *allocation, int left)
{
	Claim	   *claims = allocation->claims;
	Datum		one = number("1");

	if (left == 0)
		return;
	qsort(claims, allocation->count, sizeof(Claim), compare_claims);

	/* rows that tie in the ORDER BY are neighbours, so the last that gets one and the next tell */
	if (left < allocation->count &&
		compare(claims[left - 1].remainder, claims[left].remainder) == 0 &&
		WinRowsArePeers(allocation->window, claims[left - 1].position, claims[left].position))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("rows with equal remainders tie in the ORDER BY of the window, so which of them gets the last %s is open",
						digits_of(power_of_ten(-allocation->decimals))),
				 errhint("Extend the ORDER BY until it tells the rows apart.")));

	for (int i = 0; i < left; i++)
		claims[i].units = decimal_add(claims[i].units, one);
}

/* The parts in units, as amounts with their decimals and sign, kept with the partition. */
static void
write_parts(const Allocation *allocation, MemoryContext partition, Datum *parts)
{
	MemoryContext work = MemoryContextSwitchTo(allocation->scratch);
	Datum		unit = keep(work, power_of_ten(-allocation->decimals));

	for (int i = 0; i < allocation->count; i++)
	{
		Datum		part = multiply(allocation->claims[i].units, unit);

		CHECK_FOR_INTERRUPTS();
		part = DirectFunctionCall2(numeric_round, part, Int32GetDatum(allocation->decimals));
		if (allocation->negative)
			part = DirectFunctionCall1(numeric_uminus, part);
		parts[allocation->claims[i].position] = keep(partition, part);
		MemoryContextReset(allocation->scratch);
	}
	MemoryContextSwitchTo(work);
}

/* Divides the total among the rows of the partition. */
static void
allocate_partition(FunctionCallInfo fcinfo, AllocateState *state)
{
	MemoryContext partition = GetMemoryChunkContext(state);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(caller, "credence allocation", ALLOCSET_DEFAULT_SIZES);
	Allocation	allocation = {PG_WINDOW_OBJECT()};

	MemoryContextSwitchTo(work);
	allocation.scratch = AllocSetContextCreate(work, "credence allocation of a row", ALLOCSET_SMALL_SIZES);
	allocation.weight_type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	allocation.zero = number("0");
	allocation.decimals = read_decimals(fcinfo);
	if (read_total(fcinfo, &allocation))
	{
		read_weights(&allocation);
		if (compare(allocation.weights, allocation.zero) > 0)
			give_rest(&allocation, divide(&allocation));
		else if (compare(allocation.units, allocation.zero) == 0)
			for (int i = 0; i < allocation.count; i++)
				allocation.claims[i].units = allocation.zero;
		else
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("no row of the partition has a weight greater than zero, so its total cannot be allocated")));
		state->parts = MemoryContextAllocHuge(partition, allocation.rows * sizeof(Datum));
		memset(state->parts, 0, allocation.rows * sizeof(Datum));
		write_parts(&allocation, partition, state->parts);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	state->ready = true;
}

CREDENCE_FUNCTION(credence_allocate);
Datum
credence_allocate(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	AllocateState *state = WinGetPartitionLocalMemory(window, sizeof(AllocateState));
	int64		position = WinGetCurrentPosition(window);

	if (!state->ready)
		allocate_partition(fcinfo, state);
	if (state->parts == NULL || state->parts[position] == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(state->parts[position]);
}
