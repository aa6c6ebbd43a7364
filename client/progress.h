/*
 * client/progress.h
 *
 * How far something is: a bar on a terminal, a line now and then elsewhere,
 * nothing when asked to be quiet. All of it goes to standard error.
 */
#ifndef CREDENCE_PROGRESS_H
#define CREDENCE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Progress
{
	const char *what;			/* "loading", a word or a few */
	const char *unit;			/* "rows"; NULL: done and total are bytes */
	uint64_t	total;			/* 0: not known */
	uint64_t	done;
	double		begun;			/* seconds of a clock that never goes back */
	double		shown;			/* when it was last shown */
	bool		bar;
	bool		silent;
} Progress;

extern void progress_begin(Progress *progress, bool quiet, const char *what, const char *unit, uint64_t total);

/* To be called as often as one likes; shows something ten times a second, or every five seconds where lines are printed. */
extern void progress_update(Progress *progress, uint64_t done);

/* Clears the bar, or prints a last line. */
extern void progress_end(Progress *progress);

/* Takes the bar, if there is one, off the line, so that a message can be printed. */
extern void progress_clear(void);

#endif							/* CREDENCE_PROGRESS_H */
