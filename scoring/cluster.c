/*
 * scoring/cluster.c
 *
 * K-means in one dimension as the CMS hospital star rating does it (Overall
 * Hospital Quality Star Rating, 2021 methodology, SAS pack), on sorted values:
 * a cluster is a run of neighbours, so an iteration is a binary search for each
 * boundary and a difference of running sums for each mean.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "scoring/cluster.h"
#include "scoring/doubledouble.h"
#include "scoring/sort.h"
#include "scoring/text.h"

/* MAXITER of the CMS procedure, for each of its two runs. */
#define ITERATIONS_LIMIT 1000

/* Values beyond 2^400 or all below 2^-400 are scaled, so that no sum of squares leaves the doubles. */
#define EXPONENT_LIMIT 400

static const char *const method_names[] = {"fastclus", "optimal"};

/* The method of that name; a problem that lists the names if there is none. */
bool
cluster_method(const char *name, ClusterMethod *method, Problem *problem)
{
	for (int i = 0; i < (int) (sizeof(method_names) / sizeof(method_names[0])); i++)
		if (strcmp(name, method_names[i]) == 0)
		{
			*method = (ClusterMethod) i;
			return true;
		}
	return problem_set(problem, PROBLEM_VALUE,
					   "method \"%s\" is not known: expected \"fastclus\" or \"optimal\"", name);
}

/* Is the request one that can be met? */
bool
cluster_check(const ClusterRequest *request, Problem *problem)
{
	char		strict[NUMBER_TEXT_SIZE];

	if (request->clusters < 1 || request->clusters > LIMIT_CLUSTERS)
		return problem_set(problem, PROBLEM_VALUE, "number of clusters %d is out of range: expected 1 to %d",
						   request->clusters, LIMIT_CLUSTERS);
	if (!(request->strict > 0.0))
		return problem_set(problem, PROBLEM_VALUE, "strict %s is out of range: expected a distance greater than zero",
						   number_text(request->strict, strict));
	return true;
}

/*
 * Which power of two brings the values into the range that doubledouble.h
 * needs; 0 for all but extreme ones.
 */
static int
scale_of(const double *values, size_t count)
{
	double		least = fabs(values[0]);
	double		greatest = fabs(values[count - 1]);
	double		magnitude = least > greatest ? least : greatest;
	int			exponent;

	if (magnitude == 0.0)
		return 0;
	frexp(magnitude, &exponent);
	if (exponent > EXPONENT_LIMIT)
		return EXPONENT_LIMIT - exponent;
	if (exponent < -EXPONENT_LIMIT)
		return -EXPONENT_LIMIT - exponent;
	return 0;
}

/* The i-th of k quantiles of sorted values, 0 < i < k, SAS percentile definition 5. */
static double
quantile(const double *values, size_t count, size_t i, size_t k)
{
	size_t		position = (size_t) ((unsigned long long) count * i / k);

	if ((unsigned long long) count * i % k == 0)
		return (values[position - 1] + values[position]) * 0.5;
	return values[position];
}

