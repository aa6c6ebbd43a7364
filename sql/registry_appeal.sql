-- Appeals by line: who, when, which lines; the subject is evaluated anew with other inputs, events left out or other
-- points; what depends on the population stays; ranks are made anew. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
SET client_min_messages = warning;
BEGIN;
SET search_path TO credence_registry, credence, public;
CREATE ROLE regress_app_admin LOGIN IN ROLE credence_admin;
CREATE ROLE regress_app_filer LOGIN IN ROLE credence_officer;
CREATE ROLE regress_app_judge LOGIN IN ROLE credence_officer;
CREATE ROLE regress_app_other LOGIN IN ROLE credence_officer;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), '\m(run|appeal|subject|event) \d+', '\1 N', 'gi'), '"\d+"', '"N"');
END $$;
INSERT INTO region (region, parent, label_en, label_zh) VALUES ('P1', NULL, 'City', '市'), ('P2', NULL, 'Other', '外市');
INSERT INTO officer_region VALUES ('regress_app_filer', 'P1'), ('regress_app_judge', 'P1'), ('regress_app_other', 'P2');

SELECT scheme_import('{"code": "regress-appeal", "version": "1", "subjects": {"kinds": ["institution"], "where": "in_test = ''yes''"},
	"rules": [{"code": "rapp.finding", "from": "2020-01-01", "title": "Finding", "points": [-30, 0], "repairs": [{"fraction": 0.5}]}, {"code": "rapp.fraud", "from": "2020-01-01", "title": "Fraud", "points": [-60, 0]}],
	"inputs": {
		"in_test": {"attribute": "regress_appeal"},
		"deducted": {"events": ["rapp.*"], "cap": [-50, 0]},
		"frauds": {"events": ["rapp.fraud"], "measure": "count"},
		"survey": {"observation": "rapp-survey"},
		"visits": {"observation": "rapp-visits"},
		"survey_points": {"formula": "survey / 10"},
		"usual": {"population": "median", "of": "visits"},
		"visits_share": {"formula": "visits / usual * 10"}},
	"scorecard": {"name": "regress-appeal", "aggregate": "sum", "base": 80, "decimals": 2, "indicators": [
		{"name": "conduct", "input": "deducted", "direction": "higher"}, {"name": "opinion", "input": "survey_points"}, {"name": "visits", "input": "visits_share", "cap": [0, 10]}],
		"grades": "A >= 90, B >= 80, C >= 60, D"},
	"adjust": [{"name": "fraud", "when": "frauds >= 1", "cap": "C", "reason": {"en": "fraud", "zh": "欺诈"}},
		{"name": "last", "when": "rank_from_last = 1", "demote": 1, "reason": "last of all"}],
	"linkage": [{"name": "branch", "of": "children", "when": "grade = ''D''", "cap": "C", "reason": {"en": "a branch has D", "zh": "下属单位为D"}}],
	"notice": {"days": 10, "working": true}, "appeal": {"days": 5, "working": true, "lines": ["conduct", "opinion"]}}') IS NOT NULL AS imported;
SELECT scheme_activate('regress-appeal', '1');
INSERT INTO subject (kind, code, name, region, attributes, valid_from)
SELECT 'institution', 'rapp-' || c, c, r, '{"regress_appeal": "yes"}', '2020-01-01'
FROM (VALUES ('a', 'P1'), ('b', 'P1'), ('c', 'P1'), ('d', 'P2'), ('e', 'P2')) v (c, r);
INSERT INTO tie (kind, from_subject, to_subject, valid_from) SELECT 'child_of', c.subject_id, p.subject_id, '2020-01-01' FROM subject c, subject p WHERE c.code = 'rapp-b' AND p.code = 'rapp-e';
INSERT INTO subject_version (subject_id, version, kind, code, name, region, attributes, valid_from, recorded_at)
SELECT subject_id, 1, kind, code, name, region, attributes, valid_from, '2020-01-01' FROM subject WHERE code LIKE 'rapp-_';
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, case_code, points, source, event_code)
SELECT d, subject_id, 'rapp.' || rule, d, k, p, 'penalty', e FROM subject, (VALUES
	(date '2025-03-01', 'rapp-a', 'finding', 'k1', -20, 'rapp-1'), ('2025-04-01', 'rapp-a', 'finding', 'k2', -10, 'rapp-2'),
	('2025-05-01', 'rapp-b', 'fraud', 'k3', -60, 'rapp-3'), ('2025-06-01', 'rapp-c', 'finding', 'k4', -30, 'rapp-4')) v (d, c, rule, k, p, e) WHERE code = c;
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, '2025-03-20' FROM event WHERE event_code = 'rapp-1';
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source)
SELECT '2025-01-01', '2025-12-31', subject_id, i, v, 'survey' FROM subject, (VALUES
	('rapp-a', 'rapp-survey', 90), ('rapp-b', 'rapp-survey', 80), ('rapp-c', 'rapp-survey', 70), ('rapp-d', 'rapp-survey', 100), ('rapp-e', 'rapp-survey', 100),
	('rapp-a', 'rapp-visits', 100), ('rapp-b', 'rapp-visits', 200), ('rapp-c', 'rapp-visits', 50), ('rapp-d', 'rapp-visits', 150)) v (c, i, v) WHERE code = c;
