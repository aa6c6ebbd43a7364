/*
 * scoring/curve.c
 *
 * Piecewise-linear functions; see curve.h.
 */
#include <math.h>
#include <string.h>

#include "scoring/curve.h"
#include "scoring/limits.h"

/* Reads one "x:y" or "x:=y". */
static bool
parse_knot(Scanner *scanner, Knot *knot, uint8_t *mark, Problem *problem)
{
	Text		rest;
	const char *expected;

	scan_blanks(scanner);
	if (!scan_number(scanner, &knot->x))
		expected = "expected a number x";
	else
	{
		scan_blanks(scanner);
		if (!scan_character(scanner, ':'))
			expected = "expected a colon";
		else
		{
			*mark = scan_character(scanner, '=');
			scan_blanks(scanner);
			if (scan_number(scanner, &knot->y))
			{
				scan_blanks(scanner);
				return true;
			}
			expected = "expected a number y";
		}
	}
	rest = scan_rest(scanner);
	return problem_set(problem, PROBLEM_SYNTAX, "%s at \"%.*s\"",
					   expected, (int) rest.length, rest.bytes);
}

/* Checks knot i: within limits, x ascending, at most two knots at one x. */
static bool
check_knot(const Knot *knots, const uint8_t *marks, uint32_t i, Problem *problem)
{
	const Knot *knot = &knots[i];
	char		x[NUMBER_TEXT_SIZE];
	char		other[NUMBER_TEXT_SIZE];

	if (!isfinite(knot->x) || !isfinite(knot->y))
		return problem_set(problem, PROBLEM_VALUE,
						   "knot %u (%s:%s) must be of finite numbers", (unsigned) i + 1,
						   number_text(knot->x, x), number_text(knot->y, other));
	if (fabs(knot->x) > LIMIT_NUMBER || fabs(knot->y) > LIMIT_NUMBER)
		return problem_set(problem, PROBLEM_LIMIT,
						   "knot %u (%s:%s) is beyond %g", (unsigned) i + 1,
						   number_text(knot->x, x), number_text(knot->y, other),
						   LIMIT_NUMBER);
	if (i > 0 && knot->x < knot[-1].x)
		return problem_set(problem, PROBLEM_SYNTAX,
						   "knot %u: x must ascend, but %s follows %s",
						   (unsigned) i + 1, number_text(knot->x, x),
						   number_text(knot[-1].x, other));
	if (i > 1 && knot->x == knot[-2].x)
		return problem_set(problem, PROBLEM_SYNTAX,
						   "knot %u: a third knot at x = %s, where two make a jump",
						   (unsigned) i + 1, number_text(knot->x, x));
	if (i > 0 && marks[i] && marks[i - 1] && knot->x == knot[-1].x)
		return problem_set(problem, PROBLEM_SYNTAX,
						   "knot %u: both knots at x = %s are marked \":=\"",
						   (unsigned) i + 1, number_text(knot->x, x));
	return true;
}

/* Lays out the flat image of knots that have been checked. */
static Curve *
make_image(const Knot *knots, const uint8_t *marks, uint32_t count, const Arena *arena)
{
	size_t		size = sizeof(Curve) + count * (sizeof(Knot) + sizeof(uint8_t));
	Curve	   *curve = arena_allocate(arena, size);
	uint8_t    *first_wins;

	memset(curve, 0, size);
	curve->size = (uint32_t) size;
	curve->version = CURVE_VERSION;
	curve->count = count;
	memcpy(curve->knot, knots, count * sizeof(Knot));
	/* only on the first knot of a jump does the mark say anything */
	first_wins = (uint8_t *) &curve->knot[count];
	for (uint32_t i = 0; i + 1 < count; i++)
		first_wins[i] = marks[i] && knots[i].x == knots[i + 1].x;
	return curve;
}

