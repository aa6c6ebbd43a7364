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
ROLLBACK;
