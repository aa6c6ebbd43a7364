-- events: checks, one by one and as a batch

-- Everything that can be wrong with an event whose columns could be read. load_events has the same checks once more, as
-- one condition over the whole batch; it calls this only to say what is wrong.
CREATE FUNCTION event_problems(rule event_rule, rule_code text, occurred_on date, found_on date, decided_on date, effective_on date,
	amount numeric, points numeric, responsibility text, level text, source text, details jsonb)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	problems text[];
	low numeric := rule.points_min;
	high numeric := rule.points_max;
	range text := format('rule "%s"', rule_code);
BEGIN
	IF rule.rule_id IS NULL AND rule_code IS NOT NULL THEN
		IF NOT EXISTS (SELECT FROM credence_registry.event_rule r WHERE r.code = rule_code) THEN
			problems := problems || format('unknown rule "%s"', rule_code);
		ELSE
			problems := problems || (SELECT format('rule "%s" is not in force on %s', rule_code, credence_registry.judged_on(r.judged_by,
					occurred_on, found_on, decided_on, effective_on))
				FROM credence_registry.event_rule r WHERE r.code = rule_code AND decided_on IS NOT NULL AND occurred_on IS NOT NULL
				ORDER BY r.effective_from DESC, r.rule_id DESC LIMIT 1);
		END IF;
	END IF;
	IF decided_on > credence_registry.today() THEN
		problems := problems || format('decided_on %s is still to come', decided_on);
	END IF;
	IF occurred_on > found_on THEN
		problems := problems || format('found_on %s is before occurred_on %s', found_on, occurred_on);
	END IF;
	IF found_on > decided_on THEN
		problems := problems || format('decided_on %s is before found_on %s', decided_on, found_on);
	ELSIF occurred_on > decided_on THEN
		problems := problems || format('decided_on %s is before occurred_on %s', decided_on, occurred_on);
	END IF;
	IF decided_on > effective_on THEN
		problems := problems || format('effective_on %s is before decided_on %s', effective_on, decided_on);
	END IF;
	IF amount < 0 THEN
		problems := problems || format('amount %s is less than zero', amount);
	END IF;
	problems := problems || credence_registry.code_problem('responsibility', responsibility, 'responsibility')
		|| credence_registry.code_problem('source', source, 'source');
	IF rule.degrees IS NOT NULL AND responsibility IS NOT NULL THEN
		IF rule.degrees ? responsibility THEN
			low := (rule.degrees -> responsibility ->> 0)::numeric;
			high := (rule.degrees -> responsibility ->> 1)::numeric;
			range := format('rule "%s" with responsibility "%s"', rule_code, responsibility);
		ELSE
			problems := problems || format('rule "%s" has no points for responsibility "%s"', rule_code, responsibility);
		END IF;
	END IF;
	IF rule.rule_id IS NOT NULL AND points IS NULL AND low < high THEN
		problems := problems || format('points are missing: %s leaves from %s to %s', range, low, high);
	ELSIF rule.rule_id IS NOT NULL AND points IS NOT NULL AND low IS NULL THEN
		problems := problems || format('points %s are given, but %s has none', points, range);
	ELSIF points < low OR points > high THEN
		problems := problems || format('points %s are outside of %s to %s, which %s allows', points, low, high, range);
	END IF;
	IF rule.ladder IS NOT NULL AND level IS NOT NULL AND credence.notch(rule.ladder::credence.bands, level) IS NULL THEN
		problems := problems || format('level "%s" is not on the ladder of rule "%s": %s', level, rule_code, rule.ladder);
	END IF;
	IF jsonb_typeof(details) <> 'object' THEN
		problems := problems || 'details are not a JSON object'::text;
	END IF;
	RETURN array_remove(problems, NULL);
END $$;

COMMENT ON FUNCTION event_problems(event_rule, text, date, date, date, date, numeric, numeric, text, text, text, jsonb) IS
'What is wrong with an event, given the version of its rule that judges it (NULL if none was in force); empty or NULL if nothing is.';

-- Ends the landing of a batch at the first bad row: called where the condition of load_events fails.
CREATE FUNCTION refuse_batch()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'a row of the batch is bad' USING ERRCODE = 'data_exception';
END $$;

