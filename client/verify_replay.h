/*
 * client/verify_replay.h
 *
 * Computes an entry again: its inputs through the scorecard, then each step
 * that the registry took after it.
 */
#ifndef CREDENCE_VERIFY_REPLAY_H
#define CREDENCE_VERIFY_REPLAY_H

#include <limits.h>

#include "client/bundle_item.h"
#include "client/verify_population.h"
#include "client/verify_scheme.h"

/* No step is left out. */
#define ALL_STEPS INT_MAX

/* An entry as its item says it. */
typedef struct EntryItem
{
	uint64_t	number;
	uint64_t	line;			/* in items.csv */
	const Members *values;
	const Members *withheld;
	const ItemValue *adjustments;
} EntryItem;

/* Where an entry stands between two steps. */
typedef struct Standing
{
	double		score;			/* NaN: none */
	Text		grade;			/* without bytes: none */
	bool		rated;
	bool		score_known;	/* else it cannot be told from what is shown */
	bool		grade_known;
} Standing;

/* How entries are computed again; NULL for a scheme that is not published. */
typedef struct Replay
{
	Report	   *report;
	const Scheme *scheme;
	const char *no_scheme;		/* why there is none */
	const Population *population;
	int			steps_before;	/* the first that is not shown, or ALL_STEPS */
	int		   *input_places;	/* where each input of the card was among the values last */
	double	   *x;
	Standing	by_card;		/* of the entry last computed, */
	Standing	graded;			/* and after its grading */
	bool		has_card;		/* was it computed? */
	Bytes		room;
	Members		line;
} Replay;

extern void replay_begin(Replay *replay, Report *report, const Scheme *scheme, const char *no_scheme, const Population *population, int steps_before);

extern void replay_end(Replay *replay);

/* What an input of an entry is, as conditions see it. */
extern OperandValue replay_operand(Replay *replay, const EntryItem *entry, Text name);

/* Computes the entry and compares; reports what differs and counts the rest. */
extern void replay_entry(Replay *replay, const EntryItem *entry);

#endif							/* CREDENCE_VERIFY_REPLAY_H */
