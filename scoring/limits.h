/*
 * scoring/limits.h
 *
 * Every limit of the formats, each with its reason. They keep images small,
 * loops short and products of numbers finite; raising one needs no other change
 * unless the comment says so.
 */
#ifndef CREDENCE_LIMITS_H
#define CREDENCE_LIMITS_H

/*
 * The largest magnitude of a number written in a card, bands or curve: products
 * of three such numbers are still finite.
 */
#define LIMIT_NUMBER 1e100

/* Widest scheme known has 300 indicators; indexes are stored in 16 bits. */
#define LIMIT_INDICATORS 1000

/* Columns of a table in PostgreSQL: a card cannot read more. */
#define LIMIT_INPUTS 1600

/* Three levels of a tree as wide as the widest scheme known. */
#define LIMIT_GROUPS 200

/* Levels of groups; keeps the product of shares well above underflow. */
#define LIMIT_NESTING 8

/* Each veto is looked at for every row. */
#define LIMIT_VETOES 100

/* Terms of one condition, joined by "and". */
#define LIMIT_TERMS 64

/* Entries of bands: a step for every percent with room to spare. */
#define LIMIT_BANDS 256

/* Knots of a curve: a knot for every permille. */
#define LIMIT_KNOTS 1024

/* Texts that a card knows of one column: categories and compared texts. */
#define LIMIT_TEXTS 1024

/* Bytes of a label, a name or a text of a column: fits a message whole. */
#define LIMIT_LABEL 256

/* Bytes of a title, unit or reason, which only people read. */
#define LIMIT_TITLE 4096

/* Bytes of the text of a value; a scorecard of the widest scheme has 200 kB. */
#define LIMIT_VALUE_TEXT (1024 * 1024)

/* Levels of JSON: the format needs four, the rest is for a clear message. */
#define LIMIT_JSON_DEPTH 16

/* Decimals of a score: 10^9 x score stays exact in a double up to 9 million. */
#define LIMIT_DECIMALS 9

/*
 * Different values that norms keep for order statistics, all items together:
 * 160 MB, and at most 430 MB as text, less than half of what PostgreSQL can
 * hold in one value.
 */
#define LIMIT_NORMS_VALUES 10000000

/*
 * Different pairs of value and weight in the state of a weighted median: 120 MB,
 * and at most 350 MB as text.
 */
#define LIMIT_WEIGHTED_VALUES 5000000

/* Rows, and counts of anything: up to here they are exact as doubles. */
#define LIMIT_COUNT (INT64_C(1) << 53)

/*
 * Decimals of a quota's percentage: its share is then counted in 10^-8, and the
 * product with a number of rows below 2^31 fits 64 bits.
 */
#define LIMIT_QUOTA_DECIMALS 6

/*
 * Clusters of a population: more than a rating has names for. It bounds the
 * result, which is carried whole, and the work of the optimal method.
 */
#define LIMIT_CLUSTERS 256

/*
 * The optimal method remembers a choice of four bytes for every distinct value
 * and every cluster between the first and the last: at most 512 MB.
 */
#define LIMIT_CLUSTER_CHOICES (128 * 1024 * 1024)

/* Decimals of an allocated part: more than any currency has; bounds the digits. */
#define LIMIT_ALLOCATED_DECIMALS 20

#endif							/* CREDENCE_LIMITS_H */
