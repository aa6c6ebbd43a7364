-- Consequences of final runs: every kind, money to the cent, intervals, lists, measures, persons. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
BEGIN;
SET search_path TO credence_registry, credence, public;
CREATE ROLE regress_cons_admin LOGIN IN ROLE credence_admin;
CREATE ROLE regress_cons_officer LOGIN IN ROLE credence_officer;
CREATE ROLE regress_cons_other LOGIN IN ROLE credence_officer;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), 'consequence \d+', 'consequence N', 'g');
END $$;
INSERT INTO region (region, parent, label_en, label_zh) VALUES ('C1', NULL, 'City', '市'), ('C2', NULL, 'Other', '外市');
INSERT INTO officer_region VALUES ('regress_cons_officer', 'C1'), ('regress_cons_other', 'C2');

-- a scheme with every kind; results entered as evaluate would store them: score, and one input, the retained money
CREATE FUNCTION pg_temp.scheme(scheme_code text, consequences jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO credence_registry.scheme (code, version, document, scorecard)
	SELECT scheme_code, '1', jsonb_build_object('code', scheme_code, 'version', '1', 'subjects', '{"kinds": ["institution"]}'::jsonb,
		'inputs', '{"retained": {"agreement": "retention_amount"}, "points": {"events": ["regress.*"]}}'::jsonb, 'scorecard', c, 'consequences', consequences), c::text::credence.scorecard
	FROM (SELECT '{"name": "s", "decimals": 2, "indicators": [{"name": "points"}, {"name": "money", "input": "retained"}], "grades": "A >= 90, B >= 80, C >= 60, D"}'::jsonb) v (c) $$;
CREATE FUNCTION pg_temp.results(run bigint, scheme_code text, scored jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO credence_registry.run (run_id, scheme_id, scheme_code, period, period_start, period_end, as_of, state, engine)
	OVERRIDING SYSTEM VALUE
	SELECT run, scheme_id, code, '2025', '2025-01-01', '2025-12-31', '2026-03-01', 'prerating', 'regress' FROM credence_registry.scheme WHERE code = scheme_code;
	INSERT INTO credence_registry.subject (kind, code, name, region, valid_from)
	SELECT 'institution', 'rc-' || key, key, 'C1', '2020-01-01' FROM jsonb_each(scored) ON CONFLICT DO NOTHING;
	INSERT INTO credence_registry.result (run_id, subject_id, region, kind, evaluated_at, inputs, points, groups, score, grade, notch, rated, rank, rank_ties, rank_of)
	SELECT run, s.subject_id, s.region, s.kind, '2026-03-01', ARRAY[0, (value ->> 1)::float8], '{0,0}', '{}', (value ->> 0)::float8,
		grade('A >= 90, B >= 80, C >= 60, D'::bands, (value ->> 0)::float8), 1, value ->> 0 IS NOT NULL,
		rank() OVER (ORDER BY (value ->> 0)::float8 DESC), 1, count(*) OVER ()
	FROM jsonb_each(scored) JOIN credence_registry.subject s ON s.code = 'rc-' || key $$;

-- W6, Taiyuan 2010: from 95 on nothing is kept, below 1 % a point; the last and those below 60 are cancelled, the second and third last suspended
SELECT pg_temp.scheme('regress-w6', '[
	{"code": "deposit", "payout": "retained", "percent": "max(0, 100 - max(0, 95 - score))"},
	{"code": "cancel", "when": "score < 60", "ban": 24},
	{"code": "cancel-last", "when": "rank_from_last = 1", "ban": 24},
	{"code": "rectify", "when": "rank_from_last >= 2 and rank_from_last <= 3", "suspend": [3, 3]}]');
SELECT pg_temp.results(910001, 'regress-w6', '{"91": [91.0, 1000000], "95": [95, 1000000], "94.9": [94.9, 333.33], "59.9": [59.9, 1000000], "88": [88, 1000000], "unrated": [null, 1000], "unpaid": [99, null]}');
SELECT finalise(910001, '2026-03-10');
SELECT s.name, c.code, c.kind, c.base, trim_scale(c.share) AS share, c.amount, c.valid_from, c.valid_to, c.reason
FROM consequence c JOIN subject s USING (subject_id) WHERE run_id = 910001 ORDER BY s.name COLLATE "C", c.code COLLATE "C";

-- W7, Fujian 2001: a curve with a jump
SELECT pg_temp.scheme('regress-w7', '[{"code": "retention", "payout": "retained", "curve": "0:0, 60:0, 60:40, 80:100"}, {"code": "reward", "when": "score >= 90", "list": "red", "months": 12}]');
SELECT pg_temp.results(910002, 'regress-w7', '{"92": [92, 500000], "85": [85, 500000], "80": [80, 500000], "79": [79, 500000], "74": [74, 500000], "60": [60, 500000], "59.9": [59.9, 500000], "odd": [60.01, 0.01]}');
SELECT finalise(910002, '2026-03-10');
SELECT s.name, c.code, c.target, trim_scale(c.share) AS share, c.amount, c.valid_from, c.valid_to
FROM consequence c JOIN subject s USING (subject_id) WHERE run_id = 910002 ORDER BY c.code COLLATE "C", s.name COLLATE "C";

-- the other kinds: an allocation adds up to the cent, half cents go away from zero
SELECT pg_temp.scheme('regress-kinds', '[
	{"code": "budget", "allocate": 1000000.01, "by": "score"},
	{"code": "pool", "when": "score >= 60", "allocate": {"sum": "retained"}, "by": "1"},
	{"code": "half", "when": "score = 92", "payout": "retained", "percent": "50"},
	{"code": "factor", "factor": "0.8 + score / 300"},
	{"code": "line", "when": "points.points <= 0 and grade = ''C''", "stop_line": "dental"},
	{"code": "black", "when": "grade = ''D''", "list": "black", "scope": "all products x this province"},
	{"code": "talk", "when": "grade = ''C''", "action": "talk", "days": 15, "working": true},
	{"code": "pause", "when": "grade = ''D''", "suspend": [1, 6]},
	{"code": "ban", "when": "score < 50", "ban": 36},
	{"code": "plan", "when": "grade = ''A''", "sample": [0, 5], "per_year": 1},
	{"code": "repair", "measures": true}]');
SELECT pg_temp.results(910003, 'regress-kinds', '{"92": [92, 0.01], "85": [85, 0.03], "79": [79, 33.33], "30": [30, 0.5]}');
INSERT INTO event_rule (code, title_en, title_zh, effective_from, points_min, points_max, ladder, measures, category, recorded_at) VALUES
	('regress.bribery', 'Bribery', '商业贿赂', '2020-01-01', 0, 10, 'grave >= 500000, bad >= 10000', '{"bad": ["stop", "return"], "grave": ["stop", "discipline", "return"]}', 'bribery', '2020-01-01');
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, case_code, amount, points, source, event_code, recorded_at)
SELECT d, subject_id, 'regress.bribery', d, k, a, 1, 'penalty', e, '2026-01-01'
FROM subject, (VALUES (date '2025-05-01', 'rc-30', 'k1', 300000, 'rc-e1'), ('2025-06-01', 'rc-30', 'k1', 200000, 'rc-e2'),
	('2025-06-01', 'rc-79', 'k2', 20000, 'rc-e3'), ('2025-06-01', 'rc-85', 'k3', 9999.99, 'rc-e4')) v (d, c, k, a, e) WHERE code = c;
INSERT INTO repair (event_id, decided_on, subject_id, measures, completed_on, recorded_at)
SELECT event_id, decided_on, subject_id, '{stop}', '2025-07-01', '2026-01-01' FROM event WHERE event_code IN ('rc-e1', 'rc-e3');
INSERT INTO holiday VALUES ('2026-03-17', false, 'regress'), ('2026-03-14', true, 'regress') ON CONFLICT DO NOTHING;
SELECT finalise(910003, '2026-03-10');
SELECT c.code, s.name, c.kind, c.target, c.base, trim_scale(c.share) AS share, c.amount, c.months_least AS least, c.months_most AS most, c.valid_to, c.due_on, c.scope, c.reason
FROM consequence c JOIN subject s USING (subject_id) WHERE run_id = 910003 ORDER BY c.code COLLATE "C", s.name COLLATE "C", c.target COLLATE "C";
SELECT code, sum(amount), count(*) FROM consequence WHERE run_id = 910003 AND kind = 'allocate' GROUP BY 1 ORDER BY 1;

-- what is done about them
SET SESSION AUTHORIZATION regress_cons_officer;
SELECT consequence_id AS pause FROM consequence WHERE run_id = 910003 AND code = 'pause' \gset
SELECT consequence_id AS talk FROM consequence WHERE run_id = 910003 AND code = 'talk' \gset
SELECT pg_temp.refused(format('SELECT choose_suspension(%s, 7)', :pause));
SELECT pg_temp.refused(format('SELECT choose_suspension(%s, NULL)', :pause));
SELECT pg_temp.refused(format('SELECT choose_suspension(%s, 1)', :talk));
SELECT choose_suspension(:pause, 4, 'repeated') AS until;
SELECT settle_consequence(:talk, 'done', 'talked', '2026-03-20');
SELECT pg_temp.refused(format('SELECT settle_consequence(%s, ''done'', NULL)', :talk));
SELECT pg_temp.refused(format('SELECT settle_consequence(%s, ''ended'', '''')', :pause));
SELECT pg_temp.refused(format('SELECT settle_consequence(%s, ''expired'', ''x'')', :pause));
SELECT pg_temp.refused(format('SELECT settle_consequence(%s, ''ended'', ''x'', ''2026-03-01'')', :pause)) ~ '^22023' AS before_it_began;
SELECT settle_consequence(:pause, 'ended', 'rectified', '2026-05-01');
SELECT code, kind, months, valid_from, valid_to, status, status_by, status_note FROM consequence_now WHERE consequence_id IN (:pause, :talk) ORDER BY code;
SELECT status, months, valid_to, by FROM consequence_step WHERE consequence_id = :pause ORDER BY step_id;
SET SESSION AUTHORIZATION regress_cons_other;
SELECT count(*) FROM consequence;
SELECT pg_temp.refused(format('SELECT choose_suspension(%s, 2)', :pause));
RESET SESSION AUTHORIZATION;
SELECT pg_temp.refused('UPDATE consequence SET amount = 0'), pg_temp.refused('DELETE FROM consequence_step');
SELECT pg_temp.refused('TRUNCATE consequence CASCADE');
SELECT pg_temp.refused('SELECT apply_consequences(910003)');

-- a correction run supersedes; a suspension goes on and does not begin anew, the months that were chosen stay
SELECT pg_temp.scheme('regress-corr', '[{"code": "pause", "when": "grade = ''D''", "suspend": [1, 6]}, {"code": "pay", "payout": "retained", "percent": "score"}]');
SELECT pg_temp.results(910004, 'regress-corr', '{"30": [30, 100], "85": [85, 100]}');
SELECT finalise(910004, '2026-03-10');
SELECT choose_suspension(consequence_id, 3) FROM consequence WHERE run_id = 910004 AND code = 'pause';
SELECT pg_temp.results(910005, 'regress-corr', '{"30": [40, 100], "85": [86, 100]}');
SELECT pg_temp.refused('SELECT finalise(910005, ''2026-04-10'')');
UPDATE run SET kind = 'correction', corrects = 910004 WHERE run_id = 910005;
SELECT finalise(910005, '2026-04-10');
SELECT run_id, s.name, c.code, c.months, c.amount, c.valid_from, c.valid_to, c.status, c.replaces IS NOT NULL AS replaces
FROM consequence_now c JOIN subject s USING (subject_id) WHERE run_id IN (910004, 910005) ORDER BY 1, 2, 3;
SELECT run_id, from_state, to_state, on_date, note FROM run_step WHERE run_id IN (910004, 910005) ORDER BY step_id;

-- W3: what one region decided about a person holds at all institutions, and is seen there
SELECT pg_temp.scheme('regress-person', '[{"code": "suspend", "when": "score >= 9", "suspend": [1, 6]}]');
INSERT INTO subject (kind, code, name, region, valid_from) VALUES ('physician', 'rc-p', 'P', 'C1', '2020-01-01'),
	('institution', 'rc-h1', 'H1', 'C1', '2020-01-01'), ('institution', 'rc-h2', 'H2', 'C2', '2020-01-01'), ('institution', 'rc-h3', 'H3', 'C2', '2020-01-01');
INSERT INTO tie (kind, from_subject, to_subject, valid_from, valid_to)
SELECT 'practises_at', p.subject_id, h.subject_id, '2020-01-01', v.until
FROM (VALUES ('rc-h1', NULL), ('rc-h2', date '2026-03-20'), ('rc-h3', '2026-03-01')) v (code, until) JOIN subject h USING (code), subject p WHERE p.code = 'rc-p';
SELECT pg_temp.results(910006, 'regress-person', '{}');
INSERT INTO result (run_id, subject_id, region, kind, evaluated_at, inputs, score, rated) SELECT 910006, subject_id, region, kind, now(), '{0,0}', 9, true FROM subject WHERE code = 'rc-p';
SELECT finalise(910006, '2026-03-10');
SELECT choose_suspension(consequence_id, 2) FROM consequence WHERE run_id = 910006;
SELECT h.name, e.region, e.valid_from, e.valid_to, e.status FROM person_effect e JOIN subject h ON h.subject_id = e.institution_id WHERE run_id = 910006 ORDER BY 1;
SET SESSION AUTHORIZATION regress_cons_other;
SELECT count(*) AS seen_by_the_other_region FROM consequence WHERE run_id = 910006;
SELECT count(*) AS steps_seen FROM consequence_step;
ROLLBACK;
