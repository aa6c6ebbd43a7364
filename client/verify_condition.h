/*
 * client/verify_condition.h
 *
 * Conditions of schemes (doc/scheme.md, "The two small languages"), as far as a
 * bundle shows what they look at.
 */
#ifndef CREDENCE_VERIFY_CONDITION_H
#define CREDENCE_VERIFY_CONDITION_H

#include "scoring/condition.h"

/* What an operand is at the moment. */
typedef enum OperandState
{
	OPERAND_UNKNOWN,			/* the bundle does not show it */
	OPERAND_MISSING,
	OPERAND_NUMBER,
	OPERAND_TEXT
} OperandState;

typedef struct OperandValue
{
	OperandState state;
	double		number;
	Text		text;
} OperandValue;

/* Returns what an operand of that name is. */
typedef OperandValue (*OperandSource) (void *context, Text name);

/* One side of a comparison. */
typedef struct SchemeOperand
{
	bool		is_name;
	OperandValue value;			/* where it is none */
	Text		name;			/* points.NAME and group.NAME with what is before the point */
} SchemeOperand;

typedef struct SchemeTerm
{
	Text		name;
	Comparison	comparison;
	SchemeOperand other;
} SchemeTerm;

typedef struct SchemeCondition
{
	SchemeTerm *terms;
	int			count;
} SchemeCondition;

typedef enum Truth
{
	TRUTH_NO,
	TRUTH_YES,
	TRUTH_UNKNOWN				/* it hangs on what the bundle does not show */
} Truth;

/* Reads a condition; false with the problem where it is none. */
extern bool scheme_condition_read(Text text, const Arena *arena, SchemeCondition *condition, Problem *problem);

/* Does it hold? A missing operand makes its term false. */
extern Truth scheme_condition_holds(const SchemeCondition *condition, OperandSource source, void *context);

#endif							/* CREDENCE_VERIFY_CONDITION_H */
