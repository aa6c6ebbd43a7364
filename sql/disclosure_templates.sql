-- Every template with a policy of its own, drawn up from a small registry, published, and what the public sees of it. P1, P2 and P5 are at work in
-- the other tests of the disclosure. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET datestyle = 'ISO';
BEGIN;
SET search_path TO credence_disclosure, credence_registry, credence, public;
CREATE ROLE regress_disclosure_one LOGIN IN ROLE credence_publisher;
CREATE ROLE regress_disclosure_public LOGIN IN ROLE credence_public;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, '')), '\m(run|bulletin) \d+', '\1 N', 'gi');
END $$;
SELECT code, title_en, title_zh, defaults, required FROM template WHERE shipped ORDER BY substr(code, 2)::int;

-- the registry: what is evaluated here is in no test but this; names are those of nobody
\o /dev/null
SELECT put_region('tpl', NULL, 'Test city', '测试市'), put_region('tpl1', 'tpl', 'North', '北区'), put_region('tpl2', 'tpl', 'South', '南区'), put_region('tpl3', 'tpl', 'East', '东区'), put_region('tpl4', 'tpl', 'West', '西区'), put_code('subject_kind', 'disease', 'Disease', '病种');
SELECT count(put_code('indicator', c, c, c)) FROM unnest('{tpl_drugs,tpl_medicine,tpl_stay,tpl_cost,tpl_visit,tpl_budget,tpl_price,tpl_recovered,tpl_handled,tpl_persons,tpl_actual,tpl_points,tpl_good}'::text[]) c;
CREATE FUNCTION pg_temp.subject(kind text, code text, name text, region text DEFAULT NULL, attributes jsonb DEFAULT '{}', level text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	SELECT credence_registry.put_subject(kind, code, name, region, '2015-01-01', level => level, attributes => attributes) $$;
CREATE FUNCTION pg_temp.observe(kind text, code text, indicator text, first date, last date, value numeric, numerator numeric DEFAULT NULL, denominator numeric DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	SELECT credence_registry.record_observation(credence_registry.subject_id(kind, code), indicator, first, last, value, numerator, denominator) $$;
SELECT count(pg_temp.subject('institution', 'T' || n, n || ' hospital', 'tpl' || n, level => (4 - n)::text)) FROM generate_series(1, 2) n;
SELECT count(pg_temp.observe('institution', 'T' || n, 'tpl_drugs', '2025-01-01', '2025-12-31', NULL, 2000 + n, 9000 + n)), count(pg_temp.observe('institution', 'T' || n, 'tpl_stay', '2025-01-01', '2025-12-31', NULL, 8000, 998 + n)),
	count(pg_temp.observe('institution', 'T' || n, 'tpl_visit', '2024-01-01', '2024-12-31', 300)), count(pg_temp.observe('institution', 'T' || n, 'tpl_visit', '2025-01-01', '2025-12-31', 300 + 6.5 * n)),
	count(pg_temp.observe('institution', 'T' || n, 'tpl_budget', '2025-01-01', '2025-12-31', 1000000 * n)) FROM generate_series(1, 2) n;
-- each disease in two hospitals, of level 3 and of level 2, one in the first alone
SELECT count(pg_temp.subject('disease', code || '-T' || h, name, level => (4 - h)::text, attributes => jsonb_build_object('disease', name))),
	count(pg_temp.observe('disease', code || '-T' || h, 'tpl_cost', '2025-01-01', '2025-06-30', NULL, cost * cases / h, cases / h)), count(pg_temp.observe('disease', code || '-T' || h, 'tpl_stay', '2025-01-01', '2025-06-30', NULL, stay * (cases / h), cases / h)),
	count(pg_temp.observe('disease', code || '-T' || h, 'tpl_medicine', '2025-01-01', '2025-06-30', NULL, CASE code WHEN 'J18' THEN 0.1 ELSE 0.25 END * cost * (cases / h), cases / h))		-- the pneumonias are not the fewest, but cost the least
FROM (VALUES ('K35', '急性阑尾炎', 8200.5, 5.5, 40), ('H25', '老年性白内障', 6100, 2, 300), ('I63', '脑梗死', 15000, 11, 6), ('J18', '社区获得性肺炎', 5400, 7.2, 120), ('O82', '剖宫产', 7300.25, 6, 88)) d (code, name, cost, stay, cases), generate_series(1, 2) h WHERE code <> 'O82' OR h = 1;
SELECT pg_temp.subject('product', 'X1', 'Amlodipine 5 mg x 28', 'tpl', '{"supplier": "Some firm", "contact": "13812345678"}'), pg_temp.observe('product', 'X1', 'tpl_price', '2025-01-01', '2025-12-31', 1.96);
SELECT pg_temp.subject('agency', 'A' || n, n || ' bureau', 'tpl' || n), pg_temp.observe('agency', 'A' || n, 'tpl_recovered', '2025-01-01', '2025-12-31', 1500000.25 * n), pg_temp.observe('agency', 'A' || n, 'tpl_handled', '2025-01-01', '2025-12-31', 64 * n),
	pg_temp.observe('agency', 'A' || n, 'tpl_persons', '2025-01-01', '2025-12-31', CASE n WHEN 3 THEN 2 ELSE 36 + n END) FROM generate_series(1, 4) n;
-- targets of a plan (capabilities 1.5: 1, 4, 5, 8, 9): an inequality stays one, a missing baseline is missing
SELECT pg_temp.subject('policy', 'G0' || n, name, 'tpl', jsonb_strip_nulls(jsonb_build_object('baseline', baseline, 'target', target, 'nature', nature, 'low', low, 'high', high, 'strict', strict)))
FROM (VALUES (1, '基本医疗保险参保率', '>98%', '>99%', '约束性', 99, NULL, 1), (4, '居民医保政策范围内住院报销比例', '76.81%', '>76%', '约束性', 76, NULL, 1), (5, '职工医保基金当期平衡率', NULL, '0—5%', '预期性', 0, 5, 0),
	(8, '长护险合规护理服务费用支付比例', '62.45%', '70%左右', '预期性', 69, 71, 0), (9, '重点救助对象门诊住院救助比例', NULL, '70%', '预期性', 70, NULL, 0)) t (n, name, baseline, target, nature, low, high, strict);
SELECT count(pg_temp.observe('policy', code, 'tpl_actual', '2025-01-01', '2025-12-31', actual)) FROM (VALUES ('G01', 99.0), ('G04', 76.2), ('G05', 5), ('G08', 71.5)) v (code, actual);
SELECT pg_temp.subject('physician', 'LICENCE-000' || n, name, 'tpl1') FROM (VALUES (1, '张三'), (2, '欧阳娜娜'), (3, '王小明')) v (n, name);
SELECT count(pg_temp.observe('physician', 'LICENCE-000' || n, 'tpl_points', '2025-01-01', '2025-12-31', points)) FROM (VALUES (1, 3), (2, 9), (3, 12)) v (n, points);
SELECT pg_temp.subject('manufacturer', 'M' || n, n || ' pharma', 'tpl'), pg_temp.observe('manufacturer', 'M' || n, 'tpl_points', '2025-01-01', '2025-12-31', 40 * n) FROM generate_series(1, 3) n;
SELECT count(pg_temp.observe('institution', 'T' || n, 'tpl_good', '2025-07-01', '2025-07-31', NULL, 90 + n, 100)) FROM generate_series(1, 2) n;

CREATE FUNCTION pg_temp.scheme(document jsonb) RETURNS void LANGUAGE sql AS $$
	SELECT credence_registry.scheme_import('{"version": "1"}' || document), credence_registry.scheme_activate(document ->> 'code', '1') $$;
SELECT pg_temp.scheme(d::jsonb) FROM unnest(ARRAY[
	'{"code": "tpl3", "subjects": {"kinds": ["institution"]}, "inputs": {"drug_share": {"formula": "round(100 * drugs, 2)"}, "drugs": {"observation": "tpl_drugs", "statistic": "ratio"}, "stay": {"observation": "tpl_stay", "statistic": "ratio", "minimum": 1000},
		"visit": {"observation": "tpl_visit"}, "before": {"observation": "tpl_visit", "window": {"period": -1}}, "growth": {"formula": "round(100 * (visit / before - 1), 2)"}}, "scorecard": {"name": "tpl3", "indicators": [{"name": "drug_share"}]}}',
	'{"code": "tpl4", "period": "half", "subjects": {"kinds": ["disease"]}, "inputs": {"disease": {"attribute": "disease"}, "cases": {"observation": "tpl_cost", "statistic": "denominator", "title": {"en": "Cases", "zh": "病例数"}},
		"cost": {"observation": "tpl_cost", "statistic": "numerator", "title": {"en": "Cost", "zh": "费用"}}, "days": {"observation": "tpl_stay", "statistic": "numerator", "title": {"en": "Days of stay", "zh": "住院日"}},
		"drugs": {"observation": "tpl_medicine", "statistic": "numerator", "title": {"en": "Cost of drugs", "zh": "药品费用"}}, "mean_cost": {"observation": "tpl_cost", "statistic": "ratio", "minimum": 10}, "listed": {"value": 1}},
		"scorecard": {"name": "tpl4", "indicators": [{"name": "listed"}]}}',
	'{"code": "tpl6", "subjects": {"kinds": ["institution"]}, "inputs": {"target": {"observation": "tpl_budget", "unit": "yuan"}}, "scorecard": {"name": "tpl6", "indicators": [{"name": "target"}]}}',
	'{"code": "tpl7", "subjects": {"kinds": ["product"]}, "inputs": {"price": {"observation": "tpl_price", "unit": "yuan"}, "supplier": {"attribute": "supplier"}, "contact": {"attribute": "contact"}}, "scorecard": {"name": "tpl7", "indicators": [{"name": "price"}]}}',
	'{"code": "tpl8", "subjects": {"kinds": ["agency"]}, "inputs": {"recovered": {"observation": "tpl_recovered", "statistic": "sum"}, "handled": {"observation": "tpl_handled", "statistic": "sum"}, "persons": {"observation": "tpl_persons", "statistic": "sum"}},
		"scorecard": {"name": "tpl8", "indicators": [{"name": "handled"}]}}',
	'{"code": "tpl9", "subjects": {"kinds": ["policy"]}, "inputs": {"baseline": {"attribute": "baseline"}, "target": {"attribute": "target"}, "nature": {"attribute": "nature"}, "actual": {"observation": "tpl_actual"},
		"low": {"attribute": "low"}, "high": {"attribute": "high", "default": 1000000}, "strict": {"attribute": "strict"}, "figures": {"formula": "present(actual)"}, "listed": {"value": 1}}, "scorecard": {"name": "tpl9", "indicators": [{"name": "listed"}]},
		"grading": {"method": "cases", "order": ["met", "open", "not met"], "cases": [{"when": "figures = 0", "grade": "open"}, {"when": "strict = 1 and actual <= low", "grade": "not met"}, {"when": "actual >= low and actual <= high", "grade": "met"}, {"grade": "not met"}]},
		"labels": {"met": {"en": "met", "zh": "已完成"}, "not met": {"en": "not met", "zh": "未完成"}, "open": {"en": "no figure", "zh": "无数据"}}}',
	'{"code": "tpl10", "period": "month", "subjects": {"kinds": ["institution"]}, "inputs": {"good": {"observation": "tpl_good", "statistic": "ratio"}}, "scorecard": {"name": "tpl10", "indicators": [{"name": "good"}], "grades": "rated >= 0"}}',
	'{"code": "tpl11", "subjects": {"kinds": ["physician"]}, "inputs": {"points": {"observation": "tpl_points"}}, "scorecard": {"name": "tpl11", "indicators": [{"name": "points", "direction": "lower"}], "grades": "active < 9, suspended < 12, terminated"},
		"labels": {"active": {"en": "active", "zh": "正常"}, "suspended": {"en": "suspended", "zh": "暂停"}, "terminated": {"en": "terminated", "zh": "终止"}}}',
	'{"code": "tpl12", "subjects": {"kinds": ["manufacturer"]}, "inputs": {"amount": {"observation": "tpl_points", "unit": "10,000 yuan"}}, "scorecard": {"name": "tpl12", "indicators": [{"name": "amount", "direction": "lower"}], "grades": "none < 50, serious < 100, gravest"}, "notice": {"days": 15}}']) d;
