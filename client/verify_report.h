/*
 * client/verify_report.h
 *
 * What verify found: differences, each with its place and both values, and
 * counts.
 */
#ifndef CREDENCE_VERIFY_REPORT_H
#define CREDENCE_VERIFY_REPORT_H

#include <jansson.h>

#include "client/bundle_records.h"

typedef struct Report
{
	bool		json;
	bool		verbose;
	uint64_t	differences;
	json_t	   *listed;			/* with json */
	json_t	   *unchecked;
	uint64_t	files;
	uint64_t	bytes;
	uint64_t	items;
	uint64_t	hidden;			/* items that are shown no more */
	uint64_t	cells;			/* fields that were compared */
	uint64_t	entries;
	uint64_t	scores;			/* shown, computed again and the same */
	uint64_t	grades;
	uint64_t	scores_unchecked;	/* shown and not recomputable */
	uint64_t	grades_unchecked;
	uint64_t	steps;			/* adjustments replayed */
	uint64_t	steps_taken;	/* of them those that were taken over: what they rest on is not shown */
	uint64_t	ranks;
} Report;

/* Where something differs; what is not known is NULL or 0. */
typedef struct Place
{
	const char *file;
	uint64_t	line;
	const char *column;
} Place;

/* Notes that the file says one thing and another should stand there; either may be NULL: nothing. */
extern void differs(Report *report, Place place, const RecordField *found, const RecordField *expected, const char *format,...)
			__attribute__((format(printf, 5, 6)));

/* The same where there are no two values to compare. */
extern void wrong(Report *report, Place place, const char *format,...) __attribute__((format(printf, 3, 4)));

/* Notes why something could not be recomputed; of each reason once, of each entry with verbose. */
extern void not_recomputable(Report *report, uint64_t entry, const char *format,...) __attribute__((format(printf, 3, 4)));

extern RecordField field_of(const char *text);

#endif							/* CREDENCE_VERIFY_REPORT_H */
