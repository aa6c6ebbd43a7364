/*
 * test/core/test_quota.c
 *
 * Quotas: what they read, what they refuse, and what they amount to.
 */
#include "scoring/quota.h"
#include "test/core/random.h"
#include "test/core/tap.h"

/* Reads the text; what came of it, or the message. */
static const char *
reading(const char *text)
{
	static char result[8192];
	Problem		problem;
	Quotas	   *quotas;

	if (!quotas_parse(text_of(text), &tap_arena, &quotas, &problem))
		snprintf(result, sizeof(result), "%s", problem.message);
	else
	{
		result[0] = '\0';
		for (uint32_t i = 0; i < quotas->count; i++)
			snprintf(result + strlen(result), sizeof(result) - strlen(result), "[%.*s]%" PRId64 " ",
					 (int) quotas->grade[i].label.length, quotas->grade[i].label.bytes, quotas->grade[i].cumulative);
	}
	return result;
}

static void
test_reading(void)
{
	is_text(reading("A 20%, B 50%, C"), "[A]20000000 [B]70000000 [C]100000000 ", "shares add up, the last gets the rest");
	is_text(reading("A 20%,B 50%"), "[A]20000000 [B]70000000 ", "no rest");
	is_text(reading(" \tA++  0.000001 % ,\nB 99.999999%"), "[A++]1 [B]100000000 ", "blanks and the finest share");
	is_text(reading("\"A, \"\"good\"\"\" 20% , \" B 7 \"\t"), "[A, \"good\"]20000000 [ B 7 ]100000000 ", "quoted labels");
	is_text(reading("\xE7\xAD\x89 100%, rest"), "[\xE7\xAD\x89]100000000 [rest]100000000 ", "any script; an empty rest");
	is_text(reading("5 10%, 4 20.50%, 3"), "[5]10000000 [4]30500000 [3]100000000 ", "labels that are numbers");
	is_text(reading("A"), "[A]100000000 ", "the rest alone");
	is_text(reading("top 5% 5.%, B .5%"), "[top 5%]5000000 [B]5500000 ", "a percentage in a label");
	is_text(reading("A 1.5000000000%"), "[A]1500000 ", "zeros beyond the decimals");
}