\o
-- a run, as far as it is taken
CREATE FUNCTION pg_temp.run(scheme text, period text, state text DEFAULT 'final', day date DEFAULT '2026-02-02') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE id bigint;
BEGIN
	CALL credence_registry.evaluate(scheme, period, in_transaction => true, run_id => id);
	PERFORM credence_registry.prerate(id);
	IF state = 'notice' THEN PERFORM credence_registry.put_on_notice(id, day); ELSE PERFORM credence_registry.finalise(id, day); END IF;
	RETURN id;
END $$;
-- from a policy to a published bulletin; returns its number
CREATE FUNCTION pg_temp.put_out(policy jsonb, run bigint, on_date date) RETURNS int LANGUAGE plpgsql AS $$
DECLARE b bigint;
BEGIN
	PERFORM credence_disclosure.policy_import('{"version": "1", "audience": "public"}'::jsonb || policy);
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_one;
	b := credence_disclosure.draw_up(policy ->> 'code', run);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
	PERFORM credence_disclosure.review(b);
	RETURN credence_disclosure.publish(b, on_date);
END $$;
-- what the public sees of it, one line for each subject
CREATE FUNCTION pg_temp.seen(number int) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_public;
	RETURN QUERY SELECT concat_ws(' | ', e.subject_code, e.subject_name, e.region_zh, e.score::text, e.grade_zh, e.rank::text,
		(SELECT string_agg(format('%s %s', v.input, coalesce(trim_scale(v.value)::text, v.value_text, '-') || coalesce(' (' || v.suppression_reason || ')', '')), ', ' ORDER BY v.input) FROM credence_disclosure.bulletin_values v WHERE v.bulletin = e.bulletin AND v.entry = e.entry),
		'withheld ' || e.suppression_reason)
		FROM credence_disclosure.bulletin_entries e WHERE e.bulletin = number ORDER BY e.entry;
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
END $$;
-- P3: ratios, growth, stay; T1 has too few stays for a mean. No grade, and none is needed
SELECT pg_temp.put_out('{"code": "costs", "template": "P3", "schemes": ["tpl3"], "columns": ["code", "name", "level", "drug_share", "growth", "stay"]}', pg_temp.run('tpl3', '2025'), '2026-03-01') AS n \gset
SELECT * FROM pg_temp.seen(:n);
-- the cells of a bulletin, one line for each row of each table
CREATE FUNCTION pg_temp.cells(number int) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_public;
	RETURN QUERY SELECT concat_ws(' | ', c.table_name, c.table_en, c.table_zh, c.measure, c.class_zh, string_agg(concat_ws(' ', c.grade || ':', coalesce(c.count::numeric, trim_scale(c.value))::text, '(' || c.percent || ' %)', '[' || c.suppression_reason || ']'), ', ' ORDER BY c.cell))
		FROM credence_disclosure.bulletin_cells c WHERE c.bulletin = number GROUP BY c.table_name, c.table_en, c.table_zh, c.measure, c.class_order, c.class_zh ORDER BY min(c.cell);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
