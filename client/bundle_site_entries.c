/*
 * client/bundle_site_entries.c
 *
 * The entries in the data of the site; see bundle_site_entries.h. The data are
 * arrays by column, which are written to files of their own in one pass and then
 * put one behind the other, so that a bulletin of any size takes the same memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bundle_script.h"
#include "client/bundle_site_entries.h"
#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

/* Inputs whose values are written in one pass; each takes a file. */
#define INPUTS_AT_ONCE 50

/* An array of data.js on its way. */
typedef struct Array
{
	FILE	   *file;
	uint64_t	count;
	bool		shown;			/* is anything in it but null? */
} Array;

/* A file without a name beside the parts. */
static FILE *
open_scratch(GrowingBundle *bundle)
{
	static const char name[] = ".array";
	int			descriptor = openat(bundle->directory, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE	   *file = descriptor >= 0 ? fdopen(descriptor, "w+") : NULL;

	if (file == NULL)
		die(EXIT_FILES, "could not write %s/%s: %s", bundle->partial, name, strerror(errno));
	unlinkat(bundle->directory, name, 0);
	return file;
}

/* Adds an element to an array; takes the bytes. */
static void
array_add(Array *array, Bytes *element)
{
	if (array->count++ > 0)
		putc_unlocked(',', array->file);
	fwrite_unlocked(element->bytes, 1, element->length, array->file);
	array->shown = array->shown || element->length != 4 || memcmp(element->bytes, "null", 4) != 0;
	element->length = 0;
}

/* Writes the array behind its name and closes it; an array of nulls alone is left out. */
static void
array_put(PartWriter *writer, const char *name, Array *array, bool *first)
{
	char		buffer[65536];
	size_t		got;

	if (fflush(array->file) != 0 || ferror(array->file))
		die(EXIT_FILES, "could not write beside %s/%s: %s", writer->bundle->partial, writer->name, strerror(errno));
	if (array->shown || array->count == 0)
	{
		Bytes		key = {NULL};

		script_text(&key, name);
		part_printf(writer, "%s%.*s: [", *first ? "" : ",\n", (int) key.length, key.bytes);
		free(key.bytes);
		*first = false;
		rewind(array->file);
		while ((got = fread(buffer, 1, sizeof(buffer), array->file)) > 0)
			part_write(writer, buffer, got);
		part_puts(writer, "]");
	}
	fclose(array->file);
}

/* The index of a code, or null. */
static void
code_index(Bytes *to, const CodeList *codes, RecordField field)
{
	if (field.text == NULL)
		bytes_puts(to, "null");
	else
		bytes_printf(to, "%d", codes_find(codes, field.text, field.length)->index);
}

/* "entries": one pass over the file, an array for each column. */
void
site_put_entries(PartWriter *writer, GrowingBundle *bundle, const SiteCodes *codes)
{
	static const struct
	{
		const char *name;
		int			column;
		char		form;		/* text, number, figure, or the code list */
	}			shapes[] = {
		{"entry", ENTRY_NUMBER, 'n'}, {"code", ENTRY_CODE, 't'}, {"name", ENTRY_NAME, 't'}, {"kind", ENTRY_KIND, 'K'}, {"region", ENTRY_REGION, 'R'},
		{"level", ENTRY_LEVEL, 'L'}, {"peer", ENTRY_PEER, 't'}, {"score", ENTRY_SCORE, 'f'}, {"grade", ENTRY_GRADE, 'G'}, {"rank", ENTRY_RANK, 'n'},
		{"peer_rank", ENTRY_PEER_RANK, 'n'}, {"basis", ENTRY_BASIS, 't'}, {"leaves_on", ENTRY_LEAVES_ON, 't'}, {"withheld", ENTRY_REASON, 't'},
	};
	enum
	{
		SHAPES = sizeof(shapes) / sizeof(shapes[0])
	};
	const TableFormat *table = &bundle_tables[TABLE_ENTRIES];
	Array		arrays[SHAPES] = {{NULL}};
	Bytes		element = {NULL};
	RecordReader reader;
	bool		first = true;

	for (int i = 0; i < SHAPES; i++)
		arrays[i].file = open_scratch(bundle);
	table_open(&reader, bundle, TABLE_ENTRIES);
	while (table_next(&reader, table))
	{
		for (int i = 0; i < SHAPES; i++)
		{
			RecordField field = reader.fields[shapes[i].column];

			switch (shapes[i].form)
			{
				case 'n':
					script_number(&element, field);
					break;
				case 'f':
					script_figure(&element, field);
					break;
				case 't':
					script_json(&element, field.text, field.length);
					break;
				default:
					code_index(&element, shapes[i].form == 'K' ? &codes->kinds : shapes[i].form == 'R' ? &codes->regions
							   : shapes[i].form == 'L' ? &codes->levels : &codes->grades, field);
			}
			array_add(&arrays[i], &element);
		}
		stop_if_interrupted();
	}
	records_close(&reader);
	part_puts(writer, "\"entries\": {");
	for (int i = 0; i < SHAPES; i++)
		array_put(writer, shapes[i].name, &arrays[i], &first);
	part_puts(writer, "},\n");
	free(element.bytes);
}

/* "values": figures by input; some inputs in each pass. The file has the entries in their order. */
void
site_put_values(PartWriter *writer, GrowingBundle *bundle, const BulletinLabels *labels)
{
	const TableFormat *entries_table = &bundle_tables[TABLE_ENTRIES];
	const TableFormat *values_table = &bundle_tables[TABLE_VALUES];
	bool		first = true;

	part_puts(writer, "\"values\": {");
	for (int begin = 0; begin < labels->inputs_count; begin += INPUTS_AT_ONCE)
	{
		int			count = labels->inputs_count - begin < INPUTS_AT_ONCE ? labels->inputs_count - begin : INPUTS_AT_ONCE;
		Array		arrays[INPUTS_AT_ONCE] = {{NULL}};
		Bytes		elements[INPUTS_AT_ONCE] = {{NULL}};
		RecordReader entries;
		RecordReader values;
		bool		more;

		for (int i = 0; i < count; i++)
			arrays[i].file = open_scratch(bundle);
		table_open(&entries, bundle, TABLE_ENTRIES);
		table_open(&values, bundle, TABLE_VALUES);
		more = table_next(&values, values_table);
		while (table_next(&entries, entries_table))
		{
			RecordField entry = entries.fields[ENTRY_NUMBER];

			while (more && values.fields[1].length == entry.length && memcmp(values.fields[1].text, entry.text, entry.length) == 0)
			{
				RecordField name = values.fields[2];

				for (int i = 0; i < count; i++)
				{
					const char *input = labels->inputs[begin + i].name;

					if (strlen(input) != name.length || memcmp(input, name.text, name.length) != 0)
						continue;
					if (values.fields[3].text != NULL)
						script_figure(&elements[i], values.fields[3]);
					else
						script_json(&elements[i], values.fields[4].text, values.fields[4].length);
					break;
				}
				more = table_next(&values, values_table);
			}
			for (int i = 0; i < count; i++)
			{
				if (elements[i].length == 0)
					bytes_puts(&elements[i], "null");
				array_add(&arrays[i], &elements[i]);
			}
			stop_if_interrupted();
		}
		records_close(&entries);
		records_close(&values);
		for (int i = 0; i < count; i++)
		{
			array_put(writer, labels->inputs[begin + i].name, &arrays[i], &first);
			free(elements[i].bytes);
		}
	}
	part_puts(writer, "},\n");
}

/* The reason in both languages; where it is not shown the name of the rule, or what kind of decision it was. */
static void
adjustment_reason(Bytes *text, const RecordField *fields)
{
	static const struct
	{
		const char *kind;
		const char *en;
		const char *zh;
	}			kinds[] = {
		{"grading", "grading", "定级"}, {"adjust", "adjustment", "调整"}, {"linkage", "linkage", "关联"}, {"appeal", "appeal upheld", "申诉成立"}, {"override", "set by decision", "依决定调整"},
	};
	RecordField reasons[2] = {fields[12], fields[13]};

	for (int i = 0; i < 2; i++)
	{
		if (reasons[i].text == NULL)
			reasons[i] = fields[5];
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]) && reasons[i].text == NULL; k++)
		{
			if (fields[4].length == strlen(kinds[k].kind) && memcmp(fields[4].text, kinds[k].kind, fields[4].length) == 0)
				reasons[i] = (RecordField) {i == 0 ? kinds[k].en : kinds[k].zh, strlen(i == 0 ? kinds[k].en : kinds[k].zh)};
		}
		bytes_puts(text, i == 0 ? ",{\"en\": " : ", \"zh\": ");
		script_json(text, reasons[i].text, reasons[i].length);
	}
	bytes_puts(text, "}");
}

