/*
 * functions/score.c
 *
 * inputs(), score() and grade(), each in the forms of forms.h.
 */
#include "functions/forms.h"

#include <float.h>
#include <math.h>

#include "functions/arrays.h"
#include "scoring/round.h"
#include "scoring/increments.h"
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
	if (scorer->increments != NULL)
		value = increments_value(scorer->increments, (const StepsValue *) arguments);
	else
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

/* Returns the input vector that the scorer has read. */
static Datum
inputs_read(Scorer *scorer, FunctionCallInfo fcinfo)
{
	PG_RETURN_ARRAYTYPE_P(array_of_vector(scorer->x, scorer->card->inputs));
}

DEFINE_RECORD_FORM(inputs_record, NO_NORMS, inputs_read)
DEFINE_COLUMNS_FORM(inputs_columns, NO_NORMS, NAMES_ARGUMENT, inputs_read)
DEFINE_FORMS(score, score_inputs)
DEFINE_FORMS(grade, grade_inputs)
DEFINE_COLUMNS_FORM(grade_columns, NO_NORMS, NAMES_ARGUMENT, grade_inputs)

/* Scores a row of arguments, whatever they are. */
static pg_noinline Datum
score_arguments(FunctionCallInfo fcinfo)
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

/*
 * The form of score() that has to keep up with the scan. What it looks at before
 * the values themselves is one pointer, which is there only where the card and
 * the names are constants and the card and the columns fit the fastest path.
 */
CREDENCE_FUNCTION(credence_score_columns);
Datum
credence_score_columns(PG_FUNCTION_ARGS)
{
	const Scorer *scorer = fcinfo->flinfo->fn_extra;

	if (likely(scorer != NULL) && likely(scorer->constant_increments != NULL))
	{
		const Increments *increments = scorer->constant_increments;
		double		value = increments_value(increments, (const StepsValue *)
											 &fcinfo->args[NAMES_ARGUMENT + 1]);

		if (likely(fabs(value) <= DBL_MAX))
		{
			value = increments_clamp(increments, value);
			PG_RETURN_FLOAT8(increments->rounded ? value :
							 round_decimals(value, increments->decimals));
		}
	}
	return score_arguments(fcinfo);
}
