-- Formulas: precedence, functions, what is missing, overflow, what is refused; hostile text.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE SCHEMA test_registry_formula;
SET search_path = test_registry_formula, credence_registry, credence;
CREATE FUNCTION operands() RETURNS jsonb LANGUAGE sql RETURN
'{"a": {"sql": "f.a", "type": "number"}, "b": {"sql": "f.b", "type": "number"}, "missing": {"sql": "f.missing", "type": "number"},
  "word": {"sql": "f.word", "type": "text"}, "min": {"sql": "f.a", "type": "number"}, "分数": {"sql": "f.b", "type": "number"}, "points.x y": {"sql": "f.a + 1", "type": "number"}}'::jsonb;
-- the value of a formula with a = 7, b = 2, missing NULL
CREATE FUNCTION value_of(formula text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	value float8;
BEGIN
	EXECUTE 'SELECT ' || formula_sql(formula, operands()) || ' FROM (SELECT 7::float8 AS a, 2::float8 AS b, NULL::float8 AS missing, ''w''::text AS word) AS f' INTO value;
	RETURN coalesce(value::text, 'NULL');
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;

\pset format unaligned
\pset tuples_only on
SELECT rpad(f, 40) || value_of(f) FROM unnest(ARRAY[
	'1', '.5', '2.', '1e2', 'a', '"a"', '分数', 'points."x y"', 'a + b', 'a - b - b', 'a / b / b', 'a * b + b', 'a + b * b', '(a + b) * b', 'a - (b - b)', 'a / b * b',
	'-a', '- a * b', 'a * -b', 'a - -b', '--a', '-(a + b)', '-min(a, b)', E'a\t+\n b',
	'min(a, b)', 'max(a, b, 9)', 'min(a)', 'abs(b - a)', 'floor(a / b)', 'ceil(a / b)', 'floor(-a / b)', 'ceil(-a / b)', 'first(missing, b, a)', 'present(a, missing, b)', 'min + 1', 'min(min, 3)',
	'round(a / 3, 2)', 'round(2.675, 2)', 'round(1.005, 2)', 'round(-2.5, 0)', 'round(0.5, 0)', 'round(1e15 + 0.5, 0)', 'round(a, 9)',
	'present(word)', 'present(word, a, missing)', 'present(word, missing) * 10',
	'min(5, max(1, a - b * 4))', 'max(a, b) - min(a, b)', '0.1 + 0.2', '0.3 - 0.1 - 0.2']) AS f;

-- missing: the result is missing but in min, max, first and present
SELECT rpad(f, 40) || value_of(f) FROM unnest(ARRAY[
	'missing', 'a + missing', 'a * 0 * missing', '-missing', 'abs(missing)', 'round(missing, 2)', 'min(missing)', 'min(a, missing)', 'max(missing, b)', 'first(missing)', 'present(missing)',
	'a / 0', 'a / (b - 2)', '0 / 0', 'first(a / 0, b)', 'min(a / 0, b)', 'a / -0']) AS f;

-- too large and too small is an error, never garbage
SELECT rpad(f, 40) || value_of(f) FROM unnest(ARRAY[
	'1e100 * 1e100 * 1e100', '1e100 * 1e100 * 1e100 * 1e100', '1e-300 * 1e-300', '1e100 / 1e-300', '-1e100 * 1e100 * 1e100 * 1e100']) AS f;

-- the rounding is that of scorecards, whatever the session prints
SET extra_float_digits = -15;
SELECT value_of('round(2.675, 2) * 1000 - 2680'), value_of('round(1.005, 2) * 1000 - 1010');
RESET extra_float_digits;
SELECT count(*) FROM generate_series(1, 2000) AS n, LATERAL (SELECT (n * 37 % 2000 - 1000) / 800.0 AS x) AS v
 WHERE score(rounding_card(2), ARRAY[x::float8]) <> round(x, 2)::float8;

-- what is refused: character, what was expected, what stands there
SELECT rpad(left(f, 38), 40) || value_of(f) FROM unnest(ARRAY[
	'', ' ', '+', 'a +', '+ a', 'a + * b', 'a b', 'a 1', '1 a', '1a', '1.2.3', '1e', '(a', 'a)', '()', '(a,b)', 'a,b', ',', 'min', 'min(', 'min()', 'min(a', 'min(a,', 'min(a,)', 'min(a b)', 'min a', 'MIN(a)',
	'sqrt(a)', 'score', 'Word', 'a.b', '"a', '""', 'points.', 'points."', 'round(a)', 'round(a, b)', 'round(a, 10)', 'round(a, -1)', 'round(a, 1, 2)', 'abs(a, b)', 'floor()', 'first()',
	'word', 'a + word', 'word + a', '-word', 'min(word)', '(word)', 'present(word + a)', 'first(word)', 'abs(word)',
	'a ^ b', 'a % b', 'a ** b', 'a = b', 'a > b', 'a and b', '''a''', 'a − b', 'a × b', 'a，b', '（a）', '1e101', '1e-400', '"present"(a)', 'present (a) + 1'])  AS f;

-- what tries to get out
SELECT rpad(left(f, 58), 60) || value_of(f) FROM unnest(ARRAY[
	'a; DROP TABLE x', 'a) FROM f; --', 'a /* */', 'a -- b', '"a"" FROM f; --"', '"f.a"', '"a) OR (1=1"', 'pg_sleep(9)', '"pg_sleep"(9)', 'a::text', 'f.a', '$1', 'a || b', '(SELECT 1)', 'a\b', 'CASE', 'null', 'current_user', E'a\u00a0+ b']) AS f;

-- limits: 500 parts, 40 levels, 99 arguments, 10000 characters
SELECT value_of('a' || repeat(' + a', 249)), value_of('a' || repeat(' + a', 250));
SELECT value_of(repeat('(', 39) || 'a' || repeat(')', 39)), value_of(repeat('(', 40) || 'a' || repeat(')', 40));
SELECT value_of(repeat('abs(', 39) || '-a' || repeat(')', 39)), value_of(repeat('-', 41) || 'a');
SELECT value_of('min(a' || repeat(', a', 98) || ')'), value_of('min(a' || repeat(', a', 99) || ')'), value_of('present(a' || repeat(', a', 98) || ')');
SELECT value_of(rpad('a', 10000)), value_of(rpad('a', 10001));

-- the SQL that comes of it
SELECT formula_sql('-a + min(b, 1) * round(a / b, 2)', operands());
SELECT formula_sql(NULL, operands()) IS NULL;
\pset tuples_only off
\pset format aligned
SELECT * FROM formula_operands('present(a, "x y", b + 1, (word)) + min(present(c), d)');
DROP SCHEMA test_registry_formula CASCADE;
