/*
 * client/bundle_records.c
 *
 * Reading the files of a bundle; see bundle_records.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bundle_records.h"
#include "client/command.h"
#include "client/output.h"

#define BUFFER_SIZE (256 * 1024)

/* Longer than any record of ours but norms, which are one document. */
#define LIMIT_RECORD (64 * 1024 * 1024)

void
stop_if_short(const char *name)
{
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		die(EXIT_FILES, "could not open %s: %s", name, strerror(errno));
}

static bool
open_file(RecordReader *reader, int directory, const char *name, Sum *sum)
{
	memset(reader, 0, sizeof(*reader));
	reader->name = name;
	reader->next_line = 1;
	reader->limit = LIMIT_RECORD;
	reader->sum = sum;
	/* a directory or a pipe in the place of a file must not keep us waiting, nor a link lead out of the bundle */
	reader->file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (reader->file < 0)
	{
		stop_if_short(name);
		snprintf(reader->problem, sizeof(reader->problem), "cannot be opened: %s", strerror(errno));
		return false;
	}
	if (sum != NULL)
		sum_begin(sum);
	reader->room = BUFFER_SIZE;
	reader->buffer = allocate(reader->room);
	return true;
}

bool
records_open(RecordReader *reader, int directory, const char *name, int columns, Sum *sum)
{
	if (!open_file(reader, directory, name, sum))
		return false;
	reader->crlf = true;
	reader->columns = columns;
	reader->fields = allocate(sizeof(RecordField) * (size_t) (columns + 1));
	return true;
}

bool
lines_open(RecordReader *reader, int directory, const char *name, Sum *sum)
{
	return open_file(reader, directory, name, sum);
}

/* Gets more bytes behind those that are there. Returns false at the end and where nothing can be read. */
static bool
fill(RecordReader *reader)
{
	ssize_t		got;

	if (reader->ended)
		return false;
	if (reader->start > 0)
	{
		memmove(reader->buffer, reader->buffer + reader->start, reader->filled - reader->start);
		reader->filled -= reader->start;
		reader->start = 0;
	}
	if (reader->filled == reader->room)
	{
		if (reader->room >= reader->limit)
		{
			snprintf(reader->problem, sizeof(reader->problem), "the record is longer than %zu bytes: is a quote not closed?", reader->limit);
			return false;
		}
		reader->room *= 2;
		reader->buffer = reallocate(reader->buffer, reader->room);
	}
	do
		got = read(reader->file, reader->buffer + reader->filled, reader->room - reader->filled);
	while (got < 0 && errno == EINTR);
	if (got < 0)
	{
		snprintf(reader->problem, sizeof(reader->problem), "cannot be read: %s", strerror(errno));
		return false;
	}
	if (got == 0)
	{
		reader->ended = true;
		return false;
	}
	if (reader->sum != NULL)
		sum_add(reader->sum, reader->buffer + reader->filled, (size_t) got);
	reader->filled += (size_t) got;
	return true;
}

/* How many quotes there are. Eight bytes at a time: every record is looked through. */
static size_t
count_quotes(const char *bytes, size_t length)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t		quotes = 0;

	for (; length >= 8; length -= 8, bytes += 8)
	{
		uint64_t	word;

		memcpy(&word, bytes, 8);
		word ^= ones * '"';
		/* the high bit of each byte that is zero now */
		word = ~(((word & (ones * 0x7F)) + ones * 0x7F) | word | (ones * 0x7F));
		quotes += (size_t) ((word >> 7) * ones >> 56);
	}
	for (; length > 0; length--, bytes++)
		quotes += *bytes == '"';
	return quotes;
}

