-- For the isolation specs, once in their database: creating and dropping the extension for every permutation would take
-- seconds each, so that they empty its tables instead.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION credence_disclosure CASCADE;

-- the tables that hold something from the beginning
CREATE TABLE spec_shipped AS SELECT c.oid AS shipped FROM pg_class c
WHERE c.relnamespace IN ('credence_registry'::regnamespace, 'credence_disclosure'::regnamespace) AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0;

-- Empties every table of the registry and the disclosure but for what they ship, and starts every number anew. The owner of the tables may do
-- that: it puts their triggers aside.
CREATE FUNCTION spec_reset()
RETURNS void
LANGUAGE plpgsql
SET client_min_messages = warning
AS $$
DECLARE
	filled text[];
	t record;
BEGIN
	SELECT array_agg(c.oid::regclass::text) INTO filled FROM pg_class c
	WHERE c.relnamespace IN ('credence_registry'::regnamespace, 'credence_disclosure'::regnamespace) AND c.relkind = 'r' AND (NOT c.relispartition OR pg_relation_size(c.oid) > 0)
		AND c.oid <> ALL (SELECT shipped FROM spec_shipped);
	FOR t IN
		SELECT g.tgrelid::regclass AS name, array_agg(quote_ident(g.tgname)) AS triggers FROM pg_trigger g
		WHERE g.tgrelid = ANY (filled::regclass[]) AND NOT g.tgisinternal AND g.tgparentid = 0 GROUP BY 1
	LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', t.name);
	END LOOP;
	EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY';
	FOR t IN
		SELECT g.tgrelid::regclass AS name, g.tgname AS trigger FROM pg_trigger g
		WHERE g.tgrelid = ANY (filled::regclass[]) AND NOT g.tgisinternal
	LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.name, t.trigger);
	END LOOP;
	FOR t IN SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences WHERE schemaname IN ('credence_registry', 'credence_disclosure')
	LOOP
		EXECUTE format('ALTER SEQUENCE %s RESTART', t.name);
	END LOOP;
	DELETE FROM credence_registry.code_list WHERE NOT shipped;
END $$;

-- The language of specs knows no closing brace within a statement: objects are written in parentheses here.
CREATE FUNCTION spec_json(document text)
RETURNS jsonb
LANGUAGE sql
AS $$ SELECT translate(document, '()', '{}')::jsonb $$;
