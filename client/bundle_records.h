/*
 * client/bundle_records.h
 *
 * Reads the CSV files of a bundle, and lines of other files, in constant memory
 * and as fast as the bytes can be hashed. Unlike csv.h it takes one form of CSV
 * alone, the one that bundles have, and keeps the bytes of each record.
 */
#ifndef CREDENCE_BUNDLE_RECORDS_H
#define CREDENCE_BUNDLE_RECORDS_H

#include <stdio.h>

#include "client/bundle.h"

/* A field; a text that is NULL is a field that has no value. */
typedef struct RecordField
{
	const char *text;
	size_t		length;
} RecordField;

typedef struct RecordReader
{
	const char *name;			/* of the file, for messages */
	uint64_t	line;			/* in which the current record begins, from 1 */
	uint64_t	bytes;			/* of all records so far */
	const char *raw;			/* the current record, its line end left out */
	size_t		raw_length;
	RecordField *fields;		/* after record_split */
	int			count;
	char		problem[200];	/* why nothing more can be read */

	/* its own */
	int			file;
	int			columns;
	Sum		   *sum;			/* of all bytes read, or NULL */
	char	   *buffer;
	size_t		room;
	size_t		start;			/* of the record to come */
	size_t		filled;
	uint64_t	next_line;
	size_t		limit;
	bool		crlf;
	bool		ended;
	bool		pausing;
} RecordReader;

typedef enum RecordOutcome
{
	RECORD_READ,
	RECORD_END,
	RECORD_FAILED				/* problem says why */
} RecordOutcome;

/* Exits where errno says that this machine has no more files or memory to give: nothing is wrong with the bundle then. */
extern void stop_if_short(const char *name);

/*
 * Opens a file of CSV with so many columns. The sum, if given, gets every byte
 * that is read. Returns false where it cannot be read, problem says why.
 */
extern bool records_open(RecordReader *reader, int directory, const char *name, int columns, Sum *sum);

/* Opens a file whose records are lines, ended by a line feed. */
extern bool lines_open(RecordReader *reader, int directory, const char *name, Sum *sum);

/* Reads the next record; raw holds until the call after. */
extern RecordOutcome records_next(RecordReader *reader);

/* Splits the current record into fields, in place: raw is not what it was after it. False with problem where it is not the CSV of bundles. */
extern bool record_split(RecordReader *reader);

/* Reads what is left, for the sum's sake; false where it cannot be read. */
extern bool records_drain(RecordReader *reader);

extern void records_close(RecordReader *reader);

/* Appends a field as bundles write it to a text with room for 2 * length + 3 bytes more; returns its end. Text columns only may need an apostrophe. */
extern char *put_field(char *place, const char *text, size_t length, bool is_text);

/* Takes the apostrophe off that a field of text may begin with. */
static inline void
drop_apostrophe(RecordField *field)
{
	if (field->length > 0 && field->text[0] == '\'')
	{
		field->text++;
		field->length--;
	}
}

#endif							/* CREDENCE_BUNDLE_RECORDS_H */
