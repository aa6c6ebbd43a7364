-- Inspection: plan, promise of a seed, draw, its verification, inspectors. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
BEGIN;
SET search_path TO credence_registry, credence, public;
CREATE ROLE regress_draw_admin LOGIN IN ROLE credence_admin;
CREATE ROLE regress_draw_officer LOGIN IN ROLE credence_officer;
CREATE ROLE regress_draw_reader LOGIN IN ROLE credence_reader;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, ''));
END $$;

-- two regions, 1000 subjects of class A and 40 of class D, graded by hand
INSERT INTO region (region, parent, label_en, label_zh) VALUES ('D1', NULL, 'City', '市'), ('D11', 'D1', 'District', '区'), ('D2', NULL, 'Other', '外市');
INSERT INTO officer_region VALUES ('regress_draw_officer', 'D1');
INSERT INTO subject (kind, code, name, region, valid_from)
SELECT 'institution', 'a' || lpad(i::text, 4, '0'), 'A ' || i, CASE WHEN i % 2 = 0 THEN 'D11' ELSE 'D2' END, date '2020-01-01' FROM generate_series(1, 1000) i
UNION ALL
SELECT 'institution', 'd' || lpad(i::text, 2, '0'), 'D ' || i, CASE WHEN i % 4 = 0 THEN 'D2' ELSE 'D1' END, date '2020-01-01' FROM generate_series(1, 40) i;
INSERT INTO scheme (code, version, document, scorecard) VALUES ('regress-sampling', '1', '{"code": "regress-sampling", "version": "1",
	"subjects": {"kinds": ["institution"]}, "inputs": {"x": {"value": 1}},
	"scorecard": {"name": "s", "indicators": [{"name": "x"}]},
	"consequences": [
		{"code": "class-a", "title": {"en": "Class A", "zh": "A类"}, "when": "grade = ''A''", "sample": [0, 5], "per_year": 1},
		{"code": "class-d", "title": "Class D", "when": "grade = ''D''", "sample": [61, 100]}]}', '{"name": "s", "indicators": [{"name": "x"}]}');
INSERT INTO run (run_id, scheme_id, scheme_code, period, period_start, period_end, as_of, state, engine)
OVERRIDING SYSTEM VALUE
SELECT n, scheme_id, code, '2025', '2025-01-01', '2025-12-31', now(), 'scored', 'regress' FROM scheme, (VALUES (900001), (900002)) v (n) WHERE code = 'regress-sampling';
UPDATE run SET period = '2026H1', period_start = '2026-01-01', period_end = '2026-06-30' WHERE run_id = 900002;
INSERT INTO result (run_id, subject_id, region, kind, evaluated_at, score, grade, rated)
SELECT r, subject_id, region, kind, now(), 1, upper(left(code, 1)), true FROM subject, (VALUES (900001), (900002)) v (r) WHERE kind = 'institution' AND region LIKE 'D%';

-- the seed is promised while nobody knows the list
SET SESSION AUTHORIZATION regress_draw_admin;
SELECT commit_seed(900001, 'class-a', digest_of('spring 2026')) AS draw_number, commit_seed(900001, 'class-d', digest_of('tulip')) AS of_d,
	commit_seed(900001, 'class-a', digest_of('autumn 2026')) AS second;
SELECT pg_temp.refused($$SELECT commit_seed(900001, 'class-a', 'spring 2026')$$);
SELECT pg_temp.refused($$SELECT commit_seed(900001, 'class-x', digest_of('y'))$$);
SELECT pg_temp.refused($$SELECT commit_seed(900001, 'class-a', digest_of('y'), 'nowhere')$$);
SELECT pg_temp.refused($$SELECT * FROM inspection_plan(900001)$$);
SELECT pg_temp.refused($$SELECT draw(900001, 'class-d', 25, 'tulip')$$);
SELECT prerate(900001), finalise(900001, today());
SELECT pg_temp.refused($$SELECT commit_seed(900001, 'class-a', digest_of('too late'))$$);

-- W13: 1000 at 0 to 5 % are at most 50, 40 at 61 to 100 % are 25 to 40
SELECT code, title_en, title_zh, subjects, least_percent, most_percent, least_number, most_number, per_year, drawn, candidates, still_least, still_most
FROM inspection_plan(900001);
SELECT pg_temp.refused($$SELECT draw(900001, 'class-a', 51, 'spring 2026')$$);
SELECT pg_temp.refused($$SELECT draw(900001, 'class-a', 0, 'spring 2026')$$);
SELECT pg_temp.refused($$SELECT draw(900001, 'class-d', 24, 'tulip')$$);
SELECT pg_temp.refused($$SELECT draw(900001, 'class-a', 30, 'autumn 2026')$$);
SELECT draw(900001, 'class-a', 30, 'spring 2026') AS a \gset
SELECT draw(900001, 'class-d', 25, 'tulip') AS d \gset
SELECT pg_temp.refused($$SELECT draw(900001, 'class-d', 1, 'tulip')$$);
SELECT code, drawn, candidates, still_least, still_most FROM inspection_plan(900001);

