-- k-anonymity and l-diversity: the aggregates and the type of their state; policies that ask for them, and publication refused with the classes
-- named; generalised columns; a score that gives away its last input. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET search_path TO credence_disclosure, credence_registry, credence, public;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), '\m(run|bulletin) \d+', '\1 N', 'gi');
END $$;

-- by several columns, by one, with NULLs, without rows
SELECT k_anonymity(ROW(a, b)), l_diversity(ROW(a, b), c) FROM (VALUES (1, 'x', 'p'), (1, 'x', 'q'), (2, NULL, 'p'), (2, NULL, NULL), (2, NULL, 'r')) v (a, b, c);
SELECT k_anonymity(a) FROM (VALUES (1), (1), (NULL), (NULL), (NULL)) v (a);
SELECT l_diversity(a, b) AS nulls_are_no_value FROM (VALUES (1, 'p'), (1, NULL), (2, NULL), (2, NULL)) v (a, b);
SELECT k_anonymity(1) AS k, l_diversity(1, 1) AS l, l_diversity(1, NULL::text) AS no_value FROM (SELECT) v WHERE false;
SELECT l_diversity(n, NULL::text) FROM generate_series(1, 3) n;
-- written alike is the same, and nothing else is
SELECT k_anonymity(x) AS text_and_null FROM (VALUES (''), (NULL), ('()')) v (x);
SELECT k_anonymity(ROW(a, b)) AS quoted FROM (VALUES ('a,b', ''), ('a', 'b,'), ('a', NULL)) v (a, b);
SELECT l_diversity(a, b) AS where_one_ends FROM (VALUES ('ab', 'c'), ('a', 'bc'), ('', 'abc')) v (a, b);
SELECT k_anonymity(x) AS by_scale FROM (VALUES (1.0), (1.00)) v (x);

-- the text of the state
SELECT ' { "b":3, NULL : 2,"a""b" = "c":1, "":9007199254740992, "b"="":1 } '::class_counts, '{}'::class_counts, class_counts_k('{"b":3, "b"="x":1, "c":5}'), class_counts_l('{"b":3, "b"="x":1, "b"="y":1, "c":5}');
SELECT t, pg_temp.refused(format('SELECT %L::class_counts', t)) FROM unnest(ARRAY['', '{', '{"a"}', '{"a":0}', '{"a":9007199254740993}', '{"a":1.5}', '{"a":1', '{"a":1,}', '{"a":1 "b":1}', '{"a:1}', '{a:1}', '{"a":1, "a":2}', '{NULL:1, NULL:1}', '{"a":1} x', '{"a"=NULL:1}', '{"a":-1}']) t;
SELECT pg_temp.refused('SELECT class_counts_accum(NULL, 1)'), pg_temp.refused('SELECT k_anonymity(''x'')');

-- any order, any partition, any plan: the same
BEGIN;
CREATE AGGREGATE pg_temp.collect(anyelement, anycompatible) (SFUNC = class_counts_accum, STYPE = class_counts, COMBINEFUNC = class_counts_combine);
CREATE AGGREGATE pg_temp.merge(class_counts) (SFUNC = class_counts_combine, STYPE = class_counts);
CREATE TABLE people AS SELECT i, i * 7919 % 211 AS level, CASE WHEN i % 13 > 0 THEN 'r' || i * 31 % 17 END AS region, CASE WHEN i % 5 > 0 THEN i * 104729 % 7 END AS grade, i % 11 AS part FROM generate_series(1, 20000) i;
SELECT k_anonymity(ROW(level, region)) = (SELECT min(n) FROM (SELECT count(*) AS n FROM people GROUP BY level, region) g) AS k,
	l_diversity(ROW(level, region), grade) = (SELECT min(n) FROM (SELECT count(DISTINCT grade) AS n FROM people GROUP BY level, region) g WHERE n > 0) AS l,
	k_anonymity(region), l_diversity(region, grade) FROM people;
