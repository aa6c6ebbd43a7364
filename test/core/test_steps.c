/*
 * test/core/test_steps.c
 *
 * The fast path against the general one, bit for bit: random ladders of bands,
 * with values at their cuts, next to them, far away and missing; and the cuts
 * whose neighbours are special.
 */
#include <float.h>
#include <math.h>

#include "scoring/increments.h"
#include "scoring/round.h"
#include "test/core/events.h"
#include "test/core/random.h"

/* What becomes of a value of the fast path, as functions/score.c does it. */
static double
finished(const Scorecard *card, const Steps *steps, double value)
{
	const CardGroup *whole = card_groups(card);

	if (isnan(value))
		return NAN;
	if (value < whole->floor)
		value = whole->floor;
	if (value > whole->ceiling)
		value = whole->ceiling;
	return steps != NULL && steps->rounded ? value : round_decimals(value, card->decimals);
}

/* Whether two scores are the same bits, or both none. */
static bool
same_score(double one, double other)
{
	if (isnan(one) || isnan(other))
		return isnan(one) && isnan(other);
	return memcmp(&one, &other, sizeof(double)) == 0;
}

/* Whether two vectors are the same bits. */
static bool
same_vector(const double *one, const double *other, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!same_score(one[i], other[i]))
			return false;
	return true;
}

/*
 * Appraises a row with and without the steps, and returns whether the two differ
 * in anything that an appraisal or an explanation reads. workspace->points must
 * be those of the general way.
 */
static int
check_appraisal(const Workspace *workspace, Workspace *by_steps, const double *x)
{
	const Scorecard *card = workspace->card;
	Workspace	general = *workspace;
	Appraisal	expected;
	Appraisal	appraisal;
	Problem		problem;

	general.place_points = NULL;
	if (!card_appraise(&general, x, &expected, &problem) ||
		!card_appraise(by_steps, x, &appraisal, &problem))
		return 1;
	return !same_score(appraisal.score, expected.score) ||
		!same_score(appraisal.score_before, expected.score_before) ||
		appraisal.rated != expected.rated || appraisal.coverage != expected.coverage ||
		appraisal.grade.notch != expected.grade.notch ||
		appraisal.groups_present != expected.groups_present ||
		memcmp(appraisal.unrated_reason, expected.unrated_reason,
			   sizeof(expected.unrated_reason)) != 0 ||
		memcmp(by_steps->outcome, general.outcome, card->indicators) != 0 ||
		!same_vector(by_steps->points, general.points, card->indicators) ||
		!same_vector(by_steps->standardised, general.standardised, card->indicators) ||
		!same_score(by_steps->raw_value[0], general.raw_value[0]) ||
		!same_score(by_steps->unclamped[0], general.unclamped[0]) ||
		!same_score(by_steps->value[0], general.value[0]);
}

/*
 * Scores a row by every path that there is, and returns how many differ from the
 * general one. A value is given as missing or, now and then, as NaN.
 */
static int
check_row(Workspace *workspace, Workspace *by_steps, const Increments *increments,
		  const double *x, bool missing_as_nan)
{
	const Scorecard *card = workspace->card;
	const Steps *steps = card_at(card, card->steps_at);
	StepsValue	values[64];
	double		expected;
	bool		all_there = true;
	bool		huge = false;
	Problem		problem;
	int			wrong = 0;

	if (!card_score(workspace, x, &expected, &problem))
		return 1;
	for (uint32_t i = 0; i < card->inputs; i++)
	{
		all_there = all_there && !isnan(x[i]);
		huge = huge || fabs(x[i]) > DBL_MAX / 128;
		values[i].missing = isnan(x[i]) && !missing_as_nan;
		/* of no use where it is missing */
		values[i].value = values[i].missing ? random_pattern() : x[i];
	}
	wrong += !same_score(finished(card, NULL, steps_present_value(card, steps, x)), expected);
	if (steps->complete)
	{
		double		complete = steps_complete_value(card, steps, values);

		/* where the values' sum overflows, it may leave the row to the other paths */
		if (!isnan(complete) || (all_there && !huge))
			wrong += !all_there || !same_score(finished(card, steps, complete), expected);
	}
	if (increments != NULL)
	{
		double		complete = increments_value(increments, values);

		if (!isnan(complete) || (all_there && !huge))
			wrong += !all_there || !same_score(finished(card, steps, complete), expected);
	}
	if (increments != NULL && increments->points_increment != NULL)
	{
		double		points[65];
		double		complete;

		/* behind the last one nothing may be written */
		points[card->indicators] = 42;
		complete = increments_points_value(increments, values, points);
		if (!isnan(complete) || (all_there && !huge))
			wrong += !all_there || !same_score(finished(card, steps, complete), expected) ||
				memcmp(points, workspace->points, card->indicators * sizeof(double)) != 0;
		wrong += points[card->indicators] != 42;
	}
	wrong += check_appraisal(workspace, by_steps, x);
	return wrong;
}

