/*
 * client/verify_steps.h
 *
 * The steps that the registry took after the scorecard, taken again.
 */
#ifndef CREDENCE_VERIFY_STEPS_H
#define CREDENCE_VERIFY_STEPS_H

#include "client/verify_entry.h"

/* Is a score the one that the item says? What is too large for a bulletin is null there. */
extern bool same_score(double score, const ItemValue *value);

extern bool same_grade(Replay *replay, Text grade, const ItemValue *value);

/* Reports that a value of the item is not what it should be. */
extern void value_differs(Replay *replay, const EntryItem *entry, const char *column, const ItemValue *said, bool is_score, const Standing *standing, const char *what);

/* Walks through the lines of an entry, from what the card says to what is published. Returns false where they cannot be read. */
extern bool replay_lines(Replay *replay, const EntryItem *entry, Sight *sight, Standing *standing);

#endif							/* CREDENCE_VERIFY_STEPS_H */
