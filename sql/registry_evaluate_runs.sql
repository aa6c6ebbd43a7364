-- Runs: as-of, restart, errors, dry runs, refresh, plans, examples. In a database of its own: evaluations commit.
SET client_min_messages TO warning;
\set SHOW_CONTEXT never
\set home :DBNAME
DROP DATABASE IF EXISTS registry_evaluate_runs;
CREATE DATABASE registry_evaluate_runs;
\c registry_evaluate_runs
SET client_min_messages TO warning;
CREATE EXTENSION credence_registry CASCADE;
SET search_path TO public, credence, credence_registry;

CREATE FUNCTION pg_temp.subjects(kind text, first int, last int) RETURNS void LANGUAGE sql AS $$
	WITH s AS (INSERT INTO credence_registry.subject (kind, code, name, level, attributes, valid_from)
		SELECT kind, kind || lpad(i::text, 5, '0'), 'Subject ' || i, (1 + i % 3)::text, jsonb_build_object('beds', i % 17), '2020-01-01' FROM generate_series(first, last) i RETURNING *)
	INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, level, attributes, valid_from) SELECT subject_id, 1, s.kind, code, name, level, s.attributes, valid_from FROM s
$$;

-- Facts that differ from seed to seed, without chance: n events and observations.
CREATE FUNCTION pg_temp.facts(seed int, n int) RETURNS void LANGUAGE sql AS $$
	WITH s AS (SELECT subject_id, row_number() OVER (ORDER BY code) AS i FROM credence_registry.subject WHERE kind IN ('institution', 'physician') AND code ~ '[0-9]{5}$'), n AS MATERIALIZED (SELECT count(*) AS of FROM s),
	e AS (INSERT INTO credence_registry.event (subject_id, rule_code, decided_on, occurred_on, points, amount, case_code, place_id)
		SELECT s.subject_id, 'w.' || chr(97 + h.h % 3), '2024-10-01'::date + h.h % 460, '2024-10-01'::date + h.h % 460, - (h.h % 13) / 10.0, h.h % 20000, CASE WHEN h.h % 4 > 0 THEN 'C' || h.h % 50 END, p.subject_id
		FROM (SELECT abs(hashint8(g * 1000003::bigint + seed)) AS h, n.of FROM generate_series(1, facts.n) g, n) h JOIN s ON s.i = 1 + h.h % h.of JOIN s AS p ON p.i = 1 + (h.h / 7) % h.of ORDER BY h.h
		RETURNING event_id, subject_id, decided_on, amount::int AS amount),
	r AS (INSERT INTO credence_registry.repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, decided_on + amount % 90 FROM e WHERE amount % 5 = 0)
	INSERT INTO credence_registry.observation (subject_id, indicator, period_start, period_end, value, source)
	SELECT DISTINCT ON (s.subject_id, h.h % 4) s.subject_id, 'ind' || h.h % 4, '2025-01-01'::date + seed % 100, '2025-12-31', (h.h % 1000) / 10.0, CASE WHEN h.h % 9 = 0 THEN 'settlement' ELSE 'statistics' END
	FROM (SELECT abs(hashint8(g * 7919::bigint + seed + 1)) AS h, n.of FROM generate_series(1, facts.n) g, n) h JOIN s ON s.i = 1 + h.h % h.of ORDER BY s.subject_id, h.h % 4, h.h
$$;