-- repeated from outside: seed and code through SHA-256, sorted, the first n
SELECT seed, candidates, drawn, list_digest, left(list, 25) FROM draw WHERE draw_id = :d;
SELECT string_agg(s.code, ' ' ORDER BY p.place) AS drawn FROM draw_pick p JOIN subject s USING (subject_id) WHERE p.draw_id = :d;
SELECT string_agg(code, ' ' ORDER BY digest) AS repeated FROM (
	SELECT code, encode(sha256(convert_to('tulip' || code, 'UTF8')), 'hex') AS digest FROM subject WHERE code ~ '^d[0-9]+$' AND region LIKE 'D%' ORDER BY 2 LIMIT 25) o;
SELECT checked, holds FROM verify_draw(:d);
SELECT every(holds) FROM verify_draw(:a);

-- the second draw leaves the first alone, and the yearly frequency is that of every run of the scheme
SELECT draw(900001, 'class-a', 20, 'autumn 2026') AS b \gset
SELECT count(*), count(DISTINCT subject_id) FROM draw_pick WHERE draw_id IN (:a, :b);
SELECT every(holds) FROM verify_draw(:b);
SELECT code, drawn, candidates, still_least, still_most FROM inspection_plan(900001);
SELECT commit_seed(900002, 'class-a', digest_of('x')) AS draw_number, prerate(900002), finalise(900002);
SELECT code, per_year, subjects, most_number, drawn, candidates, still_most FROM inspection_plan(900002);
SELECT code, candidates FROM inspection_plan(900002, on_date => (today() + interval '1 year')::date);
SELECT draw(900002, 'class-a', 40, 'x') AS c \gset
SELECT count(*) AS drawn_twice FROM draw_pick p JOIN draw_pick q USING (subject_id) WHERE p.draw_id IN (:a, :b) AND q.draw_id = :c;
SELECT every(holds) FROM verify_draw(:c);

-- a draw that was tampered with is found out; nobody can do so but who turns the triggers off
RESET SESSION AUTHORIZATION;
SELECT pg_temp.refused('UPDATE draw SET seed = ''x'''), pg_temp.refused('DELETE FROM draw_pick'), pg_temp.refused('TRUNCATE draw_seed CASCADE');
SAVEPOINT tamper;
ALTER TABLE draw_pick DISABLE TRIGGER ALL;
UPDATE draw_pick SET subject_id = (SELECT subject_id FROM subject s WHERE code LIKE 'd__' AND NOT EXISTS
	(SELECT FROM draw_pick p WHERE p.draw_id = :d AND p.subject_id = s.subject_id) ORDER BY code LIMIT 1) WHERE draw_id = :d AND place = 3;
SELECT checked FROM verify_draw(:d) WHERE NOT holds;
ROLLBACK TO tamper;

-- rights: an officer sees and draws in the own region only, a reader sees
SET SESSION AUTHORIZATION regress_draw_officer;
SELECT pg_temp.refused($$SELECT * FROM inspection_plan(900001)$$);
SELECT code, subjects, least_number, most_number, drawn FROM inspection_plan(900001, 'D1');
SELECT count(*) AS draws FROM draw;
SELECT count(*) > 0 AS picks, bool_and(region IN ('D1', 'D11')) AS own FROM draw_pick;
SELECT pg_temp.refused($$SELECT draw(900001, 'class-a', 1, 'x')$$);
SELECT pg_temp.refused($$SELECT commit_seed(900001, 'class-a', digest_of('x'), 'D2')$$);
SELECT pg_temp.refused(format('SELECT assign_inspectors(%s)', (SELECT max(draw_id) FROM draw_pick)));
SET SESSION AUTHORIZATION regress_draw_reader;
SELECT count(*) AS draws FROM draw;
SELECT every(holds) FROM verify_draw(:a);
SELECT pg_temp.refused($$SELECT draw(900001, 'class-a', 1, 'x')$$);
SELECT pg_temp.refused('INSERT INTO draw_pick SELECT * FROM draw_pick');

