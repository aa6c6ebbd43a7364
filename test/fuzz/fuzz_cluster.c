/*
 * test/fuzz/fuzz_cluster.c
 *
 * Any bytes as a request and its values: clusters that are ascending intervals
 * of the values, none empty and not more than asked for, and the same for the
 * values in another order. The first byte is the number of clusters, the second
 * the method, the next eight the strict distance, the rest the values.
 */
#include <math.h>

#include "scoring/cluster.h"
#include "test/fuzz/fuzz.h"

#define HEAD 10
#define MOST_VALUES 512

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ClusterRequest request = {0};
	double		values[MOST_VALUES];
	double		reversed[MOST_VALUES];
	Clusters	clusters;
	Clusters	again;
	Problem		problem;
	size_t		count = 0;
	bool		used[LIMIT_CLUSTERS + 1] = {false};

	if (size < HEAD)
		return 0;
	request.clusters = data[0];
	request.method = (data[1] & 1) == 0 ? CLUSTER_FASTCLUS : CLUSTER_OPTIMAL;
	memcpy(&request.strict, data + 2, sizeof(double));
	if (!cluster_check(&request, &problem))
		return fuzz_refused(&problem);
	for (size_t at = HEAD; at + sizeof(double) <= size && count < MOST_VALUES; at += sizeof(double))
	{
		memcpy(&values[count], data + at, sizeof(double));
		if (isfinite(values[count]))
			count++;
	}
	for (size_t i = 0; i < count; i++)
		reversed[i] = values[count - 1 - i];

	FUZZ_CHECK(cluster_values(values, count, &request, &fuzz_arena, &clusters, &problem));
	FUZZ_CHECK(cluster_values(reversed, count, &request, &fuzz_arena, &again, &problem));
	FUZZ_CHECK(clusters.count <= request.clusters);
	FUZZ_CHECK((clusters.count == 0) == (count == 0));
	FUZZ_CHECK(clusters.count == again.count);
	for (size_t i = 0; i < count; i++)
	{
		int			cluster = cluster_of(&clusters, values[i]);

		FUZZ_CHECK(i == 0 || values[i] >= values[i - 1]);
		FUZZ_CHECK(cluster >= 1 && cluster <= clusters.count);
		FUZZ_CHECK(i == 0 || cluster >= cluster_of(&clusters, values[i - 1]));
		used[cluster] = true;
	}
	for (int i = 0; i < clusters.count; i++)
	{
		FUZZ_CHECK(used[i + 1]);
		FUZZ_CHECK(clusters.upper[i] == again.upper[i]);
		FUZZ_CHECK(i == 0 || clusters.upper[i] > clusters.upper[i - 1]);
	}
	return fuzz_done();
}
