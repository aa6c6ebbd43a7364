-- The survey of many observations is one of a sample, and what the sample does not show is found all the same. In a
-- database of its own, whose observations of 2012 lie in blocks that nothing else writes to.
SET client_min_messages TO warning;
\set SHOW_CONTEXT never
\set home :DBNAME
DROP DATABASE IF EXISTS registry_survey;
CREATE DATABASE registry_survey;
\c registry_survey
SET client_min_messages TO warning;
CREATE EXTENSION credence_registry CASCADE;
SET search_path TO public, credence, credence_registry;
SET max_parallel_workers_per_gather = 0;

WITH s AS (INSERT INTO subject (kind, code, name, valid_from) SELECT 'institution', 's' || lpad(i::text, 5, '0'), 'Subject ' || i, '2010-01-01' FROM generate_series(1, 15000) i RETURNING *)
INSERT INTO subject_version (subject_id, version, kind, code, name, attributes, valid_from) SELECT subject_id, 1, kind, code, name, attributes, valid_from FROM s;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, evaluator)
SELECT '2012-01-01', '2012-12-31', subject_id, 'v' || i, (subject_id * 7919 + i * 104729) % 10007 / 100.0, 'statistics', CASE i WHEN 4 THEN 'self' END
FROM subject, generate_series(1, 4) i ORDER BY i, subject_id;

SELECT scheme_import('{"code": "v", "version": "1", "title": "v", "from": "2010-01-01", "subjects": {"kinds": ["institution"]}, "period": "year",
	"inputs": {"a": {"observation": "v1"}, "b": {"observation": "v2", "statistic": "mean"}, "c": {"observation": "v3", "default": 7}, "d": {"observation": "v4", "evaluator": "self"}},
	"scorecard": {"name": "v", "aggregate": "sum", "decimals": 6, "indicators": [{"name": "a"}, {"name": "b", "weight": 10}, {"name": "c", "weight": 100}, {"name": "d", "weight": 1000}], "grades": "A >= 50000, B"}}'), scheme_activate('v', '1');

-- evaluates, compares with the observations themselves, and says of what the survey was and what was surveyed
CREATE FUNCTION pg_temp.evaluated() RETURNS TABLE (sampled boolean, surveyed text, compared bigint, equal boolean) LANGUAGE plpgsql AS $$
DECLARE
	run bigint;
BEGIN
	CALL evaluate('v', '2012', dry => true, in_transaction => true, run_id => run);
	RETURN QUERY
	SELECT coalesce((p.survey ->> 'sampled')::boolean, false), (SELECT string_agg(format('%s of %s%s%s', f ->> 'indicator', f ->> 'source', ' by ' || (f ->> 'evaluator'), CASE f ->> 'ratio' WHEN 'true' THEN ', ratios' ELSE '' END), '; ' ORDER BY f ->> 'indicator', f ->> 'source')
			FROM jsonb_array_elements(p.survey -> 'observations') f), q.compared, q.equal
	FROM run_plan p, LATERAL (
		SELECT count(*) AS compared, bool_and(r.inputs IS NOT DISTINCT FROM ARRAY[a.v, b.v, coalesce(c.v, 7), d.v]) AS equal
		FROM result r
		-- said in full: of one period, what sources agree upon, or else nothing
		LEFT JOIN (SELECT o.subject_id, CASE WHEN min(x) = max(x) THEN min(x)::float8 END AS v FROM (SELECT *, coalesce(value, numerator / denominator) AS x, rank() OVER (PARTITION BY subject_id ORDER BY period_end DESC, period_start DESC) AS place FROM observations_at(NULL) WHERE indicator = 'v1' AND period_end BETWEEN '2012-01-01' AND '2012-12-31') o WHERE place = 1 GROUP BY 1) a USING (subject_id)
		LEFT JOIN (SELECT o.subject_id, CASE WHEN bool_and(o.same) THEN avg(o.x)::float8 END AS v FROM (SELECT subject_id, min(value) AS x, min(value) = max(value) AS same FROM observations_at(NULL) WHERE indicator = 'v2' AND period_end BETWEEN '2012-01-01' AND '2012-12-31' GROUP BY subject_id, period_end, period_start, evaluator) o GROUP BY 1) b USING (subject_id)
		LEFT JOIN (SELECT o.subject_id, min(value)::float8 AS v FROM observations_at(NULL) o WHERE indicator = 'v3' AND period_end BETWEEN '2012-01-01' AND '2012-12-31' GROUP BY 1) c USING (subject_id)
		LEFT JOIN (SELECT o.subject_id, min(value)::float8 AS v FROM observations_at(NULL) o WHERE indicator = 'v4' AND evaluator = 'self' AND period_end BETWEEN '2012-01-01' AND '2012-12-31' GROUP BY 1) d USING (subject_id)
		WHERE r.run_id = p.run_id) q
	WHERE p.run_id = run;
