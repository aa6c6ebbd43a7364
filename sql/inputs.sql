-- inputs() and the forms that take float8[]: order, codes, missing, infinite, lengths; the forms on columns.
SET client_min_messages = warning;
CREATE SCHEMA test_inputs;
SET search_path = test_inputs, credence;

-- what is said of a statement that fails
CREATE FUNCTION problem(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	hint text;
BEGIN
	EXECUTE statement INTO result;
	RETURN 'accepted: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint = '' THEN '' ELSE ' / ' || hint END;
END $$;

--
-- the order: columns of indicators by first mention, then those of their conditions, then those of vetoes
--
\set card '''{"name": "order", "indicators": [{"name": "z", "when": "p > 0 and a > 0"}, {"name": "a"}, {"name": "z2", "input": "z"}, {"name": "m", "input": "column m"}, {"name": "k", "categories": {"x": 1, "y": 2}}], "vetoes": [{"when": "q = 1 and k = ''''v'''' and points.a > 0", "unrate": true}, {"when": "p = 0 and \\"column m\\" > 1 and t <> ''''u''''", "unrate": true}]}'''
SELECT input_names(:card), indicator_names(:card), group_names(:card);
CREATE TYPE record_of AS (q int, a int, z int, k text, p int, "column m" int, t text);
SELECT inputs(:card, ROW(1, 2, 3, 'y', 5, 6, 'u')::record_of);
-- codes: categories first, then texts that conditions compare with, each by first mention; 0 for any other, NULL for none
SELECT k, t, (inputs(:card, ROW(NULL, NULL, NULL, k, NULL, NULL, t)::record_of))[4:7] FROM (VALUES ('x', 'u'), ('y', 'w'), ('v', ''), ('?', NULL), (NULL, 'U')) AS v(k, t);
SELECT inputs('{"name": "c", "indicators": [{"name": "a", "when": "k = ''c1''", "input": "n"}, {"name": "b", "input": "k", "categories": {"c2": 1, "c3": 2}}, {"name": "d", "input": "k", "categories": {"c4": 1, "c2": 2}}]}', s)
FROM (SELECT 0 AS n, 'c' || i AS k FROM generate_series(1, 5) AS i) s;

--
-- missing and infinite
--
\set card '''{"name": "c", "aggregate": "sum", "base": 1, "indicators": [{"name": "a"}, {"name": "b"}], "vetoes": [{"when": "v > 0", "unrate": true}], "unrated": "none", "grades": "A >= 0, B"}'''
SELECT v, score(:card, v), grade(:card, v), (appraise(:card, v)).score FROM unnest(ARRAY['{1,2,0}', '{1,NULL,0}', '{NULL,NULL,0}', '{NaN,2,0}', '{NaN,NaN,NaN}', '{-0,-0,-0}', '{1,2,NULL}', '{1,2,1}', '[5:7]={1,2,3}']) AS t(text), CAST(text AS float8[]) AS v;
-- infinite inputs are errors that name the column, also where only a condition reads it, or where the indicator does not apply
SELECT v, problem(format('SELECT score(%L::scorecard, %L::float8[])', :card, v)) FROM unnest(ARRAY['{Infinity,2,0}', '{1,-Infinity,0}', '{1,2,Infinity}']) AS v;
SELECT f, problem(format('SELECT %s(%L::scorecard, %L::float8[])', f, :card, '{1,Infinity,0}')) FROM unnest('{grade,appraise}'::text[]) AS f;
SELECT problem(format('SELECT score(%L, s) FROM (SELECT ''Infinity''::float8 AS a, 1 AS b, 1 AS v) s', :card)), problem(format('SELECT score(%L, s) FROM (SELECT 1 AS a, ''-Infinity''::real AS b, 1 AS v) s', :card)),
	problem(format('SELECT grade(%L, s) FROM (SELECT 1 AS a, ''Infinity''::numeric AS b, 1 AS v) s', :card));
SELECT problem($$SELECT score('{"name": "c", "indicators": [{"name": "a", "when": "b > 0"}]}'::scorecard, '{Infinity,0}'::float8[])$$);
SELECT inputs(:card, s) FROM (SELECT 'Infinity'::float8 AS a, '-Infinity'::real AS b, 'Infinity'::numeric AS v) s;
-- the score itself out of range, or of no size: 1e100 x 1e300 is; what is left of zero has no sign
SELECT problem($$SELECT score('{"name": "c", "aggregate": "sum", "indicators": [{"name": "a", "weight": 1e100}]}'::scorecard, '{1e300}'::float8[])$$),
	problem($$SELECT score('{"name": "c", "aggregate": "sum", "indicators": [{"name": "a", "weight": 1e100}]}', s) FROM (SELECT -1e300::float8 AS a) s$$),
	problem($$SELECT appraise('{"name": "c", "aggregate": "sum", "indicators": [{"name": "a", "weight": 1e100}]}'::scorecard, '{1e300}'::float8[])$$);
-- an overflow does not hide behind a ceiling
SELECT problem($$SELECT score('{"name": "c", "aggregate": "sum", "ceiling": 100, "indicators": [{"name": "a", "weight": 1e100}]}'::scorecard, '{1e300}'::float8[])$$),
	problem($$SELECT score('{"name": "c", "aggregate": "sum", "ceiling": 100, "indicators": [{"name": "a", "weight": 1e100}]}', s) FROM (SELECT 1e300::float8 AS a) s$$);
-- where two such cancel each other out, there is no number at all, which is not the same as nothing to score
SELECT key, problem(format('SELECT score(''{"name": "c", %s, "indicators": [{"name": "a", "weight": 1e100%s}, {"name": "b", "weight": 1e100%2$s}]}''::scorecard, ''{1e300,-1e300}''::float8[])', key, keys)) FROM (VALUES
	('"aggregate": "sum"', ''), ('"aggregate": "sum", "ceiling": 5', ''), ('"aggregate": "mean"', ''), ('"groups": [{"name": "g", "aggregate": "sum", "floor": 0}]', ', "group": "g"'),
	('"aggregate": "earned"', ', "cap": [-1e100, 1]'), ('"aggregate": "worst"', ''), ('"aggregate": "best"', '')) AS t(key, keys);
SELECT score('{"name": "c", "decimals": 0, "indicators": [{"name": "a"}]}'::scorecard, '{-0.4}'::float8[]), score('{"name": "c", "aggregate": "worst", "indicators": [{"name": "a"}]}'::scorecard, '{-0}'::float8[]), score('{"name": "c", "indicators": [{"name": "a"}]}'::scorecard, '{-1e-300}'::float8[]);

--
-- codes of categories in a vector
--
\set card '''{"name": "c", "indicators": [{"name": "a", "categories": {"x": 1, "y": 2}}, {"name": "b", "input": "a", "categories": {"y": 30, "z": 40}, "when": "a <> ''''x''''"}]}'''
-- x gives 1 and is not applicable to b; y gives the mean of 2 and 30; z is none of a's
SELECT v, problem(format('SELECT score(%L::scorecard, %L::float8[])', :card, v)) FROM unnest('{"{1}","{2}","{3}","{0}","{4}","{-1}","{1.5}","{NULL}","{NaN}","{1e300}"}'::text[]) AS v;
SELECT k, problem(format('SELECT score(%L, s) FROM (SELECT %L::text AS a) s', :card, k)) FROM unnest('{x,y,z,q,"",NULL}'::text[]) AS k;
-- a text that is unknown to a condition is just another text
SELECT k, score('{"name": "c", "indicators": [{"name": "n", "when": "a <> ''x''"}]}', s) FROM unnest('{x,y,NULL}'::text[]) AS k, LATERAL (SELECT 7 AS n, k AS a) s;
SELECT v, score('{"name": "c", "indicators": [{"name": "n", "when": "a <> ''x''"}]}'::scorecard, v) FROM unnest(ARRAY['{7,1}', '{7,0}', '{7,NULL}']) AS t(text), CAST(text AS float8[]) AS v;
-- a code that is none, also where nothing is made of it
SELECT v, problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "n", "when": "a <> ''''x''''"}]}''::scorecard, %L::float8[])', v)) FROM unnest(ARRAY['{7,2}', '{7,0.5}', '{NULL,-1}']) AS v;
SELECT problem($$SELECT score('{"name": "c", "indicators": [{"name": "n"}, {"name": "a", "categories": {"x": 1}, "when": "n > 0"}]}'::scorecard, '{0,5}'::float8[])$$);
-- the list of those listed is cut where it is long, at a whole one
SELECT length(problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "a", "categories": {%s}}]}''::scorecard, ''{0}''::float8[])', string_agg(format('"category number %s": 1', i), ', ')))) BETWEEN 100 AND 400,
	problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "a", "categories": {%s}}]}''::scorecard, ''{0}''::float8[])', string_agg(format('"category number %s": 1', i), ', '))) ~ 'categories are ("category number [0-9]+"(, )?)+\.$' AS whole
