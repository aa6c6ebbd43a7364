-- star_clusters: k-means in one dimension

CREATE FUNCTION star_clusters(x float8, k integer, method text DEFAULT 'fastclus', strict float8 DEFAULT 1)
RETURNS integer
AS 'MODULE_PATHNAME', 'credence_star_clusters'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION star_clusters(float8, integer, text, float8) IS
'Cluster of x among the values of the partition: k-means in one dimension, 1 the cluster of the least values, up to k (1 to 256).
Method fastclus is that of the CMS hospital star rating (2021 methodology): seeds are the medians of the k quantile groups (SAS percentile definition 5), Lloyd iterations until nothing moves (at most 1000), then a second run in which values farther than strict from the nearest centre do not move it; a value halfway between two centres goes to the lower cluster. strict NULL: no second run.
Method optimal gives the least sum of squares there is, of equally good divisions the one that gives values to lower clusters; strict does not matter to it.
There are fewer than k clusters where there are fewer distinct values, and with fastclus where a quantile group is empty.
NULL and NaN are not part of the population and get NULL; infinity is an error. k, method and strict must be the same on all rows of the partition. The order of rows and the frame do not matter.';
