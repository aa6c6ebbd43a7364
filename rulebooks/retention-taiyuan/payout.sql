-- What becomes of each provider's deposit and designation. The variables "assessment" and
-- "payout" hold the two cards.
--
-- Reads provider (name, deposit, daily, year_end, annual_check).

SELECT name, assessment, from_bottom, grade(:'payout', p) AS outcome,
	CASE WHEN grade(:'payout', p) <> 'cancelled' THEN round(deposit * score(:'payout', p)::numeric / 100, 2) END AS returned
FROM (
	SELECT *, rank() OVER (ORDER BY assessment) AS from_bottom
	FROM (SELECT *, (SELECT score FROM appraise(:'assessment', provider) WHERE rated) AS assessment FROM provider) a
) p
ORDER BY name;
