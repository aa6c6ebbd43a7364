/*
 * scoring/quota.c
 *
 * Reads quotas and counts what they amount to; see quota.h.
 */
#include <stddef.h>
#include <string.h>

#include "scoring/quota.h"

typedef struct Reader
{
	const char *entry;			/* the entry being read, for the message */
	const char *entry_end;
	Problem    *problem;
} Reader;

static const char *const rounding_names[] = {"round", "floor", "ceil"};
static const char *const ties_names[] = {"keep", "drop", "order"};

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

/* Cuts blanks off both ends of start..end. */
static void
trim(const char **start, const char **end)
{
	while (*start < *end && is_blank(**start))
		(*start)++;
	while (*end > *start && is_blank((*end)[-1]))
		(*end)--;
}

/* Says what was expected of the entry and returns false. */
static bool
refuse(const Reader *reader, const char *expected)
{
	int			length = (int) (reader->entry_end - reader->entry);

	return problem_set(reader->problem, PROBLEM_SYNTAX, "quota '%.*s': %s", length, reader->entry, expected);
}

/* Reads a percentage without its sign, such as 12.5, into millionths of a percent. */
static bool
read_share(const Reader *reader, const char *start, const char *end, int64_t *share)
{
	const char *c = start;
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
			if (decimals < QUOTA_DECIMALS)
			{
				if (*share <= QUOTA_WHOLE)
					*share = *share * 10 + (*c - '0');
				decimals++;
			}
			else if (*c != '0')
				return refuse(reader, "expected a percentage of at most 6 decimals");
		}
	if (!digits || c < end)
		return refuse(reader, "expected a percentage such as 12.5%");
	for (; decimals < QUOTA_DECIMALS; decimals++)
		if (*share <= QUOTA_WHOLE)
			*share *= 10;
	if (*share == 0 || *share > QUOTA_WHOLE)
		return refuse(reader, "expected a percentage above 0% and up to 100%");
	return true;
}

/*
 * Copies a quoted label, c at its opening quote, into the buffer, as much as it
 * may have and a byte more; returns what follows the closing quote, NULL if
 * there is none.
 */
static const char *
copy_quoted(const char *c, char *buffer, size_t *length)
{
	*length = 0;
	for (c++; *c != '\0'; c++)
	{
		if (*c == '"' && *++c != '"')
			return c;
		if (*length <= QUOTA_LABEL_LIMIT)
			buffer[(*length)++] = *c;
	}
	return NULL;
}

/* Where the number begins that ends at end, none of it before start. */
static const char *
number_before(const char *start, const char *end)
{
	while (end > start && (is_digit(end[-1]) || end[-1] == '.'))
		end--;
	return end;
}

/*
 * Takes an unquoted label and its percentage, if it has one, apart: sets where
 * the label ends and where the percentage is.
 */
static bool
split(const Reader *reader, const char **label_end, const char **share, const char **share_end)
{
	const char *end = reader->entry_end;
	const char *number;

	for (const char *c = reader->entry; c < end; c++)
		if (strchr("<>=\"", *c) != NULL)
			return refuse(reader, "a label with < > = or \" in it must be quoted");
	*share = *share_end = NULL;
	*label_end = end;
	if (end > reader->entry && end[-1] == '%')
	{
		const char *start = reader->entry;

		end--;
		trim(&start, &end);
		number = number_before(start, end);
		if (number == start)
			return refuse(reader, "expected a label before the percentage");
		if (!is_blank(number[-1]))
			return refuse(reader, "expected a label, a blank and a percentage such as 12.5%");
		*share = number;
		*share_end = end;
		*label_end = number;
		trim(&start, label_end);
	}
	else
	{
		number = number_before(reader->entry, end);
		if (number < end && number > reader->entry && is_blank(number[-1]))
		{
			refuse(reader, "expected a % sign after the percentage");
			return problem_hint(reader->problem, "If the number belongs to the label, quote the label.");
		}
	}
	return true;
}

/* Adds the share to those before. */
static bool
accumulate(const Reader *reader, Quotas *quotas, int64_t share)
{
	int64_t		cumulative = share + (quotas->count == 0 ? 0 : quotas->grades[quotas->count - 1].cumulative);

	if (cumulative > QUOTA_WHOLE)
		return refuse(reader, "the percentages up to here add up to more than 100%");
	quotas->grades[quotas->count].cumulative = cumulative;
	return true;
}

