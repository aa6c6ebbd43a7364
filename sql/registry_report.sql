-- What comes after a grade: the report in columns and as text, credit history, peers, and why a run differs from another;
-- plan targets, agencies and funds.
SET client_min_messages = warning;
\set VERBOSITY terse
\getenv source PG_ABS_SRCDIR
\set fixture :source '/test/fixtures/clinics.sql'
BEGIN;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = credence_registry, credence;
\set ECHO none
\i :fixture
\set ECHO all
CALL evaluate('vw-clinic', '2024', '2025-01-31 UTC', in_transaction => true) \gset first_
CALL evaluate('vw-clinic', '2025', '2026-01-31 UTC', in_transaction => true) \gset second_
SELECT subject_id AS vw2 FROM subject WHERE code = 'VW2' \gset
SELECT subject_id AS vw3 FROM subject WHERE code = 'VW3' \gset
SELECT subject_id AS vw6 FROM subject WHERE code = 'VW6' \gset

SELECT section, line, item_en, value, value_text, unit, points, most_points, contribution, lost, value_to, score_after, grade_after, on_date, detail_en
	FROM subject_report(:second_run_id, :vw2) WHERE section <> 'event';
SELECT section_zh, item_zh, points, contribution, value_to AS amount, value_to_text AS input, on_date, detail_zh FROM subject_report(:second_run_id, :vw3) WHERE section IN ('event', 'step');
-- the contributions add up to the score, of every clinic
SELECT count(*) AS reports, bool_and(r.total = r.score) AS add_up
	FROM (SELECT x.subject_id, x.score_card AS score, (SELECT sum(contribution) FROM subject_report(x.run_id, x.subject_id) WHERE section = 'line') AS total
		FROM run_result x WHERE x.run_id IN (:first_run_id, :second_run_id)) r;
\t on
\pset format unaligned
SELECT subject_report_text(:second_run_id, :vw2);
SELECT subject_report_text(:second_run_id, :vw2, 'en');
SELECT subject_report_text(:second_run_id, :vw3, 'en');
SELECT subject_report_text(:second_run_id, :vw6, 'zh');
\pset format aligned
\t off
SELECT subject_report_text(:second_run_id, 0) IS NULL AS nobody;
SAVEPOINT refused;
SELECT subject_report_text(:second_run_id, :vw2, 'fr');
ROLLBACK TO refused;

-- what an input looked at: as known as of the run, neither revoked nor of another year
SELECT input, rule, counted_on, amount, points, restored_points, repair_state FROM events_behind(:second_run_id, :vw3);
SELECT count(*) AS none_in_2024 FROM events_behind(:first_run_id, :vw3);

SELECT line, indicator_en, value, points, peer, peers, peers_with_points, peer_lowest, peer_quarter, peer_median, peer_three_quarters, peer_highest, peer_mean, share_below, share_equal
	FROM peer_comparison(:second_run_id, :vw3);

-- from one year to the next
SELECT subject_code, score_from, score_to, grade_from, grade_to, move, cause, item, value_from, value_to, points_from, points_to, detail
	FROM why_changed(:first_run_id, :second_run_id) WHERE cause NOT IN ('observation');
-- the same year, known later: a repair and a revocation
CALL evaluate('vw-clinic', '2025', '2026-03-31 UTC', true, in_transaction => true) \gset third_
SELECT subject_code, score_from, score_to, grade_from, grade_to, move, cause_en, cause_zh, item, value_from, value_to, points_from, points_to, detail
	FROM why_changed(:second_run_id, :third_run_id);
SELECT count(*) AS nothing FROM why_changed(:second_run_id, :second_run_id);
SELECT standing_flag, run_kind FROM evaluation WHERE run_id = :third_run_id;
-- another version of the scheme, with quotas: the scheme moves everybody whose points or grade differ
DO $do$ BEGIN PERFORM scheme_import(s.document || '{"version": "2", "grading": {"method": "quota", "quotas": "A 50%, B 30%, C"}, "adjust": []}'
	|| jsonb_build_object('scorecard', jsonb_set(s.document -> 'scorecard', '{indicators,1,bands}', '"20 <= 4, 10 <= 7, 0"'))) FROM scheme s WHERE s.code = 'vw-clinic'; END $do$;
CALL evaluate('vw-clinic', '2025', '2026-01-31 UTC', true, version => '2', in_transaction => true) \gset fourth_
SELECT subject_code, score_from, score_to, grade_from, grade_to, move, cause, item, points_from, points_to, detail
	FROM why_changed(:second_run_id, :fourth_run_id);

-- the credit history, now and as known before the repair
\t on
SELECT prerate(:second_run_id);
SELECT put_on_notice(:second_run_id, '2026-02-01');
SELECT finalise(:second_run_id, '2026-02-15');
\t off
SELECT on_date, what, what_zh, item, item_en, scheme_code, period, points, amount, score, grade, grade_before, move, status FROM credit_history(:vw3);
SELECT on_date, what, item FROM credit_history(:vw3, '2026-02-20 12:00 UTC');

