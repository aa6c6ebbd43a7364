-- star_clusters: k-means in one dimension
SET search_path TO credence, public;

-- The seeds of fastclus are the medians of the quantile groups; the iterations move them.
SELECT x, star_clusters(x, 2) OVER (), star_clusters(x, 3) OVER (), star_clusters(x, 3, 'optimal') OVER ()
  FROM unnest('{1, 2, 3, 10, 11, 20}'::float8[]) x;

-- The optimum is not always where the iterations end.
SELECT x, star_clusters(x, 3) OVER () AS fastclus, star_clusters(x, 3, 'optimal') OVER () AS optimal
  FROM unnest('{0, 3, 4, 7, 9}'::float8[]) x;

-- Halfway between two centres, and of two optimal divisions: the lower cluster.
SELECT x, star_clusters(x, 2) OVER () AS fastclus, star_clusters(x, 2, 'optimal') OVER () AS optimal
  FROM unnest('{0, 2, 1}'::float8[]) x;

-- Strict: what is far out does not move its centre, but belongs to it. Without, the centres are
-- 5/3 and 7; with 2, 4 is too far from the first, which moves to 0.5, and 4 is nearer to the second.
SELECT x, star_clusters(x, 2, strict => NULL) OVER () AS not_strict, star_clusters(x, 2, 'fastclus', 2) OVER () AS strict_2,
       star_clusters(x, 2, 'fastclus', 'Infinity') OVER () AS strict_infinity
  FROM unnest('{0, 1, 4, 6, 8}'::float8[]) x;

-- NULL and NaN are not part of the population.
SELECT x, star_clusters(x, 2) OVER (), star_clusters(x, 2, 'optimal') OVER ()
  FROM unnest('{NULL, 1, NaN, 2, -0, 0}'::float8[]) x;
SELECT x, star_clusters(x, 5) OVER () FROM unnest('{NULL, NaN}'::float8[]) x;
SELECT x, star_clusters(x, 5) OVER () FROM unnest('{}'::float8[]) x;

-- Fewer distinct values than clusters, and quantile groups without values.
SELECT x, star_clusters(x, 5) OVER (), star_clusters(x, 5, 'optimal') OVER ()
  FROM unnest('{3, 1, 3, 2}'::float8[]) x;
SELECT x, count(*), min(f) AS fastclus, min(o) AS optimal
  FROM (SELECT x, star_clusters(x, 5) OVER () AS f, star_clusters(x, 5, 'optimal') OVER () AS o
          FROM (SELECT 0 AS x FROM generate_series(1, 97) UNION ALL VALUES (1), (2), (3)) p) q
 GROUP BY x ORDER BY x;

-- The ends of the range
SELECT x, star_clusters(x, 2) OVER (), star_clusters(x, 5, 'optimal') OVER ()
  FROM unnest('{-1.7976931348623157e308, -1e-100, 0, 1e-100, 1.7976931348623157e308}'::float8[]) x;
SELECT x, star_clusters(x, 2) OVER (), star_clusters(x, 5, 'optimal') OVER () FROM unnest('{-1e-310, 0, 5e-324, 1e-323, 1e-310}'::float8[]) x;
SELECT max(c), count(DISTINCT c)
  FROM (SELECT star_clusters(x, 256, 'optimal') OVER () AS c FROM generate_series(1, 300) x) q;

-- Other types of numbers
SELECT x, star_clusters(x, 2) OVER () FROM (VALUES (1.25), (1.5), (7.75)) v(x);

-- Errors
SELECT star_clusters(x, 0) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, -1) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 257) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, NULL) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2, 'kmeans') OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2, NULL) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2, 'fastclus', 0) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2, 'fastclus', 'NaN') OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2) OVER () FROM unnest('{1, Infinity}'::float8[]) x;
SELECT star_clusters(x, 2) OVER () FROM unnest('{1, -Infinity}'::float8[]) x;
SELECT star_clusters(x, x) OVER () FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2, CASE x WHEN 1 THEN 'optimal' ELSE 'fastclus' END) OVER (ORDER BY x) FROM generate_series(1, 3) x;
SELECT star_clusters(x, 2, 'fastclus', NULLIF(x, 2)) OVER (ORDER BY x) FROM generate_series(1, 3) x;

-- k, method and strict may differ between partitions.
SELECT p, x, star_clusters(x, p, CASE p WHEN 1 THEN 'optimal' ELSE 'fastclus' END, p) OVER (PARTITION BY p)
  FROM generate_series(1, 2) p, generate_series(1, 3) x ORDER BY p, x;

