-- score() of rows: wherever a query can take a row from. The card gives a row of nothing but NULL 105 points,
-- so that a row that is not there, which must stay NULL, differs from one that is empty.
SET client_min_messages = warning;
CREATE SCHEMA test_score_rows;
SET search_path = test_score_rows, credence;

-- 100 + a + 10 b; where missing, 5 for a and 0 for b
\set card '''{"name": "c", "aggregate": "sum", "base": 100, "indicators": [{"name": "a", "missing": 5}, {"name": "b", "weight": 10, "missing": 0}]}'''

CREATE TABLE fact (id int PRIMARY KEY, note text, a float8, b numeric(6, 2));
INSERT INTO fact VALUES (1, 'x', 1, 2), (2, 'y', NULL, 3), (3, 'z', 4, NULL), (4, 'w', NULL, NULL);

-- the table itself: 121, 135, 104, 105
SELECT id, score(:card, f) AS score, grade(:card, f) AS grade, (appraise(:card, f)).points, inputs(:card, f) FROM fact f ORDER BY id;
SELECT id, score(:card, fact) AS by_name, score(:card, fact.*) AS by_star, score(:card, ROW(f.*)::fact) AS by_row FROM fact JOIN fact f USING (id) ORDER BY id;
-- named arguments, schema written out, NULL
SELECT score(card => :card, row_values => f), credence.score(:card::credence.scorecard, f), score(NULL::scorecard, f), score(:card, NULL::fact), score(:card, NULL::record) FROM fact f WHERE id = 1;

--
-- rows that are not there
--
CREATE TABLE place (id int PRIMARY KEY, name text);
INSERT INTO place VALUES (1, 'one'), (2, 'two'), (5, 'five');
SELECT p.id, f.id, score(:card, f), grade(:card, f), appraise(:card, f) IS NULL AS appraised, inputs(:card, f) FROM place p LEFT JOIN fact f USING (id) ORDER BY 1;
SELECT p.id, f.id, score(:card, f) FROM fact f RIGHT JOIN place p USING (id) ORDER BY 1;
SELECT p.id, f.id, score(:card, f) FROM place p FULL JOIN fact f USING (id) ORDER BY 1, 2;
SELECT p.id, score(:card, f) FROM place p JOIN fact f USING (id) ORDER BY 1;
-- an outer join that a condition above it makes an inner one, and one that stays
SELECT p.id, score(:card, f) FROM place p LEFT JOIN fact f USING (id) WHERE f.note IS NOT NULL ORDER BY 1;
SELECT p.id, score(:card, f) FROM place p LEFT JOIN fact f USING (id) WHERE score(:card, f) IS NULL ORDER BY 1;
SELECT p.id, coalesce(score(:card, f), -1) FROM place p LEFT JOIN fact f ON f.id = p.id AND score(:card, f) > 130 ORDER BY 1;
-- the outer join inside and the score outside, and the other way round
SELECT s.place_id, score(:card, s) FROM (SELECT p.id AS place_id, f.* FROM place p LEFT JOIN fact f USING (id)) s ORDER BY 1;
SELECT p.id, s.points FROM place p LEFT JOIN (SELECT f.id, score(:card, f) AS points FROM fact f) s USING (id) ORDER BY 1;
SELECT p.id, s.points FROM place p LEFT JOIN (SELECT f.id, score(:card, f) AS points FROM fact f OFFSET 0) s USING (id) ORDER BY 1;
SELECT p.id, score(:card, s) FROM place p LEFT JOIN (SELECT id, a, b FROM fact) s USING (id) ORDER BY 1;
SELECT p.id, score(:card, s) FROM place p LEFT JOIN (SELECT id, a, b FROM fact OFFSET 0) s USING (id) ORDER BY 1;
SELECT p.id, score(:card, s) FROM place p LEFT JOIN (VALUES (1, 7, 0), (5, NULL, NULL)) AS s(id, a, b) USING (id) ORDER BY 1;
SELECT p.id, score(:card, s) FROM place p LEFT JOIN LATERAL (SELECT f.a, f.b FROM fact f WHERE f.id = p.id) s ON true ORDER BY 1;
-- three deep: what is nullable stays so
SELECT p.id, score(:card, f), score(:card, g) FROM place p LEFT JOIN (fact f JOIN fact g ON g.id = f.id + 1) ON f.id = p.id ORDER BY 1;
SELECT p.id, score(:card, f) FROM (place p JOIN fact f USING (id)) LEFT JOIN fact g ON g.id = 100 ORDER BY 1;
SELECT p.id, score(:card, f) FROM (place p LEFT JOIN fact f USING (id)) JOIN place q USING (id) ORDER BY 1;
-- the row of a join by its name: there is always one
SELECT j.name, score(:card, j) FROM (place p LEFT JOIN fact f USING (id)) AS j ORDER BY j.id;
-- semijoins and aggregates over outer joins
SELECT count(*), count(score(:card, f)), sum(score(:card, f)) FROM place p LEFT JOIN fact f USING (id);
SELECT id FROM place p WHERE EXISTS (SELECT FROM fact f WHERE f.id = p.id AND score(:card, f) > 130);
SELECT id, (SELECT score(:card, f) FROM fact f WHERE f.id = p.id), (SELECT score(:card, p2) FROM (SELECT p.id AS a, 0 AS b) p2) FROM place p ORDER BY id;

