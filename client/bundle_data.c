/*
 * client/bundle_data.c
 *
 * data.json; see bundle_data.h. Each row is a line of its own, so that it can
 * be read and compared line by line.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/bundle_data.h"
#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

/* Makes room for so many bytes more. */
static inline void
make_room(Bytes *to, size_t length)
{
	if (to->room - to->length <= length)
	{
		to->room = 2 * to->room + length + 1024;
		to->bytes = reallocate(to->bytes, to->room);
	}
}

void
bytes_add(Bytes *to, const void *bytes, size_t length)
{
	make_room(to, length);
	memcpy(to->bytes + to->length, bytes, length);
	to->length += length;
}

void
bytes_puts(Bytes *to, const char *text)
{
	bytes_add(to, text, strlen(text));
}

void
bytes_printf(Bytes *to, const char *format,...)
{
	va_list		arguments;
	char	   *text;

	va_start(arguments, format);
	text = format_arguments(format, arguments);
	va_end(arguments);
	bytes_puts(to, text);
	free(text);
}

/* The escapes are those of the canonical form: only what must be. */
void
bytes_json(Bytes *to, const char *text, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char	   *place;

	if (text == NULL)
	{
		bytes_puts(to, "null");
		return;
	}
	make_room(to, 6 * length + 2);
	place = to->bytes + to->length;
	*place++ = '"';
	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) text[i];
		const char *known = c < 0x20 || c == '"' || c == '\\' ? strchr("\"\"\\\\\bb\ff\nn\rr\tt", c) : NULL;

		if (c >= 0x20 && c != '"' && c != '\\')
			*place++ = (char) c;
		else if (known != NULL && c != '\0')
		{
			*place++ = '\\';
			*place++ = known[1];
		}
		else
		{
			memcpy(place, "\\u00", 4);
			place[4] = digits[c >> 4];
			place[5] = digits[c & 15];
			place += 6;
		}
	}
	*place++ = '"';
	to->length = (size_t) (place - to->bytes);
}

void
data_row(Bytes *to, const TableFormat *table, const RecordField *fields)
{
	for (int i = 0; table->columns[i].name != NULL; i++)
	{
		bytes_add(to, i == 0 ? "[" : ",", 1);
		if (fields[i].text != NULL && (table->columns[i].type == COLUMN_INTEGER || table->columns[i].type == COLUMN_NUMBER))
			bytes_add(to, fields[i].text, fields[i].length);
		else
			bytes_json(to, fields[i].text, fields[i].length);
	}
	bytes_add(to, "]", 1);
}

void
data_table_begins(Bytes *to, const TableFormat *table, bool first)
{
	bytes_printf(to, "%s\"%s\": {\"columns\": [", first ? "" : ",\n", table->name);
	for (int i = 0; table->columns[i].name != NULL; i++)
		bytes_printf(to, "%s\"%s\"", i > 0 ? ", " : "", table->columns[i].name);
	bytes_puts(to, "], \"data\": [\n");
}

void
data_begins(Bytes *to, const char *const *values, const char *hash)
{
	bytes_printf(to, "{\"format\": %d,\n\"bulletin\": {", BUNDLE_FORMAT);
	for (int i = 0; bulletin_columns[i].name != NULL; i++)
	{
		bytes_printf(to, "\"%s\": ", bulletin_columns[i].name);
		if (values[i] != NULL && bulletin_columns[i].type == COLUMN_INTEGER)
			bytes_puts(to, values[i]);
		else
			bytes_json(to, values[i], values[i] != NULL ? strlen(values[i]) : 0);
		bytes_puts(to, ", ");
	}
	bytes_printf(to, "\"hash\": \"%s\"},\n", hash);
}

void
table_open(RecordReader *reader, GrowingBundle *bundle, BundleTable table)
{
	const TableFormat *format = &bundle_tables[table];

	if (!records_open(reader, bundle->directory, format->file, table_columns(format), NULL) || records_next(reader) != RECORD_READ)
		die(EXIT_FILES, "%s/%s %s", bundle->partial, format->file, reader->problem[0] != '\0' ? reader->problem : "is empty");
}

bool
table_next(RecordReader *reader, const TableFormat *table)
{
	RecordOutcome outcome = records_next(reader);

	if (outcome == RECORD_END)
		return false;
	if (outcome == RECORD_FAILED || !record_split(reader))
		die(EXIT_FILES, "%s, line %lu: %s", reader->name, (unsigned long) reader->line, reader->problem);
	for (int i = 0; i < reader->count; i++)
	{
		if (table->columns[i].type == COLUMN_TEXT && reader->fields[i].text != NULL)
			drop_apostrophe(&reader->fields[i]);
	}
	return true;
}

void
data_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress)
{
	Bytes		line = {NULL};
	PartWriter	writer;
	bool		first = true;

	if (bundle_find(bundle, DATA_NAME) != NULL)
		return;
	part_begin(&writer, bundle, DATA_NAME);
	data_begins(&line, (const char *const *) bulletin->values, bulletin->hash);
	for (int table = 0; table < TABLE_COUNT; table++)
	{
		const TableFormat *format = &bundle_tables[table];
		RecordReader reader;
		uint64_t	rows = 0;

		if (!format->in_data)
			continue;
		data_table_begins(&line, format, first);
		first = false;
		table_open(&reader, bundle, table);
		while (table_next(&reader, format))
		{
			if (rows++ > 0)
				bytes_puts(&line, ",\n");
			data_row(&line, format, reader.fields);
			part_write(&writer, line.bytes, line.length);
			line.length = 0;
			if (rows % 1000 == 0)
				progress_update(progress, progress->done + 1000);
		}
		records_close(&reader);
		bytes_puts(&line, rows == 0 ? "]}" : DATA_TABLE_END);
	}
	bytes_puts(&line, DATA_END);
	part_write(&writer, line.bytes, line.length);
	part_end(&writer);
	free(line.bytes);
}
