-- How scores become grades: bands, quotas, clusters, cases, adjustments, vetoes, linkage, ranks. The ids are those of the rule
-- shapes that a scheme must be able to express.
SET search_path TO public, credence, credence_registry;
SET client_min_messages TO warning;
\set SHOW_CONTEXT never

-- Subjects A, B, ... with an attribute "points" each, and others on request.
CREATE FUNCTION pg_temp.subjects(attributes jsonb[], kind text DEFAULT 'institution', first text DEFAULT 'A') RETURNS void LANGUAGE sql AS $$
	WITH s AS (INSERT INTO credence_registry.subject (kind, code, name, attributes, valid_from)
		SELECT kind, chr(ascii(first) + n::int - 1), 'Subject ' || n, a, '2020-01-01' FROM unnest(attributes) WITH ORDINALITY u(a, n) RETURNING *)
	INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, attributes, valid_from) SELECT subject_id, 1, s.kind, code, name, s.attributes, valid_from FROM s
$$;

CREATE FUNCTION pg_temp.points(VARIADIC points numeric[]) RETURNS jsonb[] LANGUAGE sql AS
	'SELECT array_agg(jsonb_build_object(''points'', p) ORDER BY n) FROM unnest(points) WITH ORDINALITY u(p, n)';

CREATE FUNCTION pg_temp.scheme_of(rest jsonb, card jsonb DEFAULT '{}', inputs jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('code', 't', 'version', '1', 'subjects', '{"kinds": ["institution"]}'::jsonb, 'inputs', '{"points": {"attribute": "points"}}'::jsonb || inputs,
		'scorecard', '{"name": "t", "aggregate": "sum", "indicators": [{"name": "points"}], "grades": "A >= 90, B >= 80, C >= 60, D", "unrated": "none"}'::jsonb || card) || rest
$$;

-- Imports, activates and evaluates a document in this transaction; returns the run.
CREATE FUNCTION pg_temp.evaluated(document jsonb, period text DEFAULT '2025') RETURNS bigint LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	number bigint;
BEGIN
	PERFORM credence_registry.scheme_import(document);
	IF EXISTS (SELECT FROM credence_registry.scheme s WHERE s.code = document ->> 'code' AND s.version = document ->> 'version' AND s.state = 'draft') THEN
		PERFORM credence_registry.scheme_activate(document ->> 'code', document ->> 'version');
	END IF;
	number := credence_registry.run_begin(document ->> 'code', document ->> 'version', period, NULL, 'full', NULL);
	PERFORM credence_registry.run_perform(number);
	RETURN number;
END $$;

CREATE FUNCTION pg_temp.graded(document jsonb, period text DEFAULT '2025')
RETURNS TABLE (subject text, peer text, score_card float8, grade_card text, score float8, grade text, notch int, rated boolean, rank text, peer_rank text, reasons text[]) LANGUAGE plpgsql AS $$
DECLARE
	number bigint := pg_temp.evaluated(document, period);
BEGIN
	RETURN QUERY SELECT s.code, r.peer, r.score_card, r.grade_card, r.score, r.grade, r.notch, r.rated, r.rank || '/' || r.rank_of || ' (' || r.rank_ties || ')', r.peer_rank || '/' || r.peer_of || ' (' || r.peer_ties || ')', r.reasons
		FROM credence_registry.result r JOIN credence_registry.subject s USING (subject_id) WHERE r.run_id = number ORDER BY s.code;
END $$;

-- the lines of the last run
CREATE VIEW pg_temp.lines AS
	SELECT s.code, a.step, a.kind, a.rule, a.score_before, a.score_after, a.grade_before, a.grade_after, a.rated_after, a.reason, a.reason_zh
	FROM credence_registry.adjustment a JOIN credence_registry.subject s USING (subject_id)
	WHERE a.run_id = (SELECT max(run_id) FROM credence_registry.run) ORDER BY a.step, s.code;

-- G1: bands on the rounded score; A10, G5: the unrated; V7: excluded, with the reason kept
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(pg_temp.points(90, 89.995, 89.994, 80, NULL, 60) || '{"points": 99, "criticised": true}'::jsonb);
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"subjects": {"kinds": ["institution"], "exclude": [{"when": "criticised = 1", "reason": {"en": "criticised city-wide", "zh": "全市通报批评"}}]}}', '{"decimals": 2, "rated": {"coverage": 1}}', '{"criticised": {"attribute": "criticised"}}'));
ROLLBACK;

-- subjects.where: others are no part of the run
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(pg_temp.points(95, 85, 75));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"subjects": {"kinds": ["institution"], "where": "points >= 80"}}'));
ROLLBACK;

