/*
 * functions/improve.c
 *
 * improve(): what would lift a row to its next grade.
 */
#include "functions/forms.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"
#include "scoring/improve.h"
#include "utils/builtins.h"

/* Places of the columns of the result. */
enum
{
	COLUMN_OF_INDICATOR,
	COLUMN_OF_VALUE_FROM,
	COLUMN_OF_VALUE_TO,
	COLUMN_OF_SCORE_AFTER,
	COLUMN_OF_GRADE_AFTER,
	COLUMN_OF_INPUT,
	COLUMN_OF_CATEGORY,
	RESULT_COLUMNS
};

/* Where the improvements go. */
typedef struct Output
{
	ReturnSetInfo *result;
	const Scorecard *card;
} Output;

/* Returns the first indicator that reads the input, or NULL. */
static const CardIndicator *
first_reader(const Scorecard *card, uint32 input)
{
	const CardIndicator *indicator = card_indicators(card);

	for (uint32 i = 0; i < card->indicators; i++)
		if (indicator[i].input == input)
			return &indicator[i];
	return NULL;
}

/* Puts an improvement into the result. */
static void
put_improvement(void *context, const Improvement *improvement)
{
	Output	   *output = context;
	const Scorecard *card = output->card;
	const CardInput *input = &card_inputs(card)[improvement->input];
	const CardIndicator *reader = first_reader(card, improvement->input);
	Datum		value[RESULT_COLUMNS] = {0};
	bool		isnull[RESULT_COLUMNS] = {false};

	isnull[COLUMN_OF_INDICATOR] = reader == NULL;
	if (reader != NULL)
		value[COLUMN_OF_INDICATOR] = CStringGetTextDatum(card_at(card, reader->name.at));
	value[COLUMN_OF_VALUE_FROM] = Float8GetDatum(improvement->from);
	isnull[COLUMN_OF_VALUE_FROM] = isnan(improvement->from);
	value[COLUMN_OF_VALUE_TO] = Float8GetDatum(improvement->to);
	value[COLUMN_OF_SCORE_AFTER] = Float8GetDatum(improvement->score);
	isnull[COLUMN_OF_SCORE_AFTER] = isnan(improvement->score);
	isnull[COLUMN_OF_GRADE_AFTER] = improvement->grade.label.bytes == NULL;
	if (!isnull[COLUMN_OF_GRADE_AFTER])
		value[COLUMN_OF_GRADE_AFTER] =
			PointerGetDatum(cstring_to_text_with_len(improvement->grade.label.bytes,
													 (int) improvement->grade.label.length));
	value[COLUMN_OF_INPUT] = CStringGetTextDatum(card_at(card, input->name.at));
	isnull[COLUMN_OF_CATEGORY] = input->texts == 0 || improvement->to == 0;
	if (!isnull[COLUMN_OF_CATEGORY])
		value[COLUMN_OF_CATEGORY] =
			CStringGetTextDatum(card_at(card, card_input_texts(card, input)[(int) improvement->to - 1].at));
	tuplestore_putvalues(output->result->setResult, output->result->setDesc, value, isnull);
}

/* Lets a long search be cancelled. */
static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Puts all improvements of the inputs that the scorer has read. */
static Datum
improve_inputs(Scorer *scorer, FunctionCallInfo fcinfo)
{
	bool	   *is_boolean = NULL;
	Output		output;
	ImproveSink sink = {put_improvement, check_interrupts, &output};
	Problem		problem;

	if (scorer->binding != NULL)
	{
		is_boolean = palloc(sizeof(bool) * scorer->card->inputs);
		for (uint32 i = 0; i < scorer->card->inputs; i++)
			is_boolean[i] = scorer->binding[i].kind == COLUMN_BOOLEAN;
	}
	InitMaterializedSRF(fcinfo, 0);
	output.result = (ReturnSetInfo *) fcinfo->resultinfo;
	output.card = scorer->card;
	if (!improve_row(scorer->workspace, &server_arena, scorer->x, is_boolean, &sink,
					 &problem))
		report_problem(&problem, NULL);
	return (Datum) 0;
}

DEFINE_RECORD_FORM(improve_record, OPTIONAL_NORMS, improve_inputs)
DEFINE_ARRAY_FORM(improve_array, OPTIONAL_NORMS, improve_inputs)
