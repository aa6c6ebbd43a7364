-- observations: batches, by the plan of load_events

CREATE FUNCTION land_observations(batch text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET enable_nestloop = off
SET enable_mergejoin = off
SET jit = off
SET datestyle = iso, ymd
AS $$
DECLARE
	login text := session_user;
	now timestamptz := clock_timestamp();
	regions text[] := credence_registry.visible_regions();
	sources text[] := credence_registry.known_codes('source');
	evaluators text[] := credence_registry.known_codes('evaluator');
	indicators text[] := credence_registry.known_codes('indicator');
	qualifiers text[] := credence_registry.known_codes('qualifier');
	landed bigint;
	first_end date;
	last_end date;
BEGIN
	SELECT min(l.period_end::date), max(l.period_end::date) INTO first_end, last_end
	FROM credence_registry.observation_load l WHERE CASE WHEN l.batch = land_observations.batch THEN l.loaded_by = login END;

	-- a different value replaces what is recorded already; twice the same within the batch is refused by the key of the table
	INSERT INTO credence_registry.observation (period_end, period_start, subject_id, indicator, value, value_text, numerator, denominator,
		qualifier, source, evaluator, replaces, recorded_at, recorded_by)
	SELECT t.period_end, t.period_start, s.subject_id, t.indicator, t.value, t.value_text, t.numerator, t.denominator,
		t.qualifier, t.source, t.evaluator, o.observation_id, now, login
	FROM (SELECT l.subject_kind, l.subject_code, l.indicator, l.value_text, l.qualifier, l.source, l.evaluator,
			octet_length(l.period_start) = 10 AND octet_length(l.period_end) = 10 AS dates,
			l.period_start::date AS period_start, l.period_end::date AS period_end,
			l.value::numeric AS value, l.numerator::numeric AS numerator, l.denominator::numeric AS denominator
		FROM credence_registry.observation_load l
		WHERE CASE WHEN l.batch = land_observations.batch THEN l.loaded_by = login END
		OFFSET 0) t
	LEFT JOIN credence_registry.subject s ON s.kind = t.subject_kind AND s.code = t.subject_code
	LEFT JOIN (SELECT c.* FROM credence_registry.observations_at(now) c WHERE c.period_end BETWEEN first_end AND last_end) o
		ON o.subject_id = s.subject_id AND o.indicator = t.indicator AND o.period_end = t.period_end AND o.period_start = t.period_start
			AND o.source = t.source AND coalesce(o.evaluator, '') = coalesce(t.evaluator, '')
	WHERE CASE WHEN t.dates
			AND s.subject_id IS NOT NULL AND (regions IS NULL OR s.region = ANY (regions))
			AND t.indicator = ANY (indicators)
			AND t.period_start >= '1900-01-01' AND t.period_start <= t.period_end AND t.period_end <= '2199-12-31'
			AND num_nonnulls(t.value, t.value_text, t.numerator) = 1 AND (t.numerator IS NULL) = (t.denominator IS NULL)
			AND (t.value IS NULL OR abs(t.value) < 1e18 AND scale(t.value) <= 100)
			AND (t.numerator IS NULL OR abs(t.numerator) < 1e18 AND scale(t.numerator) <= 100
				AND t.denominator > 0 AND t.denominator < 1e18 AND scale(t.denominator) <= 100)
			AND (t.qualifier IS NULL OR t.qualifier = ANY (qualifiers))
			AND t.source = ANY (sources) AND (t.evaluator IS NULL OR t.evaluator = ANY (evaluators))
			AND (o.observation_id IS NULL OR (o.value, o.value_text, o.numerator, o.denominator, o.qualifier)
				IS DISTINCT FROM (t.value, t.value_text, t.numerator, t.denominator, t.qualifier))
		THEN true ELSE credence_registry.refuse_batch() END
	ORDER BY s.subject_id, t.indicator;
	GET DIAGNOSTICS landed = ROW_COUNT;
	RETURN landed;
END $$;

COMMENT ON FUNCTION land_observations(text) IS
'For load_observations: lands the batch of the login, or raises an error if a row is bad; returns the number of rows.';

CREATE FUNCTION bad_observations(batch text)
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
		SELECT row_number() OVER (ORDER BY l.line) AS line, l.subject_kind, l.subject_code, l.indicator, l.value_text, l.qualifier, l.source,
			l.evaluator, l.period_start AS start_text, l.period_end AS end_text, l.value AS value_given,
			l.numerator AS numerator_given, l.denominator AS denominator_given,
			credence_registry.try_date(l.period_start) AS period_start, credence_registry.try_date(l.period_end) AS period_end,
			credence_registry.try_numeric(l.value) AS value, credence_registry.try_numeric(l.numerator) AS numerator,
			credence_registry.try_numeric(l.denominator) AS denominator
		FROM credence_registry.observation_load l
		WHERE l.batch = bad_observations.batch AND l.loaded_by = login
	), numbered AS (
		SELECT t.*, s.subject_id, s.region, row_number() OVER same AS occurrence, first_value(t.line) OVER same AS first_line
		FROM staged t
		LEFT JOIN credence_registry.subject s ON s.kind = t.subject_kind AND s.code = t.subject_code
		WINDOW same AS (PARTITION BY s.subject_id, t.indicator, t.period_start, t.period_end, t.source, t.evaluator ORDER BY t.line)
	)
	SELECT n.line, problem.reason
	FROM numbered n
	CROSS JOIN LATERAL unnest(ARRAY[
			CASE WHEN n.subject_kind IS NULL OR n.subject_code IS NULL THEN 'subject_kind and subject_code are needed'
				WHEN n.subject_id IS NULL THEN format('there is no %s "%s"', n.subject_kind, n.subject_code)
				WHEN NOT credence_registry.may_act_in(n.region, regions) THEN
					format('%s "%s" belongs to %s, for which "%s" is not responsible', n.subject_kind, n.subject_code,
						coalesce('region "' || n.region || '"', 'no region'), login) END,
			credence_registry.date_problem(n.start_text, 'period_start', true),
			credence_registry.date_problem(n.end_text, 'period_end', true),
			credence_registry.numeric_problem(n.value_given, 'value'),
			credence_registry.numeric_problem(n.numerator_given, 'numerator'),
			credence_registry.numeric_problem(n.denominator_given, 'denominator'),
			CASE WHEN n.subject_id IS NULL OR n.period_start IS NULL OR n.period_end IS NULL THEN NULL
				WHEN n.occurrence > 1 THEN format('the same observation as line %s', n.first_line)
				WHEN EXISTS (SELECT FROM credence_registry.observations_at(NULL) o
					WHERE o.subject_id = n.subject_id AND o.indicator = n.indicator AND o.period_end = n.period_end
						AND (o.period_start, o.source, o.evaluator, o.value, o.value_text, o.numerator, o.denominator, o.qualifier)
						IS NOT DISTINCT FROM (n.period_start, n.source, n.evaluator, n.value, n.value_text, n.numerator, n.denominator, n.qualifier)) THEN
				'is recorded already, with the same value' END]
		-- a number that cannot be read is not also missing
		|| CASE WHEN (n.value_given IS NULL) = (n.value IS NULL) AND (n.numerator_given IS NULL) = (n.numerator IS NULL)
				AND (n.denominator_given IS NULL) = (n.denominator IS NULL) THEN
			credence_registry.observation_problems(n.indicator, n.period_start, n.period_end, n.value, n.value_text, n.numerator, n.denominator,
				n.qualifier, n.source, n.evaluator) END) WITH ORDINALITY AS problem(reason, place)
	WHERE problem.reason IS NOT NULL
	ORDER BY n.line, problem.place;
