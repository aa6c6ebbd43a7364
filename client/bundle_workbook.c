/*
 * client/bundle_workbook.c
 *
 * bulletin.xlsx; see bundle_workbook.h. Rows go to the disk as they are written.
 * Texts are written as texts, whatever they begin with: no cell is a formula.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "client/bundle_workbook.h"
#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"

#define WORKBOOK_NAME "bulletin.xlsx"

/* Rows of a sheet, the header among them. CREDENCE_SHEET_ROWS in the environment makes it smaller, for tests. */
#define LIMIT_SHEET_ROWS 1048576

/* Characters of a cell. */
#define LIMIT_CELL_CHARACTERS 32767

/* Characters that Excel counts, UTF-16 units; cuts a text so that it fits, and returns whether it did. */
static bool
cut_cell(char *text)
{
	int			units = 0;

	for (char *c = text; *c != '\0'; c++)
	{
		if ((*c & 0xC0) == 0x80)
			continue;
		units += (unsigned char) *c >= 0xF0 ? 2 : 1;
		if (units > LIMIT_CELL_CHARACTERS)
		{
			*c = '\0';
			return true;
		}
	}
	return false;
}

/* Does a text begin with _xHHHH_, by which a workbook means the character of that number? */
static bool
is_escape(const char *text)
{
	return text[0] == '_' && text[1] == 'x' && isxdigit((unsigned char) text[2]) && isxdigit((unsigned char) text[3])
		&& isxdigit((unsigned char) text[4]) && isxdigit((unsigned char) text[5]) && text[6] == '_';
}

/*
 * Returns a text such that a reader of the workbook gets it as it was: _x0041_
 * becomes _x005F_x0041_; and U+FFFE and U+FFFF, which no XML may have and one
 * of which would keep the whole workbook from being opened, become U+FFFD.
 */
static const char *
workbook_text(Bytes *room, const char *text)
{
	if (strstr(text, "_x") == NULL && strstr(text, "\xef\xbf") == NULL)
		return text;
	room->length = 0;
	for (; *text != '\0'; text++)
	{
		if (is_escape(text))
			bytes_puts(room, "_x005F");
		if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0)
		{
			bytes_puts(room, "\xef\xbf\xbd");
			text += 2;
		}
		else
			bytes_add(room, text, 1);
	}
	bytes_add(room, "", 1);
	(void) cut_cell(room->bytes);
	return room->bytes;
}

/* Writes a field into a cell; texts that Excel cannot hold whole are cut and counted. */
static void
write_cell(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, ColumnType type, RecordField *field, lxw_format *date_format, Bytes *room, int64_t *cut)
{
	char	   *text = (char *) field->text;
	char		end;
	int			year,
				month,
				day;

	if (text == NULL)
		return;
	/* the byte behind a field is a comma or a line end, which has been read */
	end = text[field->length];
	text[field->length] = '\0';
	switch (type)
	{
		case COLUMN_INTEGER:
		case COLUMN_NUMBER:
			worksheet_write_number(sheet, row, column, strtod(text, NULL), NULL);
			break;
		case COLUMN_DATE:
			/* dates before 1900 are none for Excel */
			if (sscanf(text, "%4d-%2d-%2d", &year, &month, &day) == 3 && year >= 1900 && year <= 9999 && field->length == 10)
			{
				lxw_datetime date = {.year = year, .month = month, .day = day};

				worksheet_write_datetime(sheet, row, column, &date, date_format);
				break;
			}
			/* FALLTHROUGH */
		case COLUMN_TEXT:
			*cut += cut_cell(text);
			worksheet_write_string(sheet, row, column, workbook_text(room, text), NULL);
			break;
	}
	text[field->length] = end;
}

/* Adds a sheet with the header of a table: "entries", "entries 2" and so on. */
static lxw_worksheet *
add_sheet(lxw_workbook *workbook, const TableFormat *table, int number, lxw_format *header_format)
{
	char		name[32];
	lxw_worksheet *sheet;

	if (number == 1)
		snprintf(name, sizeof(name), "%s", table->name);
	else
		snprintf(name, sizeof(name), "%s %d", table->name, number);
	sheet = workbook_add_worksheet(workbook, name);
	if (sheet == NULL)
		die(EXIT_FILES, "could not add a sheet to %s", WORKBOOK_NAME);
	for (int i = 0; table->columns[i].name != NULL; i++)
		worksheet_write_string(sheet, 0, (lxw_col_t) i, table->columns[i].name, header_format);
	worksheet_freeze_panes(sheet, 1, 0);
	return sheet;
}

/* How many rows a sheet takes. */
static uint32_t
sheet_rows(void)
{
	const char *asked = getenv("CREDENCE_SHEET_ROWS");
	long		rows = asked != NULL ? atol(asked) : 0;

	return rows >= 2 && rows <= LIMIT_SHEET_ROWS ? (uint32_t) rows : LIMIT_SHEET_ROWS;
}

/* Puts the workbook together. The library prints what goes wrong, with places in its source; errno says it better, and is 0 where there is none. */
static lxw_error
close_workbook(lxw_workbook *workbook)
{
	int			nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int			kept = nowhere >= 0 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1;
	lxw_error	error;
	int			problem;

	fflush(stderr);
	if (kept >= 0)
		dup2(nowhere, STDERR_FILENO);
	errno = 0;
	error = workbook_close(workbook);
	problem = errno;
	fflush(stderr);
	if (kept >= 0)
	{
		dup2(kept, STDERR_FILENO);
		close(kept);
	}
	if (nowhere >= 0)
		close(nowhere);
	errno = problem;
	return error;
}

