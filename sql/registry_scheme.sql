-- Schemes: a document with every key, its inputs, the way from draft to retired, export, what is refused on the way.
SET client_min_messages = warning;
\set VERBOSITY terse
BEGIN;
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL search_path = credence_registry, credence;

-- a document that uses every key there is
\t on
SELECT $document$
{ "code": "t-all", "version": "1", "title": {"en": "Everything", "zh": "全部"}, "source": "https://example.org/rule", "from": "2024-01-01", "to": "2029-12-31",
  "subjects": {"kinds": ["institution", "pharmacy"], "where": "beds >= 10", "valid": "during",
    "exclude": [{"when": "investigation = 1", "reason": {"en": "under investigation"}}]},
  "period": "half",
  "rules": [
    {"code": "t-all.bribery.insurer", "from": "2024-01-01", "to": "2028-12-31", "title": {"en": "Bribery", "zh": "贿赂"}, "category": "bribery", "basis": "art. 3",
     "judged_by": "found", "points": [-20, -5], "degrees": {"primary": [-20, -10], "general": -5}, "ladder": "serious >= 500000, dishonest >= 10000, ordinary",
     "valid_months": 36, "repairs": [{"within_days": 30, "fraction": 1, "amount_below": 1000}, {"same_year": true, "fraction": 0.5}, {"fraction": 0}],
     "measures": {"serious": ["stop", "price"], "ordinary": ["training"]}},
    {"code": "t-all.bribery.insurer", "from": "2029-01-01", "judged_by": "found", "points": -10},
    {"code": "t-all.top", "from": "2024-01-01", "ladder": "serious"}],
  "inputs": {
    "beds": {"attribute": "beds", "default": 0, "unit": "beds", "title": "Beds"},
    "level": {"attribute": "level"},
    "investigation": {"observation": "investigation", "window": "valid", "default": 0},
    "满意度": {"observation": "satisfaction", "statistic": "ratio", "window": {"months": 12}, "sources": ["survey", "statistics"], "minimum": 30,
      "evaluators": {"self": 0.4, "third_party": 0.6}, "evaluators_required": true, "of": {"tie": "practises_at", "end": "from", "self": true}},
    "third": {"observation": "satisfaction", "statistic": "denominator", "evaluator": "third_party", "window": {"from": "2024-01-01", "to": "2024-06-30"}},
    "before": {"observation": "satisfaction", "statistic": "earliest", "window": {"period": -1}},
    "verdict": {"observation": "verdict"},
    "events_sum": {"events": ["t-all.*", "*"], "measure": "points", "date": "found", "window": "valid", "dedupe": "case", "cap_per_rule": [-30, 0], "cap_per_case": [-40, null],
      "cap": [null, 0], "repairs": "credit", "repaired_by": "as_of", "carry": true, "sources": ["audit"], "responsibilities": ["primary"], "categories": ["bribery"], "after": ["t-all.top"], "of": "children"},
    "worst": {"events": ["t-all.bribery.*"], "measure": "worst", "levels": ["serious", "dishonest", "ordinary"]},
    "running": {"events": ["t-all.*"], "measure": "balance", "start": 9, "floor": 0, "ceiling": 12, "window": "all"},
    "since": {"events": ["*"], "measure": "months_since", "window": {"years": 3}, "repairs": "ignore"},
    "recent": {"events": ["*"], "measure": "count", "window": {"days": 90}},
    "last_grade": {"result": "self", "field": "grade"},
    "good_years": {"result": "self", "period": -1, "when": "grade = 'A' and rated = 1", "streak": true},
    "children_bad": {"result": "t-other", "field": "points.x", "period": 0, "of": "children", "statistic": "count", "when": "notch >= 3"},
    "parent_score": {"result": "t-other", "field": "score", "of": {"tie": "child_of", "end": "to"}, "statistic": "weighted_mean"},
    "years": {"tenure": "years", "since": "agreement"}, "months": {"tenure": "months", "since": "practises_at"},
    "retention": {"agreement": "retention_amount"}, "decision": {"agreement": "decision"},
    "promise": {"commitment": "good_faith", "measure": "kept_years", "broken_by": ["t-all.*"]},
    "doctors": {"ties": "practises_at", "end": "from", "window": "valid"},
    "year_end": {"events": ["*"], "measure": "amount", "window": "year", "repaired_by": "as_of"},
    "target": {"value": 90}, "word": {"value": "B"},
    "share": {"formula": "min(1, 满意度 / target) * 100 + present(verdict, before)"},
    "large": {"condition": "beds >= 500 and level = '3'"},
    "class": {"cases": [{"when": "large = 1", "value": "large"}, {"when": "beds < 20", "value": {"input": "word"}}, {"value": "small"}]},
    "base": {"cases": [{"when": "class = 'large'", "value": 100}, {"value": {"input": "target"}}]},
    "median_share": {"population": "median", "of": "share"},
    "best": {"population": "top_mean", "of": "share", "share": 0.1, "within": "peers"},
    "heavy": {"population": "weighted_mean", "of": "share", "weight": "beds"},
    "curved": {"curve": [[0, 0], ["median_share", 60], ["best", 100]], "of": "share"},
    "place": {"rank": "curved", "order": "low", "as": "share", "within": "peers"} },
  "scorecard": {"name": "t-all", "aggregate": "sum", "base": 0, "floor": 0, "indicators": [{"name": "curved"}, {"name": "base"}, {"name": "events_sum", "title": "Events"},
      {"name": "verdict", "categories": {"good": 5, "bad": 0}}, {"name": "a b", "input": "running"}],
    "grades": "A >= 90, B >= 80, C >= 60, D", "unrated": "M", "vetoes": [{"when": "recent > 5", "cap": "C"}, {"when": "class = 'tiny'", "grade": "T"}]},
  "peers": {"by": ["class", "level"], "minimum": 5}, "standardise_within": "peers",
  "rank": {"order": "high", "ties": "dense", "by": ["beds", "-running"]},
  "grading": {"method": "quota", "quotas": "A 20%, B 50%, C 20%, D", "rounding": "ceil", "ties": "drop", "minimum": {"A": 80}, "within": "all"},
  "adjust": [
    {"name": "kept", "when": "last_grade = 'D' and notch < 3 and points.\"a b\" < 5", "reason": {"en": "kept", "zh": "保留"}, "cap": "C"},
    {"when": "rank_from_last <= 2 and coverage > 0.5", "demote": 1, "add": -5},
    {"when": "last_grade <> 'D'", "cap": {"input": "last_grade", "better": 1}, "least": {"input": "last_grade", "worse": 2}},
    {"when": "promise >= 3 and grade = 'B'", "promote": 1},
    {"when": "years < 1", "grade": "NEW", "score": 60},
    {"when": "grade = 'T'", "unrate": true}],
  "linkage": [{"name": "firm", "of": {"tie": "controls", "end": "shared"}, "when": "grade = 'D'", "reason": "responsible person", "cap": "C", "rounds": 2},
    {"of": "children", "when": "score < 60", "demote": 1, "add": -1}, {"of": "parent", "when": "rated = 0", "unrate": true}, {"of": "parent", "when": "notch = 1", "least": "B", "promote": 1},
    {"of": "children", "when": "grade = 'T'", "grade": "T", "score": 0}],
  "notice": {"days": 15, "working": true}, "appeal": {"days": 10, "working": false, "lines": ["curved", "a b"]},
  "consequences": [
    {"code": "payout", "payout": "retention", "percent": "min(100, score)", "decimals": 2},
    {"code": "payout2", "payout": "retention", "curve": "60:0, 90:100", "when": "rated = 1"},
    {"code": "bonus", "allocate": {"sum": "retention"}, "by": "score * beds", "when": "grade = 'A'", "decimals": 2},
    {"code": "fixed", "allocate": 100000, "by": "score"},
    {"code": "factor", "factor": "1 + notch / 100", "decimals": 4},
    {"code": "suspend", "suspend": [1, 6], "when": "grade = 'D'", "scope": "all"}, {"code": "ban", "ban": 12, "when": "grade = 'D'"},
    {"code": "line", "stop_line": "surgery", "when": "points.curved < 60"}, {"code": "red", "list": "red", "months": 12, "when": "grade = 'A' and rank <= 10"},
    {"code": "inspect", "sample": [30, 50], "per_year": 0.5, "when": "grade = 'NEW'"}, {"code": "talk", "title": "Talk", "action": "talk", "days": 5, "working": true},
    {"code": "measures", "measures": true}],
  "publication": {"internal": false, "columns": ["grade", "reasons", "beds"], "band_only": true, "minimum_cell": 5, "window": {"least_months": 3, "most_months": 36, "early_end": "repaired"},
    "calendar": ["02-29", "08-01"], "served_after": {"days": 5, "working": true}},
  "labels": {"A": {"en": "very good", "zh": "优"}, "serious": "Serious"}, "examples": [{"name": "one", "inputs": {"beds": 10, "rank": 1, "points.curved": 3, "verdict": "good", "share": null}, "score": 90.5, "grade": "A", "reason": "as published"}, {"inputs": {}, "score": null, "grade": null}] }
