/*
 * scoring/condition.c
 *
 * Reading and writing conditions; see condition.h.
 *
 * condition := term { and term }
 * term := operand (>= | > | <= | < | = | <>) (number | 'text')
 * operand := column | score | group.NAME | points.NAME
 */
#include <math.h>
#include <string.h>

#include "scoring/condition.h"
#include "scoring/limits.h"

/* What ends an unquoted name, next to blanks. */
#define NAME_STOPS " \t\r\n\v\f<>='\""

static const struct
{
	const char *sign;
	Comparison	comparison;
}			comparisons[] =
{
	/* the longer signs come first, since they begin with a shorter one */
	{">=", COMPARE_AT_LEAST},
	{"<=", COMPARE_AT_MOST},
	{"<>", COMPARE_UNEQUAL},
	{">", COMPARE_ABOVE},
	{"<", COMPARE_BELOW},
	{"=", COMPARE_EQUAL},
};

#define COMPARISON_COUNT (sizeof(comparisons) / sizeof(comparisons[0]))

/* Skips the word if it is next, and returns whether it was. */
static bool
scan_word(Scanner *scanner, const char *word)
{
	size_t		length = strlen(word);

	if ((size_t) (scanner->end - scanner->position) < length ||
		memcmp(scanner->position, word, length) != 0)
		return false;
	scanner->position += length;
	return true;
}

/* Fills the problem with what was expected here. */
static bool
expected(const Scanner *scanner, Problem *problem, const char *what)
{
	Text		rest = scan_rest(scanner);

	if (rest.length == 0)
		return problem_set(problem, PROBLEM_SYNTAX, "expected %s at the end", what);
	return problem_set(problem, PROBLEM_SYNTAX, "expected %s at \"%.*s\"",
					   what, (int) rest.length, rest.bytes);
}

/* Reads what a term compares. */
static bool
parse_operand(Scanner *scanner, const Arena *arena, TermDraft *term, Problem *problem)
{
	bool		quoted;

	term->operand = OPERAND_COLUMN;
	scan_blanks(scanner);
	if (scan_word(scanner, "group."))
		term->operand = OPERAND_GROUP;
	else if (scan_word(scanner, "points."))
		term->operand = OPERAND_POINTS;
	if (scan_at_end(scanner) || strchr("<>='", *scanner->position) != NULL)
		return expected(scanner, problem, "a name");
	if (!scan_label(scanner, arena, NAME_STOPS, &term->name, &quoted, problem))
		return false;
	if (!quoted && term->operand == OPERAND_COLUMN && text_equal(term->name, text_of("score")))
		term->operand = OPERAND_SCORE;
	return true;
}

/* Reads a text in single quotes, which are doubled inside. */
static bool
parse_text(Scanner *scanner, const Arena *arena, Text *text, Problem *problem)
{
	TextBuffer	buffer;

	buffer_init(&buffer, arena);
	for (;;)
	{
		if (scan_at_end(scanner))
		{
			Text		start = text_start(buffer_text(&buffer), 100);

			return problem_set(problem, PROBLEM_SYNTAX, "a quoted text is not closed: '%.*s",
							   (int) start.length, start.bytes);
		}
		if (!scan_character(scanner, '\''))
			buffer_append_character(&buffer, *scanner->position++);
		else if (scan_character(scanner, '\''))
			buffer_append_character(&buffer, '\'');
		else
			break;
	}
	*text = buffer_text(&buffer);
	if (text->length > LIMIT_LABEL)
		return problem_set(problem, PROBLEM_LIMIT, "a text has %u bytes, more than %d",
						   (unsigned) text->length, LIMIT_LABEL);
	return true;
}

