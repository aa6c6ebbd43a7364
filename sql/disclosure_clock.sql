-- Clocks run where the days of the policy begin, whatever the time zone of the session; and a bulletin from a run on notice says what the run
-- says on the day it is published. All is rolled back.
\i test/fixtures/disclosure_session.sql
CREATE FUNCTION pg_temp.refused_on(statement text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace(pg_temp.refused(statement), '\d{4}-\d\d-\d\d', 'DAY', 'g') $$;
-- Pago Pago is 25 hours behind Kiritimati: it is never the same day there
SELECT policy_import(jsonb_build_object('code', code, 'version', '1', 'template', 'P5', 'schemes', '["dsc"]'::jsonb, 'audience', 'public', 'columns', '["code", "grade"]'::jsonb,
	'notice', '{"days": 0}'::jsonb, 'served_after', '{"days": 0}'::jsonb, 'time_zone', zone)) > 0 AS imported
FROM (VALUES ('late', 'Pacific/Pago_Pago'), ('early', 'Pacific/Kiritimati')) v (code, zone);
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('late', :run24) AS late, draw_up('early', :run24) AS early \gset
RESET SESSION AUTHORIZATION;
SELECT review(:late), review(:early);
-- nor can a clock begin before there was something to say: the run is final since 2025-02-03
SELECT pg_temp.refused_on(format('SELECT announce(%s, ''2025-02-02'')', :late)), pg_temp.refused_on(format('SELECT serve(%s, ''2025-02-02'')', :late)), pg_temp.refused_on(format('SELECT publish(%s, ''2025-02-02'')', :late));
-- a session cannot be ahead of the clock
SET timezone = 'Pacific/Kiritimati';
SELECT pg_temp.refused_on(format('SELECT announce(%s, CURRENT_DATE)', :late)), pg_temp.refused_on(format('SELECT serve(%s, CURRENT_DATE)', :late));
SELECT announce(:late) < CURRENT_DATE AS yesterday_there, serve(:late, NULL) AS served;
SELECT pg_temp.refused_on(format('SELECT publish(%s, CURRENT_DATE)', :late)), pg_temp.refused_on(format('SELECT publish(%s)', :late));
SELECT count(*) FROM publication_obstacles(:late);
SELECT object_to(:late, 'wrong') > 0 AS objected;
SELECT filed_on = (SELECT notice_from FROM bulletin WHERE bulletin_id = :late) AS that_day FROM objection;
-- nor behind
SET timezone = 'Pacific/Pago_Pago';
SELECT announce(:early) > CURRENT_DATE AS tomorrow_there;
SELECT bool_and(on_date = (statement_timestamp() AT TIME ZONE CASE bulletin_id WHEN :early THEN 'Pacific/Kiritimati' ELSE 'Pacific/Pago_Pago' END)::date) AS where_its_days_begin, count(*) FROM bulletin_step WHERE bulletin_id IN (:late, :early);
RESET timezone;
-- what is not there has no obstacles, and that is no leave to publish it
SELECT pg_temp.refused_on('SELECT publication_obstacles(0)'), pg_temp.refused_on('SELECT anonymity(0)'), pg_temp.refused_on('SELECT audit_cells(NULL)'), pg_temp.refused_on('SELECT publish(0)');
-- nor is a forgotten code leave to take everybody
SELECT pg_temp.refused_on(format('SELECT serve(%s, ''2025-03-01'', ''institution'')', :late)), pg_temp.refused_on(format('SELECT object_to(%s, ''wrong'', ''institution'')', :late));
-- who was withdrawn need not be served
SELECT policy_import('{"code": "served", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "list": {"grades": ["C"]}, "served_after": {"days": 15}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('served', :run24) AS s \gset
RESET SESSION AUTHORIZATION;
SELECT review(:s), serve(:s, '2026-02-01', 'institution', 'D07');
SELECT obstacle FROM publication_obstacles(:s, '2026-03-01');
SELECT withdraw_subject('institution', 'D14', 'test');
SELECT obstacle FROM publication_obstacles(:s, '2026-03-01');

-- an appeal after the bulletin was drawn up
SELECT scheme_import('{"code": "dsn", "version": "1", "subjects": {"kinds": ["institution"]}, "inputs": {"points": {"observation": "dsc_score"}}, "scorecard": {"name": "dsn", "indicators": [{"name": "points"}], "grades": "A >= 90, B >= 75, C >= 0"},
	"notice": {"days": 5000}, "appeal": {"days": 5000}}') > 0 AS imported;
SELECT scheme_activate('dsn', '1');
CALL evaluate('dsn', '2025', in_transaction => true) \gset
SELECT prerate(:run_id);
SELECT count(*) FROM put_on_notice(:run_id, '2026-02-02');
SELECT policy_import('{"code": "proposed", "version": "1", "template": "P12", "schemes": ["dsn"], "audience": "public", "columns": ["code", "grade"], "table": {"rows": "level"}, "minimum_cell": 1, "list": {"grades": ["C"]}}') > 0 AS imported;
CREATE ROLE regress_disclosure_officer LOGIN IN ROLE credence_officer;
SELECT map_officer('regress_disclosure_officer', 'dsc');
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('proposed', :run_id) AS p \gset
SELECT subject_code, grade FROM preview_entries(:p);
SET SESSION AUTHORIZATION regress_disclosure_officer;
SELECT file_appeal(:run_id, subject_id('institution', 'D07'), 'points', 'not counted', '2026-02-03') AS appeal \gset
RESET SESSION AUTHORIZATION;
SELECT review(:p);
SELECT obstacle FROM publication_obstacles(:p);
SELECT accept_appeal(:appeal);
SELECT * FROM decide_appeal(:appeal, 'upheld', 'it was', '{"inputs": {"points": 80}}');
SELECT regexp_replace(obstacle, 'run \d+', 'run N') AS obstacle FROM publication_obstacles(:p);
SELECT pg_temp.refused_on(format('SELECT publish(%s, ''2026-03-01'')', :p));
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('proposed', :run_id) AS again \gset
RESET SESSION AUTHORIZATION;
SELECT review(:again), publish(:again, '2026-03-01') AS number;
SELECT subject_code, grade FROM bulletin_entries;
ROLLBACK;
-- nor is a bulletin published in a transaction that does not see what was objected in the meantime
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT credence_disclosure.publish(0);
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT credence_disclosure.publish(0);
ROLLBACK;
