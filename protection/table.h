/*
 * protection/table.h
 *
 * A table with totals as its owner sees it: the true value of every cell, what
 * an outsider knows of the cells that are suppressed, and how far those are to
 * be protected. All numbers are whole: units of the last decimal.
 *
 * Rows are numbered from 1; row 0 is the total of all. Columns have numbers
 * greater than 0; column 0 is the total of a row. Without cells in row 0 there
 * is no total row, without cells in column 0 no total column. A cell that is
 * not listed is a published zero.
 */
#ifndef CREDENCE_PROTECTION_TABLE_H
#define CREDENCE_PROTECTION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* No bound: as lower bound INT64_MIN, as upper bound INT64_MAX. */
#define NO_LOWER_BOUND INT64_MIN
#define NO_UPPER_BOUND INT64_MAX

typedef enum CellState
{
	CELL_SHOWN,					/* must be shown */
	CELL_FREE,					/* may be suppressed */
	CELL_SUPPRESSED,			/* must be suppressed, needs no protection here */
	CELL_PRIMARY				/* must be suppressed and protected */
} CellState;

typedef struct TableCell
{
	int32_t		row;
	int32_t		column;
	CellState	state;
	int64_t		value;
	int64_t		least;			/* what an outsider knows once it is suppressed */
	int64_t		greatest;
	int64_t		lower;			/* protection: so far below the value, */
	int64_t		upper;			/* so far above it, */
	int64_t		sliding;		/* and so wide in all */
	int64_t		cost;			/* of suppressing it where it is free, at least 1 */
} TableCell;

typedef struct Table
{
	int			rows;
	const int32_t *parents;		/* of row i + 1: the row it is added up in */
	int			count;
	TableCell  *cells;
	int			decimals;		/* for messages: a unit is 10^-decimals, at most 18 */
} Table;

/* Room for a number of units in decimal digits. */
#define UNITS_SIZE 48

/* Writes units as a decimal number into the buffer and returns it. */
extern char *units_text(int64_t units, int decimals, char buffer[UNITS_SIZE]);

#endif							/* CREDENCE_PROTECTION_TABLE_H */