/* One row of "adjustments": [entry index, step, field, before, after, reason]. */
static void
put_adjustment(PartWriter *writer, Bytes *text, uint64_t index, const RecordField *fields, const char *field, int before, int after, bool figure, bool *first)
{
	bytes_printf(text, "%s[%lu,", *first ? "\n" : ",\n", (unsigned long) index);
	*first = false;
	script_number(text, fields[3]);
	bytes_printf(text, ",\"%s\",", field);
	if (figure)
		script_figure(text, fields[before]);
	else
		script_json(text, fields[before].text, fields[before].length);
	bytes_puts(text, ",");
	if (figure)
		script_figure(text, fields[after]);
	else
		script_json(text, fields[after].text, fields[after].length);
	adjustment_reason(text, fields);
	bytes_puts(text, "]");
	part_write(writer, text->bytes, text->length);
	text->length = 0;
}

/* Do two fields say the same? */
static bool
same_field(RecordField one, RecordField other)
{
	return (one.text == NULL) == (other.text == NULL) && one.length == other.length && (one.text == NULL || memcmp(one.text, other.text, one.length) == 0);
}

/* "adjustments": what a step changed; a step that changed nothing, and an appeal, is of no field. */
void
site_put_adjustments(PartWriter *writer, GrowingBundle *bundle)
{
	RecordReader entries;
	RecordReader adjustments;
	Bytes		text = {NULL};
	uint64_t	index = 0;
	bool		first = true;
	bool		more;

	part_puts(writer, "\"adjustments\": [");
	table_open(&entries, bundle, TABLE_ENTRIES);
	table_open(&adjustments, bundle, TABLE_ADJUSTMENTS);
	more = table_next(&adjustments, &bundle_tables[TABLE_ADJUSTMENTS]);
	while (more && table_next(&entries, &bundle_tables[TABLE_ENTRIES]))
	{
		RecordField entry = entries.fields[ENTRY_NUMBER];

		while (more && same_field(adjustments.fields[1], entry))
		{
			const RecordField *fields = adjustments.fields;

			if (!same_field(fields[6], fields[7]))
				put_adjustment(writer, &text, index, fields, "score", 6, 7, true, &first);
			if (!same_field(fields[8], fields[9]))
				put_adjustment(writer, &text, index, fields, "grade", 8, 9, false, &first);
			if (fields[14].text != NULL)
				put_adjustment(writer, &text, index, fields, "appeal", 6, 7, true, &first);
			more = table_next(&adjustments, &bundle_tables[TABLE_ADJUSTMENTS]);
		}
		index++;
		stop_if_interrupted();
	}
	records_close(&entries);
	records_close(&adjustments);
	part_puts(writer, "],\n");
	free(text.bytes);
}

