-- refresh: only the subjects that new facts touch

CREATE TABLE run_plan (
	run_id		bigint PRIMARY KEY,
	survey		jsonb NOT NULL,
	statement	text,
	sources		jsonb NOT NULL
);

COMMENT ON TABLE run_plan IS
'How a run was evaluated, so that a refresh need not work it out again. Written by evaluate and refresh.';
COMMENT ON COLUMN run_plan.run_id IS 'The run.';
COMMENT ON COLUMN run_plan.survey IS 'What there was of the facts, as run_survey says it.';
COMMENT ON COLUMN run_plan.statement IS 'The statement that evaluates some subjects anew; NULL where the scheme is relative to the population.';
COMMENT ON COLUMN run_plan.sources IS 'The runs whose results it used, by input.';

SELECT pg_catalog.pg_extension_config_dump('run_plan', '');

-- What was recorded since is looked for in every table of facts; events and observations have such an index of their own.
CREATE INDEX subject_version_recorded_idx ON subject_version (recorded_at);
CREATE INDEX tie_recorded_idx ON tie (recorded_at);
CREATE INDEX agreement_recorded_idx ON agreement (recorded_at);
CREATE INDEX commitment_recorded_idx ON commitment (recorded_at);
CREATE INDEX repair_recorded_idx ON repair (recorded_at);

