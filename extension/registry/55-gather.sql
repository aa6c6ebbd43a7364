-- from a scheme to SQL: the other sources of inputs, and all of them put together

-- A value of an attribute as a number: numbers, true and false, and texts that are written like a number.
CREATE FUNCTION attribute_number(value jsonb)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN pg_catalog.octet_length(value #>> '{}') <= 100 THEN CASE pg_catalog.jsonb_typeof(value)
	WHEN 'number' THEN (value #>> '{}')::numeric
	WHEN 'boolean' THEN (value::boolean)::int::numeric
	WHEN 'string' THEN CASE WHEN value #>> '{}' ~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$' THEN (value #>> '{}')::numeric END END END;

COMMENT ON FUNCTION attribute_number(jsonb) IS
'An attribute as a number: numbers, booleans (1 and 0) and texts that are written as a number; NULL for anything else, and for numbers of more than 100 digits, so that one of them does not stop a run.';

-- The run whose results an input asks for: of an earlier period the one that was final as of then, of the same period the
-- latest that is not a dry run.
CREATE FUNCTION run_for(scheme_code text, period_start date, period_end date, earlier boolean, as_of timestamptz)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT r.run_id FROM credence_registry.run r
	WHERE r.scheme_code = run_for.scheme_code AND r.period_start = run_for.period_start AND r.period_end = run_for.period_end AND r.kind <> 'dry'
		AND CASE WHEN earlier THEN r.final_at <= run_for.as_of AND (r.superseded_at IS NULL OR r.superseded_at > run_for.as_of)
			ELSE r.finished_at <= run_for.as_of AND r.state NOT IN ('gathering', 'abandoned') END
	ORDER BY CASE WHEN earlier THEN r.final_at ELSE r.finished_at END DESC, r.run_id DESC
	LIMIT 1
$$;

COMMENT ON FUNCTION run_for(text, date, date, boolean, timestamptz) IS
'The run of a scheme for a period that counts for others: of an earlier period the one final as of then, of the same period the latest that is no dry run; NULL if there is none.';

-- The run that lies so many periods back (0: the same period). A scheme by day has a result on some days only: there it is
-- the latest earlier day with a final one, and so on backwards.
CREATE FUNCTION run_back(scheme_code text, period_start date, period_end date, back int, as_of timestamptz, OUT run_id bigint, OUT day date)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF back < 0 AND period_start = period_end AND EXISTS (SELECT FROM scheme s WHERE s.code = scheme_code AND s.document ->> 'period' = 'day') THEN
		SELECT r.run_id, r.period_end INTO run_id, day
		FROM run r
		WHERE r.scheme_code = run_back.scheme_code AND r.period_start = r.period_end AND r.period_end < run_back.period_end
			AND r.run_id = run_for(r.scheme_code, r.period_start, r.period_end, true, run_back.as_of)
		ORDER BY r.period_end DESC OFFSET -1 - back LIMIT 1;
	ELSE
		SELECT run_for(run_back.scheme_code, p.period_start, p.period_end, back < 0, run_back.as_of), p.period_end INTO run_id, day
		FROM period_shift(run_back.period_start, run_back.period_end, back) p;
	END IF;
END $$;

COMMENT ON FUNCTION run_back(text, date, date, int, timestamptz) IS
'The run of a scheme that counts for others so many periods back, and the last day of that period; of a scheme by day the final runs of earlier days are counted backwards. NULL if there is none.';

-- What conditions on the result r of another see.
CREATE FUNCTION result_operands(r text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT jsonb_build_object('score', jsonb_build_object('sql', r || '.score', 'type', 'number'),
		'grade', jsonb_build_object('sql', r || '.grade', 'type', 'text'),
		'notch', jsonb_build_object('sql', r || '.notch::float8', 'type', 'number'),
		'rated', jsonb_build_object('sql', r || '.rated::int::float8', 'type', 'number'))
$$;

COMMENT ON FUNCTION result_operands(text) IS 'The operands of a condition on the result of another: score, grade, notch, rated.';

-- One input from results. number makes its alias.
CREATE FUNCTION result_input(spec jsonb, own_code text, number int, period_start date, period_end date, as_of timestamptz)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	asked_code text := CASE WHEN spec ->> 'result' = 'self' THEN own_code ELSE spec ->> 'result' END;
	back int := coalesce((spec ->> 'period')::int, CASE WHEN spec ->> 'result' = 'self' THEN -1 ELSE 0 END);
	source bigint;
	day date;
	run_ids bigint[] := '{}';
	field text := coalesce(spec ->> 'field', 'score');
	statistic text := coalesce(spec ->> 'statistic', CASE WHEN spec ->> 'field' = 'grade' THEN 'worst' ELSE 'mean' END);
	holds text := condition_sql(spec ->> 'when', result_operands('r'));
	value text;
	place int;
	alias text := 'r' || number;
	join_sql text;
	column_sql text;
BEGIN
	IF NOT EXISTS (SELECT FROM scheme s WHERE s.code = asked_code) THEN
		RAISE EXCEPTION 'an input asks for results of scheme "%", which does not exist', asked_code
			USING ERRCODE = 'undefined_object';
	END IF;
	SELECT b.run_id, b.day INTO source, day FROM run_back(asked_code, period_start, period_end, back, as_of) b;
	IF source IS NULL AND back < 0 AND EXISTS (SELECT FROM run r, period_shift(result_input.period_start, result_input.period_end, back) p
			WHERE r.scheme_code = asked_code AND r.period_start = p.period_start AND r.period_end = p.period_end
				AND r.kind <> 'dry' AND r.state NOT IN ('abandoned', 'superseded')) THEN
		RAISE NOTICE 'scheme "%" asks for final results of "%" of the period % before, which has been evaluated but is not final', own_code, asked_code, - back;
	END IF;

	IF coalesce((spec ->> 'streak')::boolean, false) THEN
		-- period by period back, as long as there are results
		WHILE source IS NOT NULL AND cardinality(run_ids) < 1000
		LOOP
			run_ids := run_ids || source;
			source := (SELECT b.run_id FROM run_back(asked_code, period_start, period_end, back - cardinality(run_ids), as_of) b);
		END LOOP;
		join_sql := format('LEFT JOIN (SELECT h.subject_id, count(*) FILTER (WHERE h.holds AND h.place = h.number)::numeric AS v
	FROM (SELECT r.subject_id, u.place, row_number() OVER (PARTITION BY r.subject_id ORDER BY u.place) AS number, bool_and(%s) OVER (PARTITION BY r.subject_id ORDER BY u.place) AS holds
		FROM unnest(%L::bigint[]) WITH ORDINALITY AS u(run_id, place)
		JOIN credence_registry.result r ON r.run_id = u.run_id) h
	GROUP BY h.subject_id) %s ON %3$s.subject_id = s.subject_id', holds, run_ids, alias);
		RETURN jsonb_build_object('join', join_sql, 'column', format('coalesce(%s.v, %L::numeric)', alias, coalesce(spec ->> 'default', '0')));
	END IF;

	IF field LIKE 'points.%' THEN
		place := (SELECT array_position(credence.indicator_names(s.scorecard), substr(field, 8)) FROM run u JOIN scheme s USING (scheme_id) WHERE u.run_id = source);
		value := CASE WHEN place IS NULL THEN 'NULL::float8' ELSE format('r.points[%s]', place) END;
	ELSE
		value := CASE field WHEN 'rated' THEN 'r.rated::int' WHEN 'grade' THEN 'r.grade' ELSE format('r.%I', field) END;
	END IF;
	IF of_name(spec -> 'of') IS NULL THEN
		join_sql := format('LEFT JOIN credence_registry.result %s ON %1$s.run_id = %2$L AND %1$s.subject_id = s.subject_id', alias, source);
		column_sql := regexp_replace(value, '^r\.', alias || '.');
		IF field <> 'grade' THEN
			column_sql := column_sql || '::float8';
		END IF;
	ELSE
		IF field <> 'grade' THEN
			value := format('(%s)::text::numeric', value);	-- sums have to be exact
		END IF;
		join_sql := format('LEFT JOIN (SELECT m.me AS subject_id, %s AS v
	FROM %I m JOIN credence_registry.result r ON r.run_id = %L AND r.subject_id = m.other AND r.excluded IS NULL
	WHERE DATE %L BETWEEN m.valid_from AND m.valid_to
	GROUP BY m.me) %s ON %5$s.subject_id = s.subject_id',
			CASE WHEN statistic = 'count' THEN format('count(*)%s::numeric', CASE WHEN holds IS NULL THEN '' ELSE format(' FILTER (WHERE %s)', holds) END)
				WHEN field = 'grade' AND statistic IN ('worst', 'best') THEN format('(array_agg(r.grade ORDER BY r.notch %s NULLS LAST, r.grade COLLATE "C") FILTER (WHERE r.grade IS NOT NULL))[1]',
					CASE statistic WHEN 'worst' THEN 'DESC' ELSE 'ASC' END)
				WHEN statistic IN ('worst', 'best') THEN format('%s(%s)', CASE WHEN (statistic = 'worst') = (field IN ('notch', 'rank', 'peer_rank')) THEN 'max' ELSE 'min' END, value)
				WHEN statistic = 'mean' THEN format('avg(%s)', value)
				WHEN statistic = 'weighted_mean' THEN format('sum(%1$s * m.weight) / nullif(sum(m.weight) FILTER (WHERE %1$s IS NOT NULL), 0)', value)
				ELSE format('%s(%s)', statistic, value) END,
			of_name(spec -> 'of'), source, coalesce(day, period_end), alias);
		column_sql := alias || '.v';
	END IF;
	IF spec ? 'default' OR statistic = 'count' AND of_name(spec -> 'of') IS NOT NULL THEN
		column_sql := format(CASE WHEN field = 'grade' AND statistic <> 'count' THEN 'coalesce(%s, %L)' ELSE 'coalesce(%s, %L::numeric)' END, column_sql, coalesce(spec ->> 'default', '0'));
	END IF;
	RETURN jsonb_build_object('join', join_sql, 'column', column_sql);
END $$;

COMMENT ON FUNCTION result_input(jsonb, text, int, date, date, timestamptz) IS
'Join and value of one input from results of this or another scheme. Error 42704 for a scheme that does not exist.';

-- One input from ties, tenure, agreements or commitments, or of the subject itself.
CREATE FUNCTION other_input(spec jsonb, is_text boolean, number int, period_start date, period_end date, restricted boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	alias text := 'x' || number;
	join_sql text;
	column_sql text;
	mine text := CASE WHEN restricted THEN ' AND a.subject_id = ANY ($3)' ELSE '' END;
	since text := 's.valid_from';
	measure text := coalesce(spec ->> 'measure', 'kept_years');
BEGIN
	IF spec ? 'value' THEN
		column_sql := format(CASE WHEN is_text THEN '%L::text' ELSE '%L::numeric' END, spec ->> 'value');
	ELSIF spec ? 'attribute' THEN
		IF spec ->> 'attribute' IN ('kind', 'code', 'region', 'level', 'peer_class') THEN
			column_sql := format(CASE WHEN is_text THEN 's.%I' ELSE 'credence_registry.attribute_number(to_jsonb(s.%I))' END, spec ->> 'attribute');
		ELSE
			column_sql := format(CASE WHEN is_text THEN '(s.attributes ->> %L)' ELSE 'credence_registry.attribute_number(s.attributes -> %L)' END, spec ->> 'attribute');
		END IF;
	ELSIF spec ? 'tenure' THEN
		IF spec ? 'since' THEN
			join_sql := format('LEFT JOIN (SELECT a.subject_id, min(a.valid_from) AS since
	FROM %s a
	WHERE a.valid_from <= DATE %L%s GROUP BY a.subject_id) %s ON %4$s.subject_id = s.subject_id',
				CASE WHEN spec ->> 'since' = 'agreement' THEN 'credence_registry.agreements_at($2)' ELSE
					format('(SELECT unnest(ARRAY[t.from_subject, t.to_subject]) AS subject_id, t.valid_from FROM credence_registry.ties_at($2) t
		WHERE t.kind = %L AND DATE %L BETWEEN t.valid_from AND coalesce(t.valid_to, ''infinity'')%s)', spec ->> 'since', period_end,
						CASE WHEN restricted THEN ' AND (t.from_subject = ANY ($3) OR t.to_subject = ANY ($3))' ELSE '' END) END,
				period_end, mine, alias);
			since := alias || '.since';
		END IF;
		-- the last day counts: from the first of a year to its end are twelve months
		column_sql := format(CASE spec ->> 'tenure' WHEN 'years' THEN '(credence_registry.completed_months(%s, DATE %L) / 12.0)'
			ELSE 'credence_registry.completed_months(%s, DATE %L)::numeric' END, since, period_end + 1);
	ELSIF spec ? 'agreement' THEN
		join_sql := format('LEFT JOIN (SELECT DISTINCT ON (a.subject_id) a.* FROM credence_registry.agreements_at($2) a
	WHERE a.year = %s%s
	ORDER BY a.subject_id, a.recorded_at DESC, a.agreement_id DESC) %s ON %3$s.subject_id = s.subject_id', extract(year FROM period_end)::int, mine, alias);
		column_sql := format('%s.%I', alias, CASE spec ->> 'agreement' WHEN 'number' THEN 'agreement_number' ELSE spec ->> 'agreement' END);
		IF NOT is_text AND spec ->> 'agreement' <> 'retention_amount' THEN
			column_sql := format('credence_registry.attribute_number(to_jsonb(%s))', column_sql);
		END IF;
	ELSIF spec ? 'ties' THEN
		-- in force at the end, or on any day of a window
		join_sql := format('LEFT JOIN (SELECT t.%1$I AS subject_id, count(DISTINCT t.%6$I)::numeric AS v FROM credence_registry.ties_at($2) t
	WHERE t.kind = %2$L AND %3$s%4$s
	GROUP BY 1) %5$s ON %5$s.subject_id = s.subject_id',
			CASE spec ->> 'end' WHEN 'from' THEN 'to_subject' ELSE 'from_subject' END, spec ->> 'ties',
			(SELECT format('t.valid_from <= DATE %L', coalesce(w.upper, period_end)) || CASE WHEN spec -> 'window' = '"all"' THEN ''
					ELSE format(' AND coalesce(t.valid_to, ''infinity'') >= DATE %L', CASE WHEN coalesce(spec -> 'window', '"valid"') = '"valid"' THEN period_end ELSE coalesce(w.lower, '-infinity') END) END
				FROM window_range(coalesce(spec -> 'window', '"valid"'), period_start, period_end) w),
			CASE WHEN restricted THEN format(' AND t.%I = ANY ($3)', CASE spec ->> 'end' WHEN 'from' THEN 'to_subject' ELSE 'from_subject' END) ELSE '' END, alias,
			CASE spec ->> 'end' WHEN 'from' THEN 'from_subject' ELSE 'to_subject' END);
		column_sql := format('coalesce(%s.v, 0)', alias);
	ELSIF spec ? 'commitment' THEN
		join_sql := format('LEFT JOIN (SELECT a.subject_id, a.made_on, a.until, %s AS broken
	FROM (SELECT DISTINCT ON (a.subject_id) a.* FROM credence_registry.commitments_at($2) a
		WHERE a.code = %L AND a.made_on <= DATE %L%s
		ORDER BY a.subject_id, a.made_on DESC) a) %s ON %5$s.subject_id = s.subject_id',
			CASE WHEN spec ? 'broken_by' THEN format('EXISTS (SELECT FROM credence_registry.events_at($2) e JOIN rules r ON r.code = e.rule_code AND %s BETWEEN r.effective_from AND r.until
			WHERE e.subject_id = a.subject_id AND r.%I AND e.decided_on BETWEEN a.made_on AND least(a.until, DATE %L))',
				judged_sql('e', 'r'), pattern_name(spec -> 'broken_by'), period_end) ELSE 'false' END,
			spec ->> 'commitment', period_end, mine, alias);
		column_sql := CASE measure
			WHEN 'active' THEN format('coalesce((NOT %1$s.broken AND coalesce(%1$s.until >= DATE %2$L, true) AND %1$s.made_on IS NOT NULL)::int, 0)::numeric', alias, period_end)
			WHEN 'broken' THEN format('%s.broken::int::numeric', alias)
			ELSE format('CASE WHEN %1$s.broken THEN 0 ELSE credence_registry.completed_months(%1$s.made_on, least(%1$s.until, DATE %2$L) + 1) / 12.0 END', alias, period_end) END;
	ELSE
		RAISE EXCEPTION 'an input has no source: %', spec USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF spec ? 'default' THEN
		column_sql := format(CASE WHEN is_text THEN 'coalesce(%s, %L)' ELSE 'coalesce(%s, %L::numeric)' END, column_sql, spec ->> 'default');
	END IF;
	RETURN jsonb_build_object('join', join_sql, 'column', column_sql);
