-- Type scorecard: what is refused, and what is said of it: path, value, what was expected.
SET client_min_messages = warning;
CREATE SCHEMA test_scorecard_errors;
SET search_path = test_scorecard_errors, credence;

-- what is said of a text that is no card, without the words that every such message begins with
CREATE FUNCTION problem(card text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
BEGIN
	PERFORM card::scorecard;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN sqlstate || ' ' || replace(sqlerrm, 'invalid input for type scorecard: ', '... ')
		|| CASE WHEN detail = '' THEN '' ELSE ' / ' || detail END || CASE WHEN hint = '' THEN '' ELSE ' / ' || hint END;
END $$;

-- a card with something of its own, with one indicator "a" unless it brings its own
CREATE FUNCTION card_problem(keys text) RETURNS text LANGUAGE sql
RETURN problem('{"name": "c", ' || CASE WHEN keys LIKE '%"indicators"%' THEN '' ELSE '"indicators": [{"name": "a"}], ' END || keys || '}');

-- an indicator "b" behind an indicator "a", with something of its own
CREATE FUNCTION indicator_problem(keys text) RETURNS text LANGUAGE sql
RETURN card_problem('"groups": [{"name": "g"}], "indicators": [{"name": "a"}, {"name": "b", ' || keys || '}]');

-- a group "h" behind a group "g", with something of its own
CREATE FUNCTION group_problem(keys text) RETURNS text LANGUAGE sql
RETURN card_problem('"groups": [{"name": "g"}, {"name": "h", ' || keys || '}]');

-- a veto with something of its own
CREATE FUNCTION veto_problem(keys text) RETURNS text LANGUAGE sql
RETURN card_problem('"grades": "A >= 9, B", "groups": [{"name": "g"}], "vetoes": [{' || keys || '}]');

\pset format unaligned
\pset tuples_only
\pset fieldsep '  -->  '

-- not JSON
SELECT text, problem(text) FROM unnest(ARRAY['', ' ', '{', '{"name"', '{"name": "c",}', '{''name'': 1}', '{"name": "c"} x', 'name: c', '{"name": "\q"}', '{"name": "\u0000"}', '{"name": 01}', '{"name": nan}']) AS text;
SELECT problem(E'{"name": "c",\n"indicators": [{"name": "a"},\n]}');

-- JSON, but no card
SELECT text, problem(text) FROM unnest(ARRAY['[]', '1', '"c"', 'null', 'true', '{}', '{"name": "c"}', '{"indicators": [{"name": "a"}]}',
	'{"name": "c", "indicators": []}', '{"name": "c", "indicators": {}}', '{"name": "c", "indicators": null}', '{"name": "c", "indicators": [1]}', '{"name": "c", "indicators": [{}]}', '{"name": "c", "indicators": [[]]}']) AS text;

-- keys of the card: unknown, twice, of a wrong type, out of range
SELECT keys, card_problem(keys) FROM unnest(ARRAY['"Name": "d"', '"name ": "d"', '"标题": 1', '"name": "d"', '"title": "a", "title": "a"',
	'"title": 1', '"title": null', '"version": 1.0', '"aggregate": "average"', '"aggregate": 1', '"aggregate": ""', '"aggregate": "Mean"', '"unrated": ""', '"unrated": 0', '"grades": 1', '"grades": {}',
	'"decimals": 10', '"decimals": -1', '"decimals": 1.5', '"decimals": "2"', '"decimals": true', '"base": 1', '"take": 2', '"aggregate": "sum", "take": 1', '"aggregate": "best", "base": 0',
	'"aggregate": "best", "take": 0', '"aggregate": "best", "take": 1.5', '"aggregate": "best", "take": 1001', '"aggregate": "best", "take": 1000', '"aggregate": "sum", "base": "5"',
	'"floor": "0"', '"ceiling": []', '"floor": 1.5, "ceiling": 1.25', '"floor": 1, "ceiling": 1', '"groups": {}', '"vetoes": "none"', '"rated": []', '"rated": 0.5']) AS keys;
SELECT card_problem('"aggregate": "sum", "base": ' || number) FROM unnest(ARRAY['1e100', '-1e100', '1.01e100', '-2e100', '1e999', '1e-400']) AS number;
SELECT problem('{"name": "", "indicators": [{"name": "a"}]}'), problem('{"name": 1, "indicators": [{"name": "a"}]}');

-- keys of an indicator
SELECT keys, indicator_problem(keys) FROM unnest(ARRAY['"label": "x"', '"name": "c"', '"title": true', '"unit": 5', '"input": ""', '"input": 1', '"group": "x"', '"group": ""', '"group": 1',
	'"weight": 0', '"weight": -0.123456789', '"weight": "1"', '"weight": 1e-400', '"weight": 1e101', '"bonus": 1', '"bonus": "true"', '"direction": "up"', '"direction": 1',
	'"standardise": "z"', '"standardise": ""', '"standardise": null', '"curve": "0"', '"curve": 5', '"curve": "1:0, 0:1"', '"curve": "0:1e101"', '"bands": "A >= 1"', '"bands": "5 >= 1, n/a"', '"bands": "5 >="', '"bands": []',
	'"bands": "1e101 > 0"', '"categories": []', '"categories": {}', '"categories": {"x": "1"}', '"categories": {"x": 1, "y": null}', '"categories": {"x": 1, "x": 2}',
	'"curve": "0:0", "bands": "1 >= 0"', '"curve": "0:0", "categories": {"x": 1}', '"bands": "1", "categories": {"x": 1}',
	'"cap": 5', '"cap": [1]', '"cap": [1, 2, 3]', '"cap": [1, "2"]', '"cap": [null, 2]', '"cap": [2.25, 2]', '"cap": {}', '"step": 0', '"step": -1', '"step": "1"',
	'"missing": "zero"', '"missing": null', '"missing": true', '"missing": []', '"missing": 1e101']) AS keys;
SELECT problem('{"name": "c", "indicators": [{"title": "a"}]}'), problem('{"name": "c", "indicators": [{"name": ""}]}'), problem('{"name": "c", "indicators": [{"name": 1}]}');
SELECT problem('{"name": "c", "indicators": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}');

-- directions contrary to what the shape says; a standardised value is turned before its shape
SELECT keys, indicator_problem(keys) FROM unnest(ARRAY[
	'"curve": "0:0, 1:1", "direction": "lower"', '"curve": "0:1, 1:0", "direction": "higher"', '"curve": "0:0, 1:1, 2:0", "direction": "higher"', '"curve": "0:0, 1:1, 2:0", "direction": "lower"',
	'"curve": "0:1, 0:0", "direction": "higher"', '"bands": "1 >= 5, 0", "direction": "lower"', '"bands": "1 <= 5, 0", "direction": "higher"', '"bands": "1 >= 5, 2 >= 3, 0", "direction": "higher"',
	'"curve": "0:0, 1:1", "direction": "none"', '"bands": "1 >= 5, 1", "direction": "lower"', '"categories": {"x": 1}, "direction": "higher"',
	'"curve": "0:1, 1:0", "standardise": "zscore"', '"curve": "0:1, 1:0", "standardise": "zscore", "direction": "lower"', '"bands": "1 <= 0, 0", "standardise": "percentile", "direction": "higher"',
	'"curve": "0:1, 1:0", "standardise": "zscore", "direction": "none"', '"curve": "0:0, 1:1", "standardise": "minmax", "direction": "lower"', '"curve": "0:0, 1:1, 2:0", "standardise": "zscore"',
	'"curve": "0:1, 1:0", "standardise": "ratio_to_mean"', '"curve": "0:1, 1:0", "standardise": "ratio_to_mean", "direction": "lower"', '"curve": "0:1, 1:0", "standardise": "ratio_to_mean", "direction": "higher"',
	'"categories": {"x": 1}, "standardise": "zscore"']) AS keys;

-- keys of a group; circles; levels of standardising
SELECT keys, group_problem(keys) FROM unnest(ARRAY['"label": "x"', '"name": "i"', '"title": 1', '"parent": "x"', '"parent": "h"', '"parent": 1', '"weight": 0', '"weight": -1', '"aggregate": "max"', '"take": 1', '"base": 1',
	'"aggregate": "best", "take": 0', '"floor": 2, "ceiling": 1', '"standardise": "rank"', '"floor": "low"', '"decimals": 2']) AS keys;
SELECT problem('{"name": "c", "indicators": [{"name": "a"}], "groups": [{"title": "g"}]}'), problem('{"name": "c", "indicators": [{"name": "a"}], "groups": ["g"]}');
SELECT card_problem('"groups": [{"name": "g"}, {"name": "h"}, {"name": "g"}]');
SELECT card_problem('"groups": [{"name": "g", "parent": "h"}, {"name": "h", "parent": "g"}]');
SELECT card_problem('"groups": [{"name": "f"}, {"name": "g", "parent": "i"}, {"name": "h", "parent": "g"}, {"name": "i", "parent": "h"}]');
SELECT card_problem('"groups": [{"name": "f", "parent": "g"}, {"name": "g", "parent": "g"}]');
SELECT card_problem('"groups": [{"name": "g", "standardise": "zscore"}, {"name": "h", "parent": "g", "standardise": "zscore"}]');
SELECT card_problem('"groups": [{"name": "g", "standardise": "zscore"}, {"name": "h"}, {"name": "i", "parent": "h", "standardise": "minmax"}]');
SELECT card_problem('"groups": [{"name": "f"}, {"name": "g", "parent": "f", "standardise": "zscore"}, {"name": "h"}, {"name": "i", "parent": "h", "standardise": "minmax"}]');

-- what "earned" must know
SELECT keys, card_problem('"aggregate": "earned", ' || keys) FROM unnest(ARRAY['"indicators": [{"name": "a"}]', '"indicators": [{"name": "a", "standardise": "zscore"}]', '"indicators": [{"name": "a", "cap": [0, 10]}]',
	'"indicators": [{"name": "a", "standardise": "zscore", "cap": [0, 10]}]', '"indicators": [{"name": "a", "bonus": true}]', '"indicators": [{"name": "a", "categories": {"x": 1}}]',
	'"groups": [{"name": "g"}], "indicators": [{"name": "a", "group": "g"}]', '"groups": [{"name": "g", "ceiling": 5}], "indicators": [{"name": "a", "group": "g"}]',
	'"groups": [{"name": "g", "aggregate": "earned"}], "indicators": [{"name": "a", "group": "g", "bands": "1 > 0, 0"}]',
	'"groups": [{"name": "g", "aggregate": "earned", "ceiling": 5}], "indicators": [{"name": "a", "group": "g", "bands": "1 > 0, 0"}]',
	'"groups": [{"name": "g", "aggregate": "earned", "floor": 5}], "indicators": [{"name": "a", "group": "g", "bands": "1 > 0, 0"}]',
	'"groups": [{"name": "g", "aggregate": "earned", "standardise": "zscore"}], "indicators": [{"name": "a", "group": "g", "bands": "1 > 0, 0"}]']) AS keys;

-- conditions of being rated
SELECT keys, card_problem('"groups": [{"name": "g"}, {"name": "h", "parent": "g"}], "rated": {' || keys || '}') FROM unnest(ARRAY['"cover": 1', '"coverage": 1.01', '"coverage": -0.1', '"coverage": "0.5"', '"coverage": 80', '"groups": 2', '"groups": 1',
	'"groups": -1', '"groups": 0.5', '"groups": 201', '"indicators_per_group": 0', '"indicators_per_group": 1.5', '"indicators_per_group": "1"', '"any_group": "g"', '"any_group": []', '"any_group": [1]', '"any_group": ["x"]',
	'"any_group": ["h"]', '"any_group": ["g", "g"]', '"any_group": ["g"]']) AS keys;

-- grades and vetoes
SELECT card_problem('"grades": ' || grades) FROM unnest(ARRAY['"A >= 1, A"', '"A >= 9, B >= 8, A >= 7"', '"A >= 1, B >= 2"', '""', '"A >= 9, A >= 8, A"']) AS grades;
SELECT keys, veto_problem(keys) FROM unnest(ARRAY['', '"grade": "A"', '"when": "a = 1"', '"when": "a = 1", "unrate": false', '"when": "a = 1", "reason": "r"', '"when": 1, "grade": "A"', '"when": "a = 1", "force": "A"', '"when": "a = 1", "grade": ""',
	'"when": "a = 1", "grade": 1', '"when": "a = 1", "grade": "Z"', '"when": "a = 1", "cap": "Z"', '"when": "a = 1", "cap": "a"', '"when": "a = 1", "demote": 0', '"when": "a = 1", "demote": 1.5', '"when": "a = 1", "demote": 257', '"when": "a = 1", "demote": 256', '"when": "a = 1", "demote": "1"',
	'"when": "a = 1", "score": "0"', '"when": "a = 1", "score": null', '"when": "a = 1", "unrate": 1', '"when": "a = 1", "reason": 1, "grade": "A"']) AS keys;
SELECT card_problem('"vetoes": [{"when": "a = 1", "unrate": true}, {"when": "a = 2", "cap": "A"}]');
SELECT card_problem('"vetoes": [{"when": "a = 1", "demote": 1}]');
SELECT card_problem('"vetoes": [{"when": "a = 1", "grade": "Z", "score": 5, "unrate": true}]');
SELECT card_problem('"vetoes": [1]');

-- conditions
SELECT condition, veto_problem('"unrate": true, "when": ' || to_json(condition)) FROM unnest(ARRAY['', ' ', 'a', 'a =', 'a = ', '= 1', '> 1', 'a 1', 'a == 1', 'a => 1', 'a != 1', 'a is 1', 'a = x', 'a = "x"', 'a = nan', 'a = 1e101', 'a = 1 b = 2', 'a = 1 or b = 2', 'a = 1, b = 2',
	'a = 1 and', 'a = 1 and ', 'a = 1 andb = 2', 'a = 1 AND b = 2', 'a = 1and b = 2', 'and a = 1', 'a and b', 'a = ''x', '"a = 1', '"a" "b" = 1', 'a > ''x''', 'a >= ''x''', 'score = ''x''', 'points.a = ''x''', 'group.g <> ''x''',
	'group.x = 1', 'points.x = 1', 'group. = 1', 'points.= 1', 'group.g', 'a = b', 'a + 1 = 2', '(a = 1)', 'not a = 1', 'a = 1 and b = ''x'' and b > 1', 'b = ''x'' and b = 1', 'a = ''x''', '科室 大于 1', 'a ＝ 1']) AS condition;
SELECT condition, indicator_problem('"when": ' || to_json(condition)) FROM unnest(ARRAY['c > ', 'score > 1', 'points.a > 1', 'group.g > 1', 'c = ''x'' and c > 1', 'a = ''x''', 'b = ''x''', 'c > 1']) AS condition;

-- a column cannot be text for one and number for another
SELECT card_problem('"indicators": [{"name": "a"}, {"name": "b", "input": "a", "categories": {"x": 1}}]');
SELECT card_problem('"indicators": [{"name": "a", "categories": {"x": 1}}, {"name": "b", "when": "a > 1"}]');
SELECT card_problem('"indicators": [{"name": "a", "categories": {"x": 1}}], "vetoes": [{"when": "a = 1", "unrate": true}]');
SELECT card_problem('"indicators": [{"name": "a", "when": "k = ''x''"}, {"name": "b", "input": "k"}]');
SELECT card_problem('"indicators": [{"name": "a", "categories": {"x": 1}}, {"name": "b", "input": "a", "categories": {"y": 1}, "when": "a = ''z''"}]');

\pset format aligned
\pset tuples_only
DROP SCHEMA test_scorecard_errors CASCADE;
