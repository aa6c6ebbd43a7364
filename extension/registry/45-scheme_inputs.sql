-- the inputs of a scheme: where each comes from, whether it is a number or a text, and in what order they are computed

-- The names that conditions see besides inputs, with their types. An input cannot be called so.
CREATE FUNCTION outcome_names()
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"score": "number", "grade": "text", "notch": "number", "rated": "number", "coverage": "number", "rank": "number",
	"rank_from_last": "number", "rank_of": "number", "peer_rank": "number", "peer_rank_from_last": "number", "peer_of": "number"}'::jsonb;

COMMENT ON FUNCTION outcome_names() IS
'The outcome operands of conditions but for points.NAME and group.NAME, each with its type: number or text.';

-- The names in a condition or formula as far as it can be read, what each is compared or computed with (number, text,
-- another operand, or NULL where anything may stand), and what stands there.
CREATE FUNCTION expression_uses(type text, expression text)
RETURNS TABLE (operand text, kind text, value text)
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF type LIKE 'formula %' THEN
		RETURN QUERY SELECT f.operand, CASE WHEN NOT f.counted THEN 'number' END, NULL::text FROM formula_operands(expression) AS f;
	ELSE
		RETURN QUERY SELECT t.operand, t.kind, t.value FROM condition_terms(expression) AS t;
		RETURN QUERY SELECT t.value, 'operand', t.operand FROM condition_terms(expression) AS t WHERE t.kind = 'operand';
	END IF;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
	RETURN;		-- scheme_check says what is wrong with it
END $$;

COMMENT ON FUNCTION expression_uses(text, text) IS
'The names in a condition or formula (type as in scheme_keys), and how each is used: with a number, a text or another operand; kind is NULL where both may stand. Nothing for an expression that cannot be read.';

-- How a scorecard uses the columns that it reads. Conditions in a scorecard are those of schemes.
CREATE FUNCTION scorecard_uses(card jsonb)
RETURNS TABLE (path text, operand text, kind text)
LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
WITH part AS (
	SELECT format('scorecard.%s[%s]', section, n - 1) AS path, section, element
	FROM unnest('{indicators,vetoes}'::text[]) AS section,
		jsonb_path_query(card, ('$.' || section || '[*]')::jsonpath) WITH ORDINALITY AS e(element, n)
	WHERE jsonb_typeof(element) = 'object'
)
SELECT path, coalesce(element ->> 'input', element ->> 'name'), CASE WHEN element ? 'categories' THEN 'text' ELSE 'number' END
	FROM part WHERE section = 'indicators'
UNION ALL
SELECT path || '.when', u.operand, u.kind
	FROM part, expression_uses('condition inputs', element ->> 'when') AS u
	WHERE section = 'indicators' OR u.operand <> 'score' AND u.operand !~ '^(points|group)\.';
END;

COMMENT ON FUNCTION scorecard_uses(jsonb) IS
'The columns that a scorecard names: where, and whether as number or as text; a column may come several times.';

