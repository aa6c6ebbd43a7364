/*
 * functions/scorecard_io.c
 *
 * Type scorecard: text and binary form, comparison.
 */
#include "functions/value_io.h"

#include "functions/json.h"

/* Returns the scorecard that a JSON text describes. */
static Datum
scorecard_from_text(Text text, struct Node *escontext)
{
	JsonNode   *root;
	Scorecard  *card;
	Problem		problem;

	if (!check_value_text(text.length, "scorecard", escontext))
		return (Datum) 0;
	root = parse_json(text, "scorecard", escontext);
	if (root == NULL)
		return (Datum) 0;
	if (!card_build(root, &server_arena, &card, &problem))
	{
		report_input_problem(&problem, "scorecard", escontext);
		return (Datum) 0;
	}
	SET_VARSIZE(card, card->size);
	return PointerGetDatum(card);
}

/* Returns the canonical text of a scorecard, terminated. */
Text
scorecard_canonical(Datum datum)
{
	Scorecard  *card = (Scorecard *) PG_DETOAST_DATUM(datum);

	return card_text(card, card->json);
}

CREDENCE_FUNCTION(credence_scorecard_in);
Datum
credence_scorecard_in(PG_FUNCTION_ARGS)
{
	return scorecard_from_text(text_of(PG_GETARG_CSTRING(0)), fcinfo->context);
}

CREDENCE_FUNCTION(credence_scorecard_out);
Datum
credence_scorecard_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(pstrdup(scorecard_canonical(PG_GETARG_DATUM(0)).bytes));
}

CREDENCE_FUNCTION(credence_scorecard_recv);
Datum
credence_scorecard_recv(PG_FUNCTION_ARGS)
{
	return scorecard_from_text(receive_value_text((StringInfo) PG_GETARG_POINTER(0),
												  SCORECARD_VERSION, "scorecard"), NULL);
}

CREDENCE_FUNCTION(credence_scorecard_send);
Datum
credence_scorecard_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(send_value_text(SCORECARD_VERSION,
									  scorecard_canonical(PG_GETARG_DATUM(0))));
}

DEFINE_COMPARISONS(scorecard)
