/*
 * scoring/bands.h
 *
 * Ordered cut points with labels: 'A >= 90, B >= 80, C >= 60, D'. The first
 * entry that matches wins; the order of the labels is the order of the grades.
 */
#ifndef CREDENCE_BANDS_H
#define CREDENCE_BANDS_H

#include "scoring/text.h"

#define BANDS_VERSION 1

/* One entry: a label and, but for the last "otherwise", the cut it needs. */
typedef struct Band
{
	double		cut;			/* zero for "otherwise" */
	double		points;			/* the label as a number; zero if it is none */
	uint32_t	label;			/* where the label begins behind the entries */
	uint32_t	label_length;	/* in bytes */
	bool		strict;			/* > or <, the cut itself does not match */
	bool		otherwise;		/* matches everything */
	bool		is_number;		/* the label is a number: points holds it */
	uint8_t		reserved[5];	/* always zero */
} Band;

/* The flat image, which is also the value on disk. */
typedef struct Bands
{
	int32_t		length_word;	/* belongs to the caller; the core leaves it alone */
	uint32_t	size;			/* of the whole image in bytes */
	uint8_t		version;		/* BANDS_VERSION */
	bool		lower_is_better;	/* the operators are <= and < */
	uint16_t	reserved;		/* always zero */
	uint32_t	count;			/* entries */
	Band		entry[];		/* then the labels */
} Bands;

extern bool bands_parse(Text text, const Arena *arena, Bands **bands, Problem *problem);
extern bool bands_build(const double *cut, const Text *label, uint32_t count,
						bool has_otherwise, const Arena *arena,
						Bands **bands, Problem *problem);
extern void bands_print(const Bands *bands, TextBuffer *buffer);
extern int	bands_find(const Bands *bands, double x);
extern int	bands_notch(const Bands *bands, Text label);
extern bool bands_all_numbers(const Bands *bands, Text *offending);
extern bool bands_monotone(const Bands *bands, int direction);
extern bool bands_has_repeated_label(const Bands *bands, Text *repeated);

/* Returns the label of an entry. */
static inline Text
bands_label(const Bands *bands, int index)
{
	const Band *band = &bands->entry[index];
	Text		label = {(const char *) &bands->entry[bands->count] + band->label,
	band->label_length};

	return label;
}

#endif							/* CREDENCE_BANDS_H */
