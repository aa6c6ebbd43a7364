/*
 * scoring/norms.h
 *
 * Norms as a flat image: what a population looks like to a scorecard. For each
 * standardised indicator, and in norms of two steps for each standardised group,
 * it holds what the method needs, exactly, and the figures that follow from it,
 * which are worked out once and read in place. Equal norms are equal bytes.
 */
#ifndef CREDENCE_NORMS_H
#define CREDENCE_NORMS_H

#include "scoring/card.h"
#include "scoring/exactnumber.h"

#define NORMS_VERSION 1

/* An exact number in the image. */
typedef struct NormsSum
{
	int32_t		exponent;
	int32_t		limbs;			/* negative where the number is */
	uint32_t	limb[];
} NormsSum;

/* What is kept of one standardised indicator or group. A figure that the method
 * does not need, or that no value stands behind, is 0. */
typedef struct NormsItem
{
	int64_t		count;			/* rows where it was not missing */
	double		mean;
	double		deviation;		/* sample standard deviation; 0 for one value */
	double		median;
	double		median_deviation;	/* median distance from the median */
	double		minimum;
	double		maximum;
	CardText	name;
	uint32_t	sum_at;			/* NormsSum; 0: not needed */
	uint32_t	squares_at;		/* NormsSum; 0: not needed */
	uint32_t	value_at;		/* double: the different values, ascending */
	uint32_t	upto_at;		/* int64_t, of each value: how many are not above it */
	uint32_t	values;
	uint8_t		method;			/* Standardise */
	uint8_t		reserved[3];	/* always zero */
} NormsItem;

/* The image. */
typedef struct Norms
{
	int32_t		length_word;	/* belongs to the caller; the core leaves it alone */
	uint32_t	size;			/* of the whole image in bytes */
	uint8_t		version;		/* NORMS_VERSION */
	bool		has_groups;		/* made in two steps */
	uint8_t		reserved[6];	/* always zero */
	uint64_t	indicator_fingerprint;	/* of the card */
	uint64_t	group_fingerprint;	/* of the card; 0 without groups */
	int64_t		rows;			/* seen in the first step */
	int64_t		group_rows;		/* seen in the second step */
	uint64_t	digest;			/* of all bytes behind this struct */
	CardText	card_name;
	uint32_t	indicator_items;
	uint32_t	group_items;
	NormsItem	item[];			/* indicators in card order, then groups */
} Norms;

/* What a method needs of a population. */
static inline bool
method_needs_sum(Standardise method)
{
	return method == STANDARDISE_ZSCORE || method == STANDARDISE_RATIO_TO_MEAN;
}

static inline bool
method_needs_squares(Standardise method)
{
	return method == STANDARDISE_ZSCORE;
}

static inline bool
method_needs_range(Standardise method)
{
	return method == STANDARDISE_MINMAX || method == STANDARDISE_RATIO_TO_BEST ||
		method == STANDARDISE_RATIO_TO_MEAN;
}

static inline bool
method_needs_values(Standardise method)
{
	return method == STANDARDISE_MEDIAN_RANGE || method == STANDARDISE_ROBUST_Z ||
		method == STANDARDISE_PERCENTILE;
}

/* Returns what stands at an offset of the image. */
static inline const void *
norms_at(const Norms *norms, uint32_t offset)
{
	return (const char *) norms + offset;
}

static inline Text
norms_text(const Norms *norms, CardText text)
{
	Text		result = {norms_at(norms, text.at), text.length};

	return result;
}

/* Returns the different values of an item, ascending. */
static inline const double *
norms_values(const Norms *norms, const NormsItem *item)
{
	return norms_at(norms, item->value_at);
}

/* Returns how many values are not above each of the different ones. */
static inline const int64_t *
norms_upto(const Norms *norms, const NormsItem *item)
{
	return norms_at(norms, item->upto_at);
}

/* Reads an exact number of the image. */
extern void norms_sum(const Norms *norms, uint32_t offset, ExactNumber *number);

/* Returns the share of values below x, those equal to it counted half; 0 to 1. */
extern double norms_percentile(const Norms *norms, const NormsItem *item, double x);

/* Returns whether the norms are those of the card; the problem names both. */
extern bool norms_fit_card(const Norms *norms, const Scorecard *card, Problem *problem);

/* Returns whether all figures are finite; the problem names the item that is not. */
extern bool norms_check_figures(const Norms *norms, Problem *problem);

/* Returns whether both were made of the same rows for the same indicators. */
extern bool norms_same_indicators(const Norms *one, const Norms *other);

/* Appends the canonical text, which is JSON. */
extern void norms_print(const Norms *norms, TextBuffer *buffer);

/* Builds norms from their JSON. */
extern bool norms_build(const JsonNode *root, const Arena *arena, Norms **norms,
						Problem *problem);

#endif							/* CREDENCE_NORMS_H */
