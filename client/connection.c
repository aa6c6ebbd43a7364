/*
 * client/connection.c
 *
 * Connecting, querying, interrupting; see connection.h.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "client/connection.h"
#include "client/output.h"

/* What the handler needs; of the connection that works. */
static volatile sig_atomic_t signal_seen;
static PGcancel *volatile to_cancel;

const char *after_loss = "What was not yet committed has been undone; try again when the server is there.";

/*
 * A signal cancels the statement that runs, and is seen by the loops that ask;
 * the next one ends the program at once. PQcancel may be called here.
 */
static void
on_signal(int signal_number)
{
	int			saved_errno = errno;
	char		problem[256];

	if (signal_seen != 0)
		_exit(128 + signal_number);
	signal_seen = signal_number;
	if (to_cancel != NULL)
		PQcancel(to_cancel, problem, sizeof(problem));
	errno = saved_errno;
}

void
handle_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};

	/* a file that may not grow is like a disk that is full: writing says so */
	signal(SIGXFSZ, SIG_IGN);
	/* without SA_RESTART: what waits for input must wake up */
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
	{
		struct sigaction before;

		/* nohup and the like have it ignored */
		if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

int
interrupted(void)
{
	return signal_seen;
}

void
stop_if_interrupted(void)
{
	if (signal_seen != 0)
		die(128 + signal_seen, "interrupted");
}

/* Is it more than the name of a database? */
static bool
is_connection_string(const char *dbname)
{
	return strncmp(dbname, "postgresql://", 13) == 0 || strncmp(dbname, "postgres://", 11) == 0 || strchr(dbname, '=') != NULL;
}

/* Exits with 2 if the connection string cannot be read or holds a secret, which every user of the machine could see. */
static void
refuse_password(const char *dbname)
{
	static const char *const secrets[] = {"password", "sslpassword"};
	char	   *problem = NULL;
	PQconninfoOption *options = PQconninfoParse(dbname, &problem);

	if (options == NULL)
	{
		/* libpq repeats the value, which may be or contain the password */
		PQfreemem(problem);
		complain("the connection string given with --dbname cannot be read");
		hint("It reads like \"host=db.example dbname=credit user=zhang\" or \"postgresql://zhang@db.example/credit\".");
		exit(EXIT_USAGE);
	}
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
	{
		for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		{
			if (option->val != NULL && strcmp(option->keyword, secrets[i]) == 0)
			{
				complain("there is a %s on the command line, where every user of this machine can read it", secrets[i]);
				hint("Put it into ~/.pgpass or the file that PGPASSFILE names, readable for you alone, or into a service file.");
				exit(EXIT_USAGE);
			}
		}
	}
	PQconninfoFree(options);
}

/* Asks for a password at the terminal; NULL where there is none. */
static char *
ask_password(const char *username)
{
	FILE	   *terminal = fopen("/dev/tty", "r+");
	struct termios before,
				hidden;
	char	   *line = NULL;
	size_t		size = 0;

	if (terminal == NULL)
		return NULL;
	fprintf(terminal, "Password for user %s: ", username);
	fflush(terminal);
	if (tcgetattr(fileno(terminal), &before) == 0)
	{
		hidden = before;
		hidden.c_lflag &= ~(tcflag_t) ECHO;
		tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
		if (getline(&line, &size, terminal) < 0)
		{
			free(line);
			line = NULL;
		}
		tcsetattr(fileno(terminal), TCSAFLUSH, &before);
		fputc('\n', terminal);
	}
	fclose(terminal);
	if (line != NULL)
		line[strcspn(line, "\n")] = '\0';
	stop_if_interrupted();
	return line;
}

/* Notices go where messages go. */
static void
show_notice(void *context, const PGresult *notice)
{
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	const char *next = PQresultErrorField(notice, PG_DIAG_MESSAGE_HINT);
	bool		quiet = *(const bool *) context;

	if (message == NULL || (quiet && (severity == NULL || strcmp(severity, "WARNING") != 0)))
		return;
	complain("%s: %s", severity != NULL && strcmp(severity, "WARNING") == 0 ? "warning" : "notice", message);
	if (next != NULL)
		hint("%s", next);
}

/* Makes a connection ready for use, and the one that signals cancel. */
static void
settle(PGconn *connection, const Globals *globals)
{
	/* names are qualified throughout; what a user has put into a schema of the path is not for us to call */
	PQclear(query(connection, "SELECT pg_catalog.set_config('search_path', '', false), pg_catalog.set_config('datestyle', 'ISO', false),"
				  " pg_catalog.set_config('extra_float_digits', '1', false), pg_catalog.set_config('intervalstyle', 'postgres', false), pg_catalog.set_config('jit', 'off', false)", 0, NULL));
	PQsetNoticeReceiver(connection, show_notice, (void *) &globals->quiet);
}

PGconn *
connect_server(const Globals *globals)
{
	const char *keywords[8];
	const char *values[8];
	char	   *password = NULL;
	PGconn	   *connection;
	int			count = 0;

	if (globals->dbname != NULL && is_connection_string(globals->dbname))
		refuse_password(globals->dbname);
	for (;;)
	{
		bool		ask;

		/* what a connection string says comes after the options, and wins, as in psql */
		count = 0;
		keywords[count] = "host", values[count++] = globals->host;
		keywords[count] = "port", values[count++] = globals->port;
		keywords[count] = "user", values[count++] = globals->username;
		keywords[count] = "password", values[count++] = password;
		keywords[count] = "dbname", values[count++] = globals->dbname;
		keywords[count] = "fallback_application_name", values[count++] = "credence";
		keywords[count] = "client_encoding", values[count++] = "UTF8";
		keywords[count] = NULL, values[count] = NULL;
		connection = PQconnectdbParams(keywords, values, 1);
		if (connection == NULL)
			die(EXIT_CONNECTION, "out of memory");
		if (PQstatus(connection) == CONNECTION_OK)
			break;
		stop_if_interrupted();
		ask = PQconnectionNeedsPassword(connection) && password == NULL && !globals->never_ask;
		if (ask)
			password = ask_password(PQuser(connection));
		if (!ask || password == NULL)
		{
			char	   *message = copy_text(PQerrorMessage(connection));
			bool		wanted = PQconnectionNeedsPassword(connection);

			message[strcspn(message, "\n")] = '\0';
			complain("%s", message);
			if (wanted)
				hint("A password is taken from ~/.pgpass, the file that PGPASSFILE names, or a service file.");
			PQfinish(connection);
			exit(EXIT_CONNECTION);
		}
		PQfinish(connection);
	}
	if (password != NULL)
	{
		explicit_bzero(password, strlen(password));
		free(password);
	}
	to_cancel = PQgetCancel(connection);
	settle(connection, globals);
	return connection;
}

PGconn *
connect_again(PGconn *connection)
{
	PQconninfoOption *options = PQconninfo(connection);
	const char **keywords;
	const char **values;
	int			count = 0;
	PGconn	   *second;

	if (options == NULL)
		return NULL;
	while (options[count].keyword != NULL)
		count++;
	keywords = allocate(sizeof(char *) * (size_t) (count + 1));
	values = allocate(sizeof(char *) * (size_t) (count + 1));
	for (int i = 0; i <= count; i++)
	{
		keywords[i] = options[i].keyword;
		values[i] = options[i].val;
	}
	second = PQconnectdbParams(keywords, values, 0);
	free(keywords);
	free(values);
	PQconninfoFree(options);
	if (PQstatus(second) == CONNECTION_OK)
		return second;
	PQfinish(second);
	return NULL;
}

PGresult *
next_result(PGconn *connection, const Watch *watch)
{
	for (;;)
	{
		int			unsent = PQflush(connection);
		struct pollfd wanted = {.fd = PQsocket(connection)};

		/* without a socket the connection is lost, which the result says */
		if ((unsent == 0 && !PQisBusy(connection)) || wanted.fd < 0)
			return PQgetResult(connection);
		wanted.events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
		if (poll(&wanted, 1, watch != NULL ? watch->interval : -1) < 0 && errno != EINTR)
			die(EXIT_CONNECTION, "could not wait for the server: %s", strerror(errno));
		if (!PQconsumeInput(connection))
			return PQgetResult(connection);
		if (watch != NULL)
			watch->look(watch->context);
	}
}

PGresult *
try_query(PGconn *connection, const char *sql, int count, const char *const *values, const Watch *watch)
{
	PGresult   *last = NULL;
	PGresult   *result;

	stop_if_interrupted();
	if (!PQsendQueryParams(connection, sql, count, NULL, values, NULL, NULL, 0))
		die_of_result(connection, NULL);
	while ((result = next_result(connection, watch)) != NULL)
	{
		/* after the last words of a server that goes away libpq has some of its own */
		if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR)
		{
			PQclear(result);
			continue;
		}
		PQclear(last);
		last = result;
		if (PQresultStatus(result) == PGRES_COPY_IN || PQresultStatus(result) == PGRES_COPY_OUT)
			break;
	}
	if (last == NULL)
		die_of_result(connection, NULL);
	return last;
}

