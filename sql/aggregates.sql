-- From points to the score: shapes, every aggregate, groups in groups, clamps, rounding. Each value is worked out in the comment before it.
SET client_min_messages = warning;
CREATE SCHEMA test_aggregates;
SET search_path = test_aggregates, credence;

-- the score of a card of these keys and indicators
CREATE FUNCTION scored(keys text, indicators text, v float8[]) RETURNS float8 LANGUAGE sql
RETURN score(('{"name": "c"' || keys || ', "indicators": [' || indicators || ']}')::scorecard, v);

-- what is said of a statement that fails
CREATE FUNCTION problem(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE statement INTO result;
	RETURN 'accepted: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;

--
-- points of one indicator
--
-- the value itself; bands; curve; categories
SELECT scored('', '{"name": "a"}', '{7.25}') AS value, scored('', '{"name": "a", "bands": "10 >= 5, 4 >= 3, 0"}', '{4}') AS bands, scored('', '{"name": "a", "bands": "10 <= 5, 4 <= 8, 0"}', '{8}') AS lower,
	scored('', '{"name": "a", "curve": "0:0, 100:50"}', '{40}') AS curve, scored('', '{"name": "a", "categories": {"x": 3, "y": 8}}', '{2}') AS category;
-- a value that no band matches is missing: nothing, or the points that "missing" gives
SELECT scored('', '{"name": "a", "bands": "10 >= 5"}', '{4}') AS no_band, scored('', '{"name": "a", "bands": "10 >= 5", "missing": 2}', '{4}') AS filled_in, scored('', '{"name": "a", "missing": -3}', '{NULL}') AS filled_in;
-- a cap clamps points, not values, and not what is filled in
SELECT x, scored('', '{"name": "a", "cap": [2, 5], "missing": 9}', ARRAY[x]) AS value, scored('', '{"name": "a", "curve": "0:0, 10:100", "cap": [2, 5]}', ARRAY[x]) AS curve, scored('', '{"name": "a", "bands": "9 >= 5, 3 >= 3, 0", "cap": [2, 5]}', ARRAY[x]) AS bands
FROM unnest('{-1,0.3,2,3,5,6,NULL}'::float8[]) AS x;
SELECT scored('', '{"name": "a", "categories": {"x": -8, "y": 8}, "cap": [-1, 1]}', ARRAY[x]) AS category FROM unnest('{1,2}'::float8[]) AS x;
-- not applicable is missing
SELECT x, y, scored('', '{"name": "a", "when": "y >= 1 and y < 3"}', ARRAY[x, y]) AS skipped, scored('', '{"name": "a", "when": "y >= 1 and y < 3", "missing": 5}', ARRAY[x, y]) AS filled_in
FROM (VALUES (7::float8, 0), (7, 1), (7, 2), (7, 3), (7, NULL), (NULL, 2), ('NaN', 2)) AS t(x, y);
-- every comparison, at the number and beside it
SELECT y, op, scored('', format('{"name": "a", "when": "y %s 2"}', op), ARRAY[1, y]) FROM unnest('{>=,>,<=,<,=,<>}'::text[]) WITH ORDINALITY AS o(op, place), unnest('{1,2,3}'::float8[]) AS y ORDER BY place, y;

--
-- mean: of what is present
--
\set abc '''{"name": "a"}, {"name": "b", "weight": 2}, {"name": "c", "weight": 3}'''
\set abcd '''{"name": "a"}, {"name": "b", "weight": 2}, {"name": "c", "weight": 3}, {"name": "d", "weight": 2, "bonus": true}'''
-- (10 + 2 x 20 + 3 x 40) / 6 = 170 / 6; without b (10 + 120) / 4; without all nothing
SELECT scored('', :abc, '{10,20,40}'), scored('', :abc, '{10,NULL,40}'), scored('', :abc, '{NULL,NULL,NULL}');
-- a bonus of 2 x 3 adds above the line only: 176 / 6; alone it is nothing
SELECT scored('', :abcd, '{10,20,40,3}'), scored('', :abcd, '{10,20,40,NULL}'), scored('', :abcd, '{NULL,NULL,NULL,3}');

--
-- sum: from the base
--
-- 100 + 10 + 40 + 120; without b 230; nothing present, nothing; a bonus of 6 is something
SELECT scored(', "aggregate": "sum", "base": 100', :abc, '{10,20,40}'), scored(', "aggregate": "sum", "base": 100', :abc, '{10,NULL,40}'), scored(', "aggregate": "sum", "base": 100', :abc, '{NULL,NULL,NULL}'),
	scored(', "aggregate": "sum", "base": 100', :abcd, '{10,20,40,3}'), scored(', "aggregate": "sum", "base": 100', :abcd, '{NULL,NULL,NULL,3}'), scored(', "aggregate": "sum"', :abc, '{10,20,40}');
-- deductions: 100 - 2 x 5 - 1 x 3, not below 60 with a floor
SELECT scored(', "aggregate": "sum", "base": 100' || clamp, '{"name": "late", "weight": 2, "curve": "0:0, 100:-100"}, {"name": "lost", "curve": "0:0, 100:-100"}', v) FROM unnest(ARRAY['', ', "floor": 60']) AS clamp, (VALUES ('{5,3}'::float8[]), ('{30,20}')) AS t(v);

--
-- earned: of what could be earned with what is present
--
\set earned ''', "aggregate": "earned"'''
\set four '''{"name": "a", "bands": "10 >= 5, 4 >= 3, 0"}, {"name": "b", "weight": 2, "curve": "0:0, 100:50"}, {"name": "c", "weight": 3, "cap": [0, 5]}, {"name": "d", "categories": {"none": 0, "gold": 8}}'''
\set five '''{"name": "a", "bands": "10 >= 5, 4 >= 3, 0"}, {"name": "b", "weight": 2, "curve": "0:0, 100:50"}, {"name": "c", "weight": 3, "cap": [0, 5]}, {"name": "d", "categories": {"none": 0, "gold": 8}}, {"name": "e", "weight": 2, "bonus": true}'''
-- 4 of 10, 2 x 20 of 2 x 50, 3 x 5 of 3 x 5, 8 of 8: 67 of 133; a bonus of 2 x 3: 73 of 133; without b 27 of 33; without all but the bonus nothing
SELECT scored(:earned, :four, '{4,40,7,2}'), scored(:earned, :five, '{4,40,7,2,3}'), scored(:earned, :four, '{4,NULL,7,2}'), scored(:earned, :five, '{NULL,NULL,NULL,NULL,3}');
-- the most points after the cap: 6 of 6; filled in: 3 of 10; a curve that peaks in between: 2 of 8
SELECT scored(:earned, '{"name": "a", "bands": "10 >= 5, 0", "cap": [0, 6]}', '{5}'), scored(:earned, '{"name": "a", "bands": "10 >= 5, 0", "missing": 3}', '{NULL}'), scored(:earned, '{"name": "a", "curve": "0:0, 5:8, 10:2"}', '{10}');
-- nothing to earn is nothing to score
SELECT scored(:earned, '{"name": "a", "cap": [-5, 0]}', '{-2}'), scored(:earned, '{"name": "a", "cap": [-5, 0]}, {"name": "b", "cap": [0, 10]}', '{-2,4}');
-- an earned group passes up 44 of 110, twice: 88 of 220; the mean of 12 and 16, of 20: 102 of 240
SELECT a.score, a.points, a.group_scores FROM appraise('{"name": "c", "aggregate": "earned", "groups": [{"name": "g", "aggregate": "earned", "weight": 2}, {"name": "h", "ceiling": 20}], "indicators": [{"name": "a", "group": "g", "bands": "10 >= 5, 4 >= 3, 0"}, {"name": "b", "group": "g", "weight": 2, "curve": "0:0, 100:50"}, {"name": "x", "group": "h"}, {"name": "y", "group": "h"}]}'::scorecard, '{4,40,12,16}'::float8[]) AS a;
-- the same where the mean is not there, and where it is 30, clamped to 20: 88 of 220, 108 of 240
SELECT a.score, a.group_scores FROM unnest(ARRAY['{4,40,NULL,NULL}', '{4,40,44,16}']) AS v, appraise('{"name": "c", "aggregate": "earned", "groups": [{"name": "g", "aggregate": "earned", "weight": 2}, {"name": "h", "ceiling": 20}], "indicators": [{"name": "a", "group": "g", "bands": "10 >= 5, 4 >= 3, 0"}, {"name": "b", "group": "g", "weight": 2, "curve": "0:0, 100:50"}, {"name": "x", "group": "h"}, {"name": "y", "group": "h"}]}'::scorecard, v::float8[]) AS a;

--
-- geometric: 4 and 9 give 6; 16 and three times 81 give 2 x 27; a zero gives zero; a bonus of 2 x 3 is added
--
\set geometric ''', "aggregate": "geometric"'''
SELECT scored(:geometric, '{"name": "a"}, {"name": "b"}', '{4,9}'), scored(:geometric, '{"name": "a"}, {"name": "b", "weight": 3}', '{16,81}'), scored(:geometric, '{"name": "a"}, {"name": "b"}', '{4,NULL}'), scored(:geometric, '{"name": "a"}, {"name": "b"}', '{4,0}'),
	scored(:geometric, '{"name": "a"}, {"name": "b"}, {"name": "d", "weight": 2, "bonus": true}', '{4,9,3}'), scored(:geometric, '{"name": "a"}, {"name": "d", "bonus": true}', '{NULL,3}'), scored(:geometric, '{"name": "a"}', '{-0}');
SELECT problem($$SELECT scored(', "aggregate": "geometric"', '{"name": "a"}, {"name": "b"}', '{4,-0.1}')$$), problem($$SELECT scored(', "groups": [{"name": "g", "aggregate": "geometric"}]', '{"name": "a", "group": "g"}', '{-2.5}')$$), problem($$SELECT scored(', "aggregate": "geometric"', '{"name": "a"}, {"name": "b"}', '{0,-1}')$$),
	problem($$SELECT scored(', "aggregate": "geometric"', '{"name": "a"}, {"name": "b", "bonus": true}', '{4,-1}')$$);

--
-- worst and best: weights do not matter, bonuses are added with theirs
--
SELECT scored(', "aggregate": "worst"', :abc, '{5,3,8}'), scored(', "aggregate": "worst"', :abc, '{5,NULL,8}'), scored(', "aggregate": "worst"', :abcd, '{5,3,8,-9}'), scored(', "aggregate": "worst"', :abcd, '{NULL,NULL,NULL,3}');
-- of 5, 9, 7, 9: 9; the mean of 9 and 9; of 9, 7 and 9; of all four; what is missing is not among them
SELECT take, scored(', "aggregate": "best", "take": ' || take, '{"name": "a", "weight": 5}, {"name": "b"}, {"name": "c"}, {"name": "d"}', '{5,9,7,9}'), scored(', "aggregate": "best", "take": ' || take, '{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}', '{-5,NULL,-7,NULL}') FROM unnest('{1,2,3,4,1000}'::int[]) AS take;
SELECT scored(', "aggregate": "best"', :abcd, '{5,3,8,1}'), scored(', "aggregate": "best"', :abcd, '{NULL,NULL,NULL,1}');

--
-- groups
--
-- safety: (80 + 3 x 60) / 4 = 65; cost: 100 - 2 x 10 = 80, within care; care: worst of cost 80 and 90 = 80; the card: (2 x 65 + 80 + 50) / 4, the 50 right beneath it
\set nested '''{"name": "n", "groups": [{"name": "cost", "parent": "care", "aggregate": "sum", "base": 100}, {"name": "safety", "weight": 2}, {"name": "care", "aggregate": "worst"}, {"name": "empty"}], "indicators": [{"name": "falls", "group": "safety"}, {"name": "own"}, {"name": "extra", "group": "cost", "weight": 2, "curve": "0:0, 100:-100"}, {"name": "errors", "group": "safety", "weight": 3}, {"name": "beds", "group": "care"}]}'''
SELECT group_names(:nested), indicator_names(:nested);
SELECT a.score, a.points, a.group_scores FROM appraise(:nested::scorecard, '{80,50,10,60,90}'::float8[]) AS a;
-- a group with nothing present is missing: without extra, cost is, and care is 90; without extra and beds, care is
SELECT a.score, a.points, a.group_scores FROM unnest(ARRAY['{80,50,NULL,60,90}', '{80,50,NULL,60,NULL}', '{NULL,NULL,10,NULL,NULL}', '{NULL,NULL,NULL,NULL,NULL}']) AS v, appraise(:nested::scorecard, v::float8[]) AS a;
-- floors and ceilings of groups, before they go up: 40 becomes 50, 120 becomes 100, their mean 75 becomes 70
SELECT a.score, a.group_scores FROM appraise('{"name": "c", "ceiling": 70, "groups": [{"name": "g", "floor": 50}, {"name": "h", "ceiling": 100}], "indicators": [{"name": "a", "group": "g"}, {"name": "b", "group": "h"}]}'::scorecard, '{40,120}'::float8[]) AS a;
-- a clamp gives nothing to a group that has nothing
SELECT scored(', "floor": 5', '{"name": "a"}', '{NULL}'), scored(', "aggregate": "sum", "ceiling": 5', '{"name": "a"}', '{NULL}');

--
-- sums run in card order, indicators before groups: 1 is lost beside 1e16 only where they meet
--
SELECT scored(', "aggregate": "sum"', '{"name": "a"}, {"name": "b"}, {"name": "c"}', '{1e16,1,-1e16}'), scored(', "aggregate": "sum"', '{"name": "a"}, {"name": "b"}, {"name": "c"}', '{1e16,-1e16,1}'),
	scored(', "aggregate": "sum", "groups": [{"name": "g"}]', '{"name": "a", "group": "g"}, {"name": "b"}, {"name": "c"}', '{1,1e16,-1e16}'), scored(', "aggregate": "sum", "base": 1', '{"name": "b"}, {"name": "c"}', '{1e16,-1e16}');

--
-- rounding: half away from zero on what one sees, after the clamp
--
SELECT decimals, scored(', "decimals": ' || decimals, '{"name": "a"}', '{2.675}') AS a, scored(', "decimals": ' || decimals, '{"name": "a"}', '{-1.005}') AS b, scored(', "decimals": ' || decimals, '{"name": "a"}', '{0.123456789012345}') AS c,
	scored(', "decimals": ' || decimals, '{"name": "a"}', '{-2.5}') AS d, scored(', "decimals": ' || decimals, '{"name": "a"}', '{0.49999999999999994}') AS e, scored(', "decimals": ' || decimals, '{"name": "a"}', '{123456789012.5}') AS f FROM generate_series(0, 9) AS decimals;
SELECT scored('', '{"name": "a"}', '{0.1234565}') AS six_by_default, scored(', "decimals": 1, "ceiling": 0.26', '{"name": "a"}', '{5}') AS clamp_before_rounding;

DROP SCHEMA test_aggregates CASCADE;
