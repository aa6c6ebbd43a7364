-- score() on float8 columns by cards of bands alone, which take a path of their own: worked out by hand, and held to the other paths.
SET client_min_messages = warning;
CREATE SCHEMA test_score_fast;
SET search_path = test_score_fast, credence;

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

-- by hand: a 10 from 5 up, 4 from 3, else 0; b 8 up to 2, else 1; twice the weight
\set mean '''{"name": "m", "indicators": [{"name": "a", "bands": "10 >= 5, 4 >= 3, 0"}, {"name": "b", "weight": 2, "bands": "8 <= 2, 1"}]}'''
\set sum '''{"name": "s", "aggregate": "sum", "base": 100, "floor": 103, "ceiling": 120, "indicators": [{"name": "a", "bands": "10 >= 5, 4 >= 3, 0"}, {"name": "b", "weight": 2, "bands": "8 <= 2, 1"}]}'''
CREATE TABLE small (id int, b float8, a float8);
-- (10 + 16) / 3, (4 + 2) / 3, (0 + 16) / 3, 8 alone, 4 alone, none, none; sums from 100, kept between 103 and 120
INSERT INTO small VALUES (1, 2, 5), (2, 2.5, 3), (3, -7, -1), (4, 0, NULL), (5, NULL, 4), (6, NULL, NULL), (7, 'NaN', 'NaN'), (8, 2, 1.7e308), (9, '-0', '-0');
SELECT id, a, b, score(:mean, s) AS mean, score(:sum, s) AS sum FROM small s ORDER BY id;
-- a card that wants more digits than its points have, and one that wants fewer
SELECT id, score('{"name": "m", "decimals": 1, "indicators": [{"name": "a", "bands": "0.25 >= 5, 0.05"}]}', s), score('{"name": "m", "aggregate": "sum", "decimals": 0, "indicators": [{"name": "a", "bands": "0.5 >= 5, 1.5"}]}', s) FROM small s WHERE id < 3 ORDER BY id;
-- what is filled in, what no band matches, what is capped, and bonuses
SELECT id, score('{"name": "m", "indicators": [{"name": "a", "bands": "10 >= 5, 4 >= 3", "missing": 7, "cap": [5, 9]}, {"name": "b", "bands": "1 <= 2, 0", "bonus": true}]}', s) FROM small s ORDER BY id;
-- two indicators on one column, one column twice in a constructor, columns in any order
SELECT id, score('{"name": "m", "aggregate": "sum", "indicators": [{"name": "x", "input": "a", "bands": "1 >= 3, 0"}, {"name": "y", "input": "a", "bands": "10 >= 5, 0"}, {"name": "z", "input": "b", "bands": "100 <= 2, 0"}]}', s) FROM small s ORDER BY id;
-- infinite values are errors here too, whichever they are, also beside one that is missing
SELECT i, problem(format('SELECT score(%L, s) FROM (SELECT %s::float8 AS a, %s::float8 AS b OFFSET 0) s', :mean, a, b)) FROM (VALUES (1, '''Infinity''', '1'), (2, '1', '''-Infinity'''), (3, 'NULL', '''Infinity'''), (4, '''-Infinity''', 'NULL'), (5, '''NaN''', '''Infinity''')) AS v(i, a, b);

--
-- many rows: the same by columns, by rows, by vectors
--
CREATE TABLE wide AS
SELECT i AS id, v[1] AS c1, v[2] AS c2, v[3] AS c3, v[4] AS c4, v[5] AS c5
FROM generate_series(1, 400) AS i, LATERAL (SELECT array_agg(CASE hashint4(i * 10 + j) % 23 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN '-0' ELSE (hashint4(i * 10 + j) % 400) / 8.0 END::float8 ORDER BY j) AS v FROM generate_series(1, 5) AS j) AS s;
CREATE TABLE card (id serial, card scorecard);
-- ladders of 1 to 17 cuts at eighths, where the values are; both directions, strict and not, with and without a rest; means and sums, whole and not
INSERT INTO card (card) SELECT format('{"name": "c", "aggregate": "%s", "decimals": %s%s, "indicators": [%s]}', CASE WHEN s % 2 = 0 THEN 'mean' ELSE 'sum' END, s % 5, CASE s % 7 WHEN 1 THEN ', "floor": -3' WHEN 2 THEN ', "ceiling": 4.5' ELSE '' END,
	string_agg(format('{"name": "c%s", "weight": %s%s%s, "bands": "%s"}', j, CASE WHEN s % 3 = 0 THEN 1 + j % 2 ELSE j / 7.0 END, CASE WHEN (s + j) % 11 = 0 THEN ', "bonus": true' ELSE '' END, CASE WHEN (s + j) % 6 = 0 THEN ', "missing": 2' ELSE '' END,
		(SELECT string_agg(format('%s %s%s %s', CASE WHEN s % 3 = 0 THEN k ELSE k / 3.0 END, CASE WHEN j % 2 = 0 THEN '<' ELSE '>' END, CASE WHEN k % 2 = 0 THEN '=' ELSE '' END, CASE WHEN j % 2 = 0 THEN k - 20 ELSE 20 - k END * 2.5), ', ' ORDER BY k) FROM generate_series(1, 1 + (s * 3 + j) % 17) AS k)
		|| CASE WHEN s % 4 < 2 THEN ', 0' ELSE '' END), ', ' ORDER BY j))::scorecard
FROM generate_series(1, 60) AS s, generate_series(1, 5) AS j GROUP BY s;
SELECT count(*) AS rows, count(*) FILTER (WHERE score IS DISTINCT FROM by_vector) AS other_by_vector, count(*) FILTER (WHERE score IS DISTINCT FROM by_row) AS other_by_row, count(*) FILTER (WHERE score IS DISTINCT FROM by_appraisal) AS other_by_appraisal
FROM (SELECT score(card, w), score(card, inputs(card, w)) AS by_vector, score(card, CASE WHEN random() >= 0 THEN w END) AS by_row, (appraise(card, w)).score AS by_appraisal FROM card, wide w OFFSET 0) AS s;
-- the same where the card is written out, so that only its columns are passed, in its order
CREATE FUNCTION compared(card scorecard) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	differing bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM (SELECT score(%L, w), score(%1$L::scorecard, inputs(%1$L, w)) AS by_vector FROM wide w OFFSET 0) AS s WHERE score IS DISTINCT FROM by_vector', card) INTO differing;
	RETURN differing;
END $$;
SELECT sum(compared(card)) AS differing FROM card;
-- and where the columns are of other types, or some are
CREATE TABLE mixed AS SELECT id, c1::numeric AS c1, c2, c3::real AS c3, c4, c5 FROM wide;
SELECT count(*) AS rows, count(*) FILTER (WHERE score(card, m) IS DISTINCT FROM score(card, inputs(card, m))) AS differing FROM card, mixed m WHERE card.id <= 10;

DROP SCHEMA test_score_fast CASCADE;
