/*
 * functions/class_counts_io.c
 *
 * Text and binary form of the type class_counts.
 */
#include "functions/class_counts.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

/* Makes room for one entry more. */
static ClassEntry *
more_entries(ClassEntry *entry, int64 entries, int64 *capacity)
{
	if (entries < *capacity)
		return entry;
	class_check_limits(entries, 0);
	*capacity = 2 * *capacity + 16;
	return entry == NULL ? palloc(*capacity * sizeof(ClassEntry)) :
		repalloc_huge(entry, *capacity * sizeof(ClassEntry));
}

/* Passes over blanks. */
static void
skip_blanks(const char **place)
{
	while (**place == ' ' || (**place >= '\t' && **place <= '\r'))
		(*place)++;
}

/* Refuses a text where it goes wrong. */
static void
refuse_text(const char *place, const char *expected)
{
	if (*place == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input for type class_counts: expected %s at the end", expected)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input for type class_counts: expected %s at \"%.*s\"", expected,
					pg_mbcliplen(place, strlen(place), 40), place)));
}

/* Reads a text in quotes onto the end of bytes and returns its length; "" within is one quote. */
static int32
read_quoted(const char **place, StringInfo bytes)
{
	int			before = bytes->len;

	if (**place != '"')
		refuse_text(*place, "a text in quotes");
	for ((*place)++;; (*place)++)
	{
		if (**place == '\0')
			refuse_text(*place, "a closing quote");
		if (**place == '"' && *++(*place) != '"')
			return bytes->len - before;
		appendStringInfoChar(bytes, **place);
	}
}

/* Reads a whole number from 1 to 2^53. */
static int64
read_count(const char **place)
{
	const char *start = *place;
	int64		count = 0;

	while (**place >= '0' && **place <= '9' && count <= CLASS_COUNT_MOST)
		count = 10 * count + (*(*place)++ - '0');
	if (count < 1 || count > CLASS_COUNT_MOST)
		refuse_text(start, "a count from 1 to 2^53");
	return count;
}

CREDENCE_FUNCTION(credence_class_counts_in);
Datum
credence_class_counts_in(PG_FUNCTION_ARGS)
{
	const char *place = PG_GETARG_CSTRING(0);
	ClassEntry *entry = NULL;
	int64		entries = 0;
	int64		capacity = 0;

	skip_blanks(&place);
	if (*place++ != '{')
		refuse_text(place - 1, "\"{\"");
	skip_blanks(&place);
	while (*place != '}')
	{
		ClassEntry *next;
		StringInfoData bytes;

		CHECK_FOR_INTERRUPTS();
		entry = more_entries(entry, entries, &capacity);
		next = &entry[entries++];
		initStringInfo(&bytes);
		next->key.value_length = -1;
		if (strncmp(place, "NULL", 4) == 0)
		{
			next->key.class_length = -1;
			place += 4;
		}
		else
			next->key.class_length = read_quoted(&place, &bytes);
		skip_blanks(&place);
		if (*place == '=')
		{
			place++;
			skip_blanks(&place);
			next->key.value_length = read_quoted(&place, &bytes);
			skip_blanks(&place);
		}
		next->key.bytes = bytes.data;
		if (*place++ != ':')
			refuse_text(place - 1, "\":\" and a count");
		skip_blanks(&place);
		next->count = read_count(&place);
		skip_blanks(&place);
		if (*place == ',')
		{
			place++;
			skip_blanks(&place);
			if (*place == '}')
				refuse_text(place, "a class");
		}
		else if (*place != '}')
			refuse_text(place, "\",\" or \"}\"");
	}
	place++;
	skip_blanks(&place);
	if (*place != '\0')
		refuse_text(place, "nothing more");
	PG_RETURN_DATUM(class_flat_value(entry, entries, ERRCODE_INVALID_TEXT_REPRESENTATION));
}

/* Appends a text in quotes. */
static void
append_quoted(StringInfo buffer, const char *bytes, int32 length)
{
	appendStringInfoChar(buffer, '"');
	for (int32 i = 0; i < length; i++)
	{
		if (bytes[i] == '"')
			appendStringInfoChar(buffer, '"');
		appendStringInfoChar(buffer, bytes[i]);
	}
	appendStringInfoChar(buffer, '"');
}