FROM generate_series(1, 100) AS i;

--
-- vectors of another length, shape or kind
--
SELECT v, problem(format('SELECT %s(''{"name": "two", "indicators": [{"name": "a"}, {"name": "b"}]}''::scorecard, %L::float8[])', f, v)) FROM unnest('{score,grade,appraise}'::text[]) AS f, unnest('{"{}","{1}","{1,2,3}","{{1,2}}","{{1},{2}}"}'::text[]) AS v;
SELECT problem($$SELECT score('{"name": "two", "indicators": [{"name": "a"}]}'::scorecard, '{1}'::int[])$$), problem($$SELECT score('{"name": "two", "indicators": [{"name": "a"}]}', '{1}')$$);
SELECT score(NULL::scorecard, '{1}'::float8[]), score('{"name": "c", "indicators": [{"name": "a"}]}'::scorecard, NULL::float8[]), grade(NULL::scorecard, '{1}'::float8[]), appraise(NULL::scorecard, '{1}'::float8[]);
-- a vector that is stored compressed
CREATE TABLE vector AS SELECT array_agg(i::float8 ORDER BY i) AS x FROM generate_series(1, 1000) AS i;
SELECT score(format('{"name": "c", "aggregate": "sum", "indicators": [%s]}', string_agg(format('{"name": "i%s"}', i), ', ' ORDER BY i))::scorecard, (SELECT x FROM vector)) FROM generate_series(1, 1000) AS i;

