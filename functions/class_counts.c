/*
 * functions/class_counts.c
 *
 * Aggregates k_anonymity(class) and l_diversity(class, sensitive) and the type of
 * their state, class_counts: how often each class stands with each value, both as
 * they are written. What is written alike is the same to whoever reads it.
 */
#include "functions/class_counts.h"

#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* A hash of a key. */
static uint32
key_hash(const ClassKey *key)
{
	uint32		hash = hash_bytes((const unsigned char *) key->bytes, class_key_size(key));

	return hash_combine(hash, murmurhash32((uint32) key->class_length));
}

/* Whether two keys are the same class with the same value. */
static bool
key_equal(const ClassKey *one, const ClassKey *other)
{
	return one->class_length == other->class_length && one->value_length == other->value_length &&
		memcmp(one->bytes, other->bytes, class_key_size(one)) == 0;
}

#define SH_PREFIX class_table
#define SH_ELEMENT_TYPE ClassEntry
#define SH_KEY_TYPE ClassKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) key_hash(&(key))
#define SH_EQUAL(table, one, other) key_equal(&(one), &(other))
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* The flat image: this, then the entries in ascending order. */
typedef struct ClassCounts
{
	int32		length_word;
	uint8		version;		/* CLASS_COUNTS_VERSION */
	uint8		reserved[3];	/* always zero */
	int64		entries;
} ClassCounts;

/* An entry of the image: this, then the bytes of its key, filled up with zeros. */
typedef struct FlatEntry
{
	int64		count;
	int32		class_length;
	int32		value_length;
} FlatEntry;

#define FLAT_ENTRY_SIZE(key) (sizeof(FlatEntry) + MAXALIGN(class_key_size(key)))

typedef struct ClassState
{
	StateHeader head;
	class_table_hash *table;
	Size		bytes;			/* of its entries once they are flat */
} ClassState;

/* What turns an argument into text, kept from row to row. */
typedef struct ClassWriter
{
	FmgrInfo	output;
} ClassWriter;

/* Texts by their bytes, a missing one first; less than, equal to or greater than 0. */
static int
text_order(const char *one, int32 one_length, const char *other, int32 other_length)
{
	int			order = 0;

	if (one_length > 0 && other_length > 0)
		order = memcmp(one, other, Min(one_length, other_length));
	return order != 0 ? order : (one_length > other_length) - (one_length < other_length);
}

/* Entries by class, then by value; NULL comes first. */
static int
entry_order(const void *one, const void *other)
{
	const ClassKey *a = &((const ClassEntry *) one)->key;
	const ClassKey *b = &((const ClassEntry *) other)->key;
	int			order = text_order(a->bytes, a->class_length, b->bytes, b->class_length);

	if (order != 0)
		return order;
	return text_order(class_key_value(a), a->value_length,
					  class_key_value(b), b->value_length);
}

/* Whether two keys are of the same class, whatever the values. */
static bool
same_class(const ClassKey *one, const ClassKey *other)
{
	return one->class_length == other->class_length &&
		memcmp(one->bytes, other->bytes, Max(one->class_length, 0)) == 0;
}

/* Refuses more entries, or bytes of them once they are flat, than there may be. */
void
class_check_limits(int64 entries, Size bytes)
{
	if (entries > CLASS_COUNTS_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("up to %d different classes and values are counted", CLASS_COUNTS_LIMIT)));
	if (bytes > MaxAllocSize - sizeof(ClassCounts))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the classes and values that are counted take more than %zu bytes",
						(Size) MaxAllocSize)));
}

