-- the public surface
--
-- The views belong to credence_public_owner, who may read the columns that they need and nothing else; they use functions
-- of pg_catalog only, since a function in a view is called with the rights of who asks. The one exception is left_early(),
-- which has to ask the registry.

-- SECURITY DEFINER: who looks on from outside may not read the registry; what it gives back is what anyone can see happen. Of what is
-- not published, or not for the public, it tells those who work on it.
CREATE FUNCTION left_early()
RETURNS TABLE (bulletin_id bigint, item int)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off		-- compiling it for every partition takes a hundred times as long as running it
AS $$
#variable_conflict use_column
DECLARE
	insider boolean := EXISTS (SELECT FROM unnest('{credence_publisher,credence_admin}'::text[]) r WHERE pg_has_role(session_user, r, 'member'));
BEGIN
	RETURN QUERY
	WITH ended AS MATERIALIZED (		-- few: only what was repaired or revoked can end an entry early. Entries are many, and of all years
		SELECT e.bulletin_id, e.item FROM credence_registry.repair r JOIN credence_disclosure.item_event e ON e.event_id = r.event_id
		UNION
		SELECT e.bulletin_id, e.item FROM credence_registry.event v JOIN credence_disclosure.item_event e ON e.event_id = v.revokes AND e.decided_on = v.decided_on
		WHERE v.revokes IS NOT NULL
	), touched AS MATERIALIZED (
		SELECT e.*, (statement_timestamp() AT TIME ZONE b.time_zone)::date AS today
		FROM ended n
		JOIN credence_disclosure.bulletin b ON b.bulletin_id = n.bulletin_id AND b.state NOT IN ('corrected', 'withdrawn', 'discarded')
			AND (insider OR b.state = 'published' AND b.audience = 'public')
		JOIN credence_disclosure.item i ON i.bulletin_id = n.bulletin_id AND i.item = n.item
		JOIN credence_disclosure.item_event e ON e.bulletin_id = n.bulletin_id AND e.item = n.item
		WHERE i.leaves_on IS NULL OR i.leaves_on > (statement_timestamp() AT TIME ZONE b.time_zone)::date
	)
	SELECT t.bulletin_id, t.item
	FROM touched t
	GROUP BY t.bulletin_id, t.item
	HAVING bool_and(coalesce(t.leaves_on <= t.today, false)
		OR EXISTS (SELECT FROM credence_registry.event v WHERE v.revokes = t.event_id AND v.decided_on = t.decided_on
			AND coalesce(v.effective_on, v.decided_on) <= t.today)
		OR coalesce(t.early_from <= t.today, false) AND EXISTS (SELECT FROM credence_registry.repair r WHERE r.event_id = t.event_id) AND EXISTS (
			SELECT FROM credence_registry.event e
			CROSS JOIN LATERAL (SELECT z.repair_state, z.completed_on FROM credence_registry.repair_status_at(NULL) z
				WHERE z.subject_id = e.subject_id AND z.event_id = e.event_id AND z.decided_on = e.decided_on) z
			WHERE e.event_id = t.event_id AND e.decided_on = t.decided_on AND z.repair_state = 'repaired'
				AND coalesce(z.completed_on, t.today) <= t.today));
END $$;

COMMENT ON FUNCTION left_early() IS
'The entries of bulletins that are over before their time: every decision for which they were shown is repaired and past its least time, revoked, or over. Part of the public views, and callable by who may read them; it names no one, and of bulletins that are not public it tells publishers and administrators alone.';

