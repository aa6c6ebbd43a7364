/*
 * client/verify_bundle.c
 *
 * Verifying a bundle; see verify_bundle.h. Everything hangs on the heading: it
 * vouches for the items and the scheme, the items for the tables, the tables for
 * data.json; the manifest vouches for the rest.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/json_text.h"
#include "client/output.h"
#include "client/progress.h"
#include "client/verify_bundle.h"
#include "client/verify_ranking.h"
#include "client/verify_tables.h"

/* Bytes of a heading or a scheme that nobody has. */
#define LIMIT_DOCUMENT (64 * 1024 * 1024)

/* What the heading says. */
typedef struct Heading
{
	char	   *text;
	size_t		length;
	Members		members;
	Bytes		room;
	int			bulletin;
	uint64_t	items;
	unsigned char items_hash[HASH_SIZE];
	bool		has_items_hash;
} Heading;

static const Place heading_place = {HEADING_NAME, 0, NULL};

/* A whole number that a member is, or -1. */
static int64_t
member_integer(const Members *members, const char *name)
{
	const ItemValue *value = member_find(members, name);
	double		number;

	if (value->kind != VALUE_NUMBER || !json_number(value->text, value->length, &number) || number < 0 || number > 9e15 || number != floor(number))
		return -1;
	return (int64_t) number;
}

/* Reads the heading; false where there is nothing to go on with. */
static bool
read_heading(Heading *heading, Manifest *manifest, Sum *sum, const char *known, Report *report, VerifiedBulletin *bulletin)
{
	const char *problem;
	unsigned char hash[HASH_SIZE];
	RecordField text;
	int64_t		number;

	memset(heading, 0, sizeof(*heading));
	heading->text = manifest_read_file(manifest, HEADING_NAME, LIMIT_DOCUMENT, &heading->length, sum, report);
	if (heading->text == NULL)
		return false;
	sum_of(sum, heading->text, heading->length, hash);
	hash_text(hash, bulletin->hash);
	if (known != NULL && strcmp(bulletin->hash, known) != 0)
	{
		RecordField found = field_of(bulletin->hash);
		RecordField expected = field_of(known);

		differs(report, heading_place, &found, &expected, "its SHA-256 is not the one given");
	}
	if (!members_read(&heading->members, heading->text, heading->length, &problem))
	{
		wrong(report, heading_place, "%s", problem);
		return false;
	}
	number = member_integer(&heading->members, "bulletin");
	if (number < 1 || number > INT_MAX)
		wrong(report, heading_place, "names no bulletin");
	heading->bulletin = number > 0 && number <= INT_MAX ? (int) number : 0;
	bulletin->number = heading->bulletin;
	number = member_integer(&heading->members, "items");
	if (number < 0)
		wrong(report, heading_place, "does not say how many items there are");
	heading->items = number < 0 ? 0 : (uint64_t) number;
	text = value_text(member_find(&heading->members, "items_sha256"), &heading->room);
	heading->has_items_hash = hash_read(text.text != NULL ? text.text : "", text.length, heading->items_hash);
	if (!heading->has_items_hash)
		wrong(report, heading_place, "has no hash of its items");
	return true;
}

/* Does a member of the heading hold that hash? */
static bool
heading_vouches(const ItemValue *value, const unsigned char *hash)
{
	char		digits[HASH_TEXT_SIZE];

	hash_text(hash, digits);
	return value_is(value, digits);
}

