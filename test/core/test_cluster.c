/*
 * test/core/test_cluster.c
 *
 * Clusters: fastclus against a plain rendering of the procedure, optimal
 * against every partition in exact arithmetic and against a slow dynamic
 * program, and both at their edges.
 */
#include <float.h>
#include <math.h>

#include "scoring/cluster.h"
#include "test/core/random.h"
#include "test/core/tap.h"

#define MOST 400

static int	polls = 0;

static void
count_poll(void)
{
	polls++;
}

static int
ascending(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Clusters a copy of the values; the result is the cluster of each. */
static Clusters
cluster(const double *values, int count, int k, ClusterMethod method, double strict, int *result)
{
	double	   *copy = malloc((count + 1) * sizeof(double));
	ClusterRequest request = {k, method, strict, count_poll};
	Clusters	clusters;
	Problem		problem;

	memcpy(copy, values, count * sizeof(double));
	if (!cluster_check(&request, &problem) ||
		!cluster_values(copy, count, &request, &tap_arena, &clusters, &problem))
	{
		printf("# %s\n", problem.message);
		abort();
	}
	for (int i = 0; i < count; i++)
		result[i] = cluster_of(&clusters, values[i]);
	free(copy);
	return clusters;
}

/* --- fastclus, as it is described ------------------------------------------------- */

static double
plain_quantile(const double *sorted, int count, int i, int k)
{
	return count * i % k == 0 ? (sorted[count * i / k - 1] + sorted[count * i / k]) / 2 : sorted[count * i / k];
}

static int
plain_nearest(const double *centres, int clusters, double value)
{
	int			nearest = 0;

	for (int i = 1; i < clusters; i++)
		if (fabs(value - centres[i]) < fabs(value - centres[nearest]))
			nearest = i;
	return nearest;
}

static void
plain_run(const double *values, int count, double *centres, int clusters, double strict)
{
	for (int iteration = 0; iteration < 1000; iteration++)
	{
		long double sums[16] = {0};
		int			counts[16] = {0};
		bool		moved = false;

		for (int i = 0; i < count; i++)
		{
			int			nearest = plain_nearest(centres, clusters, values[i]);

			if (fabs(values[i] - centres[nearest]) <= strict)
			{
				sums[nearest] += values[i];
				counts[nearest]++;
			}
		}
		for (int i = 0; i < clusters; i++)
			if (counts[i] > 0)
			{
				double		centre = (double) sums[i] / counts[i];

				moved = moved || centre != centres[i];
				centres[i] = centre;
			}
		if (!moved)
			break;
	}
}

static void
plain_fastclus(const double *values, int count, int k, double strict, int *result)
{
	double		sorted[MOST];
	double		centres[16];
	bool		used[16] = {false};
	int			clusters = 0;
	int			number[16];
	int			numbers = 0;

	memcpy(sorted, values, count * sizeof(double));
	qsort(sorted, count, sizeof(double), ascending);
	for (int i = 1; i <= k; i++)
	{
		double		group[MOST];
		int			size = 0;

		for (int j = 0; j < count; j++)
			if ((i == 1 || sorted[j] > plain_quantile(sorted, count, i - 1, k)) &&
				(i == k || sorted[j] <= plain_quantile(sorted, count, i, k)))
				group[size++] = sorted[j];
		if (size > 0)
			centres[clusters++] = plain_quantile(group, size, 1, 2);
	}
	plain_run(values, count, centres, clusters, HUGE_VAL);
	if (strict < HUGE_VAL)
		plain_run(values, count, centres, clusters, strict);
	for (int i = 0; i < count; i++)
		used[plain_nearest(centres, clusters, values[i])] = true;
	for (int i = 0; i < clusters; i++)
		number[i] = used[i] ? ++numbers : 0;
	for (int i = 0; i < count; i++)
		result[i] = number[plain_nearest(centres, clusters, values[i])];
}

static void
test_fastclus(void)
{
	int			wrong = 0;
	int			fewer = 0;
	int			strict_matters = 0;

	for (int trial = 0; trial < 4000; trial++)
	{
		double		values[MOST];
		int			expected[MOST];
		int			got[MOST];
		int			again[MOST];
		int			count = 1 + (int) random_below(trial % 2 == 0 ? 12 : MOST);
		int			k = 1 + (int) random_below(9);
		uint64_t	range = (uint64_t[]) {3, 20, 1000, 1000000}[random_below(4)];
		double		strict = random_below(3) == 0 ? HUGE_VAL : (1 + (double) random_below(range)) / 4;
		Clusters	clusters;

		/* whole numbers, some far out: their sums are exact in any order */
		for (int i = 0; i < count; i++)
			values[i] = ((double) random_below(range) - (double) range / 2) * (random_below(20) == 0 ? 8 : 1);
		plain_fastclus(values, count, k, strict, expected);
		clusters = cluster(values, count, k, CLUSTER_FASTCLUS, strict, got);
		wrong += memcmp(got, expected, count * sizeof(int)) != 0;
		fewer += clusters.count < k;
		cluster(values, count, k, CLUSTER_FASTCLUS, HUGE_VAL, again);
		strict_matters += memcmp(got, again, count * sizeof(int)) != 0;
	}
	ok(wrong == 0, "fastclus is the procedure, 4000 random populations (%d differ)", wrong);
	ok(fewer > 100, "some had fewer clusters than asked for (%d)", fewer);
	ok(strict_matters > 100, "in some the strict run changed the outcome (%d)", strict_matters);
}

/* --- optimal, all partitions in exact arithmetic ---------------------------------- */

#define COMMON 27720				/* divided by 1..12 */

/* COMMON times the sum of squares of whole numbers start..end-1 around their mean. */
static int64_t
exact_cost(const double *sorted, int start, int end)
{
	int64_t		sum = 0;
	int64_t		square = 0;

	for (int i = start; i < end; i++)
	{
		sum += (int64_t) sorted[i];
		square += (int64_t) sorted[i] * (int64_t) sorted[i];
	}
	return COMMON * square - COMMON / (end - start) * sum * sum;
}

/*
 * The least cost of the first end values in k clusters; of equal ones that
 * with the last cluster starting highest, and so on down. Equal values stay
 * together.
 */
static int64_t
exact_best(const double *sorted, int end, int k, int *starts)
{
	int64_t		least = INT64_MAX;

	if (k == 1)
	{
		starts[0] = 0;
		return exact_cost(sorted, 0, end);
	}
	for (int start = end - 1; start >= 1; start--)
	{
		int			below_starts[12];
		int64_t		cost;

		if (sorted[start] == sorted[start - 1])
			continue;
		cost = exact_best(sorted, start, k - 1, below_starts);
		if (cost == INT64_MAX)
			continue;
		cost += exact_cost(sorted, start, end);
		if (cost < least)
		{
			least = cost;
			memcpy(starts, below_starts, (k - 1) * sizeof(int));
			starts[k - 1] = start;
		}
	}
	return least;
}

static void
test_optimal_exact(double offset, double scale, const char *what)
{
	int			wrong = 0;

	for (int trial = 0; trial < 4000; trial++)
	{
		double		values[12];
		double		moved[12];
		int			got[12];
		int			starts[12];
		int			count = 1 + (int) random_below(11);
		int			k = 1 + (int) random_below(5);
		int			distinct = 1;
		int			range = 2 + (int) random_below(20);

		for (int i = 0; i < count; i++)
			values[i] = (double) random_below(range);
		qsort(values, count, sizeof(double), ascending);
		for (int i = 1; i < count; i++)
			distinct += values[i] != values[i - 1];
		exact_best(values, count, k < distinct ? k : distinct, starts);
		for (int i = 0; i < count; i++)
			moved[i] = (values[i] + offset) * scale;
		cluster(moved, count, k, CLUSTER_OPTIMAL, 1, got);
		for (int i = 0, c = 0; i < count; i++)
		{
			while (c < (k < distinct ? k : distinct) && i >= starts[c])
				c++;
			if (got[i] != c)
			{
				wrong++;
				break;
			}
		}
	}
	ok(wrong == 0, "optimal is the best of all partitions, ties upwards, %s (%d of 4000 differ)", what, wrong);
}

/* --- optimal, a slow dynamic program on any numbers -------------------------------- */

static long double
plain_cost(const double *sorted, int start, int end)
{
	long double mean = 0;
	long double cost = 0;

	for (int i = start; i < end; i++)
		mean += sorted[i];
	mean /= end - start;
	for (int i = start; i < end; i++)
		cost += (sorted[i] - mean) * (sorted[i] - mean);
	return cost;
}

static void
test_optimal_slow(void)
{
	int			wrong = 0;

	for (int trial = 0; trial < 60; trial++)
	{
		double		values[120];
		int			got[120];
		static long double cost[121][121];
		long double best[12][121];
		long double reached = 0;
		int			count = 20 + (int) random_below(100);
		int			k = 2 + (int) random_below(9);

		for (int i = 0; i < count; i++)
		{
			values[i] = (double) random_below(1000000000) / 1e6;
			if (trial % 3 == 1)
				values[i] = values[i] * values[i] * values[i] + 1e7;
			if (trial % 3 == 2 && random_below(10) == 0)
				values[i] = -1e12 * values[i];	/* far out */
		}
		qsort(values, count, sizeof(double), ascending);
		for (int i = 0; i < count; i++)
			for (int j = i + 1; j <= count; j++)
				cost[i][j] = plain_cost(values, i, j);
		for (int j = 1; j <= count; j++)
			best[1][j] = cost[0][j];
		for (int q = 2; q <= k; q++)
			for (int j = q; j <= count; j++)
			{
				best[q][j] = HUGE_VALL;
				for (int i = q - 1; i < j; i++)
					if (best[q - 1][i] + cost[i][j] < best[q][j])
						best[q][j] = best[q - 1][i] + cost[i][j];
			}
		cluster(values, count, k, CLUSTER_OPTIMAL, 1, got);
		for (int start = 0, end; start < count; start = end)
		{
			for (end = start; end < count && got[end] == got[start]; end++)
				;
			reached += cost[start][end];
		}
		if (!(got[count - 1] == k && fabsl(reached - best[k][count]) <= 1e-12L * best[k][count]))
		{
			printf("# trial %d: %Lg, the best is %Lg\n", trial, reached, best[k][count]);
			wrong++;
		}
	}
	ok(wrong == 0, "optimal reaches the least sum of squares of a slow search");
}

/* --- properties and edges ----------------------------------------------------------- */

static void
test_order(ClusterMethod method, const char *name)
{
	double		values[MOST];
	int			first[MOST];
	int			got[MOST];
	int			wrong = 0;

	for (int i = 0; i < MOST; i++)
		values[i] = (double) random_below(1000000007) / 999.0 - 3e5;
	cluster(values, MOST, 5, method, 1, first);
	for (int trial = 0; trial < 50; trial++)
	{
		for (int i = MOST - 1; i > 0; i--)
		{
			int			j = (int) random_below(i + 1);
			double		value = values[i];
			int			number = first[i];

			values[i] = values[j];
			values[j] = value;
			first[i] = first[j];
			first[j] = number;
		}
		cluster(values, MOST, 5, method, 1, got);
		wrong += memcmp(got, first, sizeof(got)) != 0;
	}
	ok(wrong == 0, "%s does not depend on the order of the values", name);
}

static void
test_edges(ClusterMethod method, const char *name)
{
	static const double extreme[] = {-DBL_MAX, -1e300, 0, 1e300, DBL_MAX};
	static const double tiny[] = {0, 5e-324, 1e-323, 1e-310, 1.1e-310};
	int			got[8];
	Clusters	clusters;

	clusters = cluster((double[]) {0}, 0, 5, method, 1, got);
	ok(clusters.count == 0, "%s: no values, no clusters", name);
	clusters = cluster((double[]) {7}, 1, 5, method, 1, got);
	ok(clusters.count == 1 && got[0] == 1, "%s: one value, one cluster", name);
	clusters = cluster((double[]) {7, 7, 7, 7}, 4, 3, method, 1, got);
	ok(clusters.count == 1 && got[3] == 1, "%s: equal values, one cluster", name);
	clusters = cluster((double[]) {2, 1, 3}, 3, 5, method, 1, got);
	ok(clusters.count == 3 && got[0] == 2 && got[1] == 1 && got[2] == 3,
	   "%s: fewer values than clusters, each its own", name);
	clusters = cluster((double[]) {-0.0, 0.0, 1}, 3, 3, method, 1, got);
	ok(clusters.count == 2 && got[0] == 1 && got[1] == 1 && got[2] == 2, "%s: -0 is 0", name);
	clusters = cluster(extreme, 5, 5, method, HUGE_VAL, got);
	ok(clusters.count == 5 && got[4] == 5, "%s: the greatest doubles", name);
	clusters = cluster(extreme, 5, 2, method, HUGE_VAL, got);
	ok(clusters.count == 2 && got[0] == 1 && got[4] == 2, "%s: the greatest doubles in two clusters", name);
	clusters = cluster(tiny, 5, 2, method, HUGE_VAL, got);
	ok(clusters.count == 2 && got[2] == 1 && got[3] == 2, "%s: the smallest doubles", name);
	clusters = cluster((double[]) {1, 2, 3}, 3, 1, method, 1, got);
	ok(clusters.count == 1 && got[2] == 1, "%s: one cluster", name);
}

static void
test_requests(void)
{
	ClusterMethod method;
	Problem		problem;
	int			count = LIMIT_CLUSTER_CHOICES / (LIMIT_CLUSTERS - 2);
	double	   *values = malloc(count * sizeof(double));
	ClusterRequest many = {LIMIT_CLUSTERS, CLUSTER_OPTIMAL, 1, NULL};
	Clusters	clusters;

	ok(cluster_method("optimal", &method, &problem) && method == CLUSTER_OPTIMAL, "the method optimal");
	ok(cluster_method("fastclus", &method, &problem) && method == CLUSTER_FASTCLUS, "the method fastclus");
	ok(!cluster_method("Optimal", &method, &problem), "no other method");
	is_text(problem.message, "method \"Optimal\" is not known: expected \"fastclus\" or \"optimal\"",
			"and what there is instead");

	ok(cluster_check(&(ClusterRequest) {LIMIT_CLUSTERS, CLUSTER_OPTIMAL, 1, NULL}, &problem), "as many clusters as there may be");
	ok(!cluster_check(&(ClusterRequest) {LIMIT_CLUSTERS + 1, CLUSTER_OPTIMAL, 1, NULL}, &problem), "one more");
	is_text(problem.message, "number of clusters 257 is out of range: expected 1 to 256", "and why not");
	ok(!cluster_check(&(ClusterRequest) {0, CLUSTER_OPTIMAL, 1, NULL}, &problem), "no clusters");
	ok(!cluster_check(&(ClusterRequest) {1, CLUSTER_OPTIMAL, 0, NULL}, &problem), "a strict distance of zero");
	ok(!cluster_check(&(ClusterRequest) {1, CLUSTER_OPTIMAL, NAN, NULL}, &problem), "one that is not a number");

	for (int i = 0; i < count; i++)
		values[i] = i;
	ok(!cluster_values(values, count, &many, &tap_arena, &clusters, &problem), "too many choices to remember");
	is_text(problem.message, "256 optimal clusters of 528416 distinct values are more than can be sought", "and why not");
	free(values);
}

int
main(void)
{
	test_fastclus();
	test_optimal_exact(0, 1, "small numbers");
	test_optimal_exact(-7, 0x1p500, "large numbers");
	test_optimal_exact(3, 0x1p-1000, "tiny numbers");
	test_optimal_exact(0x1p48, 1, "numbers far from zero");
	test_optimal_slow();
	test_order(CLUSTER_FASTCLUS, "fastclus");
	test_order(CLUSTER_OPTIMAL, "optimal");
	test_edges(CLUSTER_FASTCLUS, "fastclus");
	test_edges(CLUSTER_OPTIMAL, "optimal");
	test_requests();
	ok(polls > 0, "long work can be interrupted");
	return done_testing();
}