--
-- rows of queries
--
SELECT score(:card, s) FROM (SELECT id AS a, 0 AS b FROM place) s ORDER BY 1;
SELECT score(:card, s) FROM (SELECT b AS a, a AS b FROM fact) s ORDER BY 1;
SELECT score(:card, s) FROM (SELECT DISTINCT 1 AS a, 2 AS b FROM fact) s;
SELECT score(:card, s) FROM (SELECT sum(a) AS a, count(*) AS b FROM fact GROUP BY id % 2) s ORDER BY 1;
SELECT score(:card, s) FROM (SELECT a, b FROM fact WHERE id = 1 UNION ALL SELECT id, 1 FROM place) s ORDER BY 1;
SELECT score(:card, s) FROM (SELECT a, b FROM fact UNION SELECT a, b FROM fact) s ORDER BY 1;
SELECT score(:card, v) FROM (VALUES (1, 2), (3, 4)) AS v(a, b) ORDER BY 1;
SELECT score(:card, v) FROM (VALUES (1, 2), (3, 4)) AS v(b, a) ORDER BY 1;
WITH s AS (SELECT a, b FROM fact) SELECT score(:card, s) FROM s ORDER BY 1;
WITH s AS MATERIALIZED (SELECT a, b FROM fact) SELECT score(:card, s) FROM s ORDER BY 1;
WITH RECURSIVE s(a, b) AS (SELECT 1, 0 UNION ALL SELECT a + 1, b FROM s WHERE a < 3) SELECT score(:card, s) FROM s ORDER BY 1;
SELECT score(:card, w) FROM (SELECT a, rank() OVER (ORDER BY id) AS b FROM fact) w ORDER BY 1;
SELECT score(:card, f) FROM fact f WHERE id < 3 ORDER BY id FOR UPDATE;
-- grouped rows; grouping sets make NULL of a row that is grouped, and of a column, but not of the row that holds it
SELECT f, score(:card, f) FROM fact f GROUP BY f ORDER BY f;
SELECT f, score(:card, f) FROM fact f WHERE id < 3 GROUP BY GROUPING SETS ((f), ()) ORDER BY f;
SELECT a, b, score(:card, s) FROM (SELECT a, b FROM fact WHERE id < 3) s GROUP BY GROUPING SETS ((s, a, b), ()) ORDER BY b;
SELECT id, a, score(:card, f) FROM fact f WHERE id < 3 GROUP BY GROUPING SETS ((id, a), (id)) ORDER BY id, a;
SELECT note, sum(score(:card, f)) FROM fact f WHERE id < 3 GROUP BY ROLLUP (note) ORDER BY note;
SELECT a, sum(score(:card, f)) FROM fact f GROUP BY ROLLUP (a) ORDER BY a, 2;
-- aliases of columns do not rename those of a named row type, but those of a query
SELECT score(:card, f) FROM fact AS f(id, note, x, y) ORDER BY 1;
SELECT score(:card, f) FROM (SELECT id, note, b, a FROM fact) AS f(id, note, a, b) ORDER BY 1;
-- a row that is volatile is made once: both columns are the same draw
SELECT count(*) FROM (SELECT score('{"name": "c", "aggregate": "sum", "decimals": 9, "indicators": [{"name": "a"}, {"name": "b", "input": "a", "curve": "0:0, 1:-1"}]}', s) AS difference FROM (SELECT random() AS a FROM generate_series(1, 100)) s) d WHERE difference <> 0;
SELECT count(*) FROM (SELECT score('{"name": "c", "aggregate": "sum", "decimals": 9, "indicators": [{"name": "f1"}, {"name": "b", "input": "f1", "curve": "0:0, 1:-1"}]}', ROW(random())) AS difference FROM generate_series(1, 100)) d WHERE difference <> 0;

