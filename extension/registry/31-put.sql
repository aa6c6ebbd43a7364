-- codes, regions, the calendar: written by administrators, row by row

-- SECURITY DEFINER, here and below: nobody has the right to write to a table, these functions check and write.
CREATE FUNCTION put_code(domain text, code text, label_en text, label_zh text, sort_order int DEFAULT NULL, national_code text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM credence_registry.require_admin();
	INSERT INTO credence_registry.code_list AS c (domain, code, label_en, label_zh, sort_order, national_code)
	VALUES (put_code.domain, put_code.code, put_code.label_en, put_code.label_zh,
		coalesce(put_code.sort_order, (SELECT coalesce(max(o.sort_order), 0) + 1 FROM credence_registry.code_list o WHERE o.domain = put_code.domain)),
		put_code.national_code)
	ON CONFLICT (domain, code) DO UPDATE
	SET label_en = excluded.label_en, label_zh = excluded.label_zh, national_code = excluded.national_code,
		sort_order = coalesce(put_code.sort_order, c.sort_order)
	WHERE NOT c.shipped;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'code "%" of domain "%" belongs to the extension', put_code.code, put_code.domain
			USING ERRCODE = 'insufficient_privilege', HINT = 'Only codes of your own can be changed.';
	END IF;
END $$;

COMMENT ON FUNCTION put_code(text, text, text, text, int, text) IS
'Makes a code known, or changes its labels: domain, code, label in English and in Chinese, place among the codes of the domain (NULL: the last, or as it was), national code. For administrators. Codes that the extension ships are not changed.';

CREATE FUNCTION put_region(region text, parent text, label_en text, label_zh text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM credence_registry.require_admin();
	-- one at a time: two moves that are each harmless could make a circle together
	LOCK TABLE credence_registry.region IN SHARE ROW EXCLUSIVE MODE;
	IF put_region.parent IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = put_region.parent) THEN
		RAISE EXCEPTION 'there is no region "%" for region "%" to be part of', put_region.parent, put_region.region
			USING ERRCODE = 'foreign_key_violation';
	END IF;
	IF EXISTS (
		WITH RECURSIVE above AS (
			SELECT put_region.parent COLLATE "C" AS region
			UNION
			SELECT r.parent FROM credence_registry.region r JOIN above a ON r.region = a.region
		)
		SELECT FROM above a WHERE a.region = put_region.region) THEN
		RAISE EXCEPTION 'region "%" would be part of itself', put_region.region
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Region "%s" is part of it.', put_region.parent);
	END IF;
	INSERT INTO credence_registry.region (region, parent, label_en, label_zh)
	VALUES (put_region.region, put_region.parent, put_region.label_en, put_region.label_zh)
	ON CONFLICT (region) DO UPDATE
	SET parent = excluded.parent, label_en = excluded.label_en, label_zh = excluded.label_zh;
END $$;

COMMENT ON FUNCTION put_region(text, text, text, text) IS
'Makes a region known, or changes it: code, the region that it is part of (NULL at the top), label in English and in Chinese. For administrators. A region cannot be part of itself.';

CREATE FUNCTION map_officer(login name, region text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM credence_registry.require_admin();
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = map_officer.login) THEN
		RAISE EXCEPTION 'role "%" does not exist', map_officer.login USING ERRCODE = 'undefined_object';
	END IF;
	IF NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = map_officer.region) THEN
		RAISE EXCEPTION 'there is no region "%"', map_officer.region USING ERRCODE = 'foreign_key_violation';
	END IF;
	INSERT INTO credence_registry.officer_region (login, region)
	VALUES (map_officer.login, map_officer.region)
	ON CONFLICT DO NOTHING;
END $$;

COMMENT ON FUNCTION map_officer(name, text) IS
'Lets a login see and act on a region and all that is below it. For administrators.';

