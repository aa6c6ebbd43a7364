-- the canonical form: what is hashed, byte for byte

CREATE FUNCTION canonical(document jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	CASE jsonb_typeof(document)
		WHEN 'object' THEN
			-- a call for each scalar would take ten times as long as all the rest
			RETURN (SELECT '{' || coalesce(string_agg(to_json(e.key)::text || ':' || CASE WHEN jsonb_typeof(e.value) IN ('object', 'array')
					THEN credence_disclosure.canonical(e.value) ELSE e.value::text END, ',' ORDER BY e.key COLLATE "C"), '') || '}'
				FROM jsonb_each(document) e);
		WHEN 'array' THEN
			RETURN (SELECT '[' || coalesce(string_agg(CASE WHEN jsonb_typeof(e.value) IN ('object', 'array')
					THEN credence_disclosure.canonical(e.value) ELSE e.value::text END, ',' ORDER BY e.n), '') || ']'
				FROM jsonb_array_elements(document) WITH ORDINALITY e (value, n));
		ELSE
			RETURN document::text;
	END CASE;
END $$;

COMMENT ON FUNCTION canonical(jsonb) IS
'The canonical form of a JSON value, of which hashes are taken: no blanks, keys in the order of their UTF-8 bytes, numbers as they are printed (digits with a point, no exponent, zeros at the end kept), in texts only ", \ and characters below U+0020 escaped (\b \f \n \r \t, else \u00xx in small letters). doc/disclosure.md has it in full. NULL for NULL.';

-- STABLE as convert_to is: IMMUTABLE would keep the planner from writing it out where it is called
CREATE FUNCTION hash_of(canonical text)
RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN sha256(convert_to(canonical, 'UTF8'));

COMMENT ON FUNCTION hash_of(text) IS
'SHA-256 of the UTF-8 bytes of a text, whatever the encoding of the database. NULL for NULL.';

