/*
 * client/csv.c
 *
 * Reading and writing CSV; see csv.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/connection.h"
#include "client/csv.h"
#include "client/output.h"

#define BUFFER_SIZE (256 * 1024)

/* A longer record has a quote that is not closed, or is not CSV. */
#define LIMIT_RECORD (16 * 1024 * 1024)

/* More columns than any table has. */
#define LIMIT_FIELDS 10000

/* Keeps the first problem of a record. */
#define RECORD_PROBLEM(reader, ...) \
	do { \
		if ((reader)->problem[0] == '\0') \
			snprintf((reader)->problem, sizeof((reader)->problem), __VA_ARGS__); \
	} while (0)

bool
csv_open(CsvReader *reader, const char *path, char separator, const char *encoding)
{
	struct stat status;

	memset(reader, 0, sizeof(*reader));
	reader->name = strcmp(path, "-") == 0 ? "standard input" : path;
	reader->separator = separator;
	reader->encoding = encoding != NULL ? encoding : "UTF-8";
	reader->file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (reader->file < 0)
	{
		snprintf(reader->problem, sizeof(reader->problem), "%s", strerror(errno));
		return false;
	}
	if (fstat(reader->file, &status) == 0)
	{
		if (S_ISDIR(status.st_mode))
		{
			snprintf(reader->problem, sizeof(reader->problem), "%s", strerror(EISDIR));
			csv_close(reader);
			return false;
		}
		if (S_ISREG(status.st_mode))
			reader->size = (uint64_t) status.st_size;
	}
	reader->buffer = allocate(BUFFER_SIZE);
	if (!encoding_is_utf8(reader->encoding) && !decoder_open(&reader->decoder, reader->encoding))
	{
		snprintf(reader->problem, sizeof(reader->problem), "the encoding \"%.40s\" is not known here", reader->encoding);
		csv_close(reader);
		return false;
	}
	reader->next_line = 1;
	return true;
}

void
csv_close(CsvReader *reader)
{
	if (reader->file > STDIN_FILENO)
		close(reader->file);
	reader->file = -1;
	decoder_close(&reader->decoder);
	free(reader->buffer);
	free(reader->text);
	free(reader->fields);
	reader->buffer = NULL;
	reader->text = NULL;
	reader->fields = NULL;
}

/* Ends reading: the file cannot be read, or is not what it should be. */
static void
fail(CsvReader *reader, const char *problem)
{
	snprintf(reader->problem, sizeof(reader->problem), "%s", problem);
	reader->failed = true;
	reader->ended = true;
}