/* Reads one term. */
static bool
parse_term(Scanner *scanner, const Arena *arena, TermDraft *term, Problem *problem)
{
	size_t		i;

	memset(term, 0, sizeof(*term));
	if (!parse_operand(scanner, arena, term, problem))
		return false;
	for (i = 0; i < COMPARISON_COUNT; i++)
		if (scan_word(scanner, comparisons[i].sign))
			break;
	if (i == COMPARISON_COUNT)
		return expected(scanner, problem, "one of >= > <= < = <>");
	term->comparison = comparisons[i].comparison;
	scan_blanks(scanner);
	term->is_text = scan_character(scanner, '\'');
	if (term->is_text)
	{
		if (!parse_text(scanner, arena, &term->text, problem))
			return false;
		if (term->operand != OPERAND_COLUMN)
			return problem_set(problem, PROBLEM_SYNTAX,
							   "only a column can be compared with a text, here '%.*s'",
							   (int) term->text.length, term->text.bytes);
		if (term->comparison != COMPARE_EQUAL && term->comparison != COMPARE_UNEQUAL)
			return problem_set(problem, PROBLEM_SYNTAX,
							   "a text is compared with = or <> only, not %s",
							   comparisons[i].sign);
	}
	else if (!scan_number(scanner, &term->number))
		return expected(scanner, problem, "a number or a 'text'");
	else if (fabs(term->number) > LIMIT_NUMBER)
	{
		char		text[NUMBER_TEXT_SIZE];

		return problem_set(problem, PROBLEM_LIMIT, "number %s is beyond %g",
						   number_text(term->number, text), LIMIT_NUMBER);
	}
	return true;
}

/* Reads a condition; returns false and the problem where it is malformed. */
bool
condition_parse(Text text, const Arena *arena, ConditionDraft *condition, Problem *problem)
{
	Scanner		scanner = scanner_of(text);

	condition->term = arena_allocate(arena, LIMIT_TERMS * sizeof(TermDraft));
	condition->count = 0;
	for (;;)
	{
		const char *before;

		if (condition->count == LIMIT_TERMS)
			return problem_set(problem, PROBLEM_LIMIT,
							   "a condition has more than %d terms", LIMIT_TERMS);
		if (!parse_term(&scanner, arena, &condition->term[condition->count++], problem))
			return false;
		before = scanner.position;
		scan_blanks(&scanner);
		if (scan_at_end(&scanner))
			return true;
		/* "and" is a word of its own, but may touch a quoted name behind it */
		if (scanner.position == before && before[-1] != '\'')
			return expected(&scanner, problem, "a blank and \"and\"");
		before = scanner.position;
		if (!scan_word(&scanner, "and") || scan_at_end(&scanner) ||
			strchr(" \t\r\n\v\f\"", *scanner.position) == NULL)
		{
			scanner.position = before;
			return expected(&scanner, problem, "\"and\" or the end");
		}
	}
}

/* Returns whether a name has to be quoted to be read back as that operand. */
static bool
name_needs_quotes(const TermDraft *term)
{
	Text		name = term->name;

	for (uint32_t i = 0; i < name.length; i++)
		if (strchr(NAME_STOPS, name.bytes[i]) != NULL)
			return true;
	if (name.length == 0)
		return true;
	return term->operand == OPERAND_COLUMN &&
		(text_equal(name, text_of("score")) || text_equal(name, text_of("and")) ||
		 (name.length >= 6 && memcmp(name.bytes, "group.", 6) == 0) ||
		 (name.length >= 7 && memcmp(name.bytes, "points.", 7) == 0));
}

/* Appends what a term compares. */
static void
print_operand(const TermDraft *term, TextBuffer *buffer)
{
	if (term->operand == OPERAND_SCORE)
	{
		buffer_append_string(buffer, "score");
		return;
	}
	if (term->operand == OPERAND_GROUP)
		buffer_append_string(buffer, "group.");
	if (term->operand == OPERAND_POINTS)
		buffer_append_string(buffer, "points.");
	if (name_needs_quotes(term))
		buffer_append_label(buffer, term->name, true);
	else
		buffer_append_text(buffer, term->name);
}

/* Appends the canonical text form. */
void
condition_print(const ConditionDraft *condition, TextBuffer *buffer)
{
	for (uint32_t i = 0; i < condition->count; i++)
	{
		const TermDraft *term = &condition->term[i];
		const char *sign = "";

		for (size_t j = 0; j < COMPARISON_COUNT; j++)
			if (comparisons[j].comparison == term->comparison)
				sign = comparisons[j].sign;
		if (i > 0)
			buffer_append_string(buffer, " and ");
		print_operand(term, buffer);
		buffer_append_character(buffer, ' ');
		buffer_append_string(buffer, sign);
		buffer_append_character(buffer, ' ');
		if (!term->is_text)
		{
			buffer_append_number(buffer, term->number);
			continue;
		}
		buffer_append_character(buffer, '\'');
		for (uint32_t j = 0; j < term->text.length; j++)
		{
			if (term->text.bytes[j] == '\'')
				buffer_append_character(buffer, '\'');
			buffer_append_character(buffer, term->text.bytes[j]);
		}
		buffer_append_character(buffer, '\'');
	}
}
