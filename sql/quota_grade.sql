-- quota_grade: grades by rank, so many percent each
SET search_path TO credence, public;

SELECT s, quota_grade(s, 'A 20%, B 50%, C') OVER (ORDER BY s DESC) FROM generate_series(1, 10) s;

-- The national assessment of 1588 general hospitals: 1 %, up to 10 %, up to 20 % (domain rule R11)
SELECT rounding, g, count(*)
  FROM unnest('{ceil, floor, round}'::text[]) rounding,
       LATERAL (SELECT quota_grade(s, 'A++ 1%, A+ 9%, A 10%, B', rounding) OVER (ORDER BY s DESC) AS g
                  FROM generate_series(1, 1588) s) q
 GROUP BY rounding, g ORDER BY rounding, min(array_position('{A++, A+, A, B}', g));

-- Boundaries are exact: 7 % of 100 is 7, a third of 3 is one with enough decimals.
SELECT count(*) FILTER (WHERE g = 'A') FROM (SELECT quota_grade(s, 'A 7%, B', 'ceil') OVER (ORDER BY s) AS g FROM generate_series(1, 100) s) q;
SELECT count(*) FILTER (WHERE g = 'A') FROM (SELECT quota_grade(s, 'A 33.333334%, B', 'floor') OVER (ORDER BY s) AS g FROM generate_series(1, 3) s) q;

-- Ties keep, drop, order; the last 30 percent have no grade in the last column.
SELECT s, quota_grade(s, 'A 20%, B 50%, C') OVER w AS keep, quota_grade(s, 'A 20%, B 50%, C', ties => 'drop') OVER w AS drop,
       quota_grade(s, 'A 10%, B 40%, C', ties => 'order') OVER w AS "order", quota_grade(s, 'A 20%, B 50%', ties => 'drop') OVER w AS no_rest
  FROM unnest('{10, 9, 9, 8, 8, 7, 7, 7, 7, 1}'::float8[]) s WINDOW w AS (ORDER BY s DESC);
SELECT s, quota_grade(s, 'A 20%, B 50%, C', ties => 'order') OVER (ORDER BY s DESC)
  FROM unnest('{10, 9, 9, 8, 8, 7, 7, 7, 7, 1}'::float8[]) s;
SELECT i, s, quota_grade(s, 'A 20%, B 50%, C', ties => 'order') OVER (ORDER BY s DESC, i)
  FROM unnest('{10, 9, 9, 8, 8, 7, 7, 7, 7, 1}'::float8[]) WITH ORDINALITY v(s, i);
-- Without an ORDER BY all rows tie.
SELECT quota_grade(s, 'A 20%, B') OVER () AS keep, quota_grade(s, 'A 20%, B', ties => 'drop') OVER () AS drop FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 40%, B', ties => 'order') OVER () FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 100%', ties => 'order') OVER () FROM generate_series(1, 3) s;

-- NULL and NaN are not counted, wherever the ORDER BY puts them; infinity is a score like any other.
SELECT s, quota_grade(s, 'A 50%, B') OVER (ORDER BY s DESC)
  FROM unnest('{NULL, 3, NaN, Infinity, 1, -Infinity, NULL}'::float8[]) s;
SELECT s, quota_grade(s, 'A 50%, B') OVER () FROM unnest('{NULL, NaN}'::float8[]) s;
SELECT quota_grade(s, 'A 50%, B') OVER () FROM unnest('{}'::float8[]) s;
-- Rows in between that are not counted do not part those that tie.
SELECT i, s, quota_grade(s, 'A 40%, B') OVER (ORDER BY i / 10) AS keep, quota_grade(s, 'A 40%, B', ties => 'drop') OVER (ORDER BY i / 10) AS drop
  FROM unnest('{1, NULL, 1, NULL, 1}'::float8[]) WITH ORDINALITY v(s, i) ORDER BY i;

-- One row: half of it is rounded up.
SELECT quota_grade(1, 'A 50%, B') OVER (), quota_grade(1, 'A 49%, B') OVER (), quota_grade(1, 'A 99%, B', 'floor') OVER (),
       quota_grade(1, 'A 0.000001%, B', 'ceil') OVER ();

-- Labels of any kind; quotas may differ between partitions.
SELECT quota_grade(s, '"A, top" 50%, "an ""other""" 25%, 丙等') OVER (ORDER BY s) FROM generate_series(1, 4) s;
SELECT p, quota_grade(s, CASE p WHEN 1 THEN 'A 50%, B' ELSE 'C' END) OVER (PARTITION BY p ORDER BY s)
  FROM generate_series(1, 2) p, generate_series(1, 2) s ORDER BY p, s;

