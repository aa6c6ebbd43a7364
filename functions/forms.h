/*
 * functions/forms.h
 *
 * The forms that functions of a row come in, which differ only in where the
 * inputs come from. A record is bound by the names of its columns; float8[] is
 * the input vector itself; the form with single columns is what the planner
 * makes of a whole row (see simplify.c).
 */
#ifndef CREDENCE_FORMS_H
#define CREDENCE_FORMS_H

#include "functions/scorer.h"

/* Places of the arguments; the norms stand before the names of the columns. */
#define CARD_ARGUMENT 0
#define ROW_ARGUMENT 1
#define NORMS_ARGUMENT 2
#define NO_NORMS (-1)
#define COLUMNS_NORMS_ARGUMENT 1
#define NAMES_ARGUMENT 1
#define NAMES_BEHIND_NORMS_ARGUMENT 2
#define OPTIONAL_NORMS (PG_NARGS() > NORMS_ARGUMENT ? NORMS_ARGUMENT : NO_NORMS)

/* Defines the form of a function that takes a record. */
#define DEFINE_RECORD_FORM(name, norms_argument, result) \
CREDENCE_FUNCTION(credence_##name); \
Datum \
credence_##name(PG_FUNCTION_ARGS) \
{ \
	Scorer	   *scorer = scorer_get(fcinfo, CARD_ARGUMENT, norms_argument); \
	scorer_read_record(scorer, PG_GETARG_DATUM(ROW_ARGUMENT)); \
	return result(scorer, fcinfo); \
}

/* Defines the form of a function that takes the input vector. */
#define DEFINE_ARRAY_FORM(name, norms_argument, result) \
CREDENCE_FUNCTION(credence_##name); \
Datum \
credence_##name(PG_FUNCTION_ARGS) \
{ \
	Scorer	   *scorer = scorer_get(fcinfo, CARD_ARGUMENT, norms_argument); \
	scorer_read_array(scorer, PG_GETARG_DATUM(ROW_ARGUMENT)); \
	return result(scorer, fcinfo); \
}

/*
 * Defines the form of a function that takes single columns. It is not strict,
 * since the columns may be NULL, and so looks at its other arguments itself.
 */
#define DEFINE_COLUMNS_FORM(name, norms_argument, names_argument, result) \
CREDENCE_FUNCTION(credence_##name); \
Datum \
credence_##name(PG_FUNCTION_ARGS) \
{ \
	Scorer	   *scorer; \
	for (int i = 0; i <= names_argument; i++) \
		if (PG_ARGISNULL(i)) \
			PG_RETURN_NULL(); \
	scorer = scorer_get(fcinfo, CARD_ARGUMENT, norms_argument); \
	scorer_read_arguments(scorer, fcinfo, names_argument); \
	return result(scorer, fcinfo); \
}

#endif							/* CREDENCE_FORMS_H */
