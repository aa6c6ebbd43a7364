-- balance: a running sum clamped at every step
SET search_path TO credence, public;

-- Environmental credit of firms in Jiangsu (domain rule R13): twelve points, 9 at the start, no floor.
SELECT firm, step, points, balance(points, 9, NULL, 12) OVER (PARTITION BY firm ORDER BY step)
  FROM (VALUES ('warned', 1, -1), ('warned', 2, -1), ('warned', 3, -1), ('warned', 4, -3),
               ('crime', 1, -12), ('kept its word', 1, 2), ('above the top', 1, 2), ('above the top', 2, 2), ('above the top', 3, -1)) v(firm, step, points);

-- The clamp acts at every step, so what is above the ceiling or below the floor is gone.
SELECT step, points, balance(points, 5, 0, 10) OVER w AS balance, 5 + sum(points) OVER w AS sum,
       balance(points, 5, NULL, NULL) OVER w AS unbounded, balance(points::numeric, 5, 0, 10) OVER w AS "numeric"
  FROM unnest('{7, -3, -9, NULL, 4, NaN, 100, -1}'::float8[]) WITH ORDINALITY v(points, step)
WINDOW w AS (ORDER BY step);

-- As an ordinary aggregate, in the order that it is given
SELECT balance(points, 5, 0, 10 ORDER BY step), balance(points, 5, 0, 10 ORDER BY step DESC) AS backwards,
       balance(points, 5, 0, 10 ORDER BY step) FILTER (WHERE points < 0) AS negative
  FROM (VALUES (1, 7), (2, -9), (3, 4)) v(step, points);
SELECT g, balance(points, g, 0, 10 ORDER BY step) FROM (VALUES (1, 7), (2, -9), (3, 4)) v(step, points), generate_series(1, 3) g GROUP BY g ORDER BY g;
SELECT balance(points, 5, 0, 10), balance(points::numeric, 5, 0, 10) FROM (VALUES (1)) v(points) WHERE false;
SELECT balance(NULL::float8, 5, 0, 10), balance(NULL::numeric, 5, 0, 10);

-- Frames begin anew at start.
SELECT step, balance(points, 5, 0, 10) OVER (ORDER BY step ROWS 1 PRECEDING), balance(points::numeric, 5, 0, 10) OVER (ORDER BY step ROWS 1 PRECEDING)
  FROM (VALUES (1, 7), (2, -3), (3, 4), (4, -20)) v(step, points);

-- Tenths: binary in float8, exact in numeric
SELECT balance(0.1::float8, 0, 0, 1), balance(0.1, 0, 0, 1) FROM generate_series(1, 3);

-- Start may be a bound, and bounds may be infinite.
SELECT balance(1, 0, 0, 0), balance(1::numeric, 0, 0, 0), balance(1, 0, '-Infinity', 'Infinity'), balance(1::numeric, 0, '-Infinity', 'Infinity');

-- Errors, in both forms
SELECT balance(1::float8, NULL, 0, 10);
SELECT balance(1::numeric, NULL, 0, 10);
SELECT balance(1::float8, 'NaN', 0, 10);
SELECT balance(1::numeric, 'NaN', 0, 10);
SELECT balance(1::float8, 'Infinity', 0, NULL);
SELECT balance(1::numeric, 'Infinity', 0, NULL);
SELECT balance(1::float8, 5, 'NaN', 10);
SELECT balance(1::numeric, 5, 'NaN', 10);
SELECT balance(1::float8, 5, 0, 'NaN');
SELECT balance(1::numeric, 5, 0, 'NaN');
SELECT balance(1::float8, 15, 0, 10);
SELECT balance(1::numeric, 15, 0, 10);
SELECT balance(1::float8, -5, 0, 10);
SELECT balance(1::numeric, -5, 0, 10);
SELECT balance('-Infinity'::float8, 5, 0, 10);
SELECT balance('Infinity'::numeric, 5, 0, 10);
SELECT balance(1e308::float8, 1e308, NULL, NULL);
SELECT balance(1::float8, x, 0, 10 ORDER BY x) FROM generate_series(1, 3) x;
SELECT balance(1::numeric, x, 0, 10 ORDER BY x) FROM generate_series(1, 3) x;
SELECT balance(1::float8, 5, nullif(x, 2), 10 ORDER BY x) FROM generate_series(1, 3) x;
SELECT balance(1::numeric, 5, 0, nullif(x + 9, 11) ORDER BY x) FROM generate_series(1, 3) x;
-- The same bound may be written differently.
SELECT balance(1::numeric, 5, 0, x) FROM (VALUES (10.0), (10.00)) v(x);

-- The support functions do not trust a state that is given to them, and leave it as it is.
SELECT balance_step('{1, 2, 3}'::float8[], 1, 2, 3, 4);
SELECT balance_step('{1, 2, NULL, 4}'::float8[], 1, 2, 3, 4);
SELECT balance_step('{{1, 2}, {3, 4}}'::numeric[], 1, 2, 3, 4);
SELECT balance_final('{}'::float8[]);
SELECT balance_final('{1, 2, NULL, 4}'::numeric[]);
SELECT balance_final(NULL::float8[]), balance_final(NULL::numeric[]);
SELECT s, balance_step(s, 1, 5, 0, 10), balance_step(s::numeric[], 1, 5, 0, 10), balance_final(s) FROM (SELECT '{7, 5, 0, 10}'::float8[] AS s) q;

-- A thousand histories against a loop, in both forms and under any plan
SELECT setseed(0.12);
CREATE TABLE history AS
  SELECT i % 1000 AS subject, i / 1000 AS step, trunc(random() * 13 - 6)::integer AS points FROM generate_series(0, 19999) i;
CREATE TABLE expected AS
  WITH RECURSIVE run(subject, step, balance) AS (
    SELECT subject, step, greatest(0, least(12, 9 + points)) FROM history WHERE step = 0
    UNION ALL
    SELECT h.subject, h.step, greatest(0, least(12, balance + points)) FROM run JOIN history h ON h.subject = run.subject AND h.step = run.step + 1)
  SELECT * FROM run;
SELECT count(*), count(*) FILTER (WHERE f <> e.balance OR n <> e.balance) AS wrong
  FROM expected e
  JOIN (SELECT subject, step, balance(points, 9, 0, 12) OVER w AS f, balance(points::numeric, 9, 0, 12) OVER w AS n
          FROM history WINDOW w AS (PARTITION BY subject ORDER BY step)) h USING (subject, step);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT count(*), count(*) FILTER (WHERE b <> e.balance) AS wrong
  FROM expected e
  JOIN (SELECT subject, balance(points, 9, 0, 12 ORDER BY step) AS b FROM history GROUP BY subject) h USING (subject)
 WHERE e.step = 19;
DROP TABLE history, expected;
