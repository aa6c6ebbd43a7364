/*
 * functions/score.c
 *
 * inputs(), score(), grade() and appraise(), each in the forms of forms.h.
 */
#include "functions/forms.h"

#include <float.h>
#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "functions/arrays.h"
#include "scoring/round.h"
#include "scoring/steps.h"
#include "utils/builtins.h"

/* Returns the score of the inputs that the scorer has read, NULL where none. */
static Datum
score_inputs(Scorer *scorer, FunctionCallInfo fcinfo)
{
	double		score;
	Problem		problem;

	if (!card_score(scorer->workspace, scorer->x, &score, &problem))
		report_problem(&problem, NULL);
	if (isnan(score))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(score);
}

/* Returns the value of a card within its floor and ceiling. */
static inline double
clamp_value(const Scorecard *card, double value)
{
	const CardGroup *whole_card = card_groups(card);

	if (value < whole_card->floor)
		value = whole_card->floor;
	if (value > whole_card->ceiling)
		value = whole_card->ceiling;
	return value;
}

/* A float8 argument is a value of the fast path as it stands. */
StaticAssertDecl(sizeof(StepsValue) == sizeof(NullableDatum) &&
				 offsetof(StepsValue, missing) == offsetof(NullableDatum, isnull),
				 "arguments are not laid out as the fast path reads them");

/*
 * Scores a row of float8 arguments without looking at them one by one, which is
 * what keeps up with the scan. Returns false where a value is NULL, NaN or
 * infinite, or the card or the arguments are of another kind.
 */
static inline bool
score_complete_row(const Scorer *scorer, const NullableDatum *arguments, double *score)
{
	const Scorecard *card = scorer->card;
	const Steps *steps = card_at(card, card->steps_at);
	double		value;

	if (unlikely(!scorer->scores_complete_rows))
		return false;
	value = steps_complete_value(card, steps, (const StepsValue *) arguments);
	if (unlikely(!(fabs(value) <= DBL_MAX)))
		return false;
	value = clamp_value(card, value);
	*score = steps->rounded ? value : round_decimals(value, card->decimals);
	return true;
}

/* Returns a text Datum, or NULL for a text without bytes. */
static Datum
text_datum(Text text, bool *isnull)
{
	*isnull = text.bytes == NULL;
	if (*isnull)
		return (Datum) 0;
	return PointerGetDatum(cstring_to_text_with_len(text.bytes, (int) text.length));
}

/* Returns the grade of the inputs that the scorer has read, NULL where none. */
static Datum
grade_inputs(Scorer *scorer, FunctionCallInfo fcinfo)
{
	Appraisal	appraisal;
	Problem		problem;

	if (!card_appraise(scorer->workspace, scorer->x, &appraisal, &problem))
		report_problem(&problem, NULL);
	return text_datum(appraisal.grade.label, &fcinfo->isnull);
}

/* Places of the columns of type appraisal. */
enum
{
	APPRAISAL_SCORE,
	APPRAISAL_GRADE,
	APPRAISAL_NOTCH,
	APPRAISAL_RATED,
	APPRAISAL_COVERAGE,
	APPRAISAL_POINTS,
	APPRAISAL_GROUP_SCORES,
	APPRAISAL_VETOES,
	APPRAISAL_REASONS,
	APPRAISAL_SCORE_BEFORE,
	APPRAISAL_GRADE_BEFORE,
	APPRAISAL_COLUMNS
};

/* Returns the places of the vetoes that were hit, counted from 1. */
static Datum
hit_vetoes(const Workspace *workspace)
{
	uint32		vetoes = workspace->card->vetoes;
	Datum	   *places = palloc(sizeof(Datum) * (vetoes + 1));
	int			count = 0;

	for (uint32 i = 0; i < vetoes; i++)
		if (workspace->hit[i])
			places[count++] = Int32GetDatum((int32) i + 1);
	return PointerGetDatum(construct_array(places, count, INT4OID, sizeof(int32), true,
										   TYPALIGN_INT));
}

