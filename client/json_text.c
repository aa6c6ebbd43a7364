/*
 * client/json_text.c
 *
 * Reading JSON; see json_text.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/json_text.h"
#include "scoring/limits.h"

/* Where a reader stands. */
typedef struct JsonReader
{
	const char *start;
	const char *place;
	const char *end;
	const Arena *arena;
	DocumentBuilder builder;
	Problem    *problem;
} JsonReader;

/* The value of four hexadecimal digits, or -1. */
static long
four_digits(const char *place, const char *end)
{
	long		value = 0;

	if (end - place < 4)
		return -1;
	for (int i = 0; i < 4; i++)
	{
		char		c = place[i];
		int			digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Passes over bytes, eight at a time, of which none is a quote, a backslash or below a blank. */
static inline const char *
skip_plain(const char *place, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t highs = UINT64_C(0x8080808080808080);

	for (; end - place >= 8; place += 8)
	{
		uint64_t	word;
		uint64_t	quote;
		uint64_t	backslash;

		memcpy(&word, place, 8);
		quote = word ^ (ones * '"');
		backslash = word ^ (ones * '\\');
		/* each sets the high bit of the first byte that it looks for; bytes above may be wrong, the caller looks at them */
		if ((((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - ones * 0x20) & ~word)) & highs)
			break;
	}
	return place;
}

/* Returns the place behind the closing quote; surrogates must come in pairs, and U+0000 is none of our characters. */
const char *
json_string_end(const char *place, const char *end, bool *escaped)
{
	*escaped = false;
	if (place >= end || *place != '"')
		return NULL;
	for (place++; (place = skip_plain(place, end)) < end; place++)
	{
		unsigned char c;
		long		value;

		/* to the end of what looked interesting, one by one */
		while (place < end && (unsigned char) *place >= 0x20 && *place != '"' && *place != '\\')
			place++;
		if (place == end)
			break;
		c = (unsigned char) *place;

		if (c == '"')
			return place + 1;
		if (c < 0x20)
			return NULL;
		if (c != '\\')
			continue;
		*escaped = true;
		if (++place >= end)
			return NULL;
		if (strchr("\"\\/bfnrt", *place) != NULL && *place != '\0')
			continue;
		if (*place != 'u')
			return NULL;
		value = four_digits(place + 1, end);
		if (value <= 0 || (value >= 0xDC00 && value < 0xE000))
			return NULL;
		place += 4;
		if (value >= 0xD800 && value < 0xDC00)
		{
			if (end - place < 7 || place[1] != '\\' || place[2] != 'u')
				return NULL;
			value = four_digits(place + 3, end);
			if (value < 0xDC00 || value >= 0xE000)
				return NULL;
			place += 6;
		}
	}
	return NULL;
}

const char *
json_number_end(const char *place, const char *end)
{
	const char *digits;

	if (place < end && *place == '-')
		place++;
	digits = place;
	while (place < end && *place >= '0' && *place <= '9')
		place++;
	if (place == digits || (*digits == '0' && place - digits > 1))
		return NULL;
	if (place < end && *place == '.')
	{
		digits = ++place;
		while (place < end && *place >= '0' && *place <= '9')
			place++;
		if (place == digits)
			return NULL;
	}
	if (place < end && (*place == 'e' || *place == 'E'))
	{
		place++;
		if (place < end && (*place == '+' || *place == '-'))
			place++;
		digits = place;
		while (place < end && *place >= '0' && *place <= '9')
			place++;
		if (place == digits)
			return NULL;
	}
	return place;
}

/* Appends a character in UTF-8. */
static char *
put_character(char *text, long c)
{
	if (c < 0x80)
		*text++ = (char) c;
	else if (c < 0x800)
	{
		*text++ = (char) (0xC0 | (c >> 6));
		*text++ = (char) (0x80 | (c & 0x3F));
	}
	else if (c < 0x10000)
	{
		*text++ = (char) (0xE0 | (c >> 12));
		*text++ = (char) (0x80 | ((c >> 6) & 0x3F));
		*text++ = (char) (0x80 | (c & 0x3F));
	}
	else
	{
		*text++ = (char) (0xF0 | (c >> 18));
		*text++ = (char) (0x80 | ((c >> 12) & 0x3F));
		*text++ = (char) (0x80 | ((c >> 6) & 0x3F));
		*text++ = (char) (0x80 | (c & 0x3F));
	}
	return text;
}

size_t
json_unescape(const char *bytes, size_t length, char *text)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *end = bytes + length;
	char	   *start = text;

	while (bytes < end)
	{
		const char *known;
		long		value;

		if (*bytes != '\\')
		{
			*text++ = *bytes++;
			continue;
		}
		known = strchr(from, bytes[1]);
		if (known != NULL)
		{
			*text++ = to[known - from];
			bytes += 2;
			continue;
		}
		value = four_digits(bytes + 2, end);
		bytes += 6;
		if (value >= 0xD800 && value < 0xDC00)
		{
			value = 0x10000 + ((value - 0xD800) << 10) + (four_digits(bytes + 2, end) - 0xDC00);
			bytes += 6;
		}
		text = put_character(text, value);
	}
	return (size_t) (text - start);
}

/*
 * Up to 15 digits are a whole number that a double holds exactly, and so are the
 * powers of ten up to 22: their quotient is correctly rounded.
 */
bool
json_number(const char *text, size_t length, double *number)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	size_t		i = 0;
	bool		negative = length > 0 && text[0] == '-';
	int64_t		whole = 0;
	int			digits = 0;
	int			decimals = -1;
	char		copy[400];
	char	   *end;

	for (i = negative; i < length && digits <= 15; i++)
	{
		if (text[i] == '.' && decimals < 0)
			decimals = 0;
		else if (text[i] >= '0' && text[i] <= '9')
		{
			whole = whole * 10 + (text[i] - '0');
			digits += whole > 0;
			decimals += decimals >= 0;
		}
		else
			break;
	}
	if (i == length && digits <= 15 && decimals <= 15)
	{
		*number = (double) whole / powers[decimals > 0 ? decimals : 0];
		if (negative)
			*number = -*number;
		return true;
	}
	if (length < sizeof(copy))
	{
		memcpy(copy, text, length);
		copy[length] = '\0';
		*number = strtod(copy, &end);
		return *end == '\0' && isfinite(*number);
	}
	else
	{
		char	   *all = malloc(length + 1);
		bool		right;

		if (all == NULL)
			return false;
		memcpy(all, text, length);
		all[length] = '\0';
		*number = strtod(all, &end);
		right = *end == '\0' && isfinite(*number);
		free(all);
		return right;
	}
}

