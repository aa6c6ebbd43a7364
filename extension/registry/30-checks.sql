-- who may write, and the checks that the writing functions share

CREATE FUNCTION require_admin()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF NOT pg_catalog.pg_has_role(session_user, 'credence_admin', 'member') THEN
		RAISE EXCEPTION 'permission denied: "%" is not a member of credence_admin', session_user
			USING ERRCODE = 'insufficient_privilege';
	END IF;
END $$;

COMMENT ON FUNCTION require_admin() IS 'Error 42501 unless the login (session_user) is a member of credence_admin.';

CREATE FUNCTION require_officer()
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF NOT (pg_catalog.pg_has_role(session_user, 'credence_officer', 'member')
			OR pg_catalog.pg_has_role(session_user, 'credence_admin', 'member')) THEN
		RAISE EXCEPTION 'permission denied: "%" is not a member of credence_officer', session_user
			USING ERRCODE = 'insufficient_privilege';
	END IF;
END $$;

COMMENT ON FUNCTION require_officer() IS
'Error 42501 unless the login (session_user) is a member of credence_officer or credence_admin.';

-- What belongs to no region is for administrators: visible_regions() is NULL for no other officer.
CREATE FUNCTION may_act_in(region text, regions text[])
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regions IS NULL OR coalesce(region = ANY (regions), false);

COMMENT ON FUNCTION may_act_in(text, text[]) IS
'Whether an officer who sees the regions given (visible_regions()) may act on what belongs to a region; on what belongs to none only an administrator may.';

