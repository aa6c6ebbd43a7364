/*
 * functions/window.h
 *
 * What the window functions share: they read their whole partition on its first
 * row, and arguments other than the first have one value for all of it.
 */
#ifndef CREDENCE_WINDOW_H
#define CREDENCE_WINDOW_H

#include "functions/compat.h"
#include "scoring/arena.h"
#include "windowapi.h"

/* Reads one argument on all rows of the partition, in their order. */
typedef struct WindowScan
{
	WindowObject window;
	int			argument;
	int			rows;			/* of the partition */
	int			row;			/* the current one, from 0 */
	MemoryContext memory;		/* of what evaluating the argument leaves behind */
} WindowScan;

extern WindowScan window_scan_begin(WindowObject window, int argument);

/* Moves to the next row; the value is good until the one after. False at the end. */
extern bool window_scan_next(WindowScan *scan, Datum *value, bool *isnull);
extern void window_scan_end(WindowScan *scan);

/* Rows of the partition; an error where they are too many to address. */
extern int	window_rows(WindowObject window);

/*
 * The value of an argument that must be the same on all rows, which is checked
 * unless it is a constant. The name is for the error.
 */
extern Datum window_constant(FunctionCallInfo fcinfo, int argument, const char *name, bool *isnull);

/* The same for arguments that must not be NULL. */
extern int32 window_constant_int32(FunctionCallInfo fcinfo, int argument, const char *name);
extern char *window_constant_text(FunctionCallInfo fcinfo, int argument, const char *name);

/* CHECK_FOR_INTERRUPTS as a function, for the core. */
extern void window_poll(void);

/* palloc of more than 1 GB, for the core. */
extern const Arena window_arena;

#endif							/* CREDENCE_WINDOW_H */
