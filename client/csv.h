/*
 * client/csv.h
 *
 * CSV as RFC 4180 has it, in UTF-8 or an encoding that the system knows, record
 * by record in constant memory.
 *
 * The reader takes a byte order mark, line ends of both kinds, and any
 * separator of one byte; it keeps the number of the line in which a record
 * begins, and says of each record what is wrong with it, so that its caller
 * can refuse it and go on. Empty lines are no records.
 */
#ifndef CREDENCE_CSV_H
#define CREDENCE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "client/csv_decoder.h"

/* A field of the current record: UTF-8 without NUL, ended by a NUL. */
typedef struct CsvField
{
	const char *text;
	size_t		length;
	bool		quoted;			/* an empty field with quotes is a text, one without may stand for nothing */
} CsvField;

typedef struct CsvReader
{
	int			file;
	const char *name;			/* for messages */
	const char *encoding;		/* what its bytes should be, for messages */
	char		separator;
	uint64_t	bytes;			/* taken from the file so far */
	uint64_t	size;			/* of the file; 0 where it is not known */
	uint64_t	line;			/* in which the current record begins, from 1 */
	CsvField   *fields;			/* of the current record */
	int			count;
	char		problem[200];	/* with the current record; empty: none */
	bool		misread;		/* was there anything so far that is not in the encoding? */

	/* its own */
	Decoder		decoder;
	uint64_t	next_line;
	char	   *buffer;
	size_t		filled;
	size_t		place;
	bool		ended;
	bool		failed;
	char	   *text;			/* of the fields, one after the other */
	size_t		used;
	size_t		room;
	int			fields_room;
} CsvReader;

typedef enum CsvOutcome
{
	CSV_RECORD,
	CSV_END,
	CSV_FAILED					/* problem says why; nothing more can be read */
} CsvOutcome;

/* Opens the file, "-" for standard input; encoding is NULL for UTF-8. Returns false where it cannot be read: problem says why. */
extern bool csv_open(CsvReader *reader, const char *path, char separator, const char *encoding);

/* Reads the next record. The fields hold until the next call. */
extern CsvOutcome csv_next(CsvReader *reader);

extern void csv_close(CsvReader *reader);

/* Is the text valid UTF-8 without NUL? */
extern bool valid_utf8(const char *text, size_t length);

typedef struct CsvWriter
{
	FILE	   *file;
	bool		begun;			/* is there a field in the current record? */
} CsvWriter;

/* Write fields, quoted where they must be, and end the record with CR LF. NULL is an empty field without quotes, an empty text one with quotes. */
extern void csv_write(CsvWriter *writer, const char *text);
extern void csv_write_length(CsvWriter *writer, const char *text, size_t length);
extern void csv_end_record(CsvWriter *writer);

#endif							/* CREDENCE_CSV_H */
