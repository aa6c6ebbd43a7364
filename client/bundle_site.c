/*
 * client/bundle_site.c
 *
 * The web bulletin; see bundle_site.h.
 */
#include <stdlib.h>
#include <string.h>

#include "client/bundle_labels.h"
#include "client/bundle_script.h"
#include "client/bundle_site.h"
#include "client/bundle_site_entries.h"
#include "client/output.h"

/* Raised where an older site would misread the data. */
#define SITE_FORMAT 1

/* A column of the bulletin as JSON. */
static void
bulletin_json(Bytes *to, const ExportedBulletin *bulletin, const char *name)
{
	for (int i = 0; bulletin_columns[i].name != NULL; i++)
	{
		const char *text = bulletin->values[i];

		if (strcmp(bulletin_columns[i].name, name) != 0)
			continue;
		if (bulletin_columns[i].type == COLUMN_INTEGER && text != NULL)
			bytes_puts(to, text);
		else
			script_text(to, text);
	}
}

/* Columns of cells.csv, by place. */
enum
{
	CELL_TABLE = 2, CELL_TABLE_EN, CELL_TABLE_ZH, CELL_MEASURE, CELL_CLASS, CELL_CLASS_EN, CELL_CLASS_ZH, CELL_CLASS_ORDER, CELL_CLASS_PARENT,
	CELL_GRADE, CELL_GRADE_EN, CELL_GRADE_ZH, CELL_GRADE_ORDER, CELL_TOTAL, CELL_COUNT, CELL_VALUE, CELL_PERCENT, CELL_REASON
};

/* "cells". Of a sum, count is the sum: what the table shows. */
static void
put_cells(PartWriter *writer, GrowingBundle *bundle)
{
	static const struct
	{
		const char *name;
		int			column;
		char		form;		/* text, number, figure */
	}			keys[] = {
		{"table", CELL_TABLE, 't'}, {"measure", CELL_MEASURE, 't'}, {"class", CELL_CLASS, 't'}, {"class_en", CELL_CLASS_EN, 't'}, {"class_zh", CELL_CLASS_ZH, 't'},
		{"class_order", CELL_CLASS_ORDER, 'n'}, {"class_parent", CELL_CLASS_PARENT, 'n'}, {"grade", CELL_GRADE, 't'}, {"grade_en", CELL_GRADE_EN, 't'},
		{"grade_zh", CELL_GRADE_ZH, 't'}, {"grade_order", CELL_GRADE_ORDER, 'n'}, {"percent", CELL_PERCENT, 'f'}, {"reason", CELL_REASON, 't'},
	};
	RecordReader cells;
	Bytes		text = {NULL};
	bool		first = true;

	part_puts(writer, "\"cells\": [");
	table_open(&cells, bundle, TABLE_CELLS);
	while (table_next(&cells, &bundle_tables[TABLE_CELLS]))
	{
		const RecordField *fields = cells.fields;

		bytes_printf(&text, "%s{\"total\": %s, \"count\": ", first ? "\n" : ",\n", fields[CELL_TOTAL].length == 1 && fields[CELL_TOTAL].text[0] == 'Y' ? "true" : "false");
		script_figure(&text, fields[CELL_COUNT].text != NULL ? fields[CELL_COUNT] : fields[CELL_VALUE]);
		first = false;
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		{
			RecordField field = fields[keys[i].column];

			bytes_printf(&text, ", \"%s\": ", keys[i].name);
			if (keys[i].form == 'n')
				script_number(&text, field);
			else if (keys[i].form == 'f')
				script_figure(&text, field);
			else
				script_json(&text, field.text, field.length);
		}
		bytes_puts(&text, "}");
		part_write(writer, text.bytes, text.length);
		text.length = 0;
	}
	records_close(&cells);
	part_puts(writer, "],\n");
	free(text.bytes);
}