-- What is not over: of every bulletin, whatever its state. That is here, and no view joins the bulletins again, so that who asks for one bulletin
-- is given its items by their index: through a barrier a condition goes down, a join does not.
CREATE VIEW live_item WITH (security_barrier) AS
	SELECT i.bulletin_id, b.number AS bulletin, b.state, b.audience, i.item, i.kind, i.canonical, i.leaves_on
	FROM item i JOIN bulletin b ON b.bulletin_id = i.bulletin_id
	WHERE (i.leaves_on IS NULL OR i.leaves_on > (pg_catalog.statement_timestamp() AT TIME ZONE b.time_zone)::date)
		AND NOT EXISTS (SELECT FROM item_withdrawal w WHERE w.bulletin_id = i.bulletin_id AND w.item = i.item)
		AND (i.bulletin_id, i.item) NOT IN (SELECT l.bulletin_id, l.item FROM left_early() l);

COMMENT ON VIEW live_item IS
'Part of the public views and of the previews, and nobody''s to read: the items of all bulletins that are not over, withdrawn or ended early.';
COMMENT ON COLUMN live_item.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN live_item.bulletin IS 'Its number in the chain; NULL until it is published.';
COMMENT ON COLUMN live_item.state IS 'Its state.';
COMMENT ON COLUMN live_item.audience IS 'Its audience.';
COMMENT ON COLUMN live_item.item IS 'Number of the item within it.';
COMMENT ON COLUMN live_item.kind IS 'cell or entry.';
COMMENT ON COLUMN live_item.canonical IS 'The item in canonical form.';
COMMENT ON COLUMN live_item.leaves_on IS 'First day on which it is not shown any more; NULL if it stays.';

CREATE VIEW live_entry WITH (security_barrier) AS
	SELECT i.bulletin_id, i.bulletin, i.state, i.audience, i.item AS entry,
		v.x ->> 'code' AS subject_code, v.x ->> 'name' AS subject_name,
		v.x ->> 'kind' AS subject_kind, v.x ->> 'kind_en' AS subject_kind_en, v.x ->> 'kind_zh' AS subject_kind_zh,
		v.x ->> 'region' AS region, v.x ->> 'region_en' AS region_en, v.x ->> 'region_zh' AS region_zh,
		v.x ->> 'level' AS level, v.x ->> 'level_en' AS level_en, v.x ->> 'level_zh' AS level_zh, (v.x ->> 'level_order')::int AS level_order,
		v.x ->> 'peer' AS peer, (v.x ->> 'score')::numeric(24,6) AS score,
		v.x ->> 'grade' AS grade, v.x ->> 'grade_en' AS grade_en, v.x ->> 'grade_zh' AS grade_zh, (v.x ->> 'grade_order')::int AS grade_order,
		(v.x ->> 'rank')::int AS rank, (v.x ->> 'peer_rank')::int AS peer_rank, v.x ->> 'reasons' AS basis,
		-- not that of item: a condition on it would go down to what is not published, and EXPLAIN ANALYZE tells how many rows it finds
		(c.document ->> 'leaves_on')::date AS leaves_on,
		(SELECT pg_catalog.string_agg(w.key || ': ' || w.value, ', ' ORDER BY w.key COLLATE "C") FROM pg_catalog.jsonb_each_text(c.document -> 'withheld') w) AS suppression_reason
	FROM live_item i
	CROSS JOIN LATERAL (SELECT i.canonical::jsonb AS document OFFSET 0) c
	CROSS JOIN LATERAL (SELECT c.document -> 'values' AS x OFFSET 0) v
	WHERE i.kind = 'entry';

CREATE VIEW live_value WITH (security_barrier) AS
	SELECT i.bulletin_id, i.bulletin, i.state, i.audience, i.item AS entry, pg_catalog.substr(v.key, 7) AS input,
		CASE pg_catalog.jsonb_typeof(v.value) WHEN 'number' THEN CASE WHEN pg_catalog.abs(pg_catalog.round(v.value::numeric, 6)) < 1e18 THEN v.value::numeric END END::numeric(24,6) AS value,
		CASE pg_catalog.jsonb_typeof(v.value) WHEN 'string' THEN v.value #>> '{}' END AS value_text,
		c.document -> 'withheld' ->> pg_catalog.substr(v.key, 7) AS suppression_reason
	FROM live_item i
	CROSS JOIN LATERAL (SELECT i.canonical::jsonb AS document OFFSET 0) c
	CROSS JOIN LATERAL pg_catalog.jsonb_each(c.document -> 'values') v
	WHERE i.kind = 'entry' AND v.key LIKE 'input.%';

