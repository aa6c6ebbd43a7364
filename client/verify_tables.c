/*
 * client/verify_tables.c
 *
 * Comparing tables; see verify_tables.h. The records are those that the public
 * views have (50-views.sql and 51-recompute_views.sql of the disclosure). A
 * record that is the same byte for byte is not looked at any closer.
 */
#include <stdlib.h>
#include <string.h>

#include "client/output.h"
#include "client/verify_tables.h"

void
compared_open(ComparedTable *compared, BundleTable table, Manifest *manifest, Report *report)
{
	Bytes		header = {NULL};

	memset(compared, 0, sizeof(*compared));
	compared->table = &bundle_tables[table];
	compared->columns = table_columns(compared->table);
	compared->file = manifest_find(manifest, compared->table->file);
	if (compared->file == NULL)
		return;
	compared->sum = sum_create();
	if (!records_open(&compared->reader, manifest->directory, compared->table->file, compared->columns, compared->sum))
	{
		wrong(report, (Place) {compared->table->file, 0, NULL}, "%s", compared->reader.problem);
		return;
	}
	compared->open = true;
	for (int i = 0; i < compared->columns; i++)
		bytes_printf(&header, "%s%s", i > 0 ? "," : "", compared->table->columns[i].name);
	compared_expect(compared, &header, 0, report);
	compared->records = 0;
	free(header.bytes);
}

/* Reads the next record unless one is ready; false where there is none. */
static bool
get_record(ComparedTable *compared, Report *report)
{
	if (compared->ready)
		return true;
	if (!compared->open || compared->ended)
		return false;
	switch (records_next(&compared->reader))
	{
		case RECORD_READ:
			compared->ready = true;
			compared->split = false;
			return true;
		case RECORD_FAILED:
			wrong(report, (Place) {compared->table->file, compared->reader.line, NULL}, "%s", compared->reader.problem);
			/* FALLTHROUGH */
		default:
			compared->ended = true;
			return false;
	}
}

/* Splits the record that is ready; false where it is no record. */
static bool
split_record(ComparedTable *compared, Report *report)
{
	if (compared->split)
		return true;
	if (!record_split(&compared->reader))
	{
		wrong(report, (Place) {compared->table->file, compared->reader.line, NULL}, "%s", compared->reader.problem);
		compared->reader.problem[0] = '\0';
		return false;
	}
	compared->split = true;
	return true;
}

/* Splits a record that we made. */
static void
split_expected(const Bytes *expected, RecordReader *into, int columns)
{
	memset(into, 0, sizeof(*into));
	into->columns = columns;
	into->fields = allocate(sizeof(RecordField) * (size_t) (columns + 1));
	into->buffer = allocate(expected->length + 1);
	memcpy(into->buffer, expected->bytes, expected->length);
	into->raw = into->buffer;
	into->raw_length = expected->length;
	into->file = -1;
	record_split(into);
}

/* Reports column by column how a record differs. */
static void
report_record(ComparedTable *compared, const Bytes *expected, uint64_t key, Report *report)
{
	RecordReader should;
	bool		different = false;

	split_expected(expected, &should, compared->columns);
	for (int i = 0; i < compared->columns; i++)
	{
		const RecordField *one = &compared->reader.fields[i];
		const RecordField *other = &should.fields[i];

		if ((one->text == NULL) == (other->text == NULL) && one->length == other->length && (one->text == NULL || memcmp(one->text, other->text, one->length) == 0))
			continue;
		different = true;
		if (key == 0)
			differs(report, (Place) {compared->table->file, compared->reader.line, NULL}, one, other, "the header");
		else
			differs(report, (Place) {compared->table->file, compared->reader.line, compared->table->columns[i].name}, one, other, "item %lu", (unsigned long) key);
	}
	if (!different)
		wrong(report, (Place) {compared->table->file, compared->reader.line, NULL}, "the record is written in another way: quotes stand where none belong, or are not there");
	records_close(&should);
}

