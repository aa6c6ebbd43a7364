/*
 * client/verify_population.h
 *
 * What conditions ask of the population and no entry shows: how many are
 * ranked, and places counted from the last. It follows from the ranks of all,
 * where the list names everyone who was ranked; ranks are found again apart
 * from this, in verify_ranking.
 */
#ifndef CREDENCE_VERIFY_POPULATION_H
#define CREDENCE_VERIFY_POPULATION_H

#include "client/bundle_item.h"
#include "client/bundle_labels.h"
#include "client/verify_manifest.h"
#include "client/verify_scheme.h"

/* A rank that is taken, of all (peer is NULL) or within peers. */
typedef struct TakenRank
{
	const Code *peer;
	double		rank;
} TakenRank;

typedef struct Population
{
	bool		known;			/* else nothing can be told */
	bool		dense;
	bool		has_peers;		/* are ranks within peers other ranks? */
	bool		peers_known;
	const ItemValue *small_peers;	/* of the heading: those that go with all */
	CodeList	peers;
	TakenRank  *ranks;			/* ascending by peer and rank */
	size_t		count;
	size_t		room;
} Population;

/* Is it the name of an operand that only the population tells? */
extern bool population_tells(Text name);

/* Reads the ranks of all from entries.csv, where the heading says that all are named and a condition of the scheme asks for it. */
extern void population_read(Population *population, const Scheme *scheme, const Members *heading, Manifest *manifest);

/* The value of an operand for one who has these ranks and that peer group, as far as they are shown. */
extern OperandValue population_operand(const Population *population, Text name, OperandValue rank, OperandValue peer_rank, OperandValue peer);

extern void population_free(Population *population);

/* The group of a peer among the groups, made where it is new; its order is 1 where the heading calls it too small. */
extern const Code *peer_group(CodeList *peers, const ItemValue *small_peers, RecordField peer);

#endif							/* CREDENCE_VERIFY_POPULATION_H */
