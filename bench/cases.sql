-- The cases of `make bench`: pairs of queries and the ratio to reach.
--
--   -- case NAME: what is measured | against what
--   -- reach at most N       time measured / time against
--   -- reach at least N      times faster: time against / time measured
--   -- same                  both give the same result, which is checked
--   -- measured
--   -- against               or "-- against program FILE", which prints its seconds and its result
--
-- The last statement under each heading is timed, what stands before it is not. The
-- variables are those of texts.sql; without "reach" the ratio is told for information.

-- case whole-row: sum(score(card, t)), float8 columns | sum(last column)
-- reach at most 1.25
-- measured
SELECT sum(score(:card, t)) FROM facts t;
-- against
SELECT sum(:last) FROM facts;

-- case gaps: the same with a tenth of the values missing | sum(last column)
-- measured
SELECT sum(score(:card, t)) FROM facts_gaps t;
-- against
SELECT sum(:last) FROM facts_gaps;

-- case numeric: sum(score(card, t)), numeric(10,4) columns | sum(last::float8)
-- reach at most 1.4
-- measured
SELECT sum(score(:card, t)) FROM facts_numeric t;
-- against
SELECT sum(:last::float8) FROM facts_numeric;

-- case hand-case: sum(score(card, t)) | hand-written CASE sum
-- reach at least 2.5
-- same
-- measured
SELECT sum(score(:card, t)) FROM facts t;
-- against
SELECT sum((:hand_case)::float8) FROM facts;

-- case plpgsql: sum(score(card, t)), a tenth of the rows | PL/pgSQL function
-- reach at least 10
-- same
-- measured
SELECT sum(score(:card, t)) FROM facts_sample t;
-- against
SELECT sum(score_by_hand(:columns)) FROM facts_sample;

-- case points-table: sum(score(card, t)), a hundredth of the rows | join to a points table
-- reach at least 50
-- same
-- measured
SELECT sum(score(:card, t)) FROM facts_few t;
-- against
SELECT sum(p.points)::float8
FROM facts_few t, LATERAL (VALUES :unpivoted) u(indicator, x), points_table p
WHERE p.indicator = u.indicator AND u.x >= p.low AND u.x < p.high;

-- case pandas: sum(score(card, t)), a tenth of the rows | COPY out, pandas and numpy
-- same
-- measured
SELECT sum(score(:card, t)) FROM facts_sample t;
-- against program bench/pandas_score.py

-- case card-in-table: the card read from a table | the card as a literal
-- reach at most 2
-- same
-- measured
SELECT sum(score(c.card, t)) FROM facts t, cards c WHERE c.name = 'bench';
-- against
SELECT sum(score(:card, t)) FROM facts t;

-- case card-in-subquery: the card from a scalar subquery | the card as a literal
-- reach at most 2
-- same
-- measured
SELECT sum(score((SELECT card FROM cards WHERE name = 'bench'), t)) FROM facts t;
-- against
SELECT sum(score(:card, t)) FROM facts t;

-- case appraise: appraise, all parts | score
-- reach at most 3
-- measured
SELECT :parts FROM (SELECT appraise(:card, t) AS a FROM facts t OFFSET 0) s;
-- against
SELECT sum(score(:card, t)) FROM facts t;

-- case norms: norms(card, inputs(card, t)) | avg and stddev of every column
-- reach at most 1.5
-- measured
SELECT norms(:zscore_card, inputs(:zscore_card, t)) IS NULL FROM facts t;
-- against
SELECT (:moments) IS NULL FROM facts;

-- case two-workers: sum(score(card, t)) with two workers, without JIT | with none
-- reach at least 1.7
-- same
-- measured
SET jit = off;		-- each worker compiles anew, which takes longer than its half of the rows
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT sum(score(:card, t)) FROM facts t;
-- against
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SELECT sum(score(:card, t)) FROM facts t;

-- case star-clusters: star_clusters(x, 5) over (partition by p), a fifth of the rows | percent_rank() over (partition by p order by x)
-- reach at most 1.5
-- measured
SELECT sum(s) FROM (SELECT star_clusters(x, 5) OVER (PARTITION BY p) AS s FROM peers OFFSET 0) q;
-- against
SELECT sum(s) FROM (SELECT percent_rank() OVER (PARTITION BY p ORDER BY x) AS s FROM peers OFFSET 0) q;
