-- what a policy document may hold, and what is wrong with one
--
-- The words for types are those of the schemes (43-scheme_keys.sql of the registry).

CREATE FUNCTION policy_keys()
RETURNS TABLE (place text, key text, type text, required boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
VALUES
	('policy', 'code', 'name', true),
	('policy', 'version', 'name', true),
	('policy', 'title', 'object title', false),
	('policy', 'notes', 'object title', false),
	('policy', 'template', 'name', true),
	('policy', 'schemes', 'filled list of name', true),
	('policy', 'audience', 'one of public|restricted', true),
	('policy', 'internal', 'boolean', false),
	('policy', 'period', 'one of year|half|quarter|month|day', false),
	('policy', 'columns', 'filled list of column', false),
	('policy', 'masks', 'map of one of none|initial|name|identity|phone|address|code|hidden', false),
	('policy', 'generalise', 'map of object generalisation', false),
	('policy', 'k_anonymity', 'object anonymity', false),
	('policy', 'l_diversity', 'object diversity', false),
	('policy', 'stage', 'one of final|notice', false),
	('policy', 'deemed_served', 'object clock', false),
	('policy', 'band_only', 'boolean', false),
	('policy', 'minimum_cell', 'integer 1..1000000', false),
	('policy', 'list', 'object list', false),
	('policy', 'table', 'object table', false),
	('policy', 'tables', 'filled list of object table', false),
	('policy', 'zeros', 'one of shown|suppressed', false),
	('policy', 'contributors', 'integer 2..1000', false),
	('policy', 'dominance', 'object dominance', false),
	('policy', 'p_percent', 'number above 0', false),
	('policy', 'protection', 'object protection', false),
	('policy', 'reasons', 'one of one|each', false),
	('policy', 'window', 'object window', false),
	('policy', 'calendar', 'filled list of day of the year', false),
	('policy', 'notice', 'object clock', false),
	('policy', 'served_after', 'object clock', false),
	('policy', 'time_zone', 'name', false),
	('policy', 'scheme', 'boolean', false),
	('policy', 'norms', 'boolean', false),

	('title', 'en', 'text', false),
	('title', 'zh', 'text', false),
	('list', 'grades', 'filled list of name', false),
	('list', 'kinds', 'filled list of subject kind', false),
	('list', 'order', 'one of code|grade|rank', false),
	('list', 'most', 'integer 1..1000000', false),
	('table', 'name', 'name', false),
	('table', 'title', 'object title', false),
	('table', 'rows', 'column', false),
	('table', 'columns', 'column / null', false),
	('table', 'measure', 'one of count / object sum', false),
	('table', 'cases', 'filled list of column', false),
	('table', 'sums', 'filled list of column', false),
	('table', 'means', 'filled list of column', false),
	('table', 'hierarchy', 'boolean', false),
	('table', 'margins', 'boolean', false),
	('table', 'percent', 'one of row|column|total', false),
	('table', 'show', 'filled list of object cells', false),
	('table', 'cost', 'one of cells|value', false),
	('table', 'time_limit', 'integer 1..3600', false),
	('table', 'protection', 'object protection', false),
	('sum', 'sum', 'column', true),
	('cells', 'row', 'name / null', false),
	('cells', 'column', 'name / null', false),
	('dominance', 'n', 'integer 1..10', true),
	('dominance', 'k', 'number 1..100', true),
	('protection', 'lower', 'number 0..1000000000000', false),
	('protection', 'upper', 'number 0..1000000000000', false),
	('protection', 'in', 'one of units|percent', true),
	('generalisation', 'step', 'number above 0', false),
	('generalisation', 'bands', 'bands', false),
	('generalisation', 'date', 'one of year|half|quarter|month', false),
	('generalisation', 'level', 'integer 1..20', false),
	('anonymity', 'k', 'integer 2..1000000', true),
	('anonymity', 'columns', 'filled list of column', true),
	('diversity', 'l', 'integer 2..1000000', true),
	('diversity', 'columns', 'filled list of column', true),
	('diversity', 'sensitive', 'column', true),
	('window', 'least_months', 'integer 0..1200', false),
	('window', 'most_months', 'integer 1..1200', false),
	('window', 'early_end', 'one of repaired', false),
	('window', 'kinds', 'map of object span', false),
	('span', 'least_months', 'integer 0..1200', false),
	('span', 'most_months', 'integer 1..1200', true),
	('clock', 'days', 'integer 0..10000', true),
	('clock', 'working', 'boolean', false);
END;

COMMENT ON FUNCTION policy_keys() IS
'Every key that a policy document may hold: the object it stands in (place), its type in the words of credence_registry.scheme_keys, and whether it must be there.';

CREATE FUNCTION policy_shape_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH RECURSIVE part AS (
		SELECT '{}'::text[] AS steps, 'object policy' AS type, document AS value
		UNION ALL
		SELECT part.steps || child.step, child.type, child.value
		FROM part
		CROSS JOIN LATERAL (
			SELECT format('[%s]', e.n - 1) AS step, credence_registry.scheme_type_of(regexp_replace(part.type, '^(filled )?list of ', ''), e.value) AS type, e.value
			FROM jsonb_array_elements(CASE WHEN part.type ~ '^(filled )?list of ' AND jsonb_typeof(part.value) = 'array' THEN part.value ELSE '[]' END)
				WITH ORDINALITY e (value, n)
			UNION ALL
			SELECT e.key, credence_registry.scheme_type_of(coalesce(k.type, substr(part.type, 8)), e.value), e.value
			FROM jsonb_each(CASE WHEN part.type ~ '^(object|map of) ' AND jsonb_typeof(part.value) = 'object' THEN part.value ELSE '{}' END) e
			LEFT JOIN credence_disclosure.policy_keys() k ON part.type = 'object ' || k.place AND k.key = e.key
			WHERE k.key IS NOT NULL OR part.type LIKE 'map of %'
		) child
	), object AS (
		SELECT part.steps, substr(part.type, 8) AS place, part.value FROM part WHERE part.type LIKE 'object %' AND jsonb_typeof(part.value) = 'object'
	)
	SELECT credence_registry.scheme_path(part.steps), p.problem
	FROM part CROSS JOIN LATERAL (SELECT credence_registry.scheme_value_problem(part.type, part.value) AS problem) p
	WHERE p.problem IS NOT NULL
	UNION ALL
	SELECT credence_registry.scheme_path(o.steps), format('unknown key "%s"; known are %s', own.key,
		(SELECT string_agg(k.key, ', ') FROM credence_disclosure.policy_keys() k WHERE k.place = o.place))
	FROM object o CROSS JOIN LATERAL jsonb_object_keys(o.value) own (key)
	WHERE NOT EXISTS (SELECT FROM credence_disclosure.policy_keys() k WHERE k.place = o.place AND k.key = own.key)
	UNION ALL
	SELECT credence_registry.scheme_path(o.steps), format('needs the key "%s"', k.key)
	FROM object o JOIN credence_disclosure.policy_keys() k ON k.place = o.place AND k.required AND NOT o.value ? k.key
$$;

COMMENT ON FUNCTION policy_shape_problems(jsonb) IS
'Part of policy_check: unknown and missing keys, and values of a wrong kind.';

-- The elements of a list of texts; none where the value is no list.
CREATE FUNCTION texts_of(list jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(array_agg(e.value #>> '{}' ORDER BY e.n), '{}')
	FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE '[]' END) WITH ORDINALITY e (value, n)
	WHERE jsonb_typeof(e.value) = 'string'
$$;

COMMENT ON FUNCTION texts_of(jsonb) IS 'The texts in a JSON list, in their order; none of anything else.';

CREATE FUNCTION result_columns()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{code,name,kind,region,level,peer,score,grade,rank,peer_rank,reasons}'::text[];

COMMENT ON FUNCTION result_columns() IS
'The columns that a policy may name besides the inputs of its schemes.';

-- The shape is right when this is asked; what is missing or of another kind finds nothing here.
CREATE FUNCTION policy_sense_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH filled AS MATERIALIZED (
		SELECT credence_disclosure.policy_filled(document) AS d
	), scheme AS MATERIALIZED (		-- the version that would be evaluated: the active one, else the draft
		SELECT DISTINCT ON (n.code) n.code, n.place, s.document, s.scheme_id
		FROM unnest(credence_disclosure.texts_of(document -> 'schemes')) WITH ORDINALITY n (code, place)
		LEFT JOIN credence_registry.scheme s ON s.code = n.code AND s.state <> 'retired'
		ORDER BY n.code, s.state = 'active' DESC, s.effective_from DESC NULLS LAST, s.scheme_id DESC
	), named AS (
		SELECT format('columns[%s]', c.n - 1) AS path, c.name FROM filled, unnest(credence_disclosure.texts_of(d -> 'columns')) WITH ORDINALITY c (name, n)
	)
	SELECT 'template', format('there is no template "%s"; known are %s', document ->> 'template',
		(SELECT string_agg(t.code, ', ' ORDER BY t.code) FROM credence_disclosure.template t))
	WHERE jsonb_typeof(document -> 'template') = 'string' AND NOT EXISTS (SELECT FROM credence_disclosure.template t WHERE t.code = document ->> 'template')
	UNION ALL
	SELECT '', format('template %s needs the key "%s"', t.code, k.key)
	FROM credence_disclosure.template t, unnest(t.required) k (key)
	WHERE t.code = document ->> 'template' AND document -> 'internal' IS DISTINCT FROM 'true' AND document #> string_to_array(k.key, '.') IS NULL
		AND NOT (k.key LIKE 'table.%' AND document ? 'tables')
	UNION ALL
	SELECT format('schemes[%s]', s.place - 1), format('there is no scheme "%s"', s.code) FROM scheme s WHERE s.scheme_id IS NULL
	UNION ALL
	SELECT u.path, format('there is no column "%s": it is none of %s, and no input of scheme "%s"', u.name,
		array_to_string(credence_disclosure.result_columns(), ', '), s.code)
	FROM named u, scheme s
	WHERE s.scheme_id IS NOT NULL AND u.name <> ALL (credence_disclosure.result_columns()) AND NOT coalesce(s.document -> 'inputs' ? u.name, false)
	UNION ALL
	SELECT u.path, format('scheme "%s" does not allow "%s" to be published', s.code, u.name)
	FROM named u, scheme s
	WHERE s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ? u.name
	UNION ALL
	SELECT '', format('scheme "%s" is internal', s.code) FROM scheme s
	WHERE s.document #> '{publication,internal}' = 'true' AND policy_sense_problems.document -> 'internal' IS DISTINCT FROM 'true'
	UNION ALL
	SELECT n.path, format('column "%s" stands there twice', n.name) FROM named n
	WHERE EXISTS (SELECT FROM named o WHERE o.name = n.name AND o.path COLLATE "C" < n.path COLLATE "C")
	UNION ALL
	SELECT credence_registry.scheme_path(ARRAY['masks', m.key]), CASE
		WHEN m.key NOT IN (SELECT n.name FROM named n) THEN 'masks a column that is not shown'
		ELSE 'only a name can be cut to its initial' END
	FROM filled, jsonb_each(CASE jsonb_typeof(d -> 'masks') WHEN 'object' THEN d -> 'masks' ELSE '{}' END) m
	WHERE m.key NOT IN (SELECT n.name FROM named n) OR m.value = '"initial"' AND m.key <> 'name'
	UNION ALL
	SELECT n.path, format('"%s" tells more than the grade, and the policy is band_only', n.name)
	FROM filled, named n WHERE d -> 'band_only' = 'true' AND n.name <> ALL ('{code,name,kind,region,level,peer,grade,reasons}'::text[])
	UNION ALL
	SELECT 'list.order', w.problem FROM filled, LATERAL (
		SELECT 'the order of ranks tells more than the grade, and the policy is band_only' WHERE d -> 'band_only' = 'true'
		UNION ALL
		SELECT 'the order tells the rank, which is hidden' WHERE coalesce(d #>> '{masks,rank}', 'none') <> 'none'
		UNION ALL
		SELECT format('the order tells the rank, and scheme "%s" does not allow "rank" to be published', s.code) FROM scheme s
		WHERE s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ?| '{rank,score}') w (problem)
	WHERE d #>> '{list,order}' = 'rank'
	UNION ALL
	SELECT '', w.problem FROM filled, LATERAL (VALUES
		(NOT d ?| '{list,table,tables}' AND d -> 'internal' IS DISTINCT FROM 'true', 'shows nothing: it needs list or table'),
		(d ? 'list' AND NOT d ? 'columns' AND d -> 'internal' IS DISTINCT FROM 'true', 'list needs columns'),
		(d ? 'columns' AND NOT d ? 'list', 'columns need list'),
		(d -> 'norms' = 'true' AND d -> 'scheme' IS DISTINCT FROM 'true', 'norms need scheme: true, without which they say nothing')) w (wrong, problem)
	WHERE w.wrong
	UNION ALL
	SELECT format('list.kinds[%s]', k.n - 1), format('there is no subject kind "%s"', k.kind)
	FROM filled, unnest(credence_disclosure.texts_of(d #> '{list,kinds}')) WITH ORDINALITY k (kind, n)
	WHERE NOT EXISTS (SELECT FROM credence_registry.code_list c WHERE c.domain = 'subject_kind' AND c.code = k.kind)
	UNION ALL
	SELECT format('list.grades[%s]', g.n - 1), format('there is no grade "%s"; known are %s', g.grade, k.known)		-- a list without anybody would be published
	FROM filled, unnest(credence_disclosure.texts_of(d #> '{list,grades}')) WITH ORDINALITY g (grade, n), (
		SELECT coalesce(string_agg(DISTINCT x, ', '), 'none') AS known, coalesce(array_agg(x), '{}') AS grades
		FROM scheme s, unnest(credence_registry.scheme_grades(s.document)
			|| array(SELECT v #>> '{}' FROM jsonb_path_query(s.document, 'strict $.**.grade ? (@.type() == "string")') v)
			|| (s.document #>> '{scorecard,unrated}')) x
		WHERE x IS NOT NULL) k
	WHERE g.grade <> ALL (k.grades) AND NOT EXISTS (SELECT FROM scheme s WHERE s.scheme_id IS NULL)
	UNION ALL
	SELECT 'list.most', 'needs the order "rank"' FROM filled WHERE d #> '{list,most}' IS NOT NULL AND d #>> '{list,order}' IS DISTINCT FROM 'rank'
	UNION ALL
	SELECT 'window.early_end', 'needs least_months: 0 to end it on the day of the repair' FROM filled
	WHERE d #> '{window,early_end}' IS NOT NULL AND d #> '{window,least_months}' IS NULL
	UNION ALL
	SELECT credence_registry.scheme_path(p.steps || 'most_months'::text), 'must not be below least_months'
	FROM filled, LATERAL (
		SELECT '{window}'::text[] AS steps, d -> 'window' AS value
		UNION ALL
		SELECT ARRAY['window', 'kinds', k.key], k.value FROM jsonb_each(CASE jsonb_typeof(d #> '{window,kinds}') WHEN 'object' THEN d #> '{window,kinds}' ELSE '{}' END) k) p
	WHERE jsonb_typeof(p.value -> 'least_months') = 'number' AND jsonb_typeof(p.value -> 'most_months') = 'number'
		AND (p.value ->> 'least_months')::numeric > (p.value ->> 'most_months')::numeric
	UNION ALL
	SELECT credence_registry.scheme_path(ARRAY['window', 'kinds', key]), 'needs most_months of the window too, or it would be shown for ever'
	FROM filled, jsonb_object_keys(CASE jsonb_typeof(d #> '{window,kinds}') WHEN 'object' THEN d #> '{window,kinds}' ELSE '{}' END) key
	WHERE d #> '{window,most_months}' IS NULL
	UNION ALL
	SELECT 'time_zone', format('there is no time zone "%s"', d ->> 'time_zone')
	FROM filled WHERE jsonb_typeof(d -> 'time_zone') = 'string' AND NOT EXISTS (SELECT FROM pg_catalog.pg_timezone_names z WHERE z.name = d ->> 'time_zone')
$$;

COMMENT ON FUNCTION policy_sense_problems(jsonb) IS
'Part of policy_check: templates, schemes and columns that are not there, what a scheme does not allow to be published, and keys that contradict each other.';

CREATE FUNCTION policy_check(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT DISTINCT p.path COLLATE "C", p.problem COLLATE "C"
	FROM (
		SELECT s.path, s.problem FROM credence_disclosure.policy_shape_problems(document) s
		UNION ALL
		SELECT s.path, s.problem FROM credence_disclosure.policy_sense_problems(document) s WHERE jsonb_typeof(document) = 'object'
		UNION ALL
		SELECT s.path, s.problem FROM credence_disclosure.policy_people_problems(document) s WHERE jsonb_typeof(document) = 'object'
		UNION ALL
		SELECT t.path, t.problem FROM credence_disclosure.policy_table_problems(document) t WHERE jsonb_typeof(document) = 'object'
	) p (path, problem)
	ORDER BY 1, 2
$$;

COMMENT ON FUNCTION policy_check(jsonb) IS
'Everything that is wrong with a policy document, all at once, each with its path, such as columns[2]; an empty path is the document itself. No rows: it can be imported. The format is that of doc/policy.md. NULL: no rows.';