CREATE VIEW live_cell WITH (security_barrier) AS
	SELECT i.bulletin_id, i.bulletin, i.state, i.audience, i.item AS cell,
		c.document ->> 'table' AS table_name, c.document ->> 'table_en' AS table_en, c.document ->> 'table_zh' AS table_zh, c.document ->> 'measure' AS measure,
		c.document ->> 'row' AS class, c.document ->> 'row_en' AS class_en, c.document ->> 'row_zh' AS class_zh, (c.document ->> 'row_order')::int AS class_order,
		(c.document ->> 'row_parent')::int AS class_parent,
		c.document ->> 'column' AS grade, c.document ->> 'column_en' AS grade_en, c.document ->> 'column_zh' AS grade_zh, (c.document ->> 'column_order')::int AS grade_order,
		CASE c.document -> 'total' WHEN 'true' THEN 'Y' ELSE 'N' END AS total_flag,
		(c.document ->> 'count')::int AS count,
		CASE WHEN pg_catalog.abs(pg_catalog.round((c.document ->> 'value')::numeric, 6)) < 1e18 THEN (c.document ->> 'value')::numeric END::numeric(24,6) AS value,
		CASE WHEN pg_catalog.abs((c.document ->> 'percent')::numeric) < 1e18 THEN (c.document ->> 'percent')::numeric END::numeric(20,2) AS percent,
		coalesce(c.document -> 'withheld' ->> 'count', c.document -> 'withheld' ->> 'value', 'percent: ' || (c.document -> 'withheld' ->> 'percent')) AS suppression_reason
	FROM live_item i
	CROSS JOIN LATERAL (SELECT i.canonical::jsonb AS document OFFSET 0) c
	WHERE i.kind = 'cell';

COMMENT ON VIEW live_entry IS 'Part of bulletin_entries and preview_entries, and nobody''s to read.';
COMMENT ON VIEW live_value IS 'Part of bulletin_values and preview_values, and nobody''s to read.';
COMMENT ON VIEW live_cell IS 'Part of bulletin_cells and preview_cells, and nobody''s to read.';

CREATE VIEW bulletins WITH (security_barrier) AS
	SELECT b.number AS bulletin, h.x -> 'title' ->> 'en' AS title_en, h.x -> 'title' ->> 'zh' AS title_zh,
		h.x -> 'notes' ->> 'en' AS notes_en, h.x -> 'notes' ->> 'zh' AS notes_zh,
		h.x ->> 'template' AS template, h.x ->> 'policy' AS policy, h.x ->> 'policy_version' AS policy_version,
		h.x ->> 'scheme' AS scheme, h.x ->> 'scheme_version' AS scheme_version,
		h.x ->> 'period' AS period, (h.x ->> 'period_start')::date AS period_start, (h.x ->> 'period_end')::date AS period_end,
		b.published_on, (h.x ->> 'deemed_served_on')::date AS deemed_served_on, b.state, (h.x ->> 'corrects')::int AS corrects, n.number AS corrected_by,
		(h.x ->> 'items')::int AS items, (h.x ->> 'minimum_cell')::int AS minimum_cell,
		(SELECT pg_catalog.string_agg(k.value, ', ' ORDER BY k.n) FROM pg_catalog.jsonb_array_elements_text(h.x -> 'columns') WITH ORDINALITY k (value, n)) AS columns
	FROM bulletin b
	CROSS JOIN LATERAL (SELECT b.heading::jsonb AS x OFFSET 0) h
	LEFT JOIN bulletin n ON n.corrects = b.bulletin_id AND n.number IS NOT NULL
	WHERE b.number IS NOT NULL AND b.audience = 'public';