$document$ AS everything \gset
\t off
SELECT * FROM scheme_check(:'everything'::text);
SELECT count(*) AS parts FROM scheme_parts(:'everything');
-- with other gradings in its place, it is right too, and every key of the format is in one of the three
CREATE TEMP TABLE variant AS
SELECT jsonb_set(:'everything', '{grading}', grading) || '{"template": "points unknown"}' AS document FROM unnest(ARRAY[:'everything'::jsonb -> 'grading',
	'{"method": "clusters", "labels": ["D", "C", "B", "A"], "clustering": "optimal", "strict": 1, "within": "peers"}',
	'{"method": "cases", "order": ["A", "B", "C", "D"], "cases": [{"when": "score >= 90 and \"满意度\" > 0.9", "grade": "A"}, {"when": "rated = 0", "grade": "D"}, {"grade": "C"}]}']) AS grading;
SELECT c.* FROM variant, scheme_check(document) AS c;
SELECT place, variant, key FROM scheme_keys()
EXCEPT
SELECT substr(p.type, 8), k.variant, k.key
  FROM variant, scheme_parts(document) AS p, jsonb_object_keys(p.value) AS key(name), scheme_keys() AS k
 WHERE p.type LIKE 'object %' AND k.place = substr(p.type, 8) AND k.key = key.name AND (k.variant IS NULL OR k.variant = scheme_variant(k.place, p.value))
