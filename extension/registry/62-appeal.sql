-- appeals against single lines of a pre-rating

CREATE TABLE appeal (
	appeal_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id		bigint NOT NULL,
	subject_id	bigint NOT NULL,
	region		text,
	line		text COLLATE "C" NOT NULL,
	grounds		text NOT NULL CHECK (grounds <> ''),
	filed_on	date NOT NULL,
	filed_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	filed_by	text NOT NULL DEFAULT session_user,
	state		text NOT NULL DEFAULT 'filed' CHECK (state IN ('filed', 'accepted', 'refused', 'withdrawn', 'upheld', 'partly', 'rejected')),
	accepted_at	timestamptz,
	accepted_by	text,
	decided_at	timestamptz,
	decided_by	text,
	decision	text,
	outcome		jsonb,
	result_before	jsonb,
	CONSTRAINT appeal_decided CHECK ((state IN ('filed', 'accepted')) = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
	CONSTRAINT appeal_accepted CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)
		AND (accepted_at IS NOT NULL OR state NOT IN ('accepted', 'upheld', 'partly', 'rejected'))),
	CONSTRAINT appeal_second_person CHECK (decided_by <> filed_by OR state NOT IN ('upheld', 'partly', 'rejected')),
	CONSTRAINT appeal_outcome CHECK (outcome IS NOT NULL OR state NOT IN ('upheld', 'partly'))
);

COMMENT ON TABLE appeal IS
'Appeals against lines of results on notice, and what was decided. Written with file_appeal, accept_appeal, refuse_appeal, withdraw_appeal and decide_appeal; of a final run nothing changes.';
COMMENT ON COLUMN appeal.appeal_id IS 'Number of the appeal.';
COMMENT ON COLUMN appeal.run_id IS 'The run.';
COMMENT ON COLUMN appeal.subject_id IS 'The subject that appeals.';
COMMENT ON COLUMN appeal.region IS 'Region of the subject in the run.';
COMMENT ON COLUMN appeal.line IS 'The indicator of the scorecard that is appealed against.';
COMMENT ON COLUMN appeal.grounds IS 'On what grounds.';
COMMENT ON COLUMN appeal.filed_on IS 'The day on which it was filed, which must lie within the time for appeals.';
COMMENT ON COLUMN appeal.filed_at IS 'When it was entered.';
COMMENT ON COLUMN appeal.filed_by IS 'Who entered it (login); somebody else decides.';
COMMENT ON COLUMN appeal.state IS 'filed, accepted (to be decided), refused (not heard), withdrawn, upheld, partly, rejected; codes of the domain appeal_state.';
COMMENT ON COLUMN appeal.accepted_at IS 'When it was accepted, or NULL.';
COMMENT ON COLUMN appeal.accepted_by IS 'Who accepted it (login), or NULL.';
COMMENT ON COLUMN appeal.decided_at IS 'When it was decided, refused or withdrawn, or NULL.';
COMMENT ON COLUMN appeal.decided_by IS 'Who did (login), or NULL.';
COMMENT ON COLUMN appeal.decision IS 'The reasons of the decision.';
COMMENT ON COLUMN appeal.outcome IS 'What takes the place of the line: inputs, leave_out, points, as decide_appeal says; NULL unless it was upheld, in part at least.';

COMMENT ON COLUMN appeal.result_before IS 'The row of result before the decision; NULL unless it was upheld, in part at least.';

CREATE UNIQUE INDEX appeal_line_idx ON appeal (run_id, subject_id, line) WHERE state NOT IN ('refused', 'withdrawn');
CREATE INDEX appeal_open_idx ON appeal (run_id) WHERE state IN ('filed', 'accepted');
CREATE INDEX appeal_subject_idx ON appeal (subject_id);
SELECT pg_catalog.pg_extension_config_dump('appeal', '');
SELECT pg_catalog.pg_extension_config_dump('appeal_appeal_id_seq', '');
SELECT protect('appeal');
SELECT seal_when_final('appeal');

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('appeal_state', 'filed', 'Filed', '已提交', 1, true),
	('appeal_state', 'accepted', 'Accepted', '已受理', 2, true),
	('appeal_state', 'refused', 'Not heard', '不予受理', 3, true),
	('appeal_state', 'withdrawn', 'Withdrawn', '已撤回', 4, true),
	('appeal_state', 'upheld', 'Upheld', '申诉成立', 5, true),
	('appeal_state', 'partly', 'Upheld in part', '部分成立', 6, true),
	('appeal_state', 'rejected', 'Rejected', '申诉不成立', 7, true);

