/*
 * client/command_protect.c
 *
 * credence protect: for a bulletin whose tables are linked so that the
 * database finds no answer by itself, finds what has to be suppressed and the
 * proof that it is enough, by a solver of linear programs that is run as a
 * program of its own.
 *
 * For every primary cell and either side of it the solver looks for a table
 * that agrees with all that is shown and has that cell low, or high, enough,
 * changing as little as possible that is not suppressed. That table is the
 * witness of the certificate; what it changes must be suppressed too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"
#include "client/progress.h"
#include "client/solver.h"

/* A further pattern can need another one; each has more cells in it. */
#define ROUNDS 5

enum
{
	OPTION_SOLVER,
	OPTION_TIME_LIMIT,
	OPTION_DRY_RUN
};

static const Option protect_options[] = {
	[OPTION_SOLVER] = {"solver", 0, "PROGRAM", "glpsol, or a program that takes its options; it is looked\nfor in PATH"},
	[OPTION_TIME_LIMIT] = {"time-limit", 't', "SECONDS", "for each question to the solver; 60 by default"},
	[OPTION_DRY_RUN] = {"dry-run", 'n', NULL, "only say what would be done"},
	{NULL}
};

/* What the proof is made of: for each cell what it is in a witness, less what it really is. */
typedef struct Witness
{
	int			cell;
	bool		high;
	int64_t    *change;
} Witness;

typedef struct Proof
{
	Witness    *witnesses;
	int			count;
	bool	   *needless;		/* of each cell: it was not suppressed, and must be */
	int			more;			/* how many of those there are */
} Proof;

/* Asks for the system of a bulletin, in units of its last decimal; false if there is none. */
static bool
read_system(PGconn *connection, const char *bulletin, LinearSystem *system)
{
	PGresult   *cells = query(connection,
							  "WITH s AS MATERIALIZED (SELECT credence_disclosure.linked_system($1::bigint) AS s),"
							  " c AS MATERIALIZED (SELECT (c ->> 'cell')::int AS cell, c ->> 'identity' AS identity, c ->> 'label' AS label, (c ->> 'suppressed')::boolean AS suppressed,"
							  "  (c ->> 'free')::boolean AS free, (c ->> 'cost')::numeric AS cost, (c ->> 'value')::numeric AS value, (c ->> 'lowest')::numeric AS lowest,"
							  "  (c ->> 'highest')::numeric AS highest, (c ->> 'needed_least')::numeric AS needed_least, (c ->> 'needed_greatest')::numeric AS needed_greatest"
							  "  FROM s, pg_catalog.jsonb_array_elements(s.s -> 'cells') c),"
							  " u AS (SELECT ('1e' || coalesce(max(pg_catalog.scale(c.value)), 0))::numeric AS unit, coalesce(max(pg_catalog.scale(c.value)), 0) AS decimals FROM c)"
							  " SELECT c.identity, c.label, c.suppressed, c.free, pg_catalog.round(greatest(c.cost, 0.001), 3) AS cost, pg_catalog.trunc(c.value * u.unit) AS value,"
							  " pg_catalog.ceil((c.lowest - c.value) * u.unit) AS lowest, pg_catalog.floor((c.highest - c.value) * u.unit) AS highest,"
							  " pg_catalog.ceil((c.value - c.needed_least) * u.unit) AS lower, pg_catalog.ceil((c.needed_greatest - c.value) * u.unit) AS upper, u.decimals"
							  " FROM c, u ORDER BY c.cell", 1, &bulletin);
	PGresult   *terms;

	memset(system, 0, sizeof(*system));
	system->cells = PQntuples(cells);
	if (system->cells == 0)
	{
		PQclear(cells);
		return false;
	}
	system->cell = allocate(sizeof(LinearCell) * system->cells);
	for (int i = 0; i < system->cells; i++)
	{
		LinearCell *cell = &system->cell[i];

		cell->identity = copy_text(PQgetvalue(cells, i, 0));
		cell->label = copy_text(PQgetvalue(cells, i, 1));
		cell->suppressed = PQgetvalue(cells, i, 2)[0] == 't';
		cell->free = PQgetvalue(cells, i, 3)[0] == 't';
		cell->cost = copy_text(PQgetvalue(cells, i, 4));
		cell->value = strtoll(PQgetvalue(cells, i, 5), NULL, 10);
		cell->bounded_below = !PQgetisnull(cells, i, 6);
		cell->least = strtoll(PQgetvalue(cells, i, 6), NULL, 10);
		cell->bounded_above = !PQgetisnull(cells, i, 7);
		cell->greatest = strtoll(PQgetvalue(cells, i, 7), NULL, 10);
		cell->primary = !PQgetisnull(cells, i, 8);
		cell->lower = strtoll(PQgetvalue(cells, i, 8), NULL, 10);
		cell->upper = strtoll(PQgetvalue(cells, i, 9), NULL, 10);
	}
	system->decimals = atoi(PQgetvalue(cells, 0, 10));
	PQclear(cells);

	terms = query(connection,
				  "SELECT e.n, (t ->> 0)::int, (t ->> 1)::int FROM pg_catalog.jsonb_array_elements(credence_disclosure.linked_system($1::bigint) -> 'equations') WITH ORDINALITY e (value, n),"
				  " pg_catalog.jsonb_array_elements(e.value) t ORDER BY 1, 2", 1, &bulletin);
	system->terms = PQntuples(terms);
	system->term = allocate(sizeof(LinearTerm) * (system->terms + 1));
	for (int i = 0; i < system->terms; i++)
	{
		system->term[i].equation = atoi(PQgetvalue(terms, i, 0));
		system->term[i].cell = atoi(PQgetvalue(terms, i, 1)) - 1;
		system->term[i].sign = atoi(PQgetvalue(terms, i, 2));
	}
	PQclear(terms);
	return true;
}

