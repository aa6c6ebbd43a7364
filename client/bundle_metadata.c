/*
 * client/bundle_metadata.c
 *
 * Metadata of a bundle; see bundle_metadata.h. The descriptions are the
 * comments of the views, so that there is one place where a column is explained.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/bundle_metadata.h"
#include "client/command.h"
#include "client/output.h"

/* The rule of needs_apostrophe, for people. */
#define APOSTROPHE_RULE "A text that begins with = + - @, a tab, a line end or an apostrophe, or with the full-width forms of the first four, " \
	"has an apostrophe put before it, so that no spreadsheet takes it for a formula: take one apostrophe off the beginning of any text to have it as published. data.json has all texts as they are."

/* Writes a document as a part, indented. */
static void
write_document(GrowingBundle *bundle, const char *name, json_t *document)
{
	PartWriter	writer;
	char	   *text = document != NULL ? json_dumps(document, JSON_INDENT(2)) : NULL;

	if (text == NULL)
		die(EXIT_FILES, "out of memory");
	part_begin(&writer, bundle, name);
	part_puts(&writer, text);
	part_puts(&writer, "\n");
	part_end(&writer);
	free(text);
	json_decref(document);
}

/* A column of the bulletin, or NULL. */
static const char *
bulletin_value(const ExportedBulletin *bulletin, const char *column)
{
	for (int i = 0; bulletin_columns[i].name != NULL; i++)
	{
		if (strcmp(bulletin_columns[i].name, column) == 0)
			return bulletin->values[i];
	}
	return NULL;
}

/* Its title, in English where there is one. */
static const char *
bulletin_title(const ExportedBulletin *bulletin)
{
	const char *title = bulletin_value(bulletin, "title_en");

	if (title == NULL)
		title = bulletin_value(bulletin, "title_zh");
	return title != NULL ? title : bulletin_value(bulletin, "policy");
}

/* What DCAT and CSVW make of texts in both languages: a list of {"@language", "@value"}. */
static json_t *
language_texts(const ExportedBulletin *bulletin, const char *en, const char *zh)
{
	json_t	   *list = json_array();
	const char *columns[] = {en, zh};
	const char *languages[] = {"en", "zh"};

	for (int i = 0; i < 2; i++)
	{
		const char *text = bulletin_value(bulletin, columns[i]);

		if (text != NULL)
			json_array_append_new(list, json_pack("{s:s, s:s}", "@language", languages[i], "@value", text));
	}
	return list;
}

/* Columns with commas as a list. */
static json_t *
key_list(const char *key)
{
	json_t	   *list = json_array();

	while (*key != '\0')
	{
		size_t		length = strcspn(key, ",");

		json_array_append_new(list, json_stringn(key, length));
		key += length + (key[length] == ',');
	}
	return list;
}

/* The table whose key a column of another refers to. */
static const TableFormat *
referred_table(const TableFormat *table, const char *column)
{
	const TableFormat *entries = &bundle_tables[TABLE_ENTRIES];

	return table != entries && strcmp(column, "entry") == 0 ? entries : NULL;
}

/* Is the column never without a value? */
static bool
always_there(const TableFormat *table, const char *column)
{
	json_t	   *keys = key_list(table->key);
	bool		there = strcmp(column, "bulletin") == 0 || strcmp(column, "hash") == 0;

	for (size_t i = 0; i < json_array_size(keys); i++)
		there = there || strcmp(json_string_value(json_array_get(keys, i)), column) == 0;
	json_decref(keys);
	return there;
}

