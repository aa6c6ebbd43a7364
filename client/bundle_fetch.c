/*
 * client/bundle_fetch.c
 *
 * Taking a bulletin from the server; see bundle_fetch.h. Everything is read
 * through the public views, so that a login needs no more than credence_public.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bundle_fetch.h"
#include "client/bundle_records.h"
#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

/* Exits where the bulletin cannot be exported: it is not there, or shown no more. */
static void
refuse_bulletin(PGconn *connection, const char *which)
{
	PGresult   *rows = query(connection, "SELECT min(bulletin), max(bulletin), count(*) FROM credence_disclosure.bulletins WHERE state = 'published'", 0, NULL);

	complain("there is no bulletin %s", which);
	if (PQgetisnull(rows, 0, 0))
		hint("No bulletin is shown in database \"%s\".", PQdb(connection));
	else
		hint("%s shown in database \"%s\", from number %s to number %s; \"latest\" is the last.",
			 strcmp(PQgetvalue(rows, 0, 2), "1") == 0 ? "One is" : format_text("%s are", PQgetvalue(rows, 0, 2)),
			 PQdb(connection), PQgetvalue(rows, 0, 0), PQgetvalue(rows, 0, 1));
	exit(EXIT_DIFFERS);
}

/* Which items are hidden, as a hash; entries leave the views by themselves when their day comes. */
static char *
shown_items(PGconn *connection, int number)
{
	char	   *sql = format_text("SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(pg_catalog.string_agg(item::text, ',' ORDER BY item), ''), 'UTF8')), 'hex')"
								  " FROM credence_disclosure.bulletin_items WHERE bulletin = %d AND suppression_reason IS NOT NULL", number);
	PGresult   *rows = query(connection, sql, 0, NULL);
	char	   *hidden = copy_text(PQgetvalue(rows, 0, 0));

	PQclear(rows);
	free(sql);
	return hidden;
}

/* The quarter of an hour by the server's clock: in every time zone a day begins with one. */
static long
quarter_of_an_hour(PGconn *connection)
{
	PGresult   *rows = query(connection, "SELECT pg_catalog.floor(extract(epoch FROM pg_catalog.statement_timestamp()) / 900)::bigint", 0, NULL);
	long		quarter = atol(PQgetvalue(rows, 0, 0));

	PQclear(rows);
	return quarter;
}

