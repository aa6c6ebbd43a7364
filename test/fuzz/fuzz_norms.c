/*
 * test/fuzz/fuzz_norms.c
 *
 * Any text as norms: refused with a message, or built, printed and built again
 * to the same bytes, also by way of a population; then joined with themselves.
 */
#include "test/fuzz/palloc.h"

#include <math.h>

#include "scoring/limits.h"
#include "scoring/population.h"

/* Builds norms from JSON; false and a problem where they are refused. */
static bool
build(Text text, Norms **norms, Problem *problem)
{
	JsonNode   *root = json_document(text, &fuzz_arena, problem);

	return root != NULL && norms_build(root, &fuzz_arena, norms, problem);
}

static bool
same_norms(const Norms *one, const Norms *other)
{
	return one->size == other->size && memcmp(one, other, one->size) == 0;
}

/* Joins norms with themselves. */
static void
check_joined(const Norms *norms)
{
	Population	population;
	Problem		problem;
	Norms	   *joined;

	population_of_norms(norms, &fuzz_arena, &population);
	FUZZ_CHECK(population_norms(&population, &fuzz_arena, &joined, &problem));
	FUZZ_CHECK(same_norms(norms, joined));
	FUZZ_CHECK(norms_same_indicators(norms, joined));
	if (!population_merge(&population, norms, &fuzz_arena, &problem))
	{
		FUZZ_CHECK(problem.kind == PROBLEM_LIMIT);
		return;
	}
	FUZZ_CHECK(population_norms(&population, &fuzz_arena, &joined, &problem));
	for (uint32_t i = norms->has_groups ? norms->indicator_items : 0;
		 i < norms->indicator_items + norms->group_items; i++)
	{
		const NormsItem *item = &norms->item[i];

		/* twice the same values: the same places, and no more spread */
		FUZZ_CHECK(joined->item[i].count == 2 * item->count);
		FUZZ_CHECK(joined->item[i].minimum == item->minimum);
		FUZZ_CHECK(joined->item[i].maximum == item->maximum);
		FUZZ_CHECK(joined->item[i].mean == item->mean || isinf(joined->item[i].mean));
		FUZZ_CHECK(item->count < 2 || !(joined->item[i].deviation > item->deviation));
		FUZZ_CHECK(joined->item[i].values == item->values);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	TextBuffer	buffer;
	Problem		problem;
	Norms	   *norms;
	Norms	   *again;

	/* the server lets no other text in */
	if (pg_encoding_verifymbstr(PG_UTF8, text.bytes, (int) size) != (int) size)
		return -1;
	if (!build(text, &norms, &problem))
		return fuzz_refused(&problem);
	for (uint32_t i = 0; i < norms->indicator_items + norms->group_items; i++)
	{
		const NormsItem *item = &norms->item[i];

		FUZZ_CHECK(item->minimum <= item->maximum && !(item->deviation < 0));
		FUZZ_CHECK(item->minimum <= item->median || item->values == 0);
		FUZZ_CHECK(item->median <= item->maximum || item->values == 0);
		if (item->values > 0)
		{
			FUZZ_CHECK(norms_percentile(norms, item, item->minimum) > 0);
			FUZZ_CHECK(norms_percentile(norms, item, item->maximum) < 1);
		}
	}
	buffer_init(&buffer, &fuzz_arena);
	norms_print(norms, &buffer);
	FUZZ_CHECK(build(buffer_text(&buffer), &again, &problem));
	FUZZ_CHECK(same_norms(norms, again));
	check_joined(norms);
	return fuzz_done();
}
