-- score() of rows: every type of column that a card can read, and those that it cannot.
SET client_min_messages = warning;
CREATE SCHEMA test_score_types;
SET search_path = test_score_types, credence;

-- what is said of a statement that fails
CREATE FUNCTION problem(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	detail text;
	hint text;
BEGIN
	EXECUTE statement INTO result;
	RETURN 'accepted: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN sqlstate || ' ' || sqlerrm || CASE WHEN detail = '' THEN '' ELSE ' / ' || detail END || CASE WHEN hint = '' THEN '' ELSE ' / ' || hint END;
END $$;

CREATE TYPE level AS ENUM ('high', 'middle', 'low', '三级');
CREATE DOMAIN share AS numeric(8, 4) CHECK (value <= 1000);
CREATE DOMAIN share_of_share AS share;
CREATE DOMAIN flag AS boolean;
CREATE DOMAIN grade_text AS varchar(10);
CREATE DOMAIN level_domain AS level;

--
-- numbers: score = the value itself, one column at a time
--
CREATE TABLE number (id int, f8 float8, f4 real, i2 smallint, i4 integer, i8 bigint, n numeric, n4 numeric(10, 4), s share, ss share_of_share, b boolean, bf flag, t text, e level, d date, j jsonb, a float8[]);
INSERT INTO number VALUES
	(1, 1.5, 1.5, 2, 3, 4, 5.25, 6.5, 7.5, 8.5, true, true),
	(2, -1.5, -0.25, -2, -3, -4, -5.25, -6.5, -7.5, -8.5, false, false),
	(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL),
	(4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(5, 'NaN', 'NaN', 32767, 2147483647, 9007199254740993, 'NaN', 'NaN', NULL, NULL, true, true),
	(6, '-0', '-0', -32768, -2147483648, -9223372036854775808, 0.1, 0.1, 0.1, 0.1, false, false);
SELECT id, score('{"name": "c", "indicators": [{"name": "f8"}]}', r) AS f8, score('{"name": "c", "indicators": [{"name": "f4"}]}', r) AS f4,
	score('{"name": "c", "indicators": [{"name": "i2"}]}', r) AS i2, score('{"name": "c", "indicators": [{"name": "i4"}]}', r) AS i4,
	score('{"name": "c", "indicators": [{"name": "i8"}]}', r) AS i8, score('{"name": "c", "indicators": [{"name": "n"}]}', r) AS n,
	score('{"name": "c", "indicators": [{"name": "n4"}]}', r) AS n4, score('{"name": "c", "indicators": [{"name": "s"}]}', r) AS s,
	score('{"name": "c", "indicators": [{"name": "ss"}]}', r) AS ss, score('{"name": "c", "indicators": [{"name": "b"}]}', r) AS b, score('{"name": "c", "indicators": [{"name": "bf"}]}', r) AS bf
FROM number r ORDER BY id;
-- as a cast to float8 makes them
SELECT count(*) AS rows, count(*) FILTER (WHERE inputs('{"name": "c", "indicators": [{"name": "f4"}, {"name": "i8"}, {"name": "n"}, {"name": "ss"}]}', r) = ARRAY[f4::float8, i8::float8, n::float8, ss::float8]) AS as_cast
FROM (SELECT (random() * 1000 - 500)::real AS f4, (random() * 1e18)::bigint AS i8, (random() * 1000)::numeric AS n, (random() * 1000)::numeric::share_of_share AS ss FROM generate_series(1, 1000)) r;
-- all at once, as the card sees them: as columns, as a row formed on the way, as a vector; NaN of a numeric is missing, too
\set card '''{"name": "c", "aggregate": "sum", "indicators": [{"name": "f8"}, {"name": "f4"}, {"name": "i2"}, {"name": "i4"}, {"name": "i8"}, {"name": "n"}, {"name": "n4"}, {"name": "s"}, {"name": "ss"}, {"name": "b"}, {"name": "bf"}]}'''
SELECT id, inputs(:card, r) FROM number r ORDER BY id;
SELECT count(*) AS differing FROM (SELECT id, r AS row_value, score(:card, r) AS by_columns FROM number r OFFSET 0) AS s
WHERE by_columns IS DISTINCT FROM score(:card, row_value) OR by_columns IS DISTINCT FROM score(:card, inputs(:card, row_value));

--
-- numeric is converted as a cast converts it, to the nearest double
--
CREATE TABLE exact (id serial, n numeric);
INSERT INTO exact (n) VALUES (0), (0.0000), (1), (-1), (0.1), (0.7), (-0.3), (2.675), (1e22), (1e23), (123456789012345678), (9007199254740992), (9007199254740993), (9007199254740993.0001),
	(0.1000000000000000055511151231257827), (1e-10), (1e-22), (1e-23), (1e-300), (1e-323), (4.9e-324), (1.7976931348623157e308), (99999999.9999), (9999.9999), (1234567890.1234), (0.00012345),
	(5e-5), (10000), (100000000), (123000000000000000000000), (0.3333333333333333333333333333333333333333333), ('NaN'), (NULL);
INSERT INTO exact (n) SELECT (-1) ^ i * (i * 7919 % 100003)::numeric / 10 ^ (i % 9) FROM generate_series(1, 2000) AS i;
SELECT count(*) AS rows, count(*) FILTER (WHERE inputs('{"name": "c", "indicators": [{"name": "n"}]}', t) = ARRAY[nullif(n::float8, 'NaN')]) AS as_cast FROM exact t;
SELECT left(problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "n"}]}'', s) FROM (SELECT %L::numeric AS n) s', value)), 30) AS left,
	right(problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "n"}]}'', s) FROM (SELECT %L::numeric AS n) s', value)), 40) AS right
