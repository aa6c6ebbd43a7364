/*
 * client/bundle_data.h
 *
 * data.json: the tables of a bundle once more, as one JSON document. What a
 * record of CSV looks like in it, for those who write and those who verify.
 */
#ifndef CREDENCE_BUNDLE_DATA_H
#define CREDENCE_BUNDLE_DATA_H

#include "client/bundle_fetch.h"
#include "client/bundle_records.h"

/* A text that grows, of bytes. */
typedef struct Bytes
{
	char	   *bytes;
	size_t		length;
	size_t		room;
} Bytes;

extern void bytes_add(Bytes *to, const void *bytes, size_t length);
extern void bytes_puts(Bytes *to, const char *text);
extern void bytes_printf(Bytes *to, const char *format,...) __attribute__((format(printf, 2, 3)));

/* Adds a text as a JSON string, or null for NULL. */
extern void bytes_json(Bytes *to, const char *text, size_t length);

/* Adds the line that a record of a table has in data.json, without its comma and line end. Apostrophes have been taken off. */
extern void data_row(Bytes *to, const TableFormat *table, const RecordField *fields);

/* Adds the line before the rows of a table: its name and columns; first: it is the first table. */
extern void data_table_begins(Bytes *to, const TableFormat *table, bool first);

/* The first lines of data.json: what the bulletin is, from the values of bulletin_columns and the hash. */
extern void data_begins(Bytes *to, const char *const *values, const char *hash);

/* What ends a table, and what ends data.json. */
#define DATA_TABLE_END "\n]}"
#define DATA_END "\n}\n"

/* Writes data.json as a part. */
extern void data_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress);

/* Opens a table of a growing bundle behind its header; exits where it cannot be read. */
extern void table_open(RecordReader *reader, GrowingBundle *bundle, BundleTable table);

/* Reads its next record, split and without apostrophes; false behind the last. */
extern bool table_next(RecordReader *reader, const TableFormat *table);

#endif							/* CREDENCE_BUNDLE_DATA_H */
