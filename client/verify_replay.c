/*
 * client/verify_replay.c
 *
 * Computing entries again; see verify_replay.h. What the steps do is settled in
 * 57-score.sql of the registry; this is the same once more, on purpose.
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/json_text.h"
#include "client/output.h"
#include "client/verify_replay.h"
#include "scoring/round.h"

#define ITEMS_FILE "items.csv"

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

/* What conditions look at. */
typedef struct Sight
{
	Replay	   *replay;
	const EntryItem *entry;
	const Workspace *workspace;
	double		coverage;
	const Standing *standing;
} Sight;

void
replay_begin(Replay *replay, Report *report, const Scheme *scheme, const char *no_scheme, int steps_before)
{
	memset(replay, 0, sizeof(*replay));
	replay->report = report;
	replay->scheme = scheme;
	replay->no_scheme = no_scheme;
	replay->steps_before = steps_before;
	if (scheme != NULL)
	{
		replay->x = allocate(sizeof(double) * (scheme->card->inputs + 1));
		replay->input_places = allocate(sizeof(int) * (scheme->card->inputs + 1));
		memset(replay->input_places, 0, sizeof(int) * scheme->card->inputs);
	}
}

void
replay_end(Replay *replay)
{
	free(replay->x);
	free(replay->input_places);
	free(replay->room.bytes);
	free(replay->line.members);
}

static Place
place_of(const EntryItem *entry, const char *column)
{
	return (Place) {ITEMS_FILE, entry->line, column};
}

/* Is it the key of an input of that name? */
static bool
is_input_key(const Member *member, Text name)
{
	return member->key_length == name.length + 6 && memcmp(member->key, "input.", 6) == 0 && memcmp(member->key + 6, name.bytes, name.length) == 0;
}

/* The value of an input; NULL where the entry does not show it. Names with escapes are none that a scheme can have. */
static const ItemValue *
input_value(const EntryItem *entry, Text name, int *place)
{
	const Members *values = entry->values;

	if (*place >= values->count || !is_input_key(&values->members[*place], name))
	{
		*place = 0;
		while (*place < values->count && !is_input_key(&values->members[*place], name))
			(*place)++;
		if (*place == values->count)
		{
			*place = 0;
			return NULL;
		}
	}
	for (int i = 0; i < entry->withheld->count; i++)
	{
		const Member *member = &entry->withheld->members[i];

		if (member->key_length == name.length && memcmp(member->key, name.bytes, name.length) == 0)
			return NULL;
	}
	return &values->members[*place].value;
}

/* A column of the entry that is shown to be as it is; NULL where it is not. */
static const ItemValue *
shown_column(const EntryItem *entry, const char *name)
{
	const ItemValue *value = member_find(entry->values, name);

	return value->kind == VALUE_ABSENT || member_find(entry->withheld, name)->kind != VALUE_ABSENT ? NULL : value;
}

/* Reads the inputs of the card; false where one is not shown. */
static bool
read_inputs(Replay *replay, const EntryItem *entry)
{
	const Scorecard *card = replay->scheme->card;

	for (uint32_t i = 0; i < card->inputs; i++)
	{
		const CardInput *input = &card_inputs(card)[i];
		Text		name = card_text(card, input->name);
		const ItemValue *value = input_value(entry, name, &replay->input_places[i]);
		RecordField text;

		if (value == NULL)
		{
			not_recomputable(replay->report, entry->number, "the input \"%.*s\" is not shown", (int) name.length, name.bytes);
			return false;
		}
		replay->x[i] = NAN;
		if (value->kind == VALUE_NULL)
			continue;
		if (input->texts == 0)
		{
			if (value->kind == VALUE_NUMBER && json_number(value->text, value->length, &replay->x[i]))
				continue;
			wrong(replay->report, place_of(entry, "values"), "entry %lu: the input \"%.*s\" is no number", (unsigned long) entry->number, (int) name.length, name.bytes);
			return false;
		}
		if (value->kind != VALUE_STRING)
		{
			wrong(replay->report, place_of(entry, "values"), "entry %lu: the input \"%.*s\" is no text", (unsigned long) entry->number, (int) name.length, name.bytes);
			return false;
		}
		text = value_text(value, &replay->room);
		replay->x[i] = 0;		/* a text that the card does not know */
		for (uint32_t k = 0; k < input->texts; k++)
		{
			Text		known = card_text(card, card_input_texts(card, input)[k]);

			if (known.length == text.length && memcmp(known.bytes, text.text, text.length) == 0)
				replay->x[i] = k + 1;
		}
	}
	return true;
}