/* Feeds random bands of points and remembers their cuts; returns the number of cuts. */
static int
feed_bands(double *cut, bool whole_points)
{
	static const int sizes[] = {0, 1, 2, 2, 3, 3, 4, 5, 8, 9, 16};
	int			cuts = sizes[random_below(sizeof(sizes) / sizeof(sizes[0]))];
	bool		lower = random_below(2) == 0;
	bool		otherwise = cuts == 0 || random_below(2) == 0;
	TextBuffer	text;
	double		at = random_double((int) (random_below(3) == 0 ? 7 : random_below(2)));

	buffer_init(&text, &tap_arena);
	for (int i = 0; i < cuts + otherwise; i++)
	{
		/* now and then whole, but too large for sums in any order to be exact */
		double		points = !whole_points ? random_double(random_below(2) == 0 ? 7 : 4) :
			random_below(300) == 0 ? 9007199254740991.0 : (double) random_below(41) - 20;

		if (i > 0)
			buffer_append_string(&text, ", ");
		buffer_append_number(&text, points);
		if (i == cuts)
			continue;
		buffer_append_string(&text, lower ? " <" : " >");
		if (random_below(2) == 0)
			buffer_append_character(&text, '=');
		else if (random_below(4) == 0)
		{
			/* a strict cut, and the same one that is not */
			buffer_append_character(&text, ' ');
			buffer_append_number(&text, at);
			if (i + 1 < cuts)
			{
				cut[i++] = at + 0.0;
				buffer_append_string(&text, ", 7");
				buffer_append_string(&text, lower ? " <=" : " >=");
			}
			else
			{
				cut[i] = at + 0.0;
				continue;
			}
		}
		buffer_append_character(&text, ' ');
		buffer_append_number(&text, at);
		cut[i] = at + 0.0;
		at += (lower ? 1 : -1) * (fabs(at) < 1e6 && random_below(3) == 0 ? 0.1 : ldexp(1 + random_unit(), ilogb(fabs(at) + 1) - (int) random_below(6)));
	}
	put_string("bands", text.bytes);
	return cuts;
}

