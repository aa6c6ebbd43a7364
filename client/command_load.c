/*
 * client/command_load.c
 *
 * credence load: CSV files through COPY into the registry's staging tables,
 * and from there into the registry, whole or not at all.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/csv.h"
#include "client/load_columns.h"
#include "client/load_lines.h"
#include "client/load_rejects.h"
#include "client/output.h"
#include "client/progress.h"

/* What is gathered before it is sent. */
#define CHUNK_SIZE (64 * 1024)

enum
{
	OPTION_MAP,
	OPTION_SET,
	OPTION_IGNORE,
	OPTION_NO_HEADER,
	OPTION_DELIMITER,
	OPTION_ENCODING,
	OPTION_REJECTS,
	OPTION_DRY_RUN
};

static const Option load_options[] = {
	[OPTION_MAP] = {"map", 'm', "OURS=THEIRS", "column OURS of the registry is THEIRS in the file; repeat it"},
	[OPTION_SET] = {"set", 's', "COLUMN=VALUE", "every row has that value; repeat it"},
	[OPTION_IGNORE] = {"ignore", 'i', "THEIRS", "leave a column of the file out, \"*\" all that are not\nknown; repeat it"},
	[OPTION_NO_HEADER] = {"no-header", 0, NULL, "the first line is data; --map gives numbers of fields"},
	[OPTION_DELIMITER] = {"delimiter", 0, "CHARACTER", "what stands between fields instead of a comma; \"tab\""},
	[OPTION_ENCODING] = {"encoding", 'e', "NAME", "of the files, instead of UTF-8: GB18030, UTF-16 and what\nelse iconv -l lists"},
	[OPTION_REJECTS] = {"rejects", 'r', "FILE", "where rejected rows go; FILE.rejects.csv by default"},
	[OPTION_DRY_RUN] = {"dry-run", 'n', NULL, "check everything, load nothing"},
	{NULL}
};

/* What can be loaded. */
typedef struct LoadKind
{
	const char *name;
	const char *staging;
	const char *load;			/* the query that lands a batch and returns what is wrong */
} LoadKind;

#define LOAD_KIND(name, staging, function) \
	{name, staging, "SELECT r.line, r.reason FROM credence_registry." function "($1) WITH ORDINALITY r(line, reason, place) ORDER BY r.line, r.place"}

static const LoadKind load_kinds[] = {
	LOAD_KIND("subjects", "subject_load", "load_subjects"),
	LOAD_KIND("ties", "tie_load", "load_ties"),
	LOAD_KIND("agreements", "agreement_load", "load_agreements"),
	LOAD_KIND("events", "event_load", "load_events"),
	LOAD_KIND("observations", "observation_load", "load_observations"),
};

typedef struct Load
{
	const Globals *globals;
	const LoadKind *kind;
	char	  **files;
	int			file_count;
	LoadColumns columns;
	char		separator;
	const char *encoding;
	bool		dry_run;
	bool		misread;		/* was there anything that is not in the encoding? */

	PGconn	   *connection;
	char	   *batch;
	LineMap		lines;
	Rejects		rejects;
	uint64_t	rows;			/* read */
	char	   *chunk;
	size_t		used;
	size_t		room;
} Load;

/* Sends what was gathered; if the server does not take it, says why and exits. */
static void
send_chunk(Load *load)
{
	stop_if_interrupted();
	if (load->used > 0 && PQputCopyData(load->connection, load->chunk, (int) load->used) != 1)
		die_of_result(load->connection, NULL);
	load->used = 0;
}

/* Adds a field as COPY has it in its text format, NULL as \N. */
static void
add_field(Load *load, const char *text, size_t length, bool last)
{
	char	   *out;

	/* every byte may need a backslash */
	if (load->used + 2 * length + 3 > load->room)
	{
		load->room = 2 * (load->used + 2 * length + 3);
		load->chunk = reallocate(load->chunk, load->room);
	}
	out = load->chunk + load->used;
	if (text == NULL)
	{
		*out++ = '\\';
		*out++ = 'N';
	}
	else
	{
		for (size_t i = 0; i < length; i++)
		{
			char		escape = text[i] == '\\' ? '\\' : text[i] == '\n' ? 'n' : text[i] == '\r' ? 'r' : text[i] == '\t' ? 't' : 0;

			if (escape != 0)
				*out++ = '\\';
			*out++ = escape != 0 ? escape : text[i];
		}
	}
	*out++ = last ? '\n' : '\t';
	load->used = (size_t) (out - load->chunk);
}

