-- That neither the place in a list, nor the day on which an entry leaves, nor who has left already tells more than the classes of k_anonymity.
-- All is rolled back.
\i test/fixtures/disclosure_session.sql
-- twenty pharmacies of two regions; two of them have a decision of the same day against them
INSERT INTO region VALUES ('dsc1', 'dsc', 'North', '北区'), ('dsc2', 'dsc', 'South', '南区');
SELECT count(put_subject('pharmacy', 'E' || lpad(n::text, 2, '0'), 'Pharmacy ' || n, CASE WHEN n * 7 % 20 < 10 THEN 'dsc1' ELSE 'dsc2' END, '2015-01-01')) FROM generate_series(0, 19) n;
SELECT count(record_observation(subject_id('pharmacy', 'E' || lpad(n::text, 2, '0')), 'dsc_score', '2025-01-01', '2025-12-31', 60 + n * 11 % 20)) FROM generate_series(0, 19) n;
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, source, event_code)
	SELECT '2025-02-01', subject_id, 'dsc.bill', '2025-01-10', 'penalty', code FROM subject WHERE kind = 'pharmacy' AND code IN ('E00', 'E03');
SELECT scheme_import('{"code": "dso", "version": "1", "subjects": {"kinds": ["pharmacy"]}, "inputs": {"points": {"observation": "dsc_score"}, "deducted": {"events": ["dsc.*"], "window": "all"}},
	"scorecard": {"name": "dso", "aggregate": "sum", "indicators": [{"name": "points"}, {"name": "deducted"}], "grades": "A >= 70, B"}}') > 0 AS imported;
SELECT scheme_activate('dso', '1');
CALL evaluate('dso', '2025', in_transaction => true) \gset
SELECT prerate(:run_id), finalise(:run_id, '2026-02-03');
\set p '{"version": "1", "template": "P5", "schemes": ["dso"], "audience": "public"}'

-- lists without codes: by what they show, not by code, and alike ones in an order that is another in every bulletin
SELECT policy_import(:'p'::jsonb || more) > 0 AS imported FROM (VALUES ('{"code": "one", "columns": ["kind"]}'::jsonb), ('{"code": "two", "columns": ["kind"]}'), ('{"code": "both", "columns": ["region", "grade"], "k_anonymity": {"k": 10, "columns": ["region"]}}'),
	('{"code": "cut", "columns": ["code", "grade"], "masks": {"code": "code"}}'), ('{"code": "graded", "columns": ["name", "region"], "list": {"order": "grade"}}')) v (more);
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('one', :run_id) AS one, draw_up('two', :run_id) AS two, draw_up('both', :run_id) AS both, draw_up('cut', :run_id) AS cut, draw_up('graded', :run_id) AS graded \gset
SELECT region, grade, count(*), max(entry) - min(entry) + 1 AS places FROM preview_entries(:both) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT grade, count(*), max(entry) - min(entry) + 1 AS places FROM preview_entries(:cut) GROUP BY 1 ORDER BY 1;
SELECT bool_and(ascending) AS by_code FROM (SELECT substr(subject_name, 10)::int >= coalesce(lag(substr(subject_name, 10)::int) OVER (ORDER BY entry), 0) AS ascending FROM preview_entries(:graded)) x;
RESET SESSION AUTHORIZATION;
SELECT array_agg(subject_id ORDER BY item) = array_agg(subject_id ORDER BY subject_id) AS by_code FROM item WHERE bulletin_id = :one;
SELECT count(*) < 20 AS apart FROM item a JOIN item b ON b.item = a.item AND b.subject_id = a.subject_id WHERE a.bulletin_id = :one AND b.bulletin_id = :two;
-- an order of ranks tells the rank
SELECT n, c.path, c.problem FROM (VALUES (1, '{"band_only": true, "columns": ["name", "grade"]}'::jsonb), (2, '{"columns": ["name", "rank"], "masks": {"rank": "hidden"}}'), (3, '{"columns": ["region"], "k_anonymity": {"k": 2, "columns": ["region"]}}'),
	(4, '{"columns": ["name", "rank"]}')) v (n, more), policy_check(:'p'::jsonb || '{"code": "x", "list": {"order": "rank"}}' || more) c ORDER BY 1, 2, 3;

-- the day on which an entry leaves is there to see: the two are a class by themselves; one of them has left before it is published
SELECT policy_import(:'p'::jsonb || jsonb_build_object('code', 'leaving' || k, 'columns', '["region"]'::jsonb, 'k_anonymity', jsonb_build_object('k', k, 'columns', '["region"]'::jsonb), 'window', '{"least_months": 1, "most_months": 1200, "early_end": "repaired"}'::jsonb)) > 0 AS imported
FROM generate_series(2, 3) k;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('leaving2', :run_id) AS two, draw_up('leaving3', :run_id) AS three \gset
SELECT region, leaves_on, count(*) FROM preview_entries(:two) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT * FROM anonymity(:two);
SELECT * FROM anonymity(:three);
RESET SESSION AUTHORIZATION;
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, '2025-06-01' FROM event WHERE event_code = 'E00';
SELECT * FROM anonymity(:two);
SELECT review(:two);
SELECT obstacle FROM publication_obstacles(:two);

-- small cells are shown where the list names who is in them; they are not when one of them has left the list before it is published
SELECT policy_import('{"version": "1", "template": "P1", "schemes": ["dsc"], "audience": "public", "code": "small", "columns": ["code", "level", "grade"], "minimum_cell": 3, "list": {"grades": ["B", "C"]}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('small', :run24) AS s \gset
SELECT class_en, grade, count, suppression_reason FROM preview_cells(:s) WHERE grade IN ('B', 'C') AND class IS NOT NULL;
RESET SESSION AUTHORIZATION;
SELECT review(:s);
SELECT obstacle FROM publication_obstacles(:s);
SAVEPOINT published;
SELECT publish(:s, '2026-03-01') AS number, withdraw_subject('institution', 'D07', 'test') AS withdrawn;
-- who was withdrawn and would be named again is new
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('small', :run24, corrects => 1) AS again \gset
SELECT * FROM difference(:again);
RESET SESSION AUTHORIZATION;
ROLLBACK TO published;
SELECT withdraw_subject('institution', 'D07', 'test');
SELECT obstacle FROM publication_obstacles(:s);
ROLLBACK;
