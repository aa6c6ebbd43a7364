/*
 * client/verify_documents.c
 *
 * Scheme and norms; see verify_documents.h.
 */
#include <stdlib.h>
#include <string.h>

#include "client/verify_documents.h"
#include "client/verify_tables.h"

/* Reads the scheme; returns why it cannot be computed with, or NULL. */
const char *
scheme_verify(Scheme *scheme, const Heading *heading, Manifest *manifest, Sum *sum, Report *report)
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
void
norms_verify(Scheme *scheme, const Heading *heading, Manifest *manifest, Sum *sum, Report *report)
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