/* "tables": name and titles of each, in their order. */
static void
put_tables(Bytes *to, GrowingBundle *bundle)
{
	CodeList	names = {NULL};
	RecordReader cells;

	bytes_puts(to, ", \"tables\": [");
	table_open(&cells, bundle, TABLE_CELLS);
	while (table_next(&cells, &bundle_tables[TABLE_CELLS]))
	{
		const RecordField *fields = cells.fields;

		/* one without a title goes by its name, or by what it is if it is alone */
		if (fields[CELL_TABLE].text == NULL || (fields[CELL_TABLE_EN].text == NULL && fields[CELL_TABLE_ZH].text == NULL)
			|| codes_find(&names, fields[CELL_TABLE].text, fields[CELL_TABLE].length) != NULL)
			continue;
		bytes_puts(to, names.count > 0 ? ", {\"name\": " : "{\"name\": ");
		script_json(to, fields[CELL_TABLE].text, fields[CELL_TABLE].length);
		bytes_puts(to, ", \"en\": ");
		script_json(to, fields[CELL_TABLE_EN].text, fields[CELL_TABLE_EN].length);
		bytes_puts(to, ", \"zh\": ");
		script_json(to, fields[CELL_TABLE_ZH].text, fields[CELL_TABLE_ZH].length);
		bytes_puts(to, ", \"measure\": ");
		script_json(to, fields[CELL_MEASURE].text, fields[CELL_MEASURE].length);
		bytes_puts(to, "}");
		codes_add(&names, &fields[CELL_TABLE], NULL);
	}
	records_close(&cells);
	codes_sort(&names);
	codes_free(&names);
	bytes_puts(to, "]");
}

static int
compare_names(const void *one, const void *other)
{
	return strcmp(*(const char *const *) one, *(const char *const *) other);
}

/* "files": what else is in the bundle, for those who look for it; some are written later. */
static void
put_files(Bytes *text, const GrowingBundle *bundle)
{
	static const char *const later[] = {"README.txt", "csvw-metadata.json", "datapackage.json", "dcat.jsonld", MANIFEST_NAME};
	const char **names = allocate(sizeof(char *) * ((size_t) bundle->count + 5));
	int			count = 0;

	for (int i = 0; i < bundle->count; i++)
	{
		if (bundle->parts[i].used && strchr(bundle->parts[i].name, '/') == NULL)
			names[count++] = bundle->parts[i].name;
	}
	for (int i = 0; i < 5; i++)
		names[count++] = later[i];
	qsort(names, (size_t) count, sizeof(char *), compare_names);
	bytes_puts(text, "\"files\": [");
	for (int i = 0; i < count; i++)
	{
		bytes_puts(text, i > 0 ? ", " : "");
		script_text(text, names[i]);
	}
	bytes_puts(text, "],\n");
	free(names);
}

/* "bulletin" and "inputs". */
static void
put_bulletin(PartWriter *writer, const ExportedBulletin *bulletin, const BulletinLabels *labels)
{
	static const char *const same[] = {"template", "policy", "policy_version", "scheme", "scheme_version", "period", "period_start", "period_end",
		"published_on", "deemed_served_on", "state", "minimum_cell", NULL};
	Bytes		text = {NULL};

	bytes_printf(&text, "globalThis.credence = {\"format\": %d,\n\"bulletin\": {\"number\": %d, \"title\": {\"en\": ", SITE_FORMAT, bulletin->number);
	bulletin_json(&text, bulletin, "title_en");
	bytes_puts(&text, ", \"zh\": ");
	bulletin_json(&text, bulletin, "title_zh");
	bytes_puts(&text, "}, \"notes\": {\"en\": ");
	bulletin_json(&text, bulletin, "notes_en");
	bytes_puts(&text, ", \"zh\": ");
	bulletin_json(&text, bulletin, "notes_zh");
	bytes_puts(&text, "}");
	for (int i = 0; same[i] != NULL; i++)
	{
		bytes_printf(&text, ", \"%s\": ", same[i]);
		bulletin_json(&text, bulletin, same[i]);
	}
	bytes_printf(&text, ", \"hash\": \"%s\", \"previous_hash\": ", bulletin->hash);
	script_text(&text, labels->previous);
	bytes_puts(&text, ", \"columns\": [");
	for (int i = 0; i < labels->columns_count; i++)
	{
		bytes_puts(&text, i > 0 ? ", " : "");
		script_text(&text, labels->columns[i]);
	}
	bytes_puts(&text, "]");
	put_tables(&text, writer->bundle);
	bytes_puts(&text, "},\n\"inputs\": [");
	for (int i = 0; i < labels->inputs_count; i++)
	{
		const InputLabel *input = &labels->inputs[i];

		bytes_puts(&text, i > 0 ? ",\n{\"name\": " : "\n{\"name\": ");
		script_text(&text, input->name);
		bytes_puts(&text, ", \"en\": ");
		script_text(&text, input->en);
		bytes_puts(&text, ", \"zh\": ");
		script_text(&text, input->zh);
		bytes_puts(&text, ", \"unit\": ");
		script_text(&text, input->unit);
		bytes_puts(&text, ", \"better\": ");
		script_text(&text, input->better);
		bytes_puts(&text, "}");
	}
	bytes_puts(&text, "],\n");
	put_files(&text, writer->bundle);
	part_write(writer, text.bytes, text.length);
	free(text.bytes);
}