-- The type that the source of an input settles by itself, or NULL.
CREATE FUNCTION source_type(source text, definition jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE source
	WHEN 'observation' THEN CASE WHEN coalesce(definition ->> 'statistic', 'latest') NOT IN ('latest', 'earliest') OR definition ? 'evaluators' THEN 'number' END
	WHEN 'events' THEN CASE WHEN definition ->> 'measure' = 'worst' THEN 'text' ELSE 'number' END
	WHEN 'result' THEN CASE WHEN definition ->> 'field' = 'grade' AND definition ->> 'statistic' IS DISTINCT FROM 'count'
		AND definition -> 'streak' IS DISTINCT FROM 'true'::jsonb THEN 'text' ELSE 'number' END
	WHEN 'attribute' THEN CASE WHEN definition ->> 'attribute' IN ('kind', 'region', 'peer_class') THEN 'text' END
	WHEN 'agreement' THEN CASE WHEN definition ->> 'agreement' = 'retention_amount' THEN 'number' ELSE 'text' END
	WHEN 'value' THEN CASE jsonb_typeof(definition -> 'value') WHEN 'string' THEN 'text' ELSE 'number' END
	WHEN 'cases' THEN CASE
		WHEN jsonb_path_exists(definition, '$.cases[*].value ? (@.type() == "string")') THEN 'text'
		WHEN jsonb_path_exists(definition, '$.cases[*].value ? (@.type() == "number")') THEN 'number' END
	ELSE 'number' END;
END;

COMMENT ON FUNCTION source_type(text, jsonb) IS
'Whether an input of a scheme is a number or a text, as far as its source says; NULL where its use decides: observations, attributes, and cases that hand on other inputs.';

-- In what order inputs that need one another are computed.
CREATE FUNCTION levels_of(needs jsonb)
RETURNS TABLE (name text, level int)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	levels jsonb := '{}';
	ready jsonb;
BEGIN
	FOR step IN 0 .. (SELECT count(*) FROM jsonb_object_keys(needs))
	LOOP
		ready := (SELECT jsonb_object_agg(n.key, step) FROM jsonb_each(needs) AS n
			WHERE NOT levels ? n.key
				AND NOT EXISTS (SELECT FROM jsonb_array_elements_text(n.value) AS d(other) WHERE needs ? other AND NOT levels ? other));
		EXIT WHEN ready IS NULL;
		levels := levels || ready;
	END LOOP;
	RETURN QUERY SELECT k.key, (levels ->> k.key)::int FROM jsonb_object_keys(needs) AS k(key);
END $$;

COMMENT ON FUNCTION levels_of(jsonb) IS
'From an object of names to arrays of the names that each needs: the level of each, 0 for one that needs none, else one above the highest of those that it needs; NULL in a ring and behind one. Names that are not keys do not count.';

CREATE FUNCTION scheme_inputs(document jsonb)
RETURNS TABLE (name text, source text, value_type text, level int, needs text[], relative boolean, definition jsonb)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH RECURSIVE part AS MATERIALIZED (
	SELECT p.steps, p.type, p.value, CASE WHEN p.steps[1] = 'inputs' THEN p.steps[2] END AS by
	FROM scheme_parts(document) AS p
), input AS MATERIALIZED (
	SELECT by AS name, v.variant AS source, source_type(v.variant, value) AS own_type, value AS definition
	FROM part, scheme_variant('input', value) AS v(variant)
	WHERE type = 'object input' AND jsonb_typeof(value) = 'object' AND v.variant IS NOT NULL
), used AS MATERIALIZED (		-- who uses which input, and as what
	SELECT by, u.operand, CASE WHEN u.kind <> 'operand' THEN u.kind
			ELSE coalesce(outcome_names() ->> u.value, CASE WHEN u.value ~ '^(points|group)\.' THEN 'number' ELSE 'operand' END) END AS kind, u.value
	FROM part, expression_uses(type, part.value #>> '{}') AS u
	WHERE type ~ '^(condition|formula) ' AND type <> 'condition result' AND jsonb_typeof(part.value) = 'string'
	UNION ALL
	SELECT by, CASE type WHEN 'signed input' THEN regexp_replace(value #>> '{}', '^-', '') ELSE value #>> '{}' END,
		CASE WHEN type IN ('input of numbers', 'signed input') THEN 'number' WHEN type = 'input of texts' THEN 'text'
			WHEN by IS NOT NULL THEN 'operand' END, by
	FROM part WHERE type IN ('input', 'input of numbers', 'input of texts', 'signed input')
	UNION ALL
	SELECT NULL, c.operand, c.kind, NULL FROM scorecard_uses(CASE jsonb_typeof(document -> 'scorecard') WHEN 'object' THEN document -> 'scorecard' END) AS c
	UNION ALL
	SELECT NULL, CASE WHEN steps[1] = 'inputs' THEN by ELSE steps[4] END, type, NULL
	FROM part
	WHERE type IN ('number', 'text') AND (steps[1] = 'inputs' AND steps[3] = 'default' OR steps[1] = 'examples' AND steps[3] = 'inputs')
), same AS (					-- inputs that are compared with one another, or handed on, are of one type
	SELECT operand AS one, value AS other FROM used WHERE kind = 'operand'
	UNION
	SELECT value, operand FROM used WHERE kind = 'operand'
), kin AS (
	SELECT name, name AS other FROM input
	UNION
	SELECT kin.name, same.other FROM kin JOIN same ON same.one = kin.other
), typed AS (
	SELECT i.name, coalesce(i.own_type,
		CASE WHEN bool_or(o.own_type = 'text' OR u.kind = 'text') THEN 'text'
			WHEN bool_or(o.own_type = 'number' OR u.kind = 'number') THEN 'number'
			WHEN i.source = 'attribute' THEN 'text' ELSE 'number' END) AS value_type
	FROM input AS i
	JOIN kin ON kin.name = i.name
	LEFT JOIN input AS o ON o.name = kin.other
	LEFT JOIN used AS u ON u.operand = kin.other
	GROUP BY i.name, i.own_type, i.source
), needed AS (
	SELECT i.name, coalesce(array_agg(DISTINCT u.operand COLLATE "C") FILTER (WHERE u.operand IN (SELECT name FROM input)), '{}') AS needs
	FROM input AS i LEFT JOIN used AS u ON u.by = i.name
	GROUP BY i.name
), relative AS (
	SELECT name FROM input WHERE source IN ('population', 'rank')
	UNION
	SELECT n.name FROM needed AS n JOIN relative AS r ON r.name = ANY (n.needs)
)
SELECT i.name, i.source, t.value_type, l.level, n.needs, EXISTS (SELECT FROM relative AS r WHERE r.name = i.name), i.definition
FROM input AS i
JOIN typed AS t ON t.name = i.name
JOIN needed AS n ON n.name = i.name
JOIN levels_of((SELECT jsonb_object_agg(needed.name, to_jsonb(needed.needs)) FROM needed)) AS l ON l.name = i.name
ORDER BY l.level, i.name COLLATE "C";
END $$;

COMMENT ON FUNCTION scheme_inputs(jsonb) IS
'The inputs of a scheme document in the order in which they are computed: source is the key that says where it comes from; value_type number or text, by its source or, where that leaves it open (observations, attributes), by how it is used, else text for attributes and number for the rest; level 0 for one that needs no other input, NULL in a ring; needs the inputs that it is derived from; relative whether it depends on the population, itself or through another. Inputs without a source, or with several, are left out.';

-- The labels of bands or of quotas, which are written alike.
CREATE FUNCTION labels_of(list text)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT array_agg(coalesce(replace(m[1], '""', '"'), rtrim(m[2], E' \t\r\n\v\f')) ORDER BY n)
FROM regexp_matches(list, '[ \t\r\n\v\f]*(?:"((?:[^"]|"")*)"|([^,<>="%]+?))[ \t\r\n\v\f]*(?:[<>][^,]*|[ \t\r\n\v\f][0-9.]+[ \t\r\n\v\f]*%[ \t\r\n\v\f]*)?(?:,|$)', 'g') WITH ORDINALITY AS r(m, n);
END;

COMMENT ON FUNCTION labels_of(text) IS 'The labels of valid bands or quotas in text form, in their order.';

CREATE FUNCTION scheme_grades(document jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE scheme_variant('grading', coalesce(document -> 'grading', '{}'))
	WHEN 'bands' THEN labels_of(document #>> '{scorecard,grades}')
	WHEN 'quota' THEN labels_of(document #>> '{grading,quotas}')
	WHEN 'clusters' THEN (SELECT array_agg(label #>> '{}' ORDER BY n DESC) FROM jsonb_path_query(document, '$.grading.labels[*]') WITH ORDINALITY AS l(label, n))
	WHEN 'cases' THEN (SELECT array_agg(label #>> '{}' ORDER BY n) FROM jsonb_path_query(document, '$.grading.order[*]') WITH ORDINALITY AS l(label, n))
	END;
END;

COMMENT ON FUNCTION scheme_grades(jsonb) IS
'The grades of a scheme document, the best first, as its grading settles them; notch 1 is the first. NULL if it has none.';
