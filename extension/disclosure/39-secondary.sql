-- secondary suppression: what else has to be suppressed, over all tables of a release together

-- The numbers behind cells: one row for each identity.
CREATE FUNCTION variables_of(cells cell[])
RETURNS TABLE (identity text, value numeric, suppressed boolean, free boolean, lowest numeric, highest numeric, needed_least numeric, needed_greatest numeric, cost numeric, tables int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT c.identity, min(c.value), bool_and(c.reason IS NOT NULL AND NOT c.known), bool_and(NOT c.known AND NOT c.must_show AND (c.bulletin_id IS NULL OR c.reason IS NOT NULL)),
		max(c.prior_least), min(c.prior_greatest), min(c.needed_least), max(c.needed_greatest), max(c.cost), count(DISTINCT (c.bulletin_id, c.table_place))::int
	FROM unnest(cells) c GROUP BY c.identity
$$;

COMMENT ON FUNCTION variables_of(cell[]) IS
'For draw_up and the audit: the different numbers in tables, by identity: suppressed where nothing shows or gives them away, free where they may be suppressed; the bounds that everybody knows, the interval to protect, and in how many tables they are. Cells with a bulletin are there already and stay as they are.';

-- What was said before of the same: by the same run, or, where it is the same number, by another run over a time that overlaps.
CREATE FUNCTION said_before(run bigint, for_audience text, besides bigint)
RETURNS TABLE (said cell, same_run boolean, number int)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT c, o.run_id = r.run_id, b.number
	FROM credence_registry.run r
	JOIN credence_registry.run o ON o.scheme_code = r.scheme_code AND o.period_start <= r.period_end AND o.period_end >= r.period_start
	JOIN credence_disclosure.bulletin b ON b.run_id = o.run_id AND b.number IS NOT NULL AND b.bulletin_id IS DISTINCT FROM besides
		AND (b.audience = 'public' OR for_audience <> 'public')
	JOIN credence_disclosure.cell c ON c.bulletin_id = b.bulletin_id
	WHERE r.run_id = run
$$;

COMMENT ON FUNCTION said_before(bigint, text, bigint) IS
'For draw_up and the audit: the cells of the bulletins published so far, but one, that readers of a bulletin over a run can lay beside it: of the same scheme over a time that overlaps, withdrawn ones too.';

CREATE FUNCTION protect_table(cells cell[], table_no int, locked text[], seconds int)
RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	found text[];
BEGIN
	WITH variable AS MATERIALIZED (
		SELECT v.* FROM credence_disclosure.variables_of(cells) v
	), own AS MATERIALIZED (
		SELECT c.*, v.suppressed, v.free, v.lowest AS all_least, v.highest AS all_greatest, v.needed_least AS all_needed_least, v.needed_greatest AS all_needed_greatest,
			l.identity IS NOT NULL AS locked, row_number() OVER (ORDER BY c.row_place, c.column_place)::int AS n
		FROM (SELECT c.*, dense_rank() OVER (ORDER BY c.bulletin_id NULLS FIRST, c.table_place) AS no FROM unnest(cells) c) c
		JOIN variable v ON v.identity = c.identity
		LEFT JOIN unnest(locked) l (identity) ON l.identity = c.identity COLLATE "C"
		WHERE c.no = protect_table.table_no
	)
	SELECT array_agg(o.identity) INTO found
	FROM (SELECT array_agg(CASE WHEN o.row_place > 0 THEN o.row_parent END ORDER BY o.row_place) AS parents FROM own o WHERE o.column_place = (SELECT max(o.column_place) FROM own o) AND o.row_place > 0) p
	CROSS JOIN LATERAL (
		SELECT s.* FROM (SELECT array_agg(o.row_place ORDER BY o.n) AS rows, array_agg(o.column_place ORDER BY o.n) AS columns, array_agg(o.value ORDER BY o.n) AS values,
				array_agg(CASE WHEN o.suppressed AND o.all_needed_least IS NOT NULL THEN 'primary' WHEN o.suppressed THEN 'suppressed'
					WHEN o.free AND NOT o.locked THEN 'free' ELSE 'shown' END ORDER BY o.n) AS states,
				array_agg(o.value - o.all_needed_least ORDER BY o.n) AS lower, array_agg(o.all_needed_greatest - o.value ORDER BY o.n) AS upper,
				array_agg(o.all_least ORDER BY o.n) AS lowest, array_agg(o.all_greatest ORDER BY o.n) AS highest, array_agg(o.cost ORDER BY o.n) AS costs FROM own o) a
		CROSS JOIN LATERAL credence_disclosure.suppress_cells(p.parents, a.rows, a.columns, a.values, a.states, a.lower, a.upper, NULL, a.lowest, a.highest, a.costs,
			make_interval(secs => seconds)) s) s
	JOIN own o ON o.n = s.cell
	WHERE NOT o.suppressed;
	RETURN coalesce(found, '{}');
END $$;

COMMENT ON FUNCTION protect_table(cell[], int, text[], int) IS
'For draw_up: what has to be suppressed in one of the tables, seen alone, to protect what is suppressed there: identities, without those that are so already. locked are not touched. Errors as of suppress_cells.';

CREATE FUNCTION protect_network(cells cell[], seconds int)
RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	lines_limit CONSTANT int := 20000;		-- beyond it the form of a table, a column for each line, becomes slow
	found text[];
	known int := (SELECT count(*) FROM credence_disclosure.variables_of(cells) v WHERE v.free OR v.suppressed);
BEGIN
	IF known > lines_limit THEN
		RETURN NULL;
	END IF;
	WITH variable AS MATERIALIZED (
		SELECT v.* FROM credence_disclosure.variables_of(cells) v WHERE v.free OR v.suppressed
	), line AS MATERIALIZED (
		SELECT v.*, e.from_node, e.to_node, row_number() OVER (ORDER BY e.identity COLLATE "C")::int AS n
		FROM credence_disclosure.network_of(cells, ARRAY(SELECT v.identity FROM variable v)) e JOIN variable v ON v.identity = e.identity COLLATE "C"
		WHERE e.from_node IS NOT NULL OR e.to_node IS NOT NULL
	), node AS (
		SELECT greatest(max(l.from_node), max(l.to_node)) AS most FROM line l
	), cell AS MATERIALIZED (
		SELECT row_number() OVER (ORDER BY u.row_place, u.column_place)::int AS n, u.*
		FROM (
			SELECT coalesce(l.from_node, o.most + 1) AS row_place, l.n AS column_place, l.value,
				CASE WHEN l.suppressed AND l.needed_least IS NOT NULL THEN 'primary' WHEN l.suppressed THEN 'suppressed' ELSE 'free' END AS state,
				l.value - l.needed_least AS lower, l.needed_greatest - l.value AS upper, l.lowest, l.highest, l.cost, l.identity
			FROM line l, node o
			UNION ALL
			SELECT coalesce(l.to_node, o.most + 1), l.n, -l.value, CASE WHEN l.suppressed THEN 'suppressed' ELSE 'free' END, NULL, NULL, -l.highest, -l.lowest, l.cost, l.identity
			FROM line l, node o
			UNION ALL
			SELECT 0, l.n, 0, 'shown', NULL, NULL, NULL, NULL, 0, NULL FROM line l
			UNION ALL
			SELECT r.row_place, 0, sum(r.value), 'shown', NULL, NULL, NULL, NULL, 0, NULL
			FROM (SELECT coalesce(l.from_node, o.most + 1) AS row_place, l.value FROM line l, node o
				UNION ALL SELECT coalesce(l.to_node, o.most + 1), -l.value FROM line l, node o) r GROUP BY r.row_place
			UNION ALL
			SELECT 0, 0, 0, 'shown', NULL, NULL, NULL, NULL, 0, NULL
		) u
	)
	SELECT CASE WHEN NOT EXISTS (SELECT FROM line) THEN NULL ELSE coalesce(
		(SELECT array_agg(DISTINCT c.identity) FROM (SELECT array_agg(c.row_place ORDER BY c.n) AS rows, array_agg(c.column_place ORDER BY c.n) AS columns, array_agg(c.value ORDER BY c.n) AS values,
				array_agg(c.state ORDER BY c.n) AS states, array_agg(c.lower ORDER BY c.n) AS lower, array_agg(c.upper ORDER BY c.n) AS upper,
				array_agg(c.lowest ORDER BY c.n) AS lowest, array_agg(c.highest ORDER BY c.n) AS highest, array_agg(c.cost ORDER BY c.n) AS costs FROM cell c) a
			CROSS JOIN node o
			CROSS JOIN LATERAL credence_disclosure.suppress_cells(array_fill(0, ARRAY[o.most + 1]), a.rows, a.columns, a.values, a.states, a.lower, a.upper, NULL,
				a.lowest, a.highest, a.costs, make_interval(secs => seconds)) s
			JOIN cell c ON c.n = s.cell WHERE c.state = 'free'), '{}') END
	INTO found;
	RETURN found;
END $$;

COMMENT ON FUNCTION protect_network(cell[], int) IS
'For draw_up: what has to be suppressed in tables that share numbers, all of them together: identities, without those that are so already; NULL where the tables are no network. Errors as of suppress_cells.';

-- Each table alone, cells that tables share being shown if it can be; then all together as a network; then each alone until
-- nothing changes any more, which the audit has to judge.
CREATE FUNCTION protect_cells(cells cell[], filled jsonb)
RETURNS cell[]
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
#variable_conflict use_variable
DECLARE
	done credence_disclosure.cell[] := cells;
	tables int := (SELECT count(DISTINCT (c.bulletin_id, c.table_place)) FROM unnest(cells) c);
	seconds int[] := ARRAY(SELECT coalesce(d.seconds, 5) FROM (SELECT DISTINCT c.bulletin_id, c.table_place FROM unnest(cells) c) t
		LEFT JOIN credence_disclosure.table_definitions(filled) d ON t.bulletin_id IS NULL AND d.table_place = t.table_place ORDER BY t.bulletin_id NULLS FIRST, t.table_place);
	totals boolean[] := ARRAY(SELECT bool_or(c.row_place = 0) FROM unnest(cells) c GROUP BY c.bulletin_id, c.table_place ORDER BY c.bulletin_id NULLS FIRST, c.table_place);
	shared text[] := ARRAY(SELECT v.identity FROM credence_disclosure.variables_of(cells) v WHERE v.tables > 1);
	found text[];
	before int;
	alone boolean := true;
BEGIN
	IF NOT EXISTS (SELECT FROM credence_disclosure.variables_of(cells) v WHERE v.needed_least IS NOT NULL) THEN
		RETURN done;
	END IF;
	-- a number that a rule suppresses in one table is suppressed in all
	done := credence_disclosure.suppress_also(done, ARRAY(SELECT DISTINCT c.identity FROM unnest(done) c WHERE c.reason IS NOT NULL));
	IF NOT EXISTS (SELECT FROM credence_disclosure.variables_of(done) v WHERE v.tables > 1 AND v.suppressed) THEN
		BEGIN
			FOR n IN 1 .. tables
			LOOP
				IF totals[n] THEN
					done := credence_disclosure.suppress_also(done, credence_disclosure.protect_table(done, n, shared, seconds[n]));
				END IF;
			END LOOP;
			RETURN done;
		EXCEPTION WHEN object_not_in_prerequisite_state THEN
			NULL;		-- not without the cells that tables share
		END;
	END IF;
	IF tables > 1 THEN
		BEGIN
			found := credence_disclosure.protect_network(done, (SELECT max(s)::int FROM unnest(seconds) s));
		EXCEPTION WHEN object_not_in_prerequisite_state THEN
			NULL;
		END;
		IF found IS NOT NULL THEN
			RETURN credence_disclosure.suppress_also(done, found);
		END IF;
	END IF;
	LOOP
		before := (SELECT count(*) FROM unnest(done) c WHERE c.reason IS NOT NULL);
		FOR n IN 1 .. tables
		LOOP
			CONTINUE WHEN NOT totals[n];
			BEGIN
				done := credence_disclosure.suppress_also(done, credence_disclosure.protect_table(done, n, '{}', seconds[n]));
			EXCEPTION WHEN object_not_in_prerequisite_state THEN
				NULL;	-- a cell cannot be protected: the audit names it
			END;
		END LOOP;
		EXIT WHEN before = (SELECT count(*) FROM unnest(done) c WHERE c.reason IS NOT NULL);
	END LOOP;
	RETURN done;
END $$;

COMMENT ON FUNCTION protect_cells(cell[], jsonb) IS
'For draw_up: the cells of a release together with those published before, where reason has become secondary for those that have to be suppressed for the sake of others. Cells that cannot be protected stay as they are.';

CREATE FUNCTION suppress_also(cells cell[], identities text[])
RETURNS cell[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT array_agg(ROW(c.bulletin_id, c.item, c.table_place, c.row_place, c.row_parent, c.column_place, c.identity, c.value,
			CASE WHEN i.identity IS NOT NULL AND c.bulletin_id IS NULL THEN coalesce(c.reason, 'secondary') ELSE c.reason END, c.known, c.must_show,
			c.prior_least, c.prior_greatest, c.needed_least, c.needed_greatest, c.cost, c.members, c.contributions)::credence_disclosure.cell ORDER BY c.n)
	FROM unnest(cells) WITH ORDINALITY c (bulletin_id, item, table_place, row_place, row_parent, column_place, identity, value, reason, known, must_show,
		prior_least, prior_greatest, needed_least, needed_greatest, cost, members, contributions, n)
	LEFT JOIN (SELECT DISTINCT u.identity FROM unnest(identities) u (identity)) i ON i.identity = c.identity COLLATE "C"
$$;

COMMENT ON FUNCTION suppress_also(cell[], text[]) IS
'For draw_up: the cells, with those of the given identities suppressed as secondary where they were shown and are not published yet.';

-- Why a cell is suppressed as the public gets it. By one word for all of them nobody can tell the small ones from those that protect
-- them; where each has its own, the bounds of the audit know it too.
CREATE FUNCTION public_reason(reason text, filled jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN reason IS NULL THEN NULL WHEN filled -> 'reasons' IS DISTINCT FROM '"each"' THEN 'confidential' WHEN reason = 'zero' THEN 'below_minimum' ELSE reason END;

COMMENT ON FUNCTION public_reason(text, jsonb) IS
'What the public is told of why a cell is suppressed: confidential or, where the policy gives each its own reason, that; a zero counts as below the minimum. NULL for NULL.';

-- A mean is a quotient of two numbers that are protected each in its own table; of both it is taken that everybody knows them.
CREATE FUNCTION cases_beside(filled jsonb)
RETURNS TABLE (table_place int, cases_place int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT m.table_place, p.table_place
	FROM credence_disclosure.table_definitions(filled) m JOIN credence_disclosure.table_definitions(filled) p ON p.path = m.path AND p.kind = 'cases' AND p.summed = m.per
	WHERE m.kind <> 'cases' AND m.per IS NOT NULL
$$;

COMMENT ON FUNCTION cases_beside(jsonb) IS
'For draw_up: the tables of sums and of means of a policy that are of cases, and the table beside each that has these.';

CREATE FUNCTION suppress_beside(cells cell[], filled jsonb, cases cell[])
RETURNS cell[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT array_agg(ROW(c.bulletin_id, c.item, c.table_place, c.row_place, c.row_parent, c.column_place, c.identity, c.value,
			CASE WHEN p.reason IS NOT NULL THEN coalesce(c.reason, 'secondary') ELSE c.reason END, c.known, c.must_show,
			c.prior_least, c.prior_greatest, c.needed_least, c.needed_greatest, c.cost, c.members, c.contributions)::credence_disclosure.cell ORDER BY c.item)
	FROM unnest(cells) c
	LEFT JOIN credence_disclosure.cases_beside(filled) m ON m.table_place = c.table_place
	LEFT JOIN unnest(cases) p ON p.bulletin_id IS NULL AND p.table_place = m.cases_place AND p.row_place = c.row_place AND p.column_place = c.column_place
$$;

COMMENT ON FUNCTION suppress_beside(cell[], jsonb, cell[]) IS
'For draw_up: the cells of a release, with sums and means suppressed as secondary where their cases are, as they stand in the third argument.';

CREATE FUNCTION put_tables(bulletin bigint, run bigint, filled jsonb, also text[])
RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	cells credence_disclosure.cell[];
	others credence_disclosure.cell[];		-- of bulletins that were published from the same run
	documents jsonb[];
	n int;
BEGIN
	SELECT array_agg(x.cell ORDER BY t.table_place, (x.cell).item), array_agg(x.document ORDER BY t.table_place, (x.cell).item) INTO cells, documents
	FROM credence_disclosure.table_definitions(filled) t CROSS JOIN LATERAL credence_disclosure.table_cells(run, filled, t.table_place) x;
	n := coalesce(cardinality(cells), 0);
	IF n = 0 THEN
		RETURN 0;
	END IF;
	-- what was said before is known, or must not be said now
	WITH before AS MATERIALIZED (
		SELECT s.said, s.same_run FROM credence_disclosure.said_before(run, filled ->> 'audience', NULL) s
	)
	SELECT array_agg(ROW(NULL, c.n, c.table_place, c.row_place, c.row_parent, c.column_place, c.identity, c.value,
			CASE WHEN c.reason IS NULL AND (b.hidden OR a.identity IS NOT NULL AND NOT c.known) THEN 'secondary' ELSE c.reason END,
			c.known AND NOT coalesce(b.hidden, false) OR coalesce(b.told, false), c.must_show,
			c.prior_least, c.prior_greatest, least(c.needed_least, CASE WHEN b.lowest IS NOT NULL THEN greatest(b.lowest, c.prior_least) END),
			greatest(c.needed_greatest, CASE WHEN b.highest IS NOT NULL THEN least(b.highest, c.prior_greatest) END), c.cost, c.members, c.contributions)::credence_disclosure.cell ORDER BY c.n)
	INTO cells
	FROM (SELECT u.*, row_number() OVER (ORDER BY u.table_place, u.item)::int AS n FROM unnest(cells) u) c
	LEFT JOIN (SELECT DISTINCT u.identity FROM unnest(also) u (identity)) a ON a.identity = c.identity COLLATE "C"
	LEFT JOIN (
		SELECT u.table_place, u.item, bool_or((p.said).reason IS NULL) AS told, bool_or((p.said).reason IS NOT NULL) AS hidden, min((p.said).needed_least) AS lowest, max((p.said).needed_greatest) AS highest
		FROM unnest(cells) u JOIN before p ON (p.said).identity = u.identity AND (p.same_run OR (p.said).value = u.value)
		GROUP BY u.table_place, u.item
	) b ON b.table_place = c.table_place AND b.item = c.item;
	others := ARRAY(SELECT (s.said) FROM credence_disclosure.said_before(run, filled ->> 'audience', NULL) s WHERE s.same_run);
	IF EXISTS (SELECT FROM credence_disclosure.cases_beside(filled)) THEN
		-- the cases first: what is summed over them would tell which of those that are suppressed are few
		cells := credence_disclosure.suppress_beside(cells, filled, (credence_disclosure.protect_cells(
			ARRAY(SELECT c FROM unnest(cells) c WHERE c.table_place NOT IN (SELECT b.table_place FROM credence_disclosure.cases_beside(filled) b) ORDER BY c.item) || others, filled)));
	END IF;
	-- of a sum that has its mean beside it the numbers are the same
	cells := credence_disclosure.suppress_also(cells, ARRAY(SELECT DISTINCT p.identity FROM unnest(credence_disclosure.protect_cells(
		ARRAY(SELECT c FROM unnest(cells) c WHERE c.table_place NOT IN (SELECT m.table_place FROM credence_disclosure.table_definitions(filled) m
			JOIN credence_disclosure.table_definitions(filled) s ON s.path = m.path AND s.summed = m.summed AND s.kind = 'sum' WHERE m.kind = 'mean') ORDER BY c.item) || others, filled)) p
		WHERE p.bulletin_id IS NULL AND p.reason IS NOT NULL));
	cells := credence_disclosure.suppress_beside(cells, filled, cells);

	INSERT INTO credence_disclosure.cell
	SELECT put_tables.bulletin, c.item, c.table_place, c.row_place, c.row_parent, c.column_place, c.identity, c.value, c.reason, c.known, c.must_show,
		c.prior_least, c.prior_greatest, c.needed_least, c.needed_greatest, c.cost,
		CASE WHEN c.reason IS NOT NULL THEN c.members END, CASE WHEN c.reason IS NOT NULL THEN c.contributions END
	FROM unnest(cells) c;
	INSERT INTO credence_disclosure.item (bulletin_id, item, kind, canonical, hash)
	SELECT put_tables.bulletin, c.item, 'cell', t.canonical, credence_disclosure.hash_of(t.canonical)
	FROM unnest(cells) c
	JOIN unnest(documents) WITH ORDINALITY d (document, n) ON d.n = c.item
	LEFT JOIN credence_disclosure.table_definitions(filled) f ON f.table_place = c.table_place
	LEFT JOIN credence_disclosure.cases_beside(filled) m ON m.table_place = c.table_place
	LEFT JOIN unnest(cells) p ON p.table_place = m.cases_place AND p.row_place = c.row_place AND p.column_place = c.column_place
	LEFT JOIN unnest(cells) base ON f.percent IS NOT NULL AND base.table_place = c.table_place
		AND base.row_place = CASE f.percent WHEN 'row' THEN c.row_place ELSE 0 END
		AND base.column_place = CASE WHEN f.percent = 'column' OR f.column_class IS NULL THEN c.column_place ELSE 0 END
	CROSS JOIN LATERAL (SELECT CASE WHEN f.summed IS NULL THEN 'count' ELSE 'value' END AS key,
		coalesce(credence_disclosure.public_reason(CASE WHEN c.reason = 'secondary' THEN coalesce(p.reason, c.reason) ELSE c.reason END, filled), CASE WHEN f.kind = 'mean' AND p.value = 0 THEN 'no_cases' END) AS why,
		credence_disclosure.public_reason(coalesce(c.reason, base.reason), filled) AS why_percent) w
	CROSS JOIN LATERAL (SELECT credence_disclosure.canonical(d.document || jsonb_build_object('item', c.item, 'salt', credence_disclosure.salt(),
		w.key, CASE WHEN c.reason IS NOT NULL THEN NULL WHEN f.kind <> 'mean' THEN c.value WHEN p.value > 0 THEN round(c.value / p.value, 2) END,
		'withheld', CASE WHEN w.why IS NOT NULL THEN jsonb_build_object(w.key, w.why) ELSE '{}' END
			|| CASE WHEN f.percent IS NOT NULL AND w.why_percent IS NOT NULL THEN jsonb_build_object('percent', w.why_percent) ELSE '{}' END)
		|| CASE WHEN f.percent IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('percent',
			CASE WHEN w.why_percent IS NULL AND base.value <> 0 THEN round(100 * c.value / base.value, 2) END) END) AS canonical OFFSET 0) t;
	RETURN n;
END $$;

COMMENT ON FUNCTION put_tables(bigint, bigint, jsonb, text[]) IS
'For draw_up: puts the tables of a policy over a run into a bulletin, with everything suppressed that the rules ask for, what protects it, and what also names by identity; returns how many cells there are.';
