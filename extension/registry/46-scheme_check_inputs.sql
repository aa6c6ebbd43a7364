-- what is wrong with the inputs of a scheme document, and with the expressions over them

-- What the conditions and formulas of a document may name, by where they stand: inputs, outcome or result.
CREATE FUNCTION scheme_operands(document jsonb, place text)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
SELECT coalesce(jsonb_object_agg(o.name, jsonb_build_object('type', o.type, 'sql', 'NULL')), '{}')
FROM (
	SELECT i.name, i.value_type FROM scheme_inputs(document) AS i WHERE place IN ('inputs', 'outcome')
	UNION ALL
	SELECT n.key, n.value FROM jsonb_each_text(outcome_names()) AS n
	WHERE place = 'outcome' OR place = 'result' AND n.key IN ('score', 'grade', 'notch', 'rated')
	UNION ALL
	SELECT prefix || (part ->> 'name'), 'number'
	FROM (VALUES ('points.', '$.scorecard.indicators[*]'::jsonpath), ('group.', '$.scorecard.groups[*]')) AS p(prefix, path),
		jsonb_path_query(document, path) AS part
	WHERE place = 'outcome' AND jsonb_typeof(part -> 'name') = 'string'
) AS o(name, type);
END;

COMMENT ON FUNCTION scheme_operands(jsonb, text) IS
'The operands that expressions in a scheme document may name, as condition_sql takes them but with NULL for SQL. place inputs: the inputs; outcome: also what grading leaves, with points.NAME and group.NAME; result: score, grade, notch and rated alone.';

