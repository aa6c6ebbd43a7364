-- manual overrides: one officer asks, another confirms

CREATE TABLE override (
	override_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id			bigint NOT NULL,
	subject_id		bigint NOT NULL,
	region			text,
	grade			text,
	score			float8,
	reason			text NOT NULL CHECK (reason <> ''),
	state			text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'confirmed', 'refused')),
	requested_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	requested_by	text NOT NULL DEFAULT session_user,
	decided_at		timestamptz,
	decided_by		text,
	note			text,
	CONSTRAINT override_one CHECK (num_nonnulls(grade, score) = 1),
	CONSTRAINT override_decided CHECK ((state = 'requested') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
	CONSTRAINT override_second_person CHECK (decided_by <> requested_by OR state = 'refused')
);

COMMENT ON TABLE override IS
'Grades and scores set by hand: asked for with a reason by one person and confirmed by another. Written with request_override, confirm_override and refuse_override; of a final run nothing changes.';
COMMENT ON COLUMN override.override_id IS 'Number of the override.';
COMMENT ON COLUMN override.run_id IS 'The run.';
COMMENT ON COLUMN override.subject_id IS 'The subject.';
COMMENT ON COLUMN override.region IS 'Region of the subject in the run.';
COMMENT ON COLUMN override.grade IS 'The grade to be set, or NULL.';
COMMENT ON COLUMN override.score IS 'The score to be set, or NULL.';
COMMENT ON COLUMN override.reason IS 'Why.';
COMMENT ON COLUMN override.state IS 'requested, confirmed or refused; codes of the domain override_state.';
COMMENT ON COLUMN override.requested_at IS 'When it was asked for.';
COMMENT ON COLUMN override.requested_by IS 'Who asked for it (login).';
COMMENT ON COLUMN override.decided_at IS 'When it was confirmed or refused.';
COMMENT ON COLUMN override.decided_by IS 'Who did (login); never the one who asked, but that one may withdraw it.';
COMMENT ON COLUMN override.note IS 'What was said with the decision, or NULL.';

CREATE UNIQUE INDEX override_open_idx ON override (run_id, subject_id) WHERE state = 'requested';
SELECT pg_catalog.pg_extension_config_dump('override', '');
SELECT pg_catalog.pg_extension_config_dump('override_override_id_seq', '');
SELECT protect('override');
SELECT seal_when_final('override');

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('override_state', 'requested', 'Requested', '待复核', 1, true),
	('override_state', 'confirmed', 'Confirmed', '已复核', 2, true),
	('override_state', 'refused', 'Refused', '已驳回', 3, true);

-- The place of a grade among the grades of a run's scheme; an error for a grade that is none of them.
CREATE FUNCTION run_notch(run bigint, grade text)
RETURNS int
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	grades text[];
	notch int;
BEGIN
	SELECT credence_registry.scheme_grades(s.document) INTO grades
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id WHERE r.run_id = run_notch.run;
	notch := array_position(grades, grade);
	IF notch IS NULL THEN
		RAISE EXCEPTION 'the scheme of run % has no grade "%"', run, grade USING ERRCODE = 'invalid_parameter_value',
			DETAIL = format('Its grades are: %s.', coalesce(array_to_string(grades, ', '), 'none'));
	END IF;
	RETURN notch;
END $$;

COMMENT ON FUNCTION run_notch(bigint, text) IS
'Place of a grade among the grades of the scheme of a run, 1 for the best; NULL for NULL. Error 22023 for any other grade.';