/* The chain: every heading with its hash, each of them naming the hash before it. */
static void
check_chain(const Heading *heading, Manifest *manifest, Sum *sum, const char *own_hash, Report *report)
{
	const TableFormat *table = &bundle_tables[TABLE_CHAIN];
	ComparedTable chain;
	char		before[HASH_TEXT_SIZE] = "";
	char		digits[HASH_TEXT_SIZE];
	long		expected = 0;
	Members		members = {NULL};
	Bytes		room = {NULL};
	bool		right = true;

	compared_open(&chain, TABLE_CHAIN, manifest, report);
	while (right && chain.open && records_next(&chain.reader) == RECORD_READ)
	{
		RecordField *fields = chain.reader.fields;
		Place		place = {table->file, chain.reader.line, NULL};
		unsigned char hash[HASH_SIZE];
		unsigned char said[HASH_SIZE];
		RecordField previous = {before[0] != '\0' ? before : NULL, strlen(before)};
		const char *problem;
		char	   *number;

		if (!record_split(&chain.reader))
		{
			wrong(report, place, "%s", chain.reader.problem);
			right = false;
			break;
		}
		report->cells += (uint64_t) chain.columns;
		expected++;
		number = format_text("%ld", expected);
		if (fields[0].length != strlen(number) || memcmp(fields[0].text, number, fields[0].length) != 0)
		{
			RecordField should = field_of(number);

			differs(report, (Place) {table->file, chain.reader.line, "bulletin"}, &fields[0], &should, "a bulletin is missing");
		}
		free(number);
		if (!hash_read(fields[3].text != NULL ? fields[3].text : "", fields[3].length, said))
		{
			wrong(report, (Place) {table->file, chain.reader.line, "hash"}, "is no SHA-256");
			right = false;
			break;
		}
		hash_text(said, digits);
		if (fields[2].length != previous.length || (fields[2].text == NULL) != (previous.text == NULL)
			|| (previous.text != NULL && memcmp(fields[2].text, before, previous.length) != 0))
			differs(report, (Place) {table->file, chain.reader.line, "previous_hash"}, &fields[2], &previous, "is not the hash of the bulletin before");
		if (fields[1].text != NULL)
		{
			const ItemValue *value;

			sum_of(sum, fields[1].text, fields[1].length, hash);
			if (memcmp(hash, said, HASH_SIZE) != 0)
			{
				char		computed[HASH_TEXT_SIZE];
				RecordField should;

				hash_text(hash, computed);
				should = field_of(computed);
				differs(report, (Place) {table->file, chain.reader.line, "hash"}, &fields[3], &should, "is not the hash of the heading");
			}
			if (!members_read(&members, fields[1].text, fields[1].length, &problem))
				wrong(report, (Place) {table->file, chain.reader.line, "heading"}, "%s", problem);
			else
			{
				RecordField named;

				if (member_integer(&members, "bulletin") != expected)
					wrong(report, (Place) {table->file, chain.reader.line, "heading"}, "names another bulletin");
				value = member_find(&members, "previous");
				named = value_text(value, &room);
				if (named.length != previous.length || (named.text == NULL) != (previous.text == NULL)
					|| (named.text != NULL && memcmp(named.text, before, named.length) != 0))
					differs(report, (Place) {table->file, chain.reader.line, "heading"}, &named, &previous, "names another hash of the bulletin before");
			}
			if (fields[4].text != NULL)
				wrong(report, (Place) {table->file, chain.reader.line, "suppression_reason"}, "says why something is withheld, and nothing is");
		}
		else if (fields[4].text == NULL)
			wrong(report, (Place) {table->file, chain.reader.line, "suppression_reason"}, "does not say why the heading is withheld");
		strcpy(before, digits);
		stop_if_interrupted();
	}
	if (chain.open && chain.reader.problem[0] != '\0' && right)
		wrong(report, (Place) {table->file, chain.reader.line, NULL}, "%s", chain.reader.problem);
	if (chain.open && right && (expected != heading->bulletin || strcmp(before, own_hash) != 0))
	{
		RecordField found = field_of(before);
		RecordField should = field_of(own_hash);

		differs(report, (Place) {table->file, chain.reader.line, "hash"}, &found, &should, "the chain does not end with this bulletin");
	}
	chain.ended = true;
	compared_close(&chain, report);
	free(members.members);
	free(room.bytes);
}

/* Reads the scheme; returns why it cannot be computed with, or NULL. */
static const char *
read_scheme(Scheme *scheme, const Heading *heading, Manifest *manifest, Sum *sum, Report *report)
{
	const ItemValue *vouched = member_find(&heading->members, "scheme_sha256");
	size_t		length;
	char	   *text;
	unsigned char hash[HASH_SIZE];
	bool		readable;
	Problem		problem;

	if (vouched->kind == VALUE_ABSENT)
	{
		if (manifest_find(manifest, SCHEME_NAME) != NULL)
			wrong(report, (Place) {SCHEME_NAME, 0, NULL}, "is there, and the heading has no hash of a scheme");
		return "the scheme is not published";
	}
	text = manifest_read_file(manifest, SCHEME_NAME, LIMIT_DOCUMENT, &length, sum, report);
	if (text == NULL)
	{
		wrong(report, (Place) {SCHEME_NAME, 0, NULL}, "is not there, and the heading has its hash");
		return "the scheme is missing";
	}
	sum_of(sum, text, length, hash);
	if (!heading_vouches(vouched, hash))
	{
		wrong(report, (Place) {SCHEME_NAME, 0, NULL}, "its SHA-256 is not the one in the heading");
		free(text);
		return "the scheme is not the one that was published";
	}
	readable = scheme_read(scheme, text, length, verify_arena(), &problem);
	free(text);
	if (!readable)
	{
		wrong(report, (Place) {SCHEME_NAME, 0, NULL}, "it cannot be computed with: %s", problem.message);
		return "the scheme cannot be computed with";
	}
	return NULL;
}

