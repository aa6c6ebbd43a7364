-- score() and the card: where it comes from, when it changes, how it is stored.
SET client_min_messages = warning;
CREATE SCHEMA test_score_cards;
SET search_path = test_score_cards, credence;

CREATE TABLE fact (id int, a float8, b float8);
INSERT INTO fact VALUES (1, 1, 10), (2, 2, 20), (3, NULL, 30);
CREATE TABLE scheme (code text PRIMARY KEY, card scorecard);
-- a; a + b; 100 a; 1 where a is 2 or more
INSERT INTO scheme VALUES
	('a', '{"name": "a", "indicators": [{"name": "a"}]}'),
	('both', '{"name": "both", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b"}]}'),
	('hundred', '{"name": "hundred", "aggregate": "sum", "indicators": [{"name": "a", "weight": 100}]}'),
	('bands', '{"name": "bands", "indicators": [{"name": "a", "bands": "1 >= 2, 0"}], "grades": "A >= 1, B"}');

-- from a subquery, a join, a function, a column; the order of the inputs is that of the card
SELECT id, score((SELECT card FROM scheme WHERE code = 'both'), f) FROM fact f ORDER BY id;
SELECT id, score(card, f) FROM fact f JOIN scheme ON code = 'hundred' ORDER BY id;
SELECT id, code, score(card, f), grade(card, f), inputs(card, f) FROM fact f CROSS JOIN scheme ORDER BY id, code;
SELECT code, sum(score(card, f)) FROM scheme CROSS JOIN fact f GROUP BY code ORDER BY code;
-- one row after the other by another card, each there and back
SELECT n, score(card, f) FROM (SELECT generate_series(1, 6) AS n) AS s JOIN scheme ON code = CASE n % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'both' ELSE 'hundred' END JOIN fact f ON f.id = 1 ORDER BY n;
SELECT n, score(format('{"name": "made", "aggregate": "sum", "base": %s, "indicators": [{"name": "a"}]}', n)::scorecard, f) FROM generate_series(1, 4) AS n, fact f WHERE f.id = 2 ORDER BY n;
SELECT n, score(CASE WHEN n % 2 = 0 THEN card END, f) FROM generate_series(1, 4) AS n, scheme, fact f WHERE code = 'a' AND id = 2 ORDER BY n;
-- cards of one size that differ in one digit only
SELECT n, score(replace('{"name": "x", "aggregate": "sum", "base": 1000, "indicators": [{"name": "a"}]}', '1000', (1000 + n)::text)::scorecard, '{1}'::float8[]) FROM generate_series(1, 4) AS n ORDER BY n;
-- one card from two places in one query
SELECT score(s.card, f), score(t.card, f), score(s.card, inputs(s.card, f)) FROM scheme s, scheme t, fact f WHERE s.code = 'a' AND t.code = 'hundred' AND f.id = 2;

--
-- prepared statements: the card as a parameter, in custom and generic plans
--
PREPARE by_card(scorecard) AS SELECT id, score($1, f), grade($1, f) FROM fact f ORDER BY id;
SET plan_cache_mode = force_custom_plan;
EXECUTE by_card('{"name": "p", "indicators": [{"name": "a"}]}');
EXECUTE by_card('{"name": "p", "indicators": [{"name": "b"}], "grades": "A >= 20, B"}');
EXECUTE by_card(NULL);
SET plan_cache_mode = force_generic_plan;
EXECUTE by_card('{"name": "p", "indicators": [{"name": "a"}]}');
EXECUTE by_card('{"name": "p", "indicators": [{"name": "b"}], "grades": "A >= 20, B"}');
EXECUTE by_card(NULL);
EXECUTE by_card('{"name": "p", "indicators": [{"name": "c"}]}');
EXECUTE by_card('{"name": "p", "indicators": [{"name": "a", "weight": 2}]}');
RESET plan_cache_mode;
-- a table whose columns change between executions
PREPARE changing AS SELECT score('{"name": "p", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b"}]}', f) FROM fact f WHERE id = 1;
PREPARE changing_parameter(scorecard) AS SELECT score($1, f) FROM fact f WHERE id = 1;
EXECUTE changing;
EXECUTE changing_parameter('{"name": "p", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b"}]}');
ALTER TABLE fact DROP COLUMN a;
EXECUTE changing;
ALTER TABLE fact ADD COLUMN c text DEFAULT 'text before it', ADD COLUMN a numeric DEFAULT 5;
EXECUTE changing;
EXECUTE changing_parameter('{"name": "p", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b"}]}');
ALTER TABLE fact ALTER COLUMN a TYPE int USING 7, ALTER COLUMN b TYPE boolean USING true;
EXECUTE changing;
ALTER TABLE fact RENAME COLUMN a TO d;
ALTER TABLE fact RENAME COLUMN c TO a;
EXECUTE changing;
ALTER TABLE fact DROP COLUMN a;
ALTER TABLE fact RENAME COLUMN d TO a;
EXECUTE changing;
EXECUTE changing_parameter('{"name": "p", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b"}]}');

