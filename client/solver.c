/*
 * client/solver.c
 *
 * Questions about linked tables to glpsol, in the LP format of CPLEX and by
 * its own format of solutions, through a directory that only its owner reads.
 */
#include "client/solver.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

extern char **environ;

/* Beyond it a solver that computes in double precision could not be trusted with whole units. */
#define AMOUNT_LIMIT 1000000000000000LL

/* Seconds that the solver has beyond its limit, to write what it found. */
#define GRACE 5

static char directory[4096];	/* of the temporary files; empty before the first question */

/* The path of one of them. */
static const char *
path_of(char *path, const char *name)
{
	snprintf(path, sizeof(directory) + 16, "%s/%s", directory, name);
	return path;
}

/* Removes what was there of the tables, however the program ends. */
static void
remove_files(void)
{
	char		path[sizeof(directory) + 16];

	unlink(path_of(path, "problem.lp"));
	unlink(path_of(path, "solution"));
	rmdir(directory);
}

static void
make_directory(void)
{
	const char *parent = getenv("TMPDIR");

	if (directory[0] != '\0')
		return;
	if (parent == NULL || parent[0] == '\0')
		parent = "/tmp";
	if (strlen(parent) > sizeof(directory) - 32)
		die(EXIT_FILES, "TMPDIR is too long");
	snprintf(directory, sizeof(directory), "%s/credence-XXXXXX", parent);
	if (mkdtemp(directory) == NULL)
	{
		directory[0] = '\0';
		die(EXIT_FILES, "no directory for temporary files can be made in \"%s\": %s", parent, strerror(errno));
	}
	atexit(remove_files);
}

/* May a cell differ from what it is? */
static bool
movable(const LinearCell *cell)
{
	return cell->suppressed || cell->free;
}

/*
 * Cell i changes by u<i> - d<i>; of suppressed cells at no cost. All of both are
 * in the objective, and so are the first columns, in this order.
 */
static void
write_problem(FILE *file, const LinearSystem *system, int cell, bool high, int64_t distance)
{
	int			equation = -1;

	fprintf(file, "Minimize\n cost:");
	for (int i = 0; i < system->cells; i++)
	{
		if (movable(&system->cell[i]))
			fprintf(file, " + %s u%d + %s d%d\n", system->cell[i].suppressed ? "0" : system->cell[i].cost, i, system->cell[i].suppressed ? "0" : system->cell[i].cost, i);
	}
	fprintf(file, "Subject To\n side: u%d - d%d %s %lld\n", cell, cell, high ? ">=" : "<=", (long long) (high ? distance : -distance));
	for (int i = 0; i < system->terms; i++)
	{
		const LinearTerm *term = &system->term[i];

		if (!movable(&system->cell[term->cell]))
			continue;
		if (term->equation != equation)
		{
			if (equation >= 0)
				fprintf(file, " = 0\n");
			equation = term->equation;
			fprintf(file, " e%d:", equation);
		}
		fprintf(file, " %c %d u%d %c %d d%d\n", term->sign > 0 ? '+' : '-', abs(term->sign), term->cell, term->sign > 0 ? '-' : '+', abs(term->sign), term->cell);
	}
	if (equation >= 0)
		fprintf(file, " = 0\n");
	fprintf(file, "Bounds\n");
	for (int i = 0; i < system->cells; i++)
	{
		const LinearCell *own = &system->cell[i];

		if (!movable(own))
			continue;
		if (own->bounded_above)
			fprintf(file, " 0 <= u%d <= %lld\n", i, (long long) own->greatest);
		if (own->bounded_below)
			fprintf(file, " 0 <= d%d <= %lld\n", i, (long long) -own->least);
	}
	fprintf(file, "General\n");
	for (int i = 0; i < system->cells; i++)
	{
		if (movable(&system->cell[i]))
			fprintf(file, " u%d d%d\n", i, i);
	}
	fprintf(file, "End\n");
}

