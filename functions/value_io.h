/*
 * functions/value_io.h
 *
 * What the types with a canonical text have in common: binary form, comparison
 * and hash all go by that text.
 */
#ifndef CREDENCE_VALUE_IO_H
#define CREDENCE_VALUE_IO_H

#include "functions/report.h"
#include "lib/stringinfo.h"
#include "scoring/bands.h"
#include "scoring/card.h"
#include "scoring/curve.h"

#define PG_GETARG_BANDS(n) ((Bands *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))
#define PG_GETARG_CURVE(n) ((Curve *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))
#define PG_GETARG_SCORECARD(n) ((Scorecard *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

extern bool check_value_text(size_t length, const char *type_name, struct Node *escontext);
extern Text receive_value_text(StringInfo message, int version, const char *type_name);
extern bytea *send_value_text(int version, Text text);
extern void report_input_problem(const Problem *problem, const char *type_name,
								 struct Node *escontext);

extern Text bands_canonical(Datum datum);
extern Text curve_canonical(Datum datum);
extern Text scorecard_canonical(Datum datum);

extern Datum hash_value_text(Text text);
extern Datum hash_value_text_extended(Text text, uint64 seed);

/* Defines the comparison operator of a type by the order of canonical texts. */
#define DEFINE_COMPARISON(type, suffix, operator) \
CREDENCE_FUNCTION(credence_##type##_##suffix); \
Datum \
credence_##type##_##suffix(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(text_compare(type##_canonical(PG_GETARG_DATUM(0)), \
								type##_canonical(PG_GETARG_DATUM(1))) operator 0); \
}

/* Defines all functions that the operator classes of a type need. */
#define DEFINE_COMPARISONS(type) \
DEFINE_COMPARISON(type, eq, ==) \
DEFINE_COMPARISON(type, ne, !=) \
DEFINE_COMPARISON(type, lt, <) \
DEFINE_COMPARISON(type, le, <=) \
DEFINE_COMPARISON(type, gt, >) \
DEFINE_COMPARISON(type, ge, >=) \
CREDENCE_FUNCTION(credence_##type##_cmp); \
Datum \
credence_##type##_cmp(PG_FUNCTION_ARGS) \
{ \
	int			order = text_compare(type##_canonical(PG_GETARG_DATUM(0)), \
									 type##_canonical(PG_GETARG_DATUM(1))); \
	PG_RETURN_INT32((order > 0) - (order < 0)); \
} \
CREDENCE_FUNCTION(credence_##type##_hash); \
Datum \
credence_##type##_hash(PG_FUNCTION_ARGS) \
{ \
	return hash_value_text(type##_canonical(PG_GETARG_DATUM(0))); \
} \
CREDENCE_FUNCTION(credence_##type##_hash_extended); \
Datum \
credence_##type##_hash_extended(PG_FUNCTION_ARGS) \
{ \
	return hash_value_text_extended(type##_canonical(PG_GETARG_DATUM(0)), \
									(uint64) PG_GETARG_INT64(1)); \
}

#endif							/* CREDENCE_VALUE_IO_H */