/* Reads bytes as they are in the file; 0 at its end, or where it cannot be read. */
static size_t
read_bytes(CsvReader *reader, char *to, size_t room)
{
	ssize_t		got;

	do
	{
		stop_if_interrupted();
		got = read(reader->file, to, room);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		fail(reader, strerror(errno));
	if (got <= 0)
		return 0;
	reader->bytes += (uint64_t) got;
	return (size_t) got;
}

/* The same through the decoder: as much as the buffer holds. */
static size_t
read_decoded(CsvReader *reader)
{
	Decoder    *decoder = &reader->decoder;

	for (;;)
	{
		size_t		before;
		size_t		made = decode(decoder, reader->buffer, BUFFER_SIZE);
		const char *other;

		if (made > 0 || decoder->ended)
			return made;
		/* as much as there is room for: what the bytes are is better told from many */
		before = decoder->filled;
		while (!decoder->ended && decoder->filled < DECODER_SIZE)
		{
			size_t		got = read_bytes(reader, decoder->raw + decoder->filled, DECODER_SIZE - decoder->filled);

			decoder->filled += got;
			decoder->ended = got == 0;
		}
		if (reader->failed)
			return 0;
		other = decoder_doubt(decoder, before);
		if (other != NULL)
		{
			char		problem[sizeof(reader->problem)];

			snprintf(problem, sizeof(problem), "it is %s, not %.40s; %s", other, reader->encoding,
					 encoding_is_utf8(other) ? "leave out --encoding" : "load it with --encoding UTF-16");
			fail(reader, problem);
			return 0;
		}
	}
}

/* Reads on. Returns false at the end, or where the file cannot be read: then there is a problem. */
static bool
fill(CsvReader *reader)
{
	bool		decodes = reader->decoder.raw != NULL;
	bool		first = reader->bytes == 0;
	size_t		got;

	if (reader->ended)
		return false;
	got = decodes ? read_decoded(reader) : read_bytes(reader, reader->buffer, BUFFER_SIZE);
	if (got == 0)
	{
		reader->ended = true;
		return false;
	}
	reader->place = 0;
	if (first)
	{
		const unsigned char *begin = (const unsigned char *) reader->buffer;

		/* a mark is read whole: nothing hands out its bytes one by one but a contrived pipe */
		if (!decodes && got >= 2 && ((begin[0] == 0xff && begin[1] == 0xfe) || (begin[0] == 0xfe && begin[1] == 0xff)))
		{
			fail(reader, "it is UTF-16; save it as CSV in UTF-8, or load it with --encoding UTF-16");
			return false;
		}
		if (got >= 3 && begin[0] == 0xef && begin[1] == 0xbb && begin[2] == 0xbf)
			reader->place = 3;
	}
	reader->filled = got;
	return reader->place < reader->filled || fill(reader);
}

/* Returns the next byte without taking it, or -1 at the end. */
static inline int
peek(CsvReader *reader)
{
	if (reader->place >= reader->filled && !fill(reader))
		return -1;
	return (unsigned char) reader->buffer[reader->place];
}

/* Adds bytes to the current field. Returns false if the record gets too long. */
static bool
add(CsvReader *reader, const char *bytes, size_t length)
{
	if (reader->used + length > LIMIT_RECORD)
		return false;
	if (reader->used + length + 1 > reader->room)
	{
		reader->room = 2 * reader->room + length + 1024;
		reader->text = reallocate(reader->text, reader->room);
	}
	memcpy(reader->text + reader->used, bytes, length);
	reader->used += length;
	return true;
}

/* Adds the bytes up to one of those three, or the end of the buffer. */
static bool
add_run(CsvReader *reader, char one, char two, char three)
{
	const char *begin = reader->buffer + reader->place;
	const char *end = reader->buffer + reader->filled;
	const char *c = begin;

	while (c < end && *c != one && *c != two && *c != three)
		c++;
	reader->place += (size_t) (c - begin);
	return add(reader, begin, (size_t) (c - begin));
}

/* Says that the record is too long; the caller returns CSV_FAILED. */
static void
too_long(CsvReader *reader, uint64_t quote_line)
{
	if (quote_line > 0)
		snprintf(reader->problem, sizeof(reader->problem), "line %" PRIu64 ": a quote is not closed within %d MB",
				 quote_line, LIMIT_RECORD / 1024 / 1024);
	else
		snprintf(reader->problem, sizeof(reader->problem), "line %" PRIu64 ": a record of more than %d MB or %d fields",
				 reader->line, LIMIT_RECORD / 1024 / 1024, LIMIT_FIELDS);
}

/*
 * Reads a field that begins with a quote. Returns false where nothing more can
 * be read.
 */
static bool
read_quoted(CsvReader *reader)
{
	uint64_t	quote_line = reader->next_line;

	reader->place++;
	for (;;)
	{
		int			c = peek(reader);

		if (c < 0)
		{
			if (!reader->failed)
				snprintf(reader->problem, sizeof(reader->problem), "line %" PRIu64 ": a quote is not closed before the end of the file", quote_line);
			return false;
		}
		if (c == '"')
		{
			reader->place++;
			if (peek(reader) != '"')
				return true;
			c = '"';
			reader->place++;
			if (add(reader, "\"", 1))
				continue;
		}
		else if (c == '\n')
		{
			reader->next_line++;
			reader->place++;
			if (add(reader, "\n", 1))
				continue;
		}
		else if (add_run(reader, '"', '\n', '"'))
			continue;
		too_long(reader, quote_line);
		return false;
	}
}

/* Makes room for one more field and returns its index, or -1 if there are too many. */
static int
begin_field(CsvReader *reader)
{
	if (reader->count >= LIMIT_FIELDS)
		return -1;
	if (reader->count >= reader->fields_room)
	{
		reader->fields_room = 2 * reader->fields_room + 16;
		reader->fields = reallocate(reader->fields, sizeof(CsvField) * (size_t) reader->fields_room);
	}
	reader->fields[reader->count].quoted = false;
	reader->fields[reader->count].length = reader->used;	/* where it begins, until it ends */
	return reader->count++;
}

/* Ends the field: checks its bytes. */
static bool
end_field(CsvReader *reader, int field)
{
	size_t		begin = reader->fields[field].length;

	reader->fields[field].length = reader->used - begin;
	if (!valid_utf8(reader->text + begin, reader->used - begin))
	{
		if (memchr(reader->text + begin, '\0', reader->used - begin) != NULL)
			RECORD_PROBLEM(reader, "field %d has a zero byte", field + 1);
		else
		{
			RECORD_PROBLEM(reader, "field %d is not valid %.40s", field + 1, reader->encoding);
			reader->misread = true;
		}
	}
	return add(reader, "", 1);
}

CsvOutcome
csv_next(CsvReader *reader)
{
	int			c;
	size_t		place = 0;
	bool		stray = false;

	/* empty lines are passed over; a carriage return alone begins a record, which is wrong */
	while ((c = peek(reader)) == '\n' || c == '\r')
	{
		reader->place++;
		if (c == '\n')
			reader->next_line++;
		else if (peek(reader) != '\n')
		{
			stray = true;
			c = peek(reader);
			break;
		}
	}
	if (c < 0)
		return reader->failed ? CSV_FAILED : CSV_END;

	reader->problem[0] = '\0';
	reader->line = reader->next_line;
	reader->count = 0;
	reader->used = 0;
	if (stray)
		RECORD_PROBLEM(reader, "field 1 has a carriage return without a line feed");
	for (;;)
	{
		int			field = begin_field(reader);

		if (field < 0)
		{
			too_long(reader, 0);
			return CSV_FAILED;
		}
		c = peek(reader);
		if (c == '"')
		{
			reader->fields[field].quoted = true;
			if (!read_quoted(reader))
				return CSV_FAILED;
			c = peek(reader);
			if (c >= 0 && c != reader->separator && c != '\r' && c != '\n')
				RECORD_PROBLEM(reader, "field %d has text after its closing quote", field + 1);
		}
		while ((c = peek(reader)) >= 0 && c != (unsigned char) reader->separator && c != '\n')
		{
			if (c == '\r')
			{
				reader->place++;
				if (peek(reader) == '\n')
				{
					c = '\n';
					break;
				}
				RECORD_PROBLEM(reader, "field %d has a carriage return without a line feed", field + 1);
				if (add(reader, "\r", 1))
					continue;
			}
			else
			{
				size_t		before = reader->used;

				if (add_run(reader, reader->separator, '\n', '\r'))
				{
					if (!reader->fields[field].quoted && memchr(reader->text + before, '"', reader->used - before) != NULL)
						RECORD_PROBLEM(reader, "field %d has a quote within it but none around it", field + 1);
					continue;
				}
			}
			too_long(reader, 0);
			return CSV_FAILED;
		}
		if (reader->failed)
			return CSV_FAILED;
		if (!end_field(reader, field))
		{
			too_long(reader, 0);
			return CSV_FAILED;
		}
		if (c != (unsigned char) reader->separator)
			break;
		reader->place++;
	}
	if (c == '\n')
	{
		reader->place++;
		reader->next_line++;
	}
	for (int i = 0; i < reader->count; i++)
	{
		reader->fields[i].text = reader->text + place;
		place += reader->fields[i].length + 1;
	}
	return CSV_RECORD;
}

bool
valid_utf8(const char *text, size_t length)
{
	const unsigned char *c = (const unsigned char *) text;
	const unsigned char *end = c + length;

	while (c < end)
	{
		int			more;
		unsigned char low = 0x80;
		unsigned char high = 0xbf;

		if (*c > 0 && *c < 0x80)
		{
			c++;
			continue;
		}
		/* neither longer than needed, nor surrogates, nor beyond U+10FFFF */
		if (*c >= 0xc2 && *c <= 0xdf)
			more = 1;
		else if (*c >= 0xe0 && *c <= 0xef)
		{
			more = 2;
			low = *c == 0xe0 ? 0xa0 : low;
			high = *c == 0xed ? 0x9f : high;
		}
		else if (*c >= 0xf0 && *c <= 0xf4)
		{
			more = 3;
			low = *c == 0xf0 ? 0x90 : low;
			high = *c == 0xf4 ? 0x8f : high;
		}
		else
			return false;
		if (end - c <= more || c[1] < low || c[1] > high)
			return false;
		for (int i = 2; i <= more; i++)
		{
			if (c[i] < 0x80 || c[i] > 0xbf)
				return false;
		}
		c += more + 1;
	}
	return true;
}

void
csv_write_length(CsvWriter *writer, const char *text, size_t length)
{
	bool		quotes = length == 0 && text != NULL;

	if (writer->begun)
		putc(',', writer->file);
	writer->begun = true;
	if (text == NULL)
		return;
	for (size_t i = 0; i < length && !quotes; i++)
		quotes = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
	if (!quotes)
	{
		fwrite(text, 1, length, writer->file);
		return;
	}
	putc('"', writer->file);
	for (size_t i = 0; i < length; i++)
	{
		if (text[i] == '"')
			putc('"', writer->file);
		putc(text[i], writer->file);
	}
	putc('"', writer->file);
}

void
csv_write(CsvWriter *writer, const char *text)
{
	csv_write_length(writer, text, text != NULL ? strlen(text) : 0);
}

void
csv_end_record(CsvWriter *writer)
{
	fputs("\r\n", writer->file);
	writer->begun = false;
}