END $$;

COMMENT ON FUNCTION bad_observations(text) IS 'For load_observations: every bad row of the batch of the login, by line, once for each reason.';

-- SECURITY DEFINER: see load_events
CREATE FUNCTION load_observations(batch text DEFAULT credence_registry.current_batch())
RETURNS TABLE (line bigint, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	landed bigint;
	state text;
	message text;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.lock_for_writing();
	BEGIN
		landed := credence_registry.land_observations(batch);
	EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
		RETURN QUERY SELECT * FROM credence_registry.bad_observations(batch);
		IF NOT FOUND THEN
			RAISE EXCEPTION 'the batch could not be landed: %', message USING ERRCODE = state,
				HINT = 'Another session may have recorded the same at the same time: load the batch again.';
		END IF;
	END;
	IF landed = 0 THEN
		PERFORM credence_registry.raise_empty_batch(batch);
	END IF;
	PERFORM credence_registry.clear_staging('credence_registry.observation_load', batch);
END $$;

COMMENT ON FUNCTION load_observations(text) IS
'Lands the rows of a batch that the login has staged in observation_load, or none: then it returns every bad row, by line within the batch, once for each reason. Without rows in the result the batch has landed. Either way it is used up. A different value for what is recorded already replaces it, the same value is refused. Error P0002 if nothing is staged.';