FROM unnest('{1e309,-1e309,2e-324}'::text[]) AS value;
SELECT value, problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "n"}]}'', s) FROM (SELECT %L::numeric AS n) s', value)) FROM unnest('{Infinity,-Infinity,NaN,1e308}'::text[]) AS value;

--
-- texts: categories
--
CREATE TABLE word (id int, t text, v varchar(20), vd grade_text, c char(10), e level, ed level_domain, n name, b boolean, i int, u numeric(4, 1));
INSERT INTO word VALUES
	(1, 'high', 'high', 'high', 'high', 'high', 'high', 'high', true, 3, 2.5),
	(2, 'low', 'low', 'low', 'low', 'low', 'low', 'low', false, 4, 2.0),
	(3, '三级', '三级', '三级', '三级', '三级', '三级', '三级', true, 3, 2.5),
	(4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
-- blanks at the end of char(n) do not count; numbers and booleans read as they are printed, true and false in full
SELECT id, inputs('{"name": "c", "indicators": [{"name": "t", "categories": {"low": 1, "high": 2, "三级": 3}}, {"name": "v", "categories": {"low": 1, "high": 2, "三级": 3}}, {"name": "vd", "categories": {"low": 1, "high": 2, "三级": 3}},
	{"name": "c", "categories": {"low": 1, "high": 2, "三级": 3}}, {"name": "e", "categories": {"low": 1, "high": 2, "三级": 3}}, {"name": "ed", "categories": {"low": 1, "high": 2, "三级": 3}}, {"name": "n", "categories": {"low": 1, "high": 2, "三级": 3}},
	{"name": "b", "categories": {"true": 1, "false": 0}}, {"name": "i", "categories": {"3": 1, "4": 0}}, {"name": "u", "categories": {"2.5": 1, "2.0": 0}}]}', w)