SELECT max(subject_id) FILTER (WHERE code = 'rapp-a') AS a, max(subject_id) FILTER (WHERE code = 'rapp-b') AS b, max(subject_id) FILTER (WHERE code = 'rapp-c') AS c,
	max(subject_id) FILTER (WHERE code = 'rapp-d') AS d FROM subject \gset
SELECT event_id AS first_event FROM event WHERE event_code = 'rapp-1' \gset
SELECT event_id AS fraud FROM event WHERE event_code = 'rapp-3' \gset
SELECT event_id AS fourth FROM event WHERE event_code = 'rapp-4' \gset

CALL evaluate('regress-appeal', '2025', in_transaction => true) \gset
CREATE VIEW pg_temp.state AS SELECT s.name, r.points, r.score_card, r.grade_card, r.score, r.grade, r.notch, r.rated, r.rank, r.rank_ties, r.rank_of FROM credence_registry.result r
	JOIN credence_registry.subject s USING (subject_id) WHERE s.code LIKE 'rapp-_' ORDER BY 1;
CREATE VIEW pg_temp.lines AS SELECT s.name, least(a.step, 1000000) AS step, a.kind, regexp_replace(a.rule, '\d+', 'N') AS rule, a.score_before, a.score_after, a.grade_before, a.grade_after, a.reason, a.made_by = current_user AS by_owner
	FROM credence_registry.adjustment a JOIN credence_registry.subject s USING (subject_id) WHERE s.code LIKE 'rapp-_' ORDER BY 1, a.step;
SELECT * FROM pg_temp.state;
SELECT * FROM pg_temp.lines;

-- not before the notice, nor after its time, and only lines that the scheme names
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', ''wrong'')', :run_id, :a));
SELECT prerate(:run_id);
SELECT * FROM put_on_notice(:run_id, '2026-01-05');
SET SESSION AUTHORIZATION regress_app_filer;
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', ''wrong'')', :run_id, :a)) ~ '^55000 an appeal cannot be filed' AS too_late;
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', ''wrong'', ''2026-01-04'')', :run_id, :a)) ~ '^55000 an appeal cannot be filed on 2026-01-04' AS too_early;
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''visits'', ''wrong'', ''2026-01-06'')', :run_id, :a));
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', '' '', ''2026-01-06'')', :run_id, :a));
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', ''wrong'', ''2026-01-06'')', :run_id, :d));
SELECT pg_temp.refused(format('SELECT file_appeal(%s, 0, ''conduct'', ''wrong'', ''2026-01-06'')', :run_id));
SELECT file_appeal(:run_id, :a, 'conduct', 'the first finding was struck by the court', '2026-01-06') AS one \gset
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', ''again'', ''2026-01-06'')', :run_id, :a));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'')', :one));
SELECT accept_appeal(:one);
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'')', :one));
SET SESSION AUTHORIZATION regress_app_other;
SELECT count(*) FROM appeal;
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''rejected'', ''so'')', :one));

