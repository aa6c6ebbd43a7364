/*
 * test/core/test_curve.c
 *
 * Curves without a server: knots, jumps, ends; and random curves, which read back,
 * stay within their knots and are as monotone as those.
 */
#include <float.h>
#include <math.h>

#include "scoring/curve.h"
#include "scoring/limits.h"
#include "test/core/random.h"
#include "test/core/tap.h"

/* Returns the curve of a text, or NULL. */
static Curve *
parsed(const char *text, Problem *problem)
{
	Curve	   *curve;

	return curve_parse(text_of(text), &tap_arena, &curve, problem) ? curve : NULL;
}

/* The value at x. */
static void
gives(const char *text, double x, double expected)
{
	Problem		problem;
	Curve	   *curve = parsed(text, &problem);
	char		name[120];

	snprintf(name, sizeof(name), "%s at %.17g", text, x);
	is_bits(curve == NULL ? NAN : curve_value(curve, x), expected, name);
}

/* A text is refused with this message. */
static void
refuses(const char *text, ProblemKind kind, const char *message)
{
	Problem		problem = {PROBLEM_NONE, "accepted", ""};

	ok(parsed(text, &problem) == NULL && problem.kind == kind, "\"%s\" is refused", text);
	is_text(problem.message, message, "with this message");
}

/* Returns the canonical text. */
static const char *
printed(const Curve *curve)
{
	TextBuffer	buffer;

	buffer_init(&buffer, &tap_arena);
	curve_print(curve, &buffer);
	return buffer.bytes;
}

static void
test_values(void)
{
	Problem		problem;

	gives("0:0, 60:40, 60:70, 100:100", -INFINITY, 0);
	gives("0:0, 60:40, 60:70, 100:100", 0, 0);
	gives("0:0, 60:40, 60:70, 100:100", 15, 10);
	gives("0:0, 60:40, 60:70, 100:100", 60, 70);
	gives("0:0, 60:40, 60:70, 100:100", 80, 85);
	gives("0:0, 60:40, 60:70, 100:100", 100, 100);
	gives("0:0, 60:40, 60:70, 100:100", INFINITY, 100);
	gives("0:=10, 0:7, 100:0", 0, 10);
	gives("0:=10, 0:7, 100:0", 5e-324, 7);
	gives("0:=10, 0:7, 100:0", -5e-324, 10);
	gives("0:10, 0:7", 0, 7);
	gives("0:=10, 0:7", 0, 10);
	gives("0:=10, 0:7", 1, 7);
	gives("5:3", -1, 3);
	gives("5:3", 5, 3);
	gives("5:3", 6, 3);
	gives("0:0, 3:1", 1, 1.0 / 3);
	gives("-1e100:-1e100, 1e100:1e100", 0, 0);
	gives("0:1e100, 1e-100:-1e100", 1e-100, -1e100);

	ok(curve_monotone(parsed("0:0, 1:1, 2:1", &problem), 1) && !curve_monotone(parsed("0:0, 1:1, 2:1", &problem), -1), "a curve that rises");
	ok(curve_monotone(parsed("0:1, 0:0, 1:0", &problem), -1) && !curve_monotone(parsed("0:1, 0:0, 1:0", &problem), 1), "one that falls by a jump");
	ok(!curve_monotone(parsed("0:0, 1:1, 2:0", &problem), 1) && !curve_monotone(parsed("0:0, 1:1, 2:0", &problem), -1), "one that does neither");
	is_bits(curve_maximum(parsed("0:0, 1:8, 2:5", &problem)), 8, "the highest point is not at an end");
	is_bits(curve_maximum(parsed("0:-3", &problem)), -3, "the highest of one");

	refuses("", PROBLEM_SYNTAX, "expected a number x at \"\"");
	refuses("1:0, 0:1", PROBLEM_SYNTAX, "knot 2: x must ascend, but 0 follows 1");
	refuses("0:=1, 0:=2", PROBLEM_SYNTAX, "knot 2: both knots at x = 0 are marked \":=\"");
	refuses("0:1e101", PROBLEM_LIMIT, "knot 1 (0:1e+101) is beyond 1e+100");
}

