/*
 * client/verify_tables.h
 *
 * The tables of a bundle against its items: which records there should be, and
 * which there are.
 */
#ifndef CREDENCE_VERIFY_TABLES_H
#define CREDENCE_VERIFY_TABLES_H

#include "client/bundle_item.h"
#include "client/verify_manifest.h"

/* A table while its records are compared. */
typedef struct ComparedTable
{
	const TableFormat *table;
	Listed	   *file;			/* NULL where it is not there */
	RecordReader reader;
	Sum		   *sum;
	bool		open;
	bool		ready;			/* a record has been read and not yet compared */
	bool		split;			/* and split */
	bool		ended;
	uint64_t	records;		/* compared */
	int			columns;
} ComparedTable;

/* Opens the table and compares its header. */
extern void compared_open(ComparedTable *compared, BundleTable table, Manifest *manifest, Report *report);

/* Compares the next record with the one that should stand there; key is the number of its item, in the second column. */
extern void compared_expect(ComparedTable *compared, const Bytes *expected, uint64_t key, Report *report);

/* Reports records that should not be there, and checks the sum of the file. */
extern void compared_close(ComparedTable *compared, Report *report);

/* The records that an item should have, as bytes without line end. */
extern void entry_record(Bytes *to, int bulletin, uint64_t number, const Members *item, const Members *values, const Members *withheld, Bytes *room);
extern void value_record(Bytes *to, int bulletin, uint64_t number, const Member *member, const Members *withheld, Bytes *room);
extern void adjustment_record(Bytes *to, int bulletin, uint64_t number, int place, const Members *line, Bytes *room);
extern void cell_record(Bytes *to, int bulletin, uint64_t number, const Members *item, const Members *withheld, Bytes *room);

/* Compares data.json with the tables, which have been compared with the items. */
extern void data_compare(Manifest *manifest, const char *const *bulletin_values, const char *hash, Report *report);

#endif							/* CREDENCE_VERIFY_TABLES_H */
