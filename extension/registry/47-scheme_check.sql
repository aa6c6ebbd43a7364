-- what is wrong with the rest of a scheme document, and all of it together

CREATE FUNCTION scheme_card_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	card jsonb := document -> 'scorecard';
	message text := regexp_replace(cast_problem(card::text, 'credence.scorecard'), '^invalid input for type scorecard: ', '');
	place text := substring(message FROM '^((?:[a-z_]+(?:\[[0-9]+\])?|"(?:[^"]|"")*")(?:\.(?:[a-z_]+(?:\[[0-9]+\])?|"(?:[^"]|"")*"))*): ');
BEGIN
	IF jsonb_typeof(card) <> 'object' THEN
		RETURN;
	ELSIF message IS NOT NULL THEN
		RETURN QUERY SELECT concat_ws('.', 'scorecard', place), coalesce(substr(message, length(place) + 3), message);
		RETURN;
	END IF;
	RETURN QUERY
		SELECT DISTINCT u.path, CASE WHEN i.name IS NULL THEN format('column "%s": there is no such input', u.operand)
			ELSE format('column "%s" is used as a %s, but the input is a %s', u.operand, u.kind, i.value_type) END
		FROM scorecard_uses(card) AS u LEFT JOIN scheme_inputs(document) AS i ON i.name = u.operand
		WHERE (i.name IS NULL AND NOT coalesce(document -> 'inputs' ? u.operand, false)) OR u.kind <> i.value_type;
END $$;

COMMENT ON FUNCTION scheme_card_problems(jsonb) IS
'Part of scheme_check: what the scorecard says against itself (the first error), columns that no input supplies, numbers used as texts and texts as numbers.';

