/*
 * scoring/quota.c
 *
 * Reads quotas and counts what they amount to; see quota.h.
 */
#include <stddef.h>
#include <string.h>

#include "scoring/quota.h"

/* Bytes of an entry that a message shows. */
#define MESSAGE_ENTRY 60

static const char *const rounding_names[] = {"round", "floor", "ceil"};
static const char *const ties_names[] = {"keep", "drop", "order"};

/* An entry as read: "A 20%", of which either half may be missing. */
typedef struct Entry
{
	Text		whole;			/* for messages */
	Text		label;
	Text		percentage;		/* without its sign */
	bool		is_rest;		/* there is no percentage */
} Entry;

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cuts blanks off both ends. */
static Text
trim(Text text)
{
	while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
		text.length--;
	while (text.length > 0 && is_blank(text.bytes[0]))
	{
		text.bytes++;
		text.length--;
	}
	return text;
}

/* Says what was expected of the entry and returns false. */
static bool
refuse(const Entry *entry, const char *expected, Problem *problem)
{
	Text		start = text_start(entry->whole, MESSAGE_ENTRY);

	return problem_set(problem, PROBLEM_SYNTAX, "quota '%.*s%s': %s", (int) start.length, start.bytes,
					   start.length < entry->whole.length ? "..." : "", expected);
}

/* Reads the percentage into millionths of a percent. */
static bool
read_share(const Entry *entry, int64_t *share, Problem *problem)
{
	const char *c = entry->percentage.bytes;
	const char *end = c + entry->percentage.length;
	int			decimals = 0;
	bool		digits = false;

	/* beyond 100 % the value does not matter any more */
	*share = 0;
	for (; c < end && is_digit(*c); c++)
	{
		digits = true;
		if (*share <= QUOTA_WHOLE)
			*share = *share * 10 + (*c - '0');
	}
	if (c < end && *c == '.')
		for (c++; c < end && is_digit(*c); c++)
		{
			digits = true;
			if (decimals < LIMIT_QUOTA_DECIMALS)
			{
				if (*share <= QUOTA_WHOLE)
					*share = *share * 10 + (*c - '0');
				decimals++;
			}
			else if (*c != '0')
				return refuse(entry, "expected a percentage of at most 6 decimals", problem);
		}
	if (!digits || c < end)
		return refuse(entry, "expected a percentage such as 12.5%", problem);
	for (; decimals < LIMIT_QUOTA_DECIMALS; decimals++)
		if (*share <= QUOTA_WHOLE)
			*share *= 10;
	if (*share == 0 || *share > QUOTA_WHOLE)
		return refuse(entry, "expected a percentage above 0% and up to 100%", problem);
	return true;
}

/* Takes an entry with an unquoted label apart. */
static bool
split_unquoted(Entry *entry, Problem *problem)
{
	Text		rest = entry->whole;
	uint32_t	number;			/* where the number at the end begins */

	for (uint32_t i = 0; i < rest.length; i++)
		if (rest.bytes[i] != '\0' && strchr("<>=\"", rest.bytes[i]) != NULL)
			return refuse(entry, "a label with < > = or \" in it must be quoted", problem);

	entry->is_rest = rest.length == 0 || rest.bytes[rest.length - 1] != '%';
	if (!entry->is_rest)
	{
		rest.length--;
		rest = trim(rest);
	}
	for (number = rest.length; number > 0; number--)
		if (!is_digit(rest.bytes[number - 1]) && rest.bytes[number - 1] != '.')
			break;
	if (entry->is_rest)
	{
		entry->label = rest;
		if (number == rest.length || number == 0 || !is_blank(rest.bytes[number - 1]))
			return true;
		refuse(entry, "expected a % sign after the percentage", problem);
		return problem_hint(problem, "If the number belongs to the label, quote the label.");
	}
	if (number == 0)
		return refuse(entry, "expected a label before the percentage", problem);
	if (!is_blank(rest.bytes[number - 1]))
		return refuse(entry, "expected a label, a blank and a percentage such as 12.5%", problem);
	entry->label = trim((Text) {rest.bytes, number});
	entry->percentage = (Text) {rest.bytes + number, rest.length - number};
	return true;
}

/* Skips to the next comma or the end and returns what was passed, without outer blanks. */
static Text
scan_to_comma(Scanner *scanner)
{
	const char *start = scanner->position;

	while (!scan_at_end(scanner) && *scanner->position != ',')
		scanner->position++;
	return trim((Text) {start, (uint32_t) (scanner->position - start)});
}

/* Reads an entry, up to the comma after it or the end. */
static bool
read_entry(Scanner *scanner, const Arena *arena, Entry *entry, Problem *problem)
{
	const char *start;
	bool		quoted;

	scan_blanks(scanner);
	start = scanner->position;
	if (scan_at_end(scanner) || *start != '"')
	{
		entry->whole = scan_to_comma(scanner);
		if (!split_unquoted(entry, problem))
			return false;
	}
	else
	{
		if (!scan_label(scanner, arena, ",", &entry->label, &quoted, problem))
			return false;
		entry->percentage = scan_to_comma(scanner);
		entry->whole = trim((Text) {start, (uint32_t) (scanner->position - start)});
		entry->is_rest = entry->percentage.length == 0;
		if (!entry->is_rest)
		{
			if (entry->percentage.bytes[--entry->percentage.length] != '%')
				return refuse(entry, "expected a percentage such as 12.5% after the label", problem);
			entry->percentage = trim(entry->percentage);
		}
	}
	if (entry->label.length == 0)
		return refuse(entry, "expected a label and a percentage such as A 12.5%", problem);
	if (entry->label.length > LIMIT_LABEL)
		return problem_set(problem, PROBLEM_LIMIT, "a label has %u bytes, more than %d",
						   (unsigned) entry->label.length, LIMIT_LABEL);
	return true;
}

