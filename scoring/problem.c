/*
 * scoring/problem.c
 *
 * Fills problems; see problem.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scoring/problem.h"

/* Cuts an incomplete UTF-8 character off the end of a text that was cut by bytes. */
static void
trim_partial_character(char *text)
{
	size_t		length = strlen(text);
	size_t		start = length;

	while (start > 0 && ((unsigned char) text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start > 0 && ((unsigned char) text[start - 1] & 0xC0) == 0xC0)
	{
		unsigned char lead = (unsigned char) text[start - 1];
		size_t		needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

		if (length - (start - 1) < needed)
			text[start - 1] = '\0';
	}
}

/* Formats into a buffer of the given size, cut at a character. */
void
problem_format(char *buffer, size_t size, const char *format, va_list arguments)
{
	int			needed = vsnprintf(buffer, size, format, arguments);

	if (needed < 0)
		buffer[0] = '\0';
	else if ((size_t) needed >= size)
		trim_partial_character(buffer);
}

/* Fills the problem and returns false. */
bool
problem_set(Problem *problem, ProblemKind kind, const char *format,...)
{
	va_list		arguments;

	problem->kind = kind;
	problem->hint[0] = '\0';
	va_start(arguments, format);
	problem_format(problem->message, sizeof(problem->message), format, arguments);
	va_end(arguments);
	return false;
}

/* Adds a hint to a problem already set and returns false. */
bool
problem_hint(Problem *problem, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	problem_format(problem->hint, sizeof(problem->hint), format, arguments);
	va_end(arguments);
	return false;
}
