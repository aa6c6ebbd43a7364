-- The views that dashboards read, over six clinics and two years: flat, labelled, as of now and as of a time.
SET client_min_messages = warning;
\set VERBOSITY terse
\getenv source PG_ABS_SRCDIR
\set fixture :source '/test/fixtures/clinics.sql'
CREATE ROLE vw_officer LOGIN IN ROLE credence_officer;
CREATE ROLE vw_judge LOGIN IN ROLE credence_officer;
CREATE ROLE vw_reader LOGIN IN ROLE credence_reader;
CREATE ROLE vw_nobody LOGIN;
BEGIN;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = credence_registry, credence;
\set ECHO none
\i :fixture
\set ECHO all
-- others' subjects, in a database that other tests have used, are not ours
SELECT count(*) AS others FROM subject WHERE kind = 'institution' AND code NOT LIKE 'VW%';

CALL evaluate('vw-clinic', '2024', '2025-01-31 UTC', in_transaction => true) \gset first_
CALL evaluate('vw-clinic', '2025', '2026-01-31 UTC', in_transaction => true) \gset second_
SELECT first_run_id AS "2024", second_run_id AS "2025" FROM (VALUES (:first_run_id > 0, :second_run_id > :first_run_id)) v (first_run_id, second_run_id);

-- before anything is final
SELECT scheme_code, scheme_en, run_kind, run_state, run_state_zh, period, subjects, standing_flag, is_current_flag, previous_run_id = :first_run_id AS follows, as_of
	FROM evaluation WHERE scheme_code = 'vw-clinic' ORDER BY period;
SELECT count(*) AS current FROM current_grade WHERE scheme_code = 'vw-clinic';
SELECT period, rank, rank_ties, rank_of, subject_code, score, grade, grade_en, grade_zh, grade_order, level_en, peer, peer_rank, peer_of, region_zh, coverage, reasons, as_of
	FROM ranking WHERE scheme_code = 'vw-clinic' ORDER BY period, rank, subject_code;
SELECT clock_timestamp() AS prerated \gset
\t on
SELECT prerate(:first_run_id), prerate(:second_run_id);
SELECT put_on_notice(:first_run_id, '2026-02-01'), put_on_notice(:second_run_id, '2026-02-01');
\t off

-- an appeal, decided by somebody else
INSERT INTO officer_region VALUES ('vw_officer', 'vw-05'), ('vw_judge', 'vw-32');
SELECT subject_id AS vw4 FROM subject WHERE code = 'VW4' \gset
SET SESSION AUTHORIZATION vw_officer;
SET LOCAL search_path = credence_registry, credence;
SELECT file_appeal(:second_run_id, :vw4, 'deductions', 'the report was in time', '2026-02-03') AS appeal \gset
SELECT indicator_en, indicator_zh, indicator_order, grounds, filed_on, appeal_state_en, is_open_flag, decided_at, grade FROM appeals WHERE appeal_id = :appeal;
SELECT a.days_taken = today() - a.filed_on AS until_now, (SELECT f.days_taken FROM appeals_at('infinity') f WHERE f.appeal_id = a.appeal_id) = a.days_taken AS not_longer FROM appeals a WHERE a.appeal_id = :appeal;
SELECT clock_timestamp() AS filed \gset
-- an officer sees the clinics of the own region, and the numbers are theirs
SELECT period, subject_code, region FROM ranking WHERE scheme_code = 'vw-clinic' ORDER BY period, rank, subject_code;
SELECT sum(subjects) AS counted FROM grade_distribution WHERE scheme_code = 'vw-clinic';
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION vw_judge;
SET LOCAL search_path = credence_registry, credence;
\t on
SELECT accept_appeal(:appeal);
\t off
SELECT score_before, grade_before, score_after, grade_after FROM decide_appeal(:appeal, 'upheld', 'it was', '{"inputs": {"deductions": 0}}');
RESET SESSION AUTHORIZATION;
SET LOCAL search_path = credence_registry, credence;
SELECT appeal_state_en, appeal_state_zh, appeal_state_order, is_open_flag, decided_by, decision, grade FROM appeals WHERE appeal_id = :appeal;
SELECT days_taken = calendar_day(decided_at) - filed_on AS until_decided FROM appeals WHERE appeal_id = :appeal;
SELECT appeal_state, is_open_flag, decided_at, decision FROM appeals_at(:'filed') WHERE appeal_id = :appeal;
SELECT count(*) AS before_filing FROM appeals_at(:'prerated') WHERE appeal_id = :appeal;

SELECT clock_timestamp() AS noticed \gset
\t on
SELECT finalise(:first_run_id, '2026-02-15'), finalise(:second_run_id, '2026-02-15');
\t off
SELECT period, is_current_flag, run_state_en FROM evaluation WHERE scheme_code = 'vw-clinic' ORDER BY period;
SELECT period, run_state FROM evaluations_at(:'noticed') WHERE scheme_code = 'vw-clinic' ORDER BY period;

