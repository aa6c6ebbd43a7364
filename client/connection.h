/*
 * client/connection.h
 *
 * The connection, queries that show progress and can be interrupted, and what
 * becomes of errors. Text that the server sends is UTF-8.
 */
#ifndef CREDENCE_CONNECTION_H
#define CREDENCE_CONNECTION_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "client/command.h"

/* Called while a query runs, every so many milliseconds. */
typedef struct Watch
{
	void		(*look) (void *context);
	void	   *context;
	int			interval;		/* milliseconds */
} Watch;

/* Makes SIGINT, SIGTERM and SIGHUP cancel what the server does; a second one ends the program at once. */
extern void handle_signals(void);

/* The signal that came, or 0. */
extern int	interrupted(void);

/* Ends the program with 128 and the signal if one came: to be called in every long loop. */
extern void stop_if_interrupted(void);

/* Connects as the options and the environment say, with an empty search_path; exits with 3 if it cannot, 2 if a password is given away. */
extern PGconn *connect_server(const Globals *globals);

/* As connect_server, but returns NULL and says nothing if it cannot; asks for no password. */
extern PGconn *connect_again(PGconn *connection);

/* Runs one statement with text parameters and returns its rows; exits if the server refuses. Watch may be NULL. */
extern PGresult *query(PGconn *connection, const char *sql, int count, const char *const *values);
extern PGresult *query_watched(PGconn *connection, const char *sql, int count, const char *const *values, const Watch *watch);

/* The same, but returns also what the server refused, for the caller to judge. */
extern PGresult *try_query(PGconn *connection, const char *sql, int count, const char *const *values, const Watch *watch);

/* Runs a statement without parameters for its effect. */
extern void run_statement(PGconn *connection, const char *sql);

/* Waits for the next result of what was sent, as query_watched does; NULL after the last. */
extern PGresult *next_result(PGconn *connection, const Watch *watch);

/* Is the connection gone, or did the server say that it is about to end it? */
extern bool connection_lost(PGconn *connection, const PGresult *result);

/* What to do after a connection was lost; a command that can say more than the usual sets it. */
extern const char *after_loss;

/* Says what the server refused, or that the connection is lost, and exits with 5 or 3, or as interrupted. */
extern void die_of_result(PGconn *connection, const PGresult *result) __attribute__((noreturn));

/* Is the extension there? Returns its version, allocated, or NULL. */
extern char *extension_version(PGconn *connection, const char *name);

/* Exits with 5 if the extension is not there. */
extern void require_extension(PGconn *connection, const char *name);

#endif							/* CREDENCE_CONNECTION_H */