/* The number of the item that the record ready is of; 0 where it cannot be read. */
static uint64_t
record_key(const ComparedTable *compared)
{
	const RecordField *field = &compared->reader.fields[1];
	uint64_t	key = 0;

	if (field->text == NULL || field->length > 18)
		return 0;
	for (size_t i = 0; i < field->length; i++)
	{
		if (field->text[i] < '0' || field->text[i] > '9')
			return 0;
		key = key * 10 + (uint64_t) (field->text[i] - '0');
	}
	return key;
}

void
compared_expect(ComparedTable *compared, const Bytes *expected, uint64_t key, Report *report)
{
	if (compared->file == NULL)
		return;					/* reported as missing */
	compared->records++;
	report->cells += (uint64_t) compared->columns;
	for (;;)
	{
		uint64_t	found;

		if (!get_record(compared, report))
		{
			/* an end in the wrong place is reported once; the reader has said what it is */
			if (compared->open && compared->reader.problem[0] == '\0')
				wrong(report, (Place) {compared->table->file, 0, NULL}, key == 0 ? "the header is missing" : "the record of item %lu is missing", (unsigned long) key);
			return;
		}
		if (!compared->split && compared->reader.raw_length == expected->length && memcmp(compared->reader.raw, expected->bytes, expected->length) == 0)
		{
			compared->ready = false;
			return;
		}
		if (!split_record(compared, report))
		{
			compared->ready = false;
			return;
		}
		found = record_key(compared);
		if (key != 0 && found > key)
		{
			wrong(report, (Place) {compared->table->file, compared->reader.line, NULL}, "a record of item %lu is missing here", (unsigned long) key);
			return;				/* it may be the next that is expected */
		}
		if (key != 0 && found != 0 && found < key)
		{
			wrong(report, (Place) {compared->table->file, compared->reader.line, NULL}, "the record of item %lu does not belong here", (unsigned long) found);
			compared->ready = false;
			continue;
		}
		report_record(compared, expected, key, report);
		compared->ready = false;
		return;
	}
}

void
compared_close(ComparedTable *compared, Report *report)
{
	unsigned char hash[HASH_SIZE];

	if (compared->open)
	{
		while (get_record(compared, report))
		{
			wrong(report, (Place) {compared->table->file, compared->reader.line, NULL}, "the record belongs to no item");
			compared->ready = false;
		}
		if (records_drain(&compared->reader))
		{
			sum_end(compared->sum, hash);
			manifest_check(compared->file, hash, report);
		}
		records_close(&compared->reader);
	}
	if (compared->sum != NULL)
		sum_free(compared->sum);
}

/* Begins a field. */
static void
comma(Bytes *to)
{
	bytes_add(to, ",", 1);
}

static void
put_integer(Bytes *to, uint64_t number)
{
	char		digits[24];
	char	   *place = digits + sizeof(digits);

	do
		*--place = (char) ('0' + number % 10);
	while ((number /= 10) > 0);
	bytes_add(to, place, (size_t) (digits + sizeof(digits) - place));
}

/* Adds a text as a field. */
static void
put_text(Bytes *to, RecordField field)
{
	char	   *end;

	if (field.text == NULL)
		return;
	/* room for the worst */
	if (to->room - to->length < 2 * field.length + 4)
	{
		to->room = 2 * to->room + 2 * field.length + 64;
		to->bytes = reallocate(to->bytes, to->room);
	}
	end = put_field(to->bytes + to->length, field.text, field.length, true);
	to->length = (size_t) (end - to->bytes);
}

/* Adds a value as a text, with a comma before it. */
static void
put_value(Bytes *to, const ItemValue *value, Bytes *room)
{
	comma(to);
	put_text(to, value_text(value, room));
}

/* Adds a value that is a number without decimals, or a date, with a comma before it. */
static void
put_plain(Bytes *to, const ItemValue *value)
{
	comma(to);
	if (value->kind == VALUE_NUMBER || value->kind == VALUE_STRING)
		bytes_add(to, value->text, value->length);
}