--
-- rows of functions
--
CREATE FUNCTION facts(first int) RETURNS SETOF fact LANGUAGE sql STABLE AS 'SELECT * FROM fact WHERE id >= first';
CREATE FUNCTION one_fact(wanted int) RETURNS fact LANGUAGE plpgsql STABLE AS 'DECLARE f fact; BEGIN SELECT * INTO f FROM fact WHERE id = wanted; RETURN f; END';
CREATE FUNCTION table_of(n int) RETURNS TABLE (b int, a int) LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT i, 10 * i FROM generate_series(1, n) AS i; END';
SELECT f.id, score(:card, f) FROM facts(2) f ORDER BY 1;
SELECT f.id, score(:card, f) FROM one_fact(1) f;
SELECT score(:card, one_fact(i)) FROM generate_series(1, 4) AS i ORDER BY i;
SELECT score(:card, t) FROM table_of(3) t ORDER BY 1;
SELECT score(:card, t) FROM ROWS FROM (generate_series(1, 2), table_of(3)) AS t(id, b, a) ORDER BY 1;
SELECT score(:card, t) FROM table_of(2) WITH ORDINALITY AS t ORDER BY 1;
SELECT score(:card, t) FROM unnest('{1,2}'::int[], '{3,NULL}'::int[]) AS t(a, b) ORDER BY 1;
SELECT score(:card, t) FROM json_to_recordset('[{"a": 1, "b": 2}, {"b": 3}]') AS t(a float8, b int) ORDER BY 1;
SELECT p.id, score(:card, f) FROM place p, LATERAL facts(p.id) f WHERE f.id = p.id ORDER BY 1;
-- a domain over a row type
CREATE DOMAIN known_fact AS fact CHECK ((value).id > 0);
CREATE FUNCTION known_facts() RETURNS SETOF known_fact LANGUAGE sql STABLE AS 'SELECT f::fact::known_fact FROM fact f';
SELECT f.id, score(:card, f) FROM known_facts() f ORDER BY 1;
SELECT score(:card, ROW(1, 'x', 7, 8)::fact::known_fact);

