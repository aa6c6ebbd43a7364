/*
 * client/verify_report.c
 *
 * Reporting; see verify_report.h. In text, differences are lines of standard
 * output as they are found; after so many only their number is kept.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/output.h"
#include "client/verify_report.h"

/* Differences listed: whoever has more has one cause. */
#define LIMIT_LISTED 200

/* Characters of a value that are shown. */
#define LIMIT_SHOWN 160

RecordField
field_of(const char *text)
{
	return (RecordField) {text, text != NULL ? strlen(text) : 0};
}

/* A value as it is shown, in quotes; allocated. */
static char *
shown_value(const RecordField *field)
{
	size_t		length;

	if (field == NULL || field->text == NULL)
		return copy_text("nothing");
	length = field->length;
	if (length <= LIMIT_SHOWN)
		return format_text("\"%.*s\"", (int) length, field->text);
	length = LIMIT_SHOWN;
	while (length > 0 && (field->text[length] & 0xC0) == 0x80)
		length--;
	return format_text("\"%.*s...\"", (int) length, field->text);
}

/* A value in JSON; what is no UTF-8 as far as it is. */
static json_t *
json_value(const RecordField *field)
{
	return field == NULL || field->text == NULL ? json_null() : json_safely(field->text, field->length);
}

/* A text of ours with something of the bundle's in it, in JSON. */
static json_t *
json_words(const char *text)
{
	RecordField field = field_of(text);

	return json_value(&field);
}

static void
note(Report *report, Place place, const RecordField *found, const RecordField *expected, bool both, const char *text)
{
	report->differences++;
	if (report->differences > LIMIT_LISTED && !report->verbose)
	{
		if (report->differences == LIMIT_LISTED + 1 && !report->json)
			printf("... more are counted and not listed; --verbose lists all\n");
		return;
	}
	if (report->json)
	{
		json_t	   *entry = json_object();

		json_object_set_new(entry, "file", json_words(place.file));
		json_object_set_new(entry, "line", place.line > 0 ? json_integer((json_int_t) place.line) : json_null());
		json_object_set_new(entry, "column", place.column != NULL ? json_words(place.column) : json_null());
		json_object_set_new(entry, "problem", json_words(text));
		if (both)
		{
			json_object_set_new(entry, "found", json_value(found));
			json_object_set_new(entry, "expected", json_value(expected));
		}
		json_array_append_new(report->listed, entry);
	}
	else
	{
		char	   *line = place.line > 0 ? format_text(", line %" PRIu64, place.line) : copy_text("");
		char	   *column = place.column != NULL ? format_text(", %s", place.column) : copy_text("");
		char	   *has = shown_value(found);
		char	   *should = shown_value(expected);
		char	   *all = both ? format_text("%s%s%s: %s: says %s, should say %s", place.file, line, column, text, has, should)
			: format_text("%s%s%s: %s", place.file, line, column, text);

		print_safely(stdout, all);
		putchar('\n');
		free(line);
		free(column);
		free(has);
		free(should);
		free(all);
	}
}

void
differs(Report *report, Place place, const RecordField *found, const RecordField *expected, const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	text = format_arguments(format, arguments);
	va_end(arguments);
	note(report, place, found, expected, true, text);
	free(text);
}

void
wrong(Report *report, Place place, const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	text = format_arguments(format, arguments);
	va_end(arguments);
	note(report, place, NULL, NULL, false, text);
	free(text);
}

void
not_recomputable(Report *report, uint64_t entry, const char *format,...)
{
	va_list		arguments;
	char	   *text;
	json_t	   *found;
	json_t	   *value;

	va_start(arguments, format);
	text = format_arguments(format, arguments);
	va_end(arguments);
	value = json_words(text);
	found = json_object_get(report->unchecked, json_string_value(value));
	if (found == NULL)
	{
		found = json_pack("{s:i, s:[]}", "entries", 0, "listed");
		json_object_set_new_nocheck(report->unchecked, json_string_value(value), found);
	}
	json_decref(value);
	json_object_set_new(found, "entries", json_integer(json_integer_value(json_object_get(found, "entries")) + 1));
	if (report->verbose)
		json_array_append_new(json_object_get(found, "listed"), json_integer((json_int_t) entry));
	free(text);
}