-- what holds, and what held
SELECT subject_code, score, score_card, grade, grade_card, rated_flag FROM current_grade WHERE scheme_code = 'vw-clinic' ORDER BY subject_code;
SELECT count(*) AS held_on_notice FROM current_grade_at(:'noticed') WHERE scheme_code = 'vw-clinic';
SELECT period, grade_en FROM grade_history WHERE subject_code = 'VW1' AND scheme_code = 'vw-clinic' ORDER BY period;
SELECT count(*) AS history_then FROM grade_history_at(:'noticed') WHERE scheme_code = 'vw-clinic';
SELECT period, peer, grade, grade_zh, grade_order, subjects, of_subjects, share FROM grade_distribution WHERE scheme_code = 'vw-clinic' ORDER BY period, peer, grade_order;
SELECT period_from, period_to, grade_from, grade_to, move, move_zh, move_order, subjects, of_subjects, share
	FROM grade_migration WHERE scheme_code = 'vw-clinic' ORDER BY grade_from_order, grade_to_order;
-- every subject of a run once in the distribution, everybody of either run once in the migration
SELECT (SELECT sum(subjects) FROM grade_distribution WHERE run_id = :second_run_id) AS distributed, (SELECT sum(subjects) FROM grade_migration WHERE run_to = :second_run_id) AS moved;
SELECT subject_code, indicator, indicator_en, indicator_zh, indicator_order, unit, input, points, most_points, lost
	FROM line_breakdown WHERE run_id = :second_run_id AND subject_code IN ('VW3', 'VW4', 'VW6') ORDER BY subject_code, indicator_order;
SELECT subject_code, consequence_en, consequence_zh, consequence_kind_en, base, amount, target, valid_from, valid_to, status, in_force_flag
	FROM consequences WHERE run_id = :second_run_id ORDER BY consequence, subject_code;
SELECT count(*) AS none_then FROM consequences_at(:'noticed') WHERE run_id = :second_run_id;

-- the ledger, now and then
SELECT event_code, subject_code, rule, rule_en, rule_zh, occurred_on, found_on, effective_on, expires_on, amount, points, source_en, revoked_flag, revoked_at, repaired_flag, counted_flag, not_counted_because
	FROM event_ledger WHERE event_code LIKE 'VWE%' ORDER BY event_code;
SELECT event_code, revoked_flag, repaired_flag, counted_flag, as_of FROM event_ledger_at('2026-02-20 12:00 UTC') WHERE event_code LIKE 'VWE%' ORDER BY event_code;
SELECT event_code FROM event_ledger_at('2025-05-01 UTC') WHERE event_code LIKE 'VWE%' ORDER BY event_code;
SELECT l.event_code, r.points, r.completed_on, r.restored_share, r.restored_points, r.remaining_points, r.repair_state_en
	FROM repair_status r JOIN event_ledger l USING (event_id) WHERE l.event_code LIKE 'VWE%' ORDER BY l.event_code;
SELECT count(*) AS repaired_then FROM repair_status_at('2026-02-20 12:00 UTC') WHERE repair_state = 'repaired' AND subject_code LIKE 'VW%';

-- no line of a number that a view cannot show stops the view
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, recorded_at)
	SELECT '2023-01-01', '2023-12-31', subject_id, 'vw_wait', 1e30, v.source, '2024-01-05 UTC' FROM subject, (VALUES ('survey'), ('statistics')) v (source) WHERE code = 'VW1';
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, recorded_at)
	SELECT '2023-01-01', '2023-12-31', subject_id, 'vw_wait', 4, 'audit', '2024-06-05 UTC' FROM subject WHERE code = 'VW1';
-- two sources: 90.96 and 90.94
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, recorded_at)
	SELECT '2020-01-01', '2020-12-31', subject_id, 'vw_reimbursement', v.value, v.source, '2021-01-20 UTC' FROM subject, (VALUES (90.96, 'statistics'), (90.94, 'settlement')) v (value, source) WHERE code = 'VWA';
SELECT problem, problem_en, problem_zh, subject_code, indicator, indicator_en, period_end, value, other_value, sources, days_late, detail
	FROM data_quality WHERE subject_code LIKE 'VW%' OR scheme_code = 'vw-clinic' ORDER BY problem_order, subject_code, indicator, period_end, sources;
SELECT count(*) AS contradictory_then FROM data_quality_at('2021-01-19 UTC', 60) WHERE subject_code LIKE 'VW%';

-- what others see
SET SESSION AUTHORIZATION vw_reader;
SELECT count(*) AS all_of_them FROM credence_registry.current_grade WHERE scheme_code = 'vw-clinic';
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION vw_nobody;
SAVEPOINT denied;
SELECT count(*) FROM credence_registry.current_grade;
ROLLBACK TO denied;
RESET SESSION AUTHORIZATION;
ROLLBACK;
DROP ROLE vw_officer, vw_judge, vw_reader, vw_nobody;
