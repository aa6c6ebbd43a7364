/*
 * test/core/test_norms.c
 *
 * Populations and their norms: figures against plain ones of sorted values, and
 * the same bytes for every order, division and way through text.
 */
#include "test/core/json.h"

#include <float.h>
#include <math.h>

#include "scoring/limits.h"
#include "scoring/population.h"
#include "test/core/random.h"
#include "test/core/tap.h"

static void
release(void *context, void *memory)
{
	free(memory);
}

/* What grows gives its memory back, as in the server. */
static const Arena arena = {tap_allocate, NULL, release};

static const char *const all_methods =
"{\"name\": \"all\", \"indicators\": ["
"{\"name\": \"zscore\", \"input\": \"x\", \"standardise\": \"zscore\"},"
"{\"name\": \"mean\", \"input\": \"x\", \"standardise\": \"ratio_to_mean\"},"
"{\"name\": \"range\", \"input\": \"x\", \"standardise\": \"minmax\"},"
"{\"name\": \"middle\", \"input\": \"x\", \"standardise\": \"median_range\"},"
"{\"name\": \"robust\", \"input\": \"x\", \"standardise\": \"robust_z\"},"
"{\"name\": \"rank\", \"input\": \"x\", \"standardise\": \"percentile\"},"
"{\"name\": \"some\", \"input\": \"x\", \"standardise\": \"percentile\", \"when\": \"y > 0\"}]}";

static const char *const grouped =
"{\"name\": \"grouped\", \"groups\": [{\"name\": \"g\", \"standardise\": \"zscore\"},"
"{\"name\": \"h\", \"standardise\": \"percentile\", \"aggregate\": \"best\"}], \"indicators\": ["
"{\"name\": \"a\", \"group\": \"g\", \"input\": \"x\", \"standardise\": \"robust_z\"},"
"{\"name\": \"b\", \"group\": \"h\", \"input\": \"x\", \"standardise\": \"minmax\"},"
"{\"name\": \"c\", \"group\": \"h\", \"input\": \"y\"}]}";

/* Returns the card of a text. */
static Scorecard *
card_of(const char *json)
{
	Problem		problem;
	JsonNode   *root = json_document(text_of(json), &arena, &problem);
	Scorecard  *card;

	if (root != NULL && card_build(root, &arena, &card, &problem))
		return card;
	printf("Bail out! %s\n", problem.message);
	exit(1);
}

/* Returns the population of some rows of x and y: those of a part, or with part -1 all. */
static Population
population_of_rows(const Scorecard *card, const Norms *base, double rows[][2], int count,
				   const int *part_of, int part)
{
	Population	population;
	Problem		problem;

	if (!population_create(card, base, &arena, &population, &problem) ||
		!population_use_workspace(&population, workspace_create(card, &arena), &problem))
		ok(false, "%s", problem.message);
	for (int i = 0; i < count; i++)
		if ((part < 0 || part_of[i] == part) &&
			!population_add(&population, rows[i], &arena, &problem))
			ok(false, "%s", problem.message);
	return population;
}

/* Returns the norms of a population. */
static Norms *
norms_of(Population *population)
{
	Norms	   *norms = NULL;
	Problem		problem;

	if (!population_norms(population, &arena, &norms, &problem))
		ok(false, "%s", problem.message);
	return norms;
}

static bool
same_norms(const Norms *one, const Norms *other)
{
	return one->size == other->size && memcmp(one, other, one->size) == 0;
}

/* Returns the norms that the text of others describes. */
static Norms *
through_text(const Norms *norms)
{
	TextBuffer	buffer;
	Problem		problem;
	JsonNode   *root;
	Norms	   *again;

	buffer_init(&buffer, &arena);
	norms_print(norms, &buffer);
	root = json_document(buffer_text(&buffer), &arena, &problem);
	if (root == NULL || !norms_build(root, &arena, &again, &problem))
	{
		ok(false, "%s: %s", buffer.bytes, problem.message);
		return NULL;
	}
	return again;
}

static int
compare_doubles(const void *one, const void *other)
{
	double		a = *(const double *) one;
	double		b = *(const double *) other;

	return (a > b) - (a < b);
}

/* The median of sorted values, as it is defined. */
static double
median_of_sorted(const double *value, int count)
{
	if (count % 2 == 1)
		return value[count / 2];
	return value[count / 2 - 1] / 2 + value[count / 2] / 2;
}

/* Whether two numbers are as near as rounding a long way leaves them. */
static bool
is_near(double got, double expected)
{
	return got == expected || fabs(got - expected) <= 1e-12 * fabs(expected);
}