COMMENT ON VIEW bulletins IS
'Every bulletin that was published, corrected and withdrawn ones included: what it is about. Order by bulletin.';
COMMENT ON COLUMN bulletins.bulletin IS 'Its number in the chain.';
COMMENT ON COLUMN bulletins.title_en IS 'Title in English, or NULL.';
COMMENT ON COLUMN bulletins.title_zh IS 'Title in Chinese, or NULL.';
COMMENT ON COLUMN bulletins.notes_en IS 'Notes in English, or NULL.';
COMMENT ON COLUMN bulletins.notes_zh IS 'Notes in Chinese, or NULL.';
COMMENT ON COLUMN bulletins.template IS 'What kind of bulletin it is, for example P1.';
COMMENT ON COLUMN bulletins.policy IS 'Code of the policy that it follows.';
COMMENT ON COLUMN bulletins.policy_version IS 'Version of that policy.';
COMMENT ON COLUMN bulletins.scheme IS 'Code of the scheme by which was graded.';
COMMENT ON COLUMN bulletins.scheme_version IS 'Version of that scheme.';
COMMENT ON COLUMN bulletins.period IS 'The period graded, for example 2025 or 2025Q3.';
COMMENT ON COLUMN bulletins.period_start IS 'First day of the period.';
COMMENT ON COLUMN bulletins.period_end IS 'Last day of the period.';
COMMENT ON COLUMN bulletins.published_on IS 'From when on it counts as published.';
COMMENT ON COLUMN bulletins.deemed_served_on IS 'The day on which those named count as served with it, by the days that the policy counts from publication; NULL where it does not.';
COMMENT ON COLUMN bulletins.state IS 'published; corrected: another took its place; withdrawn. Of the last two nothing but this row is shown.';
COMMENT ON COLUMN bulletins.corrects IS 'Number of the bulletin whose place it took; NULL if none.';
COMMENT ON COLUMN bulletins.corrected_by IS 'Number of the bulletin that took its place; NULL if none did.';
COMMENT ON COLUMN bulletins.items IS 'How many items it was published with.';
COMMENT ON COLUMN bulletins.minimum_cell IS 'Counts below this and above zero are suppressed; NULL where there is no table.';
COMMENT ON COLUMN bulletins.columns IS 'Which columns of the list it has; the others are empty because they are no part of it.';

CREATE VIEW bulletin_entries WITH (security_barrier) AS
	SELECT e.bulletin, e.entry, e.subject_code, e.subject_name, e.subject_kind, e.subject_kind_en, e.subject_kind_zh, e.region, e.region_en, e.region_zh,
		e.level, e.level_en, e.level_zh, e.level_order, e.peer, e.score, e.grade, e.grade_en, e.grade_zh, e.grade_order, e.rank, e.peer_rank, e.basis,
		e.leaves_on, e.suppression_reason
	FROM live_entry e
	WHERE e.state = 'published' AND e.audience = 'public';