/* Compares a field with what it can only be. */
static void
check_constant(Report *report, Place place, const char *column, const RecordField *field, const char *text)
{
	RecordField should = field_of(text);

	place.column = column;
	if ((field->text == NULL) != (text == NULL) || field->length != should.length || (text != NULL && memcmp(field->text, text, should.length) != 0))
		differs(report, place, field, &should, "is another");
}

/* Reads the norms into the scheme, where there is one. */
static void
read_norms(Scheme *scheme, const Heading *heading, Manifest *manifest, Sum *sum, Report *report)
{
	const TableFormat *table = &bundle_tables[TABLE_NORMS];
	const ItemValue *list = member_find(&heading->members, "norms");
	ComparedTable norms;
	const char *place = NULL;
	ItemValue	element;
	Members		members = {NULL};
	Bytes		room = {NULL};
	int			count = 0;

	if (manifest_find(manifest, table->file) == NULL)
	{
		if (element_next(list, NULL, &element) != NULL)
			wrong(report, (Place) {table->file, 0, NULL}, "is not there, and the heading has hashes of norms");
		return;
	}
	compared_open(&norms, TABLE_NORMS, manifest, report);
	/* a document as long as can be */
	norms.reader.limit = (size_t) 1024 * 1024 * 1024;
	while (norms.open && records_next(&norms.reader) == RECORD_READ)
	{
		RecordField *fields = norms.reader.fields;
		Place		where = {table->file, norms.reader.line, NULL};
		unsigned char hash[HASH_SIZE];
		char		digits[HASH_TEXT_SIZE];
		const char *trouble;
		RecordField peer;
		Problem		problem;

		if (!record_split(&norms.reader))
		{
			wrong(report, where, "%s", norms.reader.problem);
			break;
		}
		report->cells += (uint64_t) norms.columns;
		count++;
		snprintf(digits, sizeof(digits), "%d", heading->bulletin);
		check_constant(report, where, "bulletin", &fields[0], digits);
		/* the scheme is the first document */
		snprintf(digits, sizeof(digits), "%d", count + 1);
		check_constant(report, where, "place", &fields[1], digits);
		check_constant(report, where, "suppression_reason", &fields[5], NULL);
		if (fields[2].text != NULL)
			drop_apostrophe(&fields[2]);
		if (fields[3].text == NULL)
		{
			wrong(report, (Place) {table->file, norms.reader.line, "document"}, "is not there");
			continue;
		}
		sum_of(sum, fields[3].text, fields[3].length, hash);
		hash_text(hash, digits);
		if (fields[4].length != strlen(digits) || memcmp(fields[4].text, digits, fields[4].length) != 0)
		{
			RecordField should = field_of(digits);

			differs(report, (Place) {table->file, norms.reader.line, "hash"}, &fields[4], &should, "is not the hash of the document");
		}
		place = element_next(list, place, &element);
		if (place == NULL || element.kind != VALUE_OBJECT || !members_read(&members, element.text, element.length, &trouble))
		{
			wrong(report, where, "the heading has no hash of these norms");
			break;
		}
		peer = value_text(member_find(&members, "peer"), &room);
		if ((peer.text == NULL) != (fields[2].text == NULL) || peer.length != fields[2].length || (peer.text != NULL && memcmp(peer.text, fields[2].text, peer.length) != 0))
		{
			differs(report, (Place) {table->file, norms.reader.line, "peer"}, &fields[2], &peer, "is not the group that the heading names");
			continue;
		}
		if (!heading_vouches(member_find(&members, "sha256"), hash))
		{
			wrong(report, (Place) {table->file, norms.reader.line, "document"}, "its SHA-256 is not the one in the heading");
			continue;
		}
		if (scheme != NULL && !scheme_add_norms(scheme, fields[2].text, fields[2].length, fields[3].text, fields[3].length, &problem))
			wrong(report, (Place) {table->file, norms.reader.line, "document"}, "cannot be computed with: %s", problem.message);
	}
	if (norms.open && norms.reader.problem[0] != '\0')
		wrong(report, (Place) {table->file, norms.reader.line, NULL}, "%s", norms.reader.problem);
	else if (norms.open && element_next(list, place, &element) != NULL)
		wrong(report, (Place) {table->file, 0, NULL}, "norms are missing that the heading has hashes of");
	norms.ended = true;
	compared_close(&norms, report);
	free(members.members);
	free(room.bytes);
}

