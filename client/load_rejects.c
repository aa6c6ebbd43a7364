/*
 * client/load_rejects.c
 *
 * Rejected rows; see load_rejects.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/command.h"
#include "client/load_rejects.h"
#include "client/output.h"

/* How many are shown; the file has all. */
#define REJECTS_SHOWN 5

void
rejects_begin(Rejects *rejects, const char *path, char **files, char separator, const char *encoding)
{
	memset(rejects, 0, sizeof(*rejects));
	rejects->path = path;
	rejects->files = files;
	rejects->separator = separator;
	rejects->encoding = encoding;
	rejects->reading = -1;
}

void
rejects_keep(Rejects *rejects, FileLine place, const char *reason)
{
	size_t		length = strlen(reason);

	if (rejects->kept == NULL)
		rejects->kept = tmpfile();
	if (rejects->kept == NULL || fwrite(&place, sizeof(place), 1, rejects->kept) != 1
		|| fwrite(&length, sizeof(length), 1, rejects->kept) != 1 || fwrite(reason, 1, length, rejects->kept) != length)
		die(EXIT_FILES, "could not write a temporary file: %s", strerror(errno));
}

bool
rejects_any(const Rejects *rejects)
{
	return rejects->kept != NULL;
}

void
rejects_rewind(Rejects *rejects)
{
	if (rejects->kept != NULL && fseek(rejects->kept, 0, SEEK_SET) != 0)
		die(EXIT_FILES, "could not read a temporary file: %s", strerror(errno));
}

Reject
rejects_next(Rejects *rejects)
{
	Reject		reject = {.reason = NULL};
	size_t		length;

	if (rejects->kept == NULL || fread(&reject.place, sizeof(reject.place), 1, rejects->kept) != 1)
		return reject;
	if (fread(&length, sizeof(length), 1, rejects->kept) != 1)
		die(EXIT_FILES, "could not read a temporary file: %s", strerror(errno));
	reject.reason = allocate(length + 1);
	if (fread(reject.reason, 1, length, rejects->kept) != length)
		die(EXIT_FILES, "could not read a temporary file: %s", strerror(errno));
	reject.reason[length] = '\0';
	return reject;
}

/* Exits: the file could not be written. */
static void
die_of_file(const Rejects *rejects)
{
	complain("could not write the rejected rows to \"%s\": %s", rejects->path, strerror(errno));
	hint("Nothing was loaded; --rejects names another file.");
	exit(EXIT_FILES);
}

/* Opens the file; the rows may hold what is known of persons, so that nobody else is to read it. */
static void
open_file(Rejects *rejects)
{
	if (!new_file_begin(&rejects->file, rejects->path, S_IRUSR | S_IWUSR))
		die_of_file(rejects);
	rejects->writer.file = rejects->file.out;
	csv_write(&rejects->writer, "file");
	csv_write(&rejects->writer, "line");
	csv_write(&rejects->writer, "reason");
	csv_write(&rejects->writer, "record");
	csv_end_record(&rejects->writer);
}

/* Replaces each byte that is not UTF-8, or zero, so that the file can be read by anything. Returns a text of its own. */
static char *
scrubbed(const char *text, size_t length)
{
	char	   *clean = allocate(3 * length + 1);
	char	   *out = clean;

	for (size_t i = 0; i < length;)
	{
		size_t		bytes = 1;

		while (bytes <= 4 && i + bytes <= length && !valid_utf8(text + i, bytes))
			bytes++;
		if (bytes > 4 || i + bytes > length)
		{
			memcpy(out, "\xef\xbf\xbd", 3);	/* U+FFFD */
			out += 3;
			i++;
			continue;
		}
		memcpy(out, text + i, bytes);
		out += bytes;
		i += bytes;
	}
	*out = '\0';
	return clean;
}

/* Returns the record in that line as CSV, allocated; NULL where it cannot be read again, as from standard input. */
static char *
read_again(Rejects *rejects, FileLine place)
{
	CsvReader  *reader = &rejects->reader;
	CsvWriter	writer = {NULL};
	char	   *record = NULL;
	char	   *clean;
	size_t		size;
	CsvOutcome	outcome = CSV_RECORD;

	if (strcmp(rejects->files[place.file], "-") == 0)
		return NULL;
	if (rejects->reading != place.file)
	{
		if (rejects->reading >= 0)
			csv_close(reader);
		rejects->reading = -1;
		if (!csv_open(reader, rejects->files[place.file], rejects->separator, rejects->encoding))
			return NULL;
		if (reader->size == 0)
		{
			csv_close(reader);	/* a pipe */
			return NULL;
		}
		rejects->reading = place.file;
	}
	while (outcome == CSV_RECORD && reader->line < place.line)
		outcome = csv_next(reader);
	if (outcome != CSV_RECORD || reader->line != place.line)
		return NULL;
	writer.file = open_memstream(&record, &size);
	if (writer.file == NULL)
		die(EXIT_FILES, "out of memory");
	for (int i = 0; i < reader->count; i++)
		csv_write_length(&writer, reader->fields[i].length > 0 || reader->fields[i].quoted ? reader->fields[i].text : NULL, reader->fields[i].length);
	if (fclose(writer.file) != 0)
		die(EXIT_FILES, "out of memory");
	clean = scrubbed(record, size);
	free(record);
	return clean;
}

void
rejects_write(Rejects *rejects, FileLine place, const char *reason)
{
	const char *name = strcmp(rejects->files[place.file], "-") == 0 ? "standard input" : rejects->files[place.file];
	char		line[24];
	char	   *record;

	if (rejects->rows == 0)
		open_file(rejects);
	if (rejects->rows == 0 || rejects->last.file != place.file || rejects->last.line != place.line)
		rejects->rows++;
	rejects->last = place;
	if (rejects->shown < REJECTS_SHOWN)
		complain("%s, line %" PRIu64 ": %s", name, place.line, reason);
	rejects->shown++;

	record = read_again(rejects, place);
	snprintf(line, sizeof(line), "%" PRIu64, place.line);
	csv_write(&rejects->writer, name);
	csv_write(&rejects->writer, line);
	csv_write(&rejects->writer, reason);
	csv_write(&rejects->writer, record);
	csv_end_record(&rejects->writer);
	free(record);
	if (ferror(rejects->file.out))
		die_of_file(rejects);
}

void
rejects_finish(Rejects *rejects)
{
	if (rejects->reading >= 0)
		csv_close(&rejects->reader);
	if (rejects->kept != NULL)
		fclose(rejects->kept);
	if (rejects->rows == 0)
		return;
	if (!new_file_finish(&rejects->file))
		die_of_file(rejects);
	if (rejects->shown > REJECTS_SHOWN)
		complain("... and %d more reasons", rejects->shown - REJECTS_SHOWN);
}
