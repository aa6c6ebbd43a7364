-- Inspection stars from the weighted three-year score, low being good, ranked within the
-- state; a state with fewer than five homes is ranked within the nation.
--
-- Reads facility (facility, state, inspection_score).

SELECT facility,
	CASE WHEN count(inspection_score) OVER (PARTITION BY state) < 5
		THEN quota_grade(inspection_score, quotas, 'round') OVER (ORDER BY inspection_score)
		ELSE quota_grade(inspection_score, quotas, 'round') OVER (PARTITION BY state ORDER BY inspection_score)
	END::int AS inspection
FROM facility, (VALUES ('5 10%, 4 23.333333%, 3 23.333333%, 2 23.333334%, 1')) AS q (quotas)
ORDER BY facility;