/* Returns why the row is not rated, then why each veto acted. */
static Datum
reasons(const Workspace *workspace, const Appraisal *appraisal)
{
	const Scorecard *card = workspace->card;
	uint32		most = UNRATED_REASON_COUNT + card->indicators + card->vetoes;
	const char **reason = palloc(sizeof(char *) * most);
	Datum	   *texts = palloc(sizeof(Datum) * most);
	uint32		count = unrated_reasons(workspace, appraisal, &server_arena, reason);

	for (uint32 i = 0; i < card->vetoes; i++)
		if (workspace->hit[i])
			reason[count++] = card_at(card, card_vetoes(card)[i].reason.at);
	for (uint32 i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(reason[i]);
	return PointerGetDatum(construct_array(texts, (int) count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* Returns the appraisal of the inputs that the scorer has read. */
static Datum
appraise_inputs(Scorer *scorer, FunctionCallInfo fcinfo)
{
	const Workspace *workspace = scorer->workspace;
	Appraisal	appraisal;
	Problem		problem;
	Datum		values[APPRAISAL_COLUMNS] = {0};
	bool		nulls[APPRAISAL_COLUMNS] = {false};

	if (!card_appraise(scorer->workspace, scorer->x, &appraisal, &problem))
		report_problem(&problem, NULL);
	if (unlikely(scorer->result_desc == NULL))
	{
		MemoryContext old = MemoryContextSwitchTo(scorer->context);

		if (get_call_result_type(fcinfo, NULL, &scorer->result_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "appraise does not return type appraisal");
		scorer->result_desc = BlessTupleDesc(scorer->result_desc);
		MemoryContextSwitchTo(old);
	}
	values[APPRAISAL_SCORE] = Float8GetDatum(appraisal.score);
	nulls[APPRAISAL_SCORE] = isnan(appraisal.score);
	values[APPRAISAL_GRADE] = text_datum(appraisal.grade.label, &nulls[APPRAISAL_GRADE]);
	values[APPRAISAL_NOTCH] = Int32GetDatum(appraisal.grade.notch);
	nulls[APPRAISAL_NOTCH] = appraisal.grade.notch == 0;
	values[APPRAISAL_RATED] = BoolGetDatum(appraisal.rated);
	values[APPRAISAL_COVERAGE] = Float8GetDatum(appraisal.coverage);
	values[APPRAISAL_POINTS] = PointerGetDatum(array_of_vector(workspace->points,
															  scorer->card->indicators));
	/* the first group is the card itself */
	values[APPRAISAL_GROUP_SCORES] = PointerGetDatum(array_of_vector(workspace->value + 1,
																	 scorer->card->groups - 1));
	values[APPRAISAL_VETOES] = hit_vetoes(workspace);
	values[APPRAISAL_REASONS] = reasons(workspace, &appraisal);
	values[APPRAISAL_SCORE_BEFORE] = Float8GetDatum(appraisal.score_before);
	nulls[APPRAISAL_SCORE_BEFORE] = isnan(appraisal.score_before);
	values[APPRAISAL_GRADE_BEFORE] = text_datum(appraisal.grade_before.label,
												&nulls[APPRAISAL_GRADE_BEFORE]);
	return HeapTupleGetDatum(heap_form_tuple(scorer->result_desc, values, nulls));
}

/* Returns the input vector that the scorer has read. */
static Datum
inputs_read(Scorer *scorer, FunctionCallInfo fcinfo)
{
	PG_RETURN_ARRAYTYPE_P(array_of_vector(scorer->x, scorer->card->inputs));
}

/* Defines all forms of a function, without norms and with them. */
#define DEFINE_FORMS(name, result) \
DEFINE_RECORD_FORM(name##_record, NO_NORMS, result) \
DEFINE_RECORD_FORM(name##_record_norms, NORMS_ARGUMENT, result) \
DEFINE_ARRAY_FORM(name##_array, NO_NORMS, result) \
DEFINE_ARRAY_FORM(name##_array_norms, NORMS_ARGUMENT, result) \
DEFINE_COLUMNS_FORM(name##_columns_norms, COLUMNS_NORMS_ARGUMENT, \
					NAMES_BEHIND_NORMS_ARGUMENT, result)

DEFINE_RECORD_FORM(inputs_record, NO_NORMS, inputs_read)
DEFINE_COLUMNS_FORM(inputs_columns, NO_NORMS, NAMES_ARGUMENT, inputs_read)
DEFINE_FORMS(score, score_inputs)
DEFINE_FORMS(grade, grade_inputs)
DEFINE_COLUMNS_FORM(grade_columns, NO_NORMS, NAMES_ARGUMENT, grade_inputs)
DEFINE_FORMS(appraise, appraise_inputs)
DEFINE_COLUMNS_FORM(appraise_columns, NO_NORMS, NAMES_ARGUMENT, appraise_inputs)

/* The form of score() that has to keep up with the scan. */
CREDENCE_FUNCTION(credence_score_columns);
Datum
credence_score_columns(PG_FUNCTION_ARGS)
{
	Scorer	   *scorer;
	double		score;
	double		value;

	if (PG_ARGISNULL(CARD_ARGUMENT) || PG_ARGISNULL(NAMES_ARGUMENT))
		PG_RETURN_NULL();
	scorer = scorer_get(fcinfo, CARD_ARGUMENT, NO_NORMS);
	if (unlikely(scorer->binding == NULL))
		scorer_bind_arguments(scorer, fcinfo, NAMES_ARGUMENT);
	if (likely(score_complete_row(scorer, &fcinfo->args[NAMES_ARGUMENT + 1], &score)))
		PG_RETURN_FLOAT8(score);
	if (scorer_read_arguments(scorer, fcinfo, NAMES_ARGUMENT) && scorer->card->steps_at != 0)
	{
		value = steps_present_value(scorer->card, card_at(scorer->card, scorer->card->steps_at),
									scorer->x);
		if (fabs(value) <= DBL_MAX)
			PG_RETURN_FLOAT8(round_decimals(clamp_value(scorer->card, value),
											scorer->card->decimals));
	}
	return score_inputs(scorer, fcinfo);
}
