/*
 * functions/cluster_win.c
 *
 * star_clusters() over (...): k-means of a partition in one dimension.
 *
 * The partition's values are read and clustered on its first row. What stays is
 * the greatest value of each cluster; a row finds its own by its value.
 */
#include <math.h>

#include "functions/report.h"
#include "functions/window.h"
#include "scoring/cluster.h"

/* What a partition keeps; zero before its first row. */
typedef struct ClusterState
{
	bool		ready;
	Clusters	clusters;
} ClusterState;

/* The arguments that the whole partition shares. */
static ClusterRequest
read_request(FunctionCallInfo fcinfo)
{
	ClusterRequest request = {0};
	Problem		problem;
	Datum		strict;
	bool		isnull;

	request.clusters = window_constant_int32(fcinfo, 1, "number of clusters");
	request.poll = window_poll;
	if (!cluster_method(window_constant_text(fcinfo, 2, "method"), &request.method, &problem))
		report_problem(&problem, NULL);
	strict = window_constant(fcinfo, 3, "strict", &isnull);
	request.strict = isnull ? INFINITY : DatumGetFloat8(strict);
	if (!cluster_check(&request, &problem))
		report_problem(&problem, NULL);
	return request;
}

/* Does this value take part? NULL and NaN do not; infinity is an error. */
static bool
takes_part(Datum datum, bool isnull, double *value)
{
	if (isnull)
		return false;
	*value = DatumGetFloat8(datum);
	if (isinf(*value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot cluster %sInfinity: expected finite numbers", *value < 0 ? "-" : "")));
	return !isnan(*value);
}

/* Clusters the values of the partition. */
static void
cluster_partition(FunctionCallInfo fcinfo, Clusters *clusters)
{
	ClusterRequest request = read_request(fcinfo);
	WindowScan	scan = window_scan_begin(PG_WINDOW_OBJECT(), 0);
	double	   *values = arena_allocate(&window_arena, scan.rows * sizeof(double));
	size_t		count = 0;
	Datum		datum;
	bool		isnull;
	Problem		problem;

	while (window_scan_next(&scan, &datum, &isnull))
		if (takes_part(datum, isnull, &values[count]))
			count++;
	window_scan_end(&scan);
	if (!cluster_values(values, count, &request, &window_arena, clusters, &problem))
		report_problem(&problem, NULL);
}

CREDENCE_FUNCTION(credence_star_clusters);
Datum
credence_star_clusters(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	ClusterState *state = WinGetPartitionLocalMemory(window, sizeof(ClusterState));
	Datum		datum;
	double		value;
	bool		isnull;

	if (!state->ready)
	{
		cluster_partition(fcinfo, &state->clusters);
		state->ready = true;
	}
	datum = WinGetFuncArgCurrent(window, 0, &isnull);
	if (!takes_part(datum, isnull, &value))
		PG_RETURN_NULL();
	PG_RETURN_INT32(cluster_of(&state->clusters, value));
}
