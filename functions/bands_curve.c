/*
 * functions/bands_curve.c
 *
 * What bands and curves say of a value: grade, points, notch, value.
 */
#include "functions/value_io.h"

#include <math.h>

#include "utils/builtins.h"

/* Returns the text Datum of a label. */
static Datum
label_datum(Text label)
{
	return PointerGetDatum(cstring_to_text_with_len(label.bytes, (int) label.length));
}

/* grade(bands, x): the label of the first entry that matches, NULL if none does. */
CREDENCE_FUNCTION(credence_bands_grade);
Datum
credence_bands_grade(PG_FUNCTION_ARGS)
{
	Bands	   *bands = PG_GETARG_BANDS(0);
	int			entry = bands_find(bands, PG_GETARG_FLOAT8(1));

	if (entry < 0)
		PG_RETURN_NULL();
	return label_datum(bands_label(bands, entry));
}

/* points(bands, x): that label as a number; an error if it is none. */
CREDENCE_FUNCTION(credence_bands_points);
Datum
credence_bands_points(PG_FUNCTION_ARGS)
{
	Bands	   *bands = PG_GETARG_BANDS(0);
	int			entry = bands_find(bands, PG_GETARG_FLOAT8(1));
	Text		label;

	if (entry < 0)
		PG_RETURN_NULL();
	label = bands_label(bands, entry);
	if (!bands->entry[entry].is_number)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("label \"%.*s\" is not a number of points",
						(int) label.length, label.bytes),
				 errhint("grade(bands, x) gives labels of any kind.")));
	PG_RETURN_FLOAT8(bands->entry[entry].points);
}

/* notch(bands, label): the place of the label, 1 for the first, NULL if unknown. */
CREDENCE_FUNCTION(credence_bands_notch);
Datum
credence_bands_notch(PG_FUNCTION_ARGS)
{
	text	   *label = PG_GETARG_TEXT_PP(1);
	Text		wanted = {VARDATA_ANY(label), (uint32) VARSIZE_ANY_EXHDR(label)};
	int			notch = bands_notch(PG_GETARG_BANDS(0), wanted);

	if (notch == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(notch);
}

/* value(curve, x): NaN is missing and gives NULL; beyond the ends, the end's value. */
CREDENCE_FUNCTION(credence_curve_value);
Datum
credence_curve_value(PG_FUNCTION_ARGS)
{
	float8		x = PG_GETARG_FLOAT8(1);

	if (isnan(x))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(curve_value(PG_GETARG_CURVE(0), x));
}