ORDER BY 1, 2, 3;

-- the inputs in their order, with types from source and use
SELECT name, source, value_type, level, needs, relative FROM scheme_inputs(:'everything');
SELECT scheme_grades(:'everything');
SELECT scheme_grades('{"scorecard": {"grades": "\"A, 1\" >= 90, \"B\"\"x\" >= 80 , C 2"}}'), scheme_grades('{"grading": {"method": "clusters", "labels": ["1", "2", "3"]}}'),
       scheme_grades('{"grading": {"method": "cases", "order": ["AA", "A"]}}'), scheme_grades('{}');

-- in and out: the same document, once or twice; its rules are in the catalogue
SELECT scheme_import(:'everything'::text) AS id \gset
SELECT :id = scheme_import(:'everything'::jsonb) AS same, scheme_export('t-all', '1') = :'everything'::jsonb AS lossless;
SELECT version, title_en, title_zh, state, effective_from, effective_to, scorecard = (:'everything'::jsonb -> 'scorecard')::scorecard AS scorecard, created_by = session_user AS mine, activated_at
  FROM scheme WHERE code = 't-all';
SELECT code, effective_from, effective_to, category, title_en, title_zh, points_min, points_max, ladder, validity_months, judged_by, basis, scheme_code
  FROM event_rule WHERE code LIKE 't-all.%' ORDER BY code, effective_from;
SELECT degrees, repairs, measures FROM event_rule WHERE code = 't-all.bribery.insurer' AND effective_from = '2024-01-01';

-- what it asks for must be there before it is activated: another scheme, here
SELECT * FROM scheme_unresolved(:'everything');
SAVEPOINT s;
SELECT scheme_activate('t-all', '1');
ROLLBACK TO s;
\set other '{"code": "t-other", "version": "1", "title": "Other", "subjects": {"kinds": ["institution"]}, "inputs": {"x": {"events": ["t-all.bribery.*"]}}, "scorecard": {"name": "o", "indicators": [{"name": "x"}]}}'
SELECT scheme_import(:'other'::jsonb) > 0;
SELECT * FROM scheme_unresolved(:'everything');
SELECT * FROM scheme_unresolved(jsonb_set(:'other', '{inputs,x,events}', '["t-all", "t-all.bribery.insurer", "t-all.bribery*", "t-all.bribery.insurer.*", "nothing"]'));

