-- from a scheme to SQL: inputs from observations
--
-- In general a value has to be agreed upon first: several sources may have one for the same period. Where a survey of the
-- observations says that there is one source only, one pass over them without that step gives the same.

-- How the values of an input come about, given what the survey saw: once (one value a subject), latest (of several periods
-- of one source), or agreed (several sources or evaluators have to be brought together).
CREATE FUNCTION observations_way(spec jsonb, survey jsonb, lower date, upper date)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE
		WHEN survey IS NULL OR count(*) > 1 THEN 'agreed'
		-- several others may each have a value for the period that counts
		WHEN of_name(spec -> 'of') IS NOT NULL AND coalesce(spec ->> 'statistic', 'latest') IN ('latest', 'earliest') THEN 'agreed'
		WHEN coalesce(spec ->> 'statistic', 'latest') NOT IN ('latest', 'earliest') THEN 'once'
		WHEN coalesce(bool_and(f.periods = 1 OR f.periods <= 100 AND f.periods = cardinality(f.ends)
			AND (SELECT count(*) FROM unnest(f.ends) e WHERE e >= coalesce(lower, e) AND e <= coalesce(upper, e)) <= 1), true) THEN 'once'
		ELSE 'latest' END
	FROM jsonb_to_recordset(survey) AS f(indicator text, source text, evaluator text, periods int, ends date[])
	WHERE f.indicator = spec ->> 'observation'
		AND (spec -> 'evaluator' IS NULL OR f.evaluator = spec ->> 'evaluator')
		AND (spec -> 'sources' IS NULL OR spec -> 'sources' ? f.source)
$$;

COMMENT ON FUNCTION observations_way(jsonb, jsonb, date, date) IS
'How the value of an input is made of observations: once, latest, or agreed among sources, which is always right; by a survey of them.';

