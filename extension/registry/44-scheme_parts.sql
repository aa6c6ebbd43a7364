-- a scheme document taken apart: every value in it with its type, and what is wrong with its shape

-- What a value of one type is called in messages.
CREATE FUNCTION scheme_single_text(type text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE
	WHEN type ~ '^(filled )?list of ' THEN 'a list'
	WHEN type LIKE 'pair of integer%' THEN 'a pair [least, most] of integers'
	WHEN type LIKE 'pair of number / null' THEN 'a pair [low, high] of numbers, null for an open end'
	WHEN type LIKE 'pair of number / input of numbers' THEN 'a pair [x, y] of numbers or names of inputs'
	WHEN type LIKE 'pair of %' THEN 'a pair [low, high] of numbers'
	WHEN type LIKE 'map of %' OR type = 'scorecard' THEN 'an object'
	WHEN type = 'object title' THEN 'an object with en and zh'
	WHEN type = 'object input value' THEN '{"input": name}'
	WHEN type = 'object relative grade' THEN '{"input": name} with better or worse'
	WHEN type = 'object sum' THEN '{"sum": name of an input}'
	WHEN type = 'object ends' THEN 'an object with tie and end'
	WHEN type = 'object window' THEN 'an object with period, months, years, days, or from and to'
	WHEN type LIKE 'object %' THEN 'an object'
	WHEN type LIKE 'one of %' THEN (SELECT CASE count(*) WHEN 1 THEN '' ELSE 'one of ' END || string_agg(format('"%s"', word), ', ' ORDER BY n)
		FROM string_to_table(substr(type, 8), '|') WITH ORDINALITY AS w(word, n))
	WHEN type ~ '^(number|integer)' THEN CASE WHEN type LIKE 'integer%' THEN 'an integer' ELSE 'a number' END
		|| regexp_replace(regexp_replace(regexp_replace(substr(type, strpos(type || ' ', ' ')),
			' (\S+)\.\.(\S+)$', ' from \1 to \2'), ' (\S+)\.\.$', ' of at least \1'), ' \.\.(\S+)$', ' of at most \1')
	WHEN type = 'date' THEN 'a date such as "2025-07-01"'
	WHEN type = 'day of the year' THEN 'a day such as "02-01"'
	WHEN type = 'boolean' THEN 'true or false'
	WHEN type LIKE 'condition %' THEN 'a condition'
	WHEN type LIKE 'formula %' THEN 'a formula'
	WHEN type = 'bands' THEN 'bands such as "A >= 90, B >= 80, C"'
	WHEN type = 'curve' THEN 'a curve such as "60:0, 90:100"'
	WHEN type = 'quotas' THEN 'quotas such as "A 20%, B 50%, C"'
	WHEN type IN ('text', 'name') THEN 'a text'
	WHEN type = 'null' THEN 'null'
	ELSE 'the name of ' || CASE type WHEN 'grade' THEN 'a grade' WHEN 'any grade' THEN 'a grade'
			WHEN 'rule pattern' THEN 'a rule or "prefix.*"' WHEN 'scheme code' THEN 'a scheme or "self"'
			WHEN 'result field' THEN 'a field of results' WHEN 'signed input' THEN 'an input'
			WHEN 'tie kind or agreement' THEN 'a kind of tie or "agreement"'
			ELSE CASE WHEN type ~ '^[aeiou]' THEN 'an ' ELSE 'a ' END || type END
	END;
END;

COMMENT ON FUNCTION scheme_single_text(text) IS 'Part of scheme_type_text: what a value of a type without alternatives is called.';

CREATE FUNCTION scheme_type_text(type text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE WHEN type LIKE '% / %' AND type !~ '^(filled list|list|pair|map) of '
	THEN (SELECT string_agg(scheme_single_text(alternative), ' or ' ORDER BY n) FROM string_to_table(type, ' / ') WITH ORDINALITY AS a(alternative, n))
	ELSE scheme_single_text(type) END;
END;

COMMENT ON FUNCTION scheme_type_text(text) IS 'What a value of a type of scheme_keys is called in messages, such as: a number from 0 to 1.';

-- The kind of JSON value that a type is written as.
CREATE FUNCTION scheme_type_json(type text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE
	WHEN type ~ '^(list of|filled list of|pair of) ' THEN 'array'
	WHEN type ~ '^(object|map of) ' OR type = 'scorecard' THEN 'object'
	WHEN type ~ '^number$|^integer$|^(number|integer) [-0-9.a]' THEN 'number'
	WHEN type IN ('boolean', 'null') THEN type
	ELSE 'string' END;
END;

COMMENT ON FUNCTION scheme_type_json(text) IS 'The kind of JSON value (as jsonb_typeof names it) that a value of a type of scheme_keys is; of a type with alternatives, of the first.';

-- Of a type with alternatives the one that the value has the kind of; else the type as it is.
CREATE FUNCTION scheme_type_of(type text, value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	alternative text;
BEGIN
	IF type LIKE '% / %' AND type !~ '^(list|filled list|pair|map) of ' THEN
		FOREACH alternative IN ARRAY string_to_array(type, ' / ')
		LOOP
			IF scheme_type_json(alternative) = jsonb_typeof(value) THEN
				RETURN alternative;
			END IF;
		END LOOP;
	END IF;
	RETURN type;
END $$;

COMMENT ON FUNCTION scheme_type_of(text, jsonb) IS 'Of a type of scheme_keys with alternatives, the alternative that a value is one of; the type itself where there is none.';

-- Which variant an object is; NULL where it has none, or more than one.
CREATE FUNCTION scheme_variant(place text, value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	present text[];
BEGIN
	IF place = 'grading' THEN
		RETURN coalesce(value ->> 'method', 'bands');
	END IF;
	present := (SELECT array_agg(k.key) FROM scheme_keys() AS k WHERE k.place = scheme_variant.place AND k.variant = k.key AND value ? k.key);
	RETURN CASE WHEN cardinality(present) = 1 THEN present[1] END;
END $$;

COMMENT ON FUNCTION scheme_variant(text, jsonb) IS
'Which variant of its place an object in a scheme document is, such as observation for an input; NULL where it has the key of none or of several.';

-- A path as messages show it, such as inputs.points_lost.window or rules[0].code.
CREATE FUNCTION scheme_path(steps text[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT ltrim(coalesce(string_agg(CASE
		WHEN step ~ '^\[[0-9]+\]$' THEN step
		WHEN step ~ '^[^] .["\x01-\x1f]+$' THEN '.' || step
		ELSE '.' || to_json(step)::text END, '' ORDER BY n), ''), '.')
	FROM unnest(steps) WITH ORDINALITY AS s(step, n);
END;

COMMENT ON FUNCTION scheme_path(text[]) IS 'A path into a scheme document as messages show it: keys with dots, places in lists in brackets from 0.';

CREATE FUNCTION scheme_parts(document jsonb)
RETURNS TABLE (steps text[], type text, value jsonb)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH RECURSIVE known AS MATERIALIZED (
	SELECT * FROM scheme_keys()
), part AS (
	SELECT '{}'::text[] AS steps, 'object scheme' AS type, document AS value, NULL::text AS variant
	UNION ALL
	SELECT part.steps || child.step, t.type, child.value, CASE WHEN t.type LIKE 'object %' THEN scheme_variant(substr(t.type, 8), child.value) END
	FROM part
	CROSS JOIN LATERAL (
		SELECT format('[%s]', n - 1), element
		FROM jsonb_array_elements(CASE WHEN part.type ~ '^(list|filled list|pair) of ' AND jsonb_typeof(part.value) = 'array' THEN part.value ELSE '[]' END)
			WITH ORDINALITY AS e(element, n)
		UNION ALL
		SELECT e.key, e.value
		FROM jsonb_each(CASE WHEN part.type ~ '^(object|map of) ' AND jsonb_typeof(part.value) = 'object' THEN part.value ELSE '{}' END) AS e
	) AS child(step, value)
	LEFT JOIN known AS k ON part.type LIKE 'object %' AND k.place = substr(part.type, 8) AND k.key = child.step
		AND (k.variant IS NULL OR k.variant = part.variant)
	CROSS JOIN LATERAL (
		SELECT scheme_type_of(CASE WHEN part.type LIKE 'object %' THEN k.type ELSE regexp_replace(part.type, '^(filled list|list|pair|map) of ', '') END, child.value)
		OFFSET 0	-- computed once
	) AS t(type)
	WHERE t.type IS NOT NULL
)
SELECT part.steps, part.type, part.value FROM part;
END $$;

COMMENT ON FUNCTION scheme_parts(jsonb) IS
'Every value of a scheme document that stands where it may: its path, its type by scheme_keys, and itself. Beneath a value of a wrong kind nothing follows.';

-- What a cast says against a text, or NULL. Not parallel, nor is anything that calls it: it catches errors.
CREATE FUNCTION cast_problem(value text, type regtype)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	EXECUTE format('SELECT %L::%s', value, type);
	RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
	RETURN SQLERRM;
END $$;

COMMENT ON FUNCTION cast_problem(text, regtype) IS 'Why a text cannot be read as a value of the type: the message of the error, or NULL if it can.';

-- What is wrong with one value by its type alone, or NULL.
CREATE FUNCTION scheme_value_problem(type text, value jsonb)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	kind text := jsonb_typeof(value);
	plain text := value #>> '{}';
	bound text[];
	fits boolean := kind = scheme_type_json(type) AND (type NOT LIKE '% / %' OR kind IN ('array', 'object'));
	-- of a name as in scorecards; of the rest what nobody writes by hand
	most int := CASE WHEN type IN ('text', 'bands', 'curve', 'quotas') OR type ~ '^(condition|formula) ' THEN 65536 ELSE 256 END;
	problem text;
BEGIN
	IF fits AND kind = 'number' THEN
		bound := regexp_match(type, ' (-?[0-9]*)\.\.(-?[0-9]*)$');
		fits := abs(plain::numeric) <= 1e100
			AND (type NOT LIKE 'integer%' OR plain::numeric % 1 = 0 AND abs(plain::numeric) <= 2147483647)
			AND (type NOT LIKE '% above 0' OR plain::numeric > 0)
			AND (bound IS NULL OR (bound[1] = '' OR plain::numeric >= bound[1]::numeric) AND (bound[2] = '' OR plain::numeric <= bound[2]::numeric));
		IF NOT fits AND abs(plain::numeric) > 1e100 THEN
			RETURN 'must be a number up to 1e100';
		END IF;
	ELSIF fits AND kind = 'string' THEN
		IF plain = '' THEN
			RETURN format('must be %s, not empty', scheme_type_text(type));
		ELSIF octet_length(plain) > most THEN
			RETURN format('has %s bytes, more than %s', octet_length(plain), most);
		ELSIF type <> 'text' AND type !~ '^(condition|formula) ' AND plain ~ '[\x01-\x1f\x7f]' THEN
			RETURN 'must be without control characters';
		END IF;
		CASE type
			WHEN 'date' THEN fits := plain ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND cast_problem(plain, 'date') IS NULL;
			WHEN 'day of the year' THEN fits := plain ~ '^[0-9]{2}-[0-9]{2}$' AND cast_problem('2000-' || plain, 'date') IS NULL;
			WHEN 'bands' THEN problem := cast_problem(plain, 'credence.bands');
			WHEN 'curve' THEN problem := cast_problem(plain, 'credence.curve');
			ELSE fits := type NOT LIKE 'one of %' OR plain = ANY (string_to_array(substr(type, 8), '|'));
		END CASE;
	ELSIF fits AND kind = 'array' THEN
		IF type LIKE 'filled %' AND jsonb_array_length(value) = 0 THEN
			RETURN 'must not be empty';
		ELSIF type LIKE 'pair of %' AND jsonb_array_length(value) <> 2 THEN
			RETURN format('must be %s, not a list of %s', scheme_type_text(type), jsonb_array_length(value));
		ELSIF type LIKE 'pair of %' AND type NOT LIKE '%input%' AND jsonb_typeof(value -> 0) = 'number' AND jsonb_typeof(value -> 1) = 'number'
			AND (value ->> 0)::numeric > (value ->> 1)::numeric THEN
			RETURN format('must not begin above its end, as %s does', value);
		END IF;
	ELSIF fits AND type LIKE 'map of %' AND value ? '' THEN
		RETURN 'must not have an empty name';
	ELSIF fits AND type = 'object title' AND value = '{}' THEN
		RETURN 'must have en or zh';
	END IF;
	IF problem IS NOT NULL THEN
		RETURN problem;
	ELSIF NOT fits THEN
		RETURN format('must be %s, not %s', scheme_type_text(type),
			CASE kind WHEN 'object' THEN 'an object' WHEN 'array' THEN 'a list'
				ELSE CASE WHEN length(value::text) > 60 THEN left(value::text, 60) || '...' ELSE value::text END END);
	END IF;
	RETURN NULL;
END $$;

COMMENT ON FUNCTION scheme_value_problem(text, jsonb) IS
'What is wrong with a value of a scheme document by its type alone, or NULL. What it refers to is not looked at.';

-- Unknown keys, missing keys, no variant or several: what is wrong with an object by its keys.
CREATE FUNCTION scheme_object_problems(type text, value jsonb)
RETURNS TABLE (problem text)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	own_place text := substr(type, 8);
	own_variant text := scheme_variant(own_place, value);
	variants text[] := (SELECT array_agg(k.key) FROM scheme_keys() k WHERE k.place = own_place AND k.variant = k.key AND own_place <> 'grading');
	present text[] := (SELECT array_agg(v ORDER BY n) FROM unnest(variants) WITH ORDINALITY AS u(v, n) WHERE value ? v);
	known text;
BEGIN
	IF own_variant IS NULL AND variants IS NOT NULL THEN
		RETURN QUERY SELECT format(CASE WHEN present IS NULL THEN 'must have one of %1$s' ELSE 'must have only one of %2$s' END,
			array_to_string(variants, ', '), array_to_string(present, ', '));
		-- of a key that belongs to one of several variants nobody can say whether it is right
		RETURN QUERY SELECT format('unknown key "%s"', key) FROM jsonb_object_keys(value) AS key
			WHERE key NOT IN (SELECT k.key FROM scheme_keys() k WHERE k.place = own_place);
		RETURN;
	END IF;
	known := (SELECT string_agg(k.key, ', ') FROM scheme_keys() k WHERE k.place = own_place AND (k.variant IS NULL OR k.variant = own_variant));
	RETURN QUERY SELECT format('unknown key "%s"; known are %s', key, known)
		FROM jsonb_object_keys(value) AS key
		WHERE key NOT IN (SELECT k.key FROM scheme_keys() k WHERE k.place = own_place AND (k.variant IS NULL OR k.variant = own_variant));
	RETURN QUERY SELECT format('needs the key "%s"', k.key)
		FROM scheme_keys() k
		WHERE k.place = own_place AND (k.variant IS NULL OR k.variant = own_variant) AND k.required AND NOT value ? k.key;
END $$;

COMMENT ON FUNCTION scheme_object_problems(text, jsonb) IS
'What is wrong with the keys of an object of a scheme document: unknown ones, missing ones, none or several of which there must be one.';

CREATE FUNCTION scheme_shape_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH part AS MATERIALIZED (SELECT * FROM scheme_parts(document))
SELECT scheme_path(steps), p.problem FROM part, scheme_value_problem(type, value) AS p(problem) WHERE p.problem IS NOT NULL
UNION ALL
SELECT scheme_path(steps), p.problem FROM part, scheme_object_problems(type, value) AS p
	WHERE type LIKE 'object %' AND type NOT LIKE '% / %' AND jsonb_typeof(value) = 'object';
END $$;

COMMENT ON FUNCTION scheme_shape_problems(jsonb) IS
'Part of scheme_check: unknown and missing keys, and values of a wrong kind.';
