-- What the runs say of each subject and input, against the table expected.
SET search_path = public, credence, credence_registry;

CREATE TABLE actual (scheme text, period text, kind text, code text, excluded text, input text, number float8, said text);

DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT r.run_id, r.scheme_code, r.period, n.* FROM run r, run_columns(r.scheme_id) n
		WHERE r.run_id IN (SELECT max(m.run_id) FROM run m WHERE m.kind <> 'dry' AND m.finished_at IS NOT NULL GROUP BY m.scheme_code, m.period)
	LOOP
		EXECUTE format('INSERT INTO actual SELECT %L, %L, s.kind, s.code, r.excluded, %L, %s, %s FROM result r JOIN subject s USING (subject_id) WHERE r.run_id = %s',
			c.scheme_code, c.period, c.name, CASE WHEN c.value_type = 'text' THEN 'NULL' ELSE c.sql END, CASE WHEN c.value_type = 'text' THEN c.sql ELSE 'NULL' END, c.run_id);
	END LOOP;
END $$;

-- Whether two numbers are the same but for the order of operations.
CREATE FUNCTION alike(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS
'SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-12 * greatest(abs(a), abs(b)), false)';

CREATE VIEW differences AS
SELECT scheme, period, kind, code, input, e.excluded AS e_excluded, a.excluded, e.number AS e_number, a.number, e.said AS e_said, a.said,
	a.scheme IS NULL AS missing_row, (SELECT s.document -> 'inputs' -> input FROM scheme s WHERE s.code = scheme) AS spec
FROM expected e LEFT JOIN actual a USING (scheme, period, kind, code, input)
WHERE a.scheme IS NULL OR e.excluded IS DISTINCT FROM a.excluded OR NOT alike(e.number, a.number) OR e.said IS DISTINCT FROM a.said;

-- Of the differences those that do not come from another of the same subject.
CREATE VIEW root_differences AS
SELECT d.* FROM differences d
WHERE NOT EXISTS (SELECT FROM differences o WHERE (o.scheme, o.period) = (d.scheme, d.period) AND o.input <> d.input AND d.spec::text ~ ('\m' || o.input || '\M')
	AND ((o.kind, o.code) = (d.kind, d.code) OR d.spec ?| '{population,rank}'));

-- The subjects that are in a run but should not, or are not but should, or for another reason excluded.
CREATE VIEW other_subjects AS
WITH e AS (SELECT DISTINCT scheme, period, kind, code, coalesce(excluded, '') AS excluded FROM expected),
	a AS (SELECT DISTINCT scheme, period, kind, code, coalesce(excluded, '') AS excluded FROM actual)
SELECT 'expected' AS only, * FROM (TABLE e EXCEPT TABLE a) x UNION ALL SELECT 'there', * FROM (TABLE a EXCEPT TABLE e) x;

-- How many inputs and values there are, how many values say something, and how many inputs do not say the same of everybody.
CREATE VIEW extent AS
SELECT count(DISTINCT (scheme, input)) AS inputs, count(*) AS total, count(*) FILTER (WHERE number <> 0 OR said <> '') AS there,
	(SELECT count(*) FROM (SELECT FROM expected GROUP BY scheme, period, input HAVING count(DISTINCT coalesce(number::text, said, 'missing')) > 1) o) AS kinds
FROM expected;
