/*
 * scoring/bands.c
 *
 * Ordered cut points with labels; see bands.h.
 */
#include <math.h>
#include <string.h>

#include "scoring/bands.h"
#include "scoring/limits.h"

/* What ends an unquoted label. */
#define LABEL_STOPS ",<>=\""

/* An entry as read, before the image is laid out. */
typedef struct Entry
{
	Text		label;
	double		cut;
	bool		lower_is_better;
	bool		strict;
	bool		otherwise;
} Entry;

/* Reads the operator and the cut of an entry; without them it is "otherwise". */
static bool
parse_cut(Scanner *scanner, Entry *entry, Problem *problem)
{
	Text		rest;

	entry->otherwise = false;
	if (scan_character(scanner, '>'))
		entry->lower_is_better = false;
	else if (scan_character(scanner, '<'))
		entry->lower_is_better = true;
	else
	{
		entry->otherwise = true;
		return true;
	}
	entry->strict = !scan_character(scanner, '=');
	scan_blanks(scanner);
	if (!scan_number(scanner, &entry->cut))
	{
		rest = scan_rest(scanner);
		return problem_set(problem, PROBLEM_SYNTAX,
						   "label \"%.*s\": expected a number after the operator, not \"%.*s\"",
						   (int) entry->label.length, entry->label.bytes,
						   (int) rest.length, rest.bytes);
	}
	scan_blanks(scanner);
	return true;
}

/* Returns the operator of an entry as it is written. */
static const char *
entry_operator(bool lower_is_better, bool strict)
{
	if (lower_is_better)
		return strict ? "<" : "<=";
	return strict ? ">" : ">=";
}

/* Checks an entry against the one before: same direction, still reachable. */
static bool
check_order(const Entry *before, const Entry *entry, Problem *problem)
{
	bool		reachable;
	char		cut[NUMBER_TEXT_SIZE];
	char		cut_before[NUMBER_TEXT_SIZE];

	if (before->otherwise)
		return problem_set(problem, PROBLEM_SYNTAX,
						   "label \"%.*s\" has no operator, so it must be the last",
						   (int) before->label.length, before->label.bytes);
	if (entry->otherwise)
		return true;
	if (before->lower_is_better != entry->lower_is_better)
		return problem_set(problem, PROBLEM_SYNTAX,
						   "label \"%.*s\": operator %s points the other way than %s before it",
						   (int) entry->label.length, entry->label.bytes,
						   entry_operator(entry->lower_is_better, entry->strict),
						   entry_operator(before->lower_is_better, before->strict));
	if (before->cut == entry->cut)
		reachable = before->strict && !entry->strict;
	else
		reachable = (entry->cut < before->cut) == !entry->lower_is_better;
	if (!reachable)
		return problem_set(problem, PROBLEM_SYNTAX,
						   "label \"%.*s\": the cut %s must be %s the cut %s before it",
						   (int) entry->label.length, entry->label.bytes,
						   number_text(entry->cut, cut),
						   entry->lower_is_better ? "above" : "below",
						   number_text(before->cut, cut_before));
	return true;
}

/* Checks one entry by itself and against the one before it, if any. */
static bool
check_entry(const Entry *before, const Entry *entry, Problem *problem)
{
	char		cut[NUMBER_TEXT_SIZE];

	if (entry->label.length > LIMIT_LABEL)
		return problem_set(problem, PROBLEM_LIMIT,
						   "a label has %u bytes, more than %d",
						   (unsigned) entry->label.length, LIMIT_LABEL);
	if (!entry->otherwise && !isfinite(entry->cut))
		return problem_set(problem, PROBLEM_VALUE,
						   "label \"%.*s\": the cut must be a finite number, not %s",
						   (int) entry->label.length, entry->label.bytes,
						   number_text(entry->cut, cut));
	if (!entry->otherwise && fabs(entry->cut) > LIMIT_NUMBER)
		return problem_set(problem, PROBLEM_LIMIT,
						   "label \"%.*s\": the cut %s is beyond %g",
						   (int) entry->label.length, entry->label.bytes,
						   number_text(entry->cut, cut), LIMIT_NUMBER);
	return before == NULL || check_order(before, entry, problem);
}

/* Lays out the flat image of entries that have been checked. */
static Bands *
make_image(const Entry *entries, uint32_t count, const Arena *arena)
{
	size_t		label_bytes = 0;
	size_t		size;
	Bands	   *bands;
	char	   *labels;

	for (uint32_t i = 0; i < count; i++)
		label_bytes += entries[i].label.length;
	size = sizeof(Bands) + count * sizeof(Band) + label_bytes;
	bands = arena_allocate(arena, size);
	memset(bands, 0, size);
	bands->size = (uint32_t) size;
	bands->version = BANDS_VERSION;
	bands->lower_is_better = !entries[0].otherwise && entries[0].lower_is_better;
	bands->count = count;
	labels = (char *) &bands->entry[count];
	label_bytes = 0;
	for (uint32_t i = 0; i < count; i++)
	{
		const Entry *entry = &entries[i];
		Band	   *band = &bands->entry[i];
		double		points;

		band->otherwise = entry->otherwise;
		if (!entry->otherwise)
		{
			band->cut = entry->cut;
			band->strict = entry->strict;
		}
		band->is_number = text_to_number(entry->label, &points) &&
			fabs(points) <= LIMIT_NUMBER;
		if (band->is_number)
			band->points = points;
		band->label = (uint32_t) label_bytes;
		band->label_length = entry->label.length;
		memcpy(labels + label_bytes, entry->label.bytes, entry->label.length);
		label_bytes += entry->label.length;
	}
	return bands;
}

