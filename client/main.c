/*
 * client/main.c
 *
 * credence: the registry and the disclosure from the command line. Finds the
 * command, takes out the options that all commands share, prints help.
 */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

static const Command *const commands[] = {
	&load_command,
	&evaluate_command,
	&scheme_command,
	&status_command,
	&protect_command,
	&export_command,
	&verify_command,
	NULL
};

enum
{
	GLOBAL_JSON,
	GLOBAL_QUIET,
	GLOBAL_HELP,
	GLOBAL_VERSION,
	GLOBAL_DBNAME,
	GLOBAL_HOST,
	GLOBAL_PORT,
	GLOBAL_USERNAME,
	GLOBAL_NO_PASSWORD
};

/* Those of the connection come last, so that commands without one show only the others. */
static const Option global_options[] = {
	[GLOBAL_JSON] = {"json", 0, NULL, "print results as JSON"},
	[GLOBAL_QUIET] = {"quiet", 'q', NULL, "no progress, no notices"},
	[GLOBAL_HELP] = {"help", '?', NULL, "print this help"},
	[GLOBAL_VERSION] = {"version", 'V', NULL, "print the version"},
	[GLOBAL_DBNAME] = {"dbname", 'd', "DATABASE", "name of a database, or a connection string or URI\nwithout a password"},
	[GLOBAL_HOST] = {"host", 'h', "HOST", "host of the server, or directory of its socket"},
	[GLOBAL_PORT] = {"port", 'p', "PORT", "port of the server"},
	[GLOBAL_USERNAME] = {"username", 'U', "NAME", "login"},
	[GLOBAL_NO_PASSWORD] = {"no-password", 'w', NULL, "never ask for a password"},
	{NULL}
};

/* The same without the connection. */
static const Option offline_options[] = {
	[GLOBAL_JSON] = {"json", 0, NULL, "print results as JSON"},
	[GLOBAL_QUIET] = {"quiet", 'q', NULL, "no progress, no notices"},
	[GLOBAL_HELP] = {"help", '?', NULL, "print this help"},
	[GLOBAL_VERSION] = {"version", 'V', NULL, "print the version"},
	{NULL}
};

/* Prints the help of the program. */
static void
print_help(void)
{
	printf("credence %s: credit evaluation of providers, from facts to published bulletins\n\n"
		   "Usage: credence COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n", CREDENCE_VERSION);
	for (int i = 0; commands[i] != NULL; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	printf("\nOptions of every command:\n");
	options_print(global_options);
	printf("\nThe connection is libpq's: PGHOST, PGPORT, PGUSER, PGDATABASE, PGSERVICE, PGPASSFILE and the\n"
		   "other variables are honoured, and so are service files and ~/.pgpass.\n\n"
		   "\"credence COMMAND --help\" tells more of a command, \"man credence\" all.\n\n"
		   "Exit status: 0 fine, 1 what was asked for failed or differs, 2 wrong usage, 3 no connection,\n"
		   "4 trouble with files, 5 the server refused, 130 interrupted.\n");
}

/* Prints the help of a command. */
static void
print_command_help(const Command *command)
{
	printf("credence %s: %s\n\nUsage: credence %s [OPTION]...%s%s\n\n%s\nOptions:\n", command->name, command->summary,
		   command->name, command->arguments[0] != '\0' ? " " : "", command->arguments, command->description);
	options_print(command->options);
	printf("\nOptions of every command:\n");
	options_print(command->offline ? offline_options : global_options);
}

void
usage_error(const Globals *globals, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	complain_list(format, arguments);
	va_end(arguments);
	if (globals->command != NULL)
		hint("\"credence %s --help\" tells more.", globals->command->name);
	else
		hint("\"credence --help\" tells more.");
	exit(EXIT_USAGE);
}

/* Takes one of the shared options; those that only print do so and exit. */
static void
take_global(Globals *globals, int option, const char *value)
{
	switch (option)
	{
		case GLOBAL_JSON:
			globals->json = true;
			break;
		case GLOBAL_QUIET:
			globals->quiet = true;
			break;
		case GLOBAL_HELP:
			if (globals->command != NULL)
				print_command_help(globals->command);
			else
				print_help();
			exit(close_output(EXIT_FINE));
		case GLOBAL_VERSION:
			printf("credence %s\n", CREDENCE_VERSION);
			exit(close_output(EXIT_FINE));
		case GLOBAL_DBNAME:
			globals->dbname = value;
			break;
		case GLOBAL_HOST:
			globals->host = value;
			break;
		case GLOBAL_PORT:
			globals->port = value;
			break;
		case GLOBAL_USERNAME:
			globals->username = value;
			break;
		case GLOBAL_NO_PASSWORD:
			globals->never_ask = true;
			break;
	}
}

int
main(int argc, char **argv)
{
	Globals		globals = {NULL};
	OptionReader reader;
	char	  **own = calloc((size_t) argc + 2, sizeof(char *));	/* what is left for the command */
	int			count = 0;
	char		separator[] = "--";
	bool		separated = false;
	int			option;
	int			status;

	setlocale(LC_CTYPE, "");
	if (own == NULL)
		die(EXIT_FILES, "out of memory");
	options_begin(&reader, argc, argv, NULL);
	reader.tables[1] = global_options;
	while ((option = option_next(&reader)) != OPTION_END)
	{
		if (option == OPTION_WRONG)
			usage_error(&globals, "%s", reader.problem);
		if (option == OPTION_OPERAND && globals.command == NULL)
		{
			for (int i = 0; commands[i] != NULL; i++)
			{
				if (strcmp(commands[i]->name, reader.value) == 0)
					globals.command = commands[i];
			}
			if (globals.command == NULL)
				usage_error(&globals, "there is no command \"%.60s\"", reader.value);
			own[count++] = argv[reader.first];
			reader.tables[0] = globals.command->options;
			reader.tables[1] = globals.command->offline ? offline_options : global_options;
		}
		else if (option != OPTION_OPERAND && reader.table == 1)
			take_global(&globals, option, reader.value);
		else
		{
			/* operands after "--" stay such */
			if (reader.operands_only && !separated)
			{
				own[count++] = separator;
				separated = true;
			}
			for (int i = reader.first; i < reader.place; i++)
				own[count++] = argv[i];
		}
	}
	if (globals.command == NULL)
		usage_error(&globals, "which command?");

	handle_signals();
	status = globals.command->run(count, own, &globals);
	free(own);
	return close_output(status);
}