/* What the walk through the items keeps. */
typedef struct ItemWalk
{
	const Heading *heading;
	Report	   *report;
	Replay	   *replay;
	Ranking *ranking;
	ComparedTable entries;
	ComparedTable values;
	ComparedTable cells;
	ComparedTable adjustments;
	Members		item;
	Members		values_of;
	Members		withheld;
	Members		line;
	Bytes		record;
	Bytes		room;
} ItemWalk;

/* Compares the records of an entry, and computes it again. */
static void
check_entry(ItemWalk *walk, uint64_t number, uint64_t line)
{
	const ItemValue *values = member_find(&walk->item, "values");
	const ItemValue *adjustments = member_find(&walk->item, "adjustments");
	Place		place = {bundle_tables[TABLE_ITEMS].file, line, "canonical"};
	EntryItem	entry = {number, line, &walk->values_of, &walk->withheld, adjustments};
	const char *problem;
	const char *next = NULL;
	ItemValue	element;
	int			count = 0;

	if (values->kind != VALUE_OBJECT || !members_read(&walk->values_of, values->text, values->length, &problem))
	{
		wrong(walk->report, place, "item %lu has no values", (unsigned long) number);
		return;
	}
	entry_record(&walk->record, walk->heading->bulletin, number, &walk->item, &walk->values_of, &walk->withheld, &walk->room);
	compared_expect(&walk->entries, &walk->record, number, walk->report);
	for (int i = 0; i < walk->values_of.count; i++)
	{
		const Member *member = &walk->values_of.members[i];

		if (member->key_length < 6 || memcmp(member->key, "input.", 6) != 0)
			continue;
		value_record(&walk->record, walk->heading->bulletin, number, member, &walk->withheld, &walk->room);
		compared_expect(&walk->values, &walk->record, number, walk->report);
	}
	while ((next = element_next(adjustments, next, &element)) != NULL)
	{
		count++;
		if (element.kind != VALUE_OBJECT || !members_read(&walk->line, element.text, element.length, &problem))
			continue;			/* the replay reports it */
		adjustment_record(&walk->record, walk->heading->bulletin, number, count, &walk->line, &walk->room);
		compared_expect(&walk->adjustments, &walk->record, number, walk->report);
	}
	replay_entry(walk->replay, &entry);
	ranking_add(walk->ranking, walk->replay, &entry);
}

/* Checks an item that is shown. */
static void
check_item(ItemWalk *walk, uint64_t number, uint64_t line, const RecordField *canonical, const RecordField *kind)
{
	Place		place = {bundle_tables[TABLE_ITEMS].file, line, "canonical"};
	const ItemValue *withheld;
	const char *problem;
	RecordField said;

	if (!members_read(&walk->item, canonical->text, canonical->length, &problem))
	{
		wrong(walk->report, place, "item %lu: %s", (unsigned long) number, problem);
		return;
	}
	if (member_integer(&walk->item, "item") != (int64_t) number)
		wrong(walk->report, place, "item %lu says that it is another", (unsigned long) number);
	said = value_text(member_find(&walk->item, "kind"), &walk->room);
	if (said.length != kind->length || said.text == NULL || kind->text == NULL || memcmp(said.text, kind->text, said.length) != 0)
		differs(walk->report, (Place) {place.file, line, "kind"}, kind, &said, "item %lu", (unsigned long) number);
	withheld = member_find(&walk->item, "withheld");
	walk->withheld.count = 0;
	if (withheld->kind != VALUE_OBJECT || !members_read(&walk->withheld, withheld->text, withheld->length, &problem))
		wrong(walk->report, place, "item %lu does not say what is withheld", (unsigned long) number);
	said = value_text(member_find(&walk->item, "kind"), &walk->room);
	if (said.length == 5 && memcmp(said.text, "entry", 5) == 0)
		check_entry(walk, number, line);
	else if (said.length == 4 && memcmp(said.text, "cell", 4) == 0)
	{
		cell_record(&walk->record, walk->heading->bulletin, number, &walk->item, &walk->withheld, &walk->room);
		compared_expect(&walk->cells, &walk->record, number, walk->report);
	}
	else
		wrong(walk->report, place, "item %lu is neither entry nor cell", (unsigned long) number);
}

