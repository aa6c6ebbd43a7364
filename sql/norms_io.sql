-- type norms: what its text and binary form refuse, and how they go round
CREATE SCHEMA norms_io_test;
SET search_path = norms_io_test, credence, public;

CREATE FUNCTION pg_temp.refused(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	RETURN 'taken: ' || input::norms::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint <> '' THEN ' / ' || hint ELSE '' END;
END $$;

-- the whole
SELECT pg_temp.refused(input) FROM unnest(ARRAY[
	'', '{', '[]', '1', '{}',
	'{"card": 1}', '{"card": ""}', '{"card": "c"}',
	'{"card": "c", "fingerprint": 1}', '{"card": "c", "fingerprint": "00"}', '{"card": "c", "fingerprint": "000000000000000G"}',
	'{"card": "c", "fingerprint": "00000000000000ff"}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": "1"}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": -1}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1.5}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 9007199254740994}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 9007199254740992, "indicators": []}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": {}}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [], "extra": 1}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [], "rows": 2}',
	'{"rows": 1, "indicators": [], "fingerprint": "00000000000000ff", "card": "any order"}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [], "groups": []}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [], "group_rows": 1}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [], "group_rows": 1, "group_fingerprint": "0000000000000001", "groups": []}',
	'{"card": "' || repeat('x', 257) || '"}',
	'{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}'
]) AS input;

-- an item
SELECT pg_temp.refused('{"card": "c", "fingerprint": "00000000000000ff", "rows": 9, "indicators": [' || item || ']}') FROM unnest(ARRAY[
	'1', '{}', '{"name": ""}', '{"name": "x"}', '{"name": "x", "standardise": 1}', '{"name": "x", "standardise": "z"}', '{"name": "x", "standardise": ""}',
	'{"name": "x", "standardise": "zscore"}',
	'{"name": "x", "standardise": "zscore", "count": 10}',
	'{"name": "x", "standardise": "zscore", "count": 2}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": 3}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "3"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "3p0"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "3p0", "squares": "5p0"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "30p-4", "squares": "50p-4"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "3p0", "squares": "1p2"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "3p0", "squares": "-5p0"}',
	'{"name": "x", "standardise": "zscore", "count": 1, "sum": "3p0", "squares": "a1p-4"}',
	'{"name": "x", "standardise": "zscore", "count": 0, "sum": "3p0", "squares": "9p0"}',
	'{"name": "x", "standardise": "zscore", "count": 0, "sum": "0", "squares": "0"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "1p-1075", "squares": "5p0"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "1p1087", "squares": "1p2111"}',
	'{"name": "x", "standardise": "zscore", "count": 2, "sum": "3p0", "squares": "5p0", "values": ""}',
	'{"name": "x", "standardise": "minmax", "count": 2}',
	'{"name": "x", "standardise": "minmax", "count": 2, "minimum": 1, "maximum": "2"}',
	'{"name": "x", "standardise": "minmax", "count": 2, "minimum": "1", "maximum": "2 "}',
	'{"name": "x", "standardise": "minmax", "count": 2, "minimum": "1", "maximum": "1e999"}',
	'{"name": "x", "standardise": "minmax", "count": 2, "minimum": "3", "maximum": "2"}',
	'{"name": "x", "standardise": "minmax", "count": 1, "minimum": "1", "maximum": "2"}',
	'{"name": "x", "standardise": "minmax", "count": 0, "minimum": "1", "maximum": "2"}',
	'{"name": "x", "standardise": "minmax", "count": 2, "minimum": "-0", "maximum": "1.7976931348623157e308"}',
	'{"name": "x", "standardise": "ratio_to_mean", "count": 2, "sum": "3p0", "minimum": "1", "maximum": "2"}',
	'{"name": "x", "standardise": "ratio_to_mean", "count": 2, "sum": "5p0", "minimum": "1", "maximum": "2"}',
	'{"name": "x", "standardise": "ratio_to_mean", "count": 2, "sum": "1p0", "minimum": "1", "maximum": "2"}',
	'{"name": "x", "standardise": "ratio_to_mean", "count": 2, "sum": "-3p0", "minimum": "-2", "maximum": "-1"}',
	'{"name": "x", "standardise": "percentile", "count": 2}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": ""}',
	'{"name": "x", "standardise": "percentile", "count": 0, "values": " "}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1, 2"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": " 1e0 * 2 "}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1*3"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "2, 1"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1, 1"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1, x"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1, 2,"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1 2"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1*0, 2"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1*1.5, 2"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "1*9007199254740992, 2*9007199254740992"}',
	'{"name": "x", "standardise": "percentile", "count": 2, "values": "infinity*2"}',
	'{"name": "é \" \\ \u0001\t", "standardise": "robust_z", "count": 3, "values": "-1.5, 1e-300*2"}'
]) AS item;
SELECT pg_temp.refused('{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [' || rtrim(repeat('{"name": "x", "standardise": "minmax", "count": 0},', 1001), ',') || ']}');
SELECT length(('{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [' || rtrim(repeat('{"name": "x", "standardise": "minmax", "count": 0},', 1000), ',') || ']}')::norms::text);
SELECT pg_temp.refused('{"card": "c", "fingerprint": "00000000000000ff", "rows": 1, "indicators": [], "group_fingerprint": "00000000000000ff", "group_rows": 3, "groups": [{"name": "x", "standardise": "minmax", "count": 4}]}');

-- norms that were made up do not fit the card whose fingerprint they bear
CREATE TEMP TABLE made AS SELECT '{"name": "c", "indicators": [{"name": "x", "standardise": "minmax"}, {"name": "y", "standardise": "percentile"}]}'::scorecard AS card;
SELECT score(card, '{1, 2}'::float8[], replace(n::text, '"x"', '"z"')::norms) FROM (SELECT card, norms(card, '{1, 2}'::float8[]) AS n FROM made GROUP BY card) AS t;
SELECT score(card, '{1, 2}'::float8[], regexp_replace(n::text, ', {"name": "y".*}]', ']')::norms) FROM (SELECT card, norms(card, '{1, 2}'::float8[]) AS n FROM made GROUP BY card) AS t;
SELECT score(card, '{1, 2}'::float8[], replace(n::text, 'percentile', 'robust_z')::norms) FROM (SELECT card, norms(card, '{1, 2}'::float8[]) AS n FROM made GROUP BY card) AS t;
CREATE AGGREGATE pg_temp.continue(scorecard, float8[]) (SFUNC = norms_accum, STYPE = norms, COMBINEFUNC = norms_combine,
	INITCOND = '{"card": "c", "fingerprint": "00000000000000ff", "rows": 0, "indicators": []}');
SELECT pg_temp.continue(card, '{1, 2}'::float8[]) FROM made;

-- binary form, by way of a file that COPY reads
SELECT current_setting('data_directory') || '/credence_binary_copy' AS file \gset
CREATE FUNCTION pg_temp.receive(field bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	object oid := lo_from_bytea(0, '\x5047434f50590aff0d0a00' || '\x0000000000000000'::bytea
		|| int2send(1::int2) || int4send(length(field)) || field || int2send((-1)::int2));
	received text;
BEGIN
	PERFORM lo_export(object, file), lo_unlink(object);
	CREATE TEMP TABLE receiver (n norms);
	EXECUTE format('COPY receiver FROM %L (FORMAT binary)', file);
	SELECT n::text INTO received FROM receiver;
	DROP TABLE receiver;
	RETURN received;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TABLE sample AS SELECT '{"card": "c", "fingerprint": "00000000000000ff", "rows": 3, "indicators": [
	{"name": "z", "standardise": "zscore", "count": 3, "sum": "-3p0", "squares": "5p0"},
	{"name": "m", "standardise": "ratio_to_mean", "count": 2, "sum": "3p0", "minimum": "1", "maximum": "2"},
	{"name": "p", "standardise": "percentile", "count": 3, "values": "-1, 2*2"}],
	"group_fingerprint": "fe00000000000000", "group_rows": 2, "groups": [{"name": "ü", "standardise": "minmax", "count": 0}]}'::norms AS n;
