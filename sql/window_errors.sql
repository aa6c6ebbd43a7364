-- The SQLSTATE of every error of the window functions and the balance
SET search_path TO credence, public;

CREATE FUNCTION sqlstate_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE query;
  RETURN 'none';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END $$;

SELECT expected, count(*), string_agg(call || ': ' || state, ', ') FILTER (WHERE state <> expected) AS wrong
  FROM (SELECT expected, call, sqlstate_of('SELECT ' || call || ' FROM generate_series(1, 3) i') AS state
          FROM (VALUES
    ('none', 'star_clusters(i, 3) OVER ()'),
    ('22004', 'star_clusters(i, NULL) OVER ()'),
    ('22004', 'star_clusters(i, 3, NULL) OVER ()'),
    ('22023', 'star_clusters(i, 0) OVER ()'),
    ('22023', 'star_clusters(i, 257) OVER ()'),
    ('22023', 'star_clusters(i, i) OVER ()'),
    ('22023', 'star_clusters(i, 3, ''mean'') OVER ()'),
    ('22023', 'star_clusters(i, 3, strict => -1) OVER ()'),
    ('22003', 'star_clusters(i * ''Infinity''::float8, 3) OVER ()'),
    ('none', 'quota_grade(i, ''A'') OVER ()'),
    ('22004', 'quota_grade(i, NULL) OVER ()'),
    ('22004', 'quota_grade(i, ''A'', NULL) OVER ()'),
    ('22004', 'quota_grade(i, ''A'', ''round'', NULL) OVER ()'),
    ('22P02', 'quota_grade(i, ''A 120%'') OVER ()'),
    ('22P02', 'quota_grade(i, ''"A'') OVER ()'),
    ('54000', 'quota_grade(i, repeat(''x'', 257)) OVER ()'),
    ('22023', 'quota_grade(i, ''A'', ''up'') OVER ()'),
    ('22023', 'quota_grade(i, ''A'', ''round'', ''up'') OVER ()'),
    ('22023', 'quota_grade(i, ''A'' || i) OVER ()'),
    ('22000', 'quota_grade(i, ''A 40%'', ties => ''order'') OVER ()'),
    ('none', 'allocate(99, i) OVER ()'),
    ('22004', 'allocate(99, i, NULL) OVER ()'),
    ('22003', 'allocate(99, -i) OVER ()'),
    ('22003', 'allocate(99, i * ''Infinity''::numeric) OVER ()'),
    ('22003', 'allocate(''Infinity'', i) OVER ()'),
    ('22003', 'allocate(''NaN'', i) OVER ()'),
    ('22003', 'allocate(1e131071 * 9, i * 1e131071) OVER ()'),
    ('22023', 'allocate(99.001, i) OVER ()'),
    ('22023', 'allocate(99, i, -1) OVER ()'),
    ('22023', 'allocate(99, i, 21) OVER ()'),
    ('22023', 'allocate(i, i) OVER ()'),
    ('22023', 'allocate(99, i, i) OVER ()'),
    ('22000', 'allocate(99, i * 0) OVER ()'),
    ('22000', 'allocate(100, 1) OVER ()'),
    ('none', 'balance(i, 0, 0, 9)'),
    ('22004', 'balance(i, NULL, 0, 9)'),
    ('22003', 'balance(i * ''Infinity''::float8, 0, 0, 9)'),
    ('22003', 'balance(1e308::float8, 0, NULL, NULL)'),
    ('22023', 'balance(i, 0, ''NaN'', 9)'),
    ('22023', 'balance(i, -1, 0, 9)'),
    ('22023', 'balance(i, 10, 0, 9)'),
    ('22023', 'balance(i, 0, 0, i)'),
    ('22004', 'balance(i::numeric, NULL, 0, 9)'),
    ('22003', 'balance(i * ''Infinity''::numeric, 0, 0, 9)'),
    ('22023', 'balance(i::numeric, 0, ''NaN'', 9)'),
    ('22023', 'balance(i::numeric, -1, 0, 9)'),
    ('22023', 'balance(i::numeric, 10, 0, 9)'),
    ('22023', 'balance(i::numeric, 0, 0, i)'),
    ('22023', 'balance_final(ARRAY[i]::float8[])'),
    ('22023', 'balance_final(ARRAY[i]::numeric[])'),
    ('42809', 'star_clusters(i, 3)')) c(expected, call)) q
 GROUP BY expected ORDER BY expected;

DROP FUNCTION sqlstate_of;