PGresult *
query_watched(PGconn *connection, const char *sql, int count, const char *const *values, const Watch *watch)
{
	PGresult   *result = try_query(connection, sql, count, values, watch);

	switch (PQresultStatus(result))
	{
		case PGRES_TUPLES_OK:
		case PGRES_COMMAND_OK:
		case PGRES_COPY_IN:
		case PGRES_COPY_OUT:
			return result;
		default:
			die_of_result(connection, result);
	}
}

PGresult *
query(PGconn *connection, const char *sql, int count, const char *const *values)
{
	return query_watched(connection, sql, count, values, NULL);
}

void
run_statement(PGconn *connection, const char *sql)
{
	PQclear(query(connection, sql, 0, NULL));
}

bool
connection_lost(PGconn *connection, const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	/* libpq has the server's last words before it sees that there are no more */
	return PQstatus(connection) == CONNECTION_BAD || result == NULL || PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) == NULL
		|| (severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0));
}

void
die_of_result(PGconn *connection, const PGresult *result)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *next = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);

	stop_if_interrupted();
	if (connection_lost(connection, result))
	{
		/* of the several lines that libpq has to say, the first is the reason */
		char	   *text = copy_text(message != NULL ? message : PQerrorMessage(connection));

		text[strcspn(text, "\n")] = '\0';
		complain("the connection is lost: %s", text);
		hint("%s", after_loss);
		exit(EXIT_CONNECTION);
	}
	complain("%s", message);
	if (detail != NULL)
		hint("%s", detail);
	if (next != NULL)
		hint("%s", next);
	exit(EXIT_SERVER);
}

char *
extension_version(PGconn *connection, const char *name)
{
	PGresult   *rows = query(connection, "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = $1", 1, &name);
	char	   *version = PQntuples(rows) > 0 ? copy_text(PQgetvalue(rows, 0, 0)) : NULL;

	PQclear(rows);
	return version;
}

void
require_extension(PGconn *connection, const char *name)
{
	char	   *version = extension_version(connection, name);

	if (version == NULL)
	{
		complain("extension \"%s\" is not installed in database \"%s\"", name, PQdb(connection));
		hint("Is it the right database? A superuser installs it with CREATE EXTENSION %s CASCADE.", name);
		exit(EXIT_SERVER);
	}
	free(version);
}
