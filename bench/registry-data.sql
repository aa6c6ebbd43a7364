-- The registry of the bench: psql -v subjects=100000 -f registry-data.sql. The same for the same number of subjects.
--
-- Each subject has 12 observations and 5 events in the year 2025; a region has 1,000 subjects. Written straight into the
-- tables, as its owner may: loading is one of the cases, and has a file of its own.

\set ON_ERROR_STOP on
\pset tuples_only on
SET search_path = public, credence;
SET client_min_messages = warning;

\echo drawing :subjects subjects with 12 observations and 5 events each
SELECT credence_registry.put_region('R' || lpad(r::text, 4, '0'), NULL, 'Region ' || r, 'Region ' || r)
FROM generate_series(0, (:subjects - 1) / 1000) r \g /dev/null
INSERT INTO credence_registry.subject (kind, code, name, region, valid_from)
SELECT 'institution', 'S' || lpad(i::text, 7, '0'), 'Subject ' || i, 'R' || lpad((i / 1000)::text, 4, '0'), '2020-01-01'
FROM generate_series(0, :subjects - 1) i;
INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, region, attributes, valid_from)
SELECT subject_id, 1, kind, code, name, region, attributes, valid_from FROM credence_registry.subject ORDER BY subject_id;

-- the scheme: bands of four grades of points in every indicator, the points of the events, and bands of the score
SELECT jsonb_build_object('code', 'bench', 'version', '1', 'title', 'Bench', 'from', '2025-01-01',
	'subjects', '{"kinds": ["institution"]}'::jsonb, 'period', 'year',
	'rules', '[{"code": "bench.light", "from": "2025-01-01", "title": "Light", "points": [-2, -1]},
		{"code": "bench.heavy", "from": "2025-01-01", "title": "Heavy", "points": [-6, -3]}]'::jsonb,
	'inputs', jsonb_object_agg('x' || i, jsonb_build_object('observation', 'x' || i)) || '{"deducted": {"events": ["bench.*"]}}',
	'scorecard', jsonb_build_object('name', 'bench', 'aggregate', 'sum', 'decimals', 2, 'grades', 'A >= 80, B >= 60, C >= 40, D',
		'indicators', jsonb_agg(jsonb_build_object('name', 'x' || i, 'bands', format('10 >= %s, 8 >= %s, 5 >= %s, 0', 90 - i % 5, 80 - i % 7, 60 - i % 11)))
			|| '[{"name": "deducted", "cap": [-40, 0]}]')) AS document
FROM generate_series(1, 12) i \gset
SELECT credence_registry.scheme_import(:'document') \g /dev/null
SELECT credence_registry.scheme_activate('bench', '1') \g /dev/null
-- once more under another name: its run becomes final, that of the other is refreshed
SELECT credence_registry.scheme_import(jsonb_set(:'document', '{code}', '"bench-final"')) \g /dev/null
SELECT credence_registry.scheme_activate('bench-final', '1') \g /dev/null

INSERT INTO credence_registry.observation (period_start, period_end, subject_id, indicator, value, source)
SELECT '2025-01-01', '2025-12-31', subject_id, 'x' || i, (subject_id * 7919 + i * 104729) % 1000003 % 10000 / 100.0, 'statistics'
FROM credence_registry.subject, generate_series(1, 12) i;
-- a finding every so many days, one in four a heavy one
INSERT INTO credence_registry.event (decided_on, occurred_on, subject_id, rule_code, points, case_code, source, event_code)
SELECT '2025-01-10'::date + 60 * i + (subject_id % 50)::int, '2025-01-02'::date + 60 * i + (subject_id % 50)::int, subject_id,
	CASE WHEN (subject_id + i) % 4 = 0 THEN 'bench.heavy' ELSE 'bench.light' END,
	CASE WHEN (subject_id + i) % 4 = 0 THEN -3 - (subject_id + i) % 3 ELSE -1 - (subject_id + i) % 2 END,
	subject_id || '/' || i, 'monitoring', 'E' || subject_id || '/' || i
FROM credence_registry.subject, generate_series(1, 5) i;

\echo writing a file of :subjects events
CREATE TABLE bare_event (subject_kind text, subject_code text, rule_code text, occurred_on date, found_on date, decided_on date,
	case_code text, amount numeric, points numeric, source text, event_code text);
SELECT format($$COPY (
	SELECT kind, code, CASE WHEN subject_id %% 4 = 0 THEN 'bench.heavy' ELSE 'bench.light' END, '2025-03-01'::date + (subject_id %% 200)::int,
		'2025-03-05'::date + (subject_id %% 200)::int, '2025-04-01'::date + (subject_id %% 200)::int, 'L' || subject_id, 100 + subject_id %% 5000 / 10.0,
		CASE WHEN subject_id %% 4 = 0 THEN -3 ELSE -1 END, 'monitoring', 'L' || subject_id
	FROM credence_registry.subject ORDER BY subject_id) TO %L (FORMAT csv)$$, current_setting('data_directory') || '/bench-events.csv') \gexec

\echo filling a table without checks that has the keys of event
CREATE TABLE keyed_event (LIKE bare_event, event_id bigint GENERATED ALWAYS AS IDENTITY, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
ALTER TABLE keyed_event ALTER subject_code TYPE text COLLATE "C", ALTER event_code TYPE text COLLATE "C", ALTER source TYPE text COLLATE "C",
	ADD PRIMARY KEY (event_id, decided_on), ADD UNIQUE (subject_code, event_code, source, decided_on);
CREATE INDEX ON keyed_event USING brin (recorded_at);
INSERT INTO keyed_event (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, case_code, amount, points, source, event_code)
SELECT s.kind, s.code, e.rule_code, e.occurred_on, e.found_on, e.decided_on, e.case_code, e.amount, e.points, e.source, e.event_code
FROM credence_registry.event e JOIN credence_registry.subject s USING (subject_id);

\echo vacuuming
VACUUM (ANALYZE, FREEZE);
\echo evaluating
CALL credence_registry.evaluate('bench', '2025') \g /dev/null
CALL credence_registry.evaluate('bench-final', '2025') \g /dev/null
SELECT credence_registry.prerate(run_id) FROM credence_registry.run WHERE scheme_code = 'bench-final' \g /dev/null
SELECT credence_registry.finalise(run_id) FROM credence_registry.run WHERE scheme_code = 'bench-final' \g /dev/null
VACUUM (ANALYZE);
