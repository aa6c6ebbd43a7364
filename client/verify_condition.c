/*
 * client/verify_condition.c
 *
 * Conditions of schemes; see verify_condition.h.
 */
#include <math.h>
#include <string.h>

#include "client/json_text.h"
#include "client/verify_condition.h"
#include "scoring/limits.h"

static const char blanks[] = " \t\r\n\v\f";

/* Is the character one of the list, which has no NUL? */
static bool
one_of(char c, const char *list)
{
	return c != '\0' && strchr(list, c) != NULL;
}

static void
skip(Scanner *scanner)
{
	while (scanner->position < scanner->end && one_of(*scanner->position, blanks))
		scanner->position++;
}

/* Reads what stands between two quotes, doubled ones within made single; false where it is not closed. */
static bool
read_quoted(Scanner *scanner, char quote, const Arena *arena, Text prefix, Text *text)
{
	char	   *copy = arena_allocate(arena, prefix.length + (size_t) (scanner->end - scanner->position) + 1);
	char	   *to = copy + prefix.length;

	memcpy(copy, prefix.bytes, prefix.length);
	for (scanner->position++; scanner->position < scanner->end; scanner->position++)
	{
		if (*scanner->position == quote)
		{
			scanner->position++;
			if (scanner->position == scanner->end || *scanner->position != quote)
			{
				text->bytes = copy;
				text->length = (uint32_t) (to - copy);
				return true;
			}
		}
		*to++ = *scanner->position;
	}
	return false;
}

/* Reads a name, with quotes or without. */
static bool
read_operand_name(Scanner *scanner, const Arena *arena, Text *name)
{
	static const char *const prefixes[] = {"", "points.", "group."};
	const char *start = scanner->position;

	for (int i = 0; i < 3; i++)
	{
		Text		prefix = text_of(prefixes[i]);

		if ((size_t) (scanner->end - start) > prefix.length && memcmp(start, prefix.bytes, prefix.length) == 0 && start[prefix.length] == '"')
		{
			scanner->position += prefix.length;
			return read_quoted(scanner, '"', arena, prefix, name) && name->length > prefix.length;
		}
	}
	while (scanner->position < scanner->end && !one_of(*scanner->position, " \t\r\n\v\f<>='\""))
		scanner->position++;
	name->bytes = start;
	name->length = (uint32_t) (scanner->position - start);
	return name->length > 0;
}

/* Reads a comparison. */
static bool
read_comparison(Scanner *scanner, Comparison *comparison)
{
	static const struct
	{
		const char *sign;
		Comparison	comparison;
	}			signs[] = {
		{">=", COMPARE_AT_LEAST}, {"<=", COMPARE_AT_MOST}, {"<>", COMPARE_UNEQUAL}, {">", COMPARE_ABOVE}, {"<", COMPARE_BELOW}, {"=", COMPARE_EQUAL},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
	{
		size_t		length = strlen(signs[i].sign);

		if ((size_t) (scanner->end - scanner->position) >= length && memcmp(scanner->position, signs[i].sign, length) == 0)
		{
			scanner->position += length;
			*comparison = signs[i].comparison;
			return true;
		}
	}
	return false;
}

bool
scheme_condition_read(Text text, const Arena *arena, SchemeCondition *condition, Problem *problem)
{
	Scanner		scanner = scanner_of(text);

	condition->terms = arena_allocate(arena, sizeof(SchemeTerm) * LIMIT_TERMS);
	condition->count = 0;
	for (;;)
	{
		SchemeTerm *term = &condition->terms[condition->count];
		const char *start;

		if (condition->count == LIMIT_TERMS)
			break;
		memset(term, 0, sizeof(*term));
		skip(&scanner);
		if (!read_operand_name(&scanner, arena, &term->name))
			break;
		skip(&scanner);
		if (!read_comparison(&scanner, &term->comparison))
			break;
		skip(&scanner);
		start = scanner.position;
		if (start == scanner.end)
			break;
		if (*start == '\'')
		{
			term->other.value.state = OPERAND_TEXT;
			if (!read_quoted(&scanner, '\'', arena, text_of(""), &term->other.value.text))
				break;
		}
		else if (one_of(*start, "+-.0123456789"))
		{
			term->other.value.state = OPERAND_NUMBER;
			if (!scan_number(&scanner, &term->other.value.number))
				break;
		}
		else
		{
			term->other.is_name = true;
			if (!read_operand_name(&scanner, arena, &term->other.name))
				break;
		}
		condition->count++;
		skip(&scanner);
		if (scan_at_end(&scanner) || scanner.position == scanner.end)
			return true;
		if (scanner.end - scanner.position < 4 || memcmp(scanner.position, "and", 3) != 0)
			break;
		scanner.position += 3;
	}
	return problem_set(problem, PROBLEM_SYNTAX, "condition cannot be read at character %d: %.*s",
					   (int) (scanner.position - scanner.start) + 1, (int) text.length, text.bytes);
}

/* Compares two operands, both there. */
static bool
compare(const OperandValue *left, Comparison comparison, const OperandValue *right)
{
	bool		same;

	if (left->state != right->state)
		return false;
	if (left->state == OPERAND_NUMBER)
		return comparison_holds(left->number, comparison, right->number);
	same = text_equal(left->text, right->text);
	return comparison == COMPARE_EQUAL ? same : comparison == COMPARE_UNEQUAL && !same;
}

Truth
scheme_condition_holds(const SchemeCondition *condition, OperandSource source, void *context)
{
	Truth		truth = TRUTH_YES;

	for (int i = 0; i < condition->count; i++)
	{
		const SchemeTerm *term = &condition->terms[i];
		OperandValue left = source(context, term->name);
		OperandValue right = term->other.is_name ? source(context, term->other.name) : term->other.value;

		if (left.state == OPERAND_MISSING || right.state == OPERAND_MISSING)
			return TRUTH_NO;
		if (left.state == OPERAND_UNKNOWN || right.state == OPERAND_UNKNOWN)
			truth = TRUTH_UNKNOWN;
		else if (!compare(&left, term->comparison, &right))
			return TRUTH_NO;
	}
	return truth;
}
