/*
 * client/verify_population.c
 *
 * Counting the population; see verify_population.h. ranked_sql of the registry
 * (57-score.sql) settles what the operands are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/connection.h"
#include "client/json_text.h"
#include "client/output.h"
#include "client/verify_population.h"

/* Is the peer group one of those that the heading calls too small? */
static bool
is_small(const ItemValue *small_peers, RecordField peer)
{
	const char *place = NULL;
	ItemValue	element;
	Bytes		room = {NULL};
	bool		small = false;

	while (!small && (place = element_next(small_peers, place, &element)) != NULL)
	{
		RecordField name = value_text(&element, &room);

		small = name.text != NULL && name.length == peer.length && memcmp(name.text, peer.text, peer.length) == 0;
	}
	free(room.bytes);
	return small;
}

const Code *
peer_group(CodeList *peers, const ItemValue *small_peers, RecordField peer)
{
	RecordField fields[3] = {peer};
	const Code *found = codes_find(peers, peer.text, peer.length);
	RecordField order;

	if (found != NULL)
		return found;
	order = field_of(is_small(small_peers, peer) ? "1" : "0");
	codes_add(peers, fields, &order);
	return codes_find(peers, peer.text, peer.length);
}

bool
population_tells(Text name)
{
	static const char *const names[] = {"rank_of", "rank_from_last", "peer_of", "peer_rank_from_last"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (text_equal(name, text_of(names[i])))
			return true;
	}
	return false;
}

/* Does a condition ask for any of that? */
static bool
asks(const SchemeCondition *condition)
{
	for (int i = 0; i < condition->count; i++)
	{
		if (population_tells(condition->terms[i].name) || (condition->terms[i].other.is_name && population_tells(condition->terms[i].other.name)))
			return true;
	}
	return false;
}

static bool
scheme_asks(const Scheme *scheme)
{
	for (int i = 0; i < scheme->cases_count; i++)
	{
		if (asks(&scheme->cases[i].when))
			return true;
	}
	for (int i = 0; i < scheme->adjust_count; i++)
	{
		if (asks(&scheme->adjust[i].when))
			return true;
	}
	return false;
}

/* Takes a rank; false where it is none. */
static bool
take_rank(Population *population, const Code *peer, RecordField field)
{
	double		rank;

	if (field.text == NULL || !json_number(field.text, field.length, &rank) || !(rank >= 1))
		return false;
	if (population->count == population->room)
	{
		population->room = population->room == 0 ? 1024 : 2 * population->room;
		population->ranks = reallocate(population->ranks, sizeof(TakenRank) * population->room);
	}
	population->ranks[population->count++] = (TakenRank) {peer, rank};
	return true;
}

static int
compare_ranks(const void *one, const void *other)
{
	const TakenRank *a = one;
	const TakenRank *b = other;

	if (a->peer != b->peer)
		return a->peer < b->peer ? -1 : 1;
	return a->rank == b->rank ? 0 : a->rank < b->rank ? -1 : 1;
}

/* How many records a table has; 0 where it cannot be read. */
static uint64_t
count_records(BundleTable table, Manifest *manifest)
{
	const TableFormat *format = &bundle_tables[table];
	RecordReader reader;
	uint64_t	count = 0;

	if (manifest_find(manifest, format->file) == NULL || !records_open(&reader, manifest->directory, format->file, table_columns(format), NULL))
		return 0;
	while (records_next(&reader) == RECORD_READ)
	{
		count++;
		stop_if_interrupted();
	}
	records_close(&reader);
	return count > 0 ? count - 1 : 0;	/* the header is none */
}

/* Is everyone still shown? Entries leave a bulletin, cells do not. */
static bool
all_shown(const Members *heading, uint64_t entries, Manifest *manifest)
{
	const ItemValue *items = member_find(heading, "items");
	double		number;

	return items->kind == VALUE_NUMBER && json_number(items->text, items->length, &number)
		&& number == (double) (entries + count_records(TABLE_CELLS, manifest));
}