/* Stages the record, or keeps it as rejected. */
static void
take_record(Load *load, int file, const CsvReader *reader)
{
	const LoadColumns *columns = &load->columns;
	char		problem[80];

	load->rows++;
	if (reader->problem[0] != '\0' || reader->count != columns->width)
	{
		snprintf(problem, sizeof(problem), "it has %d field%s, and there are %d columns", reader->count, reader->count == 1 ? "" : "s", columns->width);
		rejects_keep(&load->rejects, (FileLine) {file, reader->line}, reader->problem[0] != '\0' ? reader->problem : problem);
		return;
	}
	lines_add(&load->lines, file, reader->line);
	for (int i = 0; i < columns->count; i++)
	{
		const CsvField *field = columns->fields[i] >= 0 ? &reader->fields[columns->fields[i]] : NULL;
		const char *text = columns->constants[i];
		size_t		length = text != NULL ? strlen(text) : 0;

		if (field != NULL && (field->length > 0 || field->quoted))
		{
			text = field->text;
			length = field->length;
		}
		add_field(load, text, length, i == columns->count - 1);
	}
	if (load->used >= CHUNK_SIZE)
		send_chunk(load);
}

/* What may be the matter where bytes are not in the encoding. */
static void
hint_at_encoding(const Load *load)
{
	if (encoding_is_utf8(load->encoding))
		hint("A file in another encoding, such as GB18030 from a spreadsheet, is loaded with --encoding.");
}

/* Exits: the file cannot be read (any further). */
static void
die_of_reader(const CsvReader *reader)
{
	complain("%s: %s", reader->name, reader->problem);
	hint("Nothing was loaded.");
	exit(EXIT_FILES);
}

/* Stages a file. */
static void
stage_file(Load *load, int file, Progress *progress)
{
	CsvReader	reader;
	CsvOutcome	outcome;
	uint64_t	before = progress->done;

	if (!csv_open(&reader, load->files[file], load->separator, load->encoding))
		die_of_reader(&reader);
	outcome = csv_next(&reader);
	if (outcome == CSV_FAILED)
		die_of_reader(&reader);
	if (outcome == CSV_END)
		die(EXIT_FILES, "%s: is empty", reader.name);
	if (!load->columns.no_header)
	{
		if (reader.problem[0] != '\0')
		{
			complain("%s, line %" PRIu64 ": %s", reader.name, reader.line, reader.problem);
			if (reader.misread)
				hint_at_encoding(load);
			exit(EXIT_FILES);
		}
		columns_resolve(&load->columns, &reader);
		outcome = csv_next(&reader);
	}
	else
		columns_resolve(&load->columns, &reader);
	for (; outcome == CSV_RECORD; outcome = csv_next(&reader))
	{
		take_record(load, file, &reader);
		if ((load->rows & 0xff) == 0)
			progress_update(progress, before + reader.bytes);
	}
	if (outcome == CSV_FAILED)
		die_of_reader(&reader);
	progress_update(progress, before + reader.bytes);
	load->misread = load->misread || reader.misread;
	if (reader.decoder.doubtful)
		complain("warning: %s can be read as UTF-8 as well; it was read as %s, as asked for", reader.name, load->encoding);
	csv_close(&reader);
}

/* Returns how many bytes the files have, or 0 where that is not known. */
static uint64_t
total_size(const Load *load)
{
	uint64_t	total = 0;

	for (int i = 0; i < load->file_count; i++)
	{
		struct stat status;

		if (stat(load->files[i], &status) != 0 || !S_ISREG(status.st_mode))
			return 0;
		total += (uint64_t) status.st_size;
	}
	return total;
}

