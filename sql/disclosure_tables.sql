-- Tables that a policy can ask for: errors with their paths, two classes or one, regions in a tree, several tables that share numbers, certificates, and
-- populations with which nothing can be done. All is rolled back.
\i test/fixtures/disclosure_session.sql
CREATE FUNCTION pg_temp.wrong(policy jsonb) RETURNS TABLE (path text, problem text) LANGUAGE sql AS $$
	SELECT p.path, p.problem FROM credence_disclosure.policy_check('{"code": "x", "version": "1", "template": "mine", "schemes": ["dsc"], "audience": "public"}'::jsonb || policy) p
$$;
SELECT put_template('mine', 'Mine', '我的');
SELECT * FROM pg_temp.wrong('{"tables": []}');
SELECT * FROM pg_temp.wrong('{"table": {"rows": "level"}, "tables": [{"rows": "level"}], "minimum_cell": 3}');
SELECT * FROM pg_temp.wrong('{"tables": [{"rows": "score"}, {"name": "b", "rows": "points", "columns": "nothing"}, {"name": "c", "rows": 7}, {"name": "d"}, {"name": "d", "rows": "grade", "columns": "grade"},
	{"name": "e", "rows": "level", "hierarchy": true, "margins": false, "percent": "row"}, {"name": "f", "rows": "level", "columns": null, "percent": "row"}, {"name": "g", "rows": "region", "hierarchy": true, "margins": false}]}');
SELECT * FROM pg_temp.wrong('{"tables": [{"rows": "level", "measure": "sum"}, {"name": "b", "rows": "level", "measure": {"sum": "level"}}, {"name": "c", "rows": "level", "measure": {"sum": "fund", "of": 1}},
	{"name": "d", "rows": "level", "measure": {"sum": "nothing"}}], "minimum_cell": 3, "band_only": true}');
SELECT * FROM pg_temp.wrong('{"tables": [{"rows": "level", "measure": {"sum": "fund"}}], "minimum_cell": 3, "zeros": "hidden", "contributors": 1, "dominance": {"n": 0, "k": 101}, "p_percent": 0, "reasons": "all", "protection": {"lower": -1}}');
SELECT * FROM pg_temp.wrong('{"tables": [{"rows": "level", "show": [{"row": 3}, {}], "cost": "least", "time_limit": 0}], "minimum_cell": 2, "reasons": "each", "p_percent": 10}');
SELECT * FROM pg_temp.wrong('{"list": {}, "columns": ["code"], "zeros": "shown", "minimum_cell": 2}');
SELECT * FROM pg_temp.wrong('{"tables": [{"rows": "level"}, {"name": "b", "rows": "kind"}, {"name": "c", "rows": "level", "columns": "kind"}, {"name": "d", "rows": "level", "columns": "kind", "measure": {"sum": "fund"}}], "minimum_cell": 2, "contributors": 3}');
-- one table more than the template has
SELECT policy_filled('{"template": "P1", "tables": [{"rows": "kind"}]}') -> 'table' AS none, policy_filled('{"template": "P1", "table": {"percent": "row"}}') -> 'table' AS own;
SELECT table_place, name, row_class, column_class, summed, hierarchy, margins, percent, cost, seconds FROM table_definitions(policy_filled('{"template": "P1"}'));

-- regions as a tree: what has everything in it is the total, what is not divided further is a row of its own
INSERT INTO credence_registry.region VALUES ('t', NULL, 'Land', '国'), ('t1', 't', 'One', '一'), ('t11', 't1', 'One-one', '一一'), ('t12', 't1', 'One-two', '一二'), ('t2', 't', 'Two', '二'), ('t21', 't2', 'Two-one', '二一');
SELECT * FROM region_rows('{t11,t12,t1,t21,t,""}');
SELECT * FROM region_rows('{t11,t12,t1}');
SELECT * FROM region_rows('{t11}');
SELECT * FROM region_rows('{}');
INSERT INTO credence_registry.region SELECT 'u' || n, CASE WHEN n > 1 THEN 'u' || n - 1 END, 'u', 'u' FROM generate_series(1, 5000) n;
SELECT pg_temp.refused($$SELECT * FROM region_rows('{t1,u5000}')$$);
SELECT max(place) FROM region_rows(ARRAY(SELECT 'u' || n FROM generate_series(1, 16) n));