/* Feeds a random card for the fast path; cut[i] are the cuts of indicator i. */
static Scorecard *
random_card(double cut[][16], int *cuts, uint32_t *indicators)
{
	bool		whole = random_below(3) == 0;
	bool		is_sum = random_below(2) == 0;
	bool		weightless = random_below(3) == 0;
	char		name[16];

	*indicators = 1 + (uint32_t) random_below(random_below(4) == 0 ? 40 : 7);
	begin_object();
	put_string("name", "c");
	if (is_sum)
	{
		put_string("aggregate", "sum");
		if (random_below(2) == 0)
			put_number("base", whole && random_below(4) > 0 ? (double) random_below(100) : random_double(1));
	}
	if (random_below(3) == 0)
		put_number("floor", whole && random_below(2) == 0 ? -3 : -0.25);
	if (random_below(3) == 0)
		put_number("ceiling", whole && random_below(2) == 0 ? 30 : 7.125);
	put_number("decimals", (double) random_below(10));
	open_value("indicators", NODE_ARRAY);
	for (uint32_t i = 0; i < *indicators; i++)
	{
		open_value(NULL, NODE_OBJECT);
		snprintf(name, sizeof(name), "i%u", (unsigned) i);
		put_string("name", name);
		/* some read the column of the one before */
		if (i > 0 && random_below(8) == 0)
		{
			snprintf(name, sizeof(name), "i%u", (unsigned) (i - 1));
			put_string("input", name);
		}
		if (!weightless && random_below(2) == 0)
			put_number("weight", whole ? 1 + (double) random_below(5) : ldexp(1 + random_unit(), (int) random_below(8) - 4));
		if (random_below(6) == 0)
			put_boolean("bonus", true);
		cuts[i] = feed_bands(cut[i], whole);
		if (random_below(6) == 0)
		{
			open_value("cap", NODE_ARRAY);
			put_number(NULL, whole ? -5 : -0.5);
			put_number(NULL, whole ? 5 : 12.375);
			close_value();
		}
		if (random_below(5) == 0)
			put_number("missing", whole ? 3 : 0.1);
		close_value();
	}
	close_value();
	return build_card();
}

/* A value of the kinds that tell paths apart. */
static double
random_value(const double *cut, int cuts)
{
	double		at = cuts > 0 ? cut[random_below((uint64_t) cuts)] : 0;

	switch (random_below(9))
	{
		case 0:
		case 1:
			return at;
		case 2:
			return nextafter(at, INFINITY);
		case 3:
			return nextafter(at, -INFINITY);
		case 4:
			return NAN;
		case 5:
			return random_below(2) == 0 ? -0.0 : 0.0;
		case 6:
			return random_below(2) == 0 ? DBL_MAX : -DBL_MAX;
		case 7:
			return -at;
		default:
			return random_double((int) random_below(RANDOM_KINDS));
	}
}

static void
test_random(void)
{
	static double cut[64][16];
	int			cuts[64];
	int			without = 0;
	int			wrong = 0;
	int			seen_complete = 0;
	int			seen_whole = 0;
	int			seen_rounded = 0;
	int			seen_place_points = 0;
	int			seen_increments = 0;
	int			seen_points = 0;
	bool		seen_width[17] = {false};

	for (int round = 0; round < 3000; round++)
	{
		uint32_t	indicators;
		Scorecard  *card = random_card(cut, cuts, &indicators);
		Workspace  *workspace;
		Workspace  *by_steps;
		const Increments *increments;
		const Steps *steps;

		if (card == NULL || card->steps_at == 0)
		{
			if (without++ < 5)
				printf("# %s\n", card == NULL ? events_problem.message : card_json(card));
			continue;
		}
		steps = card_at(card, card->steps_at);
		seen_complete += steps->complete;
		seen_whole += steps->whole;
		seen_rounded += steps->rounded;
		seen_width[steps->width] = true;
		workspace = workspace_create(card, &tap_arena);
		by_steps = workspace_create(card, &tap_arena);
		increments = increments_create(card, &tap_arena);
		seen_place_points += by_steps->place_points != NULL;
		seen_increments += increments != NULL;
		seen_points += increments != NULL && increments->points_increment != NULL;
		for (int row = 0; row < 40; row++)
		{
			double		x[64];
			int			found;

			for (uint32_t i = 0; i < card->inputs; i++)
				x[i] = NAN;
			for (uint32_t i = 0; i < indicators; i++)
				if (row > 0)
					x[card_indicators(card)[i].input] = random_value(cut[i], cuts[i]);
			/* most rows are complete, as most rows are */
			for (uint32_t i = 0; i < card->inputs && row > 10; i++)
				if (isnan(x[i]))
					x[i] = random_unit();
			found = check_row(workspace, by_steps, increments, x, random_below(2) == 0);
			if (found > 0 && wrong < 5)
				printf("# %s\n", card_json(card));
			wrong += found;
		}
	}
	ok(without == 0, "every card has the fast path");
	ok(wrong == 0, "every row has the same bits by every path");
	ok(seen_complete > 100 && seen_whole > 100 && seen_rounded > 20, "cards that are complete, whole, or need no rounding");
	ok(seen_place_points > 100 && seen_increments > 20 && seen_points > 10,
	   "cards that are appraised by steps (%d), have increments (%d), also for their points (%d)",
	   seen_place_points, seen_increments, seen_points);
	ok(seen_width[2] && seen_width[3] && seen_width[4] && seen_width[8] && seen_width[16], "every width");
}

