/*
 * test/fuzz/fuzz_curve.c
 *
 * Any bytes as a curve: refused with a message, or printed and read back the same;
 * its values stay within those of its knots.
 */
#include <math.h>

#include "scoring/curve.h"
#include "test/fuzz/fuzz.h"

/* The value at x is one of the range of the knots. */
static void
check_value(const Curve *curve, double x, double low, double high)
{
	double		y = curve_value(curve, x);

	FUZZ_CHECK(y >= low && y <= high);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	Problem		problem;
	Curve	   *curve;
	Curve	   *again;
	TextBuffer	printed;
	TextBuffer	reprinted;
	double		low;
	double		high;

	if (!curve_parse(text, &fuzz_arena, &curve, &problem))
		return fuzz_refused(&problem);

	buffer_init(&printed, &fuzz_arena);
	curve_print(curve, &printed);
	FUZZ_CHECK(curve_parse(buffer_text(&printed), &fuzz_arena, &again, &problem));
	buffer_init(&reprinted, &fuzz_arena);
	curve_print(again, &reprinted);
	FUZZ_CHECK(text_equal(buffer_text(&printed), buffer_text(&reprinted)));
	FUZZ_CHECK(curve->size == again->size);
	FUZZ_CHECK(memcmp(&curve->size, &again->size, curve->size - sizeof(curve->length_word)) == 0);

	low = high = curve->knot[0].y;
	for (uint32_t i = 1; i < curve->count; i++)
	{
		low = fmin(low, curve->knot[i].y);
		high = fmax(high, curve->knot[i].y);
	}
	FUZZ_CHECK(curve_maximum(curve) == high);
	for (uint32_t i = 0; i < curve->count; i++)
	{
		check_value(curve, curve->knot[i].x, low, high);
		check_value(curve, nextafter(curve->knot[i].x, INFINITY), low, high);
		check_value(curve, nextafter(curve->knot[i].x, -INFINITY), low, high);
		if (i > 0)
			check_value(curve, curve->knot[i - 1].x / 2 + curve->knot[i].x / 2, low, high);
	}
	return fuzz_done();
}
