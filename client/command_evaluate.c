/*
 * client/command_evaluate.c
 *
 * credence evaluate: the registry's evaluate and refresh, watched through a
 * second connection.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"
#include "client/progress.h"

enum
{
	OPTION_AS_OF,
	OPTION_SCHEME_VERSION,
	OPTION_REFRESH,
	OPTION_DRY_RUN
};

static const Option evaluate_options[] = {
	[OPTION_AS_OF] = {"as-of", 'a', "TIME", "with what was known then; now by default"},
	[OPTION_SCHEME_VERSION] = {"scheme-version", 's', "VERSION", "that version of the scheme; by default the one in force\nat the end of the period"},
	[OPTION_REFRESH] = {"refresh", 'r', NULL, "bring the latest run up to now, looking only at the\nsubjects that new facts touch"},
	[OPTION_DRY_RUN] = {"dry-run", 'n', NULL, "only to see what would come of it; also of a draft"},
	{NULL}
};

/* What the watcher shares with the command. */
typedef struct Evaluation
{
	PGconn	   *second;			/* NULL: there is none, and only time is shown */
	const char *scheme;
	Progress	progress;
	char		what[80];
} Evaluation;

/* Looks how far the run is. What goes wrong here is no reason to stop. */
static void
look(void *context)
{
	Evaluation *evaluation = context;
	PGresult   *rows;

	if (evaluation->second != NULL && !interrupted())
	{
		rows = PQexecParams(evaluation->second,
							"SELECT phase, subjects, done FROM credence_registry.run_progress"
							" WHERE scheme_code = $1 AND started_by = session_user ORDER BY run_id DESC LIMIT 1",
							1, NULL, &evaluation->scheme, NULL, NULL, 0);
		if (PQresultStatus(rows) == PGRES_TUPLES_OK && PQntuples(rows) > 0)
		{
			snprintf(evaluation->what, sizeof(evaluation->what), "%.60s", PQgetvalue(rows, 0, 0));
			evaluation->progress.total = strtoull(PQgetvalue(rows, 0, 1), NULL, 10);
			evaluation->progress.done = strtoull(PQgetvalue(rows, 0, 2), NULL, 10);
		}
		PQclear(rows);
	}
	progress_update(&evaluation->progress, evaluation->progress.done);
}

/* Prints what came of the run. */
static void
report(PGconn *connection, const Globals *globals, const char *run, const char *refreshed)
{
	PGresult   *result = query(connection,
							   "SELECT r.run_id, r.scheme_code AS scheme, s.version, r.period, r.kind, r.state, r.as_of, r.subjects,"
							   " (SELECT count(*) FROM credence_registry.result t WHERE t.run_id = r.run_id AND t.excluded IS NOT NULL) AS excluded,"
							   " (SELECT count(*) FROM credence_registry.result t WHERE t.run_id = r.run_id AND t.rated) AS rated"
							   " FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id WHERE r.run_id = $1",
							   1, &run);
	PGresult   *grades = query(connection,
							   "SELECT grade, count(*) AS subjects FROM credence_registry.result WHERE run_id = $1 AND excluded IS NULL"
							   " GROUP BY grade, notch ORDER BY notch, grade", 1, &run);

	if (PQntuples(result) == 0)
		die(EXIT_SERVER, "run %s is not there any more", run);
	if (globals->json)
	{
		json_t	   *document = rows_to_json(result);
		json_t	   *object = json_incref(json_array_get(document, 0));

		json_decref(document);
		if (refreshed != NULL)
			json_object_set_new(object, "refreshed", json_integer(strtoll(refreshed, NULL, 10)));
		json_object_set_new(object, "grades", rows_to_json(grades));
		print_json(object);
	}
	else
	{
		printf("run %s: scheme ", run);
		print_safely(stdout, PQgetvalue(result, 0, 1));
		printf(", version ");
		print_safely(stdout, PQgetvalue(result, 0, 2));
		printf(", for %s as of %s%s\n", PQgetvalue(result, 0, 3), PQgetvalue(result, 0, 6),
			   strcmp(PQgetvalue(result, 0, 4), "dry") == 0 ? ", dry" : "");
		if (refreshed != NULL)
			printf("%s subjects looked at again\n", refreshed);
		printf("%s subjects, %s excluded, %s rated\n", PQgetvalue(result, 0, 7), PQgetvalue(result, 0, 8), PQgetvalue(result, 0, 9));
		if (PQntuples(grades) > 0)
		{
			putchar('\n');
			print_rows(grades);
		}
	}
	PQclear(result);
	PQclear(grades);
}

/* Returns the exit status. */
static int
command_evaluate(int argc, char **argv, const Globals *globals)
{
	const char *values[5] = {NULL, NULL, NULL, "false", NULL};	/* scheme, period, as-of, dry, version */
	Evaluation	evaluation = {.second = NULL};
	Watch		watch = {look, &evaluation, 500};
	OptionReader reader;
	PGconn	   *connection;
	PGresult   *result;
	bool		refresh = false;
	int			operands = 0;
	int			option;

	options_begin(&reader, argc, argv, evaluate_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		switch (option)
		{
			case OPTION_AS_OF:
				values[2] = reader.value;
				break;
			case OPTION_SCHEME_VERSION:
				values[4] = reader.value;
				break;
			case OPTION_REFRESH:
				refresh = true;
				break;
			case OPTION_DRY_RUN:
				values[3] = "true";
				break;
			default:
				if (operands == 2)
					usage_error(globals, "one scheme and one period, not also \"%.60s\"", reader.value);
				values[operands++] = reader.value;
		}
	}
	if (operands < 2)
		usage_error(globals, "which scheme, and for which period?");
	if (refresh && (values[2] != NULL || values[4] != NULL || values[3][0] == 't'))
		usage_error(globals, "--refresh goes with none of --as-of, --scheme-version and --dry-run");

	connection = connect_server(globals);
	require_extension(connection, "credence_registry");
	if (!globals->quiet)
		evaluation.second = connect_again(connection);
	evaluation.scheme = values[0];
	strcpy(evaluation.what, "evaluating");
	progress_begin(&evaluation.progress, globals->quiet, evaluation.what, "subjects", 0);
	/* the procedures commit on their own, which they cannot see by themselves in the extended protocol */
	if (refresh)
		result = query_watched(connection, "CALL credence_registry.refresh($1, $2, in_transaction => false, run_id => NULL, refreshed => NULL)", 2, values, &watch);
	else
		result = query_watched(connection, "CALL credence_registry.evaluate($1, $2, as_of => $3::timestamptz, dry => $4::boolean, version => $5,"
							   " in_transaction => false, run_id => NULL)", 5, values, &watch);
	strcpy(evaluation.what, "evaluating");
	progress_end(&evaluation.progress);
	if (evaluation.second != NULL)
		PQfinish(evaluation.second);
	report(connection, globals, PQgetvalue(result, 0, 0), refresh ? PQgetvalue(result, 0, 1) : NULL);
	PQclear(result);
	PQfinish(connection);
	return EXIT_FINE;
}

const Command evaluate_command = {
	.name = "evaluate",
	.arguments = "SCHEME PERIOD",
	.summary = "evaluate a scheme for a period",
	.description =
	"Evaluates a scheme of the registry for a period, 2025, 2025H1, 2025Q3, 2025-07, 2025-07-31 or two\n"
	"dates with two dots between them, and prints the number of the run and how many subjects have\n"
	"which grade. Interrupted, the run is abandoned; one that a crash cut off is taken up again by the\n"
	"next evaluation of the same. For members of credence_admin.\n",
	.options = evaluate_options,
	.run = command_evaluate,
};
