/*
 * client/verify_steps.c
 *
 * The steps after the scorecard; see verify_steps.h. What they do is settled in
 * 57-score.sql of the registry; this is the same once more, on purpose.
 */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "client/json_text.h"
#include "client/verify_steps.h"
#include "scoring/round.h"

/* From which on numbers of steps are decisions by hand. */
#define STEP_BY_HAND 1000000

/* What a score in the bulletin cannot be: it is not shown then. */
#define LIMIT_SHOWN_SCORE 1e18

/* A line of adjustments. */
typedef struct Line
{
	long		step;
	const ItemValue *kind;
	const ItemValue *rule;
	const ItemValue *score_before;
	const ItemValue *score_after;
	const ItemValue *grade_before;
	const ItemValue *grade_after;
	const ItemValue *reason_en;
	const ItemValue *reason_zh;
	bool		rated_before;
	bool		rated_after;
} Line;

/* The grade that a label of an effect means; known is whether that can be told. */
static Text
effect_grade(Replay *replay, const EntryItem *entry, const EffectLabel *label, bool *known)
{
	const Scheme *scheme = replay->scheme;
	Text		none = {NULL, 0};
	OperandValue value;
	int			place = 0;
	int			notch;

	*known = true;
	if (!label->of_input)
		return label->label;
	value = value_operand(replay, entry_input(entry, label->label, &place));
	if (value.state == OPERAND_UNKNOWN)
	{
		*known = false;
		return none;
	}
	notch = value.state == OPERAND_TEXT ? scheme_notch(scheme, value.text) : 0;
	if (notch == 0)
		return none;
	notch += label->worse;
	if (notch < 1)
		notch = 1;
	if (notch > scheme->grades_count)
		notch = scheme->grades_count;
	return scheme->grades[notch - 1];
}

/* What a step makes of a standing. */
static void
apply_step(Replay *replay, const EntryItem *entry, const SchemeStep *step, Standing *standing)
{
	const Scheme *scheme = replay->scheme;
	bool		rated = standing->rated;
	bool		known;
	int			notch;
	int			target;
	Text		grade;

	for (int i = 0; i < 2; i++)
	{
		bool		sets = i == 0;

		if (sets ? !step->has_score : !step->has_add)
			continue;
		if (sets)
			standing->score_known = true;
		if (!standing->score_known)
		{
			standing->grade_known = standing->grade_known && scheme->bands == NULL;
			continue;
		}
		standing->score = sets ? step->score : standing->score + step->add;
		if (!isnan(standing->score))
			standing->score = round_decimals(standing->score, scheme->decimals);
		if (scheme->bands != NULL && rated)
		{
			int			found = isnan(standing->score) ? -1 : bands_find(scheme->bands, standing->score);

			standing->grade = found < 0 ? (Text) {NULL, 0} : bands_label(scheme->bands, found);
			standing->grade_known = true;
		}
	}
	if (step->grade.given)
	{
		grade = effect_grade(replay, entry, &step->grade, &known);
		if (!known)
			standing->grade_known = false;
		else if (grade.bytes != NULL)
		{
			standing->grade = grade;
			standing->grade_known = true;
		}
	}
	for (int i = 0; i < 2; i++)
	{
		const EffectLabel *label = i == 0 ? &step->cap : &step->least;

		if (!label->given || !rated)
			continue;
		grade = effect_grade(replay, entry, label, &known);
		if (!known)
		{
			standing->grade_known = false;
			continue;
		}
		notch = scheme_notch(scheme, standing->grade);
		target = scheme_notch(scheme, grade);
		if (notch > 0 && target > 0 && (i == 0 ? notch < target : notch > target))
			standing->grade = grade;
	}
	notch = scheme_notch(scheme, standing->grade);
	if ((step->demote != 0 || step->promote != 0) && rated && notch > 0)
	{
		for (int i = 0; i < 2; i++)
		{
			notch += i == 0 ? step->demote : -step->promote;
			notch = notch < 1 ? 1 : notch > scheme->grades_count ? scheme->grades_count : notch;
		}
		standing->grade = scheme->grades[notch - 1];
	}
	if (step->unrate)
	{
		standing->grade = card_text(scheme->card, scheme->card->unrated);
		standing->grade_known = true;
		standing->rated = false;
	}
}

