/*
 * functions/value_io.c
 *
 * What the types with a canonical text have in common; see value_io.h.
 */
#include "functions/value_io.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "scoring/limits.h"

/* Reports a text that is too long and returns false. */
bool
check_value_text(size_t length, const char *type_name, struct Node *escontext)
{
	if (length <= LIMIT_VALUE_TEXT)
		return true;
	ereturn(escontext, false,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("text for type %s has %zu bytes, more than %d",
					type_name, length, LIMIT_VALUE_TEXT)));
}

/* Reports a problem that was found in the text of a value. */
void
report_input_problem(const Problem *problem, const char *type_name,
					 struct Node *escontext)
{
	Problem		named;

	if (problem->kind != PROBLEM_SYNTAX)
	{
		report_problem(problem, escontext);
		return;
	}
	problem_set(&named, problem->kind, "invalid input for type %s: %s", type_name,
				problem->message);
	if (problem->hint[0] != '\0')
		problem_hint(&named, "%s", problem->hint);
	report_problem(&named, escontext);
}

/* Returns the text of a binary value, whose first byte must be the version. */
Text
receive_value_text(StringInfo message, int version, const char *type_name)
{
	int			received = pq_getmsgbyte(message);
	int			length = message->len - message->cursor;
	int			converted;
	Text		text;

	if (received != version)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("binary form of type %s has version %d, expected %d",
						type_name, received, version)));
	check_value_text((size_t) length, type_name, NULL);
	text.bytes = pq_getmsgtext(message, length, &converted);
	text.length = (uint32_t) converted;
	return text;
}

/* Returns the binary value: the version byte, then the text. */
bytea *
send_value_text(int version, Text text)
{
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, (uint8) version);
	pq_sendtext(&message, text.bytes, (int) text.length);
	return pq_endtypsend(&message);
}

/* Returns the hash of a canonical text. */
Datum
hash_value_text(Text text)
{
	return hash_any((const unsigned char *) text.bytes, (int) text.length);
}

/* Returns the hash of a canonical text with a seed. */
Datum
hash_value_text_extended(Text text, uint64 seed)
{
	return hash_any_extended((const unsigned char *) text.bytes, (int) text.length, seed);
}
