-- norms of a population: type, aggregates, rollup
CREATE SCHEMA norms_test;
SET search_path = norms_test, credence, public;
SET extra_float_digits = 1;

-- one indicator for every method of standardising
CREATE TABLE card_of AS SELECT '{"name": "all", "decimals": 9, "indicators": [
	{"name": "z", "input": "x", "standardise": "zscore"},
	{"name": "low z", "input": "x", "standardise": "zscore", "direction": "lower"},
	{"name": "range", "input": "x", "standardise": "minmax"},
	{"name": "best", "input": "y", "standardise": "ratio_to_best"},
	{"name": "least", "input": "y", "standardise": "ratio_to_best", "direction": "lower"},
	{"name": "mean", "input": "y", "standardise": "ratio_to_mean"},
	{"name": "middle", "input": "x", "standardise": "median_range"},
	{"name": "robust", "input": "x", "standardise": "robust_z"},
	{"name": "rank", "input": "x", "standardise": "percentile"},
	{"name": "some", "input": "x", "standardise": "zscore", "when": "kind = ''a''"},
	{"name": "plain", "input": "y"}]}'::scorecard AS card;
CREATE TABLE person (x float8, y float8, kind text);
INSERT INTO person VALUES (1, 2, 'a'), (2, 4, 'b'), (2, 0, 'a'), (4, NULL, 'a'), (-0.0, 3, NULL), ('NaN', 1, 'c'), (NULL, NULL, 'a');

SELECT norms(card, p) FROM person p, card_of;
SELECT s.* FROM (SELECT norms(card, p) AS n FROM person p, card_of) AS made, norms_summary(n) AS s;
SELECT x, y, kind, points FROM person p, card_of,
	(SELECT norms(card, p) AS n FROM person p, card_of) AS made,
	LATERAL (SELECT array_agg(round(a::numeric, 4)) AS points FROM unnest((appraise(card, p, n)).points) AS a) AS appraised;

-- the same of rows and of input vectors; a NULL row, vector or card is passed over
SELECT norms(card, p) = norms(card, inputs(card, p)) AS same FROM person p, card_of;
SELECT norms(card, q) = (SELECT norms(card, p) FROM person p, card_of) AS same
FROM (SELECT p, card FROM person p, card_of UNION ALL SELECT NULL, card FROM card_of UNION ALL SELECT p, NULL FROM person p) AS t (q, card);
SELECT norms(card, v) FROM (VALUES (NULL::float8[]), (NULL)) AS t (v), card_of;
SELECT norms(card, p) FROM person p, card_of WHERE false;
SELECT rollup(n) FROM (VALUES (NULL::norms), (NULL)) AS t (n);

-- a population of rows without values, of one, of all the same
CREATE TABLE small AS SELECT '{"name": "small", "indicators": [
	{"name": "z", "input": "x", "standardise": "zscore"}, {"name": "range", "input": "x", "standardise": "minmax"},
	{"name": "best", "input": "x", "standardise": "ratio_to_best"}, {"name": "mean", "input": "x", "standardise": "ratio_to_mean"},
	{"name": "middle", "input": "x", "standardise": "median_range"}, {"name": "robust", "input": "x", "standardise": "robust_z"},
	{"name": "rank", "input": "x", "standardise": "percentile"}]}'::scorecard AS card;
SELECT population, (appraise(card, '{5}'::float8[], norms(card, ARRAY[x]))).points
FROM small, (VALUES ('none', NULL::float8), ('one', 5), ('others', 4), ('others', 4), ('same', 5), ('same', 5), ('same', 5)) AS t (population, x)
GROUP BY population, card ORDER BY 1;
SELECT norms(card, ARRAY[NULL::float8]) FROM small;
SELECT s.* FROM small, LATERAL (SELECT norms(card, ARRAY[x]) AS n FROM (VALUES (5::float8)) AS t (x)) AS made, norms_summary(n) AS s;

-- sums are exact: what plain addition loses is there, and 0.1 ten times is what it is
SELECT s.mean, s.deviation FROM small, LATERAL (
	SELECT norms(card, ARRAY[x]) AS n FROM (VALUES (1e16::float8), (1), (-1e16), (1)) AS t (x)) AS made, norms_summary(n) AS s WHERE name = 'z';
SELECT sum(x), avg(x) FROM (VALUES (1e16::float8), (1), (-1e16), (1)) AS t (x);
SELECT s.mean, s.deviation FROM small, LATERAL (
	SELECT norms(card, ARRAY[1e9 + x]) AS n FROM (VALUES (4), (7), (13), (16)) AS t (x)) AS made, norms_summary(n) AS s WHERE name = 'z';