SELECT pg_temp.receive(norms_send(n), :'file') = n::text AS same FROM sample;
SELECT pg_temp.receive('\x01' || field, :'file') FROM (VALUES
	(''::bytea), ('\x02'), ('\x00'), ('\x0000000000'), ('\x00ffffffff'), ('\x0000000001'), ('\x000000000100'),
	('\x000000000163' || int8send(255) || int8send(-1)), ('\x000000000163' || int8send(255) || int8send(1) || int4send(1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1001)), ('\x000000000163' || int8send(255) || int8send(1) || int4send(-1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(0)), ('\x000000000163' || int8send(255) || int8send(1) || int4send(0) || '\x00'),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017800' || int8send(1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017808' || int8send(1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017802' || int8send(2)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017802' || int8send(1) || float8send('NaN') || float8send(1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017802' || int8send(1) || float8send(1) || float8send(2)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017802' || int8send(1) || float8send(1) || float8send(1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017801' || int8send(1) || int4send(0) || int4send(9999)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017801' || int8send(1) || int4send(2112) || int4send(1) || int4send(1)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017801' || int8send(1) || int4send(0) || int4send(-2) || int4send(6) || int4send(0) || int4send(-2) || int4send(1) || int4send(144)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017807' || int8send(1) || int4send(2147483647)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017807' || int8send(1) || int4send(1) || float8send(1) || int8send(0)),
	('\x000000000163' || int8send(255) || int8send(1) || int4send(1) || '\x000000017807' || int8send(1) || int4send(1) || float8send(1) || int8send(2)),
	('\x000000000163' || int8send(255) || int8send(2) || int4send(1) || '\x000000017807' || int8send(2) || int4send(2) || float8send(1) || int8send(1) || float8send(1) || int8send(1))
) AS f (field);
-- any byte changed, any tail cut: an error or a value, never a crash
SELECT count(pg_temp.receive(set_byte(field, at, get_byte(field, at) # 1 << at % 8), :'file')) = length(field) AS changed,
	count(pg_temp.receive(substr(field, 1, at), :'file') ~ '^(22P03|08P01|22021) ' OR NULL) = length(field) AS cut
FROM sample, norms_send(n) AS field, generate_series(0, length(field) - 1) AS at GROUP BY field;
SELECT count(pg_temp.refused(overlay(t PLACING chr(33 + at % 90) FROM at FOR 1))) = length(t) AS changed,
	count(pg_temp.refused(left(t, at - 1)) ~ '^22P02 ' OR NULL) = length(t) AS cut
FROM sample, CAST(n AS text) AS t, generate_series(1, length(t)) AS at GROUP BY t;

-- partial states of all methods, in binary to a file and back
CREATE TABLE population AS SELECT i, (i * 7919 % 1009) / 7.0::float8 AS x FROM generate_series(1, 500) AS i;
CREATE TABLE card_of AS SELECT format('{"name": "all", "indicators": [%s]}', (SELECT string_agg(format('{"name": "%s", "input": "x", "standardise": "%1$s"}', m), ',')
	FROM unnest('{zscore,minmax,ratio_to_best,ratio_to_mean,median_range,robust_z,percentile}'::text[]) AS m))::scorecard AS card;
CREATE TABLE part AS SELECT i % 10 AS part, norms(card, p) AS n FROM population p, card_of GROUP BY i % 10;
COPY part TO :'file' (FORMAT binary);
CREATE TABLE back (LIKE part);
COPY back FROM :'file' (FORMAT binary);
SELECT count(*), bool_and(part.n = back.n) AS same FROM part JOIN back USING (part);
SELECT rollup(n) = (SELECT norms(card, p) FROM population p, card_of) AS same FROM back;

SET client_min_messages = warning;
DROP SCHEMA norms_io_test CASCADE;
