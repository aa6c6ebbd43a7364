/*
 * scoring/condition.h
 *
 * Conditions of a scorecard: terms joined by "and", each comparing a column, the
 * score, a group's value or an indicator's points with a number or a 'text'.
 */
#ifndef CREDENCE_CONDITION_H
#define CREDENCE_CONDITION_H

#include "scoring/text.h"

typedef enum OperandKind
{
	OPERAND_COLUMN,
	OPERAND_SCORE,
	OPERAND_GROUP,
	OPERAND_POINTS
} OperandKind;

typedef enum Comparison
{
	COMPARE_AT_LEAST,
	COMPARE_ABOVE,
	COMPARE_AT_MOST,
	COMPARE_BELOW,
	COMPARE_EQUAL,
	COMPARE_UNEQUAL
} Comparison;

/* A term as it is written. */
typedef struct TermDraft
{
	OperandKind operand;
	Comparison	comparison;
	Text		name;			/* of the column, group or indicator */
	bool		is_text;		/* compared with text, not with number */
	Text		text;
	double		number;
	uint32_t	index;			/* resolved later: of the input, group or indicator */
} TermDraft;

typedef struct ConditionDraft
{
	TermDraft  *term;
	uint32_t	count;			/* 0: no condition */
} ConditionDraft;

/* A term in the image of a card. */
typedef struct Term
{
	double		number;			/* for a text column, the code of the text */
	uint16_t	index;			/* of the input, group or indicator */
	uint8_t		operand;		/* OperandKind */
	uint8_t		comparison;		/* Comparison */
	uint8_t		reserved[4];	/* always zero */
} Term;

extern bool condition_parse(Text text, const Arena *arena, ConditionDraft *condition,
							Problem *problem);
extern void condition_print(const ConditionDraft *condition, TextBuffer *buffer);

/* Returns whether the comparison holds; with NaN on the left it never does. */
static inline bool
comparison_holds(double left, Comparison comparison, double right)
{
	switch (comparison)
	{
		case COMPARE_AT_LEAST:
			return left >= right;
		case COMPARE_ABOVE:
			return left > right;
		case COMPARE_AT_MOST:
			return left <= right;
		case COMPARE_BELOW:
			return left < right;
		case COMPARE_EQUAL:
			return left == right;
		case COMPARE_UNEQUAL:
			return left < right || left > right;
	}
	return false;
}

#endif							/* CREDENCE_CONDITION_H */
