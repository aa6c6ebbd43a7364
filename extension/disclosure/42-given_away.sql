-- suppressed cells that the rest of the table gives away
--
-- Every row and every column, totals included, is an equation: the cells add up to their total. A suppressed cell is a
-- line between its row and its column in a graph; subtraction alone, of any rows and columns together, finds its value if
-- and only if that line is a bridge, the only way between the two. Besides, an outsider knows that what is suppressed is
-- between 1 and the minimum less one, and can narrow that down line by line.

CREATE FUNCTION subtracted(row_places int[], column_places int[])
RETURNS SETOF int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	-- nodes are rows, not negative, and columns, negative from -1 on
	WITH RECURSIVE line AS (
		SELECT n::int, a, -1 - b AS b FROM unnest(row_places, column_places) WITH ORDINALITY e (a, b, n)
	), reached AS (
		SELECT l.n, l.a AS node FROM line l
		UNION
		SELECT r.n, CASE r.node WHEN l.a THEN l.b ELSE l.a END
		FROM reached r JOIN line l ON r.node IN (l.a, l.b) AND l.n <> r.n
	)
	SELECT l.n FROM line l WHERE NOT EXISTS (SELECT FROM reached r WHERE r.n = l.n AND r.node = l.b) ORDER BY 1
$$;

COMMENT ON FUNCTION subtracted(int[], int[]) IS
'Of suppressed cells at rows and columns (0 for the totals) those, by their place in the lists from 1, whose value follows from the others by adding and subtracting rows and columns: exactly those.';

CREATE FUNCTION given_away(bulletin bigint)
RETURNS TABLE (item int, row_place int, column_place int)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	filled jsonb := (SELECT p.filled FROM credence_disclosure.bulletin b JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
		WHERE b.bulletin_id = given_away.bulletin);
	most int := (filled ->> 'minimum_cell')::int - 1;		-- what a suppressed cell can be at most
	items int[];
	a int[];				-- rows
	b int[];				-- columns
	low int[];
	high int[];
	known int;				-- what the shown cells of a line make, the total taken off
	rest_low int;
	rest_high int;
	sign int;
	own int;
	moved boolean := true;
BEGIN
	IF NOT filled ? 'table' OR NOT coalesce((filled #>> '{table,margins}')::boolean, true) THEN
		RETURN;				-- without totals nothing adds up
	END IF;
	SELECT array_agg(i.item ORDER BY i.item), array_agg(i.row_place ORDER BY i.item), array_agg(i.column_place ORDER BY i.item),
		array_agg(1 ORDER BY i.item), array_agg(most ORDER BY i.item)
	INTO items, a, b, low, high
	FROM credence_disclosure.item i
	WHERE i.bulletin_id = bulletin AND i.kind = 'cell' AND i.count BETWEEN 1 AND most;
	RETURN QUERY SELECT items[n], a[n], b[n] FROM credence_disclosure.subtracted(a, b) n;

	WHILE moved
	LOOP
		moved := false;
		FOR n IN 1 .. coalesce(cardinality(items), 0)
		LOOP
			FOR direction IN 1 .. 2
			LOOP
				-- the cells of the row (1) or column (2) of cell n: sign x value adds up to 0, totals being negative
				SELECT coalesce(sum(CASE WHEN CASE direction WHEN 1 THEN i.column_place ELSE i.row_place END = 0 THEN -i.count ELSE i.count END), 0) INTO known
				FROM credence_disclosure.item i
				WHERE i.bulletin_id = bulletin AND i.kind = 'cell' AND i.count NOT BETWEEN 1 AND most
					AND CASE direction WHEN 1 THEN i.row_place = a[n] ELSE i.column_place = b[n] END;
				rest_low := known;
				rest_high := known;
				FOR m IN 1 .. cardinality(items)
				LOOP
					IF m <> n AND (direction = 1 AND a[m] = a[n] OR direction = 2 AND b[m] = b[n]) THEN
						sign := CASE WHEN CASE direction WHEN 1 THEN b[m] ELSE a[m] END = 0 THEN -1 ELSE 1 END;
						rest_low := rest_low + CASE sign WHEN 1 THEN low[m] ELSE -high[m] END;
						rest_high := rest_high + CASE sign WHEN 1 THEN high[m] ELSE -low[m] END;
					END IF;
				END LOOP;
				own := CASE WHEN CASE direction WHEN 1 THEN b[n] ELSE a[n] END = 0 THEN -1 ELSE 1 END;
				known := low[n] - high[n];
				low[n] := greatest(low[n], CASE own WHEN 1 THEN -rest_high ELSE rest_low END);
				high[n] := least(high[n], CASE own WHEN 1 THEN -rest_low ELSE rest_high END);
				moved := moved OR low[n] - high[n] <> known;
			END LOOP;
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT items[n], a[n], b[n] FROM generate_series(1, cardinality(items)) n
		WHERE low[n] = high[n] AND most > 1 AND n NOT IN (SELECT s FROM credence_disclosure.subtracted(a, b) s);
END $$;

COMMENT ON FUNCTION given_away(bigint) IS
'The suppressed cells of a bulletin''s table that the rest of it gives away: by adding and subtracting rows and columns (all of those are found), or because the bounds of what is suppressed leave one value only (found line by line). Row and column 0 are the totals. How narrow the interval is in which an outsider can place a cell otherwise is not looked at.';