-- an outcome has to be one of the line
SET SESSION AUTHORIZATION regress_app_judge;
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''maybe'', ''so'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', '''')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''rejected'', ''so'', ''{}'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'', ''{"input": 1}'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'', ''{"inputs": {"survey": 1}}'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'', ''{"inputs": {"deducted": "none"}}'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'', ''{"leave_out": ["x"]}'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'', ''{"leave_out": [999999999]}'')', :one));
SELECT pg_temp.refused(format('SELECT decide_appeal(%s, ''upheld'', ''so'', ''{"points": {"%s": "x"}}'')', :one, :first_event));

-- an event left out: 80 - 10 + 9 + 8 instead of 80 - 10 - 10 + 9 + 8
SELECT * FROM decide_appeal(:one, 'upheld', 'the court struck it', format('{"leave_out": [%s]}', :first_event)::jsonb);
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.state;
SELECT * FROM pg_temp.lines;
SELECT count(*) AS events, count(*) FILTER (WHERE revokes IS NOT NULL) AS revocations FROM event WHERE subject_id = :a;

-- one more for the same subject, on another line: both outcomes hold together
SET SESSION AUTHORIZATION regress_app_filer;
SELECT file_appeal(:run_id, :a, 'opinion', 'two sheets were not counted', '2026-01-12') AS two \gset
SET SESSION AUTHORIZATION regress_app_judge;
SELECT accept_appeal(:two);
SELECT * FROM decide_appeal(:two, 'partly', 'one sheet was not counted', '{"inputs": {"survey": 95.5}}');
-- other points for an event; a fraud left out, which lifts the cap of the parent too
SET SESSION AUTHORIZATION regress_app_filer;
SELECT file_appeal(:run_id, :c, 'conduct', 'too harsh', '2026-01-12') AS three, file_appeal(:run_id, :b, 'conduct', 'no fraud', '2026-01-12') AS four,
	file_appeal(:run_id, :b, 'opinion', 'not ours', '2026-01-12') AS five \gset
SET SESSION AUTHORIZATION regress_app_judge;
SELECT accept_appeal(:three), accept_appeal(:four), refuse_appeal(:five, 'no signature');
SELECT pg_temp.refused(format('SELECT refuse_appeal(%s, ''x'')', :five));
SELECT * FROM decide_appeal(:three, 'partly', 'ten points less', format('{"points": {"%s": -20}}', :fourth)::jsonb);
SELECT * FROM decide_appeal(:four, 'upheld', 'not proven', format('{"leave_out": [%s]}', :fraud)::jsonb);
SET SESSION AUTHORIZATION regress_app_filer;
SELECT file_appeal(:run_id, :b, 'opinion', 'not ours, signed', '2026-01-12') AS six \gset
SELECT withdraw_appeal(:six, 'withdrawn in writing');
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.state;
SELECT * FROM pg_temp.lines;
SELECT s.name, a.line, a.state, a.filed_by, a.accepted_by, a.decided_by, a.decision, a.outcome IS NOT NULL AS outcome FROM appeal a JOIN subject s USING (subject_id) WHERE s.code LIKE 'rapp-_' ORDER BY appeal_id;
SELECT what, due_on, region, detail FROM due_today WHERE run_id = :run_id ORDER BY what COLLATE "C";

-- what depends on the population is what it was on notice: visits of 125 for the others
SELECT DISTINCT (SELECT numbers[array_position(ARRAY(SELECT name FROM run_columns((SELECT scheme_id FROM scheme WHERE code = 'regress-appeal')) WHERE sql LIKE 'r.numbers%'), 'usual')]) AS usual
FROM result WHERE run_id = :run_id;

-- the same, evaluated from the start with the facts as the appeals left them: the same scores, points, inputs and ranks.
-- Only c has another grade: it would be the last now, but nobody is lowered by the appeal of another
SELECT count(*) AS results FROM result WHERE run_id = :run_id;
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, source, revokes) SELECT decided_on, subject_id, rule_code, occurred_on, source, event_id FROM event WHERE event_code IN ('rapp-1', 'rapp-3', 'rapp-4');
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, case_code, points, source, event_code) SELECT decided_on, subject_id, rule_code, occurred_on, case_code, -20, source, 'rapp-5' FROM event WHERE event_code = 'rapp-4';
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, replaces)
SELECT period_start, period_end, subject_id, indicator, 95.5, source, observation_id FROM observation WHERE indicator = 'rapp-survey' AND subject_id = :a;
SELECT :run_id AS appealed, NULL AS run_id \gset
CALL evaluate('regress-appeal', '2025', dry => true, in_transaction => true) \gset
SELECT s.name, o.score = n.score AS score, o.grade = n.grade AS grade, o.points = n.points AS points, (o.rank, o.rank_ties, o.rank_of) = (n.rank, n.rank_ties, n.rank_of) AS rank, o.inputs = n.inputs AS inputs
FROM result o JOIN result n USING (subject_id) JOIN subject s USING (subject_id) WHERE o.run_id = :appealed AND n.run_id = :run_id ORDER BY 1;

-- final: nothing of it changes any more
SELECT finalise(:appealed, '2026-01-20');
SELECT pg_temp.refused(format('UPDATE appeal SET grounds = ''x'' WHERE run_id = %s', :appealed)), pg_temp.refused(format('DELETE FROM appeal WHERE run_id = %s', :appealed));
SELECT pg_temp.refused(format('SELECT file_appeal(%s, %s, ''conduct'', ''wrong'', ''2026-01-06'')', :appealed, :b));

-- a scheme that is relative in every way: an outcome that changes nothing gives the same bits
SELECT scheme_import('{"code": "regress-appeal-relative", "version": "1", "subjects": {"kinds": ["institution"], "where": "in_test = ''relative''"},
	"inputs": {"in_test": {"attribute": "regress_appeal"}, "grp": {"attribute": "grp"}, "x": {"observation": "rapp-x"}, "y": {"observation": "rapp-y"},
		"place": {"rank": "y", "as": "share"}, "most": {"population": "max", "of": "x"}, "near": {"formula": "x / most"}},
	"peers": {"by": ["grp"], "minimum": 3}, "standardise_within": "peers",
	"scorecard": {"name": "r", "aggregate": "sum", "decimals": 4, "groups": [{"name": "g", "standardise": "zscore"}],
		"indicators": [{"name": "x", "standardise": "zscore", "group": "g"}, {"name": "y", "standardise": "percentile", "group": "g"}, {"name": "place"}, {"name": "near"}], "unrated": "M"},
	"rank": {"by": ["x"]},
	"grading": {"method": "quota", "quotas": "A 20%, B 50%, C"},
	"adjust": [{"name": "last of peers", "when": "peer_rank_from_last = 1", "demote": 1, "reason": "last"}],
	"appeal": {"days": 5}}') IS NOT NULL AS imported;
SELECT scheme_activate('regress-appeal-relative', '1');
INSERT INTO subject (kind, code, name, region, attributes, valid_from)
SELECT 'institution', 'rapr-' || i, i, 'P1', jsonb_build_object('regress_appeal', 'relative', 'grp', CASE WHEN i <= 8 THEN 'p' WHEN i <= 14 THEN 'q' ELSE 'small' END), '2020-01-01' FROM generate_series(1, 16) i;
INSERT INTO subject_version (subject_id, version, kind, code, name, region, attributes, valid_from, recorded_at)
SELECT subject_id, 1, kind, code, name, region, attributes, valid_from, '2020-01-01' FROM subject WHERE code LIKE 'rapr-%';
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source)
SELECT '2025-01-01', '2025-12-31', subject_id, i, (name::int * 37 % 101 + CASE i WHEN 'rapp-y' THEN name::int * name::int % 17 ELSE 0 END) / 7.0, 'survey' FROM subject, unnest('{rapp-x,rapp-y}'::text[]) i WHERE code LIKE 'rapr-%';
SELECT NULL AS run_id \gset
CALL evaluate('regress-appeal-relative', '2025', in_transaction => true) \gset
SELECT prerate(:run_id);
SELECT * FROM put_on_notice(:run_id, '2026-01-05');
CREATE TEMP TABLE before AS SELECT * FROM result WHERE run_id = :run_id;
SET SESSION AUTHORIZATION regress_app_filer;
SELECT count(file_appeal(:run_id, subject_id, 'x', 'wrong', '2026-01-06')) FROM subject WHERE code IN ('rapr-1', 'rapr-8', 'rapr-11', 'rapr-16');
SET SESSION AUTHORIZATION regress_app_judge;
SELECT count(accept_appeal(appeal_id)) FROM appeal WHERE run_id = :run_id;
SELECT count(*) AS decided, bool_and(d.score_before = d.score_after AND d.grade_before = d.grade_after) AS same
FROM appeal a, result r, LATERAL decide_appeal(a.appeal_id, 'partly', 'as it was', jsonb_build_object('inputs', jsonb_build_object('x', r.inputs[1]))) d
WHERE a.run_id = :run_id AND r.run_id = a.run_id AND r.subject_id = a.subject_id;
RESET SESSION AUTHORIZATION;
SELECT count(*) FILTER (WHERE to_jsonb(b) - 'ranked_at' <> to_jsonb(r) - 'ranked_at') AS changed, count(DISTINCT r.grade) AS grades, count(DISTINCT r.peer) AS peers, bool_and(r.ranked_at > b.ranked_at) AS ranked_anew
FROM before b JOIN result r USING (run_id, subject_id);
ROLLBACK;