/* How many of the sorted values from..to are at most the limit, counted from 0. */
static size_t
count_at_most(const double *values, size_t from, size_t to, double limit)
{
	while (from < to)
	{
		size_t		middle = from + (to - from) / 2;

		if (values[middle] <= limit)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/*
 * The seeds of the CMS procedure: the median of each of the k quantile groups,
 * group i being the values above quantile i - 1 and up to quantile i. A group
 * without values has no seed. Returns how many there are, ascending.
 */
static int
seed_centres(const double *values, size_t count, int k, double *centres)
{
	int			seeds = 0;
	size_t		start = 0;

	for (int i = 1; i <= k; i++)
	{
		size_t		end = i == k ? count : count_at_most(values, start, count, quantile(values, count, i, k));

		if (end > start)
			centres[seeds++] = quantile(values + start, end - start, 1, 2);
		start = end;
	}
	return seeds;
}

/*
 * Assigns the values to the nearest of the ascending centres, the lower of two
 * equally near; ends[i] is how many lie in clusters 0..i. The distances are
 * compared as computed; both are monotone in the value, so there is one place
 * where the comparison changes.
 */
static void
assign(const double *values, size_t count, const double *centres, int clusters, size_t *ends)
{
	size_t		start = 0;

	for (int i = 0; i < clusters - 1; i++)
	{
		size_t		from = start;
		size_t		to = count;

		while (from < to)
		{
			size_t		middle = from + (to - from) / 2;

			if (values[middle] - centres[i] <= centres[i + 1] - values[middle])
				from = middle + 1;
			else
				to = middle;
		}
		ends[i] = start = from;
	}
	ends[clusters - 1] = count;
}

/* Narrows the values start..end to those not farther from the centre than strict. */
static void
narrow(const double *values, size_t *start, size_t *end, double centre, double strict)
{
	size_t		from = *start;
	size_t		to = *end;

	while (from < to)
	{
		size_t		middle = from + (to - from) / 2;

		if (centre - values[middle] > strict)
			from = middle + 1;
		else
			to = middle;
	}
	*start = from;
	to = *end;
	while (from < to)
	{
		size_t		middle = from + (to - from) / 2;

		if (values[middle] - centre > strict)
			to = middle;
		else
			from = middle + 1;
	}
	*end = from;
}

/*
 * Lloyd's iterations from the given centres until they stay as they are: each
 * becomes the mean of its values within strict; one without any stays. Leaves
 * the final centres and the assignment to them.
 */
static void
iterate(const double *values, const DoubleDouble *sums, size_t count, double *centres, int clusters,
		double strict, size_t *ends, void (*poll) (void))
{
	bool		moved = true;

	assign(values, count, centres, clusters, ends);
	for (int iteration = 0; moved && iteration < ITERATIONS_LIMIT; iteration++)
	{
		moved = false;
		for (int i = 0; i < clusters; i++)
		{
			size_t		start = i == 0 ? 0 : ends[i - 1];
			size_t		end = ends[i];

			if (strict <= DBL_MAX)
				narrow(values, &start, &end, centres[i], strict);
			if (end > start)
			{
				double		centre = dd_subtract(sums[end], sums[start]).high / (double) (end - start);

				moved = moved || centre != centres[i];
				centres[i] = centre;
			}
		}
		if (moved)
			assign(values, count, centres, clusters, ends);
		if (poll != NULL)
			poll();
	}
}

/* The CMS procedure: seeds, a run without and a run with STRICT. */
static void
fastclus(const double *values, size_t count, const ClusterRequest *request, double strict,
		 const Arena *arena, size_t *ends, int *clusters)
{
	double		centres[LIMIT_CLUSTERS];
	DoubleDouble *sums = arena_allocate(arena, (count + 1) * sizeof(DoubleDouble));

	sums[0] = (DoubleDouble) {0.0, 0.0};
	for (size_t i = 0; i < count; i++)
		sums[i + 1] = dd_add(sums[i], (DoubleDouble) {values[i], 0.0});

	*clusters = seed_centres(values, count, request->clusters, centres);
	iterate(values, sums, count, centres, *clusters, INFINITY, ends, request->poll);
	if (strict <= DBL_MAX)
		iterate(values, sums, count, centres, *clusters, strict, ends, request->poll);
}

/* Clusters the values; see cluster.h. */
bool
cluster_values(double *values, size_t count, const ClusterRequest *request,
			   const Arena *arena, Clusters *clusters, Problem *problem)
{
	size_t		ends[LIMIT_CLUSTERS];
	double	   *spare = arena_allocate(arena, count * sizeof(double));
	const double *scaled = values;
	int			scale;
	int			found;

	clusters->count = 0;
	if (count == 0)
		return true;

	for (size_t i = 0; i < count; i++)
		values[i] += 0.0;		/* -0 becomes 0 */
	sort_doubles(values, spare, count);
	scale = scale_of(values, count);
	if (scale != 0)
	{
		for (size_t i = 0; i < count; i++)
			spare[i] = ldexp(values[i], scale);
		scaled = spare;
	}

	if (request->method == CLUSTER_OPTIMAL)
	{
		if (!cluster_optimal(scaled, count, request, arena, ends, &found, problem))
			return false;
	}
	else
		fastclus(scaled, count, request, ldexp(request->strict, scale), arena, ends, &found);

	/* a cluster may have lost all its values; it gets no number */
	for (int i = 0; i < found; i++)
		if (ends[i] > (i == 0 ? 0 : ends[i - 1]))
			clusters->upper[clusters->count++] = values[ends[i] - 1];
	return true;
}

/* The cluster of one of the values, 1 that of the least. */
int
cluster_of(const Clusters *clusters, double value)
{
	int			from = 0;
	int			to = clusters->count - 1;

	while (from < to)
	{
		int			middle = from + (to - from) / 2;

		if (value <= clusters->upper[middle])
			to = middle;
		else
			from = middle + 1;
	}
	return from + 1;
}
