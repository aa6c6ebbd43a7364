/*
 * protection/limits.h
 *
 * Every limit of the protection of cells, each with its reason.
 */
#ifndef CREDENCE_PROTECTION_LIMITS_H
#define CREDENCE_PROTECTION_LIMITS_H

#include <stdint.h>

/* Cells, and rows, of one table: 200 MB while it is worked on. */
#define PROTECTION_LIMIT_CELLS 1000000

/* Terms of all equations, and entries of all witnesses, of a certificate. */
#define PROTECTION_LIMIT_TERMS 10000000

/*
 * The largest magnitude of a value, bound or level, in units of the last
 * decimal: 10^13 with two decimals.
 */
#define PROTECTION_LIMIT_NUMBER INT64_C(1000000000000000)

/*
 * The largest sum of all magnitudes and of all ways between values and bounds:
 * no flow, and no sum of two flows, then leaves 64 bits.
 */
#define PROTECTION_LIMIT_SUM (INT64_C(1) << 61)

/*
 * The largest sum of costs: lengths of paths are costs times less than 2^10 (see
 * route.c).
 */
#define PROTECTION_LIMIT_COST (INT64_C(1) << 50)

#endif							/* CREDENCE_PROTECTION_LIMITS_H */
