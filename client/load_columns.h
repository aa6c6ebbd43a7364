/*
 * client/load_columns.h
 *
 * Which field of a file goes into which column of a staging table.
 */
#ifndef CREDENCE_LOAD_COLUMNS_H
#define CREDENCE_LOAD_COLUMNS_H

#include <libpq-fe.h>

#include "client/command.h"
#include "client/csv.h"

/* "ours=theirs", as the option has it. */
typedef struct ColumnPair
{
	char	   *ours;
	const char *theirs;
} ColumnPair;

typedef struct LoadColumns
{
	/* as asked for */
	ColumnPair *maps;
	int			map_count;
	ColumnPair *sets;
	int			set_count;
	const char **ignored;
	int			ignored_count;
	bool		no_header;

	/* of the staging table */
	char	  **names;
	int			count;

	/* of the current file: index of the field for each column, or -1 */
	int		   *fields;
	const char **constants;		/* or NULL */
	int			width;			/* fields that each record must have; 0: as the first has */
} LoadColumns;

/* Take an option; they exit with 2 where it cannot be read. */
extern void columns_map(LoadColumns *columns, const Globals *globals, const char *pair);
extern void columns_set(LoadColumns *columns, const Globals *globals, const char *pair);
extern void columns_ignore(LoadColumns *columns, const char *name);

/* Reads the columns of the staging table; exits where the login may not load, or an option names a column that is not there. */
extern void columns_read(LoadColumns *columns, PGconn *connection, const Globals *globals, const char *table);

/* Finds the fields in the header of a file, the record that the reader has; without a header, in the options alone. Exits with 4. */
extern void columns_resolve(LoadColumns *columns, const CsvReader *header);

extern void columns_free(LoadColumns *columns);

#endif							/* CREDENCE_LOAD_COLUMNS_H */
