/*
 * client/bundle.h
 *
 * What a bundle is: its files and their columns, for those that write bundles
 * and those that verify them. doc/bundle.md has the format in words.
 */
#ifndef CREDENCE_BUNDLE_H
#define CREDENCE_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised with every change that an older verifier would misread. */
#define BUNDLE_FORMAT 1

#define MANIFEST_NAME "manifest.sha256"
#define HEADING_NAME "heading.json"
#define SITE_DATA_NAME "site/data.js"
#define SCHEME_NAME "scheme.json"
#define DATA_NAME "data.json"

/* 64 hexadecimal digits and the end. */
#define HASH_TEXT_SIZE 65
#define HASH_SIZE 32

typedef enum ColumnType
{
	COLUMN_TEXT,
	COLUMN_INTEGER,
	COLUMN_NUMBER,				/* always six decimals; percentages have two */
	COLUMN_DATE
} ColumnType;

typedef struct BundleColumn
{
	const char *name;			/* as in the view, in the file and in data.json */
	ColumnType	type;
} BundleColumn;

/* The files that are public views, in the order in which they are written. */
typedef enum BundleTable
{
	TABLE_CHAIN,
	TABLE_ITEMS,
	TABLE_ENTRIES,
	TABLE_VALUES,
	TABLE_CELLS,
	TABLE_ADJUSTMENTS,
	TABLE_NORMS,
	TABLE_COUNT
} BundleTable;

typedef struct TableFormat
{
	const char *file;			/* such as entries.csv */
	const char *name;			/* without the ending: what it is called in data.json and the metadata */
	const char *view;			/* of credence_disclosure */
	const char *order;			/* ORDER BY of its rows */
	const char *key;			/* columns that are together unique, with commas */
	const BundleColumn *columns;	/* ended by one without a name */
	bool		in_data;		/* is it part of data.json and the workbook? */
	bool		optional;		/* not written where it would be empty */
} TableFormat;

extern const TableFormat bundle_tables[TABLE_COUNT];

/* Columns of entries.csv, by place. */
enum
{
	ENTRY_NUMBER = 1, ENTRY_CODE, ENTRY_NAME, ENTRY_KIND, ENTRY_KIND_EN, ENTRY_KIND_ZH, ENTRY_REGION, ENTRY_REGION_EN, ENTRY_REGION_ZH,
	ENTRY_LEVEL, ENTRY_LEVEL_EN, ENTRY_LEVEL_ZH, ENTRY_LEVEL_ORDER, ENTRY_PEER, ENTRY_SCORE, ENTRY_GRADE, ENTRY_GRADE_EN, ENTRY_GRADE_ZH, ENTRY_GRADE_ORDER,
	ENTRY_RANK, ENTRY_PEER_RANK, ENTRY_BASIS, ENTRY_LEAVES_ON, ENTRY_REASON
};

/* How many columns a table has. */
extern int	table_columns(const TableFormat *table);

/* The keys of "bulletin" in data.json: columns of the view bulletins. */
extern const BundleColumn bulletin_columns[];

/*
 * A text that a spreadsheet could take for a formula, or one that begins with
 * an apostrophe, has an apostrophe put before it in CSV. To read, take one
 * apostrophe off the beginning of any text.
 */
extern bool needs_apostrophe(const char *text, size_t length);

/* Writes a hash as hexadecimal digits. */
extern void hash_text(const unsigned char *hash, char *text);

/* Reads 64 small hexadecimal digits; false where they are none. */
extern bool hash_read(const char *text, size_t length, unsigned char *hash);

/* SHA-256 of a file as it is written or read. */
typedef struct Sum Sum;

extern Sum *sum_create(void);
extern void sum_begin(Sum *sum);
extern void sum_add(Sum *sum, const void *bytes, size_t length);
extern void sum_end(Sum *sum, unsigned char *hash);
extern void sum_free(Sum *sum);

/* The same of bytes at hand; sum is only memory to work with. */
extern void sum_of(Sum *sum, const void *bytes, size_t length, unsigned char *hash);

/*
 * What is wrong with a path in a manifest: it must be relative, in plain
 * characters, without parts that begin with a point; NULL if nothing is.
 */
extern const char *path_problem(const char *path, size_t length);

#endif							/* CREDENCE_BUNDLE_H */