/* Adds a number with six decimals, with a comma before it. */
static void
put_decimal(Bytes *to, const ItemValue *value)
{
	comma(to);
	if (value->kind == VALUE_NUMBER)
		put_number(to, value->text, value->length, 6);
}

/* Finds members one after the other in the order of their names, which is that of the canonical form. */
static inline const ItemValue *
next_member(const Members *members, int *place, const char *name)
{
	size_t		length = strlen(name);

	if (*place < members->count && members->members[*place].key_length == length && memcmp(members->members[*place].key, name, length) == 0)
		return &members->members[(*place)++].value;
	return member_find(members, name);
}

void
entry_record(Bytes *to, int bulletin, uint64_t number, const Members *item, const Members *values, const Members *withheld, Bytes *room)
{
	int			place = 0;
	const ItemValue *code = next_member(values, &place, "code");
	const ItemValue *grade = next_member(values, &place, "grade");
	const ItemValue *grade_en = next_member(values, &place, "grade_en");
	const ItemValue *grade_order = next_member(values, &place, "grade_order");
	const ItemValue *grade_zh = next_member(values, &place, "grade_zh");
	const ItemValue *kind;
	const ItemValue *kind_en;
	const ItemValue *kind_zh;
	const ItemValue *level;
	const ItemValue *level_en;
	const ItemValue *level_order;
	const ItemValue *level_zh;
	const ItemValue *name;
	const ItemValue *peer;
	const ItemValue *peer_rank;
	const ItemValue *rank;
	const ItemValue *reasons;
	const ItemValue *region;
	const ItemValue *region_en;
	const ItemValue *region_zh;
	const ItemValue *score;

	while (place < values->count && values->members[place].key_length > 6 && memcmp(values->members[place].key, "input.", 6) == 0)
		place++;
	kind = next_member(values, &place, "kind");
	kind_en = next_member(values, &place, "kind_en");
	kind_zh = next_member(values, &place, "kind_zh");
	level = next_member(values, &place, "level");
	level_en = next_member(values, &place, "level_en");
	level_order = next_member(values, &place, "level_order");
	level_zh = next_member(values, &place, "level_zh");
	name = next_member(values, &place, "name");
	peer = next_member(values, &place, "peer");
	peer_rank = next_member(values, &place, "peer_rank");
	rank = next_member(values, &place, "rank");
	reasons = next_member(values, &place, "reasons");
	region = next_member(values, &place, "region");
	region_en = next_member(values, &place, "region_en");
	region_zh = next_member(values, &place, "region_zh");
	score = next_member(values, &place, "score");

	to->length = 0;
	put_integer(to, (uint64_t) bulletin);
	comma(to);
	put_integer(to, number);
	put_value(to, code, room);
	put_value(to, name, room);
	put_value(to, kind, room);
	put_value(to, kind_en, room);
	put_value(to, kind_zh, room);
	put_value(to, region, room);
	put_value(to, region_en, room);
	put_value(to, region_zh, room);
	put_value(to, level, room);
	put_value(to, level_en, room);
	put_value(to, level_zh, room);
	put_plain(to, level_order);
	put_value(to, peer, room);
	put_decimal(to, score);
	put_value(to, grade, room);
	put_value(to, grade_en, room);
	put_value(to, grade_zh, room);
	put_plain(to, grade_order);
	put_plain(to, rank);
	put_plain(to, peer_rank);
	put_value(to, reasons, room);
	put_plain(to, member_find(item, "leaves_on"));
	comma(to);
	if (withheld->count > 0)
	{
		Bytes		all = {NULL};
		Bytes		key = {NULL};

		for (int i = 0; i < withheld->count; i++)
		{
			ItemValue	name_of = {withheld->members[i].key, withheld->members[i].key_length, VALUE_STRING, true};
			RecordField field = value_text(&name_of, &key);
			RecordField reason;

			bytes_add(&all, ", ", i > 0 ? 2 : 0);
			bytes_add(&all, field.text, field.length);
			bytes_add(&all, ": ", 2);
			reason = value_text(&withheld->members[i].value, room);
			bytes_add(&all, reason.text != NULL ? reason.text : "", reason.length);
		}
		put_text(to, (RecordField) {all.bytes, all.length});
		free(all.bytes);
		free(key.bytes);
	}
}