CREATE FUNCTION unmap_officer(login name, region text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_admin();
	DELETE FROM credence_registry.officer_region o
	WHERE o.login = unmap_officer.login AND (unmap_officer.region IS NULL OR o.region = unmap_officer.region);
END $$;

COMMENT ON FUNCTION unmap_officer(name, text) IS
'Takes a region, or with NULL all of them, from a login. For administrators. An officer without regions sees none, a reader without regions sees all.';

CREATE FUNCTION put_holiday(day date, working boolean DEFAULT false, label text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM credence_registry.require_admin();
	IF put_holiday.working IS NULL THEN
		DELETE FROM credence_registry.holiday h WHERE h.day = put_holiday.day;
		RETURN;
	END IF;
	INSERT INTO credence_registry.holiday (day, working, label)
	VALUES (put_holiday.day, put_holiday.working, put_holiday.label)
	ON CONFLICT (day) DO UPDATE SET working = excluded.working, label = excluded.label;
END $$;

COMMENT ON FUNCTION put_holiday(date, boolean, text) IS
'Says whether a day is worked on, and why; working NULL: it is a day like any other again. For administrators.';

CREATE FUNCTION put_time_zone(time_zone text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM credence_registry.require_admin();
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_timezone_names z WHERE z.name = put_time_zone.time_zone) THEN
		RAISE EXCEPTION 'there is no time zone "%"', coalesce(put_time_zone.time_zone, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'pg_timezone_names lists them, for example Asia/Shanghai.';
	END IF;
	INSERT INTO credence_registry.calendar (time_zone)
	VALUES (put_time_zone.time_zone)
	ON CONFLICT (single) DO UPDATE SET time_zone = excluded.time_zone;
END $$;

COMMENT ON FUNCTION put_time_zone(text) IS
'Says in which time zone, of pg_timezone_names, the days of the registry begin and end; Asia/Shanghai where nothing is said. For administrators. Error 22023 for an unknown one.';

CREATE FUNCTION require_one_judged_by()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	mixed text;
BEGIN
	SELECT r.code INTO mixed FROM credence_registry.rules_at(NULL) r
	GROUP BY r.code HAVING min(r.judged_by) <> max(r.judged_by) ORDER BY r.code LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'rule "%" would be judged by one date in one version and by another in another', mixed
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'Two versions could then hold for one event, or none.',
				HINT = 'Give all versions of a rule the same judged_by, or the new one another code.';
	END IF;
END $$;

COMMENT ON FUNCTION require_one_judged_by() IS
'For what records rules: error 22023 naming a rule whose versions differ in judged_by.';

-- Lands a rule unless it stands like that already.
CREATE FUNCTION put_rule(code text, effective_from date, title_en text, title_zh text,
	points_min numeric DEFAULT NULL, points_max numeric DEFAULT NULL, category text DEFAULT NULL, effective_to date DEFAULT NULL,
	degrees jsonb DEFAULT NULL, ladder text DEFAULT NULL, judged_by text DEFAULT 'occurred', validity_months int DEFAULT NULL,
	repairs jsonb DEFAULT NULL, measures jsonb DEFAULT NULL, basis text DEFAULT NULL, scheme_code text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	problems text[];
	degree text;
	extent jsonb;
	standing credence_registry.event_rule;
	id bigint;
BEGIN
	PERFORM credence_registry.require_admin();
	PERFORM credence_registry.lock_for_writing();
	-- one at a time: two versions of a rule that each fit what stands could contradict each other
	LOCK TABLE credence_registry.event_rule IN SHARE ROW EXCLUSIVE MODE;
	points_max := coalesce(points_max, points_min);
	IF coalesce(code, '') = '' OR effective_from IS NULL OR title_en IS NULL OR title_zh IS NULL THEN
		problems := problems || 'code, effective_from and both titles are needed'::text;
	END IF;
	IF points_min IS NULL AND points_max IS NOT NULL OR NOT (coalesce(points_min, 0) <= coalesce(points_max, 0)
			AND coalesce(points_min, 0) > '-Infinity' AND coalesce(points_max, 0) < 'Infinity') THEN
		problems := problems || format('points from %s to %s are no range', coalesce(points_min::text, 'nothing'), coalesce(points_max::text, 'nothing'));
	END IF;
	IF effective_to < effective_from THEN
		problems := problems || format('effective_to %s is before effective_from %s', effective_to, effective_from);
	END IF;
	IF judged_by NOT IN ('occurred', 'found', 'decided', 'effective') OR judged_by IS NULL THEN
		problems := problems || format('judged_by %s is not occurred, found, decided or effective', coalesce('"' || judged_by || '"', 'NULL'));
	END IF;
	IF validity_months <= 0 THEN
		problems := problems || format('validity_months %s is not greater than zero', validity_months);
	END IF;
	IF degrees IS NOT NULL AND jsonb_typeof(degrees) <> 'object' THEN
		problems := problems || 'degrees are not a JSON object'::text;
	ELSIF degrees IS NOT NULL THEN
		FOR degree, extent IN SELECT * FROM jsonb_each(degrees)
		LOOP
			problems := problems || credence_registry.code_problem('responsibility', degree, 'responsibility');
			IF jsonb_typeof(extent) <> 'array' OR jsonb_array_length(extent) <> 2
				OR jsonb_typeof(extent -> 0) <> 'number' OR jsonb_typeof(extent -> 1) <> 'number' THEN
				problems := problems || format('degrees: "%s" is %s instead of [min, max]', degree, extent);
			ELSIF points_min IS NULL OR (extent ->> 0)::numeric < points_min OR (extent ->> 1)::numeric > points_max
				OR (extent ->> 0)::numeric > (extent ->> 1)::numeric THEN
				problems := problems || format('degrees: "%s" from %s to %s is no range within %s to %s', degree, extent ->> 0, extent ->> 1,
					coalesce(points_min::text, 'nothing'), coalesce(points_max::text, 'nothing'));
			END IF;
		END LOOP;
	END IF;
	IF ladder IS NOT NULL THEN
		BEGIN
			ladder := ladder::credence.bands::text;
		EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
			problems := problems || format('ladder: %s', SQLERRM);
		END;
	END IF;
	IF measures IS NOT NULL AND jsonb_typeof(measures) <> 'object' THEN
		problems := problems || 'measures are not a JSON object'::text;
	END IF;
	PERFORM credence_registry.raise_problems(problems);

	-- the row that stands, as it is: the same once more is no new version
	SELECT r.* INTO standing FROM credence_registry.event_rule r
	WHERE r.code = put_rule.code AND r.effective_from = put_rule.effective_from
	ORDER BY r.recorded_at DESC, r.rule_id DESC LIMIT 1;
	IF FOUND AND (standing.effective_to, standing.category, standing.title_en, standing.title_zh, standing.points_min, standing.points_max,
			standing.degrees, standing.ladder, standing.judged_by, standing.validity_months, standing.repairs, standing.measures,
			standing.basis, standing.scheme_code)
		IS NOT DISTINCT FROM (effective_to, category, title_en, title_zh, points_min, points_max, degrees, ladder, judged_by,
			validity_months, repairs, measures, basis, scheme_code) THEN
		RETURN standing.rule_id;
	END IF;
	INSERT INTO credence_registry.event_rule (code, effective_from, effective_to, category, title_en, title_zh, points_min, points_max,
		degrees, ladder, judged_by, validity_months, repairs, measures, basis, scheme_code)
	VALUES (code, effective_from, effective_to, category, title_en, title_zh, points_min, points_max,
		degrees, ladder, judged_by, validity_months, repairs, measures, basis, scheme_code)
	RETURNING rule_id INTO id;
	PERFORM credence_registry.require_one_judged_by();
	RETURN id;
END $$;

COMMENT ON FUNCTION put_rule(text, date, text, text, numeric, numeric, text, date, jsonb, text, text, int, jsonb, jsonb, text, text) IS
'Records a version of a rule in force from a day, replacing one recorded before for the same code and day; returns its rule_id. Points are signed (negative deducts); points_max NULL: the same as points_min. For administrators. Recording what stands already changes nothing. Error 22023 names everything that is wrong.';

