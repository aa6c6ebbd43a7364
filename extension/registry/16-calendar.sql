-- the calendar

-- Where the days begin is kept in a table and not in a setting: whoever can set it could have a day begin when it suits them.
CREATE TABLE calendar (
	single		boolean PRIMARY KEY DEFAULT true CHECK (single),
	time_zone	text NOT NULL
);

COMMENT ON TABLE calendar IS 'Where the days of the registry begin: one row, or none, which means Asia/Shanghai. Written with put_time_zone.';
COMMENT ON COLUMN calendar.single IS 'True: there is one row at most.';
COMMENT ON COLUMN calendar.time_zone IS 'Name of the time zone, of pg_timezone_names.';

SELECT pg_catalog.pg_extension_config_dump('calendar', '');

CREATE FUNCTION time_zone()
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((SELECT c.time_zone FROM calendar c), 'Asia/Shanghai');

COMMENT ON FUNCTION time_zone() IS 'The time zone in which the days of the registry begin and end; see put_time_zone.';

CREATE FUNCTION calendar_day(moment timestamptz)
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (moment AT TIME ZONE time_zone())::date;

COMMENT ON FUNCTION calendar_day(timestamptz) IS 'The day in the calendar of the registry on which a moment falls, whatever the time zone of the session. NULL for NULL.';

CREATE FUNCTION today()
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN calendar_day(statement_timestamp());

COMMENT ON FUNCTION today() IS
'The day that it is in the calendar of the registry, whatever the time zone of the session: what every clock of the registry goes by.';

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