-- values at the ends of float8; a partial state may be beyond what its figures are
SELECT norms(card, ARRAY[x]) FROM small, (VALUES (5e-324::float8), (1.5e308), (-1.5e308)) AS t (x);
SELECT norms(card, ARRAY[x]) FROM small, (VALUES (1.5e308::float8), (1.5e308)) AS t (x);
CREATE TEMP TABLE ratio AS SELECT '{"name": "ratio", "indicators": [{"name": "m", "input": "x", "standardise": "ratio_to_mean"}]}'::scorecard AS card;
SELECT rollup(n), (norms_summary(rollup(n))).mean FROM (VALUES
	('{"card": "r", "fingerprint": "0000000000000000", "rows": 2, "indicators": [{"name": "m", "standardise": "ratio_to_mean", "count": 2, "sum": "1fffffffffffffp972", "minimum": "1.7976931348623157e308", "maximum": "1.7976931348623157e308"}]}'::norms),
	('{"card": "r", "fingerprint": "0000000000000000", "rows": 2, "indicators": [{"name": "m", "standardise": "ratio_to_mean", "count": 2, "sum": "-1fffffffffffffp972", "minimum": "-1.7976931348623157e308", "maximum": "-1.7976931348623157e308"}]}')) AS t (n);

-- bad rows
SELECT norms(card, '{1, infinity, 1}'::float8[]) FROM card_of;
SELECT norms(card, '{1, 2}'::float8[]) FROM card_of;
SELECT norms(card, '{{1, 2, 3}}'::float8[]) FROM card_of;
SELECT norms(card, ROW(1, 2)) FROM card_of;
SELECT norms_accum(NULL, card, '{1, 2, 0}'::float8[]) FROM card_of;
SELECT norms_combine(NULL, NULL);
-- scoring without norms, and with those of another card
SELECT score(card, '{1}'::float8[]) FROM small;
CREATE TEMP TABLE other AS SELECT '{"name": "other", "indicators": [{"name": "z", "input": "x", "standardise": "zscore"}]}'::scorecard AS card;
SELECT score(small.card, '{1}'::float8[], norms(other.card, '{1}'::float8[])) FROM small, other GROUP BY small.card;
SELECT rollup(n) FROM (SELECT norms(card, '{1}'::float8[]) AS n FROM small UNION ALL SELECT norms(card, '{1}'::float8[]) FROM other) AS t;
SELECT norms(card, '{1}'::float8[]) FROM (SELECT card FROM small UNION ALL SELECT card FROM other) AS t;
-- the same name does not make the same card, a new title does not make another
SELECT rollup(n) FROM (SELECT norms(c::scorecard, '{1}'::float8[]) AS n FROM (VALUES
	('{"name": "c", "indicators": [{"name": "x", "standardise": "zscore"}]}'), ('{"name": "c", "indicators": [{"name": "x", "standardise": "minmax"}]}')) AS t (c)) AS u;
SELECT norms(c::scorecard, '{1}'::float8[]) FROM (VALUES
	('{"name": "c", "indicators": [{"name": "x", "standardise": "zscore"}]}'), ('{"name": "c", "title": "New", "indicators": [{"name": "x", "weight": 3, "standardise": "zscore"}]}')) AS t (c);

-- groups, in two steps
CREATE TABLE grouped AS SELECT '{"name": "grouped", "aggregate": "sum", "groups": [
	{"name": "g", "standardise": "zscore"}, {"name": "h", "standardise": "percentile", "aggregate": "worst"}], "indicators": [
	{"name": "a", "group": "g", "standardise": "zscore"}, {"name": "b", "group": "g", "standardise": "minmax"},
	{"name": "c", "group": "h"}]}'::scorecard AS card;
CREATE TABLE triple AS SELECT i, (i * 37 % 101) / 4.0::float8 AS a, (i * 73 % 97) / 8.0::float8 AS b, NULLIF(i % 10, 3)::float8 AS c FROM generate_series(1, 200) AS i;
CREATE TABLE first AS SELECT norms(card, t) AS n FROM triple t, grouped;
CREATE TABLE second AS SELECT norms(card, t, n) AS n FROM triple t, grouped, first;
SELECT s.* FROM second, norms_summary(n) AS s;
SELECT i, score(card, t, n) FROM triple t, grouped, second WHERE i <= 3;
SELECT norms(card, inputs(card, t), first.n) = second.n AS same FROM triple t, grouped, first, second GROUP BY second.n;
SELECT score(card, t, n) FROM triple t, grouped, first LIMIT 1;
SELECT norms(card, t, n) FROM triple t, grouped, second;
SELECT norms(card, t, n) FROM triple t, grouped, (SELECT n FROM first UNION ALL SELECT norms(card, t) FROM triple t, grouped WHERE i < 9) AS f;
SELECT norms(card, t, m) FROM triple t, grouped, (SELECT norms(card, '{1}'::float8[]) AS m FROM small) AS f;
SELECT rollup(n) FROM (SELECT n FROM first UNION ALL SELECT n FROM second) AS t;
SELECT rollup(n) FROM (SELECT norms(card, t, n) AS n FROM triple t, grouped, (SELECT norms(card, t) AS n FROM triple t, grouped WHERE i < 9) AS f
	UNION ALL SELECT n FROM second) AS t;
