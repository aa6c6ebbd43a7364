/*
 * client/bundle_item.h
 *
 * An item of a bulletin, read from its canonical form without copying: members
 * are places in the text. Made for a million of them, one like the other.
 */
#ifndef CREDENCE_BUNDLE_ITEM_H
#define CREDENCE_BUNDLE_ITEM_H

#include "client/bundle_data.h"

typedef enum ValueKind
{
	VALUE_ABSENT,
	VALUE_NULL,
	VALUE_FALSE,
	VALUE_TRUE,
	VALUE_NUMBER,
	VALUE_STRING,				/* text is what stands between the quotes */
	VALUE_OBJECT,				/* text is all of it */
	VALUE_ARRAY
} ValueKind;

typedef struct ItemValue
{
	const char *text;
	size_t		length;
	ValueKind	kind;
	bool		escaped;		/* of a string: something in it is */
} ItemValue;

typedef struct Member
{
	const char *key;			/* as it stands there, between its quotes */
	size_t		key_length;
	ItemValue	value;
} Member;

typedef struct Members
{
	Member	   *members;
	int			count;
	int			room;
} Members;

/*
 * Reads an object in canonical form: no blanks, keys ascending. False where it
 * is not that; problem is a few words. Values inside are looked over, not read.
 */
extern bool members_read(Members *members, const char *text, size_t length, const char **problem);

/* Returns the member of that name; of kind VALUE_ABSENT where there is none. */
extern const ItemValue *member_find(const Members *members, const char *name);

/* Looks over the list that a value is, element by element: returns where the next begins, or NULL behind the last. Begin with NULL. */
extern const char *element_next(const ItemValue *list, const char *place, ItemValue *element);

/* The text of a string, unescaped where it must be into a text that is written over by the next call with the same bytes; NULL for null and absent. Numbers as they stand. */
extern RecordField value_text(const ItemValue *value, Bytes *room);

/* Is the value that text? */
extern bool value_is(const ItemValue *value, const char *text);

/* A number rounded to 1 to 6 decimals, as numeric prints it; false where it has more than 18 digits before the point, which is not shown. */
extern bool put_number(Bytes *to, const char *digits, size_t length, size_t decimals);

#endif							/* CREDENCE_BUNDLE_ITEM_H */