-- populations, written as a run stores them: who, level, region, grade, fund
CREATE FUNCTION pg_temp.population(period text, subjects text, regions text[], grades text[], funds float8[]) RETURNS bigint LANGUAGE sql AS $$
	WITH run AS (
		INSERT INTO credence_registry.run (scheme_id, scheme_code, period, period_start, period_end, as_of, state, phase, engine, final_at)
		SELECT scheme_id, 'dsc', period, (period || '-01-01')::date, (period || '-12-31')::date, now(), 'final', 'done', '1', '2026-02-01 UTC' FROM credence_registry.scheme WHERE code = 'dsc' RETURNING run_id
	), result AS (
		INSERT INTO credence_registry.result (run_id, subject_id, region, kind, evaluated_at, inputs, numbers, texts, score, grade, notch, rated, rank)
		SELECT run.run_id, s.subject_id, x.region, s.kind, now(), ARRAY[50, 0], ARRAY[x.fund], ARRAY[s.level], 50, x.grade, ascii(x.grade) - 64, true, 1
		FROM run, unnest(string_to_array(subjects, ' '), regions, grades, funds) x (code, region, grade, fund) JOIN credence_registry.subject s ON s.code = x.code
	)
	SELECT run_id FROM run
$$;
CREATE FUNCTION pg_temp.draw(policy jsonb, run bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE b bigint;
BEGIN
	PERFORM credence_disclosure.policy_import('{"template": "mine", "schemes": ["dsc"], "audience": "public", "version": "1"}'::jsonb || policy);
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_one;
	b := credence_disclosure.draw_up(policy ->> 'code', run);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
	PERFORM credence_disclosure.review(b);
	RETURN b;
END $$;
SELECT pg_temp.population('2018', 'D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13', '{t11,t11,t11,t11,t12,t12,t12,t1,t21,t21,t21,t,NULL}', '{A,A,B,B,A,A,B,B,A,A,B,B,B}', '{1,2,3,4,5,6,7,8,9,10,11,12,13}') AS tree \gset
SELECT pg_temp.draw('{"code": "r", "minimum_cell": 2, "tables": [{"name": "regions", "title": {"en": "By region", "zh": "按地区"}, "rows": "region", "hierarchy": true, "percent": "column"}]}', :tree) AS b \gset
SELECT table_name, table_zh, class, class_en, class_order, class_parent, total_flag, grade, count, percent, suppression_reason FROM preview_cells(:b) WHERE grade_order < 3;
SELECT obstacle FROM publication_obstacles(:b);
-- two tables that share the column of totals, and one class alone: each number is suppressed everywhere or nowhere, and it is still a network
SELECT pg_temp.draw('{"code": "n", "minimum_cell": 3, "tables": [{"name": "levels", "rows": "level"}, {"name": "regions", "rows": "region", "hierarchy": true}, {"name": "grades", "rows": "grade"}]}', :tree) AS b \gset
SELECT c.identity, bool_and(c.reason IS NULL) AS shown, bool_or(c.reason IS NULL) AS shown_somewhere FROM cell c WHERE c.bulletin_id = :b GROUP BY c.identity HAVING count(*) > 1 ORDER BY 1;
SELECT count(*) AS suppressed, bool_and(safe) AS safe FROM audit_cells(:b);
SELECT linked_system(:b) IS NULL AS no_certificate, obstacle FROM publication_obstacles(:b) RIGHT JOIN (SELECT) n ON true;
SELECT pg_temp.refused(format('SELECT certify(%s, ''{"witnesses": []}'')', :b));
-- three of them are none: it takes a certificate
SELECT pg_temp.draw('{"code": "c", "minimum_cell": 3, "tables": [{"name": "levels", "rows": "level"}, {"name": "regions", "rows": "region"}, {"name": "kinds", "rows": "kind"}]}', :tree) AS b \gset
SELECT obstacle FROM publication_obstacles(:b);
SELECT jsonb_object_agg(k.key, jsonb_typeof(k.value)) AS keys FROM jsonb_each(linked_system(:b)) k;
SELECT count(*) FILTER (WHERE safe IS NULL) > 0 AS open, count(*) FILTER (WHERE NOT safe) AS unsafe FROM audit_cells(:b);
SELECT left(pg_temp.refused(format('SELECT certify(%s, ''{"witnesses": []}'')', :b)), 100);
SELECT pg_temp.refused(format('SELECT certify(%s, %L)', :b, w)) FROM unnest('{"{}","[]","null","{\"witnesses\": [{}]}","{\"witnesses\": [{\"cell\": 1, \"side\": \"up\", \"values\": {}}]}","{\"witnesses\": [{\"cell\": 1, \"side\": \"low\", \"values\": {\"x\": \"1\"}}]}","{\"witnesses\": [{\"cell\": 1, \"side\": \"low\", \"values\": {\"1\": \"NaN\"}}]}"}'::text[]) w;
SELECT left(pg_temp.refused(format('SELECT certify(%s, ''{"witnesses": [{"cell": 999999, "side": "low", "values": {"1": "3"}}]}'')', :b)), 60);
SELECT count(*) FROM certificate;
-- a ring of classes: the regions tell the level, so that level by grade follows from region by grade; there no table says anything by itself
SELECT pg_temp.population('2013', 'D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13 D14', '{t11,t11,t11,t11,t11,t11,t11,t12,t12,t12,t12,t12,t12,t12}', '{A,A,A,B,B,B,C,A,A,A,A,B,B,B}', '{1,2,3,4,5,6,7,8,9,10,11,12,13,14}') AS ring \gset
SELECT pg_temp.draw('{"code": "ring", "minimum_cell": 3, "tables": [{"name": "a", "rows": "level", "columns": "grade"}, {"name": "b", "rows": "region", "columns": "grade", "show": [{"row": "t12", "column": "A"}]}, {"name": "c", "rows": "region", "columns": "level"}]}', :ring) AS b \gset
SELECT table_name, class, grade, count FROM preview_cells(:b) WHERE total_flag = 'N';
SELECT obstacle FROM publication_obstacles(:b);
SELECT count(*) FILTER (WHERE safe IS NULL) > 0 AS open, count(*) FILTER (WHERE safe) AS safe_by_itself FROM audit_cells(:b) WHERE reason = 'below_minimum';
-- a population is part of the system: what makes up each cell of two classes, less that cell, is nothing
SELECT of, classes FROM rings_of(ARRAY(SELECT c FROM audited_cells(:b) c));
SELECT c ->> 'identity' AS identity, c ->> 'value' AS value, c ->> 'lowest' AS lowest, c ->> 'suppressed' AS suppressed FROM jsonb_array_elements(linked_system(:b) -> 'cells') c WHERE c ->> 'identity' LIKE '%every%' ORDER BY 1;
SELECT bool_and(s = 0) AS adds_up FROM (SELECT sum((t ->> 1)::int * (c ->> 'value')::int) AS s
	FROM jsonb_array_elements(linked_system(:b) -> 'equations') WITH ORDINALITY e (value, n), jsonb_array_elements(e.value) t, jsonb_array_elements(linked_system(:b) -> 'cells') c WHERE c ->> 'cell' = t ->> 0 GROUP BY e.n) x;
-- of three tables in a row, and of a ring with one more table hanging on it, no more than the ring
SELECT r.* FROM unnest('{2013}'::text[]) y, LATERAL (SELECT array_agg(ROW(1, n, n, 1, 0, 1, jsonb_build_object('of', 'count', (p::text[])[1], 'x', (p::text[])[2], 'y')::text, 1, NULL, false, false, 0, NULL, NULL, NULL, 1, NULL, NULL)::cell) AS cells
	FROM unnest('{"{a,b}","{b,c}","{c,d}"}'::text[]) WITH ORDINALITY t (p, n)) c, rings_of(c.cells) r;
SELECT r.* FROM (SELECT array_agg(ROW(1, n, n, 1, 0, 1, jsonb_build_object('of', 'count', (p::text[])[1], 'x', (p::text[])[2], 'y')::text, 1, NULL, false, false, 0, NULL, NULL, NULL, 1, NULL, NULL)::cell) AS cells
	FROM unnest('{"{a,b}","{b,c}","{c,d}","{d,a}","{d,e}","{f,g}"}'::text[]) WITH ORDINALITY t (p, n)) c, rings_of(c.cells) r;
-- too large a ring is refused by name
SELECT pg_temp.refused(format('SELECT * FROM ring_numbers(%s, ''count'', ''{code,name,fund,level,region}'')', :b));
-- a ring that several bulletins make: the second suppresses nothing, and gives away what the first does. A witness without a population is none
SAVEPOINT s;
SELECT pg_temp.draw('{"code": "ring1", "minimum_cell": 3, "table": {"name": "a", "rows": "level", "columns": "grade"}}', :ring) AS b \gset
SELECT publish(:b, '2026-03-01') > 0 AS published;
SELECT pg_temp.draw('{"code": "ring2", "minimum_cell": 1, "tables": [{"name": "b", "rows": "region", "columns": "grade"}, {"name": "c", "rows": "region", "columns": "level"}]}', :ring) AS b \gset
SELECT count(*) AS suppressed FROM preview_cells(:b) WHERE suppression_reason IS NOT NULL;
SELECT obstacle FROM publication_obstacles(:b);
SELECT jsonb_build_object('witnesses', jsonb_agg(jsonb_build_object('cell', (c ->> 'cell')::int, 'side', 'high', 'values', w.w))) AS witnesses
FROM jsonb_array_elements(linked_system(:b) -> 'cells') c, (SELECT jsonb_object_agg(o ->> 'cell', ((o ->> 'value')::int + CASE o ->> 'identity' ~ '"B"' WHEN true THEN -2 ELSE 2 END)::text) AS w
	FROM jsonb_array_elements(linked_system(:b) -> 'cells') o WHERE o ->> 'suppressed' = 'true' AND o ->> 'identity' !~ 'every') w WHERE c ? 'needed_least' \gset
SELECT left(pg_temp.refused(format('SELECT certify(%s, %L)', :b, :'witnesses')), 80) AS certify;
SELECT certificate_fault(jsonb_set(s, '{equations}', (SELECT jsonb_agg(e) FROM jsonb_array_elements(s -> 'equations') e
	WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(e) t, jsonb_array_elements(s -> 'cells') c WHERE c ->> 'cell' = t ->> 0 AND c ->> 'identity' ~ 'every'))), :'witnesses') IS NULL AS three_tables_alone_allow_it