/* Says what the server did not take during COPY, with the line of the file, and exits. */
static void
die_of_copy(Load *load, const PGresult *result)
{
	const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *comma = context != NULL ? strstr(context, ", line ") : NULL;
	FileLine	place = {0, 0};

	if (comma != NULL && strncmp(context, "COPY ", 5) == 0)
		place = lines_find(&load->lines, strtoull(comma + 7, NULL, 10));
	if (place.line == 0 || interrupted() || connection_lost(load->connection, result))
		die_of_result(load->connection, result);
	complain("%s, line %" PRIu64 ": %s", load->files[place.file], place.line, message);
	hint("Nothing was loaded.");
	exit(EXIT_SERVER);
}

/* Copies all files into the staging table. */
static void
stage(Load *load)
{
	static const char *const batch_sql =
		"SELECT pg_catalog.set_config('credence_registry.batch', pg_catalog.format('credence load %s %s', pg_catalog.pg_backend_pid(), pg_catalog.clock_timestamp()), true)";
	Progress	progress;
	PGresult   *result;
	char	   *list = copy_text("");
	char	   *sql;

	for (int i = 0; i < load->columns.count; i++)
	{
		char	   *name = PQescapeIdentifier(load->connection, load->columns.names[i], strlen(load->columns.names[i]));
		char	   *longer = format_text("%s%s%s", list, i > 0 ? ", " : "", name);

		PQfreemem(name);
		free(list);
		list = longer;
	}
	/* in one transaction: of a load that ends early nothing stays, not even in the staging table */
	run_statement(load->connection, "BEGIN ISOLATION LEVEL READ COMMITTED");
	result = query(load->connection, batch_sql, 0, NULL);
	load->batch = copy_text(PQgetvalue(result, 0, 0));
	PQclear(result);
	sql = format_text("COPY credence_registry.%s (%s) FROM STDIN", load->kind->staging, list);
	free(list);
	PQclear(query(load->connection, sql, 0, NULL));
	free(sql);

	progress_begin(&progress, load->globals->quiet, "reading", NULL, total_size(load));
	for (int i = 0; i < load->file_count; i++)
		stage_file(load, i, &progress);
	send_chunk(load);
	if (PQputCopyEnd(load->connection, NULL) != 1)
		die_of_result(load->connection, NULL);
	while ((result = next_result(load->connection, NULL)) != NULL)
	{
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			die_of_copy(load, result);
		PQclear(result);
	}
	progress_end(&progress);
}

/* Shows that time passes. */
static void
look(void *context)
{
	progress_update(context, 0);
}

/* Writes the kept rows that come before that place, all of them if it has no line; merges the next of them into kept. */
static void
write_kept(Load *load, Reject *kept, FileLine before)
{
	while (kept->reason != NULL && (before.line == 0 || kept->place.file < before.file
		|| (kept->place.file == before.file && kept->place.line < before.line)))
	{
		rejects_write(&load->rejects, kept->place, kept->reason);
		free(kept->reason);
		*kept = rejects_next(&load->rejects);
	}
}

/* Has the registry land the batch; writes down what it rejects, and what was rejected before. */
static void
land(Load *load)
{
	const char *const values[] = {load->batch};
	Progress	progress;
	Watch		watch = {look, &progress, 200};
	PGresult   *result;
	Reject		kept;

	rejects_rewind(&load->rejects);
	kept = rejects_next(&load->rejects);
	if (load->lines.rows > 0)
	{
		/* room for sorting the batch, which loading a large file needs */
		run_statement(load->connection, "SET LOCAL work_mem = '256MB'");
		progress_begin(&progress, load->globals->quiet, load->dry_run ? "checking" : "checking and loading", NULL, 0);
		stop_if_interrupted();
		if (!PQsendQueryParams(load->connection, load->kind->load, 1, NULL, values, NULL, NULL, 0) || !PQsetSingleRowMode(load->connection))
			die_of_result(load->connection, NULL);
		while ((result = next_result(load->connection, &watch)) != NULL)
		{
			if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			{
				FileLine	place = lines_find(&load->lines, strtoull(PQgetvalue(result, 0, 0), NULL, 10));
				char	   *reason = lines_translate(&load->lines, PQgetvalue(result, 0, 1), place.file, load->files);

				write_kept(load, &kept, place);
				rejects_write(&load->rejects, place, reason);
				free(reason);
			}
			else if (PQresultStatus(result) != PGRES_TUPLES_OK)
				die_of_result(load->connection, result);
			PQclear(result);
		}
		progress_end(&progress);
	}
	write_kept(load, &kept, (FileLine) {0, 0});
	rejects_finish(&load->rejects);
}

