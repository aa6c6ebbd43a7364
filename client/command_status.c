/*
 * client/command_status.c
 *
 * credence status: what is being evaluated, where the runs and bulletins
 * stand, what is due, and what came late.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

#define DAYS_DEFAULT "14"

enum
{
	OPTION_DAYS,
	OPTION_SINCE
};

static const Option status_options[] = {
	[OPTION_DAYS] = {"days", 'n', "DAYS", "what is due within so many days; " DAYS_DEFAULT " by default"},
	[OPTION_SINCE] = {"since", 's', "DATE", "problems of data of periods that end then or later; of\nthe last 365 days by default"},
	{NULL}
};

/* One part of the status: a query whose parameters are the days and the date. */
typedef struct Section
{
	const char *key;			/* in the JSON document */
	const char *title;
	const char *nothing;		/* what is printed where there are no rows */
	bool		disclosure;		/* needs that extension */
	const char *relation;		/* the login must be allowed to read it; NULL: everyone of the registry is */
	const char *sql;
} Section;

static const Section sections[] = {
	{"running", "Being evaluated", "nothing", false, NULL,
		"SELECT run_id AS run, scheme_code AS scheme, period, kind, phase, subjects, started_by, started_at,"
		" extract(epoch FROM running_for)::bigint AS seconds,"
		" EXISTS (SELECT FROM pg_catalog.pg_locks l, credence_registry.period_bounds(p.period) b,"
		"  LATERAL (SELECT credence_registry.evaluation_key(p.scheme_code, b.period_start, b.period_end) AS key) k"
		"  WHERE l.locktype = 'advisory' AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())"
		"  AND l.classid = (k.key >> 32 & 4294967295)::oid AND l.objid = (k.key & 4294967295)::oid AND l.objsubid = 1) AS alive"
		" FROM credence_registry.run_progress p WHERE $1::int IS NOT NULL AND $2::date IS NOT NULL ORDER BY run_id"},
	{"runs", "Runs that stand", "none", false, NULL,
		"SELECT e.run_id AS run, e.scheme_code AS scheme, e.scheme_version AS version, e.period, e.run_kind AS kind, e.run_state AS state, e.subjects, e.as_of,"
		" CASE WHEN e.run_state = 'scored' THEN pg_catalog.cardinality(credence_registry.touched_subjects(e.as_of, pg_catalog.clock_timestamp())) END AS touched_since"
		" FROM credence_registry.evaluation e WHERE $1::int IS NOT NULL AND $2::date IS NOT NULL AND e.standing"
		" ORDER BY e.period_end DESC, e.scheme_code, e.run_id DESC LIMIT 20"},
	{"due", "Due", "nothing", false, NULL,
		"SELECT d.due_on, d.days_left, d.what, c.label_en AS meaning, d.run_id AS run, s.code AS subject, d.detail"
		" FROM credence_registry.due_today d LEFT JOIN credence_registry.subject s ON s.subject_id = d.subject_id"
		" LEFT JOIN credence_registry.code_list c ON c.domain = 'due' AND c.code = d.what"
		" WHERE d.days_left <= $1::int AND $2::date IS NOT NULL ORDER BY d.due_on, d.what, d.run_id, d.item_id"},
	{"bulletins", "Bulletins under way", "none", true, "bulletin",
		"SELECT b.bulletin_id, p.code AS policy, p.version, r.period, b.state, b.due_on, b.notice_from, b.notice_until,"
		" b.notice_until - credence_registry.today() AS days_left,"
		" (SELECT count(*) FROM credence_disclosure.objection o WHERE o.bulletin_id = b.bulletin_id"
		"  AND NOT EXISTS (SELECT FROM credence_disclosure.objection_answer a WHERE a.objection_id = o.objection_id)) AS open_objections"
		" FROM credence_disclosure.bulletin b JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id JOIN credence_registry.run r ON r.run_id = b.run_id"
		" WHERE $1::int IS NOT NULL AND $2::date IS NOT NULL AND b.state IN ('drafted', 'reviewed', 'notice') ORDER BY b.notice_until, b.bulletin_id"},
	{"published", "Published last", "nothing", true, "bulletins",
		"SELECT bulletin AS number, policy, period, published_on, state, items FROM credence_disclosure.bulletins"
		" WHERE $1::int IS NOT NULL AND $2::date IS NOT NULL ORDER BY bulletin DESC LIMIT 5"},
	{"problems", "Problems of data", "none", false, NULL,
		"SELECT q.problem, q.problem_en AS meaning, q.scheme_code AS scheme, q.indicator, count(*) AS rows, count(DISTINCT q.subject_id) AS subjects, max(q.days_late) AS days_late"
		" FROM credence_registry.data_quality q WHERE $1::int IS NOT NULL AND q.period_end >= coalesce($2::date, credence_registry.today() - 365)"
		" GROUP BY q.problem, q.problem_en, q.problem_order, q.scheme_code, q.indicator ORDER BY q.problem_order, rows DESC, q.scheme_code, q.indicator"},
};

