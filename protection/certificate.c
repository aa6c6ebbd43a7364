/*
 * protection/certificate.c
 *
 * Checks proofs of protection; see certificate.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protection/certificate.h"
#include "protection/limits.h"

/* What is needed while a certificate is checked; cells, equations and primaries counted from 0. */
typedef struct Checker
{
	const Certificate *certificate;
	const Arena *arena;
	Problem    *problem;
	int			equations;
	int32_t    *names;			/* of the equations, ascending */
	int		   *equation_of;	/* of each term */
	int		   *first_term;		/* of each cell, in terms_of */
	int		   *terms_of;
	int		   *place_of;		/* of each cell: its place among the primaries, or -1 */
	int		   *first_entry;	/* of each witness (2 x place + side), in entries_of */
	int		   *entries_of;
	int64_t    *sums;			/* of each equation */
	int		   *seen;			/* of each cell: the witness that changed it, from 1 */
} Checker;

static const char *const side_names[] = {"low", "high"};

static int
ascending(const void *a, const void *b)
{
	int32_t		x = *(const int32_t *) a;
	int32_t		y = *(const int32_t *) b;

	return (x > y) - (x < y);
}

/* Is this the number of a cell? */
static bool
is_cell(const Checker *checker, int32_t cell)
{
	return cell >= 1 && cell <= checker->certificate->count;
}

/* Numbers the equations by their names. */
static void
number_equations(Checker *checker)
{
	const Certificate *certificate = checker->certificate;

	checker->names = arena_allocate(checker->arena, certificate->terms * sizeof(int32_t));
	memcpy(checker->names, certificate->equations, certificate->terms * sizeof(int32_t));
	qsort(checker->names, certificate->terms, sizeof(int32_t), ascending);
	for (int i = 0; i < certificate->terms; i++)
		if (i == 0 || checker->names[i] != checker->names[i - 1])
			checker->names[checker->equations++] = checker->names[i];
	checker->equation_of = arena_allocate(checker->arena, certificate->terms * sizeof(int));
	for (int i = 0; i < certificate->terms; i++)
	{
		int32_t    *found = bsearch(&certificate->equations[i], checker->names, checker->equations, sizeof(int32_t), ascending);

		checker->equation_of[i] = (int) (found - checker->names);
	}
	checker->sums = arena_allocate(checker->arena, checker->equations * sizeof(int64_t));
	memset(checker->sums, 0, checker->equations * sizeof(int64_t));
}

/* Lists the terms by their cells. */
static bool
list_terms(Checker *checker)
{
	const Certificate *certificate = checker->certificate;
	int		   *first;

	if (certificate->terms > PROTECTION_LIMIT_TERMS)
		return problem_set(checker->problem, PROBLEM_LIMIT, "%d terms of equations are too many: expected at most %d",
						   certificate->terms, PROTECTION_LIMIT_TERMS);
	first = arena_allocate(checker->arena, (certificate->count + 2) * sizeof(int));
	memset(first, 0, (certificate->count + 2) * sizeof(int));
	for (int i = 0; i < certificate->terms; i++)
	{
		if (!is_cell(checker, certificate->cells[i]))
			return problem_set(checker->problem, PROBLEM_VALUE, "term %d is of cell %d: expected 1 to %d", i + 1, certificate->cells[i], certificate->count);
		if (certificate->signs[i] != 1 && certificate->signs[i] != -1)
			return problem_set(checker->problem, PROBLEM_VALUE, "term %d has the sign %d: expected 1 or -1", i + 1, certificate->signs[i]);
		first[certificate->cells[i] + 1]++;
	}
	number_equations(checker);
	for (int i = 1; i <= certificate->count + 1; i++)
		first[i] += first[i - 1];
	checker->terms_of = arena_allocate(checker->arena, certificate->terms * sizeof(int));
	for (int i = 0; i < certificate->terms; i++)
		checker->terms_of[first[certificate->cells[i]]++] = i;
	/* that has moved each beginning to that of the next one */
	checker->first_term = first;
	return true;
}

/* Checks that the true table is possible. */
static bool
check_truth(Checker *checker)
{
	const Certificate *certificate = checker->certificate;
	char		text[3][UNITS_SIZE];

	for (int i = 0; i < certificate->count; i++)
	{
		if (certificate->values[i] > PROTECTION_LIMIT_NUMBER || certificate->values[i] < -PROTECTION_LIMIT_NUMBER)
			return problem_set(checker->problem, PROBLEM_RANGE, "value %s of cell %d is too large: expected at most %s",
							   units_text(certificate->values[i], certificate->decimals, text[0]), i + 1,
							   units_text(PROTECTION_LIMIT_NUMBER, certificate->decimals, text[1]));
		if (certificate->suppressed[i] &&
			(certificate->values[i] < certificate->least[i] || certificate->values[i] > certificate->greatest[i]))
			return problem_set(checker->problem, PROBLEM_DATA, "value %s of cell %d is outside of its bounds, %s to %s",
							   units_text(certificate->values[i], certificate->decimals, text[0]), i + 1,
							   certificate->least[i] == NO_LOWER_BOUND ? "none" : units_text(certificate->least[i], certificate->decimals, text[1]),
							   certificate->greatest[i] == NO_UPPER_BOUND ? "none" : units_text(certificate->greatest[i], certificate->decimals, text[2]));
	}
	for (int i = 0; i < certificate->terms; i++)
	{
		int64_t    *sum = &checker->sums[checker->equation_of[i]];

		if (__builtin_add_overflow(*sum, certificate->signs[i] * certificate->values[certificate->cells[i] - 1], sum))
			return problem_set(checker->problem, PROBLEM_RANGE, "the sum of equation %d is too large", certificate->equations[i]);
	}
	for (int i = 0; i < checker->equations; i++)
		if (checker->sums[i] != 0)
			return problem_set(checker->problem, PROBLEM_DATA, "equation %d does not hold: its terms make %s, not 0",
							   checker->names[i], units_text(checker->sums[i], certificate->decimals, text[0]));
	return true;
}

