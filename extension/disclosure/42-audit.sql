-- the audit: what an outsider can infer of what is suppressed
--
-- An outsider knows the rules, what is shown in the tables of the bulletin and of all that were published before, and who is named
-- in their lists. For every suppressed cell the lowest and the highest value are found that all of that leaves, exactly.

CREATE FUNCTION cell_label(document jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN document ->> 'table' <> 'table' THEN (document ->> 'table') || ': ' ELSE '' END || concat_ws(' / ', document ->> 'row_en', document ->> 'column_en');

COMMENT ON FUNCTION cell_label(jsonb) IS 'What a cell is called in messages, from its canonical form: its table where that has a name of its own, its row and its column.';

-- The cells of a bulletin and those published before from the same run, with the bounds that the rules and all lists leave.
CREATE FUNCTION audited_cells(bulletin bigint)
RETURNS SETOF cell
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH said AS MATERIALIZED (
		SELECT s.* FROM credence_disclosure.bulletin b CROSS JOIN LATERAL credence_disclosure.said_before(b.run_id, b.audience, b.bulletin_id) s WHERE b.bulletin_id = bulletin
	), own AS MATERIALIZED (
		SELECT c AS cell FROM credence_disclosure.cell c WHERE c.bulletin_id = bulletin
		UNION ALL
		SELECT s.said FROM said s WHERE s.same_run
	), shape AS (		-- a table that was published as it is, or with other cells suppressed, has the same equations
		SELECT x.bulletin_id, x.table_place, row_number() OVER (PARTITION BY x.identities ORDER BY x.bulletin_id = bulletin DESC, x.bulletin_id, x.table_place) = 1 AS first
		FROM (SELECT (o.cell).bulletin_id AS bulletin_id, (o.cell).table_place AS table_place, array_agg((o.cell).identity ORDER BY (o.cell).identity COLLATE "C") AS identities
			FROM own o GROUP BY 1, 2) x
	), named AS MATERIALIZED (
		SELECT i.subject_id, array_agg(i.canonical::jsonb -> 'values') AS shown
		FROM credence_disclosure.bulletin a
		JOIN credence_disclosure.bulletin b ON b.run_id = a.run_id AND (b.bulletin_id = a.bulletin_id OR b.number IS NOT NULL AND (b.audience = 'public' OR a.audience <> 'public'))
		JOIN credence_disclosure.item i ON i.bulletin_id = b.bulletin_id AND i.subject_id IS NOT NULL
		WHERE a.bulletin_id = bulletin GROUP BY i.subject_id
	), beside AS MATERIALIZED (
		SELECT l.filled FROM credence_disclosure.bulletin b JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
		CROSS JOIN LATERAL credence_disclosure.lists_beside(b.run_id, p.filled) l (filled) WHERE b.bulletin_id = bulletin
	), bounded AS (
		SELECT (o.cell).*, s.first, n.named, n.told, n.figures_told, (o.cell).identity::jsonb ->> 'of' <> 'count' AS summed,
			t.identity IS NOT NULL AS before
		FROM own o
		JOIN shape s ON s.bulletin_id = (o.cell).bulletin_id AND s.table_place = (o.cell).table_place
		LEFT JOIN (		-- shown somewhere
			SELECT DISTINCT (e.cell).bulletin_id AS bulletin_id, (e.cell).item AS item, (e.cell).identity AS identity
			FROM own e JOIN said s ON (s.said).identity = (e.cell).identity AND (s.said).reason IS NULL AND (s.same_run OR (s.said).value = (e.cell).value)
		) t ON t.bulletin_id = (o.cell).bulletin_id AND t.item = (o.cell).item
		LEFT JOIN LATERAL (
			SELECT count(*)::int AS named, sum(m.figure) FILTER (WHERE w.told) AS told, count(*) FILTER (WHERE w.told)::int AS figures_told
			FROM unnest((o.cell).members, (o.cell).contributions) m (subject_id, figure) JOIN named d ON d.subject_id = m.subject_id
			CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM unnest(d.shown) w WHERE w -> ('input.' || substr((o.cell).identity::jsonb ->> 'of', 8)) = to_jsonb(m.figure)) AS told) w
			WHERE (o.cell).reason IS NOT NULL
		) n ON true
	)
	SELECT b.bulletin_id, b.item, CASE WHEN b.first THEN b.table_place ELSE -b.table_place END, b.row_place, b.row_parent, b.column_place, b.identity, b.value, b.reason,
		b.known OR b.before OR b.reason IS NULL, b.must_show,
		greatest(b.prior_least, CASE WHEN NOT b.summed THEN b.named WHEN b.prior_least IS NOT NULL THEN b.told END),
		least(b.prior_greatest, CASE WHEN NOT b.summed AND b.named = cardinality(b.members) OR b.summed AND b.figures_told = cardinality(b.members) THEN b.value
			WHEN b.value = 0 AND NOT b.summed AND EXISTS (SELECT FROM beside l WHERE credence_disclosure.list_covers(l.filled, b.identity::jsonb ->> 'grade')) THEN 0 END),
		b.needed_least, b.needed_greatest, b.cost, NULL::bigint[], NULL::numeric[]
	FROM bounded b