void
datapackage_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, const TableComments *comments)
{
	static const char *const types[] = {[COLUMN_TEXT] = "string", [COLUMN_INTEGER] = "integer", [COLUMN_NUMBER] = "number", [COLUMN_DATE] = "date"};
	json_t	   *resources;
	json_t	   *package;
	const char *name = "datapackage.json";

	if (bundle_find(bundle, name) != NULL)
		return;
	resources = json_array();
	for (int i = 0; i < TABLE_COUNT; i++)
	{
		const TableFormat *table = &bundle_tables[i];
		const Part *part = bundle_find(bundle, table->file);
		json_t	   *fields = json_array();
		json_t	   *foreign = json_array();
		json_t	   *schema;
		char		digits[HASH_TEXT_SIZE];

		if (part == NULL)
		{
			json_decref(fields);
			json_decref(foreign);
			continue;
		}
		for (int k = 0; table->columns[k].name != NULL; k++)
		{
			const BundleColumn *column = &table->columns[k];
			const TableFormat *referred = referred_table(table, column->name);
			json_t	   *field = json_pack("{s:s, s:s, s:s}", "name", column->name, "type", types[column->type], "description", comments[i].columns[k]);

			if (always_there(table, column->name))
				json_object_set_new(field, "constraints", json_pack("{s:b}", "required", 1));
			json_array_append_new(fields, field);
			if (referred != NULL)
				json_array_append_new(foreign, json_pack("{s:s, s:{s:s, s:s}}", "fields", column->name, "reference", "resource", referred->name, "fields", referred->key));
		}
		schema = json_pack("{s:o, s:o, s:[s]}", "fields", fields, "primaryKey", key_list(table->key), "missingValues", "");
		if (json_array_size(foreign) > 0)
			json_object_set(schema, "foreignKeys", foreign);
		json_decref(foreign);
		hash_text(part->hash, digits);
		json_array_append_new(resources, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:{s:s, s:s, s:s, s:b, s:b, s:b, s:b}, s:o}",
			"name", table->name, "path", table->file, "profile", "tabular-data-resource", "description", comments[i].table,
			"format", "csv", "mediatype", "text/csv", "encoding", "utf-8", "bytes", (json_int_t) part->bytes,
			"hash", json_sprintf("sha256:%s", digits),
			"dialect", "delimiter", ",", "lineTerminator", "\r\n", "quoteChar", "\"", "doubleQuote", 1, "header", 1, "skipInitialSpace", 0, "caseSensitiveHeader", 1,
			"schema", schema));
	}
	package = json_pack("{s:s, s:o, s:s, s:s, s:s, s:o}",
		"profile", "tabular-data-package", "name", json_sprintf("bulletin-%d", bulletin->number), "title", bulletin_title(bulletin),
		"description", APOSTROPHE_RULE, "id", bulletin->hash, "resources", resources);
	if (package != NULL)
	{
		const char *published = bulletin_value(bulletin, "published_on");

		/* a date and time, as the specification wants it; when it was published, so that two exports are the same */
		if (published != NULL)
			json_object_set_new(package, "created", json_sprintf("%sT00:00:00Z", published));
		json_object_set_new(package, "version", json_string(bulletin_value(bulletin, "policy_version")));
		json_object_set_new(package, "keywords", json_pack("[s, s]", "credit evaluation", "health insurance"));
	}
	write_document(bundle, name, package);
}

void
csvw_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, const TableComments *comments)
{
	json_t	   *tables;
	json_t	   *document;
	const char *name = "csvw-metadata.json";

	if (bundle_find(bundle, name) != NULL)
		return;
	tables = json_array();
	for (int i = 0; i < TABLE_COUNT; i++)
	{
		const TableFormat *table = &bundle_tables[i];
		json_t	   *columns = json_array();
		json_t	   *schema;
		json_t	   *foreign = json_array();

		if (bundle_find(bundle, table->file) == NULL)
		{
			json_decref(columns);
			json_decref(foreign);
			continue;
		}
		for (int k = 0; table->columns[k].name != NULL; k++)
		{
			const BundleColumn *column = &table->columns[k];
			const TableFormat *referred = referred_table(table, column->name);
			json_t	   *described = json_pack("{s:s, s:s, s:s, s:b}", "name", column->name, "titles", column->name, "dc:description", comments[i].columns[k],
											  "required", always_there(table, column->name));

			if (column->type == COLUMN_DATE)
				json_object_set_new(described, "datatype", json_pack("{s:s, s:s}", "base", "date", "format", "yyyy-MM-dd"));
			else
				json_object_set_new(described, "datatype", json_string(column->type == COLUMN_TEXT ? "string" : column->type == COLUMN_INTEGER ? "integer" : "decimal"));
			json_array_append_new(columns, described);
			if (referred != NULL)
				json_array_append_new(foreign, json_pack("{s:s, s:{s:s, s:s}}", "columnReference", column->name, "reference", "resource", referred->file, "columnReference", referred->key));
		}
		schema = json_pack("{s:o, s:o}", "columns", columns, "primaryKey", key_list(table->key));
		if (json_array_size(foreign) > 0)
			json_object_set(schema, "foreignKeys", foreign);
		json_decref(foreign);
		json_array_append_new(tables, json_pack("{s:s, s:s, s:o}", "url", table->file, "dc:description", comments[i].table, "tableSchema", schema));
	}
	document = json_pack("{s:[s, {s:s}], s:s, s:s, s:{s:s, s:[s], s:b, s:b, s:s}, s:o}",
		"@context", "http://www.w3.org/ns/csvw", "@language", "en", "dc:title", bulletin_title(bulletin), "dc:description", APOSTROPHE_RULE,
		"dialect", "encoding", "utf-8", "lineTerminators", "\r\n", "header", 1, "doubleQuote", 1, "quoteChar", "\"", "tables", tables);
	write_document(bundle, name, document);
}