/* Lists the primary cells by their places. */
static bool
list_primaries(Checker *checker)
{
	const Certificate *certificate = checker->certificate;

	checker->place_of = arena_allocate(checker->arena, certificate->count * sizeof(int));
	for (int i = 0; i < certificate->count; i++)
		checker->place_of[i] = -1;
	for (int i = 0; i < certificate->primaries; i++)
	{
		int32_t		cell = certificate->primary[i];
		const int64_t levels[] = {certificate->lower[i], certificate->upper[i], certificate->sliding[i]};

		if (!is_cell(checker, cell))
			return problem_set(checker->problem, PROBLEM_VALUE, "primary cell %d does not exist: expected 1 to %d", cell, certificate->count);
		if (checker->place_of[cell - 1] >= 0)
			return problem_set(checker->problem, PROBLEM_VALUE, "primary cell %d is there twice", cell);
		for (int j = 0; j < 3; j++)
			if (levels[j] < 0 || levels[j] > PROTECTION_LIMIT_NUMBER)
				return problem_set(checker->problem, PROBLEM_RANGE, "a protection of primary cell %d is out of range", cell);
		if (!certificate->suppressed[cell - 1])
			return problem_set(checker->problem, PROBLEM_DATA, "primary cell %d is shown", cell);
		checker->place_of[cell - 1] = i;
	}
	return true;
}

/* Lists the entries by their witnesses. */
static bool
list_entries(Checker *checker)
{
	const Certificate *certificate = checker->certificate;
	int			witnesses = 2 * certificate->primaries;
	int		   *first;

	if (certificate->entries > PROTECTION_LIMIT_TERMS)
		return problem_set(checker->problem, PROBLEM_LIMIT, "%d values of witnesses are too many: expected at most %d",
						   certificate->entries, PROTECTION_LIMIT_TERMS);
	first = arena_allocate(checker->arena, (witnesses + 2) * sizeof(int));
	memset(first, 0, (witnesses + 2) * sizeof(int));
	for (int i = 0; i < certificate->entries; i++)
	{
		int32_t		cell = certificate->entry_primary[i];

		if (!is_cell(checker, cell) || checker->place_of[cell - 1] < 0)
			return problem_set(checker->problem, PROBLEM_VALUE, "witness value %d is for cell %d, which is no primary cell", i + 1, cell);
		if (!is_cell(checker, certificate->entry_cell[i]))
			return problem_set(checker->problem, PROBLEM_VALUE, "witness value %d is of cell %d: expected 1 to %d", i + 1,
							   certificate->entry_cell[i], certificate->count);
		first[2 * checker->place_of[cell - 1] + certificate->entry_side[i] + 2]++;
	}
	for (int i = 1; i <= witnesses + 1; i++)
		first[i] += first[i - 1];
	checker->entries_of = arena_allocate(checker->arena, certificate->entries * sizeof(int));
	for (int i = 0; i < certificate->entries; i++)
	{
		int			witness = 2 * checker->place_of[certificate->entry_primary[i] - 1] + certificate->entry_side[i];

		checker->entries_of[first[witness + 1]++] = i;
	}
	checker->first_entry = first;
	checker->seen = arena_allocate(checker->arena, certificate->count * sizeof(int));
	memset(checker->seen, 0, certificate->count * sizeof(int));
	return true;
}

