-- roles

-- Roles belong to the cluster. credence_public is who looks on from outside; credence_public_owner owns the views that it
-- looks at, and may read what they need and nothing else. Neither may have come by more: a membership would carry rights
-- into the views, or past them.
DO $$
DECLARE
	role text;
	more text;
BEGIN
	FOREACH role IN ARRAY ARRAY['credence_public', 'credence_public_owner']
	LOOP
		BEGIN
			IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) role) THEN
				EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
			END IF;
		EXCEPTION WHEN duplicate_object OR unique_violation THEN
			NULL;	-- made in the meantime
		END;
		SELECT pg_catalog.string_agg(pg_catalog.quote_ident(g.rolname), ', ' ORDER BY g.rolname) INTO more
		FROM pg_catalog.pg_auth_members m
		JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) m.member
		JOIN pg_catalog.pg_roles g ON g.oid OPERATOR(pg_catalog.=) m.roleid
		WHERE r.rolname OPERATOR(pg_catalog.=) role;
		IF more IS NOT NULL THEN
			RAISE EXCEPTION 'role "%" is a member of %', role, more
				USING ERRCODE = 'object_not_in_prerequisite_state',
					DETAIL = 'Whoever looks on from outside must not have the rights of another role.',
					HINT = pg_catalog.format('REVOKE %s FROM %I; then create the extension again.', more, role);
		END IF;
		IF EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) role
			AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
				OR r.rolcanlogin AND role OPERATOR(pg_catalog.=) 'credence_public_owner')) THEN
			RAISE EXCEPTION 'role "%" has attributes that it must not have', role
				USING ERRCODE = 'object_not_in_prerequisite_state',
					HINT = pg_catalog.format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION%s;', role,
						CASE WHEN role OPERATOR(pg_catalog.=) 'credence_public_owner' THEN ' NOLOGIN' ELSE '' END);
		END IF;
	END LOOP;
END $$;

GRANT USAGE ON SCHEMA credence_disclosure TO credence_public, credence_public_owner,
	credence_reader, credence_officer, credence_publisher, credence_admin;

