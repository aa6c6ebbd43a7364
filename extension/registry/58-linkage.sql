-- linkage: what the grades of others do to a subject's

-- One round of one step, of all subjects or of some: the others are looked at as they were before it.
-- $1 run, $2 made at, $3 subjects (restricted), $4 number of the line.
CREATE FUNCTION linkage_sql(document jsonb, card scorecard, scheme_id bigint, effect jsonb, step int, line int, period_end date, restricted boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	inputs text;
	statement text;
	others text;
BEGIN
	-- the others before this line: what their first line from here on says, else what they are
	others := format('SELECT m.me
	FROM (%1$s) m
	JOIN credence_registry.result o ON o.run_id = $1 AND o.subject_id = m.other AND o.excluded IS NULL%2$s
	WHERE DATE %3$L BETWEEN m.valid_from AND m.valid_to AND %4$s',
		of_sql(effect -> 'of', restricted),
		CASE WHEN restricted THEN format('
	LEFT JOIN LATERAL (SELECT a.score_before, a.grade_before, a.rated_before FROM credence_registry.adjustment a
		WHERE a.run_id = $1 AND a.subject_id = o.subject_id AND a.step >= %s AND a.kind = ''linkage'' AND o.subject_id <> ALL ($3) ORDER BY a.step LIMIT 1) b ON true', line) ELSE '' END,
		period_end,
		condition_sql(effect ->> 'when', CASE WHEN NOT restricted THEN result_operands('o') ELSE
			jsonb_build_object('score', jsonb_build_object('sql', 'CASE WHEN b.rated_before IS NULL THEN o.score ELSE b.score_before END', 'type', 'number'),
				'grade', jsonb_build_object('sql', 'CASE WHEN b.rated_before IS NULL THEN o.grade ELSE b.grade_before END', 'type', 'text'),
				'notch', jsonb_build_object('sql', format('array_position(%L::text[], CASE WHEN b.rated_before IS NULL THEN o.grade ELSE b.grade_before END)::float8', scheme_grades(document)), 'type', 'number'),
				'rated', jsonb_build_object('sql', 'coalesce(b.rated_before, o.rated)::int::float8', 'type', 'number')) END));
	SELECT string_agg(format(', %s AS %I', c.sql, c.name), '') INTO inputs FROM run_columns(scheme_id) c WHERE c.value_type = 'text';
	statement := format('SELECT r.subject_id AS "~subject", r.excluded AS "~excluded", r.score AS "~s0", r.grade AS "~g0", r.rated AS "~r0"%s
		FROM credence_registry.result r WHERE r.run_id = $1 AND r.excluded IS NULL AND r.subject_id IN (SELECT l.me FROM linked l)%s%s',
		inputs, CASE WHEN restricted THEN ' AND r.subject_id = ANY ($3)' ELSE '' END,
		-- in further rounds nobody is met a second time
		CASE WHEN line % 1000 > 1 THEN format(' AND NOT EXISTS (SELECT FROM credence_registry.adjustment a WHERE a.run_id = $1 AND a.subject_id = r.subject_id AND a.step BETWEEN %s AND %s)',
			line - line % 1000 + 1, line - 1) ELSE '' END);
	statement := effect_sql(statement, effect, 1, 0, 'true', document, card);
	RETURN format('WITH subjects AS (SELECT r.subject_id FROM credence_registry.result r WHERE r.run_id = $1%8$s),
linked AS (%1$s),
changed AS MATERIALIZED (%2$s),
lines AS (INSERT INTO credence_registry.adjustment (run_id, subject_id, step, kind, rule, score_before, score_after, grade_before, grade_after, rated_before, rated_after, reason, reason_zh, made_at)
	SELECT $1, q."~subject", %3$s, ''linkage'', %4$L, q."~s0", q."~s1", q."~g0", q."~g1", q."~r0", q."~r1", %5$L, %6$L, $2 FROM changed q)
UPDATE credence_registry.result r SET score = q."~s1", grade = q."~g1", rated = q."~r1", notch = array_position(%7$L::text[], q."~g1")
FROM changed q
WHERE r.run_id = $1 AND r.subject_id = q."~subject"
	AND (r.score, r.grade, r.rated) IS DISTINCT FROM (q."~s1", q."~g1", q."~r1")',
		others, statement, line, coalesce(effect ->> 'name', 'linkage ' || step),
		coalesce(title_in(effect -> 'reason', 'en'), effect ->> 'when'), coalesce(title_in(effect -> 'reason', 'zh'), effect ->> 'when'), scheme_grades(document),
		CASE WHEN restricted THEN ' AND r.subject_id = ANY ($3)' ELSE '' END);
END $$;

COMMENT ON FUNCTION linkage_sql(jsonb, scorecard, bigint, jsonb, int, int, date, boolean) IS
'The statement of one round of one linkage. $1 is the run, $2 its as-of, $3 (restricted) the subjects.';

-- All rounds of all linkages, of all subjects or of some.
CREATE FUNCTION link_results(run_id bigint, subjects bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	r run;
	s scheme;
	effect jsonb;
	changed bigint;
BEGIN
	SELECT u.* INTO r FROM run u WHERE u.run_id = link_results.run_id;
	SELECT c.* INTO s FROM scheme c WHERE c.scheme_id = r.scheme_id;
	FOR step IN 1 .. coalesce(jsonb_array_length(s.document -> 'linkage'), 0)
	LOOP
		effect := s.document -> 'linkage' -> (step - 1);
		FOR round IN 1 .. coalesce((effect ->> 'rounds')::int, 1)
		LOOP
			EXECUTE linkage_sql(s.document, s.scorecard, s.scheme_id, effect, step, 1000 * step + round, r.period_end, subjects IS NOT NULL) USING run_id, r.as_of, subjects;
		END LOOP;
	END LOOP;
END $$;

COMMENT ON FUNCTION link_results(bigint, bigint[]) IS
'Applies the linkages of the scheme to the results of a run, of all subjects (NULL) or of some.';

-- Second phase. SECURITY DEFINER: nobody but evaluations writes results.
CREATE FUNCTION run_link(run_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET jit = off
AS $$
BEGIN
	PERFORM require_admin();
	PERFORM FROM run r WHERE r.run_id = run_link.run_id AND r.state = 'gathering' AND r.phase = 'linking' FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run % is not at its linkages', run_id USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	PERFORM link_results(run_id, NULL);
	UPDATE run r SET phase = 'done' WHERE r.run_id = run_link.run_id;
END $$;

COMMENT ON FUNCTION run_link(bigint) IS 'Second phase of a run: applies the linkages of its scheme.';