/* A number that may be none. */
static OperandValue
number_operand(double number)
{
	OperandValue operand = {isnan(number) ? OPERAND_MISSING : OPERAND_NUMBER, number, {NULL, 0}};

	return operand;
}

static OperandValue
text_operand(Text text)
{
	OperandValue operand = {text.bytes == NULL ? OPERAND_MISSING : OPERAND_TEXT, 0, text};

	return operand;
}

/* A value of the item as an operand; its text lives in the arena. */
static OperandValue
value_operand(Replay *replay, const ItemValue *value)
{
	OperandValue unknown = {OPERAND_UNKNOWN, 0, {NULL, 0}};
	OperandValue missing = {OPERAND_MISSING, 0, {NULL, 0}};
	double		number;
	Text		text;

	if (value == NULL)
		return unknown;
	switch (value->kind)
	{
		case VALUE_NULL:
			return missing;
		case VALUE_NUMBER:
			return json_number(value->text, value->length, &number) ? number_operand(number) : unknown;
		case VALUE_STRING:
			text.bytes = value->text;
			text.length = (uint32_t) value->length;
			if (value->escaped)
			{
				char	   *copy = arena_allocate(replay->scheme->arena, value->length + 1);

				text.bytes = copy;
				text.length = (uint32_t) json_unescape(value->text, value->length, copy);
			}
			return text_operand(text);
		default:
			return unknown;
	}
}

OperandValue
replay_operand(Replay *replay, const EntryItem *entry, Text name)
{
	int			place = 0;

	return value_operand(replay, input_value(entry, name, &place));
}

/* What a name in a condition stands for. */
static OperandValue
look_at(void *context, Text name)
{
	static const OperandValue unknown = {OPERAND_UNKNOWN, 0, {NULL, 0}};
	const Sight *sight = context;
	const Scheme *scheme = sight->replay->scheme;
	const Standing *standing = sight->standing;

	if (text_equal(name, text_of("score")))
		return standing->score_known ? number_operand(standing->score) : unknown;
	if (text_equal(name, text_of("grade")))
		return standing->grade_known ? text_operand(standing->grade) : unknown;
	if (text_equal(name, text_of("notch")))
	{
		int			notch = scheme_notch(scheme, standing->grade);

		return standing->grade_known ? number_operand(notch > 0 ? notch : NAN) : unknown;
	}
	if (text_equal(name, text_of("rated")))
		return number_operand(standing->rated);
	if (text_equal(name, text_of("coverage")))
		return number_operand(sight->coverage);
	if (text_equal(name, text_of("rank")))
		return value_operand(sight->replay, shown_column(sight->entry, "rank"));
	if (text_equal(name, text_of("peer_rank")))
		return value_operand(sight->replay, shown_column(sight->entry, "peer_rank"));
	/* what only the whole population tells */
	if (text_equal(name, text_of("rank_of")) || text_equal(name, text_of("peer_of"))
		|| text_equal(name, text_of("rank_from_last")) || text_equal(name, text_of("peer_rank_from_last")))
		return unknown;
	if (name.length > 7 && memcmp(name.bytes, "points.", 7) == 0)
	{
		Text		own = {name.bytes + 7, name.length - 7};

		for (uint32_t i = 0; i < scheme->card->indicators; i++)
		{
			if (text_equal(card_text(scheme->card, card_indicators(scheme->card)[i].name), own))
				return number_operand(sight->workspace->points[i]);
		}
		return unknown;
	}
	if (name.length > 6 && memcmp(name.bytes, "group.", 6) == 0)
	{
		Text		own = {name.bytes + 6, name.length - 6};

		for (uint32_t i = 1; i < scheme->card->groups; i++)
		{
			if (text_equal(card_text(scheme->card, card_groups(scheme->card)[i].name), own))
				return number_operand(sight->workspace->value[i]);
		}
		return unknown;
	}
	return replay_operand(sight->replay, sight->entry, name);
}

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
	value = value_operand(replay, input_value(entry, label->label, &place));
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
static bool
same_score(double score, const ItemValue *value)
{
	double		said;

	if (value->kind == VALUE_NULL)
		return isnan(score) || fabs(score) >= LIMIT_SHOWN_SCORE;
	return value->kind == VALUE_NUMBER && json_number(value->text, value->length, &said) && said == score;
}

