/*
 * functions/card_names.c
 *
 * What stands where in the vectors of a card: the names of its inputs, its
 * indicators and its groups.
 */
#include "functions/value_io.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Returns a text[] of names, each of them so many bytes behind the one before. */
static Datum
names_array(const Scorecard *card, const CardText *first, size_t stride, uint32 count)
{
	Datum	   *names = palloc(sizeof(Datum) * Max(count, 1));

	for (uint32 i = 0; i < count; i++)
	{
		const CardText *name = (const CardText *) ((const char *) first + i * stride);

		names[i] = CStringGetTextDatum(card_at(card, name->at));
	}
	return PointerGetDatum(construct_array(names, (int) count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* input_names(card): the columns that the card reads, in the order of inputs(). */
CREDENCE_FUNCTION(credence_input_names);
Datum
credence_input_names(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD(0);

	return names_array(card, &card_inputs(card)->name, sizeof(CardInput), card->inputs);
}

/* indicator_names(card): in the order of the points of an appraisal. */
CREDENCE_FUNCTION(credence_indicator_names);
Datum
credence_indicator_names(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD(0);

	return names_array(card, &card_indicators(card)->name, sizeof(CardIndicator),
					   card->indicators);
}

/* group_names(card): in the order of the group scores of an appraisal. */
CREDENCE_FUNCTION(credence_group_names);
Datum
credence_group_names(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD(0);

	/* the first group is the card itself */
	return names_array(card, &card_groups(card)[1].name, sizeof(CardGroup),
					   card->groups - 1);
}
