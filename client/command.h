/*
 * client/command.h
 *
 * What a command of the program is, and what it gets from the options that all
 * of them take.
 */
#ifndef CREDENCE_COMMAND_H
#define CREDENCE_COMMAND_H

#include <stdbool.h>

#include "client/options.h"

/* How the program ends. */
enum
{
	EXIT_FINE = 0,
	EXIT_DIFFERS = 1,			/* what was asked for failed or differs */
	EXIT_USAGE = 2,
	EXIT_CONNECTION = 3,
	EXIT_FILES = 4,				/* disk, permissions, not a bundle */
	EXIT_SERVER = 5,			/* the server refused */
	EXIT_INTERRUPTED = 130		/* 128 and the signal */
};

struct Command;

/* The options that stand before or after the name of any command. */
typedef struct Globals
{
	const struct Command *command;
	const char *dbname;			/* a name, or a connection string or URI */
	const char *host;
	const char *port;
	const char *username;
	bool		never_ask;		/* for a password */
	bool		json;			/* results as JSON instead of text */
	bool		quiet;			/* no progress and no notices */
} Globals;

typedef struct Command
{
	const char *name;
	const char *arguments;		/* of the usage line, after the options */
	const char *summary;		/* one line */
	const char *description;	/* paragraphs of the help, each ended by a newline */
	const Option *options;		/* its own, ended by one without a name */
	bool		offline;		/* takes no options of the connection */
	int			(*run) (int argc, char **argv, const Globals *globals);
} Command;

extern const Command load_command;
extern const Command evaluate_command;
extern const Command scheme_command;
extern const Command status_command;
extern const Command protect_command;
extern const Command export_command;
extern const Command verify_command;

/* Says what is wrong with the arguments and where the help is; exits with 2. */
extern void usage_error(const Globals *globals, const char *format,...)
			__attribute__((format(printf, 2, 3), noreturn));

#endif							/* CREDENCE_COMMAND_H */