static void
test_refusing(void)
{
	static const struct
	{
		const char *text;
		const char *message;
	}			cases[] = {
		{"", "quota '': expected a label and a percentage such as A 12.5%"},
		{"A 20%,", "quota '': expected a label and a percentage such as A 12.5%"},
		{"\"\" 20%", "quota '\"\" 20%': expected a label and a percentage such as A 12.5%"},
		{"A 20%, 30%", "quota '30%': expected a label before the percentage"},
		{"%", "quota '%': expected a label before the percentage"},
		{"A, B 20%", "quota 'A': only the last label may go without a percentage"},
		{"A 20, B 80%", "quota 'A 20': expected a % sign after the percentage"},
		{"A20%", "quota 'A20%': expected a label, a blank and a percentage such as 12.5%"},
		{"A x%", "quota 'A x%': expected a label, a blank and a percentage such as 12.5%"},
		{"A -5%", "quota 'A -5%': expected a label, a blank and a percentage such as 12.5%"},
		{"A 1e1%", "quota 'A 1e1%': expected a label, a blank and a percentage such as 12.5%"},
		{"A 1.2.3%", "quota 'A 1.2.3%': expected a percentage such as 12.5%"},
		{"A .%", "quota 'A .%': expected a percentage such as 12.5%"},
		{"A 0%", "quota 'A 0%': expected a percentage above 0% and up to 100%"},
		{"A 0.000000%", "quota 'A 0.000000%': expected a percentage above 0% and up to 100%"},
		{"A 100.000001%", "quota 'A 100.000001%': expected a percentage above 0% and up to 100%"},
		{"A 100000000%", "quota 'A 100000000%': expected a percentage above 0% and up to 100%"},
		{"A 99999999999999999999999999%", "quota 'A 99999999999999999999999999%': expected a percentage above 0% and up to 100%"},
		{"A 0.0000001%", "quota 'A 0.0000001%': expected a percentage of at most 6 decimals"},
		{"A 60%, B 50%", "quota 'B 50%': the percentages up to here add up to more than 100%"},
		{"A 20%, A 30%", "quota 'A 30%': this label has a quota already"},
		{"A 20%, \"A\"", "quota '\"A\"': this label has a quota already"},
		{"A >= 20%", "quota 'A >= 20%': a label with < > = or \" in it must be quoted"},
		{"A \"x\" 20%", "quota 'A \"x\" 20%': a label with < > = or \" in it must be quoted"},
		{"\"A 20%", "a quoted label is not closed: \"A 20%"},
		{"\"A\" 20", "quota '\"A\" 20': expected a percentage such as 12.5% after the label"},
		{"\"A\"x 20%", "quota '\"A\"x 20%': expected a percentage such as 12.5%"},
		{"123456789 123456789 123456789 123456789 123456789 12345678\xE7\xAD\x89 x 0%",
		"quota '123456789 123456789 123456789 123456789 123456789 12345678...': expected a percentage above 0% and up to 100%"},
		{"\"A\"%", "quota '\"A\"%': expected a percentage such as 12.5%"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_text(reading(cases[i].text), cases[i].message, cases[i].text);
}

static void
test_limits(void)
{
	static char text[LIMIT_BANDS * 16];
	char		label[LIMIT_LABEL + 16];

	for (int quoted = 0; quoted <= 1; quoted++)
		for (int longer = 0; longer <= 1; longer++)
		{
			Problem		problem;
			Quotas	   *quotas;
			int			length = LIMIT_LABEL + longer;
			bool		read;

			memset(label, quoted ? '"' : 'x', sizeof(label));
			memset(label + quoted, 'x', length);
			strcpy(label + length + 2 * quoted, " 5%");
			read = quotas_parse(text_of(label), &tap_arena, &quotas, &problem);
			if (longer == 0)
				ok(read && quotas->grade[0].label.length == LIMIT_LABEL, "the longest label");
			else
				ok(!read && problem.kind == PROBLEM_LIMIT &&
				   strncmp(problem.message, "a label has 257 bytes, more than 256", 36) == 0, "a longer one");
		}

	for (int i = 0; i < LIMIT_BANDS; i++)
		sprintf(text + strlen(text), "%sg%d 0.1%%", i == 0 ? "" : ",", i);
	ok(strncmp(reading(text), "[g0]100000 [g1]200000 ", 22) == 0, "as many quotas as there may be");
	strcat(text, ",rest");
	is_text(reading(text), "quotas have more than 256 entries", "one more");
}

static void
test_rows(void)
{
	static const QuotaRounding roundings[] = {QUOTA_FLOOR, QUOTA_ROUND, QUOTA_CEIL};
	int			wrong = 0;

	/* national hospital assessment 2023: 1588 hospitals, 1 %, 10 %, 20 % */
	ok(quota_rows(1588, 1000000, QUOTA_CEIL) == 16 && quota_rows(1588, 10000000, QUOTA_CEIL) == 159 &&
	   quota_rows(1588, 20000000, QUOTA_CEIL) == 318, "1588 rows, ceil");
	ok(quota_rows(1588, 1000000, QUOTA_FLOOR) == 15 && quota_rows(1588, 10000000, QUOTA_FLOOR) == 158 &&
	   quota_rows(1588, 20000000, QUOTA_FLOOR) == 317, "1588 rows, floor");
	ok(quota_rows(1588, 1000000, QUOTA_ROUND) == 16 && quota_rows(1588, 10000000, QUOTA_ROUND) == 159 &&
	   quota_rows(1588, 20000000, QUOTA_ROUND) == 318, "1588 rows, round");
	ok(quota_rows(100, 7000000, QUOTA_CEIL) == 7, "seven percent of 100 is 7, though 0.07 * 100 is more in doubles");
	ok(quota_rows(50, 1000000, QUOTA_ROUND) == 1, "a half is rounded up");
	ok(quota_rows(INT32_MAX, QUOTA_WHOLE, QUOTA_CEIL) == INT32_MAX, "all of the most rows");

	for (int i = 0; i < 3; i++)
		for (int rows = 0; rows <= 1000; rows++)
			for (int percent = 1; percent <= 100; percent++)
			{
				int			exact = rows * percent;
				int			expected = i == 0 ? exact / 100 : i == 1 ? (exact + 50) / 100 : (exact + 99) / 100;

				wrong += quota_rows(rows, percent * INT64_C(1000000), roundings[i]) != expected;
			}
	ok(wrong == 0, "whole percentages of up to 1000 rows");
}

/* Against looking at every row: where must each boundary be, given the ties? */
static void
test_ties(void)
{
	int			wrong = 0;
	int			refused = 0;
	int			wrongly_refused = 0;

	for (int trial = 0; trial < 6000; trial++)
	{
		Problem		problem;
		Quotas	   *quotas;
		bool		tied[40];
		int			group_start[40];
		int			group_end[40];
		int			boundaries[4];
		int			before[4];
		int			rows;
		QuotaTies	ties = (QuotaTies) (trial % 3);
		bool		parted = false;

		quotas_parse(text_of("A 20%, B 5%, C 30%, D 10%"), &tap_arena, &quotas, &problem);
		rows = (int) random_below(41);
		for (int i = 0; i < rows; i++)
		{
			tied[i] = i > 0 && random_below(8) < (uint64_t) (trial % 9);
			group_start[i] = tied[i] ? group_start[i - 1] : i;
		}
		for (int i = rows - 1; i >= 0; i--)
			group_end[i] = i + 1 < rows && tied[i + 1] ? group_end[i + 1] : i + 1;
		for (int i = 0; i < 4; i++)
		{
			before[i] = boundaries[i] = (int) quota_rows(rows, quotas->grade[i].cumulative, QUOTA_ROUND);
			parted = parted || (before[i] > 0 && before[i] < rows && tied[before[i]]);
		}
		if (!quota_settle(quotas, boundaries, tied, rows, ties, &problem))
		{
			refused++;
			wrongly_refused += ties != QUOTA_ORDER || !parted;
		}
		else
		{
			wrongly_refused += ties == QUOTA_ORDER && parted;
			for (int i = 0; i < 4; i++)
			{
				int			expected = before[i];

				if (ties == QUOTA_KEEP && before[i] > 0)
					expected = group_end[before[i] - 1];
				if (ties == QUOTA_DROP && before[i] < rows)
					expected = group_start[before[i]];
				wrong += boundaries[i] != expected;
			}
		}
		}
	ok(wrong == 0, "boundaries move to where the ties begin or end");
	ok(wrongly_refused == 0 && refused > 1000, "parted ties are refused where they are not allowed, and only there");
}

int
main(void)
{
	QuotaTies	ties;
	QuotaRounding rounding;
	Problem		problem;

	test_reading();
	test_refusing();
	test_limits();
	test_rows();
	test_ties();
	ok(quota_rounding("floor", &rounding, &problem) && rounding == QUOTA_FLOOR, "floor");
	ok(quota_rounding("ceil", &rounding, &problem) && rounding == QUOTA_CEIL, "ceil");
	ok(quota_rounding("round", &rounding, &problem) && rounding == QUOTA_ROUND, "round");
	ok(!quota_rounding("half", &rounding, &problem), "no other rounding");
	is_text(problem.message, "rounding \"half\" is not known: expected \"round\", \"floor\" or \"ceil\"", "and what there is instead");
	ok(quota_ties("keep", &ties, &problem) && ties == QUOTA_KEEP, "keep");
	ok(quota_ties("drop", &ties, &problem) && ties == QUOTA_DROP, "drop");
	ok(quota_ties("order", &ties, &problem) && ties == QUOTA_ORDER, "order");
	ok(!quota_ties("", &ties, &problem), "no other handling of ties");
	is_text(problem.message, "ties \"\" is not known: expected \"keep\", \"drop\" or \"order\"", "and what there is instead");
	return done_testing();
}
