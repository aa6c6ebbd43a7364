/*
 * functions/appraise.c
 *
 * appraise(): everything about a row, as a value of type appraisal.
 *
 * The value is an expanded record, from which its columns are taken without
 * taking a tuple apart; what stores it gets the flat form from it. Making such a
 * record costs a memory context, so that only one is made for a query, and each
 * row gets a copy of its header, in the memory of the row, with values of its own.
 *
 * The commonest row by far, of float8 columns that are all there, under a card of
 * nothing but bands with whole points, is appraised straight from the arguments
 * (see increments.h); every other goes through the core's appraisal.
 */
#include "functions/forms.h"

#include <float.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "functions/arrays.h"
#include "scoring/increments.h"
#include "scoring/round.h"
#include "utils/builtins.h"
#include "utils/expandedrecord.h"

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

/* A record and its values, in one piece of memory; behind it the array of points. */
typedef struct AppraisalRecord
{
	ExpandedRecordHeader header;
	Datum		values[APPRAISAL_COLUMNS];
	bool		nulls[APPRAISAL_COLUMNS];
} AppraisalRecord;

/* What the appraisals of a query have in common. */
typedef struct AppraisalParts
{
	ExpandedRecordHeader *record;	/* without values, to be copied */
	Datum		no_numbers;		/* empty arrays */
	Datum		no_integers;
	Datum		no_texts;
	Datum	   *grade;			/* the label of each notch as text */
	bool		appraises_complete_rows;	/* a row that has everything differs from
											 * others in points, score and grade alone */
} AppraisalParts;

/* Makes what the appraisals of a query have in common. */
static AppraisalParts *
make_parts(const Scorer *scorer, FunctionCallInfo fcinfo)
{
	MemoryContext old = MemoryContextSwitchTo(scorer->context);
	AppraisalParts *parts = palloc0(sizeof(AppraisalParts));
	const Bands *grades = card_grades(scorer->card);
	Oid			type;

	if (get_call_result_type(fcinfo, &type, NULL) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "appraise does not return type appraisal");
	parts->record = make_expanded_record_from_typeid(type, -1, scorer->context);
	if (parts->record->nfields != APPRAISAL_COLUMNS)
		elog(ERROR, "type appraisal has %d columns, expected %d", parts->record->nfields,
			 APPRAISAL_COLUMNS);
	parts->no_numbers = PointerGetDatum(construct_empty_array(FLOAT8OID));
	parts->no_integers = PointerGetDatum(construct_empty_array(INT4OID));
	parts->no_texts = PointerGetDatum(construct_empty_array(TEXTOID));
	parts->grade = palloc0(sizeof(Datum) * (grades == NULL ? 1 : grades->count));
	for (uint32 i = 0; grades != NULL && i < grades->count; i++)
	{
		Text		label = bands_label(grades, (int) i);

		parts->grade[i] = PointerGetDatum(cstring_to_text_with_len(label.bytes,
																   (int) label.length));
	}
	/* so say all copies, which have values; the record itself is never read */
	parts->record->flags |= ER_FLAG_DVALUES_VALID;
	parts->appraises_complete_rows = scorer->constant_increments != NULL &&
		scorer->constant_increments->points_increment != NULL &&
		scorer->card->vetoes == 0 && scorer->card->rated_groups == 0 &&
		scorer->card->any_groups == 0;
	MemoryContextSwitchTo(old);
	return parts;
}

/* Sets a column to a number, NULL for NaN. */
static void
set_number(AppraisalRecord *record, int column, double number)
{
	record->values[column] = Float8GetDatum(number);
	record->nulls[column] = isnan(number);
}

/* Sets a column to the label of a grade, NULL where it has none. */
static void
set_grade(AppraisalRecord *record, int column, const AppraisalParts *parts,
		  const Grade *grade)
{
	record->nulls[column] = grade->label.bytes == NULL;
	record->values[column] = (Datum) 0;
	if (grade->notch > 0)
		record->values[column] = parts->grade[grade->notch - 1];
	else if (grade->label.bytes != NULL)
		record->values[column] =
			PointerGetDatum(cstring_to_text_with_len(grade->label.bytes,
													 (int) grade->label.length));
}