/* Adds to the count of a class with a value. */
static void
state_add(ClassState *state, const ClassKey *key, int64 count)
{
	bool		found;
	ClassEntry *entry = class_table_insert(state->table, *key, &found);

	if (!found)
	{
		char	   *bytes = MemoryContextAlloc(state->head.header.eoh_context, class_key_size(key) + 1);

		memcpy(bytes, key->bytes, class_key_size(key));
		entry->key.bytes = bytes;
		entry->count = 0;
		state->bytes += FLAT_ENTRY_SIZE(key);
		class_check_limits(state->table->members, state->bytes);
	}
	entry->count += count;
	if (entry->count > CLASS_COUNT_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a class is counted up to 2^53 times")));
}

/* The entries of a state in ascending order. */
static ClassEntry *
state_entries(const ClassState *state, int64 *entries)
{
	ClassEntry *sorted;
	ClassEntry *entry;
	class_table_iterator iterator;

	*entries = state->table->members;
	sorted = palloc_extended(Max(*entries, 1) * sizeof(ClassEntry), MCXT_ALLOC_HUGE);
	class_table_start_iterate(state->table, &iterator);
	for (int64 i = 0; (entry = class_table_iterate(state->table, &iterator)) != NULL; i++)
		sorted[i] = *entry;
	qsort(sorted, *entries, sizeof(ClassEntry), entry_order);
	return sorted;
}

/* The entries of a state or flat value, in ascending order. */
ClassEntry *
class_entries(Datum datum, int64 *entries)
{
	ClassState *state = state_of(datum);
	ClassCounts *image;
	ClassEntry *sorted;
	const char *place;

	if (state != NULL)
		return state_entries(state, entries);
	image = (ClassCounts *) PG_DETOAST_DATUM(datum);
	place = (const char *) (image + 1);
	*entries = image->entries;
	sorted = palloc_extended(Max(*entries, 1) * sizeof(ClassEntry), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < *entries; i++)
	{
		const FlatEntry *flat = (const FlatEntry *) place;

		sorted[i].key.bytes = place + sizeof(FlatEntry);
		sorted[i].key.class_length = flat->class_length;
		sorted[i].key.value_length = flat->value_length;
		sorted[i].count = flat->count;
		place += FLAT_ENTRY_SIZE(&sorted[i].key);
	}
	return sorted;
}

/* Writes ascending entries as a flat image of the given size. */
static void
write_image(const ClassEntry *entry, int64 entries, void *result, Size size)
{
	ClassCounts *image = memset(result, 0, size);
	char	   *place = (char *) (image + 1);

	SET_VARSIZE(image, size);
	image->version = CLASS_COUNTS_VERSION;
	image->entries = entries;
	for (int64 i = 0; i < entries; i++)
	{
		FlatEntry  *flat = (FlatEntry *) place;

		flat->count = entry[i].count;
		flat->class_length = entry[i].key.class_length;
		flat->value_length = entry[i].key.value_length;
		memcpy(place + sizeof(FlatEntry), entry[i].key.bytes, class_key_size(&entry[i].key));
		place += FLAT_ENTRY_SIZE(&entry[i].key);
	}
}

/* Bytes of the state once it is flat. */
static Size
class_flat_size(ExpandedObjectHeader *header)
{
	return sizeof(ClassCounts) + ((ClassState *) header)->bytes;
}

/*
 * Writes the state as a flat value. What that needs comes from the state's own memory: the caller's may be one that takes
 * nothing back, as that of sorts since PostgreSQL 17.
 */
static void
class_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	MemoryContext caller = MemoryContextSwitchTo(header->eoh_context);
	int64		entries;
	ClassEntry *sorted = state_entries((ClassState *) header, &entries);

	write_image(sorted, entries, result, size);
	pfree(sorted);
	MemoryContextSwitchTo(caller);
}

static const ExpandedObjectMethods class_methods = {class_flat_size, class_flatten};

/* A new state in the memory of the aggregate. */
static ClassState *
class_state_create(MemoryContext aggregate)
{
	ClassState *state = state_create(aggregate, sizeof(ClassState), &class_methods);

	state->table = class_table_create(state->head.header.eoh_context, 8, NULL);
	return state;
}

/* Adds all counts of a state or flat value. */
static void
class_state_merge(ClassState *state, Datum datum)
{
	int64		entries;
	ClassEntry *entry = class_entries(datum, &entries);

	for (int64 i = 0; i < entries; i++)
	{
		CHECK_FOR_INTERRUPTS();
		state_add(state, &entry[i].key, entry[i].count);
	}
}

/* The state of an argument that can be changed; a flat one becomes a new state. */
static ClassState *
class_state_get(FunctionCallInfo fcinfo, MemoryContext context)
{
	ClassState *state;

	if (PG_ARGISNULL(0))
		return class_state_create(context);
	if (VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)))
		return (ClassState *) DatumGetEOHP(PG_GETARG_DATUM(0));
	state = class_state_create(context);
	class_state_merge(state, PG_GETARG_DATUM(0));
	return state;
}

