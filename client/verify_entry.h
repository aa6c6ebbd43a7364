/*
 * client/verify_entry.h
 *
 * What an entry shows: its columns, its inputs as the scorecard takes them, and
 * what the names in conditions stand for.
 */
#ifndef CREDENCE_VERIFY_ENTRY_H
#define CREDENCE_VERIFY_ENTRY_H

#include "client/verify_replay.h"

/* What conditions look at. */
typedef struct Sight
{
	Replay	   *replay;
	const EntryItem *entry;
	const Workspace *workspace;
	double		coverage;
	const Standing *standing;
} Sight;

/* Where in the bundle the entry is. */
extern Place entry_place(const EntryItem *entry, const char *column);

/* The value of an input; NULL where the entry does not show it. Names with escapes are none that a scheme can have. place: where among the values it was last. */
extern const ItemValue *entry_input(const EntryItem *entry, Text name, int *place);

/* A column of the entry that is shown to be as it is; NULL where it is not. */
extern const ItemValue *entry_column(const EntryItem *entry, const char *name);

/* Reads the inputs of the card; false where one is not shown. */
extern bool entry_read_inputs(Replay *replay, const EntryItem *entry);

/* A value of the item as an operand; its text lives in the arena. */
extern OperandValue value_operand(Replay *replay, const ItemValue *value);

/* What a name in a condition stands for; context is a Sight. */
extern OperandValue sight_operand(void *context, Text name);

#endif							/* CREDENCE_VERIFY_ENTRY_H */
