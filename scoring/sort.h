/*
 * scoring/sort.h
 *
 * Sorting doubles.
 */
#ifndef CREDENCE_SORT_H
#define CREDENCE_SORT_H

#include <stddef.h>

/*
 * Sorts count finite or infinite doubles in ascending order, no NaN among
 * them; -0 comes before +0. spare holds as many and is overwritten. At most
 * 2^32 - 1 values.
 */
extern void sort_doubles(double *values, double *spare, size_t count);

#endif							/* CREDENCE_SORT_H */
