/*
 * protection/audit.h
 *
 * What an outsider can infer of the suppressed cells of a table, exactly.
 */
#ifndef CREDENCE_PROTECTION_AUDIT_H
#define CREDENCE_PROTECTION_AUDIT_H

#include "protection/table.h"
#include "scoring/arena.h"
#include "scoring/problem.h"

/* What can be inferred of a cell; NO_LOWER_BOUND and NO_UPPER_BOUND where there is no limit. */
typedef struct CellInterval
{
	int64_t		lowest;
	int64_t		highest;
} CellInterval;

/*
 * Finds for every cell that is suppressed or primary the lowest and the highest
 * value in all tables that agree with the cells that are shown or free and with
 * the bounds; of all other cells it is the value. intervals has one for each
 * cell. False with a problem if the table is none, see network_build().
 */
extern bool audit_table(const Table *table, const Arena *arena, CellInterval *intervals, Problem *problem);

#endif							/* CREDENCE_PROTECTION_AUDIT_H */
