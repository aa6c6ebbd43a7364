-- from draft to notice: review, objections, service

-- SECURITY DEFINER: those who may take this step may not write to bulletin otherwise. So below.
CREATE FUNCTION review(bulletin bigint, note text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin);
BEGIN
	IF EXISTS (SELECT FROM credence_disclosure.bulletin_step s
		WHERE s.bulletin_id = review.bulletin AND s.to_state = 'drafted' AND s.by = session_user) THEN
		RAISE EXCEPTION 'bulletin % was drawn up by "%", who cannot review it', bulletin, session_user
			USING ERRCODE = 'insufficient_privilege', HINT = 'A second person reviews it.';
	END IF;
	PERFORM credence_disclosure.step_bulletin(bulletin, current.state, 'reviewed', credence_disclosure.today_of(bulletin), note);
END $$;

COMMENT ON FUNCTION review(bigint, text) IS
'A second person has looked at a bulletin, its preview and its difference, and found it right. By a publisher or an administrator other than who drew it up. Errors: 55000 where it is not a draft, 42501 for who drew it up and for others.';

-- SECURITY DEFINER: see review.
CREATE FUNCTION announce(bulletin bigint, on_date date DEFAULT NULL, note text DEFAULT NULL)
RETURNS date
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin, on_date);
	clock jsonb := (SELECT p.filled -> 'notice' FROM credence_disclosure.policy p WHERE p.policy_id = current.policy_id);
	day date := coalesce(on_date, credence_disclosure.today_of(bulletin));
	until date := credence_registry.clock_until(clock, day);
BEGIN
	IF clock IS NULL THEN
		RAISE EXCEPTION 'the policy of bulletin % knows no notice', bulletin
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Publish it straight away with publish.';
	END IF;
	UPDATE credence_disclosure.bulletin b SET state = 'notice', notice_from = day, notice_until = until WHERE b.bulletin_id = announce.bulletin;
	INSERT INTO credence_disclosure.bulletin_step (bulletin_id, from_state, to_state, on_date, note)
	VALUES (bulletin, current.state, 'notice', day, note);
	RETURN until;
END $$;

COMMENT ON FUNCTION announce(bigint, date, text) IS
'Puts a reviewed bulletin on notice from a day on (NULL: today, where its days begin), and returns the last day of the notice by the clock of the policy, in calendar or working days; the day itself is day 0. By a publisher or an administrator. Errors: 55000 where it is not reviewed or the policy knows no notice, 22023 for a day in the future.';

-- SECURITY DEFINER: see review.
CREATE FUNCTION discard(bulletin bigint, note text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin);
BEGIN
	IF coalesce(btrim(note), '') = '' THEN
		RAISE EXCEPTION 'a bulletin is not discarded without saying why' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM credence_disclosure.step_bulletin(bulletin, current.state, 'discarded', credence_disclosure.today_of(bulletin), note);
END $$;

COMMENT ON FUNCTION discard(bigint, text) IS
'Gives a bulletin up before it is published; the note says why. By a publisher or an administrator. Errors: 55000 once it is published, 22004 without a note.';

CREATE TABLE objection (
	objection_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	bulletin_id		bigint NOT NULL,
	subject_id		bigint,
	objection		text NOT NULL,
	filed_on		date NOT NULL,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user
);

COMMENT ON TABLE objection IS
'What was said against a bulletin on notice. Append-only, written with object_to; objection_answer has the answers.';
COMMENT ON COLUMN objection.objection_id IS 'Number of the objection.';
COMMENT ON COLUMN objection.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN objection.subject_id IS 'Whom it concerns; NULL: the bulletin as a whole.';
COMMENT ON COLUMN objection.objection IS 'What was said.';
COMMENT ON COLUMN objection.filed_on IS 'When.';
COMMENT ON COLUMN objection.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN objection.recorded_by IS 'Who recorded it (login).';

CREATE INDEX objection_bulletin_idx ON objection (bulletin_id);
SELECT pg_catalog.pg_extension_config_dump('objection', '');
SELECT pg_catalog.pg_extension_config_dump('objection_objection_id_seq', '');
SELECT credence_registry.make_append_only('objection', 'Record a further objection.');

CREATE TABLE objection_answer (
	objection_id	bigint PRIMARY KEY,
	upheld			boolean NOT NULL,
	answer			text NOT NULL,
	at				timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by				text NOT NULL DEFAULT session_user
);

COMMENT ON TABLE objection_answer IS
'What was answered to objections. Append-only, written with answer_objection.';
COMMENT ON COLUMN objection_answer.objection_id IS 'The objection.';
COMMENT ON COLUMN objection_answer.upheld IS 'Whether it was right: then the bulletin is not published as it is.';
COMMENT ON COLUMN objection_answer.answer IS 'The answer.';
COMMENT ON COLUMN objection_answer.at IS 'When it was answered.';
COMMENT ON COLUMN objection_answer.by IS 'Who answered (login).';

SELECT pg_catalog.pg_extension_config_dump('objection_answer', '');
SELECT credence_registry.make_append_only('objection_answer', 'An answer is given once.');

-- SECURITY DEFINER: see review.
CREATE FUNCTION object_to(bulletin bigint, objection text, subject_kind text DEFAULT NULL, subject_code text DEFAULT NULL, filed_on date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin, filed_on);
	whom bigint := credence_registry.subject_id(subject_kind, subject_code);
	day date := coalesce(filed_on, credence_disclosure.today_of(bulletin));
	id bigint;