static bool
same_grade(Replay *replay, Text grade, const ItemValue *value)
{
	RecordField said = value_text(value, &replay->room);

	if (value->kind == VALUE_NULL || grade.bytes == NULL)
		return value->kind == VALUE_NULL && grade.bytes == NULL;
	return value->kind == VALUE_STRING && said.length == grade.length && memcmp(said.text, grade.bytes, grade.length) == 0;
}

/* Reports that a value of the item is not what it should be. */
static void
value_differs(Replay *replay, const EntryItem *entry, const char *column, const ItemValue *said, bool is_score, const Standing *standing, const char *what)
{
	char		digits[NUMBER_TEXT_SIZE];
	RecordField found = value_text(said, &replay->room);
	RecordField expected = {NULL, 0};

	if (is_score && !isnan(standing->score))
		expected = field_of(number_text(standing->score, digits));
	else if (!is_score && standing->grade.bytes != NULL)
		expected = (RecordField) {standing->grade.bytes, standing->grade.length};
	differs(replay->report, place_of(entry, column), &found, &expected, "entry %lu%s", (unsigned long) entry->number, what);
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
		wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: an adjustment is no object in canonical form", (unsigned long) entry->number);
		return false;
	}
	step = member_find(&replay->line, "step");
	if (step->kind != VALUE_NUMBER || !json_number(step->text, step->length, &number) || number < 0 || number > INT_MAX || number != floor(number))
	{
		wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: an adjustment has no step", (unsigned long) entry->number);
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
		wrong(replay->report, place_of(entry, after ? "adjustments: rated_after" : "adjustments: rated_before"),
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

/* Fills what is not known of a standing from a line, and counts it as taken over. */
static void
complete_outcome(Replay *replay, const Line *line, Standing *standing)
{
	Standing	said = *standing;
	bool		taken = !standing->score_known || !standing->grade_known;

	if (!taken)
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
	replay->report->steps_taken++;
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
			differs(replay->report, place_of(entry, words[i].column), &said, &expected, "entry %lu, step %ld", (unsigned long) entry->number, line->step);
	}
}

/* The grade by the first case that holds; false where that cannot be told. */
static bool
grade_by_cases(const Scheme *scheme, Sight *sight, Text *grade)
{
	*grade = (Text) {NULL, 0};
	for (int i = 0; i < scheme->cases_count; i++)
	{
		Truth		truth = scheme->cases[i].always ? TRUTH_YES : scheme_condition_holds(&scheme->cases[i].when, look_at, sight);

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
static bool
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
			wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: the step that grades is not there", (unsigned long) entry->number);
			return false;
		}
		check_side(replay, entry, &line, false, standing);
		check_words(replay, entry, &line, scheme->method_name, none, none);
		outcome.grade_known = scheme->method == GRADING_CASES && grade_by_cases(scheme, sight, &outcome.grade);
		complete_outcome(replay, &line, &outcome);
		check_side(replay, entry, &line, true, &outcome);
		*standing = outcome;
		replay->report->steps++;
		NEXT_LINE();
	}
	replay->graded = *standing;
	for (int n = 1; n <= scheme->adjust_count && n < replay->steps_before; n++)
	{
		const SchemeStep *step = &scheme->adjust[n - 1];
		Truth		truth = scheme_condition_holds(&step->when, look_at, sight);
		bool		taken = there && line.step == n && value_is(line.kind, "adjust");
		Standing	outcome;

		if (truth == TRUTH_YES && !taken)
			wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: its condition holds, and step %d \"%.*s\" is not there",
				  (unsigned long) entry->number, n, (int) step->name.length, step->name.bytes);
		if (truth == TRUTH_NO && taken)
			wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: its condition does not hold, and step %d \"%.*s\" is there",
				  (unsigned long) entry->number, n, (int) step->name.length, step->name.bytes);
		if (!taken)
			continue;
		outcome = *standing;
		check_side(replay, entry, &line, false, standing);
		check_words(replay, entry, &line, step->name, step->reason_en, step->reason_zh);
		apply_step(replay, entry, step, &outcome);
		complete_outcome(replay, &line, &outcome);
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
			wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: the scheme has no linkage of step %ld here", (unsigned long) entry->number, line.step);
			return false;
		}
		step = &scheme->linkage[number - 1];
		check_side(replay, entry, &line, false, standing);
		check_words(replay, entry, &line, step->name, step->reason_en, step->reason_zh);
		apply_step(replay, entry, step, &outcome);
		complete_outcome(replay, &line, &outcome);
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
		wrong(replay->report, place_of(entry, "adjustments"), "entry %lu: step %ld does not belong there", (unsigned long) entry->number, line.step);
	return true;
