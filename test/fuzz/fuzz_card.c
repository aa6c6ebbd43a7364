/*
 * test/fuzz/fuzz_card.c
 *
 * Any text as a scorecard: refused with a message, or built, printed and built
 * again to the same bytes; then rows are scored by it, against their own norms
 * where it standardises, which may be refused but gives the same score by every
 * way.
 */
#include "test/fuzz/palloc.h"

#include <math.h>

#include "scoring/population.h"

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

/* Makes a row of the card that differs from others; the first has nothing in it. */
static void
make_row(const Scorecard *card, size_t row, double *x)
{
	static const double values[] = {0, 1, 2, -1, 0.5, 60, 1e100, -1e308, 5e-324};

	for (uint32_t i = 0; i < card->inputs; i++)
	{
		uint32_t	texts = card_inputs(card)[i].texts;

		x[i] = row == 0 ? NAN : texts > 0 ? (double) ((row + i) % (texts + 1)) :
			values[(row - 1 + i * 5) % lengthof(values)];
	}
}

#define ROWS 10

/* Makes the norms of all rows, in the first or second step; NULL where refused. */
static Norms *
make_norms(Workspace *workspace, const Norms *base, double *x)
{
	Population	population;
	Problem		problem;
	Norms	   *norms;

	if (!population_create(workspace->card, base, &fuzz_arena, &population, &problem) ||
		!population_use_workspace(&population, workspace, &problem))
		return NULL;
	for (size_t row = 0; row < ROWS; row++)
	{
		make_row(workspace->card, row, x);
		if (!population_add(&population, x, &fuzz_arena, &problem))
			return NULL;
	}
	FUZZ_CHECK(population_norms(&population, &fuzz_arena, &norms, &problem));
	FUZZ_CHECK(norms_fit_card(norms, workspace->card, &problem));
	return norms;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	Problem		problem;
	Scorecard  *card;
	Scorecard  *again;
	Workspace  *workspace;
	Norms	   *norms;
	double	   *x;

	/* the server lets no other text in */
	if (pg_encoding_verifymbstr(PG_UTF8, text.bytes, (int) size) != (int) size)
		return -1;
	if (!build(text, &card, &problem))
		return fuzz_refused(&problem);
	FUZZ_CHECK(build(card_text(card, card->json), &again, &problem));
	FUZZ_CHECK(card->size == again->size);
	FUZZ_CHECK(memcmp(&card->size, &again->size, card->size - sizeof(card->length_word)) == 0);

	workspace = workspace_create(card, &fuzz_arena);
	x = arena_allocate(&fuzz_arena, card->inputs * sizeof(double));
	if (card->norms_items > 0)
	{
		norms = make_norms(workspace, NULL, x);
		if (norms != NULL && card->has_group_norms)
			norms = make_norms(workspace, norms, x);
		if (norms == NULL || !workspace_use_norms(workspace, norms, &problem))
			return fuzz_done();
	}
	for (size_t row = 0; row < ROWS; row++)
	{
		make_row(card, row, x);
		check_row(workspace, x);
	}
	return fuzz_done();
}
