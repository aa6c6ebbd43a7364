/*
 * scoring/explain.h
 *
 * The score of a row taken apart into lines that add up to it: what each
 * indicator brings, and what bases, standardised groups, clamps and vetoes do.
 */
#ifndef CREDENCE_EXPLAIN_H
#define CREDENCE_EXPLAIN_H

#include "scoring/appraise.h"

typedef enum LineKind
{
	LINE_INDICATOR,
	LINE_BASE,					/* where a sum starts */
	LINE_SHIFT,					/* what standardising a group adds, and what sets a
								 * geometric mean apart from the plain one */
	LINE_CLAMP,					/* what floor and ceiling do */
	LINE_VETO
} LineKind;

typedef struct ExplainLine
{
	LineKind	kind;
	uint32_t	group;			/* 0: the card itself */
	uint32_t	index;			/* of the indicator or of the veto */
	double		contribution;	/* to the score before rounding */
	double		lost;			/* against the most points; NaN where unknown */
} ExplainLine;

extern uint32_t explain_row(Workspace *workspace, const Arena *arena, ExplainLine **lines);

#endif							/* CREDENCE_EXPLAIN_H */