COMMENT ON FUNCTION refuse_batch() IS
'For load_events and load_observations: error 22000 at the first bad row, whereupon the batch is gone through for all of them.';

CREATE FUNCTION refuse_place()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'a row of the batch has a place' USING ERRCODE = 'CR002';
END $$;

COMMENT ON FUNCTION refuse_place() IS
'For load_events: error CR002 at the first event with a place in a batch that was landed as one without.';

-- Lands the rows of a batch, or raises an error at the first bad one. Conversion and all checks are one pass over the batch,
-- which is what makes loading fast. What is unique is left to the index. Without places the planner leaves their join out.
CREATE FUNCTION land_events(batch text, placed boolean)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_custom_plan		-- what is the same for all rows is worked out once
SET enable_nestloop = off
SET enable_mergejoin = off
SET jit = off
SET datestyle = iso, ymd
AS $$
DECLARE
	login text := session_user;
	now timestamptz := clock_timestamp();
	today date := credence_registry.today();
	by_occurred boolean := NOT EXISTS (SELECT FROM credence_registry.event_rule r WHERE r.judged_by <> 'occurred');
	regions text[] := credence_registry.visible_regions();
	sources text[] := credence_registry.known_codes('source');
	responsibilities text[] := credence_registry.known_codes('responsibility');
	landed bigint;
BEGIN
	INSERT INTO credence_registry.event (decided_on, subject_id, rule_code, occurred_on, found_on, effective_on, case_code,
		amount, points, responsibility, level, place_id, source, event_code, details,
		recorded_at, recorded_by)
	SELECT t.decided_on, s.subject_id, t.rule_code, t.occurred_on, t.found_on, t.effective_on, t.case_code,
		t.amount, coalesce(t.points, (r.degrees -> t.responsibility ->> 0)::numeric, r.points_min), t.responsibility, t.level, p.subject_id, t.source, t.event_code, t.details,
		now, login
	FROM (SELECT l.subject_kind, l.subject_code, l.rule_code, l.case_code, l.responsibility, l.level, l.place_kind, l.place_code,
			l.source, l.event_code,
			octet_length(l.occurred_on) = 10 AND coalesce(octet_length(l.found_on) = 10, true)
				AND octet_length(l.decided_on) = 10 AND coalesce(octet_length(l.effective_on) = 10, true) AS dates,
			l.occurred_on::date AS occurred_on, l.found_on::date AS found_on,
			l.decided_on::date AS decided_on, l.effective_on::date AS effective_on,
			l.amount::numeric AS amount, l.points::numeric AS points, l.details::jsonb AS details
		FROM credence_registry.event_load l
		-- CASE: the planner, who knows nothing of what was just copied, is to expect many rows and not a handful
		WHERE CASE WHEN l.batch = land_events.batch THEN l.loaded_by = login END
		OFFSET 0) t		-- OFFSET keeps what is converted from being converted again wherever it is used
	LEFT JOIN credence_registry.subject s ON s.kind = t.subject_kind AND s.code = t.subject_code
	LEFT JOIN credence_registry.subject p ON placed AND p.kind = t.place_kind AND p.code = t.place_code
	LEFT JOIN credence_registry.rules_at(NULL) r
		ON r.code = t.rule_code AND CASE WHEN by_occurred THEN t.occurred_on
				ELSE credence_registry.judged_on(r.judged_by, t.occurred_on, t.found_on, t.decided_on, t.effective_on) END
			BETWEEN r.effective_from AND coalesce(r.effective_until, 'infinity')
	WHERE CASE WHEN t.dates
			AND s.subject_id IS NOT NULL AND (regions IS NULL OR s.region = ANY (regions))
			AND r.rule_id IS NOT NULL
			AND t.occurred_on >= '1900-01-01' AND t.occurred_on <= t.decided_on AND t.decided_on <= today
			AND (t.found_on IS NULL OR t.found_on BETWEEN t.occurred_on AND t.decided_on)
			AND (t.effective_on IS NULL OR t.effective_on BETWEEN t.decided_on AND '2199-12-31')
			AND (t.amount IS NULL OR t.amount >= 0 AND t.amount < 1e18 AND scale(t.amount) <= 100)
			AND coalesce(scale(t.points), 0) <= 100
			AND (t.responsibility IS NULL OR t.responsibility = ANY (responsibilities))
			AND CASE WHEN t.responsibility IS NULL OR r.degrees IS NULL THEN
					CASE WHEN t.points IS NULL THEN r.points_min IS NOT DISTINCT FROM r.points_max
						ELSE t.points BETWEEN r.points_min AND r.points_max END
				WHEN t.points IS NULL THEN r.degrees -> t.responsibility -> 0 = r.degrees -> t.responsibility -> 1
				ELSE t.points BETWEEN (r.degrees -> t.responsibility ->> 0)::numeric AND (r.degrees -> t.responsibility ->> 1)::numeric END
			AND (t.level IS NULL OR r.ladder IS NULL OR credence.notch(r.ladder::credence.bands, t.level) IS NOT NULL)
			AND (t.place_kind IS NULL AND t.place_code IS NULL OR CASE WHEN placed THEN p.subject_id IS NOT NULL ELSE credence_registry.refuse_place() END)
			AND t.source = ANY (sources) AND t.event_code <> ''
			AND (t.details IS NULL OR jsonb_typeof(t.details) = 'object')
		THEN true ELSE credence_registry.refuse_batch() END
	ORDER BY s.subject_id;		-- as the index has them; and nothing is inserted before all rows are found good
	GET DIAGNOSTICS landed = ROW_COUNT;
	RETURN landed;
