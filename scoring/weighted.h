/*
 * scoring/weighted.h
 *
 * Weighted values and their median: the state of weighted_median(x, w) is all
 * distinct pairs of value and weight with their counts, ascending.
 */
#ifndef CREDENCE_WEIGHTED_H
#define CREDENCE_WEIGHTED_H

#include "scoring/limits.h"
#include "scoring/multiset.h"
#include "scoring/problem.h"
#include "scoring/text.h"

#define WEIGHTED_VERSION 1

/* The flat image: this, then two doubles for each pair, then its count. */
typedef struct WeightedValues
{
	int32_t		length_word;	/* belongs to the caller; the core leaves it alone */
	uint8_t		version;		/* WEIGHTED_VERSION */
	uint8_t		reserved[3];	/* always zero */
	int64_t		distinct;
	double		pair[];			/* value, weight */
} WeightedValues;

/* The counts of an image. */
static inline const int64_t *
weighted_counts(const WeightedValues *values)
{
	return (const int64_t *) (values->pair + 2 * values->distinct);
}

/*
 * Adds a pair. NaN in either is missing and ignored, and so is weight 0; a
 * negative weight is a PROBLEM_VALUE, an infinity a PROBLEM_RANGE, too many
 * pairs a PROBLEM_LIMIT.
 */
extern bool weighted_add(Multiset *set, double value, double weight, const Arena *arena,
						 Problem *problem);

/* Adds all pairs of an image, or of another multiset that is settled. */
extern bool weighted_merge(Multiset *set, int64_t distinct, const double *pair,
						   const int64_t *count, const Arena *arena, Problem *problem);

/* Whether a settled multiset is within the limit. */
extern bool weighted_check_limit(const Multiset *set, Problem *problem);

/*
 * The smallest value at which the weights so far reach half of all, exactly;
 * where they are exactly half, the mean of it and the next one. Returns false
 * where there is no value. The multiset is settled.
 */
extern bool weighted_median(const Multiset *set, const Arena *arena, double *median);

/* Bytes of the image of a settled multiset. */
extern size_t weighted_image_size(const Multiset *set);

/* Writes that image; its length word is 0. */
extern void weighted_image(const Multiset *set, WeightedValues *image);

/* Appends the text of an image, such as {60:100, 70:300*2}. */
extern void weighted_print(const WeightedValues *image, TextBuffer *buffer);

/* Reads a text into a settled multiset; the pairs must be ascending. */
extern bool weighted_parse(Text text, Multiset *set, const Arena *arena, Problem *problem);

/*
 * Checks the next pair of a text or a binary form, given the one before or
 * NULL: finite, the weight greater than zero, the order ascending.
 */
extern bool weighted_check_pair(const double pair[2], const double *before,
								ProblemKind kind, Problem *problem);

#endif							/* CREDENCE_WEIGHTED_H */