--
-- PL/pgSQL: one expression sees another card, or another row type, from call to call
--
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION by_variable() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	s record;
	c scorecard;
BEGIN
	FOR s IN SELECT * FROM scheme ORDER BY code LOOP
		c := s.card;
		RETURN NEXT s.code || ': ' || score(c, (ARRAY[2, 20]::float8[])[1:cardinality(input_names(c))]);
	END LOOP;
	FOR s IN SELECT * FROM scheme ORDER BY code DESC LOOP
		RETURN NEXT s.code || ': ' || score(s.card, ROW(2, 20)::pair) || coalesce(grade(s.card, ROW(2, 20)::pair), '');
	END LOOP;
END $$;
SELECT * FROM by_variable();
SELECT * FROM by_variable();
CREATE FUNCTION by_row() RETURNS SETOF float8 LANGUAGE plpgsql AS $$
DECLARE
	r record;
	c scorecard := '{"name": "c", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "b", "weight": 10}]}';
BEGIN
	FOR n IN 1..2 LOOP
		FOR r IN SELECT 1 AS a, 2 AS b LOOP RETURN NEXT score(c, r); END LOOP;
		FOR r IN SELECT 'x' AS other, 2.5 AS b, 1::real AS a LOOP RETURN NEXT score(c, r); END LOOP;
		FOR r IN SELECT true AS b, NULL::numeric AS a LOOP RETURN NEXT score(c, r); END LOOP;
	END LOOP;
END $$;
SELECT * FROM by_row();
-- what went wrong once does not spoil what comes after
CREATE FUNCTION after_error() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	r record;
	c scorecard := '{"name": "c", "indicators": [{"name": "a", "categories": {"x": 1, "y": 2}}]}';
BEGIN
	FOR r IN SELECT a FROM unnest('{x,z,y,z,x}'::text[]) AS a LOOP
		BEGIN
			RETURN NEXT score(c, r)::text;
		EXCEPTION WHEN OTHERS THEN
			RETURN NEXT sqlstate;
		END;
	END LOOP;
	FOR r IN SELECT 1 AS b LOOP
		BEGIN
			RETURN NEXT score(c, r)::text;
		EXCEPTION WHEN OTHERS THEN
			RETURN NEXT sqlstate;
		END;
	END LOOP;
	FOR r IN SELECT 'y' AS a LOOP RETURN NEXT score(c, r)::text; END LOOP;
END $$;
SELECT * FROM after_error();
-- a type that changes while the function runs
CREATE TYPE changing AS (a float8, b float8);
CREATE FUNCTION altered() RETURNS SETOF float8 LANGUAGE plpgsql AS $$
DECLARE
	r changing;
	c scorecard := '{"name": "c", "indicators": [{"name": "a"}]}';
BEGIN
	r := ROW(1, 2);
	RETURN NEXT score(c, r);
	EXECUTE 'ALTER TYPE changing DROP ATTRIBUTE a, DROP ATTRIBUTE b';
	EXECUTE 'ALTER TYPE changing ADD ATTRIBUTE t text, ADD ATTRIBUTE a numeric';
	r := ROW('a text where a number was', 3);
	RETURN NEXT score(c, r);