static void
free_system(LinearSystem *system)
{
	for (int i = 0; i < system->cells; i++)
	{
		free(system->cell[i].identity);
		free(system->cell[i].label);
		free(system->cell[i].cost);
	}
	free(system->cell);
	free(system->term);
}

static void
free_proof(Proof *proof)
{
	for (int i = 0; i < proof->count; i++)
		free(proof->witnesses[i].change);
	free(proof->witnesses);
	free(proof->needless);
}

/* Finds a witness of a cell, among those there are or by the solver, and notes what it changes; false if there is none. */
static bool
prove_side(LinearSystem *system, Proof *proof, int cell, bool high, int64_t distance, const Solver *solver)
{
	Witness    *witness;
	const int64_t *change = NULL;
	int64_t    *own = allocate(sizeof(int64_t) * system->cells);

	for (int i = 0; i < proof->count && change == NULL; i++)
	{
		int64_t		there = proof->witnesses[i].change[cell];

		if (high ? there >= distance : there <= -distance)
			change = proof->witnesses[i].change;
	}
	if (change != NULL)
		memcpy(own, change, sizeof(int64_t) * system->cells);
	else if (!solver_find(solver, system, cell, high, distance, own))
	{
		free(own);
		return false;
	}
	proof->witnesses = reallocate(proof->witnesses, sizeof(Witness) * (proof->count + 1));
	witness = &proof->witnesses[proof->count++];
	witness->cell = cell;
	witness->high = high;
	witness->change = own;
	for (int i = 0; i < system->cells; i++)
	{
		if (own[i] != 0 && !system->cell[i].suppressed)
		{
			system->cell[i].suppressed = true;
			proof->needless[i] = true;
			proof->more++;
		}
	}
	return true;
}