/* Is a score the one that the item says? What is too large for a bulletin is null there. */
bool
same_score(double score, const ItemValue *value)
{
	double		said;

	if (value->kind == VALUE_NULL)
		return isnan(score) || fabs(score) >= LIMIT_SHOWN_SCORE;
	return value->kind == VALUE_NUMBER && json_number(value->text, value->length, &said) && said == score;
}

bool
same_grade(Replay *replay, Text grade, const ItemValue *value)
{
	RecordField said = value_text(value, &replay->room);

	if (value->kind == VALUE_NULL || grade.bytes == NULL)
		return value->kind == VALUE_NULL && grade.bytes == NULL;
	return value->kind == VALUE_STRING && said.length == grade.length && memcmp(said.text, grade.bytes, grade.length) == 0;
}

/* Reports that a value of the item is not what it should be. */
void
value_differs(Replay *replay, const EntryItem *entry, const char *column, const ItemValue *said, bool is_score, const Standing *standing, const char *what)
{
	char		digits[NUMBER_TEXT_SIZE];
	RecordField found = value_text(said, &replay->room);
	RecordField expected = {NULL, 0};

	if (is_score && !isnan(standing->score))
		expected = field_of(number_text(standing->score, digits));
	else if (!is_score && standing->grade.bytes != NULL)
		expected = (RecordField) {standing->grade.bytes, standing->grade.length};
	differs(replay->report, entry_place(entry, column), &found, &expected, "entry %lu%s", (unsigned long) entry->number, what);
}

/* Reads the line that an element of adjustments is. */
static bool
read_line(Replay *replay, const EntryItem *entry, const ItemValue *element, Line *line)
{
	const char *problem;
	const ItemValue *step;
	double		number = -1;

	if (element->kind != VALUE_OBJECT || !members_read(&replay->line, element->text, element->length, &problem))
	{
		wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: an adjustment is no object in canonical form", (unsigned long) entry->number);
		return false;
	}
	step = member_find(&replay->line, "step");
	if (step->kind != VALUE_NUMBER || !json_number(step->text, step->length, &number) || number < 0 || number > INT_MAX || number != floor(number))
	{
		wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: an adjustment has no step", (unsigned long) entry->number);
		return false;
	}
	line->step = (long) number;
	line->kind = member_find(&replay->line, "kind");
	line->rule = member_find(&replay->line, "rule");
	line->score_before = member_find(&replay->line, "score_before");
	line->score_after = member_find(&replay->line, "score_after");
	line->grade_before = member_find(&replay->line, "grade_before");
	line->grade_after = member_find(&replay->line, "grade_after");
	line->reason_en = member_find(&replay->line, "reason_en");
	line->reason_zh = member_find(&replay->line, "reason_zh");
	line->rated_before = member_find(&replay->line, "rated_before")->kind != VALUE_FALSE;
	line->rated_after = member_find(&replay->line, "rated_after")->kind != VALUE_FALSE;
	return true;
}

/* Compares one side of a line with where the entry stands. */
static void
check_side(Replay *replay, const EntryItem *entry, const Line *line, bool after, const Standing *standing)
{
	const ItemValue *score = after ? line->score_after : line->score_before;
	const ItemValue *grade = after ? line->grade_after : line->grade_before;
	char		what[100];

	snprintf(what, sizeof(what), ", step %ld", line->step);
	if (score->kind != VALUE_ABSENT && standing->score_known && !same_score(standing->score, score))
		value_differs(replay, entry, after ? "adjustments: score_after" : "adjustments: score_before", score, true, standing, what);
	if (grade->kind != VALUE_ABSENT && standing->grade_known && !same_grade(replay, standing->grade, grade))
		value_differs(replay, entry, after ? "adjustments: grade_after" : "adjustments: grade_before", grade, false, standing, what);
	if ((after ? line->rated_after : line->rated_before) != standing->rated)
		wrong(replay->report, entry_place(entry, after ? "adjustments: rated_after" : "adjustments: rated_before"),
			  "entry %lu, step %ld: should say %s", (unsigned long) entry->number, line->step, standing->rated ? "true" : "false");
}

