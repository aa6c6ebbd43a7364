-- The life of a run: its states in order, its clocks, who takes each step, and that nothing final changes. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
SET client_min_messages = warning;
BEGIN;
SET search_path TO credence_registry, credence, public;
CREATE ROLE regress_life_admin LOGIN IN ROLE credence_admin;
CREATE ROLE regress_life_publisher LOGIN IN ROLE credence_publisher;
CREATE ROLE regress_life_officer LOGIN IN ROLE credence_officer;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), '\m(run|appeal|subject) \d+', '\1 N', 'gi');
END $$;
INSERT INTO region (region, parent, label_en, label_zh) VALUES ('L1', NULL, 'City', '市');
INSERT INTO officer_region VALUES ('regress_life_officer', 'L1');
SELECT scheme_import(jsonb_build_object('code', 'regress-life', 'version', '1', 'subjects', '{"kinds": ["institution"], "where": "in_test = ''yes''"}'::jsonb,
	'inputs', '{"in_test": {"attribute": "regress_life"}, "survey": {"observation": "rlife-survey"}}'::jsonb,
	'scorecard', '{"name": "regress-life", "indicators": [{"name": "survey"}], "grades": "A >= 90, B >= 80, C >= 60, D"}'::jsonb,
	'consequences', '[{"code": "talk", "when": "grade = ''D''", "action": "talk", "days": 10}]'::jsonb) || more) IS NOT NULL AS imported
FROM (VALUES ('{"notice": {"days": 5, "working": true}, "appeal": {"days": 10}}'::jsonb), ('{"code": "regress-life-plain"}')) v (more);
SELECT scheme_activate('regress-life', '1'), scheme_activate('regress-life-plain', '1');
INSERT INTO subject (kind, code, name, region, attributes, valid_from)
SELECT 'institution', 'rlife-' || c, c, 'L1', '{"regress_life": "yes"}', '2020-01-01' FROM unnest('{a,b}'::text[]) c;
INSERT INTO subject_version (subject_id, version, kind, code, name, region, attributes, valid_from, recorded_at)
SELECT subject_id, 1, kind, code, name, region, attributes, valid_from, '2020-01-01' FROM subject WHERE code LIKE 'rlife-_';
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source)
SELECT '2025-01-01', '2025-12-31', subject_id, 'rlife-survey', CASE code WHEN 'rlife-a' THEN 95 ELSE 50 END, 'survey' FROM subject WHERE code LIKE 'rlife-_';
INSERT INTO holiday VALUES ('2026-01-08', false, 'regress'), ('2026-01-10', true, 'regress') ON CONFLICT DO NOTHING;
SELECT max(subject_id) FILTER (WHERE code = 'rlife-a') AS a, max(subject_id) FILTER (WHERE code = 'rlife-b') AS b FROM subject \gset
SET SESSION AUTHORIZATION regress_life_admin;
CALL evaluate('regress-life', '2025', in_transaction => true) \gset
SELECT :run_id AS run, NULL AS run_id \gset
CALL evaluate('regress-life', '2025', dry => true, in_transaction => true) \gset
SELECT :run_id AS dry, NULL AS run_id \gset
CALL evaluate('regress-life', '2025', in_transaction => true) \gset
SELECT :run_id AS second, NULL AS run_id \gset

