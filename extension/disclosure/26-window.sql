-- for how long something is shown

-- Of several kinds the longest of each bound holds (R15). The default of the window counts too.
CREATE FUNCTION display_window(policy_window jsonb, decided_on date, kinds text[] DEFAULT '{}')
RETURNS TABLE (early_from date, leaves_on date)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE WHEN policy_window ? 'early_end' THEN (decided_on + make_interval(months => max(s.least)))::date END,
		(decided_on + make_interval(months => max(s.most)))::date
	FROM (
		SELECT (policy_window ->> 'least_months')::int AS least, (policy_window ->> 'most_months')::int AS most
		UNION ALL
		SELECT (k.value ->> 'least_months')::int, (k.value ->> 'most_months')::int
		FROM jsonb_each(coalesce(policy_window -> 'kinds', '{}')) k
		WHERE EXISTS (SELECT FROM unnest(kinds) kind WHERE kind = k.key OR k.key LIKE '%.*' AND starts_with(kind, left(k.key, -1)))
	) s
$$;

COMMENT ON FUNCTION display_window(jsonb, date, text[]) IS
'For how long a decision is shown by the window of a policy: early_from is the first day on which it may end because it is repaired (NULL: never), leaves_on the first day on which it is not shown any more (NULL: no end). kinds are the codes and categories of its rules; of all that apply, the default included, the longest bounds hold. After R15: months count from the day of the decision.';

-- The first day of a calendar, such as {02-01,08-01}, after a day; 29 February only in leap years.
CREATE FUNCTION calendar_day(calendar text[], after date)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT min(d.day)
	FROM unnest(calendar) c (day)
	CROSS JOIN generate_series(extract(year FROM after)::int, extract(year FROM after)::int + 8) year
	CROSS JOIN LATERAL (SELECT CASE WHEN c.day <> '02-29' OR year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0)
		THEN make_date(year, left(c.day, 2)::int, right(c.day, 2)::int) END AS day) d
	WHERE d.day > after
$$;

COMMENT ON FUNCTION calendar_day(text[], date) IS
'The first day of a calendar of days of the year, such as {02-01,08-01}, that comes after a day. NULL without a calendar.';

