-- The publication profile of a scheme holds for tables too; texts that are masked are no classes; what too few cases leave missing says so; and no
-- figure is so large that the public views fail. All is rolled back.
\i test/fixtures/disclosure_session.sql
UPDATE subject SET attributes = jsonb_build_object('owner', CASE WHEN right(code, 2)::int % 2 = 0 THEN 'city' ELSE 'firm' END) WHERE region = 'dsc';
INSERT INTO code_list (domain, code, label_en, label_zh, sort_order) VALUES ('indicator', 'dsb_stay', 'Stay', '住院日', 204), ('indicator', 'dsb_order', 'Order', '顺序', 205);
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, numerator, denominator, source)
	SELECT '2025-01-01', '2025-12-31', subject_id, i, CASE i WHEN 'dsb_order' THEN right(code, 2)::int END, CASE i WHEN 'dsb_stay' THEN 70 END, CASE i WHEN 'dsb_stay' THEN CASE code WHEN 'D01' THEN 9 ELSE 10 END END, 'statistics'
	FROM subject, unnest('{dsb_stay,dsb_order}'::text[]) i WHERE region = 'dsc' AND code <> 'D02';
CREATE FUNCTION pg_temp.run(code text, publication jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE id bigint;
BEGIN
	PERFORM credence_registry.scheme_import(jsonb_build_object('code', code, 'version', '1', 'subjects', '{"kinds": ["institution"]}'::jsonb,
		'inputs', '{"points": {"observation": "dsc_score"}, "fund": {"observation": "dsc_fund"}, "owner": {"attribute": "owner"}, "stay": {"observation": "dsb_stay", "statistic": "ratio", "minimum": 10}, "work_order": {"observation": "dsb_order"}}'::jsonb,
		'scorecard', '{"name": "dsb", "indicators": [{"name": "points"}], "grades": "A >= 90, B"}'::jsonb) || CASE WHEN publication IS NULL THEN '{}' ELSE jsonb_build_object('publication', publication) END);
	PERFORM credence_registry.scheme_activate(code, '1');
	CALL credence_registry.evaluate(code, '2025', in_transaction => true, run_id => id);
	PERFORM credence_registry.prerate(id), credence_registry.finalise(id, '2026-02-03');
	RETURN id;
END $$;
SELECT pg_temp.run('dsb', NULL) AS plain, pg_temp.run('dsbb', '{"band_only": true}') AS bands, pg_temp.run('dsbc', '{"columns": ["code", "grade"]}') AS columns, pg_temp.run('dsbm', '{"minimum_cell": 5}') AS minimum \gset
\set p '{"version": "1", "template": "P5", "audience": "public", "columns": ["code", "grade"], "schemes": ["dsb", "dsbb", "dsbc", "dsbm"]}'

-- sums, classes and the order of ranks, where the scheme allows grades alone, two columns, or cells of five
SELECT path, problem FROM policy_check(:'p'::jsonb || '{"code": "x", "tables": [{"name": "s", "rows": "owner", "columns": null, "measure": {"sum": "fund"}}], "contributors": 3, "list": {"order": "rank"}}');
-- a policy is older than the version of the scheme, say: for all four, as if it had been imported before
SELECT name, bound, regexp_replace(p, '"dsb.?"', '"S"') AS problem
FROM (VALUES ('sums', '{"table": {"rows": "owner", "columns": null, "measure": {"sum": "fund"}}, "contributors": 3}'::jsonb), ('counts', '{"table": {"rows": "owner"}, "minimum_cell": 5}'), ('order', '{"list": {"order": "rank"}}'), ('enough', '{"table": {"rows": "level", "columns": null, "measure": {"sum": "fund"}}, "contributors": 5}')) v (name, more),
	(VALUES ('none', :plain), ('band_only', :bands), ('columns', :columns), ('minimum_cell', :minimum)) r (bound, run),
	draw_up_problems(r.run, policy_filled(:'p'::jsonb || v.more)) p ORDER BY 1, 2, 3;

-- when and for how long
SELECT n, problem FROM (VALUES (1, '{"window": {"most_months": 36}}'::jsonb, '{}'::jsonb), (2, '{"window": {"most_months": 36}}', '{"window": {"most_months": 37}}'), (3, '{"window": {"most_months": 36, "least_months": 3}}', '{"window": {"most_months": 36, "least_months": 2, "early_end": "repaired"}}'),
	(4, '{"window": {"most_months": 36, "least_months": 3, "early_end": "repaired"}}', '{"window": {"most_months": 36, "least_months": 3, "early_end": "repaired"}}'), (5, '{"served_after": {"days": 15}}', '{}'), (6, '{"served_after": {"days": 15, "working": true}}', '{"served_after": {"days": 15}}'),
	(7, '{"served_after": {"days": 15}}', '{"stage": "notice"}'), (8, '{"served_after": {"days": 15}}', '{"served_after": {"days": 20, "working": true}}'), (9, '{"calendar": ["02-01", "08-01"]}', '{"calendar": ["08-01"]}'), (10, '{"calendar": ["02-01", "08-01"]}', '{}'), (11, NULL, '{}')) v (n, publication, more)
LEFT JOIN LATERAL publication_time_problems(v.publication, '{"list": {}}' || v.more) p (problem) ON true ORDER BY 1, 2;
SELECT pg_temp.run('dsbt', '{"window": {"most_months": 36}, "served_after": {"days": 15}}') AS timed \gset
SELECT p FROM draw_up_problems(:timed, policy_filled(:'p'::jsonb || '{"schemes": ["dsbt"]}')) p;

-- masked in the list and shown in the table
SELECT n, path, problem FROM (VALUES (1, '{"masks": {"owner": "name"}}'::jsonb), (2, '{"masks": {"owner": "hidden"}}'), (3, '{}')) v (n, more),
	policy_check(:'p'::jsonb || '{"code": "x", "schemes": ["dsb"], "columns": ["code", "owner"], "table": {"rows": "owner"}, "minimum_cell": 2}' || v.more) ORDER BY 1, 2;

-- too few cases, none at all, and as many as it takes; where the scheme is published too
SELECT policy_import(:'p'::jsonb || '{"code": "few", "schemes": ["dsb"], "columns": ["code", "grade", "stay", "work_order"]}'), policy_import(:'p'::jsonb || '{"code": "open", "schemes": ["dsb"], "columns": ["code", "grade", "stay"], "scheme": true}') \g /dev/null
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('few', :plain) AS few, draw_up('open', :plain) AS open \gset
SELECT subject_code, input, v.value, v.suppression_reason, e.suppression_reason AS of_entry FROM preview_values(:few) v JOIN preview_entries(:few) e USING (entry) WHERE subject_code < 'D04' ORDER BY 1, 2;
SELECT count(*), count(v.suppression_reason) FROM preview_values(:open) v WHERE v.value IS NULL;
RESET SESSION AUTHORIZATION;
SELECT review(:few), publish(:few, '2026-03-01') AS number;
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, numerator, denominator, source)
	SELECT '2024-01-01', '2024-12-31', subject_id, i, CASE i WHEN 'dsb_order' THEN CASE code WHEN 'D03' THEN 99 ELSE right(code, 2)::int END END, CASE i WHEN 'dsb_stay' THEN 70 END, CASE i WHEN 'dsb_stay' THEN CASE code WHEN 'D01' THEN 9 ELSE 10 END END, 'statistics'
	FROM subject, unnest('{dsb_stay,dsb_order}'::text[]) i WHERE region = 'dsc' AND code <> 'D02';