/* A reason why something is withheld, and how often it is. */
typedef struct Reason
{
	char	   *reason;
	const TableFormat *table;
	int64_t		count;
} Reason;

#define LIMIT_REASONS 1000

/* Counts a reason. */
static void
count_reason(Reason *reasons, int *count, const TableFormat *table, const char *text, size_t length)
{
	for (int i = 0; i < *count; i++)
	{
		if (reasons[i].table == table && strlen(reasons[i].reason) == length && memcmp(reasons[i].reason, text, length) == 0)
		{
			reasons[i].count++;
			return;
		}
	}
	if (*count < LIMIT_REASONS)
		reasons[(*count)++] = (Reason) {format_text("%.*s", (int) length, text), table, 1};
}

/* All reasons in the tables of a bundle. */
static int
count_reasons(GrowingBundle *bundle, Reason *reasons)
{
	int			count = 0;

	for (int i = 0; i < TABLE_COUNT; i++)
	{
		const TableFormat *table = &bundle_tables[i];
		int			column = table_columns(table) - 1;
		RecordReader reader;

		if (!table->in_data && i != TABLE_ITEMS)
			continue;
		table_open(&reader, bundle, i);
		while (table_next(&reader, table))
		{
			const char *text = reader.fields[column].text;
			const char *end = text + reader.fields[column].length;

			while (text != NULL && text < end)
			{
				/* of entries it is "column: reason, column: reason" */
				const char *comma = i == TABLE_ENTRIES ? memmem(text, (size_t) (end - text), ", ", 2) : NULL;
				const char *stop = comma != NULL ? comma : end;

				count_reason(reasons, &count, table, text, (size_t) (stop - text));
				text = comma != NULL ? comma + 2 : end;
			}
		}
		records_close(&reader);
	}
	return count;
}