END $$;

COMMENT ON FUNCTION land_events(text, boolean) IS
'For load_events: lands the batch of the login, or raises an error at the first row that is bad, or that has a place although none is said to have one; returns the number of rows.';

-- Every bad row of the batch of the login: line and reason, one row for each reason.
CREATE FUNCTION bad_events(batch text)
RETURNS TABLE (line bigint, reason text)
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = iso, ymd
AS $$
DECLARE
	login text := session_user;
	regions text[] := credence_registry.visible_regions();
BEGIN
	RETURN QUERY
	WITH staged AS MATERIALIZED (
		SELECT row_number() OVER (ORDER BY l.line) AS line, l.subject_kind, l.subject_code, l.rule_code, l.case_code,
			l.responsibility, l.level, l.place_kind, l.place_code, l.source, l.event_code,
			l.occurred_on AS occurred_text, l.found_on AS found_text, l.decided_on AS decided_text, l.effective_on AS effective_text,
			l.amount AS amount_text, l.points AS points_text, l.details AS details_text,
			credence_registry.try_date(l.occurred_on) AS occurred_on, credence_registry.try_date(l.found_on) AS found_on,
			credence_registry.try_date(l.decided_on) AS decided_on, credence_registry.try_date(l.effective_on) AS effective_on,
			credence_registry.try_numeric(l.amount) AS amount, credence_registry.try_numeric(l.points) AS points,
			credence_registry.try_jsonb(l.details) AS details
		FROM credence_registry.event_load l
		WHERE l.batch = bad_events.batch AND l.loaded_by = login
	), numbered AS (
		SELECT t.*, s.subject_id, s.region, p.subject_id AS place_id,
			row_number() OVER same AS occurrence, first_value(t.line) OVER same AS first_line
		FROM staged t
		LEFT JOIN credence_registry.subject s ON s.kind = t.subject_kind AND s.code = t.subject_code
		LEFT JOIN credence_registry.subject p ON p.kind = t.place_kind AND p.code = t.place_code
		WINDOW same AS (PARTITION BY s.subject_id, t.source, t.event_code, t.decided_on ORDER BY t.line)
	)
	SELECT n.line, problem.reason
	FROM numbered n
	LEFT JOIN LATERAL (SELECT r.* FROM credence_registry.rules_at(NULL) v JOIN credence_registry.event_rule r USING (rule_id)
		WHERE v.code = n.rule_code AND credence_registry.judged_on(r.judged_by, n.occurred_on, n.found_on, n.decided_on, n.effective_on)
			BETWEEN v.effective_from AND coalesce(v.effective_until, 'infinity')) rule ON true
	CROSS JOIN LATERAL unnest(ARRAY[
			CASE WHEN n.subject_kind IS NULL OR n.subject_code IS NULL THEN 'subject_kind and subject_code are needed'
				WHEN n.subject_id IS NULL THEN format('there is no %s "%s"', n.subject_kind, n.subject_code)
				WHEN NOT credence_registry.may_act_in(n.region, regions) THEN
					format('%s "%s" belongs to %s, for which "%s" is not responsible', n.subject_kind, n.subject_code,
						coalesce('region "' || n.region || '"', 'no region'), login) END,
			CASE WHEN n.rule_code IS NULL THEN 'rule_code is missing' END,
			credence_registry.date_problem(n.occurred_text, 'occurred_on', true),
			credence_registry.date_problem(n.found_text, 'found_on', false),
			credence_registry.date_problem(n.decided_text, 'decided_on', true),
			credence_registry.date_problem(n.effective_text, 'effective_on', false),
			credence_registry.numeric_problem(n.amount_text, 'amount'),
			credence_registry.numeric_problem(n.points_text, 'points'),
			CASE WHEN n.source IS NULL THEN 'source is missing' END,
			CASE WHEN coalesce(n.event_code, '') = '' THEN 'event_code is missing' END,
			CASE WHEN n.place_kind IS NULL AND n.place_code IS NULL THEN NULL
				WHEN n.place_id IS NULL THEN format('there is no %s "%s" for it to have happened at', coalesce(n.place_kind, '(no kind)'), coalesce(n.place_code, '(no code)')) END,
			CASE WHEN n.details_text IS NOT NULL AND n.details IS NULL THEN 'details are not JSON' END,
			CASE WHEN n.occurrence > 1 AND n.subject_id IS NOT NULL AND n.event_code IS NOT NULL AND n.decided_on IS NOT NULL THEN
				format('the same event as line %s: "%s" of %s', n.first_line, n.event_code, n.source)
				WHEN EXISTS (SELECT FROM credence_registry.event e
					WHERE e.subject_id = n.subject_id AND e.source = n.source AND e.event_code = n.event_code AND e.decided_on = n.decided_on) THEN
				format('event "%s" of %s is recorded already', n.event_code, n.source) END]
		|| credence_registry.event_problems(rule, n.rule_code, n.occurred_on, n.found_on, n.decided_on, n.effective_on,
			n.amount, n.points, n.responsibility, n.level, n.source, n.details)) WITH ORDINALITY AS problem(reason, place)
	WHERE problem.reason IS NOT NULL
	ORDER BY n.line, problem.place;