CREATE FUNCTION require_region(region text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_officer();
	IF NOT credence_registry.may_act_in(region, credence_registry.visible_regions()) THEN
		RAISE EXCEPTION 'permission denied: "%" is not responsible for %', session_user,
				coalesce('region "' || region || '"', 'what belongs to no region')
			USING ERRCODE = 'insufficient_privilege';
	END IF;
END $$;

COMMENT ON FUNCTION require_region(text) IS
'Error 42501 unless the login (session_user) is an officer responsible for the region, or an administrator.';

-- SECURITY DEFINER: a subject of another region must be told from one that does not exist, or officers would create it twice.
CREATE FUNCTION require_subject(subject_id bigint)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	found_region text;
BEGIN
	PERFORM credence_registry.require_officer();
	SELECT s.region INTO found_region FROM credence_registry.subject s WHERE s.subject_id = require_subject.subject_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no subject %', coalesce(subject_id::text, 'NULL')
			USING ERRCODE = 'foreign_key_violation';
	END IF;
	PERFORM credence_registry.require_region(found_region);
END $$;

COMMENT ON FUNCTION require_subject(bigint) IS
'Error 23503 unless there is such a subject, 42501 unless the login (session_user) may act on it.';

CREATE FUNCTION subject_id(kind text, code text)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	id bigint := (SELECT s.subject_id FROM credence_registry.subject s WHERE s.kind = subject_id.kind AND s.code = subject_id.code);
BEGIN
	IF id IS NULL THEN
		RAISE EXCEPTION 'there is no % "%"', kind, code USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN id;
END $$;

COMMENT ON FUNCTION subject_id(text, text) IS
'Number of the subject of a kind and code, among those that the login sees; error 23503 if there is none.';

CREATE FUNCTION known_codes(domain text)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(array_agg(c.code ORDER BY c.sort_order, c.code), '{}') FROM credence_registry.code_list c WHERE c.domain = known_codes.domain
$$;

COMMENT ON FUNCTION known_codes(text) IS 'The codes of a domain, in their order; empty if there are none.';

-- What is wrong with a code, or NULL.
CREATE FUNCTION code_problem(domain text, code text, what text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('unknown %s "%s"', what, code)
	WHERE code IS NOT NULL
		AND NOT EXISTS (SELECT FROM credence_registry.code_list c WHERE c.domain = code_problem.domain AND c.code = code_problem.code)
$$;

COMMENT ON FUNCTION code_problem(text, text, text) IS
'What is wrong with a code: NULL if its domain has it, or if it is NULL; what is the word for it in the message.';

-- Raises the first of the problems that a writing function found, the others as detail.
CREATE FUNCTION raise_problems(problems text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	problems := coalesce(array_remove(problems, NULL), '{}');
	CASE cardinality(problems)
		WHEN 0 THEN
			NULL;
		WHEN 1 THEN
			RAISE EXCEPTION '%', problems[1] USING ERRCODE = 'invalid_parameter_value';
		ELSE
			RAISE EXCEPTION '%', problems[1]
				USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Also: %s.', array_to_string(problems[2:], '; '));
	END CASE;
END $$;

COMMENT ON FUNCTION raise_problems(text[]) IS
'Error 22023 with the first problem as message and the others as detail; nothing if all are NULL.';

-- Dates are year, month, day in ten characters, whatever DateStyle says: 31-01-2025 is none, nor is 25-01-31.
CREATE FUNCTION try_date(value text)
RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = iso, ymd
AS $$
BEGIN
	IF octet_length(value) = 10 THEN
		RETURN value::date;
	END IF;
	RETURN NULL;
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

COMMENT ON FUNCTION try_date(text) IS 'The date that a text such as 2025-01-31 gives, or NULL if it gives none.';

CREATE FUNCTION try_numeric(value text)
RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RETURN value::numeric;
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;

COMMENT ON FUNCTION try_numeric(text) IS 'The number that a text gives, or NULL if it gives none.';

CREATE FUNCTION try_jsonb(value text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	RETURN value::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	RETURN NULL;
END $$;

COMMENT ON FUNCTION try_jsonb(text) IS 'The JSON that a text gives, or NULL if it gives none.';

-- Most dates of a file are seen to be dates at a glance; try_date, a subtransaction each, is for the others.
CREATE FUNCTION plain_date(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value COLLATE "C" ~ '^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$';

COMMENT ON FUNCTION plain_date(text) IS 'Whether a text is a date from 1900-01-01 to 2199-12-28, of no more than 28 days a month; NULL for NULL.';

-- Texts for messages: a date that cannot be read, a number that cannot. STABLE as format is, so that they are written out where they are called.
CREATE FUNCTION date_problem(value text, what text, required boolean)
RETURNS text
LANGUAGE sql STABLE
RETURN CASE
	WHEN value IS NULL THEN CASE WHEN required THEN format('%s is missing', what) END
	WHEN credence_registry.plain_date(value) THEN NULL
	WHEN credence_registry.try_date(value) IS NULL THEN format('%s "%s" is not a date such as 2025-01-31', what, left(value, 60))
	WHEN credence_registry.try_date(value) NOT BETWEEN date '1900-01-01' AND date '2199-12-31' THEN
		format('%s %s is not between 1900 and 2199', what, value)
END;

COMMENT ON FUNCTION date_problem(text, text, boolean) IS
'What is wrong with the text of a date, or NULL; what is its name in the message.';

-- Dates that no file could give either: neither infinity can be counted with.
CREATE FUNCTION day_problem(day date, what text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('%s %s is not between 1900 and 2199', what, day)
	WHERE day NOT BETWEEN '1900-01-01' AND '2199-12-31'
$$;

COMMENT ON FUNCTION day_problem(date, text) IS 'What is wrong with a date, or NULL; what is its name in the message.';

-- Lists that are drawn from have a line for each subject, and a tab behind its code.
CREATE FUNCTION subject_code_problem(code text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN coalesce(code, '') = '' THEN 'code is missing'
	WHEN code COLLATE "C" ~ '[[:cntrl:]]' THEN format('code %s has a control character', to_json(code)) END;

COMMENT ON FUNCTION subject_code_problem(text) IS 'What is wrong with the code of a subject, or NULL.';

-- The limit leaves room for sums of very many within what any client reads.
CREATE FUNCTION numeric_problem(value text, what text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE
		WHEN value IS NULL THEN NULL
		WHEN credence_registry.try_numeric(value) IS NULL THEN format('%s "%s" is not a number', what, left(value, 60))
		WHEN abs(credence_registry.try_numeric(value)) < 1e18 THEN
			-- float8 holds what is left
			CASE WHEN scale(credence_registry.try_numeric(value)) > 100 THEN format('%s %s... has more than 100 decimals', what, left(value, 60)) END
		ELSE format('%s %s is not a number below 10^18', what, left(value, 60))
	END
$$;

COMMENT ON FUNCTION numeric_problem(text, text) IS
'What is wrong with the text of a number, or NULL; what is its name in the message. NaN and infinity are not numbers.';