-- a card that standardises no group may go through both steps
SELECT n = rollup(n) AS same, score(card, '{5}'::float8[], n) FROM (SELECT card, norms(card, '{1}'::float8[], n) AS n
	FROM small, LATERAL (SELECT norms(card, ARRAY[x]) AS n FROM generate_series(1, 9) AS x) AS f GROUP BY card) AS t GROUP BY card, n;
-- an error of scoring comes up in the second step
SELECT norms(card, t, n) FROM (SELECT '{"name": "e", "groups": [{"name": "g", "standardise": "zscore", "aggregate": "geometric"}], "indicators": [
	{"name": "a", "group": "g", "standardise": "zscore"}]}'::scorecard AS card) AS e, triple t, LATERAL (SELECT norms(card, t) AS n FROM triple t) AS f;

-- any order, any partition, any number of levels: the same bytes
CREATE TABLE population AS SELECT i, CASE WHEN i % 17 = 0 THEN NULL ELSE (i * 7919 % 1009) / 8.0::float8 END AS x,
	ln(1 + i * 104729 % 9973) AS y, (ARRAY['a', 'b', NULL])[1 + i % 3] AS kind, i * 31 % 23 AS part FROM generate_series(1, 5000) AS i;
ANALYZE population, card_of, triple, grouped, first, second;
CREATE TABLE whole AS SELECT norms(card, p) AS n FROM population p, card_of;
SELECT count(*), count(DISTINCT n::text) FROM (
	SELECT norms(card, p ORDER BY i DESC) AS n FROM population p, card_of
	UNION ALL SELECT norms(card, p ORDER BY y) FROM population p, card_of
	UNION ALL SELECT rollup(n) FROM (SELECT norms(card, p) AS n FROM population p, card_of GROUP BY part) AS q
	UNION ALL SELECT rollup(n ORDER BY part DESC) FROM (SELECT part, norms(card, p) AS n FROM population p, card_of GROUP BY part) AS q
	UNION ALL SELECT rollup(n) FROM (SELECT rollup(n) AS n FROM (
		SELECT i % 7 AS k, norms(card, p) AS n FROM population p, card_of GROUP BY i % 70, i % 7) AS q GROUP BY k) AS r
	UNION ALL SELECT rollup(n::text::norms) FROM (SELECT norms(card, inputs(card, p)) AS n FROM population p, card_of GROUP BY part) AS q
	UNION ALL SELECT rollup(n) FROM (SELECT norms(card, p) AS n FROM population p, card_of GROUP BY i) AS q
	UNION ALL SELECT n FROM whole) AS t;
SELECT count(*), count(DISTINCT n::text) FROM (
	SELECT rollup(n) AS n FROM (SELECT norms(card, t, n) AS n FROM triple t, grouped, first GROUP BY i % 11) AS q
	UNION ALL SELECT norms(card, t, n ORDER BY a) FROM triple t, grouped, first
	UNION ALL SELECT n FROM second) AS t;
SELECT n = n::text::norms AS same, hash_array(ARRAY[n]) = hash_array(ARRAY[n::text::norms]) AS same_hash FROM whole;
SELECT count(*) FROM (SELECT n FROM whole UNION SELECT n::text::norms FROM whole UNION SELECT n FROM second) AS t;
-- mean and deviation are those of exact arithmetic
SELECT s.mean = avg(x::numeric)::float8 AS mean, abs(s.deviation / stddev_samp(x::numeric)::float8 - 1) < 1e-15 AS deviation,
	s.count = count(x) AS count FROM population, whole, norms_summary(n) AS s WHERE name = 'z' GROUP BY s.mean, s.deviation, s.count;
SELECT s.median = percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS median, s.minimum = min(x) AS minimum, s.maximum = max(x) AS maximum
FROM population, whole, norms_summary(n) AS s WHERE name = 'robust' GROUP BY s.median, s.minimum, s.maximum;