--
-- score of columns, which the planner makes of score of a row: what it says when called by hand
--
SELECT score_columns('{"name": "c", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b"}]}', '{b,a}', 1, 20.5::numeric), grade_columns('{"name": "c", "indicators": [{"name": "a"}], "grades": "A >= 1"}', '{a}', true),
	inputs_columns('{"name": "c", "indicators": [{"name": "a"}, {"name": "b"}]}', '{a,x,b}', 1::real, 'x'::text, NULL::int), (appraise_columns('{"name": "c", "indicators": [{"name": "a"}]}', '{a}', 1)).coverage;
SELECT score_columns(NULL, '{a}', 1), score_columns('{"name": "c", "indicators": [{"name": "a"}]}', NULL, 1), score_columns('{"name": "c", "indicators": [{"name": "a"}]}', '{a}', NULL::float8);
SELECT statement, problem(format('SELECT score_columns(''{"name": "c", "indicators": [{"name": "a"}]}'', %s)', statement)) FROM unnest(ARRAY['''{}''::text[], 1', '''{a,b}''::text[], 1', '''{b}''::text[], 1', '''{a}''::text[], ''x''::text', '''{a}''::text[], ''1''', '''{NULL}''::text[], 1', '''{{a}}''::text[], 1',
	'''{a}''::text[], VARIADIC ''{1}''::float8[]', '''{a}''::text[], now()', '''{a}''::text[]']) AS statement;

DROP SCHEMA test_inputs CASCADE;
