-- Rulebook cqc-ratings: its published examples.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;

\set card `cat rulebooks/cqc-ratings/card.json`
WITH mark (mark, rating) AS (VALUES ('O', 'outstanding'), ('G', 'good'), ('RI', 'requires improvement'), ('In', 'inadequate')),
example (number, marks, breach, expected) AS (VALUES
	(1, '{G,G,G,G,RI}'::text[], false, 'good'),
	(2, '{G,G,G,RI,RI}', false, 'requires improvement'),
	(3, '{O,O,G,G,G}', false, 'outstanding'),
	(4, '{O,G,G,G,G}', false, 'good'),
	(5, '{In,In,G,G,G}', false, 'inadequate'),
	(6, '{O,O,G,G,RI}', true, 'requires improvement'),
	(7, '{O,O,G,G,G}', true, 'requires improvement'),
	(8, '{In,In,G,G,G}', true, 'inadequate'),
	-- readings: one inadequate alone; outstanding only if the rest is at least good; more than two outstanding
	(9, '{G,G,In,G,G}', false, 'requires improvement'),
	(10, '{In,RI,RI,RI,RI}', false, 'requires improvement'),
	(11, '{O,O,O,O,RI}', false, 'good'),
	(12, '{O,O,O,O,O}', NULL, 'outstanding'),
	(13, '{RI,RI,RI,RI,RI}', false, 'requires improvement'),
	(14, '{G,G,G,G,NULL}', false, 'not rated')),
service AS (
	SELECT example.*, r[1] AS safe, r[2] AS effective, r[3] AS caring, r[4] AS responsive, r[5] AS well_led
	FROM example, LATERAL (
		SELECT array_agg(rating ORDER BY n) FROM unnest(marks) WITH ORDINALITY AS u (mark, n) LEFT JOIN mark USING (mark)
	) AS ratings (r))
SELECT marks, breach, expected, score(:'card', service) AS tally, grade(:'card', service) AS overall,
	grade(:'card', service) = expected AS agrees, (appraise(:'card', service)).reasons
FROM service ORDER BY number;

-- every combination against the rule as counts
WITH rating (rating) AS (VALUES ('outstanding'), ('good'), ('requires improvement'), ('inadequate')),
service AS (
	SELECT a.rating AS safe, b.rating AS effective, c.rating AS caring, d.rating AS responsive, e.rating AS well_led, breach, counts.*
	FROM rating a, rating b, rating c, rating d, rating e, (VALUES (false), (true)) AS v (breach), LATERAL (
		SELECT count(*) FILTER (WHERE r = 'inadequate') AS inadequate, count(*) FILTER (WHERE r = 'requires improvement') AS improvement,
			count(*) FILTER (WHERE r = 'outstanding') AS outstanding
		FROM unnest(ARRAY[a.rating, b.rating, c.rating, d.rating, e.rating]) AS r
	) AS counts
)
SELECT count(*) AS combinations, count(*) FILTER (WHERE grade(:'card', service) IS DISTINCT FROM
	CASE WHEN inadequate >= 2 THEN 'inadequate'
		WHEN inadequate = 1 OR improvement >= 2 OR breach THEN 'requires improvement'
		WHEN improvement = 0 AND outstanding >= 2 THEN 'outstanding'
		ELSE 'good' END) AS differing
FROM service;
