/*
 * scoring/text.c
 *
 * Reading and writing the small texts of the formats; see text.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/shortest_dec.h"
#include "scoring/limits.h"
#include "scoring/text.h"

/* The longest number that is read; shortest decimals have 24 characters. */
#define NUMBER_SIZE 400

/* Bytes of a text that a message shows. */
#define MESSAGE_TEXT 40

/* Returns the text of a terminated string. */
Text
text_of(const char *string)
{
	Text		text = {string, (uint32_t) strlen(string)};

	return text;
}

/* Returns whether both are the same bytes. */
bool
text_equal(Text one, Text other)
{
	return one.length == other.length &&
		memcmp(one.bytes, other.bytes, one.length) == 0;
}

/* Returns the order of two texts by bytes: below, at or above zero. */
int
text_compare(Text one, Text other)
{
	uint32_t	shorter = one.length < other.length ? one.length : other.length;
	int			order = memcmp(one.bytes, other.bytes, shorter);

	if (order != 0)
		return order;
	return (one.length > other.length) - (one.length < other.length);
}

/* Returns a terminated copy. */
Text
text_copy(const Arena *arena, Text text)
{
	char	   *bytes = arena_allocate(arena, (size_t) text.length + 1);
	Text		copy = {bytes, text.length};

	memcpy(bytes, text.bytes, text.length);
	bytes[text.length] = '\0';
	return copy;
}

/* Starts an empty buffer. */
void
buffer_init(TextBuffer *buffer, const Arena *arena)
{
	buffer->arena = arena;
	buffer->length = 0;
	buffer->capacity = 128;
	buffer->bytes = arena_allocate(arena, buffer->capacity);
	buffer->bytes[0] = '\0';
}

