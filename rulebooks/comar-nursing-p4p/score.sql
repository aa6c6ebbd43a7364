-- Percent of points of each facility; the curve is drawn through the highest facility and the median day of
-- care. The variable "card" holds card.json.
--
-- Reads facility (name, quality, days).

SELECT name, quality, days, score(jsonb_set(:'card', '{indicators,0,curve}', to_jsonb(anchors::text))::scorecard, facility) AS percent
FROM facility, (
	SELECT CASE WHEN highest > median THEN curve(ARRAY[2 * median - highest, median, highest], '{0, 50, 100}')
		ELSE curve(ARRAY[highest, highest], '{0, 100}') END
	FROM (SELECT max(quality), weighted_median(quality, days) FROM facility) AS f (highest, median)
) AS c (anchors)
ORDER BY name;
