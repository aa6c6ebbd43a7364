/*
 * functions/bind.c
 *
 * Which column a card's input is read from, and how its value becomes a number:
 * numbers as they are, booleans 1 and 0, texts their code in the card.
 */
#include "functions/scorer.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "lib/stringinfo.h"
#include "scoring/increments.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Returns the columns' names, quoted and with commas between. */
static const char *
list_columns(const OfferedColumn *offered, int count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
		if (OidIsValid(offered[i].type))
			appendStringInfo(&list, "%s\"%s\"", list.len > 0 ? ", " : "", offered[i].name);
	return list.data;
}

/* Finds the column of a name, or reports that there is none, or more than one. */
static int
find_column(const Scorecard *card, const char *name, const OfferedColumn *offered, int count)
{
	int			found = -1;

	for (int i = 0; i < count; i++)
	{
		if (!OidIsValid(offered[i].type) || strcmp(offered[i].name, name) != 0)
			continue;
		if (found >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_COLUMN),
					 errmsg("card \"%s\" reads column \"%s\", of which the row has more than one",
							(const char *) card_at(card, card->name.at), name)));
		found = i;
	}
	if (found >= 0)
		return found;
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("card \"%s\" reads column \"%s\", which the row does not have",
					(const char *) card_at(card, card->name.at), name),
			 count > 0 ? errdetail("Its columns are %s.", list_columns(offered, count)) :
			 errdetail("It has no columns.")));
	return -1;
}

/* Returns how a numeric type becomes a number; false where the type is none. */
static bool
number_kind(Oid type, ColumnKind *kind)
{
	switch (type)
	{
		case FLOAT8OID:
			*kind = COLUMN_FLOAT8;
			return true;
		case FLOAT4OID:
			*kind = COLUMN_FLOAT4;
			return true;
		case INT2OID:
			*kind = COLUMN_INT2;
			return true;
		case INT4OID:
			*kind = COLUMN_INT4;
			return true;
		case INT8OID:
			*kind = COLUMN_INT8;
			return true;
		case NUMERICOID:
			*kind = COLUMN_NUMERIC;
			return true;
		case BOOLOID:
			*kind = COLUMN_BOOLEAN;
			return true;
		default:
			return false;
	}
}

/* Chooses how a column of the type is read for the input, or reports that it cannot be. */
static void
choose_kind(const Scorer *scorer, int input, const OfferedColumn *column,
			ColumnBinding *binding)
{
	Oid			type = getBaseType(column->type);
	bool		wants_text = card_inputs(scorer->card)[input].texts > 0;
	bool		is_number = number_kind(type, &binding->kind);
	Oid			output;
	bool		is_varlena;

	if (!wants_text)
	{
		if (is_number)
			return;
	}
	else if (type == TEXTOID || type == VARCHAROID)
	{
		binding->kind = COLUMN_TEXT;
		return;
	}
	else if (type == BPCHAROID)
	{
		binding->kind = COLUMN_PADDED_TEXT;
		return;
	}
	else if (is_number || type == NAMEOID || type_is_enum(type))
	{
		/* a boolean is true or false here, not t or f; a float is its shortest decimal,
		 * which no setting changes */
		if (type == BOOLOID || type == FLOAT8OID || type == FLOAT4OID)
			return;
		binding->kind = COLUMN_OUTPUT;
		getTypeOutputInfo(type, &output, &is_varlena);
		fmgr_info_cxt(output, &binding->output, scorer->context);
		return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" is of type %s, but card \"%s\" reads it as a %s",
					column->name, format_type_be(column->type),
					(const char *) card_at(scorer->card, scorer->card->name.at),
					wants_text ? "text" : "number"),
			 errhint("A number can be of a numeric or boolean type, a text of a text, enum, numeric or boolean type.")));
}

/*
 * Binds every input of the card to one of the columns on offer. The scorer has
 * the new binding only once it is whole: it may outlive an error that is caught.
 */