CREATE TEMP TABLE whole AS SELECT pg_temp.collect(ROW(level, region), grade) AS state FROM people;
SELECT count(*) FROM (
	SELECT pg_temp.collect(ROW(level, region), grade ORDER BY i DESC) AS state FROM people
	UNION ALL SELECT pg_temp.collect(ROW(level, region), grade ORDER BY grade, level) FROM people
	UNION ALL SELECT pg_temp.merge(s) FROM (SELECT pg_temp.collect(ROW(level, region), grade) AS s FROM people GROUP BY part UNION ALL SELECT NULL) p
	UNION ALL SELECT pg_temp.merge(s ORDER BY part DESC) FROM (SELECT part, pg_temp.collect(ROW(level, region), grade) AS s FROM people GROUP BY part) p
	UNION ALL SELECT pg_temp.merge(s::text::class_counts) FROM (SELECT part, pg_temp.collect(ROW(level, region), grade) AS s FROM people GROUP BY part) p
) o, whole w WHERE o.state::text = w.state::text;
ANALYZE people;
SELECT k_anonymity(ROW(level, region)) AS k, l_diversity(ROW(region), grade) AS l FROM people \gset serial_
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan(statement text) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE line text; found boolean := false; BEGIN FOR line IN EXECUTE 'EXPLAIN ' || statement LOOP found := found OR line ~ 'Partial (Hash)?Aggregate'; END LOOP; RETURN found; END $$;
SELECT pg_temp.plan('SELECT k_anonymity(ROW(level, region)), l_diversity(ROW(region), grade) FROM people') AS parallel;
SELECT k_anonymity(ROW(level, region)) = :serial_k AS k, l_diversity(ROW(region), grade) = :serial_l AS l FROM people;
SELECT part, k_anonymity(level) AS k FROM people GROUP BY part ORDER BY part LIMIT 2;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
-- toasted, dumped and read again, in text and in binary
CREATE TABLE stored AS TABLE whole;
SELECT current_setting('data_directory') || '/credence_class_counts' AS file \gset
COPY stored TO :'file' (FORMAT binary);
CREATE TABLE again (state class_counts);
COPY again FROM :'file' (FORMAT binary);
SELECT a.state::text = s.state::text AS same, class_counts_k(a.state) = class_counts_k(s.state) AS k FROM stored s, again a;
COPY (SELECT '{NULL:1, ""="":2, "a"="b":3}'::class_counts) TO :'file' (FORMAT binary);
TRUNCATE again;
COPY again FROM :'file' (FORMAT binary);
SELECT state FROM again;
-- the classes that are too small, of any table that one may read
CREATE VIEW seen AS SELECT level, region, grade FROM (VALUES ('3', 'north', 'A'), ('3', 'north', 'A'), ('3', NULL, 'B'), ('2', 'north', 'A'), ('2', 'north', 'B'), ('2', 'north', NULL)) v (level, region, grade);
SELECT * FROM small_classes('seen', '{level,region}', 3);
SELECT * FROM small_classes('seen', '{region}', 1, 'grade', 2);
SELECT * FROM small_classes('seen', '{level}', 4, 'grade', 3);
SELECT pg_temp.refused('SELECT * FROM small_classes(''seen'', ''{size,grade}'', 3)'), pg_temp.refused('SELECT * FROM small_classes(''seen'', ''{}'', 3)'), pg_temp.refused('SELECT * FROM small_classes(''seen'', ''{level}'', 3, ''grade'')');
ROLLBACK;

BEGIN;
\i test/fixtures/disclosure.sql
SET search_path TO credence_disclosure, credence_registry, credence, public;
-- six persons with what must not be seen; a scheme whose score is not the sum of what is shown
INSERT INTO region VALUES ('dsc1', 'dsc', 'North', '北区'), ('dsc2', 'dsc', 'South', '南区');
INSERT INTO code_list (domain, code, label_en, label_zh, sort_order) VALUES ('indicator', 'dsc_age', 'Years of practice', '从业年限', 203);
SELECT count(put_subject('physician', 'LICENCE-' || n, name, CASE WHEN n <= 4 THEN 'dsc1' ELSE 'dsc2' END, '2015-01-01',
	attributes => jsonb_build_object('phone', '1381234567' || n, 'since', '20' || 10 + n || '-0' || n || '-15', 'address', '江苏省苏州市姑苏区干将东路' || n || '号', 'identity', '32050119800101123' || n)))
FROM unnest('{张三,张小明,欧阳娜娜,欧阳修,王五,王小二}'::text[]) WITH ORDINALITY p (name, n);
INSERT INTO observation (period_start, period_end, subject_id, indicator, value, source)
	SELECT '2025-01-01', '2025-12-31', s.subject_id, i.indicator, CASE i.indicator WHEN 'dsc_age' THEN 10 + 7 * right(s.code, 1)::int ELSE 85 + right(s.code, 1)::int END, 'statistics'
	FROM subject s, unnest('{dsc_age,dsc_score}'::text[]) i (indicator) WHERE s.kind = 'physician' AND s.code LIKE 'LICENCE%' AND (i.indicator <> 'dsc_age' OR s.code <> 'LICENCE-6');