/* Walks through the items, and the tables beside them. */
static void
check_items(ItemWalk *walk, Manifest *manifest, Sum *sum, Progress *progress)
{
	const char *file = bundle_tables[TABLE_ITEMS].file;
	Report	   *report = walk->report;
	ComparedTable items;
	Sum		   *all = sum_create();
	unsigned char hash[HASH_SIZE];
	unsigned char said[HASH_SIZE];
	uint64_t	number = 0;
	bool		right = true;

	compared_open(&items, TABLE_ITEMS, manifest, report);
	compared_open(&walk->entries, TABLE_ENTRIES, manifest, report);
	compared_open(&walk->values, TABLE_VALUES, manifest, report);
	compared_open(&walk->cells, TABLE_CELLS, manifest, report);
	compared_open(&walk->adjustments, TABLE_ADJUSTMENTS, manifest, report);
	sum_begin(all);
	while (items.open && records_next(&items.reader) == RECORD_READ)
	{
		RecordField *fields = items.reader.fields;
		Place		place = {file, items.reader.line, NULL};
		char		digits[24];

		if (!record_split(&items.reader))
		{
			wrong(report, place, "%s", items.reader.problem);
			right = false;
			break;
		}
		report->cells += (uint64_t) items.columns;
		number++;
		report->items++;
		snprintf(digits, sizeof(digits), "%lu", (unsigned long) number);
		if (fields[0].length != strlen(digits) || memcmp(fields[0].text, digits, fields[0].length) != 0)
		{
			RecordField should = field_of(digits);

			differs(report, (Place) {file, items.reader.line, "item"}, &fields[0], &should, "an item is missing, or not in its place");
		}
		if (!hash_read(fields[3].text != NULL ? fields[3].text : "", fields[3].length, said))
		{
			wrong(report, (Place) {file, items.reader.line, "hash"}, "is no SHA-256");
			right = false;
			memset(said, 0, sizeof(said));
		}
		sum_add(all, said, HASH_SIZE);
		if (fields[2].text != NULL)
		{
			sum_of(sum, fields[2].text, fields[2].length, hash);
			if (memcmp(hash, said, HASH_SIZE) != 0)
			{
				char		computed[HASH_TEXT_SIZE];
				RecordField should;

				hash_text(hash, computed);
				should = field_of(computed);
				differs(report, (Place) {file, items.reader.line, "canonical"}, &fields[3], &should, "item %lu is not what its hash says", (unsigned long) number);
			}
			if (fields[4].text != NULL)
				wrong(report, (Place) {file, items.reader.line, "suppression_reason"}, "says why something is withheld, and nothing is");
			check_item(walk, number, items.reader.line, &fields[2], &fields[1]);
		}
		else
		{
			report->hidden++;
			if (fields[4].text == NULL)
				wrong(report, (Place) {file, items.reader.line, "suppression_reason"}, "does not say why the item is not shown");
		}
		if (number % 1000 == 0)
		{
			stop_if_interrupted();
			progress_update(progress, number);
		}
	}
	if (items.open && items.reader.problem[0] != '\0' && right)
	{
		wrong(report, (Place) {file, items.reader.line, NULL}, "%s", items.reader.problem);
		right = false;
	}
	sum_end(all, hash);
	sum_free(all);
	if (items.open && number != walk->heading->items)
		wrong(report, (Place) {file, 0, NULL}, "has %lu items, and the heading says %lu", (unsigned long) number, (unsigned long) walk->heading->items);
	else if (items.open && right && walk->heading->has_items_hash && memcmp(hash, walk->heading->items_hash, HASH_SIZE) != 0)
		wrong(report, (Place) {file, 0, NULL}, "the hashes of its items are not those that the heading vouches for");
	items.ended = true;
	compared_close(&items, report);
	compared_close(&walk->entries, report);
	compared_close(&walk->values, report);
	compared_close(&walk->cells, report);
	compared_close(&walk->adjustments, report);
}

