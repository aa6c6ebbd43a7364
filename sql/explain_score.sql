-- explain_score(): lines that add up to the score
SET search_path = credence, public;
CREATE TEMP TABLE provider (id int, a float8, b numeric, k text);
INSERT INTO provider VALUES (1, 91, 50.5, 'yes'), (2, NULL, 5, 'no'), (3, NULL, NULL, NULL), (4, 60, 0, 'no');

-- a mean: each line is weight * points / the weights present
CREATE TEMP TABLE mean_card AS SELECT '{"name": "mean", "decimals": 3, "indicators": [
	{"name": "a", "bands": "10 >= 90, 5 >= 60, 0"},
	{"name": "b", "weight": 2, "curve": "0:0, 100:10"},
	{"name": "k", "categories": {"yes": 10, "no": 0}},
	{"name": "given", "input": "a", "cap": [0, 50], "missing": 1}],
	"grades": "A >= 8, B"}'::scorecard AS card;
SELECT id, line, kind, indicator, input, points, weight, contribution, lost, reason
FROM mean_card, provider p, explain_score(card, p) WHERE id <= 2 ORDER BY id, line;

-- the lines add up exactly, whatever the order; without a score there is nothing to add
CREATE FUNCTION pg_temp.adds_up(card scorecard) RETURNS TABLE (id int, score float8, total numeric, exact boolean) LANGUAGE sql AS $$
	SELECT p.id, score(card, p), trim_scale(sum(contribution)), sum(contribution) IS NOT DISTINCT FROM score(card, p)::text::numeric
	FROM provider p, explain_score(card, p) GROUP BY p.id, 2 ORDER BY 1
$$;
SELECT a.* FROM mean_card, pg_temp.adds_up(card) a;

-- base, floor and ceiling, a bonus, nested groups; the shares of a group go through to its indicators
SELECT line, kind, group_name, indicator, points, contribution, lost, reason
FROM provider p, explain_score('{"name": "nested", "aggregate": "sum", "base": 100, "ceiling": 120, "groups": [
	{"name": "outer", "weight": 0.5, "aggregate": "sum", "base": 7, "floor": 60},
	{"name": "inner", "parent": "outer", "weight": 2}], "indicators": [
	{"name": "a", "group": "inner", "bands": "10 >= 90, 5 >= 60, 0"},
	{"name": "b", "group": "inner", "weight": 3},
	{"name": "k", "bonus": true, "categories": {"yes": 4, "no": 0}}]}', p) WHERE id = 1 ORDER BY line;

-- earned: a hundredth of the possible points is worth a point
SELECT line, kind, group_name, indicator, points, contribution, lost
FROM provider p, explain_score('{"name": "earned", "aggregate": "earned", "groups": [
	{"name": "basic", "aggregate": "earned"}, {"name": "rest", "ceiling": 50, "weight": 2}], "indicators": [
	{"name": "a", "group": "basic", "bands": "10 >= 90, 5 >= 60, 0"},
	{"name": "k", "group": "basic", "weight": 3, "categories": {"yes": 10, "no": 0}},
	{"name": "b", "group": "rest"}]}', p) WHERE id = 4 ORDER BY line;

-- worst and best: only what was taken contributes; of equal ones the earlier
SELECT line, kind, indicator, points, contribution
FROM provider p, explain_score('{"name": "worst", "aggregate": "worst", "indicators": [
	{"name": "b"}, {"name": "k", "categories": {"yes": 100, "no": 0}}, {"name": "a"}]}', p) WHERE id = 4 ORDER BY line;
SELECT line, kind, indicator, points, contribution
FROM provider p, explain_score('{"name": "best", "aggregate": "best", "take": 2, "indicators": [
	{"name": "b"}, {"name": "k", "categories": {"yes": 100, "no": 0}}, {"name": "a"}]}', p) WHERE id = 1 ORDER BY line;

-- geometric: the shares of the plain mean, and a shift for what the geometric one is below it
SELECT line, kind, indicator, points, contribution, reason
FROM provider p, explain_score('{"name": "geometric", "aggregate": "geometric", "decimals": 2, "indicators": [
	{"name": "x", "input": "a", "bands": "16 >= 90, 1"}, {"name": "y", "input": "b", "bands": "4 >= 50, 1"}]}', p) WHERE id = 1 ORDER BY line;

-- standardised indicators show both values, standardised groups a shift
CREATE TEMP TABLE group_card AS SELECT '{"name": "groups", "decimals": 4, "groups": [{"name": "g", "standardise": "zscore", "weight": 3}], "indicators": [
	{"name": "b", "group": "g", "standardise": "minmax"}, {"name": "k", "categories": {"yes": 1, "no": 0}}]}'::scorecard AS card;
CREATE TEMP TABLE group_norms AS
SELECT norms(card, inputs(card, p), first) AS norms
FROM group_card, provider p, (SELECT norms(card, inputs(card, p)) AS first FROM group_card, provider p) f;
SELECT line, kind, group_name, indicator, input, round(standardised::numeric, 6) AS standardised, contribution, reason
FROM group_card, group_norms, provider p, explain_score(card, p, norms) WHERE id = 1 ORDER BY line;
SELECT id, score(card, p, norms), sum(contribution) = score(card, p, norms)::text::numeric AS exact
FROM group_card, group_norms, provider p, explain_score(card, p, norms) GROUP BY id, 2 ORDER BY id;

-- vetoes come last, each with what was before and after it; those that leave the score add nothing
SELECT id, line, kind, contribution, reason
FROM provider p, explain_score('{"name": "vetoes", "indicators": [{"name": "b"}], "grades": "A >= 50, B >= 4, C", "unrated": "none", "vetoes": [
	{"when": "k = ''yes''", "demote": 1, "reason": "said yes"},
	{"when": "b < 20", "score": 1.5, "reason": "too little"},
	{"when": "score < 2", "grade": "D"}]}', p) ORDER BY id, line;

-- the form with the input vector says the same; nothing of NULL; errors of the row are errors here
SELECT count(*) FILTER (WHERE x IS DISTINCT FROM y) AS different, count(*)
FROM mean_card, provider p, LATERAL (SELECT e, e.line FROM explain_score(card, p) e) x(x, line)
JOIN LATERAL (SELECT e, e.line FROM explain_score(card, inputs(card, p)) e) y(y, line) USING (line);
SELECT count(*) FROM mean_card, explain_score(card, NULL::float8[]);
SELECT * FROM explain_score('{"name": "one", "indicators": [{"name": "a"}]}', ARRAY['infinity']::float8[]);
SELECT * FROM explain_score('{"name": "z", "indicators": [{"name": "a", "standardise": "zscore"}]}', ARRAY[1]::float8[]);

-- in the list of results it works as well
SELECT (explain_score('{"name": "one", "decimals": 0, "indicators": [{"name": "a"}]}', ARRAY[2.5]::float8[])).*;
