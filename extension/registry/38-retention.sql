-- how long facts are kept

CREATE TABLE fact_retention (
	kept_from		date PRIMARY KEY,
	events			bigint NOT NULL,
	observations	bigint NOT NULL,
	repairs			bigint NOT NULL,
	dropped_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	dropped_by		text NOT NULL DEFAULT session_user
);

COMMENT ON TABLE fact_retention IS
'When facts were dropped, and up to which date: what was evaluated before kept_from cannot be repeated. Append-only. Written by drop_facts_before.';
COMMENT ON COLUMN fact_retention.kept_from IS 'First day of the years that were kept.';
COMMENT ON COLUMN fact_retention.events IS 'How many rows of event were dropped.';
COMMENT ON COLUMN fact_retention.observations IS 'How many rows of observation were dropped.';
COMMENT ON COLUMN fact_retention.repairs IS 'How many rows of repair were dropped.';
COMMENT ON COLUMN fact_retention.dropped_at IS 'When it was done.';
COMMENT ON COLUMN fact_retention.dropped_by IS 'Who did it (login).';

SELECT pg_catalog.pg_extension_config_dump('fact_retention', '');
SELECT make_append_only('fact_retention', 'It says what was done.');

-- The partitions stay, empty: every database has the same ones, or dumps could not be restored nor updates be run. Only the
-- owner of the tables can switch their triggers off, so that this is the owner's procedure whatever is granted. The
-- writers' lock, taken alone, keeps evaluations and writers out.
CREATE FUNCTION drop_facts_before(year int)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	kept_from date := make_date(year, 1, 1);
	facts text;
	part regclass;
	n bigint;
	counts bigint[] := '{0,0,0}';
BEGIN
	IF kept_from > credence_registry.today() THEN
		RAISE EXCEPTION 'facts of % are still being recorded', extract(year FROM credence_registry.today())
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The year is the first that is kept.';
	END IF;
	PERFORM pg_catalog.pg_advisory_xact_lock(credence_registry.writers_key());
	FOR i IN 1..2
	LOOP
		facts := (ARRAY['event', 'observation'])[i];
		FOR part IN SELECT t.relid FROM pg_catalog.pg_partition_tree(format('credence_registry.%I', facts)::regclass) t
			JOIN pg_catalog.pg_class c ON c.oid = t.relid
			WHERE t.isleaf AND substring(c.relname FROM '_(\d{4})$')::int < year		-- the default partition has none
		LOOP
			EXECUTE format('SELECT count(*) FROM %s', part) INTO n;
			CONTINUE WHEN n = 0;
			EXECUTE format('ALTER TABLE %s DISABLE TRIGGER append_only_truncate', part);
			EXECUTE format('TRUNCATE %s', part);
			EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_truncate', part);
			counts[i] := counts[i] + n;
		END LOOP;
		part := format('credence_registry.%I', facts || '_default')::regclass;
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER append_only', part);
		EXECUTE format('DELETE FROM %s WHERE %I < $1', part, CASE i WHEN 1 THEN 'decided_on' ELSE 'period_end' END) USING kept_from;
		GET DIAGNOSTICS n = ROW_COUNT;
		EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', part);
		counts[i] := counts[i] + n;
	END LOOP;
	ALTER TABLE credence_registry.repair DISABLE TRIGGER append_only;
	DELETE FROM credence_registry.repair r WHERE r.decided_on < kept_from;
	GET DIAGNOSTICS n = ROW_COUNT;
	ALTER TABLE credence_registry.repair ENABLE ALWAYS TRIGGER append_only;
	counts[3] := n;
	INSERT INTO credence_registry.fact_retention AS f (kept_from, events, observations, repairs)
	VALUES (kept_from, counts[1], counts[2], counts[3]);
	RETURN counts[1] + counts[2] + counts[3];
END $$;

COMMENT ON FUNCTION drop_facts_before(int) IS
'Drops the events decided in the years before one, the observations of periods that ended before it, and the repairs of those events; returns how many rows. For the owner of the tables alone. Takes an ACCESS EXCLUSIVE lock on each partition that is emptied, and keeps writers and evaluations out until its transaction ends. Error 22023 for a year that has not begun, 23505 if it was done for that year already.';

