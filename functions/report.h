/*
 * functions/report.h
 *
 * Between the core and the server: problems become errors, memory is palloc.
 */
#ifndef CREDENCE_REPORT_H
#define CREDENCE_REPORT_H

#include "functions/compat.h"
#include "scoring/arena.h"
#include "scoring/problem.h"

/* Reports the problem as an error; a soft one where the context allows it. */
extern void report_problem(const Problem *problem, struct Node *escontext);

/* What the server's arenas do in long loops. */
extern void server_pause(void);

/* Memory of the context that is current whenever the arena is asked. */
extern const Arena server_arena;

#endif							/* CREDENCE_REPORT_H */
