/*
 * test/core/test_condition.c
 *
 * Conditions: what is read, printed and read again; what is refused and where;
 * and what every comparison says of numbers, equal ones, zeros and NaN.
 */
#include <math.h>

#include "scoring/condition.h"
#include "scoring/limits.h"
#include "test/core/random.h"
#include "test/core/tap.h"

/* A condition and its canonical text, which reads back as the same. */
static void
prints(const char *text, const char *expected)
{
	ConditionDraft condition;
	Problem		problem;
	TextBuffer	buffer;
	TextBuffer	again;

	if (!ok(condition_parse(text_of(text), &tap_arena, &condition, &problem), "\"%s\" is read", text))
		return;
	buffer_init(&buffer, &tap_arena);
	condition_print(&condition, &buffer);
	is_text(buffer.bytes, expected, "and printed");
	buffer_init(&again, &tap_arena);
	if (ok(condition_parse(buffer_text(&buffer), &tap_arena, &condition, &problem), "and read again"))
		condition_print(&condition, &again);
	is_text(again.bytes, expected, "and the same");
}

/* A condition is refused with this message. */
static void
refuses(const char *text, ProblemKind kind, const char *message)
{
	ConditionDraft condition;
	Problem		problem = {PROBLEM_NONE, "accepted", ""};

	ok(!condition_parse(text_of(text), &tap_arena, &condition, &problem) && problem.kind == kind, "\"%s\" is refused", text);
	is_text(problem.message, message, "with this message");
}

static void
test_text(void)
{
	prints("a>=1", "a >= 1");
	prints(" a  <>  'x y' ", "a <> 'x y'");
	prints("\"a b\"<.5", "\"a b\" < 0.5");
	prints("score>1 and\"score\"=2", "score > 1 and \"score\" = 2");
	prints("group.g=0 and points.\"p q\"<=-1.50e1", "group.g = 0 and points.\"p q\" <= -15");
	prints("a='it''s'and b='' ", "a = 'it''s' and b = ''");
	prints("\"and\"=1 and Score=2", "\"and\" = 1 and Score = 2");
	prints("\"group.g\">0 and \"points.p\"<0", "\"group.g\" > 0 and \"points.p\" < 0");
	prints("科室 = '甲'", "科室 = '甲'");
	prints("\"a\" = -0", "a = 0");
}

/* What the fields of a term hold. */
static void
test_fields(void)
{
	ConditionDraft condition;
	Problem		problem;

	ok(condition_parse(text_of("score < 1e1 and group.\"g h\" = -2 and points.p >= 0 and \"score\" <> '' and 列='甲''乙'"), &tap_arena, &condition, &problem) &&
	   condition.count == 5, "five terms");
	ok(condition.term[0].operand == OPERAND_SCORE && condition.term[0].comparison == COMPARE_BELOW && !condition.term[0].is_text && condition.term[0].number == 10, "the score and a number");
	ok(condition.term[1].operand == OPERAND_GROUP && text_equal(condition.term[1].name, text_of("g h")) && condition.term[1].comparison == COMPARE_EQUAL && condition.term[1].number == -2, "a group");
	ok(condition.term[2].operand == OPERAND_POINTS && text_equal(condition.term[2].name, text_of("p")) && condition.term[2].comparison == COMPARE_AT_LEAST, "points");
	ok(condition.term[3].operand == OPERAND_COLUMN && text_equal(condition.term[3].name, text_of("score")) && condition.term[3].is_text && condition.term[3].text.length == 0, "a column named score and no text");
	ok(condition.term[4].operand == OPERAND_COLUMN && text_equal(condition.term[4].name, text_of("列")) && text_equal(condition.term[4].text, text_of("甲'乙")), "any script");
}

static void
test_refused(void)
{
	TextBuffer	buffer;
	ConditionDraft condition;
	Problem		problem;

	refuses("", PROBLEM_SYNTAX, "expected a name at the end");
	refuses("a", PROBLEM_SYNTAX, "expected one of >= > <= < = <> at the end");
	refuses("a = ", PROBLEM_SYNTAX, "expected a number or a 'text' at the end");
	refuses("a = b", PROBLEM_SYNTAX, "expected a number or a 'text' at \"b\"");
	refuses("a = 1 or b = 2", PROBLEM_SYNTAX, "expected \"and\" or the end at \"or b = 2\"");
	refuses("a = 1 and", PROBLEM_SYNTAX, "expected \"and\" or the end at \"and\"");
	refuses("a = 1and b = 2", PROBLEM_SYNTAX, "expected a blank and \"and\" at \"and b = 2\"");
	refuses("a > 'x'", PROBLEM_SYNTAX, "a text is compared with = or <> only, not >");
	refuses("score = 'x'", PROBLEM_SYNTAX, "only a column can be compared with a text, here 'x'");
	refuses("a = 'x", PROBLEM_SYNTAX, "a quoted text is not closed: 'x");
	refuses("a = 1e101", PROBLEM_LIMIT, "number 1e+101 is beyond 1e+100");

	/* 64 terms, and one more */
	buffer_init(&buffer, &tap_arena);
	for (int i = 0; i < LIMIT_TERMS; i++)
		buffer_append_string(&buffer, i == 0 ? "a = 1" : " and a = 1");
	ok(condition_parse(buffer_text(&buffer), &tap_arena, &condition, &problem) && condition.count == LIMIT_TERMS, "as many terms as there may be");
	buffer_append_string(&buffer, " and a = 1");
	refuses(buffer.bytes, PROBLEM_LIMIT, "a condition has more than 64 terms");
}

