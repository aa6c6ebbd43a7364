-- the tables that a policy asks for

CREATE FUNCTION table_definitions(filled jsonb)
RETURNS TABLE (table_place int, path text[], name text, title jsonb, row_class text, column_class text, summed text,
	hierarchy boolean, margins boolean, percent text, show jsonb, cost text, seconds int, protection jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT t.n::int, t.path, coalesce(t.value ->> 'name', 'table'), coalesce(t.value -> 'title', '{}'), t.value ->> 'rows',
		CASE WHEN t.value ? 'columns' THEN t.value ->> 'columns' WHEN t.value ->> 'rows' <> 'grade' THEN 'grade' END, t.value #>> '{measure,sum}',
		coalesce(t.value -> 'hierarchy' = 'true', false), coalesce(t.value -> 'margins' <> 'false', true), t.value ->> 'percent',
		coalesce(t.value -> 'show', '[]'), coalesce(t.value ->> 'cost', 'cells'), CASE WHEN t.value ->> 'time_limit' ~ '^[0-9]{1,4}$' THEN (t.value ->> 'time_limit')::int ELSE 5 END,
		coalesce(t.value -> 'protection', filled -> 'protection')
	FROM (
		SELECT '{table}'::text[] AS path, 1 AS n, filled -> 'table' AS value WHERE NOT filled ? 'tables' AND jsonb_typeof(filled -> 'table') = 'object'
		UNION ALL
		SELECT ARRAY['tables', format('[%s]', e.n - 1)], e.n, e.value
		FROM jsonb_array_elements(CASE jsonb_typeof(filled -> 'tables') WHEN 'array' THEN filled -> 'tables' ELSE '[]' END) WITH ORDINALITY e (value, n)
		WHERE jsonb_typeof(e.value) = 'object'
	) t
$$;

COMMENT ON FUNCTION table_definitions(jsonb) IS
'The tables of a policy with what its template adds, one row each, with what holds where the policy says nothing: table_place from 1, path into the document; column_class is NULL for a table without columns, summed the input that is added up, NULL for counts; seconds is the time limit of the search for secondary suppressions. No rows where it has no table.';

-- What classes there are: everything that is not a number and names nobody.
CREATE FUNCTION class_columns()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{kind,region,level,peer,grade}'::text[];

COMMENT ON FUNCTION class_columns() IS
'The columns of results that can be rows or columns of a table, besides the text inputs of the schemes.';

-- The shape is right when this is asked; what is missing or of another kind finds nothing here.
CREATE FUNCTION policy_table_problems(document jsonb)
RETURNS TABLE (path text, problem text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off		-- compiling it takes a thousand times as long as running it
AS $$
	WITH filled AS MATERIALIZED (
		SELECT credence_disclosure.policy_filled(document) AS d, document -> 'internal' IS NOT DISTINCT FROM 'true' AS internal
	), input AS MATERIALIZED (		-- of the version of each scheme that would be evaluated: the active one, else the draft
		SELECT s.code, i.name, i.value_type
		FROM (SELECT DISTINCT ON (s.code) s.* FROM credence_registry.scheme s
			WHERE s.code = ANY (credence_disclosure.texts_of(policy_table_problems.document -> 'schemes')) AND s.state <> 'retired'
			ORDER BY s.code, s.state = 'active' DESC, s.effective_from DESC NULLS LAST, s.scheme_id DESC) s
		LEFT JOIN LATERAL credence_registry.scheme_inputs(s.document) i ON true
	), scheme AS (
		SELECT DISTINCT i.code FROM input i
	), definition AS MATERIALIZED (
		SELECT t.* FROM filled, credence_disclosure.table_definitions(d) t
	), class AS (
		SELECT t.path || 'rows'::text AS path, t.row_class AS name FROM definition t WHERE t.row_class IS NOT NULL
		UNION ALL
		SELECT t.path || 'columns'::text, t.column_class FROM definition t WHERE t.column_class IS NOT NULL
	), problem AS (
		SELECT c.path, format('"%s" is a number or names a subject: rows and columns are classes', c.name) AS problem
		FROM class c WHERE c.name = ANY (credence_disclosure.result_columns()) AND c.name <> ALL (credence_disclosure.class_columns())
		UNION ALL
		SELECT c.path, CASE WHEN EXISTS (SELECT FROM input i WHERE i.code = s.code AND i.name = c.name)
			THEN format('"%s" is a number or names a subject: rows and columns are classes', c.name)
			ELSE format('there is no class "%s": it is none of %s, and no text input of scheme "%s"', c.name, array_to_string(credence_disclosure.class_columns(), ', '), s.code) END
		FROM class c, scheme s
		WHERE c.name <> ALL (credence_disclosure.result_columns()) AND NOT EXISTS (SELECT FROM input i WHERE i.code = s.code AND i.name = c.name AND i.value_type = 'text')
		UNION ALL
		SELECT t.path || '{measure,sum}', format('"%s" is no numeric input of scheme "%s"', t.summed, s.code)
		FROM definition t, scheme s
		WHERE t.summed IS NOT NULL AND (t.summed = ANY (credence_disclosure.result_columns())
			OR NOT EXISTS (SELECT FROM input i WHERE i.code = s.code AND i.name = t.summed AND i.value_type <> 'text'))
		UNION ALL
		SELECT t.path || '{measure,sum}', format('scheme "%s" does not allow "%s" to be published', s.code, t.summed)
		FROM definition t JOIN credence_registry.scheme s ON s.code = ANY (credence_disclosure.texts_of(policy_table_problems.document -> 'schemes')) AND s.state = 'active'
		WHERE s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ? t.summed
		UNION ALL
		SELECT t.path || '{measure,sum}', format('"%s" tells more than the grade, and the policy is band_only', t.summed)
		FROM filled, definition t WHERE t.summed IS NOT NULL AND d -> 'band_only' = 'true'
		UNION ALL
		SELECT t.path || '{measure,sum}', 'needs one of contributors, dominance, p_percent: a sum can give one of those in it away'
		FROM filled, definition t WHERE t.summed IS NOT NULL AND NOT internal AND NOT d ?| '{contributors,dominance,p_percent}'
		UNION ALL
		SELECT t.path || 'columns'::text, 'are the class that the rows are' FROM definition t WHERE t.column_class = t.row_class
		UNION ALL
		SELECT t.path || 'hierarchy'::text, 'needs the rows "region": theirs is the only tree' FROM definition t WHERE t.hierarchy AND t.row_class <> 'region'
		UNION ALL
		SELECT t.path || 'hierarchy'::text, 'needs margins: regions are added up in those above them' FROM definition t WHERE t.hierarchy AND NOT t.margins
		UNION ALL
		SELECT t.path || 'percent'::text, 'needs margins: a percentage beside a figure tells what it is a percentage of' FROM definition t WHERE t.percent IS NOT NULL AND NOT t.margins
		UNION ALL
		SELECT t.path || 'percent'::text, 'is of a row or of the total, since the table has no columns' FROM definition t WHERE t.percent = 'row' AND t.column_class IS NULL
		UNION ALL
		SELECT t.path, 'needs rows' FROM definition t WHERE t.row_class IS NULL
		UNION ALL
		SELECT t.path, format('closes a ring of classes with the tables before it (%s, %s): what such tables give away together is not audited; leave one out', t.row_class, t.column_class)
		FROM definition t WHERE EXISTS (SELECT FROM credence_disclosure.class_ties(ARRAY(SELECT ARRAY[o.row_class, o.column_class]::text FROM definition o
				WHERE o.summed IS NOT DISTINCT FROM t.summed AND o.table_place < t.table_place AND o.column_class IS NOT NULL
					AND ARRAY[o.row_class, o.column_class] <> ARRAY[t.row_class, t.column_class] AND ARRAY[o.row_class, o.column_class] <> ARRAY[t.column_class, t.row_class])) c
			WHERE c.one = t.row_class AND c.other = t.column_class AND c.one <> c.other)
		UNION ALL
		SELECT t.path || 'name'::text, format('"%s" is the name of another table too', t.name)
		FROM definition t WHERE EXISTS (SELECT FROM definition o WHERE o.name = t.name AND o.table_place < t.table_place)
		UNION ALL
		SELECT '{}', w.problem FROM filled, LATERAL (VALUES
			(document ? 'table' AND document ? 'tables', 'has table and tables: one of them'),
			(NOT d ? 'minimum_cell' AND NOT internal AND EXISTS (SELECT FROM definition t WHERE t.summed IS NULL),
				CASE WHEN d ? 'tables' THEN 'counts need' ELSE 'table needs' END || ' minimum_cell: 1 to suppress nothing'),
			(d ? 'minimum_cell' AND NOT EXISTS (SELECT FROM definition), 'minimum_cell needs table'),
			(d ?| '{contributors,dominance,p_percent}' AND NOT EXISTS (SELECT FROM definition t WHERE t.summed IS NOT NULL), 'contributors, dominance and p_percent need a table of sums'),
			(d ?| '{zeros,protection,reasons}' AND NOT EXISTS (SELECT FROM definition), 'zeros, protection and reasons need a table')) w (wrong, problem)
		WHERE w.wrong
		UNION ALL
		SELECT '{minimum_cell}', 'must not be 2 where zeros are shown and each cell has its own reason: a count below the minimum is 1 then'
		FROM filled WHERE d -> 'reasons' = '"each"' AND d -> 'minimum_cell' = '2' AND d -> 'zeros' IS DISTINCT FROM '"suppressed"'
	)
	SELECT credence_registry.scheme_path(p.path::text[]), p.problem FROM problem p
$$;

COMMENT ON FUNCTION policy_table_problems(jsonb) IS
'Part of policy_check: what is wrong with the tables of a policy and with its rules for small cells.';

-- Tables of two classes each are laid beside each other by the classes that they share. As long as no ring of classes comes about, any
-- such tables that agree where they meet can be those of some population; in a ring that is not so, and more can be inferred.
CREATE FUNCTION class_ties(pairs text[])
RETURNS TABLE (one text, other text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH RECURSIVE tie AS (
		SELECT (p.p::text[])[1] AS one, (p.p::text[])[2] AS other FROM unnest(pairs) p (p)
		UNION
		SELECT (p.p::text[])[2], (p.p::text[])[1] FROM unnest(pairs) p (p)
	), reached AS (
		SELECT t.one, t.other FROM tie t
		UNION
		SELECT r.one, t.other FROM reached r JOIN tie t ON t.one = r.other
	)
	SELECT r.one, r.other FROM reached r
$$;

COMMENT ON FUNCTION class_ties(text[]) IS
'For policy_check and the audit: of pairs of classes, each written as an array of two, which class is tied to which through any of them.';
