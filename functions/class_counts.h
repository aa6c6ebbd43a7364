/*
 * functions/class_counts.h
 *
 * How often classes stand with values: the state of k_anonymity and l_diversity.
 */
#ifndef CREDENCE_CLASS_COUNTS_H
#define CREDENCE_CLASS_COUNTS_H

#include "functions/state.h"

#define CLASS_COUNTS_VERSION 1

/* More than this is no table that anybody publishes; it bounds the memory of a state. */
#define CLASS_COUNTS_LIMIT 5000000

/* Larger counts are no counts of rows; the sum of two cannot overflow. */
#define CLASS_COUNT_MOST (INT64CONST(1) << 53)

/* A class with a value: its bytes are those of the class, then those of the value. */
typedef struct ClassKey
{
	const char *bytes;
	int32		class_length;	/* -1: the class is NULL */
	int32		value_length;	/* -1: no value */
} ClassKey;

typedef struct ClassEntry
{
	ClassKey	key;
	int64		count;
	uint32		hash;
	char		status;			/* belongs to the table */
} ClassEntry;

/* Bytes of the key. */
static inline int32
class_key_size(const ClassKey *key)
{
	return Max(key->class_length, 0) + Max(key->value_length, 0);
}

/* The value of a key that has one. */
static inline const char *
class_key_value(const ClassKey *key)
{
	return key->bytes + Max(key->class_length, 0);
}

/* The entries of a state or flat value, in ascending order. */
extern ClassEntry *class_entries(Datum datum, int64 *entries);

/*
 * A flat value of entries in any order, which it sorts; an error of the given
 * code where one is there twice.
 */
extern Datum class_flat_value(ClassEntry *entry, int64 entries, int error);

/* Refuses more entries, or bytes of them once they are flat, than there may be. */
extern void class_check_limits(int64 entries, Size bytes);

#endif							/* CREDENCE_CLASS_COUNTS_H */
