/*
 * functions/arrays.h
 *
 * Between SQL arrays and the core's vectors.
 */
#ifndef CREDENCE_ARRAYS_H
#define CREDENCE_ARRAYS_H

#include "functions/compat.h"
#include "scoring/text.h"
#include "utils/array.h"

extern double *numbers_of_array(ArrayType *array, const char *name, uint32 *count);
extern Text *texts_of_array(ArrayType *array, const char *name, uint32 *count);
extern void vector_of_array(ArrayType *array, double *x, uint32 count,
							const char *card_name);
extern Size vector_array_size(uint32 count);
extern ArrayType *start_array_of_vector(void *memory, uint32 count);
extern ArrayType *put_array_of_vector(void *memory, const double *x, uint32 count);
extern ArrayType *array_of_vector(const double *x, uint32 count);

#endif							/* CREDENCE_ARRAYS_H */
