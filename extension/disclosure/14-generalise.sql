-- generalisation: a range, a longer time or a larger region instead of the exact value

CREATE FUNCTION generalise_number(value numeric, step numeric)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	least numeric;
BEGIN
	IF NOT step > 0 OR step = 'Infinity' OR step = 'NaN' THEN
		RAISE EXCEPTION 'a step must be greater than zero and finite, not %', step USING ERRCODE = 'invalid_parameter_value';
	ELSIF value IN ('NaN', 'Infinity', '-Infinity') THEN
		RETURN NULL;
	END IF;
	least := div(value, step) * step;
	least := least - CASE WHEN least > value THEN step ELSE 0 END;
	RETURN format('[%s,%s)', trim_scale(least), trim_scale(least + step));
END $$;

COMMENT ON FUNCTION generalise_number(numeric, numeric) IS
'The range between multiples of a step in which a number lies, the lower end included, such as [80,90). In the unit of the number. NULL for NULL, NaN and infinities. Error 22023 for a step that is not greater than zero. Ranges of unequal width: grade(bands, number).';

CREATE FUNCTION generalise_date(value date, unit text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	IF NOT isfinite(value) OR value NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
		RETURN NULL;
	END IF;
	RETURN to_char(value, 'YYYY') || CASE unit WHEN 'year' THEN '' WHEN 'half' THEN CASE WHEN extract(month FROM value) <= 6 THEN 'H1' ELSE 'H2' END
		WHEN 'quarter' THEN 'Q' || extract(quarter FROM value) WHEN 'month' THEN to_char(value, '-MM') END;
END $$;

COMMENT ON FUNCTION generalise_date(date, text) IS
'The year, half, quarter or month (unit) of a day, as periods are written: 2025, 2025H1, 2025Q3, 2025-07. NULL for NULL, for another unit, and beyond the years 1 to 9999.';

CREATE FUNCTION generalise_region(region text, level int)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH RECURSIVE up AS (
		SELECT r.region, r.parent, 0 AS steps FROM credence_registry.region r WHERE r.region = generalise_region.region
		UNION ALL
		SELECT r.region, r.parent, u.steps + 1 FROM up u JOIN credence_registry.region r ON r.region = u.parent
	)
	-- the top is as many steps away as the region lies below level 1
	SELECT u.region FROM up u
	WHERE u.steps = greatest(0, (SELECT max(t.steps) FROM up t) + 1 - greatest(level, 1))
$$;

COMMENT ON FUNCTION generalise_region(text, int) IS
'The region of a level of the tree in which a region lies: level 1 is the top, 2 what is directly below it. A region of that level or above stays itself. NULL for NULL and for a region that is not there.';

-- One value of a row by one rule of a policy: {"step"}, {"bands"} or {"date"}; what the rule does not fit is not shown.
CREATE FUNCTION generalised_value(value jsonb, rule jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(to_jsonb(CASE
		WHEN rule ? 'step' THEN CASE jsonb_typeof(value) WHEN 'number' THEN credence_disclosure.generalise_number(value::numeric, (rule ->> 'step')::numeric) END
		WHEN rule ? 'bands' THEN CASE jsonb_typeof(value) WHEN 'number' THEN credence.grade((rule ->> 'bands')::credence.bands, value::float8) END
		WHEN rule ? 'date' THEN CASE WHEN jsonb_typeof(value) = 'string' AND credence_registry.scheme_value_problem('date', value) IS NULL
			THEN credence_disclosure.generalise_date((value #>> '{}')::date, rule ->> 'date') END
		END), 'null')
$$;

COMMENT ON FUNCTION generalised_value(jsonb, jsonb) IS
'For draw_up: a value under a rule of the key generalise of a policy; JSON null where the rule does not fit it.';