END $$;
-- P4: means by disease, the first half in August, not before; nine cases are too few, and of none there is no mean
SELECT pg_temp.run('tpl4', '2025H1', day => '2025-07-15') AS r \gset
SAVEPOINT s;
-- with the levels as columns, and the list of hospitals beside it: too few cases are said to be too few; where there are none, there is no mean
SELECT pg_temp.put_out('{"code": "hospitals", "template": "P4", "schemes": ["tpl4"], "table": {"name": "level", "rows": "disease", "columns": "level", "cases": ["cases"], "sums": ["drugs"], "means": ["drugs"]}, "minimum_cell": 10,
	"list": {"order": "code"}, "columns": ["code", "mean_cost"]}', :r, '2026-03-01') AS n \gset
SELECT * FROM pg_temp.cells(:n);
SELECT * FROM pg_temp.seen(:n);
ROLLBACK TO s;
-- each reason told, of a mean that of its cases
SELECT pg_temp.put_out('{"code": "reasons", "template": "P4", "schemes": ["tpl4"], "table": {"rows": "disease", "cases": ["cases"], "means": ["drugs"]}, "minimum_cell": 10, "reasons": "each"}', :r, '2026-03-01') AS n \gset
SELECT * FROM pg_temp.cells(:n) WHERE cells LIKE '%[%';
SELECT a.table_name, a.class_en, a.reason, a.lowest, a.highest, a.needed_least, a.needed_greatest, a.safe FROM bulletin b, audit_cells(b.bulletin_id) a WHERE b.number = :n;
ROLLBACK TO s;
-- and as the template has it
\set diseases '{"code": "diseases", "version": "1", "template": "P4", "audience": "public", "schemes": ["tpl4"], "table": {"rows": "disease", "cases": ["cases"], "means": ["cost", "days", "drugs"]}, "minimum_cell": 10}'
SELECT pg_temp.refused(format('SELECT pg_temp.put_out(%L, %s, ''2025-07-31'')', :'diseases', :r));
SELECT pg_temp.put_out(:'diseases', :r, '2026-03-01') AS n \gset
SELECT * FROM pg_temp.cells(:n);
SELECT * FROM pg_temp.seen(:n);
SELECT bulletin, template, period, period_end FROM bulletins WHERE bulletin = :n;
SELECT t ->> 'name' AS name, t ->> 'measure' AS measure, t ->> 'rows' AS rows FROM bulletin_chain, jsonb_array_elements(heading::jsonb -> 'tables') t WHERE bulletin = :n;
-- every mean is the quotient of what is behind it, and stands for nothing that is not shown; what is suppressed is safe
SELECT count(*) AS means, bool_and(c.value = round(p.value / n.value, 2)) AS right FROM bulletin b JOIN bulletin_cells c ON c.bulletin = b.number AND c.measure LIKE '% / cases' AND c.value IS NOT NULL
JOIN cell p ON p.bulletin_id = b.bulletin_id AND p.item = c.cell AND p.reason IS NULL
JOIN cell n ON n.bulletin_id = b.bulletin_id AND n.table_place = 1 AND n.row_place = p.row_place AND n.column_place = p.column_place AND n.reason IS NULL WHERE b.number = :n;
SELECT a.table_name, a.class_en, a.reason, a.lowest, a.highest, a.needed_least, a.needed_greatest, a.safe FROM bulletin b, audit_cells(b.bulletin_id) a WHERE b.number = :n;
-- what does not go together
SELECT path, problem FROM policy_check('{"code": "diseases", "version": "2", "template": "P4", "audience": "public", "schemes": ["tpl4"], "table": {"rows": "disease", "measure": {"sum": "cost"}, "means": ["cost", "name"], "sums": ["days"], "percent": "column"}}');
SELECT path, problem FROM policy_check('{"code": "diseases", "version": "2", "template": "P4", "audience": "public", "schemes": ["tpl4"]}');
SELECT path, problem FROM policy_check('{"code": "diseases", "version": "2", "template": "P4", "audience": "public", "schemes": ["tpl4"], "tables": [{"rows": "disease", "columns": null, "cases": ["cases", "cases"]}], "minimum_cell": 10}');
SELECT path, problem FROM policy_check('{"code": "diseases", "version": "2", "template": "P4", "audience": "public", "schemes": ["tpl4"], "internal": true}');
-- who has a cost and no cases, or cases that are no whole number, is named
SELECT pg_temp.refused(format('SELECT require_cases(%s, ''t'', ''days'', ''cost'', true)', :r)), pg_temp.refused(format('SELECT require_cases(%s, ''t'', ''mean_cost'', NULL, true)', :r)), pg_temp.refused(format('SELECT require_cases(%s, ''t'', ''cases'', ''mean_cost'', true)', :r)),
	pg_temp.refused(format('SELECT require_cases(%s, ''t'', ''cases'', ''mean_cost'', false)', :r)), pg_temp.refused(format('SELECT require_cases(%s, ''t'', ''mean_cost'', ''cost'', false)', :r));
