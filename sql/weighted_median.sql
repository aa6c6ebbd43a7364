-- weighted_median(x, w) and the type of its state
SET search_path = credence, public;
SET extra_float_digits = 0;

-- worked example W16 (COMAR 10.09.10.16): measure values weighted by days of care
SELECT weighted_median(x, w) FROM (VALUES (60, 100), (70, 300), (90, 100)) AS t (x, w);

-- at exactly half, the mean of both; a weight of 0 does not count between them
SELECT weighted_median(x, w) FROM (VALUES (1, 2), (2, 0), (3, 1), (5, 1)) AS t (x, w);
SELECT weighted_median(x, 1) FROM generate_series(1, 4) AS x;

-- what is missing does not count; nothing left is NULL
SELECT weighted_median(x, w) FROM (VALUES (1, 1), (NULL, 100), (9, NULL), ('NaN'::float8, 5::float8), (8, 'NaN'), (9, 0)) AS t (x, w);
SELECT weighted_median(x, w) FROM (VALUES (NULL::float8, 1::float8), (1, 0), ('NaN', -1)) AS t (x, w);
SELECT weighted_median(x, w) FROM (VALUES (1::float8, 1::float8)) AS t (x, w) WHERE false;

-- errors
SELECT weighted_median(1, -0.5);
SELECT weighted_median('infinity', 1);
SELECT weighted_median(1, '-infinity');
SELECT weighted_values_accum(NULL, 1, 1);

-- weights whose sum no float8 holds, and weights that only tilt the balance
SELECT weighted_median(x, 1.7e308) FROM generate_series(1, 7) AS x;
SELECT weighted_median(x, w) FROM (VALUES (1, 1::float8), (2, 5e-324), (3, 1)) AS t (x, w);

-- text form
SELECT '{60:100, 70:300*2, 90:100}'::weighted_values, weighted_values_median('{60:100, 70:300*2, 90:100}');
SELECT ' { 1e1 : 5e-324 * 9007199254740992 } '::weighted_values, '{}'::weighted_values, weighted_values_median('{}');
SELECT '{1:0}'::weighted_values;
SELECT '{1:-1}'::weighted_values;
SELECT '{2:1, 1:1}'::weighted_values;
SELECT '{1:1, 1:1}'::weighted_values;
SELECT '{1:1*9007199254740993.5}'::weighted_values;
SELECT '{1:infinity}'::weighted_values;
SELECT '{1:2,'::weighted_values;
SELECT ''::weighted_values;

-- an aggregate of states is what the combine function is for
CREATE AGGREGATE pg_temp.collect(x float8, w float8) (
	SFUNC = weighted_values_accum, STYPE = weighted_values, COMBINEFUNC = weighted_values_combine);
CREATE AGGREGATE pg_temp.merge(weighted_values) (SFUNC = weighted_values_combine, STYPE = weighted_values);

CREATE TEMP TABLE sample AS
	SELECT i, (i * 7919 % 1009) / 8.0::float8 AS x, (i * 104729 % 97) / 10.0::float8 AS w, i * 31 % 13 AS part
	FROM generate_series(1, 20000) AS i;

-- any order, any partition: the same bytes
CREATE TEMP TABLE whole AS SELECT pg_temp.collect(x, w) AS state FROM sample;
SELECT length(state::text) FROM whole;
SELECT count(*) FROM (
	SELECT pg_temp.collect(x, w ORDER BY i DESC) AS state FROM sample
	UNION ALL SELECT pg_temp.collect(x, w ORDER BY x) FROM sample
	UNION ALL SELECT pg_temp.merge(state) FROM (SELECT pg_temp.collect(x, w) AS state FROM sample GROUP BY part) AS p
	UNION ALL SELECT pg_temp.merge(state ORDER BY part DESC)
		FROM (SELECT part, pg_temp.collect(x, w) AS state FROM sample GROUP BY part UNION ALL SELECT 99, NULL) AS p
	) AS other, whole WHERE other.state::text = whole.state::text;