FROM word w ORDER BY id;
\set card '''{"name": "c", "aggregate": "sum", "indicators": [{"name": "t", "categories": {"low": 1, "high": 2, "三级": 3}}, {"name": "c", "categories": {"low": 10, "high": 20, "三级": 30}}, {"name": "e", "categories": {"low": 100, "high": 200, "三级": 300}}, {"name": "ed", "categories": {"low": 1000, "high": 2000, "三级": 3000}}, {"name": "b", "categories": {"true": 10000, "false": 20000}}, {"name": "i", "categories": {"3": 100000, "4": 200000}}, {"name": "u", "categories": {"2.5": 1000000, "2.0": 2000000}}]}'''
SELECT id, score(:card, w) FROM word w ORDER BY id;
SELECT count(*) AS differing FROM (SELECT id, w AS row_value, score(:card, w) AS by_columns FROM word w OFFSET 0) AS s
WHERE by_columns IS DISTINCT FROM score(:card, row_value) OR by_columns IS DISTINCT FROM score(:card, inputs(:card, row_value));
-- upper and lower case, blanks in text: other texts
SELECT problem(format('SELECT score(''{"name": "c", "indicators": [{"name": "t", "categories": {"low": 1, "high": 2}}]}'', s) FROM (SELECT %L::text AS t) s', value)) FROM unnest('{low,Low,"low ",""}'::text[]) AS value;
SELECT problem('SELECT score(''{"name": "c", "indicators": [{"name": "t", "categories": {"low": 1, "high": 2}}]}'', s) FROM (SELECT repeat(''甲'', 2000) AS t) s') ~ '"甲+ / Its categories' AS whole;
-- a text that is stored compressed or out of line
CREATE TABLE long_word (t text, c text);
ALTER TABLE long_word ALTER COLUMN t SET STORAGE external, ALTER COLUMN c SET STORAGE main;
INSERT INTO long_word VALUES ('low', repeat('a', 255) || 'z'), (repeat('x', 100000), NULL);
UPDATE long_word SET c = repeat('y', 5000) WHERE c IS NULL;
SELECT score(format('{"name": "c", "indicators": [{"name": "c", "categories": {"%s": 5}}]}', repeat('a', 255) || 'z')::scorecard, w) FROM long_word w WHERE t = 'low';
SELECT score('{"name": "c", "indicators": [{"name": "i", "when": "c <> ''x'' and t <> ''y''"}]}', w) FROM (SELECT 7 AS i, * FROM long_word) w;
SELECT left(problem('SELECT score(''{"name": "c", "indicators": [{"name": "t", "categories": {"low": 1}}]}'', w) FROM long_word w WHERE length(t) > 3'), 60);

--
-- conditions: a boolean is 1 or 0 beside numbers, true or false beside texts
--
SELECT id, score('{"name": "c", "indicators": [{"name": "i", "when": "b = 1"}]}', w) AS as_number, score('{"name": "c", "indicators": [{"name": "i", "when": "b = ''true''"}]}', w) AS as_text,
	score('{"name": "c", "indicators": [{"name": "i", "when": "b <> ''true''"}]}', w) AS other_text, score('{"name": "c", "indicators": [{"name": "i", "when": "e = ''high''"}]}', w) AS enum,
	score('{"name": "c", "indicators": [{"name": "i", "when": "c <> ''low'' and v <> ''high''"}]}', w) AS padded
FROM word w ORDER BY id;

--
-- columns that are not there, or of a type that is none
--
SELECT kind, problem('SELECT score(''{"name": "c", "indicators": [{"name": "' || kind || '"}]}'', r) FROM number r WHERE id = 1') FROM unnest('{t,e,d,j,a,F8,missing,ctid,id}'::text[]) AS kind;
SELECT kind, problem('SELECT score(''{"name": "c", "indicators": [{"name": "' || kind || '", "categories": {"x": 1}}]}'', r) FROM number r WHERE id = 1') FROM unnest('{d,j,a,F8,tableoid}'::text[]) AS kind;
SELECT problem('SELECT score(''{"name": "c", "indicators": [{"name": "x"}]}'', ROW(1, 2))'), problem('SELECT score(''{"name": "c", "indicators": [{"name": "f2"}]}'', ROW(1, 2))');
SELECT problem('SELECT score(''{"name": "c", "indicators": [{"name": "x"}]}'', ROW())'), problem('SELECT score(''{"name": "c", "indicators": [{"name": "a"}, {"name": "b"}]}'', s) FROM (SELECT 1 AS a) s');
-- the same said on a row formed on the way
SELECT problem('SELECT score(''{"name": "c", "indicators": [{"name": "d"}]}'', r) FROM (SELECT k AS r FROM number k WHERE id = 1 OFFSET 0) s'), problem('SELECT score(''{"name": "c", "indicators": [{"name": "nothing"}]}'', r) FROM (SELECT w AS r FROM word w WHERE id = 1 OFFSET 0) s');
-- two columns of one name: which is meant?
SELECT score('{"name": "c", "indicators": [{"name": "a"}]}', s) FROM (SELECT 1 AS a, 2 AS a) s;
SELECT score('{"name": "c", "indicators": [{"name": "a"}]}', r) FROM (SELECT s AS r FROM (SELECT 1 AS a, 2 AS a OFFSET 0) s OFFSET 0) q;
-- names as they are: case, blanks, any script
SELECT score('{"name": "c", "aggregate": "sum", "indicators": [{"name": "床位 数"}, {"name": "Rate %"}, {"name": "rate %"}]}', s) FROM (SELECT 1 AS "床位 数", 20 AS "Rate %", 300 AS "rate %") s;

DROP SCHEMA test_score_types CASCADE;