/* Takes over what a line says was the outcome, where it cannot be computed. */
static void
take_outcome(Replay *replay, const Line *line, Standing *standing)
{
	OperandValue score = value_operand(replay, line->score_after);
	OperandValue grade = value_operand(replay, line->grade_after);

	if (line->score_after->kind != VALUE_ABSENT)
	{
		standing->score = score.state == OPERAND_NUMBER ? score.number : NAN;
		standing->score_known = true;
	}
	if (line->grade_after->kind != VALUE_ABSENT)
	{
		standing->grade = grade.state == OPERAND_TEXT ? grade.text : (Text) {NULL, 0};
		standing->grade_known = true;
	}
	standing->rated = line->rated_after;
}

/* Fills what is not known of a standing from a line; counts it as taken over, as one is whose condition cannot be told. */
static void
complete_outcome(Replay *replay, const Line *line, bool condition_known, Standing *standing)
{
	Standing	said = *standing;
	bool		whole = standing->score_known && standing->grade_known;

	if (!whole || !condition_known)
		replay->report->steps_taken++;
	if (whole)
		return;
	said.score_known = said.grade_known = false;
	take_outcome(replay, line, &said);
	if (!standing->score_known)
	{
		standing->score = said.score;
		standing->score_known = said.score_known;
	}
	if (!standing->grade_known)
	{
		standing->grade = said.grade;
		standing->grade_known = said.grade_known;
	}
}

/* Compares what a line calls its step and why. */
static void
check_words(Replay *replay, const EntryItem *entry, const Line *line, Text name, Text reason_en, Text reason_zh)
{
	struct
	{
		const ItemValue *said;
		Text		expected;
		const char *column;
	}			words[] = {{line->rule, name, "adjustments: rule"}, {line->reason_en, reason_en, "adjustments: reason_en"},
	{line->reason_zh, reason_zh, "adjustments: reason_zh"}};

	for (int i = 0; i < 3; i++)
	{
		RecordField said;
		RecordField expected = {words[i].expected.bytes, words[i].expected.length};

		/* reasons are left out where the policy does not show them */
		if (words[i].said->kind == VALUE_ABSENT && i > 0)
			continue;
		said = value_text(words[i].said, &replay->room);
		if (said.text == NULL || said.length != expected.length || memcmp(said.text, expected.text, said.length) != 0)
			differs(replay->report, entry_place(entry, words[i].column), &said, &expected, "entry %lu, step %ld", (unsigned long) entry->number, line->step);
	}
}

/* The grade by the first case that holds; false where that cannot be told. */
static bool
grade_by_cases(const Scheme *scheme, Sight *sight, Text *grade)
{
	*grade = (Text) {NULL, 0};
	for (int i = 0; i < scheme->cases_count; i++)
	{
		Truth		truth = scheme->cases[i].always ? TRUTH_YES : scheme_condition_holds(&scheme->cases[i].when, sight_operand, sight);

		if (truth == TRUTH_UNKNOWN)
			return false;
		if (truth == TRUTH_YES)
		{
			*grade = scheme->cases[i].grade;
			return true;
		}
	}
	return true;
}

