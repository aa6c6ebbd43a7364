-- The primary rules with numbers that were worked out by hand, and sums. All is rolled back.
\i test/fixtures/disclosure_session.sql

-- rounded up, exactly: 100/3 to one decimal, a quotient that ends, one that is a hair above a unit, nothing
SELECT units_up(100, 3, 1), units_up(75, 2, 1), units_up(10000000000000000000000000001, 100000000000000, 0), units_up(0, 7, 2);

-- (n,k): x1 + ... + xn > k/100 X. 70 of 100: not for (1,70), for (1,69.9), where 100/69.9 x 70 - 100 = 0.1430...; (2,80) of 50 30 10 10 not, of 51 30 10 9 (81 > 80): 100/80 x 81 - 100 = 1.25
CREATE FUNCTION pg_temp.rule(policy jsonb, figures numeric[], decimals int DEFAULT 2) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce((SELECT r.reason || ' ' || r.protection FROM credence_disclosure.primary_rule(policy, f.sum, f.count, f.count, f.size, f.largest, decimals) r), 'safe')
	FROM (SELECT coalesce(sum(x), 0) AS sum, count(x)::int AS count, coalesce(sum(abs(x)), 0) AS size, array_agg(abs(x) ORDER BY abs(x) DESC) AS largest FROM unnest(figures) x) f
$$;
SELECT pg_temp.rule('{"dominance": {"n": 1, "k": 70}}', '{70,20,10}') AS n1_k70, pg_temp.rule('{"dominance": {"n": 1, "k": 69.9}}', '{70,20,10}') AS n1_k699,
	pg_temp.rule('{"dominance": {"n": 2, "k": 80}}', '{50,30,10,10}') AS n2_at, pg_temp.rule('{"dominance": {"n": 2, "k": 80}}', '{51,30,10,9}') AS n2_above,
	pg_temp.rule('{"dominance": {"n": 2, "k": 80}}', '{5}') AS alone, pg_temp.rule('{"dominance": {"n": 3, "k": 100}}', '{1,1,1}') AS all_of_it;
-- p %: X - x1 - x2 < p/100 x1. 70 20 10: the rest is 10; 14 % of 70 is 9.8, 15 % is 10.5, and the second can place the first to within 0.5 too closely
SELECT pg_temp.rule('{"p_percent": 14}', '{70,20,10}') AS p14, pg_temp.rule('{"p_percent": 15}', '{70,20,10}') AS p15, pg_temp.rule('{"p_percent": 10}', '{10}') AS alone,
	pg_temp.rule('{"p_percent": 10}', '{50,50}') AS two, pg_temp.rule('{"p_percent": 12.5}', '{80,10,10}', 0) AS at_the_bound;
-- fewer than m: 10 % of the sum; with several rules the first is the reason and the largest the protection
SELECT pg_temp.rule('{"contributors": 3}', '{30,12.34}') AS two, pg_temp.rule('{"contributors": 3}', '{1,1,1}') AS three, pg_temp.rule('{"contributors": 3, "p_percent": 40}', '{30,12.34}') AS both,
	pg_temp.rule('{"contributors": 3}', '{}') AS nobody, pg_temp.rule('{"contributors": 3}', '{0,0,0}') AS zeros_shown, pg_temp.rule('{"contributors": 3, "zeros": "suppressed"}', '{0,0,0}') AS zeros_suppressed;
-- negative figures count by their size: -80 and 100 make 20, and 100 of 180 is no more than 60 %
SELECT pg_temp.rule('{"dominance": {"n": 1, "k": 60}}', '{-80,100}') AS by_size, pg_temp.rule('{"dominance": {"n": 1, "k": 50}}', '{-80,100}') AS above;
-- what has to stay possible: the rule's protection, that of the policy, never beyond what is known
SELECT * FROM needed_interval(NULL, true, 100, 100, 10.5, 1, 0, NULL, 1) UNION ALL
SELECT * FROM needed_interval('{"in": "percent", "lower": 20, "upper": 5}', true, 100, 100, 10.5, 1, 0, NULL, 1) UNION ALL
SELECT * FROM needed_interval('{"in": "units", "lower": 200}', true, 100, 100, 10.5, 1, 0, NULL, 1) UNION ALL
SELECT * FROM needed_interval(NULL, false, 2, 2, NULL, 5, 1, NULL, 0) UNION ALL
SELECT * FROM needed_interval(NULL, false, 2, 2, NULL, 5, 1, 4, 0) UNION ALL
SELECT * FROM needed_interval('{"in": "percent", "lower": 50, "upper": 10}', false, 7, 7, NULL, 8, 1, NULL, 0);

-- sums of the fund: D01 1000.25, D02 2000.50, ...; level 3: A 1 to 4, B 5 and 6, C 7
CREATE FUNCTION pg_temp.draw(policy jsonb, run bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE b bigint;
BEGIN
	PERFORM credence_disclosure.policy_import('{"template": "P1", "minimum_cell": 1, "schemes": ["dsc"], "audience": "public", "version": "1", "columns": ["code", "grade"], "list": {"grades": ["A"]}}'::jsonb || policy);
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_one;
	b := credence_disclosure.draw_up(policy ->> 'code', run);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
	PERFORM credence_disclosure.review(b);
	RETURN b;
END $$;
SELECT pg_temp.draw('{"code": "s1", "tables": [{"name": "s", "rows": "level", "measure": {"sum": "fund"}, "percent": "total"}], "contributors": 3, "p_percent": 20}', :run24) AS b \gset
SELECT class_en, grade, value, percent, suppression_reason FROM preview_cells(:b);
SELECT class_en, grade_en, reason, lowest, highest, needed_least, needed_greatest, safe FROM audit_cells(:b);
SELECT obstacle FROM publication_obstacles(:b, '2025-03-01');
-- the figure in the list: what it gives away is no secret, and what is left is looked at by itself
SELECT pg_temp.draw('{"code": "s2", "columns": ["code", "level", "grade", "fund"], "tables": [{"name": "s", "rows": "level", "measure": {"sum": "fund"}}], "contributors": 3}', :run24) AS b \gset
SELECT class_en, grade, value, suppression_reason FROM preview_cells(:b);
SELECT class_en, grade_en, reason, lowest, highest, needed_least, needed_greatest, safe FROM audit_cells(:b);
SELECT pg_temp.draw('{"code": "s3", "columns": ["code", "level", "grade", "fund"], "list": {"order": "code"}, "tables": [{"name": "s", "rows": "level", "measure": {"sum": "fund"}}], "contributors": 3}', :run24) AS b \gset
SELECT count(*) AS cells, count(value) AS shown FROM preview_cells(:b);
SELECT publish((SELECT b.bulletin_id FROM bulletin b JOIN policy p USING (policy_id) WHERE p.code = 's1'), '2025-03-01');
-- a list that comes later and has the figures of five: of the four A of level 3 two are left, of those of level 2 none
SELECT policy_import('{"code": "s0", "template": "P5", "schemes": ["dsc"], "audience": "public", "version": "1", "columns": ["code", "fund"], "list": {"order": "rank", "most": 5}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('s0', :run24) AS later \gset
RESET SESSION AUTHORIZATION;
SELECT review(:later);
SELECT obstacle FROM publication_obstacles(:later, '2025-03-02');
ROLLBACK;