/* Builds a card of one ladder. */
static Scorecard *
ladder(const char *bands)
{
	begin_object();
	put_string("name", "c");
	open_value("indicators", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("name", "a");
	put_string("bands", bands);
	close_value();
	close_value();
	return build_card();
}

/* At a cut whose neighbours are special, and at those. */
static void
test_edges(void)
{
	static const char *const cuts[] = {"0", "-0", "1", "-1", "5e-324", "-5e-324", "2.2250738585072014e-308",
		"-2.2250738585072014e-308", "1e100", "-1e100", "0.1", "-0.1", "2", "-2", "1.9999999999999998", "4503599627370496"};
	static const char *const signs[] = {">", ">=", "<", "<="};
	int			wrong = 0;
	int			rows = 0;

	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
		for (size_t j = 0; j < sizeof(signs) / sizeof(signs[0]); j++)
			for (int otherwise = 0; otherwise <= 1; otherwise++)
			{
				char		bands[64];
				Scorecard  *card;
				Workspace  *workspace;
				Workspace  *by_steps;
				const Increments *increments;
				double		cut = strtod(cuts[i], NULL);
				double		x[] = {cut, -cut, nextafter(cut, INFINITY), nextafter(cut, -INFINITY), 0.0, -0.0, 5e-324, -5e-324,
				DBL_MIN, -DBL_MIN, DBL_MAX, -DBL_MAX, NAN};

				snprintf(bands, sizeof(bands), "1 %s %s%s", signs[j], cuts[i], otherwise ? ", 2" : "");
				card = ladder(bands);
				if (!ok(card != NULL && card->steps_at != 0, "%s has the fast path", bands))
					continue;
				workspace = workspace_create(card, &tap_arena);
				by_steps = workspace_create(card, &tap_arena);
				increments = increments_create(card, &tap_arena);
				for (size_t k = 0; k < sizeof(x) / sizeof(x[0]); k++, rows++)
					wrong += check_row(workspace, by_steps, increments, &x[k], false) +
						check_row(workspace, by_steps, increments, &x[k], true);
			}
	ok(wrong == 0, "%d values at and beside special cuts", rows);
}

/* Cards that are not for the fast path. */
static void
test_others(void)
{
	TextBuffer	text;

	buffer_init(&text, &tap_arena);
	for (int i = 0; i < STEPS_MOST_CUTS; i++)
	{
		if (i > 0)
			buffer_append_string(&text, ", ");
		buffer_append_string(&text, "1 <= ");
		buffer_append_number(&text, i);
	}
	ok(ladder(text.bytes)->steps_at != 0, "as many cuts as it takes");
	buffer_append_string(&text, ", 2");
	ok(ladder(text.bytes)->steps_at != 0, "and a rest");
	buffer_append_string(&text, " <= 100");
	ok(ladder(text.bytes)->steps_at == 0, "but no more");

	begin_object();
	put_string("name", "c");
	open_value("indicators", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("name", "a");
	put_string("curve", "0:0, 1:1");
	close_value();
	close_value();
	ok(build_card()->steps_at == 0, "a curve is none");
	begin_object();
	put_string("name", "c");
	put_string("aggregate", "worst");
	open_value("indicators", NODE_ARRAY);
	open_value(NULL, NODE_OBJECT);
	put_string("name", "a");
	put_string("bands", "1 > 0, 0");
	close_value();
	close_value();
	ok(build_card()->steps_at == 0, "the worst is neither a mean nor a sum");
}

int
main(void)
{
	random_seed(6);
	test_random();
	test_edges();
	test_others();
	return done_testing();
}