/* Finds witnesses for all primary cells; returns how many cannot be protected, having named them. */
static int
prove(LinearSystem *system, Proof *proof, const Solver *solver, bool quiet)
{
	Progress	progress;
	int			primaries = 0;
	int			done = 0;
	int			failed = 0;

	memset(proof, 0, sizeof(*proof));
	proof->needless = allocate(sizeof(bool) * system->cells);
	memset(proof->needless, 0, sizeof(bool) * system->cells);
	for (int i = 0; i < system->cells; i++)
		primaries += system->cell[i].primary;
	progress_begin(&progress, quiet, "proving", "cells", primaries);
	for (int i = 0; i < system->cells; i++)
	{
		LinearCell *cell = &system->cell[i];
		bool		proved;

		if (!cell->primary)
			continue;
		stop_if_interrupted();
		if (cell->lower == 0 && cell->upper == 0)
			proved = prove_side(system, proof, i, true, 1, solver) || prove_side(system, proof, i, false, 1, solver);
		else
			proved = (cell->upper == 0 || prove_side(system, proof, i, true, cell->upper, solver))
				&& (cell->lower == 0 || prove_side(system, proof, i, false, cell->lower, solver));
		if (!proved)
		{
			complain("the cell \"%s\" cannot be protected, whatever else is suppressed", cell->label);
			failed++;
		}
		progress_update(&progress, ++done);
	}
	progress_end(&progress);
	return failed;
}

/* The number of so many units, as decimal digits. */
static json_t *
decimal(int64_t units, int decimals)
{
	char		digits[64];
	uint64_t	size = units < 0 ? -(uint64_t) units : (uint64_t) units;
	uint64_t	unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	if (decimals == 0)
		snprintf(digits, sizeof(digits), "%s%llu", units < 0 ? "-" : "", (unsigned long long) size);
	else
		snprintf(digits, sizeof(digits), "%s%llu.%0*llu", units < 0 ? "-" : "", (unsigned long long) (size / unit), decimals,
				 (unsigned long long) (size % unit));
	return json_string(digits);
}

/* The certificate as certify() takes it, allocated. */
static char *
certificate_text(const LinearSystem *system, const Proof *proof)
{
	json_t	   *document = json_object();
	json_t	   *witnesses = json_array();
	char	   *text;

	for (int w = 0; w < proof->count; w++)
	{
		const Witness *witness = &proof->witnesses[w];
		json_t	   *values = json_object();
		char		number[16];

		for (int i = 0; i < system->cells; i++)
		{
			if (witness->change[i] == 0)
				continue;
			snprintf(number, sizeof(number), "%d", i + 1);
			json_object_set_new(values, number, decimal(system->cell[i].value + witness->change[i], system->decimals));
		}
		json_array_append_new(witnesses, json_pack("{s:i, s:s, s:o}", "cell", witness->cell + 1, "side", witness->high ? "high" : "low", "values", values));
	}
	json_object_set_new(document, "witnesses", witnesses);
	text = json_dumps(document, JSON_COMPACT);
	json_decref(document);
	if (text == NULL)
		die(EXIT_FILES, "out of memory");
	return text;
}

/* Draws the bulletin up anew with further cells suppressed, and discards the old one; returns the number of the new one, allocated. */
static char *
draw_up_anew(PGconn *connection, const char *bulletin, const LinearSystem *system, const Proof *proof)
{
	json_t	   *also = json_array();
	char	   *list;
	const char *values[2];
	char	   *drawn;
	PGresult   *rows;

	for (int i = 0; i < system->cells; i++)
	{
		if (proof->needless[i])
			json_array_append_new(also, json_string(system->cell[i].identity));
	}
	list = json_dumps(also, JSON_COMPACT);
	json_decref(also);
	if (list == NULL)
		die(EXIT_FILES, "out of memory");
	run_statement(connection, "BEGIN");
	values[0] = bulletin;
	values[1] = list;
	rows = query(connection, "SELECT credence_disclosure.draw_up_anew($1::bigint, ARRAY(SELECT pg_catalog.jsonb_array_elements_text($2::jsonb)))", 2, values);
	drawn = copy_text(PQgetvalue(rows, 0, 0));
	PQclear(rows);
	run_statement(connection, "COMMIT");
	free(list);
	return drawn;
}

/* Prints how it ended. */
static void
report(const Globals *globals, const char *bulletin, const char *first, int further, bool certified, bool needed)
{
	if (globals->json)
		print_json(json_pack("{s:s, s:b, s:b, s:i, s:o}", "bulletin", bulletin, "linked", needed, "certified", certified, "suppressed_besides", further,
							 "instead_of", strcmp(bulletin, first) == 0 ? json_null() : json_string(first)));
	else if (!needed)
		printf("bulletin %s takes no certificate\n", bulletin);
	else
	{
		if (strcmp(bulletin, first) != 0)
			printf("bulletin %s was drawn up anew as %s, with %d more numbers suppressed\n", first, bulletin, further);
		else if (further > 0)
			printf("bulletin %s needs %d more numbers suppressed\n", bulletin, further);
		printf(certified ? "bulletin %s is certified\n" : "bulletin %s is not certified\n", bulletin);
	}
}

