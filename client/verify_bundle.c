/*
 * client/verify_bundle.c
 *
 * Verifying a bundle; see verify_bundle.h. Everything hangs on the heading: it
 * vouches for the items and the scheme, the items for the tables, the tables for
 * data.json; the manifest vouches for the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "client/connection.h"
#include "client/output.h"
#include "client/progress.h"
#include "client/verify_documents.h"
#include "client/verify_ranking.h"
#include "client/verify_tables.h"

/* What the walk through the items keeps. */
typedef struct ItemWalk
{
	const Heading *heading;
	Report	   *report;
	Replay	   *replay;
	Ranking    *ranking;
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
	Ranking		ranking = {0};
	Population	population = {0};
	ItemWalk	walk = {0};
	Progress	progress;
	Sum		   *sum = sum_create();
	const char *no_scheme;
	int64_t		before;

	memset(bulletin, 0, sizeof(*bulletin));
	manifest_read(&manifest, path, report);
	if (heading_read(&heading, &manifest, sum, known, report, bulletin))
	{
		chain_check(&heading, &manifest, sum, bulletin->hash, report);
		no_scheme = scheme_verify(&scheme, &heading, &manifest, sum, report);
		norms_verify(no_scheme == NULL ? &scheme : NULL, &heading, &manifest, sum, report);
		before = member_integer(&heading.members, "adjustments_before");
		population_read(&population, no_scheme == NULL ? &scheme : NULL, &heading.members, &manifest);
		replay_begin(&replay, report, no_scheme == NULL ? &scheme : NULL, no_scheme, &population,
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
		wrong(report, HEADING_PLACE, "is missing: nothing else vouches for the rest");
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
	population_free(&population);
	free(scheme.norms);
	verify_arena_release();
}
