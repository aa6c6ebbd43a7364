-- Scores the city that city.sql drew, by the two schemes of the demo, and shows what comes of it:
-- psql -v csv=FILE -f city-report.sql, from the top of the project. Leaves the results in FILE.

\ir show.sql
\set credit `cat demo/credit.json`
\set service `cat demo/service.json`

-- The service scheme compares costs among peers, so it needs to know what the peers are like.
CREATE TABLE peers AS
SELECT class, norms(:'service', inputs(:'service', provider)) AS norms FROM provider GROUP BY class;

CREATE TABLE appraised AS
SELECT code, name, kind, class,
	c.score::numeric(6, 1) AS credit, c.grade AS credit_grade, c.notch AS credit_notch, c.reasons AS credit_reasons,
	s.score::numeric(5, 2) AS service, s.grade AS service_grade, s.notch AS service_notch, s.reasons AS service_reasons
FROM provider p JOIN peers USING (class), appraise(:'credit', p) AS c, appraise(:'service', p, norms) AS s;

SELECT count(*) AS providers, round(avg(credit), 1) AS mean_credit, round(avg(service), 1) AS mean_service
FROM appraised \gset
\qecho
\qecho 'A city of' :providers 'designated providers has been appraised twice:'
\qecho '  credit   850 points to begin with, less for violations, more for merit (demo/credit.json); mean' :mean_credit
\qecho '  service  0 to 100, weighted and compared with peers (demo/service.json); mean' :mean_service
\qecho
\qecho '== Credit grades, by class of provider'
SELECT coalesce(class, 'all') AS class, credit_grade AS grade, count(*), coalesce(min(credit_notch), 99) AS place
FROM appraised GROUP BY GROUPING SETS ((class, credit_grade), (credit_grade))
ORDER BY grouping(class), sum(count(*)) OVER (PARTITION BY class)
\crosstabview class grade count place
\qecho '== Service grades, by class of provider'
SELECT coalesce(class, 'all') AS class, service_grade AS grade, count(*), coalesce(min(service_notch), 99) AS place
FROM appraised GROUP BY GROUPING SETS ((class, service_grade), (service_grade))
ORDER BY grouping(class), sum(count(*)) OVER (PARTITION BY class)
\crosstabview class grade count place

\qecho '== The ten best by credit (service decides among equals)'
SELECT name, class, credit, credit_grade AS grade, service, service_grade AS "service grade"
FROM appraised WHERE credit_notch IS NOT NULL
ORDER BY credit_notch, credit DESC, service_notch, service DESC, code LIMIT 10;

\qecho '== The ten worst'
SELECT name, class, credit, credit_grade AS grade, service, service_grade AS "service grade",
	array_to_string(credit_reasons, '; ') AS because
FROM appraised WHERE credit_notch IS NOT NULL
ORDER BY credit_notch DESC, credit, service_notch DESC, service, code LIMIT 10;

-- one that is short of the next grade: a hospital with a B, if there is one
SELECT code, name, credit, credit_grade AS grade FROM appraised
ORDER BY (credit_grade = 'B' AND credit_reasons = '{}') DESC, (kind = 'hospital') DESC, abs(credit - 890), code
LIMIT 1 \gset chosen_
\qecho '== Line by line: why' :chosen_name 'has' :chosen_credit 'points, grade' :chosen_grade
\qecho '   (lost: what more of it would have added)'
WITH explained AS (
	SELECT e.*, i.title, to_jsonb(p) ->> e.indicator AS found, i.unit
	FROM provider p, explain_score(:'credit', p) AS e
		LEFT JOIN jsonb_to_recordset(:'credit'::jsonb -> 'indicators') AS i (name text, title text, unit text)
		ON i.name = e.indicator
	WHERE code = :'chosen_code'
)
SELECT "what counts", found, points, lost, note FROM (
	SELECT line, coalesce(title, CASE kind WHEN 'base' THEN 'To begin with' WHEN 'rounding' THEN 'Rounded'
			WHEN 'clamp' THEN 'Held to the limit of ' || coalesce(group_name, 'all') ELSE initcap(kind) END) AS "what counts",
		coalesce(found || coalesce(' ' || unit, ''), '') AS found, contribution AS points, nullif(lost, 0) AS lost,
		CASE WHEN kind = 'base' THEN '' ELSE coalesce(reason, '') END AS note
	FROM explained
	UNION ALL
	SELECT NULL, 'The score, which is the sum', '', sum(contribution), NULL, '' FROM explained
) AS lines ORDER BY line;

\qecho '== What would lift it: each of these by itself'
SELECT title AS "what counts", to_jsonb(p) ->> indicator AS now, coalesce(m.category, m.value_to::text) AS "lift to",
	score_after AS "score then", grade_after AS grade
FROM provider p, improve(:'credit', p) AS m
	JOIN jsonb_to_recordset(:'credit'::jsonb -> 'indicators') AS i (name text, title text) ON i.name = m.indicator
WHERE code = :'chosen_code';

\qecho '== The time it takes, in microseconds a provider (a moment, please)'
SELECT what, microseconds, to_char(1e6 / nullif(microseconds, 0), 'FM999,999,999') AS "providers a second"
FROM (VALUES
	(1, 'reading the rows', 'SELECT sum(electronic_settlement) FROM provider'),
	(2, 'and their credit score', format('SELECT sum(score(%L, provider)) FROM provider', :'credit')),
	(3, 'and grade, points, reasons, ...',
		format('SELECT count(a) FROM (SELECT appraise(%L, provider) AS a FROM provider OFFSET 0) a', :'credit')),
	(4, 'and their service score, among peers',
		format('SELECT sum(score(%L, provider, norms)) FROM provider JOIN peers USING (class)', :'service')),
	(5, 'the norms of all peers',
		format('SELECT norms(%1$L, inputs(%1$L, provider)) FROM provider GROUP BY class', :'service')),
	(6, 'every line of the credit score', format('SELECT count(*) FROM provider, explain_score(%L, provider)', :'credit'))
) AS q (n, what, query), LATERAL (SELECT microseconds(query, :providers) OFFSET 0) AS t (microseconds) ORDER BY n;

COPY (
	SELECT code, name, kind, class, credit, credit_grade, credit_reasons, service, service_grade, service_reasons
	FROM appraised ORDER BY code
) TO STDOUT WITH (FORMAT csv, HEADER) \g :csv