/* Waits for the solver, which is killed where it outlives its limit or somebody interrupts. Returns false where it outlived it. */
static bool
wait_for(const Solver *solver, pid_t child)
{
	struct timespec begun;
	struct timespec now;
	struct timespec nap = {0, 1000000};
	bool		killed = false;
	int			status;
	pid_t		ended;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	while ((ended = waitpid(child, &status, killed ? 0 : WNOHANG)) != child)
	{
		if (ended < 0 && errno != EINTR)
			die(EXIT_FILES, "the solver \"%s\" got lost: %s", solver->program, strerror(errno));
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (interrupted() || now.tv_sec - begun.tv_sec > solver->seconds + GRACE)
		{
			kill(child, SIGKILL);
			killed = true;
			continue;
		}
		nanosleep(&nap, NULL);
		if (nap.tv_nsec < 50000000)
			nap.tv_nsec *= 2;
	}
	stop_if_interrupted();
	if (!killed && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		die(EXIT_FILES, "the solver \"%s\" failed", solver->program);
	return !killed;
}

/*
 * Runs the solver on the file, its talk going nowhere: in whole numbers, or for
 * the linear relaxation alone. Its preprocessor of whole numbers is left out:
 * there are systems without a solution in which it never ends, time limit or not.
 * Returns false where there was no answer in time.
 */
static bool
run_solver(const Solver *solver, const char *problem, const char *solution, bool whole)
{
	char		seconds[16];
	char	   *arguments[] = {(char *) solver->program, "--lp", (char *) problem, whole ? "--nointopt" : "--nomip", "--nopresol", "--tmlim", seconds, "--write", (char *) solution, NULL};
	posix_spawn_file_actions_t actions;
	pid_t		child;
	int			error;

	snprintf(seconds, sizeof(seconds), "%d", solver->seconds);
	unlink(solution);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&child, solver->program, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error != 0)
	{
		complain("the solver \"%s\" cannot be run: %s", solver->program, strerror(error));
		hint("On Debian, glpsol is in the package glpk-utils; --solver says where it is.");
		exit(EXIT_FILES);
	}
	return wait_for(solver, child);
}

/* Has the linear relaxation no solution, so that whole numbers have none either? */
static bool
no_relaxation(const Solver *solver, const char *problem, const char *solution)
{
	FILE	   *file = run_solver(solver, problem, solution, false) ? fopen(solution, "r") : NULL;
	char		line[256];
	char		status = 'u';

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
	{
		if (line[0] == 's')
			sscanf(line, "s bas %*d %*d %c", &status);
	}
	if (file != NULL)
		fclose(file);
	return status == 'n';
}

/*
 * Reads a solution: "s mip ROWS COLUMNS STATUS COST", and "j COLUMN VALUE" for
 * each column. Returns its status: o optimal, f feasible, n none, u unknown.
 */
static char
read_solution(FILE *file, const LinearSystem *system, int64_t *change)
{
	char		line[256];
	char		status = '?';
	int			next = 0;		/* column to come, from 0 */

	memset(change, 0, sizeof(int64_t) * system->cells);
	for (int i = 0; fgets(line, sizeof(line), file) != NULL;)
	{
		int			column;
		double		value;

		if (line[0] == 's')
			sscanf(line, "s mip %*d %*d %c", &status);
		if (sscanf(line, "j %d %lf", &column, &value) != 2)
			continue;
		if (column != ++next)
			return '?';
		while (i < system->cells && !movable(&system->cell[i]))
			i++;
		if (i >= system->cells)
			return '?';
		if (!(fabs(value) <= (double) AMOUNT_LIMIT))
			return '?';
		change[i] += next % 2 == 1 ? llround(value) : -llround(value);
		if (next % 2 == 0)
			i++;
	}
	return status;
}

bool
solver_find(const Solver *solver, const LinearSystem *system, int cell, bool high, int64_t distance, int64_t *change)
{
	char		problem[sizeof(directory) + 16];
	char		solution[sizeof(directory) + 16];
	FILE	   *file;
	char		status;

	if (distance > AMOUNT_LIMIT)
		die(EXIT_DIFFERS, "the cell \"%s\" has too many digits for a solver", system->cell[cell].label);
	make_directory();
	path_of(problem, "problem.lp");
	path_of(solution, "solution");
	file = fopen(problem, "w");
	if (file == NULL)
		die(EXIT_FILES, "\"%s\" cannot be written: %s", problem, strerror(errno));
	write_problem(file, system, cell, high, distance);
	if (ferror(file) || fclose(file) != 0)
		die(EXIT_FILES, "\"%s\" cannot be written: %s", problem, strerror(errno));
	file = run_solver(solver, problem, solution, true) ? fopen(solution, "r") : NULL;
	status = file != NULL ? read_solution(file, system, change) : 'u';
	if (file != NULL)
		fclose(file);
	if (status == 'u' && no_relaxation(solver, problem, solution))
		status = 'n';
	if (status == 'u')
		die(EXIT_DIFFERS, "the solver found no answer for the cell \"%s\" in %d seconds", system->cell[cell].label, solver->seconds);
	if (status != 'o' && status != 'f' && status != 'n')
		die(EXIT_DIFFERS, "what the solver says of the cell \"%s\" cannot be read", system->cell[cell].label);
	return status != 'n';
}
