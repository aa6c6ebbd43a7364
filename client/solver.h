/*
 * client/solver.h
 *
 * Questions about linked tables to a solver of linear programs, which is run
 * as a program of its own.
 */
#ifndef CREDENCE_SOLVER_H
#define CREDENCE_SOLVER_H

#include <stdbool.h>
#include <stdint.h>

/* A number in the tables; all amounts are in units of the last decimal. */
typedef struct LinearCell
{
	char	   *identity;
	char	   *label;
	char	   *cost;			/* decimal digits */
	bool		suppressed;
	bool		free;			/* may be suppressed */
	bool		primary;
	bool		bounded_below;
	bool		bounded_above;
	int64_t		value;
	int64_t		least;			/* what everybody knows, less the value */
	int64_t		greatest;
	int64_t		lower;			/* how far it has to be protected */
	int64_t		upper;
} LinearCell;

/* A number in an equation. */
typedef struct LinearTerm
{
	int			equation;
	int			cell;			/* from 0 */
	int			sign;
} LinearTerm;

typedef struct LinearSystem
{
	LinearCell *cell;
	LinearTerm *term;			/* equation by equation; each adds up to 0 */
	int			cells;
	int			terms;
	int			decimals;
} LinearSystem;

typedef struct Solver
{
	const char *program;
	int			seconds;		/* the most for one question */
} Solver;

/*
 * Finds the cheapest change of all cells that keeps every equation and all
 * that must be shown, and takes a cell so far down, or up if high; changing
 * what is suppressed costs nothing. Returns false if there is none; exits if
 * the solver cannot be run or finds no answer in its time.
 */
extern bool solver_find(const Solver *solver, const LinearSystem *system, int cell, bool high, int64_t distance, int64_t *change);

#endif							/* CREDENCE_SOLVER_H */