END $$;
SELECT * FROM altered();
-- SQL functions, inlined and not
CREATE FUNCTION inlined(f fact) RETURNS float8 LANGUAGE sql STABLE AS $$ SELECT score('{"name": "i", "indicators": [{"name": "a"}]}'::scorecard, f) $$;
CREATE FUNCTION not_inlined(c scorecard, f fact) RETURNS float8 LANGUAGE sql VOLATILE STRICT AS $$ SELECT score(c, f) $$;
SELECT inlined(f), not_inlined(card, f) FROM fact f, scheme WHERE id = 1 AND code = 'a';

--
-- how it is stored: plain, compressed, out of line, both
--
CREATE TABLE stored (how text, card scorecard);
CREATE TABLE wide AS SELECT i AS id, i::float8 AS a FROM generate_series(1, 100) AS i;
-- 300 indicators on one column, each a step at its number: the score of i is i; titles of noise do not compress
INSERT INTO stored SELECT 'noise', format('{"name": "noise", "aggregate": "sum", "indicators": [%s]}', string_agg(format('{"name": "i%s", "input": "a", "title": "%s", "bands": "1 >= %s, 0"}', i, md5(i::text) || md5((-i)::text), i), ', '))::scorecard
FROM generate_series(1, 300) AS i;
INSERT INTO stored SELECT 'even', format('{"name": "even", "aggregate": "sum", "indicators": [%s]}', string_agg(format('{"name": "i%s", "input": "a", "title": "%s", "bands": "1 >= %s, 0"}', i, repeat('x', 64), i), ', '))::scorecard
FROM generate_series(1, 300) AS i;
CREATE TABLE stored_external (LIKE stored);
ALTER TABLE stored_external ALTER COLUMN card SET STORAGE external;
INSERT INTO stored_external SELECT * FROM stored;
CREATE TABLE stored_main (LIKE stored);
ALTER TABLE stored_main ALTER COLUMN card SET STORAGE main;
INSERT INTO stored_main SELECT * FROM stored;
CREATE TABLE stored_small (how text, card scorecard);
INSERT INTO stored_small VALUES ('small', '{"name": "s", "indicators": [{"name": "a"}]}');
SELECT s.how, pg_column_size(s.card) > 2000 AS large, count(*) AS rows, count(*) FILTER (WHERE score(s.card, w) = w.a) AS right_score,
	count(*) FILTER (WHERE (appraise(s.card, w)).score = w.a) AS right_appraisal
FROM (SELECT * FROM stored UNION ALL SELECT * FROM stored_external UNION ALL SELECT * FROM stored_main UNION ALL SELECT * FROM stored_small) AS s CROSS JOIN wide w GROUP BY s.how, s.card ORDER BY s.how;
SELECT count(*) AS rows, count(*) FILTER (WHERE score(s.card, w) = w.a) AS right_score FROM stored_external s JOIN wide w ON (w.id % 2 = 0) = (s.how = 'noise');
SELECT count(*) AS rows, count(*) FILTER (WHERE score(s.card, w) = w.a) AS right_score FROM wide w CROSS JOIN LATERAL (SELECT card FROM stored_external WHERE how = CASE WHEN w.id % 2 = 0 THEN 'noise' ELSE 'even' END) s;
-- a card rewritten in place is another card
SELECT score(card, '{4}'::float8[]) FROM stored_external WHERE how = 'noise';
UPDATE stored_external SET card = replace(card::text, '"1 >= 4, 0"', '"8 >= 4, 0"')::scorecard WHERE how = 'noise';
SELECT score(card, '{4}'::float8[]) FROM stored_external WHERE how = 'noise';
-- in arrays, rows and as an inlined default
SELECT score((SELECT array_agg(card ORDER BY how) FROM stored_external)[2], w) FROM wide w WHERE id = 7;
SELECT score((s).card, w) FROM (SELECT s FROM stored_external s WHERE how = 'even' OFFSET 0) AS q, wide w WHERE id = 9;

DROP SCHEMA test_score_cards CASCADE;