SELECT scheme_import('{"code": "dsq", "version": "1", "subjects": {"kinds": ["physician"]},
	"inputs": {"points": {"observation": "dsc_score"}, "age": {"observation": "dsc_age"}, "phone": {"attribute": "phone"}, "since": {"attribute": "since"}, "home": {"attribute": "address"}, "identity": {"attribute": "identity"},
		"half": {"formula": "points / 2"}, "base": {"value": 3}, "both": {"formula": "points + age"}, "top": {"population": "max", "of": "points"}},
	"scorecard": {"name": "dsq", "aggregate": "sum", "indicators": [{"name": "half"}, {"name": "age", "missing": 0}, {"name": "base"}, {"name": "top"}], "grades": "A >= 180, B"}}') > 0 AS imported;
SELECT scheme_activate('dsq', '1');
CALL evaluate('dsq', '2025', in_transaction => true) \gset
SELECT prerate(:run_id), finalise(:run_id);
CREATE ROLE regress_disclosure_one LOGIN IN ROLE credence_publisher;
\set q '{"code": "q", "version": "1", "template": "P5", "schemes": ["dsq"], "audience": "public"}'

-- masks and generalisation that do not fit, each with its path
SELECT * FROM policy_check(:'q'::jsonb || '{"columns": ["name", "age", "since", "region", "grade", "home", "phone"], "masks": {"age": "phone", "grade": "name", "home": "initial", "phone": "code", "region": "hidden"},
	"generalise": {"points": {"step": 5}, "age": {"step": 10, "bands": "old >= 40, young"}, "since": {"step": 1}, "region": {"step": 3}, "grade": {"level": 1}, "name": {"date": "year"}, "phone": {"date": "year"}, "home": {}}}');
SELECT * FROM policy_check(:'q'::jsonb || '{"columns": ["age", "since"], "generalise": {"age": {"step": 0}, "since": {"date": "week"}, "x": 3}}');
-- classes that protect nobody
SELECT * FROM policy_check(:'q'::jsonb || '{"columns": ["code", "name", "region", "grade"], "masks": {"name": "name"}, "k_anonymity": {"k": 1, "columns": ["region", "region", "level"]}, "l_diversity": {"l": 2, "columns": ["region", "grade"], "sensitive": "grade"}}');
SELECT * FROM policy_check(:'q'::jsonb || '{"columns": ["region"], "k_anonymity": {"columns": []}, "l_diversity": {"l": 2, "columns": ["region"], "sensitive": "grade"}}');