CREATE FUNCTION pg_temp.document(version text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('code', 'w', 'version', version) || '{"subjects": {"kinds": ["institution"]},
	"rules": [{"code": "w.a", "from": "2020-01-01", "category": "one", "points": [-2, 0], "ladder": "serious >= 15000, minor", "repairs": [{"within_days": 30, "fraction": 0.7}, {"fraction": 0.3}]},
		{"code": "w.b", "from": "2020-01-01", "category": "one", "points": [-2, 0], "ladder": "serious >= 15000, minor", "valid_months": 6}, {"code": "w.c", "from": "2020-01-01", "points": [-2, 0]}],
	"inputs": {"lost": {"events": ["w.*"]}, "valid": {"events": ["w.b", "w.c"], "window": "valid"}, "deduped": {"events": ["w.*"], "dedupe": "case", "cap_per_rule": [-1, 0]}, "cases": {"events": ["w.*"], "measure": "cases", "window": {"months": 9}},
		"level": {"events": ["w.*"], "measure": "worst", "levels": ["serious", "minor"], "default": "none"}, "balance": {"events": ["w.a"], "measure": "balance", "start": 12, "floor": 0, "ceiling": 12},
		"i0": {"observation": "ind0"}, "i1": {"observation": "ind1", "statistic": "mean"}, "i2": {"observation": "ind2", "sources": ["settlement", "statistics"]}, "i3": {"observation": "ind3", "statistic": "max", "default": 50},
		"staff": {"events": ["w.*"], "of": {"tie": "practises_at", "end": "from"}}, "beds": {"attribute": "beds"}, "mix": {"formula": "first(i0, 0) / 3 + min(i1, i2) * 0.1"}},
	"peers": {"by": ["level"]},
	"scorecard": {"name": "w", "aggregate": "sum", "base": 100, "decimals": 4, "indicators": [{"name": "lost"}, {"name": "valid"}, {"name": "deduped"}, {"name": "balance"}, {"name": "i3", "weight": 0.1}, {"name": "staff", "weight": 0.5}, {"name": "mix"}], "grades": "A >= 130, B >= 120, C >= 110, D"},
	"adjust": [{"name": "serious", "when": "level = ''serious''", "reason": "serious", "demote": 1}],
	"linkage": [{"name": "parent", "of": "parent", "when": "notch >= 4", "reason": "parent", "demote": 1, "rounds": 2}]}'::jsonb
$$;

-- what a run says of its subjects, but for the times and ranks
CREATE FUNCTION pg_temp.bits(run bigint) RETURNS text LANGUAGE sql SET extra_float_digits = 1 AS $$
	SELECT md5(string_agg((to_jsonb(r) - '{run_id,evaluated_at,ranked_at,rank,rank_ties,rank_of,peer_rank,peer_ties,peer_of}'::text[])::text, '|' ORDER BY subject_id))
		|| md5(coalesce((SELECT string_agg((to_jsonb(a) - '{run_id,made_at}'::text[])::text, '|' ORDER BY subject_id, step) FROM credence_registry.adjustment a WHERE a.run_id = run), ''))
	FROM credence_registry.result r WHERE r.run_id = run
$$;
CREATE FUNCTION pg_temp.ranks(run bigint) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(format('%s %s %s %s %s %s %s', subject_id, rank, rank_ties, rank_of, peer_rank, peer_ties, peer_of), '|' ORDER BY subject_id)) FROM credence_registry.result r WHERE r.run_id = run
$$;
CREATE FUNCTION pg_temp.evaluated(code text, version text, period text, as_of timestamptz DEFAULT NULL, kind text DEFAULT 'full') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	number bigint := credence_registry.run_begin(code, version, period, as_of, kind, NULL);
BEGIN
	PERFORM credence_registry.run_perform(number);
	RETURN number;
END $$;

-- Refresh gives the bits of a full run, whatever facts come; ranks after rerank, too. Parallel plans and other join orders as well.
BEGIN;
SET LOCAL client_min_messages TO error;
\o /dev/null
SELECT pg_temp.subjects('institution', 1, 200), pg_temp.subjects('physician', 1, 50);
SELECT scheme_import(pg_temp.document('1')), scheme_activate('w', '1');
WITH s AS (SELECT subject_id, kind, row_number() OVER (ORDER BY code)::int AS n FROM subject)
INSERT INTO tie (kind, from_subject, to_subject, valid_from, valid_to) SELECT CASE WHEN p.kind = 'physician' THEN 'practises_at' ELSE 'child_of' END, p.subject_id, i.subject_id, '2025-01-01'::date + p.n % 100, CASE WHEN p.n % 7 = 0 THEN '2025-10-01'::date END
FROM s p JOIN s i ON i.kind = 'institution' AND i.n <> p.n AND (i.n * 31 + p.n * 17) % 97 = 0;
SELECT pg_temp.facts(1, 2000);
SELECT pg_temp.evaluated('w', '1', '2025') AS run \gset
\o
SELECT state, subjects, done, phase FROM run WHERE run_id = :run;
SELECT grade, count(*), min(score), max(score), count(rank) FROM result WHERE run_id = :run GROUP BY 1 ORDER BY 1;
SELECT kind, step, count(*) FROM adjustment WHERE run_id = :run GROUP BY 1, 2 ORDER BY 2;
CREATE TEMP TABLE compared (step int, touched bigint, same boolean, same_ranks boolean) ON COMMIT DROP;
DO $$
DECLARE
	number bigint := (SELECT max(run_id) FROM credence_registry.run);
	touched bigint;
	complete bigint;