void
bind_columns(Scorer *scorer, const OfferedColumn *offered, int count)
{
	const Scorecard *card = scorer->card;
	ColumnBinding *binding = MemoryContextAllocZero(scorer->context,
													sizeof(ColumnBinding) * card->inputs);
	bool		all_float8 = FLOAT8PASSBYVAL;
	bool		in_card_order = true;
	bool		scores_complete_rows;

	for (uint32 i = 0; i < card->inputs; i++)
	{
		const char *name = card_at(card, card_inputs(card)[i].name.at);
		int			column = find_column(card, name, offered, count);

		binding[i].column = column;
		choose_kind(scorer, (int) i, &offered[column], &binding[i]);
		all_float8 = all_float8 && binding[i].kind == COLUMN_FLOAT8 &&
			card_inputs(card)[i].texts == 0;
		in_card_order = in_card_order && column == (int) i;
	}
	scores_complete_rows = all_float8 && in_card_order && card->steps_at != 0 &&
		((const Steps *) card_at(card, card->steps_at))->complete;
	if (scores_complete_rows)
		scorer->increments = increments_create(card, &server_arena);
	scorer->binding = binding;
	scorer->all_float8 = all_float8;
	scorer->in_card_order = in_card_order;
	scorer->scores_complete_rows = scores_complete_rows;
}

/* Returns the code of a text, and remembers it where the card does not know it. */
static double
text_number(Scorer *scorer, int input, const char *bytes, int length)
{
	const CardInput *card_input = &card_inputs(scorer->card)[input];
	const CardText *known = card_input_texts(scorer->card, card_input);
	Text		text = {bytes, (uint32) length};

	for (uint32 i = 0; i < card_input->texts; i++)
		if (text_equal(card_text(scorer->card, known[i]), text))
			return i + 1;
	scorer->unknown_text[input] = text;
	scorer->has_unknown_text = true;
	return 0;
}

/* Returns the number that a value of a column, not NULL, is in the input vector. */
double
column_number(Scorer *scorer, int input, Datum value)
{
	ColumnBinding *binding = &scorer->binding[input];
	bool		wants_text = card_inputs(scorer->card)[input].texts > 0;
	char		decimal[DOUBLE_SHORTEST_DECIMAL_LEN];
	struct varlena *text;
	int			length;
	char	   *string;

	switch (binding->kind)
	{
		case COLUMN_FLOAT8:
			if (!wants_text)
				return DatumGetFloat8(value);
			length = double_to_shortest_decimal_buf(DatumGetFloat8(value), decimal);
			return text_number(scorer, input, pnstrdup(decimal, length), length);
		case COLUMN_FLOAT4:
			if (!wants_text)
				return (double) DatumGetFloat4(value);
			length = float_to_shortest_decimal_buf(DatumGetFloat4(value), decimal);
			return text_number(scorer, input, pnstrdup(decimal, length), length);
		case COLUMN_INT2:
			return (double) DatumGetInt16(value);
		case COLUMN_INT4:
			return (double) DatumGetInt32(value);
		case COLUMN_INT8:
			return (double) DatumGetInt64(value);
		case COLUMN_NUMERIC:
			return numeric_to_double(value);
		case COLUMN_BOOLEAN:
			if (!wants_text)
				return DatumGetBool(value) ? 1 : 0;
			return DatumGetBool(value) ? text_number(scorer, input, "true", 4) :
				text_number(scorer, input, "false", 5);
		case COLUMN_TEXT:
		case COLUMN_PADDED_TEXT:
			text = PG_DETOAST_DATUM_PACKED(value);
			length = VARSIZE_ANY_EXHDR(text);
			if (binding->kind == COLUMN_PADDED_TEXT)
				length = bpchartruelen(VARDATA_ANY(text), length);
			return text_number(scorer, input, VARDATA_ANY(text), length);
		case COLUMN_OUTPUT:
			string = OutputFunctionCall(&binding->output, value);
			return text_number(scorer, input, string, (int) strlen(string));
	}
	return NAN;
}
