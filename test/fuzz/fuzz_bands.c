/*
 * test/fuzz/fuzz_bands.c
 *
 * Any bytes as bands: refused with a message, or printed and read back the same.
 */
#include <math.h>

#include "scoring/bands.h"
#include "test/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	Problem		problem;
	Bands	   *bands;
	Bands	   *again;
	TextBuffer	printed;
	TextBuffer	reprinted;

	if (!bands_parse(text, &fuzz_arena, &bands, &problem))
		return fuzz_refused(&problem);

	buffer_init(&printed, &fuzz_arena);
	bands_print(bands, &printed);
	FUZZ_CHECK(bands_parse(buffer_text(&printed), &fuzz_arena, &again, &problem));
	buffer_init(&reprinted, &fuzz_arena);
	bands_print(again, &reprinted);
	FUZZ_CHECK(text_equal(buffer_text(&printed), buffer_text(&reprinted)));
	FUZZ_CHECK(bands->size == again->size);
	FUZZ_CHECK(memcmp(&bands->size, &again->size, bands->size - sizeof(bands->length_word)) == 0);

	/* every cut belongs to some entry, and every label can be found */
	for (uint32_t i = 0; i < bands->count; i++)
	{
		int			found = bands_find(bands, bands->entry[i].cut);

		FUZZ_CHECK(found >= -1 && found < (int) bands->count);
		FUZZ_CHECK(bands_notch(bands, bands_label(bands, i)) > 0);
	}
	bands_find(bands, NAN);
	return fuzz_done();
}
