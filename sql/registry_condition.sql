-- Conditions: terms, operands of two types, what is missing, what is refused; hostile text.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE SCHEMA test_registry_condition;
SET search_path = test_registry_condition, credence_registry, credence;
CREATE TABLE fact (id int, points float8, limit_points float8, class text, last_class text, "得分" float8);
INSERT INTO fact VALUES (1, 8, 8, 'A', 'A', 95.5), (2, 8.1, 8, 'it''s "B" \ --', 'A', 59), (3, NULL, 8, NULL, 'A', NULL), (4, -1e-9, NULL, '', NULL, 0);
CREATE FUNCTION operands() RETURNS jsonb LANGUAGE sql RETURN
'{"points": {"sql": "f.points", "type": "number"}, "limit_points": {"sql": "f.limit_points", "type": "number"},
  "class": {"sql": "f.class", "type": "text"}, "last_class": {"sql": "f.last_class", "type": "text"},
  "得分": {"sql": "f.\"得分\"", "type": "number"}, "points.a \"b\"": {"sql": "f.points * 2", "type": "number"},
  "group.g": {"sql": "CASE WHEN f.id = 1 THEN 1 END", "type": "number"}, "score": {"sql": "f.points", "type": "number"}}'::jsonb;
-- the rows that hold a condition
CREATE FUNCTION held(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	held text;
BEGIN
	EXECUTE 'SELECT string_agg(f.id::text, '' '' ORDER BY f.id) FROM fact AS f WHERE ' || condition_sql(condition, operands()) INTO held;
	RETURN coalesce(held, 'none');
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;

\pset format unaligned
\pset tuples_only on
SELECT rpad(c, 45) || held(c) FROM unnest(ARRAY[
	'points <= 8', 'points >= 8', 'points = 8.0', 'points <> 8', 'points < 8', 'points>8',
	'points <= limit_points', 'limit_points >= points', 'class = last_class', 'class <> last_class',
	'class = ''A''', 'class <> ''A''', 'class = ''''', 'class = ''it''''s "B" \ --''',
	'得分 >= 59 and 得分 < 95.5', '"得分" >= .5e2', 'points > -1e-8 and points < +0',
	'points."a ""b""" = 16', 'group.g = 1', 'group."g" <> 1', 'score = 8', '"score" = 8',
	E'points\t<=\n8\r and\fclass=\'A\'and "points"=8', 'class = ''A''and"points" = 8']) AS c;

-- the SQL that comes of it: only numbers, quoted texts and the operands' own
SELECT condition_sql('points <= 8 and class <> ''it''''s \'' and points < limit_points', operands());

-- what is refused: character, what was expected, what stands there
SELECT rpad(c, 45) || held(c) FROM unnest(ARRAY[
	'', '  ', 'points', 'points >', 'points > ', '> 3', '= ''x''', 'points 8', 'points == 8', 'points != 8', 'points ≥ 8', 'points => 8',
	'points > 8 or points < 3', 'points > 8 AND points < 3', 'points > 8 and', 'points > 8 and ', 'points > 8and points < 3',
	'and and and', 'points > 8 andpoints < 3', 'points > 8, class = ''A''', 'points > 8;', 'points > (8)', 'points > 8 -- x', 'points > 8b',
	'points > ''8''', 'class = 8', 'class > ''A''', 'class >= last_class', 'class = points', 'points = "class"',
	'class = ''A', 'class = "A', '"class = 1', '"" = 1', 'points. = 1', 'points."" = 1', 'points.x = 1', 'group."no such" = 1',
	'Points > 1', 'f.points > 1', 'points > 1e101', 'points > -1e101', 'points > 1e-400', 'points > 1e99999999999', 'points > 1.2.3', 'points > --1', 'points > .',
	'points > NaN', 'points > infinity', 'points > 1e', 'points > 0x10']) AS c;

-- what tries to get out of its quotes
SELECT rpad(left(c, 60), 62) || held(c) FROM unnest(ARRAY[
	'points > 1; DROP TABLE fact', 'class = ''x''; DROP TABLE fact', 'class = ''x'''' OR true --''', 'class = '''''' OR ''''''=''''''',
	'class = ''\''''; DROP TABLE fact; --''', '"points\" > 1 OR true" > 1', 'class = $$x$$', 'class = E''\x41''', 'points > 1/0', 'points > pg_sleep(9)',
	'points > (SELECT 1)', 'class = ''%I %L %s''', 'class = ''' || repeat('x', 9000) || '''', 'class = ''' || repeat('''''', 4000) || '''']) AS c;
SELECT count(*) FROM fact;
SELECT held('class = E''A''');
-- nor does it depend on how the session reads backslashes
CREATE TABLE kept AS SELECT 'class = ''it''''s "B" \ --''' AS condition;
SET standard_conforming_strings = off;
SELECT held(condition) FROM kept;
RESET standard_conforming_strings;

-- limits: 64 terms, 10000 characters
SELECT held(repeat('points <= 8 and ', 63) || 'class = ''A''');
SELECT held(repeat('points <= 8 and ', 64) || 'class = ''A''');
SELECT held(rpad('points <= 8', 10000)), held(rpad('points <= 8', 10001));
SELECT held('points > 1' || repeat('0', 100)), held('points <= 0.' || repeat('0', 150) || '1'), held('points > 0.' || repeat('0', 250));

-- operands come from the caller alone; NULL gives NULL
SELECT condition_sql('score > 1', '{}') IS NULL;
SELECT condition_sql(NULL, operands()) IS NULL;

-- the terms on their own
\pset tuples_only off
\pset format aligned
SELECT * FROM condition_terms('a >= 1 and "b ""c""" = ''it''''s'' and points."x y" < group.z');
DROP SCHEMA test_registry_condition CASCADE;
