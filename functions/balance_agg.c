/*
 * functions/balance_agg.c
 *
 * balance(points, start, floor, ceiling): a running sum that is clamped at every
 * step, such as the points of a driving licence. It depends on the order of the
 * rows, so there is no combine function.
 *
 * The state is an array of four numbers: the balance, and the start, floor and
 * ceiling that all rows must agree on; no floor is -Infinity, no ceiling
 * Infinity.
 */
#include <math.h>

#include "functions/compat.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"

enum
{
	BALANCE,
	START,
	FLOOR,
	CEILING,
	STATE_NUMBERS
};

static const char *const argument_names[STATE_NUMBERS] = {"points", "start", "floor", "ceiling"};

/* The state's array, checked: anyone can call a transition function with any array. */
static ArrayType *
state_array(Datum datum, Oid type)
{
	ArrayType  *array = DatumGetArrayTypeP(datum);

	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != STATE_NUMBERS || ARR_HASNULL(array) ||
		ARR_ELEMTYPE(array) != type)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a state of balance is an array of %d numbers", STATE_NUMBERS)));
	return array;
}

/* Says that an argument cannot be what it is. */
static void
refuse(int argument, const char *value, const char *expected)
{
	ereport(ERROR,
			(errcode(strcmp(value, "NULL") == 0 ? ERRCODE_NULL_VALUE_NOT_ALLOWED : ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s of a balance is %s: expected %s", argument_names[argument], value, expected)));
}

static void
refuse_points(const char *value)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("points of a balance are %s: expected a finite number", value)));
}

static void
refuse_change(int argument, const char *first, const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s of a balance must be the same on all rows", argument_names[argument]),
			 errdetail("The first row has %s, another one %s.", first, other)));
}

/* --- float8 ------------------------------------------------------------------------------ */

static char *
float8_text(double value)
{
	return DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(value)));
}

/* The numbers of a state that state_array has checked: no nulls, so no bitmap of them. */
static double *
float8_numbers(ArrayType *state)
{
	return (double *) ((char *) state + ARR_OVERHEAD_NONULLS(1));
}

/* Start, floor or ceiling of this row. */
static double
float8_bound(FunctionCallInfo fcinfo, int argument)
{
	if (!PG_ARGISNULL(argument + 1))
		return PG_GETARG_FLOAT8(argument + 1);
	if (argument == START)
		refuse(argument, "NULL", "a number");
	return argument == FLOOR ? -INFINITY : INFINITY;
}

/* The state before the first row. */
static ArrayType *
float8_first(FunctionCallInfo fcinfo)
{
	Datum		numbers[STATE_NUMBERS];
	double		start = float8_bound(fcinfo, START);
	double		floor = float8_bound(fcinfo, FLOOR);
	double		ceiling = float8_bound(fcinfo, CEILING);

	if (isnan(start) || isinf(start))
		refuse(START, float8_text(start), "a finite number");
	if (isnan(floor))
		refuse(FLOOR, "NaN", "a number or NULL");
	if (isnan(ceiling))
		refuse(CEILING, "NaN", "a number or NULL");
	if (start < floor)
		refuse(START, float8_text(start), psprintf("at least the floor, %s", float8_text(floor)));
	if (start > ceiling)
		refuse(START, float8_text(start), psprintf("at most the ceiling, %s", float8_text(ceiling)));
	numbers[BALANCE] = numbers[START] = Float8GetDatum(start);
	numbers[FLOOR] = Float8GetDatum(floor);
	numbers[CEILING] = Float8GetDatum(ceiling);
	return construct_array(numbers, STATE_NUMBERS, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

/* Adds a row's points to the balance. */
CREDENCE_FUNCTION(credence_balance_step_float8);
Datum
credence_balance_step_float8(PG_FUNCTION_ARGS)
{
	ArrayType  *state;
	double	   *numbers;
	double		points;

	if (PG_ARGISNULL(0))
		state = float8_first(fcinfo);
	else if (AggCheckCallContext(fcinfo, NULL))
		state = state_array(PG_GETARG_DATUM(0), FLOAT8OID);
	else
		state = state_array(PointerGetDatum(PG_GETARG_ARRAYTYPE_P_COPY(0)), FLOAT8OID);

	numbers = float8_numbers(state);
	for (int argument = START; argument < STATE_NUMBERS; argument++)
	{
		double		bound = float8_bound(fcinfo, argument);

		if (!float8_eq(bound, numbers[argument]))
			refuse_change(argument, float8_text(numbers[argument]), float8_text(bound));
	}
	points = PG_ARGISNULL(1) ? 0.0 : PG_GETARG_FLOAT8(1);
	if (isinf(points))
		refuse_points(float8_text(points));
	if (!isnan(points))
	{
		double		balance = float8_pl(numbers[BALANCE], points);

		balance = balance < numbers[FLOOR] ? numbers[FLOOR] : balance;
		numbers[BALANCE] = balance > numbers[CEILING] ? numbers[CEILING] : balance;
	}
	PG_RETURN_ARRAYTYPE_P(state);
}

CREDENCE_FUNCTION(credence_balance_final_float8);
Datum
credence_balance_final_float8(PG_FUNCTION_ARGS)
{
	ArrayType  *state = state_array(PG_GETARG_DATUM(0), FLOAT8OID);

	PG_RETURN_FLOAT8(float8_numbers(state)[BALANCE]);
}

/* --- numeric ----------------------------------------------------------------------------- */

static char *
numeric_text(Datum value)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, value));
}

