-- Type curve: text form, canonical output, constructor, value, binary form, order.
SET client_min_messages = warning;
CREATE SCHEMA test_curve;
SET search_path = test_curve, credence;

-- what is said of a statement that fails
CREATE FUNCTION problem(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || sqlerrm;
END $$;

--
-- canonical output
--
SELECT input, input::curve AS canonical FROM (VALUES
	('0:0, 60:40, 60:70, 100:100'),
	('0:0,60:40,60:70,100:100'),
	('  0 : 0 , 100 : 100  '),
	('5:7'),
	('0:=10, 0:7, 100:0'),
	('0:10, 0:=7, 100:0'),
	('0:=10, 5:=7'),
	('-0:-0, +1:1e3, 2.50:-1.5e-3'),
	('-1e100:1e100, 1e100:-1e100'),
	('0.1:0.2, 0.30000000000000004:1e-300')
) AS t(input);
SELECT E'\t0\n:\r1\f,\0132:3'::curve AS blanks;

-- a mark that says nothing is left out; what is printed reads back as the same
SELECT '0:10, 0:=7'::curve = '0:10, 0:7'::curve AS later_wins_anyway, '0:=1, 2:3'::curve = '0:1, 2:3'::curve AS no_jump,
	'0:=10, 0:7'::curve = '0:10, 0:7'::curve AS earlier_wins;
SELECT count(*) AS differing FROM (VALUES ('0:=10,0:7'), ('1e-300:0.1,2:0.30000000000000004'), ('1:2')) AS t(input)
WHERE (input::curve)::text::curve <> input::curve OR (input::curve)::text::curve::text <> input::curve::text;

--
-- malformed input: where, what, and what was expected
--
SELECT input, problem(format('SELECT %L::curve', input)) FROM (VALUES
	(''),
	('  '),
	('0'),
	('0:'),
	(':1'),
	('0:1,'),
	('0:1,,2:3'),
	('a:1'),
	('0:b'),
	('0:1 2:3'),
	('0 1'),
	('0=:1'),
	('0::1'),
	('0:==1'),
	('0:= '),
	('0:1; 2:3'),
	('1:0, 0:1'),
	('0:1, 0:2, 0:3'),
	('0:=1, 0:=2'),
	('0.1:1, 0.1:2, 0.1:3'),
	('nan:1'),
	('0:nan'),
	('0:infinity'),
	('1e999:0'),
	('0x1:0'),
	('1.0000001e100:0'),
	('0:-2e100'),
	('0:1 % 2'),
	('零:一'),
	('0：1')
) AS t(input);
SELECT problem(format('SELECT %L::curve', '0:1 ' || repeat('甲', 20)));

--
-- limits: 1024 knots, 1 MB of text
--
SELECT problem(format('SELECT %L::curve', string_agg(i || ':' || i % 7, ', '))) AS knots_1024 FROM generate_series(1, 1024) AS i;
SELECT problem(format('SELECT %L::curve', string_agg(i || ':' || i % 7, ', '))) AS knots_1025 FROM generate_series(1, 1025) AS i;
SELECT problem(format('SELECT %L::curve', repeat(' ', 1024 * 1024 - 3) || '1:1')) AS bytes_1048576;
SELECT problem(format('SELECT %L::curve', repeat(' ', 1024 * 1024 - 2) || '1:1')) AS bytes_1048577;

--
-- the constructor
--
SELECT curve('{0,60,60,100}', '{0,40,70,100}'), curve('{5}', '{7}'), curve('{-0}', '{-0}'), curve('[0:1]={1,2}', '[7:8]={3,4}');
SELECT curve(NULL, '{1}') IS NULL AND curve('{1}', NULL) IS NULL AS strict;
SELECT statement, problem('SELECT ' || statement) FROM (VALUES
	('curve(''{}'', ''{}'')'),
	('curve(''{1}'', ''{}'')'),
	('curve(''{1,2}'', ''{1}'')'),
	('curve(''{1,NULL}'', ''{1,2}'')'),
	('curve(''{1,2}'', ''{1,NULL}'')'),
	('curve(''{{1,2}}'', ''{1,2}'')'),
	('curve(''{1,2}'', ''{{1,2}}'')'),
	('curve(''{2,1}'', ''{1,2}'')'),
	('curve(''{1,1,1}'', ''{1,2,3}'')'),
	('curve(''{NaN}'', ''{1}'')'),
	('curve(''{1}'', ''{NaN}'')'),
	('curve(''{1,Infinity}'', ''{1,2}'')'),
	('curve(''{1}'', ''{-Infinity}'')'),
	('curve(''{1.5e100}'', ''{1}'')'),
	('curve(ARRAY(SELECT i FROM generate_series(1, 1025) i)::float8[], ARRAY(SELECT i FROM generate_series(1, 1025) i)::float8[])'),
	('curve(ARRAY(SELECT i FROM generate_series(1, 1024) i)::float8[], ARRAY(SELECT i FROM generate_series(1, 1024) i)::float8[]) IS NULL')
) AS t(statement);

--
-- value: linear between knots, clamped outside, the later at a jump
--
-- 30 is half of the way to 60:40; just below 60 the value nears 40; 80 is half of the way from 70 to 100
SELECT x, value('0:0, 60:40, 60:70, 100:100'::curve, x)
FROM unnest('{NULL,NaN,-Infinity,-5,-0,0,15,30,59.99999999999999,60,60.00000000000001,80,100,101,Infinity}'::float8[]) AS x;
-- the marked knot gives the value at the jump, and only there
SELECT x, value('0:=10, 0:7, 100:0'::curve, x), value('0:10, 0:7, 100:0'::curve, x)
FROM unnest('{-1,0,1e-300,50,100}'::float8[]) AS x;
SELECT x, value('0:0, 10:10, 10:=20, 20:30'::curve, x), value('0:0, 10:=10, 10:20, 20:30'::curve, x),
	value('0:0, 10:10, 10:20'::curve, x), value('0:0, 10:=10, 10:20'::curve, x)
FROM unnest('{5,10,11,20}'::float8[]) AS x;
SELECT x, value('3:42'::curve, x) FROM unnest('{-Infinity,0,3,4,Infinity}'::float8[]) AS x;
-- every knot of the largest curve is found
SELECT count(*) FROM generate_series(1, 1024) AS i,
	(SELECT string_agg(k || ':' || k % 7, ', ' ORDER BY k)::curve AS c FROM generate_series(1, 1024) AS k) AS t
WHERE value(c, i) = i % 7 AND value(c, i + 0.5) = (CASE WHEN i = 1024 THEN i % 7 ELSE (i % 7 + (i + 1) % 7) / 2.0 END);
-- product before quotient, so that whole numbers stay whole: 1 of 3 times 3
SELECT value('0:0, 3:3'::curve, 1), value('0:0, 7:49'::curve, 3), value('0:100, 30:0'::curve, 9);
-- rounding does not carry it past an end
SELECT value('0:0.1, 1:0.7'::curve, 0.9999999999999999) <= 0.7 AS within, value('0:0.7, 1:0.1'::curve, 0.9999999999999999) >= 0.1 AS within;

--
-- order and equality: by canonical text
--
SELECT '0:1'::curve = ' 0.0 : 1e0 '::curve AS same, '0:1'::curve <> '0:2'::curve AS other, '0:1'::curve < '0:2'::curve AS before,
	'0:1'::curve <= '0:1'::curve AS at_most, '0:2'::curve > '0:1'::curve AS after, '0:2'::curve >= '0:1'::curve AS at_least;
SELECT curve_cmp('0:1', '0:2'), curve_cmp('0:2', '0:1'), curve_cmp('0:1', '0:1');
CREATE TABLE rise (code int, shape curve);
INSERT INTO rise SELECT i, (i % 5 || ':' || i % 3 || ', 9:10')::curve FROM generate_series(0, 59) AS i;
SELECT shape, count(*) FROM rise WHERE code < 30 GROUP BY shape ORDER BY shape LIMIT 4;
SELECT count(DISTINCT shape) FROM rise;
CREATE INDEX rise_btree ON rise USING btree (shape);
CREATE INDEX rise_hash ON rise USING hash (shape);
SET enable_seqscan = off;
SELECT code FROM rise WHERE shape = '4:2, 9:10' ORDER BY code;
SELECT count(*) FROM rise WHERE shape >= '4:1, 9:10';
RESET enable_seqscan;
SELECT count(*) FROM rise a JOIN rise b USING (shape);
SELECT curve_hash('0:1') = curve_hash('0:1.0') AS hash, curve_hash_extended('0:1', 7) = curve_hash_extended('0:1.0', 7) AS extended,
	curve_hash_extended('0:1', 7) <> curve_hash_extended('0:1', 8) AS seeded;

--
-- binary form: a version byte, then the canonical text
--
SELECT encode(curve_send('0:=1,0:2'), 'escape');
CREATE TABLE copied (LIKE rise);
\copy rise TO 'results/curve.copy' WITH (FORMAT binary)
\copy copied FROM 'results/curve.copy' WITH (FORMAT binary)
SELECT count(*) AS rows, count(*) FILTER (WHERE a.shape::text = b.shape::text) AS same FROM rise a JOIN copied b USING (code);

-- hostile: no byte at all, another version, no text, malformed text
CREATE TABLE received (shape curve);
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\0001:1\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\1\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\0011:x\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\0011:5\377\377"' WITH (FORMAT binary)
SELECT * FROM received;

DROP SCHEMA test_curve CASCADE;