-- The lines of a run that may be appealed, in the order of the scorecard; NULL where the scheme knows no appeal.
CREATE FUNCTION appeal_lines(run bigint)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN s.document ? 'appeal' THEN
		(SELECT array_agg(n.name ORDER BY n.place) FROM unnest(credence.indicator_names(s.scorecard)) WITH ORDINALITY n (name, place)
		WHERE NOT s.document #> '{appeal,lines}' IS NOT NULL OR s.document #> '{appeal,lines}' ? n.name) END
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	WHERE r.run_id = run
$$;

COMMENT ON FUNCTION appeal_lines(bigint) IS
'The indicators of a run that may be appealed, in the order of the scorecard; NULL where its scheme knows no appeal.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION file_appeal(run bigint, subject bigint, line text, grounds text, filed_on date DEFAULT credence_registry.today())
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	current credence_registry.result;
	lines text[];
	clock credence_registry.run_clock;
	number bigint;
	earlier credence_registry.appeal;
BEGIN
	PERFORM credence_registry.require_officer();
	IF coalesce(btrim(grounds), '') = '' THEN
		RAISE EXCEPTION 'an appeal needs its grounds' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	current := credence_registry.lock_result(run, subject, 'notice');
	lines := credence_registry.appeal_lines(run);
	IF lines IS NULL THEN
		RAISE EXCEPTION 'the scheme of run % knows no appeal', run USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	IF line IS NULL OR line <> ALL (lines) THEN
		RAISE EXCEPTION 'line "%" cannot be appealed', coalesce(line, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Those that can be: %s.', array_to_string(lines, ', '));
	END IF;
	SELECT n.* INTO clock FROM credence_registry.run_clock n WHERE n.run_id = file_appeal.run;
	IF filed_on IS NULL OR filed_on < clock.notice_from OR filed_on > least(clock.appeal_until, credence_registry.today()) THEN
		RAISE EXCEPTION 'an appeal cannot be filed on %', coalesce(filed_on::text, 'NULL')
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = format('Run %s takes appeals from %s to %s; today is %s.', run, clock.notice_from, clock.appeal_until, credence_registry.today());
	END IF;
	SELECT a.* INTO earlier FROM credence_registry.appeal a
	WHERE a.run_id = file_appeal.run AND a.subject_id = file_appeal.subject AND a.line = file_appeal.line
		AND a.state NOT IN ('refused', 'withdrawn');
	IF FOUND THEN
		RAISE EXCEPTION 'appeal % against this line is % already', earlier.appeal_id, earlier.state
			USING ERRCODE = 'unique_violation';
	END IF;
	INSERT INTO credence_registry.appeal AS a (run_id, subject_id, region, line, grounds, filed_on)
	VALUES (file_appeal.run, file_appeal.subject, current.region, file_appeal.line, file_appeal.grounds, file_appeal.filed_on)
	RETURNING a.appeal_id INTO number;
	RETURN number;
END $$;

COMMENT ON FUNCTION file_appeal(bigint, bigint, text, text, date) IS
'Enters the appeal of a subject against a line (an indicator) of a run on notice, and returns its number. filed_on is the day on which it reached the office. By an officer of the region or an administrator. Errors: 55000 where the run is not on notice or the day is outside the time for appeals, 22023 for a line that the scheme does not let be appealed, 22004 without grounds, 23505 where the line was appealed already.';

-- An appeal in one of the states, locked with its run, which must be on notice.
CREATE FUNCTION lock_appeal(appeal bigint, VARIADIC states text[])
RETURNS appeal
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	filed credence_registry.appeal;
BEGIN
	PERFORM credence_registry.require_officer();
	-- the run first, as everywhere: whoever waits, waits there
	PERFORM credence_registry.lock_run(a.run_id) FROM credence_registry.appeal a WHERE a.appeal_id = lock_appeal.appeal;
	SELECT a.* INTO filed FROM credence_registry.appeal a WHERE a.appeal_id = lock_appeal.appeal FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no appeal %', appeal USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM credence_registry.require_region(filed.region);
	IF filed.state <> ALL (states) THEN
		RAISE EXCEPTION 'appeal % is "%", not "%"', appeal, filed.state, array_to_string(states, '" or "')
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = CASE
				WHEN filed.state = 'filed' THEN 'Accept it first with accept_appeal.' ELSE 'What became of it is in the table appeal.' END;
	END IF;
	RETURN filed;
END $$;

COMMENT ON FUNCTION lock_appeal(bigint, text[]) IS
'For the functions of the registry: an appeal in one of the states, locked with its run.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION accept_appeal(appeal bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.lock_appeal(appeal, 'filed');
	UPDATE credence_registry.appeal a
	SET state = 'accepted', accepted_at = clock_timestamp(), accepted_by = session_user
	WHERE a.appeal_id = accept_appeal.appeal;
END $$;

COMMENT ON FUNCTION accept_appeal(bigint) IS
'Accepts an appeal, so that it will be heard. By an officer of the region or an administrator. Error 55000 where it is not just filed.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION refuse_appeal(appeal bigint, reason text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'an appeal is not refused without a reason' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM credence_registry.lock_appeal(appeal, 'filed');
	UPDATE credence_registry.appeal a
	SET state = 'refused', decided_at = clock_timestamp(), decided_by = session_user, decision = reason
	WHERE a.appeal_id = refuse_appeal.appeal;
END $$;

COMMENT ON FUNCTION refuse_appeal(bigint, text) IS
'Refuses to hear an appeal (formal defects), with the reason; it can be filed anew within the time for appeals. By an officer of the region or an administrator. Error 55000 where it is not just filed.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION withdraw_appeal(appeal bigint, reason text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.lock_appeal(appeal, 'filed', 'accepted');
	UPDATE credence_registry.appeal a
	SET state = 'withdrawn', decided_at = clock_timestamp(), decided_by = session_user, decision = reason
	WHERE a.appeal_id = withdraw_appeal.appeal;
END $$;

COMMENT ON FUNCTION withdraw_appeal(bigint, text) IS
'Enters that the subject withdrew its appeal. By an officer of the region or an administrator. Error 55000 where it was decided already.';

-- The inputs that a line rests on: what its indicator reads, and all that this is derived from.
CREATE FUNCTION line_inputs(document jsonb, line text)
RETURNS TABLE (name text, value_type text, source text, definition jsonb)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	WITH RECURSIVE input AS MATERIALIZED (
		SELECT i.* FROM credence_registry.scheme_inputs(document) i
	), read AS (
		SELECT coalesce(c ->> 'input', c ->> 'name') AS name
		FROM jsonb_array_elements(document #> '{scorecard,indicators}') c WHERE c ->> 'name' = line
		UNION
		SELECT unnest(i.needs) FROM read r JOIN input i ON i.name = r.name
	)
	SELECT i.name, i.value_type, i.source, i.definition FROM read r JOIN input i ON i.name = r.name
$$;

COMMENT ON FUNCTION line_inputs(jsonb, text) IS
'The inputs of a scheme document on which a line rests: the one that its indicator reads, and all that this is derived from.';

-- Refuses an outcome that is not made as decide_appeal says.
CREATE FUNCTION check_outcome(document jsonb, line text, outcome jsonb, as_of timestamptz)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	part record;
	event bigint;
BEGIN
	IF jsonb_typeof(outcome) IS DISTINCT FROM 'object' OR outcome = '{}' THEN
		RAISE EXCEPTION 'an appeal that is upheld needs an outcome' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Such as {"inputs": {"name": value}}, {"leave_out": [event_id]} or {"points": {"event_id": points}}.';
	END IF;
	FOR part IN SELECT o.key, jsonb_typeof(o.value) AS type FROM jsonb_each(outcome) o
	LOOP
		IF part.key NOT IN ('inputs', 'leave_out', 'points')
			OR part.type <> (CASE part.key WHEN 'leave_out' THEN 'array' ELSE 'object' END) THEN
			RAISE EXCEPTION 'outcome: "%" is not expected', part.key USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Expected are inputs (object), leave_out (array) and points (object).';
		END IF;
	END LOOP;
	FOR part IN SELECT o.key, jsonb_typeof(o.value) AS type, i.value_type
		FROM jsonb_each(coalesce(outcome -> 'inputs', '{}')) o
		LEFT JOIN credence_registry.line_inputs(document, line) i ON i.name = o.key
	LOOP
		IF part.value_type IS NULL THEN
			RAISE EXCEPTION 'outcome: line "%" does not rest on an input "%"', line, part.key USING ERRCODE = 'invalid_parameter_value',
				DETAIL = format('It rests on: %s.', (SELECT string_agg(i.name, ', ' ORDER BY i.name) FROM credence_registry.line_inputs(document, line) i));
		ELSIF part.type <> (CASE part.value_type WHEN 'text' THEN 'string' ELSE 'number' END) AND part.type <> 'null' THEN
			RAISE EXCEPTION 'outcome: input "%" is a %', part.key, part.value_type USING ERRCODE = 'invalid_parameter_value';
		END IF;
	END LOOP;
	FOR part IN SELECT e.value #>> '{}' AS key, jsonb_typeof(e.value) AS type, NULL AS points FROM jsonb_array_elements(coalesce(outcome -> 'leave_out', '[]')) e
		UNION ALL SELECT o.key, 'number', o.value FROM jsonb_each(coalesce(outcome -> 'points', '{}')) o
	LOOP
		IF part.type <> 'number' OR part.key !~ '^[0-9]{1,18}$' OR jsonb_typeof(part.points) <> 'number' THEN
			RAISE EXCEPTION 'outcome: "%" is not the number of an event, or not with a number of points', part.key USING ERRCODE = 'invalid_parameter_value';
		END IF;
		event := part.key::bigint;
		IF NOT EXISTS (SELECT FROM credence_registry.events_at(as_of) e WHERE e.event_id = event) THEN
			RAISE EXCEPTION 'outcome: there is no event % that counts in this run', event USING ERRCODE = 'invalid_parameter_value';
		END IF;
	END LOOP;
END $$;

COMMENT ON FUNCTION check_outcome(jsonb, text, jsonb, timestamptz) IS
'For decide_appeal: refuses (22023) an outcome that is not well formed, names an input that the line does not rest on, or an event that does not count.';

-- SECURITY DEFINER: officers may not write result otherwise.
CREATE FUNCTION decide_appeal(appeal bigint, decision text, reason text, outcome jsonb DEFAULT NULL)
RETURNS TABLE (score_before float8, score_after float8, grade_before text, grade_after text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	filed credence_registry.appeal;
	current credence_registry.run;
	document jsonb;
	before credence_registry.result;
	after credence_registry.result;
BEGIN
	filed := credence_registry.lock_appeal(appeal, 'accepted');
	IF filed.filed_by = session_user THEN
		RAISE EXCEPTION 'appeal % was filed by "%", who cannot decide it', appeal, session_user
			USING ERRCODE = 'insufficient_privilege', HINT = 'Somebody else decides it.';
	END IF;
	IF decision IS NULL OR decision NOT IN ('upheld', 'partly', 'rejected') THEN
		RAISE EXCEPTION 'decision "%" is not known', coalesce(decision, 'NULL') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It is "upheld", "partly" or "rejected".';
	END IF;
	IF coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'a decision needs its reasons' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF decision = 'rejected' AND outcome IS NOT NULL THEN
		RAISE EXCEPTION 'an appeal that is rejected has no outcome' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	before := credence_registry.lock_result(filed.run_id, filed.subject_id, 'notice');
	SELECT r.* INTO current FROM credence_registry.run r WHERE r.run_id = filed.run_id;
	SELECT s.document INTO document FROM credence_registry.scheme s WHERE s.scheme_id = current.scheme_id;
	IF decision <> 'rejected' THEN
		PERFORM credence_registry.check_outcome(document, filed.line, outcome, current.as_of);
	END IF;
	UPDATE credence_registry.appeal a
	SET state = decide_appeal.decision, decided_at = clock_timestamp(), decided_by = session_user,
		decision = decide_appeal.reason, outcome = decide_appeal.outcome,
		result_before = CASE WHEN decide_appeal.decision <> 'rejected' THEN to_jsonb(before) END
	WHERE a.appeal_id = decide_appeal.appeal;
	after := before;
	IF decision <> 'rejected' THEN
		after := credence_registry.reappraise(filed.run_id, filed.subject_id);
		PERFORM credence_registry.adjust_result(before, after, 'appeal', format('appeal %s: %s', appeal, filed.line), reason);
		PERFORM credence_registry.relink(filed.run_id, filed.subject_id, format('appeal %s: linkage', appeal), reason),
			credence_registry.rank_results(filed.run_id);
	END IF;
	RETURN QUERY VALUES (before.score, after.score, before.grade, after.grade);
END $$;

COMMENT ON FUNCTION decide_appeal(bigint, text, text, jsonb) IS
'Decides an accepted appeal: "upheld", "partly" or "rejected", with the reasons. Upheld, in part at least, it has an outcome, which takes the place of the line: {"inputs": {"name": value or null}} other values of inputs that the line rests on; {"leave_out": [event_id ...]} events that do not count; {"points": {"event_id": points}} events that count with other points. The subject is evaluated anew as of the run, with the outcomes of all its appeals; what depends on the population stays as it was on notice, so that it does not matter in which order appeals are decided, and no rank or quota lowers somebody for the appeal of another; linkages to others are made anew, and so are the ranks that are shown. Returns score and grade before and after. By an officer of the region or an administrator, not the one who filed it. The events themselves stay as they are: revoke_event strikes one for every scheme.
Errors: 42501 for the one who filed it, 55000 where it is not accepted or the run is not on notice, 22004 without reasons, 22023 for an outcome that the line does not rest on.';