static int
numeric_compare(Datum a, Datum b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

/* Start, floor or ceiling of this row. */
static Datum
numeric_bound(FunctionCallInfo fcinfo, int argument)
{
	if (!PG_ARGISNULL(argument + 1))
		return PointerGetDatum(PG_DETOAST_DATUM(PG_GETARG_DATUM(argument + 1)));
	if (argument == START)
		refuse(argument, "NULL", "a number");
	return DirectFunctionCall3(numeric_in, CStringGetDatum(argument == FLOOR ? "-Infinity" : "Infinity"),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* The numbers before the first row. */
static void
numeric_first(FunctionCallInfo fcinfo, Datum *numbers)
{
	for (int argument = START; argument < STATE_NUMBERS; argument++)
	{
		Numeric		bound = DatumGetNumeric(numbers[argument] = numeric_bound(fcinfo, argument));

		if (numeric_is_nan(bound))
			refuse(argument, "NaN", argument == START ? "a finite number" : "a number or NULL");
	}
	if (numeric_is_inf(DatumGetNumeric(numbers[START])))
		refuse(START, numeric_text(numbers[START]), "a finite number");
	if (numeric_compare(numbers[START], numbers[FLOOR]) < 0)
		refuse(START, numeric_text(numbers[START]), psprintf("at least the floor, %s", numeric_text(numbers[FLOOR])));
	if (numeric_compare(numbers[START], numbers[CEILING]) > 0)
		refuse(START, numeric_text(numbers[START]), psprintf("at most the ceiling, %s", numeric_text(numbers[CEILING])));
	numbers[BALANCE] = numbers[START];
}

/* The numbers of a state. */
static void
numeric_read(Datum state, Datum *numbers)
{
	ArrayType  *array = state_array(state, NUMERICOID);
	Datum	   *elements;
	int			count;

	deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	memcpy(numbers, elements, STATE_NUMBERS * sizeof(Datum));
}

/* Adds a row's points to the balance. */
CREDENCE_FUNCTION(credence_balance_step);
Datum
credence_balance_step(PG_FUNCTION_ARGS)
{
	Datum		numbers[STATE_NUMBERS];

	if (PG_ARGISNULL(0))
		numeric_first(fcinfo, numbers);
	else
	{
		numeric_read(PG_GETARG_DATUM(0), numbers);
		for (int argument = START; argument < STATE_NUMBERS; argument++)
		{
			Datum		bound = numeric_bound(fcinfo, argument);

			if (numeric_compare(bound, numbers[argument]) != 0)
				refuse_change(argument, numeric_text(numbers[argument]), numeric_text(bound));
		}
	}
	if (!PG_ARGISNULL(1) && !numeric_is_nan(PG_GETARG_NUMERIC(1)))
	{
		Datum		points = PG_GETARG_DATUM(1);
		Datum		balance;

		if (numeric_is_inf(DatumGetNumeric(points)))
			refuse_points(numeric_text(points));
		balance = DirectFunctionCall2(numeric_add, numbers[BALANCE], points);
		if (numeric_compare(balance, numbers[FLOOR]) < 0)
			balance = numbers[FLOOR];
		if (numeric_compare(balance, numbers[CEILING]) > 0)
			balance = numbers[CEILING];
		numbers[BALANCE] = balance;
	}
	else if (!PG_ARGISNULL(0))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	PG_RETURN_ARRAYTYPE_P(construct_array(numbers, STATE_NUMBERS, NUMERICOID, -1, false, TYPALIGN_INT));
}

CREDENCE_FUNCTION(credence_balance_final);
Datum
credence_balance_final(PG_FUNCTION_ARGS)
{
	Datum		numbers[STATE_NUMBERS];

	numeric_read(PG_GETARG_DATUM(0), numbers);
	/* a chunk of its own, which the executor can recognise */
	PG_RETURN_POINTER(PG_DETOAST_DATUM_COPY(numbers[BALANCE]));
}
