-- what is wrong with the keys of a policy that protect people: masks, generalise, k_anonymity, l_diversity, the score

-- In plpgsql, since it asks functions of later files.
CREATE FUNCTION policy_people_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off		-- see draw_up
AS $$
#variable_conflict use_column
DECLARE
	filled jsonb := credence_disclosure.policy_filled(document);
	named text[] := credence_disclosure.texts_of(filled -> 'columns');
	masks jsonb := CASE jsonb_typeof(filled -> 'masks') WHEN 'object' THEN filled -> 'masks' ELSE '{}' END;
	rules jsonb := CASE jsonb_typeof(filled -> 'generalise') WHEN 'object' THEN filled -> 'generalise' ELSE '{}' END;
BEGIN
	RETURN QUERY
	WITH scheme AS MATERIALIZED (		-- as in policy_sense_problems
		SELECT DISTINCT ON (n.code) n.code, s.document
		FROM unnest(credence_disclosure.texts_of(document -> 'schemes')) n (code)
		JOIN credence_registry.scheme s ON s.code = n.code AND s.state <> 'retired'
		ORDER BY n.code, s.state = 'active' DESC, s.effective_from DESC NULLS LAST, s.scheme_id DESC
	), type AS MATERIALIZED (			-- of everything that can be named
		SELECT 'code' AS name, 'text' AS value_type
		UNION ALL SELECT 'name', 'text'
		UNION ALL SELECT 'region', 'region'
		UNION ALL SELECT c, 'other' FROM unnest(credence_disclosure.result_columns()) c WHERE c NOT IN ('code', 'name', 'region')
		UNION
		SELECT i.name, i.value_type FROM scheme s, credence_registry.scheme_inputs(s.document) i WHERE i.name <> ALL (credence_disclosure.result_columns())
	), rule AS (
		SELECT r.key AS name, r.value, credence_registry.scheme_path(ARRAY['generalise', r.key]) AS path,
			ARRAY(SELECT k FROM unnest('{step,bands,date,level}'::text[]) k WHERE jsonb_typeof(r.value) = 'object' AND r.value ? k) AS ways
		FROM jsonb_each(rules) r
	), class AS (						-- the columns of k_anonymity and l_diversity
		SELECT a.key, c.name, format('%s.columns[%s]', a.key, c.n - 1) AS path
		FROM unnest('{k_anonymity,l_diversity}'::text[]) a (key), unnest(credence_disclosure.texts_of(filled #> ARRAY[a.key, 'columns'])) WITH ORDINALITY c (name, n)
	)
	SELECT credence_registry.scheme_path(ARRAY['masks', m.key]), format('mask "%s" is for texts, and "%s" is none: hide or generalise it', m.value #>> '{}', m.key)
	FROM jsonb_each(masks) m
	WHERE m.value #>> '{}' IN ('name', 'identity', 'phone', 'address', 'code') AND EXISTS (SELECT FROM type t WHERE t.name = m.key AND t.value_type <> 'text')
	UNION ALL
	SELECT r.path, 'generalises a column that is not shown' FROM rule r WHERE r.name <> ALL (named)
	UNION ALL
	SELECT r.path, 'must have exactly one of step, bands, date, level' FROM rule r WHERE jsonb_typeof(r.value) = 'object' AND cardinality(r.ways) <> 1
	UNION ALL
	SELECT r.path, CASE t.value_type WHEN 'number' THEN format('"%s" is a number, to be generalised by step or bands', r.name)
		WHEN 'region' THEN 'regions are generalised by level' WHEN 'other' THEN format('"%s" cannot be generalised: mask or hide it, or leave it out', r.name)
		ELSE format('"%s" is a text: only what is written as a day can be generalised, by date', r.name) END
	FROM rule r JOIN type t ON t.name = r.name
	WHERE cardinality(r.ways) = 1 AND NOT r.ways[1] = ANY (CASE t.value_type WHEN 'number' THEN '{step,bands}' WHEN 'region' THEN '{level}'
		WHEN 'text' THEN CASE WHEN r.name IN ('code', 'name') THEN '{}' ELSE '{date}' END ELSE '{}' END::text[])
	UNION ALL
	SELECT r.path, 'is masked already' FROM rule r WHERE coalesce(masks ->> r.name, 'none') <> 'none'
	UNION ALL
	SELECT c.path, format('"%s" is not shown', c.name) FROM class c WHERE c.name <> ALL (named)
	UNION ALL
	SELECT c.path, format('column "%s" stands there twice', c.name) FROM class c
	WHERE EXISTS (SELECT FROM class o WHERE o.key = c.key AND o.name = c.name AND o.path COLLATE "C" < c.path COLLATE "C")
	UNION ALL
	SELECT 'l_diversity.sensitive', w.problem
	FROM (VALUES
		(filled #>> '{l_diversity,sensitive}' <> ALL (named) OR masks ->> (filled #>> '{l_diversity,sensitive}') = 'hidden', 'is not shown, and needs no protection'),
		(EXISTS (SELECT FROM class c WHERE c.key = 'l_diversity' AND c.name = filled #>> '{l_diversity,sensitive}'), 'cannot be one of the columns that make the classes')) w (wrong, problem)
	WHERE w.wrong AND filled #> '{l_diversity,sensitive}' IS NOT NULL
	UNION ALL
	SELECT a.key, 'needs list' FROM unnest('{k_anonymity,l_diversity}'::text[]) a (key) WHERE filled ? a.key AND NOT filled ? 'list'
	UNION ALL
	SELECT a.key, 'protects nobody in the order of ranks: it tells apart those of a class'
	FROM unnest('{k_anonymity,l_diversity}'::text[]) a (key) WHERE filled ? a.key AND filled #>> '{list,order}' = 'rank'
	UNION ALL
	SELECT a.key, CASE coalesce(masks ->> n.name, 'none') WHEN 'none' THEN format('protects nobody while "%s" is shown as it is', n.name)
		ELSE format('"%s" is masked, but still tells some apart: it belongs to the columns, or hide it', n.name) END
	FROM unnest('{k_anonymity,l_diversity}'::text[]) a (key), (SELECT unnest('{code,name}'::text[]) UNION SELECT m.key FROM jsonb_each_text(masks) m WHERE m.value <> 'none') n (name)
	WHERE jsonb_typeof(filled -> a.key) = 'object' AND n.name = ANY (named) AND coalesce(masks ->> n.name, 'none') <> 'hidden'
		AND (coalesce(masks ->> n.name, 'none') = 'none' OR NOT EXISTS (SELECT FROM class c WHERE c.key = a.key AND c.name = n.name))
	UNION ALL
	SELECT 'audience', format('template %s is for a restricted audience', t.code)
	FROM credence_disclosure.template t
	WHERE t.code = document ->> 'template' AND t.defaults ->> 'audience' = 'restricted' AND document ->> 'audience' = 'public'
	UNION ALL
	SELECT 'columns', p.problem FROM scheme s, credence_disclosure.given_away_problems(s.code, s.document, filled) p
	WHERE filled -> 'internal' IS DISTINCT FROM 'true';
END $$;

COMMENT ON FUNCTION policy_people_problems(jsonb) IS
'Part of policy_check: masks and generalisations that do not fit their columns, classes of k_anonymity and l_diversity that protect nobody, an audience wider than that of the template, and a score that gives away the only input that is withheld.';
