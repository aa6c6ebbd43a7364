/*
 * client/command_export.c
 *
 * credence export: write a published bulletin as a bundle of files.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bundle_metadata.h"
#include "client/bundle_site.h"
#include "client/bundle_workbook.h"
#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

enum
{
	EXPORT_OUTPUT,
	EXPORT_REPLACE,
	EXPORT_FORMATS
};

static const Option export_options[] = {
	[EXPORT_OUTPUT] = {"output", 'o', "DIRECTORY", "what to call the bundle; required"},
	[EXPORT_REPLACE] = {"replace", 0, NULL, "put it in the place of a bundle that is there"},
	[EXPORT_FORMATS] = {"formats", 0, "LIST", "what to write beside the CSV files, with commas:\njson, xlsx, site; \"none\" for nothing; default all"},
	{NULL}
};

/* What is written beside CSV. */
#define FORMAT_JSON 1
#define FORMAT_XLSX 2
#define FORMAT_SITE 4

/* Reads the list of formats. */
static int
read_formats(const Globals *globals, const char *list)
{
	static const char *const names[] = {"json", "xlsx", "site"};
	int			formats = 0;

	if (strcmp(list, "none") == 0)
		return 0;
	while (*list != '\0')
	{
		size_t		length = strcspn(list, ",");
		int			found = -1;

		for (int i = 0; i < 3; i++)
		{
			if (strlen(names[i]) == length && memcmp(names[i], list, length) == 0)
				found = i;
		}
		if (found < 0)
			usage_error(globals, "there is no format \"%.*s\": it is json, xlsx or site", (int) length, list);
		formats |= 1 << found;
		list += length + (list[length] == ',');
	}
	return formats;
}

/* Writes all parts. */
static void
write_parts(PGconn *connection, ExportedBulletin *bulletin, GrowingBundle *bundle, int formats, const Globals *globals)
{
	TableComments comments[TABLE_COUNT];
	Progress	progress;
	PartWriter	writer;

	progress_begin(&progress, globals->quiet, "exporting", "rows", 0);
	fetch_comments(connection, comments);
	if (bundle_find(bundle, HEADING_NAME) == NULL)
	{
		part_begin(&writer, bundle, HEADING_NAME);
		part_puts(&writer, bulletin->heading);
		part_end(&writer);
	}
	fetch_scheme(connection, bulletin, bundle);
	for (int table = 0; table < TABLE_COUNT; table++)
		fetch_table(connection, bulletin, table, bundle, &progress);
	if (formats & FORMAT_SITE)
		fetch_history(connection, bulletin, bundle);
	fetch_end(connection, bulletin);
	progress_end(&progress);

	/* from here on without the server */
	PQfinish(connection);
	if (formats != 0)
	{
		progress_begin(&progress, globals->quiet, "writing", "rows", 0);
		if (formats & FORMAT_JSON)
			data_write(bundle, bulletin, &progress);
		if (formats & FORMAT_XLSX)
			workbook_write(bundle, bulletin, &progress);
		if (formats & FORMAT_SITE)
			site_write(bundle, bulletin, &progress);
		progress_end(&progress);
	}
	datapackage_write(bundle, bulletin, comments);
	csvw_write(bundle, bulletin, comments);
	dcat_write(bundle, bulletin, comments);
	readme_write(bundle, bulletin);
	for (int table = 0; table < TABLE_COUNT; table++)
	{
		for (int i = 0; i < table_columns(&bundle_tables[table]); i++)
			free(comments[table].columns[i]);
		free(comments[table].columns);
		free(comments[table].table);
	}
}

/* Returns the exit status. */
static int
command_export(int argc, char **argv, const Globals *globals)
{
	OptionReader reader;
	ExportedBulletin bulletin;
	GrowingBundle bundle;
	const char *which = NULL;
	const char *output = NULL;
	bool		replace = false;
	int			formats = FORMAT_JSON | FORMAT_XLSX | FORMAT_SITE;
	PGconn	   *connection;
	uint64_t	bytes = 0;
	int			files = 0;
	int			option;

	options_begin(&reader, argc, argv, export_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		switch (option)
		{
			case EXPORT_OUTPUT:
				output = reader.value;
				break;
			case EXPORT_REPLACE:
				replace = true;
				break;
			case EXPORT_FORMATS:
				formats = read_formats(globals, reader.value);
				break;
			case OPTION_OPERAND:
				if (which != NULL)
					usage_error(globals, "one bulletin at a time, not \"%s\" as well", reader.value);
				which = reader.value;
				break;
			default:
				usage_error(globals, "%s", reader.problem);
		}
	}
	if (which == NULL)
		usage_error(globals, "which bulletin?");
	if (output == NULL || output[0] == '\0')
		usage_error(globals, "export needs --output");

	after_loss = "Run the same command again when the server is there: it goes on with the parts that are whole.";
	bundle_check_path(output, replace);
	connection = connect_server(globals);
	require_extension(connection, "credence_disclosure");
	fetch_begin(connection, which, &bulletin);
	bundle_begin(&bundle, output, bulletin.state);
	if (bundle.kept > 0 && !globals->quiet)
		complain("notice: going on with an export that was cut off: %d of its files are whole", bundle.kept);
	write_parts(connection, &bulletin, &bundle, formats, globals);
	/* once more: what came there meanwhile is not ours to replace */
	bundle_check_path(output, replace);
	bundle_finish(&bundle);

	for (int i = 0; i < bundle.count; i++)
	{
		files += bundle.parts[i].used;
		bytes += bundle.parts[i].used ? bundle.parts[i].bytes : 0;
	}
	if (globals->json)
		print_json(json_pack("{s:i, s:s, s:o, s:i, s:I, s:i}", "bulletin", bulletin.number, "hash", bulletin.hash, "directory", json_safely(bundle.path, strlen(bundle.path)),
							 "files", files, "bytes", (json_int_t) bytes, "kept", bundle.kept));
	else
		printf("bulletin %d is in %s: %d files, %" PRIu64 " bytes\nSHA-256 %s\n", bulletin.number, bundle.path, files, bytes, bulletin.hash);
	return EXIT_FINE;
}

const Command export_command = {
	.name = "export",
	.arguments = "BULLETIN",
	.summary = "write a published bulletin as a bundle of files",
	.description =
	"BULLETIN is the number of a bulletin, or \"latest\". The bundle is a directory with the\n"
	"public views as CSV, JSON and a workbook, the scheme where it is published, metadata for\n"
	"machines, a web bulletin (index.html) and a manifest of SHA-256 sums. It grows beside its\n"
	"name, in DIRECTORY.partial, and gets its name when it is whole; an export that was cut off\n"
	"goes on when it is run again. A login with the role credence_public suffices.\n\n"
	"\"credence verify DIRECTORY\" checks it, without a database.\n",
	.options = export_options,
	.offline = false,
	.run = command_export,
};