CREDENCE_FUNCTION(credence_class_counts_out);
Datum
credence_class_counts_out(PG_FUNCTION_ARGS)
{
	int64		entries;
	ClassEntry *entry = class_entries(PG_GETARG_DATUM(0), &entries);
	StringInfoData buffer;

	initStringInfo(&buffer);
	appendStringInfoChar(&buffer, '{');
	for (int64 i = 0; i < entries; i++)
	{
		const ClassKey *key = &entry[i].key;

		CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoString(&buffer, ", ");
		if (key->class_length < 0)
			appendStringInfoString(&buffer, "NULL");
		else
			append_quoted(&buffer, key->bytes, key->class_length);
		if (key->value_length >= 0)
		{
			appendStringInfoChar(&buffer, '=');
			append_quoted(&buffer, class_key_value(key), key->value_length);
		}
		appendStringInfo(&buffer, ":" INT64_FORMAT, entry[i].count);
	}
	appendStringInfoChar(&buffer, '}');
	PG_RETURN_CSTRING(buffer.data);
}

/* Reads the length of a text that may be missing, and its bytes onto the end of others. */
static int32
receive_text(StringInfo message, StringInfo bytes)
{
	int32		length = (int32) pq_getmsgint(message, 4);
	char	   *text;
	int			text_length;

	if (length == -1)
		return -1;
	if (length < 0 || length > message->len - message->cursor)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s announces a text of %d bytes, but holds %d",
						"class_counts", length, message->len - message->cursor)));
	text = pq_getmsgtext(message, length, &text_length);
	appendBinaryStringInfo(bytes, text, text_length);
	pfree(text);
	return text_length;
}

CREDENCE_FUNCTION(credence_class_counts_recv);
Datum
credence_class_counts_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	int64		entries;
	ClassEntry *entry;

	if (version != CLASS_COUNTS_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s has version %d, expected %d",
						"class_counts", version, CLASS_COUNTS_VERSION)));

	/* the message itself bounds the number of classes, before memory is taken */
	entries = pq_getmsgint64(message);
	if (entries < 0 || entries > (message->len - message->cursor) / 16)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s announces " INT64_FORMAT " classes, but holds %d bytes",
						"class_counts", entries, message->len - message->cursor)));
	class_check_limits(entries, 0);
	entry = palloc_extended(Max(entries, 1) * sizeof(ClassEntry), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < entries; i++)
	{
		StringInfoData bytes;

		CHECK_FOR_INTERRUPTS();
		initStringInfo(&bytes);
		entry[i].key.class_length = receive_text(message, &bytes);
		entry[i].key.value_length = receive_text(message, &bytes);
		entry[i].key.bytes = bytes.data;
		entry[i].count = pq_getmsgint64(message);
		if (entry[i].count < 1 || entry[i].count > CLASS_COUNT_MOST)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("count " INT64_FORMAT ": must be from 1 to 2^53", entry[i].count)));
	}
	PG_RETURN_DATUM(class_flat_value(entry, entries, ERRCODE_INVALID_BINARY_REPRESENTATION));
}

/* Sends a text in the client's encoding, its length before it; -1 for a missing one. */
static void
send_text(StringInfo message, const char *bytes, int32 length)
{
	char	   *sent;

	if (length < 0)
	{
		pq_sendint32(message, (uint32) -1);
		return;
	}
	sent = pg_server_to_client(bytes, length);
	if (sent != bytes)
		length = strlen(sent);
	pq_sendint32(message, length);
	pq_sendbytes(message, sent, length);
}

CREDENCE_FUNCTION(credence_class_counts_send);
Datum
credence_class_counts_send(PG_FUNCTION_ARGS)
{
	int64		entries;
	ClassEntry *entry = class_entries(PG_GETARG_DATUM(0), &entries);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, CLASS_COUNTS_VERSION);
	pq_sendint64(&message, entries);
	for (int64 i = 0; i < entries; i++)
	{
		const ClassKey *key = &entry[i].key;

		CHECK_FOR_INTERRUPTS();
		send_text(&message, key->bytes, key->class_length);
		send_text(&message, class_key_value(key), key->value_length);
		pq_sendint64(&message, entry[i].count);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