/* Walks through the lines of an entry, from what the card says to what is published. Returns false where they cannot be read. */
bool
replay_lines(Replay *replay, const EntryItem *entry, Sight *sight, Standing *standing)
{
	const Scheme *scheme = replay->scheme;
	const char *place = NULL;
	ItemValue	element;
	Line		line;
	bool		there;
	Text		none = {NULL, 0};

#define NEXT_LINE() \
	do { \
		place = element_next(entry->adjustments, place, &element); \
		there = place != NULL; \
		if (there && !read_line(replay, entry, &element, &line)) \
			return false; \
	} while (0)

	NEXT_LINE();
	while (there && value_is(line.kind, "appeal"))
		NEXT_LINE();
	sight->standing = standing;
	if (scheme->method != GRADING_BANDS && replay->steps_before > 0)
	{
		Standing	outcome = *standing;

		if (!there || line.step != 0 || !value_is(line.kind, "grading"))
		{
			wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: the step that grades is not there", (unsigned long) entry->number);
			return false;
		}
		check_side(replay, entry, &line, false, standing);
		check_words(replay, entry, &line, scheme->method_name, none, none);
		outcome.grade_known = scheme->method == GRADING_CASES && grade_by_cases(scheme, sight, &outcome.grade);
		complete_outcome(replay, &line, true, &outcome);
		check_side(replay, entry, &line, true, &outcome);
		*standing = outcome;
		replay->report->steps++;
		NEXT_LINE();
	}
	replay->graded = *standing;
	for (int n = 1; n <= scheme->adjust_count && n < replay->steps_before; n++)
	{
		const SchemeStep *step = &scheme->adjust[n - 1];
		Truth		truth = scheme_condition_holds(&step->when, sight_operand, sight);
		bool		taken = there && line.step == n && value_is(line.kind, "adjust");
		Standing	outcome;

		if (truth == TRUTH_YES && !taken)
			wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: its condition holds, and step %d \"%.*s\" is not there",
				  (unsigned long) entry->number, n, (int) step->name.length, step->name.bytes);
		if (truth == TRUTH_NO && taken)
			wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: its condition does not hold, and step %d \"%.*s\" is there",
				  (unsigned long) entry->number, n, (int) step->name.length, step->name.bytes);
		if (!taken)
			continue;
		outcome = *standing;
		check_side(replay, entry, &line, false, standing);
		check_words(replay, entry, &line, step->name, step->reason_en, step->reason_zh);
		apply_step(replay, entry, step, &outcome);
		complete_outcome(replay, &line, truth != TRUTH_UNKNOWN, &outcome);
		check_side(replay, entry, &line, true, &outcome);
		*standing = outcome;
		replay->report->steps++;
		NEXT_LINE();
	}
	/* of linkages only what they do is known, not the others that they look at */
	for (long last = 0; there && value_is(line.kind, "linkage") && line.step < replay->steps_before;)
	{
		long		number = line.step / 1000;
		long		round = line.step % 1000;
		const SchemeStep *step;
		Standing	outcome = *standing;

		if (number < 1 || number > scheme->linkage_count || round < 1 || round > scheme->linkage[number - 1].rounds || number <= last)
		{
			wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: the scheme has no linkage of step %ld here", (unsigned long) entry->number, line.step);
			return false;
		}
		step = &scheme->linkage[number - 1];
		check_side(replay, entry, &line, false, standing);
		check_words(replay, entry, &line, step->name, step->reason_en, step->reason_zh);
		apply_step(replay, entry, step, &outcome);
		complete_outcome(replay, &line, true, &outcome);
		check_side(replay, entry, &line, true, &outcome);
		*standing = outcome;
		replay->report->steps++;
		last = number;
		NEXT_LINE();
	}
	while (there && value_is(line.kind, "override") && line.step >= STEP_BY_HAND && line.step < replay->steps_before)
	{
		check_side(replay, entry, &line, false, standing);
		if (line.score_after->kind == VALUE_ABSENT)
			standing->score_known = false;
		if (line.grade_after->kind == VALUE_ABSENT)
			standing->grade_known = false;
		take_outcome(replay, &line, standing);
		replay->report->steps++;
		NEXT_LINE();
	}
	if (there)
		wrong(replay->report, entry_place(entry, "adjustments"), "entry %lu: step %ld does not belong there", (unsigned long) entry->number, line.step);
	return true;
#undef NEXT_LINE
}
