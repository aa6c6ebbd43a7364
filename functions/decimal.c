/*
 * functions/decimal.c
 *
 * A little exact decimal arithmetic with PostgreSQL's numeric; see decimal.h.
 */
#include "functions/decimal.h"

#include "functions/report.h"
#include "scoring/text.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* Returns the shortest decimal of a number, rounded to the decimals, as numeric. */
Datum
decimal_of_double(double number, int decimals)
{
	TextBuffer	buffer;
	Datum		decimal;

	buffer_init(&buffer, &server_arena);
	buffer_append_number(&buffer, number);
	decimal = DirectFunctionCall3(numeric_in, CStringGetDatum(buffer.bytes),
								  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	decimal = DirectFunctionCall2(numeric_round, decimal, Int32GetDatum(decimals));
	/* without trailing zeros, which say nothing */
	return DirectFunctionCall1(numeric_trim_scale, decimal);
}

/* Returns the sum of two numerics. */
Datum
decimal_add(Datum one, Datum other)
{
	return DirectFunctionCall2(numeric_add, one, other);
}

/* Returns the difference of two numerics, without trailing zeros. */
Datum
decimal_subtract(Datum one, Datum other)
{
	return DirectFunctionCall1(numeric_trim_scale,
							   DirectFunctionCall2(numeric_sub, one, other));
}

/* Returns whether a numeric is zero. */
bool
decimal_is_zero(Datum decimal)
{
	Datum		zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));

	return DatumGetBool(DirectFunctionCall2(numeric_eq, decimal, zero));
}