#define SECTIONS ((int) (sizeof(sections) / sizeof(sections[0])))

/* May the login read that table or view of the disclosure? */
static bool
may_read(PGconn *connection, const char *relation)
{
	PGresult   *rows = query(connection,
							 "SELECT pg_catalog.has_table_privilege(session_user, c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(session_user, n.oid, 'USAGE')"
							 " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							 " WHERE n.nspname = 'credence_disclosure' AND c.relname = $1", 1, &relation);
	bool		may = PQntuples(rows) > 0 && PQgetvalue(rows, 0, 0)[0] == 't';

	PQclear(rows);
	return may;
}

/* Returns the exit status. */
static int
command_status(int argc, char **argv, const Globals *globals)
{
	const char *values[] = {DAYS_DEFAULT, NULL};
	OptionReader reader;
	PGconn	   *connection;
	PGresult   *who;
	char	   *disclosure;
	json_t	   *document = NULL;
	int			option;

	options_begin(&reader, argc, argv, status_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		if (option == OPTION_DAYS)
			values[0] = reader.value;
		else if (option == OPTION_SINCE)
			values[1] = reader.value;
		else
			usage_error(globals, "status takes no argument, such as \"%.60s\"", reader.value);
	}
	if (values[0][0] == '\0' || values[0][strspn(values[0], "0123456789")] != '\0' || strlen(values[0]) > 6)
		usage_error(globals, "--days must be a number of days, not \"%.20s\"", values[0]);

	connection = connect_server(globals);
	require_extension(connection, "credence_registry");
	disclosure = extension_version(connection, "credence_disclosure");
	/* all of it as of one moment */
	run_statement(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
	who = query(connection, "SELECT pg_catalog.current_database() AS database, session_user AS login, credence_registry.today() AS day, coalesce($1::date, credence_registry.today() - 365) AS since", 1, &values[1]);
	if (globals->json)
	{
		json_t	   *rows = rows_to_json(who);

		document = json_incref(json_array_get(rows, 0));
		json_decref(rows);
	}
	else
	{
		printf("database ");
		print_safely(stdout, PQgetvalue(who, 0, 0));
		printf(", login ");
		print_safely(stdout, PQgetvalue(who, 0, 1));
		printf(", %s\n", PQgetvalue(who, 0, 2));
	}
	values[1] = PQgetvalue(who, 0, 3);
	for (int i = 0; i < SECTIONS; i++)
	{
		const Section *section = &sections[i];
		PGresult   *rows;

		if (section->disclosure && (disclosure == NULL || !may_read(connection, section->relation)))
			continue;
		rows = query(connection, section->sql, 2, values);
		if (globals->json)
			json_object_set_new(document, section->key, rows_to_json(rows));
		else
		{
			printf("\n%s:%s%s\n", section->title, PQntuples(rows) == 0 ? " " : "", PQntuples(rows) == 0 ? section->nothing : "");
			if (PQntuples(rows) > 0)
				print_rows(rows);
		}
		PQclear(rows);
	}
	if (globals->json)
		print_json(document);
	PQclear(who);
	free(disclosure);
	PQfinish(connection);
	return EXIT_FINE;
}

const Command status_command = {
	.name = "status",
	.arguments = "",
	.summary = "what is running, where runs and bulletins stand, what is due or late",
	.description =
	"Prints the evaluations that are under way (alive: a session works on it; the others were cut off),\n"
	"the runs that stand, what is due (notices and times for appeals that end, deadlines, suspensions),\n"
	"the bulletins under way and published last, where the disclosure is installed, and problems of data,\n"
	"such as observations that came late. What a login may not see is left out.\n",
	.options = status_options,
	.run = command_status,
};