/* Returns the exit status. */
static int
command_protect(int argc, char **argv, const Globals *globals)
{
	Solver		solver = {"glpsol", 60};
	OptionReader reader;
	PGconn	   *connection;
	char	   *first = NULL;
	char	   *bulletin;
	bool		dry_run = false;
	bool		certified = false;
	bool		needed = false;
	int			further = 0;
	int			failed = 0;
	int			option;

	options_begin(&reader, argc, argv, protect_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		if (option == OPTION_SOLVER)
			solver.program = reader.value;
		else if (option == OPTION_TIME_LIMIT)
		{
			if (reader.value[0] == '\0' || reader.value[strspn(reader.value, "0123456789")] != '\0' || strlen(reader.value) > 6 || atoi(reader.value) < 1)
				usage_error(globals, "--time-limit must be a number of seconds, not \"%.20s\"", reader.value);
			solver.seconds = atoi(reader.value);
		}
		else if (option == OPTION_DRY_RUN)
			dry_run = true;
		else if (first == NULL)
			first = copy_text(reader.value);
		else
			usage_error(globals, "protect takes one bulletin at a time");
	}
	if (first == NULL || first[0] == '\0' || first[strspn(first, "0123456789")] != '\0' || strlen(first) > 18)
		usage_error(globals, first == NULL ? "which bulletin?" : "a bulletin that is not published is known by the number that draw_up gave, not \"%.60s\"", first);

	connection = connect_server(globals);
	require_extension(connection, "credence_disclosure");
	bulletin = copy_text(first);
	for (int round = 0; round < ROUNDS && !certified && failed == 0; round++)
	{
		LinearSystem system;
		Proof		proof;

		if (!read_system(connection, bulletin, &system))
		{
			certified = needed;		/* drawn up anew, it takes none */
			break;
		}
		needed = true;
		failed = prove(&system, &proof, &solver, globals->quiet);
		further += proof.more;
		if (failed == 0 && proof.more == 0)
		{
			char	   *certificate = certificate_text(&system, &proof);

			if (!dry_run)
			{
				const char *values[] = {bulletin, certificate};

				PQclear(query(connection, "SELECT credence_disclosure.certify($1::bigint, $2::jsonb)", 2, values));
				certified = true;
			}
			free(certificate);
		}
		else if (failed == 0 && !dry_run)
		{
			char	   *drawn = draw_up_anew(connection, bulletin, &system, &proof);

			free(bulletin);
			bulletin = drawn;
		}
		free_proof(&proof);
		free_system(&system);
		if (dry_run)
			break;
	}
	report(globals, bulletin, first, further, certified, needed);
	if (failed > 0)
		hint("Coarser rows, fewer tables or a shorter list help, in another version of the policy.");
	PQfinish(connection);
	free(bulletin);
	free(first);
	return failed > 0 || (needed && !certified && !dry_run) ? EXIT_DIFFERS : EXIT_FINE;
}

const Command protect_command = {
	.name = "protect",
	.arguments = "BULLETIN",
	.summary = "find what protects the suppressed cells of linked tables, and prove it",
	.description =
	"A bulletin (by the number that draw_up gave) whose tables share suppressed numbers so that the\n"
	"database cannot tell by itself what can be inferred of them is not published without a certificate.\n"
	"This finds one with a solver of linear programs, glpsol of the package glpk-utils, and has the\n"
	"database check it. Where more has to be suppressed, a bulletin that is still a draft is drawn up\n"
	"anew with it and the draft discarded. What is suppressed passes through a directory of temporary\n"
	"files that nobody else may read. Exit status 1: a cell cannot be protected.\n",
	.options = protect_options,
	.run = command_protect,
};