/* Holds the figures of all methods against plain ones of the same values. */
static void
test_figures(const Norms *norms, const double *value, int count)
{
	double	   *sorted = malloc((count + 1) * sizeof(double));
	double	   *distance = malloc((count + 1) * sizeof(double));
	const NormsItem *item = norms->item;
	double		sum = 0;
	double		spread = 0;
	double		median;
	bool		right = true;

	memcpy(sorted, value, count * sizeof(double));
	qsort(sorted, count, sizeof(double), compare_doubles);
	median = median_of_sorted(sorted, count);
	for (int i = 0; i < count; i++)
	{
		sum += value[i];
		distance[i] = fabs(value[i] - median);
	}
	qsort(distance, count, sizeof(double), compare_doubles);
	for (int i = 0; i < count; i++)
		spread += (value[i] - sum / count) * (value[i] - sum / count);

	ok(item[0].count == count && item[6].count <= count && norms->rows >= count, "counts");
	ok(is_near(item[0].mean, sum / count) && item[0].mean == item[1].mean, "mean");
	ok(count > 1 ? is_near(item[0].deviation, sqrt(spread / (count - 1))) : item[0].deviation == 0, "deviation");
	for (int i = 1; i <= 5; i++)
		right = right && item[i].minimum == sorted[0] && item[i].maximum == sorted[count - 1];
	ok(right, "ranges");
	for (int i = 3; i <= 5; i++)
		right = right && item[i].median == median;
	ok(right, "medians");
	ok(item[4].median_deviation == median_of_sorted(distance, count), "median deviation");
	for (int i = 0; i < count; i++)
	{
		int			below = 0;
		int			equal = 0;

		for (int j = 0; j < count; j++)
		{
			below += value[j] < value[i];
			equal += value[j] == value[i];
		}
		right = right && norms_percentile(norms, &item[5], value[i]) == (below + 0.5 * equal) / count;
	}
	ok(right, "percentiles");
	ok(norms_percentile(norms, &item[5], -DBL_MAX) <= (sorted[0] == -DBL_MAX ? 1 : 0) &&
	   norms_percentile(norms, &item[5], nextafter(sorted[count - 1], HUGE_VAL)) == 1,
	   "percentiles beyond the ends");
	free(sorted);
	free(distance);
}

/* Random rows in all divisions and ways. */
static void
test_rows(int kind, int count)
{
	const Scorecard *card = card_of(all_methods);
	const Scorecard *groups = card_of(grouped);
	double		(*rows)[2] = malloc((count + 1) * sizeof(*rows));
	double	   *value = malloc((count + 1) * sizeof(double));
	int		   *part = malloc((count + 1) * sizeof(int));
	int			values = 0;
	Population	population;
	Norms	   *whole;
	Norms	   *base;
	Problem		problem;

	for (int i = 0; i < count; i++)
	{
		rows[i][0] = random_below(10) == 0 ? NAN : random_double(kind);
		if (kind == 6)
			rows[i][0] /= 1e10;	/* figures must stay finite */
		rows[i][1] = (double) random_below(3);
		part[i] = (int) random_below(4);
		if (!isnan(rows[i][0]))
			value[values++] = rows[i][0];
	}
	population = population_of_rows(card, NULL, rows, count, NULL, -1);
	whole = norms_of(&population);
	if (values > 0 && kind != 2 && kind != 5)
		test_figures(whole, value, values);
	ok(same_norms(whole, through_text(whole)), "%d rows of kind %d: through text", count, kind);
	population_of_norms(whole, &arena, &population);
	ok(same_norms(whole, norms_of(&population)), "through a population");
	ok(norms_fit_card(whole, card, &problem) && !norms_fit_card(whole, groups, &problem), "whose they are");

	population = population_of_rows(card, NULL, rows, count, part, 0);
	for (int i = 3; i > 0; i--)
	{
		Population	other = population_of_rows(card, NULL, rows, count, part, i);

		if (!population_merge(&population, norms_of(&other), &arena, &problem))
			ok(false, "%s", problem.message);
	}
	ok(same_norms(whole, norms_of(&population)), "in parts");
	ok(norms_same_indicators(whole, norms_of(&population)), "the same indicators");

	/* the second step */
	population = population_of_rows(groups, NULL, rows, count, NULL, -1);
	base = norms_of(&population);
	if (!norms_check_figures(base, &problem))
		return;
	population = population_of_rows(groups, base, rows, count, NULL, -1);
	whole = norms_of(&population);
	ok(same_norms(whole, through_text(whole)), "groups: through text");
	population_of_norms(whole, &arena, &population);
	for (int i = 0; i < 4; i++)
	{
		Population	other = population_of_rows(groups, base, rows, count, part, i);

		if (i == 0)
			population = other;
		else if (!population_merge(&population, norms_of(&other), &arena, &problem))
			ok(false, "%s", problem.message);
	}
	ok(same_norms(whole, norms_of(&population)), "groups: in parts");
	ok(!norms_same_indicators(whole, base) == (whole->rows != base->rows), "groups: on the same indicators");
	free(rows);
	free(value);
	free(part);
}

