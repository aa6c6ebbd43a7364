-- evaluate: fixes as-of, runs the statement, and keeps track
--
-- What needs rights on the tables is done by functions that are SECURITY DEFINER and ask session_user; the procedure
-- around them commits, so that it can be neither that nor have a SET clause.

-- The key of the advisory lock of an evaluation of a scheme and period.
CREATE FUNCTION evaluation_key(scheme_code text, period_start date, period_end date)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.hashtextextended('evaluate ' || scheme_code, (period_start - DATE '1900-01-01')::bigint * 1000000 + (period_end - DATE '1900-01-01'));

COMMENT ON FUNCTION evaluation_key(text, date, date) IS
'The key of the advisory lock that keeps two evaluations of one scheme and period apart.';

-- Who writes facts holds the lock of writers until commit. Taking it alone for an instant means that whatever is recorded
-- up to now has been committed, and that what is committed later is recorded later.
CREATE FUNCTION fix_as_of(as_of timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
BEGIN
	IF as_of > clock_timestamp() THEN
		RAISE EXCEPTION 'as-of % lies in the future', as_of USING ERRCODE = 'invalid_parameter_value';
	ELSIF as_of IS NULL AND current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'as-of cannot be fixed in a transaction that is %', current_setting('transaction_isolation')
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = 'It would not see what was committed since it began.', HINT = 'Use READ COMMITTED, or name an as-of.';
	END IF;
	PERFORM pg_advisory_lock(writers_key());
	as_of := coalesce(as_of, clock_timestamp());
	PERFORM pg_advisory_unlock(writers_key());
	RETURN as_of;
END $$;

COMMENT ON FUNCTION fix_as_of(timestamptz) IS
'Waits until everyone who is writing facts has committed, and returns the as-of from which on an evaluation repeats: the one given, or now. Error 22023 for one in the future.';

-- Begins a run, or takes up one that was cut off. SECURITY DEFINER: nobody but evaluations writes runs.
CREATE FUNCTION run_begin(scheme_code text, version text, period text, as_of timestamptz, kind text, corrects bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	bounds record;
	found_scheme scheme;
	found_run run;
	unit text;
	name text;
BEGIN
	PERFORM require_admin();
	SELECT * INTO bounds FROM period_bounds(period);
	name := period_name(bounds.period_start, bounds.period_end);
	IF bounds.period_start > credence_registry.today() THEN
		RAISE EXCEPTION 'period % has not begun', name USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF NOT EXISTS (SELECT FROM scheme s WHERE s.code = scheme_code) THEN
		RAISE EXCEPTION 'scheme "%" does not exist', scheme_code
			USING ERRCODE = 'undefined_object',
				HINT = coalesce('There are ' || (SELECT string_agg(DISTINCT format('"%s"', s.code), ', ') FROM scheme s) || '.', 'Import one with scheme_import.');
	END IF;
	IF version IS NOT NULL THEN
		SELECT * INTO found_scheme FROM scheme s WHERE s.code = scheme_code AND s.version = run_begin.version;
		IF found_scheme.scheme_id IS NULL THEN
			RAISE EXCEPTION 'scheme "%" has no version "%"', scheme_code, version USING ERRCODE = 'undefined_object';
		END IF;
	ELSE
		SELECT * INTO found_scheme FROM scheme s WHERE s.scheme_id = scheme_at(scheme_code, bounds.period_end);
		IF found_scheme.scheme_id IS NULL AND kind = 'dry' THEN
			-- a draft is tried out
			SELECT * INTO found_scheme FROM scheme s WHERE s.code = scheme_code AND s.state = 'draft' ORDER BY s.changed_at DESC, s.scheme_id DESC LIMIT 1;
		END IF;
		IF found_scheme.scheme_id IS NULL THEN
			RAISE EXCEPTION 'no version of scheme "%" is in force on %', scheme_code, bounds.period_end
				USING ERRCODE = 'undefined_object', HINT = 'Activate one with scheme_activate, or name a version for a dry run.';
		END IF;
	END IF;
	IF found_scheme.state = 'draft' AND kind <> 'dry' THEN
		RAISE EXCEPTION 'version "%" of scheme "%" is a draft', found_scheme.version, scheme_code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Try it with dry => true, or activate it with scheme_activate.';
	END IF;
	unit := coalesce(found_scheme.document ->> 'period', 'year');
	IF position('..' IN name) = 0 AND unit <> (CASE WHEN name ~ '^\d{4}$' THEN 'year' WHEN name ~ 'H' THEN 'half' WHEN name ~ 'Q' THEN 'quarter' WHEN name ~ '^\d{4}-\d\d$' THEN 'month' ELSE 'day' END) THEN
		RAISE EXCEPTION 'scheme "%" is evaluated by the %, not for %', scheme_code, unit, name
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Any two dates with two dots between them are a period, too.';
	END IF;

	-- one that was cut off goes on with its own as-of
	SELECT * INTO found_run FROM run r
	WHERE r.scheme_id = found_scheme.scheme_id AND r.period_start = bounds.period_start AND r.period_end = bounds.period_end
		AND r.state = 'gathering' AND r.kind = run_begin.kind AND r.corrects IS NOT DISTINCT FROM run_begin.corrects
		AND (run_begin.as_of IS NULL OR r.as_of = run_begin.as_of)
	ORDER BY r.run_id DESC LIMIT 1;
	IF found_run.run_id IS NOT NULL AND NOT (found_scheme.state = 'draft' AND found_scheme.changed_at > found_run.as_of) THEN
		UPDATE run SET started_at = clock_timestamp(), started_by = session_user WHERE run_id = found_run.run_id;
		RETURN found_run.run_id;
	END IF;
	as_of := fix_as_of(as_of);
	INSERT INTO run (scheme_id, scheme_code, period, period_start, period_end, as_of, kind, corrects, engine)
	VALUES (found_scheme.scheme_id, scheme_code, name, bounds.period_start, bounds.period_end, as_of, kind, corrects,
		(SELECT e.extversion FROM pg_extension e WHERE e.extname = 'credence'))
	RETURNING * INTO found_run;
	RETURN found_run.run_id;
END $$;

COMMENT ON FUNCTION run_begin(text, text, text, timestamptz, text, bigint) IS
'Begins a run of a scheme (the version in force at the end of the period, or the one named) and returns its number; a run of the same kind that was cut off is taken up with its own as-of. Errors: 42501, 42704 for an unknown scheme or version, 55000 for a draft that is not run dry, 22023 for a period.';

-- Phase 1: everything up to the adjustments, in one statement. SECURITY DEFINER: nobody but evaluations writes results.
CREATE FUNCTION run_gather(run_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET datestyle = 'ISO'
SET plan_cache_mode = force_custom_plan
SET enable_mergejoin = off
SET enable_nestloop = off
SET jit = off
AS $$
DECLARE
	r run;
	s scheme;
	survey jsonb;
	stored int;
BEGIN
	PERFORM require_admin();
	SELECT u.* INTO r FROM run u WHERE u.run_id = run_gather.run_id FOR UPDATE;
	IF r.state <> 'gathering' THEN
		RAISE EXCEPTION 'run % is "%", not "gathering"', run_id, r.state USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	SELECT c.* INTO s FROM scheme c WHERE c.scheme_id = r.scheme_id;
	DELETE FROM run_norms n WHERE n.run_id = run_gather.run_id;
	BEGIN
		survey := run_survey(run_id, true);
		EXECUTE evaluation_sql(s.document, s.scorecard, r.period_start, r.period_end, r.as_of, survey, false) USING run_id, r.as_of;
		GET DIAGNOSTICS stored = ROW_COUNT;
	EXCEPTION WHEN SQLSTATE 'CR001' THEN
		-- the sample did not show everything
		survey := run_survey(run_id, false);
		EXECUTE evaluation_sql(s.document, s.scorecard, r.period_start, r.period_end, r.as_of, survey, false) USING run_id, r.as_of;
		GET DIAGNOSTICS stored = ROW_COUNT;
	END;
	IF stored = 0 THEN
		RAISE EXCEPTION 'scheme "%" has no subject to evaluate for %', r.scheme_code, r.period
			USING ERRCODE = 'no_data_found', DETAIL = format('It asks for subjects of kind %s as known on %s.', s.document #> '{subjects,kinds}', r.as_of);
	END IF;
	PERFORM keep_plan(run_id, survey);
	UPDATE run SET subjects = stored, done = stored,
		phase = CASE WHEN jsonb_array_length(coalesce(s.document -> 'linkage', '[]')) > 0 THEN 'linking' ELSE 'done' END
	WHERE run.run_id = run_gather.run_id;
END $$;

COMMENT ON FUNCTION run_gather(bigint) IS
'First phase of a run: gathers, scores, ranks, grades, adjusts and stores, in one statement. Error P0002 where there is no subject.';

-- The last phase. SECURITY DEFINER as above.
CREATE FUNCTION run_finish(run_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM require_admin();
	PERFORM lock_for_writing();		-- other schemes ask for what was finished as of a time
	UPDATE run r SET state = 'scored', phase = 'done', finished_at = clock_timestamp() WHERE r.run_id = run_finish.run_id AND r.state = 'gathering';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run % is %', run_id, coalesce((SELECT r.state FROM run r WHERE r.run_id = run_finish.run_id), 'not there')
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Somebody else has given it up: evaluate again.';
	END IF;
	-- what is asked of the results next would be planned for one row: autovacuum comes only after a while. Nobody searches
	-- the arrays, and they take longest
	ANALYZE credence_registry.result (run_id, subject_id, region, kind, peer, evaluated_at, excluded, score_card, grade_card, score, grade, notch, rated, rank, peer_rank),
		credence_registry.adjustment;
END $$;

COMMENT ON FUNCTION run_finish(bigint) IS 'Last phase of a run: marks it as scored. Error 55000 for a run that is not being evaluated any more.';

-- Gives a run up that cannot be finished. SECURITY DEFINER as above.
CREATE FUNCTION run_abandon(run_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM require_admin();
	UPDATE run r SET state = 'abandoned', finished_at = clock_timestamp() WHERE r.run_id = run_abandon.run_id AND r.state IN ('gathering', 'scored');
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run % is not one that can be abandoned', run_id
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Only a run that is unfinished, or scored and not announced, can be.';
	END IF;
	DELETE FROM result t WHERE t.run_id = run_abandon.run_id;
	DELETE FROM adjustment a WHERE a.run_id = run_abandon.run_id;
	DELETE FROM run_norms n WHERE n.run_id = run_abandon.run_id;
	DELETE FROM run_plan p WHERE p.run_id = run_abandon.run_id;
END $$;

COMMENT ON FUNCTION run_abandon(bigint) IS
'Gives up a run that is unfinished, or scored but not announced, and drops its results; the row of the run stays. For members of credence_admin. Error 55000 for any other run.';

-- All phases in the transaction of the caller.
CREATE FUNCTION run_perform(run_id bigint)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF (SELECT r.phase FROM run r WHERE r.run_id = run_perform.run_id) = 'gathering' THEN
		PERFORM run_gather(run_id);
	END IF;
	IF (SELECT r.phase FROM run r WHERE r.run_id = run_perform.run_id) = 'linking' THEN
		PERFORM run_link(run_id);
	END IF;
	PERFORM run_finish(run_id);
END $$;

COMMENT ON FUNCTION run_perform(bigint) IS
'Performs what is left of a run, in one transaction.';

-- RAISE takes no detail or hint that is NULL.
CREATE FUNCTION raise_again(state text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF detail <> '' AND hint <> '' THEN
		RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail, HINT = hint;
	ELSIF detail <> '' THEN
		RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail;
	ELSIF hint <> '' THEN
		RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, HINT = hint;
	END IF;
	RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message;
END $$;

COMMENT ON FUNCTION raise_again(text, text, text, text) IS
'Raises an error again that was caught: SQLSTATE, message, detail and hint, the last two empty where there is none.';

-- Fully qualified and without SET clauses: it commits. Session locks do not end with a transaction, and vanish with a
-- crash; whatever goes wrong within a phase is caught, so that they are released before the error goes on.
CREATE PROCEDURE evaluate(scheme text, period text, as_of timestamptz DEFAULT NULL, dry boolean DEFAULT false, version text DEFAULT NULL,
	in_transaction boolean DEFAULT NULL, INOUT run_id bigint DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
	atomic boolean := coalesce(evaluate.in_transaction, pg_catalog.now() OPERATOR(pg_catalog.<>) pg_catalog.statement_timestamp());
	key bigint;
	locked boolean;
	phase text;
	message text;
	detail text;
	hint text;
	state text;
BEGIN
	IF evaluate.scheme IS NULL OR evaluate.period IS NULL THEN
		RAISE EXCEPTION 'scheme and period must not be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT credence_registry.evaluation_key(evaluate.scheme, b.period_start, b.period_end) INTO key FROM credence_registry.period_bounds(evaluate.period) b;
	IF atomic THEN
		locked := pg_catalog.pg_try_advisory_xact_lock(key);
	ELSE
		locked := pg_catalog.pg_try_advisory_lock(key);
	END IF;
	IF locked IS NOT TRUE THEN
		RAISE EXCEPTION 'scheme "%" is being evaluated for % by another session', evaluate.scheme, evaluate.period
			USING ERRCODE = 'object_in_use', HINT = 'See run_progress; try again when it is done.';
	END IF;

	phase := 'begin';
	WHILE phase OPERATOR(pg_catalog.<>) 'end'
	LOOP
		BEGIN
			IF phase OPERATOR(pg_catalog.=) 'begin' THEN
				run_id := credence_registry.run_begin(evaluate.scheme, evaluate.version, evaluate.period, evaluate.as_of,
					CASE WHEN evaluate.dry THEN 'dry' ELSE 'full' END, NULL);
			ELSIF phase OPERATOR(pg_catalog.=) 'gathering' THEN
				PERFORM credence_registry.run_gather(run_id);
			ELSIF phase OPERATOR(pg_catalog.=) 'linking' THEN
				PERFORM credence_registry.run_link(run_id);
			ELSE
				PERFORM credence_registry.run_finish(run_id);
			END IF;
			phase := CASE WHEN phase OPERATOR(pg_catalog.=) 'done' THEN 'end'
				ELSE (SELECT r.phase FROM credence_registry.run r WHERE r.run_id OPERATOR(pg_catalog.=) evaluate.run_id) END;
		EXCEPTION WHEN query_canceled OR OTHERS THEN
			IF atomic THEN
				RAISE;
			END IF;
			phase := 'failed';
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
		END;
		IF phase OPERATOR(pg_catalog.=) 'failed' THEN
			-- only a crash leaves a run to be taken up; and where it cannot be given up, the lock must be released all the same
			IF run_id IS NOT NULL THEN
				-- a cancellation comes as two signals, to the process and to its group: the second may hit here
				FOR attempt IN 1..3 LOOP
					BEGIN
						PERFORM credence_registry.run_abandon(run_id);
						EXIT;
					EXCEPTION WHEN query_canceled THEN
						NULL;
					WHEN OTHERS THEN
						EXIT;
					END;
				END LOOP;
				COMMIT;
			END IF;
			PERFORM pg_catalog.pg_advisory_unlock(key);
			PERFORM credence_registry.raise_again(state, message, detail, hint);
		END IF;
		IF NOT atomic THEN
			COMMIT;
		END IF;
	END LOOP;
	IF NOT atomic THEN
		PERFORM pg_catalog.pg_advisory_unlock(key);
	END IF;
END $$;

COMMENT ON PROCEDURE evaluate(text, text, timestamptz, boolean, text, boolean, bigint) IS
'Evaluates a scheme (the version in force at the end of the period, or the one named) for a period, as known at as_of (NULL: now), and returns the number of the run. Outside of a transaction block it commits phase by phase, so that run_progress shows how far it is; within one (which in_transaction => true states where it cannot be seen) it works in that transaction. A run that a crash cut off is taken up with its as-of; one that fails is abandoned. dry => true: only to see what would come of it; also of a draft. For members of credence_admin. Errors: 55006 while another session evaluates the same, 42704 for an unknown scheme or version, P0002 where there is no subject or an indicator that nobody supplied, 55000 for a draft, 22023 for a period that is none or has not begun.';
