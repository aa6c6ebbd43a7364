/*
 * functions/arrays.c
 *
 * Between SQL arrays and the core's vectors; see arrays.h.
 */
#include "functions/arrays.h"

#include <math.h>

#include "catalog/pg_type.h"

/* Checks that an array has one dimension, or is empty. */
static void
check_dimensions(ArrayType *array, const char *name)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("array \"%s\" has %d dimensions, expected one",
						name, ARR_NDIM(array))));
}

/* Checks that an array has no NULL elements. */
static void
check_no_nulls(ArrayType *array, const char *name)
{
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("array \"%s\" must not contain NULL", name)));
}

/* Returns the numbers of a float8[] without NULL. */
double *
numbers_of_array(ArrayType *array, const char *name, uint32 *count)
{
	check_dimensions(array, name);
	check_no_nulls(array, name);
	Assert(ARR_ELEMTYPE(array) == FLOAT8OID);
	*count = (uint32) ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (double *) ARR_DATA_PTR(array);
}

/* Returns the texts of a text[] without NULL. */
Text *
texts_of_array(ArrayType *array, const char *name, uint32 *count)
{
	Datum	   *elements;
	int			length;
	Text	   *texts;

	check_dimensions(array, name);
	check_no_nulls(array, name);
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &length);
	texts = palloc(sizeof(Text) * Max(length, 1));
	for (int i = 0; i < length; i++)
	{
		texts[i].bytes = VARDATA_ANY(DatumGetPointer(elements[i]));
		texts[i].length = (uint32) VARSIZE_ANY_EXHDR(DatumGetPointer(elements[i]));
	}
	*count = (uint32) length;
	return texts;
}

/* Fills the input vector of a card from a float8[]; NULL becomes NaN, missing. */
void
vector_of_array(ArrayType *array, double *x, uint32 count, const char *card_name)
{
	const double *element = (const double *) ARR_DATA_PTR(array);
	const bits8 *bitmap = ARR_NULLBITMAP(array);
	uint32		length = (uint32) ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	check_dimensions(array, "inputs");
	if (length != count)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("card \"%s\" reads %u inputs, but the vector has %u",
						card_name, count, length),
				 errhint("inputs(card, row) makes the vector of a row.")));
	for (uint32 i = 0; i < count; i++)
	{
		if (bitmap != NULL && (bitmap[i / 8] & (1 << (i % 8))) == 0)
			x[i] = NAN;
		else
			x[i] = *element++;
	}
}

/* Returns the bytes that a float8[] of so many numbers takes at most. */
Size
vector_array_size(uint32 count)
{
	return ARR_OVERHEAD_WITHNULLS(1, count) + count * sizeof(double);
}

/* Starts a float8[] in memory; the header has its bitmap, if any. */
static ArrayType *
start_array(void *memory, uint32 count, Size header, Size size)
{
	ArrayType  *array = memory;

	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->dataoffset = header > ARR_OVERHEAD_NONULLS(1) ? (int32) header : 0;
	array->elemtype = FLOAT8OID;
	ARR_DIMS(array)[0] = (int) count;
	ARR_LBOUND(array)[0] = 1;
	return array;
}

/* Puts a float8[] of a vector with NaN, which become NULL, into memory. */
static ArrayType *
put_array_with_nulls(void *memory, const double *x, uint32 count)
{
	Size		header = ARR_OVERHEAD_WITHNULLS(1, count);
	uint32		present = 0;
	ArrayType  *array;
	double	   *element;

	for (uint32 i = 0; i < count; i++)
		present += !isnan(x[i]);
	memset(memory, 0, header);
	array = start_array(memory, count, header, header + present * sizeof(double));
	element = (double *) ARR_DATA_PTR(array);
	for (uint32 i = 0; i < count; i++)
	{
		if (isnan(x[i]))
			continue;
		*element++ = x[i];
		ARR_NULLBITMAP(array)[i / 8] |= (bits8) (1 << (i % 8));
	}
	return array;
}

/* Starts a float8[] of at least one number, all of them still to be filled in. */
ArrayType *
start_array_of_vector(void *memory, uint32 count)
{
	Size		header = ARR_OVERHEAD_NONULLS(1);

	return start_array(memory, count, header, header + count * sizeof(double));
}

/*
 * Puts a float8[] of a vector of at least one number into memory, which has
 * room for vector_array_size(); NaN becomes NULL.
 */
ArrayType *
put_array_of_vector(void *memory, const double *x, uint32 count)
{
	ArrayType  *array = start_array_of_vector(memory, count);
	double	   *element = (double *) ARR_DATA_PTR(array);
	bool		has_nan = false;

	for (uint32 i = 0; i < count; i++)
	{
		element[i] = x[i];
		has_nan |= isnan(x[i]);
	}
	return has_nan ? put_array_with_nulls(memory, x, count) : array;
}

/* Returns a float8[] of a vector; NaN becomes NULL. */
ArrayType *
array_of_vector(const double *x, uint32 count)
{
	if (count == 0)
		return construct_empty_array(FLOAT8OID);
	return put_array_of_vector(palloc(vector_array_size(count)), x, count);
}