/* Ends the transaction. */
static void
finish(Load *load, bool commit)
{
	PGresult   *result;

	if (!commit)
	{
		run_statement(load->connection, "ROLLBACK");
		return;
	}
	result = try_query(load->connection, "COMMIT", 0, NULL, NULL);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
	{
		if (connection_lost(load->connection, result))
		{
			complain("the connection was lost while the load was being committed: it may have been loaded, or not");
			hint("Load the same files again: what is there already is said to be, or stays as it is.");
			exit(EXIT_CONNECTION);
		}
		die_of_result(load->connection, result);
	}
	PQclear(result);
}

/* Prints the outcome; returns the exit status. */
static int
report(const Load *load)
{
	uint64_t	rejected = load->rejects.rows;
	bool		done = rejected == 0 && !load->dry_run;

	if (load->globals->json)
	{
		json_t	   *files = json_array();

		for (int i = 0; i < load->file_count; i++)
			json_array_append_new(files, json_safely(load->files[i], strlen(load->files[i])));
		print_json(json_pack("{s:s, s:o, s:I, s:I, s:s?, s:b, s:b}", "what", load->kind->name, "files", files,
							 "rows", (json_int_t) load->rows, "rejected", (json_int_t) rejected,
							 "rejects", rejected > 0 ? load->rejects.path : NULL,
							 "dry_run", (int) load->dry_run, "loaded", (int) done));
	}
	if (rejected > 0)
	{
		complain("%" PRIu64 " of %" PRIu64 " rows were rejected; nothing was loaded", rejected, load->rows);
		hint("\"%s\" has all of them, with their reasons.", load->rejects.path);
		if (load->misread)
			hint_at_encoding(load);
		return EXIT_DIFFERS;
	}
	if (!load->globals->json)
		printf("%" PRIu64 " %s %s\n", load->rows, load->kind->name, done ? "loaded" : "could be loaded; nothing was, as asked for");
	return EXIT_FINE;
}

/* Exits with 2 or 4 where one can see already that a file will not do. */
static void
check_files(const Load *load)
{
	for (int i = 0; i < load->file_count; i++)
	{
		struct stat status;

		for (int j = 0; j < i; j++)
		{
			if (strcmp(load->files[i], load->files[j]) == 0)
				usage_error(load->globals, "\"%s\" is given twice", load->files[i]);
		}
		if (strcmp(load->files[i], "-") == 0)
			continue;
		if (access(load->files[i], R_OK) != 0 || stat(load->files[i], &status) != 0)
			die(EXIT_FILES, "%s: %s", load->files[i], strerror(errno));
		if (S_ISDIR(status.st_mode))
			die(EXIT_FILES, "%s: %s", load->files[i], strerror(EISDIR));
		if (strcmp(load->files[i], load->rejects.path) == 0)
			usage_error(load->globals, "the rejected rows would overwrite \"%s\"", load->files[i]);
	}
}

/* Reads the character that separates fields. */
static char
read_delimiter(const Globals *globals, const char *value)
{
	if (strcmp(value, "tab") == 0 || strcmp(value, "\\t") == 0)
		return '\t';
	if (strlen(value) != 1 || strchr("\"\r\n", value[0]) != NULL || (unsigned char) value[0] >= 0x80)
		usage_error(globals, "the delimiter must be one character of one byte, or \"tab\", not \"%.20s\"", value);
	return value[0];
}

/* Takes the name of an encoding. */
static const char *
read_encoding(const Globals *globals, const char *value)
{
	Decoder		decoder;

	if (!encoding_is_utf8(value))
	{
		if (!decoder_open(&decoder, value))
			usage_error(globals, "this system knows no encoding \"%.40s\"; iconv -l lists those that there are", value);
		decoder_close(&decoder);
	}
	return value;
}