-- Why an expression cannot be compiled, or NULL.
CREATE FUNCTION expression_problem(type text, expression text, operands jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM CASE WHEN type LIKE 'formula %' THEN formula_sql(expression, operands) ELSE condition_sql(expression, operands) END;
	RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
	RETURN SQLERRM;
END $$;

COMMENT ON FUNCTION expression_problem(text, text, jsonb) IS
'Why a condition or formula (type as in scheme_keys) cannot be compiled with these operands: the message of the error, or NULL if it can.';

CREATE FUNCTION scheme_expression_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH place(place, operands) AS MATERIALIZED (
	SELECT p, scheme_operands(document, p) FROM unnest('{inputs,outcome,result}'::text[]) AS p
)
SELECT scheme_path(part.steps), x.problem
FROM scheme_parts(document) AS part
JOIN place ON part.type IN ('condition ' || place.place, 'formula ' || place.place),
	expression_problem(part.type, part.value #>> '{}', place.operands) AS x(problem)
WHERE jsonb_typeof(part.value) = 'string' AND x.problem IS NOT NULL;
END $$;

COMMENT ON FUNCTION scheme_expression_problems(jsonb) IS
'Part of scheme_check: conditions and formulas that cannot be read, name what is not there, or mix numbers and texts.';

CREATE FUNCTION scheme_input_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH RECURSIVE input AS MATERIALIZED (
	SELECT * FROM scheme_inputs(document)
), part AS MATERIALIZED (
	SELECT p.steps, p.type, p.value, CASE p.type WHEN 'signed input' THEN regexp_replace(p.value #>> '{}', '^-', '') ELSE p.value #>> '{}' END AS name
	FROM scheme_parts(document) AS p
	WHERE p.type ~ 'input|^column$' AND jsonb_typeof(p.value) = 'string' OR p.type IN ('number', 'text') AND p.steps[3] = 'default'
), reached AS (				-- within rings only
	SELECT i.name, n AS other FROM input AS i, unnest(i.needs) AS n WHERE i.level IS NULL
	UNION
	SELECT r.name, n FROM reached AS r JOIN input AS i ON i.name = r.other, unnest(i.needs) AS n WHERE i.level IS NULL
), peered AS (				-- what depends on peer groups
	SELECT i.name FROM input AS i WHERE i.definition ->> 'within' = 'peers'
	UNION
	SELECT i.name FROM input AS i JOIN peered AS p ON p.name = ANY (i.needs)
)
-- names
SELECT scheme_path(ARRAY['inputs', name]), CASE
		WHEN outcome_names() ? name OR name = 'and' THEN 'an input cannot be called so: in conditions the name means something else'
		WHEN octet_length(name) > 63 THEN format('the name has %s bytes, more than 63', octet_length(name))
		ELSE 'the name of an input is in lower case: letters of any script, digits and _, no digit first' END
FROM jsonb_object_keys(CASE jsonb_typeof(document -> 'inputs') WHEN 'object' THEN document -> 'inputs' ELSE '{}' END) AS name
WHERE outcome_names() ? name OR name = 'and' OR octet_length(name) > 63
	OR name !~ '^[^\x01-\x5e\x60\x7b-\x7f\u00a0\u3000][^\x01-\x2f\x3a-\x5e\x60\x7b-\x7f\u00a0\u3000]*$'
UNION ALL
-- references
SELECT scheme_path(p.steps), CASE WHEN i.name IS NULL THEN format('there is no input "%s"', p.name)
		ELSE format('"%s" is an input of %ss', p.name, i.value_type) END
FROM part AS p LEFT JOIN input AS i ON i.name = p.name
WHERE p.type IN ('input', 'input of numbers', 'input of texts', 'signed input')
	AND NOT coalesce(document -> 'inputs' ? p.name AND i.name IS NULL, false)	-- one without a source is reported as such
	AND (i.name IS NULL OR p.type IN ('input of numbers', 'signed input') AND i.value_type <> 'number' OR p.type = 'input of texts' AND i.value_type <> 'text')
UNION ALL
SELECT scheme_path(p.steps), format('there is no column "%s": columns are inputs and %s', p.name, array_to_string(columns.names, ', '))
FROM part AS p, (VALUES ('{code,name,region,level,peer,score,grade,rank,peer_rank,reasons}'::text[])) AS columns(names)
WHERE p.type = 'column' AND p.name <> ALL (columns.names) AND NOT coalesce(document -> 'inputs' ? p.name, false)
UNION ALL
SELECT scheme_path(p.steps), format('must be a %s, as the input is', i.value_type)
FROM part AS p JOIN input AS i ON i.name = p.steps[2]
WHERE p.type IN ('number', 'text') AND p.type <> i.value_type AND p.steps[1] = 'inputs' AND p.steps[3] = 'default'
UNION ALL
-- an example gives inputs, and what comes of the others: ranks and other outcome operands
SELECT scheme_path(ARRAY['examples', format('[%s]', n - 1), 'inputs', given.key]), CASE WHEN known.type IS NULL THEN format('there is no input "%s"', given.key)
	ELSE format('must be a %s, as the input is', known.type) END
FROM jsonb_path_query(document, '$.examples[*]') WITH ORDINALITY AS e(example, n),
	jsonb_each(CASE jsonb_typeof(example -> 'inputs') WHEN 'object' THEN example -> 'inputs' ELSE '{}' END) AS given
LEFT JOIN (SELECT o.key, o.value ->> 'type' FROM jsonb_each(scheme_operands(document, 'outcome')) AS o) AS known(name, type) ON known.name = given.key
WHERE known.type IS NULL AND NOT coalesce(document -> 'inputs' ? given.key, false)
	OR CASE jsonb_typeof(given.value) WHEN 'number' THEN 'number' WHEN 'string' THEN 'text' END <> known.type
UNION ALL
-- rings, and what must be known before the population or its groups are
SELECT scheme_path(ARRAY['inputs', name]), CASE count(*) FILTER (WHERE other <> name) WHEN 0 THEN 'needs itself'
		ELSE format('needs itself, by way of %s', string_agg(other, ', ' ORDER BY other COLLATE "C") FILTER (WHERE other <> name)) END
FROM reached
WHERE EXISTS (SELECT FROM reached AS back WHERE back.name = reached.other AND back.other = reached.name)
GROUP BY name
UNION ALL
SELECT 'subjects.where', format('"%s" depends on who is part of the run', u.operand)
FROM expression_uses('condition inputs', document #>> '{subjects,where}') AS u
JOIN input AS i ON i.name = u.operand AND i.relative
UNION ALL
SELECT scheme_path(p.steps), format('"%s" depends on the peer groups', p.name)
FROM part AS p JOIN peered ON peered.name = p.name
WHERE p.steps[1] = 'peers';
END $$;

COMMENT ON FUNCTION scheme_input_problems(jsonb) IS
'Part of scheme_check: names of inputs, references to inputs that are not there or of the other type, rings among inputs.';

CREATE FUNCTION scheme_source_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT scheme_path(ARRAY['inputs', i.name] || c.key), c.problem
FROM (
	SELECT i.name, i.source, i.value_type, i.definition AS d, i.definition ->> 'measure' AS measure, i.definition ->> 'statistic' AS statistic,
		coalesce(i.definition -> 'of', '"self"') = '"self"'::jsonb AS of_self
	FROM scheme_inputs(document) AS i
) AS i, LATERAL (VALUES
	('observation', 'evaluators', d ?& '{evaluator,evaluators}', 'cannot stand beside evaluator'),
	('observation', 'evaluators_required', NOT d ? 'evaluators', 'needs evaluators'),
	('events', 'measure', measure = 'worst' AND NOT d ? 'levels', 'worst needs levels, the worst first'),
	('events', 'levels', measure IS DISTINCT FROM 'worst', 'belongs to the measure worst'),
	('events', 'levels', (SELECT count(*) > count(DISTINCT l) FROM jsonb_path_query(d, '$.levels[*]') AS l), 'must not have a level twice'),
	('events', 'start', measure IS DISTINCT FROM 'balance', 'belongs to the measure balance'),
	('events', 'floor', measure IS DISTINCT FROM 'balance', 'belongs to the measure balance'),
	('events', 'ceiling', measure IS DISTINCT FROM 'balance', 'belongs to the measure balance'),
	('events', 'floor', jsonb_path_exists(d, '$ ? (@.floor > @.ceiling)'), 'must not be above the ceiling'),
	('events', 'start', measure = 'balance' AND jsonb_path_exists(d, '$ ? (@.start < @.floor || @.start > @.ceiling)'), 'must be between floor and ceiling'),
	('events', 'dedupe', d ->> 'dedupe' = 'case' AND measure IN ('worst', 'balance'), 'does not belong to the measures worst and balance'),
	('events', 'cap', coalesce(measure, 'points') <> 'points', 'belongs to the measure points'),
	('events', 'cap_per_rule', coalesce(measure, 'points') <> 'points', 'belongs to the measure points'),
	('events', 'cap_per_case', coalesce(measure, 'points') <> 'points', 'belongs to the measure points'),
	('result', 'period', d ->> 'result' = 'self' AND d -> 'period' = '0', 'of self there is no result of the same period yet'),
	('result', 'when', d -> 'streak' IS DISTINCT FROM 'true'::jsonb AND statistic IS DISTINCT FROM 'count', 'belongs to streak and to the statistic count'),
	('result', 'streak', d -> 'streak' = 'true'::jsonb AND NOT d ? 'when', 'needs when'),
	('result', 'streak', d -> 'streak' = 'true'::jsonb AND (d ? 'statistic' OR NOT of_self), 'is of the subject''s own results, without statistic and of'),
	('result', 'statistic', of_self, 'belongs to the results of others: of'),
	('result', 'statistic', d ->> 'field' = 'grade' AND statistic NOT IN ('worst', 'best', 'count'), 'of grades is worst, best or count'),
	('cases', 'cases', jsonb_path_exists(d, '$.cases[*].value ? (@.type() == "string")') AND jsonb_path_exists(d, '$.cases[*].value ? (@.type() == "number")'),
		'must have values that are all numbers or all texts'),
	('curve', 'curve', CASE jsonb_typeof(d -> 'curve') WHEN 'array' THEN jsonb_array_length(d -> 'curve') = 1 END, 'must have at least two knots'),
	('curve', 'curve', (SELECT bool_or(x <= before) FROM (SELECT x, lag(x) OVER (ORDER BY n) AS before
			FROM jsonb_path_query(d, '$.curve[*][0]') WITH ORDINALITY AS k(x, n) WHERE jsonb_typeof(x) = 'number') AS knots),
		'must have knots that ascend'),
	('population', 'weight', d ->> 'population' NOT LIKE 'weighted%', 'belongs to weighted_median and weighted_mean'),
	('population', 'population', d ->> 'population' LIKE 'weighted%' AND NOT d ? 'weight', 'needs the key "weight"'),
	('population', 'share', d ->> 'population' NOT IN ('top_mean', 'percentile'), 'belongs to top_mean and percentile'),
	('population', 'population', d ->> 'population' IN ('top_mean', 'percentile') AND NOT d ? 'share', 'needs the key "share"'),
	('population', 'share', d ->> 'population' = 'top_mean' AND d -> 'share' = '0', 'must be above 0')
) AS c(source, key, wrong, problem)
WHERE i.source = c.source AND c.wrong AND (d ? c.key)
UNION ALL
-- lists of cases, here and in the grading: a case without when takes all that is left
SELECT scheme_path(steps || format('[%s]', n - 1)), 'a case without when must be the last'
FROM (
	SELECT p.steps, p.value FROM scheme_parts(document) AS p WHERE p.type LIKE 'filled list of object %case' AND jsonb_typeof(p.value) = 'array'
) AS p, jsonb_array_elements(p.value) WITH ORDINALITY AS e(element, n)
WHERE jsonb_typeof(element) = 'object' AND NOT element ? 'when' AND n < jsonb_array_length(p.value)
UNION ALL
SELECT scheme_path(p.steps), CASE p.type
	WHEN 'rule pattern' THEN 'must be a rule, "prefix.*" or "*"'
	WHEN 'result field' THEN format('must be score, grade, notch, rank, peer_rank, rated or points.NAME, not "%s"', p.value #>> '{}')
	WHEN 'indicator' THEN format('there is no indicator "%s" in the scorecard', p.value #>> '{}')
	ELSE format('there is no %s "%s"; known are %s', replace(c.domain, '_', ' '), p.value #>> '{}',
		(SELECT string_agg(l.code, ', ' ORDER BY l.sort_order, l.code) FROM code_list AS l WHERE l.domain = c.domain)) END
FROM scheme_parts(document) AS p
LEFT JOIN (VALUES ('subject kind', 'subject_kind'), ('tie kind', 'tie_kind'), ('tie kind or agreement', 'tie_kind')) AS c(type, domain) ON c.type = p.type
WHERE jsonb_typeof(p.value) = 'string' AND p.value <> '""'
	AND CASE p.type
		WHEN 'rule pattern' THEN p.value #>> '{}' !~ '^([^*]+|\*|[^*]+\.\*)$'
		WHEN 'result field' THEN NOT coalesce(p.value #>> '{}' IN ('score', 'grade', 'notch', 'rank', 'peer_rank', 'rated')
			OR p.value #>> '{}' LIKE 'points._%' AND (document #>> ARRAY['inputs', p.steps[2], 'result'] <> 'self'
				OR scheme_operands(document, 'outcome') ? (p.value #>> '{}')), false)
		WHEN 'indicator' THEN NOT jsonb_path_exists(document, '$.scorecard.indicators[*] ? (@.name == $name)', jsonb_build_object('name', p.value))
		ELSE c.domain IS NOT NULL AND NOT (p.type = 'tie kind or agreement' AND p.value = '"agreement"')
			AND NOT EXISTS (SELECT FROM code_list AS l WHERE l.domain = c.domain AND l.code = p.value #>> '{}') END;
END $$;

COMMENT ON FUNCTION scheme_source_problems(jsonb) IS
'Part of scheme_check: keys of inputs that do not go together, cases behind the last, and codes that the registry does not have.';