/* "kinds", "regions", "levels" or "grades". */
static void
put_codes(PartWriter *writer, const char *name, const CodeList *codes)
{
	Bytes		text = {NULL};

	bytes_printf(&text, "\"%s\": [", name);
	for (int i = 0; i < codes->count; i++)
	{
		const Code *code = codes->sorted[i];

		bytes_puts(&text, i > 0 ? ",\n{\"code\": " : "\n{\"code\": ");
		script_text(&text, code->code);
		bytes_puts(&text, ", \"en\": ");
		script_text(&text, code->en);
		bytes_puts(&text, ", \"zh\": ");
		script_text(&text, code->zh);
		if (code->has_order)
			bytes_printf(&text, ", \"order\": %ld}", code->order);
		else
			bytes_puts(&text, ", \"order\": null}");
	}
	bytes_puts(&text, "],\n");
	part_write(writer, text.bytes, text.length);
	free(text.bytes);
}

void
site_data_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress)
{
	static const char name[] = SITE_DATA_NAME;
	BulletinLabels labels;
	SiteCodes	codes = {{0}};
	RecordReader reader;
	PartWriter	writer;

	if (bundle_find(bundle, name) != NULL)
		return;
	labels_read(&labels, bulletin->heading, bundle);
	table_open(&reader, bundle, TABLE_ENTRIES);
	while (table_next(&reader, &bundle_tables[TABLE_ENTRIES]))
	{
		codes_add(&codes.kinds, &reader.fields[ENTRY_KIND], NULL);
		codes_add(&codes.regions, &reader.fields[ENTRY_REGION], NULL);
		codes_add(&codes.levels, &reader.fields[ENTRY_LEVEL], &reader.fields[ENTRY_LEVEL_ORDER]);
		codes_add(&codes.grades, &reader.fields[ENTRY_GRADE], &reader.fields[ENTRY_GRADE_ORDER]);
	}
	records_close(&reader);
	codes_sort(&codes.kinds);
	codes_sort(&codes.regions);
	codes_sort(&codes.levels);
	codes_sort(&codes.grades);
	part_begin(&writer, bundle, name);
	put_bulletin(&writer, bulletin, &labels);
	put_codes(&writer, "kinds", &codes.kinds);
	put_codes(&writer, "regions", &codes.regions);
	put_codes(&writer, "levels", &codes.levels);
	put_codes(&writer, "grades", &codes.grades);
	site_put_entries(&writer, bundle, &codes);
	site_put_values(&writer, bundle, &labels);
	site_put_adjustments(&writer, bundle);
	put_cells(&writer, bundle);
	site_put_history(&writer, bundle);
	part_end(&writer);
	codes_free(&codes.kinds);
	codes_free(&codes.regions);
	codes_free(&codes.levels);
	codes_free(&codes.grades);
	labels_free(&labels);
}

void
site_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress)
{
	for (const SiteFile *file = site_files; file->path != NULL; file++)
	{
		PartWriter	writer;

		if (bundle_find(bundle, file->path) != NULL)
			continue;
		part_begin(&writer, bundle, file->path);
		part_write(&writer, file->bytes, (size_t) (file->end - file->bytes));
		part_end(&writer);
	}
	site_data_write(bundle, bulletin, progress);
}
