/*
 * client/bundle_labels.h
 *
 * What codes and inputs are called: gathered from the rows of a bundle, its
 * heading and the document of its scheme.
 */
#ifndef CREDENCE_BUNDLE_LABELS_H
#define CREDENCE_BUNDLE_LABELS_H

#include "client/bundle_part.h"
#include "client/bundle_records.h"

/* A code with its labels; NULL where there is none. */
typedef struct Code
{
	char	   *code;
	char	   *en;
	char	   *zh;
	long		order;
	bool		has_order;
	int			index;			/* in its list, when that is sorted */
	struct Code *next;			/* of the same bucket */
} Code;

typedef struct CodeList
{
	Code	  **buckets;
	Code	  **sorted;
	int			buckets_count;
	int			count;
} CodeList;

typedef struct SiteCodes
{
	CodeList	kinds;
	CodeList	regions;
	CodeList	levels;
	CodeList	grades;
} SiteCodes;

/* Takes up the code of a field; the two fields behind it are its labels. */
extern void codes_add(CodeList *codes, const RecordField *field, const RecordField *order);

/* Sorts by order, then code, and numbers. */
extern void codes_sort(CodeList *codes);
extern const Code *codes_find(const CodeList *codes, const char *code, size_t length);
extern void codes_free(CodeList *codes);

/* An input that is shown. */
typedef struct InputLabel
{
	char	   *name;
	char	   *en;				/* or NULL, as those below */
	char	   *zh;
	char	   *unit;
	const char *better;			/* higher or lower */
} InputLabel;

typedef struct BulletinLabels
{
	char	   *previous;		/* hash of the bulletin before, or NULL */
	char	  **columns;
	int			columns_count;
	InputLabel *inputs;
	int			inputs_count;
} BulletinLabels;

/* Reads the heading, and the scheme of the bundle if it has one; what cannot be read has no labels. */
extern void labels_read(BulletinLabels *labels, const char *heading, GrowingBundle *bundle);
extern void labels_free(BulletinLabels *labels);

#endif							/* CREDENCE_BUNDLE_LABELS_H */