-- plan targets: the sixteen of a plan are of all kinds; worked example W26
SELECT subject_id AS agency FROM subject WHERE code = 'VWA' \gset
SELECT count(put_plan_target('vw', n, :agency, 'vw_t' || n, t, t, o, v, a, '2025-12-31', h, tol, b)) AS targets
FROM (VALUES (1, 'Coverage', '>', 99, NULL, 0, 'binding', '>98%'), (4, 'Inpatient, residents', '>', 76, NULL, 0, 'binding', '76.81'),
	(5, 'Balance rate', 'range', 0, 5, 0, 'expected', NULL), (6, 'Balance rate, residents', 'range', 0, 5, 0, 'expected', NULL), (8, 'Care', '~', 70, NULL, 1, 'expected', '62.45'),
	(9, 'Care, strictly', '~', 70, NULL, 0, 'expected', '62.45'), (14, 'Services', '>=', 100, NULL, 0, 'binding', '80'),
	(15, 'Cross-province', '>=', 95, NULL, 0, 'expected', '94.12'), (16, 'Satisfaction', '>=', 90, NULL, 0, 'expected', NULL)) v (n, t, o, v, h, tol, a, b);
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, numerator, denominator, qualifier, source, recorded_at)
	SELECT '2025-01-01', '2025-06-30', :agency, 'vw_t' || n, v, num, den, q, s, '2026-01-10 UTC'
	FROM (VALUES (1, 99.0, NULL, NULL, NULL, 'statistics'), (4, 76.5, NULL, NULL, NULL, 'statistics'), (5, 5.0, NULL, NULL, NULL, 'statistics'), (6, 5.01, NULL, NULL, NULL, 'statistics'),
		(8, 69.2, NULL, NULL, NULL, 'statistics'), (9, 69.2, NULL, NULL, NULL, 'statistics'), (14, NULL, 90, 100, NULL, 'statistics'),
		(15, 94.5, NULL, NULL, NULL, 'statistics'), (15, 94.6, NULL, NULL, NULL, 'survey'), (16, 90.0, NULL, NULL, NULL, 'survey')) v (n, v, num, den, q, s);
SELECT number, baseline_text, baseline_operator, target_text, actual_text, target_state, target_state_zh, met_flag, attribute_en, progress FROM plan_progress WHERE plan = 'vw' ORDER BY number;
SELECT targets, met, not_met, not_decided, binding_targets, binding_met, binding_not_met, overall, overall_en FROM plan_overall WHERE plan = 'vw';
-- with 99.1 % and every service available the binding ones are met, and no expected one can veto that
SELECT clock_timestamp() AS half \gset
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source)
	SELECT '2025-01-01', '2025-12-31', :agency, i, v, 'statistics' FROM (VALUES ('vw_t1', 99.1), ('vw_t14', 100)) v (i, v);
SELECT not_met, not_decided, binding_met, overall FROM plan_overall WHERE plan = 'vw';
SELECT overall FROM plan_overall_at(:'half') WHERE plan = 'vw';
SELECT count(*) AS before FROM plan_progress_at('2020-01-01 UTC') WHERE plan = 'vw';
-- what a published bound decides, and what it leaves open
SELECT o AS operator, q || a AS actual, target_met(o, t, h, tol, a, q) FROM (VALUES ('>', 99, NULL, 0, 99, '>'), ('>', 99, NULL, 0, 98, '>'), ('>', 99, NULL, 0, 99, '<'), ('>=', 99, NULL, 0, 99, '<'),
	('<', 5, NULL, 0, 5, '<'), ('range', 0, 5, 0, 5, '>'), ('range', 0, 5, 0, 4, '>'), ('=', 75, NULL, 0, 75, '~'), ('~', 70, NULL, 1, 71, '~')) v (o, t, h, tol, a, q);
SELECT put_plan_target('vw', 1, :agency, 'vw_t1', 'Coverage', 'x', 'range', 99, 'binding', '2025-12-31');
ROLLBACK TO refused;

-- a handling agency by its four evaluators
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, evaluator, recorded_at)
	SELECT '2025-01-01', '2025-12-31', subject_id, 'vw_service', v, s, e, '2026-01-10 UTC' FROM subject, (VALUES (95, 'manual', 'self'), (80, 'survey', 'satisfaction'), (85.5, 'manual', 'administration'),
		(84, 'manual', 'third_party'), (84.5, 'survey', 'third_party')) v (v, s, e) WHERE code = 'VWA';
SELECT subject_code, indicator_zh, self_value, satisfaction_value, administration_value, third_party_value, evaluators, mean, spread, self_above_others, complete_flag FROM agency_evaluation WHERE subject_code = 'VWA';
SELECT count(*) AS none_then FROM agency_evaluation_at('2026-01-01 UTC') WHERE subject_code = 'VWA';

-- funds: 5 % is no surplus yet, half a year's reserve is normal, two months' worth a warning
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source, recorded_at)
	SELECT f::date, t::date, subject_id, i, v, 'statistics', '2026-01-10 UTC' FROM subject, (VALUES
		('2025-01-01', '2025-12-31', 'fund_income.employee', 1000), ('2025-01-01', '2025-12-31', 'fund_expenditure.employee', 950), ('2025-01-01', '2025-12-31', 'fund_reserve.employee', 475),
		('2025-07-01', '2025-09-30', 'fund_income.resident', 300), ('2025-07-01', '2025-09-30', 'fund_expenditure.resident', 303), ('2025-07-01', '2025-09-30', 'fund_reserve.resident', 202),
		('2024-01-01', '2024-12-31', 'fund_income', 100), ('2024-01-01', '2024-12-31', 'fund_expenditure', 90)) v (f, t, i, v) WHERE code = 'VWA';
SELECT fund, fund_zh, period_end, income, expenditure, balance, balance_rate, reserve, reserve_months, balance_level, reserve_level, warning_level, warning_level_zh, contradictory_flag FROM fund_balance WHERE subject_code = 'VWA' ORDER BY period_end, fund;
SAVEPOINT thresholds;
DO $$ BEGIN PERFORM put_warning_threshold('balance_rate', 'normal >= -2, warning'); END $$;
SELECT fund, warning_level FROM fund_balance WHERE subject_code = 'VWA' ORDER BY period_end, fund;
SAVEPOINT refused;
SELECT put_warning_threshold('balance_rate', 'red < 0, green');
ROLLBACK TO refused;
ROLLBACK;
