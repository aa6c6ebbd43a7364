-- primary suppression: which cells a rule does not let be shown, and how far they have to be protected
--
-- The definitions are those of A. Hundepool et al., Handbook on Statistical Disclosure Control: the minimum frequency rule,
-- the (n,k) dominance rule and the p % rule, each with the protection that follows from it. All in numeric, nothing is rounded
-- but the protection, up to a whole unit.

-- What of it is in the lists anyway is no secret, so the rules for sums look at the rest.
CREATE FUNCTION primary_rule(filled jsonb, value numeric, contributors int, hidden int, hidden_sum numeric, largest numeric[], decimals int)
RETURNS TABLE (reason text, protection numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH rule AS (
		SELECT 1 AS place, 'few_contributors' AS reason, credence_disclosure.units_up(hidden_sum * 10, 100, decimals) AS protection
		WHERE hidden BETWEEN 1 AND (filled ->> 'contributors')::int - 1
		UNION ALL
		SELECT 2, 'dominance', credence_disclosure.units_up(100 * d.most - d.k * hidden_sum, d.k, decimals)
		FROM (SELECT (filled #>> '{dominance,k}')::numeric AS k,
			(SELECT sum(l.x) FROM unnest(largest[1 : (filled #>> '{dominance,n}')::int]) l (x)) AS most) d
		WHERE hidden > 0 AND 100 * d.most > d.k * hidden_sum
		UNION ALL
		SELECT 3, 'p_percent', credence_disclosure.units_up(p.p * largest[1] - 100 * p.rest, 100, decimals)
		FROM (SELECT (filled ->> 'p_percent')::numeric AS p, hidden_sum - largest[1] - coalesce(largest[2], 0) AS rest) p
		WHERE hidden > 0 AND 100 * p.rest < p.p * largest[1]
		UNION ALL
		SELECT 4, 'zero', 0 WHERE value = 0 AND filled ->> 'zeros' = 'suppressed'
	)
	SELECT (array_agg(r.reason ORDER BY r.place))[1], max(r.protection) FROM rule r HAVING count(*) > 0
$$;

COMMENT ON FUNCTION primary_rule(jsonb, numeric, int, int, numeric, numeric[], int) IS
'Whether the rules of a policy let a sum be shown: a row with the reason if they do not, and how far it has to be protected to either side. contributors are those with a figure, hidden those whose figure is in no list, hidden_sum and largest the sum of their absolute figures and the largest of these in descending order, decimals those of the table.
With x1 >= x2 >= ... their figures and X their sum: few_contributors, if there are fewer than "contributors" (protected to 10 %); dominance (n,k), if x1 + ... + xn > k/100 X, to (100/k)(x1 + ... + xn) - X; p_percent, if X - x1 - x2 < p/100 x1, to p/100 x1 - (X - x1 - x2); zero, a zero where zeros are suppressed. The first of these is the reason, the largest the protection.';

-- How far a cell that a rule suppresses must not be inferred: what the rule asks for or, of counts, that nobody can tell it to be below the
-- minimum; what the policy says besides; and no more than is open to whoever knows the rules and the lists.
CREATE FUNCTION needed_interval(asked jsonb, summed boolean, value numeric, size numeric, protection numeric, minimum int, prior_least numeric, prior_greatest numeric,
	decimals int, OUT lowest numeric, OUT highest numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT greatest(CASE WHEN summed OR asked IS NOT NULL THEN value - coalesce(greatest(a.lower, protection), 0) ELSE value END, prior_least),
		least(CASE WHEN summed OR asked IS NOT NULL THEN greatest(value + coalesce(greatest(a.upper, protection), 0), CASE WHEN asked IS NULL THEN minimum END)
			ELSE greatest(minimum, value) END, prior_greatest)
	FROM (
		SELECT CASE WHEN asked ->> 'in' = 'percent' THEN credence_disclosure.units_up((asked ->> 'lower')::numeric * size, 100, decimals)
				ELSE credence_disclosure.units_up((asked ->> 'lower')::numeric, 1, decimals) END AS lower,
			CASE WHEN asked ->> 'in' = 'percent' THEN credence_disclosure.units_up((asked ->> 'upper')::numeric * size, 100, decimals)
				ELSE credence_disclosure.units_up((asked ->> 'upper')::numeric, 1, decimals) END AS upper
	) a
$$;

COMMENT ON FUNCTION needed_interval(jsonb, boolean, numeric, numeric, numeric, int, numeric, numeric, int) IS
'The interval within which nobody may be able to place a cell that a rule suppresses: around its value as far as the rule (protection) and the policy (asked: lower, upper, in units or percent of size) want it; of a count without such, and of a sum where minimum is given, up to the minimum. Never beyond the bounds prior_least and prior_greatest that everybody knows.';

-- Cases are counted, and what is summed or averaged over them is theirs.
CREATE FUNCTION require_cases(run bigint, table_name text, cases text, summed text, each boolean)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	problem text;
BEGIN
	SELECT format(CASE WHEN x.cases < 0 OR x.cases <> trunc(x.cases) THEN '%2$s of "%1$s" is %4$s: cases are counted'
			WHEN x.cases IS NULL THEN 'of "%1$s" there is "%3$s", and no "%2$s"' ELSE 'of "%1$s" there is "%2$s", and no "%3$s"' END, x.code, require_cases.cases, require_cases.summed, x.cases)
	INTO problem
	FROM (SELECT r.facts ->> 'code' AS code, (r.facts -> 'inputs' ->> require_cases.cases)::numeric AS cases, (r.facts -> 'inputs' ->> require_cases.summed)::numeric AS figure
		FROM credence_disclosure.rows_of(run, array_remove(ARRAY[require_cases.cases, require_cases.summed], NULL), NULL) r) x
	WHERE x.cases < 0 OR x.cases <> trunc(x.cases) OR require_cases.summed IS NOT NULL AND (x.figure IS NOT NULL AND x.cases IS NULL OR each AND x.figure IS NULL AND x.cases > 0)
	ORDER BY x.code COLLATE "C" LIMIT 1;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'table "%" cannot be made of run %', table_name, run
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = upper(left(problem, 1)) || substr(problem, 2) || '.',
				HINT = 'A subject has the cases and what is theirs, or neither.';
	END IF;
END $$;

COMMENT ON FUNCTION require_cases(bigint, text, text, text, boolean) IS
'For draw_up: refuses (55000) an input that counts cases and is negative or no whole number of a subject of a run, and a subject with a figure and without cases, and, where all cases count (each), one with cases and without a figure.';

-- What a table is called in public: what the policy says, and what is measured by its title in the scheme.
CREATE FUNCTION table_title(run bigint, title jsonb, summed text, per text, OUT en text, OUT zh text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT nullif(concat_ws(': ', title ->> 'en', CASE WHEN summed IS NOT NULL THEN concat_ws(' / ', coalesce(s.document #>> ARRAY['inputs', summed, 'title', 'en'], summed),
			CASE WHEN per IS NOT NULL THEN coalesce(s.document #>> ARRAY['inputs', per, 'title', 'en'], per) END) END), ''),
		nullif(concat_ws('：', title ->> 'zh', CASE WHEN summed IS NOT NULL THEN concat_ws(' / ', coalesce(s.document #>> ARRAY['inputs', summed, 'title', 'zh'], summed),
			CASE WHEN per IS NOT NULL THEN coalesce(s.document #>> ARRAY['inputs', per, 'title', 'zh'], per) END) END), '')
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id WHERE r.run_id = run
$$;

COMMENT ON FUNCTION table_title(bigint, jsonb, text, text) IS
'For draw_up: the title of a table in both languages: that of the policy, and of one of several measures the titles of its inputs; NULL where there is none.';

-- The cells of one table, zeros included, with what is said of each in public beside its figure.
CREATE FUNCTION table_cells(run bigint, filled jsonb, table_place int, besides bigint DEFAULT NULL)
RETURNS TABLE (cell cell, document jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	cells_limit CONSTANT int := 200000;		-- more than anybody reads, and what can be protected in a minute
	columns text[] := credence_disclosure.result_columns();
	minimum int := coalesce((filled ->> 'minimum_cell')::int, 1);
	zeros_shown boolean := filled -> 'zeros' IS DISTINCT FROM '"suppressed"';
	each boolean := filled -> 'reasons' IS NOT DISTINCT FROM '"each"';
	d record;
	row_key text;
	column_key text;
	many bigint;
BEGIN
	SELECT t.* INTO STRICT d FROM credence_disclosure.table_definitions(filled) t WHERE t.table_place = table_cells.table_place;
	PERFORM credence_disclosure.require_cases(run, d.name, CASE d.kind WHEN 'cases' THEN d.summed ELSE d.per END, CASE WHEN d.per IS NOT NULL THEN d.summed END, d.kind = 'mean')
	WHERE d.kind = 'cases' OR d.per IS NOT NULL;
	row_key := CASE WHEN d.row_class = ANY (columns) THEN '' ELSE 'input.' END || d.row_class;
	column_key := CASE WHEN d.column_class = ANY (columns) THEN '' ELSE 'input.' END || d.column_class;
	SELECT count(DISTINCT r.one) * count(DISTINCT r.other) INTO many
	FROM (SELECT CASE WHEN d.row_class = ANY (columns) THEN p.facts ->> d.row_class ELSE p.facts -> 'inputs' ->> d.row_class END AS one,
			coalesce(CASE WHEN d.column_class = ANY (columns) THEN p.facts ->> d.column_class ELSE p.facts -> 'inputs' ->> d.column_class END, '') AS other
		FROM credence_disclosure.rows_of(run, array_remove(ARRAY[d.row_class, d.column_class], NULL), NULL) p) r;
	IF many > cells_limit THEN
		RAISE EXCEPTION 'table "%" has % cells, more than %', d.name, many, cells_limit USING ERRCODE = 'program_limit_exceeded';
	END IF;
	RETURN QUERY
	WITH named AS MATERIALIZED (
		SELECT n.subject_id, array_agg(n.shown) AS shown FROM credence_disclosure.named_in(run, filled, besides) n GROUP BY n.subject_id
	), member AS MATERIALIZED (
		SELECT m.subject_id, m.row_class, m.column_class, m.figure, m.cases, n.subject_id IS NOT NULL AS named,
			EXISTS (SELECT FROM unnest(n.shown) s WHERE s ->> row_key = m.row_class) AS row_told,
			column_key IS NULL OR EXISTS (SELECT FROM unnest(n.shown) s WHERE s ->> column_key = m.column_class) AS column_told,
			EXISTS (SELECT FROM unnest(n.shown) s WHERE s -> ('input.' || d.summed) = to_jsonb(m.figure)) AS figure_told
		FROM (
			SELECT p.subject_id,
				coalesce(CASE WHEN d.row_class = ANY (columns) THEN p.facts ->> d.row_class ELSE p.facts -> 'inputs' ->> d.row_class END, '') AS row_class,
				coalesce(CASE WHEN d.column_class = ANY (columns) THEN p.facts ->> d.column_class ELSE p.facts -> 'inputs' ->> d.column_class END, '') AS column_class,
				(p.facts -> 'inputs' ->> d.summed)::numeric AS figure, (p.facts -> 'inputs' ->> d.per)::numeric AS cases
			FROM credence_disclosure.rows_of(run, array_remove(ARRAY[d.row_class, d.column_class, d.summed, d.per], NULL), NULL) p
		) m
		LEFT JOIN named n ON n.subject_id = m.subject_id
	), whole AS MATERIALIZED (
		SELECT count(*) > 0 AS anybody, coalesce(max(scale(m.figure)), 0) AS decimals, coalesce(min(m.figure) >= 0, true) AS positive FROM member m
	), leaf AS MATERIALIZED (
		SELECT m.row_class, m.column_class, count(*)::int AS subjects, count(*) FILTER (WHERE m.named)::int AS named,
			count(*) FILTER (WHERE m.named AND m.row_told)::int AS row_told, count(*) FILTER (WHERE m.named AND m.column_told)::int AS column_told,
			count(*) FILTER (WHERE m.named AND m.row_told AND m.column_told)::int AS told,
			coalesce(sum(m.figure), 0) AS sum, CASE WHEN d.kind = 'cases' THEN sum(m.figure) ELSE sum(m.cases) FILTER (WHERE m.figure IS NOT NULL) END AS cases, count(m.figure)::int AS contributors,
			coalesce(sum(m.figure) FILTER (WHERE m.figure_told), 0) AS sum_told,
			count(m.figure) FILTER (WHERE NOT m.figure_told)::int AS hidden, coalesce(sum(abs(m.figure)) FILTER (WHERE NOT m.figure_told), 0) AS hidden_sum,
			coalesce((array_agg(abs(m.figure) ORDER BY abs(m.figure) DESC) FILTER (WHERE NOT m.figure_told AND m.figure IS NOT NULL))[1:10], '{}') AS largest,
			array_agg(m.subject_id ORDER BY m.subject_id) FILTER (WHERE d.summed IS NULL OR m.figure IS NOT NULL) AS members,
			CASE WHEN d.summed IS NOT NULL THEN array_agg(m.figure ORDER BY m.subject_id) FILTER (WHERE m.figure IS NOT NULL) END AS contributions
		FROM member m GROUP BY m.row_class, m.column_class
	), line AS MATERIALIZED (
		SELECT v.place, 0 AS parent, v.class, v.label_en, v.label_zh, false AS subtotal, ARRAY[v.class] AS leaves
		FROM credence_disclosure.class_values(run, d.row_class, ARRAY(SELECT DISTINCT l.row_class FROM leaf l)) v WHERE NOT d.hierarchy
		UNION ALL
		SELECT r.* FROM credence_disclosure.region_rows(ARRAY(SELECT DISTINCT l.row_class FROM leaf l)) r WHERE d.hierarchy
	), across AS MATERIALIZED (
		SELECT v.* FROM credence_disclosure.class_values(run, d.column_class, ARRAY(SELECT DISTINCT l.column_class FROM leaf l)) v WHERE d.column_class IS NOT NULL
		UNION ALL
		SELECT 1, NULL, NULL, NULL WHERE d.column_class IS NULL
	), place AS MATERIALIZED (		-- every cell, totals too
		SELECT r.place AS row_place, r.parent AS row_parent, r.class AS row_class, r.label_en AS row_en, r.label_zh AS row_zh, r.subtotal, r.leaves,
			c.place AS column_place, c.class AS column_class, c.label_en AS column_en, c.label_zh AS column_zh
		FROM (SELECT * FROM line UNION ALL SELECT 0, NULL, NULL, 'Total', '合计', true, NULL WHERE d.margins) r
		CROSS JOIN (SELECT * FROM across UNION ALL SELECT 0, NULL, 'Total', '合计' WHERE d.margins AND d.column_class IS NOT NULL) c
	), part AS MATERIALIZED (		-- what is in it, leaf by leaf
		SELECT p.row_place, p.column_place, l.*
		FROM (SELECT r.place AS row_place, u.class FROM line r CROSS JOIN LATERAL unnest(r.leaves) u (class)
			UNION ALL SELECT 0, l.row_class FROM (SELECT DISTINCT l.row_class FROM leaf l) l WHERE d.margins) r
		JOIN leaf l ON l.row_class = r.class
		JOIN (SELECT c.place AS column_place, c.class FROM across c
			UNION ALL SELECT 0, c.class FROM across c WHERE d.margins AND d.column_class IS NOT NULL) c ON c.class IS NULL OR c.class = l.column_class
		CROSS JOIN LATERAL (SELECT r.row_place, c.column_place) p
	), top AS (
		SELECT p.row_place, p.column_place, (array_agg(x.x ORDER BY x.x DESC))[1:10] AS largest
		FROM part p CROSS JOIN LATERAL unnest(p.largest) x (x) WHERE d.summed IS NOT NULL GROUP BY p.row_place, p.column_place
	), full_cell AS (
		SELECT p.row_place, p.column_place, sum(p.subjects)::int AS subjects, sum(p.named)::int AS named,
			CASE WHEN p.row_place = 0 AND p.column_place = 0 THEN sum(p.named) WHEN p.row_place = 0 THEN sum(p.column_told)
				WHEN p.column_place = 0 THEN sum(p.row_told) ELSE sum(p.told) END::int AS told,
			sum(p.sum) AS sum, sum(p.cases) AS cases, sum(p.contributors)::int AS contributors, sum(p.sum_told) AS sum_told, sum(p.hidden)::int AS hidden, sum(p.hidden_sum) AS hidden_sum,
			CASE WHEN count(*) = 1 THEN min(p.members) END AS members, CASE WHEN count(*) = 1 THEN min(p.contributions) END AS contributions
		FROM part p GROUP BY p.row_place, p.column_place
	), figure AS (
		SELECT p.*, coalesce(f.subjects, 0) AS subjects, CASE WHEN d.summed IS NULL THEN coalesce(f.subjects, 0) ELSE coalesce(f.sum, 0) END AS value,
			f.cases, coalesce(f.named, 0) AS named, coalesce(f.told, 0) AS told, coalesce(f.contributors, 0) AS contributors, coalesce(f.sum_told, 0) AS sum_told,
			coalesce(f.hidden, 0) AS hidden, coalesce(f.hidden_sum, 0) AS hidden_sum, t.largest,
			CASE WHEN p.row_place > 0 AND NOT p.subtotal AND (p.column_place > 0) THEN f.members END AS members,
			CASE WHEN p.row_place > 0 AND NOT p.subtotal AND (p.column_place > 0) THEN f.contributions END AS contributions
		FROM place p
		LEFT JOIN full_cell f ON f.row_place = p.row_place AND f.column_place = p.column_place
		LEFT JOIN top t ON t.row_place = p.row_place AND t.column_place = p.column_place
	), beside AS MATERIALIZED (
		SELECT b.filled FROM credence_disclosure.lists_beside(run, filled) b (filled)
	), ruled AS (
		SELECT f.*, w.decimals, w.positive, r.reason, r.protection,
			CASE WHEN d.summed IS NULL THEN f.value = 0 AND (zeros_shown OR n.nobody) OR f.value > 0 AND f.named = f.value
				ELSE (f.contributors = 0 OR d.kind = 'cases' AND f.value = 0) AND (zeros_shown OR n.nobody) OR f.contributors > 0 AND f.hidden = 0 END AS known
		FROM figure f CROSS JOIN whole w
		-- lists tell of who is not there, too
		CROSS JOIN LATERAL (SELECT f.subjects = 0 AND EXISTS (SELECT FROM beside b WHERE credence_disclosure.list_covers(b.filled,
			CASE WHEN d.column_class = 'grade' AND f.column_place > 0 THEN f.column_class WHEN d.row_class = 'grade' AND f.row_place > 0 THEN f.row_class END)) AS nobody) n
		LEFT JOIN LATERAL (
			SELECT CASE f.value WHEN 0 THEN 'zero' ELSE 'below_minimum' END AS reason, NULL::numeric AS protection
			WHERE d.summed IS NULL AND w.anybody AND NOT n.nobody AND (f.value BETWEEN 1 AND minimum - 1 AND f.told < f.value OR f.value = 0 AND NOT zeros_shown)
			UNION ALL
			-- few cases come first: a sum of them is as small as a count, what is theirs is protected as from few contributors
			SELECT CASE WHEN d.kind = 'cases' AND f.value = 0 THEN 'zero' WHEN s.few THEN 'below_minimum' ELSE r.reason END,
				greatest(r.protection, CASE WHEN s.few AND d.kind <> 'cases' THEN credence_disclosure.units_up(f.hidden_sum * 10, 100, w.decimals) END)
			FROM (SELECT coalesce(f.cases BETWEEN 1 AND minimum - 1 AND f.hidden > 0, false) AS few) s
			LEFT JOIN LATERAL credence_disclosure.primary_rule(filled, f.value, f.contributors, f.hidden, f.hidden_sum, f.largest, w.decimals) r ON true
			WHERE d.summed IS NOT NULL AND w.anybody AND NOT n.nobody AND (s.few OR r.reason IS NOT NULL) AND NOT (d.kind = 'cases' AND f.value = 0 AND zeros_shown)
		) r ON true
	), bounded AS (
		SELECT r.*,
			CASE WHEN d.summed IS NULL THEN least(greatest(CASE WHEN each AND r.reason IS NULL THEN minimum WHEN zeros_shown THEN 1 ELSE 0 END, r.named), r.value)
				-- where there are few cases the sums beside them are suppressed too: who sees one knows that there are enough
				WHEN d.kind = 'cases' THEN least(greatest(CASE WHEN coalesce(r.reason NOT IN ('below_minimum', 'zero'), true) THEN minimum WHEN zeros_shown THEN 1 ELSE 0 END, r.sum_told), r.value)
				WHEN r.positive THEN r.sum_told END AS prior_least,
			CASE WHEN (d.summed IS NULL OR d.kind = 'cases') AND each AND r.reason IN ('below_minimum', 'zero') THEN minimum - 1 END AS prior_greatest
		FROM ruled r
	)
	SELECT ROW(NULL, row_number() OVER (ORDER BY b.row_place = 0, b.row_place, b.column_place = 0, b.column_place), d.table_place, b.row_place, b.row_parent, b.column_place,
			credence_disclosure.canonical(jsonb_build_object('of', coalesce('sum of ' || d.summed, 'count'))
				|| CASE WHEN b.row_place = 0 THEN '{}' ELSE jsonb_build_object(d.row_class, CASE WHEN NOT b.subtotal THEN to_jsonb(b.row_class) WHEN cardinality(b.leaves) = 1 THEN to_jsonb(b.leaves[1])
					ELSE to_jsonb(ARRAY[encode(sha256(convert_to(b.leaves::text, 'UTF8')), 'hex')]) END) END
				|| CASE WHEN b.column_place = 0 OR d.column_class IS NULL THEN '{}' ELSE jsonb_build_object(d.column_class, b.column_class) END),
			b.value, b.reason, b.known,
			EXISTS (SELECT FROM jsonb_array_elements(d.show) s WHERE (NOT s ? 'row' OR s ->> 'row' IS NOT DISTINCT FROM b.row_class)
				AND (NOT s ? 'column' OR s ->> 'column' IS NOT DISTINCT FROM b.column_class)),
			b.prior_least, b.prior_greatest,
			CASE WHEN b.reason IS NOT NULL THEN n.lowest END, CASE WHEN b.reason IS NOT NULL THEN n.highest END,
			CASE d.cost WHEN 'value' THEN abs(b.value) ELSE 1 END, b.members, b.contributions)::credence_disclosure.cell,
		jsonb_build_object('kind', 'cell', 'table', d.name, 'table_en', t.en, 'table_zh', t.zh, 'measure', d.measure,
			'row', b.row_class, 'row_en', b.row_en, 'row_zh', b.row_zh, 'row_order', b.row_place, 'row_parent', b.row_parent,
			'column', b.column_class, 'column_en', b.column_en, 'column_zh', b.column_zh, 'column_order', b.column_place, 'total', b.subtotal OR b.column_place = 0)
	FROM bounded b
	CROSS JOIN credence_disclosure.table_title(run, d.title, CASE WHEN d.labelled THEN d.summed END, CASE d.kind WHEN 'mean' THEN d.per END) t
	CROSS JOIN LATERAL credence_disclosure.needed_interval(d.protection, d.summed IS NOT NULL, b.value,
		CASE WHEN d.summed IS NULL THEN b.value ELSE b.hidden_sum END, b.protection,
		CASE WHEN d.summed IS NULL OR d.kind = 'cases' AND b.reason IN ('below_minimum', 'zero') THEN minimum END, b.prior_least, b.prior_greatest, b.decimals) n
	ORDER BY b.row_place = 0, b.row_place, b.column_place = 0, b.column_place;
END $$;

COMMENT ON FUNCTION table_cells(bigint, jsonb, int, bigint) IS
'For draw_up and the audit: the cells of one table of a policy over a run, row by row and the totals last: as they are, with the rule that does not let each be shown and the interval to protect, and the public part of each without its figure. besides is a bulletin whose list counts although it is not published. Nothing is primary where nobody is rated. Errors: 54000 for more than 200000 cells.';
