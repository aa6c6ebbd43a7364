/*
 * client/csv_decoder.h
 *
 * Bytes of a file in another encoding, made UTF-8 before anything looks for
 * separators among them: in GB18030 and its like the second byte of a character
 * may be one.
 *
 * What is no character becomes DECODER_MALFORMED, which is no UTF-8 either, so
 * that whoever checks the text finds it where it stands.
 */
#ifndef CREDENCE_CSV_DECODER_H
#define CREDENCE_CSV_DECODER_H

#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes that are gathered before they are looked at. */
#define DECODER_SIZE ((size_t) 128 * 1024)

/* In the place of each byte that belongs to no character. */
#define DECODER_MALFORMED '\xff'

typedef struct Decoder
{
	const char *name;			/* of the encoding, as it was asked for */

	/* for whoever reads the file: */
	char	   *raw;			/* DECODER_SIZE bytes; fill them from filled on */
	size_t		filled;
	bool		ended;			/* nothing follows */
	bool		doubtful;		/* could all that was looked at be UTF-8 as well? */

	/* its own */
	iconv_t		converter;
	size_t		unit;			/* bytes of the shortest character */
	bool		begun;			/* have its first bytes been looked at? */
	bool		flushed;		/* has the converter given all it held back? */
	bool		in_pairs;		/* are there characters of two bytes that both have the highest bit? */
	bool		not_utf8;		/* is it settled that the file is not UTF-8? */
	bool		longer;			/* if it is, does it have characters of three bytes or four? */
	int			following;		/* bytes that a character of UTF-8 still needs, */
	unsigned char low;			/* and what the next of them must be */
	unsigned char high;
} Decoder;

/* Is it UTF-8, which needs no decoder? */
extern bool encoding_is_utf8(const char *name);

/* Opens a decoder; false where the system knows no such encoding. */
extern bool decoder_open(Decoder *decoder, const char *name);

/*
 * Looks over the bytes from a place in raw on, before they are converted.
 * Returns the encoding that they are in where it is surely another, else NULL.
 */
extern const char *decoder_doubt(Decoder *decoder, size_t from);

/* Converts what there is, as far as there is room; returns how many bytes it made. None: read on, unless all was read. */
extern size_t decode(Decoder *decoder, char *to, size_t room);

extern void decoder_close(Decoder *decoder);

#endif							/* CREDENCE_CSV_DECODER_H */