-- everything masked, ages and days to ranges, the district to its city; the order is that of no code
SELECT policy_import(:'q'::jsonb || '{"columns": ["code", "name", "region", "grade", "age", "since", "phone", "home", "identity"], "masks": {"code": "hidden", "name": "name", "phone": "phone", "home": "address", "identity": "identity"},
	"generalise": {"region": {"level": 1}, "age": {"step": 25}, "since": {"date": "year"}}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('q', :run_id) AS b \gset
SELECT subject_code, subject_name, region, region_en, region_zh, grade, suppression_reason FROM preview_entries(:b) ORDER BY subject_name COLLATE "C";
SELECT subject_name, v.input, v.value, v.value_text, v.suppression_reason FROM preview_values(:b) v JOIN preview_entries(:b) e USING (entry) WHERE subject_name IN ('张*', '王**') ORDER BY subject_name COLLATE "C", 2;
SELECT * FROM anonymity(:b);
RESET SESSION AUTHORIZATION;
-- classes of what is left: a masked name still tells apart
SELECT policy_import(:'q'::jsonb || '{"version": "1k", "columns": ["code", "name", "region", "grade", "age"], "masks": {"code": "hidden", "name": "initial"}, "generalise": {"region": {"level": 1}, "age": {"step": 50}},
	"k_anonymity": {"k": 2, "columns": ["region", "age", "name"]}, "l_diversity": {"l": 2, "columns": ["name"], "sensitive": "grade"}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('q', :run_id) AS b \gset
SELECT subject_name, region, grade FROM preview_entries(:b) ORDER BY subject_name COLLATE "C", grade;
SELECT * FROM anonymity(:b);
RESET SESSION AUTHORIZATION;
SELECT review(:b);
SELECT obstacle FROM publication_obstacles(:b);
SELECT regexp_replace(pg_temp.refused(format('SELECT publish(%s)', :b)), 'on \d{4}-\d\d-\d\d', 'on that day');
-- by district alone; and who is withdrawn leaves the others with less company
SELECT policy_import(:'q'::jsonb || '{"version": "2", "columns": ["region", "grade", "age"], "generalise": {"age": {"bands": "thirty or more >= 30, less"}}, "k_anonymity": {"k": 2, "columns": ["region"]}, "l_diversity": {"l": 2, "columns": ["region"], "sensitive": "grade"}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('q', :run_id) AS c \gset
SELECT entry, region, grade FROM preview_entries(:c);
SELECT entry, value_text, suppression_reason FROM preview_values(:c);
SELECT * FROM anonymity(:c);
RESET SESSION AUTHORIZATION;
SELECT review(:c), withdraw_subject('physician', 'LICENCE-5', 'spec');
SELECT obstacle FROM publication_obstacles(:c);

-- it holds: published
SELECT policy_import(:'q'::jsonb || '{"version": "2k", "columns": ["region", "grade"], "generalise": {"region": {"level": 1}}, "k_anonymity": {"k": 5, "columns": ["region"]}, "l_diversity": {"l": 2, "columns": ["region"], "sensitive": "grade"}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('q', :run_id) AS d \gset
RESET SESSION AUTHORIZATION;
SELECT review(:d), publish(:d) AS number;
SELECT k_anonymity(region), l_diversity(region, grade) FROM bulletin_entries WHERE bulletin = 1;

-- a score with all inputs but one: age and half are weighed and differ; base is a constant, top the same for all, both is not on the card
SELECT n, p.problem FROM (VALUES
	(1, '{"columns": ["score"]}'::jsonb),											-- two are withheld
	(2, '{"columns": ["score", "age"]}'),											-- half, and with it points
	(3, '{"columns": ["score", "age", "points"]}'),									-- half follows from points
	(4, '{"columns": ["score", "age", "half"]}'),
	(5, '{"columns": ["score", "age", "points"], "masks": {"points": "hidden"}}'),	-- hidden is withheld
	(6, '{"columns": ["score", "age", "points"], "masks": {"score": "hidden"}}'),
	(7, '{"columns": ["score", "age", "points"], "generalise": {"age": {"step": 10}}}'),	-- so is a range
	(8, '{"columns": ["score", "both"]}'),											-- two equations, half + age and points + age
	(9, '{"columns": ["score", "both", "points"]}'),								-- both and points give age
	(10, '{"columns": ["grade", "age"]}'),
	(11, '{"columns": ["score", "age"], "band_only": true}')) v (n, more)
LEFT JOIN LATERAL policy_check(:'q'::jsonb || v.more) p ON p.path = 'columns' ORDER BY n;
-- a card of one input: the score is that input
SELECT scheme_import('{"code": "dsr", "version": "1", "subjects": {"kinds": ["physician"]}, "inputs": {"a": {"observation": "dsc_score"}, "b": {"formula": "a * 2"}}, "scorecard": {"name": "dsr", "indicators": [{"name": "b"}, {"name": "a"}], "grades": "A >= 0"}}') > 0 AS imported;
SELECT path, problem FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsr"], "audience": "public", "columns": ["score"]}');
-- two are withheld, but of LICENCE-6 one is missing
SELECT policy_import(:'q'::jsonb || '{"version": "3", "columns": ["name", "score"], "masks": {"name": "name"}}') > 0 AS imported;
SELECT pg_temp.refused(format('SELECT draw_up(''q'', %s)', :run_id));
-- of persons it must be said what is done with their names and what their attributes say
SELECT policy_import(:'q'::jsonb || '{"version": "4", "columns": ["name", "grade", "phone", "since"], "generalise": {"since": {"date": "year"}}}') > 0 AS imported;
SELECT pg_temp.refused(format('SELECT draw_up(''q'', %s)', :run_id));
-- it depends on the scheme: with three inputs two are withheld
SELECT * FROM given_away_problems('dsq', (SELECT document FROM scheme WHERE code = 'dsq') || '{"inputs": {"half": {"observation": "dsc_score"}, "age": {"observation": "dsc_age"}, "dose": {"observation": "dsc_fund"}}, "scorecard": {"indicators": [{"name": "half"}, {"name": "age"}, {"name": "dose"}]}}', '{"columns": ["score", "half"]}');
ROLLBACK;
