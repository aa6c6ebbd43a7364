-- staging: where files are copied to, as text; a batch is checked as a whole and lands whole

-- Unlogged: a batch that a crash cuts short is copied again. No row security, which would refuse COPY: who loads may
-- insert and nothing else, so that nobody reads what others stage. loaded_by and line are not theirs to give.

CREATE FUNCTION current_batch()
RETURNS text
LANGUAGE sql STABLE
RETURN coalesce(nullif(pg_catalog.current_setting('credence_registry.batch', true), ''), 'default');

COMMENT ON FUNCTION current_batch() IS
'Name of the batch that rows are staged under where the file does not say it: the setting credence_registry.batch, or default. Batches of one name of different logins are different.';

CREATE UNLOGGED TABLE subject_load (
	line		bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
	loaded_by	text NOT NULL DEFAULT session_user,
	batch		text NOT NULL DEFAULT current_batch(),
	kind		text,
	code		text,
	name		text,
	region		text,
	level		text,
	peer_class	text,
	attributes	text,
	valid_from	text,
	valid_to	text,
	person_name	text,
	id_number	text,
	phone		text,
	address		text
);

COMMENT ON TABLE subject_load IS 'Staging for load_subjects: COPY a file to its text columns.';
COMMENT ON COLUMN subject_load.line IS 'Order in which the rows came; load_subjects counts them from 1 within the batch.';
COMMENT ON COLUMN subject_load.loaded_by IS 'Who staged the row (login).';
COMMENT ON COLUMN subject_load.batch IS 'The batch; see current_batch().';
COMMENT ON COLUMN subject_load.kind IS 'As in subject.';
COMMENT ON COLUMN subject_load.code IS 'As in subject.';
COMMENT ON COLUMN subject_load.name IS 'As in subject.';
COMMENT ON COLUMN subject_load.region IS 'As in subject.';
COMMENT ON COLUMN subject_load.level IS 'As in subject.';
COMMENT ON COLUMN subject_load.peer_class IS 'As in subject.';
COMMENT ON COLUMN subject_load.attributes IS 'As in subject.';
COMMENT ON COLUMN subject_load.valid_from IS 'As in subject.';
COMMENT ON COLUMN subject_load.valid_to IS 'As in subject.';
COMMENT ON COLUMN subject_load.person_name IS 'name of person_identity.';
COMMENT ON COLUMN subject_load.id_number IS 'As in person_identity.';
COMMENT ON COLUMN subject_load.phone IS 'As in person_identity.';
COMMENT ON COLUMN subject_load.address IS 'As in person_identity.';

CREATE UNLOGGED TABLE tie_load (
	line		bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
	loaded_by	text NOT NULL DEFAULT session_user,
	batch		text NOT NULL DEFAULT current_batch(),
	kind		text,
	from_kind	text,
	from_code	text,
	to_kind		text,
	to_code		text,
	weight		text,
	valid_from	text,
	valid_to	text
);

COMMENT ON TABLE tie_load IS 'Staging for load_ties: COPY a file to its text columns.';
COMMENT ON COLUMN tie_load.line IS 'Order in which the rows came; load_ties counts them from 1 within the batch.';
COMMENT ON COLUMN tie_load.loaded_by IS 'Who staged the row (login).';
COMMENT ON COLUMN tie_load.batch IS 'The batch; see current_batch().';
COMMENT ON COLUMN tie_load.kind IS 'As in tie.';
COMMENT ON COLUMN tie_load.from_kind IS 'Kind of from_subject.';
COMMENT ON COLUMN tie_load.from_code IS 'Code of from_subject.';
COMMENT ON COLUMN tie_load.to_kind IS 'Kind of to_subject.';
COMMENT ON COLUMN tie_load.to_code IS 'Code of to_subject.';
COMMENT ON COLUMN tie_load.weight IS 'As in tie; missing means 1.';
COMMENT ON COLUMN tie_load.valid_from IS 'As in tie.';
COMMENT ON COLUMN tie_load.valid_to IS 'As in tie.';