FROM linked_system(:b) s;
ROLLBACK TO s;
-- a table without totals beside others that tell them: at once, or later
SELECT * FROM pg_temp.wrong('{"tables": [{"name": "a", "rows": "level", "margins": false}, {"name": "b", "rows": "level", "columns": null}], "minimum_cell": 3}');
SELECT * FROM pg_temp.wrong('{"tables": [{"name": "a", "rows": "level", "margins": false}, {"name": "b", "rows": "kind", "columns": null}], "minimum_cell": 1}');
SELECT pg_temp.draw('{"code": "bare", "minimum_cell": 3, "table": {"name": "a", "rows": "level", "margins": false}}', :ring) AS b \gset
SELECT publish(:b, '2026-03-01') > 0 AS published;
SELECT pg_temp.draw('{"code": "total", "minimum_cell": 3, "table": {"name": "b", "rows": "level", "columns": null}}', :ring) AS b \gset
SELECT regexp_replace(obstacle, 'number \d+', 'number N') AS obstacle FROM publication_obstacles(:b);
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT pg_temp.refused(format('SELECT * FROM credence_disclosure.cell')), pg_temp.refused('SELECT * FROM credence_disclosure.certificate');
RESET SESSION AUTHORIZATION;

-- nobody rated; one; all in one class; nothing but missing figures; negative ones
SELECT pg_temp.population('2017', '', '{}', '{}', '{}') AS nobody, pg_temp.population('2016', 'D01', '{t11}', '{A}', '{5}') AS one, pg_temp.population('2015', 'D01 D02 D03', '{t11,t11,t11}', '{A,A,A}', '{NULL,NULL,NULL}') AS same,
	pg_temp.population('2014', 'D01 D02 D08 D09 D03 D10', '{t11,t11,t12,t12,t11,t12}', '{A,A,A,B,B,B}', '{-5,7.25,-100,60,3,40.5}') AS negative \gset
