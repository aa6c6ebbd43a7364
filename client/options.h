/*
 * client/options.h
 *
 * Options as tables, from which the help is printed too, and a reader of
 * arguments: --name=value, --name value, -n value, -nvalue; options and
 * operands in any order, only operands after "--".
 */
#ifndef CREDENCE_OPTIONS_H
#define CREDENCE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Option
{
	const char *name;			/* without its dashes */
	char		letter;			/* or 0 */
	const char *value;			/* what the help calls its value; NULL: it takes none */
	const char *help;
} Option;

/* What option_next returns beside the index of an option in its table. */
#define OPTION_END (-1)
#define OPTION_OPERAND (-2)
#define OPTION_WRONG (-3)

/* How many tables one reader looks through. */
#define OPTION_TABLES 2

typedef struct OptionReader
{
	int			argc;
	char	  **argv;
	int			place;			/* of the argument to come */
	int			first;			/* place of the argument last read */
	const Option *tables[OPTION_TABLES];	/* or NULL; the first that knows a name has it */
	int			table;			/* in which the option was found */
	bool		operands_only;	/* after "--" */
	const char *value;			/* of the option, or the operand; NULL where there is none */
	char		problem[200];	/* of OPTION_WRONG */
} OptionReader;

extern void options_begin(OptionReader *reader, int argc, char **argv, const Option *options);
extern int	option_next(OptionReader *reader);
extern void options_print(const Option *options);

#endif							/* CREDENCE_OPTIONS_H */
