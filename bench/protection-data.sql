-- The table of `make bench` for secondary suppression: 200 rows, 20 of which are totals of nine each, and 50 columns, with the
-- total row and column; counts as uneven as they are in practice, the same on every machine.

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS credence_disclosure CASCADE;

CREATE TABLE protection_parent AS SELECT r, CASE WHEN r <= 20 THEN 0 ELSE (r - 21) / 9 + 1 END AS parent FROM generate_series(1, 200) r;
CREATE TABLE protection_cell AS
WITH digest AS (
	SELECT r, c, ('x' || left(md5(r || '/' || c), 8))::bit(32)::bigint / 4294967296.0 AS u FROM generate_series(21, 200) r, generate_series(1, 50) c
), detail AS (
	-- a tenth of zeros, then from 1 up, a few large ones
	SELECT r, c, CASE WHEN u < 0.1 THEN 0 ELSE floor(1 + (6 + r % 7 + c % 5) * (1 / (1.02 - u) - 1.08))::int END AS v FROM digest
)
SELECT row_number() OVER (ORDER BY row, c NULLS FIRST)::int AS cell, row, coalesce(c, 0) AS c, sum(v)::int AS v
FROM detail d JOIN protection_parent p USING (r) CROSS JOIN LATERAL (VALUES (d.r), (p.parent), (0)) l (row)
GROUP BY GROUPING SETS ((row, c), (row));
CREATE TABLE protection_case AS
SELECT (SELECT array_agg(parent ORDER BY r) FROM protection_parent) AS parents, array_agg(row ORDER BY cell) AS rows, array_agg(c ORDER BY cell) AS columns,
	array_agg(v::numeric ORDER BY cell) AS counts, array_agg(5::numeric ORDER BY cell) AS widths,
	array_agg(CASE WHEN v = 0 THEN 'shown' WHEN v < 5 AND row > 20 AND c > 0 THEN 'primary' ELSE 'free' END ORDER BY cell) AS states
FROM protection_cell;
-- what an outsider sees, for the audit
ALTER TABLE protection_case ADD suppressed boolean[];
UPDATE protection_case SET suppressed = ARRAY(SELECT n IN (SELECT s.cell FROM credence_disclosure.suppress_cells(parents, rows, columns, counts, states,
	sliding_protection => widths, time_limit => '0') s) FROM generate_subscripts(rows, 1) n);