/* Reads the text form; returns false and the problem where it is malformed. */
bool
curve_parse(Text text, const Arena *arena, Curve **curve, Problem *problem)
{
	Scanner		scanner = scanner_of(text);
	Knot	   *knots = arena_allocate(arena, LIMIT_KNOTS * sizeof(Knot));
	uint8_t    *marks = arena_allocate(arena, LIMIT_KNOTS);
	uint32_t	count = 0;

	do
	{
		if (count == LIMIT_KNOTS)
			return problem_set(problem, PROBLEM_LIMIT,
							   "a curve has more than %d knots", LIMIT_KNOTS);
		if (!parse_knot(&scanner, &knots[count], &marks[count], problem) ||
			!check_knot(knots, marks, count, problem))
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
	*curve = make_image(knots, marks, count, arena);
	return true;
}

/* Builds a curve from knots with ascending x. */
bool
curve_build(const double *x, const double *y, uint32_t count,
			const Arena *arena, Curve **curve, Problem *problem)
{
	Knot	   *knots;
	uint8_t    *marks;

	if (count == 0)
		return problem_set(problem, PROBLEM_VALUE, "a curve needs at least one knot");
	if (count > LIMIT_KNOTS)
		return problem_set(problem, PROBLEM_LIMIT,
						   "a curve has more than %d knots", LIMIT_KNOTS);
	knots = arena_allocate(arena, count * sizeof(Knot));
	marks = arena_allocate(arena, count);
	memset(marks, 0, count);
	for (uint32_t i = 0; i < count; i++)
	{
		knots[i].x = x[i] + 0.0;	/* no -0 */
		knots[i].y = y[i] + 0.0;
		if (!check_knot(knots, marks, i, problem))
			return false;
	}
	*curve = make_image(knots, marks, count, arena);
	return true;
}

/* Appends the canonical text form. */
void
curve_print(const Curve *curve, TextBuffer *buffer)
{
	const uint8_t *marks = curve_marks(curve);

	for (uint32_t i = 0; i < curve->count; i++)
	{
		if (i > 0)
			buffer_append_string(buffer, ", ");
		buffer_append_number(buffer, curve->knot[i].x);
		buffer_append_string(buffer, marks[i] ? ":=" : ":");
		buffer_append_number(buffer, curve->knot[i].y);
	}
}

/* Returns the value at x; x must not be NaN. */
double
curve_value(const Curve *curve, double x)
{
	const Knot *knot = curve->knot;
	uint32_t	low = 0;
	uint32_t	high = curve->count;	/* knots from here on are above x */
	const Knot *left;
	const Knot *right;
	double		value;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (knot[middle].x <= x)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return knot[0].y;
	left = &knot[low - 1];
	if (left->x == x && low >= 2 && left[-1].x == x && curve_marks(curve)[low - 2])
		return left[-1].y;
	if (low == curve->count)
		return left->y;
	right = left + 1;
	/* product before quotient: exact for the whole numbers that rules are made of */
	value = left->y + (x - left->x) * (right->y - left->y) / (right->x - left->x);
	/* rounding must not carry it past an end, or the curve would not be monotone */
	if (left->y <= right->y)
		return value < left->y ? left->y : value > right->y ? right->y : value;
	return value > left->y ? left->y : value < right->y ? right->y : value;
}

/* Returns whether the curve never falls as x rises (direction 1) or falls (-1). */
bool
curve_monotone(const Curve *curve, int direction)
{
	for (uint32_t i = 1; i < curve->count; i++)
		if (direction * (curve->knot[i].y - curve->knot[i - 1].y) < 0)
			return false;
	return true;
}

/* Returns the highest value that the curve takes or approaches. */
double
curve_maximum(const Curve *curve)
{
	double		maximum = curve->knot[0].y;

	for (uint32_t i = 1; i < curve->count; i++)
		if (curve->knot[i].y > maximum)
			maximum = curve->knot[i].y;
	return maximum;
}
