-- one subject of a run evaluated anew, with what appeals put in the place of its inputs

-- The scheme with other values of some inputs, and with what depends on the population as it was on notice: such inputs
-- become constants. A constant that is missing is a division by zero, or an attribute that nobody has.
CREATE FUNCTION scheme_with(document jsonb, scheme_id bigint, result result, replaced jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
	input record;
	value jsonb;
BEGIN
	FOR input IN SELECT i.name, i.value_type, i.source, c.sql
		FROM credence_registry.scheme_inputs(document) i
		JOIN credence_registry.run_columns(scheme_with.scheme_id) c ON c.name = i.name
		WHERE replaced ? i.name OR i.source IN ('population', 'rank')
	LOOP
		IF replaced ? input.name THEN
			value := replaced -> input.name;
		ELSE
			EXECUTE format('SELECT to_jsonb((%s)::text)', replace(input.sql, 'r.', '($1).')) INTO value USING result;
			IF value IS NOT NULL AND input.value_type = 'number' THEN
				value := (value #>> '{}')::jsonb;
			END IF;
		END IF;
		document := jsonb_set(document, ARRAY['inputs', input.name], CASE
			WHEN coalesce(value, 'null') <> 'null' THEN jsonb_build_object('value', value)
			WHEN input.value_type = 'text' THEN '{"attribute": "\u001f"}'
			ELSE '{"formula": "1 / 0"}' END);
	END LOOP;
	RETURN document;
END $$;

COMMENT ON FUNCTION scheme_with(jsonb, bigint, result, jsonb) IS
'For reappraise: a scheme document in which some inputs are constants: those given (name to value), and those that depend on the population, as a result has them.';

-- The statement that evaluates one subject of a run: one row, the result and the lines of adjustments. What is relative
-- to the population is taken from it as it was on notice: norms are those of the run, order and quotas those of the scores
-- that the others had before any appeal. $1 is the run, $2 its as-of, $3 the subject alone, $4 its result on notice.
CREATE FUNCTION reappraise_sql(run run, scheme scheme, document jsonb, survey jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	gathered record;
	standardises boolean := jsonb_path_exists(document, '$.scorecard.**.standardise');
	lines text := credence_registry.adjustment_lines_sql(document);
	quota boolean := coalesce(document #>> '{grading,method}' IN ('quota', 'clusters'), false);
	norms text;
	by_inputs text;
	mine_inputs text;
	numbers text;
	texts text;
BEGIN
	SELECT * INTO gathered FROM credence_registry.gather_sql(document, run.period_start, run.period_end, run.as_of, survey, true);
	IF standardises THEN
		norms := 'coalesce((SELECT n.norms FROM credence_registry.run_norms n WHERE n.run_id = $1 AND n.peer = ($4).peer AND ($4).peer_of IS DISTINCT FROM ($4).rank_of),
			(SELECT u.norms FROM credence_registry.run u WHERE u.run_id = $1))';
	END IF;
	SELECT coalesce(string_agg(format(', %s AS %I', c.sql, c.name), '' ORDER BY c.name COLLATE "C"), ''),
		coalesce(string_agg(format(', q.%I', c.name), '' ORDER BY c.name COLLATE "C"), '')
	INTO by_inputs, mine_inputs
	FROM credence_registry.run_columns(scheme.scheme_id) c
	WHERE c.name IN (SELECT ltrim(b, '-') FROM jsonb_array_elements_text(document #> '{rank,by}') b);
	SELECT 'ARRAY[' || string_agg(format('q.%I::float8', c.name), ', ' ORDER BY c.name COLLATE "C") FILTER (WHERE c.sql LIKE 'r.numbers%') || ']',
		'ARRAY[' || string_agg(format('q.%I', c.name), ', ' ORDER BY c.name COLLATE "C") FILTER (WHERE c.sql LIKE 'r.texts%') || ']'
	INTO numbers, texts FROM credence_registry.run_columns(scheme.scheme_id) c;
	RETURN format('WITH %1$s,
mine AS MATERIALIZED (SELECT q.* FROM (%2$s) q),
appraised AS (
	SELECT r.subject_id AS "~subject", coalesce(r.peer_of = r.rank_of, true) AS "~small", coalesce(f.score_card, r.score_card) AS "~s0", r.rank IS NOT NULL AS "~r0", r.peer AS "~peer"%3$s
	FROM credence_registry.result r
	LEFT JOIN (SELECT DISTINCT ON (a.subject_id) a.subject_id, (a.result_before ->> ''score_card'')::float8 AS score_card
		FROM credence_registry.appeal a WHERE a.run_id = $1 AND a.result_before IS NOT NULL ORDER BY a.subject_id, a.decided_at) f ON f.subject_id = r.subject_id
	WHERE r.run_id = $1 AND r.subject_id <> ALL ($3) AND r.rank IS NOT NULL
	UNION ALL
	SELECT q."~subject", coalesce(($4).peer_of = ($4).rank_of, true), q."~s0", q."~r0", ($4).peer%4$s FROM mine q),
ranked AS (%5$s),
graded AS (%6$s)
SELECT q."~excluded" AS excluded, q."~inputs" AS inputs, %7$s AS numbers, %8$s AS texts, q."~points" AS points, q."~groups" AS groups,
	q."~s0" AS score_card, q."~g0" AS grade_card, q."~score" AS score, q."~grade" AS grade, q."~notch" AS notch, q."~coverage" AS coverage,
	q."~rated" AS rated, CASE WHEN q."~excluded" IS NULL THEN q."~reasons" ELSE ARRAY[q."~excluded"] END AS reasons, q."~vetoes" AS vetoes,
	%9$s AS lines
FROM graded q',
		gathered.ctes,
		credence_registry.appraised_sql(document, scheme.scorecard, credence_registry.vector_sql(scheme.scorecard, credence_registry.derive_sql(document, gathered.statement, false)), norms),
		by_inputs, mine_inputs,
		credence_registry.ranked_sql(document),
		credence_registry.graded_sql(document, scheme.scorecard,
			'SELECT a.*, r."~rank", r."~rank_ties", r."~rank_of", r."~rank_from_last", r."~peer_rank", r."~peer_ties", r."~peer_of", r."~peer_rank_from_last"'
			|| CASE WHEN quota THEN ', r."~graded"' ELSE '' END || ' FROM mine a LEFT JOIN ranked r ON r."~subject" = a."~subject"'),
		coalesce(numbers, 'NULL::float8[]'), coalesce(texts, 'NULL::text[]'),
		CASE WHEN lines IS NULL THEN 'NULL::jsonb' ELSE format('(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.step) FROM (%s) AS l(step, rule, holds, score_before, score_after, grade_before, grade_after, rated_before, rated_after, reason, reason_zh) WHERE l.holds)', lines) END);
END $$;

COMMENT ON FUNCTION reappraise_sql(run, scheme, jsonb, jsonb) IS
'For reappraise: the statement that evaluates one subject of a run by a document made by scheme_with.';

-- Evaluates the statement as if events were left out or had other points: they are revoked, and recorded anew, in a
-- subtransaction that never comes to pass.
CREATE FUNCTION evaluate_as_if(statement text, run run, before result, leave_out bigint[], other_points jsonb)
RETURNS record
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET datestyle = 'ISO'
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
DECLARE
	outcome record;
	rows int := 0;
	changed record;
	anew bigint;
BEGIN
	BEGIN
		FOR changed IN
			SELECT e.*, other_points ->> e.event_id::text AS points_anew
			FROM credence_registry.events_at(run.as_of) e
			WHERE e.event_id = ANY (leave_out) OR other_points ? e.event_id::text
		LOOP
			INSERT INTO credence_registry.event (decided_on, subject_id, rule_code, occurred_on, source, event_code, revokes, recorded_at)
			VALUES (changed.decided_on, changed.subject_id, changed.rule_code, changed.occurred_on, changed.source, NULL, changed.event_id, changed.recorded_at);
			IF changed.points_anew IS NOT NULL AND changed.event_id <> ALL (leave_out) THEN
				INSERT INTO credence_registry.event (decided_on, subject_id, rule_code, occurred_on, found_on, effective_on, case_code, amount, points,
					responsibility, level, place_id, source, details, recorded_at)
				VALUES (changed.decided_on, changed.subject_id, changed.rule_code, changed.occurred_on, changed.found_on, changed.effective_on, changed.case_code,
					changed.amount, changed.points_anew::numeric, changed.responsibility, changed.level, changed.place_id, changed.source, changed.details, changed.recorded_at)
				RETURNING event_id INTO anew;
				INSERT INTO credence_registry.repair (event_id, decided_on, subject_id, measures, completed_on, fraction, points, paid, recorded_at)
				SELECT anew, p.decided_on, p.subject_id, p.measures, p.completed_on, p.fraction, p.points, p.paid, p.recorded_at
				FROM credence_registry.repair p WHERE p.event_id = changed.event_id AND p.decided_on = changed.decided_on;
			END IF;
		END LOOP;
		EXECUTE statement INTO outcome USING run.run_id, run.as_of, ARRAY[before.subject_id], before;
		GET DIAGNOSTICS rows = ROW_COUNT;
		RAISE EXCEPTION 'this never comes to pass' USING ERRCODE = 'CR001';
	EXCEPTION WHEN SQLSTATE 'CR001' THEN
		NULL;
	END;
	IF rows = 0 THEN
		RAISE EXCEPTION 'with this outcome subject % is no longer part of run %', before.subject_id, before.run_id
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN outcome;
END $$;

COMMENT ON FUNCTION evaluate_as_if(text, run, result, bigint[], jsonb) IS
'For reappraise: the row of a statement of reappraise_sql, as if some events were left out or had other points.';

-- Ranks all results of a run from their scores before any adjustment, as evaluate does.
CREATE FUNCTION rank_results(run bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET jit = off
SET enable_nestloop = off		-- the planner knows nothing of results that were just stored
AS $$
DECLARE
	by_scheme credence_registry.scheme;
	inputs text;
	minimum int;
BEGIN
	SELECT s.* INTO by_scheme
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id WHERE r.run_id = rank_results.run;
	minimum := coalesce((by_scheme.document #>> '{peers,minimum}')::int, 1);
	SELECT coalesce(string_agg(format(', %s AS %I', c.sql, c.name), ''), '') INTO inputs FROM credence_registry.run_columns(by_scheme.scheme_id) c;
	-- rated as before the first adjustment
	EXECUTE format('WITH appraised AS (
	SELECT r.subject_id AS "~subject", r.peer AS "~peer", r.score_card AS "~s0", coalesce(a.rated_before, r.rated) AS "~r0", %s AS "~small"%s
	FROM credence_registry.result r
	LEFT JOIN (SELECT DISTINCT ON (a.subject_id) a.subject_id, a.rated_before FROM credence_registry.adjustment a
		WHERE a.run_id = $1 AND a.kind <> ''appeal'' ORDER BY a.subject_id, a.step) a ON a.subject_id = r.subject_id
	WHERE r.run_id = $1),
ranked AS (%s)
UPDATE credence_registry.result r
SET rank = q."~rank", rank_ties = q."~rank_ties", rank_of = q."~rank_of",
	peer_rank = q."~peer_rank", peer_ties = q."~peer_ties", peer_of = q."~peer_of", ranked_at = clock_timestamp()
FROM appraised a LEFT JOIN ranked q ON q."~subject" = a."~subject"
WHERE r.run_id = $1 AND r.subject_id = a."~subject"',
		CASE WHEN minimum > 1 AND by_scheme.document ? 'peers' THEN format('count(*) FILTER (WHERE r.excluded IS NULL) OVER (PARTITION BY r.peer) < %s', minimum)
			ELSE 'false' END,
		inputs, credence_registry.ranked_sql(by_scheme.document || '{"grading": {"method": "bands"}}'))
	USING run;
END $$;

COMMENT ON FUNCTION rank_results(bigint) IS
'For decide_appeal: ranks the results of a run anew, from their scores before any adjustment.';

-- Evaluates a subject of a run anew, with the outcomes of all its appeals that were upheld, and stores what came of it:
-- its result, its lines of adjust and linkage; and last what was overridden by hand, which an appeal does not undo.
CREATE FUNCTION reappraise(run bigint, subject bigint)
RETURNS result
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
	current credence_registry.run;
	by_scheme credence_registry.scheme;
	document jsonb;
	before credence_registry.result;
	after credence_registry.result;
	replaced jsonb := '{}';
	leave_out bigint[] := '{}';
	other_points jsonb := '{}';
	upheld jsonb;
	survey jsonb;
	outcome record;
	by_hand credence_registry.override;
BEGIN
	SELECT r.* INTO current FROM credence_registry.run r WHERE r.run_id = reappraise.run;
	SELECT s.* INTO by_scheme FROM credence_registry.scheme s WHERE s.scheme_id = current.scheme_id;
	SELECT r.* INTO before FROM credence_registry.result r WHERE r.run_id = reappraise.run AND r.subject_id = reappraise.subject;
	FOR upheld IN SELECT a.outcome FROM credence_registry.appeal a
		WHERE a.run_id = reappraise.run AND a.subject_id = reappraise.subject AND a.state IN ('upheld', 'partly') ORDER BY a.decided_at, a.appeal_id
	LOOP
		replaced := replaced || coalesce(upheld -> 'inputs', '{}');
		leave_out := leave_out || ARRAY(SELECT e::bigint FROM jsonb_array_elements_text(upheld -> 'leave_out') e);
		other_points := other_points || coalesce(upheld -> 'points', '{}');
	END LOOP;

	document := credence_registry.scheme_with(by_scheme.document, by_scheme.scheme_id, before, replaced);
	-- the survey of the run, but for what it says there is not: there will be, as if
	survey := coalesce((SELECT p.survey FROM credence_registry.run_plan p WHERE p.run_id = reappraise.run), credence_registry.run_survey(run, false))
		- ARRAY['corrected', 'revoked', 'repaired'];
	outcome := credence_registry.evaluate_as_if(
		credence_registry.reappraise_sql(current, by_scheme, document, survey), current, before, leave_out, other_points);
	DELETE FROM credence_registry.adjustment a
	WHERE a.run_id = reappraise.run AND a.subject_id = reappraise.subject AND a.kind IN ('grading', 'adjust', 'linkage');
	UPDATE credence_registry.result r
	SET excluded = outcome.excluded, inputs = outcome.inputs, numbers = outcome.numbers, texts = outcome.texts, points = outcome.points, groups = outcome.groups,
		score_card = outcome.score_card, grade_card = outcome.grade_card, score = outcome.score, grade = outcome.grade, notch = outcome.notch,
		coverage = outcome.coverage, rated = outcome.rated, reasons = outcome.reasons, vetoes = outcome.vetoes
	WHERE r.run_id = reappraise.run AND r.subject_id = reappraise.subject;
	INSERT INTO credence_registry.adjustment (run_id, subject_id, step, kind, rule, score_before, score_after, grade_before, grade_after,
		rated_before, rated_after, reason, reason_zh)
	SELECT reappraise.run, reappraise.subject, l.step, 'adjust', l.rule, l.score_before, l.score_after, l.grade_before, l.grade_after,
		l.rated_before, l.rated_after, l.reason, l.reason_zh
	FROM jsonb_to_recordset(coalesce(outcome.lines, '[]')) AS l(step int, rule text, score_before float8, score_after float8, grade_before text, grade_after text,
		rated_before boolean, rated_after boolean, reason text, reason_zh text);
	PERFORM credence_registry.link_results(run, ARRAY[subject]);

	SELECT o.* INTO by_hand FROM credence_registry.override o
	WHERE o.run_id = reappraise.run AND o.subject_id = reappraise.subject AND o.state = 'confirmed' ORDER BY o.decided_at DESC LIMIT 1;
	SELECT r.* INTO after FROM credence_registry.result r WHERE r.run_id = reappraise.run AND r.subject_id = reappraise.subject;
	IF by_hand.override_id IS NOT NULL THEN
		-- what the scheme makes of it now is in no other line: that of the override says what it was then
		INSERT INTO credence_registry.adjustment (run_id, subject_id, step, kind, rule, score_before, score_after, grade_before, grade_after,
			rated_before, rated_after)
		SELECT reappraise.run, reappraise.subject, 0, 'grading', coalesce(by_scheme.document #>> '{grading,method}', 'bands'), after.score_card, after.score,
			after.grade_card, after.grade, after.rated, after.rated
		WHERE NOT EXISTS (SELECT FROM credence_registry.adjustment a
			WHERE a.run_id = reappraise.run AND a.subject_id = reappraise.subject AND a.kind IN ('adjust', 'linkage'));
		-- stored here: who asks may find that nothing has changed, and write nothing
		after := credence_registry.overridden(after, by_hand);
		UPDATE credence_registry.result r SET score = after.score, grade = after.grade, notch = after.notch, rated = after.rated
		WHERE r.run_id = reappraise.run AND r.subject_id = reappraise.subject;
	END IF;
	RETURN after;
END $$;

COMMENT ON FUNCTION reappraise(bigint, bigint) IS
'For decide_appeal: evaluates a subject of a run anew as of the run, with the outcomes of all its appeals that were upheld, stores its result, with the last override that was confirmed, and the lines of adjust and linkage (of who was overridden and has none, one of grading), and returns the result.';

-- Makes the linkages of those anew whose grade hangs on that of a subject: each is evaluated anew, from the nearest on.
CREATE FUNCTION relink(run bigint, subject bigint, rule text, reason text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	link record;
	reached bigint[] := ARRAY[subject];
	dependent bigint;
	before credence_registry.result;
	after credence_registry.result;
BEGIN
	FOR link IN
		SELECT e.value -> 'of' AS spec, r.as_of
		FROM credence_registry.run r
		JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id,
			jsonb_array_elements(s.document -> 'linkage') WITH ORDINALITY e (value, place),
			generate_series(1, coalesce((e.value ->> 'rounds')::int, 1)) round
		WHERE r.run_id = relink.run ORDER BY e.place, round
	LOOP
		FOR dependent IN
			SELECT t FROM unnest(credence_registry.touched_through(reached, link.spec, link.as_of)) t
			JOIN credence_registry.result r ON r.run_id = relink.run AND r.subject_id = t AND r.excluded IS NULL
			WHERE t <> ALL (reached) ORDER BY t
		LOOP
			reached := reached || dependent;
			SELECT r.* INTO before FROM credence_registry.result r WHERE r.run_id = relink.run AND r.subject_id = dependent FOR UPDATE;
			after := credence_registry.reappraise(run, dependent);
			IF (before.score, before.grade, before.rated) IS DISTINCT FROM (after.score, after.grade, after.rated) THEN
				PERFORM credence_registry.adjust_result(before, after, 'appeal', rule, reason);
			END IF;
		END LOOP;
	END LOOP;
END $$;

COMMENT ON FUNCTION relink(bigint, bigint, text, text) IS
'For decide_appeal: evaluates those anew whose grade hangs on that of a subject by a linkage of the scheme, with an adjustment of kind appeal for each that changes.';