void
value_record(Bytes *to, int bulletin, uint64_t number, const Member *member, const Members *withheld, Bytes *room)
{
	ItemValue	name = {member->key + 6, member->key_length - 6, VALUE_STRING, memchr(member->key, '\\', member->key_length) != NULL};

	to->length = 0;
	put_integer(to, (uint64_t) bulletin);
	comma(to);
	put_integer(to, number);
	put_value(to, &name, room);
	put_decimal(to, &member->value);
	comma(to);
	if (member->value.kind == VALUE_STRING)
		put_text(to, value_text(&member->value, room));
	comma(to);
	for (int i = 0; i < withheld->count; i++)
	{
		if (withheld->members[i].key_length == name.length && memcmp(withheld->members[i].key, name.text, name.length) == 0)
			put_text(to, value_text(&withheld->members[i].value, room));
	}
}

void
adjustment_record(Bytes *to, int bulletin, uint64_t number, int place, const Members *line, Bytes *room)
{
	const ItemValue *kind = member_find(line, "kind");

	to->length = 0;
	put_integer(to, (uint64_t) bulletin);
	comma(to);
	put_integer(to, number);
	comma(to);
	put_integer(to, (uint64_t) place);
	put_plain(to, member_find(line, "step"));
	put_value(to, kind, room);
	put_value(to, member_find(line, "rule"), room);
	put_decimal(to, member_find(line, "score_before"));
	put_decimal(to, member_find(line, "score_after"));
	put_value(to, member_find(line, "grade_before"), room);
	put_value(to, member_find(line, "grade_after"), room);
	bytes_puts(to, member_find(line, "rated_before")->kind == VALUE_FALSE ? ",N" : ",Y");
	bytes_puts(to, member_find(line, "rated_after")->kind == VALUE_FALSE ? ",N" : ",Y");
	put_value(to, member_find(line, "reason_en"), room);
	put_value(to, member_find(line, "reason_zh"), room);
	bytes_puts(to, value_is(kind, "appeal") ? ",appeal" : ",");
}

void
cell_record(Bytes *to, int bulletin, uint64_t number, const Members *item, const Members *withheld, Bytes *room)
{
	const ItemValue *percent = member_find(item, "percent");
	const ItemValue *reason = member_find(withheld, "count");
	RecordField text;

	to->length = 0;
	put_integer(to, (uint64_t) bulletin);
	comma(to);
	put_integer(to, number);
	put_value(to, member_find(item, "table"), room);
	put_value(to, member_find(item, "table_en"), room);
	put_value(to, member_find(item, "table_zh"), room);
	put_value(to, member_find(item, "measure"), room);
	put_value(to, member_find(item, "row"), room);
	put_value(to, member_find(item, "row_en"), room);
	put_value(to, member_find(item, "row_zh"), room);
	put_plain(to, member_find(item, "row_order"));
	put_plain(to, member_find(item, "row_parent"));
	put_value(to, member_find(item, "column"), room);
	put_value(to, member_find(item, "column_en"), room);
	put_value(to, member_find(item, "column_zh"), room);
	put_plain(to, member_find(item, "column_order"));
	bytes_puts(to, member_find(item, "total")->kind == VALUE_TRUE ? ",Y" : ",N");
	put_plain(to, member_find(item, "count"));
	put_decimal(to, member_find(item, "value"));
	comma(to);
	if (percent->kind == VALUE_NUMBER)
		put_number(to, percent->text, percent->length, 2);
	if (reason->kind == VALUE_ABSENT || reason->kind == VALUE_NULL)
		reason = member_find(withheld, "value");
	comma(to);
	if (reason->kind != VALUE_ABSENT && reason->kind != VALUE_NULL)
		put_text(to, value_text(reason, room));
	else
	{
		text = value_text(member_find(withheld, "percent"), room);
		if (text.text != NULL)
		{
			Bytes		all = {NULL};

			bytes_printf(&all, "percent: %.*s", (int) text.length, text.text);
			put_text(to, (RecordField) {all.bytes, all.length});
			free(all.bytes);
		}
	}
}