/* Returns the places of the vetoes that were hit, counted from 1. */
static Datum
hit_vetoes(const Workspace *workspace, const AppraisalParts *parts)
{
	uint32		vetoes = workspace->card->vetoes;
	Datum	   *places;
	int			count = 0;

	if (vetoes == 0)
		return parts->no_integers;
	places = palloc(sizeof(Datum) * vetoes);
	for (uint32 i = 0; i < vetoes; i++)
		if (workspace->hit[i])
			places[count++] = Int32GetDatum((int32) i + 1);
	return PointerGetDatum(construct_array(places, count, INT4OID, sizeof(int32), true,
										   TYPALIGN_INT));
}

/* Returns whether there is no reason to tell: nothing vetoed, nothing unrated. */
static bool
is_plain(const Workspace *workspace, const Appraisal *appraisal)
{
	for (int i = 0; i < UNRATED_REASON_COUNT; i++)
		if (appraisal->unrated_reason[i])
			return false;
	for (uint32 i = 0; i < workspace->card->vetoes; i++)
		if (workspace->hit[i])
			return false;
	return true;
}

/* Returns why the row is not rated, then why each veto acted. */
static Datum
reasons(const Workspace *workspace, const Appraisal *appraisal, const AppraisalParts *parts)
{
	const Scorecard *card = workspace->card;
	uint32		most = UNRATED_REASON_COUNT + card->indicators + card->vetoes;
	const char **reason;
	Datum	   *texts;
	uint32		count;

	if (is_plain(workspace, appraisal))
		return parts->no_texts;
	reason = palloc(sizeof(char *) * most);
	texts = palloc(sizeof(Datum) * most);
	count = unrated_reasons(workspace, appraisal, &server_arena, reason);
	for (uint32 i = 0; i < card->vetoes; i++)
		if (workspace->hit[i])
			reason[count++] = card_at(card, card_vetoes(card)[i].reason.at);
	for (uint32 i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(reason[i]);
	return PointerGetDatum(construct_array(texts, (int) count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* Returns a record for this row, its values not set yet. */
static AppraisalRecord *
make_record(const AppraisalParts *parts, uint32 indicators)
{
	AppraisalRecord *record = palloc(MAXALIGN(sizeof(AppraisalRecord)) +
									 vector_array_size(indicators));

	record->header = *parts->record;
	EOH_init_header(&record->header.hdr, parts->record->hdr.eoh_methods, CurrentMemoryContext);
	record->header.dvalues = record->values;
	record->header.dnulls = record->nulls;
	memset(record->nulls, false, sizeof(record->nulls));
	return record;
}

/* Returns the appraisal of the inputs that the scorer has read. */
static Datum
appraise_inputs(Scorer *scorer, FunctionCallInfo fcinfo)
{
	const Workspace *workspace = scorer->workspace;
	const AppraisalParts *parts;
	AppraisalRecord *record;
	Appraisal	appraisal;
	Problem		problem;

	if (!card_appraise(scorer->workspace, scorer->x, &appraisal, &problem))
		report_problem(&problem, NULL);
	if (unlikely(scorer->appraisal_parts == NULL))
		scorer->appraisal_parts = make_parts(scorer, fcinfo);
	parts = scorer->appraisal_parts;
	record = make_record(parts, scorer->card->indicators);
	set_number(record, APPRAISAL_SCORE, appraisal.score);
	set_grade(record, APPRAISAL_GRADE, parts, &appraisal.grade);
	record->values[APPRAISAL_NOTCH] = Int32GetDatum(appraisal.grade.notch);
	record->nulls[APPRAISAL_NOTCH] = appraisal.grade.notch == 0;
	record->values[APPRAISAL_RATED] = BoolGetDatum(appraisal.rated);
	set_number(record, APPRAISAL_COVERAGE, appraisal.coverage);
	record->values[APPRAISAL_POINTS] =
		PointerGetDatum(put_array_of_vector((char *) record + MAXALIGN(sizeof(AppraisalRecord)),
											workspace->points, scorer->card->indicators));
	/* the first group is the card itself */
	record->values[APPRAISAL_GROUP_SCORES] = scorer->card->groups == 1 ? parts->no_numbers :
		PointerGetDatum(array_of_vector(workspace->value + 1, scorer->card->groups - 1));
	record->values[APPRAISAL_VETOES] = hit_vetoes(workspace, parts);
	record->values[APPRAISAL_REASONS] = reasons(workspace, &appraisal, parts);
	set_number(record, APPRAISAL_SCORE_BEFORE, appraisal.score_before);
	set_grade(record, APPRAISAL_GRADE_BEFORE, parts, &appraisal.grade_before);
	return EOHPGetRODatum(&record->header.hdr);
}

/*
 * Returns the appraisal of a row of float8 arguments without looking at them one
 * by one, as score_complete_row() does; 0 where something is missing or the card
 * has more to it.
 */
static Datum
appraise_complete_row(const Scorer *scorer, const NullableDatum *arguments)
{
	const AppraisalParts *parts = scorer->appraisal_parts;
	const Increments *increments = scorer->constant_increments;
	uint32		indicators = scorer->card->indicators;
	const Bands *grades = card_grades(scorer->card);
	AppraisalRecord *record;
	ArrayType  *points;
	double		value;
	int			entry = -1;

	if (parts == NULL || !parts->appraises_complete_rows)
		return (Datum) 0;
	record = make_record(parts, indicators);
	points = start_array_of_vector((char *) record + MAXALIGN(sizeof(AppraisalRecord)),
								   indicators);
	value = increments_points_value(increments, (const StepsValue *) arguments,
									(double *) ARR_DATA_PTR(points));
	if (unlikely(!(fabs(value) <= DBL_MAX)))
	{
		pfree(record);
		return (Datum) 0;
	}
	value = increments_clamp(increments, value);
	if (!increments->rounded)
		value = round_decimals(value, increments->decimals);
	if (grades != NULL)
		entry = bands_find(grades, value);
	record->values[APPRAISAL_SCORE] = record->values[APPRAISAL_SCORE_BEFORE] =
		Float8GetDatum(value);
	record->values[APPRAISAL_RATED] = BoolGetDatum(true);
	record->values[APPRAISAL_COVERAGE] = Float8GetDatum(1);
	record->values[APPRAISAL_POINTS] = PointerGetDatum(points);
	record->values[APPRAISAL_GROUP_SCORES] = parts->no_numbers;
	record->values[APPRAISAL_VETOES] = parts->no_integers;
	record->values[APPRAISAL_REASONS] = parts->no_texts;
	record->nulls[APPRAISAL_GRADE] = record->nulls[APPRAISAL_GRADE_BEFORE] =
		record->nulls[APPRAISAL_NOTCH] = entry < 0;
	record->values[APPRAISAL_GRADE] = record->values[APPRAISAL_GRADE_BEFORE] =
		entry < 0 ? (Datum) 0 : parts->grade[entry];
	record->values[APPRAISAL_NOTCH] = Int32GetDatum(entry + 1);
	return EOHPGetRODatum(&record->header.hdr);
}

DEFINE_FORMS(appraise, appraise_inputs)

/* The form of appraise() that has to keep up with the scan as far as it can. */
CREDENCE_FUNCTION(credence_appraise_columns);
Datum
credence_appraise_columns(PG_FUNCTION_ARGS)
{
	Scorer	   *scorer = fcinfo->flinfo->fn_extra;

	if (likely(scorer != NULL) && scorer->constant_increments != NULL)
	{
		Datum		appraisal = appraise_complete_row(scorer, &fcinfo->args[NAMES_ARGUMENT + 1]);

		if (likely(appraisal != (Datum) 0))
			return appraisal;
	}
	if (PG_ARGISNULL(CARD_ARGUMENT) || PG_ARGISNULL(NAMES_ARGUMENT))
		PG_RETURN_NULL();
	scorer = scorer_get(fcinfo, CARD_ARGUMENT, NO_NORMS);
	scorer_read_arguments(scorer, fcinfo, NAMES_ARGUMENT);
	return appraise_inputs(scorer, fcinfo);
}
