/*
 * functions/explain_score.c
 *
 * explain_score(): the lines of a score. Contributions are numeric with six
 * decimals more than the score, so that they are readable and add up exactly in
 * any order; what this leaves over is the line of kind rounding.
 */
#include "functions/forms.h"

#include <math.h>

#include "functions/decimal.h"
#include "funcapi.h"
#include "scoring/explain.h"
#include "utils/builtins.h"

/* Decimals of contributions beyond those of the score. */
#define MORE_DECIMALS 6

/* Places of the columns of the result. */
enum
{
	COLUMN_OF_LINE,
	COLUMN_OF_KIND,
	COLUMN_OF_GROUP_NAME,
	COLUMN_OF_INDICATOR,
	COLUMN_OF_INPUT,
	COLUMN_OF_STANDARDISED,
	COLUMN_OF_POINTS,
	COLUMN_OF_WEIGHT,
	COLUMN_OF_CONTRIBUTION,
	COLUMN_OF_LOST,
	COLUMN_OF_REASON,
	RESULT_COLUMNS
};

/* A row of the result while it is filled. */
typedef struct ResultRow
{
	Datum		value[RESULT_COLUMNS];
	bool		isnull[RESULT_COLUMNS];
} ResultRow;

/* Where the rows go. */
typedef struct Output
{
	ReturnSetInfo *result;
	Scorer	   *scorer;
	int			lines;
	int			decimals;		/* of contributions */
	bool		scored;			/* there is a score to contribute to */
	Datum		sum;			/* of the contributions so far, numeric */
} Output;

/* Starts a row: everything NULL but its number and kind. */
static void
start_row(Output *output, ResultRow *row, const char *kind)
{
	memset(row->value, 0, sizeof(row->value));
	memset(row->isnull, true, sizeof(row->isnull));
	row->value[COLUMN_OF_LINE] = Int32GetDatum(++output->lines);
	row->isnull[COLUMN_OF_LINE] = false;
	row->value[COLUMN_OF_KIND] = CStringGetTextDatum(kind);
	row->isnull[COLUMN_OF_KIND] = false;
}

/* Sets a text column. */
static void
set_text(ResultRow *row, int column, const char *string)
{
	row->value[column] = CStringGetTextDatum(string);
	row->isnull[column] = false;
}

/* Sets a float8 column, NULL for NaN. */
static void
set_number(ResultRow *row, int column, double number)
{
	row->value[column] = Float8GetDatum(number);
	row->isnull[column] = isnan(number);
}

/* Sets what the line contributes, and adds it to the sum. */
static void
set_contribution(Output *output, ResultRow *row, Datum contribution)
{
	if (!output->scored)
		return;
	row->value[COLUMN_OF_CONTRIBUTION] = contribution;
	row->isnull[COLUMN_OF_CONTRIBUTION] = false;
	output->sum = decimal_add(output->sum, contribution);
}

/* Puts the row into the result. */
static void
finish_row(Output *output, ResultRow *row)
{
	tuplestore_putvalues(output->result->setResult, output->result->setDesc, row->value,
						 row->isnull);
}

/* Says in words what became of an indicator, or nothing where it is present. */
static void
set_outcome(const Output *output, ResultRow *row, uint32 index)
{
	static const char *const words[] = {NULL, "missing", "not applicable", "no band matches"};
	const Workspace *workspace = output->scorer->workspace;
	const char *outcome = words[workspace->outcome[index]];
	TextBuffer	buffer;

	if (outcome == NULL)
		return;
	buffer_init(&buffer, &server_arena);
	buffer_append_string(&buffer, outcome);
	if (!isnan(workspace->points[index]))
	{
		buffer_append_string(&buffer, ", given ");
		buffer_append_number(&buffer, workspace->points[index]);
		buffer_append_string(&buffer, " points");
	}
	set_text(row, COLUMN_OF_REASON, buffer.bytes);
}

/* Fills what a line of an indicator says. */
static void
fill_indicator(Output *output, ResultRow *row, const ExplainLine *line)
{
	const Scorer *scorer = output->scorer;
	const Workspace *workspace = scorer->workspace;
	const CardIndicator *indicator = &card_indicators(scorer->card)[line->index];

	set_text(row, COLUMN_OF_INDICATOR, card_at(scorer->card, indicator->name.at));
	set_number(row, COLUMN_OF_INPUT, scorer->x[indicator->input]);
	set_number(row, COLUMN_OF_STANDARDISED, workspace->standardised[line->index]);
	set_number(row, COLUMN_OF_POINTS, workspace->points[line->index]);
	set_number(row, COLUMN_OF_WEIGHT, indicator->weight);
	set_outcome(output, row, line->index);
	if (output->scored && !isnan(line->lost))
	{
		row->value[COLUMN_OF_LOST] = decimal_of_double(line->lost, output->decimals);
		row->isnull[COLUMN_OF_LOST] = false;
	}
}

