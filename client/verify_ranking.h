/*
 * client/verify_ranking.h
 *
 * What only the whole population tells: ranks, and grades by quota or cluster.
 * They can be found again where the list names everyone who was ranked; that
 * takes memory for every entry.
 */
#ifndef CREDENCE_VERIFY_RANKING_H
#define CREDENCE_VERIFY_RANKING_H

#include "client/bundle_labels.h"
#include "client/verify_replay.h"

/* Inputs that break ties; a scheme with more is not looked at. */
#define LIMIT_TIE_BREAKERS 8

/* An entry among the others. */
typedef struct RankedEntry
{
	uint64_t	number;
	uint64_t	line;			/* in items.csv */
	double		score;			/* that the scorecard gives */
	double		breakers[LIMIT_TIE_BREAKERS];	/* NaN: missing */
	const Code *peer;			/* NULL: none; order is 1 where the group is too small */
	double		rank;			/* as published; NaN: not shown */
	double		peer_rank;
	int			notch;			/* of the grade that the grading left, as published; 0: none */
	int			found;			/* of the one found here */
	double		found_rank;
	double		found_peer_rank;
} RankedEntry;

typedef struct Ranking
{
	const Scheme *scheme;
	Report	   *report;
	bool		open;			/* are entries taken? */
	bool		low;			/* the lowest score is the first */
	bool		dense;
	bool		has_peers;
	int			breakers;
	bool		ascending[LIMIT_TIE_BREAKERS];
	Text		breaker[LIMIT_TIE_BREAKERS];
	CodeList	peers;
	const ItemValue *small_peers;	/* of the heading */
	RankedEntry *entries;
	size_t		count;
	size_t		room;
} Ranking;

/* Begins, where the heading says that everyone is named. */
extern void ranking_begin(Ranking *ranking, const Scheme *scheme, const Members *heading, Report *report);

/* Takes the entry that was computed last. */
extern void ranking_add(Ranking *ranking, Replay *replay, const EntryItem *entry);

/* Finds ranks and grades, and compares them; gives the memory back. */
extern void ranking_check(Ranking *ranking);

#endif							/* CREDENCE_VERIFY_RANKING_H */
