/*
 * client/output.c
 *
 * Messages, tables, JSON; see output.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/output.h"
#include "client/progress.h"

/* From catalog/pg_type.h: types that JSON has a form for. */
enum
{
	TYPE_BOOL = 16,
	TYPE_INT8 = 20,
	TYPE_INT2 = 21,
	TYPE_INT4 = 23,
	TYPE_JSON = 114,
	TYPE_FLOAT4 = 700,
	TYPE_FLOAT8 = 701,
	TYPE_NUMERIC = 1700,
	TYPE_JSONB = 3802
};

/* PostgreSQL's number of the encoding of all that goes in and out. */
#define ENCODING_UTF8 6

/* Prints the line with its beginning. */
static void
print_line(const char *beginning, const char *format, va_list arguments)
{
	char	   *text;

	progress_clear();
	fflush(stdout);		/* where both go to one place, in the order in which they are said */
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	fputs(beginning, stderr);
	print_safely(stderr, text != NULL ? text : "out of memory");
	fputc('\n', stderr);
	free(text);
}

void
complain_list(const char *format, va_list arguments)
{
	print_line("credence: ", format, arguments);
}

void
complain(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	print_line("credence: ", format, arguments);
	va_end(arguments);
}

void
hint(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	print_line("hint: ", format, arguments);
	va_end(arguments);
}

void
die(int status, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	print_line("credence: ", format, arguments);
	va_end(arguments);
	exit(status);
}

void *
allocate(size_t size)
{
	return reallocate(NULL, size);
}

void *
reallocate(void *memory, size_t size)
{
	memory = realloc(memory, size > 0 ? size : 1);
	if (memory == NULL)
		die(EXIT_FILES, "out of memory");
	return memory;
}

char *
copy_text(const char *text)
{
	size_t		size = strlen(text) + 1;

	return memcpy(allocate(size), text, size);
}

char *
format_arguments(const char *format, va_list arguments)
{
	char	   *text;

	if (vasprintf(&text, format, arguments) < 0)
		die(EXIT_FILES, "out of memory");
	return text;
}

char *
format_text(const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	text = format_arguments(format, arguments);
	va_end(arguments);
	return text;
}

/* Is there a character here that a terminal obeys? Those of C1 are two bytes in UTF-8. */
static int
control_bytes(const unsigned char *c)
{
	if (c[0] < 0x20 ? c[0] != '\n' && c[0] != '\t' : c[0] == 0x7f)
		return 1;
	return c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0 ? 2 : 0;
}

void
print_safely(FILE *out, const char *text)
{
	const unsigned char *c = (const unsigned char *) text;

	while (*c != '\0')
	{
		int			bytes = control_bytes(c);

		if (bytes == 0)
			putc(*c++, out);
		for (; bytes > 0; bytes--)
			fprintf(out, "\\x%02x", *c++);
	}
}

/* Columns that a text takes on a terminal when it is printed safely. */
static int
display_width(const char *text)
{
	int			width = 0;

	while (*text != '\0')
	{
		int			bytes = control_bytes((const unsigned char *) text);
		int			length = bytes > 0 ? bytes : PQmblenBounded(text, ENCODING_UTF8);

		width += bytes > 0 ? 4 * bytes : PQdsplen(text, ENCODING_UTF8);
		text += length > 0 ? length : 1;
	}
	return width;
}

/* Prints a field in its column; the last one is not filled up. */
static void
print_field(const char *text, int width, bool right, bool last)
{
	int			blanks = width - display_width(text);

	if (right && blanks > 0)
		printf("%*s", blanks, "");
	for (const char *c = text; *c != '\0';)
	{
		/* a line end within a field would break the table */
		size_t		length = strcspn(c, "\n\t");
		char	   *part = format_text("%.*s", (int) length, c);

		print_safely(stdout, part);
		free(part);
		c += length;
		if (*c != '\0')
		{
			putchar(' ');
			c++;
		}
	}
	if (!right && !last && blanks > 0)
		printf("%*s", blanks, "");
	if (!last)
		printf("  ");
}

void
print_rows(const PGresult *rows)
{
	int			columns = PQnfields(rows);
	int		   *widths = allocate(sizeof(int) * (size_t) (columns + 1));
	bool	   *right = allocate(sizeof(bool) * (size_t) (columns + 1));

	for (int column = 0; column < columns; column++)
	{
		Oid			type = PQftype(rows, column);

		widths[column] = display_width(PQfname(rows, column));
		right[column] = type == TYPE_INT2 || type == TYPE_INT4 || type == TYPE_INT8 || type == TYPE_NUMERIC
			|| type == TYPE_FLOAT4 || type == TYPE_FLOAT8;
		for (int row = 0; row < PQntuples(rows); row++)
		{
			int			width = display_width(PQgetvalue(rows, row, column));

			if (width > widths[column])
				widths[column] = width;
		}
	}
	for (int row = -1; row < PQntuples(rows); row++)
	{
		for (int column = 0; column < columns; column++)
			print_field(row < 0 ? PQfname(rows, column) : PQgetvalue(rows, row, column),
						widths[column], right[column], column == columns - 1);
		putchar('\n');
	}
	free(widths);
	free(right);
}

json_t *
field_to_json(const PGresult *rows, int row, int column)
{
	const char *text = PQgetvalue(rows, row, column);
	json_t	   *value = NULL;
	char	   *end;

	if (PQgetisnull(rows, row, column))
		return json_null();
	switch (PQftype(rows, column))
	{
		case TYPE_BOOL:
			return json_boolean(text[0] == 't');
		case TYPE_INT2:
		case TYPE_INT4:
		case TYPE_INT8:
			return json_integer(strtoll(text, NULL, 10));
		case TYPE_FLOAT4:
		case TYPE_FLOAT8:
			value = json_real(strtod(text, &end));	/* NULL for what JSON cannot say */
			break;
		case TYPE_JSON:
		case TYPE_JSONB:
			value = json_loads(text, JSON_DECODE_ANY, NULL);
			break;
	}
	if (value == NULL)
		value = json_string(text);
	return value != NULL ? value : json_null();
}

json_t *
rows_to_json(const PGresult *rows)
{
	json_t	   *list = json_array();

	for (int row = 0; row < PQntuples(rows); row++)
	{
		json_t	   *object = json_object();

		for (int column = 0; column < PQnfields(rows); column++)
			json_object_set_new(object, PQfname(rows, column), field_to_json(rows, row, column));
		json_array_append_new(list, object);
	}
	return list;
}

json_t *
json_safely(const char *text, size_t length)
{
	json_t	   *value = json_stringn(text, length);
	char	   *safe;

	if (value != NULL)
		return value;
	safe = allocate(length + 1);
	for (size_t i = 0; i < length; i++)
		safe[i] = text[i] > 0 ? text[i] : '?';
	safe[length] = '\0';
	value = json_string(safe);
	free(safe);
	return value;
}

void
print_json(json_t *document)
{
	if (json_dumpf(document, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY) != 0 && !ferror(stdout))
		die(EXIT_FILES, "out of memory");
	putchar('\n');
	json_decref(document);
}

int
close_output(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	/* what went wrong earlier has left no reason behind */
	complain("could not write to standard output%s%s", errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
	return EXIT_FILES;
}