/* Compares the next line of data.json, which may be one of the texts made of several lines. */
static bool
data_line(RecordReader *lines, const char *expected, size_t length, const char *what, Report *report)
{
	RecordField found;
	RecordField should = {expected, length};
	RecordOutcome outcome = records_next(lines);

	if (outcome == RECORD_READ && lines->raw_length == length && memcmp(lines->raw, expected, length) == 0)
		return true;
	if (outcome == RECORD_FAILED)
	{
		wrong(report, (Place) {DATA_NAME, lines->line, NULL}, "%s", lines->problem);
		return false;
	}
	found = (RecordField) {outcome == RECORD_READ ? lines->raw : NULL, outcome == RECORD_READ ? lines->raw_length : 0};
	differs(report, (Place) {DATA_NAME, lines->line, NULL}, &found, &should, "%s", what);
	return outcome == RECORD_READ;
}

/* The same for a text of lines, all but what follows the last line end. */
static bool
data_lines(RecordReader *lines, Bytes *text, const char *what, Report *report)
{
	const char *place = text->bytes;
	const char *end;
	bool		right = true;

	while (right && (end = memchr(place, '\n', text->length - (size_t) (place - text->bytes))) != NULL)
	{
		right = data_line(lines, place, (size_t) (end - place), what, report);
		place = end + 1;
	}
	text->length -= (size_t) (place - text->bytes);
	memmove(text->bytes, place, text->length);
	return right;
}

void
data_compare(Manifest *manifest, const char *const *bulletin_values, const char *hash, Report *report)
{
	Listed	   *file = manifest_find(manifest, DATA_NAME);
	Sum		   *sum;
	RecordReader lines;
	Bytes		text = {NULL};
	unsigned char digest[HASH_SIZE];
	bool		right = true;
	bool		first = true;

	if (file == NULL)
		return;
	sum = sum_create();
	if (!lines_open(&lines, manifest->directory, DATA_NAME, sum))
	{
		wrong(report, (Place) {DATA_NAME, 0, NULL}, "%s", lines.problem);
		sum_free(sum);
		return;
	}
	data_begins(&text, bulletin_values, hash);
	for (int table = 0; table < TABLE_COUNT && right; table++)
	{
		const TableFormat *format = &bundle_tables[table];
		RecordReader records;
		bool		any = false;

		if (!format->in_data)
			continue;
		data_table_begins(&text, format, first);
		first = false;
		right = data_lines(&lines, &text, "the head of a table", report);
		if (manifest_find(manifest, format->file) == NULL || !records_open(&records, manifest->directory, format->file, table_columns(format), NULL))
		{
			right = false;		/* reported */
			break;
		}
		if (records_next(&records) != RECORD_READ)
			right = false;
		while (right && records_next(&records) == RECORD_READ)
		{
			if (!record_split(&records))
			{
				right = false;
				break;
			}
			for (int i = 0; i < records.count; i++)
			{
				if (format->columns[i].type == COLUMN_TEXT && records.fields[i].text != NULL)
					drop_apostrophe(&records.fields[i]);
			}
			if (any)
			{
				bytes_puts(&text, ",\n");
				right = data_lines(&lines, &text, "a row", report);
			}
			data_row(&text, format, records.fields);
			any = true;
			report->cells += (uint64_t) records.count;
		}
		bytes_puts(&text, any ? DATA_TABLE_END : "]}");
		records_close(&records);
	}
	if (right)
	{
		bytes_puts(&text, DATA_END);
		data_lines(&lines, &text, "the end", report);
		if (records_next(&lines) != RECORD_END)
			wrong(report, (Place) {DATA_NAME, lines.line, NULL}, "something stands behind its end");
	}
	free(text.bytes);
	if (records_drain(&lines))
	{
		sum_end(sum, digest);
		manifest_check(file, digest, report);
	}
	records_close(&lines);
	sum_free(sum);
}
