/*
 * client/options.c
 *
 * Reading options; see options.h.
 */
#include <stdio.h>
#include <string.h>

#include "client/options.h"

/* Column of the help in which the texts begin. */
#define HELP_COLUMN 28

/* Begins after argv[0]. */
void
options_begin(OptionReader *reader, int argc, char **argv, const Option *options)
{
	memset(reader, 0, sizeof(*reader));
	reader->argc = argc;
	reader->argv = argv;
	reader->place = 1;
	reader->tables[0] = options;
}

/* Returns the index of the option of that name (or letter, where name is NULL), or OPTION_WRONG. */
static int
find_option(OptionReader *reader, const char *name, size_t length, char letter)
{
	for (reader->table = 0; reader->table < OPTION_TABLES; reader->table++)
	{
		const Option *options = reader->tables[reader->table];

		for (int i = 0; options != NULL && options[i].name != NULL; i++)
		{
			if (name != NULL ? strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0
				: options[i].letter == letter)
				return i;
		}
	}
	return OPTION_WRONG;
}

/*
 * Returns the index of the next option in its table, OPTION_OPERAND,
 * OPTION_END, or OPTION_WRONG with what is wrong in problem.
 */
int
option_next(OptionReader *reader)
{
	const char *argument;
	const char *attached = NULL;
	const Option *option;
	int			index;

	reader->value = NULL;
	reader->first = reader->place;
	if (reader->place >= reader->argc)
		return OPTION_END;
	argument = reader->argv[reader->place++];
	if (!reader->operands_only && strcmp(argument, "--") == 0)
	{
		reader->operands_only = true;
		reader->first = reader->place;
		if (reader->place >= reader->argc)
			return OPTION_END;
		argument = reader->argv[reader->place++];
	}
	if (reader->operands_only || argument[0] != '-' || argument[1] == '\0')
	{
		reader->value = argument;
		return OPTION_OPERAND;
	}

	if (argument[1] == '-')
	{
		size_t		length = strcspn(argument + 2, "=");

		if (argument[2 + length] == '=')
			attached = argument + 2 + length + 1;
		index = find_option(reader, argument + 2, length, 0);
		if (index == OPTION_WRONG)
		{
			snprintf(reader->problem, sizeof(reader->problem), "unknown option \"--%.*s\"",
					 length < 60 ? (int) length : 60, argument + 2);
			return OPTION_WRONG;
		}
	}
	else
	{
		if (argument[2] != '\0')
			attached = argument + 2;
		index = find_option(reader, NULL, 0, argument[1]);
		if (index == OPTION_WRONG)
		{
			snprintf(reader->problem, sizeof(reader->problem), "unknown option \"%.60s\"", argument);
			return OPTION_WRONG;
		}
	}

	option = &reader->tables[reader->table][index];
	if (option->value == NULL && attached != NULL)
	{
		snprintf(reader->problem, sizeof(reader->problem), "option \"--%s\" takes no value", option->name);
		return OPTION_WRONG;
	}
	if (option->value != NULL && attached == NULL)
	{
		if (reader->place >= reader->argc)
		{
			snprintf(reader->problem, sizeof(reader->problem), "option \"--%s\" needs its %s", option->name, option->value);
			return OPTION_WRONG;
		}
		attached = reader->argv[reader->place++];
	}
	reader->value = attached;
	return index;
}

/* Prints a table as the help shows it. */
void
options_print(const Option *options)
{
	for (; options->name != NULL; options++)
	{
		char		left[120];
		const char *line = options->help;

		if (options->letter != 0)
			snprintf(left, sizeof(left), "  -%c, --%s%s%s", options->letter, options->name,
					 options->value != NULL ? "=" : "", options->value != NULL ? options->value : "");
		else
			snprintf(left, sizeof(left), "      --%s%s%s", options->name,
					 options->value != NULL ? "=" : "", options->value != NULL ? options->value : "");
		if (strlen(left) > HELP_COLUMN - 2)
			printf("%s\n%*s", left, HELP_COLUMN, "");
		else
			printf("%-*s", HELP_COLUMN, left);
		/* a text of several lines goes on in its column */
		while (line != NULL)
		{
			const char *end = strchr(line, '\n');

			printf("%.*s\n", end != NULL ? (int) (end - line) : (int) strlen(line), line);
			if (end != NULL)
				printf("%*s", HELP_COLUMN, "");
			line = end != NULL ? end + 1 : NULL;
		}
	}
}
