/*
 * functions/units.c
 *
 * Arrays as whole numbers; see units.h.
 */
#include "functions/units.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* The largest magnitude in units: it leaves room for what has a meaning of its own. */
#define UNITS_LIMIT INT64CONST(999999999999999999)

/* Checks that there are as many elements as expected; count -1 takes any number and is set. */
static void
check_count(const char *name, int found, int *count, const char *like)
{
	if (*count >= 0 && found != *count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" has %d elements, but \"%s\" has %d", name, found, like, *count)));
	*count = found;
}

/* Reads an argument that must be an array of one dimension; NULL if it is NULL. */
static ArrayType *
read_array(FunctionCallInfo fcinfo, int argument, const char *name)
{
	ArrayType  *array;

	if (PG_ARGISNULL(argument))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("\"%s\" has %d dimensions: expected one", name, ARR_NDIM(array))));
	return array;
}

/* The same for one that must be there and have no NULL in it. */
static ArrayType *
need_array(FunctionCallInfo fcinfo, int argument, const char *name)
{
	ArrayType  *array = read_array(fcinfo, argument, name);

	if (array == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"%s\" must not be NULL", name)));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"%s\" must not contain NULL", name)));
	return array;
}

/* Reads an argument; see units.h. */
NumericArray
read_numerics(FunctionCallInfo fcinfo, int argument, const char *name)
{
	ArrayType  *array = read_array(fcinfo, argument, name);
	NumericArray result = {name, -1};

	if (array == NULL)
		return result;
	deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &result.elements, &result.nulls, &result.count);
	for (int i = 0; i < result.count; i++)
	{
		Numeric		number;

		if (result.nulls[i])
			continue;
		number = DatumGetNumeric(result.elements[i]);
		if (numeric_is_nan(number) || numeric_is_inf(number))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("element %d of \"%s\" is %s: expected a finite number", i + 1, name,
							DatumGetCString(DirectFunctionCall1(numeric_out, result.elements[i])))));
	}
	return result;
}

/* The most decimals that an element is written with; see units.h. */
int
most_decimals(const NumericArray *array)
{
	int			most = 0;

	for (int i = 0; i < array->count; i++)
		if (!array->nulls[i])
			most = Max(most, DatumGetInt32(DirectFunctionCall1(numeric_scale, array->elements[i])));
	if (most > UNITS_DECIMALS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" has a number with %d decimals: expected at most %d", array->name, most, UNITS_DECIMALS)));
	return most;
}

/* Reads decimal digits as units; false if they do not fit. */
static bool
parse_units(const char *digits, int decimals, UnitsRounding rounding, int64 *units)
{
	bool		negative = *digits == '-';
	bool		after_point = false;
	bool		rest = false;
	int64		sum = 0;

	for (const char *c = digits + negative; *c != '\0'; c++)
	{
		if (*c == '.')
			after_point = true;
		else if (after_point && decimals == 0)
			rest |= *c != '0';
		else if (pg_mul_s64_overflow(sum, 10, &sum) || pg_add_s64_overflow(sum, *c - '0', &sum))
			return false;
		else
			decimals -= after_point;
	}
	for (; decimals > 0; decimals--)
		if (pg_mul_s64_overflow(sum, 10, &sum))
			return false;
	if (sum > UNITS_LIMIT)
		return false;
	*units = negative ? -sum : sum;
	if (rest && rounding == UNITS_MARK)
		*units = PG_INT64_MIN;
	else if (rest)
		*units += rounding == UNITS_UP && !negative ? 1 : rounding == UNITS_DOWN && negative ? -1 : 0;
	return true;
}

/* The elements as units; see units.h. */
int64 *
units_of_numerics(const NumericArray *array, int count, const char *like, int decimals,
				  UnitsRounding rounding, int64 ifnull)
{
	int64	   *units = palloc_extended(Max(count, 1) * sizeof(int64), MCXT_ALLOC_HUGE);

	if (array->count >= 0)
		check_count(array->name, array->count, &count, like);
	for (int i = 0; i < count; i++)
	{
		char	   *digits;

		units[i] = ifnull;
		if (array->count < 0 || array->nulls[i])
			continue;
		digits = DatumGetCString(DirectFunctionCall1(numeric_out, array->elements[i]));
		if (!parse_units(digits, decimals, rounding, &units[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%.80s%s is too large as element %d of \"%s\": expected at most 18 digits, of which %d decimals",
							digits, strlen(digits) > 80 ? "..." : "", i + 1, array->name, decimals)));
		pfree(digits);
	}
	return units;
}

/* Units of 10^-decimals as numeric with so many decimals. */
Datum
numeric_of_units(int64 units, int decimals)
{
	return NumericGetDatum(int64_div_fast_to_numeric(units, decimals));
}

/* The elements of an int[]; see units.h. */
int32 *
read_int32s(FunctionCallInfo fcinfo, int argument, const char *name, int *count, const char *like)
{
	ArrayType  *array = need_array(fcinfo, argument, name);

	check_count(name, ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), count, like);
	return (int32 *) ARR_DATA_PTR(array);
}

/* The elements of a boolean[]. */
bool *
read_bools(FunctionCallInfo fcinfo, int argument, const char *name, int *count, const char *like)
{
	ArrayType  *array = need_array(fcinfo, argument, name);

	check_count(name, ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), count, like);
	return (bool *) ARR_DATA_PTR(array);
}

/* Says which words there are. */
static void
report_word(const char *word, int length, int element, const char *name, const char *const *words, int words_count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < words_count; i++)
		appendStringInfo(&list, "%s%s", i == 0 ? "" : i == words_count - 1 ? " or " : ", ", words[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("element %d of \"%s\" is \"%.*s\": expected %s", element, name, pg_mbcliplen(word, length, Min(length, 80)), word, list.data)));
}

/* The elements of a text[]; see units.h. */
int *
read_words(FunctionCallInfo fcinfo, int argument, const char *name, int *count, const char *like,
		   const char *const *words, int words_count)
{
	ArrayType  *array = need_array(fcinfo, argument, name);
	Datum	   *elements;
	int			found;
	int		   *places;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &found);
	check_count(name, found, count, like);
	places = palloc_extended(Max(found, 1) * sizeof(int), MCXT_ALLOC_HUGE);
	for (int i = 0; i < found; i++)
	{
		const char *word = VARDATA_ANY(DatumGetPointer(elements[i]));
		int			length = (int) VARSIZE_ANY_EXHDR(DatumGetPointer(elements[i]));

		for (places[i] = 0; places[i] < words_count; places[i]++)
			if (strlen(words[places[i]]) == (size_t) length && memcmp(words[places[i]], word, length) == 0)
				break;
		if (places[i] == words_count)
			report_word(word, length, i + 1, name, words, words_count);
	}
	return places;
}