/* Reads the text form; returns false and the problem where it is malformed. */
bool
bands_parse(Text text, const Arena *arena, Bands **bands, Problem *problem)
{
	Scanner		scanner = scanner_of(text);
	Entry	   *entries = arena_allocate(arena, LIMIT_BANDS * sizeof(Entry));
	uint32_t	count = 0;

	do
	{
		Entry	   *entry = &entries[count];
		bool		quoted;

		if (count == LIMIT_BANDS)
			return problem_set(problem, PROBLEM_LIMIT,
							   "bands have more than %d entries", LIMIT_BANDS);
		memset(entry, 0, sizeof(Entry));
		if (!scan_label(&scanner, arena, LABEL_STOPS, &entry->label, &quoted, problem) ||
			!parse_cut(&scanner, entry, problem) ||
			!check_entry(count > 0 ? entry - 1 : NULL, entry, problem))
			return false;
		count++;
	} while (scan_character(&scanner, ','));

	if (!scan_at_end(&scanner))
	{
		Text		rest = scan_rest(&scanner);

		return problem_set(problem, PROBLEM_SYNTAX,
						   "expected a comma or the end at \"%.*s\"",
						   (int) rest.length, rest.bytes);
	}
	*bands = make_image(entries, count, arena);
	return true;
}

/*
 * Builds bands from descending cuts (>=) or ascending ones (<=) and their labels;
 * with has_otherwise the last label has no cut.
 */
bool
bands_build(const double *cut, const Text *label, uint32_t count,
			bool has_otherwise, const Arena *arena, Bands **bands, Problem *problem)
{
	Entry	   *entries;
	uint32_t	cuts = has_otherwise ? count - 1 : count;

	if (count == 0)
		return problem_set(problem, PROBLEM_VALUE, "bands need at least one label");
	if (count > LIMIT_BANDS)
		return problem_set(problem, PROBLEM_LIMIT,
						   "bands have more than %d entries", LIMIT_BANDS);
	entries = arena_allocate(arena, count * sizeof(Entry));
	memset(entries, 0, count * sizeof(Entry));
	for (uint32_t i = 0; i < count; i++)
	{
		entries[i].label = label[i];
		entries[i].otherwise = i >= cuts;
		if (i < cuts)
			entries[i].cut = cut[i] + 0.0;
		entries[i].lower_is_better = cuts > 1 && cut[1] > cut[0];
		if (!check_entry(i > 0 ? &entries[i - 1] : NULL, &entries[i], problem))
			return false;
	}
	*bands = make_image(entries, count, arena);
	return true;
}

/* Appends the canonical text form. */
void
bands_print(const Bands *bands, TextBuffer *buffer)
{
	for (uint32_t i = 0; i < bands->count; i++)
	{
		const Band *band = &bands->entry[i];

		if (i > 0)
			buffer_append_string(buffer, ", ");
		buffer_append_label(buffer, bands_label(bands, (int) i), false);
		if (band->otherwise)
			continue;
		buffer_append_character(buffer, ' ');
		buffer_append_string(buffer, entry_operator(bands->lower_is_better, band->strict));
		buffer_append_character(buffer, ' ');
		buffer_append_number(buffer, band->cut);
	}
}

/*
 * Returns the first entry that x matches, counted from 0, or -1; NaN has none. The
 * entries that it does not match come first, so that counting them is enough,
 * and a processor need not guess where to stop.
 */
int
bands_find(const Bands *bands, double x)
{
	double		sign = bands->lower_is_better ? -1 : 1;
	double		value = sign * x;
	uint32_t	missed = 0;

	for (uint32_t i = 0; i < bands->count; i++)
	{
		const Band *band = &bands->entry[i];
		double		cut = sign * band->cut;

		missed += !((value > cut) | ((value == cut) & !band->strict) | band->otherwise);
	}
	return isnan(x) || missed == bands->count ? -1 : (int) missed;
}

/* Returns the place of a label among the labels, counted from 1, or 0. */
int
bands_notch(const Bands *bands, Text label)
{
	for (uint32_t i = 0; i < bands->count; i++)
		if (text_equal(bands_label(bands, (int) i), label))
			return (int) i + 1;
	return 0;
}

/* Returns whether every label is a number, else the first that is not. */
bool
bands_all_numbers(const Bands *bands, Text *offending)
{
	for (uint32_t i = 0; i < bands->count; i++)
		if (!bands->entry[i].is_number)
		{
			*offending = bands_label(bands, (int) i);
			return false;
		}
	return true;
}

/*
 * Returns whether the points never fall as the value rises (direction 1) or as
 * it falls (-1). The labels must be numbers.
 */
bool
bands_monotone(const Bands *bands, int direction)
{
	/* the first entry is the one with the highest values, or with the lowest */
	int			order = bands->lower_is_better ? direction : -direction;

	for (uint32_t i = 1; i < bands->count; i++)
		if (order * (bands->entry[i].points - bands->entry[i - 1].points) < 0)
			return false;
	return true;
}

/* Returns whether a label stands twice, and which. */
bool
bands_has_repeated_label(const Bands *bands, Text *repeated)
{
	for (uint32_t i = 1; i < bands->count; i++)
	{
		*repeated = bands_label(bands, (int) i);
		if (bands_notch(bands, *repeated) <= (int) i)
			return true;
	}
	return false;
}