static void
test_comparisons(void)
{
	static const double numbers[] = {-INFINITY, -1, -5e-324, -0.0, 0, 5e-324, 1, INFINITY, NAN};
	const int	count = sizeof(numbers) / sizeof(numbers[0]);
	int			wrong = 0;

	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++)
		{
			double		left = numbers[i];
			double		right = numbers[j];
			bool		missing = isnan(left) || isnan(right);

			wrong += comparison_holds(left, COMPARE_AT_LEAST, right) != (!missing && left >= right);
			wrong += comparison_holds(left, COMPARE_ABOVE, right) != (!missing && left > right);
			wrong += comparison_holds(left, COMPARE_AT_MOST, right) != (!missing && left <= right);
			wrong += comparison_holds(left, COMPARE_BELOW, right) != (!missing && left < right);
			wrong += comparison_holds(left, COMPARE_EQUAL, right) != (!missing && left == right);
			/* what is missing is not unequal either */
			wrong += comparison_holds(left, COMPARE_UNEQUAL, right) != (!missing && left != right);
		}
	ok(wrong == 0, "comparisons, which never hold of what is missing");
}

/* Random conditions of awkward names and texts read back as they were. */
static void
test_random(void)
{
	static const char *const names[] = {"a", "score", "and", "group.x", "points.", "x y", "\"", "a\"b", "=", "'", "科室", "", "and ", "score2", "<>"};
	static const char *const texts[] = {"", "'", "''", "a'b", "x and y = 1", "科室", "\"", " "};
	static const char *const signs[] = {">=", ">", "<=", "<", "=", "<>"};
	int			wrong = 0;

	for (int round = 0; round < 3000; round++)
	{
		TextBuffer	text;
		TextBuffer	printed;
		TextBuffer	again;
		ConditionDraft condition;
		Problem		problem;
		int			terms = 1 + (int) random_below(5);

		buffer_init(&text, &tap_arena);
		buffer_init(&printed, &tap_arena);
		buffer_init(&again, &tap_arena);
		for (int i = 0; i < terms; i++)
		{
			int			operand = (int) random_below(4);
			bool		is_text = operand == 0 && random_below(3) == 0;

			if (i > 0)
				buffer_append_string(&text, " and ");
			if (operand == 3)
				buffer_append_string(&text, "score");
			else
			{
				buffer_append_string(&text, operand == 0 ? "" : operand == 1 ? "group." : "points.");
				buffer_append_label(&text, text_of(names[random_below(sizeof(names) / sizeof(names[0]))]), true);
			}
			buffer_append_string(&text, is_text ? signs[4 + random_below(2)] : signs[random_below(6)]);
			if (is_text)
			{
				const char *value = texts[random_below(sizeof(texts) / sizeof(texts[0]))];

				buffer_append_character(&text, '\'');
				for (; *value; value++)
				{
					if (*value == '\'')
						buffer_append_character(&text, '\'');
					buffer_append_character(&text, *value);
				}
				buffer_append_character(&text, '\'');
			}
			else
				buffer_append_number(&text, random_double(random_below(2) == 0 ? 7 : 4));
		}
		if (!condition_parse(buffer_text(&text), &tap_arena, &condition, &problem))
		{
			wrong++;
			continue;
		}
		condition_print(&condition, &printed);
		if (!condition_parse(buffer_text(&printed), &tap_arena, &condition, &problem))
		{
			wrong++;
			continue;
		}
		condition_print(&condition, &again);
		wrong += condition.count != (uint32_t) terms || strcmp(printed.bytes, again.bytes) != 0;
	}
	ok(wrong == 0, "random conditions read back as they were");
}

int
main(void)
{
	random_seed(5);
	test_text();
	test_fields();
	test_refused();
	test_comparisons();
	test_random();
	return done_testing();
}