$$;

COMMENT ON FUNCTION audited_cells(bigint) IS
'For the audit: the cells of a bulletin, and of all that were published from the same run, as an outsider sees them: known are those that are shown anywhere, prior_least and prior_greatest what the rules and the lists leave. A table that is there twice has a negative table_place the second time: its equations say nothing new.';

-- Components are tables that are tied together by numbers that nobody shows.
CREATE FUNCTION audit_release(bulletin bigint)
RETURNS TABLE (identity text, lowest numeric, highest numeric, linked boolean)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	lines_limit CONSTANT int := 20000;		-- as in protect_network
	cells credence_disclosure.cell[] := ARRAY(SELECT c FROM credence_disclosure.audited_cells(bulletin) c);
	system credence_disclosure.cell[];
	part record;
	ring_tables text[];
	found boolean;
BEGIN
	IF cardinality(cells) = 0 THEN
		RETURN;
	END IF;
	ring_tables := ARRAY(SELECT r.own_table FROM credence_disclosure.ring_tables(cells) r);
	FOR part IN
		WITH RECURSIVE unknown AS MATERIALIZED (
			SELECT c.identity, (c.bulletin_id, c.table_place)::text AS own_table, bool_or(c.known) OVER (PARTITION BY c.identity) AS known
			FROM unnest(cells) c WHERE c.table_place > 0 OR c.known
		), hidden AS MATERIALIZED (
			SELECT DISTINCT u.identity, u.own_table FROM unknown u WHERE NOT u.known
		), tie AS MATERIALIZED (
			SELECT DISTINCT a.own_table AS one, b.own_table AS other FROM hidden a JOIN hidden b ON b.identity = a.identity
			UNION		-- a ring hangs together, whatever its tables share
			SELECT a.own_table, b.own_table FROM (SELECT DISTINCT h.own_table FROM hidden h WHERE h.own_table = ANY (ring_tables)) a,
				(SELECT DISTINCT h.own_table FROM hidden h WHERE h.own_table = ANY (ring_tables)) b
		), reached AS (
			SELECT t.one, t.one AS other FROM tie t
			UNION
			SELECT r.one, t.other FROM reached r JOIN tie t ON t.one = r.other
		), component AS (
			SELECT r.one AS own_table, min(r.other) AS component FROM reached r GROUP BY r.one
		)
		SELECT array_agg(c.own_table) AS tables, array(SELECT DISTINCT h.identity FROM hidden h JOIN component o ON o.own_table = h.own_table WHERE o.component = c.component)::text[] AS identities
		FROM component c GROUP BY c.component
	LOOP
		system := ARRAY(SELECT c FROM unnest(cells) c WHERE (c.bulletin_id, c.table_place)::text = ANY (part.tables));
		IF part.tables && ring_tables THEN
			RETURN QUERY SELECT u.u, NULL::numeric, NULL::numeric, true FROM unnest(part.identities) u (u);
		ELSIF NOT EXISTS (SELECT FROM unnest(system) c WHERE c.row_place = 0) THEN
			-- nothing adds up
			RETURN QUERY SELECT v.identity, v.lowest, v.highest, false FROM credence_disclosure.variables_of(cells) v JOIN unnest(part.identities) p (identity) ON p.identity = v.identity COLLATE "C";
		ELSIF cardinality(part.tables) = 1 THEN
			RETURN QUERY
			WITH own AS MATERIALIZED (
				SELECT c.*, p.identity IS NOT NULL AS hidden, v.lowest, v.highest, row_number() OVER (ORDER BY c.row_place, c.column_place)::int AS n
				FROM unnest(system) c JOIN credence_disclosure.variables_of(cells) v ON v.identity = c.identity
				LEFT JOIN unnest(part.identities) p (identity) ON p.identity = c.identity COLLATE "C"
			)
			SELECT o.identity, i.lowest, i.highest, false
			FROM (SELECT array_agg(o.row_place ORDER BY o.n) AS rows, array_agg(o.column_place ORDER BY o.n) AS columns, array_agg(o.value ORDER BY o.n) AS values,
					array_agg(o.hidden ORDER BY o.n) AS suppressed, array_agg(o.lowest ORDER BY o.n) AS lowest, array_agg(o.highest ORDER BY o.n) AS highest,
					array_agg(o.row_parent ORDER BY o.row_place) FILTER (WHERE o.row_place > 0 AND o.column_place = (SELECT max(x.column_place) FROM own x)) AS parents
				FROM own o) a
			CROSS JOIN LATERAL credence_disclosure.inferred_intervals(coalesce(a.parents, '{}'), a.rows, a.columns, a.values, a.suppressed, a.lowest, a.highest) i
			JOIN own o ON o.n = i.cell;
		ELSE
			found := false;
			IF cardinality(part.identities) <= lines_limit THEN
				FOR identity, lowest, highest IN
					WITH line AS MATERIALIZED (
						SELECT v.*, e.from_node, e.to_node, row_number() OVER (ORDER BY v.identity COLLATE "C")::int AS n
						FROM credence_disclosure.network_of(system, part.identities) e JOIN credence_disclosure.variables_of(cells) v ON v.identity = e.identity COLLATE "C"
					), node AS (
						SELECT greatest(max(l.from_node), max(l.to_node)) AS most FROM line l
					), cell AS MATERIALIZED (
						SELECT row_number() OVER (ORDER BY u.row_place, u.column_place)::int AS n, u.*
						FROM (
							SELECT coalesce(l.from_node, o.most + 1) AS row_place, l.n AS column_place, l.value, true AS hidden, l.lowest, l.highest, l.identity
							FROM line l, node o WHERE l.from_node IS NOT NULL OR l.to_node IS NOT NULL
							UNION ALL
							SELECT coalesce(l.to_node, o.most + 1), l.n, -l.value, true, -l.highest, -l.lowest, NULL
							FROM line l, node o WHERE l.from_node IS NOT NULL OR l.to_node IS NOT NULL
							UNION ALL
							SELECT 0, l.n, 0, false, NULL, NULL, NULL FROM line l WHERE l.from_node IS NOT NULL OR l.to_node IS NOT NULL
							UNION ALL
							SELECT r.row_place, 0, sum(r.value), false, NULL, NULL, NULL
							FROM (SELECT coalesce(l.from_node, o.most + 1) AS row_place, l.value FROM line l, node o WHERE l.from_node IS NOT NULL OR l.to_node IS NOT NULL
								UNION ALL SELECT coalesce(l.to_node, o.most + 1), -l.value FROM line l, node o WHERE l.from_node IS NOT NULL OR l.to_node IS NOT NULL) r
							GROUP BY r.row_place
							UNION ALL
							SELECT 0, 0, 0, false, NULL, NULL, NULL
						) u
					)
					SELECT c.identity, i.lowest, i.highest
					FROM (SELECT array_agg(c.row_place ORDER BY c.n) AS rows, array_agg(c.column_place ORDER BY c.n) AS columns, array_agg(c.value ORDER BY c.n) AS values,
							array_agg(c.hidden ORDER BY c.n) AS suppressed, array_agg(c.lowest ORDER BY c.n) AS lowest, array_agg(c.highest ORDER BY c.n) AS highest FROM cell c) a
					CROSS JOIN node o
					CROSS JOIN LATERAL credence_disclosure.inferred_intervals(array_fill(0, ARRAY[o.most + 1]), a.rows, a.columns, a.values, a.suppressed, a.lowest, a.highest) i
					JOIN cell c ON c.n = i.cell AND c.identity IS NOT NULL
					WHERE o.most IS NOT NULL
					UNION ALL
					SELECT l.identity, l.lowest, l.highest FROM line l WHERE l.from_node IS NULL AND l.to_node IS NULL
				LOOP
					found := true;
					linked := false;
					RETURN NEXT;
				END LOOP;
			END IF;
			IF NOT found THEN
				RETURN QUERY SELECT u.u, NULL::numeric, NULL::numeric, true FROM unnest(part.identities) u (u);
			END IF;
		END IF;
	END LOOP;
	-- what is shown somewhere, or known
	RETURN QUERY SELECT c.identity, min(c.value), min(c.value), false FROM unnest(cells) c GROUP BY c.identity HAVING bool_or(c.known);