BEGIN
	FOR step IN 1 .. 7
	LOOP
		PERFORM pg_temp.facts(step * 1000, CASE WHEN step % 3 = 0 THEN 3 ELSE 1 END);
		IF step = 4 THEN		-- a revocation, a tie that ends, a subject that closes, one that opens
			INSERT INTO credence_registry.event (subject_id, rule_code, decided_on, occurred_on, revokes) SELECT subject_id, rule_code, decided_on, occurred_on, event_id FROM credence_registry.event WHERE event_id = (SELECT min(event_id) FROM credence_registry.event WHERE decided_on > '2025-03-01');
			INSERT INTO credence_registry.tie (kind, from_subject, to_subject, valid_from, valid_to, replaces) SELECT kind, from_subject, to_subject, valid_from, '2025-06-01', tie_id FROM credence_registry.tie ORDER BY tie_id LIMIT 1;
			INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, level, attributes, valid_from, valid_to) SELECT subject_id, 2, kind, code, name, level, attributes, valid_from, '2025-05-31' FROM credence_registry.subject WHERE code = 'institution00007';
			PERFORM pg_temp.subjects('institution', 201, 201);
		ELSIF step = 5 THEN		-- a second source, which the survey has not seen
			INSERT INTO credence_registry.observation (subject_id, indicator, period_start, period_end, value, source) SELECT subject_id, indicator, period_start, period_end, value + 1, 'survey' FROM credence_registry.observation WHERE indicator = 'ind0' ORDER BY observation_id LIMIT 1;
		ELSIF step = 6 THEN
			INSERT INTO credence_registry.observation (subject_id, indicator, period_start, period_end, value, source, replaces) SELECT subject_id, indicator, period_start, period_end, value + 1, source, observation_id FROM credence_registry.observation WHERE indicator = 'ind1' ORDER BY observation_id LIMIT 1;
		END IF;
		touched := credence_registry.refresh_run(number);
		IF step = 7 THEN
			PERFORM credence_registry.rerank(number);
		END IF;
		complete := pg_temp.evaluated('w', '1', '2025', (SELECT as_of FROM credence_registry.run WHERE run_id = number));
		INSERT INTO compared VALUES (step, touched, pg_temp.bits(number) = pg_temp.bits(complete), CASE WHEN step = 7 THEN pg_temp.ranks(number) = pg_temp.ranks(complete) END);
	END LOOP;
END $$;
SELECT step, touched > 0 AS touched, same, same_ranks FROM compared ORDER BY 1;
-- nothing new
SELECT refresh_run(:run);
-- any plan: parallel, without hashing, without sorting, in little memory
SELECT as_of FROM run WHERE run_id = :run \gset
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;
SELECT name AS debug_parallel FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query') \gset
SET LOCAL :debug_parallel = on;
SELECT pg_temp.bits(pg_temp.evaluated('w', '1', '2025', :'as_of')) = pg_temp.bits(:run) AS parallel;
SET LOCAL :debug_parallel = off; SET LOCAL enable_hashagg = off; SET LOCAL work_mem = '64kB';
SELECT pg_temp.bits(pg_temp.evaluated('w', '1', '2025', :'as_of')) = pg_temp.bits(:run) AS sorted;
ROLLBACK;