/* Adds the label, which no grade before may have. */
static bool
name_grade(const Reader *reader, Quotas *quotas, const char *start, size_t length, const Arena *arena)
{
	char	   *label;

	if (length == 0)
		return refuse(reader, "expected a label and a percentage such as A 12.5%");
	if (length > QUOTA_LABEL_LIMIT)
		return problem_set(reader->problem, PROBLEM_LIMIT, "a label of more than %d bytes in quotas", QUOTA_LABEL_LIMIT);
	if (quotas->count == QUOTA_GRADES_LIMIT)
		return problem_set(reader->problem, PROBLEM_LIMIT, "more than %d quotas", QUOTA_GRADES_LIMIT);
	label = arena_allocate(arena, length + 1);
	memcpy(label, start, length);
	label[length] = '\0';
	for (int i = 0; i < quotas->count; i++)
		if (strcmp(quotas->grades[i].label, label) == 0)
			return refuse(reader, "this label has a quota already");
	quotas->grades[quotas->count].label = label;
	return true;
}

/* Reads one entry at text; returns what follows it, NULL with a problem if it is none. */
static const char *
read_entry(const char *text, Quotas *quotas, const Arena *arena, Problem *problem)
{
	Reader		reader = {text, NULL, problem};
	const char *next;
	const char *share;
	const char *share_end;
	const char *label;
	char		unquoted[QUOTA_LABEL_LIMIT + 1];
	size_t		length;
	int64_t		value;

	while (is_blank(*reader.entry))
		reader.entry++;
	if (*reader.entry == '"')
	{
		label = unquoted;
		share = copy_quoted(reader.entry, unquoted, &length);
		if (share == NULL)
		{
			reader.entry_end = reader.entry + strlen(reader.entry);
			refuse(&reader, "the quotation mark is not closed");
			return NULL;
		}
		next = share + strcspn(share, ",");
		reader.entry_end = share_end = next;
		trim(&reader.entry, &reader.entry_end);
		trim(&share, &share_end);
		if (share == share_end)
			share = NULL;
		else if (*--share_end != '%')
		{
			refuse(&reader, "expected a percentage such as 12.5% after the label");
			return NULL;
		}
		else
			trim(&share, &share_end);
	}
	else
	{
		const char *label_end;

		next = reader.entry + strcspn(reader.entry, ",");
		reader.entry_end = next;
		trim(&reader.entry, &reader.entry_end);
		if (!split(&reader, &label_end, &share, &share_end))
			return NULL;
		label = reader.entry;
		length = label_end - label;
	}

	if (!name_grade(&reader, quotas, label, length, arena))
		return NULL;
	if (share != NULL)
	{
		if (!read_share(&reader, share, share_end, &value) || !accumulate(&reader, quotas, value))
			return NULL;
	}
	else if (*next == ',')
	{
		refuse(&reader, "only the last label may go without a percentage");
		return NULL;
	}
	else
		quotas->grades[quotas->count].cumulative = QUOTA_WHOLE;
	quotas->count++;
	return next;
}

/* Reads quotas; see quota.h. */
Quotas *
quotas_parse(const char *text, const Arena *arena, Problem *problem)
{
	Quotas	   *quotas = arena_allocate(arena, offsetof(Quotas, grades) + QUOTA_GRADES_LIMIT * sizeof(Quota));

	quotas->count = 0;
	for (text = read_entry(text, quotas, arena, problem); text != NULL && *text == ',';)
		text = read_entry(text + 1, quotas, arena, problem);
	return text != NULL ? quotas : NULL;
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
			for (int i = 0; i < quotas->count; i++)
			{
				if (boundaries[i] > low)
					for (low = boundaries[i]; parts_ties(low, tied, rows); low++)
						;
				boundaries[i] = low;
			}
			break;
		case QUOTA_DROP:
			for (int i = quotas->count - 1; i >= 0; i--)
			{
				if (boundaries[i] < high)
					for (high = boundaries[i]; parts_ties(high, tied, rows); high--)
						;
				boundaries[i] = high;
			}
			break;
		case QUOTA_ORDER:
			for (int i = 0; i < quotas->count; i++)
				if (parts_ties(boundaries[i], tied, rows))
				{
					problem_set(problem, PROBLEM_DATA,
								"the boundary below grade \"%s\", after %d of %d rows, parts rows that tie in the ORDER BY",
								quotas->grades[i].label, boundaries[i], rows);
					return problem_hint(problem, "Extend the ORDER BY until it tells the rows apart, or use ties \"keep\" or \"drop\".");
				}
			break;
	}
	return true;
}