SELECT * FROM scheme_unresolved('{"rules": [{"degrees": {"primary": 1, "main": 2}, "measures": {"x": ["stop", "think"]}}], "inputs": {"x": {"observation": "x", "sources": ["audit", "rumour"], "evaluators": {"self": 1, "rival": 2}},
  "y": {"observation": "x", "evaluator": "us"}, "z": {"commitment": "nice"}, "e": {"events": ["*"], "responsibilities": ["none"]}}}');

-- a draft is replaced by another of the same version, an active version never changes
SELECT scheme_import(jsonb_set(:'other', '{title}', '"其他"')) = (SELECT scheme_id FROM scheme WHERE code = 't-other') AS same, (SELECT changed_at > created_at FROM scheme WHERE code = 't-other') AS changed;
SELECT title_en, title_zh, scheme_export('t-other', '1') ->> 'title' AS title FROM scheme WHERE code = 't-other';
SELECT scheme_activate('t-other', '1');
SELECT state, activated_by = session_user AS mine, retired_at FROM scheme WHERE code = 't-other';
SELECT scheme_import(jsonb_set(:'other', '{title}', '"其他"')) = (SELECT scheme_id FROM scheme WHERE code = 't-other') AS same;
-- what each of these is refused with
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION 'accepted' USING ERRCODE = '00001';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' / ', sqlstate || ' ' || sqlerrm, nullif(detail, ''), nullif(hint, ''));
END $$;
CREATE TEMP TABLE document AS SELECT :'everything'::jsonb AS everything, :'other'::jsonb AS other;
\pset format unaligned
\pset tuples_only on
SELECT left(pg_temp.refused(s), 250) FROM unnest(ARRAY[
	$$SELECT scheme_import(jsonb_set(other, '{title}', '"third"')) FROM document$$,
	$$SELECT scheme_activate('t-other', '1')$$,
	$$SELECT scheme_activate('t-other', '2')$$,
	$$SELECT scheme_activate('no such', '1')$$,
	$$SELECT scheme_export('t-other', '2')$$,
	$$SELECT scheme_retire('t-all', '1')$$,
	$$SELECT scheme_retire('no such', '1')$$,
	$$UPDATE scheme SET document = document WHERE code = 't-other'$$,
	$$UPDATE scheme SET title_en = 'x' WHERE code = 't-other'$$,
	$$UPDATE scheme SET state = 'draft', activated_at = NULL, activated_by = NULL WHERE code = 't-other'$$,
	$$UPDATE scheme SET state = 'retired', effective_from = '2020-01-01', effective_to = '2021-01-01', retired_at = now(), retired_by = 'x' WHERE code = 't-other'$$,
	$$UPDATE scheme SET code = 't-x' WHERE code = 't-all'$$,
	$$DELETE FROM scheme WHERE code = 't-all'$$,
	$$TRUNCATE scheme CASCADE$$,
	$$SELECT scheme_import(NULL::jsonb)$$,
	$$SELECT scheme_import('{"code": ')$$,
	$$SELECT scheme_import('[]'::jsonb)$$,
	$$SELECT scheme_import('{"code": "x", "version": 1, "code": "y"}')$$,
	$$SELECT scheme_import((SELECT jsonb_object_agg('k' || n, n) FROM generate_series(1, 60) AS n))$$,
	$$SELECT scheme_import(jsonb_set(other, '{source}', to_jsonb(repeat('x', 4200000)))) FROM document$$,
	$$SELECT scheme_import(jsonb_set(jsonb_set(everything, '{version}', '"2"'), '{rules,0,points,0}', '-30')) FROM document$$,
	$$SELECT scheme_import(jsonb_set(jsonb_set(everything, '{version}', '"2"'), '{rules,2,title}', '"x"')) FROM document$$]) AS s;
-- a template is imported and tried, not activated
SELECT scheme_import(jsonb_set(jsonb_set(:'other', '{code}', '"t-template"'), '{template}', '"the table of points is not published"')) > 0;
SELECT pg_temp.refused($$SELECT scheme_activate('t-template', '1')$$);

