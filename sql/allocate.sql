-- allocate: dividing a total so that the parts add up
SET search_path TO credence, public;

-- A third each: the first in the order gets the cent that is left.
SELECT i, allocate(100, w) OVER (ORDER BY i) AS cents, allocate(100, w, 0) OVER (ORDER BY i) AS whole,
       allocate(-100, w) OVER (ORDER BY i DESC) AS negative
  FROM (VALUES (1, 1), (2, 1), (3, 1)) v(i, w) ORDER BY i;

-- Largest remainders: 2.8, 3.3 and 3.9 of ten.
SELECT w, allocate(10, w, 0) OVER () AS ten, allocate(-10, w, 0) OVER () AS minus_ten, allocate(10, w / 100, 1) OVER () AS tenths
  FROM (VALUES (28.0), (33.0), (39.0)) v(w);

-- NULL and NaN do not take part; zero gets nothing.
SELECT w, allocate(1000, w) OVER (ORDER BY i) FROM unnest('{1, NULL, 0, 2, NaN, 4}'::numeric[]) WITH ORDINALITY v(w, i);
SELECT w, allocate(1000, w) OVER (ORDER BY i) FROM unnest('{1, NULL, 0, 2, NaN, 4}'::float8[]) WITH ORDINALITY v(w, i);
SELECT allocate(NULL, w) OVER () FROM generate_series(1, 2) w;
SELECT allocate(100, w) OVER () FROM unnest('{}'::numeric[]) w;
SELECT allocate(100, 3) OVER (), allocate(0.01, 3) OVER (), allocate(5, 0.1, 0) OVER ();
-- Nothing to divide needs no weight.
SELECT w, allocate(0.00, w) OVER () FROM unnest('{0, NULL}'::numeric[]) w;

-- float8 weights are taken by their digits, and whole ones of any size are exact.
SELECT allocate(6, w, 0) OVER () FROM unnest('{0.1, 0.2, 0.3}'::float8[]) w;
SELECT allocate(27021597764222979, w, 0) OVER () FROM unnest('{9007199254740993, 18014398509481986}'::bigint[]) w;
SELECT pg_typeof(allocate(1, 1::smallint) OVER ()), pg_typeof(allocate(1, 1::real) OVER ());

-- Digits enough
SELECT i, allocate(1, 1, 20) OVER (ORDER BY i) FROM generate_series(1, 3) i;
SELECT allocate(1e30, w) OVER (ORDER BY w) FROM (VALUES (1e-30), (1), (1e30)) v(w);

-- Ties of remainders that the ORDER BY leaves open are an error where they matter.
SELECT allocate(100, 1) OVER () FROM generate_series(1, 3);
SELECT allocate(100, w) OVER (ORDER BY w) FROM (VALUES (1), (1), (1)) v(w);
SELECT allocate(1, 1, 0) OVER () FROM generate_series(1, 3);
SELECT allocate(99, 1) OVER () FROM generate_series(1, 3);
SELECT w, allocate(100, w) OVER (ORDER BY w) FROM (VALUES (2), (2), (3)) v(w);
SELECT w, allocate(7, w, 0) OVER (ORDER BY w DESC) FROM (VALUES (1), (1), (2)) v(w);

-- Errors
SELECT allocate(100, w) OVER () FROM (VALUES (1), (-1)) v(w);
SELECT allocate(100, w) OVER () FROM (VALUES (1::numeric), ('Infinity')) v(w);
SELECT allocate(100, w) OVER () FROM (VALUES (1::float8), ('-Infinity')) v(w);
SELECT allocate(100, w) OVER () FROM (VALUES (0), (NULL)) v(w);
SELECT allocate(100, w) OVER () FROM (VALUES (NULL::numeric)) v(w);
SELECT allocate('NaN', 1) OVER ();
SELECT allocate('-Infinity', 1) OVER ();
SELECT allocate(100.005, 1) OVER ();
SELECT allocate(100.0050, 1, 3) OVER ();
SELECT allocate(100, 1, -1) OVER ();
SELECT allocate(100, 1, 21) OVER ();
SELECT allocate(100, 1, NULL) OVER ();
SELECT allocate(w, 1) OVER (ORDER BY w) FROM generate_series(1, 3) w;
SELECT allocate(nullif(w, 2), 1) OVER (ORDER BY w) FROM generate_series(1, 3) w;
SELECT allocate(1, 1, w) OVER (ORDER BY w) FROM generate_series(1, 3) w;
-- The same total may be written differently, and differ between partitions.
SELECT t, allocate(t, 1) OVER (PARTITION BY trunc(t)) FROM (VALUES (1.0), (1.00), (2)) v(t) ORDER BY t, 2;

-- A thousand partitions: every total is reached exactly, and the parts are those of the plain definition.
SELECT setseed(0.1792);
CREATE TABLE weights AS
  SELECT i AS id, i % 1000 AS p, random() AS shuffle, i % 5 AS decimals,
         CASE WHEN i % 17 = 0 THEN NULL WHEN i % 3 = 0 THEN trunc(random() * 4) ELSE random() * 10 ^ (i % 7) END::numeric AS w
    FROM generate_series(1, 12000) i;
CREATE TABLE totals AS
  SELECT p, p % 5 AS decimals, round(((random() - 0.4) * 10 ^ (p % 8))::numeric, p % 5) AS total FROM generate_series(0, 999) p;
CREATE TABLE parts AS
  SELECT id, p, t.decimals, total, w, allocate(total, w, t.decimals) OVER (PARTITION BY p ORDER BY id) AS part
    FROM weights JOIN totals t USING (p);
SELECT count(*) AS partitions, count(*) FILTER (WHERE added = total) AS exact, count(*) FILTER (WHERE least < 0) AS negative,
       max(scale) AS decimals, sum(missing) AS missing
  FROM (SELECT p, total, sum(part) AS added, min(part) AS least, max(scale(part)) AS scale,
               count(*) FILTER (WHERE (part IS NULL) <> (w IS NULL)) AS missing
          FROM parts GROUP BY p, total) q;
SELECT count(*)
  FROM (SELECT part, sign(total) * (units + (row_number() OVER (PARTITION BY p ORDER BY remainder DESC, id) <= left_over)::integer) / 10 ^ decimals::numeric AS expected
          FROM (SELECT *, sum_units - sum(units) OVER (PARTITION BY p) AS left_over
                  FROM (SELECT *, abs(total) * 10 ^ decimals::numeric AS sum_units,
                               div(abs(total) * 10 ^ decimals::numeric * w, sum(w) OVER (PARTITION BY p)) AS units,
                               mod(abs(total) * 10 ^ decimals::numeric * w, sum(w) OVER (PARTITION BY p)) AS remainder
                          FROM parts WHERE w IS NOT NULL) a) b) c
 WHERE part <> expected;
-- The order of the rows does not matter, only the ORDER BY; nor where they are kept.
CREATE TABLE shuffled AS SELECT * FROM weights ORDER BY shuffle;
SET work_mem = '64kB';
SELECT count(*) FROM parts
  JOIN (SELECT id, allocate(total, w, t.decimals) OVER (PARTITION BY p ORDER BY id) AS part FROM shuffled JOIN totals t USING (p)) s USING (id)
 WHERE parts.part IS DISTINCT FROM s.part;
RESET work_mem;
DROP TABLE weights, totals, parts, shuffled;
