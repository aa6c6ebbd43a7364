/*
 * functions/bands_io.c
 *
 * Type bands: text and binary form, constructor, comparison.
 */
#include "functions/value_io.h"

#include "functions/arrays.h"

/* Returns the bands that a text describes. */
static Datum
bands_from_text(Text text, struct Node *escontext)
{
	Bands	   *bands;
	Problem		problem;

	if (!check_value_text(text.length, "bands", escontext))
		return (Datum) 0;
	if (!bands_parse(text, &server_arena, &bands, &problem))
	{
		report_input_problem(&problem, "bands", escontext);
		return (Datum) 0;
	}
	SET_VARSIZE(bands, bands->size);
	return PointerGetDatum(bands);
}

/* Returns the canonical text of bands, terminated. */
Text
bands_canonical(Datum datum)
{
	TextBuffer	buffer;

	buffer_init(&buffer, &server_arena);
	bands_print((Bands *) PG_DETOAST_DATUM(datum), &buffer);
	return buffer_text(&buffer);
}

CREDENCE_FUNCTION(credence_bands_in);
Datum
credence_bands_in(PG_FUNCTION_ARGS)
{
	return bands_from_text(text_of(PG_GETARG_CSTRING(0)), fcinfo->context);
}

CREDENCE_FUNCTION(credence_bands_out);
Datum
credence_bands_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(bands_canonical(PG_GETARG_DATUM(0)).bytes);
}

CREDENCE_FUNCTION(credence_bands_recv);
Datum
credence_bands_recv(PG_FUNCTION_ARGS)
{
	return bands_from_text(receive_value_text((StringInfo) PG_GETARG_POINTER(0),
											  BANDS_VERSION, "bands"), NULL);
}

CREDENCE_FUNCTION(credence_bands_send);
Datum
credence_bands_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(send_value_text(BANDS_VERSION, bands_canonical(PG_GETARG_DATUM(0))));
}

/*
 * bands(cuts, labels): descending cuts mean >=, ascending ones <=; with one label
 * more than cuts, the last is "otherwise".
 */
CREDENCE_FUNCTION(credence_bands_build);
Datum
credence_bands_build(PG_FUNCTION_ARGS)
{
	uint32		cuts;
	uint32		labels;
	double	   *cut = numbers_of_array(PG_GETARG_ARRAYTYPE_P(0), "cuts", &cuts);
	Text	   *label = texts_of_array(PG_GETARG_ARRAYTYPE_P(1), "labels", &labels);
	Bands	   *bands;
	Problem		problem;

	if (labels != cuts && labels != cuts + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%u cuts go with %u labels or one more, not with %u",
						cuts, cuts, labels)));
	if (!bands_build(cut, label, labels, labels > cuts, &server_arena, &bands, &problem))
		report_problem(&problem, NULL);
	SET_VARSIZE(bands, bands->size);
	PG_RETURN_POINTER(bands);
}

DEFINE_COMPARISONS(bands)
