/*
 * test/fuzz/fuzz_card.c
 *
 * Any text as a scorecard: refused with a message, or built, printed and built
 * again to the same bytes; then rows are scored by it, which may be refused but
 * gives the same score by every way.
 */
#include "test/core/json.h"
#include "test/fuzz/fuzz.h"

#include <math.h>

#include "scoring/appraise.h"

/*
 * The JSON parser's memory comes from the arena too: these take the place of
 * libpgcommon's, and it is all given back after each input, however the parse
 * was left.
 */
void *
palloc(Size size)
{
	return fuzz_allocate(NULL, size);
}

void *
palloc0(Size size)
{
	return memset(fuzz_allocate(NULL, size), 0, size);
}

void *
repalloc(void *pointer, Size size)
{
	for (size_t i = fuzz_count; i-- > 0;)
	{
		if (fuzz_pieces[i] == pointer)
			return fuzz_pieces[i] = realloc(pointer, size);
	}
	abort();
}

void
pfree(void *pointer)
{
}

char *
pstrdup(const char *string)
{
	return strcpy(fuzz_allocate(NULL, strlen(string) + 1), string);
}

/* Builds a card from JSON; false and a problem where it is refused. */
static bool
build(Text text, Scorecard **card, Problem *problem)
{
	JsonNode   *root = json_document(text, &fuzz_arena, problem);

	return root != NULL && card_build(root, &fuzz_arena, card, problem);
}

/* Scores a row both ways: the same score, or the same refusal. */
static void
check_row(Workspace *workspace, const double *x)
{
	Problem		problem;
	Problem		other_problem;
	Appraisal	appraisal;
	double		score;
	bool		scored = card_score(workspace, x, &score, &problem);

	if (card_appraise(workspace, x, &appraisal, &other_problem))
	{
		FUZZ_CHECK(scored);
		FUZZ_CHECK(isnan(score) ? isnan(appraisal.score) : score == appraisal.score);
		FUZZ_CHECK(!isinf(score) && !(score == 0 && signbit(score)));
		FUZZ_CHECK(appraisal.coverage >= 0 && appraisal.coverage <= 1 + 1e-9);
		FUZZ_CHECK(!isnan(score) || !appraisal.rated);
	}
	else
	{
		FUZZ_CHECK(other_problem.kind != PROBLEM_NONE && other_problem.message[0] != '\0');
		FUZZ_CHECK(!scored || !isnan(score));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const double values[] = {0, 1, 2, -1, 0.5, 60, 1e100, -1e308, 5e-324};
	Text		text = {(const char *) data, (uint32_t) size};
	Problem		problem;
	Scorecard  *card;
	Scorecard  *again;
	Workspace  *workspace;
	double	   *x;

	/* the server lets no other text in */
	if (pg_encoding_verifymbstr(PG_UTF8, text.bytes, (int) size) != (int) size)
		return -1;
	if (!build(text, &card, &problem))
		return fuzz_refused(&problem);
	FUZZ_CHECK(build(card_text(card, card->json), &again, &problem));
	FUZZ_CHECK(card->size == again->size);
	FUZZ_CHECK(memcmp(&card->size, &again->size, card->size - sizeof(card->length_word)) == 0);

	if (card->norms_items > 0)
		return fuzz_done();
	workspace = workspace_create(card, &fuzz_arena);
	x = arena_allocate(&fuzz_arena, card->inputs * sizeof(double));
	for (uint32_t i = 0; i < card->inputs; i++)
		x[i] = NAN;
	check_row(workspace, x);
	for (size_t row = 0; row < lengthof(values); row++)
	{
		for (uint32_t i = 0; i < card->inputs; i++)
		{
			uint32_t	texts = card_inputs(card)[i].texts;

			x[i] = texts > 0 ? (double) ((row + i) % (texts + 1)) : values[(row + i * 5) % lengthof(values)];
		}
		check_row(workspace, x);
	}
	return fuzz_done();
}
