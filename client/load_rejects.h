/*
 * client/load_rejects.h
 *
 * The rows that were rejected: those that the program itself cannot stage are
 * kept in a temporary file until those that the registry refuses are known;
 * then all of them are written in the order of the files, as CSV in UTF-8.
 */
#ifndef CREDENCE_LOAD_REJECTS_H
#define CREDENCE_LOAD_REJECTS_H

#include <stdint.h>
#include <stdio.h>

#include "client/csv.h"
#include "client/load_lines.h"
#include "client/new_file.h"

/* A row and why it was rejected. */
typedef struct Reject
{
	FileLine	place;
	char	   *reason;			/* allocated; NULL: there is none */
} Reject;

typedef struct Rejects
{
	const char *path;			/* of the file to write */
	char	  **files;			/* names of the files that are loaded */
	char		separator;		/* in them */
	const char *encoding;		/* of them */
	uint64_t	rows;			/* rejected; a row with two reasons is one */

	/* its own */
	FILE	   *kept;			/* what rejects_keep was given */
	NewFile		file;
	CsvWriter	writer;
	FileLine	last;
	CsvReader	reader;			/* of the file with the last row */
	int			reading;		/* which that is; -1: none */
	int			shown;
} Rejects;

extern void rejects_begin(Rejects *rejects, const char *path, char **files, char separator, const char *encoding);

/* Keeps a row that was not staged; in the order of the files. */
extern void rejects_keep(Rejects *rejects, FileLine place, const char *reason);

/* Has any been kept? */
extern bool rejects_any(const Rejects *rejects);

/* Reads what was kept, from the beginning. */
extern void rejects_rewind(Rejects *rejects);
extern Reject rejects_next(Rejects *rejects);

/* Writes a row; exits with 4 where that cannot be. The first ones are also shown. */
extern void rejects_write(Rejects *rejects, FileLine place, const char *reason);

/* Puts the file, if there is one, into its place. */
extern void rejects_finish(Rejects *rejects);

#endif							/* CREDENCE_LOAD_REJECTS_H */
