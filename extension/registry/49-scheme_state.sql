-- schemes in force: draft -> active -> retired

-- Locks every version of a scheme, so that of two activations the second sees the first, and returns the one asked for.
CREATE FUNCTION lock_scheme(code text, version text)
RETURNS scheme
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	found_scheme scheme;
BEGIN
	PERFORM FROM scheme AS s WHERE s.code = lock_scheme.code ORDER BY s.scheme_id FOR UPDATE;
	SELECT * INTO found_scheme FROM scheme AS s WHERE s.code = lock_scheme.code AND s.version = lock_scheme.version;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no version % of scheme "%"', version, code USING ERRCODE = 'undefined_object';
	END IF;
	RETURN found_scheme;
END $$;

COMMENT ON FUNCTION lock_scheme(text, text) IS
'Locks all versions of a scheme until the transaction ends and returns the version asked for; error 42704 if there is none.';

REVOKE ALL ON FUNCTION lock_scheme(text, text) FROM PUBLIC;

CREATE FUNCTION scheme_unresolved(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH part AS MATERIALIZED (
		SELECT p.steps, p.type, p.value #>> '{}' AS name FROM scheme_parts(document) AS p WHERE jsonb_typeof(p.value) = 'string'
		UNION ALL		-- where the names are keys
		SELECT p.steps || key, CASE p.steps[cardinality(p.steps)] WHEN 'degrees' THEN 'responsibility' ELSE 'evaluator' END, key
		FROM scheme_parts(document) AS p, jsonb_object_keys(CASE jsonb_typeof(p.value) WHEN 'object' THEN p.value ELSE '{}' END) AS key
		WHERE p.type LIKE 'map of %' AND p.steps[cardinality(p.steps)] IN ('degrees', 'evaluators')
	), rule AS MATERIALIZED (
		SELECT r.code FROM event_rule AS r
		UNION
		SELECT r #>> '{}' FROM jsonb_path_query(document, '$.rules[*].code') AS r
	)
	SELECT scheme_path(part.steps), CASE part.type WHEN 'scheme code' THEN format('there is no scheme "%s"', part.name)
		WHEN 'rule pattern' THEN format('no rule is called "%s"', part.name)
		ELSE format('"%s" is no code of the domain %s; known are %s', part.name, part.type, array_to_string(known_codes(part.type), ', ')) END
	FROM part
	WHERE CASE part.type
		WHEN 'scheme code' THEN part.name <> 'self' AND part.name <> document ->> 'code' AND NOT EXISTS (SELECT FROM scheme AS s WHERE s.code = part.name)
		WHEN 'rule pattern' THEN part.name <> '*' AND NOT EXISTS (SELECT FROM rule
			WHERE rule.code = part.name OR right(part.name, 2) = '.*' AND starts_with(rule.code, left(part.name, -1)))
		ELSE part.type IN ('source', 'responsibility', 'evaluator', 'commitment', 'measure') AND part.name <> ALL (known_codes(part.type)) END
	ORDER BY 1, 2;
END $$;

COMMENT ON FUNCTION scheme_unresolved(jsonb) IS
'What a scheme document asks for and the registry does not have: rules, other schemes, codes of sources, evaluators, responsibilities, measures and commitments. A draft may wait for them, a scheme is not activated without them.';

-- SECURITY DEFINER: schemes are written by functions alone.
CREATE FUNCTION scheme_activate(code text, version text)
RETURNS void
LANGUAGE plpgsql STRICT SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	own scheme;
	other scheme;
BEGIN
	PERFORM require_admin();
	own := lock_scheme(code, version);
	IF own.state <> 'draft' THEN
		RAISE EXCEPTION 'version % of scheme "%" is % already', own.version, own.code, own.state
			USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF own.document ? 'template' THEN
		RAISE EXCEPTION 'scheme "%" is a template and cannot be activated', own.code
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = own.document ->> 'template',
				HINT = 'Fill in what is not known and import it without the key "template", as another version.';
	END IF;
	-- what it names may have changed since it was imported
	PERFORM refuse_scheme(format('scheme "%s" cannot be activated', own.code),
		(SELECT array_agg(concat_ws(': ', nullif(c.path, ''), c.problem) ORDER BY c.path, c.problem)
			FROM (SELECT * FROM scheme_check(own.document) UNION ALL SELECT * FROM scheme_unresolved(own.document)) AS c));
	SELECT * INTO other FROM scheme AS s
		WHERE s.code = own.code AND s.state <> 'draft'
			AND coalesce(s.effective_from, '-infinity') <= coalesce(s.effective_to, 'infinity')
			AND coalesce(s.effective_from, '-infinity') <= coalesce(own.effective_to, 'infinity')
			AND coalesce(own.effective_from, '-infinity') <= coalesce(s.effective_to, 'infinity')
		ORDER BY s.effective_from NULLS FIRST LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'version % of scheme "%" overlaps version %', own.version, own.code, other.version
			USING ERRCODE = 'exclusion_violation',
				DETAIL = format('Version %s is in force from %s to %s.', other.version,
					coalesce(to_char(other.effective_from, 'YYYY-MM-DD'), 'the beginning'), coalesce(to_char(other.effective_to, 'YYYY-MM-DD'), 'an open end')),
				HINT = 'End the other first with scheme_retire(code, version, last_day).';
	END IF;
	UPDATE scheme AS s SET state = 'active', activated_at = clock_timestamp(), activated_by = session_user
		WHERE s.scheme_id = own.scheme_id;
END $$;

COMMENT ON FUNCTION scheme_activate(text, text) IS
'Puts a draft in force between its dates; from then on it cannot be changed. Error 55000 for a template and for what is no draft, 22023 with all errors of the document and what it asks for in vain, 23P01 if it overlaps another version in force, 42704 if there is none, 42501 unless the login is a member of credence_admin.';

-- SECURITY DEFINER: schemes are written by functions alone.
CREATE FUNCTION scheme_retire(code text, version text, last_day date DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	own scheme;
BEGIN
	PERFORM require_admin();
	own := lock_scheme(code, version);
	IF own.state <> 'active' THEN
		RAISE EXCEPTION 'version % of scheme "%" is not active but %', own.version, own.code, own.state
			USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF last_day > own.effective_to THEN
		RAISE EXCEPTION 'version % of scheme "%" ends on % already', own.version, own.code, to_char(own.effective_to, 'YYYY-MM-DD')
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	UPDATE scheme AS s
		SET state = 'retired', effective_to = coalesce(last_day, least(own.effective_to, credence_registry.today())),
			retired_at = clock_timestamp(), retired_by = session_user
		WHERE s.scheme_id = own.scheme_id;
END $$;

COMMENT ON FUNCTION scheme_retire(text, text, date) IS
'Ends an active version with last_day, by default today; it stays in force for periods that end on or before that day. A day before its first day says that it was never in force. Error 55000 unless it is active, 22023 if it ends before last_day anyway, 42704 if there is none, 42501 unless the login is a member of credence_admin.';

CREATE FUNCTION scheme_at(code text, day date)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT s.scheme_id FROM scheme AS s
WHERE s.code = scheme_at.code AND s.state <> 'draft'
	AND coalesce(s.effective_from, '-infinity') <= day AND day <= coalesce(s.effective_to, 'infinity');
END;

COMMENT ON FUNCTION scheme_at(text, date) IS
'The version of a scheme (scheme_id) that is in force on a day; NULL if none is. Drafts are never in force, retired versions up to their last day.';