/* The values of "bulletin" in data.json that the heading knows; what may change after publication is taken from data.json itself. */
static void
check_data(Heading *heading, Manifest *manifest, const char *hash, Report *report)
{
	static const char *const of_title[] = {"title_en", "title_zh", "notes_en", "notes_zh"};
	const char *values[64] = {NULL};
	char	   *copies[64] = {NULL};
	Members		inner = {NULL};
	const char *problem;

	for (int i = 0; bulletin_columns[i].name != NULL; i++)
	{
		const char *name = bulletin_columns[i].name;
		const ItemValue *value = member_find(&heading->members, name);
		RecordField field = {NULL, 0};

		for (int k = 0; k < 4; k++)
		{
			if (strcmp(name, of_title[k]) != 0)
				continue;
			value = member_find(&heading->members, k < 2 ? "title" : "notes");
			if (value->kind == VALUE_OBJECT && members_read(&inner, value->text, value->length, &problem))
				field = value_text(member_find(&inner, name + strlen(name) - 2), &heading->room);
			value = NULL;
			break;
		}
		if (strcmp(name, "state") == 0)
			field = field_of("published");	/* others are not exported */
		else if (strcmp(name, "corrected_by") == 0)
			field = field_of(NULL);
		else if (strcmp(name, "columns") == 0)
		{
			Bytes		all = {NULL};
			const char *place = NULL;
			ItemValue	element;

			while ((place = element_next(member_find(&heading->members, "columns"), place, &element)) != NULL)
			{
				RecordField column = value_text(&element, &heading->room);

				bytes_add(&all, ", ", all.length > 0 ? 2 : 0);
				bytes_add(&all, column.text != NULL ? column.text : "", column.length);
			}
			copies[i] = all.bytes != NULL ? format_text("%.*s", (int) all.length, all.bytes) : NULL;
			free(all.bytes);
			values[i] = copies[i];
			continue;
		}
		else if (value != NULL)
			field = value_text(value, &heading->room);
		copies[i] = field.text != NULL ? format_text("%.*s", (int) field.length, field.text) : NULL;
		values[i] = copies[i];
	}
	data_compare(manifest, values, hash, report);
	for (int i = 0; i < 64; i++)
		free(copies[i]);
	free(inner.members);
}

void
verify_bundle(const char *path, const char *known, bool quiet, Report *report, VerifiedBulletin *bulletin)
{
	Manifest	manifest;
	Heading		heading;
	Scheme		scheme = {0};
	Replay		replay = {0};
	Ranking	ranking = {0};
	ItemWalk	walk = {0};
	Progress	progress;
	Sum		   *sum = sum_create();
	const char *no_scheme;
	int64_t		before;

	memset(bulletin, 0, sizeof(*bulletin));
	manifest_read(&manifest, path, report);
	if (read_heading(&heading, &manifest, sum, known, report, bulletin))
	{
		check_chain(&heading, &manifest, sum, bulletin->hash, report);
		no_scheme = read_scheme(&scheme, &heading, &manifest, sum, report);
		read_norms(no_scheme == NULL ? &scheme : NULL, &heading, &manifest, sum, report);
		before = member_integer(&heading.members, "adjustments_before");
		replay_begin(&replay, report, no_scheme == NULL ? &scheme : NULL, no_scheme,
					 before < 0 ? ALL_STEPS : before < ALL_STEPS ? (int) before : ALL_STEPS);
		walk.heading = &heading;
		walk.report = report;
		ranking_begin(&ranking, no_scheme == NULL ? &scheme : NULL, &heading.members, report);
		walk.replay = &replay;
		walk.ranking = &ranking;
		progress_begin(&progress, quiet, "verifying", "items", heading.items);
		check_items(&walk, &manifest, sum, &progress);
		progress_end(&progress);
		ranking_check(&ranking);
		check_data(&heading, &manifest, bulletin->hash, report);
	}
	else if (manifest_find(&manifest, HEADING_NAME) == NULL)
		wrong(report, heading_place, "is missing: nothing else vouches for the rest");
	manifest_check_rest(&manifest, sum, report);
	sum_free(sum);
	manifest_free(&manifest);
	free(heading.text);
	free(heading.members.members);
	free(heading.room.bytes);
	free(walk.item.members);
	free(walk.values_of.members);
	free(walk.withheld.members);
	free(walk.line.members);
	free(walk.record.bytes);
	free(walk.room.bytes);
	replay_end(&replay);
	free(scheme.norms);
	verify_arena_release();
}