/* An argument as it is written, or NULL. */
static char *
written(FunctionCallInfo fcinfo, int argument)
{
	ClassWriter *writer = fcinfo->flinfo->fn_extra;

	if (PG_ARGISNULL(argument))
		return NULL;
	if (writer == NULL)
	{
		writer = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, 2 * sizeof(ClassWriter));
		for (int i = 1; i < PG_NARGS(); i++)
		{
			Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i);
			Oid			function;
			bool		varlena;

			if (!OidIsValid(type))
				elog(ERROR, "the type of argument %d is not known", i);
			getTypeOutputInfo(type, &function, &varlena);
			fmgr_info_cxt(function, &writer[i - 1].output, fcinfo->flinfo->fn_mcxt);
		}
		fcinfo->flinfo->fn_extra = writer;
	}
	return OutputFunctionCall(&writer[argument - 1].output, PG_GETARG_DATUM(argument));
}

CREDENCE_FUNCTION(credence_class_counts_accum);
Datum
credence_class_counts_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	ClassState *state = class_state_get(fcinfo, context);
	char	   *class = written(fcinfo, 1);
	char	   *value = PG_NARGS() > 2 ? written(fcinfo, 2) : NULL;
	StringInfoData bytes;
	ClassKey	key;

	key.class_length = class != NULL ? (int32) strlen(class) : -1;
	key.value_length = value != NULL ? (int32) strlen(value) : -1;
	if (value == NULL)
		key.bytes = class != NULL ? class : "";
	else
	{
		initStringInfo(&bytes);
		if (class != NULL)
			appendStringInfoString(&bytes, class);
		appendStringInfoString(&bytes, value);
		key.bytes = bytes.data;
	}
	state_add(state, &key, 1);
	PG_RETURN_DATUM(STATE_DATUM(state));
}

CREDENCE_FUNCTION(credence_class_counts_combine);
Datum
credence_class_counts_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	ClassState *state;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	state = class_state_get(fcinfo, context);
	class_state_merge(state, PG_GETARG_DATUM(1));
	PG_RETURN_DATUM(STATE_DATUM(state));
}

/*
 * Goes through the classes: returns the smallest number of rows of one, or of
 * different values where a class has any; -1 where there is none.
 */
static int64
smallest_class(Datum datum, bool values)
{
	int64		entries;
	ClassEntry *entry = class_entries(datum, &entries);
	int64		smallest = -1;

	for (int64 i = 0; i < entries;)
	{
		int64		first = i;
		int64		number = 0;

		for (; i < entries && same_class(&entry[i].key, &entry[first].key); i++)
			number += !values ? entry[i].count : entry[i].key.value_length >= 0;
		CHECK_FOR_INTERRUPTS();
		if (number > 0 && (smallest < 0 || number < smallest))
			smallest = number;
	}
	return smallest;
}

CREDENCE_FUNCTION(credence_class_counts_k);
Datum
credence_class_counts_k(PG_FUNCTION_ARGS)
{
	int64		smallest = smallest_class(PG_GETARG_DATUM(0), false);

	if (smallest < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(smallest);
}

CREDENCE_FUNCTION(credence_class_counts_l);
Datum
credence_class_counts_l(PG_FUNCTION_ARGS)
{
	int64		smallest = smallest_class(PG_GETARG_DATUM(0), true);

	if (smallest < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(smallest);
}

/* A flat value of entries in any order; each may be there once only. */
Datum
class_flat_value(ClassEntry *entry, int64 entries, int error)
{
	Size		bytes = 0;
	void	   *image;

	qsort(entry, entries, sizeof(ClassEntry), entry_order);
	for (int64 i = 0; i < entries; i++)
	{
		if (i > 0 && entry_order(&entry[i - 1], &entry[i]) == 0)
			ereport(ERROR,
					(errcode(error),
					 errmsg("a class of class_counts is there twice: \"%.*s\"",
							pg_mbcliplen(entry[i].key.bytes, class_key_size(&entry[i].key), 60),
							entry[i].key.bytes)));
		bytes += FLAT_ENTRY_SIZE(&entry[i].key);
	}
	class_check_limits(entries, bytes);
	image = palloc(sizeof(ClassCounts) + bytes);
	write_image(entry, entries, image, sizeof(ClassCounts) + bytes);
	return PointerGetDatum(image);
}
