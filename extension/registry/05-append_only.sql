-- append-only tables, and the lock of those who write

CREATE FUNCTION refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION '% on "%" is refused: facts are never changed', TG_OP, TG_TABLE_NAME
		USING ERRCODE = 'object_not_in_prerequisite_state', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
			HINT = CASE WHEN TG_NARGS > 0 THEN TG_ARGV[0] ELSE 'Record the correction as a new row.' END;
END $$;

COMMENT ON FUNCTION refuse_change() IS
'Trigger of every append-only table: refuses UPDATE, DELETE and TRUNCATE, for whomever. Its argument is the hint: how to correct such a fact.';

-- Makes a table append-only, and each of its partitions: a statement trigger on the parent does not see TRUNCATE of a
-- partition. ALWAYS, so that session_replication_role does not open a way round. COPY and INSERT stay free: what a dump
-- holds must be restored.
CREATE FUNCTION make_append_only(facts regclass, hint text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	part regclass;
BEGIN
	EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
		FOR EACH ROW EXECUTE FUNCTION credence_registry.refuse_change(%L)', facts, hint);
	FOR part IN SELECT facts UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(facts) t
	LOOP
		EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s
			FOR EACH STATEMENT EXECUTE FUNCTION credence_registry.refuse_change(%L)', part, hint);
		EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER append_only', part);
		EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER append_only_truncate', part);
	END LOOP;
END $$;

COMMENT ON FUNCTION make_append_only(regclass, text) IS
'For the scripts of the extension: makes a table of the registry, and each of its partitions, append-only; hint says how to correct a fact in it.';

REVOKE ALL ON FUNCTION make_append_only(regclass, text) FROM PUBLIC;

-- Makes the partitions of a table: one for each year from 2000 to 2049, and one for the rest. They are made here and not
-- when they are needed: the table is in use then, and a dump could not be restored.
CREATE FUNCTION make_years(facts regclass)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	base text := (SELECT c.relname FROM pg_catalog.pg_class c WHERE c.oid = facts);
BEGIN
	FOR year IN 2000..2049
	LOOP
		EXECUTE format('CREATE TABLE credence_registry.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
			base || '_' || year, facts, year || '-01-01', year + 1 || '-01-01');
		EXECUTE format('COMMENT ON TABLE credence_registry.%I IS %L', base || '_' || year, 'Rows of "' || base || '" of the year ' || year || '.');
		PERFORM pg_catalog.pg_extension_config_dump(format('credence_registry.%I', base || '_' || year)::regclass, '');
	END LOOP;
	EXECUTE format('CREATE TABLE credence_registry.%I PARTITION OF %s DEFAULT', base || '_default', facts);
	EXECUTE format('COMMENT ON TABLE credence_registry.%I IS %L', base || '_default', 'Rows of "' || base || '" of years before 2000 and after 2049.');
	PERFORM pg_catalog.pg_extension_config_dump(format('credence_registry.%I', base || '_default')::regclass, '');
END $$;

COMMENT ON FUNCTION make_years(regclass) IS
'For the scripts of the extension: makes the yearly partitions of a table of facts, and has each of them dumped.';

REVOKE ALL ON FUNCTION make_years(regclass) FROM PUBLIC;

CREATE FUNCTION writers_key()
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 7164218593042817;

COMMENT ON FUNCTION writers_key() IS
'The key of the advisory lock between writers of facts, who share it until they commit, and an evaluation, which takes it alone for the instant in which it fixes its as-of. An arbitrary constant.';

CREATE FUNCTION lock_for_writing()
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT pg_catalog.pg_advisory_xact_lock_shared(credence_registry.writers_key())
$$;

COMMENT ON FUNCTION lock_for_writing() IS
'Taken by every function that writes facts, until its transaction ends: recorded_at alone does not repeat, since a writer that began before an as-of may commit after it. Shared among writers.';