--
-- views, also with barriers; inheritance, also with columns in another order; partitions
--
CREATE VIEW plain AS SELECT id, a * 2 AS a, b FROM fact;
CREATE VIEW guarded WITH (security_barrier) AS SELECT id, a, b FROM fact WHERE id < 4;
SELECT id, score(:card, v) FROM plain v ORDER BY id;
SELECT id, score(:card, v) FROM guarded v ORDER BY id;
SELECT p.id, score(:card, v) FROM place p LEFT JOIN plain v USING (id) ORDER BY 1;
CREATE TABLE parent (a float8, b float8);
CREATE TABLE child (extra int) INHERITS (parent);
CREATE TABLE odd (b float8, extra int, a float8);
ALTER TABLE odd INHERIT parent;
INSERT INTO parent VALUES (1, 1);
INSERT INTO child VALUES (2, 2, 9);
INSERT INTO odd VALUES (3, 9, 30);
SELECT score(:card, p), p.tableoid::regclass FROM parent p ORDER BY 1;
SELECT score(:card, p) FROM ONLY parent p;
CREATE TABLE part (id int, b float8, a float8) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 (a float8, gone int, id int, b float8);
ALTER TABLE part_2 DROP COLUMN gone;
ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES FROM (10) TO (20);
INSERT INTO part VALUES (1, 1, 2), (11, 3, 4), (12, NULL, NULL);
SELECT id, score(:card, p) FROM part p ORDER BY id;
SELECT id, score(:card, p) FROM part_2 p ORDER BY id;
SELECT id, score(:card, p) FROM place LEFT JOIN part p USING (id) ORDER BY id;

--
-- where rows are written
--
INSERT INTO fact VALUES (6, 'new', 6, 6) RETURNING score(:card, fact);
UPDATE fact f SET a = a + 1 WHERE id = 6 RETURNING score(:card, f);
UPDATE fact f SET a = score(:card, f) FROM (SELECT 1 AS a, 1 AS b) p2 WHERE f.id = 6 RETURNING f.a, score(:card, f), score(:card, p2);
DELETE FROM fact f WHERE id = 6 AND score(:card, f) > 0 RETURNING score(:card, f);
INSERT INTO fact VALUES (1, 'x', 100, 0) ON CONFLICT (id) DO UPDATE SET note = score(:card, excluded) || '/' || score(:card, fact) RETURNING note;
MERGE INTO fact f USING (VALUES (1, 50, 0), (7, 70, 0)) AS s(id, a, b) ON f.id = s.id
	WHEN MATCHED THEN UPDATE SET note = score(:card, f) || '/' || score(:card, s) WHEN NOT MATCHED THEN INSERT VALUES (s.id, score(:card, s)::text);
SELECT id, note FROM fact WHERE id IN (1, 7) ORDER BY id;
DELETE FROM fact WHERE id = 7;
-- a generated column and an index cannot hold the score of a row, whose columns are bound when it runs; of a vector they can
CREATE TABLE kept (a float8, b float8, points float8 GENERATED ALWAYS AS (score(:card::scorecard, ARRAY[a, b])) STORED);
INSERT INTO kept VALUES (1, 2), (NULL, 3);
SELECT * FROM kept ORDER BY points;
CREATE INDEX fact_score ON fact (score(:card::scorecard, ARRAY[a, b::float8]));
CREATE INDEX fact_row_score ON fact (score(:card::scorecard, fact));
-- checks, policies
CREATE TABLE checked (a float8, b float8, CHECK (score('{"name": "c", "indicators": [{"name": "a"}]}'::scorecard, checked) >= 0));
INSERT INTO checked VALUES (1, 2);
INSERT INTO checked VALUES (-1, 2);
CREATE ROLE regress_score_reader;
GRANT USAGE ON SCHEMA test_score_rows TO regress_score_reader;
GRANT SELECT ON fact TO regress_score_reader;
GRANT SELECT (a) ON checked TO regress_score_reader;
ALTER TABLE fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY good ON fact USING (score('{"name": "c", "indicators": [{"name": "a"}]}'::scorecard, fact) > 2);
SET ROLE regress_score_reader;
SELECT id, score(:card, f) FROM fact f ORDER BY id;
-- a whole row takes the right to all of it, whichever columns the card reads
SELECT score('{"name": "c", "indicators": [{"name": "a"}]}', c) FROM checked c;
SELECT score('{"name": "c", "indicators": [{"name": "a"}]}', s) FROM (SELECT a FROM checked) s;
RESET ROLE;
ALTER TABLE fact DISABLE ROW LEVEL SECURITY;
DROP OWNED BY regress_score_reader;
DROP ROLE regress_score_reader;
-- triggers
CREATE FUNCTION note_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	new.note := score('{"name": "c", "aggregate": "sum", "base": 100, "indicators": [{"name": "a", "missing": 5}, {"name": "b", "weight": 10, "missing": 0}]}'::scorecard, new)
		|| CASE WHEN tg_op = 'UPDATE' THEN ' was ' || score('{"name": "c", "aggregate": "sum", "indicators": [{"name": "a"}]}'::scorecard, old) ELSE '' END;
	RETURN new;