RecordOutcome
records_next(RecordReader *reader)
{
	size_t		looked = 0;		/* bytes of the record without its end */
	bool		inside = false; /* of quotes, there */
	uint64_t	lines = 0;

	if (reader->problem[0] != '\0')
		return RECORD_FAILED;
	reader->line = reader->next_line;
	for (;;)
	{
		const char *record = reader->buffer + reader->start;
		size_t		there = reader->filled - reader->start;
		const char *end = memchr(record + looked, '\n', there - looked);

		if (end == NULL)
		{
			if (reader->crlf)
				inside ^= count_quotes(record + looked, there - looked) & 1;
			looked = there;
			if (fill(reader))
				continue;
			if (reader->problem[0] != '\0')
				return RECORD_FAILED;
			if (there == 0)
				return RECORD_END;
			snprintf(reader->problem, sizeof(reader->problem), "ends in the middle of a record");
			return RECORD_FAILED;
		}
		lines++;
		if (reader->crlf)
			inside ^= count_quotes(record + looked, (size_t) (end - record) - looked) & 1;
		looked = (size_t) (end - record) + 1;
		if (inside)
			continue;
		reader->raw = record;
		reader->raw_length = looked - 1;
		reader->start += looked;
		reader->bytes += looked;
		reader->next_line += lines;
		if (!reader->crlf)
			return RECORD_READ;
		if (reader->raw_length == 0 || record[reader->raw_length - 1] != '\r')
		{
			snprintf(reader->problem, sizeof(reader->problem), "the record does not end with CR LF");
			return RECORD_FAILED;
		}
		reader->raw_length--;
		return RECORD_READ;
	}
}

bool
record_split(RecordReader *reader)
{
	char	   *place = (char *) reader->raw;
	char	   *end = place + reader->raw_length;

	reader->count = 0;
	for (;;)
	{
		RecordField *field = &reader->fields[reader->count];

		if (reader->count == reader->columns)
		{
			snprintf(reader->problem, sizeof(reader->problem), "the record has more than %d fields", reader->columns);
			return false;
		}
		field->text = place;
		if (place < end && *place == '"')
		{
			char	   *to = ++place;

			field->text = place;
			for (;;)
			{
				char	   *quote = memchr(place, '"', (size_t) (end - place));
				size_t		part;

				if (quote == NULL)
				{
					snprintf(reader->problem, sizeof(reader->problem), "a quote is not closed");
					return false;
				}
				part = (size_t) (quote - place);
				if (to != place)
					memmove(to, place, part);
				to += part;
				place = quote + 1;
				if (place == end || *place != '"')
					break;
				*to++ = '"';
				place++;
			}
			field->length = (size_t) (to - field->text);
			if (place < end && *place != ',')
			{
				snprintf(reader->problem, sizeof(reader->problem), "something stands behind a closing quote");
				return false;
			}
		}
		else
		{
			char	   *comma = memchr(place, ',', (size_t) (end - place));

			if (comma == NULL)
				comma = end;
			field->length = (size_t) (comma - place);
			if (memchr(place, '"', field->length) != NULL || memchr(place, '\r', field->length) != NULL)
			{
				snprintf(reader->problem, sizeof(reader->problem), "a quote or a CR stands in a field without quotes");
				return false;
			}
			if (field->length == 0)
				field->text = NULL;
			place = comma;
		}
		reader->count++;
		if (place == end)
			break;
		place++;
	}
	if (reader->count < reader->columns)
	{
		snprintf(reader->problem, sizeof(reader->problem), "the record has %d fields, not %d", reader->count, reader->columns);
		return false;
	}
	return true;
}

bool
records_drain(RecordReader *reader)
{
	reader->problem[0] = '\0';
	do
		reader->start = reader->filled;
	while (fill(reader));
	return reader->problem[0] == '\0';
}

void
records_close(RecordReader *reader)
{
	if (reader->file >= 0)
		close(reader->file);
	free(reader->buffer);
	free(reader->fields);
	memset(reader, 0, sizeof(*reader));
	reader->file = -1;
}

char *
put_field(char *place, const char *text, size_t length, bool is_text)
{
	bool		apostrophe;
	bool		quoted;

	if (text == NULL)
		return place;
	apostrophe = is_text && needs_apostrophe(text, length);
	quoted = length == 0;
	for (size_t i = 0; i < length && !quoted; i++)
		quoted = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
	if (!quoted)
	{
		if (apostrophe)
			*place++ = '\'';
		memcpy(place, text, length);
		return place + length;
	}
	*place++ = '"';
	if (apostrophe)
		*place++ = '\'';
	for (size_t i = 0; i < length; i++)
	{
		if (text[i] == '"')
			*place++ = '"';
		*place++ = text[i];
	}
	*place++ = '"';
	return place;
}
