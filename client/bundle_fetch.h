/*
 * client/bundle_fetch.h
 *
 * What a bundle takes from the server: one transaction that sees one state,
 * views copied row by row into CSV, and what the views say of their columns.
 */
#ifndef CREDENCE_BUNDLE_FETCH_H
#define CREDENCE_BUNDLE_FETCH_H

#include <libpq-fe.h>

#include "client/bundle_part.h"
#include "client/progress.h"

/* The bulletin that is exported, as the view bulletins has it. */
typedef struct ExportedBulletin
{
	int			number;
	char	   *values[64];		/* by bulletin_columns; NULL where there is none */
	char	   *heading;
	char	   *hash;
	char	   *state;			/* in which it was exported: a line that changes when anything that is shown does */
	long		quarter;		/* of an hour, since 1970, when that was found */
} ExportedBulletin;

/* Begins the transaction and finds the bulletin, a number or "latest"; exits where it is not shown. */
extern void fetch_begin(PGconn *connection, const char *which, ExportedBulletin *bulletin);

/* Writes a table of the bundle as a part, unless it is there; tells how many rows. */
extern void fetch_table(PGconn *connection, const ExportedBulletin *bulletin, BundleTable table, GrowingBundle *bundle, Progress *progress);

/* Writes the document of the scheme as a part, if there is one; returns whether there is. */
extern bool fetch_scheme(PGconn *connection, const ExportedBulletin *bulletin, GrowingBundle *bundle);

/* Writes what earlier bulletins said of the subjects into a file that is no part. */
extern void fetch_history(PGconn *connection, const ExportedBulletin *bulletin, GrowingBundle *bundle);

/* Ends the transaction; exits if what is shown changed under way, as it can at midnight. */
extern void fetch_end(PGconn *connection, ExportedBulletin *bulletin);

/* What is said of the views and their columns, by table; allocated, never NULL. */
typedef struct TableComments
{
	char	   *table;
	char	  **columns;
} TableComments;

extern void fetch_comments(PGconn *connection, TableComments comments[TABLE_COUNT]);

/* The earlier bulletins under the same policy, and their entries, as CSV without a header. */
#define HISTORY_BULLETINS ".history_bulletins"
#define HISTORY_ENTRIES ".history_entries"

#endif							/* CREDENCE_BUNDLE_FETCH_H */
