/*
 * functions/curve_io.c
 *
 * Type curve: text and binary form, constructor, comparison.
 */
#include "functions/value_io.h"

#include "functions/arrays.h"

/* Returns the curve that a text describes. */
static Datum
curve_from_text(Text text, struct Node *escontext)
{
	Curve	   *curve;
	Problem		problem;

	if (!check_value_text(text.length, "curve", escontext))
		return (Datum) 0;
	if (!curve_parse(text, &server_arena, &curve, &problem))
	{
		report_input_problem(&problem, "curve", escontext);
		return (Datum) 0;
	}
	SET_VARSIZE(curve, curve->size);
	return PointerGetDatum(curve);
}

/* Returns the canonical text of curve, terminated. */
Text
curve_canonical(Datum datum)
{
	TextBuffer	buffer;

	buffer_init(&buffer, &server_arena);
	curve_print((Curve *) PG_DETOAST_DATUM(datum), &buffer);
	return buffer_text(&buffer);
}

CREDENCE_FUNCTION(credence_curve_in);
Datum
credence_curve_in(PG_FUNCTION_ARGS)
{
	return curve_from_text(text_of(PG_GETARG_CSTRING(0)), fcinfo->context);
}

CREDENCE_FUNCTION(credence_curve_out);
Datum
credence_curve_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(curve_canonical(PG_GETARG_DATUM(0)).bytes);
}

CREDENCE_FUNCTION(credence_curve_recv);
Datum
credence_curve_recv(PG_FUNCTION_ARGS)
{
	return curve_from_text(receive_value_text((StringInfo) PG_GETARG_POINTER(0),
											  CURVE_VERSION, "curve"), NULL);
}

CREDENCE_FUNCTION(credence_curve_send);
Datum
credence_curve_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(send_value_text(CURVE_VERSION, curve_canonical(PG_GETARG_DATUM(0))));
}

/* curve(x, y): knots with ascending x; a repeated x is a jump to the later y. */
CREDENCE_FUNCTION(credence_curve_build);
Datum
credence_curve_build(PG_FUNCTION_ARGS)
{
	uint32		count;
	uint32		values;
	double	   *x = numbers_of_array(PG_GETARG_ARRAYTYPE_P(0), "x", &count);
	double	   *y = numbers_of_array(PG_GETARG_ARRAYTYPE_P(1), "y", &values);
	Curve	   *curve;
	Problem		problem;

	if (values != count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%u values x go with as many values y, not with %u",
						count, values)));
	if (!curve_build(x, y, count, &server_arena, &curve, &problem))
		report_problem(&problem, NULL);
	SET_VARSIZE(curve, curve->size);
	PG_RETURN_POINTER(curve);
}

DEFINE_COMPARISONS(curve)