-- A population of many partitions, with ties, NULL and NaN
SELECT setseed(0.2022);
CREATE TABLE population AS
  SELECT i AS id, i % 7 AS peers, random() AS shuffle,
         CASE WHEN i % 50 = 0 THEN NULL WHEN i % 51 = 0 THEN 'NaN'
              WHEN i % 7 = 3 THEN trunc(random() * 20)
              ELSE (random() + random() - 1) * 10 ^ (i % 7) END::float8 AS x
    FROM generate_series(1, 20000) i;
CREATE TABLE shuffled AS SELECT * FROM population ORDER BY shuffle;
CREATE FUNCTION clusters_of(source regclass, method text) RETURNS TABLE (id integer, peers integer, x float8, cluster integer)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT id, peers, x, star_clusters(x, 5, %L) OVER (PARTITION BY peers) FROM %s', method, source);
END $$;
CREATE TABLE clusters AS
  SELECT m AS method, c.* FROM unnest('{fastclus, optimal}'::text[]) m, clusters_of('population', m) c;

-- Every partition has its five clusters, and who is not counted has none.
SELECT method, count(DISTINCT cluster) AS clusters, min(cluster), max(cluster),
       count(*) FILTER (WHERE (cluster IS NULL) <> (x IS NULL OR x = 'NaN')) AS wrong
  FROM clusters GROUP BY method, peers ORDER BY method, peers;
-- The order of the rows does not matter, nor where they are kept.
SELECT count(*) FROM clusters c JOIN clusters_of('shuffled', 'fastclus') s USING (id)
 WHERE method = 'fastclus' AND c.cluster IS DISTINCT FROM s.cluster;
SELECT count(*) FROM clusters c JOIN clusters_of('shuffled', 'optimal') s USING (id)
 WHERE method = 'optimal' AND c.cluster IS DISTINCT FROM s.cluster;
SET work_mem = '64kB';
SELECT count(*) FROM clusters c JOIN clusters_of('shuffled', 'fastclus') s USING (id)
 WHERE method = 'fastclus' AND c.cluster IS DISTINCT FROM s.cluster;
RESET work_mem;
-- A partition is clustered as if it were alone, whatever the ORDER BY and the frame.
SELECT count(*) FROM clusters c
  JOIN (SELECT id, star_clusters(x, 5) OVER (ORDER BY shuffle DESC ROWS 3 PRECEDING) AS cluster
          FROM population WHERE peers = 4) p USING (id)
 WHERE c.method = 'fastclus' AND c.cluster IS DISTINCT FROM p.cluster;
-- Clusters are intervals: a greater value never has a lower cluster.
SELECT count(*) FROM (SELECT cluster, lag(cluster) OVER (PARTITION BY method, peers ORDER BY x) AS before
                        FROM clusters WHERE cluster IS NOT NULL) q
 WHERE cluster < before;
-- No division has a smaller sum of squares than the optimal one.
SELECT count(*) FILTER (WHERE optimal > fastclus * (1 + 1e-12)) AS wrong, bool_or(optimal < fastclus * 0.999) AS better
  FROM (SELECT peers, sum(v) FILTER (WHERE method = 'optimal') AS optimal, sum(v) FILTER (WHERE method = 'fastclus') AS fastclus
          FROM (SELECT method, peers, var_pop(x) * count(x) AS v FROM clusters WHERE cluster IS NOT NULL GROUP BY method, peers, cluster) c
         GROUP BY peers) q;
-- Each value is in the cluster whose mean is nearest, where nothing is strict.
SELECT count(*)
  FROM (SELECT id, peers, x, star_clusters(x, 5, strict => NULL) OVER (PARTITION BY peers) AS cluster
          FROM population WHERE x <> 'NaN') p
  JOIN LATERAL (SELECT c.cluster
                  FROM (SELECT cluster, avg(x) AS centre
                          FROM (SELECT x, star_clusters(x, 5, strict => NULL) OVER () AS cluster FROM population o
                                 WHERE o.peers = p.peers AND o.x <> 'NaN') a
                         GROUP BY cluster) c
                 ORDER BY abs(c.centre - p.x), c.cluster LIMIT 1) nearest ON nearest.cluster <> p.cluster
 WHERE p.id <= 100;

DROP FUNCTION clusters_of;
DROP TABLE population, shuffled, clusters;
