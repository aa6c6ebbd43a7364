-- Percent of points of each facility; the curve is drawn through the highest facility and the median day of
-- care. The variable "card" holds card.json.
--
-- Reads facility (name, quality, days).

SELECT name, quality, days, score(card, facility) AS percent
FROM facility, (
	SELECT jsonb_set(:'card', '{indicators,0,curve}', to_jsonb(
		CASE WHEN highest > median THEN curve(ARRAY[2 * median - highest, median, highest], '{0, 50, 100}')
			WHEN highest = median THEN curve(ARRAY[highest, highest], '{0, 100}') END::text))::scorecard
	FROM (SELECT max(quality), weighted_median(quality, days) FROM facility) AS f (highest, median)
	OFFSET 0
) AS c (card)
ORDER BY name;