-- The inputs from observations with one evaluator each: an input over several evaluators becomes one for each of them.
CREATE FUNCTION observation_inputs(inputs jsonb)
RETURNS TABLE (name text, spec jsonb, input text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT e.key, e.value, e.key FROM jsonb_each(inputs) e WHERE e.value ? 'observation' AND NOT e.value ? 'evaluators'
	UNION ALL
	SELECT e.key || '~' || v, e.value - 'evaluators' || jsonb_build_object('evaluator', v), e.key
	FROM jsonb_each(inputs) e, jsonb_object_keys(e.value -> 'evaluators') v WHERE e.value ? 'observation'
	ORDER BY 1
$$;

COMMENT ON FUNCTION observation_inputs(jsonb) IS
'The inputs from observations, those over several evaluators as one for each evaluator.';

-- The conditions under which an observation counts for an input, over the rows x of observation_rows_sql.
CREATE FUNCTION observation_conditions(spec jsonb, period_start date, period_end date)
RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT array_remove(ARRAY[
		format('x.indicator = %L', spec ->> 'observation'),
		CASE WHEN spec -> 'window' = '"valid"' THEN format('x.period_start <= DATE %1$L AND x.period_end >= DATE %1$L', period_end)
			ELSE range_sql('x.period_end', w.lower, w.upper) END,
		CASE WHEN spec ? 'evaluator' THEN format('x.evaluator = %L', spec ->> 'evaluator') END,
		CASE WHEN spec ? 'sources' THEN format('x.source = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(spec -> 'sources'))) END], NULL)
	FROM window_range(spec -> 'window', period_start, period_end) w
$$;

COMMENT ON FUNCTION observation_conditions(jsonb, date, date) IS
'The conditions, as SQL, under which an observation counts for an input.';

-- The observations of some subjects that were replaced, in the manner of revoked_events.
CREATE FUNCTION replaced_observations(subjects bigint[], lower date, upper date, as_of timestamptz)
RETURNS TABLE (observation_id bigint, period_end date)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off
SET jit = off
AS $$
BEGIN
	IF cardinality(subjects) <= 100 THEN
		RETURN QUERY SELECT o.replaces, o.period_end FROM observation o
			WHERE o.subject_id = ANY (subjects) AND o.replaces + 0 IS NOT NULL AND o.recorded_at <= as_of
				AND o.period_end >= coalesce(lower, '-infinity') AND o.period_end <= coalesce(upper, 'infinity');
	ELSE
		RETURN QUERY SELECT o.replaces, o.period_end FROM observation o JOIN unnest(subjects) AS mine(subject_id) ON mine.subject_id = o.subject_id
			WHERE o.replaces IS NOT NULL AND o.recorded_at <= as_of
				AND o.period_end >= coalesce(lower, '-infinity') AND o.period_end <= coalesce(upper, 'infinity');
	END IF;
END $$;

COMMENT ON FUNCTION replaced_observations(bigint[], date, date, timestamptz) IS
'Observations of some subjects, of periods that end on some days (either NULL for an open end), that were replaced as of a time.';

-- The observations as rows of the subject whose input they are.
CREATE FUNCTION observation_rows_sql(of text, survey jsonb, first_day date, last_day date, restricted boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('SELECT %s, o.indicator, o.period_start, o.period_end, o.value, o.value_text, o.numerator, o.denominator, o.source, o.evaluator
		FROM %scredence_registry.observation o%s
		WHERE %s%s
			AND %s',
		CASE WHEN of IS NULL THEN 'o.subject_id' ELSE 'DISTINCT m.me AS subject_id, o.observation_id, o.subject_id AS other' END,
		CASE WHEN mine THEN 'unnest($3) AS mine(subject_id) JOIN ' ELSE '' END,
		CASE WHEN mine THEN ' ON o.subject_id = mine.subject_id' WHEN of IS NULL THEN '' ELSE format('
		JOIN %I m ON m.other = o.subject_id AND o.period_end BETWEEN m.valid_from AND m.valid_to', of) END,
		known_sql('o.recorded_at', restricted),
		CASE WHEN survey -> 'corrected' = 'false' THEN ''
			WHEN mine THEN format('
			AND NOT EXISTS (SELECT FROM credence_registry.replaced_observations($3, %L, %L, $2) n WHERE n.observation_id = o.observation_id AND n.period_end = o.period_end)', first_day, last_day)
			ELSE format('
			AND NOT EXISTS (SELECT FROM credence_registry.observation n WHERE n.replaces = o.observation_id AND n.period_end = o.period_end AND n.recorded_at <= $2%s AND %s)',
				CASE WHEN restricted THEN '' ELSE ' AND n.replaces IS NOT NULL' END, range_sql('n.period_end', first_day, last_day)) END,
		range_sql('o.period_end', first_day, last_day))
	FROM (SELECT restricted AND of IS NULL AS mine) AS m
$$;

COMMENT ON FUNCTION observation_rows_sql(text, jsonb, date, date, boolean) IS
'SQL of the observations of some days known as of $2 and not corrected by then, of the subjects themselves or of those that an "of" means.';

-- The statistic over the values v (numbers or texts) of one subject.
CREATE FUNCTION observation_statistic_sql(spec jsonb, value text, is_text boolean, latest boolean, filter text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN spec ? 'minimum' AND statistic = 'ratio' THEN format('CASE WHEN sum(x.denominator)%s >= %L::numeric THEN %s END', filter, spec ->> 'minimum', outcome)
		WHEN spec ? 'minimum' THEN format('CASE WHEN count(*)%s >= %L::numeric THEN %s END', filter, spec ->> 'minimum', outcome)
		ELSE outcome END
	FROM (SELECT coalesce(spec ->> 'statistic', 'latest') AS statistic) AS s,
		LATERAL (SELECT CASE
			WHEN statistic IN ('latest', 'earliest') AND NOT latest THEN format('min(%s)%s', value, filter)
			WHEN statistic IN ('latest', 'earliest') AND is_text THEN format('(%s(ARRAY[to_char(x.period_end, ''YYYYMMDD''), to_char(x.period_start, ''YYYYMMDD''), %s] COLLATE "C")%s)[3]',
				CASE statistic WHEN 'latest' THEN 'max' ELSE 'min' END, value, filter)
			WHEN statistic IN ('latest', 'earliest') THEN format('(%s(ARRAY[(x.period_end - DATE ''2000-01-01'')::numeric, (x.period_start - DATE ''2000-01-01'')::numeric, %s])%s)[3]',
				CASE statistic WHEN 'latest' THEN 'max' ELSE 'min' END, value, filter)
			WHEN statistic = 'mean' THEN format('avg(%s)%s', value, filter)
			WHEN statistic = 'count' THEN format('nullif(count(*)%s, 0)::numeric', filter)
			WHEN statistic = 'ratio' THEN format('sum(x.numerator)%1$s / nullif(sum(x.denominator)%1$s, 0)', filter)
			WHEN statistic IN ('numerator', 'denominator') THEN format('sum(x.%I)%s', statistic, filter)
			ELSE format('%s(%s)%s', statistic, value, filter) END AS outcome) AS o
$$;

COMMENT ON FUNCTION observation_statistic_sql(jsonb, text, boolean, boolean, text) IS
'SQL of the statistic of an input over observations x that a filter lets pass, one for each period and evaluator.';

-- An input whose sources have to be agreed upon: first a value for each period and evaluator, and of others for each of
-- them, then the statistic. Of the
-- sources listed the first counts that has a value. Without a list, sources that contradict each other make the input
-- missing; with "latest" and "earliest" only if they do so for the period that counts.
CREATE FUNCTION observation_agreed_sql(spec jsonb, survey jsonb, is_text boolean, period_start date, period_end date, restricted boolean)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN coalesce(spec ->> 'statistic', 'latest') IN ('latest', 'earliest') THEN
		format('SELECT x.subject_id, CASE WHEN min(x.value) IS NOT DISTINCT FROM max(x.value) AND NOT bool_or(x.contradictory)%3$s THEN min(x.value) END AS v
	FROM (SELECT x.*, dense_rank() OVER (PARTITION BY x.subject_id ORDER BY x.period_end %2$s, x.period_start %2$s) AS place, count(*) OVER (PARTITION BY x.subject_id) AS number
		FROM (%1$s) x) x
	WHERE x.place = 1 GROUP BY x.subject_id', agreed, CASE WHEN spec ->> 'statistic' = 'earliest' THEN '' ELSE 'DESC' END,
			CASE WHEN spec ? 'minimum' THEN format(' AND min(x.number) >= %L::numeric', spec ->> 'minimum') ELSE '' END)
	ELSE format('SELECT x.subject_id, CASE WHEN NOT bool_or(x.contradictory) THEN %s END AS v
	FROM (%s) x GROUP BY x.subject_id', observation_statistic_sql(spec, 'x.value', is_text, false, ''), agreed) END
	FROM (SELECT format('SELECT x.subject_id, x.period_end, x.period_start, x.evaluator, %s AS value, %s AS numerator, %s AS denominator, %s AS contradictory
			FROM (SELECT x.*, %s AS v FROM (%s) x WHERE %s) x
			GROUP BY x.subject_id, x.period_end, x.period_start, x.evaluator%s',
			agreed_value('x.v', o.list), agreed_value('x.numerator', o.list), agreed_value('x.denominator', o.list),
			CASE WHEN o.list IS NOT NULL THEN 'false'
				ELSE 'min(x.v) IS DISTINCT FROM max(x.v) OR min(x.numerator) IS DISTINCT FROM max(x.numerator) OR min(x.denominator) IS DISTINCT FROM max(x.denominator)'
					-- texts are counted, too
					|| CASE WHEN spec ->> 'statistic' = 'count' AND NOT is_text THEN ' OR min(x.value_text) IS DISTINCT FROM max(x.value_text) OR count(x.value_text) NOT IN (0, count(*))' ELSE '' END END,
			CASE WHEN is_text THEN 'coalesce(x.value_text, x.value::text)' ELSE 'coalesce(x.value, x.numerator / x.denominator)' END,
			observation_rows_sql(of_name(spec -> 'of'), survey, CASE WHEN spec -> 'window' = '"valid"' THEN period_end ELSE w.lower END, CASE WHEN spec -> 'window' = '"valid"' THEN NULL ELSE w.upper END, restricted),
			array_to_string(observation_conditions(spec, period_start, period_end), ' AND '),
			CASE WHEN of_name(spec -> 'of') IS NULL THEN '' ELSE ', x.other' END) AS agreed
		FROM (SELECT CASE WHEN spec ? 'sources' THEN ARRAY(SELECT jsonb_array_elements_text(spec -> 'sources')) END AS list) AS o,
			window_range(spec -> 'window', period_start, period_end) AS w) AS a
$$;

COMMENT ON FUNCTION observation_agreed_sql(jsonb, jsonb, boolean, date, date, boolean) IS
'SQL of one input from observations whose sources have to be agreed upon, by subject.';

CREATE FUNCTION agreed_value(value text, sources text[])
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN sources IS NULL THEN pg_catalog.format('min(%s)', value)
	ELSE pg_catalog.format('(array_agg(%s ORDER BY array_position(%L::text[], x.source)))[1]', value, sources) END;

COMMENT ON FUNCTION agreed_value(text, text[]) IS
'SQL of the value that sources of one period agree upon: that of the first listed, or without a list the only one.';

-- The part of the statement for all inputs from observations.
CREATE FUNCTION observations_part(inputs jsonb, types jsonb, survey jsonb, period_start date, period_end date, restricted boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	joins jsonb := '[]';
	columns jsonb := '{}';		-- of every input with one evaluator
	sampled boolean := coalesce((survey ->> 'sampled')::boolean, false);
	agreed text[] := '{}';		-- those whose sources have to be agreed upon
	outcome jsonb := '{}';
	c record;
	i record;
	shared text[];
	indicators text[];
	selected text;
	filter text;
	value text;
	contradicted text;
	is_text boolean;
	first_day date;
	last_day date;
	number int := 0;
BEGIN
	-- inputs that one pass over the observations gives, by whose they are
	FOR c IN
		SELECT coalesce(of_name(o.spec -> 'of'), '') AS of, array_agg(o.name) AS names, array_agg(o.spec) AS specs, array_agg(o.input) AS inputs, array_agg(o.way) AS ways
		FROM (SELECT o.*, observations_way(o.spec, survey -> 'observations', w.lower, w.upper) AS way
			FROM observation_inputs(inputs) o, window_range(o.spec -> 'window', period_start, period_end) w ORDER BY o.name COLLATE "C") o
		WHERE o.way <> 'agreed'
		GROUP BY 1 ORDER BY 1
	LOOP
		number := number + 1;
		shared := NULL;
		first_day := 'infinity';
		last_day := '-infinity';
		FOR n IN 1 .. cardinality(c.names)
		LOOP
			SELECT CASE WHEN shared IS NULL THEN f.conditions ELSE ARRAY(SELECT unnest(shared) INTERSECT SELECT unnest(f.conditions)) END INTO shared
			FROM observation_conditions(c.specs[n], period_start, period_end) AS f(conditions);
			SELECT least(first_day, CASE WHEN c.specs[n] -> 'window' = '"valid"' THEN period_end ELSE coalesce(w.lower, '-infinity') END),
				greatest(last_day, CASE WHEN c.specs[n] -> 'window' = '"valid"' THEN 'infinity' ELSE coalesce(w.upper, 'infinity') END) INTO first_day, last_day
			FROM window_range(c.specs[n] -> 'window', period_start, period_end) w;
		END LOOP;
		selected := '';
		indicators := ARRAY(SELECT DISTINCT s ->> 'observation' FROM unnest(c.specs) s ORDER BY 1);
		FOR n IN 1 .. cardinality(c.names)
		LOOP
			is_text := types ->> c.inputs[n] = 'text';
			filter := array_to_string(ARRAY(SELECT f FROM unnest(observation_conditions(c.specs[n], period_start, period_end)) f WHERE f <> ALL (shared)), ' AND ');
			filter := CASE WHEN filter = '' THEN '' ELSE format(' FILTER (WHERE %s)', filter) END;
			value := CASE WHEN is_text THEN 'coalesce(x.value_text, x.value::text)'
				WHEN EXISTS (SELECT FROM jsonb_array_elements(survey -> 'observations') f WHERE f ->> 'indicator' = c.specs[n] ->> 'observation' AND f -> 'ratio' = 'true')
					THEN 'coalesce(x.value, x.numerator / x.denominator)'
				ELSE 'x.value' END;
			selected := selected || format(', %s AS %I', observation_statistic_sql(c.specs[n], value, is_text, c.ways[n] = 'latest', filter), c.names[n]);
			columns := columns || jsonb_build_object(c.names[n], format('o%s.%I', number, c.names[n]));
		END LOOP;
		joins := joins || to_jsonb(format('LEFT JOIN (SELECT x.subject_id%1$s
	FROM (%2$s) x
	WHERE %3$s
	GROUP BY x.subject_id) o%4$s ON o%4$s.subject_id = s.subject_id', selected, observation_rows_sql(nullif(c.of, ''), survey, nullif(first_day, '-infinity'), nullif(last_day, 'infinity'), restricted),
			array_to_string(shared || format('x.indicator = ANY (%L::text[])', indicators)
				|| CASE WHEN sampled AND NOT restricted THEN surveyed_sql(survey -> 'observations', indicators) END, ' AND '), number));
	END LOOP;

	-- inputs whose sources have to be agreed upon
	FOR i IN
		SELECT o.* FROM observation_inputs(inputs) o, window_range(o.spec -> 'window', period_start, period_end) w
		WHERE observations_way(o.spec, survey -> 'observations', w.lower, w.upper) = 'agreed' ORDER BY o.name COLLATE "C"
	LOOP
		number := number + 1;
		joins := joins || to_jsonb(format('LEFT JOIN (%s) o%s ON o%2$s.subject_id = s.subject_id',
			observation_agreed_sql(i.spec, survey, types ->> i.input = 'text', period_start, period_end, restricted), number));
		columns := columns || jsonb_build_object(i.name, format('o%s.v', number));
		agreed := agreed || i.name;
	END LOOP;

	-- the weighted mean of several evaluators; then the default
	FOR i IN SELECT e.key AS name, e.value AS spec FROM jsonb_each(inputs) e WHERE e.value ? 'observation'
	LOOP
		value := columns ->> i.name;
		IF i.spec ? 'evaluators' THEN
			SELECT format(CASE WHEN coalesce((i.spec ->> 'evaluators_required')::boolean, false) THEN '(%1$s) / nullif(%2$s, 0)'
					ELSE '(%3$s) / nullif(%4$s, 0)' END,
				string_agg(format('%L::numeric * %s', v.weight, v.sql), ' + '), string_agg(format('%L::numeric', v.weight), ' + '),
				string_agg(format('coalesce(%L::numeric * %s, 0)', v.weight, v.sql), ' + '),
				'(' || string_agg(format('CASE WHEN %2$s IS NOT NULL THEN %1$L::numeric ELSE 0 END', v.weight, v.sql), ' + ') || ')')
			INTO value
			FROM (SELECT e.value #>> '{}' AS weight, columns ->> (i.name || '~' || e.key) AS sql
				FROM jsonb_each(i.spec -> 'evaluators') e ORDER BY e.key COLLATE "C") v;
		END IF;
		IF i.spec ->> 'statistic' = 'count' AND NOT i.spec ?| '{default,minimum,evaluators}' AND i.name = ANY (agreed) THEN
			-- none is 0, sources that contradict each other are not
			value := format('CASE WHEN %s.subject_id IS NULL THEN 0 ELSE %s END', left(value, -2), value);
		ELSIF i.spec ->> 'statistic' = 'count' AND i.spec ? 'evaluators' AND NOT i.spec ?| '{default,minimum}' THEN
			-- the same of evaluators: none of them is 0, unless all are required or the sources of one contradict each other
			SELECT coalesce(string_agg(format('%s.subject_id IS NOT NULL AND %s IS NULL', left(e.sql, -2), e.sql), ' OR '), 'false') INTO contradicted
			FROM (SELECT columns ->> o.name AS sql FROM observation_inputs(inputs) o WHERE o.input = i.name AND o.name = ANY (agreed)) e;
			IF NOT coalesce((i.spec ->> 'evaluators_required')::boolean, false) THEN
				value := format('coalesce(%s, CASE WHEN NOT (%s) THEN 0 END)', value, contradicted);
			END IF;
		ELSIF i.spec ? 'default' OR i.spec ->> 'statistic' = 'count' AND NOT i.spec ? 'minimum' THEN
			value := format(CASE WHEN types ->> i.name = 'text' THEN 'coalesce(%s, %L)' ELSE 'coalesce(%s, %L::numeric)' END, value, coalesce(i.spec ->> 'default', '0'));
		END IF;
		outcome := outcome || jsonb_build_object(i.name, value);
	END LOOP;
	RETURN jsonb_build_object('joins', joins, 'columns', outcome);
END $$;

COMMENT ON FUNCTION observations_part(jsonb, jsonb, jsonb, date, date, boolean) IS
'The part of the statement that evaluates a scheme for its inputs from observations. survey is that of run_survey, NULL for none.';
