-- How the demo prints, and how it takes times; all reports begin with it.

\set ON_ERROR_STOP on
\pset pager off
\pset footer off
\pset null '-'
SET client_min_messages = warning;
SET search_path = public, credence;

-- microseconds for each of so many rows: the median of five runs of a query
CREATE OR REPLACE FUNCTION microseconds(query text, rows bigint) RETURNS numeric LANGUAGE plpgsql AS
$$
DECLARE
	started timestamptz;
	run int;
	taken float8[];
BEGIN
	FOR run IN 1 .. 5 LOOP
		started := clock_timestamp();
		EXECUTE query;
		taken := taken || extract(epoch FROM clock_timestamp() - started)::float8;
	END LOOP;
	RETURN round(1e6 * (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(taken) t)::numeric / greatest(rows, 1), 2);
END
$$;