-- Which runs the inputs of a scheme take results from, as of a time.
CREATE FUNCTION run_sources(document jsonb, period_start date, period_end date, as_of timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(jsonb_object_agg(i.key, CASE WHEN (i.value ->> 'streak')::boolean THEN
			-- a streak looks at all of them
			(SELECT to_jsonb(array_agg(r.run_id ORDER BY r.run_id)) FROM credence_registry.run r WHERE r.scheme_code = c.code AND r.final_at <= run_sources.as_of AND (r.superseded_at IS NULL OR r.superseded_at > run_sources.as_of))
		ELSE to_jsonb((SELECT b.run_id FROM run_back(c.code, period_start, period_end, c.back, as_of) b)) END), '{}')
	FROM jsonb_each(document -> 'inputs') i,
		LATERAL (SELECT CASE WHEN i.value ->> 'result' = 'self' THEN document ->> 'code' ELSE i.value ->> 'result' END AS code,
			coalesce((i.value ->> 'period')::int, CASE WHEN i.value ->> 'result' = 'self' THEN -1 ELSE 0 END) AS back) c
	WHERE i.value ? 'result'
$$;

COMMENT ON FUNCTION run_sources(jsonb, date, date, timestamptz) IS
'The runs whose results the inputs of a scheme ask for, as of a time: an object from input to run, or to all final runs for a streak.';

-- Keeps how a run was evaluated.
CREATE FUNCTION keep_plan(run_id bigint, survey jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	INSERT INTO run_plan AS p (run_id, survey, statement, sources)
	SELECT r.run_id, keep_plan.survey, CASE WHEN cardinality(scheme_relative(s.document)) = 0 THEN
			evaluation_sql(s.document, s.scorecard, r.period_start, r.period_end, r.as_of, keep_plan.survey - '{corrected,revoked,repaired}'::text[], true) END,
		run_sources(s.document, r.period_start, r.period_end, r.as_of)
	FROM run r JOIN scheme s USING (scheme_id) WHERE r.run_id = keep_plan.run_id
	ON CONFLICT ON CONSTRAINT run_plan_pkey DO UPDATE SET survey = excluded.survey, statement = excluded.statement, sources = excluded.sources;
END $$;

COMMENT ON FUNCTION keep_plan(bigint, jsonb) IS 'Keeps how a run was evaluated, for a refresh.';

-- Whether observations recorded since are of a kind that the survey of a run did not see. Planned once a session: planning
-- a hundred partitions takes longer than looking into them.
CREATE FUNCTION survey_outdated(survey jsonb, indicators text[], since timestamptz, as_of timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN EXISTS (SELECT FROM credence_registry.observation o
		WHERE o.recorded_at > since AND o.recorded_at <= as_of AND o.indicator = ANY (indicators)
			AND NOT EXISTS (SELECT FROM jsonb_to_recordset(survey -> 'observations') AS f(indicator text, source text, evaluator text, ratio boolean, text boolean, periods int, ends date[], keys text[])
				WHERE f.indicator = o.indicator AND f.source = o.source AND f.evaluator IS NOT DISTINCT FROM o.evaluator
					AND (f.periods > 100 OR f.periods > cardinality(f.ends) OR period_key(o.period_start, o.period_end) = ANY (f.keys)) AND (f.ratio OR o.numerator IS NULL)));
END $$;

COMMENT ON FUNCTION survey_outdated(jsonb, text[], timestamptz, timestamptz) IS
'Whether observations recorded between two times are of a source, evaluator or period that a survey did not see.';

-- Subjects that facts recorded between two times are about. In one statement, which a session plans once.
CREATE FUNCTION touched_subjects(since timestamptz, as_of timestamptz)
RETURNS bigint[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
BEGIN
	RETURN ARRAY(
		SELECT e.subject_id FROM event e WHERE e.recorded_at > since AND e.recorded_at <= as_of
		UNION SELECT o.subject_id FROM observation o WHERE o.recorded_at > since AND o.recorded_at <= as_of
		UNION SELECT v.subject_id FROM subject_version v WHERE v.recorded_at > since AND v.recorded_at <= as_of
		UNION SELECT p.subject_id FROM repair p WHERE p.recorded_at > since AND p.recorded_at <= as_of
		UNION SELECT a.subject_id FROM agreement a WHERE a.recorded_at > since AND a.recorded_at <= as_of
		UNION SELECT c.subject_id FROM commitment c WHERE c.recorded_at > since AND c.recorded_at <= as_of
		UNION SELECT t.from_subject FROM tie t WHERE t.recorded_at > since AND t.recorded_at <= as_of
		UNION SELECT t.to_subject FROM tie t WHERE t.recorded_at > since AND t.recorded_at <= as_of);
END $$;

COMMENT ON FUNCTION touched_subjects(timestamptz, timestamptz) IS
'Subjects that facts recorded after the first time and up to the second are about.';

-- Those whose inputs look at others through ties, and the others among the touched: once over.
CREATE FUNCTION touched_through(touched bigint[], spec jsonb, as_of timestamptz)
RETURNS bigint[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	o record;
	reached bigint[];
BEGIN
	SELECT * INTO o FROM of_ties(spec);
	IF o.shared THEN
		reached := ARRAY(SELECT u.to_subject FROM tie t JOIN tie u ON u.from_subject = t.from_subject AND u.kind = t.kind
			WHERE (t.to_subject = ANY (touched) OR t.from_subject = ANY (touched)) AND t.kind = ANY (o.kinds) AND t.recorded_at <= as_of AND u.recorded_at <= as_of);
	ELSIF o.me = 'to_subject' THEN
		reached := ARRAY(SELECT t.to_subject FROM tie t WHERE t.from_subject = ANY (touched) AND t.kind = ANY (o.kinds) AND t.recorded_at <= as_of);
	ELSE
		reached := ARRAY(SELECT t.from_subject FROM tie t WHERE t.to_subject = ANY (touched) AND t.kind = ANY (o.kinds) AND t.recorded_at <= as_of);
	END IF;
	RETURN ARRAY(SELECT unnest(touched) UNION SELECT unnest(reached));
END $$;

COMMENT ON FUNCTION touched_through(bigint[], jsonb, timestamptz) IS
'The subjects given, and those who look at one of them through an "of".';

-- The session keeps the plan of a refresh in a temporary function. Prepared statements would do, but belong to the login:
-- it could put another statement under the name, which would be executed with the rights of the owner. A function of the
-- owner it can neither replace nor drop, and one that is not the owner's is dropped here.
CREATE FUNCTION planned_refresh(statement text)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	name text := 'refresh ' || md5(statement);
	owner name := (SELECT a.rolname FROM pg_proc p JOIN pg_authid a ON a.oid = p.proowner
		WHERE p.oid = to_regprocedure(format('pg_temp.%I(bigint, timestamptz, bigint[])', name)));
BEGIN
	IF owner IS DISTINCT FROM current_user THEN
		IF owner IS NOT NULL THEN
			EXECUTE format('DROP ROUTINE pg_temp.%I(bigint, timestamptz, bigint[])', name);
		END IF;
		EXECUTE format('CREATE FUNCTION pg_temp.%I(bigint, timestamptz, bigint[]) RETURNS bigint[] LANGUAGE plpgsql SET search_path = pg_catalog, credence, credence_registry, pg_temp AS %L',
			name, format(E'#variable_conflict use_column\nDECLARE\n	"~outcome" bigint[];\nBEGIN\n%s INTO "~outcome";\nRETURN "~outcome";\nEND', statement));
		EXECUTE format('REVOKE ALL ON FUNCTION pg_temp.%I(bigint, timestamptz, bigint[]) FROM PUBLIC', name);
	END IF;
	RETURN name;
END $$;

COMMENT ON FUNCTION planned_refresh(text) IS
'For refresh_run: name of the temporary function, of the owner, that executes the statement of a refresh by a plan that the session keeps.';

-- Evaluates a run anew for what was recorded since. Returns how many subjects it looked at; NULL where all would have to
-- be. SECURITY DEFINER: nobody but evaluations writes results.
CREATE FUNCTION refresh_run(run_id bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET datestyle = 'ISO'
SET jit = off
SET random_page_cost = 1.1		-- the facts of a hundredth of the subjects are found by index, not by reading those of all
AS $$
DECLARE
	few CONSTANT int := 100;		-- as many subjects as one plan for any subjects suits
	r run;
	s scheme;
	plan run_plan;
	now_as_of timestamptz;
	touched bigint[];
	one record;
	rounds int;
	stored bigint[];		-- how many results were replaced, how many added
	gone bigint := 0;
	planned text;
BEGIN
	PERFORM require_admin();
	SELECT u.* INTO r FROM run u WHERE u.run_id = refresh_run.run_id FOR UPDATE;
	IF r.state IS DISTINCT FROM 'scored' THEN
		RAISE EXCEPTION 'run % is % and cannot be refreshed', run_id, coalesce('"' || r.state || '"', 'not there')
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'What has been announced changes by appeal or by a correction.';
	END IF;
	SELECT c.* INTO s FROM scheme c WHERE c.scheme_id = r.scheme_id;
	SELECT p.* INTO plan FROM run_plan p WHERE p.run_id = refresh_run.run_id;
	now_as_of := fix_as_of(NULL);

	-- what changes everybody: another rule, another run that results are taken from
	IF plan.statement IS NULL
		OR EXISTS (SELECT FROM event_rule e WHERE e.recorded_at > r.as_of AND e.recorded_at <= now_as_of)
		OR plan.sources <> '{}' AND (plan.sources <> run_sources(s.document, r.period_start, r.period_end, now_as_of)
			OR EXISTS (SELECT FROM jsonb_each(plan.sources) u, run o WHERE jsonb_typeof(u.value) = 'number' AND o.run_id = u.value::bigint AND o.refreshed_at > r.as_of)) THEN
		RETURN NULL;
	END IF;
	touched := touched_subjects(r.as_of, now_as_of);
	IF touched = '{}' THEN
		UPDATE run SET as_of = now_as_of, refreshed_at = clock_timestamp() WHERE run.run_id = refresh_run.run_id;
		RETURN 0;
	END IF;

	-- who looks at them: through ties, or at the place where something happened
	FOR one IN SELECT DISTINCT i.value -> 'of' AS spec FROM jsonb_each(s.document -> 'inputs') i WHERE i.value ?| '{events,observation,result}' AND of_name(i.value -> 'of') IS NOT NULL
	LOOP
		touched := touched_through(touched, one.spec, now_as_of);
	END LOOP;
	IF jsonb_path_exists(s.document, '$.inputs.*.after') THEN
		touched := ARRAY(SELECT unnest(touched) UNION SELECT e.subject_id FROM event e WHERE e.place_id = ANY (touched) AND e.recorded_at <= now_as_of);
		FOR one IN SELECT DISTINCT i.value -> 'of' AS spec FROM jsonb_each(s.document -> 'inputs') i WHERE i.value ? 'events' AND of_name(i.value -> 'of') IS NOT NULL
		LOOP
			touched := touched_through(touched, one.spec, now_as_of);
		END LOOP;
	END IF;
	FOR one IN SELECT e -> 'of' AS spec, coalesce((e ->> 'rounds')::int, 1) AS rounds FROM jsonb_array_elements(s.document -> 'linkage') WITH ORDINALITY AS t(e, n) ORDER BY n
	LOOP
		FOR round IN 1 .. one.rounds
		LOOP
			touched := touched_through(touched, one.spec, now_as_of);
		END LOOP;
	END LOOP;
	IF cardinality(touched) > 0.2 * r.subjects + few THEN
		RETURN NULL;		-- all of them in one pass take no longer
	END IF;

	UPDATE run SET as_of = now_as_of, refreshed_at = clock_timestamp() WHERE run.run_id = refresh_run.run_id;
	IF survey_outdated(plan.survey, ARRAY(SELECT DISTINCT i.value ->> 'observation' FROM jsonb_each(s.document -> 'inputs') i WHERE i.value ? 'observation'), r.as_of, now_as_of) THEN
		PERFORM keep_plan(run_id, run_survey(run_id, false));
		SELECT p.* INTO plan FROM run_plan p WHERE p.run_id = refresh_run.run_id;
	END IF;
	DELETE FROM adjustment a WHERE a.run_id = refresh_run.run_id AND a.subject_id = ANY (touched);
	IF cardinality(touched) <= few THEN
		planned := planned_refresh(plan.statement);
		SET LOCAL plan_cache_mode = force_generic_plan;
		EXECUTE format('SELECT pg_temp.%I($1, $2, $3)', planned) INTO stored USING run_id, now_as_of, touched;
	ELSE
		EXECUTE plan.statement INTO stored USING run_id, now_as_of, touched;
	END IF;
	-- who is no subject of the scheme any more
	IF stored[1] + stored[2] < cardinality(touched) THEN
		DELETE FROM result t WHERE t.run_id = refresh_run.run_id AND t.subject_id = ANY (touched) AND t.evaluated_at < now_as_of;
		GET DIAGNOSTICS gone = ROW_COUNT;
	END IF;
	IF s.document ? 'linkage' THEN
		PERFORM link_results(run_id, touched);
	END IF;
	IF stored[2] <> gone THEN
		UPDATE run SET subjects = subjects + (stored[2] - gone)::int, done = done + (stored[2] - gone)::int WHERE run.run_id = refresh_run.run_id;
	END IF;
	RETURN cardinality(touched);
END $$;

COMMENT ON FUNCTION refresh_run(bigint) IS
'Looks again at those subjects of a run that facts recorded since its as-of touch, and moves the as-of; the ranks stay those of ranked_at. Returns the number of subjects looked at, or NULL, nothing changed, where all would have to be: the scheme is relative to its population, a rule has changed, results of another run are asked for, or more than a fifth of the subjects are touched. Error 55000 for a run that was announced.';

-- Fully qualified: it may commit, through evaluate.
CREATE PROCEDURE refresh(scheme text, period text, in_transaction boolean DEFAULT NULL, INOUT run_id bigint DEFAULT NULL, INOUT refreshed bigint DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
	relative text[];
	atomic boolean := coalesce(refresh.in_transaction, pg_catalog.now() OPERATOR(pg_catalog.<>) pg_catalog.statement_timestamp());
	locked boolean;
BEGIN
	IF refresh.scheme IS NULL OR refresh.period IS NULL THEN
		RAISE EXCEPTION 'scheme and period must not be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- first of all: the latest run may be one that is just being finished
	SELECT pg_catalog.pg_try_advisory_xact_lock(credence_registry.evaluation_key(refresh.scheme, b.period_start, b.period_end)) INTO locked
	FROM credence_registry.period_bounds(refresh.period) b;
	IF locked IS NOT TRUE THEN
		RAISE EXCEPTION 'scheme "%" is being evaluated for % by another session', refresh.scheme, refresh.period
			USING ERRCODE = 'object_in_use', HINT = 'See run_progress; try again when it is done.';
	END IF;
	SELECT r.run_id INTO run_id
	FROM credence_registry.run r, credence_registry.period_bounds(refresh.period) b
	WHERE r.scheme_code OPERATOR(pg_catalog.=) refresh.scheme AND r.period_start OPERATOR(pg_catalog.=) b.period_start AND r.period_end OPERATOR(pg_catalog.=) b.period_end
		AND r.kind OPERATOR(pg_catalog.<>) 'dry' AND r.state OPERATOR(pg_catalog.<>) ALL ('{gathering,abandoned}')
	ORDER BY r.run_id DESC LIMIT 1;
	IF run_id IS NULL THEN
		RAISE EXCEPTION 'scheme "%" has not been evaluated for %', refresh.scheme, refresh.period
			USING ERRCODE = 'undefined_object', HINT = 'CALL evaluate first.';
	END IF;
	refreshed := credence_registry.refresh_run(run_id);
	IF refreshed IS NULL THEN
		SELECT credence_registry.scheme_relative(s.document) INTO relative
		FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id OPERATOR(pg_catalog.=) r.scheme_id WHERE r.run_id OPERATOR(pg_catalog.=) refresh.run_id;
		RAISE NOTICE 'all subjects of scheme "%" are evaluated anew: %', refresh.scheme,
			CASE WHEN pg_catalog.cardinality(relative) OPERATOR(pg_catalog.>) 0 THEN pg_catalog.array_to_string(relative, '; ')
				ELSE 'a rule or a run that it uses has changed, or more than a fifth of the subjects' END;
		run_id := NULL;
		CALL credence_registry.evaluate(refresh.scheme, refresh.period, NULL, false, NULL, atomic, run_id);
		SELECT r.subjects INTO refreshed FROM credence_registry.run r WHERE r.run_id OPERATOR(pg_catalog.=) refresh.run_id;
	END IF;
END $$;

COMMENT ON PROCEDURE refresh(text, text, boolean, bigint, bigint) IS
'Brings the latest run of a scheme for a period up to now: looks again at the subjects that facts recorded since touch, with the same bits as a full run; run_id is the run, refreshed the number of subjects looked at. Where all would have to be looked at (the notice says why) it evaluates in full, as a new run. Ranks stay those of ranked_at until rerank. For members of credence_admin. Errors: 42704 for what was never evaluated, 55000 for a run that was announced, 55006 while another session evaluates the same.';

-- Ranks a run anew from what is stored. SECURITY DEFINER: nobody but evaluations writes results.
CREATE FUNCTION rerank(run_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET jit = off
SET enable_nestloop = off		-- the planner knows nothing of results that were just stored
AS $$
DECLARE
	r run;
	s scheme;
	inputs text;
	minimum int;
BEGIN
	PERFORM require_admin();
	SELECT u.* INTO r FROM run u WHERE u.run_id = rerank.run_id FOR UPDATE;
	IF r.state IS DISTINCT FROM 'scored' THEN
		RAISE EXCEPTION 'run % is % and cannot be ranked anew', run_id, coalesce('"' || r.state || '"', 'not there') USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	SELECT c.* INTO s FROM scheme c WHERE c.scheme_id = r.scheme_id;
	minimum := coalesce((s.document #>> '{peers,minimum}')::int, 1);
	SELECT coalesce(string_agg(format(', %s AS %I', c.sql, c.name), ''), '') INTO inputs FROM run_columns(s.scheme_id) c;
	-- rated as before the first adjustment
	EXECUTE format('WITH appraised AS (SELECT r.subject_id AS "~subject", r.peer AS "~peer", r.score_card AS "~s0", coalesce(a.rated_before, r.rated) AS "~r0",
		%s AS "~small"%s
	FROM credence_registry.result r
	LEFT JOIN (SELECT DISTINCT ON (a.subject_id) a.subject_id, a.rated_before FROM credence_registry.adjustment a WHERE a.run_id = $1 AND a.kind IN (''grading'', ''adjust'', ''linkage'') ORDER BY a.subject_id, a.step) a
		ON a.subject_id = r.subject_id
	WHERE r.run_id = $1),
ranked AS (%s)
UPDATE credence_registry.result r SET rank = q."~rank", rank_ties = q."~rank_ties", rank_of = q."~rank_of", peer_rank = q."~peer_rank", peer_ties = q."~peer_ties", peer_of = q."~peer_of", ranked_at = $2
FROM appraised a LEFT JOIN ranked q ON q."~subject" = a."~subject"
WHERE r.run_id = $1 AND r.subject_id = a."~subject"',
		CASE WHEN minimum > 1 AND r.scheme_id IS NOT NULL AND s.document ? 'peers' THEN format('count(*) FILTER (WHERE r.excluded IS NULL) OVER (PARTITION BY r.peer) < %s', minimum) ELSE 'false' END,
		inputs, ranked_sql(s.document || '{"grading": {"method": "bands"}}'))
	USING run_id, r.as_of;
END $$;

COMMENT ON FUNCTION rerank(bigint) IS
'Ranks the results of a run anew, after a refresh, as of its as-of. For members of credence_admin. Error 55000 for a run that was announced.';