BEGIN
	IF coalesce(btrim(objection), '') = '' THEN
		RAISE EXCEPTION 'an objection says something' USING ERRCODE = 'null_value_not_allowed';
	ELSIF subject_kind IS NOT NULL AND subject_code IS NULL THEN
		RAISE EXCEPTION 'the code of the % that it concerns must be given', subject_kind
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Without kind and code it is against the bulletin as a whole.';
	ELSIF current.state <> 'notice' THEN
		RAISE EXCEPTION 'bulletin % is "%"; objections are made to what is on notice', bulletin, current.state
			USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF day NOT BETWEEN current.notice_from AND current.notice_until THEN
		RAISE EXCEPTION 'bulletin % is on notice from % to %, not on %', bulletin, current.notice_from, current.notice_until, day
			USING ERRCODE = 'invalid_parameter_value';
	ELSIF subject_code IS NOT NULL AND NOT EXISTS (SELECT FROM credence_disclosure.item i
		WHERE i.bulletin_id = object_to.bulletin AND i.subject_id = whom) THEN
		RAISE EXCEPTION 'bulletin % does not name % "%"', bulletin, coalesce(subject_kind, 'subject'), subject_code
			USING ERRCODE = 'no_data_found';
	END IF;
	INSERT INTO credence_disclosure.objection AS o (bulletin_id, subject_id, objection, filed_on)
	VALUES (bulletin, whom, objection, day) RETURNING o.objection_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION object_to(bigint, text, text, text, date) IS
'Records what is said against a bulletin on notice, as a whole or for a subject that it names (kind and code), filed on a day (NULL: today, where the days of the bulletin begin), and returns the number of the objection. While one is not answered the bulletin is not published. By a publisher or an administrator. Errors: 55000 where it is not on notice, 22023 for a day outside of it, P0002 for a subject that it does not name.';

-- SECURITY DEFINER: see review.
CREATE FUNCTION answer_objection(objection bigint, upheld boolean, answer text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	of_bulletin bigint := (SELECT o.bulletin_id FROM credence_disclosure.objection o WHERE o.objection_id = answer_objection.objection);
	current credence_disclosure.bulletin;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin');
	IF of_bulletin IS NULL THEN
		RAISE EXCEPTION 'there is no objection %', objection USING ERRCODE = 'no_data_found';
	ELSIF upheld IS NULL OR coalesce(btrim(answer), '') = '' THEN
		RAISE EXCEPTION 'an answer says whether the objection is upheld, and why' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	current := credence_disclosure.lock_bulletin(of_bulletin);
	IF current.state <> 'notice' OR EXISTS (SELECT FROM credence_disclosure.objection_answer a WHERE a.objection_id = answer_objection.objection) THEN
		RAISE EXCEPTION 'objection % cannot be answered: %', objection,
				CASE WHEN current.state <> 'notice' THEN format('bulletin %s is "%s"', of_bulletin, current.state) ELSE 'it was answered' END
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	INSERT INTO credence_disclosure.objection_answer (objection_id, upheld, answer) VALUES (objection, upheld, answer);
END $$;

COMMENT ON FUNCTION answer_objection(bigint, boolean, text) IS
'Answers an objection, once. One that is upheld keeps the bulletin from being published: it is discarded and drawn up anew when what was wrong is right. By a publisher or an administrator. Errors: 55000 where it was answered or the bulletin is not on notice any more, 22004 without an answer.';

-- SECURITY DEFINER: see review.
CREATE FUNCTION serve(bulletin bigint, on_date date, subject_kind text DEFAULT NULL, subject_code text DEFAULT NULL)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin, on_date);
	clock jsonb := (SELECT p.filled -> 'served_after' FROM credence_disclosure.policy p WHERE p.policy_id = current.policy_id);
	day date := coalesce(on_date, credence_disclosure.today_of(bulletin));
	served int;
BEGIN
	IF clock IS NULL THEN
		RAISE EXCEPTION 'the policy of bulletin % does not count from service', bulletin USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF current.state NOT IN ('drafted', 'reviewed', 'notice') THEN
		RAISE EXCEPTION 'bulletin % is "%"', bulletin, current.state USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF subject_kind IS NOT NULL AND subject_code IS NULL THEN
		RAISE EXCEPTION 'the code of the % that was served must be given', subject_kind
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Without kind and code everybody was served who was not yet.';
	END IF;
	INSERT INTO credence_disclosure.service (bulletin_id, item, served_on, until)
	SELECT i.bulletin_id, i.item, day, credence_registry.clock_until(clock, day)
	FROM credence_disclosure.item i
	WHERE i.bulletin_id = bulletin AND i.subject_id IS NOT NULL
		AND (subject_code IS NULL OR i.subject_id = credence_registry.subject_id(subject_kind, subject_code))
		AND NOT EXISTS (SELECT FROM credence_disclosure.service v WHERE v.bulletin_id = i.bulletin_id AND v.item = i.item);
	GET DIAGNOSTICS served = ROW_COUNT;
	IF served = 0 AND subject_code IS NOT NULL THEN
		RAISE EXCEPTION '% "%" is not in bulletin %, or was served before', coalesce(subject_kind, 'subject'), subject_code, bulletin
			USING ERRCODE = 'no_data_found';
	END IF;
	RETURN served;
END $$;

COMMENT ON FUNCTION serve(bigint, date, text, text) IS
'Records on which day (NULL: today, where the days of the bulletin begin) a subject (kind and code) was served with what a bulletin says of it, or everybody who was not yet, and returns how many. The clock served_after of the policy runs from then, that day being day 0. By a publisher or an administrator. Errors: 55000 where the policy does not count from service or the bulletin is published, P0002 for who is not named or was served, 22023 for a day in the future.';

