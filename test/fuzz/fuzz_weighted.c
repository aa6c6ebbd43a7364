/*
 * test/fuzz/fuzz_weighted.c
 *
 * Any text as weighted values: refused with a message, or read, printed and read
 * again to the same bytes; their median is one of the values or between two.
 */
#include "test/fuzz/fuzz.h"

#include "scoring/weighted.h"

/* Reads a text to an image; NULL where it is refused. */
static WeightedValues *
read_image(Text text, Multiset *set, Problem *problem)
{
	WeightedValues *image;

	if (!weighted_parse(text, set, &fuzz_arena, problem))
		return NULL;
	image = arena_allocate(&fuzz_arena, weighted_image_size(set));
	weighted_image(set, image);
	return image;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	TextBuffer	buffer;
	Problem		problem;
	Multiset	set;
	Multiset	set_again;
	WeightedValues *image = read_image(text, &set, &problem);
	WeightedValues *again;
	double		median;

	if (image == NULL)
		return fuzz_refused(&problem);
	buffer_init(&buffer, &fuzz_arena);
	weighted_print(image, &buffer);
	again = read_image(buffer_text(&buffer), &set_again, &problem);
	FUZZ_CHECK(again != NULL);
	FUZZ_CHECK(weighted_image_size(&set) == weighted_image_size(&set_again));
	FUZZ_CHECK(memcmp(image, again, weighted_image_size(&set)) == 0);
	FUZZ_CHECK(weighted_median(&set, &fuzz_arena, &median) == (set.distinct > 0));
	if (set.distinct > 0)
		FUZZ_CHECK(median >= set.key[0] && median <= set.key[2 * (set.distinct - 1)]);
	return fuzz_done();
}
