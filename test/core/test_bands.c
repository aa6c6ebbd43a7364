/*
 * test/core/test_bands.c
 *
 * Bands without a server: every operator at the cut and next to it, order,
 * monotony, and random bands printed and read again.
 */
#include <float.h>
#include <math.h>

#include "scoring/bands.h"
#include "scoring/limits.h"
#include "test/core/random.h"
#include "test/core/tap.h"

/* Returns the bands of a text, or NULL. */
static Bands *
parsed(const char *text, Problem *problem)
{
	Bands	   *bands;

	return bands_parse(text_of(text), &tap_arena, &bands, problem) ? bands : NULL;
}

/* The entry that a value finds. */
static void
finds(const char *text, double x, int expected)
{
	Problem		problem;
	Bands	   *bands = parsed(text, &problem);

	ok(bands != NULL && bands_find(bands, x) == expected, "%.17g in %s finds entry %d", x, text, expected);
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
printed(const Bands *bands)
{
	TextBuffer	buffer;

	buffer_init(&buffer, &tap_arena);
	bands_print(bands, &buffer);
	return buffer.bytes;
}

static void
test_finding(void)
{
	double		up = nextafter(90, INFINITY);
	double		down = nextafter(90, -INFINITY);

	finds("A >= 90", 90, 0);
	finds("A >= 90", down, -1);
	finds("A > 90", 90, -1);
	finds("A > 90", up, 0);
	finds("A <= 90", 90, 0);
	finds("A <= 90", up, -1);
	finds("A < 90", 90, -1);
	finds("A < 90", down, 0);
	finds("A > 90, B >= 90, C", up, 0);
	finds("A > 90, B >= 90, C", 90, 1);
	finds("A > 90, B >= 90, C", down, 2);
	finds("A < 90, B <= 90, C", down, 0);
	finds("A < 90, B <= 90, C", 90, 1);
	finds("A < 90, B <= 90, C", up, 2);
	finds("A > 0, B", -0.0, 1);
	finds("A >= 0, B", -0.0, 0);
	finds("A < 0, B", -0.0, 1);
	finds("A", NAN, -1);
	finds("A", -INFINITY, 0);
	finds("A >= 1, B", NAN, -1);
	finds("A >= -1e100", -DBL_MAX, -1);
	finds("A >= 5e-324", 5e-324, 0);
	finds("A >= 5e-324", 0, -1);
}

static void
test_properties(void)
{
	Problem		problem;
	Bands	   *bands = parsed("3 >= 10, 1 >= 5, 2 >= 0", &problem);
	Text		text;
	double		cut[] = {8, 15};
	Text		label[] = {text_of("A"), text_of("B"), text_of("C")};

	ok(!bands_monotone(bands, 1) && !bands_monotone(bands, -1), "3, 1, 2 neither rise nor fall");
	ok(bands_monotone(parsed("3 >= 10, 1 >= 5, 1", &problem), 1), "3, 1, 1 rise with the value");
	ok(!bands_monotone(parsed("3 >= 10, 1 >= 5, 1", &problem), -1), "and do not fall");
	ok(bands_monotone(parsed("3 <= 10, 1 <= 50, 0", &problem), -1), "3, 1, 0 of values up to a cut fall with the value");
	ok(!bands_monotone(parsed("3 <= 10, 1 <= 50, 0", &problem), 1), "and do not rise");
	ok(bands_monotone(parsed("7", &problem), 1) && bands_monotone(parsed("7", &problem), -1), "a single band does both");
	ok(bands_all_numbers(bands, &text), "labels that are numbers");
	ok(!bands_all_numbers(parsed("3 >= 10, n/a >= 5, -", &problem), &text) && text_equal(text, text_of("n/a")), "the first that is not");
	ok(!bands_has_repeated_label(parsed("A >= 10, B >= 5, a", &problem), &text), "labels that differ in case do not repeat");
	ok(bands_has_repeated_label(parsed("A >= 10, B >= 5, A", &problem), &text) && text_equal(text, text_of("A")), "one that does");
	ok(bands_notch(parsed("A >= 10, B >= 5, C", &problem), text_of("B")) == 2 && bands_notch(parsed("A", &problem), text_of("B")) == 0, "notches");

	ok(bands_build(cut, label, 3, true, &tap_arena, &bands, &problem), "bands of arrays");
	is_text(printed(bands), "A <= 8, B <= 15, C", "with ascending cuts are up to them");
	ok(bands_build(cut, label, 2, false, &tap_arena, &bands, &problem), "without the rest");
	is_text(printed(bands), "A <= 8, B <= 15", "there is none");
	ok(bands_build(cut, label, 1, true, &tap_arena, &bands, &problem), "the rest alone");
	is_text(printed(bands), "A", "is all");
	ok(!bands_build(cut, label, 0, false, &tap_arena, &bands, &problem) && problem.kind == PROBLEM_VALUE, "nothing is not enough");

	refuses("", PROBLEM_SYNTAX, "a label is missing");
	refuses("A >= 1, B >= 2", PROBLEM_SYNTAX, "label \"B\": the cut 2 must be below the cut 1 before it");
	refuses("A >= 1e101", PROBLEM_LIMIT, "label \"A\": the cut 1e+101 is beyond 1e+100");
}

/* Random bands: read, printed, read again, the same; and every cut divides as its operator says. */
static void
test_random(void)
{
	int			wrong = 0;
	Problem		problem;

	for (int round = 0; round < 2000; round++)
	{
		int			count = 1 + (int) random_below(20);
		bool		lower = random_below(2) == 0;
		double		cut = random_double(random_below(2) == 0 ? 0 : 7);
		TextBuffer	text;
		Bands	   *bands;
		Bands	   *again;

		buffer_init(&text, &tap_arena);
		for (int i = 0; i < count; i++)
		{
			static const char *const labels[] = {"A", "12.5", "优秀", "\"a, b\"", "x y", "-1e5"};

			if (i > 0)
				buffer_append_string(&text, random_below(2) == 0 ? "," : "  ,\t");
			buffer_append_string(&text, labels[random_below(6)]);
			if (i > 0 && i + 1 == count && random_below(2) == 0)
				continue;
			buffer_append_string(&text, lower ? "<" : ">");
			buffer_append_string(&text, random_below(2) == 0 ? "=" : "");
			buffer_append_number(&text, cut);
			cut += (lower ? 1 : -1) * ldexp(1 + random_unit(), ilogb(fabs(cut) + 1e-30) - (int) random_below(5));
		}
		bands = parsed(text.bytes, &problem);
		again = bands == NULL ? NULL : parsed(printed(bands), &problem);
		if (again == NULL || bands->size != again->size ||
			memcmp(&bands->size, &again->size, bands->size - sizeof(bands->length_word)) != 0)
		{
			wrong++;
			continue;
		}
		for (uint32_t i = 0; i < bands->count; i++)
		{
			const Band *band = &bands->entry[i];
			double		inside = nextafter(band->cut, lower ? -INFINITY : INFINITY);
			double		outside = nextafter(band->cut, lower ? INFINITY : -INFINITY);

			if (band->otherwise)
				wrong += bands_find(bands, lower ? DBL_MAX : -DBL_MAX) != (int) i;
			else
				wrong += bands_find(bands, inside) != (int) i ||
					bands_find(bands, outside) == (int) i ||
					(bands_find(bands, band->cut) == (int) i) == band->strict;
		}
	}
	ok(wrong == 0, "random bands read back, and divide at their cuts");
}

int
main(void)
{
	random_seed(3);
	test_finding();
	test_properties();
	test_random();
	return done_testing();
}
