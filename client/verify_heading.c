/*
 * client/verify_heading.c
 *
 * The heading and the chain; see verify_heading.h.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/connection.h"
#include "client/json_text.h"
#include "client/output.h"
#include "client/verify_heading.h"
#include "client/verify_tables.h"

/* A whole number that a member is, or -1. */
int64_t
member_integer(const Members *members, const char *name)
{
	const ItemValue *value = member_find(members, name);
	double		number;

	if (value->kind != VALUE_NUMBER || !json_number(value->text, value->length, &number) || number < 0 || number > 9e15 || number != floor(number))
		return -1;
	return (int64_t) number;
}

/* Reads the heading; false where there is nothing to go on with. */
bool
heading_read(Heading *heading, Manifest *manifest, Sum *sum, const char *known, Report *report, VerifiedBulletin *bulletin)
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

		differs(report, HEADING_PLACE, &found, &expected, "its SHA-256 is not the one given");
	}
	if (!members_read(&heading->members, heading->text, heading->length, &problem))
	{
		wrong(report, HEADING_PLACE, "%s", problem);
		return false;
	}
	number = member_integer(&heading->members, "bulletin");
	if (number < 1 || number > INT_MAX)
		wrong(report, HEADING_PLACE, "names no bulletin");
	heading->bulletin = number > 0 && number <= INT_MAX ? (int) number : 0;
	bulletin->number = heading->bulletin;
	number = member_integer(&heading->members, "items");
	if (number < 0)
		wrong(report, HEADING_PLACE, "does not say how many items there are");
	heading->items = number < 0 ? 0 : (uint64_t) number;
	text = value_text(member_find(&heading->members, "items_sha256"), &heading->room);
	heading->has_items_hash = hash_read(text.text != NULL ? text.text : "", text.length, heading->items_hash);
	if (!heading->has_items_hash)
		wrong(report, HEADING_PLACE, "has no hash of its items");
	return true;
}

/* Does a member of the heading hold that hash? */
bool
heading_vouches(const ItemValue *value, const unsigned char *hash)
{
	char		digits[HASH_TEXT_SIZE];

	hash_text(hash, digits);
	return value_is(value, digits);
}

/* The chain: every heading with its hash, each of them naming the hash before it. */
void
chain_check(const Heading *heading, Manifest *manifest, Sum *sum, const char *own_hash, Report *report)
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