/* Fills the problem with the place of the reader; returns false. */
static bool
refuse(JsonReader *reader, const char *what)
{
	return problem_set(reader->problem, PROBLEM_SYNTAX, "not JSON: %s at byte %ld", what, (long) (reader->place - reader->start) + 1);
}

static void
skip_blanks(JsonReader *reader)
{
	while (reader->place < reader->end && (*reader->place == ' ' || *reader->place == '\n' || *reader->place == '\r' || *reader->place == '\t'))
		reader->place++;
}

/* Reads a string and returns it, terminated; NULL where there is none. */
static const char *
read_string(JsonReader *reader)
{
	bool		escaped;
	const char *end = json_string_end(reader->place, reader->end, &escaped);
	size_t		length;
	char	   *text;

	if (end == NULL)
		return NULL;
	length = (size_t) (end - reader->place) - 2;
	text = arena_allocate(reader->arena, length + 1);
	if (escaped)
		length = json_unescape(reader->place + 1, length, text);
	else
		memcpy(text, reader->place + 1, length);
	text[length] = '\0';
	reader->place = end;
	return text;
}

/* Reads true, false or null. */
static bool
read_word(JsonReader *reader, const char *word, NodeKind kind)
{
	size_t		length = strlen(word);

	if ((size_t) (reader->end - reader->place) < length || memcmp(reader->place, word, length) != 0)
		return refuse(reader, "expected a value");
	reader->place += length;
	return document_scalar(&reader->builder, kind, word);
}

/* Reads a value; objects and arrays as deep as the builder allows. */
static bool
read_value(JsonReader *reader)
{
	const char *text;
	const char *end;
	char		close;
	bool		object;

	skip_blanks(reader);
	if (reader->place >= reader->end)
		return refuse(reader, "expected a value");
	switch (*reader->place)
	{
		case '"':
			text = read_string(reader);
			return text != NULL ? document_scalar(&reader->builder, NODE_STRING, text) : refuse(reader, "expected a string");
		case 't':
			return read_word(reader, "true", NODE_BOOLEAN);
		case 'f':
			return read_word(reader, "false", NODE_BOOLEAN);
		case 'n':
			return read_word(reader, "null", NODE_NULL);
		case '{':
		case '[':
			break;
		default:
			end = json_number_end(reader->place, reader->end);
			if (end == NULL)
				return refuse(reader, "expected a value");
			else
			{
				size_t		length = (size_t) (end - reader->place);
				char	   *token = arena_allocate(reader->arena, length + 1);

				memcpy(token, reader->place, length);
				token[length] = '\0';
				reader->place = end;
				return document_scalar(&reader->builder, NODE_NUMBER, token);
			}
	}
	object = *reader->place == '{';
	close = object ? '}' : ']';
	reader->place++;
	if (!document_open(&reader->builder, object ? NODE_OBJECT : NODE_ARRAY))
		return false;
	skip_blanks(reader);
	if (reader->place < reader->end && *reader->place == close)
	{
		reader->place++;
		document_close(&reader->builder);
		return true;
	}
	for (;;)
	{
		if (object)
		{
			skip_blanks(reader);
			text = read_string(reader);
			if (text == NULL)
				return refuse(reader, "expected a key");
			if (!document_key(&reader->builder, text))
				return false;
			skip_blanks(reader);
			if (reader->place >= reader->end || *reader->place != ':')
				return refuse(reader, "expected a colon");
			reader->place++;
		}
		if (!read_value(reader))
			return false;
		skip_blanks(reader);
		if (reader->place >= reader->end || (*reader->place != ',' && *reader->place != close))
			return refuse(reader, object ? "expected a comma or }" : "expected a comma or ]");
		if (*reader->place++ == close)
			break;
	}
	document_close(&reader->builder);
	return true;
}

bool
json_read(const char *text, size_t length, const Arena *arena, JsonNode **root, Problem *problem)
{
	JsonReader	reader = {.start = text, .place = text, .end = text + length, .arena = arena, .problem = problem};

	document_begin(&reader.builder, arena, problem);
	if (!read_value(&reader))
		return false;
	skip_blanks(&reader);
	if (reader.place < reader.end)
		return refuse(&reader, "expected the end");
	*root = reader.builder.root;
	return true;
}