void
workbook_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress)
{
	char	   *path;
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE};
	lxw_doc_properties properties = {.title = bulletin->values[1] != NULL ? bulletin->values[1] : bulletin->values[2], .comments = bulletin->hash};
	lxw_workbook *workbook;
	lxw_worksheet *notes;
	lxw_format *header_format;
	lxw_format *date_format;
	lxw_error	error;
	uint32_t	most = sheet_rows();
	int64_t		cut = 0;
	Bytes		room = {NULL};
	const char *title;
	int			year,
				month,
				day;
	struct tm	published = {0};
	uint32_t	notes_row = 0;
	uint64_t	bytes = 0;
	char	   *text;
	struct
	{
		const TableFormat *table;
		uint64_t	rows;
		int			sheets;
	}			written[TABLE_COUNT];
	int			tables = 0;

	if (bundle_find(bundle, WORKBOOK_NAME) != NULL)
		return;
	title = properties.title != NULL ? properties.title : bulletin->values[6];
	path = bundle_file(bundle, WORKBOOK_NAME);
	for (int i = 0; i < TABLE_COUNT; i++)
	{
		const Part *part = bundle_find(bundle, bundle_tables[i].file);

		bytes += part != NULL && bundle_tables[i].in_data ? part->bytes : 0;
	}
	/* XML takes up to ten times the room of CSV; not always, since some programs cannot read it */
	options.use_zip64 = bytes > UINT64_C(300) * 1024 * 1024 ? LXW_TRUE : LXW_FALSE;
	options.tmpdir = bundle->partial;
	workbook = workbook_new_opt(path, &options);
	if (workbook == NULL)
		die(EXIT_FILES, "could not write %s", path);
	/* when it was published, so that two exports are the same */
	if (sscanf(bulletin->values[13], "%4d-%2d-%2d", &year, &month, &day) == 3)
	{
		published.tm_year = year - 1900;
		published.tm_mon = month - 1;
		published.tm_mday = day;
		properties.created = timegm(&published);
	}
	if (properties.title != NULL)
		properties.title = (char *) workbook_text(&room, properties.title);
	workbook_set_properties(workbook, &properties);
	header_format = workbook_add_format(workbook);
	format_set_bold(header_format);
	date_format = workbook_add_format(workbook);
	format_set_num_format(date_format, "yyyy-mm-dd");
	for (int i = 0; i < TABLE_COUNT; i++)
	{
		const TableFormat *table = &bundle_tables[i];
		RecordReader reader;
		lxw_worksheet *sheet;
		uint32_t	row = 0;

		if (!table->in_data)
			continue;
		written[tables].table = table;
		written[tables].rows = 0;
		written[tables].sheets = 1;
		sheet = add_sheet(workbook, table, 1, header_format);
		table_open(&reader, bundle, i);
		while (table_next(&reader, table))
		{
			if (++row == most)
			{
				sheet = add_sheet(workbook, table, ++written[tables].sheets, header_format);
				row = 1;
			}
			for (int k = 0; k < reader.count; k++)
				write_cell(sheet, row, (lxw_col_t) k, table->columns[k].type, &reader.fields[k], date_format, &room, &cut);
			if (++written[tables].rows % 1000 == 0)
			{
				stop_if_interrupted();
				progress_update(progress, progress->done + 1000);
			}
		}
		records_close(&reader);
		tables++;
	}

	/* what the workbook is, and what it is not */
	notes = workbook_add_worksheet(workbook, "notes");
	worksheet_write_string(notes, notes_row++, 0, workbook_text(&room, title), header_format);
	text = format_text("Bulletin %d, published on %s, SHA-256 %s", bulletin->number, bulletin->values[13], bulletin->hash);
	worksheet_write_string(notes, notes_row++, 0, text, NULL);
	free(text);
	worksheet_write_string(notes, notes_row++, 0, "A copy of the CSV files for reading: Excel keeps 15 digits of a number. What is withheld is empty, with the reason beside it.", NULL);
	for (int i = 0; i < tables; i++)
	{
		if (written[i].sheets == 1)
			continue;
		text = format_text("%s: %lu rows are more than a sheet takes (%u); they go on in the sheets \"%s 2\" to \"%s %d\".", written[i].table->file,
						   (unsigned long) written[i].rows, most - 1, written[i].table->name, written[i].table->name, written[i].sheets);
		worksheet_write_string(notes, notes_row++, 0, text, NULL);
		free(text);
	}
	if (cut > 0)
	{
		text = format_text("%ld texts are longer than a cell takes (%d characters) and were cut; the CSV files have them whole.", (long) cut, LIMIT_CELL_CHARACTERS);
		worksheet_write_string(notes, notes_row++, 0, text, NULL);
		free(text);
	}
	error = close_workbook(workbook);
	if (error != LXW_NO_ERROR)
	{
		complain("could not write %s: %s", path, errno != 0 ? strerror(errno) : lxw_strerror(error));
		hint("When that is mended run the same command again: it goes on with the parts that are whole.");
		exit(EXIT_FILES);
	}
	free(path);
	free(room.bytes);
	part_adopt(bundle, WORKBOOK_NAME);
}