CREATE UNLOGGED TABLE agreement_load (
	line				bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
	loaded_by			text NOT NULL DEFAULT session_user,
	batch				text NOT NULL DEFAULT current_batch(),
	subject_kind		text,
	subject_code		text,
	agreement_number	text,
	year				text,
	retention_amount	text,
	decision			text,
	valid_from			text,
	valid_to			text
);

COMMENT ON TABLE agreement_load IS 'Staging for load_agreements: COPY a file to its text columns.';
COMMENT ON COLUMN agreement_load.line IS 'Order in which the rows came; load_agreements counts them from 1 within the batch.';
COMMENT ON COLUMN agreement_load.loaded_by IS 'Who staged the row (login).';
COMMENT ON COLUMN agreement_load.batch IS 'The batch; see current_batch().';
COMMENT ON COLUMN agreement_load.subject_kind IS 'Kind of the subject.';
COMMENT ON COLUMN agreement_load.subject_code IS 'Code of the subject.';
COMMENT ON COLUMN agreement_load.agreement_number IS 'As in agreement.';
COMMENT ON COLUMN agreement_load.year IS 'As in agreement.';
COMMENT ON COLUMN agreement_load.retention_amount IS 'As in agreement.';
COMMENT ON COLUMN agreement_load.decision IS 'As in agreement; missing means signed.';
COMMENT ON COLUMN agreement_load.valid_from IS 'As in agreement.';
COMMENT ON COLUMN agreement_load.valid_to IS 'As in agreement.';

CREATE UNLOGGED TABLE event_load (
	line			bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
	loaded_by		text NOT NULL DEFAULT session_user,
	batch			text NOT NULL DEFAULT current_batch(),
	subject_kind	text,
	subject_code	text,
	rule_code		text,
	occurred_on		text,
	found_on		text,
	decided_on		text,
	effective_on	text,
	case_code		text,
	amount			text,
	points			text,
	responsibility	text,
	level			text,
	place_kind		text,
	place_code		text,
	source			text,
	event_code		text,
	details			text
);

COMMENT ON TABLE event_load IS 'Staging for load_events: COPY a file to its text columns.';
COMMENT ON COLUMN event_load.line IS 'Order in which the rows came; load_events counts them from 1 within the batch.';
COMMENT ON COLUMN event_load.loaded_by IS 'Who staged the row (login).';
COMMENT ON COLUMN event_load.batch IS 'The batch; see current_batch().';
COMMENT ON COLUMN event_load.subject_kind IS 'Kind of the subject.';
COMMENT ON COLUMN event_load.subject_code IS 'Code of the subject.';
COMMENT ON COLUMN event_load.rule_code IS 'As in event.';
COMMENT ON COLUMN event_load.occurred_on IS 'As in event.';
COMMENT ON COLUMN event_load.found_on IS 'As in event.';
COMMENT ON COLUMN event_load.decided_on IS 'As in event.';
COMMENT ON COLUMN event_load.effective_on IS 'As in event.';
COMMENT ON COLUMN event_load.case_code IS 'As in event.';
COMMENT ON COLUMN event_load.amount IS 'As in event.';
COMMENT ON COLUMN event_load.points IS 'As in event; missing: those of the rule, if it leaves no discretion.';
COMMENT ON COLUMN event_load.responsibility IS 'As in event.';
COMMENT ON COLUMN event_load.level IS 'As in event.';
COMMENT ON COLUMN event_load.place_kind IS 'Kind of the subject at which it happened.';
COMMENT ON COLUMN event_load.place_code IS 'Code of the subject at which it happened.';
COMMENT ON COLUMN event_load.source IS 'As in event.';
COMMENT ON COLUMN event_load.event_code IS 'As in event, and needed: without it nothing would tell a file that is loaded twice.';
COMMENT ON COLUMN event_load.details IS 'As in event.';