COMMENT ON VIEW bulletin_entries IS
'The lists of the bulletins that are published: one row for each subject named. Entries whose time is over or that were repaired leave by themselves. Columns that a bulletin does not have are NULL (bulletins.columns); those that it has and withholds are NULL or cut with the reason. Filter by bulletin.';
COMMENT ON COLUMN bulletin_entries.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_entries.entry IS 'Number of the entry within it, in the order of the list.';
COMMENT ON COLUMN bulletin_entries.subject_code IS 'Code of the subject.';
COMMENT ON COLUMN bulletin_entries.subject_name IS 'Its name when the bulletin was drawn up, or what a mask leaves of it.';
COMMENT ON COLUMN bulletin_entries.subject_kind IS 'What kind of subject it is (code).';
COMMENT ON COLUMN bulletin_entries.subject_kind_en IS 'What kind, in English.';
COMMENT ON COLUMN bulletin_entries.subject_kind_zh IS 'What kind, in Chinese.';
COMMENT ON COLUMN bulletin_entries.region IS 'Code of its region.';
COMMENT ON COLUMN bulletin_entries.region_en IS 'Its region in English.';
COMMENT ON COLUMN bulletin_entries.region_zh IS 'Its region in Chinese.';
COMMENT ON COLUMN bulletin_entries.level IS 'Level of an institution (code).';
COMMENT ON COLUMN bulletin_entries.level_en IS 'Its level in English.';
COMMENT ON COLUMN bulletin_entries.level_zh IS 'Its level in Chinese.';
COMMENT ON COLUMN bulletin_entries.level_order IS 'Place of the level among the levels.';
COMMENT ON COLUMN bulletin_entries.peer IS 'The group of peers that it was compared with.';
COMMENT ON COLUMN bulletin_entries.score IS 'Its score.';
COMMENT ON COLUMN bulletin_entries.grade IS 'Its grade.';
COMMENT ON COLUMN bulletin_entries.grade_en IS 'What the grade is called in English.';
COMMENT ON COLUMN bulletin_entries.grade_zh IS 'What the grade is called in Chinese.';
COMMENT ON COLUMN bulletin_entries.grade_order IS 'Place of the grade among the grades, 1 for the best.';
COMMENT ON COLUMN bulletin_entries.rank IS 'Place by score among all rated subjects.';
COMMENT ON COLUMN bulletin_entries.peer_rank IS 'Place by score among its peers.';
COMMENT ON COLUMN bulletin_entries.basis IS 'Reasons of the grade.';
COMMENT ON COLUMN bulletin_entries.leaves_on IS 'First day on which the entry is not shown any more; NULL if it stays.';
COMMENT ON COLUMN bulletin_entries.suppression_reason IS 'What is withheld or missing and why, such as "name: masked": masked, hidden, generalised, too_few, or band_only. NULL if nothing is.';

CREATE VIEW bulletin_values WITH (security_barrier) AS
	SELECT e.bulletin, e.entry, e.input, e.value, e.value_text, e.suppression_reason
	FROM live_value e
	WHERE e.state = 'published' AND e.audience = 'public';

COMMENT ON VIEW bulletin_values IS
'What the entries of bulletin_entries say besides: one row for each entry and each figure that the bulletin has.';
COMMENT ON COLUMN bulletin_values.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_values.entry IS 'Number of the entry.';
COMMENT ON COLUMN bulletin_values.input IS 'Which figure: name of an input of the scheme.';
COMMENT ON COLUMN bulletin_values.value IS 'Its value; NULL where it is missing, a text or withheld.';
COMMENT ON COLUMN bulletin_values.value_text IS 'Its value if it is a text.';
COMMENT ON COLUMN bulletin_values.suppression_reason IS 'Why it is withheld: hidden, or not the exact value: masked or generalised, or missing: too_few (the scheme asks for more behind it); NULL if nothing is.';

CREATE VIEW bulletin_cells WITH (security_barrier) AS
	SELECT e.bulletin, e.cell, e.table_name, e.table_en, e.table_zh, e.measure, e.class, e.class_en, e.class_zh, e.class_order, e.class_parent,
		e.grade, e.grade_en, e.grade_zh, e.grade_order, e.total_flag, e.count, e.value, e.percent, e.suppression_reason
	FROM live_cell e
	WHERE e.state = 'published' AND e.audience = 'public';