#undef NEXT_LINE
}

void
replay_entry(Replay *replay, const EntryItem *entry)
{
	const ItemValue *score = shown_column(entry, "score");
	const ItemValue *grade = shown_column(entry, "grade");
	const ItemValue *peer = shown_column(entry, "peer");
	Report	   *report = replay->report;
	bool		recomputed = false;
	Appraisal	appraisal;
	Standing	standing;
	Workspace  *workspace = NULL;
	Problem		problem;

	replay->has_card = false;
	report->entries++;
	if (replay->scheme == NULL)
		not_recomputable(report, entry->number, "%s", replay->no_scheme);
	else if (replay->scheme->within_peers && peer == NULL)
		not_recomputable(report, entry->number, "it is standardised within peer groups, and these are not shown");
	else if ((workspace = scheme_workspace(replay->scheme, peer != NULL ? value_text(peer, &replay->room) : field_of(NULL))) == NULL)
		not_recomputable(report, entry->number, "it is standardised by norms that are not published");
	else if (read_inputs(replay, entry))
	{
		if (!card_appraise(workspace, replay->x, &appraisal, &problem))
			wrong(report, place_of(entry, "values"), "entry %lu: the scorecard cannot score it: %s", (unsigned long) entry->number, problem.message);
		else
		{
			Sight		sight = {replay, entry, workspace, appraisal.coverage, &standing};

			standing = (Standing) {appraisal.score, appraisal.grade.label, appraisal.rated, true, true};
			replay->by_card = standing;
			replay->has_card = true;
			if (!replay_lines(replay, entry, &sight, &standing))
				;				/* reported */
			else if (replay->steps_before != ALL_STEPS)
				not_recomputable(report, entry->number, replay->steps_before == 0 ? "the steps after the scorecard are not shown"
								 : "the steps after the scorecard are not shown from step %d on", replay->steps_before);
			else
				recomputed = true;
		}
	}
	if (score != NULL)
	{
		if (!recomputed || !standing.score_known)
			report->scores_unchecked++;
		else if (same_score(standing.score, score))
			report->scores++;
		else
			value_differs(replay, entry, "score", score, true, &standing, "");
	}
	if (grade != NULL)
	{
		if (!recomputed || !standing.grade_known)
			report->grades_unchecked++;
		else if (same_grade(replay, standing.grade, grade))
			report->grades++;
		else
			value_differs(replay, entry, "grade", grade, false, &standing, "");
	}
	if (recomputed && !standing.rated)
		wrong(report, place_of(entry, "values"), "entry %lu: it is not rated", (unsigned long) entry->number);
}