-- G2: quotas within peers; ties; a minimum; too small a group goes over all
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(ARRAY(SELECT jsonb_build_object('points', p, 'class', c) FROM (VALUES (99, 'L'), (98, 'L'), (98, 'L'), (70, 'L'), (50, 'L'), (40, 'S'), (30, 'S'), (20, 'S'), (NULL, 'S'), (97, 'T')) v(p, c)));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"peers": {"by": ["class"], "minimum": 2}, "grading": {"method": "quota", "quotas": "A 20%, B 40%, C", "minimum": {"A": 45, "B": 35}}}', '{}', '{"class": {"attribute": "class"}}'));
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "u", "grading": {"method": "quota", "quotas": "A 20%, B 40%, C", "ties": "drop", "rounding": "ceil"}, "rank": {"ties": "dense"}}'));
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "v", "grading": {"method": "quota", "quotas": "A 20%, B", "ties": "error"}}'));
ROLLBACK;

-- G3: clusters; ranks from the lowest, ties broken by another input
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(ARRAY(SELECT jsonb_build_object('points', p, 'beds', b) FROM (VALUES (1, 10), (1, 20), (2, 5), (10, 5), (11, 5), (30, 5)) v(p, b)));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"rank": {"order": "low", "by": ["beds"]}, "grading": {"method": "clusters", "labels": ["poor", "fair", "good"], "clustering": "optimal"}}', '{}', '{"beds": {"attribute": "beds"}}'));
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "u", "rank": {"by": ["-beds"]}, "grading": {"method": "clusters", "labels": ["poor", "fair", "good"], "clustering": "optimal"}}', '{}', '{"beds": {"attribute": "beds"}}'));
ROLLBACK;

-- G6: ordered conditions over inputs and outcomes
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(ARRAY(SELECT jsonb_build_object('points', p, 'new', n) FROM (VALUES (95, 0), (95, 1), (85, 0), (NULL, 0)) v(p, n)));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"grading": {"method": "cases", "order": ["AA", "A", "B", "M"], "cases": [{"when": "new = 1", "grade": "M"}, {"when": "rank = 1 and score >= 90", "grade": "AA"}, {"when": "rated = 1", "grade": "A"}, {"grade": "B"}]}}', '{"decimals": 0}', '{"new": {"attribute": "new"}}'));
ROLLBACK;

-- V1-V4, V6 in the scorecard and after it: every step leaves score and grade from before; S8: the last of all
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(pg_temp.points(95, 92, 85, 75, 50, 40));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"adjust": [
	{"name": "direct", "when": "points = 92", "reason": {"en": "listed", "zh": "列入名单"}, "grade": "D"},
	{"name": "cap", "when": "points >= 90", "reason": "unsafe", "cap": "B"},
	{"name": "demote", "when": "points = 85", "reason": "late", "demote": 5},
	{"name": "forced", "when": "points = 75", "reason": "repeated", "score": 60.0000004, "least": "B"},
	{"name": "last", "when": "rank_from_last <= 1", "reason": "last of all", "unrate": true},
	{"name": "bonus", "when": "rated = 1 and score < 55", "reason": "innovation", "add": 10, "promote": 1},
	{"name": "unchanged", "when": "grade = ''B'' and notch = 2 and points.points > 0", "reason": "already B", "cap": "B"}]}'));
SELECT * FROM pg_temp.lines;
ROLLBACK;

-- T4, T5: consecutive periods; T6: hysteresis; T7: one step at most above the year before; results of earlier periods have to be final
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(pg_temp.points(95, 95, 50));
\o
CREATE TEMP TABLE years ON COMMIT DROP AS SELECT y, pg_temp.evaluated(pg_temp.scheme_of('{}', '{}', jsonb_build_object('y', jsonb_build_object('value', 0))), y::text) AS run_id FROM generate_series(2022, 2024) y;
UPDATE result SET grade = 'C', notch = 3, score = 65 WHERE run_id = (SELECT run_id FROM years WHERE y = 2023) AND subject_id = (SELECT subject_id FROM subject WHERE code = 'B');
UPDATE result SET grade = 'D', notch = 4, score = 50 WHERE run_id = (SELECT run_id FROM years WHERE y = 2024) AND subject_id = (SELECT subject_id FROM subject WHERE code = 'B');
SELECT count(prerate(run_id)) AS prerated FROM years;
SELECT count(finalise(r.run_id, r.period_end)) AS final FROM years y JOIN run r USING (run_id);
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "u", "adjust": [
	{"name": "third year", "when": "top_years >= 2 and grade = ''A''", "reason": "three years A", "grade": "AA"},
	{"name": "step", "when": "rated = 1", "reason": "at most one step up", "cap": {"input": "before", "better": 1}}]}', '{}',
	'{"before": {"result": "t", "period": -1, "field": "grade"}, "top_years": {"result": "t", "period": -1, "streak": true, "when": "grade = ''A''"}, "two_ago": {"result": "t", "period": -2, "field": "score"}, "their_points": {"result": "t", "period": -1, "field": "points.points"}}'));