-- within windows, and of peer groups
SELECT count(DISTINCT seen::text), bool_and(seen = n) FROM (
	SELECT part, norms(card, p) OVER (PARTITION BY part) AS seen FROM population p, card_of) AS w
	JOIN (SELECT part, norms(card, p) AS n FROM population p, card_of GROUP BY part) AS g USING (part);
SELECT bool_and(running = n) FROM (SELECT i, norms(card, p) OVER (ORDER BY i) AS running FROM population p, card_of WHERE i <= 40) AS w,
	LATERAL (SELECT norms(card, p) AS n FROM population p, card_of WHERE p.i <= w.i) AS g;

-- norms in tables: short, compressed, out of line
CREATE TABLE stored (how text, n norms);
INSERT INTO stored SELECT 'compressed', n FROM whole;
ALTER TABLE stored ALTER n SET STORAGE EXTERNAL;
INSERT INTO stored SELECT 'external', n FROM whole;
INSERT INTO stored SELECT 'second', n FROM second;
SELECT how, n = (SELECT n FROM whole) AS same FROM stored;
SELECT how, score(card, p, n) = score(card, p, (SELECT n FROM whole)) AS same FROM stored, card_of, population p WHERE i = 1 AND how <> 'second';

-- forced parallel plans give the same bytes
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT card AS all_card FROM card_of \gset
SELECT norms(:'all_card'::scorecard, p) = n AS same FROM population p, whole GROUP BY n;
SELECT norms(:'all_card'::scorecard, inputs(:'all_card'::scorecard, p)) = (SELECT n FROM whole) AS same FROM population p;
SELECT rollup(n) = (SELECT n FROM whole) AS same FROM (
	SELECT part, norms(:'all_card'::scorecard, inputs(:'all_card'::scorecard, p)) AS n FROM population p GROUP BY part) AS q;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET parallel_leader_participation;

-- partitionwise
CREATE TABLE divided (LIKE population) PARTITION BY HASH (part);
CREATE TABLE divided_1 PARTITION OF divided FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE divided_2 PARTITION OF divided FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO divided SELECT * FROM population;
SET enable_partitionwise_aggregate = on;
SELECT norms(:'all_card'::scorecard, inputs(:'all_card'::scorecard, p)) = (SELECT n FROM whole) AS same FROM divided p;
RESET enable_partitionwise_aggregate;

-- PL/pgSQL keeps plans, and with them whatever a function keeps from call to call
CREATE FUNCTION pg_temp.make(card scorecard, at_most int) RETURNS norms LANGUAGE plpgsql AS $$
DECLARE
	made norms;
BEGIN
	SELECT norms(card, ARRAY[x]) INTO made FROM generate_series(1, at_most) AS x;
	RETURN made;
END $$;
SELECT pg_temp.make(card, 3), pg_temp.make(card, 4) = pg_temp.make(card, 4) AS same, pg_temp.make(card, 4) = pg_temp.make(card, 5) AS other FROM other;
SELECT count(DISTINCT pg_temp.make(format('{"name": "n%s", "indicators": [{"name": "x", "standardise": "%s"}]}', i, m)::scorecard, i)::text)
FROM generate_series(1, 7) AS i, unnest('{zscore,minmax,percentile}'::text[]) AS m;

-- as many groups as rows, in one hash table: the states share a memory context, or this would take minutes
SET enable_sort = off;
SET work_mem = '1GB';
SELECT count(*), sum(s.count) FROM (SELECT norms(card, ARRAY[x / 3.0]) AS n FROM other, generate_series(1, 30000) AS x GROUP BY x) AS g, norms_summary(n) AS s;
SELECT count(*), sum(m) FROM (SELECT weighted_median(x, 1) AS m FROM generate_series(1, 30000) AS x GROUP BY x) AS g;
RESET enable_sort;
RESET work_mem;

-- cards and first norms that change from row to row, alike but not the same bytes
SELECT norms(c, ARRAY[x]) = norms(other.card, ARRAY[x]) AS same FROM other, generate_series(1, 1000) AS x,
	LATERAL (SELECT format('{"name": "other", "title": "%s", "indicators": [{"name": "z", "input": "x", "standardise": "zscore"}]}', x % 3)::scorecard AS c) AS titled;
SELECT norms(card, t, f) = second.n AS same FROM triple t, grouped, second, LATERAL (SELECT CASE i % 2 WHEN 0 THEN n ELSE n::text::norms END AS f FROM first) AS alike GROUP BY second.n;

SET client_min_messages = warning;
DROP SCHEMA norms_test CASCADE;