void
fetch_begin(PGconn *connection, const char *which, ExportedBulletin *bulletin)
{
	bool		latest = strcmp(which, "latest") == 0;
	const char *values[] = {which};
	char	   *end;
	long		number = latest ? 0 : strtol(which, &end, 10);
	char	   *sql;
	char	   *hidden;
	PGresult   *rows;
	PGresult   *chain;

	memset(bulletin, 0, sizeof(*bulletin));
	if (!latest && (*end != '\0' || which[0] < '0' || which[0] > '9' || number < 1 || number > 2147483647))
	{
		complain("\"%s\" is no number of a bulletin", which);
		hint("It is a number from 1, or \"latest\".");
		exit(EXIT_USAGE);
	}
	run_statement(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
	sql = format_text("SELECT bulletin, title_en, title_zh, notes_en, notes_zh, template, policy, policy_version, scheme, scheme_version, period, period_start,"
					  " period_end, published_on, deemed_served_on, state, corrects, corrected_by, items, minimum_cell, columns FROM credence_disclosure.bulletins WHERE %s ORDER BY bulletin DESC LIMIT 1",
					  latest ? "state = 'published'" : "bulletin = $1");
	rows = query(connection, sql, latest ? 0 : 1, latest ? NULL : values);
	free(sql);
	if (PQntuples(rows) == 0)
		refuse_bulletin(connection, latest ? "to export" : which);
	for (int i = 0; i < PQnfields(rows); i++)
	{
		if (strcmp(PQfname(rows, i), bulletin_columns[i].name) != 0)
			die(EXIT_SERVER, "column \"%s\" of bulletins is not expected", PQfname(rows, i));
		bulletin->values[i] = PQgetisnull(rows, 0, i) ? NULL : copy_text(PQgetvalue(rows, 0, i));
	}
	bulletin->number = atoi(PQgetvalue(rows, 0, 0));
	if (strcmp(PQgetvalue(rows, 0, 15), "published") != 0)
	{
		complain("bulletin %d is %s: nothing of it is shown any more", bulletin->number, PQgetvalue(rows, 0, 15));
		if (!PQgetisnull(rows, 0, 17))
			hint("Bulletin %s has taken its place.", PQgetvalue(rows, 0, 17));
		exit(EXIT_DIFFERS);
	}
	PQclear(rows);
	sql = format_text("SELECT heading, hash FROM credence_disclosure.bulletin_chain WHERE bulletin = %d", bulletin->number);
	chain = query(connection, sql, 0, NULL);
	free(sql);
	if (PQntuples(chain) != 1 || PQgetisnull(chain, 0, 0))
		die(EXIT_SERVER, "bulletin %d is not in the chain", bulletin->number);
	bulletin->heading = copy_text(PQgetvalue(chain, 0, 0));
	bulletin->hash = copy_text(PQgetvalue(chain, 0, 1));
	PQclear(chain);
	bulletin->quarter = quarter_of_an_hour(connection);
	hidden = shown_items(connection, bulletin->number);
	bulletin->state = format_text("bundle %d by %s of bulletin %d %s without %.16s", BUNDLE_FORMAT, CREDENCE_VERSION, bulletin->number, bulletin->hash, hidden);
	free(hidden);
}

void
fetch_end(PGconn *connection, ExportedBulletin *bulletin)
{
	/* the transaction sees one state of the tables, but the views also look at the clock */
	if (quarter_of_an_hour(connection) != bulletin->quarter)
	{
		char	   *hidden = shown_items(connection, bulletin->number);
		const char *before = strstr(bulletin->state, " without ") + strlen(" without ");

		if (strncmp(hidden, before, strlen(before)) != 0)
		{
			complain("entries of bulletin %d left it while it was exported", bulletin->number);
			hint("Run the same command again.");
			exit(EXIT_DIFFERS);
		}
		free(hidden);
	}
	run_statement(connection, "COMMIT");
}

/* How the rows that COPY sends are made records of ours. */
typedef struct RowShape
{
	bool		is_text[64];	/* by column */
	char	   *text;			/* room for a row that changes */
	size_t		room;
} RowShape;

/*
 * Makes a record out of a row of COPY: the line end becomes CR LF, and a text
 * that a spreadsheet could take for a formula gets its apostrophe. Returns the
 * record, which holds until the next call.
 */
static const char *
record_of_row(RowShape *shape, const char *row, size_t length, size_t *record_length)
{
	const char *end = row + length - 1;	/* at the line feed */
	char	   *to;
	int			column = 0;

	if (shape->room < 2 * length + 8)
	{
		shape->room = 2 * length + 1024;
		shape->text = reallocate(shape->text, shape->room);
	}
	to = shape->text;
	for (const char *from = row; from < end; column++)
	{
		const char *field = from;
		bool		quoted = *from == '"';

		if (quoted)
		{
			do
			{
				from = memchr(from + 1, '"', (size_t) (end - from - 1));
				from++;
			} while (from < end && *from == '"');
			*to++ = '"';
			field++;
		}
		else
		{
			from = memchr(from, ',', (size_t) (end - from));
			if (from == NULL)
				from = end;
		}
		if (shape->is_text[column] && needs_apostrophe(field, (size_t) (from - field) - quoted))
			*to++ = '\'';
		memcpy(to, field, (size_t) (from - field));
		to += from - field;
		if (from < end)
		{
			*to++ = ',';
			from++;
		}
	}
	*to++ = '\r';
	*to++ = '\n';
	*record_length = (size_t) (to - shape->text);
	return shape->text;
}

/* The names of the columns, with commas. */
static char *
column_list(const BundleColumn *columns)
{
	char	   *list = copy_text("");

	for (const BundleColumn *column = columns; column->name != NULL; column++)
	{
		char	   *longer = format_text("%s%s%s", list, column == columns ? "" : ", ", column->name);

		free(list);
		list = longer;
	}
	return list;
}

/* Returns the next row of COPY, to be freed with PQfreemem, or NULL behind the last; exits where the server ends it. */
static char *
next_row(PGconn *connection, int *length)
{
	for (;;)
	{
		char	   *row;
		struct pollfd wanted = {.fd = PQsocket(connection), .events = POLLIN};

		*length = PQgetCopyData(connection, &row, 1);
		if (*length > 0)
			return row;
		if (*length == -1)
		{
			PGresult   *result;

			while ((result = PQgetResult(connection)) != NULL)
			{
				if (PQresultStatus(result) != PGRES_COMMAND_OK)
					die_of_result(connection, result);
				PQclear(result);
			}
			return NULL;
		}
		if (*length == -2 || wanted.fd < 0)
			die_of_result(connection, NULL);
		stop_if_interrupted();
		if (poll(&wanted, 1, -1) < 0 && errno != EINTR)
			die(EXIT_CONNECTION, "could not wait for the server: %s", strerror(errno));
		if (!PQconsumeInput(connection))
			die_of_result(connection, NULL);
	}
}

void
fetch_table(PGconn *connection, const ExportedBulletin *bulletin, BundleTable table, GrowingBundle *bundle, Progress *progress)
{
	const TableFormat *format = &bundle_tables[table];
	RowShape	shape = {{false}};
	PartWriter	writer;
	char	   *columns;
	char	   *sql;
	char	   *row;
	int			length;
	uint64_t	rows = 0;

	if (bundle_find(bundle, format->file) != NULL)
		return;
	for (int i = 0; format->columns[i].name != NULL; i++)
		shape.is_text[i] = format->columns[i].type == COLUMN_TEXT;
	columns = column_list(format->columns);
	sql = format_text("COPY (SELECT %s FROM credence_disclosure.%s WHERE bulletin %s %d ORDER BY %s) TO STDOUT (FORMAT csv)",
					  columns, format->view, table == TABLE_CHAIN ? "<=" : "=", bulletin->number, format->order);
	PQclear(query(connection, sql, 0, NULL));
	free(sql);
	row = next_row(connection, &length);
	if (row != NULL || !format->optional)
	{
		part_begin(&writer, bundle, format->file);
		for (int i = 0; format->columns[i].name != NULL; i++)
			part_printf(&writer, "%s%s", i > 0 ? "," : "", format->columns[i].name);
		part_puts(&writer, "\r\n");
		for (; row != NULL; row = next_row(connection, &length))
		{
			size_t		record_length;
			const char *record = record_of_row(&shape, row, (size_t) length, &record_length);

			part_write(&writer, record, record_length);
			PQfreemem(row);
			if (++rows % 1000 == 0)
				progress_update(progress, progress->done + 1000);
		}
		part_end(&writer);
	}
	free(shape.text);
	free(columns);
}

bool
fetch_scheme(PGconn *connection, const ExportedBulletin *bulletin, GrowingBundle *bundle)
{
	char	   *sql;
	PGresult   *rows;
	bool		there;

	if (bundle_find(bundle, SCHEME_NAME) != NULL)
		return true;
	sql = format_text("SELECT document FROM credence_disclosure.bulletin_schemes WHERE bulletin = %d AND document IS NOT NULL", bulletin->number);
	rows = query(connection, sql, 0, NULL);
	free(sql);
	there = PQntuples(rows) > 0;
	if (there)
	{
		PartWriter	writer;

		part_begin(&writer, bundle, SCHEME_NAME);
		part_write(&writer, PQgetvalue(rows, 0, 0), (size_t) PQgetlength(rows, 0, 0));
		part_end(&writer);
	}
	PQclear(rows);
	return there;
}

/* Copies the rows of a query, as the server writes them but for the line ends, to a file that is no part. */
static void
copy_to_file(PGconn *connection, const char *sql, GrowingBundle *bundle, const char *name)
{
	RowShape	shape = {{false}};
	char	   *path = bundle_file(bundle, name);
	FILE	   *file = fopen(path, "w");
	char	   *row;
	int			length;

	if (file == NULL)
		die(EXIT_FILES, "could not write %s: %s", path, strerror(errno));
	PQclear(query(connection, sql, 0, NULL));
	while ((row = next_row(connection, &length)) != NULL)
	{
		size_t		record_length;
		const char *record = record_of_row(&shape, row, (size_t) length, &record_length);

		fwrite(record, 1, record_length, file);
		PQfreemem(row);
	}
	free(shape.text);
	if (ferror(file) | fclose(file))
		die(EXIT_FILES, "could not write %s: %s", path, strerror(errno));
	free(path);
}

/* The sums of both files of the history; false where they cannot be read. */
static bool
history_sums(const GrowingBundle *bundle, unsigned char hashes[2][HASH_SIZE])
{
	uint64_t	bytes;

	return part_sum(bundle, HISTORY_BULLETINS, hashes[0], &bytes) && part_sum(bundle, HISTORY_ENTRIES, hashes[1], &bytes);
}

/* A subject is known again by kind and code, where both bulletins show these as they are. */
void
fetch_history(PGconn *connection, const ExportedBulletin *bulletin, GrowingBundle *bundle)
{
	unsigned char before[2][HASH_SIZE];
	unsigned char after[2][HASH_SIZE];
	bool		known;
	char	   *sql = format_text("COPY (SELECT o.bulletin, o.period, o.period_end, o.published_on FROM credence_disclosure.bulletins o"
								  " JOIN credence_disclosure.bulletins b ON b.policy = o.policy AND b.scheme = o.scheme WHERE b.bulletin = %d AND o.bulletin < %d AND o.state = 'published'"
								  " ORDER BY o.bulletin) TO STDOUT (FORMAT csv)", bulletin->number, bulletin->number);

	known = history_sums(bundle, before);
	copy_to_file(connection, sql, bundle, HISTORY_BULLETINS);
	free(sql);
	sql = format_text("COPY (SELECT e.subject_code, e.bulletin, e.score, e.grade, e.rank, e.peer_rank FROM credence_disclosure.bulletin_entries e"
					  " WHERE e.bulletin IN (SELECT o.bulletin FROM credence_disclosure.bulletins o JOIN credence_disclosure.bulletins b ON b.policy = o.policy AND b.scheme = o.scheme"
					  " WHERE b.bulletin = %d AND o.bulletin < %d AND o.state = 'published')"
					  " AND (e.subject_code, coalesce(e.subject_kind, '')) IN (SELECT c.subject_code, pg_catalog.min(coalesce(c.subject_kind, ''))"
					  " FROM credence_disclosure.bulletin_entries c WHERE c.bulletin = %d AND c.subject_code IS NOT NULL GROUP BY c.subject_code HAVING count(*) = 1)"
					  " ORDER BY e.subject_code COLLATE \"C\", e.bulletin) TO STDOUT (FORMAT csv)", bulletin->number, bulletin->number, bulletin->number);
	copy_to_file(connection, sql, bundle, HISTORY_ENTRIES);
	free(sql);
	/* an earlier bulletin may have been withdrawn, or somebody in it, since the export was cut off */
	if (!known || !history_sums(bundle, after) || memcmp(before, after, sizeof(before)) != 0)
		part_drop(bundle, SITE_DATA_NAME);
}

void
fetch_comments(PGconn *connection, TableComments comments[TABLE_COUNT])
{
	for (int table = 0; table < TABLE_COUNT; table++)
	{
		const TableFormat *format = &bundle_tables[table];
		const char *values[] = {format->view};
		PGresult   *rows = query(connection, "SELECT coalesce(a.attname, ''), coalesce(d.description, '') FROM pg_catalog.pg_class c"
								 " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'credence_disclosure'"
								 " JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = c.oid"
								 " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0"
								 " WHERE c.relname = $1", 1, values);

		comments[table].table = copy_text("");
		comments[table].columns = allocate(sizeof(char *) * (size_t) table_columns(format));
		for (int i = 0; i < table_columns(format); i++)
			comments[table].columns[i] = copy_text("");
		for (int row = 0; row < PQntuples(rows); row++)
		{
			char	  **place = PQgetvalue(rows, row, 0)[0] == '\0' ? &comments[table].table : NULL;

			for (int i = 0; format->columns[i].name != NULL && place == NULL; i++)
			{
				if (strcmp(format->columns[i].name, PQgetvalue(rows, row, 0)) == 0)
					place = &comments[table].columns[i];
			}
			if (place != NULL)
			{
				free(*place);
				*place = copy_text(PQgetvalue(rows, row, 1));
			}
		}
		PQclear(rows);
	}
}