/* Fills what a line of a group or of the card says. */
static void
fill_group(const Output *output, ResultRow *row, const ExplainLine *line)
{
	const Workspace *workspace = output->scorer->workspace;
	const CardGroup *group = &card_groups(workspace->card)[line->group];
	TextBuffer	buffer;

	buffer_init(&buffer, &server_arena);
	if (line->kind == LINE_BASE)
	{
		buffer_append_string(&buffer, "base ");
		buffer_append_number(&buffer, group->base);
	}
	else if (line->kind == LINE_CLAMP)
	{
		bool		raised = workspace->value[line->group] > workspace->unclamped[line->group];

		buffer_append_string(&buffer, raised ? "floor " : "ceiling ");
		buffer_append_number(&buffer, raised ? group->floor : group->ceiling);
	}
	else if (group->standardise != STANDARDISE_NONE)
		buffer_append_string(&buffer, standardise_name((Standardise) group->standardise));
	else
		buffer_append_string(&buffer, "geometric mean");
	set_text(row, COLUMN_OF_REASON, buffer.bytes);
}

/* Appends a score and a grade. */
static void
append_outcome(TextBuffer *buffer, double score, const Grade *grade)
{
	buffer_append_string(buffer, "score ");
	if (isnan(score))
		buffer_append_string(buffer, "none");
	else
		buffer_append_number(buffer, score);
	buffer_append_string(buffer, ", grade ");
	if (grade->label.bytes == NULL)
		buffer_append_string(buffer, "none");
	else
		buffer_append_text(buffer, grade->label);
}

/* Puts the line of a veto: what it did to the score, and what was before it. */
static void
put_veto(Output *output, const Appraisal *appraisal, uint32 index)
{
	const Workspace *workspace = output->scorer->workspace;
	const Scorecard *card = workspace->card;
	bool		is_last = index + 1 == card->vetoes;
	double		before = workspace->score_before_veto[index];
	double		after = is_last ? appraisal->score : workspace->score_before_veto[index + 1];
	TextBuffer	buffer;
	ResultRow	row;

	start_row(output, &row, "veto");
	buffer_init(&buffer, &server_arena);
	buffer_append_string(&buffer, card_at(card, card_vetoes(card)[index].reason.at));
	buffer_append_string(&buffer, " (before: ");
	append_outcome(&buffer, before, &workspace->grade_before_veto[index]);
	buffer_append_string(&buffer, "; after: ");
	append_outcome(&buffer, after, is_last ? &appraisal->grade :
				   &workspace->grade_before_veto[index + 1]);
	buffer_append_string(&buffer, ")");
	set_text(&row, COLUMN_OF_REASON, buffer.bytes);
	if (!isnan(after))
		set_contribution(output, &row,
						 decimal_subtract(decimal_of_double(after, card->decimals),
										  decimal_of_double(isnan(before) ? 0 : before,
															card->decimals)));
	finish_row(output, &row);
}

/* Puts what rounding does, if it does anything: the score less all lines so far. */
static void
put_rounding(Output *output, double score)
{
	Datum		rounding = decimal_subtract(decimal_of_double(isnan(score) ? 0 : score,
															 output->decimals), output->sum);
	ResultRow	row;

	if (!output->scored || decimal_is_zero(rounding))
		return;
	start_row(output, &row, "rounding");
	set_contribution(output, &row, rounding);
	finish_row(output, &row);
}

/* Puts a line that is neither rounding nor veto. */
static void
put_line(Output *output, const ExplainLine *line)
{
	static const char *const kinds[] = {"indicator", "base", "shift", "clamp"};
	const Scorecard *card = output->scorer->card;
	ResultRow	row;

	start_row(output, &row, kinds[line->kind]);
	if (line->group != 0)
		set_text(&row, COLUMN_OF_GROUP_NAME,
				 card_at(card, card_groups(card)[line->group].name.at));
	if (line->kind == LINE_INDICATOR)
		fill_indicator(output, &row, line);
	else
		fill_group(output, &row, line);
	set_contribution(output, &row, decimal_of_double(line->contribution, output->decimals));
	finish_row(output, &row);
}

/* Puts all lines of the inputs that the scorer has read. */
static Datum
explain_inputs(Scorer *scorer, FunctionCallInfo fcinfo)
{
	Appraisal	appraisal;
	Problem		problem;
	ExplainLine *line;
	uint32		lines;
	uint32		place = 0;
	Output		output = {0};

	if (!card_appraise(scorer->workspace, scorer->x, &appraisal, &problem))
		report_problem(&problem, NULL);
	InitMaterializedSRF(fcinfo, 0);
	output.result = (ReturnSetInfo *) fcinfo->resultinfo;
	output.scorer = scorer;
	output.decimals = scorer->card->decimals + MORE_DECIMALS;
	output.scored = !isnan(appraisal.score);
	output.sum = decimal_of_double(0, 0);
	lines = explain_row(scorer->workspace, &server_arena, &line);
	for (; place < lines && line[place].kind != LINE_VETO; place++)
		put_line(&output, &line[place]);
	put_rounding(&output, appraisal.score_before);
	for (; place < lines; place++)
		put_veto(&output, &appraisal, line[place].index);
	return (Datum) 0;
}

DEFINE_RECORD_FORM(explain_score_record, OPTIONAL_NORMS, explain_inputs)
DEFINE_ARRAY_FORM(explain_score_array, OPTIONAL_NORMS, explain_inputs)
