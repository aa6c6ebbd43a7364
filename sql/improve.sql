-- improve(): every single change that lifts a row
SET search_path = credence, public;
CREATE TEMP TABLE provider (id int, a float8, b numeric, k text, breach boolean, strikes int);
INSERT INTO provider VALUES (1, 85, 40, 'no', false, 0), (2, 95, 90, 'yes', true, 0), (3, 95, 90, 'yes', false, 3), (4, NULL, NULL, 'yes', false, 0), (5, 95, 90, 'yes', false, 0);
CREATE TEMP TABLE card AS SELECT '{"name": "city", "decimals": 2, "indicators": [
	{"name": "quality", "input": "a", "bands": "100 >= 90, 60 >= 80, 0", "step": 1},
	{"name": "cost", "input": "b", "curve": "0:0, 100:100", "step": 0.5},
	{"name": "open", "input": "k", "categories": {"yes": 90, "part": 70, "no": 10}}],
	"grades": "A >= 80, B >= 50, C", "unrated": "none", "rated": {"coverage": 0.6},
	"vetoes": [{"when": "breach = 1", "grade": "C"}, {"when": "strikes >= 2", "cap": "B"}]}'::scorecard AS card;
SELECT id, score(card, p), grade(card, p) FROM provider p, card ORDER BY id;

-- 1: C at 36.67; B needs 150 of 300 points, A is out of reach. 2: only without the breach. 3: at fewer
-- strikes. 4: not rated, any one of the missing values does. 5: there is nothing better
SELECT p.id, i.* FROM provider p, card, improve(card, p) i ORDER BY 1, 2, 4;

-- the vector form knows no booleans, but finds the same where nothing but a flag can be meant
SELECT p.id, i.* FROM provider p, card, improve(card, inputs(card, p)) i WHERE id IN (2, 3) ORDER BY 1, 2, 4;

-- lower is better, for inputs and for grades
SELECT * FROM improve('{"name": "points", "aggregate": "sum", "decimals": 0, "indicators": [
	{"name": "late", "step": 1}, {"name": "wrong", "weight": 2, "step": 1}],
	"grades": "A <= 8, B <= 15, C"}', ARRAY[7, 6]::float8[]) ORDER BY 1;
SELECT * FROM improve('{"name": "days", "indicators": [{"name": "wait", "curve": "0:100, 50:0", "step": 0.25}], "grades": "A >= 90, B"}', ARRAY[20]::float8[]);

-- a target from both sides: what is best lies in between
SELECT x, i.* FROM (VALUES (-3), (12), (2)) v(x), improve('{"name": "balance", "indicators": [
	{"name": "rate", "curve": "0:0, 0:100, 5:=100, 5:0", "step": 0.5}], "grades": "met >= 100, missed"}', ARRAY[x]::float8[]) i;

-- one column read by two indicators moves both; a row that no single change lifts gets none
SELECT * FROM improve('{"name": "both", "aggregate": "sum", "indicators": [
	{"name": "first", "input": "x", "cap": [0, 10], "step": 1}, {"name": "second", "input": "x", "curve": "0:0, 20:10", "step": 1}],
	"grades": "A >= 15, B"}', ARRAY[4]::float8[]);
SELECT * FROM improve('{"name": "two", "aggregate": "worst", "indicators": [{"name": "x"}, {"name": "y"}], "grades": "A >= 9, B"}', ARRAY[1, 1]::float8[]);

-- not rated: the indicator that must not be missing, the group that lacks one
SELECT * FROM improve('{"name": "must", "indicators": [{"name": "x", "missing": "unrated", "curve": "10:0, 20:100"}, {"name": "y"}], "grades": "A >= 9, B"}', ARRAY[NULL, 1]::float8[]);
SELECT * FROM improve('{"name": "groups", "groups": [{"name": "g"}, {"name": "h"}], "rated": {"groups": 2},
	"indicators": [{"name": "x", "group": "g"}, {"name": "y", "group": "h", "bands": "1 >= 3, 0"}, {"name": "z", "group": "g"}]}', ARRAY[1, NULL, NULL]::float8[]);

-- standardised: norms are held, and steps are those of the input
CREATE TEMP TABLE peer AS SELECT i::float8 AS x FROM generate_series(1, 100) i;
SELECT n.method, i.value_from, i.value_to, i.grade_after
FROM (SELECT method, card, norms(card, ARRAY[x]) AS norms
	FROM peer, (SELECT method, format('{"name": "seen", "indicators": [{"name": "x", "standardise": "%s", "step": 1}], "grades": "A >= %s, B"}', method, cut)::scorecard AS card
		FROM (VALUES ('zscore', 1), ('minmax', 0.9), ('percentile', 0.755), ('ratio_to_mean', 1.5), ('robust_z', 1)) v(method, cut)) c
	GROUP BY method, card) n, improve(card, ARRAY[50]::float8[], norms) i ORDER BY 1;

-- no grades, nothing to reach; NULL rows give none; a row that cannot be scored is an error
SELECT count(*) FROM improve('{"name": "plain", "indicators": [{"name": "x"}]}', ARRAY[1]::float8[]);
SELECT count(*) FROM card, improve(card, NULL::float8[]);
SELECT * FROM improve('{"name": "plain", "indicators": [{"name": "x"}], "grades": "A >= 1, B"}', ARRAY['-infinity']::float8[]);
