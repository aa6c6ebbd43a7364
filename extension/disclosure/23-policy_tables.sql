-- the tables that a policy asks for

CREATE FUNCTION table_definitions(filled jsonb)
RETURNS TABLE (table_place int, path text[], name text, title jsonb, row_class text, column_class text, summed text,
	hierarchy boolean, margins boolean, percent text, show jsonb, cost text, seconds int, protection jsonb,
	kind text, per text, measure text, measure_path text[], labelled boolean)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT row_number() OVER (ORDER BY t.n, m.n, m.place)::int, t.path,
		CASE WHEN m.n > 0 THEN concat_ws(': ', t.value ->> 'name', m.measure) ELSE coalesce(t.value ->> 'name', 'table') END, coalesce(t.value -> 'title', '{}'), t.value ->> 'rows',
		CASE WHEN t.value ? 'columns' THEN t.value ->> 'columns' WHEN t.value ->> 'rows' <> 'grade' THEN 'grade' END, m.summed,
		coalesce(t.value -> 'hierarchy' = 'true', false), coalesce(t.value -> 'margins' <> 'false', true), t.value ->> 'percent',
		coalesce(t.value -> 'show', '[]'), coalesce(t.value ->> 'cost', 'cells'), CASE WHEN t.value ->> 'time_limit' ~ '^[0-9]{1,4}$' THEN (t.value ->> 'time_limit')::int ELSE 5 END,
		coalesce(t.value -> 'protection', filled -> 'protection'), m.kind, m.per, m.measure, t.path || m.path, m.n > 0
	FROM (
		SELECT '{table}'::text[] AS path, 1 AS n, filled -> 'table' AS value WHERE NOT filled ? 'tables' AND jsonb_typeof(filled -> 'table') = 'object'
		UNION ALL
		SELECT ARRAY['tables', format('[%s]', e.n - 1)], e.n, e.value
		FROM jsonb_array_elements(CASE jsonb_typeof(filled -> 'tables') WHEN 'array' THEN filled -> 'tables' ELSE '[]' END) WITH ORDINALITY e (value, n)
		WHERE jsonb_typeof(e.value) = 'object'
	) t
	CROSS JOIN LATERAL (		-- one table for each figure; sums and means are of the first cases
		SELECT 0 AS n, 1 AS place, CASE WHEN t.value #>> '{measure,sum}' IS NULL THEN 'count' ELSE 'sum' END AS kind, t.value #>> '{measure,sum}' AS summed, NULL AS per,
			coalesce(t.value #>> '{measure,sum}', 'count') AS measure, '{measure,sum}'::text[] AS path
		WHERE NOT t.value ?| '{cases,sums,means}'
		UNION ALL
		SELECT k.n, e.place::int, k.kind, e.name, CASE WHEN k.n > 1 THEN c.cases END, e.name || CASE WHEN k.n = 3 THEN concat(' / ', c.cases) ELSE '' END,
			ARRAY[k.key, format('[%s]', e.place - 1)]
		FROM (VALUES (1, 'cases', 'cases'), (2, 'sums', 'sum'), (3, 'means', 'mean')) k (n, key, kind)
		CROSS JOIN (SELECT (credence_disclosure.texts_of(t.value -> 'cases'))[1] AS cases) c
		CROSS JOIN LATERAL unnest(credence_disclosure.texts_of(t.value -> k.key)) WITH ORDINALITY e (name, place)
	) m
$$;

COMMENT ON FUNCTION table_definitions(jsonb) IS
'The tables of a policy with what its template adds, one row each, with what holds where the policy says nothing: table_place from 1, path into the document; column_class is NULL for a table without columns, summed the input that is added up, NULL for counts; seconds is the time limit of the search for secondary suppressions. kind is count, sum, cases (a sum that counts cases) or mean (summed over per); per the cases behind a sum or mean, NULL if none are named; measure what the public reads, measure_path where it stands; labelled whether the title goes on with it. No rows where it has no table.';

-- What classes there are: everything that is not a number and names nobody.
CREATE FUNCTION class_columns()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{kind,region,level,peer,grade}'::text[];

COMMENT ON FUNCTION class_columns() IS
'The columns of results that can be rows or columns of a table, besides the text inputs of the schemes.';

CREATE FUNCTION table_inputs(filled jsonb)
RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT DISTINCT u.name FROM credence_disclosure.table_definitions(filled) t, unnest(ARRAY[t.row_class, t.column_class, t.summed]) u (name)
	WHERE u.name IS NOT NULL AND u.name <> ALL (credence_disclosure.result_columns())
$$;

COMMENT ON FUNCTION table_inputs(jsonb) IS
'The inputs of schemes that the tables of a policy (with what its template adds) show: classes, and what is added up.';

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
		SELECT t.measure_path, format('"%s" is no numeric input of scheme "%s"', t.summed, s.code)
		FROM definition t, scheme s
		WHERE t.summed IS NOT NULL AND (t.summed = ANY (credence_disclosure.result_columns())
			OR NOT EXISTS (SELECT FROM input i WHERE i.code = s.code AND i.name = t.summed AND i.value_type <> 'text'))
		UNION ALL
		SELECT t.measure_path, format('scheme "%s" does not allow "%s" to be published', s.code, t.summed)
		FROM definition t JOIN credence_registry.scheme s ON s.code = ANY (credence_disclosure.texts_of(policy_table_problems.document -> 'schemes')) AND s.state = 'active'
		WHERE s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ? t.summed
		UNION ALL
		SELECT c.path, format('scheme "%s" does not allow "%s" to be published', s.code, c.name)
		FROM class c JOIN credence_registry.scheme s ON s.code = ANY (credence_disclosure.texts_of(policy_table_problems.document -> 'schemes')) AND s.state = 'active'
		WHERE c.name <> ALL (credence_disclosure.result_columns()) AND s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ? c.name
		UNION ALL
		SELECT c.path, format('"%s" is masked in the list, and rows and columns are shown as they are', c.name)
		FROM class c, filled WHERE d -> 'masks' ->> c.name IN ('name', 'identity', 'phone', 'address', 'code')
		UNION ALL
		SELECT t.measure_path, format('"%s" tells more than the grade, and the policy is band_only', t.summed)
		FROM filled, definition t WHERE t.summed IS NOT NULL AND d -> 'band_only' = 'true'
		UNION ALL
		SELECT t.measure_path, 'needs one of contributors, dominance, p_percent: a sum can give one of those in it away'
		FROM filled, definition t WHERE t.kind = 'sum' AND t.per IS NULL AND NOT internal AND NOT d ?| '{contributors,dominance,p_percent}'
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
		SELECT DISTINCT t.path || 'percent'::text, 'is not of means, which add up to nothing' FROM definition t WHERE t.percent IS NOT NULL AND t.kind = 'mean'
		UNION ALL
		SELECT t.path || 'means'::text, 'need cases: what they are means of' FROM definition t WHERE t.kind = 'mean' AND t.per IS NULL AND (t.measure_path)[cardinality(t.measure_path)] = '[0]'
		UNION ALL
		SELECT v.path || v.key, 'is there, and measure too: one of them'
		FROM filled, LATERAL (SELECT '{table}'::text[] AS path, d -> 'table' AS value WHERE NOT d ? 'tables'
			UNION ALL SELECT ARRAY['tables', format('[%s]', e.n - 1)], e.value
			FROM jsonb_array_elements(CASE jsonb_typeof(d -> 'tables') WHEN 'array' THEN d -> 'tables' ELSE '[]' END) WITH ORDINALITY e (value, n)) t (path, value)
		CROSS JOIN LATERAL (SELECT t.path, k.key FROM unnest('{cases,sums,means}'::text[]) k (key) WHERE jsonb_typeof(t.value) = 'object' AND t.value ? k.key AND t.value ? 'measure') v
		UNION ALL
		-- of a table without totals the others tell some of them
		SELECT DISTINCT t.path || 'margins'::text, format('must be true beside "%s", which tells totals of it', min(o.name COLLATE "C"))
		FROM filled, definition t JOIN definition o ON o.table_place <> t.table_place AND o.summed IS NOT DISTINCT FROM t.summed
		WHERE NOT t.margins AND NOT (t.summed IS NULL AND d -> 'minimum_cell' = '1' AND d -> 'zeros' IS DISTINCT FROM '"suppressed"') GROUP BY t.table_place, t.path, t.summed
		UNION ALL
		SELECT DISTINCT t.path, 'needs rows' FROM filled, definition t WHERE t.row_class IS NULL AND NOT internal AND (document ?| '{table,tables}'
			OR NOT EXISTS (SELECT FROM credence_disclosure.template x WHERE x.code = document ->> 'template' AND 'table.rows' = ANY (x.required)))
		UNION ALL
		SELECT t.path || 'name'::text, format('"%s" is the name of another table too', t.name)
		FROM definition t WHERE EXISTS (SELECT FROM definition o WHERE o.name = t.name AND o.table_place < t.table_place)
		UNION ALL
		SELECT '{}', w.problem FROM filled, LATERAL (VALUES
			(document ? 'table' AND document ? 'tables', 'has table and tables: one of them'),
			(NOT d ? 'minimum_cell' AND NOT internal AND EXISTS (SELECT FROM definition t WHERE t.kind IN ('count', 'cases')),
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
