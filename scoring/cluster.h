/*
 * scoring/cluster.h
 *
 * Clusters of numbers on a line: k-means in one dimension.
 */
#ifndef CREDENCE_CLUSTER_H
#define CREDENCE_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "scoring/arena.h"
#include "scoring/limits.h"
#include "scoring/problem.h"

typedef enum ClusterMethod
{
	CLUSTER_FASTCLUS,			/* as CMS does it with SAS's PROC FASTCLUS */
	CLUSTER_OPTIMAL				/* the least sum of squares there is */
} ClusterMethod;

typedef struct ClusterRequest
{
	int			clusters;		/* 1..LIMIT_CLUSTERS */
	ClusterMethod method;
	double		strict;			/* fastclus: values farther from their centre do not
								 * move it in the second run; > 0, infinity: no such run */
	void		(*poll) (void); /* called now and then in long work, or NULL */
} ClusterRequest;

typedef struct Clusters
{
	int			count;			/* may be fewer than asked for */
	double		upper[LIMIT_CLUSTERS];	/* greatest value of each, ascending */
} Clusters;

/* The method of that name; a problem that lists the names if there is none. */
extern bool cluster_method(const char *name, ClusterMethod *method, Problem *problem);

/* Is the request one that can be met? */
extern bool cluster_check(const ClusterRequest *request, Problem *problem);

/*
 * Clusters count finite values, less than 2^32 of them, for a request that
 * cluster_check accepts. The values come back sorted. The outcome depends on
 * the values alone, not on their order. Values 10^400 times smaller than the
 * greatest may count as the same. Fails where the optimal method would need
 * more than LIMIT_CLUSTER_CHOICES.
 */
extern bool cluster_values(double *values, size_t count, const ClusterRequest *request,
						   const Arena *arena, Clusters *clusters, Problem *problem);

/* The cluster of one of the values, 1 that of the least. */
extern int	cluster_of(const Clusters *clusters, double value);

/*
 * The optimal method, for cluster.c: cuts count sorted values, magnitudes below
 * 2^400, into clusters of least sum of squares; ends[i] is how many values lie
 * in clusters 0..i. Sets the number of clusters.
 */
extern bool cluster_optimal(const double *values, size_t count, const ClusterRequest *request,
							const Arena *arena, size_t *ends, int *clusters, Problem *problem);

#endif							/* CREDENCE_CLUSTER_H */
