-- what there is of the observations that a scheme asks for
--
-- The survey says which sources, evaluators and periods each indicator has, so that what has one source only need not be
-- agreed upon. Of many observations it looks at a sample: the statement that evaluates finds an observation of a kind that
-- the sample did not show (surveyed_sql), which ends it, and the survey is made of all observations after all. What the
-- sample shows too much of makes nothing wrong: agreeing upon values is always right.

-- Two periods that end on one day are still two.
CREATE FUNCTION period_key(period_start date, period_end date)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (period_start - DATE '2000-01-01') || '..' || (period_end - DATE '2000-01-01');

COMMENT ON FUNCTION period_key(date, date) IS 'A period as a text that does not depend on DateStyle: its first and last day, counted from 2000-01-01.';

-- What there is of the indicators asked for: a line for each indicator, source and evaluator.
CREATE FUNCTION observation_survey_sql(indicators text[], lower date, upper date, percent numeric)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(f))
	FROM (SELECT g.indicator, g.source, g.evaluator, pg_catalog.bool_or(g.is_ratio) AS ratio, pg_catalog.bool_or(g.is_text) AS text,
			pg_catalog.count(DISTINCT (g.period_start, g.period_end)) AS periods,
			pg_catalog.array_agg(DISTINCT g.period_end) FILTER (WHERE g.number <= 100) AS ends,
			pg_catalog.array_agg(DISTINCT credence_registry.period_key(g.period_start, g.period_end)) FILTER (WHERE g.number <= 100) AS keys
		FROM (SELECT o.indicator, o.source, o.evaluator, o.period_start, o.period_end, o.numerator IS NOT NULL AS is_ratio, o.value_text IS NOT NULL AS is_text,
				pg_catalog.row_number() OVER (PARTITION BY o.indicator, o.source, o.evaluator) AS number
			FROM credence_registry.observation o%s
			WHERE %s AND o.recorded_at <= $1 AND o.indicator = ANY (%L::text[])
			GROUP BY o.indicator, o.source, o.evaluator, o.period_start, o.period_end, o.numerator IS NOT NULL, o.value_text IS NOT NULL) g
		GROUP BY g.indicator, g.source, g.evaluator) f',
		CASE WHEN percent < 100 THEN format(' TABLESAMPLE SYSTEM (%s) REPEATABLE (0)', percent) ELSE '' END, range_sql('o.period_end', lower, upper), indicators)
$$;

COMMENT ON FUNCTION observation_survey_sql(text[], date, date, numeric) IS
'SQL that surveys the observations of some indicators as of $1, or a sample of so many percent: an array of {indicator, source, evaluator, ratio, text, periods, ends, keys}; ends and keys are not complete beyond 100 periods.';

-- Blocks rather than rows: the rest need not be read. What came in one file lies in neighbouring blocks, so that a source
-- that has a part of the blocks p is missed in a sample of n with a probability of (1 - p)^n.
CREATE FUNCTION survey_percent(lower date, upper date)
RETURNS numeric
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN p.blocks <= 600 THEN 100 ELSE round(200 * 100 / p.blocks, 6) END		-- a survey of 600 blocks takes some 30 ms
	FROM (SELECT coalesce(sum(pg_relation_size(t.relid)), 0) / current_setting('block_size')::int AS blocks
		FROM pg_partition_tree('credence_registry.observation') t
		JOIN pg_class c ON c.oid = t.relid
		CROSS JOIN LATERAL substring(c.relname FROM '_(\d{4})$') AS year
		WHERE t.isleaf AND coalesce(year::int >= extract(year FROM lower), true) AND coalesce(year::int <= extract(year FROM upper), true)) p
$$;

COMMENT ON FUNCTION survey_percent(date, date) IS
'How much of the observations of some days (either may be NULL for an open end) a survey looks at, in percent: 100 where there are few.';

-- A row of an indicator, source or evaluator that the sample of a survey did not show; its period counts where the way the
-- values come about was decided upon by it.
CREATE FUNCTION surveyed_sql(survey jsonb, indicators text[])
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT format('CASE WHEN %s THEN true ELSE credence_registry.refuse_unsurveyed(x.indicator, x.source, x.evaluator) END', string_agg('(' || k.condition
		|| CASE WHEN k.indicators @> surveyed_sql.indicators THEN '' ELSE format(' AND x.indicator = ANY (%L::text[])', k.indicators) END || ')', ' OR ' ORDER BY k.condition))
	FROM (SELECT c.condition, array_agg(DISTINCT f.indicator) AS indicators
		FROM jsonb_to_recordset(survey) AS f(indicator text, source text, evaluator text, ratio boolean, periods int, keys text[])
		CROSS JOIN LATERAL (SELECT format('x.source = %L AND x.evaluator %s', f.source, coalesce('= ' || quote_literal(f.evaluator), 'IS NULL'))
				|| CASE WHEN f.ratio THEN '' ELSE ' AND x.numerator IS NULL' END
				|| CASE WHEN f.periods > 100 THEN '' ELSE (
					SELECT ' AND (' || string_agg(format('x.period_end = DATE %L AND x.period_start = DATE %L', DATE '2000-01-01' + split_part(p, '..', 2)::int, DATE '2000-01-01' + split_part(p, '..', 1)::int), ' OR ' ORDER BY p) || ')'
					FROM unnest(f.keys) AS p) END AS condition) AS c
		WHERE f.indicator = ANY (surveyed_sql.indicators)
		GROUP BY c.condition) AS k