/* Adds the grade of an entry to those before. */
static bool
add_grade(const Entry *entry, bool is_last, Quotas *quotas, Problem *problem)
{
	Quota	   *grade = &quotas->grade[quotas->count];
	int64_t		share;

	for (uint32_t i = 0; i < quotas->count; i++)
		if (text_equal(quotas->grade[i].label, entry->label))
			return refuse(entry, "this label has a quota already", problem);
	grade->label = entry->label;
	if (!entry->is_rest)
	{
		if (!read_share(entry, &share, problem))
			return false;
		grade->cumulative = share + (quotas->count == 0 ? 0 : grade[-1].cumulative);
		if (grade->cumulative > QUOTA_WHOLE)
			return refuse(entry, "the percentages up to here add up to more than 100%", problem);
	}
	else if (!is_last)
		return refuse(entry, "only the last label may go without a percentage", problem);
	else
		grade->cumulative = QUOTA_WHOLE;
	quotas->count++;
	return true;
}

/* Reads quotas; see quota.h. */
bool
quotas_parse(Text text, const Arena *arena, Quotas **quotas, Problem *problem)
{
	Scanner		scanner = scanner_of(text);

	*quotas = arena_allocate(arena, offsetof(Quotas, grade) + LIMIT_BANDS * sizeof(Quota));
	(*quotas)->count = 0;
	do
	{
		Entry		entry;

		if ((*quotas)->count == LIMIT_BANDS)
			return problem_set(problem, PROBLEM_LIMIT, "quotas have more than %d entries", LIMIT_BANDS);
		if (!read_entry(&scanner, arena, &entry, problem) ||
			!add_grade(&entry, scan_at_end(&scanner), *quotas, problem))
			return false;
	} while (scan_character(&scanner, ','));
	return true;
}

/* The rounding of that name; a problem that lists the names if there is none. */
bool
quota_rounding(const char *name, QuotaRounding *rounding, Problem *problem)
{
	for (int i = 0; i < (int) (sizeof(rounding_names) / sizeof(rounding_names[0])); i++)
		if (strcmp(name, rounding_names[i]) == 0)
		{
			*rounding = (QuotaRounding) i;
			return true;
		}
	return problem_set(problem, PROBLEM_VALUE,
					   "rounding \"%s\" is not known: expected \"round\", \"floor\" or \"ceil\"", name);
}

/* The handling of ties of that name; a problem that lists the names if there is none. */
bool
quota_ties(const char *name, QuotaTies *ties, Problem *problem)
{
	for (int i = 0; i < (int) (sizeof(ties_names) / sizeof(ties_names[0])); i++)
		if (strcmp(name, ties_names[i]) == 0)
		{
			*ties = (QuotaTies) i;
			return true;
		}
	return problem_set(problem, PROBLEM_VALUE,
					   "ties \"%s\" is not known: expected \"keep\", \"drop\" or \"order\"", name);
}

/* How many of the rows a cumulative share amounts to. */
int64_t
quota_rows(int64_t rows, int64_t cumulative, QuotaRounding rounding)
{
	int64_t		product = rows * cumulative;

	switch (rounding)
	{
		case QUOTA_FLOOR:
			break;
		case QUOTA_CEIL:
			product += QUOTA_WHOLE - 1;
			break;
		case QUOTA_ROUND:
			product += QUOTA_WHOLE / 2;
			break;
	}
	return product / QUOTA_WHOLE;
}

/* Do the rows on both sides of a boundary tie? */
static bool
parts_ties(int boundary, const bool *tied, int rows)
{
	return boundary > 0 && boundary < rows && tied[boundary];
}

/* Moves the boundaries so that none parts ties; see quota.h. */
bool
quota_settle(const Quotas *quotas, int *boundaries, const bool *tied, int rows,
			 QuotaTies ties, Problem *problem)
{
	int			low = 0;
	int			high = rows;

	/* boundaries ascend, so each row is looked at once */
	switch (ties)
	{
		case QUOTA_KEEP:
			for (uint32_t i = 0; i < quotas->count; i++)
			{
				if (boundaries[i] > low)
					for (low = boundaries[i]; parts_ties(low, tied, rows); low++)
						;
				boundaries[i] = low;
			}
			break;
		case QUOTA_DROP:
			for (uint32_t i = quotas->count; i-- > 0;)
			{
				if (boundaries[i] < high)
					for (high = boundaries[i]; parts_ties(high, tied, rows); high--)
						;
				boundaries[i] = high;
			}
			break;
		case QUOTA_ORDER:
			for (uint32_t i = 0; i < quotas->count; i++)
				if (parts_ties(boundaries[i], tied, rows))
				{
					problem_set(problem, PROBLEM_DATA,
								"the boundary below grade \"%.*s\", after %d of %d rows, parts rows that tie in the ORDER BY",
								(int) quotas->grade[i].label.length, quotas->grade[i].label.bytes, boundaries[i], rows);
					return problem_hint(problem, "Extend the ORDER BY until it tells the rows apart, or use ties \"keep\" or \"drop\".");
				}
			break;
	}
	return true;
}
