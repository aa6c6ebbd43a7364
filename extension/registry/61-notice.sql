-- from scored to notice, and giving a run up

-- Moves a run to a state, with the date from which the step counts and a note for the log.
CREATE FUNCTION step_run(run bigint, to_state text, on_date date, note text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
BEGIN
	PERFORM set_config('credence_registry.step_date', step_run.on_date::text, true),
		set_config('credence_registry.step_note', coalesce(step_run.note, ''), true);
	UPDATE credence_registry.run r
	SET state = step_run.to_state,
		final_at = CASE step_run.to_state WHEN 'final' THEN clock_timestamp() ELSE r.final_at END,
		fingerprint = CASE step_run.to_state WHEN 'final' THEN credence_registry.run_fingerprint(step_run.run) ELSE r.fingerprint END,
		superseded_at = CASE step_run.to_state WHEN 'superseded' THEN clock_timestamp() ELSE r.superseded_at END
	WHERE r.run_id = step_run.run;
	PERFORM set_config('credence_registry.step_date', '', true), set_config('credence_registry.step_note', '', true);
END $$;

COMMENT ON FUNCTION step_run(bigint, text, date, text) IS
'For the functions of the registry: moves a run to a state and logs the date and the note.';

-- The run, locked against other steps until the transaction ends; an error where there is none.
CREATE FUNCTION lock_run(run bigint)
RETURNS run
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	locked credence_registry.run;
BEGIN
	SELECT r.* INTO locked FROM credence_registry.run r WHERE r.run_id = lock_run.run FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no run %', run USING ERRCODE = 'no_data_found';
	END IF;
	RETURN locked;
END $$;

COMMENT ON FUNCTION lock_run(bigint) IS
'For the functions of the registry: the run, locked until the transaction ends.';

-- Last day of a clock of a scheme, {"days": n, "working": true}, that starts on a day; NULL without a clock.
CREATE FUNCTION clock_until(clock jsonb, starts date)
RETURNS date
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN clock ? 'days' THEN
		credence_registry.add_days(starts, (clock ->> 'days')::int, coalesce((clock ->> 'working')::boolean, false)) END
$$;

COMMENT ON FUNCTION clock_until(jsonb, date) IS
'Last day of a clock of a scheme document, such as {"days": 15, "working": true}, that starts on a day (day 0); NULL without a clock.';

-- SECURITY DEFINER: those who may take this step may not write to run otherwise.
CREATE FUNCTION prerate(run bigint, note text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin');
	PERFORM credence_registry.lock_run(run);
	PERFORM credence_registry.step_run(run, 'prerating', credence_registry.today(), note);
END $$;

COMMENT ON FUNCTION prerate(bigint, text) IS
'Adopts a scored run as the pre-rating of its period. By a publisher or an administrator. Errors: 55000 where the run is not scored or is a dry run, 42501 for others.';

-- SECURITY DEFINER: those who may take this step may not write to run otherwise.
CREATE FUNCTION abandon(run bigint, note text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin');
	IF coalesce(btrim(note), '') = '' THEN
		RAISE EXCEPTION 'a run is not abandoned without saying why' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM credence_registry.lock_run(run);
	PERFORM credence_registry.step_run(run, 'abandoned', credence_registry.today(), note);
END $$;

COMMENT ON FUNCTION abandon(bigint, text) IS
'Gives a run up, before its results were made known; the note says why. By a publisher or an administrator. Errors: 55000 once it is on notice or final, 22004 without a note.';

-- SECURITY DEFINER: those who may take this step may not write to run and run_clock otherwise.
CREATE FUNCTION put_on_notice(run bigint, on_date date DEFAULT credence_registry.today(), note text DEFAULT NULL)
RETURNS TABLE (notice_until date, appeal_until date)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.run;
	document jsonb;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin');
	IF on_date IS NULL THEN
		RAISE EXCEPTION 'the day of the notice is missing' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	current := credence_registry.lock_run(run);
	SELECT s.document INTO document FROM credence_registry.scheme s WHERE s.scheme_id = current.scheme_id;
	IF NOT document ?| ARRAY['notice', 'appeal'] THEN
		RAISE EXCEPTION 'the scheme of run % knows neither notice nor appeal', run
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Finalise it straight away with finalise.';
	END IF;
	PERFORM credence_registry.step_run(run, 'notice', on_date, note);
	RETURN QUERY INSERT INTO credence_registry.run_clock AS n (run_id, notice_from, notice_until, appeal_until)
	VALUES (run, on_date, credence_registry.clock_until(document -> 'notice', on_date),
		credence_registry.clock_until(document -> 'appeal', on_date))
	RETURNING n.notice_until, n.appeal_until;
END $$;

COMMENT ON FUNCTION put_on_notice(bigint, date, text) IS
'Puts a pre-rating on notice from a day on, and returns the last day of the notice and the last day for appeals, by the clocks of the scheme in calendar or working days; the day of the notice is day 0. The clocks stay as they are if the calendar changes later. By a publisher or an administrator. Errors: 55000 where the run is not a pre-rating, or its scheme knows neither notice nor appeal.';