END $$;

COMMENT ON FUNCTION audit_release(bigint) IS
'For audit_cells and publish: of every number in the tables of a bulletin, and of those published before from the same run, the lowest and the highest value that an outsider can infer, exactly; NULL: no limit. linked are those of tables that share suppressed numbers in such a way that they are no network, or that make a ring of classes: for them nothing is found, they take a certificate.';

-- SECURITY DEFINER: what cells really are is nobody's to read. Nor does this tell it.
CREATE FUNCTION audit_cells(bulletin bigint)
RETURNS TABLE (number int, item int, table_name text, class_en text, grade_en text, reason text, lowest numeric, highest numeric,
	needed_least numeric, needed_greatest numeric, safe boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	IF credence_disclosure.today_of(bulletin) IS NULL THEN
		RAISE EXCEPTION 'there is no bulletin %', coalesce(bulletin::text, 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	RETURN QUERY SELECT a.number, a.item, a.document ->> 'table', a.document ->> 'row_en', a.document ->> 'column_en', a.reason, a.lowest, a.highest,
			CASE WHEN a.needed_least < a.value THEN a.needed_least END, CASE WHEN a.needed_greatest > a.value THEN a.needed_greatest END, a.safe
		FROM credence_disclosure.audited(bulletin) a ORDER BY a.number NULLS FIRST, a.item;
END $$;

COMMENT ON FUNCTION audit_cells(bigint) IS
'What an outsider can infer of each suppressed cell of a bulletin, and of those published before from the same run (number; NULL: of this bulletin itself): it is from lowest to highest, NULL being no limit; where a rule suppresses it that must reach down to needed_least and up to needed_greatest (NULL: no matter), and must not be one value. reason is the real one. safe is whether that holds; NULL where the tables are linked so that it takes a certificate (linked_system). No rows where nothing is suppressed. By a publisher or an administrator. Errors: P0002 where there is no such bulletin.';

CREATE FUNCTION audited(bulletin bigint)
RETURNS TABLE (number int, item int, document jsonb, reason text, value numeric, lowest numeric, highest numeric, needed_least numeric, needed_greatest numeric, safe boolean, must_show boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH found AS MATERIALIZED (
		SELECT f.* FROM credence_disclosure.audit_release(bulletin) f
	)
	SELECT CASE WHEN b.bulletin_id <> audited.bulletin THEN b.number END, c.item, i.canonical::jsonb, c.reason, c.value, f.lowest, f.highest, c.needed_least, c.needed_greatest,
		CASE WHEN c.needed_least IS NULL THEN true WHEN f.linked THEN NULL
			ELSE coalesce(f.lowest <= c.needed_least, true) AND coalesce(f.highest >= c.needed_greatest, true) AND (f.lowest = f.highest) IS NOT TRUE END, c.must_show
	FROM credence_disclosure.bulletin o
	JOIN credence_disclosure.bulletin b ON b.bulletin_id = o.bulletin_id OR b.run_id = o.run_id AND b.number IS NOT NULL AND (b.audience = 'public' OR o.audience <> 'public')
	JOIN credence_disclosure.cell c ON c.bulletin_id = b.bulletin_id AND c.reason IS NOT NULL
	JOIN credence_disclosure.item i ON i.bulletin_id = c.bulletin_id AND i.item = c.item
	JOIN found f ON f.identity = c.identity COLLATE "C"
	WHERE o.bulletin_id = audited.bulletin
$$;

COMMENT ON FUNCTION audited(bigint) IS
'For audit_cells and publish: every suppressed cell of a bulletin and of those published before from the same run (number), with what can be inferred of it.';

CREATE FUNCTION cell_obstacles(bulletin bigint)
RETURNS TABLE (obstacle text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH audited AS MATERIALIZED (
		SELECT a.* FROM credence_disclosure.audited(bulletin) a
	)
	SELECT format('the cell "%s"%s is suppressed, and it can be inferred that it is %s, where %s must be possible', credence_disclosure.cell_label(a.document),
		' of bulletin number ' || a.number,
		CASE WHEN a.lowest = a.highest THEN a.lowest::text ELSE coalesce(concat_ws(' ', 'from ' || a.lowest, 'to ' || a.highest), '') END,
		coalesce(nullif(concat_ws(' ', 'from ' || CASE WHEN a.needed_least < a.value THEN a.needed_least END, 'to ' || CASE WHEN a.needed_greatest > a.value THEN a.needed_greatest END), ''), 'another value'))
	FROM audited a WHERE NOT a.safe
	UNION ALL
	SELECT format('the cell "%s" is suppressed (%s), and the policy has it shown', credence_disclosure.cell_label(a.document), a.reason)
	FROM audited a WHERE a.must_show AND a.number IS NULL
	UNION ALL
	SELECT format('the cell "%s" is suppressed in bulletin number %s, and this one shows it', credence_disclosure.cell_label(i.canonical::jsonb), min(s.number))
	FROM credence_disclosure.bulletin b
	JOIN credence_disclosure.cell c ON c.bulletin_id = b.bulletin_id AND c.reason IS NULL
	JOIN credence_disclosure.said_before(b.run_id, b.audience, b.bulletin_id) s ON (s.said).identity = c.identity AND (s.said).reason IS NOT NULL AND (s.same_run OR (s.said).value = c.value)
	JOIN credence_disclosure.item i ON i.bulletin_id = c.bulletin_id AND i.item = c.item
	WHERE b.bulletin_id = cell_obstacles.bulletin
	GROUP BY i.canonical
	UNION ALL
	-- figures in the list that leave too little unknown in a sum that was published before
	SELECT format('the cell "%s" of bulletin number %s is shown, and with the figures of this list what is left of it is not to be (%s)',
		credence_disclosure.cell_label(i.canonical::jsonb), o.number, (x.cell).reason)
	FROM credence_disclosure.bulletin b
	JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
	JOIN credence_disclosure.bulletin o ON o.run_id = b.run_id AND o.bulletin_id <> b.bulletin_id AND o.number IS NOT NULL AND (o.audience = 'public' OR b.audience <> 'public')
	JOIN credence_disclosure.policy q ON q.policy_id = o.policy_id
	CROSS JOIN LATERAL credence_disclosure.table_definitions(q.filled) t
	CROSS JOIN LATERAL credence_disclosure.table_cells(b.run_id, q.filled, t.table_place, b.bulletin_id) x
	JOIN credence_disclosure.cell c ON c.bulletin_id = o.bulletin_id AND c.table_place = t.table_place AND c.identity = (x.cell).identity
		AND c.row_place = (x.cell).row_place AND c.column_place = (x.cell).column_place
	JOIN credence_disclosure.item i ON i.bulletin_id = c.bulletin_id AND i.item = c.item
	WHERE b.bulletin_id = cell_obstacles.bulletin AND t.summed IS NOT NULL AND p.filled ? 'list' AND p.filled -> 'columns' ? t.summed
		AND c.reason IS NULL AND (x.cell).reason <> 'zero'
	UNION ALL
	-- small cells that are shown because the list names who is in them, and some of these have left the list before it is published
	SELECT format('the cell "%s" is shown since the list names those in it, and some of them have left the list (%s)',
		credence_disclosure.cell_label(i.canonical::jsonb), (x.cell).reason)
	FROM credence_disclosure.bulletin b
	JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
	CROSS JOIN LATERAL credence_disclosure.table_definitions(p.filled) t
	CROSS JOIN LATERAL credence_disclosure.table_cells(b.run_id, p.filled - 'list', t.table_place, b.bulletin_id) x
	JOIN credence_disclosure.cell c ON c.bulletin_id = b.bulletin_id AND c.table_place = t.table_place AND c.identity = (x.cell).identity
	JOIN credence_disclosure.item i ON i.bulletin_id = c.bulletin_id AND i.item = c.item
	WHERE b.bulletin_id = cell_obstacles.bulletin AND b.number IS NULL AND c.reason IS NULL AND (x.cell).reason <> 'zero'
		AND EXISTS (SELECT FROM credence_disclosure.item o WHERE o.bulletin_id = cell_obstacles.bulletin AND o.kind = 'entry'
			AND o.item NOT IN (SELECT l.item FROM credence_disclosure.live_item l WHERE l.bulletin_id = cell_obstacles.bulletin))
	UNION ALL
	-- of a table without totals those of others tell some; within a policy it is refused when it is imported
	SELECT DISTINCT format('table "%s" has no totals, and "%s" of bulletin number %s tells some of them', CASE WHEN t.margins THEN u.name ELSE t.name END, CASE WHEN t.margins THEN t.name ELSE u.name END, o.number)
	FROM credence_disclosure.bulletin b
	JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
	CROSS JOIN LATERAL credence_disclosure.table_definitions(p.filled) t
	JOIN credence_disclosure.bulletin o ON o.run_id = b.run_id AND o.bulletin_id <> b.bulletin_id AND o.number IS NOT NULL AND (o.audience = 'public' OR b.audience <> 'public')
	JOIN credence_disclosure.policy q ON q.policy_id = o.policy_id
	CROSS JOIN LATERAL credence_disclosure.table_definitions(q.filled) u
	WHERE b.bulletin_id = cell_obstacles.bulletin AND u.summed IS NOT DISTINCT FROM t.summed AND NOT (t.margins AND u.margins)
		AND ROW(u.row_class, u.column_class, u.hierarchy, u.margins) IS DISTINCT FROM ROW(t.row_class, t.column_class, t.hierarchy, t.margins)
		AND EXISTS (SELECT FROM credence_disclosure.cell c WHERE c.reason IS NOT NULL AND (c.bulletin_id, c.table_place) IN ((b.bulletin_id, t.table_place), (o.bulletin_id, u.table_place)))
	UNION ALL
	SELECT x.problem
	FROM (SELECT coalesce(credence_disclosure.ring_problem(bulletin), credence_disclosure.certificate_problem(bulletin)) AS problem
		WHERE EXISTS (SELECT FROM audited a WHERE a.safe IS NULL)) x
	WHERE x.problem IS NOT NULL
$$;

COMMENT ON FUNCTION cell_obstacles(bigint) IS
'For publish: what of the cells keeps a bulletin from being published: suppressed ones that can be inferred too closely, shown ones that were suppressed before, tables without totals that others tell, and linked tables without a certificate.';