END $$;
CREATE TRIGGER note_score BEFORE INSERT OR UPDATE ON fact FOR EACH ROW WHEN (score('{"name": "c", "indicators": [{"name": "id"}]}'::scorecard, new) > 7) EXECUTE FUNCTION note_score();
INSERT INTO fact VALUES (7, NULL, 8, 1), (8, NULL, 8, 1), (9, NULL, NULL, NULL) RETURNING id, note;
UPDATE fact SET a = 9 WHERE id = 8 RETURNING id, note;
CREATE FUNCTION total_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE place SET name = (SELECT sum(score('{"name": "c", "aggregate": "sum", "indicators": [{"name": "a"}]}', n)) FROM new_rows n) WHERE id = 5;
	RETURN NULL;
END $$;
CREATE TRIGGER total_score AFTER INSERT ON fact REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION total_score();
INSERT INTO fact (id, a) VALUES (20, 20), (21, 21);
SELECT name FROM place WHERE id = 5;

-- a card for each row: more in turn than are kept from row to row, some toasted; the same with norms
CREATE TABLE rotating AS
	SELECT n, format('{"name": "c%s", "aggregate": "sum", "indicators": [{"name": "x", "weight": %s}%s]}', n, n,
		CASE n % 3 WHEN 0 THEN (SELECT string_agg(format(', {"name": "%s", "input": "y"}', md5(n || '.' || i)), '') FROM generate_series(1, 100) i) END)::scorecard AS card,
		format('{"name": "z%s", "indicators": [{"name": "x", "standardise": "zscore"}]}', n)::scorecard AS relative
	FROM generate_series(1, 40) n;
ALTER TABLE rotating ADD norms norms;
UPDATE rotating r SET norms = (SELECT norms(r.relative, ARRAY[x::float8]) FROM generate_series(r.n, 3 * r.n) x);
CREATE TABLE measure AS SELECT x::float8, 0 AS y FROM generate_series(1, 25) x;
-- one at a time, in an expression of its own
CREATE FUNCTION alone(card scorecard, m measure, norms norms DEFAULT NULL) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	answer float8;
BEGIN
	EXECUTE CASE WHEN norms IS NULL THEN 'SELECT score($1, $2)' ELSE 'SELECT score($1, $2, $3)' END INTO answer USING card, m, norms;
	RETURN answer;
END $$;
SELECT count(*), count(DISTINCT s.score) > 40 AS various, count(*) FILTER (WHERE s.score IS DISTINCT FROM alone(s.card, s.m)) AS wrong,
	count(*) FILTER (WHERE s.z IS DISTINCT FROM alone(s.relative, s.m, s.norms)) AS wrong_with_norms
FROM (
	SELECT r.*, m, score(r.card, m) AS score, score(r.relative, m, r.norms) AS z
	FROM (SELECT * FROM measure, rotating ORDER BY (n * 7 + x::int * 3) % 41, x, n OFFSET 0) o
	JOIN rotating r ON r.n = o.n
	JOIN measure m ON m.x = o.x
) s;

DROP SCHEMA test_score_rows CASCADE;