-- A score rounded as the scorecard of a run rounds.
CREATE FUNCTION run_round(run bigint, score float8)
RETURNS float8
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT credence.score(credence_registry.rounding_card(coalesce((s.document #>> '{scorecard,decimals}')::int, 6)), ARRAY[score])
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id WHERE r.run_id = run
$$;

COMMENT ON FUNCTION run_round(bigint, float8) IS
'A score rounded to the decimals of the scorecard of a run, half away from zero.';

-- The grade of a score where the scheme of a run grades by bands, else NULL.
CREATE FUNCTION run_band(run bigint, score float8)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT credence.grade((s.document #>> '{scorecard,grades}')::credence.bands, score)
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	WHERE r.run_id = run AND coalesce(s.document #>> '{grading,method}', 'bands') = 'bands'
$$;

COMMENT ON FUNCTION run_band(bigint, float8) IS
'Grade of a score by the bands of the scheme of a run; NULL where it grades in another way.';

-- The result of a subject in a run, locked, and the run locked with it; an error where there is none, where the login does
-- not act on its region, or where the run is not in one of the states.
CREATE FUNCTION lock_result(run bigint, subject bigint, VARIADIC states text[])
RETURNS result
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.run;
	locked credence_registry.result;
BEGIN
	current := credence_registry.lock_run(run);
	SELECT r.* INTO locked FROM credence_registry.result r
	WHERE r.run_id = lock_result.run AND r.subject_id = lock_result.subject FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'run % has no result of subject %', run, subject USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM credence_registry.require_region(locked.region);
	IF current.state <> ALL (states) OR current.kind = 'dry' THEN
		RAISE EXCEPTION 'run % is "%", not "%"', run,
				CASE current.kind WHEN 'dry' THEN 'dry run' ELSE current.state END, array_to_string(states, '" or "')
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = CASE WHEN current.state IN ('final', 'superseded')
				THEN 'Nothing final changes. Evaluate a correction run that points at it.' ELSE 'Its steps are in run_step.' END;
	END IF;
	RETURN locked;
END $$;

COMMENT ON FUNCTION lock_result(bigint, bigint, text[]) IS
'For the functions of the registry: the result of a subject, locked with its run, which must be in one of the states.';

-- Writes the outcome of a decision: the result, and the line that says what it was before.
CREATE FUNCTION adjust_result(before result, after result, kind text, rule text, reason text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	UPDATE credence_registry.result r
	SET inputs = after.inputs, numbers = after.numbers, texts = after.texts, points = after.points, groups = after.groups,
		score_card = after.score_card, grade_card = after.grade_card, score = after.score, grade = after.grade, notch = after.notch,
		coverage = after.coverage, rated = after.rated, reasons = after.reasons, vetoes = after.vetoes
	WHERE r.run_id = before.run_id AND r.subject_id = before.subject_id;
	INSERT INTO credence_registry.adjustment (run_id, subject_id, step, kind, rule,
		score_before, score_after, grade_before, grade_after, rated_before, rated_after, reason, reason_zh)
	SELECT before.run_id, before.subject_id, greatest(coalesce(max(a.step), 0) + 1, 1000000), adjust_result.kind, adjust_result.rule,
		before.score, after.score, before.grade, after.grade, before.rated, after.rated, adjust_result.reason, adjust_result.reason
	FROM credence_registry.adjustment a
	WHERE a.run_id = before.run_id AND a.subject_id = before.subject_id;
END $$;

COMMENT ON FUNCTION adjust_result(result, result, text, text, text) IS
'For the functions of the registry: writes what a decision makes of a result, and the adjustment that says what it was before.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION request_override(run bigint, subject bigint, reason text, grade text DEFAULT NULL, score float8 DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.result;
	number bigint;
BEGIN
	PERFORM credence_registry.require_officer();
	IF coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'an override needs a reason' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF num_nonnulls(grade, score) <> 1 THEN
		RAISE EXCEPTION 'an override sets either a grade or a score' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF score IN ('NaN', 'Infinity', '-Infinity') THEN
		RAISE EXCEPTION 'a score cannot be %', score USING ERRCODE = 'numeric_value_out_of_range';
	END IF;
	current := credence_registry.lock_result(run, subject, 'prerating', 'notice');
	PERFORM credence_registry.run_notch(run, grade);
	IF EXISTS (SELECT FROM credence_registry.override o
		WHERE o.run_id = request_override.run AND o.subject_id = request_override.subject AND o.state = 'requested') THEN
		RAISE EXCEPTION 'an override of subject % in run % awaits its confirmation already', subject, run
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	INSERT INTO credence_registry.override AS o (run_id, subject_id, region, grade, score, reason)
	VALUES (request_override.run, request_override.subject, current.region, request_override.grade, request_override.score, request_override.reason)
	RETURNING o.override_id INTO number;
	RETURN number;
END $$;

COMMENT ON FUNCTION request_override(bigint, bigint, text, text, float8) IS
'Asks for a grade or a score to be set by hand, with the reason; nothing changes until a second person confirms it. Only while the run is a pre-rating or on notice. By an officer of the region or an administrator. Errors: 22004 without a reason, 22023 for a grade that the scheme does not have or both a grade and a score, 55000 in another state.';

-- A result with what an override makes of it.
CREATE FUNCTION overridden(result result, asked override)
RETURNS result
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	grade text;
BEGIN
	result.rated := true;
	result.score := coalesce(credence_registry.run_round(asked.run_id, asked.score), result.score);
	grade := coalesce(asked.grade, CASE WHEN asked.score IS NOT NULL THEN credence_registry.run_band(asked.run_id, result.score) END);
	IF grade IS NOT NULL THEN
		result.grade := grade;
		result.notch := credence_registry.run_notch(asked.run_id, grade);
	END IF;
	RETURN result;
END $$;

COMMENT ON FUNCTION overridden(result, override) IS
'For confirm_override and reappraise: a result with the grade or score of an override.';

-- SECURITY DEFINER: officers may not write result otherwise.
CREATE FUNCTION confirm_override(override bigint, note text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	asked credence_registry.override;
	before credence_registry.result;
	after credence_registry.result;
BEGIN
	PERFORM credence_registry.require_officer();
	asked := credence_registry.lock_override(override);
	IF asked.requested_by = session_user THEN
		RAISE EXCEPTION 'override % was asked for by "%", who cannot confirm it', override, session_user
			USING ERRCODE = 'insufficient_privilege', HINT = 'A second person confirms it.';
	END IF;
	before := credence_registry.lock_result(asked.run_id, asked.subject_id, 'prerating', 'notice');
	after := credence_registry.overridden(before, asked);
	UPDATE credence_registry.override o
	SET state = 'confirmed', decided_at = clock_timestamp(), decided_by = session_user, note = confirm_override.note
	WHERE o.override_id = confirm_override.override;
	PERFORM credence_registry.adjust_result(before, after, 'override', format('override %s', override),
		asked.reason);
END $$;

COMMENT ON FUNCTION confirm_override(bigint, text) IS
'Confirms an override that another person asked for: the result is changed, with an adjustment of kind override that says what it was before. A score is rounded and, where the scheme grades by bands, graded anew; ranks are those before any adjustment and stay. By an officer of the region or an administrator. Errors: 42501 for the person who asked, 55000 where it was decided already or the run is no longer a pre-rating or on notice.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION refuse_override(override bigint, note text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	asked credence_registry.override;
BEGIN
	PERFORM credence_registry.require_officer();
	asked := credence_registry.lock_override(override);
	UPDATE credence_registry.override o
	SET state = 'refused', decided_at = clock_timestamp(), decided_by = session_user, note = refuse_override.note
	WHERE o.override_id = refuse_override.override;
END $$;

COMMENT ON FUNCTION refuse_override(bigint, text) IS
'Refuses an override, or withdraws it where it is the person who asked. By an officer of the region or an administrator. Errors: 55000 where it was decided already.';

-- An override that awaits its decision, locked with its run; refused for who does not act on its region.
CREATE FUNCTION lock_override(override bigint)
RETURNS override
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	asked credence_registry.override;
BEGIN
	-- the run first, as everywhere: whoever waits, waits there
	PERFORM credence_registry.lock_run(o.run_id) FROM credence_registry.override o WHERE o.override_id = lock_override.override;
	SELECT o.* INTO asked FROM credence_registry.override o WHERE o.override_id = lock_override.override FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no override %', override USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM credence_registry.require_region(asked.region);
	IF asked.state <> 'requested' THEN
		RAISE EXCEPTION 'override % is % already', override, asked.state USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	RETURN asked;
END $$;

COMMENT ON FUNCTION lock_override(bigint) IS
'For the functions of the registry: an override that awaits its decision, locked with its run.';