/* Whether a problem is of the kind and names what it should. */
static void
is_problem(const Problem *problem, ProblemKind kind, const char *message)
{
	ok(problem->kind == kind, "its kind");
	is_text(problem->message, message, "its message");
}

static void
test_problems(void)
{
	const Scorecard *card = card_of(all_methods);
	const Scorecard *groups = card_of(grouped);
	double		rows[3][2] = {{1, 1}, {2, 1}, {4, 0}};
	double		infinite[2] = {1, -HUGE_VAL};
	Population	population = population_of_rows(card, NULL, rows, 3, NULL, -1);
	Population	other = population_of_rows(groups, NULL, rows, 3, NULL, -1);
	Norms	   *norms = norms_of(&population);
	Norms	   *base = norms_of(&other);
	Problem		problem;
	double	   *key;
	int64_t    *count;

	ok(!population_add(&population, infinite, &arena, &problem), "an infinite input, used or not");
	is_problem(&problem, PROBLEM_RANGE, "input \"y\" is infinite");
	ok(!population_merge(&population, base, &arena, &problem), "another card's norms");
	is_problem(&problem, PROBLEM_DATA, "norms of card \"all\" cannot be joined with norms of card \"grouped\"");
	ok(!population_use_workspace(&population, workspace_create(groups, &arena), &problem), "another card's rows");
	ok(!population_create(card, base, &arena, &other, &problem), "another card's norms as base");
	is_problem(&problem, PROBLEM_DATA, "norms of card \"grouped\" are not those of card \"all\"");

	other = population_of_rows(groups, base, rows, 3, NULL, -1);
	ok(!population_merge(&other, base, &arena, &problem), "one step joined with two");
	is_problem(&problem, PROBLEM_DATA, "norms of card \"grouped\" with groups cannot be joined with norms of card \"grouped\" without");
	ok(!population_create(groups, norms_of(&other), &arena, &population, &problem), "two steps as base");
	is_problem(&problem, PROBLEM_STATE, "norms of card \"grouped\" have their groups already");

	population = population_of_rows(groups, NULL, rows, 2, NULL, -1);
	population = population_of_rows(groups, norms_of(&population), rows, 2, NULL, -1);
	ok(!population_merge(&other, norms_of(&population), &arena, &problem), "another base");
	is_problem(&problem, PROBLEM_DATA, "norms of card \"grouped\": the norms of the first step must be the same for all rows");

	/* rows up to 2^53 */
	norms->rows = LIMIT_COUNT;
	population_of_norms(norms, &arena, &population);
	ok(!population_merge(&population, norms, &arena, &problem), "too many rows");
	is_problem(&problem, PROBLEM_LIMIT, "norms of card \"all\" are of more than 2^53 rows");

	/* different values: as many as the limit allows, and one more */
	card = card_of("{\"name\": \"rank\", \"indicators\": [{\"name\": \"x\", \"standardise\": \"percentile\"}]}");
	population = population_of_rows(card, NULL, NULL, 0, NULL, -1);
	key = malloc(LIMIT_NORMS_VALUES * sizeof(double));
	count = malloc(LIMIT_NORMS_VALUES * sizeof(int64_t));
	for (int i = 0; i < LIMIT_NORMS_VALUES; i++)
	{
		key[i] = i;
		count[i] = 1;
	}
	multiset_merge(&population.tally[0].values, LIMIT_NORMS_VALUES, key, count, &arena);
	population.tally[0].count = population.rows = LIMIT_NORMS_VALUES;
	free(key);
	free(count);
	norms = norms_of(&population);
	ok(norms != NULL && norms->item[0].values == LIMIT_NORMS_VALUES, "as many values as the limit allows");
	is_bits(norms_percentile(norms, norms->item, 2499999.5), 0.25, "are found");
	ok(population_add(&population, (double[]) {77}, &arena, &problem), "one that is there already");
	free(norms);
	norms = norms_of(&population);
	ok(norms != NULL, "is not too many");
	free(norms);
	population_add(&population, (double[]) {0.5}, &arena, &problem);
	ok(!population_norms(&population, &arena, &norms, &problem), "another one is");
	is_problem(&problem, PROBLEM_LIMIT, "norms of card \"rank\" have more than 10000000 different values for order statistics");
}

int
main(void)
{
	random_seed(5);
	for (int kind = 0; kind < RANDOM_KINDS; kind++)
		for (int count = 0; count <= 400; count = count * 4 + 1)
			test_rows(kind, count);
	test_problems();
	return done_testing();
}