END $$;

COMMENT ON FUNCTION bad_events(text) IS 'For load_events: every bad row of the batch of the login, by line, once for each reason.';

-- SECURITY DEFINER: who loads can neither read the staging table, where others stage too, nor write to event; and regions
-- are checked for the whole batch at once, which row security would do row by row.
CREATE FUNCTION load_events(batch text DEFAULT credence_registry.current_batch())
RETURNS TABLE (line bigint, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	placed boolean;
	landed bigint;
	state text;
	message text;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.lock_for_writing();
	-- either all events of a file have a place, as a rule, or none has
	SELECT l.place_code IS NOT NULL INTO placed FROM credence_registry.event_load l WHERE l.batch = load_events.batch AND l.loaded_by = session_user LIMIT 1;
	BEGIN
		BEGIN
			landed := credence_registry.land_events(batch, coalesce(placed, false));
		EXCEPTION WHEN SQLSTATE 'CR002' THEN
			landed := credence_registry.land_events(batch, true);
		END;
	EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
		RETURN QUERY SELECT * FROM credence_registry.bad_events(batch);
		IF NOT FOUND THEN
			RAISE EXCEPTION 'the batch could not be landed: %', message USING ERRCODE = state,
				HINT = 'Another session may have recorded the same at the same time: load the batch again.';
		END IF;
	END;
	IF landed = 0 THEN
		PERFORM credence_registry.raise_empty_batch(batch);
	END IF;
	PERFORM credence_registry.clear_staging('credence_registry.event_load', batch);
END $$;

COMMENT ON FUNCTION load_events(text) IS
'Lands the rows of a batch that the login has staged in event_load, or none: then it returns every bad row, by line within the batch, once for each reason. Without rows in the result the batch has landed. Either way it is used up. The same event (subject, source, event_code, decided_on) is never landed twice. Error P0002 if nothing is staged.';