-- versions by date: none overlaps another, each day has one
SELECT scheme_import(jsonb_set(jsonb_set(:'other', '{version}', '"2"'), '{from}', '"2025-01-01"')) > 0;
SELECT scheme_import(jsonb_set(jsonb_set(jsonb_set(:'other', '{version}', '"3"'), '{from}', '"2024-06-01"'), '{to}', '"2024-12-31"')) > 0;
SELECT pg_temp.refused($$SELECT scheme_activate('t-other', '2')$$);
SELECT pg_temp.refused($$SELECT scheme_activate('t-other', '3')$$);
SELECT scheme_retire('t-other', '1', '2024-05-31');
SELECT scheme_activate('t-other', '3');
SELECT pg_temp.refused($$SELECT scheme_retire('t-other', '3', '2025-01-01')$$);
SELECT scheme_activate('t-other', '2');
SELECT pg_temp.refused($$SELECT scheme_activate('t-other', '2')$$);
SELECT pg_temp.refused($$UPDATE scheme SET effective_to = '2030-01-01' WHERE code = 't-other' AND version = '1'$$);
SELECT day, (SELECT version FROM scheme WHERE scheme_id = scheme_at('t-other', day)) FROM unnest('{2000-01-01, 2024-05-31, 2024-06-01, 2024-12-31, 2025-01-01, 2099-12-31}'::date[]) AS day;
SELECT scheme_at('no such', '2024-01-01') IS NULL, scheme_at('t-template', '2024-01-01') IS NULL;
-- a version that is withdrawn was never in force, and makes room
SELECT scheme_retire('t-other', '2', '2024-12-31');
SELECT scheme_at('t-other', '2025-01-01') IS NULL;
SELECT scheme_import(jsonb_set(jsonb_set(:'other', '{version}', '"4"'), '{from}', '"2025-01-01"')) > 0;
SELECT scheme_activate('t-other', '4');
SELECT scheme_retire('t-other', '4');
SELECT effective_to = today() FROM scheme WHERE code = 't-other' AND version = '4';
SELECT scheme_activate('t-all', '1');

-- schemes that ask each other for the same period; for an earlier one they may
SELECT * FROM scheme_check(jsonb_set(jsonb_set(:'other', '{version}', '"5"'), '{inputs,x}', '{"result": "t-all", "period": 0}'));
SELECT * FROM scheme_check(jsonb_set(jsonb_set(:'other', '{version}', '"5"'), '{inputs,x}', '{"result": "t-all", "period": -1}'));
SELECT * FROM scheme_check(jsonb_set(jsonb_set(:'other', '{version}', '"5"'), '{inputs,x}', '{"result": "t-other", "period": 0}'));

-- what a dump holds is restored, active and retired rows too
CREATE TEMP TABLE saved AS SELECT * FROM scheme WHERE code IN ('t-all', 't-other');
INSERT INTO scheme OVERRIDING SYSTEM VALUE
	SELECT (jsonb_populate_record(s, jsonb_build_object('scheme_id', -s.scheme_id, 'code', 'r' || s.code, 'document', jsonb_set(s.document, '{code}', to_jsonb('r' || s.code))))).* FROM saved AS s;
SELECT code, version, state FROM scheme WHERE code LIKE 'rt-%' ORDER BY 1, 2;

-- only administrators write, readers read
CREATE ROLE test_registry_reader IN ROLE credence_reader;
SET LOCAL SESSION AUTHORIZATION test_registry_reader;
SELECT count(*) FROM scheme WHERE code LIKE 't-%';
SELECT scheme_export('t-other', '1') ->> 'code';
SELECT pg_temp.refused(s) FROM unnest(ARRAY[$$SELECT scheme_import('{}'::jsonb)$$, $$SELECT scheme_activate('t-all', '1')$$, $$SELECT scheme_retire('t-all', '1')$$,
	$$UPDATE scheme SET state = 'draft'$$, $$SELECT import_rules('{}')$$]) AS s;
RESET SESSION AUTHORIZATION;
CREATE ROLE test_registry_admin IN ROLE credence_admin;
SET LOCAL SESSION AUTHORIZATION test_registry_admin;
SELECT scheme_import(jsonb_set(:'other', '{code}', '"t-admin"')) > 0;
SELECT scheme_activate('t-admin', '1');
SELECT created_by, activated_by FROM scheme WHERE code = 't-admin';
SELECT pg_temp.refused($$INSERT INTO scheme (code, version, document, scorecard) SELECT 'x', 'x', '{}', scorecard FROM scheme$$);
RESET SESSION AUTHORIZATION;
ROLLBACK;
