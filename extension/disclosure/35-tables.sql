-- the tables of a policy over a run: their rows and columns, and what each cell really is

-- The values of one class, in the order in which they are shown. Of grades all that the scheme knows, whether anybody has them or not.
CREATE FUNCTION class_values(run bigint, class_column text, classes text[])
RETURNS TABLE (place int, class text, label_en text, label_zh text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT row_number() OVER (ORDER BY c.class = '', c.n NULLS LAST, l.sort_order, c.class COLLATE "C")::int, c.class,
		coalesce(l.label_en, g.label_en, w.grade_en, CASE c.class WHEN '' THEN 'not stated' ELSE c.class END),
		coalesce(l.label_zh, g.label_zh, w.grade_zh, CASE c.class WHEN '' THEN '未注明' ELSE c.class END)
	FROM (
		SELECT coalesce(k.grade, o.class) AS class, k.n
		FROM (SELECT e.grade, e.n FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id,
			unnest(credence_registry.scheme_grades(s.document)) WITH ORDINALITY e (grade, n)
			WHERE r.run_id = class_values.run AND class_column = 'grade') k
		FULL JOIN (SELECT DISTINCT u.class FROM unnest(classes) u (class)) o ON o.class = k.grade
	) c
	LEFT JOIN credence_registry.code_list l ON l.code = c.class AND l.domain = CASE class_column WHEN 'kind' THEN 'subject_kind' WHEN 'level' THEN 'subject_level' END
	LEFT JOIN credence_registry.region g ON class_column = 'region' AND g.region = c.class
	LEFT JOIN (SELECT v.* FROM credence_registry.scheme_grade v
		WHERE v.scheme_id = (SELECT r.scheme_id FROM credence_registry.run r WHERE r.run_id = class_values.run)) w ON class_column = 'grade' AND w.grade = c.class
$$;

COMMENT ON FUNCTION class_values(bigint, text, text[]) IS
'For draw_up: the values of a class that occur in a run, numbered in the order in which they are shown, with their labels; of grades those of the scheme too. An empty class is one that is not known, and comes last.';

-- The tree of the regions that occur. A region that has everything in it is the total, and no row. What belongs to a region
-- that is divided, but to none of its parts, is a row of its own beneath it.
CREATE FUNCTION region_rows(regions text[])
RETURNS TABLE (place int, parent int, class text, label_en text, label_zh text, subtotal boolean, leaves text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	depth_limit CONSTANT int := 16;		-- no country has half of it, and each subject counts once on every level
	deep text;
BEGIN
	WITH RECURSIVE climb AS (
		SELECT l.class, l.class AS region, 1 AS step FROM (SELECT DISTINCT u.class COLLATE "C" AS class FROM unnest(regions) u (class)) l
		UNION ALL
		SELECT c.class, r.parent, c.step + 1 FROM climb c JOIN credence_registry.region r ON r.region = c.region
		WHERE r.parent IS NOT NULL AND c.step <= depth_limit
	)
	SELECT min(c.class COLLATE "C") INTO deep FROM climb c WHERE c.step > depth_limit;
	IF deep IS NOT NULL THEN
		RAISE EXCEPTION 'region "%" is more than % levels deep', deep, depth_limit
			USING ERRCODE = 'program_limit_exceeded', HINT = 'Leave hierarchy out of that table.';
	END IF;
	RETURN QUERY
	WITH RECURSIVE leaf AS MATERIALIZED (
		SELECT DISTINCT u.class COLLATE "C" AS class FROM unnest(regions) u (class)
	), climb AS (
		SELECT l.class, l.class AS region, 1 AS step FROM leaf l
		UNION ALL
		SELECT c.class, r.parent, c.step + 1 FROM climb c JOIN credence_registry.region r ON r.region = c.region WHERE r.parent IS NOT NULL
	), divided AS MATERIALIZED (
		SELECT c.region, array_agg(c.class ORDER BY c.class COLLATE "C") AS leaves, count(*) = (SELECT count(*) FROM leaf) AS everything
		FROM climb c GROUP BY c.region HAVING bool_or(c.class <> c.region)
	), above AS (		-- the subtotals that a region is in, itself included, from the top
		SELECT c.class AS region, array_agg('1' || c.region ORDER BY c.step DESC) AS path
		FROM (
			SELECT * FROM climb
			UNION		-- and those of the subtotals themselves
			SELECT d.region, a.region, a.step - own.step + 1
			FROM divided d JOIN climb own ON own.class = d.leaves[1] AND own.region = d.region
			JOIN climb a ON a.class = own.class AND a.step >= own.step
		) c
		JOIN divided d ON d.region = c.region AND NOT d.everything
		GROUP BY c.class
	), line AS (
		SELECT d.region AS class, a.path, true AS subtotal, false AS own, d.leaves
		FROM divided d JOIN above a ON a.region = d.region WHERE NOT d.everything
		UNION ALL
		SELECT l.class, coalesce(a.path, '{}') || CASE WHEN d.region IS NOT NULL THEN '0' WHEN l.class = '' THEN '2' ELSE '1' || l.class END,
			false, d.region IS NOT NULL, ARRAY[l.class]
		FROM leaf l LEFT JOIN above a ON a.region = l.class LEFT JOIN divided d ON d.region = l.class
	), placed AS (
		SELECT l.*, row_number() OVER (ORDER BY l.path COLLATE "C")::int AS place FROM line l
	)
	SELECT p.place, coalesce(o.place, 0), p.class,
		coalesce(g.label_en || CASE WHEN p.own THEN ' itself' ELSE '' END, CASE p.class WHEN '' THEN 'not stated' ELSE p.class END),
		coalesce(g.label_zh || CASE WHEN p.own THEN '本级' ELSE '' END, CASE p.class WHEN '' THEN '未注明' ELSE p.class END),
		p.subtotal, p.leaves
	FROM placed p
	LEFT JOIN placed o ON o.subtotal AND o.path = p.path[1 : cardinality(p.path) - 1]
	LEFT JOIN credence_registry.region g ON g.region = p.class;
END $$;

COMMENT ON FUNCTION region_rows(text[]) IS
'For draw_up: the rows of a table of regions with subtotals, for those that occur (empty: not known): place in the order shown, parts behind the whole; parent is the row that it is added up in, 0 the total; leaves the regions that are in it. Errors: 54000 where the tree is more than 16 levels deep.';

-- Whom lists name, and what they say of each: the list of this policy, and those published before that are drawn from the same run.
CREATE FUNCTION named_in(run bigint, filled jsonb, besides bigint)
RETURNS TABLE (subject_id bigint, shown jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT l.subject_id, l.shown FROM credence_disclosure.list_of(run, filled) l
	UNION ALL
	SELECT i.subject_id, i.canonical::jsonb -> 'values'
	FROM credence_disclosure.bulletin b JOIN credence_disclosure.item i ON i.bulletin_id = b.bulletin_id AND i.subject_id IS NOT NULL
	WHERE b.run_id = run AND (b.number IS NOT NULL AND (b.audience = 'public' OR filled ->> 'audience' <> 'public')
		-- what was published is known even if it is over; of what is not, who has left before is nobody's to see
		OR b.bulletin_id = besides AND i.item IN (SELECT l.item FROM credence_disclosure.live_item l WHERE l.bulletin_id = besides))
$$;

COMMENT ON FUNCTION named_in(bigint, jsonb, bigint) IS
'For draw_up: the subjects that the readers of a policy find named, and what is said of them: in its own list, in bulletins published before from the same run, and in one more that is about to be.';

-- The policies whose lists readers of a bulletin over a run have: this one, and those published before.
CREATE FUNCTION lists_beside(run bigint, filled jsonb)
RETURNS SETOF jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT filled
	UNION ALL
	SELECT p.filled FROM credence_disclosure.bulletin b JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
	WHERE b.run_id = run AND b.number IS NOT NULL AND (b.audience = 'public' OR lists_beside.filled ->> 'audience' <> 'public')
$$;

COMMENT ON FUNCTION lists_beside(bigint, jsonb) IS
'For draw_up and the audit: a policy, and those of the bulletins published before from the same run that its readers have.';

CREATE FUNCTION list_covers(filled jsonb, grade text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN filled ? 'list' AND NOT filled -> 'list' ?| '{most,kinds}' AND (NOT filled -> 'list' ? 'grades' OR coalesce(filled #> '{list,grades}' ? grade, false));

COMMENT ON FUNCTION list_covers(jsonb, text) IS
'For draw_up and the audit: whether the list of a policy names everybody of a grade (NULL: of any), so that whoever it does not name does not have it.';

-- A number of units of the last decimal that is not below numerator / denominator: division rounds, this does not.
CREATE FUNCTION units_up(numerator numeric, denominator numeric, decimals int)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (div(numerator * ('1e' || decimals)::numeric, denominator) + (numerator * ('1e' || decimals)::numeric > div(numerator * ('1e' || decimals)::numeric, denominator) * denominator)::int)
	* ('1e-' || decimals)::numeric;

COMMENT ON FUNCTION units_up(numeric, numeric, int) IS
'The quotient of two numbers that are not negative, rounded up to so many decimals, exactly.';
