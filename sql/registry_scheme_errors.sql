-- Scheme documents: what is refused, with its path; all errors of a document at once.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE SCHEMA test_registry_scheme_errors;
SET search_path = test_registry_scheme_errors, credence_registry, credence;
-- a right document
CREATE FUNCTION base() RETURNS jsonb LANGUAGE sql RETURN '{"code": "e", "version": "1", "subjects": {"kinds": ["pharmacy"]}, "period": "year",
  "rules": [{"code": "e.finding", "from": "2021-01-01", "points": [0, 30], "ladder": "serious >= 500, ordinary"}],
  "inputs": {"points_lost": {"events": ["e.*"]}, "years": {"tenure": "years"}, "assessment": {"observation": "annual"}, "last": {"result": "self", "field": "grade"}},
  "scorecard": {"name": "e", "aggregate": "sum", "indicators": [{"name": "points_lost", "direction": "lower"}, {"name": "assessment", "categories": {"good": 5, "failed": 0}}], "grades": "A >= 9, B >= 5, C"}}'::jsonb;
-- what is said of it with a value in one place of it, or with a key taken away
CREATE FUNCTION said(place text, value text) RETURNS text LANGUAGE sql RETURN (
	SELECT coalesce(string_agg(format(E'  %s: %s', path, problem), E'\n' ORDER BY path COLLATE "C", problem COLLATE "C"), '  nothing')
	  FROM scheme_check(CASE WHEN value IS NULL THEN base() #- string_to_array(place, '.') ELSE jsonb_set(base(), string_to_array(place, '.'), value::jsonb) END));
\pset format unaligned
\pset tuples_only on
SELECT * FROM scheme_check(base());

-- keys and kinds of values
SELECT place || coalesce(' = ' || v, ' left out') || E'\n' || said(place, v) FROM (VALUES
	('code', NULL), ('subjects', NULL), ('inputs', NULL), ('scorecard', NULL), ('code', '7'), ('code', '""'), ('code', '"a\tb"'), ('code', 'null'), ('code', '"self"'), ('version', '1'), ('foo', '1'),
	('title', '{}'), ('title', '{"de": "x"}'), ('title', '["x"]'), ('title', '{"en": 1}'), ('period', '"week"'), ('period', '12'), ('from', '"2021-13-01"'), ('from', '"2021-1-1"'), ('from', '"today"'), ('from', '20210101'),
	('subjects.kinds', '[]'), ('subjects.kinds', '"pharmacy"'), ('subjects.kinds', '["pharmacy", "shop", 3]'), ('subjects.valid', '"always"'), ('subjects.exclude', '[{"when": "years < 1"}]'), ('subjects.exclude', '{"when": "years < 1"}'),
	('rules', '{}'), ('rules', '[1]'), ('inputs', '[]'), ('inputs', '{}'), ('scorecard', '"x"'), ('peers', '{"by": []}'), ('peers', '{"minimum": 0}'), ('rank', '{"order": "up", "ties": true}'),
	('notice', '{"days": 1.5, "working": "yes"}'), ('notice', '{"days": -1}'), ('notice', '15'), ('appeal', '{"days": 5, "lines": ["points_lost", "total"]}'), ('template', '{}'),
	('publication', '{"columns": ["inputs", "grade", "years"]}'), ('labels', '{"A": 1, "B": {"de": "x"}}'), ('publication', '{"internal": 1, "minimum_cell": 0, "calendar": ["02-30", "8-1"], "window": {"least_months": 5, "most_months": 3, "early_end": "always"}, "served_after": {}}')) AS c(place, v);

-- rules
SELECT v || E'\n' || said('rules.1', v) FROM unnest(ARRAY[
	'{"code": "e.x"}', '{"code": "e.finding", "from": "2021-01-01"}', '{"code": "e.x", "from": "2021-01-01", "to": "2020-12-31"}', '{"code": "e.x", "from": "2021-01-01", "points": [1]}', '{"code": "e.x", "from": "2021-01-01", "points": [3, 1]}',
	'{"code": "e.x", "from": "2021-01-01", "points": "3"}', '{"code": "e.x", "from": "2021-01-01", "points": [1, 3], "degrees": {"primary": 4, "general": [0, 2], "important": [1, 2]}}', '{"code": "e.x", "from": "2021-01-01", "degrees": {"primary": 4}}',
	'{"code": "e.x", "from": "2021-01-01", "ladder": "a >= 5, b >= 7"}', '{"code": "e.x", "from": "2021-01-01", "ladder": "a >= 5, b", "measures": {"b": ["stop"], "c": ["stop"], "a": []}}', '{"code": "e.x", "from": "2021-01-01", "valid_months": 0, "judged_by": "now"}',
	'{"code": "e.x", "from": "2021-01-01", "repairs": [{"fraction": 1.5}, {"within_days": 3, "same_year": true, "fraction": 1}, {"days": 3}]}', '{"code": "e.x", "from": "2021-01-01", "repairs": []}',
	'{"code": "e.x", "from": "2021-01-01", "points": 1e101}']) AS v;

-- inputs: names, sources
SELECT v || E'\n' || said('inputs', v) FROM unnest(ARRAY[
	'{"points_lost": 1, "assessment": {}}', '{"points_lost": {"value": 1, "events": ["*"]}, "assessment": {"observation": "x", "evnts": 1}}',
	'{"points_lost": {"value": 1}, "assessment": {"value": "good"}, "Score": {"value": 1}, "score": {"value": 1}, "a b": {"value": 1}, "1a": {"value": 1}, "": {"value": 1}, "and": {"value": 1}, "a.b": {"value": 1}, "评分_2": {"value": 1}, "得分得分得分得分得分得分得分得分得分得分得分": {"value": 1}}']) AS v;
SELECT v || E'\n' || said('inputs.x', v) FROM unnest(ARRAY[
	'{"observation": "x", "statistic": "avg", "window": "month", "sources": [], "minimum": 0, "of": "siblings"}', '{"observation": "x", "evaluator": "self", "evaluators": {"self": 0, "third_party": 1}}', '{"observation": "x", "evaluators_required": true}',
	'{"observation": "x", "window": {}}', '{"observation": "x", "window": {"months": 3, "days": 2}}', '{"observation": "x", "window": {"months": -3}}', '{"observation": "x", "window": {"period": 0}}', '{"observation": "x", "window": {"from": "2021-01-01"}}',
	'{"observation": "x", "window": {"from": "2021-01-01", "to": "2020-01-01"}}', '{"observation": "x", "of": {"tie": "friend_of", "end": "both"}}', '{"observation": "x", "of": {"end": "to"}}', '{"observation": "x", "default": true}', '{"observation": "x", "statistic": "count", "default": "none"}',
	'{"events": []}', '{"events": "e.*"}', '{"events": ["e*", "*.x", "", "**", 5]}', '{"events": ["*"], "measure": "worst"}', '{"events": ["*"], "levels": ["a"]}', '{"events": ["*"], "measure": "worst", "levels": ["a", "b", "a"]}', '{"events": ["*"], "start": 5, "floor": 0}',
	'{"events": ["*"], "measure": "balance", "dedupe": "case"}', '{"events": ["*"], "measure": "balance", "start": 15, "floor": 0, "ceiling": 12}', '{"events": ["*"], "measure": "balance", "floor": 13, "ceiling": 12}', '{"events": ["*"], "measure": "count", "cap": [0, 5], "cap_per_rule": [0, 1]}', '{"events": ["*"], "cap": [5, 0]}', '{"events": ["*"], "cap": 5}', '{"events": ["*"], "cap": ["a", null]}',
	'{"result": "self", "period": 0}', '{"result": "self", "period": 1}', '{"result": "self", "field": "points.total"}', '{"result": "self", "field": "points.points_lost"}', '{"result": "other", "field": "points.total"}', '{"result": "other", "field": "points."}', '{"result": "other", "field": "reason"}', '{"result": "self", "streak": true}', '{"result": "self", "when": "grade = ''A''"}',
	'{"result": "self", "when": "grade = ''E'' and years > 1", "streak": true}', '{"result": "other", "when": "grade = ''E''", "streak": true}', '{"result": "other", "statistic": "mean"}', '{"result": "other", "of": "children", "field": "grade", "statistic": "mean"}', '{"result": "other", "of": "children", "streak": true, "when": "notch > 1"}',
	'{"attribute": ""}', '{"tenure": "days", "since": "birth"}', '{"tenure": "years", "since": "agreement"}', '{"agreement": "amount"}', '{"commitment": "x", "measure": "kept", "broken_by": "e.*"}', '{"ties": "practises_at"}', '{"ties": "works_at", "end": "to"}', '{"value": null}', '{"value": true}', '{"value": [1]}']) AS v;

-- inputs that are derived, and rings among them
SELECT v || E'\n' || said('inputs.x', v) FROM unnest(ARRAY[
	'{"formula": "years +"}', '{"formula": "years + unknown"}', '{"formula": "years + assessment"}', '{"formula": "score + 1"}', '{"formula": 3}', '{"condition": "years > 3 or years < 1"}', '{"condition": "assessment > 3"}', '{"condition": "years = ''long''"}', '{"condition": "rank = 1"}',
	'{"cases": []}', '{"cases": [{"value": 1}, {"when": "years > 1", "value": 2}]}', '{"cases": [{"when": "years > 1", "value": 2}, {"value": "two"}]}', '{"cases": [{"when": "years > 1", "value": {"input": "nobody"}}, {"value": {"inputs": 3}}]}', '{"cases": [{"when": "years > 1"}]}',
	'{"curve": [[0, 0]], "of": "years"}', '{"curve": [[0, 0], [5, 3], [5, 4]], "of": "years"}', '{"curve": [[0, 0], ["years", 1, 2], [4]], "of": "assessment"}', '{"curve": "0:0, 1:1", "of": "years"}', '{"curve": [[0, 0], ["assessment", 1]]}',
	'{"population": "mode", "of": "years"}', '{"population": "mean"}', '{"population": "weighted_mean", "of": "years"}', '{"population": "mean", "of": "years", "weight": "points_lost", "share": 0.5}', '{"population": "percentile", "of": "years"}', '{"population": "top_mean", "of": "years", "share": 0}', '{"population": "percentile", "of": "years", "share": 1.5}',
	'{"rank": "nobody"}', '{"rank": "years", "as": "percent"}', '{"formula": "x + 1"}', '{"condition": "x = 1"}', '{"curve": [["x", 0], [1, 1]], "of": "x"}']) AS v;
SELECT said('inputs', '{"points_lost": {"formula": "b + 1"}, "assessment": {"cases": [{"value": {"input": "a"}}]}, "a": {"cases": [{"when": "b > 1", "value": {"input": "c"}}]}, "b": {"formula": "d"}, "c": {"cases": [{"value": {"input": "a"}}, {"value": "x"}]}, "d": {"population": "mean", "of": "points_lost"}, "e": {"formula": "b"}}');

-- who is in the run and who is a peer must be known before the population is
SELECT said('inputs.x', '{"population": "mean", "of": "years"}'), E'\n' || (SELECT string_agg(path || ': ' || problem, E'\n') FROM scheme_check(
	jsonb_set(base(), '{inputs}', base() -> 'inputs' || '{"m": {"population": "mean", "of": "years"}, "above": {"condition": "years > m"}, "p": {"rank": "years", "within": "peers"}, "q": {"formula": "p + 1"}}')
	|| '{"subjects": {"kinds": ["pharmacy"], "where": "above = 1"}, "peers": {"by": ["above", "q", "last", "nobody"]}, "rank": {"by": ["-years", "--years", "last"]}}'));

-- the scorecard
SELECT v || E'\n' || said('scorecard', v) FROM unnest(ARRAY[
	'{}', '{"name": "e", "indicators": [{"name": "points_lost", "weight": -1}]}', '{"name": "e", "indicators": [{"name": "total"}], "vetoes": [{"when": "nobody > 1 and score > 3", "unrate": true}]}', '{"name": "e", "indicators": [{"name": "x", "input": "last"}]}',
	'{"name": "e", "indicators": [{"name": "years", "categories": {"a": 1}}], "vetoes": [{"when": "points_lost = ''many''", "unrate": true}]}', '{"name": "e", "indicators": [{"name": "years", "when": "assessment > 3"}, {"name": "points_lost", "when": "assessment = ''good''"}]}', '{"name": "e", "indicators": 3}']) AS v;

-- grades
SELECT v || E'\n' || said('grading', v) FROM unnest(ARRAY[
	'{"method": "vote"}', '{"method": "bands", "labels": ["A"]}', '{"method": "quota"}', '{"method": "quota", "quotas": "A 50%, B 60%"}', '{"method": "quota", "quotas": "A 20%, B", "minimum": {"A": 5, "D": 1}, "rounding": "down", "ties": "order", "within": "city"}',
	'{"method": "clusters", "labels": ["1"]}', '{"method": "clusters", "labels": ["1", "2", "1"], "strict": 0, "clustering": "kmeans"}', '{"method": "cases", "cases": [{"grade": "A"}]}',
	'{"method": "cases", "order": ["A", "B", "A"], "cases": [{"grade": "A"}, {"when": "years > 1 and points.total > 3", "grade": "D"}, {"when": "grade = ''C''"}]}']) AS v;
SELECT v || E'\n' || said('adjust', v) FROM unnest(ARRAY[
	'[{}]', '[{"when": "years > 1"}]', '[{"when": "years > 1", "unrate": false}]', '[{"when": "grade = ''E''", "cap": "D"}]', '[{"when": "last = ''E'' and grade = ''S''", "grade": "S"}]', '[{"when": "grade > ''A''", "demote": 0, "promote": 1.5, "add": "1"}]', '[{"when": "group.g > 1 and points.x > 1 and points.points_lost > 1", "least": "B"}]',
	'[{"when": "rank <= 3", "cap": {"input": "last", "better": 1, "worse": 1}}]', '[{"when": "rank <= 3", "cap": {"input": "years"}}]', '[{"when": "rank <= 3", "cap": {"better": 1}}]', '[{"when": "rank <= ''3''", "score": "x"}]', '[{"when": 5, "demote": 1}]']) AS v;
SELECT v || E'\n' || said('linkage', v) FROM unnest(ARRAY[
	'[{"of": "self", "when": "grade = ''C''", "demote": 1}]', '[{"when": "grade = ''C''", "demote": 1}]', '[{"of": "children", "when": "years > 1", "demote": 1}]', '[{"of": "parent", "when": "grade = ''E''", "rounds": 11, "cap": "E"}]', '[{"of": {"tie": "controls"}, "when": "score < 1"}]']) AS v;
SELECT v || E'\n' || said('consequences', v) FROM unnest(ARRAY[
	'[{"code": "x"}]', '[{"payout": "years", "percent": "score"}]', '[{"code": "x", "payout": "years"}]', '[{"code": "x", "payout": "years", "percent": "score", "curve": "0:0, 1:1"}]', '[{"code": "x", "payout": "last", "curve": "1:0, 0:1"}]', '[{"code": "x", "payout": "years", "percent": "grade"}]', '[{"code": "x", "ban": 3, "list": "red"}]', '[{"code": "x", "ban": 0}]',
	'[{"code": "x", "suspend": [3, 1]}, {"code": "y", "suspend": 3}, {"code": "z", "suspend": [0, 1]}]', '[{"code": "x", "list": "grey"}]', '[{"code": "x", "sample": [10, 101]}]', '[{"code": "x", "allocate": {"sum": "last"}}]', '[{"code": "x", "action": "talk", "working": true}]', '[{"code": "x", "measures": false}]', '[{"code": "x", "factor": "1 + ", "decimals": 12}]', '[{"code": "x", "ban": 3, "days": 3}]']) AS v;
SELECT v || E'\n' || said('examples', v) FROM unnest(ARRAY[
	'[{"name": "x"}]', '[{"inputs": {"nobody": 1, "years": "x", "assessment": 3, "points_lost": null, "grade": 3, "rank": 2, "points.nobody": 1}, "grade": "Z", "score": "9"}]', '[{"inputs": [], "grade": "A"}]']) AS v;

-- names in paths; all at once; duplicates in the text
SELECT * FROM scheme_check('{"code": 1, "a.b": 2, "inputs": {"x y": {"value": []}, "a[0]": {"formula": "1 +"}, "b\"": {"rank": "b\""}}, "period": "w", "scorecard": {"indicators": []}}'::jsonb);
SELECT * FROM scheme_check('{"code": "a", "inputs": {"x": {"value": 1, "value": 2}, "x": {"value": 3}}, "rules": [{"code": "r", "code": "s"}], "code": "b"}'::text) WHERE problem LIKE '%twice%';
SELECT * FROM scheme_check('7'::jsonb);
SELECT * FROM scheme_check('[{"code": "x"}]'::text);
SELECT count(*) FROM scheme_check(NULL::jsonb);
SELECT * FROM scheme_check('{"code": "a"'::text);
SELECT * FROM scheme_check('{"code": "a\u0000"}'::text);

-- hostile text stays text
SELECT problem FROM scheme_check(jsonb_set(jsonb_set(base(), '{subjects,kinds,0}', '"x''); DROP TABLE scheme; --"'), '{rules,0,ladder}', '"x''; DROP TABLE scheme; --"'));
SELECT said('from', '"2021-01-01''; DROP TABLE scheme; --"'), said('inputs.x', '{"value": "''; DROP TABLE scheme; --"}'), said('inputs.x', '{"condition": "years > 1); DROP TABLE scheme; --"}');
SELECT left(said('inputs.x', '{"value": "' || repeat('x', 70000) || '"}'), 100), left(said('code', '"' || repeat('长', 100) || '"'), 100);
-- deeply nested, and long
SELECT * FROM scheme_check((repeat('{"inputs":', 500) || '1' || repeat('}', 500))::jsonb) WHERE path <> '';
SELECT said('inputs.x', '{"formula": "' || repeat('(', 3000) || '1' || repeat(')', 3000) || '"}');
SELECT count(*), min(path), max(path) FROM scheme_check(jsonb_set(base(), '{inputs}', base() -> 'inputs' || (SELECT jsonb_object_agg('i' || n, jsonb_build_object('formula', format('i%s + %s', n - 1, n))) FROM generate_series(1, 100) AS n)));
DROP SCHEMA test_registry_scheme_errors CASCADE;