COMMENT ON VIEW bulletin_cells IS
'The tables of the bulletins that are published: how many subjects of each class have each grade, or what a figure of theirs adds up to. Filter by bulletin and table_name; leave the totals out (total_flag) before adding up.';
COMMENT ON COLUMN bulletin_cells.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_cells.cell IS 'Number of the cell within it, table by table and row by row.';
COMMENT ON COLUMN bulletin_cells.table_name IS 'Which table: its name in the policy.';
COMMENT ON COLUMN bulletin_cells.table_en IS 'Title of the table in English, or NULL.';
COMMENT ON COLUMN bulletin_cells.table_zh IS 'Title of the table in Chinese, or NULL.';
COMMENT ON COLUMN bulletin_cells.measure IS 'count: how many subjects there are; otherwise the input of the scheme that is added up, or two of them, as in "cost / cases": the mean, the one sum over the other.';
COMMENT ON COLUMN bulletin_cells.class IS 'The row: a class (code); NULL for all classes together, empty where it is not stated.';
COMMENT ON COLUMN bulletin_cells.class_en IS 'The class in English.';
COMMENT ON COLUMN bulletin_cells.class_zh IS 'The class in Chinese.';
COMMENT ON COLUMN bulletin_cells.class_order IS 'Place of the row, from 1; 0 for all together.';
COMMENT ON COLUMN bulletin_cells.class_parent IS 'The row (class_order) that this one is added up in: of a region the one above it, else 0; NULL for all together.';
COMMENT ON COLUMN bulletin_cells.grade IS 'The column: the grade, or what else the table has there; NULL for all together, and in a table without columns.';
COMMENT ON COLUMN bulletin_cells.grade_en IS 'The column in English.';
COMMENT ON COLUMN bulletin_cells.grade_zh IS 'The column in Chinese.';
COMMENT ON COLUMN bulletin_cells.grade_order IS 'Place of the column, of grades 1 for the best; 0 for all together.';
COMMENT ON COLUMN bulletin_cells.total_flag IS 'Y for a total or subtotal, N for a cell.';
COMMENT ON COLUMN bulletin_cells.count IS 'How many subjects; NULL where it is suppressed, and in tables of sums.';
COMMENT ON COLUMN bulletin_cells.value IS 'The sum, or the mean with two decimals; NULL where it is suppressed, and in tables of counts.';
COMMENT ON COLUMN bulletin_cells.percent IS 'How much that is of the total of the row, of the column or of all, in per cent with two decimals; NULL where the table has no percentages, or it or that total is suppressed.';
COMMENT ON COLUMN bulletin_cells.suppression_reason IS 'Why the figure is suppressed: confidential (it is small, or would give a small one away) or, where the policy tells them apart, below_minimum, few_contributors, dominance, p_percent, secondary. no_cases: of nothing there is no mean. "percent: " before it if that is suppressed alone. NULL if nothing is.';

CREATE VIEW bulletin_items WITH (security_barrier) AS
	SELECT b.number AS bulletin, i.item, i.kind, CASE WHEN s.why IS NULL THEN i.canonical END AS canonical, pg_catalog.encode(i.hash, 'hex') AS hash,
		s.why AS suppression_reason
	FROM item i
	JOIN bulletin b ON b.bulletin_id = i.bulletin_id
	CROSS JOIN LATERAL (SELECT CASE WHEN b.state <> 'published' THEN b.state
		WHEN EXISTS (SELECT FROM item_withdrawal w WHERE w.bulletin_id = i.bulletin_id AND w.item = i.item) THEN 'withdrawn'
		WHEN i.leaves_on <= (pg_catalog.statement_timestamp() AT TIME ZONE b.time_zone)::date	-- as in live_item
			OR (i.bulletin_id, i.item) IN (SELECT l.bulletin_id, l.item FROM left_early() l) THEN 'over' END AS why OFFSET 0) s
	WHERE b.number IS NOT NULL AND b.audience = 'public';