END $$;

\pset format unaligned
SELECT * FROM pg_temp.evaluated();
SELECT survey_percent('2012-01-01', '2012-12-31') < 50 AS a_part, survey_percent('2013-01-01', '2013-12-31') AS of_nothing, survey_percent(NULL, NULL) = survey_percent('2012-01-01', '2012-12-31') AS open;

-- one observation that the sample does not show: of another source, of another period, a ratio, by another evaluator
\set one '(SELECT min(subject_id) FROM subject)'
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source) SELECT '2012-01-01', '2012-12-31', :one, 'v1', -1, 'survey';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source) SELECT '2012-01-01', '2012-12-31', :one, 'v2', -1, 'survey';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source) SELECT '2012-07-01', '2012-12-31', :one, 'v1', -1, 'statistics';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, numerator, denominator, source) SELECT '2012-12-01', '2012-12-31', :one, 'v1', 1, 4, 'statistics';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, evaluator) SELECT '2012-01-01', '2012-12-31', :one, 'v4', -1, 'statistics', 'agency';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;

-- or of a source and evaluator that the sample shows for another indicator only
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, evaluator) SELECT '2012-01-01', '2012-12-31', :one, 'v1', -1, 'statistics', 'self';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source) SELECT '2012-01-01', '2012-12-31', :one, 'v4', -1, 'statistics';
SELECT * FROM pg_temp.evaluated();
ROLLBACK;

-- an observation that is replaced by one like it needs no second look
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, replaces)
SELECT period_start, period_end, subject_id, indicator, -1, source, observation_id FROM observation WHERE indicator = 'v1' AND subject_id = :one;
SELECT * FROM pg_temp.evaluated();
ROLLBACK;

-- an indicator that the sample does not show is looked for among all; without any observation the input has its default
BEGIN;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source) SELECT '2012-01-01', '2012-12-31', :one, 'v5', 3, 'statistics';
SELECT scheme_import(jsonb_set(jsonb_set(document, '{version}', '"2"'), '{inputs,c,observation}', '"v5"')) FROM scheme WHERE code = 'v' \g /dev/null
CREATE TEMPORARY TABLE tried (run_id bigint);
DO $$
DECLARE
	run bigint;
BEGIN
	CALL evaluate('v', '2012', dry => true, version => '2', in_transaction => true, run_id => run);
	INSERT INTO tried VALUES (run);
END $$;
SELECT p.survey ->> 'sampled' AS sampled, count(*) FILTER (WHERE r.inputs[3] = 3) AS found, count(*) FILTER (WHERE r.inputs[3] = 7) AS default_value
FROM tried JOIN run_plan p USING (run_id) JOIN result r USING (run_id) GROUP BY 1;
ROLLBACK;

-- a refresh after an evaluation by a sample: the same as a full run, also where a new source turns up
CALL evaluate('v', '2012', run_id => NULL);
SELECT survey ->> 'sampled' AS sampled FROM run_plan ORDER BY run_id DESC LIMIT 1;
CREATE FUNCTION pg_temp.refreshed() RETURNS TABLE (refreshed bigint, sampled text, differing bigint) LANGUAGE plpgsql AS $$
DECLARE
	run bigint;
	full_run bigint;
BEGIN
	CALL refresh('v', '2012', in_transaction => true, run_id => run, refreshed => refreshed);
	CALL evaluate('v', '2012', dry => true, in_transaction => true, run_id => full_run);
	RETURN QUERY SELECT refreshed.refreshed, (SELECT p.survey ->> 'sampled' FROM run_plan p WHERE p.run_id = run),
		(SELECT count(*) FROM result r FULL JOIN result f ON f.run_id = full_run AND f.subject_id = r.subject_id
		WHERE r.run_id = run AND (r.inputs, r.points, r.score, r.grade) IS DISTINCT FROM (f.inputs, f.points, f.score, f.grade));
END $$;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, replaces)
SELECT period_start, period_end, subject_id, indicator, value / 2, source, observation_id FROM observation WHERE indicator = 'v3' AND subject_id % 100 = 1;
SELECT * FROM pg_temp.refreshed();
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source) SELECT '2012-01-01', '2012-12-31', subject_id, 'v2', 5, 'survey' FROM subject WHERE subject_id % 1000 = 1;
SELECT * FROM pg_temp.refreshed();

\c :home
SET client_min_messages TO warning;
DROP DATABASE registry_survey;