/* Appends bytes, growing as needed. */
void
buffer_append(TextBuffer *buffer, const char *bytes, size_t length)
{
	if (buffer->length + length + 1 > buffer->capacity)
	{
		size_t		capacity = 2 * buffer->capacity + length + 1;
		char	   *grown = arena_allocate(buffer->arena, capacity);

		memcpy(grown, buffer->bytes, buffer->length);
		buffer->bytes = grown;
		buffer->capacity = capacity;
	}
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

/* Appends a terminated string. */
void
buffer_append_string(TextBuffer *buffer, const char *string)
{
	buffer_append(buffer, string, strlen(string));
}

/* Appends a text. */
void
buffer_append_text(TextBuffer *buffer, Text text)
{
	buffer_append(buffer, text.bytes, text.length);
}

/* Appends one character. */
void
buffer_append_character(TextBuffer *buffer, char character)
{
	buffer_append(buffer, &character, 1);
}

/* Writes the shortest decimal that reads back as the same number, and returns it. */
const char *
number_text(double number, char text[NUMBER_TEXT_SIZE])
{
	/* adding zero turns -0 into 0, which is the same number */
	double_to_shortest_decimal_buf(number + 0.0, text);
	return text;
}

/* Appends the shortest decimal that reads back as the same number. */
void
buffer_append_number(TextBuffer *buffer, double number)
{
	char		text[NUMBER_TEXT_SIZE];

	buffer_append_string(buffer, number_text(number, text));
}

/* Appends a label, in quotes where asked or needed. */
void
buffer_append_label(TextBuffer *buffer, Text label, bool quoted)
{
	if (!quoted && !label_needs_quotes(label))
	{
		buffer_append_text(buffer, label);
		return;
	}
	buffer_append_character(buffer, '"');
	for (uint32_t i = 0; i < label.length; i++)
	{
		if (label.bytes[i] == '"')
			buffer_append_character(buffer, '"');
		buffer_append_character(buffer, label.bytes[i]);
	}
	buffer_append_character(buffer, '"');
}

/* Appends a JSON string: quotes, backslashes and control characters escaped. */
void
buffer_append_json(TextBuffer *buffer, Text text)
{
	static const char digits[] = "0123456789abcdef";

	buffer_append_character(buffer, '"');
	for (uint32_t i = 0; i < text.length; i++)
	{
		unsigned char character = (unsigned char) text.bytes[i];

		if (character == '"' || character == '\\')
		{
			buffer_append_character(buffer, '\\');
			buffer_append_character(buffer, (char) character);
		}
		else if (character == '\n')
			buffer_append_string(buffer, "\\n");
		else if (character == '\t')
			buffer_append_string(buffer, "\\t");
		else if (character == '\r')
			buffer_append_string(buffer, "\\r");
		else if (character < 0x20)
		{
			buffer_append_string(buffer, "\\u00");
			buffer_append_character(buffer, digits[character >> 4]);
			buffer_append_character(buffer, digits[character & 15]);
		}
		else
			buffer_append_character(buffer, (char) character);
	}
	buffer_append_character(buffer, '"');
}

/* Returns what the buffer holds. */
Text
buffer_text(const TextBuffer *buffer)
{
	Text		text = {buffer->bytes, (uint32_t) buffer->length};

	return text;
}

/* Returns a scanner at the start of the text. */
Scanner
scanner_of(Text text)
{
	Scanner		scanner = {text.bytes, text.bytes, text.bytes + text.length};

	return scanner;
}

/* Returns whether the character is one of the ASCII blanks. */
static bool
is_blank(char character)
{
	return character == ' ' || (character >= '\t' && character <= '\r');
}

/* Skips blanks. */
void
scan_blanks(Scanner *scanner)
{
	while (scanner->position < scanner->end && is_blank(*scanner->position))
		scanner->position++;
}

/* Returns whether nothing is left. */
bool
scan_at_end(const Scanner *scanner)
{
	return scanner->position >= scanner->end;
}

/* Skips the character if it is next, and returns whether it was. */
bool
scan_character(Scanner *scanner, char character)
{
	if (scan_at_end(scanner) || *scanner->position != character)
		return false;
	scanner->position++;
	return true;
}

/* Reads a decimal number; returns false, standing where it stood, if none is next. */
bool
scan_number(Scanner *scanner, double *number)
{
	char		decimal[NUMBER_SIZE];
	size_t		length = 0;
	size_t		available = (size_t) (scanner->end - scanner->position);
	char	   *stop;

	/* only what a decimal number is made of: no "nan", no hexadecimal */
	while (length < available &&
		   (strchr("+-.eE", scanner->position[length]) != NULL
			? scanner->position[length] != '\0'
			: scanner->position[length] >= '0' && scanner->position[length] <= '9'))
		length++;
	if (length == 0 || length >= NUMBER_SIZE)
		return false;
	memcpy(decimal, scanner->position, length);
	decimal[length] = '\0';
	*number = strtod(decimal, &stop);
	if (stop == decimal || !isfinite(*number))
		return false;
	*number += 0.0;				/* no -0 */
	scanner->position += stop - decimal;
	return true;
}

/* Returns whether the whole text is a decimal number, and the number. */
bool
text_to_number(Text text, double *number)
{
	Scanner		scanner = scanner_of(text);

	return scan_number(&scanner, number) && scan_at_end(&scanner);
}

/* Returns whether a label could not be read back without quotes. */
bool
label_needs_quotes(Text label)
{
	if (label.length == 0 ||
		is_blank(label.bytes[0]) || is_blank(label.bytes[label.length - 1]))
		return true;
	for (uint32_t i = 0; i < label.length; i++)
		if (strchr(",<>=\"", label.bytes[i]) != NULL)
			return true;
	return false;
}

/* Returns as much of a text's start as fits, without cutting a character in half. */
Text
text_start(Text text, uint32_t most)
{
	Text		start = text;

	if (text.length <= most)
		return start;
	start.length = most;
	while (start.length > 0 && ((unsigned char) start.bytes[start.length] & 0xC0) == 0x80)
		start.length--;
	return start;
}

/* Reads the rest of a quoted label, behind its opening quote. */
static bool
scan_quoted(Scanner *scanner, const Arena *arena, Text *label, Problem *problem)
{
	TextBuffer	buffer;

	buffer_init(&buffer, arena);
	for (;;)
	{
		if (scan_at_end(scanner))
			return problem_set(problem, PROBLEM_SYNTAX,
							   "a quoted label is not closed: \"%s", buffer.bytes);
		if (!scan_character(scanner, '"'))
			buffer_append_character(&buffer, *scanner->position++);
		else if (scan_character(scanner, '"'))
			buffer_append_character(&buffer, '"');
		else
			break;
	}
	*label = buffer_text(&buffer);
	return true;
}

/*
 * Reads a label: quoted, or up to one of the stop characters with outer blanks
 * trimmed. Fails where it is empty without quotes, too long, or not closed.
 */
bool
scan_label(Scanner *scanner, const Arena *arena, const char *stops,
		   Text *label, bool *quoted, Problem *problem)
{
	scan_blanks(scanner);
	*quoted = scan_character(scanner, '"');
	if (*quoted)
	{
		if (!scan_quoted(scanner, arena, label, problem))
			return false;
	}
	else
	{
		const char *start = scanner->position;
		const char *stop;

		while (!scan_at_end(scanner) &&
			   (*scanner->position == '\0' || strchr(stops, *scanner->position) == NULL))
			scanner->position++;
		stop = scanner->position;
		while (stop > start && is_blank(stop[-1]))
			stop--;
		label->bytes = start;
		label->length = (uint32_t) (stop - start);
		if (label->length == 0)
			return problem_set(problem, PROBLEM_SYNTAX, "a label is missing");
	}
	if (label->length > LIMIT_LABEL)
	{
		Text		start = text_start(*label, MESSAGE_TEXT);

		return problem_set(problem, PROBLEM_LIMIT,
						   "a label has %u bytes, more than %d: \"%.*s...\"",
						   (unsigned) label->length, LIMIT_LABEL,
						   (int) start.length, start.bytes);
	}
	scan_blanks(scanner);
	return true;
}

/* Returns what has not been read yet, as much of it as a message shows. */
Text
scan_rest(const Scanner *scanner)
{
	Text		rest = {scanner->position, (uint32_t) (scanner->end - scanner->position)};

	return text_start(rest, MESSAGE_TEXT);
}
