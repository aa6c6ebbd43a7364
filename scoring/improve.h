/*
 * scoring/improve.h
 *
 * What would lift a row: every change of a single input that reaches a better
 * grade, or a rating at all.
 */
#ifndef CREDENCE_IMPROVE_H
#define CREDENCE_IMPROVE_H

#include "scoring/appraise.h"

/* A change of one input that reaches the goal; one step less does not. */
typedef struct Improvement
{
	uint32_t	input;
	double		from;			/* NaN: the input is missing */
	double		to;
	double		score;
	Grade		grade;
} Improvement;

/* Takes what was found, and is called often enough to end a long search. */
typedef struct ImproveSink
{
	void		(*found) (void *context, const Improvement *improvement);
	void		(*check_interrupts) (void);
	void	   *context;
} ImproveSink;

extern bool improve_row(Workspace *workspace, const Arena *arena, double *x,
						const bool *is_boolean, const ImproveSink *sink, Problem *problem);

#endif							/* CREDENCE_IMPROVE_H */