-- inspectors: without two who may, an error names the subject
SET SESSION AUTHORIZATION regress_draw_admin;
SELECT put_inspector('i1'), put_inspector('i2', region => 'D1'), put_inspector('i3', active_to => today() - 1, active_from => '2020-01-01');
SELECT left(pg_temp.refused(format('SELECT assign_inspectors(%s)', :d)), 90);
SELECT put_inspector('i' || i) FROM generate_series(3, 6) i;
SELECT count(record_conflict('i1', subject_id, 'worked there')) FROM draw_pick WHERE draw_id = :d AND place <= 20;
SELECT count(record_conflict('i' || i, subject_id, 'kinship')) FROM draw_pick, generate_series(3, 6) i WHERE draw_id = :d AND place = 1;
SELECT regexp_replace(pg_temp.refused(format('SELECT assign_inspectors(%s)', :d)), '"d..".*', '"..."') = '55000 no two inspectors are free of conflicts of interest for "..."' AS named;
SELECT put_inspector('i7');
SELECT assign_inspectors(:d) AS assigned;
SELECT inspector, count(*) FROM inspection WHERE draw_id = :d GROUP BY 1 ORDER BY 1;
SELECT count(*) AS pairs, min(n) AS least, max(n) AS most FROM (SELECT count(*) AS n FROM inspection WHERE draw_id = :d GROUP BY place) g;
SELECT count(*) AS conflicts FROM inspection i JOIN draw_pick p USING (draw_id, place) JOIN conflict_of_interest c USING (inspector, subject_id);
SELECT count(*) AS out_of_region FROM inspection i JOIN inspector n USING (inspector) WHERE n.region = 'D1' AND i.region = 'D2';
SELECT pg_temp.refused(format('SELECT assign_inspectors(%s)', :d)) ~ 'are assigned already' AS once;
-- without conflicts nobody has two more than another
SELECT assign_inspectors(:b) AS assigned;
SELECT max(n) - min(n) AS apart FROM (SELECT i.inspector, count(x.place) AS n FROM inspector i
	LEFT JOIN inspection x ON x.inspector = i.inspector AND x.draw_id = :b WHERE i.region IS NULL GROUP BY 1) l;
-- who practises at an institution does not inspect it
RESET SESSION AUTHORIZATION;
INSERT INTO subject (kind, code, name, valid_from) VALUES ('physician', 'regress-p1', 'P', '2020-01-01');
INSERT INTO tie (kind, from_subject, to_subject, valid_from) SELECT 'practises_at', p.subject_id, i.subject_id, '2020-01-01' FROM subject p, subject i WHERE p.code = 'regress-p1' AND i.code = 'd01';
SELECT put_inspector('i8', person_id => (SELECT subject_id FROM subject WHERE code = 'regress-p1'));
SELECT inspector, s.code, reason FROM conflict_of_interest JOIN subject s USING (subject_id) WHERE inspector = 'i8' ORDER BY 2;

-- loads are evened out along chains: 1 has most and can hand on to 2 only, 3 has least and can get from 2 only
SELECT one, two FROM even_out('{1,1,2,1,3}', '{2,4,4,5,5}', '{1,1,2,2,2,3,3,3,4,4,5,5}', '{1,2,1,2,4,2,3,4,1,5,3,5}', 5);
-- at random: pairs stay pairs of those who may, and no load can be made more even by one step
SELECT setseed(0.5);
CREATE TEMP TABLE may AS SELECT trial, task, inspector FROM generate_series(1, 30) trial, generate_series(1, 8) task, generate_series(1, 5) inspector WHERE inspector <= 2 OR random() < 0.5;
CREATE TEMP TABLE evened AS SELECT m.trial, e.one, e.two FROM (SELECT trial, array_agg(task ORDER BY task, inspector) AS tasks, array_agg(inspector ORDER BY task, inspector) AS inspectors FROM may GROUP BY trial) m,
	even_out(array_fill(1, '{8}'), array_fill(2, '{8}'), m.tasks, m.inspectors, 5) e;
CREATE TEMP TABLE load AS SELECT trial, i AS inspector, (SELECT count(*) FROM unnest(one || two) x WHERE x = i) AS tasks FROM evened, generate_series(1, 5) i;
SELECT count(*) FILTER (WHERE a.one = a.two) AS alone, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM may m WHERE m.trial = e.trial AND m.task = a.task AND m.inspector = a.one)
	OR NOT EXISTS (SELECT FROM may m WHERE m.trial = e.trial AND m.task = a.task AND m.inspector = a.two)) AS may_not FROM evened e, unnest(e.one, e.two) WITH ORDINALITY a (one, two, task);
SELECT count(*) AS could_be_more_even FROM evened e, unnest(e.one, e.two) WITH ORDINALITY a (one, two, task), LATERAL (VALUES (a.one), (a.two)) x (inspector)
	JOIN load l ON l.inspector = x.inspector JOIN may m ON true JOIN load k ON k.inspector = m.inspector
	WHERE l.trial = e.trial AND k.trial = e.trial AND m.trial = e.trial AND m.task = a.task AND m.inspector NOT IN (a.one, a.two) AND k.tasks <= l.tasks - 2;
ROLLBACK;