-- Why quotas cannot be read, or NULL; there is no type for them whose input could be asked.
CREATE FUNCTION quotas_problem(quotas text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM quota_grade(1, quotas) OVER ();
	RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
	RETURN SQLERRM;
END $$;

COMMENT ON FUNCTION quotas_problem(text) IS 'Why quotas cannot be read: the message of the error, or NULL if they can.';

CREATE FUNCTION scheme_grade_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH part AS MATERIALIZED (
	SELECT * FROM scheme_parts(document) AS p WHERE jsonb_typeof(p.value) = 'string'
), grades(grades) AS MATERIALIZED (
	SELECT scheme_grades(document)
), known AS (			-- every grade that a result can have
	SELECT unnest(grades) AS grade FROM grades
	UNION
	SELECT document #>> '{scorecard,unrated}'
	UNION
	SELECT veto #>> '{}' FROM jsonb_path_query(document, '$.scorecard.vetoes[*].grade') AS veto
	UNION
	SELECT part.value #>> '{}' FROM part WHERE part.type = 'any grade' AND part.steps[1] <> 'examples'
), own AS (				-- operands of conditions that hold a grade of this scheme
	SELECT 'grade' AS name
	UNION ALL
	SELECT i.name FROM scheme_inputs(document) AS i WHERE i.definition ->> 'result' = 'self' AND i.value_type = 'text'
), used AS (			-- the grades that are named
	SELECT part.steps, part.type, part.value #>> '{}' AS grade FROM part WHERE part.type IN ('grade', 'any grade')
	UNION ALL
	SELECT part.steps, 'compared', u.value
	FROM part, expression_uses(part.type, part.value #>> '{}') AS u
	WHERE part.type LIKE 'condition %' AND u.kind = 'text' AND u.operand IN (SELECT name FROM own)
		AND (part.type <> 'condition result' OR part.steps[1] = 'linkage' OR document #>> ARRAY['inputs', part.steps[2], 'result'] = 'self')
	UNION ALL
	SELECT '{grading,minimum}'::text[] || key, 'grade', key
	FROM jsonb_object_keys(CASE jsonb_typeof(document #> '{grading,minimum}') WHEN 'object' THEN document #> '{grading,minimum}' ELSE '{}' END) AS key
)
SELECT scheme_path(used.steps), CASE WHEN cardinality(grades) > 0 THEN format('there is no grade "%s"; known are %s', used.grade, array_to_string(grades, ', '))
	ELSE format('there is no grade "%s": neither the grading nor the scorecard has grades', used.grade) END
FROM used, grades
WHERE used.grade <> '' AND CASE used.type WHEN 'grade' THEN NOT coalesce(used.grade = ANY (grades), false)
	ELSE used.grade NOT IN (SELECT grade FROM known WHERE grade IS NOT NULL) AND (used.type = 'compared' OR used.steps[1] = 'examples') END
UNION ALL
SELECT scheme_path(p.steps), quotas_problem(p.value #>> '{}') FROM part AS p
WHERE p.type = 'quotas' AND quotas_problem(p.value #>> '{}') IS NOT NULL
UNION ALL
SELECT 'grading.' || key, format('"%s" stands there twice', label #>> '{}')
FROM unnest('{order,labels}'::text[]) AS key, jsonb_path_query(document, ('$.grading.' || key || '[*]')::jsonpath) AS label
GROUP BY key, label HAVING count(*) > 1
UNION ALL
SELECT 'grading.labels', format('must have 2 to 256 labels, not %s', jsonb_array_length(document #> '{grading,labels}'))
WHERE document #>> '{grading,method}' = 'clusters' AND CASE jsonb_typeof(document #> '{grading,labels}') WHEN 'array' THEN jsonb_array_length(document #> '{grading,labels}') NOT BETWEEN 2 AND 256 END;
END $$;

COMMENT ON FUNCTION scheme_grade_problems(jsonb) IS
'Part of scheme_check: grades that the grading does not have. The effect grade may give any other grade; conditions and examples may name what some effect, veto or unrated gives.';

CREATE FUNCTION scheme_rule_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH rule AS (
	SELECT rule AS r, n - 1 AS n FROM jsonb_path_query(document, '$.rules[*]') WITH ORDINALITY AS e(rule, n) WHERE jsonb_typeof(rule) = 'object'
), points AS (			-- range of the rule, of each degree
	SELECT n, NULL::text AS degree, coalesce(r #> '{points,0}', r -> 'points') AS low, coalesce(r #> '{points,1}', r -> 'points') AS high FROM rule WHERE r ? 'points'
	UNION ALL
	SELECT n, d.key, coalesce(d.value -> 0, d.value), coalesce(d.value -> 1, d.value)
	FROM rule, jsonb_each(CASE jsonb_typeof(r -> 'degrees') WHEN 'object' THEN r -> 'degrees' ELSE '{}' END) AS d
), repair AS (
	SELECT rule.n, repair AS r, i - 1 AS i FROM rule, jsonb_path_query(rule.r, '$.repairs[*]') WITH ORDINALITY AS e(repair, i) WHERE jsonb_typeof(repair) = 'object'
)
SELECT format('rules[%s]', n), format('version %s of rule "%s" stands there twice', r ->> 'from', r ->> 'code')
FROM rule WHERE EXISTS (SELECT FROM rule AS other WHERE other.n < rule.n AND other.r -> 'code' = rule.r -> 'code' AND other.r -> 'from' = rule.r -> 'from')
UNION ALL
SELECT format('rules[%s].degrees', n), 'needs points, which it narrows' FROM rule WHERE r ? 'degrees' AND NOT r ? 'points'
UNION ALL
SELECT scheme_path(ARRAY['rules', format('[%s]', d.n), 'degrees', d.degree]), 'must be within the points of the rule'
FROM points AS d JOIN points AS p ON p.n = d.n AND p.degree IS NULL
WHERE d.degree IS NOT NULL AND jsonb_typeof(d.low) = 'number' AND jsonb_typeof(d.high) = 'number' AND jsonb_typeof(p.low) = 'number' AND jsonb_typeof(p.high) = 'number'
	AND (d.low < p.low OR d.high > p.high)
UNION ALL
SELECT format('rules[%s].repairs[%s]', n, i), 'must have within_days or same_year, not both' FROM repair WHERE r ?& '{within_days,same_year}'
UNION ALL
SELECT format('rules[%s].repairs[%s]', n, i), 'is never reached: the one before it has no condition' FROM repair
WHERE EXISTS (SELECT FROM repair AS before WHERE before.n = repair.n AND before.i = repair.i - 1 AND NOT before.r ?| '{within_days,same_year,amount_below}')
UNION ALL
SELECT scheme_path(ARRAY['rules', format('[%s]', n), 'measures', key]), format('the ladder has no level "%s"', key)
FROM rule, jsonb_object_keys(CASE jsonb_typeof(r -> 'measures') WHEN 'object' THEN r -> 'measures' ELSE '{}' END) AS key
WHERE jsonb_typeof(r -> 'ladder') = 'string' AND cast_problem(r ->> 'ladder', 'credence.bands') IS NULL AND key <> ALL (labels_of(r ->> 'ladder'));
END $$;

COMMENT ON FUNCTION scheme_rule_problems(jsonb) IS
'Part of scheme_check: rules that stand there twice, ranges of degrees beyond those of the rule, repairs that are never reached, measures for levels that the ladder does not have.';

CREATE FUNCTION scheme_consistency_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT scheme_path(p.steps || c.key), c.problem
FROM scheme_parts(document) AS p, LATERAL (VALUES
	('scheme', 'to', value ->> 'from' > value ->> 'to', 'must not be before from'),
	('rule', 'to', value ->> 'from' > value ->> 'to', 'must not be before from'),
	('window', 'to', value ->> 'from' > value ->> 'to', 'must not be before from'),
	('scheme', 'code', value ->> 'code' = 'self', 'must not be "self", which means the scheme itself where a result is asked for'),
	('adjust', NULL, NOT value ?| '{grade,cap,least,demote,promote,score,add,unrate}', 'needs an effect: grade, cap, least, demote, promote, score, add or unrate'),
	('linkage', NULL, NOT value ?| '{grade,cap,least,demote,promote,score,add,unrate}', 'needs an effect: grade, cap, least, demote, promote, score, add or unrate'),
	('adjust', 'unrate', value -> 'unrate' = 'false', 'must be true: left out, it does nothing'),
	('linkage', 'unrate', value -> 'unrate' = 'false', 'must be true: left out, it does nothing'),
	('relative grade', NULL, value ?& '{better,worse}', 'must have better or worse, not both'),
	('consequence', NULL, value ? 'payout' AND value ? 'percent' = value ? 'curve', 'needs percent or curve, one of the two'),
	('consequence', 'working', value ? 'working' AND NOT value ? 'days', 'needs days'),
	('consequence', 'measures', value -> 'measures' = 'false', 'must be true: left out, it does nothing'),
	('display', 'most_months', jsonb_path_exists(value, '$ ? (@.least_months > @.most_months)'), 'must not be below least_months')
) AS c(place, key, wrong, problem)
WHERE p.type = 'object ' || c.place AND jsonb_typeof(value) = 'object' AND c.wrong;
END $$;

COMMENT ON FUNCTION scheme_consistency_problems(jsonb) IS
'Part of scheme_check: keys that contradict each other, steps without effect.';

-- Schemes that ask each other for results of the same period: each would have to run before the other.
CREATE FUNCTION scheme_ring_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH RECURSIVE asked AS MATERIALIZED (
	SELECT document ->> 'code' AS code, i.key AS input, i.value ->> 'result' AS other
	FROM jsonb_each(CASE jsonb_typeof(document -> 'inputs') WHEN 'object' THEN document -> 'inputs' ELSE '{}' END) AS i
	WHERE i.value ? 'result' AND coalesce(i.value -> 'period', '0') = '0' AND i.value ->> 'result' <> 'self'
	UNION ALL
	SELECT s.code, i.key, i.value ->> 'result'
	FROM scheme AS s, jsonb_each(s.document -> 'inputs') AS i
	WHERE s.code <> scheme_ring_problems.document ->> 'code' AND s.state <> 'retired'
		AND i.value ? 'result' AND coalesce(i.value -> 'period', '0') = '0' AND i.value ->> 'result' <> 'self'
), reached AS (
	SELECT a.input, a.other AS code, ARRAY[a.code, a.other] AS way FROM asked AS a WHERE a.code = document ->> 'code'
	UNION
	SELECT r.input, a.other, r.way || a.other FROM reached AS r JOIN asked AS a ON a.code = r.code
	WHERE r.code <> document ->> 'code' AND (a.other = document ->> 'code' OR a.other <> ALL (r.way))
)
SELECT scheme_path(ARRAY['inputs', input, 'result']), format('schemes ask each other for the same period: %s', array_to_string(min(way), ', '))
FROM reached WHERE code = document ->> 'code' GROUP BY input;
END $$;

COMMENT ON FUNCTION scheme_ring_problems(jsonb) IS
'Part of scheme_check: rings of schemes, this one and those that are imported and not retired, that ask each other for results of the same period.';

CREATE FUNCTION scheme_check(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
SELECT DISTINCT p.path COLLATE "C", p.problem COLLATE "C"
FROM (
	SELECT * FROM scheme_shape_problems(document)
	UNION ALL SELECT * FROM scheme_card_problems(document)
	UNION ALL SELECT * FROM scheme_input_problems(document)
	UNION ALL SELECT * FROM scheme_source_problems(document)
	UNION ALL SELECT * FROM scheme_expression_problems(document)
	UNION ALL SELECT * FROM scheme_grade_problems(document)
	UNION ALL SELECT * FROM scheme_rule_problems(document)
	UNION ALL SELECT * FROM scheme_consistency_problems(document)
	UNION ALL SELECT * FROM scheme_ring_problems(document)
) AS p(path, problem)
ORDER BY 1, 2;
END;

COMMENT ON FUNCTION scheme_check(jsonb) IS
'Everything that is wrong with a scheme document, all at once, each with its path, such as inputs.points_lost.window; an empty path is the document itself. No rows: it can be imported. Of the scorecard the first error alone. The format is that of doc/scheme.md.';

-- Keys that stand twice in one object; jsonb would keep the last of them in silence.
CREATE FUNCTION json_duplicates(document json)
RETURNS TABLE (path text, problem text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH RECURSIVE node AS (
	SELECT '{}'::text[] AS steps, document AS value
	UNION ALL
	SELECT node.steps || child.step, child.value
	FROM node CROSS JOIN LATERAL (
		SELECT format('[%s]', n - 1), element
		FROM json_array_elements(CASE json_typeof(node.value) WHEN 'array' THEN node.value ELSE '[]' END) WITH ORDINALITY AS e(element, n)
		UNION ALL
		SELECT e.key, e.value FROM json_each(CASE json_typeof(node.value) WHEN 'object' THEN node.value ELSE '{}' END) AS e
	) AS child(step, value)
)
SELECT DISTINCT scheme_path(steps), format('the key "%s" stands there twice', key)
FROM node, json_object_keys(CASE json_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS key
GROUP BY steps, value::text, key HAVING count(*) > 1;
END;

COMMENT ON FUNCTION json_duplicates(json) IS 'Keys that stand more than once in one object, with the path of the object.';

CREATE FUNCTION scheme_check(document text)
RETURNS TABLE (path text, problem text)
LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
SELECT p.path COLLATE "C", p.problem COLLATE "C"
FROM (
	SELECT d.path, d.problem FROM json_duplicates(document::json) AS d
	UNION ALL SELECT c.path, c.problem FROM scheme_check(document::jsonb) AS c
) AS p(path, problem)
ORDER BY 1, 2;
END;

COMMENT ON FUNCTION scheme_check(text) IS
'scheme_check on the text of a document: it also finds keys that stand twice in one object, which jsonb does not show any more. Error 22P02 if the text is not JSON.';
