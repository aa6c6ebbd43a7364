-- Rulebook nursing-home-stars: its published examples.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;

\set card `cat rulebooks/nursing-home-stars/card.json`
SELECT inspection, abuse, staffing, quality, expected, score(:'card', home) AS score, grade(:'card', home) AS overall,
	grade(:'card', home) = expected::text AS agrees, (appraise(:'card', home)).reasons
FROM (VALUES
	(3, false, 5, 5, 5),
	(1, false, 5, 5, 2),		-- the upgrade is limited
	(2, false, 1, 1, 1),
	(5, false, 3, 1, 4),
	(4, false, 5, 5, 5),
	(4, true, 5, 5, 4),			-- inspections held at 2 by the abuse icon
	(1, true, 5, 5, 2),			-- the icon does not lift
	(5, false, 5, 1, 4),		-- clamped after each step: 5, 5, 4 and not 6, 5
	(1, false, 1, 5, 2),		-- 1, 1, 2 and not 0, 1
	(1, false, 5, 1, 1),
	(3, NULL, 4, 2, 3)
) AS home (inspection, abuse, staffing, quality, expected);

-- every combination against the rule as a formula
SELECT count(*) AS combinations, count(*) FILTER (WHERE score(:'card', home) IS DISTINCT FROM overall) AS differing
FROM (
	SELECT inspection, abuse, staffing, quality, CASE WHEN start = 1 THEN least(overall, 2) ELSE overall END AS overall
	FROM generate_series(1, 5) AS inspection, (VALUES (false), (true)) AS icon (abuse),
		generate_series(1, 5) AS staffing, generate_series(1, 5) AS quality,
		LATERAL (SELECT least(inspection, CASE WHEN abuse THEN 2 ELSE 5 END)) AS s (start),
		LATERAL (SELECT greatest(1, least(5, start + (staffing = 5)::int - (staffing = 1)::int))) AS f (first_step),
		LATERAL (SELECT greatest(1, least(5, first_step + (quality = 5)::int - (quality = 1)::int))) AS o (overall)
) home;

-- not rated without inspections; a step without stars is left out
SELECT inspection, abuse, staffing, quality, grade(:'card', home), (appraise(:'card', home)).reasons
FROM (VALUES (NULL::int, false, 5, 5), (NULL, true, 5, 5), (3, false, NULL, 5), (3, false, 5, NULL)) AS home (inspection, abuse, staffing, quality);

-- inspection stars: shares of a state's homes, low scores best; a state with fewer than five homes within the nation; ties
CREATE TABLE facility (facility text, state text, inspection_score numeric);
INSERT INTO facility SELECT format('A %s', lpad(n::text, 3, '0')), 'A', n FROM generate_series(1, 100) n;
INSERT INTO facility SELECT format('B %s', lpad(n::text, 3, '0')), 'B', 1000 + n FROM generate_series(1, 10) n;
INSERT INTO facility SELECT format('C %s', lpad(n::text, 3, '0')), 'C', 10 FROM generate_series(1, 5) n;
INSERT INTO facility VALUES ('D best', 'D', 0.5), ('D middle', 'D', 50.5), ('D worst', 'D', 2000), ('D without', 'D', NULL);
\set inspection `grep -v '^--' rulebooks/nursing-home-stars/inspection.sql | tr -d ';'`
SELECT left(facility, 1) AS state, inspection AS stars, count(*) AS homes, min(facility) AS first, max(facility) AS last
FROM (:inspection) i GROUP BY 1, 2 ORDER BY 1, 2 DESC;
DROP TABLE facility;