END $$;

COMMENT ON FUNCTION other_input(jsonb, boolean, int, date, date, boolean) IS
'Join and value of one input that is an attribute, a tenure, of an agreement, a commitment, a number of ties, or a constant.';

-- The subjects of a scheme as known as of $2.
CREATE FUNCTION subjects_sql(document jsonb, period_start date, period_end date, restricted boolean)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT format('SELECT v.subject_id, v.code, v.kind, v.region, v.level, v.peer_class, v.attributes, v.valid_from
	FROM (SELECT DISTINCT ON (v.subject_id) v.*
		FROM %scredence_registry.subject_version v%s
		WHERE v.recorded_at <= $2 AND v.kind = ANY (%L::text[])
		ORDER BY v.subject_id DESC, v.version DESC) v
	WHERE v.valid_from <= DATE %L AND (v.valid_to IS NULL OR v.valid_to >= DATE %L)',
		CASE WHEN restricted THEN 'unnest($3) AS mine(subject_id) JOIN ' ELSE '' END, CASE WHEN restricted THEN ' ON v.subject_id = mine.subject_id' ELSE '' END,
		ARRAY(SELECT jsonb_array_elements_text(document #> '{subjects,kinds}')),
		period_end, CASE WHEN document #>> '{subjects,valid}' = 'during' THEN period_start ELSE period_end END)
$$;

COMMENT ON FUNCTION subjects_sql(jsonb, date, date, boolean) IS
'SQL of the subjects that a scheme grades in a period.';

-- Everything before the derived inputs: what stands before the statement, and the statement itself, one row a subject.
CREATE FUNCTION gather_sql(document jsonb, period_start date, period_end date, as_of timestamptz, survey jsonb, restricted boolean,
	OUT ctes text, OUT statement text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	inputs jsonb;
	types jsonb;
	part jsonb;
	one jsonb;
	i record;
	named record;
	joins text[] := '{}';
	columns jsonb := '{}';
	patterns jsonb[];
	places jsonb[];
	days record;		-- of decision of any event that counts
	reached text := 'SELECT unnest($3) AS subject_id';
	number int := 0;
BEGIN
	SELECT jsonb_object_agg(s.name, s.definition), jsonb_object_agg(s.name, s.value_type) INTO inputs, types
	FROM scheme_inputs(document) s
	WHERE s.source NOT IN ('formula', 'condition', 'cases', 'curve', 'population', 'rank');

	part := events_part(inputs, survey, period_start, period_end, restricted);
	joins := joins || ARRAY(SELECT jsonb_array_elements_text(part -> 'joins'));
	columns := columns || (part -> 'columns');
	part := observations_part(inputs, types, survey, period_start, period_end, restricted);
	joins := joins || ARRAY(SELECT jsonb_array_elements_text(part -> 'joins'));
	columns := columns || (part -> 'columns');
	FOR i IN SELECT e.key AS name, e.value AS spec FROM jsonb_each(inputs) e WHERE NOT e.value ?| '{events,observation}' ORDER BY e.key COLLATE "C"
	LOOP
		number := number + 1;
		one := CASE WHEN i.spec ? 'result' THEN result_input(i.spec, document ->> 'code', number, period_start, period_end, as_of)
			ELSE other_input(i.spec, types ->> i.name = 'text', number, period_start, period_end, restricted) END;
		joins := array_remove(joins || (one ->> 'join'), NULL);
		columns := columns || jsonb_build_object(i.name, one -> 'column');
	END LOOP;
	-- inputs that ask for the same thing share one join
	SELECT 'SELECT s.subject_id AS "~subject", s.code AS "~code", s.kind AS "~kind", s.region AS "~region"'
		|| coalesce(string_agg(format(', %s AS %I', c.value #>> '{}', c.key), '' ORDER BY c.key COLLATE "C"), '') || '
	FROM subjects s' || coalesce(E'\n' || array_to_string(joins, E'\n'), '')
	INTO statement FROM jsonb_each(columns) c;

	-- what stands before it
	ctes := 'subjects AS (' || subjects_sql(document, period_start, period_end, restricted) || ')';
	FOR named IN SELECT DISTINCT of_name(e.value -> 'of') AS name, e.value -> 'of' AS spec FROM jsonb_each(inputs) e WHERE of_name(e.value -> 'of') IS NOT NULL ORDER BY 1
	LOOP
		ctes := ctes || format(E',\n%I AS (%s)', named.name, of_sql(named.spec, restricted));
		reached := reached || format(' UNION SELECT m.other FROM %I m', named.name);
	END LOOP;
	SELECT array_agg(DISTINCT p) INTO patterns
	FROM jsonb_each(inputs) e, LATERAL (VALUES (e.value -> 'events'), (e.value -> 'after'), (e.value -> 'broken_by')) AS v(p) WHERE p IS NOT NULL;
	IF patterns IS NOT NULL THEN
		IF restricted THEN
			ctes := ctes || E',\nreached AS (' || reached || ')';
		END IF;
		days := chain_range(ARRAY(SELECT e.value FROM jsonb_each(inputs) e WHERE e.value ? 'events'), period_start, period_end);
		ctes := ctes || E',\nrules AS (' || rules_sql(patterns) || E'),\ncredit AS (' || credit_sql(period_end, days.lower, days.upper, restricted) || ')';
		IF jsonb_path_exists(inputs, '$.*.repaired_by ? (@ == "as_of")') THEN
			ctes := ctes || E',\ncredit_as_of AS (' || credit_sql('infinity', days.lower, days.upper, restricted) || ')';
		END IF;
		SELECT array_agg(DISTINCT e.value -> 'after') INTO places FROM jsonb_each(inputs) e WHERE e.value ? 'after';
		FOR n IN 1 .. coalesce(cardinality(places), 0)
		LOOP
			ctes := ctes || format(E',\nafter_%1$s AS (SELECT e.subject_id, min(e.decided_on) AS first_day FROM credence_registry.events_at($2) e JOIN rules r ON r.code = e.rule_code AND %2$s BETWEEN r.effective_from AND r.until
	WHERE r.%1$s%3$s GROUP BY e.subject_id)', pattern_name(places[n]), judged_sql('e', 'r'),
				CASE WHEN restricted THEN ' AND e.subject_id IN (SELECT p.place_id FROM credence_registry.event p WHERE p.subject_id IN (SELECT f.subject_id FROM reached f))' ELSE '' END);
		END LOOP;
	END IF;
END $$;

COMMENT ON FUNCTION gather_sql(jsonb, date, date, timestamptz, jsonb, boolean) IS
'The statement that gathers the inputs of a scheme that are not derived from others, one row a subject, and the common table expressions that it needs.';
