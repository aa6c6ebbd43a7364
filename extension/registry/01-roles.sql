-- roles

-- Roles belong to the cluster: another database may have made them, or be making them now.
DO $$
DECLARE
	role text;
BEGIN
	FOREACH role IN ARRAY ARRAY['credence_reader', 'credence_officer', 'credence_publisher', 'credence_admin']
	LOOP
		BEGIN
			IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) role) THEN
				EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			NULL;	-- made in the meantime
		END;
	END LOOP;
END $$;

GRANT USAGE ON SCHEMA credence_registry TO credence_reader, credence_officer, credence_publisher, credence_admin;

