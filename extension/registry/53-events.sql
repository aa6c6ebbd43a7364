-- from a scheme to SQL: inputs from events

-- The share of the points that a repair gives back by the rule's table: the first entry that fits, 0 if none does.
CREATE FUNCTION repair_fraction(repairs jsonb, decided_on date, completed_on date, amount numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce((SELECT (e ->> 'fraction')::numeric
		FROM jsonb_array_elements(repairs) WITH ORDINALITY AS t(e, n)
		WHERE (e -> 'within_days' IS NULL OR completed_on - decided_on <= (e ->> 'within_days')::int)
			AND (coalesce((e ->> 'same_year')::boolean, false) = false OR date_part('year', completed_on) = date_part('year', decided_on))
			AND (e -> 'amount_below' IS NULL OR amount < (e ->> 'amount_below')::numeric)
		ORDER BY n LIMIT 1), 0)
	WHERE completed_on IS NOT NULL
$$;

COMMENT ON FUNCTION repair_fraction(jsonb, date, date, numeric) IS
'Share of the points of an event that its rule gives back for a repair completed on a day: the first entry of the repairs of the rule that fits, 0 if none does, NULL without a day.';

-- When all measures that are asked for were done: the day on which the last of them was done for the first time.
CREATE FUNCTION measures_completed(asked jsonb, event_id bigint, last_day date, as_of timestamptz)
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN count(*) = count(first_day) THEN max(first_day) END
	FROM (SELECT (SELECT min(p.completed_on) FROM credence_registry.repair p
			WHERE p.event_id = measures_completed.event_id AND p.completed_on <= last_day AND p.recorded_at <= as_of
				AND p.measures @> ARRAY[measure]) AS first_day
		FROM jsonb_array_elements_text(asked) AS measure) AS done
$$;

COMMENT ON FUNCTION measures_completed(jsonb, bigint, date, timestamptz) IS
'The day on which the last of the measures asked for an event was done, by a day and as known as of a time; NULL if one is open.';

CREATE FUNCTION gross_sql()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'coalesce(e.points, (r.degrees #>> ARRAY[e.responsibility, ''0''])::numeric, r.points)';

COMMENT ON FUNCTION gross_sql() IS 'SQL of the points of an event before repairs.';

-- What was given back for events decided upon on some days, and which of them are repaired, by the end of the period and as of $2.
CREATE FUNCTION credit_sql(period_end date, lower date, upper date, restricted boolean)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT format('SELECT c.event_id, c.decided_on, c.fraction, c.points,
		c.fraction >= 1 OR c.deducted <> 0 AND abs(c.deducted) * c.fraction + c.points >= abs(c.deducted)
			OR c.asked IS NOT NULL AND c.completed_on IS NOT NULL OR c.asked IS NULL AND c.repairs IS NULL AND c.completed_on IS NOT NULL AS repaired
	-- the share of the rule, unless all was decided by hand
	FROM (SELECT b.*, least(1, b.by_hand + CASE WHEN b.first_day IS NULL THEN 0
				ELSE coalesce(credence_registry.repair_fraction(b.repairs, b.decided_on, b.completed_on, b.amount), 0) END) AS fraction
		FROM (SELECT a.*, CASE WHEN a.asked IS NULL THEN a.first_day
				ELSE credence_registry.measures_completed(a.asked, a.event_id, DATE %1$L, $2) END AS completed_on
			FROM (SELECT p.event_id, p.decided_on, p.by_hand, p.points, p.first_day, e.amount, r.repairs, %5$s AS deducted,
					nullif(r.measures -> coalesce(e.level, credence.grade(r.ladder, coalesce(CASE WHEN e.case_code IS NULL THEN e.amount ELSE k.amount END, 0)::float8)), ''[]'') AS asked
				FROM (SELECT p.event_id, p.decided_on, coalesce(sum(p.fraction), 0) AS by_hand, coalesce(sum(p.points), 0) AS points,
						min(p.completed_on) FILTER (WHERE p.fraction IS NULL AND p.points IS NULL) AS first_day
					FROM credence_registry.repair p
					WHERE p.completed_on <= DATE %1$L AND p.recorded_at <= $2%2$s
					GROUP BY p.event_id, p.decided_on) p
				JOIN credence_registry.event e ON e.event_id = p.event_id AND e.decided_on = p.decided_on AND %4$s
				JOIN rules r ON r.code = e.rule_code AND %3$s BETWEEN r.effective_from AND r.until
				LEFT JOIN (SELECT * FROM credence_registry.case_amounts(DATE %1$L, $2) k
					WHERE k.subject_id = ANY (ARRAY(SELECT p.subject_id FROM credence_registry.repair p WHERE p.recorded_at <= $2%2$s))) k
					ON k.subject_id = e.subject_id AND k.case_code = e.case_code AND k.category IS NOT DISTINCT FROM r.category) a) b) c',
		period_end, CASE WHEN restricted THEN ' AND p.subject_id IN (SELECT f.subject_id FROM reached f)' ELSE '' END, judged_sql('e', 'r'), range_sql('e.decided_on', lower, upper), gross_sql())
$$;

COMMENT ON FUNCTION credit_sql(date, date, date, boolean) IS
'SQL of the repairs of events decided upon on some days (either NULL for an open end): what share and which points each gives back, and whether the event is repaired.';

CREATE FUNCTION judged_sql(event text, rule text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.format('credence_registry.judged_on(%2$s.judged_by, %1$s.occurred_on, %1$s.found_on, %1$s.decided_on, %1$s.effective_on)', event, rule);

COMMENT ON FUNCTION judged_sql(text, text) IS 'SQL of the date of an event by which a rule judges it.';

CREATE FUNCTION event_day_sql(basis text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE basis WHEN 'occurred' THEN 'e.occurred_on' WHEN 'found' THEN 'coalesce(e.found_on, e.decided_on)'
	WHEN 'effective' THEN 'coalesce(e.effective_on, e.decided_on)' ELSE 'e.decided_on' END;

COMMENT ON FUNCTION event_day_sql(text) IS 'SQL of one of the four dates of an event.';

-- How the events of an input have to be grouped: plain (once, by subject), by rule, by case, for the worst level, in order.
CREATE FUNCTION events_chain(spec jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN spec ->> 'measure' IN ('worst', 'balance') THEN spec ->> 'measure'
	-- the largest and the latest are the same, however often each counts
	WHEN spec ->> 'measure' IN ('largest', 'days_since', 'months_since') THEN 'plain'
	WHEN spec ->> 'measure' = 'cases' OR spec ? 'cap_per_case' THEN 'case'
	WHEN spec ->> 'dedupe' = 'case' OR spec ? 'cap_per_rule' THEN 'rule'
	ELSE 'plain' END;

COMMENT ON FUNCTION events_chain(jsonb) IS
'How the events of an input are grouped: plain, rule, case, worst or balance.';

-- The name under which the repairs that count for an input stand before the statement.
CREATE FUNCTION credit_name(spec jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE coalesce(spec ->> 'repaired_by', 'end') WHEN 'end' THEN 'credit' ELSE 'credit_as_of' END;

COMMENT ON FUNCTION credit_name(jsonb) IS
'Name of the common table expression with the repairs that count for an input: those completed by the end of the period, or all known as of the run.';

-- The conditions under which an event counts for an input, over the rows x of event_rows_sql.
CREATE FUNCTION event_conditions(spec jsonb, period_start date, period_end date)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	bounds record;
	day text := 'x.' || coalesce(spec ->> 'date', 'decided');
	conditions text[];
BEGIN
	SELECT * INTO bounds FROM window_range(spec -> 'window', period_start, period_end);
	conditions := ARRAY['x.' || pattern_name(spec -> 'events')];
	IF coalesce((spec ->> 'carry')::boolean, false) AND bounds.lower IS NOT NULL THEN
		conditions := conditions || range_sql(day, NULL, bounds.upper)
			|| format('(%s OR NOT x.repaired)', range_sql(day, bounds.lower, NULL));
	ELSE
		conditions := conditions || range_sql(day, bounds.lower, bounds.upper);
	END IF;
	IF spec -> 'window' = '"valid"' THEN
		conditions := conditions || format('(x.validity_months IS NULL OR (%s + make_interval(months => x.validity_months))::date > DATE %L)', day, period_end);
	END IF;
	IF spec ->> 'repairs' = 'drop' THEN
		conditions := conditions || 'NOT x.repaired'::text;
	END IF;
	IF spec ? 'sources' THEN
		conditions := conditions || format('x.source = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(spec -> 'sources')));
	END IF;
	IF spec ? 'responsibilities' THEN
		conditions := conditions || format('x.responsibility = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(spec -> 'responsibilities')));
	END IF;
	IF spec ? 'categories' THEN
		conditions := conditions || format('x.category = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(spec -> 'categories')));
	END IF;
	IF spec ? 'after' THEN
		conditions := conditions || ('x.after_' || pattern_name(spec -> 'after'));
	END IF;
	RETURN conditions;
END $$;

COMMENT ON FUNCTION event_conditions(jsonb, date, date) IS
'The conditions, as SQL, under which an event counts for an input.';

-- The events of some subjects that were revoked. A function, so that the planner expects some: with an estimate of none it
-- would go through all of them for each event. Of few subjects the key finds them, of many all revocations are looked at;
-- a partial index cannot be used for an expression that does not name its condition.
CREATE FUNCTION revoked_events(subjects bigint[], lower date, upper date, as_of timestamptz)
RETURNS TABLE (event_id bigint, decided_on date)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off
SET jit = off
AS $$
BEGIN
	IF cardinality(subjects) <= 100 THEN
		RETURN QUERY SELECT e.revokes, e.decided_on FROM event e
			WHERE e.subject_id = ANY (subjects) AND e.revokes + 0 IS NOT NULL AND e.recorded_at <= as_of
				AND e.decided_on >= coalesce(lower, '-infinity') AND e.decided_on <= coalesce(upper, 'infinity');
	ELSE
		RETURN QUERY SELECT e.revokes, e.decided_on FROM event e JOIN unnest(subjects) AS mine(subject_id) ON mine.subject_id = e.subject_id
			WHERE e.revokes IS NOT NULL AND e.recorded_at <= as_of
				AND e.decided_on >= coalesce(lower, '-infinity') AND e.decided_on <= coalesce(upper, 'infinity');
	END IF;
END $$;

COMMENT ON FUNCTION revoked_events(bigint[], date, date, timestamptz) IS
'Events of some subjects, decided upon on some days (either NULL for an open end), that were revoked as of a time.';

-- The events that a chain of inputs looks at, as rows of the subject whose input they are. Only what some input of the
-- chain needs is joined; the conditions that all of them share are the caller's to add.
CREATE FUNCTION event_rows_sql(specs jsonb[], survey jsonb, period_start date, period_end date, restricted boolean)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	of text := of_name(specs[1] -> 'of');
	mine boolean := restricted AND of IS NULL;
	with_credit boolean := EXISTS (SELECT FROM unnest(specs) s
		WHERE coalesce(s ->> 'repairs', 'credit') <> 'ignore' OR (s ->> 'carry')::boolean);
	credited boolean := EXISTS (SELECT FROM unnest(specs) s WHERE coalesce(s ->> 'repairs', 'credit') = 'credit');
	gross text := gross_sql();
	columns text;
	joins text := '';
	days record := chain_range(specs, period_start, period_end);		-- of decision; said of revocations too, which have the same
	p jsonb;
BEGIN
	columns := format('e.event_id, e.rule_code, e.case_code, CASE WHEN e.case_code IS NULL THEN e.event_id END AS own, e.amount, e.level, e.source, e.responsibility,
			e.decided_on AS decided, e.occurred_on AS occurred, coalesce(e.found_on, e.decided_on) AS found, coalesce(e.effective_on, e.decided_on) AS effective,
			r.category, r.ladder, r.validity_months, %s AS gross', gross);
	-- where the survey saw no repair, or no revocation, there is nothing to look for
	IF with_credit AND survey -> 'repaired' = 'false' THEN
		columns := columns || format(', %s AS net, false AS repaired', gross);
	ELSIF with_credit THEN
		columns := columns || format(', CASE WHEN c.event_id IS NULL THEN %1$s ELSE %1$s - sign(%1$s) * least(abs(%1$s), abs(%1$s) * c.fraction + c.points) END AS net,
			coalesce(c.repaired, false) AS repaired', gross);
		joins := joins || '
		LEFT JOIN ' || credit_name(specs[1]) || ' c ON c.event_id = e.event_id AND c.decided_on = e.decided_on';
	END IF;
	SELECT columns || string_agg(DISTINCT format(', r.%I', pattern_name(s -> 'events')), '') INTO columns FROM unnest(specs) s;
	FOR p IN SELECT DISTINCT s -> 'after' FROM unnest(specs) s WHERE s ? 'after'
	LOOP
		columns := columns || format(', coalesce(%1$s.first_day <= e.decided_on, false) AS %1$s', 'after_' || pattern_name(p));
		joins := joins || format('
		LEFT JOIN %1$s ON %1$s.subject_id = e.place_id', 'after_' || pattern_name(p));
	END LOOP;
	RETURN format('SELECT %s%s, %s
		FROM %scredence_registry.event e%s
		JOIN rules r ON r.code = e.rule_code AND %s BETWEEN r.effective_from AND r.until%s
		WHERE e.revokes IS NULL AND %s%s
			AND %s',
		CASE WHEN of IS NULL THEN '' ELSE 'DISTINCT ' END,
		CASE WHEN of IS NULL THEN 'e.subject_id' ELSE 'm.me AS subject_id' END,
		columns, CASE WHEN mine THEN 'unnest($3) AS mine(subject_id) JOIN ' ELSE '' END, CASE WHEN mine THEN ' ON e.subject_id = mine.subject_id' ELSE '' END,
		judged_sql('e', 'r'),
		joins || CASE WHEN of IS NULL THEN '' ELSE format('
		JOIN %I m ON m.other = e.subject_id AND %s BETWEEN m.valid_from AND m.valid_to', of, event_day_sql(specs[1] ->> 'date')) END,
		known_sql('e.recorded_at', restricted),
		CASE WHEN survey -> 'revoked' = 'false' THEN ''
			WHEN mine THEN format('
			AND NOT EXISTS (SELECT FROM credence_registry.revoked_events($3, %L, %L, $2) v WHERE v.event_id = e.event_id AND v.decided_on = e.decided_on)', days.lower, days.upper)
			ELSE format('
			AND NOT EXISTS (SELECT FROM credence_registry.event v WHERE v.revokes = e.event_id AND v.decided_on = e.decided_on AND v.recorded_at <= $2%s AND %s)',
				CASE WHEN restricted THEN '' ELSE ' AND v.revokes IS NOT NULL' END, range_sql('v.decided_on', days.lower, days.upper)) END,
		range_sql('e.decided_on', days.lower, days.upper));
END $$;

COMMENT ON FUNCTION event_rows_sql(jsonb[], jsonb, date, date, boolean) IS
'SQL of the events that a chain of inputs looks at: not revoked, of a rule in force, with what was given back.';

-- A level that an input does not list would be passed over as if nothing had happened.
CREATE FUNCTION refuse_level(level text, levels text[], event_id bigint)
RETURNS int
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'level "%" of event % is not among those of the input', level, event_id
		USING ERRCODE = 'invalid_parameter_value', DETAIL = format('It lists %s.', array_to_string(levels, ', ')), HINT = 'Name every level of the rules in the levels of the input.';
END $$;

COMMENT ON FUNCTION refuse_level(text, text[], bigint) IS 'Error 22023: the level of an event, or of the case that begins with it, is not among those that an input with the measure worst lists.';

-- Clamps an SQL expression between the two numbers of a cap, either of which may be null.
CREATE FUNCTION clamp_sql(expression text, cap jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN cap IS NULL THEN expression
	ELSE pg_catalog.format('CASE WHEN %3$s IS NOT NULL THEN greatest(%1$L::numeric, least(%2$L::numeric, %3$s)) END', cap ->> 0, cap ->> 1, expression) END;

COMMENT ON FUNCTION clamp_sql(text, jsonb) IS 'SQL that keeps an expression between the two numbers of a cap, either of which may be null for an open end; NULL stays NULL.';

-- One chain: the inputs of a scheme that group their events alike, in one pass over the events.
CREATE FUNCTION events_chain_sql(chain text, names text[], specs jsonb[], survey jsonb, period_start date, period_end date, restricted boolean)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	conditions text[];
	shared text[];
	filter text;
	rows_sql text := event_rows_sql(specs, survey, period_start, period_end, restricted);
	spec jsonb;
	measure text;
	points text;
	first_level text := '';		-- by subject, rule and case
	second_level text := '';	-- by subject and rule, or by subject and case
	last_level text := '';		-- by subject
BEGIN
	-- conditions that all inputs of the chain share stand in WHERE, where they prune partitions; the others in FILTER
	FOR i IN 1 .. cardinality(specs)
	LOOP
		conditions := event_conditions(specs[i], period_start, period_end);
		shared := CASE WHEN i = 1 THEN conditions ELSE ARRAY(SELECT unnest(shared) INTERSECT SELECT unnest(conditions)) END;
	END LOOP;
	rows_sql := format('SELECT * FROM (%s) x WHERE %s', rows_sql, coalesce(nullif(array_to_string(shared, ' AND '), ''), 'true'));

	FOR i IN 1 .. cardinality(specs)
	LOOP
		spec := specs[i];
		measure := coalesce(spec ->> 'measure', 'points');
		points := CASE WHEN coalesce(spec ->> 'repairs', 'credit') = 'credit' THEN 'x.net' ELSE 'x.gross' END;
		filter := array_to_string(ARRAY(SELECT c FROM unnest(event_conditions(spec, period_start, period_end)) c WHERE c <> ALL (shared)), ' AND ');
		filter := CASE WHEN filter = '' THEN '' ELSE ' FILTER (WHERE ' || filter || ')' END;

		-- an event that is there counts as one, so that "nothing found" can be told from 0 points
		IF chain = 'plain' THEN
			last_level := last_level || format(CASE measure
				WHEN 'points' THEN ', ' || clamp_sql('sum(%1$s)%2$s', spec -> 'cap') || ' AS %3$I'
				WHEN 'count' THEN ', nullif(count(*)%2$s, 0)::numeric AS %3$I'
				WHEN 'amount' THEN ', sum(x.amount)%2$s AS %3$I'
				WHEN 'largest' THEN ', CASE WHEN max(%1$s)%2$s >= - min(%1$s)%2$s THEN max(%1$s)%2$s ELSE min(%1$s)%2$s END AS %3$I'
				ELSE ', max(x.%4$I)%2$s AS %3$I' END, points, filter, names[i], coalesce(spec ->> 'date', 'decided'));
		ELSIF chain IN ('rule', 'case') THEN
			first_level := first_level || format(
				CASE WHEN measure = 'cases' THEN ', nullif(count(*)%2$s, 0) AS %3$I'
					WHEN spec ->> 'dedupe' = 'case' THEN CASE measure
						WHEN 'count' THEN ', sum(1::numeric)%2$s / nullif(count(*)%2$s, 0) AS %3$I'
						WHEN 'amount' THEN ', max(x.amount)%2$s AS %3$I'
						ELSE CASE WHEN points = 'x.net' AND survey -> 'repaired' IS DISTINCT FROM 'false'
							-- chosen before repairs, so that what was repaired gives way to no smaller one
							THEN ', (array_agg(x.net ORDER BY abs(x.gross) DESC NULLS LAST, x.gross DESC, abs(x.net) DESC)%2$s)[1] AS %3$I'
							ELSE ', CASE WHEN max(%1$s)%2$s >= - min(%1$s)%2$s THEN max(%1$s)%2$s ELSE min(%1$s)%2$s END AS %3$I' END END
					WHEN measure = 'count' THEN ', nullif(count(*)%2$s, 0)::numeric AS %3$I'
					WHEN measure = 'amount' THEN ', sum(x.amount)%2$s AS %3$I'
					ELSE ', sum(%1$s)%2$s AS %3$I' END, points, filter, names[i]);
			second_level := second_level || format(CASE
				WHEN measure = 'cases' THEN ', CASE WHEN count(x.%1$I) > 0 THEN 1::numeric END AS %1$I'
				WHEN chain = 'case' THEN ', ' || clamp_sql('sum(' || clamp_sql('x.%1$I', spec -> 'cap_per_rule') || ')', spec -> 'cap_per_case') || ' AS %1$I'
				ELSE ', ' || clamp_sql('sum(x.%1$I)', spec -> 'cap_per_rule') || ' AS %1$I' END, names[i]);
			last_level := last_level || format(', ' || clamp_sql('sum(x.%1$I)', spec -> 'cap') || ' AS %1$I', names[i]);
		ELSIF chain = 'balance' THEN
			last_level := last_level || format(', credence.balance(%1$s, %2$L::numeric, %3$L::numeric, %4$L::numeric ORDER BY x.%5$I, x.event_id)%6$s AS %7$I',
				points, coalesce(spec ->> 'start', '0'), spec ->> 'floor', spec ->> 'ceiling', coalesce(spec ->> 'date', 'decided'), filter, names[i]);
		ELSE
			-- worst: amounts add up over a case and a category, whatever the rules; a level decided by hand stands
			first_level := first_level || format(', sum(x.amount)%1$s AS %2$I, min(CASE WHEN x.level IS NOT NULL THEN coalesce(array_position(%3$L::text[], x.level), credence_registry.refuse_level(x.level, %3$L, x.event_id)) END)%1$s AS %4$I,
				count(*)%1$s - count(x.level)%1$s AS %5$I, min(x.event_id)%1$s AS %6$I',
				filter, names[i] || '~a', ARRAY(SELECT jsonb_array_elements_text(spec -> 'levels')), names[i] || '~h', names[i] || '~n', names[i] || '~e');
			second_level := second_level || format(', least(x.%1$I, CASE WHEN x.%2$I > 0 THEN coalesce(array_position(%3$L::text[], %4$s),
				CASE WHEN %4$s IS NOT NULL THEN credence_registry.refuse_level(%4$s, %3$L, x.%5$I) END) END) AS %6$I',
				names[i] || '~h', names[i] || '~n', ARRAY(SELECT jsonb_array_elements_text(spec -> 'levels')),
				format('credence.grade(x.ladder, coalesce(sum(x.%I) OVER w, 0)::float8)', names[i] || '~a'), names[i] || '~e', names[i]);
			last_level := last_level || format(', (%1$L::text[])[min(x.%2$I)] AS %2$I', ARRAY(SELECT jsonb_array_elements_text(spec -> 'levels')), names[i]);
		END IF;
	END LOOP;

	RETURN 'SELECT x.subject_id' || last_level || '
	FROM (' || CASE chain
		WHEN 'plain' THEN rows_sql
		WHEN 'balance' THEN rows_sql
		WHEN 'worst' THEN format('SELECT x.subject_id%s
		FROM (SELECT x.subject_id, x.case_code, x.own, x.category, x.ladder%s
			FROM (%s) x GROUP BY x.subject_id, x.case_code, x.own, x.category, x.ladder) x
		WINDOW w AS (PARTITION BY x.subject_id, x.case_code, x.own, x.category)', second_level, first_level, rows_sql)
		ELSE format('SELECT x.subject_id%s
		FROM (SELECT x.subject_id, x.rule_code, x.case_code, x.own%s
			FROM (%s) x GROUP BY x.subject_id, x.rule_code, x.case_code, x.own) x
		GROUP BY x.subject_id, %s', second_level, first_level, rows_sql,
			CASE chain WHEN 'rule' THEN 'x.rule_code' ELSE 'x.case_code, x.own' END) END
		|| ') x
	GROUP BY x.subject_id';
END $$;

COMMENT ON FUNCTION events_chain_sql(text, text[], jsonb[], jsonb, date, date, boolean) IS
'SQL of the inputs of one chain by subject, in one pass over the events.';

-- The days of decision on which any event of a chain can lie: what prunes partitions where inputs ask for several windows.
CREATE FUNCTION chain_range(specs jsonb[], period_start date, period_end date, OUT lower date, OUT upper date)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	s jsonb;
	bounds record;
BEGIN
	lower := 'infinity';
	upper := '-infinity';
	FOREACH s IN ARRAY specs
	LOOP
		SELECT * INTO bounds FROM window_range(s -> 'window', period_start, period_end);
		-- decisions do not come before what they are about, but may take effect before it was known
		lower := CASE WHEN coalesce((s ->> 'carry')::boolean, false) OR s ->> 'date' = 'effective' THEN NULL ELSE least(lower, bounds.lower) END;
		IF bounds.lower IS NULL OR lower IS NULL THEN
			lower := '-infinity';
		END IF;
		upper := CASE WHEN coalesce(s ->> 'date', 'decided') = 'decided' THEN greatest(upper, coalesce(bounds.upper, 'infinity')) ELSE 'infinity' END;
	END LOOP;
	lower := nullif(lower, '-infinity');
	upper := nullif(upper, 'infinity');
END $$;

COMMENT ON FUNCTION chain_range(jsonb[], date, date) IS
'The days of decision outside of which no event counts for any input of a chain; NULL where it is open.';

-- The part of the statement for all inputs from events.
CREATE FUNCTION events_part(inputs jsonb, survey jsonb, period_start date, period_end date, restricted boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	joins jsonb := '[]';
	columns jsonb := '{}';
	c record;
	number int := 0;
BEGIN
	FOR c IN
		SELECT i.chain, i.of, array_agg(i.name ORDER BY i.name COLLATE "C") AS names, array_agg(i.spec ORDER BY i.name COLLATE "C") AS specs
		FROM (SELECT e.key AS name, e.value AS spec, events_chain(e.value) AS chain, coalesce(of_name(e.value -> 'of'), '') AS of,
				CASE WHEN of_name(e.value -> 'of') IS NOT NULL THEN coalesce(e.value ->> 'date', 'decided') END AS day
			FROM jsonb_each(inputs) e WHERE e.value ? 'events') i
		GROUP BY i.chain, i.of, i.day, credit_name(i.spec)
		ORDER BY i.chain, i.of, i.day, credit_name(i.spec)
	LOOP
		number := number + 1;
		joins := joins || to_jsonb(format('LEFT JOIN (%s) e%s ON e%2$s.subject_id = s.subject_id',
			events_chain_sql(c.chain, c.names, c.specs, survey, period_start, period_end, restricted), number));
		FOR i IN 1 .. cardinality(c.names)
		LOOP
			columns := columns || jsonb_build_object(c.names[i], event_value_sql(format('e%s.%I', number, c.names[i]), c.specs[i], period_end));
		END LOOP;
	END LOOP;
	RETURN jsonb_build_object('joins', joins, 'columns', columns);
END $$;

COMMENT ON FUNCTION events_part(jsonb, jsonb, date, date, boolean) IS
'The part of the statement that evaluates a scheme for its inputs from events.';

-- What the outcome of a chain means as the value of an input.
CREATE FUNCTION event_value_sql(found text, spec jsonb, period_end date)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT CASE
		WHEN measure IN ('points', 'count', 'cases', 'amount') THEN format('coalesce(%s, %L::numeric)', found, coalesce(spec ->> 'default', '0'))
		WHEN measure = 'balance' THEN format('coalesce(%s, %L::numeric)', found, coalesce(spec ->> 'default', spec ->> 'start', '0'))
		WHEN measure = 'worst' THEN format(CASE WHEN spec ? 'default' THEN 'coalesce(%1$s, %2$L)' ELSE '%1$s' END, found, spec ->> 'default')
		ELSE format(CASE WHEN spec ? 'default' THEN 'coalesce(%1$s, %2$L::numeric)' ELSE '%1$s' END,
			format(CASE measure WHEN 'days_since' THEN '(DATE %2$L - %1$s)::numeric' WHEN 'months_since' THEN 'credence_registry.completed_months(%1$s, DATE %2$L)::numeric'
				ELSE '%1$s' END, found, period_end), spec ->> 'default') END
	FROM (SELECT coalesce(spec ->> 'measure', 'points') AS measure) AS m
$$;

COMMENT ON FUNCTION event_value_sql(text, jsonb, date) IS
'SQL of the value of an input from what was found among the events: where nothing was, the default, 0 or missing.';
