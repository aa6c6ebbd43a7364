-- from notice to final, and superseding what was final before

-- What keeps a run from being final on a day: one row each; none if nothing does.
CREATE FUNCTION finalise_obstacles(run bigint, on_date date DEFAULT credence_registry.today())
RETURNS TABLE (obstacle text, until date)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
	SELECT format('the notice lasts until %s', n.notice_until), n.notice_until
	FROM credence_registry.run_clock n WHERE n.run_id = run AND n.notice_until >= on_date
	UNION ALL
	SELECT format('appeals may be filed until %s', n.appeal_until), n.appeal_until
	FROM credence_registry.run_clock n WHERE n.run_id = run AND n.appeal_until >= on_date
	UNION ALL
	SELECT format('appeal %s of subject "%s" on "%s" is not decided', a.appeal_id, s.code, a.line), NULL
	FROM credence_registry.appeal a JOIN credence_registry.subject s ON s.subject_id = a.subject_id
	WHERE a.run_id = run AND a.state IN ('filed', 'accepted')
	UNION ALL
	SELECT format('override %s of subject "%s" is not confirmed', o.override_id, s.code), NULL
	FROM credence_registry.override o JOIN credence_registry.subject s ON s.subject_id = o.subject_id
	WHERE o.run_id = run AND o.state = 'requested'
$$;

COMMENT ON FUNCTION finalise_obstacles(bigint, date) IS
'What keeps a run on notice from being final on a day, one row each: clocks that run, with the last day of each, and appeals and overrides that are not decided. No rows if nothing does.';

-- SECURITY DEFINER: those who may take this step may not write to run and consequence otherwise; and appeals of every
-- region keep a run from being final.
CREATE FUNCTION finalise(run bigint, on_date date DEFAULT credence_registry.today(), note text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	current credence_registry.run;
	earlier credence_registry.run;
	document jsonb;
	obstacles text;
	until date;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin');
	-- all runs of this scheme and period, in one order, so that of two that become final at once one waits
	PERFORM FROM credence_registry.run r
	JOIN credence_registry.run this ON this.scheme_code = r.scheme_code
		AND (this.period_start, this.period_end) = (r.period_start, r.period_end)
	WHERE this.run_id = finalise.run ORDER BY r.run_id FOR UPDATE OF r;
	current := credence_registry.lock_run(run);
	IF current.kind = 'dry' THEN
		RAISE EXCEPTION 'run % is a dry run', run
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Evaluate the scheme in earnest.';
	END IF;
	SELECT s.document INTO document FROM credence_registry.scheme s WHERE s.scheme_id = current.scheme_id;
	IF NOT (current.state = 'notice' OR current.state = 'prerating' AND NOT document ?| ARRAY['notice', 'appeal']) THEN
		RAISE EXCEPTION 'run % is "%" and cannot become final', run, current.state
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = CASE current.state
				WHEN 'scored' THEN 'Adopt it as a pre-rating with prerate.'
				WHEN 'prerating' THEN 'The scheme gives notice: put it on notice with put_on_notice.' ELSE 'Its steps are in run_step.' END;
	END IF;
	IF on_date IS NULL OR on_date > credence_registry.today() THEN
		RAISE EXCEPTION 'run % cannot be final on %: today is %', run, coalesce(on_date::text, 'NULL'), credence_registry.today()
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT string_agg(o.obstacle, '; ' ORDER BY o.until, o.obstacle), max(o.until) INTO obstacles, until
	FROM credence_registry.finalise_obstacles(run, on_date) o;
	IF obstacles IS NOT NULL THEN
		RAISE EXCEPTION 'run % cannot be final on %', run, on_date
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = upper(left(obstacles, 1)) || substr(obstacles, 2) || '.',
				HINT = CASE WHEN until IS NOT NULL THEN format('Its clocks allow it from %s on.', until + 1)
					ELSE 'Decide them first.' END;
	END IF;

	SELECT r.* INTO earlier FROM credence_registry.run r
	WHERE r.scheme_code = current.scheme_code AND r.period_start = current.period_start AND r.period_end = current.period_end
		AND r.state = 'final' AND r.run_id <> current.run_id;
	IF FOUND AND current.corrects IS DISTINCT FROM earlier.run_id THEN
		RAISE EXCEPTION 'run % of the same scheme and period is final', earlier.run_id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = format('Nothing final changes. Evaluate a correction run that corrects run %s.', earlier.run_id);
	ELSIF NOT FOUND AND current.corrects IS NOT NULL THEN
		RAISE EXCEPTION 'run %, which run % corrects, is not final', current.corrects, run
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;

	-- other evaluations ask for what was final as of a time
	PERFORM credence_registry.lock_for_writing();
	IF earlier.run_id IS NOT NULL THEN
		PERFORM credence_registry.step_run(earlier.run_id, 'superseded', on_date, format('corrected by run %s', run));
	END IF;
	PERFORM credence_registry.step_run(run, 'final', on_date, note);
	PERFORM credence_registry.apply_consequences(run);
END $$;

COMMENT ON FUNCTION finalise(bigint, date, text) IS
'Makes a run final from a day on, with all that follows from it; a correction run supersedes the run that it corrects in the same instant. From then on nothing of it changes, for whomever. By a publisher or an administrator: officers decide single cases, the whole is adopted by those who answer for it. Errors: 55000 where the notice or the time for appeals has not run out (the message says until when), appeals or overrides are open (it says which), the run is not on notice (or, where the scheme gives none, not a pre-rating), or another run of the scheme and period is final that this one does not correct; 22023 for a day in the future.';

-- SECURITY DEFINER: those who may take this step may not write to run and result otherwise.
CREATE FUNCTION correct_run(run bigint, as_of timestamptz DEFAULT NULL, version text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	old credence_registry.run;
	anew bigint;
BEGIN
	PERFORM credence_registry.require_admin();
	SELECT r.* INTO old FROM credence_registry.run r WHERE r.run_id = correct_run.run FOR SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no run %', run USING ERRCODE = 'no_data_found';
	END IF;
	IF old.state <> 'final' THEN
		RAISE EXCEPTION 'run % is "%"; only what is final is corrected', run, old.state
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF version IS NULL THEN
		SELECT s.version INTO version FROM credence_registry.scheme s WHERE s.scheme_id = old.scheme_id;
	END IF;
	anew := credence_registry.run_begin(old.scheme_code, version, old.period, as_of, 'correction', run);
	PERFORM credence_registry.run_perform(anew);
	RETURN anew;
END $$;

COMMENT ON FUNCTION correct_run(bigint, timestamptz, text) IS
'Evaluates the scheme and period of a final run anew, by the same version of the scheme unless another is named, as known at as_of (NULL: now), and returns the number of the correction run. The old run stays as it is until the correction, after its own notice and appeals, becomes final and supersedes it. What appeals had put in the place of facts is not carried over: record the facts. By an administrator. Errors: 55000 where the run is not final.';