void
population_read(Population *population, const Scheme *scheme, const Members *heading, Manifest *manifest)
{
	const TableFormat *table = &bundle_tables[TABLE_ENTRIES];
	const JsonNode *rank;
	const JsonNode *ties;
	const JsonNode *peers;
	RecordReader reader;
	RecordOutcome outcome;
	uint64_t	entries = 0;

	memset(population, 0, sizeof(*population));
	if (scheme == NULL || member_find(heading, "all_ranked")->kind != VALUE_TRUE || !scheme_asks(scheme)
		|| manifest_find(manifest, table->file) == NULL || !records_open(&reader, manifest->directory, table->file, table_columns(table), NULL))
		return;
	rank = node_member(scheme->document, "rank");
	ties = rank != NULL && rank->kind == NODE_OBJECT ? node_member(rank, "ties") : NULL;
	population->dense = ties != NULL && ties->kind == NODE_STRING && text_equal(ties->text, text_of("dense"));
	peers = node_member(scheme->document, "peers");
	population->has_peers = peers != NULL && peers->kind == NODE_OBJECT;
	population->small_peers = member_find(heading, "small_peers");
	population->peers_known = !population->has_peers || population->small_peers->kind == VALUE_ARRAY;
	population->known = true;
	outcome = records_next(&reader);	/* the header */
	/* what cannot be read differs from its item, which is reported there */
	while (population->known && outcome == RECORD_READ && (outcome = records_next(&reader)) == RECORD_READ)
	{
		RecordField *fields = reader.fields;

		population->known = record_split(&reader) && take_rank(population, NULL, fields[ENTRY_RANK]);
		if (population->known && population->has_peers && population->peers_known)
		{
			const Code *peer = NULL;

			if (fields[ENTRY_PEER].text != NULL)
			{
				drop_apostrophe(&fields[ENTRY_PEER]);
				peer = peer_group(&population->peers, population->small_peers, fields[ENTRY_PEER]);
			}
			population->peers_known = peer != NULL && take_rank(population, peer, fields[ENTRY_PEER_RANK]);
		}
		entries++;
		stop_if_interrupted();
	}
	population->known = population->known && outcome == RECORD_END && all_shown(heading, entries, manifest);
	records_close(&reader);
	if (population->count > 0)
		qsort(population->ranks, population->count, sizeof(TakenRank), compare_ranks);
}

/* How many ranks of a group are below a rank, or not above it. */
static size_t
ranks_to(const Population *population, const Code *peer, double rank, bool inclusive)
{
	TakenRank	bound = {peer, rank};
	size_t		low = 0;
	size_t		high = population->count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = compare_ranks(&population->ranks[middle], &bound);

		if (order < 0 || (inclusive && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

OperandValue
population_operand(const Population *population, Text name, OperandValue rank, OperandValue peer_rank, OperandValue peer)
{
	OperandValue operand = {OPERAND_UNKNOWN, 0, {NULL, 0}};
	bool		within_peers = name.length > 4 && memcmp(name.bytes, "peer", 4) == 0;
	bool		from_last = !text_equal(name, text_of("rank_of")) && !text_equal(name, text_of("peer_of"));
	const Code *group = NULL;
	size_t		first;
	size_t		end;

	if (population == NULL || !population->known || (within_peers && !population->peers_known))
		return operand;
	if (within_peers && population->has_peers)
	{
		group = peer.state == OPERAND_TEXT ? codes_find(&population->peers, peer.text.bytes, peer.text.length) : NULL;
		if (group == NULL)
			return operand;
		/* who is in a group that is too small is ranked with all */
		if (group->order == 1)
			group = NULL;
		else
			rank = peer_rank;
	}
	if (from_last && rank.state != OPERAND_NUMBER)
		return operand;
	first = ranks_to(population, group, 0, false);
	end = ranks_to(population, group, INFINITY, true);
	if (first == end)
		return operand;
	operand.state = OPERAND_NUMBER;
	if (!from_last)
		operand.number = (double) (end - first);
	else if (population->dense)
		operand.number = population->ranks[end - 1].rank + 1 - rank.number;
	else
		operand.number = (double) (end - ranks_to(population, group, rank.number, true)) + 1;
	return operand;
}

void
population_free(Population *population)
{
	codes_sort(&population->peers);
	codes_free(&population->peers);
	free(population->ranks);
}
