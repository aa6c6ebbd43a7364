-- policies: who may see what, one document per code and version, never changed

CREATE TABLE policy (
	policy_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code		text COLLATE "C" NOT NULL,
	version		text COLLATE "C" NOT NULL,
	document	jsonb NOT NULL,
	filled		jsonb NOT NULL,
	imported_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	imported_by	text NOT NULL DEFAULT session_user,
	UNIQUE (code, version)
);

COMMENT ON TABLE policy IS
'What may be published: policy documents (doc/policy.md), one for each code and version. Append-only: a change is another version. Written with policy_import.';
COMMENT ON COLUMN policy.policy_id IS 'Number of the row; of the versions of a code the last one holds.';
COMMENT ON COLUMN policy.code IS 'Code of the policy.';
COMMENT ON COLUMN policy.version IS 'Version of it.';
COMMENT ON COLUMN policy.document IS 'The document as it was imported.';
COMMENT ON COLUMN policy.filled IS 'The document with what its template added on that day.';
COMMENT ON COLUMN policy.imported_at IS 'When it was imported.';
COMMENT ON COLUMN policy.imported_by IS 'Who imported it (login).';

SELECT pg_catalog.pg_extension_config_dump('policy', '');
SELECT pg_catalog.pg_extension_config_dump('policy_policy_id_seq', '');
SELECT credence_registry.make_append_only('policy', 'Import the change as another version.');

-- SECURITY DEFINER: policies are written by functions alone.
CREATE FUNCTION policy_import(document jsonb)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	bytes_limit CONSTANT int := 1024 * 1024;		-- what nobody writes by hand
	there credence_disclosure.policy;
	id bigint;
BEGIN
	PERFORM credence_registry.require_role('credence_admin');
	IF document IS NULL THEN
		RAISE EXCEPTION 'a policy document must not be NULL' USING ERRCODE = 'null_value_not_allowed';
	ELSIF octet_length(document::text) > bytes_limit THEN
		RAISE EXCEPTION 'a policy document has % bytes, more than %', octet_length(document::text), bytes_limit
			USING ERRCODE = 'program_limit_exceeded';
	END IF;
	-- what is there already stays, whatever became of the schemes that it names
	SELECT p.* INTO there FROM credence_disclosure.policy p WHERE p.code = document ->> 'code' AND p.version = document ->> 'version';
	IF FOUND THEN
		IF there.document = document THEN
			RETURN there.policy_id;
		END IF;
		RAISE EXCEPTION 'version % of policy "%" is there already and cannot be changed', there.version, there.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Give the changed document another "version".';
	END IF;
	PERFORM credence_registry.refuse_scheme(concat_ws(' ', 'policy document cannot be imported', '"' || (document ->> 'code') || '"'),
		(SELECT array_agg(concat_ws(': ', nullif(c.path, ''), c.problem)) FROM credence_disclosure.policy_check(document) c));
	INSERT INTO credence_disclosure.policy AS p (code, version, document, filled)
	VALUES (document ->> 'code', document ->> 'version', document, credence_disclosure.policy_filled(document))
	RETURNING p.policy_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION policy_import(jsonb) IS
'Takes a policy document (doc/policy.md) in and returns policy_id; from then on it is the version of its code that holds. The same document again changes nothing. By an administrator. Errors: 22023 with every error of the document in its detail, 55000 if that version is there with another content, 42501 for others.';