-- An input computed again, plainly
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 1, 50);
SELECT scheme_import(pg_temp.document('1')), scheme_activate('w', '1');
SELECT pg_temp.facts(5, 500);
SELECT pg_temp.evaluated('w', '1', '2025') AS run \gset
\o
CREATE FUNCTION pg_temp.plain_balance(subject bigint) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	e record;
	balance numeric := 12;
	back numeric;
BEGIN
	FOR e IN SELECT * FROM credence_registry.event WHERE subject_id = subject AND rule_code = 'w.a' AND decided_on BETWEEN '2025-01-01' AND '2025-12-31' ORDER BY decided_on, event_id
	LOOP
		SELECT CASE WHEN completed_on - e.decided_on <= 30 THEN 0.7 ELSE 0.3 END INTO back FROM credence_registry.repair r WHERE r.event_id = e.event_id AND completed_on <= '2025-12-31';
		balance := least(12, greatest(0, balance + e.points * (1 - coalesce(back, 0))));
	END LOOP;
	RETURN balance;
END $$;
SELECT count(*), count(*) FILTER (WHERE r.inputs[array_position(input_names(s.scorecard), 'balance')] <> 12) AS moved, bool_and(r.inputs[array_position(input_names(s.scorecard), 'balance')] = pg_temp.plain_balance(r.subject_id)::float8) AS balance,
	bool_and(r.inputs[array_position(input_names(s.scorecard), 'deduped')] = coalesce((SELECT sum(greatest(-1, p)) FROM (SELECT rule_code, sum(p) AS p
		FROM (SELECT rule_code, min(points * (1 - coalesce((SELECT CASE WHEN e.rule_code <> 'w.a' THEN 0 WHEN completed_on - e.decided_on <= 30 THEN 0.7 ELSE 0.3 END FROM repair p WHERE p.event_id = e.event_id AND completed_on <= '2025-12-31'), 0))) AS p
			FROM event e WHERE e.subject_id = r.subject_id AND decided_on BETWEEN '2025-01-01' AND '2025-12-31' GROUP BY rule_code, coalesce(case_code, event_id::text)) c GROUP BY rule_code) d), 0)::float8) AS deduped
FROM result r, scheme s WHERE r.run_id = :run AND s.code = 'w';
ROLLBACK;

-- T10: as known then; what is recorded later does not change it
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 1, 30);
SELECT scheme_import(pg_temp.document('1')), scheme_activate('w', '1');
SELECT pg_temp.facts(5, 300);
SELECT pg_temp.evaluated('w', '1', '2025') AS run \gset
SELECT pg_temp.facts(6, 300);
INSERT INTO subject_version (subject_id, version, kind, code, name, level, attributes, valid_from, valid_to) SELECT subject_id, 2, kind, code, name, level, attributes, valid_from, '2025-05-31' FROM subject;
INSERT INTO event_rule (code, effective_from, title_en, title_zh, points_min, points_max) VALUES ('w.a', '2020-01-01', 'a', 'a', -99, 99), ('w.b', '2025-03-01', 'b', 'b', -99, 99);
\o
SELECT as_of FROM run WHERE run_id = :run \gset
SELECT pg_temp.bits(pg_temp.evaluated('w', '1', '2025', :'as_of')) = pg_temp.bits(:run) AS replayed, pg_temp.ranks(:run) = pg_temp.ranks((SELECT max(run_id) FROM run)) AS ranks,
	run_fingerprint(:run) = run_fingerprint((SELECT max(run_id) FROM run)) AS fingerprint;
ROLLBACK;