COMMENT ON VIEW bulletin_items IS
'Every item that was ever published with its hash, and its canonical form as long as it is shown: to check the chain with.';
COMMENT ON COLUMN bulletin_items.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_items.item IS 'Number of the item within it.';
COMMENT ON COLUMN bulletin_items.kind IS 'cell or entry.';
COMMENT ON COLUMN bulletin_items.canonical IS 'The item in canonical form; NULL when it is shown no more.';
COMMENT ON COLUMN bulletin_items.hash IS 'SHA-256 of it, 64 hexadecimal digits.';
COMMENT ON COLUMN bulletin_items.suppression_reason IS 'Why canonical is NULL: over, withdrawn, or corrected; otherwise NULL.';

CREATE VIEW bulletin_chain WITH (security_barrier) AS
	SELECT b.number AS bulletin, CASE b.audience WHEN 'public' THEN b.heading END AS heading,
		pg_catalog.encode(b.previous_hash, 'hex') AS previous_hash, pg_catalog.encode(b.hash, 'hex') AS hash,
		CASE WHEN b.audience <> 'public' THEN b.audience END AS suppression_reason
	FROM bulletin b WHERE b.number IS NOT NULL;

COMMENT ON VIEW bulletin_chain IS
'The chain of all bulletins: each hash is that of the heading, which names the hash before it and that of its items. Of restricted bulletins the hashes alone.';
COMMENT ON COLUMN bulletin_chain.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_chain.heading IS 'What is hashed: a JSON object in canonical form; NULL where it is restricted.';
COMMENT ON COLUMN bulletin_chain.previous_hash IS 'Hash of the bulletin before it, 64 hexadecimal digits; NULL for the first.';
COMMENT ON COLUMN bulletin_chain.hash IS 'SHA-256 of the heading, 64 hexadecimal digits.';
COMMENT ON COLUMN bulletin_chain.suppression_reason IS 'restricted, or NULL.';

-- the columns of what nobody reads mean what those of the public views do
DO $$
DECLARE
	pair record;
BEGIN
	FOR pair IN SELECT l.attrelid::pg_catalog.regclass AS inner_view, l.attname, coalesce(pg_catalog.col_description(p.attrelid, p.attnum),
			CASE l.attname WHEN 'state' THEN 'Its state.' WHEN 'audience' THEN 'Its audience.' ELSE 'The bulletin, as functions know it.' END) AS meaning
		FROM (VALUES ('live_entry', 'bulletin_entries'), ('live_value', 'bulletin_values'), ('live_cell', 'bulletin_cells')) v (inner_view, public_view)
		JOIN pg_catalog.pg_attribute l ON l.attrelid = ('credence_disclosure.' || v.inner_view)::pg_catalog.regclass AND l.attnum > 0
		LEFT JOIN pg_catalog.pg_attribute p ON p.attrelid = ('credence_disclosure.' || v.public_view)::pg_catalog.regclass AND p.attname = l.attname
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', pair.inner_view, pair.attname, pair.meaning);
	END LOOP;
END $$;

-- whose they are, and what that role may read
GRANT SELECT (bulletin_id, audience, time_zone, state, corrects, number, published_on, heading, previous_hash, hash) ON bulletin TO credence_public_owner;
GRANT SELECT (bulletin_id, item, kind, leaves_on, canonical, hash) ON item TO credence_public_owner;
GRANT SELECT (bulletin_id, item) ON item_withdrawal TO credence_public_owner;
ALTER VIEW live_item OWNER TO credence_public_owner;
ALTER VIEW live_entry OWNER TO credence_public_owner;
ALTER VIEW live_value OWNER TO credence_public_owner;
ALTER VIEW live_cell OWNER TO credence_public_owner;
ALTER VIEW bulletins OWNER TO credence_public_owner;
ALTER VIEW bulletin_entries OWNER TO credence_public_owner;
ALTER VIEW bulletin_values OWNER TO credence_public_owner;
ALTER VIEW bulletin_cells OWNER TO credence_public_owner;
ALTER VIEW bulletin_items OWNER TO credence_public_owner;
ALTER VIEW bulletin_chain OWNER TO credence_public_owner;