/* Checks one changed cell of a witness and adds the change to its equations. */
static bool
check_entry(Checker *checker, int witness, int entry)
{
	const Certificate *certificate = checker->certificate;
	int			cell = certificate->entry_cell[entry] - 1;
	int64_t		value = certificate->entry_value[entry];
	const char *side = side_names[witness % 2];
	int32_t		primary = certificate->primary[witness / 2];
	char		text[UNITS_SIZE];

	if (checker->seen[cell] == witness + 1)
		return problem_set(checker->problem, PROBLEM_DATA, "the %s witness of cell %d gives cell %d twice", side, primary, cell + 1);
	checker->seen[cell] = witness + 1;
	if (value == NOT_WHOLE)
		return problem_set(checker->problem, PROBLEM_DATA, "the %s witness of cell %d gives cell %d a value with more decimals than the table has",
						   side, primary, cell + 1);
	if (value > PROTECTION_LIMIT_NUMBER || value < -PROTECTION_LIMIT_NUMBER)
		return problem_set(checker->problem, PROBLEM_RANGE, "the %s witness of cell %d gives cell %d a value that is too large", side, primary, cell + 1);
	if (!certificate->suppressed[cell])
		return problem_set(checker->problem, PROBLEM_DATA, "the %s witness of cell %d changes cell %d, which is shown", side, primary, cell + 1);
	if (value < certificate->least[cell] || value > certificate->greatest[cell])
		return problem_set(checker->problem, PROBLEM_DATA, "the %s witness of cell %d gives cell %d the value %s, outside of its bounds",
						   side, primary, cell + 1, units_text(value, certificate->decimals, text));
	for (int at = checker->first_term[cell]; at < checker->first_term[cell + 1]; at++)
	{
		int			term = checker->terms_of[at];

		/* at most twice the limit of a number, ten million times */
		if (__builtin_add_overflow(checker->sums[checker->equation_of[term]],
								   certificate->signs[term] * (value - certificate->values[cell]),
								   &checker->sums[checker->equation_of[term]]))
			return problem_set(checker->problem, PROBLEM_RANGE, "the sum of equation %d in the %s witness of cell %d is too large",
							   certificate->equations[term], side, primary);
	}
	return true;
}

/* Checks a witness; moved becomes how far it takes its primary cell from the value. */
static bool
check_witness(Checker *checker, int witness, int64_t *moved)
{
	const Certificate *certificate = checker->certificate;
	int32_t		primary = certificate->primary[witness / 2];
	char		text[UNITS_SIZE];

	*moved = 0;
	for (int i = checker->first_entry[witness]; i < checker->first_entry[witness + 1]; i++)
	{
		int			entry = checker->entries_of[i];

		if (!check_entry(checker, witness, entry))
			return false;
		if (certificate->entry_cell[entry] == primary)
			*moved = certificate->entry_value[entry] - certificate->values[primary - 1];
	}
	/* all sums are 0 again where the witness is right */
	for (int i = checker->first_entry[witness]; i < checker->first_entry[witness + 1]; i++)
	{
		int			cell = certificate->entry_cell[checker->entries_of[i]] - 1;

		for (int at = checker->first_term[cell]; at < checker->first_term[cell + 1]; at++)
		{
			int			equation = checker->equation_of[checker->terms_of[at]];

			if (checker->sums[equation] != 0)
				return problem_set(checker->problem, PROBLEM_DATA, "equation %d does not hold in the %s witness of cell %d: its terms make %s, not 0",
								   checker->names[equation], side_names[witness % 2], primary,
								   units_text(checker->sums[equation], certificate->decimals, text));
		}
	}
	return true;
}

/* Checks that the witnesses of a primary cell go far enough. */
static bool
check_protection(Checker *checker, int place)
{
	const Certificate *certificate = checker->certificate;
	int64_t		sliding = certificate->sliding[place];
	int64_t		low;
	int64_t		high;
	char		text[2][UNITS_SIZE];

	if (!check_witness(checker, 2 * place + SIDE_LOW, &low) || !check_witness(checker, 2 * place + SIDE_HIGH, &high))
		return false;
	if (sliding == 0 && certificate->lower[place] == 0 && certificate->upper[place] == 0)
		sliding = 1;
	if (-low < certificate->lower[place])
		return problem_set(checker->problem, PROBLEM_DATA, "the low witness takes cell %d down by %s, not by %s", certificate->primary[place],
						   units_text(-low, certificate->decimals, text[0]), units_text(certificate->lower[place], certificate->decimals, text[1]));
	if (high < certificate->upper[place])
		return problem_set(checker->problem, PROBLEM_DATA, "the high witness takes cell %d up by %s, not by %s", certificate->primary[place],
						   units_text(high, certificate->decimals, text[0]), units_text(certificate->upper[place], certificate->decimals, text[1]));
	if (high - low < sliding)
		return problem_set(checker->problem, PROBLEM_DATA, "the witnesses of cell %d are %s apart, not %s", certificate->primary[place],
						   units_text(high - low, certificate->decimals, text[0]), units_text(sliding, certificate->decimals, text[1]));
	return true;
}

/* Does the certificate prove the protection? See certificate.h. */
bool
certificate_check(const Certificate *certificate, const Arena *arena, Problem *problem)
{
	Checker		checker = {certificate, arena, problem};

	if (certificate->count > PROTECTION_LIMIT_CELLS)
		return problem_set(problem, PROBLEM_LIMIT, "%d cells are too many: expected at most %d", certificate->count, PROTECTION_LIMIT_CELLS);
	if (!list_terms(&checker) || !list_primaries(&checker) || !list_entries(&checker) || !check_truth(&checker))
		return false;
	for (int i = 0; i < certificate->primaries; i++)
	{
		arena_pause(arena, i);
		if (!check_protection(&checker, i))
			return false;
	}
	return true;
}