-- Errors that say what to do
BEGIN;
SELECT run_begin('nobody', NULL, '2025', NULL, 'full', NULL);
ROLLBACK;
BEGIN;
\o /dev/null
SELECT scheme_import(pg_temp.document('1'));
\o
SAVEPOINT s;
SELECT run_begin('w', '1', '2025', NULL, 'full', NULL);
ROLLBACK TO s;
SELECT run_begin('w', NULL, '2025', NULL, 'full', NULL);
ROLLBACK TO s;
SELECT run_begin('w', '9', '2025', NULL, 'full', NULL);
ROLLBACK TO s;
SELECT run_begin('w', '1', '2025Q1', NULL, 'dry', NULL);
ROLLBACK TO s;
SELECT run_begin('w', '1', '2998', NULL, 'dry', NULL);
ROLLBACK TO s;
CALL evaluate('w', NULL);
ROLLBACK TO s;
-- longer than any number is: missing, and no error of the run
SELECT attribute_number('1e99'), attribute_number('1e101'), attribute_number('1e-101'), attribute_number('"-7.50"'), attribute_number('true'), attribute_number('"1e5"');
SET LOCAL timezone = 'UTC';
SELECT run_begin('w', '1', '2025', '2999-01-01', 'dry', NULL);
ROLLBACK TO s;
\set VERBOSITY terse
SELECT pg_temp.evaluated('w', '1', '2025', NULL, 'dry');
ROLLBACK TO s;
INSERT INTO observation (subject_id, indicator, period_start, period_end, value) SELECT 0, 'ind' || i, '2025-01-01', '2025-12-31', 1 FROM generate_series(0, 3) i;
SELECT pg_temp.evaluated('w', '1', '2025', NULL, 'dry');
\set VERBOSITY default
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT fix_as_of(NULL);
ROLLBACK;

-- evaluate as a procedure: within a transaction, and on its own
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 1, 30);
SELECT scheme_import(pg_temp.document('1')), scheme_activate('w', '1');
SELECT pg_temp.facts(5, 300);
\o
CALL evaluate('w', '2025', run_id => NULL) \gset
SELECT kind, state, phase, subjects, done, finished_at IS NOT NULL AS finished FROM run ORDER BY run_id DESC LIMIT 1;
-- a relative scheme says that all are looked at again
SET LOCAL client_min_messages TO notice;
SELECT scheme_relative(pg_temp.document('1')), scheme_relative(jsonb_set(pg_temp.document('1'), '{grading}', '{"method": "quota", "quotas": "A 10%, B"}') || '{"adjust": [{"name": "x", "when": "rank <= 3", "reason": "x", "promote": 1}]}');
INSERT INTO event_rule (code, effective_from, title_en, title_zh) VALUES ('w.d', '2020-01-01', 'd', 'd');
CALL refresh('w', '2025', true, NULL, NULL) \gset
SELECT count(*), :refreshed AS refreshed FROM run WHERE scheme_code = 'w';
-- a draft against the active version
SELECT scheme_import(jsonb_set(pg_temp.document('2'), '{scorecard,base}', '105')) IS NOT NULL AS draft;
CALL evaluate('w', '2025', dry => true, version => '2', run_id => NULL) \gset
SELECT kind, state FROM run WHERE run_id = :run_id;
SELECT * FROM migration_matrix((SELECT max(run_id) FROM run WHERE kind = 'full'), :run_id);
SELECT s.code, m.grade_from, m.grade_to, m.notches, round((m.score_to - m.score_from)::numeric, 4) AS by FROM movements((SELECT max(run_id) FROM run WHERE kind = 'full'), :run_id) m JOIN subject s USING (subject_id) LIMIT 3;
SELECT count(prerate(run_id)) > 0 AS prerated FROM run WHERE kind = 'full' AND state = 'scored';
SELECT count(finalise(run_id, period_end)) > 0 AS final FROM run
WHERE run_id IN (SELECT max(run_id) FROM run WHERE state = 'prerating' GROUP BY scheme_code, period);
SAVEPOINT s;
\set VERBOSITY sqlstate
CALL refresh('w', '2025', run_id => NULL, refreshed => NULL);
\set VERBOSITY default
ROLLBACK TO s;
CALL refresh('w', '2024', run_id => NULL, refreshed => NULL);
ROLLBACK;