-- the median of the whole against its definition on numeric
WITH running AS (
	SELECT x, sum(w::numeric) OVER (ORDER BY x) AS so_far, sum(w::numeric) OVER () AS total FROM sample)
SELECT (SELECT min(x) FROM running WHERE 2 * so_far >= total) = weighted_median(x, w) AS agrees FROM sample;

-- text and binary round trip of a state, toasted and not
CREATE TEMP TABLE stored AS SELECT part, pg_temp.collect(x, w) AS state FROM sample GROUP BY part;
SELECT bool_and(state::text::weighted_values::text = state::text) FROM stored;
SELECT weighted_values_median(pg_temp.merge(state)) = (SELECT weighted_median(x, w) FROM sample) FROM stored;

-- a field of a binary COPY, made of any bytes and read into the type
SELECT current_setting('data_directory') || '/credence_binary_copy' AS file \gset
CREATE FUNCTION pg_temp.receive(field bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	object oid := lo_from_bytea(0, '\x5047434f50590aff0d0a00' || '\x0000000000000000'::bytea
		|| int2send(1::int2) || int4send(length(field)) || field || int2send((-1)::int2));
	received text;
BEGIN
	PERFORM lo_export(object, file), lo_unlink(object);
	CREATE TEMP TABLE receiver (state weighted_values);
	EXECUTE format('COPY receiver FROM %L (FORMAT binary)', file);
	SELECT state::text INTO received FROM receiver;
	DROP TABLE receiver;
	RETURN received;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.receive(weighted_values_send('{60:100, 70:300*2}'), :'file');
SELECT bool_and(pg_temp.receive(weighted_values_send(state), :'file') = state::text) FROM stored;
SELECT pg_temp.receive(field, :'file') FROM (VALUES
	(''::bytea), ('\x00'), ('\x02'), ('\x01'), ('\x010000000000000000'), ('\x01000000000000000000'),
	('\x01ffffffffffffffff'), ('\x017fffffffffffffff'), ('\x010000000000000001')) AS f (field);
SELECT pg_temp.receive('\x01' || int8send(1) || float8send(x) || float8send(w) || int8send(c), :'file') FROM (VALUES
	(1, 1, 1), (1, 0, 1), (1, -1, 1), ('NaN'::float8, 1, 1), (1, 'infinity'::float8, 1), (1, 1, 0), (1, 1, -1),
	(1, 1, 9007199254740993)) AS f (x, w, c);
SELECT pg_temp.receive('\x01' || int8send(2) || float8send(2) || float8send(1) || int8send(1)
	|| float8send(1) || float8send(1) || int8send(1), :'file');
-- any byte changed, any tail cut: an error or a value, never a crash
SELECT count(pg_temp.receive(set_byte(field, at, get_byte(field, at) # 64), :'file')),
	count(pg_temp.receive(substr(field, 1, at), :'file') LIKE '22P03%' OR NULL),
	count(pg_temp.receive(substr(field, 1, at), :'file') LIKE '08P01%' OR NULL)
FROM weighted_values_send('{60:100, 70:300*2}') AS field, generate_series(0, length(field) - 1) AS at;

-- a window, and a group for every row
SELECT part, weighted_median(x, w) OVER (PARTITION BY part) AS median
FROM sample WHERE i <= 26 ORDER BY part, i LIMIT 4;
SELECT sum(median) FROM (SELECT weighted_median(x, w + 1) AS median FROM sample GROUP BY i) AS g;
SELECT array_agg(median) FROM (
	SELECT weighted_median(x, w) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS median
	FROM sample LIMIT 6) AS w;

-- forced parallel plan
CREATE TABLE weighted_sample AS SELECT * FROM sample;
ANALYZE weighted_sample;
SELECT weighted_median(x, w) AS serial FROM weighted_sample \gset
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT weighted_median(x, w) = :serial AS same FROM weighted_sample;
DROP TABLE weighted_sample;
