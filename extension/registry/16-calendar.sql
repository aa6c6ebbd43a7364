-- the calendar

CREATE TABLE holiday (
	day		date PRIMARY KEY CHECK (pg_catalog.isfinite(day)),
	working	boolean NOT NULL,
	label	text
);

COMMENT ON TABLE holiday IS
'Days on which work differs from Monday to Friday: holidays, and week-ends worked in exchange. Written with put_holiday.';
COMMENT ON COLUMN holiday.day IS 'The day.';
COMMENT ON COLUMN holiday.working IS 'Whether it is worked on.';
COMMENT ON COLUMN holiday.label IS 'Why, for example Spring Festival.';

SELECT pg_catalog.pg_extension_config_dump('holiday', '');

CREATE FUNCTION is_working_day(day date)
RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce((SELECT h.working FROM credence_registry.holiday h WHERE h.day = is_working_day.day),
		extract(isodow FROM is_working_day.day) < 6)
$$;

COMMENT ON FUNCTION is_working_day(date) IS
'Whether a day is worked on: as holiday says, otherwise Monday to Friday. NULL for NULL.';

-- Counts in one sweep over as many days as can be needed at most: two of seven are free, and every holiday.
CREATE FUNCTION add_days(day date, days int, working boolean DEFAULT false)
RETURNS date
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	reach int;
	reached date;
BEGIN
	IF days NOT BETWEEN -10000 AND 10000 THEN
		RAISE EXCEPTION 'cannot add % days', days
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'From -10000 to 10000 days can be added.';
	END IF;
	IF NOT isfinite(day) THEN
		RAISE EXCEPTION 'cannot add days to %', day USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF NOT working OR days = 0 THEN
		RETURN day + days;
	END IF;
	reach := abs(days) / 5 * 7 + 14 + (SELECT count(*) FROM credence_registry.holiday h WHERE NOT h.working);
	SELECT d.day INTO reached FROM (
		SELECT add_days.day + sign(days)::int * n AS day, n FROM generate_series(1, reach) n) d
	LEFT JOIN credence_registry.holiday h ON h.day = d.day
	WHERE coalesce(h.working, extract(isodow FROM d.day) < 6)
	ORDER BY d.n
	OFFSET abs(days) - 1 LIMIT 1;
	RETURN reached;
END $$;

COMMENT ON FUNCTION add_days(date, int, boolean) IS
'The n-th day after a day, which itself does not count; with working the n-th working day (is_working_day). Negative: before it; 0: the day itself. From -10000 to 10000, otherwise error 22023. NULL for NULL.';

