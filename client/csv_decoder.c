/*
 * client/csv_decoder.c
 *
 * Other encodings; see csv_decoder.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/csv_decoder.h"
#include "client/output.h"

bool
encoding_is_utf8(const char *name)
{
	return strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0;
}

/* How many bytes so many letters take, or 0 where that cannot be told. */
static size_t
bytes_of(const char *name, size_t letters)
{
	char		text[] = "AA";
	char		encoded[32];
	char	   *in = text;
	char	   *out = encoded;
	size_t		in_left = letters;
	size_t		out_left = sizeof(encoded);
	iconv_t		converter = iconv_open(name, "UTF-8");
	bool		right;

	if (converter == (iconv_t) -1)
		return 0;
	right = iconv(converter, &in, &in_left, &out, &out_left) != (size_t) -1;
	iconv_close(converter);
	return right ? sizeof(encoded) - out_left : 0;
}

/* Does the decoder make one character of two bytes that are one in UTF-8 too? */
static bool
reads_pairs(Decoder *decoder)
{
	char		text[] = "\xd2\xbb";
	char		decoded[16];
	char	   *in = text;
	char	   *out = decoded;
	size_t		in_left = 2;
	size_t		out_left = sizeof(decoded);
	bool		right = iconv(decoder->converter, &in, &in_left, &out, &out_left) != (size_t) -1;
	int			characters = 0;

	for (const char *c = decoded; c < out; c++)
		characters += (*c & 0xc0) != 0x80;
	iconv(decoder->converter, NULL, NULL, NULL, NULL);
	return right && characters == 1;
}

bool
decoder_open(Decoder *decoder, const char *name)
{
	size_t		one;
	size_t		two;

	memset(decoder, 0, sizeof(*decoder));
	/* an empty name would be that of the locale; what follows a slash or comma would have characters replaced or left out */
	if (name[0] == '\0' || name[strcspn(name, "/,")] != '\0')
		return false;
	decoder->converter = iconv_open("UTF-8", name);
	if (decoder->converter == (iconv_t) -1)
		return false;
	decoder->name = name;
	/* there may be a mark before the first letter */
	one = bytes_of(name, 1);
	two = bytes_of(name, 2);
	decoder->unit = one > 0 && two > one ? two - one : 1;
	decoder->in_pairs = decoder->unit == 1 && reads_pairs(decoder);
	decoder->raw = allocate(DECODER_SIZE);
	return true;
}

void
decoder_close(Decoder *decoder)
{
	if (decoder->raw == NULL)
		return;
	iconv_close(decoder->converter);
	free(decoder->raw);
	decoder->raw = NULL;
}

/* Follows the bytes as if they were UTF-8. */
static void
follow_utf8(Decoder *decoder, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length && !decoder->not_utf8; i++)
	{
		unsigned char c = bytes[i];

		if (decoder->following > 0)
		{
			decoder->not_utf8 = c < decoder->low || c > decoder->high;
			decoder->following--;
			decoder->low = 0x80;
			decoder->high = 0xbf;
		}
		else if (c >= 0x80 || c == 0)
		{
			decoder->doubtful = true;
			decoder->longer = decoder->longer || c >= 0xe0;
			decoder->not_utf8 = c < 0xc2 || c > 0xf4;
			decoder->following = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
			decoder->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
			decoder->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
		}
	}
	if (decoder->ended && decoder->following > 0)
		decoder->not_utf8 = true;
	decoder->doubtful = decoder->doubtful && !decoder->not_utf8;
}

const char *
decoder_doubt(Decoder *decoder, size_t from)
{
	const unsigned char *bytes = (const unsigned char *) decoder->raw;
	size_t		length = decoder->filled;
	bool		first = !decoder->begun;

	decoder->begun = true;
	if (decoder->unit > 1)
		return NULL;
	if (first && length >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
		return "UTF-16";
	if (first && length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		return "UTF-8";

	/*
	 * Text in another encoding is hardly ever UTF-8 as well, while UTF-8 is
	 * full of characters of GB18030. But for a few words in pairs of bytes,
	 * which some of the most common ones of GB18030 are in both: those stay
	 * doubtful.
	 */
	follow_utf8(decoder, bytes + from, length - from);
	return decoder->doubtful && (decoder->longer || !decoder->in_pairs) ? "UTF-8" : NULL;
}

size_t
decode(Decoder *decoder, char *to, size_t room)
{
	char	   *in = decoder->raw;
	size_t		in_left = decoder->filled;
	char	   *out = to;
	size_t		out_left = room;

	while (in_left > 0 && iconv(decoder->converter, &in, &in_left, &out, &out_left) == (size_t) -1)
	{
		size_t		skipped = in_left < decoder->unit ? in_left : decoder->unit;

		/* the rest of a character comes with the next bytes */
		if (errno == E2BIG || out_left == 0 || (errno == EINVAL && !decoder->ended))
			break;
		*out++ = DECODER_MALFORMED;
		out_left--;
		in += skipped;
		in_left -= skipped;
	}
	/* some encodings hold back a character that another could still be put upon */
	if (in_left == 0 && decoder->ended && !decoder->flushed)
		decoder->flushed = iconv(decoder->converter, NULL, NULL, &out, &out_left) != (size_t) -1 || errno != E2BIG;
	memmove(decoder->raw, in, in_left);
	decoder->filled = in_left;
	return room - out_left;
}
