-- periods

CREATE FUNCTION period_name(period_start date, period_end date)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT CASE
		WHEN period_start = period_end THEN period_end::text
		WHEN unit.first AND period_end = (period_start + interval '1 year')::date - 1 AND month = 1 THEN year
		WHEN unit.first AND period_end = (period_start + interval '6 months')::date - 1 AND month IN (1, 7) THEN year || 'H' || (month + 5) / 6
		WHEN unit.first AND period_end = (period_start + interval '3 months')::date - 1 AND month IN (1, 4, 7, 10) THEN year || 'Q' || (month + 2) / 3
		WHEN unit.first AND period_end = (period_start + interval '1 month')::date - 1 THEN year || '-' || lpad(month::text, 2, '0')
		ELSE period_start || '..' || period_end END
	FROM (SELECT extract(day FROM period_start) = 1 AS first, extract(month FROM period_start)::int AS month,
			lpad(extract(year FROM period_start)::text, 4, '0') AS year) AS unit
$$;

COMMENT ON FUNCTION period_name(date, date) IS
'The period from one day to another in canonical form: 2025, 2025H1, 2025Q3, 2025-07, 2025-07-31, or two dates with two dots between them.';

-- A cast would have to be caught, which no parallel worker can.
CREATE FUNCTION day_of(day text)
RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN d.month BETWEEN 1 AND 12 AND d.year > 0 AND d.day BETWEEN 1 AND extract(day FROM make_date(d.year, d.month, 1) + interval '1 month' - interval '1 day')
		THEN make_date(d.year, d.month, d.day) END
	FROM (SELECT substr(day_of.day, 1, 4)::int AS year, substr(day_of.day, 6, 2)::int AS month, substr(day_of.day, 9, 2)::int AS day) AS d
$$;

COMMENT ON FUNCTION day_of(text) IS 'The day written as 2025-07-31; NULL if there is no such day.';

CREATE FUNCTION period_bounds(period text, OUT period_start date, OUT period_end date)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	part text[];
	months int;
	first_month int;
BEGIN
	part := regexp_match(period, '^([0-9]{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?$');
	IF part IS NOT NULL AND part[1] >= '1900' THEN
		months := CASE WHEN part[2] IS NOT NULL THEN 6 WHEN part[3] IS NOT NULL THEN 3 WHEN part[4] IS NOT NULL THEN 1 ELSE 12 END;
		first_month := coalesce(part[4]::int, (coalesce(part[2], part[3], '1')::int - 1) * months + 1);
		period_start := make_date(part[1]::int, first_month, 1);
		period_end := (period_start + make_interval(months => months))::date - 1;
		RETURN;
	END IF;
	part := regexp_match(period, '^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.\.([0-9]{4}-[0-9]{2}-[0-9]{2}))?$');
	IF part IS NOT NULL THEN
		period_start := day_of(part[1]);
		period_end := day_of(coalesce(part[2], part[1]));
		IF period_start <= period_end AND period_start >= '1900-01-01' THEN
			RETURN;
		END IF;
	END IF;
	RAISE EXCEPTION 'invalid period "%"', left(period, 50)
		USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Periods are written 2025, 2025H1, 2025Q3, 2025-07, 2025-07-31 or 2025-01-01..2025-06-30, and begin in 1900 or later.';
END $$;

COMMENT ON FUNCTION period_bounds(text) IS
'First and last day of a period: 2025, 2025H1, 2025Q3, 2025-07, 2025-07-31 or 2025-01-01..2025-06-30. Error 22023 for anything else.';

-- Whole months move by months, anything else by its number of days.
CREATE FUNCTION period_shift(INOUT period_start date, INOUT period_end date, periods int)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	after date := period_end + 1;
	months int;
BEGIN
	IF extract(day FROM period_start) = 1 AND extract(day FROM after) = 1 THEN
		months := (extract(year FROM after) - extract(year FROM period_start)) * 12 + extract(month FROM after) - extract(month FROM period_start);
		period_end := (after + make_interval(months => months * periods))::date - 1;
		period_start := (period_start + make_interval(months => months * periods))::date;
	ELSE
		months := after - period_start;		-- days
		period_start := period_start + months * periods;
		period_end := period_end + months * periods;
	END IF;
END $$;

COMMENT ON FUNCTION period_shift(date, date, int) IS
'The period so many periods later, or earlier where negative: of whole months by as many months, of anything else by as many days as it has.';

-- A month is complete on the day of the same number, or on the last of a month that has no such day.
CREATE FUNCTION completed_months(since date, until date)
RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN until < since THEN 0 ELSE (pg_catalog.date_part('year', until) * 12 + pg_catalog.date_part('month', until)
	- pg_catalog.date_part('year', since) * 12 - pg_catalog.date_part('month', since))::int
	- CASE WHEN pg_catalog.date_part('day', until) < pg_catalog.date_part('day', since)
		AND pg_catalog.date_part('month', until + 1) = pg_catalog.date_part('month', until) THEN 1 ELSE 0 END END;

COMMENT ON FUNCTION completed_months(date, date) IS
'Whole months from one day to another: a month is complete on the day of the same number, or on the last day of a shorter month. 0 where the second day is before the first.';
