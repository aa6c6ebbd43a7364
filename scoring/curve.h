/*
 * scoring/curve.h
 *
 * Piecewise-linear functions: '0:0, 60:40, 60:70, 100:100'. Clamped outside; a
 * repeated x is a jump, whose value is the later one or the one marked ':='.
 */
#ifndef CREDENCE_CURVE_H
#define CREDENCE_CURVE_H

#include "scoring/text.h"

#define CURVE_VERSION 1

typedef struct Knot
{
	double		x;
	double		y;
} Knot;

/* The flat image, which is also the value on disk. */
typedef struct Curve
{
	int32_t		length_word;	/* belongs to the caller; the core leaves it alone */
	uint32_t	size;			/* of the whole image in bytes */
	uint8_t		version;		/* CURVE_VERSION */
	uint8_t		reserved[3];	/* always zero */
	uint32_t	count;			/* knots */
	Knot		knot[];			/* x ascending; then a byte for each knot: 1 where the
								 * first knot of a jump gives its value */
} Curve;

extern bool curve_parse(Text text, const Arena *arena, Curve **curve, Problem *problem);
extern bool curve_build(const double *x, const double *y, uint32_t count,
						const Arena *arena, Curve **curve, Problem *problem);
extern void curve_print(const Curve *curve, TextBuffer *buffer);
extern double curve_value(const Curve *curve, double x);
extern bool curve_monotone(const Curve *curve, int direction);
extern double curve_maximum(const Curve *curve);

/* Returns the marks of the knots, one byte each. */
static inline const uint8_t *
curve_marks(const Curve *curve)
{
	return (const uint8_t *) &curve->knot[curve->count];
}

#endif							/* CREDENCE_CURVE_H */
