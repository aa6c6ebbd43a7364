/*
 * functions/units.h
 *
 * Arrays of numeric as whole numbers of units of the last decimal, and other
 * arrays that have one element for each cell of a table.
 */
#ifndef CREDENCE_UNITS_H
#define CREDENCE_UNITS_H

#include "functions/compat.h"

/* What to do with digits that are less than a unit. */
typedef enum UnitsRounding
{
	UNITS_UP,					/* towards infinity */
	UNITS_DOWN,					/* towards minus infinity */
	UNITS_MARK					/* such a number becomes PG_INT64_MIN */
} UnitsRounding;

/* An argument that is an array of numeric. */
typedef struct NumericArray
{
	const char *name;
	int			count;
	Datum	   *elements;		/* NULL if the argument is */
	bool	   *nulls;
} NumericArray;

/*
 * Reads an argument; if it is NULL, count is -1. Not a number and infinity are
 * errors.
 */
extern NumericArray read_numerics(FunctionCallInfo fcinfo, int argument, const char *name);

/* The most decimals of a number: those of the largest one in units. */
#define UNITS_DECIMALS 18

/* The most decimals that an element is written with, zeros at the end too; an error where they are too many. */
extern int	most_decimals(const NumericArray *array);

/*
 * The elements as units of 10^-decimals, ifnull where an element is NULL or
 * where the whole array is, of which there are then so many. An error where an
 * element is more than 18 digits, or where there are not as many as expected by
 * the array of the given name.
 */
extern int64 *units_of_numerics(const NumericArray *array, int count, const char *like, int decimals,
								UnitsRounding rounding, int64 ifnull);

/* Units of 10^-decimals as numeric with so many decimals. */
extern Datum numeric_of_units(int64 units, int decimals);

/* The elements of an int[] without NULL; count -1 takes any number, else as above. */
extern int32 *read_int32s(FunctionCallInfo fcinfo, int argument, const char *name, int *count, const char *like);

/* The same of a boolean[]. */
extern bool *read_bools(FunctionCallInfo fcinfo, int argument, const char *name, int *count, const char *like);

/* The same of a text[], by the place of each among the words, an error if it is none of them. */
extern int *read_words(FunctionCallInfo fcinfo, int argument, const char *name, int *count, const char *like,
					   const char *const *words, int words_count);

#endif							/* CREDENCE_UNITS_H */
