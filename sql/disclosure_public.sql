-- What credence_public reaches: the public views, and nothing else outside the system catalogs; and the known ways round. All is rolled back.
\i test/fixtures/disclosure_session.sql
CREATE ROLE regress_disclosure_public LOGIN IN ROLE credence_public;
CREATE ROLE regress_disclosure_mapped LOGIN IN ROLE credence_publisher;
SELECT map_officer('regress_disclosure_mapped', 'dsc');
SELECT policy_import(('{"template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "version": "1"}'::jsonb || more)) > 0 AS imported
FROM (VALUES ('{"code": "shown"}'::jsonb), ('{"code": "draft"}')) v (more);
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('shown', :run24) AS b, draw_up('draft', :run25) AS d \gset
RESET SESSION AUTHORIZATION;
SELECT review(:b), publish(:b, '2025-03-01');

SELECT policy_import('{"code": "early", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "window": {"least_months": 1, "most_months": 1200, "early_end": "repaired"}}') > 0 AS imported;
SELECT draw_up('early', :run24) > 0 AS drafted;
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, '2024-06-01' FROM event WHERE event_code = 'dsc3';
SELECT count(*) FROM left_early();

-- a publisher of some regions does not work on bulletins, which are of all
SET SESSION AUTHORIZATION regress_disclosure_mapped;
SELECT count(*) FROM item;
DO $$ BEGIN PERFORM credence_disclosure.draw_up('shown', 1); EXCEPTION WHEN insufficient_privilege THEN RAISE WARNING '%', SQLERRM; END $$;
DO $$ BEGIN PERFORM credence_disclosure.preview_entries(1); EXCEPTION WHEN insufficient_privilege THEN RAISE WARNING '%', SQLERRM; END $$;

-- every relation of every schema but those of the system, tried
SET SESSION AUTHORIZATION regress_disclosure_public;
-- of what is not published, what ends early is nobody's to know
SELECT count(*) FROM left_early();
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'open';
EXCEPTION WHEN insufficient_privilege THEN
	RETURN 'closed';
WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SELECT n.nspname, c.relname, pg_temp.try(format('SELECT * FROM %I.%I LIMIT 1', n.nspname, c.relname)) AS tried
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname LIKE 'credence%' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND pg_temp.try(format('SELECT * FROM %I.%I LIMIT 1', n.nspname, c.relname)) <> 'closed' ORDER BY 1, 2;
SELECT count(*) > 200 AS relations_tried FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname LIKE 'credence%' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S');
SELECT DISTINCT pg_temp.try(format('INSERT INTO credence_disclosure.%I SELECT', relname)) FROM pg_class WHERE relnamespace = 'credence_disclosure'::regnamespace AND relkind IN ('r', 'v');
-- every function: of the two extensions with tables none but that which the views call
SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('credence_registry', 'credence_disclosure') AND has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1;
SELECT has_schema_privilege('credence_registry', 'USAGE') AS registry, has_schema_privilege('credence_disclosure', 'USAGE') AS disclosure, has_schema_privilege('credence_disclosure', 'CREATE') AS create_there;
SELECT pg_temp.try('SET ROLE credence_public_owner') AS owner, pg_temp.try('SET ROLE credence_reader') AS reader, pg_temp.try('ALTER VIEW credence_disclosure.bulletins RESET (security_barrier)') AS barrier,
	pg_temp.try('CREATE OR REPLACE VIEW credence_disclosure.bulletins AS SELECT 1 AS bulletin') AS replaced, pg_temp.try('CREATE RULE r AS ON INSERT TO credence_disclosure.bulletins DO INSTEAD NOTHING') AS rule,
	pg_temp.try('COMMENT ON VIEW credence_disclosure.bulletins IS NULL') AS comment;
-- a cheap function that tells what passes it sees no row that is not published
CREATE FUNCTION pg_temp.leak(x text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN PERFORM set_config('regress.seen', coalesce(current_setting('regress.seen', true), '') || '.', false); RETURN true; END $$;
SELECT count(*) FROM bulletin_entries WHERE pg_temp.leak(subject_code);
SELECT length(current_setting('regress.seen')) AS seen, count(*) AS published FROM bulletin_entries;
-- each view looks bulletins up once: joined twice, one bulletin was read as often as there are bulletins
CREATE FUNCTION pg_temp.lookups(statement text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE line text; found int := 0; BEGIN FOR line IN EXECUTE 'EXPLAIN ' || statement LOOP found := found + (line ~ 'Scan.* on bulletin ')::int; END LOOP; RETURN found; END $$;
SELECT v, pg_temp.lookups(format('SELECT * FROM credence_disclosure.%I WHERE bulletin = 1', v)) FROM unnest('{bulletin_entries,bulletin_values,bulletin_cells,bulletin_adjustments,bulletin_items}'::text[]) v;
-- nor does a plan tell how many drafts there are with a day: one that a draft has, and one that nothing has
CREATE FUNCTION pg_temp.plan_of(statement text, day text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; whole text := ''; BEGIN
	FOR line IN EXECUTE format('EXPLAIN (ANALYZE, TIMING off, SUMMARY off) ' || statement, day) LOOP whole := whole || replace(line, day, 'DAY') || E'\n'; END LOOP;
	RETURN whole;
END $$;
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_nestloop = off; SET enable_mergejoin = off;
SELECT pg_temp.plan_of('SELECT * FROM credence_disclosure.bulletin_entries WHERE leaves_on = %L', '2121-03-01') = pg_temp.plan_of('SELECT * FROM credence_disclosure.bulletin_entries WHERE leaves_on = %L', '2121-03-02') AS alike;
RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_nestloop; RESET enable_mergejoin;
-- who the two roles are
SELECT rolname, rolsuper, rolcanlogin, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname IN ('credence_public', 'credence_public_owner') ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT c.relname FROM pg_class c WHERE c.relowner = 'credence_public_owner'::regrole AND NOT ('security_barrier=true' = ANY (c.reloptions));
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'credence_disclosure'::regnamespace AND c.relkind = 'r' AND has_column_privilege('credence_public_owner', c.oid, a.attnum, 'SELECT') ORDER BY 1, a.attnum;
ROLLBACK;
