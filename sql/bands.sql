-- Type bands: text form, canonical output, constructor, functions, binary form, order.
SET client_min_messages = warning;
CREATE SCHEMA test_bands;
SET search_path = test_bands, credence;

-- what is said of a statement that fails
CREATE FUNCTION problem(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE statement;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN sqlstate || ' ' || sqlerrm || CASE WHEN hint = '' THEN '' ELSE ' / ' || hint END;
END $$;

--
-- canonical output
--
SELECT E'\tA\n>=\r90\f,\013B > 80'::bands AS blanks;
SELECT input, input::bands AS canonical FROM (VALUES
	('A >= 90, B >= 80, C >= 60, D'),
	('A>=90,B>=80,C>=60,D'),
	('  A  >=  90  ,  B>80,C  '),
	('A <= 8, B <= 15, C'),
	('A < 8, B < 15'),
	('A > 1'),
	('D'),
	('A > 90, B >= 90, C'),
	('A < 8, B <= 8, C'),
	('A >= 1e2, B >= +8.50, C >= -0, D >= -1.5e1'),
	('A >= 0.1, B >= 1e-7, C >= -1e100'),
	('A >= 1e100, B >= 123456789012345678'),
	('100 >= 95, 80 >= 90.0, 0'),
	('"A" >= 1, "B b" >= 0'),
	('"A, or so" >= 1, "x<y" >= 0, "a=b" >= -1, "c>d" >= -2, "say ""hi""" >= -3, "" >= -4, " blank " >= -5'),
	('grade A (best) >= 90, it''s : fine; really! >= 80'),
	('优秀 ≥ 好 >= 90, 良好 >= 80, 合格 >= 60, 不合格'),
	('ممتاز >= 90, отлично >= 80, 😀 >= 70'),
	('A >= 90, A >= 80, B'),
	('nan >= 1, inf >= 0, 0x10 >= -1')
) AS t(input);

-- what is printed reads back as the same, by text and by comparison
SELECT count(*) AS differing FROM (VALUES
	('A>90,B>=90,C'), ('"" >= 1'), ('" x" <= 0.1, "y""" <= 0.30000000000000004'), ('優 >= 1e-300'), ('a'))
	AS t(input)
WHERE (input::bands)::text::bands <> input::bands
	OR (input::bands)::text::bands::text <> input::bands::text;

--
-- malformed input: where, what, and what was expected
--
SELECT input, problem(format('SELECT %L::bands', input)) FROM (VALUES
	(''),
	('   '),
	('>= 90'),
	('A >='),
	('A >= x'),
	('A >= 90 B >= 80'),
	('A >= 90,'),
	('A >= 90,,B'),
	(', A'),
	('A = 90'),
	('A == 90'),
	('A => 90'),
	('A <> 90'),
	('A >= 90, B <= 80'),
	('A <= 8, B > 15'),
	('A >= 80, B >= 90'),
	('A >= 80, B >= 80'),
	('A > 80, B > 80'),
	('A >= 80, B > 80'),
	('A <= 15, B <= 8'),
	('A <= 8, B < 8'),
	('A >= 0.1, B >= 0.30000000000000004'),
	('A, B >= 1'),
	('A, B'),
	('"A >= 90'),
	('"A"x >= 90'),
	('"A" "B" >= 90'),
	('A"B >= 90'),
	('A >= 1, "B" 2'),
	('A >= 1e999'),
	('A >= nan'),
	('A >= infinity'),
	('A >= 0x10'),
	('A >= 2e100'),
	('A >= 1.5.5'),
	('A >= 1 000'),
	('优秀 >= 九十'),
	('A ≥ 90, B ≥ 80')
) AS t(input);

-- a message does not cut a character in half
SELECT problem(format('SELECT %L::bands', '"' || repeat('甲', 86) || '" >= 1'));
SELECT problem(format('SELECT %L::bands', 'a >= 1 ' || repeat('甲', 20)));
SELECT octet_length(convert_to(problem(format('SELECT %L::bands', '"' || repeat('甲', 1000))), 'GB18030')) > 0 AS whole;

--
-- limits: 256 entries, 256 bytes of a label, 1e100
--
SELECT length(string_agg('L' || i || ' >= ' || (1000 - i), ', ')::bands::text) > 0 AS entries_256
FROM generate_series(1, 256) AS i;
SELECT problem(format('SELECT %L::bands', string_agg('L' || i || ' >= ' || (1000 - i), ', '))) AS entries_257
FROM generate_series(1, 257) AS i;
SELECT (repeat('x', 256) || ' >= 1')::bands::text = repeat('x', 256) || ' >= 1' AS label_256;
SELECT problem(format('SELECT %L::bands', repeat('x', 257) || ' >= 1')) AS label_257;
SELECT problem(format('SELECT %L::bands', '"' || repeat('x', 257) || '" >= 1')) AS quoted_label_257;
SELECT '甲 >= 1e100, 乙 >= -1e100'::bands;
SELECT problem('SELECT ''A >= 1.0000001e100''::bands');
SELECT problem(format('SELECT %L::bands', repeat(' ', 1024 * 1024 - 1) || 'A')) AS bytes_1048576;
SELECT problem(format('SELECT %L::bands', repeat(' ', 1024 * 1024) || 'A')) AS bytes_1048577;

--
-- the constructor
--
SELECT bands('{90,80,60}', '{A,B,C,D}');
SELECT bands('{90,80,60}', '{A,B,C}');
SELECT bands('{8,15}', '{A,B,C}');
SELECT bands('{8}', '{A,B}'), bands('{8}', '{A}'), bands('{}', '{A}');
SELECT bands('{-0,-1.5}', ARRAY['甲', '"x", y']);
SELECT bands(NULL, '{A}') IS NULL AND bands('{1}', NULL) IS NULL AS strict;
SELECT statement, problem('SELECT ' || statement) FROM (VALUES
	('bands(''{}'', ''{}'')'),
	('bands(''{1}'', ''{}'')'),
	('bands(''{1}'', ''{A,B,C}'')'),
	('bands(''{1,2}'', ''{A}'')'),
	('bands(''{1,NULL}'', ''{A,B}'')'),
	('bands(''{1}'', ''{NULL}'')'),
	('bands(''{{1}}'', ''{A}'')'),
	('bands(''{{2,1}}'', ''{A,B}'')'),
	('bands(''{2,1}'', ''{{A,B}}'')'),
	('bands(''{2,1,3}'', ''{A,B,C}'')'),
	('bands(''{1,1}'', ''{A,B}'')'),
	('bands(''{NaN}'', ''{A}'')'),
	('bands(''{2,NaN}'', ''{A,B}'')'),
	('bands(''{Infinity}'', ''{A}'')'),
	('bands(''{-Infinity}'', ''{A}'')'),
	('bands(''{1.1e100}'', ''{A}'')'),
	('bands(''{1}'', ARRAY[repeat(''x'', 257)])'),
	('bands(ARRAY(SELECT -i FROM generate_series(1, 257) i)::float8[], ARRAY(SELECT i FROM generate_series(1, 257) i)::text[])'),
	('bands(ARRAY(SELECT -i FROM generate_series(1, 255) i)::float8[], ARRAY(SELECT i FROM generate_series(1, 256) i)::text[]) IS NULL')
) AS t(statement);
-- an array whose bounds do not begin at 1
SELECT bands('[0:1]={2,1}', '[5:6]={A,B}');

--
-- grade, points, notch
--
-- the cut itself: >= and <= include it, > and < do not
SELECT x, grade('A >= 90, B > 80, C'::bands, x), grade('A <= 8, B < 15'::bands, x)
FROM unnest('{NULL,NaN,-Infinity,-0,8,8.000000000000002,14.999999999999998,15,80,80.00000000000001,89.99999999999999,90,Infinity}'::float8[]) AS x;
SELECT x, grade('A > 90, B >= 90, C'::bands, x) FROM unnest('{89.99999999999999,90,90.00000000000001}'::float8[]) AS x;
SELECT grade('A >= 0, B'::bands, '-0'), grade('A > 0, B'::bands, '-0'), grade('A <= -0'::bands, 0);
SELECT grade('A'::bands, 1), grade('A'::bands, NULL), grade(NULL::bands, 1), grade('A'::bands, 'NaN');
SELECT x, points('100 >= 95, 80.5 >= 90, -1e2 >= 0'::bands, x) FROM unnest('{96,95,90,0,-1,NaN,NULL}'::float8[]) AS x;
SELECT points('5 >= 1, B >= 0'::bands, 1), problem($$SELECT points('5 >= 1, B >= 0'::bands, 0)$$);
SELECT points('1e101 >= 1, " 5" >= 0'::bands, -1), problem($$SELECT points('1e101 >= 1'::bands, 1)$$),
	problem($$SELECT points('" 5" >= 0'::bands, 0)$$);
SELECT label, notch('A >= 90, "B, or so" >= 80, 优 >= 70, A >= 60, "" >= 50, Z'::bands, label)
FROM unnest('{A,"B, or so",优,"",Z,z,"A ",NULL}'::text[]) AS label;
SELECT notch('A >= 1'::bands, NULL) IS NULL AND notch(NULL::bands, 'A') IS NULL AS strict;

--
-- order and equality: by canonical text
--
SELECT 'A>=1'::bands = ' A >= 1.0 '::bands AS same, 'A >= 1'::bands <> 'B >= 1'::bands AS other_label,
	'A >= 1'::bands = 'A > 1'::bands AS other_operator, 'A >= 1'::bands < 'B >= 1'::bands AS before,
	'A >= 1'::bands <= 'A >= 1'::bands AS at_most, 'B'::bands > 'A'::bands AS after, 'B'::bands >= 'A'::bands AS at_least;
SELECT bands_cmp('A', 'B'), bands_cmp('B', 'A'), bands_cmp('A', 'A');
CREATE TABLE scheme (code int, cuts bands);
INSERT INTO scheme SELECT i, (CASE i % 3 WHEN 0 THEN 'A >= ' WHEN 1 THEN 'B>=' ELSE 'C >  ' END || i / 6)::bands
FROM generate_series(0, 59) AS i;
SELECT cuts, count(*) FROM scheme WHERE code < 12 GROUP BY cuts ORDER BY cuts;
SELECT count(DISTINCT cuts) FROM scheme;
CREATE INDEX scheme_btree ON scheme USING btree (cuts);
CREATE INDEX scheme_hash ON scheme USING hash (cuts);
SET enable_seqscan = off;
SELECT code FROM scheme WHERE cuts = 'B >= 2' ORDER BY code;
SELECT min(cuts::text), max(cuts::text) FROM scheme WHERE cuts > 'B >= 3' AND cuts < 'C > 2';
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT code FROM scheme WHERE cuts = 'B >= 2' ORDER BY code;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_bitmapscan;
SELECT count(*) FROM scheme a JOIN scheme b USING (cuts);
SELECT bands_hash('A >= 1') = bands_hash('A>=1.0') AS hash, bands_hash_extended('A >= 1', 7) = bands_hash_extended('A>=1.0', 7) AS extended,
	bands_hash_extended('A >= 1', 7) <> bands_hash_extended('A >= 1', 8) AS seeded;

--
-- binary form: a version byte, then the canonical text
--
SELECT encode(bands_send('A>=1'), 'escape');
CREATE TABLE copied (LIKE scheme);
\copy scheme TO 'results/bands.copy' WITH (FORMAT binary)
\copy copied FROM 'results/bands.copy' WITH (FORMAT binary)
SELECT count(*) AS rows, count(*) FILTER (WHERE a.cuts::text = b.cuts::text) AS same FROM scheme a JOIN copied b USING (code);

-- hostile: no byte at all, another version, no text, malformed text, text that is not UTF-8, a zero byte
CREATE TABLE received (cuts bands);
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\2\2A\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\1\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\1A >\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\3\1A\347\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\1A\0B\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\5\1B>=1\377\377"' WITH (FORMAT binary)
SELECT * FROM received;

DROP SCHEMA test_bands CASCADE;