/* Returns the exit status. */
static int
command_load(int argc, char **argv, const Globals *globals)
{
	Load		load = {.globals = globals, .separator = ',', .encoding = "UTF-8"};
	const char *rejects = NULL;
	char	   *default_rejects = NULL;
	OptionReader reader;
	int			option;

	load.files = allocate(sizeof(char *) * (size_t) argc);
	options_begin(&reader, argc, argv, load_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		switch (option)
		{
			case OPTION_MAP:
				columns_map(&load.columns, globals, reader.value);
				break;
			case OPTION_SET:
				columns_set(&load.columns, globals, reader.value);
				break;
			case OPTION_IGNORE:
				columns_ignore(&load.columns, reader.value);
				break;
			case OPTION_NO_HEADER:
				load.columns.no_header = true;
				break;
			case OPTION_DELIMITER:
				load.separator = read_delimiter(globals, reader.value);
				break;
			case OPTION_ENCODING:
				load.encoding = read_encoding(globals, reader.value);
				break;
			case OPTION_REJECTS:
				rejects = reader.value;
				break;
			case OPTION_DRY_RUN:
				load.dry_run = true;
				break;
			default:
				if (load.kind != NULL)
				{
					load.files[load.file_count++] = (char *) reader.value;
					break;
				}
				for (size_t i = 0; i < sizeof(load_kinds) / sizeof(load_kinds[0]); i++)
				{
					if (strcmp(load_kinds[i].name, reader.value) == 0)
						load.kind = &load_kinds[i];
				}
				if (load.kind == NULL)
					usage_error(globals, "\"%.60s\" cannot be loaded", reader.value);
		}
	}
	if (load.kind == NULL)
		usage_error(globals, "what is to be loaded?");
	if (load.file_count == 0)
		usage_error(globals, "which file? (\"-\" is standard input)");
	if (load.columns.no_header && load.columns.map_count == 0)
		usage_error(globals, "without a header, --map must say what the fields are");
	if (rejects == NULL)
		rejects = default_rejects = format_text("%s.rejects.csv", strcmp(load.files[0], "-") == 0 ? load.kind->name : load.files[0]);
	rejects_begin(&load.rejects, rejects, load.files, load.separator, load.encoding);
	check_files(&load);

	load.connection = connect_server(globals);
	require_extension(load.connection, "credence_registry");
	columns_read(&load.columns, load.connection, globals, load.kind->staging);
	stage(&load);
	if (load.rows == 0)
		die(EXIT_DIFFERS, "%s: there is a header, but no row", load.files[0]);
	land(&load);
	finish(&load, load.rejects.rows == 0 && !load.dry_run);
	PQfinish(load.connection);

	option = report(&load);
	columns_free(&load.columns);
	free(load.lines.runs);
	free(load.files);
	free(load.batch);
	free(load.chunk);
	free(default_rejects);
	return option;
}

const Command load_command = {
	.name = "load",
	.arguments = "subjects|ties|agreements|events|observations FILE...",
	.summary = "load CSV files into the registry",
	.description =
	"Loads CSV files (RFC 4180, in UTF-8 unless --encoding says otherwise; \"-\": standard input) into the\n"
	"registry: all rows of all files, or none. Rejected rows go to a file, in UTF-8, with their line and\n"
	"every reason, and the exit status is 1.\n"
	"The first line names the columns; --map, --set and --ignore bring a file of another make into form.\n"
	"An empty field is nothing, \"\" an empty text.\n\n"
	"  subjects      kind code name region level peer_class attributes valid_from valid_to\n"
	"                person_name id_number phone address\n"
	"  ties          kind from_kind from_code to_kind to_code weight valid_from valid_to\n"
	"  agreements    subject_kind subject_code agreement_number year retention_amount decision\n"
	"                valid_from valid_to\n"
	"  events        subject_kind subject_code rule_code occurred_on found_on decided_on effective_on\n"
	"                case_code amount points responsibility level place_kind place_code source\n"
	"                event_code details\n"
	"  observations  subject_kind subject_code indicator period_start period_end value value_text\n"
	"                numerator denominator qualifier source evaluator\n",
	.options = load_options,
	.run = command_load,
};
