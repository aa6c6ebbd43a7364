/*
 * scoring/problem.h
 *
 * How the core says what is wrong: a kind, which the server turns into an
 * SQLSTATE, and a message that names the place, the value and what was
 * expected. Functions that can fail return false and fill a Problem.
 */
#ifndef CREDENCE_PROBLEM_H
#define CREDENCE_PROBLEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum ProblemKind
{
	PROBLEM_NONE,
	PROBLEM_SYNTAX,				/* text that cannot be read: 22P02 */
	PROBLEM_BINARY,				/* bytes that cannot be read: 22P03 */
	PROBLEM_VALUE,				/* a value that is not allowed: 22023 */
	PROBLEM_RANGE,				/* a number out of range: 22003 */
	PROBLEM_DATA,				/* values that do not fit together: 22000 */
	PROBLEM_LIMIT,				/* more than a named limit allows: 54000 */
	PROBLEM_STATE				/* something needed is not there: 55000 */
} ProblemKind;

#define PROBLEM_MESSAGE_SIZE 1024	/* longer messages are cut at a character */
#define PROBLEM_HINT_SIZE 256

typedef struct Problem
{
	ProblemKind kind;
	char		message[PROBLEM_MESSAGE_SIZE];	/* lower-case primary message */
	char		hint[PROBLEM_HINT_SIZE];	/* a sentence, or empty */
} Problem;

/* Fills the problem and returns false, so that callers can return it. */
extern bool problem_set(Problem *problem, ProblemKind kind, const char *format,...)
			__attribute__((format(printf, 3, 4)));

/* Adds a hint to a problem already set and returns false. */
extern bool problem_hint(Problem *problem, const char *format,...)
			__attribute__((format(printf, 2, 3)));

/* Formats into a buffer of the given size, cut where a character begins. */
extern void problem_format(char *buffer, size_t size, const char *format, va_list arguments)
			__attribute__((format(printf, 3, 0)));

#endif							/* CREDENCE_PROBLEM_H */