/* Random curves that rise or fall, with jumps. */
static void
test_random(void)
{
	int			not_same = 0;
	int			not_within = 0;
	int			not_monotone = 0;
	int			not_at_knots = 0;
	Problem		problem;

	for (int round = 0; round < 2000; round++)
	{
		uint32_t	count = 1 + (uint32_t) random_below(12);
		int			direction = random_below(2) == 0 ? 1 : -1;
		double		x[12];
		double		y[12];
		Curve	   *curve;
		Curve	   *again;
		double		before = NAN;

		for (uint32_t i = 0; i < count; i++)
		{
			x[i] = i == 0 ? random_double((int) random_below(2)) :
				i > 0 && x[i - 1] != (i > 1 ? x[i - 2] : NAN) && random_below(4) == 0 ? x[i - 1] :
				x[i - 1] + ldexp(random_unit() + 0.1, (int) random_below(12) - 8);
			y[i] = i == 0 ? random_double(7) : y[i - 1] + direction * (random_below(4) == 0 ? 0 : ldexp(random_unit(), (int) random_below(30) - 20));
		}
		if (!curve_build(x, y, count, &tap_arena, &curve, &problem))
		{
			not_same++;
			continue;
		}
		again = parsed(printed(curve), &problem);
		if (again == NULL || curve->size != again->size ||
			memcmp(&curve->size, &again->size, curve->size - sizeof(curve->length_word)) != 0)
			not_same++;
		for (uint32_t i = 0; i < count; i++)
			if (i + 1 == count || x[i + 1] != x[i])
				not_at_knots += curve_value(curve, x[i]) != y[i];
		not_monotone += !curve_monotone(curve, direction);
		for (int i = 0; i <= 200; i++)
		{
			double		at = x[0] - 0.01 + (x[count - 1] - x[0] + 0.02) * i / 200;
			double		value = curve_value(curve, at);

			not_within += !(direction * value >= direction * y[0] && direction * value <= direction * y[count - 1]);
			not_monotone += direction * (value - before) < 0;
			before = value;
		}
	}
	ok(not_same == 0, "random curves read back");
	ok(not_at_knots == 0, "the value at a knot is that of the knot, of two at one x the later");
	ok(not_within == 0, "values stay within those of the ends");
	ok(not_monotone == 0, "what rises or falls does so at every step");
}

/* What a value is by every knot of the largest curve. */
static void
test_largest(void)
{
	double		x[LIMIT_KNOTS + 1];
	double		y[LIMIT_KNOTS + 1];
	Curve	   *curve;
	Problem		problem;
	int			wrong = 0;

	for (int i = 0; i <= LIMIT_KNOTS; i++)
	{
		x[i] = i;
		y[i] = i % 7;
	}
	ok(curve_build(x, y, LIMIT_KNOTS, &tap_arena, &curve, &problem), "the largest curve");
	for (int i = 0; i < LIMIT_KNOTS; i++)
		wrong += curve_value(curve, i) != i % 7;
	ok(wrong == 0, "has a value at each of its knots");
	ok(!curve_build(x, y, LIMIT_KNOTS + 1, &tap_arena, &curve, &problem) && problem.kind == PROBLEM_LIMIT, "one knot more is too many");
	ok(!curve_build(x, y, 0, &tap_arena, &curve, &problem) && problem.kind == PROBLEM_VALUE, "none are too few");
	x[1] = NAN;
	ok(!curve_build(x, y, 2, &tap_arena, &curve, &problem) && problem.kind == PROBLEM_VALUE, "NaN is no knot");
	x[1] = 1;
	y[1] = INFINITY;
	ok(!curve_build(x, y, 2, &tap_arena, &curve, &problem) && problem.kind == PROBLEM_VALUE, "nor is an infinity");
}

int
main(void)
{
	random_seed(4);
	test_values();
	test_random();
	test_largest();
	return done_testing();
}