\set tables '"minimum_cell": 3, "contributors": 2, "tables": [{"name": "l", "rows": "level"}, {"name": "r", "rows": "region", "hierarchy": true, "columns": null}, {"name": "s", "rows": "level", "measure": {"sum": "fund"}}]}'
SELECT pg_temp.draw(('{"code": "h' || zeros || '", "zeros": "' || zeros || '", ' || :'tables')::jsonb, run) AS bulletin INTO TEMPORARY drawn FROM unnest(ARRAY[:nobody, :one, :same, :negative]) WITH ORDINALITY r (run, n), unnest('{shown,suppressed}'::text[]) zeros ORDER BY n, zeros;
SELECT r.period, p.code, c.table_name, c.class, c.grade, c.count, c.value, c.suppression_reason, a.lowest, a.highest, a.safe
FROM drawn d JOIN bulletin b ON b.bulletin_id = d.bulletin JOIN credence_registry.run r ON r.run_id = b.run_id JOIN policy p ON p.policy_id = b.policy_id
CROSS JOIN LATERAL preview_cells(b.bulletin_id) c LEFT JOIN LATERAL audit_cells(b.bulletin_id) a ON a.item = c.cell
WHERE c.count IS DISTINCT FROM 0 AND (c.suppression_reason IS NULL AND p.code = 'hshown' OR c.suppression_reason IS NOT NULL AND NOT a.safe OR r.period = '2014' AND c.table_name = 's') ORDER BY b.bulletin_id, c.cell;
ROLLBACK;
