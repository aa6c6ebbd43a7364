-- what follows from a final run, kind by kind, each in one statement for all subjects

-- What the operands of the conditions and formulas of a scheme's consequences are in a row r of result, for condition_sql
-- and formula_sql.
CREATE FUNCTION run_operands(scheme_id bigint)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT jsonb_build_object(
			'score', '{"sql": "r.score", "type": "number"}'::jsonb,
			'grade', '{"sql": "r.grade", "type": "text"}'::jsonb,
			'notch', '{"sql": "r.notch::float8", "type": "number"}'::jsonb,
			'rated', '{"sql": "r.rated::int::float8", "type": "number"}'::jsonb,
			'coverage', '{"sql": "r.coverage", "type": "number"}'::jsonb,
			'rank', '{"sql": "r.rank::float8", "type": "number"}'::jsonb,
			'rank_of', '{"sql": "r.rank_of::float8", "type": "number"}'::jsonb,
			'rank_from_last', jsonb_build_object('type', 'number', 'sql', CASE WHEN s.document #>> '{rank,ties}' = 'dense'
				THEN '((SELECT max(m.rank) FROM credence_registry.result m WHERE m.run_id = $1) - r.rank + 1)::float8'
				ELSE '(r.rank_of - r.rank - r.rank_ties + 2)::float8' END),
			'peer_rank', '{"sql": "r.peer_rank::float8", "type": "number"}'::jsonb,
			'peer_of', '{"sql": "r.peer_of::float8", "type": "number"}'::jsonb,
			'peer_rank_from_last', jsonb_build_object('type', 'number', 'sql', CASE WHEN s.document #>> '{rank,ties}' = 'dense'
				THEN '((SELECT max(m.peer_rank) FROM credence_registry.result m
					WHERE m.run_id = $1 AND (r.peer_of = r.rank_of OR m.peer = r.peer)) - r.peer_rank + 1)::float8'
				ELSE '(r.peer_of - r.peer_rank - r.peer_ties + 2)::float8' END))
		|| credence_registry.part_operands(s.scorecard, 'r.points', 'r.groups')
		|| coalesce((SELECT jsonb_object_agg(c.name, jsonb_build_object('sql', c.sql, 'type', c.value_type))
			FROM credence_registry.run_columns(s.scheme_id) c), '{}')
	FROM credence_registry.scheme s WHERE s.scheme_id = run_operands.scheme_id
$$;

COMMENT ON FUNCTION run_operands(bigint) IS
'For condition_sql and formula_sql: the operands of the consequences of a scheme, each as SQL over a row r of result of the run $1.';

-- A float8 as the decimal number that one reads, to twelve decimals: what is computed in float8 (95 - 94.9) is a little
-- off, and must not move a cent. Who calls it sets extra_float_digits, so that it can be inlined.
CREATE FUNCTION exact(value float8, decimals int DEFAULT 12)
RETURNS numeric
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN pg_catalog.trim_scale(pg_catalog.round(value::text::numeric, decimals));

COMMENT ON FUNCTION exact(float8, int) IS
'For functions that set extra_float_digits to 1: a float8 as the shortest decimal number that is read back as the same float8, rounded half away from zero to so many decimals (default 12), without zeros at the end.';