-- P6: targets
SELECT pg_temp.put_out('{"code": "budget", "template": "P6", "schemes": ["tpl6"], "columns": ["code", "name", "target"]}', pg_temp.run('tpl6', '2025'), '2026-03-01') AS n \gset
SELECT * FROM pg_temp.seen(:n);
-- P7: prices, and who sells; whom one could call there is masked
SELECT pg_temp.put_out('{"code": "prices", "template": "P7", "schemes": ["tpl7"], "columns": ["code", "name", "price", "supplier", "contact"], "masks": {"contact": "phone"}}', pg_temp.run('tpl7', '2025'), '2026-03-01') AS n \gset
SELECT * FROM pg_temp.seen(:n);
-- P8: whom it concerned and what was recovered, by district; two persons are too few, and others protect them
SELECT pg_temp.put_out('{"code": "enforcement", "template": "P8", "schemes": ["tpl8"], "table": {"rows": "region", "cases": ["handled", "persons"], "sums": ["recovered"]}, "minimum_cell": 5}', pg_temp.run('tpl8', '2025'), '2026-03-01') AS n \gset
SELECT * FROM pg_temp.cells(:n);
SELECT a.table_name, a.class_en, a.reason, a.lowest, a.highest, a.needed_least, a.needed_greatest, a.safe FROM bulletin b, audit_cells(b.bulletin_id) a WHERE b.number = :n;
SELECT path, problem FROM policy_check('{"code": "enforcement", "version": "2", "template": "P8", "audience": "public", "schemes": ["tpl8"], "table": {"rows": "region", "sums": ["recovered"]}, "minimum_cell": 5}');
-- P9: each target with baseline, figure, status, and whether it is binding; 99.0 is not over 99, 71.5 not about 70
SELECT pg_temp.put_out('{"code": "plan", "template": "P9", "schemes": ["tpl9"], "columns": ["code", "name", "baseline", "target", "nature", "actual", "grade"]}', pg_temp.run('tpl9', '2025'), '2026-03-01') AS n \gset
SELECT * FROM pg_temp.seen(:n);
-- P10: places
SELECT pg_temp.put_out('{"code": "ranking", "template": "P10", "schemes": ["tpl10"], "columns": ["name", "rank"], "list": {"most": 1}}', pg_temp.run('tpl10', '2025-07'), '2026-03-01') AS n \gset
SELECT * FROM pg_temp.seen(:n);
-- P11: never public, names and codes masked; in the chain by its hash alone
SELECT pg_temp.run('tpl11', '2025') AS r \gset
SELECT path, problem FROM policy_check('{"code": "status", "version": "1", "template": "P11", "audience": "public", "schemes": ["tpl11"], "columns": ["name", "grade"]}');
SELECT pg_temp.put_out('{"code": "status", "template": "P11", "audience": "restricted", "schemes": ["tpl11"], "columns": ["code", "name", "region", "grade"], "masks": {"code": "code", "name": "name"}, "list": {"grades": ["suspended", "terminated"]}}', :r, '2026-03-01') AS n \gset
SELECT count(*) AS public_entries FROM pg_temp.seen(:n);
SELECT e.subject_code, e.subject_name, e.region_zh, e.grade_zh, e.suppression_reason FROM bulletin b, preview_entries(b.bulletin_id) e WHERE b.number = :n ORDER BY e.subject_code;
SELECT bulletin, heading, suppression_reason FROM bulletin_chain WHERE bulletin = :n;
-- P12: from a run on notice, served when fifteen days have passed
SELECT pg_temp.run('tpl12', '2025', 'notice') AS r \gset
SELECT pg_temp.put_out('{"code": "service", "template": "P12", "schemes": ["tpl12"], "columns": ["code", "name", "grade"], "list": {"grades": ["serious", "gravest"]}}', :r, '2026-03-01') AS n \gset
SELECT * FROM pg_temp.seen(:n);
SELECT bulletin, template, published_on, deemed_served_on FROM bulletins WHERE bulletin >= :n - 1 ORDER BY 1;
SELECT encode(sha256(convert_to(heading, 'UTF8')), 'hex') = hash AS whole, heading::jsonb ->> 'deemed_served_on' AS served FROM bulletin_chain WHERE bulletin = :n;
-- when it is final it is no notice any more, and no other such bulletin is published or drawn up
SELECT policy_import('{"code": "late", "version": "1", "audience": "public", "template": "P12", "schemes": ["tpl12"], "columns": ["code", "grade"]}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('late', :r) AS b \gset
RESET SESSION AUTHORIZATION;
SELECT review(:b), finalise(:r, '2026-03-02');
SELECT regexp_replace(obstacle, '\d+', 'N') AS obstacle FROM publication_obstacles(:b);
SELECT pg_temp.refused(format('SELECT draw_up(''late'', %s)', :r));
SELECT * FROM verify_chain();
ROLLBACK;