-- steps out of order, and by others
SELECT pg_temp.refused(format('SELECT put_on_notice(%s)', :run)), pg_temp.refused(format('SELECT finalise(%s)', :run));
SELECT pg_temp.refused(format('SELECT prerate(%s)', :dry)), pg_temp.refused('SELECT prerate(0)');
SELECT pg_temp.refused(format('SELECT abandon(%s, '''')', :second));
SELECT abandon(:second, 'evaluated twice');
SELECT pg_temp.refused(format('SELECT prerate(%s)', :second));
SET SESSION AUTHORIZATION regress_life_officer;
SELECT pg_temp.refused(format('SELECT prerate(%s)', :run)), pg_temp.refused(format('SELECT finalise(%s)', :run)), pg_temp.refused(format('SELECT correct_run(%s)', :run));
SELECT pg_temp.refused(format('UPDATE run SET state = ''final'' WHERE run_id = %s', :run)), pg_temp.refused('INSERT INTO run_step (run_id, from_state, to_state, on_date) VALUES (1, ''a'', ''b'', ''2026-01-01'')');
SET SESSION AUTHORIZATION regress_life_publisher;
SELECT prerate(:run, 'agreed by the committee');
-- Monday to Monday: the 8th is a holiday, Saturday the 10th is worked
SELECT * FROM put_on_notice(:run, '2026-01-05');
SELECT what, due_on, days_left = due_on - today() AS days_left, region, detail FROM due_today WHERE run_id = :run ORDER BY what COLLATE "C";
-- both clocks have to run out; the last day still belongs to them
SELECT pg_temp.refused(format('SELECT finalise(%s, ''2026-01-10'')', :run));
SELECT pg_temp.refused(format('SELECT finalise(%s, ''2026-01-15'')', :run));
SELECT pg_temp.refused(format('SELECT finalise(%s, today() + 1)', :run)) ~ '^22023 run N cannot be final on .*: today is ' AS not_in_the_future;
-- a session that is ahead of the registry cannot hasten its clocks
SET timezone = 'Pacific/Kiritimati';
SELECT pg_temp.refused(format('SELECT finalise(%s, today() + 1)', :run)) ~ '^22023 run N cannot be final on .*: today is ' AS not_in_the_future, max(days_left) = max(due_on) - today() AS days_left FROM due_today WHERE run_id = :run;
RESET timezone;
SELECT pg_temp.refused(format('SELECT abandon(%s, ''too late'')', :run));
SET SESSION AUTHORIZATION regress_life_officer;
SELECT file_appeal(:run, :b, 'survey', 'wrong', '2026-01-15') AS appeal \gset
SET SESSION AUTHORIZATION regress_life_publisher;
SELECT pg_temp.refused(format('SELECT finalise(%s, ''2026-01-16'')', :run));
RESET SESSION AUTHORIZATION;
SELECT accept_appeal(:appeal);
SELECT * FROM decide_appeal(:appeal, 'rejected', 'it was right');
SET SESSION AUTHORIZATION regress_life_publisher;
SELECT finalise(:run, '2026-01-16', 'adopted');
SELECT from_state, to_state, CASE WHEN to_state IN ('notice', 'final') THEN on_date END AS on_date, by, note, at <= clock_timestamp() AS at FROM run_step WHERE run_id = :run ORDER BY step_id;
SELECT from_state, to_state, by, note FROM run_step WHERE run_id = :second ORDER BY step_id;
SELECT kind, target, due_on FROM consequence WHERE run_id = :run;

-- nothing final changes, for whomever
RESET SESSION AUTHORIZATION;
SELECT fingerprint = run_fingerprint(:run) AS sealed, final_at IS NOT NULL AS final_at FROM run WHERE run_id = :run;
SELECT pg_temp.refused(format('UPDATE result SET grade = ''A'' WHERE run_id = %s', :run));
SELECT pg_temp.refused(format('DELETE FROM result WHERE run_id = %s', :run));
SELECT pg_temp.refused(format('UPDATE result SET run_id = %s, subject_id = - subject_id WHERE run_id = %s', :run, :dry));
SELECT pg_temp.refused(format('UPDATE run SET period = ''2024'' WHERE run_id = %s', :run));
SELECT pg_temp.refused(format('UPDATE run SET state = ''notice'' WHERE run_id = %s', :run));
SELECT pg_temp.refused(format('DELETE FROM run WHERE run_id = %s', :run));
SELECT pg_temp.refused(format('UPDATE run_step SET note = ''x'' WHERE run_id = %s', :run)), pg_temp.refused(format('DELETE FROM run_clock WHERE run_id = %s', :run));
SELECT pg_temp.refused('TRUNCATE result'), pg_temp.refused('TRUNCATE adjustment'), pg_temp.refused('TRUNCATE run CASCADE') ~ '^55000' AS run;
SET session_replication_role = replica;
SELECT pg_temp.refused(format('UPDATE result SET grade = ''A'' WHERE run_id = %s', :run)) ~ '^55000' AS not_even_so;
RESET session_replication_role;

-- a second run of the period does not become final beside it; a correction does, and supersedes it
SET SESSION AUTHORIZATION regress_life_admin;
CALL evaluate('regress-life', '2025', in_transaction => true) \gset
SELECT prerate(:run_id);
SELECT * FROM put_on_notice(:run_id, '2026-02-02');
SELECT pg_temp.refused(format('SELECT finalise(%s, ''2026-03-01'')', :run_id));
SELECT pg_temp.refused(format('SELECT correct_run(%s)', :run_id));
RESET SESSION AUTHORIZATION;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, replaces)
SELECT period_start, period_end, subject_id, indicator, 85, source, observation_id FROM observation WHERE indicator = 'rlife-survey' AND subject_id = :b;
SET SESSION AUTHORIZATION regress_life_admin;
SELECT correct_run(:run) AS correction \gset
SELECT prerate(:correction);
SELECT * FROM put_on_notice(:correction, '2026-02-02');
SELECT r.state FROM run r WHERE run_id = :run;
SELECT finalise(:correction, '2026-03-01');
SELECT CASE run_id WHEN :run THEN 'first' ELSE 'correction' END AS run, kind, state, final_at IS NOT NULL AS final_at, superseded_at IS NOT NULL AS superseded_at, corrects = :run AS corrects FROM run WHERE run_id IN (:run, :correction) ORDER BY run_id;
SELECT CASE run_id WHEN :run THEN 'first' ELSE 'correction' END AS run, r.score, r.grade FROM result r WHERE run_id IN (:run, :correction) AND subject_id = :b ORDER BY run_id;
SELECT kind, status FROM consequence_now WHERE run_id IN (:run, :correction);
SELECT pg_temp.refused(format('SELECT correct_run(%s)', :run));
SELECT from_state, to_state, on_date, by, regexp_replace(note, '\d+', 'N') AS note FROM run_step WHERE run_id = :run AND to_state = 'superseded';

-- a scheme without notice and appeal goes straight to final
SELECT NULL AS run_id \gset
CALL evaluate('regress-life-plain', '2025', in_transaction => true) \gset
SELECT prerate(:run_id);
SELECT pg_temp.refused(format('SELECT put_on_notice(%s)', :run_id));
SELECT finalise(:run_id);
SELECT from_state, to_state FROM run_step WHERE run_id = :run_id ORDER BY step_id;
ROLLBACK;