-- The corrective measures that the events of subjects of a run require and that were not taken by its as-of: of events
-- that stand, decided until the end of the period and not expired, of rules that inputs of the scheme look at. The level
-- is the event's own, or that of its rule's ladder on the sum over its case and category.
CREATE FUNCTION required_measures(run bigint)
RETURNS TABLE (subject_id bigint, measure text, rules text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	current credence_registry.run;
	patterns jsonb[];
BEGIN
	SELECT r.* INTO current FROM credence_registry.run r WHERE r.run_id = required_measures.run;
	SELECT array_agg(DISTINCT i.value -> 'events') INTO patterns
	FROM credence_registry.scheme s, jsonb_each(s.document -> 'inputs') i
	WHERE s.scheme_id = current.scheme_id AND i.value ? 'events';
	IF patterns IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY EXECUTE format('
	WITH rules AS (%s), standing AS (
		SELECT e.subject_id, e.event_id, e.decided_on, e.rule_code, v.measures,
			coalesce(e.level, credence.grade(v.ladder, coalesce(sum(e.amount) OVER (PARTITION BY e.subject_id, v.category,
				coalesce(e.case_code, ''event '' || e.event_id::text)), 0)::float8)) AS level,
			v.validity_months IS NULL OR (coalesce(e.effective_on, e.decided_on) + make_interval(months => v.validity_months))::date > $3 AS valid
		FROM credence_registry.result q
		JOIN credence_registry.event e ON e.subject_id = q.subject_id AND e.decided_on <= $3 AND e.recorded_at <= $2 AND e.revokes IS NULL
		JOIN rules v ON v.code = e.rule_code AND %s BETWEEN v.effective_from AND v.until
		WHERE q.run_id = $1 AND q.excluded IS NULL
			AND NOT EXISTS (SELECT FROM credence_registry.event w
				WHERE w.revokes = e.event_id AND w.decided_on = e.decided_on AND w.recorded_at <= $2)
	)
	SELECT t.subject_id, m.measure, string_agg(DISTINCT t.rule_code, '', '')
	FROM standing t, jsonb_array_elements_text(t.measures -> t.level) m (measure)
	WHERE t.valid AND NOT EXISTS (SELECT FROM credence_registry.repair p
		WHERE p.event_id = t.event_id AND p.decided_on = t.decided_on AND p.recorded_at <= $2
			AND p.completed_on <= $3 AND m.measure = ANY (p.measures))
	GROUP BY t.subject_id, m.measure',
		credence_registry.rules_sql(patterns), credence_registry.judged_sql('e', 'v'))
	USING run, current.as_of, current.period_end;
END $$;

COMMENT ON FUNCTION required_measures(bigint) IS
'The corrective measures that rules require of subjects of a run for events that stand at the end of its period, and that were not taken by then, with the rules that require each.';

-- The SELECT of one consequence of a document: columns subject_id, region, base, share, amount, months_least, months_most,
-- target, valid_from, due_on, reason. $1 the run, $2 the day on which it became final.
CREATE FUNCTION consequence_sql(consequence jsonb, operands jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	holds text := 'true';
	decimals text := coalesce(consequence ->> 'decimals', CASE WHEN consequence ? 'factor' THEN '4' ELSE '2' END);
	base text := 'NULL::numeric';
	share text := 'NULL::numeric';
	amount text := 'NULL::numeric';
	least_months text := 'NULL::int';
	most_months text := 'NULL::int';
	target text := 'NULL::text';
	due_on text := 'NULL::date';
	source text := 'credence_registry.result r';
	-- max(0, 95 - score) passes over a missing score: who has none is not paid by it
	scored_only text := format('CASE WHEN %s THEN ', CASE WHEN EXISTS (
			SELECT FROM credence_registry.formula_operands(coalesce(consequence ->> 'percent', consequence ->> 'by')) o WHERE o.operand = 'score')
		THEN 'r.score IS NOT NULL' ELSE 'true' END);
	reason text;
BEGIN
	IF consequence ? 'when' THEN
		holds := credence_registry.condition_sql(consequence ->> 'when', operands);
	END IF;
	reason := format('concat_ws('', '', %L, ''grade '' || r.grade, ''score '' || r.score)', consequence ->> 'when');

	IF consequence ? 'payout' THEN
		base := format('credence_registry.exact(%s)', credence_registry.formula_sql(quote_name(consequence ->> 'payout'), operands));
		share := format('trim_scale(credence_registry.exact(%s) / 100)', CASE
			WHEN consequence ? 'percent' THEN scored_only || credence_registry.formula_sql(consequence ->> 'percent', operands) || ' END'
			ELSE format('credence.value(%L::credence.curve, r.score)', consequence ->> 'curve') END);
		amount := format('round(c.base * c.share, %s)', decimals);
	ELSIF consequence ? 'allocate' THEN
		base := CASE jsonb_typeof(consequence -> 'allocate')
			WHEN 'number' THEN format('%L::numeric', consequence ->> 'allocate')
			ELSE format('sum(credence_registry.exact(%s)) OVER ()',
				credence_registry.formula_sql(quote_name(consequence #>> '{allocate,sum}'), operands)) END;
		share := format('credence_registry.exact(%s%s END)', scored_only, credence_registry.formula_sql(consequence ->> 'by', operands));
		amount := format('credence.allocate(c.base, c.share, %s) OVER (ORDER BY s.code COLLATE "C", s.kind COLLATE "C")', decimals);
	ELSIF consequence ? 'factor' THEN
		share := format('credence_registry.exact(%s, %s)', credence_registry.formula_sql(consequence ->> 'factor', operands), decimals);
	ELSIF consequence ? 'suspend' THEN
		least_months := format('%L::int', consequence #>> '{suspend,0}');
		most_months := format('%L::int', consequence #>> '{suspend,1}');
	ELSIF consequence ? 'ban' THEN
		least_months := format('%L::int', consequence ->> 'ban');
		most_months := least_months;
	ELSIF consequence ? 'stop_line' THEN
		target := format('%L::text', consequence ->> 'stop_line');
	ELSIF consequence ? 'list' THEN
		target := format('%L::text', consequence ->> 'list');
		least_months := format('%L::int', consequence ->> 'months');
		most_months := least_months;
	ELSIF consequence ? 'action' THEN
		target := format('%L::text', consequence ->> 'action');
		due_on := format('credence_registry.clock_until(%L::jsonb, $2)', consequence);
	ELSIF consequence ? 'measures' THEN
		source := source || ' JOIN credence_registry.required_measures($1) m ON m.subject_id = r.subject_id';
		target := 'm.measure';
		reason := 'm.rules';
	END IF;

	-- OFFSET 0, so that base and share are computed once
	RETURN format('SELECT c.subject_id, c.region, c.base, c.share, %s AS amount, c.months_least, c.months_most, c.target,
			$2::date AS valid_from, c.due_on, c.reason
		FROM (SELECT r.subject_id, r.region, %s AS base, %s AS share, %s AS months_least, %s AS months_most, %s AS target,
				%s AS due_on, %s AS reason
			FROM %s
			WHERE r.run_id = $1 AND r.excluded IS NULL AND %s
			OFFSET 0) c
		JOIN credence_registry.subject s ON s.subject_id = c.subject_id
		WHERE %s',
		amount, base, share, least_months, most_months, target, due_on, reason, source, holds,
		-- what cannot be computed is not paid
		CASE credence_registry.consequence_kind(consequence) WHEN 'payout' THEN 'c.base IS NOT NULL AND c.share IS NOT NULL'
			WHEN 'allocate' THEN 'c.share IS NOT NULL' WHEN 'factor' THEN 'c.share IS NOT NULL' ELSE 'true' END);
END $$;

COMMENT ON FUNCTION consequence_sql(jsonb, jsonb) IS
'For apply_consequences: SQL of the rows of one consequence of a scheme; $1 is the run, $2 the day on which it became final.';

-- A name as a formula that is only this name.
CREATE FUNCTION quote_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '"' || pg_catalog.replace(name, '"', '""') || '"';

COMMENT ON FUNCTION quote_name(text) IS 'A name in the quotes of conditions and formulas.';

CREATE FUNCTION consequence_kind(consequence jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT k FROM unnest(ARRAY['payout', 'allocate', 'factor', 'suspend', 'ban', 'stop_line', 'list', 'sample', 'action', 'measures']) k
	WHERE consequence ? k
$$;

COMMENT ON FUNCTION consequence_kind(jsonb) IS 'What kind a consequence of a scheme document is.';

-- Makes the consequences of a final run. Where a correction run has the same consequence for a subject as the run that it
-- supersedes, a suspension, ban or list goes on and does not begin anew, and the months that were chosen stay chosen.
CREATE FUNCTION apply_consequences(run bigint)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET datestyle = 'ISO'
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
DECLARE
	current credence_registry.run;
	document jsonb;
	operands jsonb;
	part jsonb;
	final_on date;
	made bigint;
	total bigint := 0;
	left_out bigint;
	examples text;
BEGIN
	current := credence_registry.lock_run(run);
	IF current.state <> 'final' THEN
		RAISE EXCEPTION 'run % is "%", not final', run, current.state USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF EXISTS (SELECT FROM credence_registry.consequence c WHERE c.run_id = run) THEN
		RAISE EXCEPTION 'the consequences of run % are made already', run USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	SELECT s.document INTO document FROM credence_registry.scheme s WHERE s.scheme_id = current.scheme_id;
	SELECT s.on_date INTO final_on FROM credence_registry.run_step s WHERE s.run_id = run AND s.to_state = 'final';
	operands := credence_registry.run_operands(current.scheme_id);
	FOR part IN SELECT c FROM jsonb_array_elements(document -> 'consequences') c
	LOOP
		EXECUTE format('
			INSERT INTO credence_registry.consequence (run_id, subject_id, region, code, kind, base, share, amount,
				months_least, months_most, target, valid_from, valid_to, due_on, scope, reason, replaces)
			SELECT $1, n.subject_id, n.region, %1$L, %2$L, n.base, n.share, n.amount, n.months_least, n.months_most, n.target,
				coalesce(o.valid_from, n.valid_from), credence_registry.months_until(coalesce(o.valid_from, n.valid_from), n.months_least),
				n.due_on, %3$L, n.reason, p.consequence_id
			FROM (%4$s) n
			LEFT JOIN credence_registry.consequence p ON p.run_id = $3 AND p.subject_id = n.subject_id AND p.code = %1$L
				AND p.target IS NOT DISTINCT FROM n.target
			LEFT JOIN LATERAL (SELECT p.valid_from WHERE %2$L IN (''suspend'', ''ban'', ''list'')) o ON true',
			part ->> 'code', credence_registry.consequence_kind(part), part ->> 'scope',
			credence_registry.consequence_sql(part, operands))
		USING run, final_on, current.corrects;
		GET DIAGNOSTICS made = ROW_COUNT;
		total := total + made;
		-- money that cannot be computed is not paid in silence
		IF part ?| '{payout,allocate,factor}' THEN
			EXECUTE format('
				SELECT count(*), string_agg(q.code, '', '' ORDER BY q.code COLLATE "C") FILTER (WHERE q.place <= 5)
				FROM (SELECT s.code, row_number() OVER (ORDER BY s.code COLLATE "C") AS place
					FROM credence_registry.result r
					JOIN credence_registry.subject s ON s.subject_id = r.subject_id
					WHERE r.run_id = $1 AND r.excluded IS NULL AND %s
						AND NOT EXISTS (SELECT FROM credence_registry.consequence c
							WHERE c.run_id = $1 AND c.subject_id = r.subject_id AND c.code = %L)) q',
				coalesce(credence_registry.condition_sql(part ->> 'when', operands), 'true'), part ->> 'code')
			INTO left_out, examples USING run;
			IF left_out > 0 THEN
				RAISE NOTICE 'consequence "%" has nothing for % subjects, whose amount or share is missing: %', part ->> 'code', left_out,
					examples || CASE WHEN left_out > 5 THEN ', ...' ELSE '' END;
			END IF;
		END IF;
	END LOOP;
	INSERT INTO credence_registry.consequence_step (consequence_id, status, months, valid_from, valid_to, on_date, note)
	SELECT c.consequence_id, 'in_force', o.months, c.valid_from, credence_registry.months_until(c.valid_from, o.months), final_on, o.note
	FROM credence_registry.consequence c
	CROSS JOIN LATERAL (SELECT t.months, t.note FROM credence_registry.consequence_step t
		WHERE t.consequence_id = c.replaces AND t.status = 'in_force' ORDER BY t.step_id DESC LIMIT 1) o
	WHERE c.run_id = run AND c.kind = 'suspend' AND o.months BETWEEN c.months_least AND c.months_most;
	RETURN total;
END $$;

COMMENT ON FUNCTION apply_consequences(bigint) IS
'For finalise: makes the consequences of a final run as its scheme says, and returns how many there are. Money is exact: the percentage is taken as the decimal number that it prints as, to twelve decimals, the amount is rounded half away from zero; an allocation adds up to its total. Subjects that were excluded have no consequences. In a correction run a suspension, ban or list that the superseded run had too goes on from its old first day.';
