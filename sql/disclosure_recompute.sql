-- What is published so that a bulletin can be recomputed: the scheme, the norms, the adjustments, and when they are not. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
SET client_min_messages = warning;
BEGIN;
\i test/fixtures/bundle.sql
\i test/fixtures/bundle_decisions.sql
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), '\m(run|bulletin) \d+', '\1 N', 'gi');
END $$;
SELECT policy_import(('{"template": "P5", "version": "1", "schemes": ["bun"], "audience": "public"}'::jsonb || more)) > 0 AS imported
FROM (VALUES
	('{"code": "whole", "scheme": true, "norms": true, "columns": ["code", "score", "grade", "rank", "reasons", "quality", "cost", "waiting", "setting", "frauds", "last_grade"]}'::jsonb),
	('{"code": "silent", "scheme": true, "columns": ["code", "grade", "quality", "cost", "waiting", "setting", "last_grade", "frauds"], "masks": {"frauds": "hidden"}}'),
	('{"code": "lacking", "scheme": true, "columns": ["code", "grade", "quality", "cost", "setting", "frauds", "last_grade"]}'),
	('{"code": "neither", "scheme": true, "columns": ["code", "quality", "cost", "waiting", "setting"]}'),
	('{"code": "closed", "columns": ["code", "score", "grade", "rank", "reasons", "quality", "cost", "waiting", "setting", "frauds", "last_grade"]}'),
	('{"code": "leaking", "scheme": true, "norms": true, "columns": ["code", "quality", "waiting"], "masks": {"waiting": "hidden"}}'),
	('{"code": "narrow", "scheme": true, "norms": true, "columns": ["code", "cost", "waiting"], "minimum_cell": 25, "table": {"rows": "level"}}')) v (more);
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["bun"], "audience": "public", "columns": ["code"], "norms": true, "scheme": "yes"}');

-- how far each policy lets it be recomputed
SELECT code, draw_up(code, :run24) AS b24, draw_up(code, :run25) AS b25 INTO TEMP drawn FROM policy WHERE code NOT IN ('leaking', 'narrow');
SELECT d.code, CASE r.run WHEN :run24 THEN 2024 ELSE 2025 END AS year, recomputable(r.b, r.run, p.filled) - 'scheme_sha256' - 'norms' AS recomputable,
	jsonb_array_length(recomputable(r.b, r.run, p.filled) -> 'norms') AS norms, count(a) AS adjustments, count(DISTINCT a.entry) AS entries
FROM drawn d JOIN policy p USING (code) CROSS JOIN LATERAL (VALUES (b24, :run24), (b25, :run25)) r (b, run) LEFT JOIN LATERAL preview_adjustments(r.b) a ON true
GROUP BY d.code, r.b, r.run, p.filled ORDER BY 1, 2;
SELECT pg_temp.refused(format('SELECT draw_up(''leaking'', %s)', :run24));
SELECT pg_temp.refused(format('SELECT draw_up(''narrow'', %s)', :run24));

-- the chain of each entry leads from the scorecard to what is published. By hand: B01 was overridden before its appeal, which the
-- override outlives, B02 won an appeal, B05 was overridden
SELECT b25 AS b FROM drawn WHERE code = 'whole' \gset
SELECT e.subject_code, a.step, a.kind, a.rule, a.score_before, a.score_after, a.grade_before, a.grade_after, a.reason_en, a.reason_zh, a.suppression_reason
FROM preview_adjustments(:b) a JOIN preview_entries(:b) e USING (entry) WHERE subject_code IN ('B01', 'B02', 'B03', 'B05', 'B07', 'B17') ORDER BY 1, adjustment;
SELECT count(*) AS entries, count(*) FILTER (WHERE (l.score_after, l.grade_after) IS DISTINCT FROM (e.score, e.grade)) AS wrong_end,
	count(*) FILTER (WHERE (l.score_before, l.grade_before) IS DISTINCT FROM (l.last_score, l.last_grade)) AS broken
FROM preview_entries(:b) e JOIN LATERAL (
	SELECT a.*, lag(a.score_after) OVER w AS last_score, lag(a.grade_after) OVER w AS last_grade, row_number() OVER w = 1 AS first, lead(a.step) OVER w IS NULL AS last
	FROM preview_adjustments(:b) a WHERE a.entry = e.entry AND a.kind <> 'appeal' WINDOW w AS (ORDER BY a.adjustment)) l ON true
WHERE l.last AND NOT l.first;