/* Opens a file that fetch_history wrote; it has no header. */
static void
open_history(RecordReader *reader, GrowingBundle *bundle, const char *name, int columns)
{
	if (!records_open(reader, bundle->directory, name, columns, NULL))
		die(EXIT_FILES, "%s/%s %s", bundle->partial, name, reader->problem);
}

/* Reads its next record, split; false behind the last. */
static bool
next_history(RecordReader *reader)
{
	RecordOutcome outcome = records_next(reader);

	if (outcome == RECORD_FAILED || (outcome == RECORD_READ && !record_split(reader)))
		die(EXIT_FILES, "%s, line %lu: %s", reader->name, (unsigned long) reader->line, reader->problem);
	return outcome == RECORD_READ;
}

/* "history": earlier bulletins, and what they said, by code. */
void
site_put_history(PartWriter *writer, GrowingBundle *bundle)
{
	RecordReader reader;
	Bytes		text = {NULL};
	Bytes		code = {NULL};
	char	  **numbers = NULL;
	int			count = 0;
	bool		first = true;

	bytes_puts(&text, "\"history\": {\"bulletins\": [");
	open_history(&reader, bundle, HISTORY_BULLETINS, 4);
	while (next_history(&reader))
	{
		numbers = reallocate(numbers, sizeof(char *) * (size_t) (count + 1));
		numbers[count++] = format_text("%.*s", (int) reader.fields[0].length, reader.fields[0].text);
		bytes_printf(&text, "%s{\"number\": %s, \"period\": ", count > 1 ? ", " : "", numbers[count - 1]);
		script_json(&text, reader.fields[1].text, reader.fields[1].length);
		bytes_puts(&text, ", \"period_end\": ");
		script_json(&text, reader.fields[2].text, reader.fields[2].length);
		bytes_puts(&text, ", \"published_on\": ");
		script_json(&text, reader.fields[3].text, reader.fields[3].length);
		bytes_puts(&text, "}");
	}
	records_close(&reader);
	bytes_puts(&text, "],\n\"entries\": {");
	open_history(&reader, bundle, HISTORY_ENTRIES, 6);
	while (next_history(&reader))
	{
		RecordField *fields = reader.fields;
		int			index = 0;

		while (index < count && (strlen(numbers[index]) != fields[1].length || memcmp(numbers[index], fields[1].text, fields[1].length) != 0))
			index++;
		if (first || code.length != fields[0].length || memcmp(code.bytes, fields[0].text, code.length) != 0)
		{
			bytes_puts(&text, first ? "\n" : "],\n");
			script_json(&text, fields[0].text, fields[0].length);
			bytes_puts(&text, ": [");
			code.length = 0;
			bytes_add(&code, fields[0].text, fields[0].length);
			first = false;
		}
		else
			bytes_puts(&text, ",");
		bytes_printf(&text, "[%d,", index);
		script_figure(&text, fields[2]);
		bytes_puts(&text, ",");
		script_json(&text, fields[3].text, fields[3].length);
		bytes_puts(&text, ",");
		script_number(&text, fields[4]);
		bytes_puts(&text, ",");
		script_number(&text, fields[5]);
		bytes_puts(&text, "]");
		part_write(writer, text.bytes, text.length);
		text.length = 0;
	}
	records_close(&reader);
	bytes_puts(&text, first ? "}}};\n" : "]}}};\n");
	part_write(writer, text.bytes, text.length);
	for (int i = 0; i < count; i++)
		free(numbers[i]);
	free(numbers);
	free(text.bytes);
	free(code.bytes);
}