$$;

COMMENT ON FUNCTION surveyed_sql(jsonb, text[]) IS
'SQL of the condition that an observation x of some indicators is of a kind that a survey of a sample showed; error CR001 where it is not.';

CREATE FUNCTION refuse_unsurveyed(indicator text, source text, evaluator text)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'the sample showed no observation of "%" from "%"%', indicator, source, coalesce(' by "' || evaluator || '"', '')
		|| ', or none for this period' USING ERRCODE = 'CR001';
END $$;

COMMENT ON FUNCTION refuse_unsurveyed(text, text, text) IS
'For run_gather, which then surveys all observations: error CR001 at the first of a kind that the sample did not show.';

-- What there is of the facts that a run asks for. Refuses an indicator that nobody ever supplied. A sample will do only
-- where whatever is there is looked at by the statement that evaluates: not where it reaches others through ties, which may
-- be tied later; and its shape must be simple enough to be asked of each observation.
CREATE FUNCTION run_survey(run_id bigint, of_sample boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	few CONSTANT int := 8;		-- as many kinds and periods as are told apart faster than by a survey
	r run;
	document jsonb;
	indicators text[];
	lower date;
	upper date;
	open_start boolean;
	through_ties boolean;
	percent numeric := 100;
	survey jsonb;
	flags jsonb;
	i record;
BEGIN
	SELECT u.* INTO r FROM run u WHERE u.run_id = run_survey.run_id;
	SELECT s.document INTO document FROM scheme s WHERE s.scheme_id = r.scheme_id;
	flags := jsonb_build_object('corrected', EXISTS (SELECT FROM observation o WHERE o.replaces IS NOT NULL AND o.recorded_at <= r.as_of),
		'revoked', EXISTS (SELECT FROM event e WHERE e.revokes IS NOT NULL AND e.recorded_at <= r.as_of),
		'repaired', EXISTS (SELECT FROM repair p WHERE p.recorded_at <= r.as_of));
	SELECT array_agg(DISTINCT o.spec ->> 'observation'), min(w.lower), max(w.upper), bool_or(w.lower IS NULL), bool_or(of_name(o.spec -> 'of') IS NOT NULL)
	INTO indicators, lower, upper, open_start, through_ties
	FROM scheme_inputs(document) n, observation_inputs(jsonb_build_object(n.name, n.definition)) o, window_range(o.spec -> 'window', r.period_start, r.period_end) w;
	IF indicators IS NULL THEN
		RETURN jsonb_build_object('observations', '[]'::jsonb) || flags;
	END IF;
	IF open_start THEN
		lower := NULL;
	END IF;
	-- "valid" reaches beyond the end
	IF EXISTS (SELECT FROM scheme_inputs(document) n WHERE n.definition ? 'observation' AND (n.definition -> 'window' = '"valid"' OR n.definition #> '{window,from}' IS NOT NULL AND n.definition #> '{window,to}' IS NULL)) THEN
		upper := NULL;
	END IF;

	IF of_sample AND NOT through_ties THEN
		percent := survey_percent(lower, upper);
	END IF;
	IF percent < 100 THEN
		EXECUTE observation_survey_sql(indicators, lower, upper, percent) INTO survey USING r.as_of;
		-- of many periods none counts
		SELECT jsonb_agg(CASE WHEN (f ->> 'periods')::int > few THEN f || '{"periods": 101, "ends": [], "keys": []}' ELSE f END) INTO survey
		FROM jsonb_array_elements(survey) f;
		IF (SELECT count(DISTINCT f ->> 'indicator') = cardinality(indicators) AND count(DISTINCT f - '{indicator,text}'::text[]) <= few FROM jsonb_array_elements(survey) f) THEN
			RETURN jsonb_build_object('observations', survey, 'sampled', true) || flags;
		END IF;
	END IF;

	EXECUTE observation_survey_sql(indicators, lower, upper, 100) INTO survey USING r.as_of;
	survey := coalesce(survey, '[]');
	FOR i IN
		SELECT n.name, n.definition ->> 'observation' AS indicator FROM scheme_inputs(document) n
		WHERE n.definition ? 'observation' AND NOT n.definition ? 'default'
			AND NOT EXISTS (SELECT FROM jsonb_array_elements(survey) f WHERE f ->> 'indicator' = n.definition ->> 'observation')
		ORDER BY n.name COLLATE "C"
	LOOP
		IF NOT EXISTS (SELECT FROM observation o WHERE o.indicator = i.indicator AND o.recorded_at <= r.as_of) THEN
			RAISE EXCEPTION 'input "%" of scheme "%" needs observations of "%", and nobody has supplied any', i.name, r.scheme_code, i.indicator
				USING ERRCODE = 'no_data_found', HINT = 'Load them, correct the indicator, or give the input a default.';
		END IF;
		RAISE NOTICE 'input "%" of scheme "%": there are no observations of "%" in its window', i.name, r.scheme_code, i.indicator;
	END LOOP;
	RETURN jsonb_build_object('observations', survey) || flags;
END $$;

COMMENT ON FUNCTION run_survey(bigint, boolean) IS
'What there is of the facts that a run asks for: {"observations": as observation_survey_sql says it, "sampled": whether of a sample only, which the statement has to test, "corrected", "revoked", "repaired": whether there are any such}. Error P0002 for an indicator that nobody has ever supplied, if the input has no default; a notice where there is none in its window.';
