/*
 * client/command_scheme.c
 *
 * credence scheme: documents of schemes into the registry, out of it, and
 * checked without being imported.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/csv.h"
#include "client/new_file.h"
#include "client/output.h"

/* The registry takes 4 MB; what is larger is no scheme. */
#define LIMIT_DOCUMENT (16 * 1024 * 1024)

enum
{
	OPTION_OUTPUT,
	OPTION_ACTIVATE
};

static const Option scheme_options[] = {
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "export: write to a file instead of standard output"},
	[OPTION_ACTIVATE] = {"activate", 'a', NULL, "import: also activate it, if it was not"},
	{NULL}
};

/* Returns the text of a file, "-" for standard input, without a byte order mark; exits with 4 where it cannot be read as UTF-8. */
static char *
read_document(const char *path)
{
	int			file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	const char *name = file == STDIN_FILENO ? "standard input" : path;
	size_t		used = 0;
	size_t		room = 64 * 1024;
	char	   *text = allocate(room + 1);
	ssize_t		got;

	if (file < 0)
		die(EXIT_FILES, "%s: %s", name, strerror(errno));
	for (;;)
	{
		stop_if_interrupted();
		got = read(file, text + used, room - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die(EXIT_FILES, "%s: %s", name, strerror(errno));
		if (got == 0)
			break;
		used += (size_t) got;
		if (used > LIMIT_DOCUMENT)
			die(EXIT_FILES, "%s: is larger than %d MB, which no scheme is", name, LIMIT_DOCUMENT / 1024 / 1024);
		if (used == room)
		{
			room *= 2;
			text = reallocate(text, room + 1);
		}
	}
	if (file != STDIN_FILENO)
		close(file);
	text[used] = '\0';
	if (!valid_utf8(text, used))
	{
		complain("%s: is not valid UTF-8", name);
		hint("A document of a scheme is JSON in UTF-8.");
		exit(EXIT_FILES);
	}
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		memmove(text, text + 3, used - 3 + 1);
	return text;
}

/* Returns the line that an error of the server's JSON parser names, or NULL; allocated. */
static char *
line_of_context(const PGresult *result)
{
	const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
	const char *found = context != NULL ? strstr(context, "line ") : NULL;

	return found != NULL ? format_text("line %ld", strtol(found + 5, NULL, 10)) : NULL;
}

/*
 * Prints everything that is wrong with the document of the file, or that
 * nothing is (where that is to be said); returns how many problems there are.
 */
static int
check(PGconn *connection, const Globals *globals, const char *path, const char *document, bool say_fine)
{
	PGresult   *result = try_query(connection, "SELECT path, problem FROM credence_registry.scheme_check($1::text)", 1, &document, NULL);
	json_t	   *errors;
	int			count;

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
	{
		count = PQntuples(result);
		errors = rows_to_json(result);
	}
	else if (PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL && strcmp(PQresultErrorField(result, PG_DIAG_SQLSTATE), "22P02") == 0)
	{
		/* not JSON: one error, and the path is the line */
		const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
		char	   *line = line_of_context(result);

		count = 1;
		errors = json_pack("[{s:s, s:s+++}]", "path", line != NULL ? line : "", "problem", "is not JSON",
						   detail != NULL ? ": " : "", detail != NULL ? detail : "", "");
		free(line);
	}
	else
		die_of_result(connection, result);
	PQclear(result);

	if (globals->json && (count > 0 || say_fine))
		print_json(json_pack("{s:o, s:b, s:o}", "file", json_safely(path, strlen(path)), "fine", count == 0, "errors", errors));
	else
	{
		for (int i = 0; i < count; i++)
		{
			const char *place = json_string_value(json_object_get(json_array_get(errors, (size_t) i), "path"));
			const char *problem = json_string_value(json_object_get(json_array_get(errors, (size_t) i), "problem"));

			print_safely(stdout, path);
			printf(": ");
			if (place != NULL && place[0] != '\0')
			{
				print_safely(stdout, place);
				printf(": ");
			}
			print_safely(stdout, problem != NULL ? problem : "");
			putchar('\n');
		}
		json_decref(errors);
		if (count == 0 && say_fine)
		{
			print_safely(stdout, path);
			printf(": fine\n");
		}
	}
	if (count > 0)
		complain("%d error%s in \"%s\"", count, count > 1 ? "s" : "", path);
	return count;
}

/* Imports a document; returns the exit status. */
static int
import(PGconn *connection, const Globals *globals, const char *path, const char *document, bool activate)
{
	PGresult   *imported;
	PGresult   *row;
	const char *id;

	if (check(connection, globals, path, document, false) > 0)
		return EXIT_DIFFERS;
	run_statement(connection, "BEGIN");
	imported = query(connection, "SELECT credence_registry.scheme_import($1::text)", 1, &document);
	id = PQgetvalue(imported, 0, 0);
	if (activate)
		PQclear(query(connection, "SELECT credence_registry.scheme_activate(s.code, s.version) FROM credence_registry.scheme s"
					  " WHERE s.scheme_id = $1 AND s.state = 'draft'", 1, &id));
	row = query(connection, "SELECT scheme_id, code, version, state, effective_from, effective_to FROM credence_registry.scheme WHERE scheme_id = $1", 1, &id);
	run_statement(connection, "COMMIT");
	if (globals->json)
	{
		json_t	   *rows = rows_to_json(row);

		print_json(json_incref(json_array_get(rows, 0)));
		json_decref(rows);
	}
	else
	{
		printf("scheme ");
		print_safely(stdout, PQgetvalue(row, 0, 1));
		printf(", version ");
		print_safely(stdout, PQgetvalue(row, 0, 2));
		printf(": %s\n", PQgetvalue(row, 0, 3));
	}
	PQclear(row);
	PQclear(imported);
	return EXIT_FINE;
}

/* Writes the document of a scheme; returns the exit status. */
static int
export(PGconn *connection, const char *code, const char *version, const char *path)
{
	const char *values[] = {code, version};
	NewFile		file = {.out = stdout};
	PGresult   *result;

	if (version == NULL)
	{
		/* the one in force, else the last that was changed */
		result = query(connection, "SELECT version FROM credence_registry.scheme WHERE code = $1"
					   " ORDER BY scheme_id IS NOT DISTINCT FROM credence_registry.scheme_at($1, credence_registry.today()) DESC, changed_at DESC, scheme_id DESC LIMIT 1", 1, values);
		if (PQntuples(result) == 0)
			die(EXIT_SERVER, "there is no scheme \"%s\"", code);
		values[1] = copy_text(PQgetvalue(result, 0, 0));
		PQclear(result);
	}
	result = query(connection, "SELECT pg_catalog.jsonb_pretty(credence_registry.scheme_export($1, $2))", 2, values);
	if (path != NULL && !new_file_begin(&file, path, 0666))
		die(EXIT_FILES, "could not write \"%s\": %s", path, strerror(errno));
	fprintf(file.out, "%s\n", PQgetvalue(result, 0, 0));
	if (path != NULL && !new_file_finish(&file))
		die(EXIT_FILES, "could not write \"%s\": %s", path, strerror(errno));
	PQclear(result);
	if (version == NULL)
		free((char *) values[1]);
	return EXIT_FINE;
}

/* Returns the exit status. */
static int
command_scheme(int argc, char **argv, const Globals *globals)
{
	const char *operands[3] = {NULL};
	const char *output = NULL;
	bool		activate = false;
	OptionReader reader;
	PGconn	   *connection;
	int			count = 0;
	int			option;
	int			status;
	bool		is_export;
	char	   *document;

	options_begin(&reader, argc, argv, scheme_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		if (option == OPTION_OUTPUT)
			output = reader.value;
		else if (option == OPTION_ACTIVATE)
			activate = true;
		else if (count < 3)
			operands[count++] = reader.value;
		else
			usage_error(globals, "too many arguments, from \"%.60s\" on", reader.value);
	}
	if (count == 0 || (strcmp(operands[0], "import") != 0 && strcmp(operands[0], "export") != 0 && strcmp(operands[0], "check") != 0))
		usage_error(globals, "import, export or check?");
	is_export = strcmp(operands[0], "export") == 0;
	if (count == 1)
		usage_error(globals, is_export ? "which scheme?" : "which file? (\"-\" is standard input)");
	if (count == 3 && !is_export)
		usage_error(globals, "one file at a time, not also \"%.60s\"", operands[2]);
	if (output != NULL && !is_export)
		usage_error(globals, "--output goes with export alone");
	if (activate && strcmp(operands[0], "import") != 0)
		usage_error(globals, "--activate goes with import alone");

	document = is_export ? NULL : read_document(operands[1]);
	connection = connect_server(globals);
	require_extension(connection, "credence_registry");
	if (is_export)
		status = export(connection, operands[1], operands[2], output);
	else if (strcmp(operands[0], "import") == 0)
		status = import(connection, globals, operands[1], document, activate);
	else
		status = check(connection, globals, operands[1], document, true) > 0 ? EXIT_DIFFERS : EXIT_FINE;
	free(document);
	PQfinish(connection);
	return status;
}

const Command scheme_command = {
	.name = "scheme",
	.arguments = "import FILE | export CODE [VERSION] | check FILE",
	.summary = "import, export or check the document of a scheme",
	.description =
	"import takes a document (JSON, \"-\": standard input) in as a draft; export prints the document of a\n"
	"version, by default of the one in force today, else of the last that was changed; check says\n"
	"everything that is wrong with a document, each error with its path, and imports nothing.\n"
	"Where there are errors the exit status is 1. Importing is for members of credence_admin.\n",
	.options = scheme_options,
	.run = command_scheme,
};
