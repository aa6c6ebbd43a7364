-- The card of a year: categories.json and, from the year's benchmarks, three lines for each
-- measure and method. Leaves it in the psql variable "card".
--
-- Reads benchmark (document), the benchmarks as CMS publishes them, one JSON object each;
-- the variable "categories" holds categories.json.

SELECT jsonb_set(categories, '{indicators}', categories -> 'indicators' || (
	SELECT jsonb_agg(line ORDER BY measure, place, method) FROM (
	-- the points of a measure by a method, where there are enough cases and data
	SELECT measure, 1, method, jsonb_strip_nulls(jsonb_build_object(
		'name', measure || ' ' || method, 'input', measure, 'unit', '%', 'group', 'six best', 'missing', 0,
		'when', format('"%1$s_method" = %2$L and "%1$s_cases" >= %3$s and "%1$s_completeness" >= %4$s',
			measure, method, minimum.cases, minimum.completeness),
		'curve', curve, 'cap', CASE WHEN topped_out THEN '[1, 7]'::jsonb END))
	FROM (
		SELECT document ->> 'measureId', document ->> 'submissionMethod', document -> 'isInverse' = 'true',
			document -> 'isToppedOutByProgram' = 'true', document -> 'percentiles'
		FROM benchmark
	) b (measure, method, inverse, topped_out, percentiles),
	-- bound n of nine begins decile n + 1; decile 1 begins at the worst value there is; of equal
	-- bounds, whose deciles are empty, only the first and the last are wanted
	LATERAL (
		SELECT string_agg(x || CASE WHEN inverse AND points = most AND points > least THEN ':=' ELSE ':' END || points, ', '
			ORDER BY x, CASE WHEN inverse THEN -points ELSE points END)
		FROM (
			SELECT x, points, min(points) OVER (PARTITION BY x) AS least, max(points) OVER (PARTITION BY x) AS most
			FROM (
				SELECT CASE WHEN inverse THEN 100 ELSE 0 END AS x, 1 AS points
				UNION ALL
				SELECT value::numeric, 1 + row_number() OVER (ORDER BY CASE WHEN inverse THEN -value::numeric ELSE value::numeric END)
				FROM jsonb_each_text(percentiles) WHERE key::int BETWEEN 10 AND 90
			) bound
		) knot
		WHERE points IN (least, most)
	) k (curve)
	UNION ALL
	-- what a measure gets that is handed in without them
	SELECT measure, 2, word, jsonb_build_object(
		'name', measure || ' ' || word, 'input', measure, 'unit', '%', 'group', 'six best',
		'when', format(condition, measure, minimum.cases, minimum.completeness), 'curve', '0:' || minimum.points)
	FROM (SELECT DISTINCT document ->> 'measureId' FROM benchmark) AS m (measure), (VALUES
		('too few cases', '"%1$s_cases" < %2$s'),
		('incomplete', '"%1$s_cases" >= %2$s and "%1$s_completeness" < %3$s')) AS shortfall (word, condition)
) AS lines (measure, place, method, line))) AS card
FROM (VALUES (20, 60, 3)) AS minimum (cases, completeness, points), (VALUES (:'categories'::jsonb)) AS c (categories) \gset
