-- An override outlives appeals: the subject's own, and that of one to which it is linked, where nothing else would have changed. All is
-- rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
SET client_min_messages = warning;
BEGIN;
\set ECHO none
\i test/fixtures/bundle.sql
\set ECHO all
CREATE VIEW pg_temp.standing AS SELECT s.code, r.score_card, r.score, r.grade, r.notch, r.rated FROM result r JOIN subject s USING (subject_id) WHERE s.code IN ('B01', 'B13') AND r.run_id = (SELECT max(run_id) FROM run);
SET SESSION AUTHORIZATION bundle_one;
SELECT file_appeal(:run25, subject_id('institution', 'B13'), 'quality', 'counted wrongly', '2026-01-06') AS of_branch, file_appeal(:run25, subject_id('institution', 'B01'), 'quality', 'counted wrongly', '2026-01-06') AS own \gset
SELECT request_override(:run25, subject_id('institution', 'B01'), 'by the council', grade => 'D') AS asked \gset
SET SESSION AUTHORIZATION bundle_two;
SELECT confirm_override(:asked) \g /dev/null
SELECT accept_appeal(:of_branch), accept_appeal(:own) \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.standing ORDER BY 1;
-- B13 is a branch of B01, which is evaluated anew with it
SET SESSION AUTHORIZATION bundle_two;
SELECT decide_appeal(:of_branch, 'upheld', 'two were not counted', '{"inputs": {"quality": 97.125}}');
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.standing ORDER BY 1;
SET SESSION AUTHORIZATION bundle_two;
SELECT decide_appeal(:own, 'upheld', 'two were not counted', '{"inputs": {"quality": 96.5}}');
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.standing ORDER BY 1;
SELECT s.code, a.kind, a.score_before, a.score_after, a.grade_before, a.grade_after FROM adjustment a JOIN subject s USING (subject_id) WHERE s.code IN ('B01', 'B13') AND a.run_id = :run25 AND a.step >= 1000000 ORDER BY 1, a.step;
-- who was overridden while unrated is ranked once an appeal lets it be rated: what the scheme makes of it now has a line of its own
SELECT scheme_import('{"code": "left", "version": "1", "subjects": {"kinds": ["insurer"]}, "inputs": {"points": {"observation": "left_points"}},
	"scorecard": {"name": "left", "indicators": [{"name": "points"}], "grades": "A >= 90, B >= 80, C", "rated": {"coverage": 1}, "unrated": "M"}, "notice": {"days": 10}, "appeal": {"days": 10}}') > 0 AS imported;
SELECT scheme_activate('left', '1') \g /dev/null
SELECT put_subject('insurer', code, code, (SELECT region FROM subject WHERE code = 'B01'), '2020-01-01') FROM unnest('{L1,L2,L3}'::text[]) code \g /dev/null
INSERT INTO observation (subject_id, indicator, period_start, period_end, value, source) SELECT subject_id('insurer', code), 'left_points', '2025-01-01', '2025-12-31', value, 'statistics' FROM (VALUES ('L2', 85), ('L3', 70)) v (code, value);
CALL evaluate('left', '2025', in_transaction => true) \gset
SELECT max(run_id) AS left FROM run \gset
SELECT prerate(:left) \g /dev/null
SELECT put_on_notice(:left, '2026-01-05') \g /dev/null
SET SESSION AUTHORIZATION bundle_one;
SELECT request_override(:left, subject_id('insurer', 'L1'), 'by the council', grade => 'C') AS asked, file_appeal(:left, subject_id('insurer', 'L1'), 'points', 'they were sent in time', '2026-01-06') AS own \gset
SET SESSION AUTHORIZATION bundle_two;
SELECT confirm_override(:asked), accept_appeal(:own) \g /dev/null
SELECT decide_appeal(:own, 'upheld', 'they were', '{"inputs": {"points": 95}}');
RESET SESSION AUTHORIZATION;
SELECT s.code, r.score_card, r.grade_card, r.score, r.grade, r.rated, r.rank, r.rank_of FROM result r JOIN subject s USING (subject_id) WHERE r.run_id = :left ORDER BY 1;
SELECT s.code, a.step, a.kind, a.grade_before, a.grade_after, a.rated_before, a.rated_after FROM adjustment a JOIN subject s USING (subject_id) WHERE a.run_id = :left ORDER BY 1, 2;
SELECT * FROM "check"() WHERE NOT ok;
ROLLBACK;