-- Errors
SELECT quota_grade(s, '') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 60%, B 50%') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 60, B 40') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 0%') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A, B 10%') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 10%, A 10%') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A >= 10%') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, repeat('x', 257) || ' 10%') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, (SELECT string_agg('g' || i || ' 0.1%', ',') FROM generate_series(1, 257) i)) OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, repeat('"', 11)) OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, NULL) OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 10%', 'down') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 10%', NULL) OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 10%', 'ceil', 'share') OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A 10%', 'ceil', NULL) OVER (ORDER BY s) FROM generate_series(1, 3) s;
SELECT quota_grade(s, 'A ' || s || '%') OVER (ORDER BY s) FROM generate_series(1, 3) s;

-- Against the plain definition: a group of ties that begins at rank f and ends at rank l.
SELECT setseed(0.1588);
CREATE TABLE population AS
  SELECT i AS id, i % 97 AS peers, random() AS shuffle,
         CASE WHEN i % 13 = 0 THEN NULL ELSE trunc(random() * (i % 97)) END AS score
    FROM generate_series(1, 6000) i;
CREATE TABLE graded AS
  SELECT id, peers, score, rounding, ties,
         quota_grade(score, 'A 1%, B 12.5%, C 30%, D 40%, E 10%', rounding, ties) OVER (PARTITION BY peers, rounding, ties ORDER BY score DESC NULLS LAST) AS grade
    FROM population, unnest('{round, floor, ceil}'::text[]) rounding, unnest('{keep, drop}'::text[]) ties;
SELECT count(*) AS rows, count(grade) AS graded, count(*) FILTER (WHERE grade IS DISTINCT FROM expected) AS wrong
  FROM (SELECT g.*, (SELECT label FROM (VALUES (1, 'A', 1), (2, 'B', 13.5), (3, 'C', 43.5), (4, 'D', 83.5), (5, 'E', 93.5)) b(n, label, share)
                      WHERE score IS NOT NULL AND CASE ties WHEN 'keep' THEN f ELSE l END
                            <= CASE rounding WHEN 'round' THEN round(total * share / 100) WHEN 'floor' THEN floor(total * share / 100)
                                             ELSE ceil(total * share / 100) END
                      ORDER BY n LIMIT 1) AS expected
          FROM (SELECT *, rank() OVER w AS f, count(score) OVER w AS l,
                       count(score) OVER (PARTITION BY peers, rounding, ties) AS total
                  FROM graded WINDOW w AS (PARTITION BY peers, rounding, ties ORDER BY score DESC NULLS LAST)) g) q;
-- The order of the rows does not matter, nor where they are kept.
CREATE TABLE shuffled AS SELECT * FROM population ORDER BY shuffle;
SET work_mem = '64kB';
SELECT count(*) FROM graded g
  JOIN (SELECT id, quota_grade(score, 'A 1%, B 12.5%, C 30%, D 40%, E 10%', 'round', 'drop') OVER (PARTITION BY peers ORDER BY score DESC NULLS LAST) AS grade
          FROM shuffled) s USING (id)
 WHERE g.rounding = 'round' AND g.ties = 'drop' AND g.grade IS DISTINCT FROM s.grade;
RESET work_mem;
-- A higher score never has a worse grade, an equal one the same.
SELECT count(*) FILTER (WHERE grade < before) AS worse, count(*) FILTER (WHERE grade <> before AND score = score_before) AS unequal
  FROM (SELECT coalesce(grade, 'Z') AS grade, score, lag(coalesce(grade, 'Z')) OVER w AS before, lag(score) OVER w AS score_before
          FROM graded WHERE score IS NOT NULL WINDOW w AS (PARTITION BY peers, rounding, ties ORDER BY score DESC)) q;
-- With an order that leaves nothing open, "order" is the plain position, and ties do not matter.
SELECT count(*) FROM (SELECT quota_grade(score, 'A 10%, B', ties => 'order') OVER w AS o, quota_grade(score, 'A 10%, B', ties => 'keep') OVER w AS k,
                             quota_grade(score, 'A 10%, B', ties => 'drop') OVER w AS d, row_number() OVER w AS n, count(*) OVER (PARTITION BY peers) AS total
                        FROM population WHERE score IS NOT NULL WINDOW w AS (PARTITION BY peers ORDER BY score DESC, id)) q
 WHERE o <> k OR o <> d OR o <> CASE WHEN n <= round(total * 0.1) THEN 'A' ELSE 'B' END;
DROP TABLE population, shuffled, graded;