CREATE UNLOGGED TABLE observation_load (
	line			bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
	loaded_by		text NOT NULL DEFAULT session_user,
	batch			text NOT NULL DEFAULT current_batch(),
	subject_kind	text,
	subject_code	text,
	indicator		text,
	period_start	text,
	period_end		text,
	value			text,
	value_text		text,
	numerator		text,
	denominator		text,
	qualifier		text,
	source			text,
	evaluator		text
);

COMMENT ON TABLE observation_load IS 'Staging for load_observations: COPY a file to its text columns.';
COMMENT ON COLUMN observation_load.line IS 'Order in which the rows came; load_observations counts them from 1 within the batch.';
COMMENT ON COLUMN observation_load.loaded_by IS 'Who staged the row (login).';
COMMENT ON COLUMN observation_load.batch IS 'The batch; see current_batch().';
COMMENT ON COLUMN observation_load.subject_kind IS 'Kind of the subject.';
COMMENT ON COLUMN observation_load.subject_code IS 'Code of the subject.';
COMMENT ON COLUMN observation_load.indicator IS 'As in observation.';
COMMENT ON COLUMN observation_load.period_start IS 'As in observation.';
COMMENT ON COLUMN observation_load.period_end IS 'As in observation.';
COMMENT ON COLUMN observation_load.value IS 'As in observation.';
COMMENT ON COLUMN observation_load.value_text IS 'As in observation.';
COMMENT ON COLUMN observation_load.numerator IS 'As in observation.';
COMMENT ON COLUMN observation_load.denominator IS 'As in observation.';
COMMENT ON COLUMN observation_load.qualifier IS 'As in observation.';
COMMENT ON COLUMN observation_load.source IS 'As in observation.';
COMMENT ON COLUMN observation_load.evaluator IS 'As in observation.';

-- SECURITY DEFINER: who stages rows may not delete any, or read them; only rows of the login itself are touched.
CREATE FUNCTION discard_batch(batch text DEFAULT credence_registry.current_batch())
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	staging text;
	n bigint;
	discarded bigint := 0;
BEGIN
	PERFORM credence_registry.require_officer();
	FOREACH staging IN ARRAY ARRAY['subject_load', 'tie_load', 'agreement_load', 'event_load', 'observation_load']
	LOOP
		EXECUTE format('DELETE FROM credence_registry.%I l WHERE l.batch = $1 AND l.loaded_by = session_user', staging) USING batch;
		GET DIAGNOSTICS n = ROW_COUNT;
		discarded := discarded + n;
	END LOOP;
	RETURN discarded;
END $$;

COMMENT ON FUNCTION discard_batch(text) IS
'Throws away what the login has staged under a name and not loaded; returns the number of rows.';

-- Removes a batch that has been loaded, by TRUNCATE where nobody else has anything in the staging table: the next file
-- finds it empty, and there is nothing to vacuum.
CREATE FUNCTION clear_staging(staging regclass, batch text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	others boolean := true;
BEGIN
	-- only a snapshot taken after the lock sees what others have staged
	IF current_setting('transaction_isolation') = 'read committed' THEN
		BEGIN
			EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', staging);
			EXECUTE format('SELECT EXISTS (SELECT FROM %s l WHERE l.batch <> $1 OR l.loaded_by <> $2)', staging)
				INTO others USING batch, session_user::text;
		EXCEPTION WHEN lock_not_available THEN
			NULL;
		END;
	END IF;
	IF others THEN
		EXECUTE format('DELETE FROM %s l WHERE l.batch = $1 AND l.loaded_by = $2', staging) USING batch, session_user::text;
	ELSE
		EXECUTE format('TRUNCATE %s', staging);
	END IF;
END $$;

COMMENT ON FUNCTION clear_staging(regclass, text) IS
'For the loading functions: removes the batch of the login from a staging table.';

-- Says that a batch has no rows: a load of nothing is a mistake more often than not.
CREATE FUNCTION raise_empty_batch(batch text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '"%" has staged nothing in batch "%"', session_user, batch
		USING ERRCODE = 'no_data_found', HINT = 'COPY the file into the staging table first, as the same login.';
END $$;

COMMENT ON FUNCTION raise_empty_batch(text) IS 'Error P0002: there is nothing to load.';

