/*
 * test/core/test_card.c
 *
 * Cards from events fed by hand: the image, its canonical text, which rebuilds
 * it, its fingerprints, and what rows come to. That every key works and every
 * error is named is tested in SQL.
 */
#include <math.h>

#include "scoring/limits.h"
#include "test/core/events.h"

/* A hospital's card: two groups, bands, a curve, categories, a bonus, conditions, vetoes. */
static void
feed_hospital(const char *title)
{
	begin_object();
	put_string("name", "hospital");
	put_string("title", title);
	put_token("decimals", "2");
	open_value("groups", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("name", "safety");
	put_token("weight", "2");
	close_value();
	open_value(NULL, NODE_OBJECT);
	put_string("name", "service");
	put_string("aggregate", "sum");
	put_token("base", "50");
	put_token("ceiling", "100");
	close_value();
	close_value();
	open_value("indicators", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("name", "falls");
	put_string("group", "safety");
	put_string("bands", "100 <= 1, 50 <= 2, 0");
	close_value();
	open_value(NULL, NODE_OBJECT);
	put_string("name", "wait");
	put_string("input", "minutes");
	put_string("group", "service");
	put_string("curve", "0:50, 100:0");
	put_string("when", "beds > 0");
	put_string("missing", "unrated");
	close_value();
	open_value(NULL, NODE_OBJECT);
	put_string("name", "audit");
	put_string("group", "safety");
	open_value("categories", NODE_OBJECT);
	put_token("passed", "80");
	put_token("failed", "0");
	close_value();
	close_value();
	open_value(NULL, NODE_OBJECT);
	put_string("name", "extra");
	put_boolean("bonus", true);
	put_token("weight", "3");
	close_value();
	close_value();
	put_string("grades", "A >= 90, B >= 60, C");
	put_string("unrated", "-");
	open_value("vetoes", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("when", "audit = 'failed' and score > 10");
	put_token("demote", "1");
	close_value();
	close_value();
}

/* The appraisal of a row, which must not be refused. */
static Appraisal
appraised(Workspace *workspace, const double *x)
{
	Appraisal	appraisal;
	Problem		problem;

	if (!card_appraise(workspace, x, &appraisal, &problem))
	{
		ok(false, "a row is appraised: %s", problem.message);
		memset(&appraisal, 0, sizeof(appraisal));
	}
	return appraisal;
}

static void
test_image(void)
{
	Scorecard  *card;
	const CardIndicator *indicator;
	const CardGroup *group;

	feed_hospital("T");
	card = build_card();
	if (!ok(card != NULL, "the card is built"))
		return;
	is_text(card_json(card),
			"{\"name\": \"hospital\", \"title\": \"T\", \"decimals\": 2, \"groups\": [{\"name\": \"safety\", \"weight\": 2}, "
			"{\"name\": \"service\", \"aggregate\": \"sum\", \"base\": 50, \"ceiling\": 100}], "
			"\"indicators\": [{\"name\": \"falls\", \"group\": \"safety\", \"bands\": \"100 <= 1, 50 <= 2, 0\"}, "
			"{\"name\": \"wait\", \"input\": \"minutes\", \"when\": \"beds > 0\", \"group\": \"service\", \"curve\": \"0:50, 100:0\", \"missing\": \"unrated\"}, "
			"{\"name\": \"audit\", \"group\": \"safety\", \"categories\": {\"passed\": 80, \"failed\": 0}}, "
			"{\"name\": \"extra\", \"weight\": 3, \"bonus\": true}], "
			"\"grades\": \"A >= 90, B >= 60, C\", \"unrated\": \"-\", "
			"\"vetoes\": [{\"when\": \"audit = 'failed' and score > 10\", \"demote\": 1}]}",
			"its canonical text");
	ok(card->version == SCORECARD_VERSION && card->decimals == 2 && card->indicators == 4 && card->groups == 3 && card->vetoes == 1 && card->norms_items == 0 && card->steps_at == 0, "its header");
	ok(card->inputs == 5 && card_inputs(card)[2].texts == 2 && card_inputs(card)[0].texts == 0, "its inputs");
	is_text(card_text(card, card_inputs(card)[1].name).bytes, "minutes", "by name");
	is_text(card_text(card, card_inputs(card)[4].name).bytes, "beds", "those of conditions last");
	is_text(card_text(card, card_input_texts(card, &card_inputs(card)[2])[1]).bytes, "failed", "texts by code");
	indicator = card_indicators(card);
	group = card_groups(card);
	ok(indicator[0].group == 1 && indicator[1].group == 2 && indicator[3].group == 0 && indicator[3].bonus && indicator[0].direction == DIRECTION_LOWER && indicator[1].direction == DIRECTION_LOWER && indicator[2].direction == DIRECTION_NONE && indicator[3].direction == DIRECTION_HIGHER, "its indicators");
	is_bits(indicator[0].step, 0.01, "a step is the last decimal unless it is given");
	is_bits(indicator[0].share, 2.0 / 3 * 0.5, "a share is that of the group, of which it is half");
	is_bits(indicator[1].share, 1.0 / 3, "within a sum it is the weight");
	is_bits(card->total_share, 2.0 / 3 * 0.5 + 1.0 / 3 + 2.0 / 3 * 0.5, "all shares");
	ok(group[0].children == 3 && group[1].children == 2 && group[2].children == 1 && isinf(group[1].ceiling) && group[2].ceiling == 100 && isinf(group[2].floor) && group[2].base == 50 && group[0].has_bonus && !group[1].has_bonus, "its groups, the card itself first");
	ok(card_order(card)[2] == 0, "the card is evaluated last");
}

static void
test_rows(void)
{
	Scorecard  *card;
	Workspace  *workspace;
	Appraisal	appraisal;
	/* falls, minutes, audit, extra, beds */
	double		x[] = {1.5, 40, 1, 2, 10};

	feed_hospital("T");
	card = build_card();
	workspace = workspace_create(card, &tap_arena);

	/* safety (50 + 80) / 2 = 65, service 50 + 30 = 80; (2 x 65 + 80 + 3 x 2) / 3 = 72 */
	appraisal = appraised(workspace, x);
	is_bits(appraisal.score, 72, "the score");
	ok(appraisal.rated && appraisal.grade.notch == 2 && text_equal(appraisal.grade.label, text_of("B")), "the grade");
	is_bits(workspace->value[1], 65, "one group");
	is_bits(workspace->value[2], 80, "the other");
	is_bits(appraisal.coverage, 1, "all is there");
	is_bits(score_of(card, x), 72, "the same score without an appraisal");

	/* failed: safety 25; (50 + 80 + 6) / 3 = 45.33, C, demoted to no less than C */
	x[2] = 2;
	appraisal = appraised(workspace, x);
	is_bits(appraisal.score, 45.33, "rounded");
	ok(workspace->hit[0] && appraisal.grade.notch == 3 && appraisal.grade_before.notch == 3, "demoted where there is nothing below");

	/* no beds: the wait does not apply, service is missing, nothing is rated; 25 + 6 / 2 */
	x[4] = 0;
	appraisal = appraised(workspace, x);
	is_bits(appraisal.score, (2 * 25 + 6) / 2.0, "without a group");
	ok(!appraisal.rated && appraisal.unrated_reason[UNRATED_INDICATOR_MISSING] && indicator_sorely_missing(workspace, 1) && !indicator_sorely_missing(workspace, 0) && workspace->outcome[1] == OUTCOME_NOT_APPLICABLE && isnan(workspace->value[2]) && text_equal(appraisal.grade.label, text_of("-")), "not rated");

	/* one workspace serves row after row: nothing is left of the one before */
	x[2] = 1;
	x[4] = 10;
	is_bits(appraised(workspace, x).score, 72, "the first row again");
	ok(!workspace->hit[0], "without the veto");

	/* refused, and then the next */
	x[2] = 3;
	ok(!card_appraise(workspace, x, &appraisal, &events_problem) && events_problem.kind == PROBLEM_VALUE, "a code that is none");
	is_text(events_problem.message, "input \"audit\": code 3 is not a whole number from 0 to 2", "is named");
	x[2] = 0;
	ok(!card_appraise(workspace, x, &appraisal, &events_problem) && events_problem.kind == PROBLEM_VALUE, "a text that is no category");
	is_text(events_problem.hint, "Its categories are \"passed\", \"failed\".", "those that are");
	x[2] = NAN;
	x[0] = -INFINITY;
	ok(!card_appraise(workspace, x, &appraisal, &events_problem) && events_problem.kind == PROBLEM_RANGE, "an infinite value");
	x[0] = NAN;
	x[1] = NAN;
	x[3] = NAN;
	appraisal = appraised(workspace, x);
	ok(isnan(appraisal.score) && !appraisal.rated && appraisal.unrated_reason[UNRATED_NOTHING_PRESENT] && appraisal.coverage == 0, "nothing at all");
}

/* What two cards have in common where they differ in what norms do not depend on. */
static void
test_fingerprints(void)
{
	static const char *const shapes[] = {"0:0, 1:1", "0:0, 1:2"};
	Scorecard  *cards[8];

	for (int i = 0; i < 8; i++)
	{
		begin_object();
		put_string("name", i == 1 ? "d" : "c");
		open_value("groups", NODE_ARRAY);
		open_value(NULL, NODE_OBJECT);
		put_string("name", "g");
		put_string("standardise", i == 2 ? "minmax" : "zscore");
		if (i == 3)
			put_string("title", "T");
		close_value();
		close_value();
		open_value("indicators", NODE_ARRAY);
		open_value(NULL, NODE_OBJECT);
		put_string("name", "a");
		put_string("group", "g");
		put_string("standardise", i == 4 ? "minmax" : "zscore");
		put_string("curve", shapes[i == 5]);
		if (i == 6)
			put_string("unit", "%");
		if (i == 7)
			put_string("when", "b > 0");
		close_value();
		close_value();
		cards[i] = build_card();
		if (!ok(cards[i] != NULL, "a card that standardises is built"))
			return;
	}
	for (int i = 1; i < 8; i++)
	{
		bool		indicators = i == 4 || i == 7;
		bool		groups = i == 2 || i == 4 || i == 5 || i == 7;

		ok((cards[i]->indicator_fingerprint != cards[0]->indicator_fingerprint) == indicators &&
		   (cards[i]->group_fingerprint != cards[0]->group_fingerprint) == groups, "fingerprints of card %d", i);
	}
	ok(cards[0]->norms_items == 2 && cards[0]->indicator_norms_items == 1 && cards[0]->has_group_norms &&
	   card_indicators(cards[0])[0].norms_item == 0 && card_groups(cards[0])[1].norms_item == 1, "what is standardised has its place");
}

/* The widest card there is, and what does not fit. */
static void
test_limits(void)
{
	char		name[32];

	for (int indicators = LIMIT_INDICATORS; indicators <= LIMIT_INDICATORS + 1; indicators++)
	{
		Scorecard  *card;

		begin_object();
		put_string("name", "wide");
		put_string("aggregate", "sum");
		open_value("indicators", NODE_ARRAY);
		for (int i = 0; i < indicators; i++)
		{
			open_value(NULL, NODE_OBJECT);
			snprintf(name, sizeof(name), "i%d", i);
			put_string("name", name);
			close_value();
		}
		close_value();
		card = build_card();
		if (indicators == LIMIT_INDICATORS && ok(card != NULL, "as many indicators as there may be"))
		{
			double		x[LIMIT_INDICATORS];

			for (int i = 0; i < LIMIT_INDICATORS; i++)
				x[i] = i;
			is_bits(score_of(card, x), 499500, "all of which count");
		}
		if (indicators > LIMIT_INDICATORS)
		{
			ok(card == NULL && events_problem.kind == PROBLEM_LIMIT, "one more is too many");
			is_text(events_problem.message, "indicators: has 1001 elements, more than 1000", "and said so");
		}
	}
}

/* The same events give the same bytes, and other bytes where they differ. */
static void
test_same(void)
{
	Scorecard  *one;
	Scorecard  *other;

	feed_hospital("T");
	one = build_card();
	feed_hospital("T");
	other = build_card();
	ok(one->size == other->size && memcmp(&one->size, &other->size, one->size - sizeof(one->length_word)) == 0, "the same events, the same bytes");
	feed_hospital("U");
	other = build_card();
	ok(one->size == other->size && memcmp(&one->size, &other->size, one->size - sizeof(one->length_word)) != 0, "another title, other bytes");

	begin_object();
	ok(build_card() == NULL, "nothing is no card");
	is_text(events_problem.message, "key \"name\" is missing", "and said so");
	begin_object();
	put_string("name", "n");
	open_value("indicators", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("name", "a");
	put_token("weight", "-0.10");
	close_value();
	close_value();
	ok(build_card() == NULL, "a weight below zero");
	is_text(events_problem.message, "indicators[0].weight: must be greater than zero, not -0.10", "is shown as it was written");
}

int
main(void)
{
	test_image();
	test_rows();
	test_fingerprints();
	test_limits();
	test_same();
	return done_testing();
}