void
dcat_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, const TableComments *comments)
{
	static const struct
	{
		const char *file;
		const char *type;
		const char *title;
	}			others[] = {
		{DATA_NAME, "application/json", "All tables as one JSON document"},
		{"bulletin.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "All tables as a workbook"},
		{SCHEME_NAME, "application/json", "The scheme by which was graded"},
		{HEADING_NAME, "application/json", "The heading of the bulletin, whose SHA-256 stands in the chain"},
	};
	Reason	   *reasons;
	int			count;
	json_t	   *distributions;
	json_t	   *withheld;
	json_t	   *document;
	const char *name = "dcat.jsonld";

	if (bundle_find(bundle, name) != NULL)
		return;
	reasons = allocate(sizeof(Reason) * LIMIT_REASONS);
	distributions = json_array();
	for (int i = 0; i < TABLE_COUNT + (int) (sizeof(others) / sizeof(others[0])); i++)
	{
		bool		table = i < TABLE_COUNT;
		const char *file = table ? bundle_tables[i].file : others[i - TABLE_COUNT].file;
		const Part *part = bundle_find(bundle, file);
		char		digits[HASH_TEXT_SIZE];

		if (part == NULL)
			continue;
		hash_text(part->hash, digits);
		json_array_append_new(distributions, json_pack("{s:s, s:s, s:s, s:{s:o}, s:{s:s}, s:{s:s, s:o}, s:{s:s, s:{s:s}, s:{s:s, s:s}}}",
			"@id", file, "@type", "dcat:Distribution", "dct:title", table ? comments[i].table : others[i - TABLE_COUNT].title,
			"dcat:mediaType", "@id", json_sprintf("https://www.iana.org/assignments/media-types/%s", table ? "text/csv" : others[i - TABLE_COUNT].type),
			"dcat:downloadURL", "@id", file, "dcat:byteSize", "@type", "xsd:nonNegativeInteger", "@value", json_sprintf("%" PRIu64, part->bytes),
			"spdx:checksum", "@type", "spdx:Checksum", "spdx:algorithm", "@id", "spdx:checksumAlgorithm_sha256",
			"spdx:checksumValue", "@type", "xsd:hexBinary", "@value", digits));
	}
	count = count_reasons(bundle, reasons);
	withheld = json_array();
	for (int i = 0; i < count; i++)
	{
		json_array_append_new(withheld, json_pack("{s:s, s:s, s:I}", "credence:table", reasons[i].table->file, "credence:reason", reasons[i].reason,
												  "credence:count", (json_int_t) reasons[i].count));
		free(reasons[i].reason);
	}
	free(reasons);
	document = json_pack("{s:{s:s, s:s, s:s, s:s, s:s}, s:s, s:s, s:s, s:o, s:o, s:{s:s, s:s}, s:{s:s, s:{s:s, s:s}, s:{s:s, s:s}}, s:{s:s}, s:o, s:o}",
		"@context", "dcat", "http://www.w3.org/ns/dcat#", "dct", "http://purl.org/dc/terms/", "spdx", "http://spdx.org/rdf/terms#",
		"xsd", "http://www.w3.org/2001/XMLSchema#", "credence", "urn:credence:",
		"@type", "dcat:Dataset", "@id", "", "dct:identifier", bulletin->hash,
		"dct:title", language_texts(bulletin, "title_en", "title_zh"), "dct:description", language_texts(bulletin, "notes_en", "notes_zh"),
		"dct:issued", "@type", "xsd:date", "@value", bulletin_value(bulletin, "published_on"),
		"dct:temporal", "@type", "dct:PeriodOfTime", "dcat:startDate", "@type", "xsd:date", "@value", bulletin_value(bulletin, "period_start"),
		"dcat:endDate", "@type", "xsd:date", "@value", bulletin_value(bulletin, "period_end"),
		"dct:accessRights", "@id", "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
		"credence:withheld", withheld, "dcat:distribution", distributions);
	/* a title there must be, a description need not */
	if (json_array_size(json_object_get(document, "dct:title")) == 0)
		json_object_set_new(document, "dct:title", json_string(bulletin_title(bulletin)));
	if (json_array_size(json_object_get(document, "dct:description")) == 0)
		json_object_del(document, "dct:description");
	write_document(bundle, name, document);
}

void
readme_write(GrowingBundle *bundle, const ExportedBulletin *bulletin)
{
	static const struct
	{
		const char *file;
		bool		optional;
		const char *what;
	}			files[] = {
		{"index.html", true, "open it in a browser to look at the bulletin"},
		{"bulletin.xlsx", true, "the tables as a workbook"},
		{DATA_NAME, true, "the tables as one JSON document"},
		{"entries.csv", false, "who is named, one row each"},
		{"values.csv", false, "the figures of each of them"},
		{"cells.csv", false, "tables of counts and sums"},
		{"adjustments.csv", false, "what was done with an entry after its scorecard"},
		{SCHEME_NAME, true, "the scheme by which was graded"},
		{"norms.csv", true, "what the population looked like to the scorecard"},
		{"items.csv", false, "each entry and cell in canonical form, with its hash"},
		{HEADING_NAME, false, "the heading of the bulletin: its SHA-256 is that of the bulletin"},
		{"chain.csv", false, "the headings and hashes of all bulletins up to this one"},
		{MANIFEST_NAME, false, "the SHA-256 of every other file"},
	};
	PartWriter	writer;
	const char *name = "README.txt";

	if (bundle_find(bundle, name) != NULL)
		return;
	part_begin(&writer, bundle, name);
	part_printf(&writer, "%s\nBulletin %d, published on %s\nSHA-256 %s\n\n", bulletin_title(bulletin), bulletin->number,
				bulletin_value(bulletin, "published_on"), bulletin->hash);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
	{
		if (!files[i].optional || bundle_find(bundle, files[i].file) != NULL)
			part_printf(&writer, "%-16s %s\n", files[i].file, files[i].what);
	}
	part_puts(&writer, "datapackage.json, csvw-metadata.json, dcat.jsonld  what the columns mean, for machines\n\n");
	part_puts(&writer,
			  "To check it:    sha256sum -c manifest.sha256     every file is as it was written\n"
			  "                credence verify .                the hashes, and every score and grade computed again\n"
			  "Who knows the SHA-256 of the bulletin from elsewhere gives it with --hash.\n\n");
	part_puts(&writer, "The CSV files are UTF-8 after RFC 4180. A field without anything in it has no value; an empty text is \"\".\n" APOSTROPHE_RULE "\n");
	part_end(&writer);
}