-- columns that the policy does not have are in no step either
CREATE FUNCTION pg_temp.lines(r bigint, columns text[]) RETURNS TABLE (code text, line text) LANGUAGE sql AS $$
	SELECT s.code, concat_ws(' ', l ->> 'step', l ->> 'kind', coalesce(l ->> 'rule', '-'), l ->> 'score_before', l ->> 'score_after', l ->> 'grade_before', l ->> 'grade_after', l ->> 'reason_en')
	FROM adjustments_of(r, jsonb_build_object('scheme', true, 'columns', columns)) a JOIN subject s USING (subject_id), jsonb_array_elements(a.adjustments) WITH ORDINALITY x (l, n)
	WHERE s.code IN ('B01', 'B02', 'B05') ORDER BY 1, n
$$;
SELECT * FROM pg_temp.lines(:run25, '{code,grade,quality,cost,waiting,setting,frauds,last_grade}');
SELECT count(*) FROM pg_temp.lines(:run25, '{code,score,quality,cost,setting,frauds,last_grade}');

-- a step that looks at ranks is shown where ranks are, unless an appeal made them anew; what comes after it is not shown either
ALTER TABLE scheme DISABLE TRIGGER USER;
UPDATE scheme SET document = jsonb_set(document, '{adjust,2,when}', '"rank <= 2 and grade <> ''A''"') WHERE code = 'bun';
ALTER TABLE scheme ENABLE TRIGGER USER;
SELECT adjustments_before(:run24, d) AS first_year, adjustments_before(:run25, d) AS appealed, adjustments_before(:run24, jsonb_set(d, '{masks}', '{"rank": "hidden"}')) AS masked
FROM (SELECT filled AS d FROM policy WHERE code = 'whole') p;
SELECT * FROM pg_temp.lines(:run25, '{code,score,grade,rank,reasons,quality,cost,waiting,setting,frauds,last_grade}');

-- what a step looks at
SELECT * FROM steps_rest_on('{"grading": {"method": "cases", "cases": [{"when": "rank_from_last <= 2 and \"peer_rank\" > 1 and notch = 2", "grade": "C"}, {"grade": "A"}]},
	"adjust": [{"when": "coverage < 1", "cap": "B"}, {"when": "a = b and c = ''score''", "least": {"input": "d", "worse": 1}}, {"when": "points.x > 1", "add": 1}],
	"linkage": [{"of": {"tie": "agent_of", "end": "to"}, "when": "grade = ''C''", "cap": {"input": "e"}}]}', '{"name": "c", "indicators": [{"name": "x", "input": "y"}, {"name": "z"}]}');

-- published: the public sees the scheme and the norms by which it was graded, and their hashes in the heading, until it is withdrawn
SELECT b24 AS b FROM drawn WHERE code = 'whole' \gset
SET SESSION AUTHORIZATION bundle_two;
SELECT review(:b), publish(:b, '2026-03-01') \g /dev/null
RESET SESSION AUTHORIZATION;
CREATE ROLE regress_recompute_public LOGIN IN ROLE credence_public;
SET SESSION AUTHORIZATION regress_recompute_public;
SELECT s.bulletin, left(s.document, 60) AS document, encode(sha256(convert_to(s.document, 'UTF8')), 'hex') = s.hash AS whole, c.heading::jsonb ->> 'scheme_sha256' = s.hash AS vouched,
	s.adjustments_before, s.all_ranked_flag, s.suppression_reason FROM bulletin_schemes s JOIN bulletin_chain c USING (bulletin);
SELECT n.bulletin, n.place, n.peer, left(n.document, 40) AS document, encode(sha256(convert_to(n.document, 'UTF8')), 'hex') = n.hash AS whole, c.heading::jsonb #>> '{norms,0,sha256}' = n.hash AS vouched
FROM bulletin_norms n JOIN bulletin_chain c USING (bulletin);
SELECT count(*) AS adjustments, bool_and(i.canonical::jsonb -> 'adjustments' -> (a.adjustment - 1) ->> 'kind' = a.kind) AS as_the_item_says
FROM bulletin_adjustments a JOIN bulletin_items i ON i.bulletin = a.bulletin AND i.item = a.entry;
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM verify_chain();
ALTER TABLE bulletin_document DISABLE TRIGGER USER;
UPDATE bulletin_document SET document = document || ' ' WHERE kind = 'norms' AND bulletin_id = :b;
SELECT * FROM verify_chain();
DELETE FROM bulletin_document WHERE kind = 'norms' AND bulletin_id = :b;
SELECT * FROM verify_chain();
ALTER TABLE bulletin_document ENABLE TRIGGER USER;
SELECT pg_temp.refused('DELETE FROM bulletin_document');
SELECT withdraw(number, 'a mistake') FROM bulletin WHERE bulletin_id = :b;
SELECT bulletin, document, length(hash) AS hash, suppression_reason FROM bulletin_schemes;
SELECT count(*) FROM bulletin_adjustments;
ROLLBACK;