-- A period that ends with another but begins later is one that the survey has not seen
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 1, 1);
INSERT INTO observation (subject_id, indicator, period_start, period_end, value) SELECT subject_id, 'ind0', '2025-01-01', '2025-12-31', 10 FROM subject;
SELECT scheme_import('{"code": "late", "version": "1", "subjects": {"kinds": ["institution"]}, "inputs": {"i0": {"observation": "ind0"}}, "scorecard": {"name": "late", "indicators": [{"name": "i0"}]}}'), scheme_activate('late', '1');
SELECT pg_temp.evaluated('late', '1', '2025') AS run \gset
INSERT INTO observation (subject_id, indicator, period_start, period_end, value) SELECT subject_id, 'ind0', '2025-07-01', '2025-12-31', 99 FROM subject;
\o
SELECT refresh_run(:run);
SELECT score FROM result WHERE run_id = :run;
-- The plan that the session keeps is not one that the login could put there
SELECT proname AS plan FROM pg_proc WHERE pronamespace = pg_my_temp_schema() AND proname ~ '^refresh ' \gset
SELECT has_function_privilege('credence_admin', oid, 'EXECUTE') AS granted, proowner = (SELECT extowner FROM pg_extension WHERE extname = 'credence_registry') AS of_owner FROM pg_proc WHERE pronamespace = pg_my_temp_schema() AND proname = :'plan';
CREATE ROLE registry_test_planner IN ROLE credence_admin;
DROP FUNCTION pg_temp.:"plan";
SET ROLE registry_test_planner;
CREATE FUNCTION pg_temp.:"plan"(bigint, timestamptz, bigint[]) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE 'executed as %', current_user; END $$;
RESET ROLE;
INSERT INTO observation (subject_id, indicator, period_start, period_end, value) SELECT subject_id, 'ind0', '2025-10-01', '2025-12-31', 77 FROM subject;
SELECT refresh_run(:run);
SELECT score FROM result WHERE run_id = :run;
ROLLBACK;

-- Worked examples
BEGIN;
\o /dev/null
SELECT scheme_import(jsonb_set(pg_temp.document('1'), '{examples}', '[{"name": "clean", "inputs": {"lost": 0, "valid": 0, "deduped": 0, "balance": 12, "i0": 30, "i1": 40, "i2": 50, "i3": 10, "staff": 0, "level": "none"}, "score": 127, "grade": "B"},
	{"name": "serious", "inputs": {"lost": -5, "balance": 12, "mix": 3, "level": "serious"}, "score": 110, "grade": "D"}, {"name": "wrong", "inputs": {"lost": -5}, "score": 1, "grade": "A"}]'));
\o
SELECT * FROM scheme_examples('w', '1');
ROLLBACK;

-- Outside of a transaction: phase by phase
\o /dev/null
SELECT pg_temp.subjects('institution', 90001, 90010);
SELECT pg_temp.facts(7, 100);
SELECT scheme_import(jsonb_set(pg_temp.document('1'), '{code}', '"w-commits"')), scheme_activate('w-commits', '1');
\o
CALL evaluate('w-commits', '2025', run_id => NULL) \gset
SELECT state, phase, subjects, xmin::text <> (SELECT n.xmin::text FROM result n WHERE n.run_id = r.run_id LIMIT 1) AS committed_between FROM run r WHERE run_id = :run_id;
-- cut off: taken up with its own as-of
-- as a crash would leave it, which no function does
ALTER TABLE run DISABLE TRIGGER USER;
UPDATE run SET state = 'gathering', phase = 'gathering' WHERE run_id = :run_id;
DELETE FROM result WHERE run_id = :run_id; DELETE FROM adjustment WHERE run_id = :run_id;
ALTER TABLE run ENABLE TRIGGER USER;
SELECT scheme_code, phase, subjects IS NOT NULL AS counted FROM run_progress;
SELECT as_of FROM run WHERE run_id = :run_id \gset
SELECT :run_id AS first_run \gset
CALL evaluate('w-commits', '2025', run_id => NULL) \gset
SELECT :run_id = :first_run AS same_run, state, as_of = :'as_of' AS same_as_of FROM run WHERE run_id = :run_id;
-- what fails is abandoned, and the lock is gone
SELECT scheme_import(jsonb_set(jsonb_set(pg_temp.document('1'), '{code}', '"w-fails"'), '{inputs,i0,observation}', '"nobody-supplies"')) IS NOT NULL AS imported;
CALL evaluate('w-fails', '2025', dry => true, run_id => NULL);
SELECT state FROM run WHERE scheme_code = 'w-fails';
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
\c :home
SET client_min_messages TO warning;
DROP DATABASE registry_evaluate_runs;
