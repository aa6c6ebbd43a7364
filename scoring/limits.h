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

#endif							/* CREDENCE_LIMITS_H */
