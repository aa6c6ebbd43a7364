-- quota_grade: grades by rank, so many percent each

CREATE FUNCTION quota_grade(score float8, quotas text, rounding text DEFAULT 'round', ties text DEFAULT 'keep')
RETURNS text
AS 'MODULE_PATHNAME', 'credence_quota_grade'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION quota_grade(float8, text, text, text) IS
'Grade of a row by its rank in the ORDER BY of the window, the first row being the best: quotas such as ''A 20%, B 50%, C'' give the first 20 percent of the partition A, the next 50 percent B and the rest C; without a rest the last rows get NULL.
The percentages are above 0, have at most 6 decimals and add up to at most 100; labels are written as in bands, each once, at most 256. The cumulative boundary, an exact product, is rounded to rows: round (half up, the default), floor or ceil.
Ties, rows that the ORDER BY of the window does not tell apart, on both sides of a boundary: keep (the default) gives all of them the better grade, drop the worse, order makes them an error.
A row whose score is NULL or NaN is not counted and gets NULL; otherwise the score does not matter, only the order does. quotas, rounding and ties must not be NULL and must be the same on all rows of the partition. The frame does not matter.';