SELECT * FROM pg_temp.lines;
SELECT s.code, r.texts, r.numbers FROM result r JOIN subject s USING (subject_id) WHERE run_id = (SELECT max(run_id) FROM run) ORDER BY 1;
-- what became final only after the as-of does not count
SELECT c.name, c.sql FROM run_columns((SELECT scheme_id FROM scheme WHERE code = 'u')) c;
ROLLBACK;

-- L2, L5: results of others through ties, worst and weighted; linkage within the run, in rounds
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(pg_temp.points(95, 94, 93, 50, 40));		-- A, B, C, D, E
INSERT INTO tie (kind, from_subject, to_subject, valid_from, weight) SELECT v.kind, f.subject_id, t.subject_id, '2020-01-01', w
FROM (VALUES ('controls', 'D', 'C', 1), ('controls', 'C', 'B', 1), ('controls', 'B', 'A', 1), ('child_of', 'D', 'A', 3), ('child_of', 'B', 'A', 1)) v(kind, f, t, w), subject f, subject t WHERE f.code = v.f AND t.code = v.t;
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"linkage": [{"name": "contaminated", "of": {"tie": "controls", "end": "from"}, "when": "notch >= 3", "reason": {"en": "responsible person", "zh": "责任人"}, "demote": 2, "rounds": 2}]}'));
SELECT * FROM pg_temp.lines;
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "u"}', '{}', '{"worst": {"result": "t", "period": 0, "field": "grade", "of": "children"}, "mean": {"result": "t", "period": 0, "of": "children", "statistic": "weighted_mean"}, "bad": {"result": "t", "period": 0, "of": "children", "statistic": "count", "when": "score < 60"}}'));
SELECT s.code, r.texts, r.numbers FROM result r JOIN subject s USING (subject_id) WHERE run_id = (SELECT max(run_id) FROM run) ORDER BY 1;
ROLLBACK;

-- A10: coverage; S5, S13: cards that standardise, over all and within peers; norms are kept
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(ARRAY(SELECT jsonb_build_object('points', p, 'class', c, 'open', p <> 4) FROM (VALUES (1, 'L'), (2, 'L'), (3, 'L'), (4, 'L'), (10, 'S'), (20, 'S'), (NULL, 'S'), (100, 'T')) v(p, c)));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"peers": {"by": ["class"], "minimum": 2}, "standardise_within": "peers", "subjects": {"kinds": ["institution"], "exclude": [{"when": "open = 0", "reason": "closed"}]}}',
	'{"aggregate": "mean", "indicators": [{"name": "points", "standardise": "minmax"}], "grades": "A >= 0.5, B"}', '{"class": {"attribute": "class"}, "open": {"attribute": "open"}}'));
SELECT n.peer, s.rows, s.count, s.minimum, s.maximum FROM run_norms n, norms_summary(n.norms) s WHERE run_id = (SELECT max(run_id) FROM run) ORDER BY 1;
SELECT s.rows, s.count, s.minimum, s.maximum FROM run r, norms_summary(r.norms) s WHERE run_id = (SELECT max(run_id) FROM run);
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "u"}', '{"aggregate": "mean", "groups": [{"name": "g", "standardise": "zscore"}], "indicators": [{"name": "points", "group": "g", "standardise": "zscore"}], "grades": "A >= 0.5, B", "decimals": 3}'));
ROLLBACK;

-- G2: a tie is an error only among those who are graded together, and the minimum of a grade is for the rated; peers whose values
-- hold the bar between them are two groups
BEGIN;
\o /dev/null
SELECT pg_temp.subjects(ARRAY(SELECT jsonb_build_object('points', p, 'class', c, 'ward', w, 'open', o) FROM (VALUES
	(90, 'x | y', 'z', 1), (70, 'x | y', 'z', 1), (90, 'x', 'y | z', 1), (70, 'x', 'y | z', 1), (50, 'w', NULL, 1), (40, 'w', NULL, NULL)) v(p, c, w, o)));
\o
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"peers": {"by": ["class", "ward"]}, "grading": {"method": "quota", "quotas": "A 25%, B", "ties": "error"}}', '{}', '{"class": {"attribute": "class"}, "ward": {"attribute": "ward"}}'));
SELECT DISTINCT peer, peer_of FROM result WHERE run_id = (SELECT max(run_id) FROM run) ORDER BY 1;
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "u", "grading": {"method": "quota", "quotas": "A 50%, B 20%, C", "minimum": {"A": 60}}}',
	'{"grades": "A >= 80, B >= 60, C", "indicators": [{"name": "points"}, {"name": "open", "missing": "unrated"}], "vetoes": [{"when": "points = 40", "grade": "A"}]}', '{"open": {"attribute": "open"}}'));
SAVEPOINT s;
SELECT * FROM pg_temp.graded(pg_temp.scheme_of('{"code": "v", "peers": {"by": ["class"], "minimum": 3}, "grading": {"method": "quota", "quotas": "A 10%, B", "ties": "error"}}', '{}', '{"class": {"attribute": "class"}}'));
ROLLBACK TO s;
ROLLBACK;