SELECT NULL AS run_id \gset
CALL evaluate('dsb', '2024', in_transaction => true) \gset
SELECT prerate(:run_id), finalise(:run_id, '2026-02-03');
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('few', :run_id) AS later \gset
-- an input may be called as labels are
SELECT * FROM difference(:later);
RESET SESSION AUTHORIZATION;

-- a sum just below what a column holds, which rounding takes over it
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source)
	SELECT '2023-01-01', '2023-12-31', subject_id, i, CASE i WHEN 'dsc_score' THEN 90 ELSE CASE code WHEN 'D01' THEN 999999999999999900 WHEN 'D02' THEN 99.9999999 ELSE 0 END END, 'statistics' FROM subject, unnest('{dsc_score,dsc_fund}'::text[]) i WHERE region = 'dsc';
SELECT NULL AS run_id \gset
CALL evaluate('dsb', '2023', in_transaction => true) \gset
SELECT prerate(:run_id), finalise(:run_id, '2026-02-03');
SELECT policy_import(:'p'::jsonb || '{"code": "large", "schemes": ["dsb"], "table": {"rows": "level", "columns": null, "measure": {"sum": "fund"}, "margins": false}, "contributors": 2}') \g /dev/null
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('large', :run_id) AS large \gset
SELECT class_en, value, suppression_reason FROM preview_cells(:large);
ROLLBACK;
