-- before publishing: what the public will see, and what is different from the last time

-- SECURITY DEFINER: the views behind it are nobody's to read, since they hold what is not published. So below.
CREATE FUNCTION preview_entries(bulletin bigint)
RETURNS SETOF bulletin_entries
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	RETURN QUERY
	SELECT e.bulletin, e.entry, e.subject_code, e.subject_name, e.subject_kind, e.subject_kind_en, e.subject_kind_zh, e.region, e.region_en, e.region_zh,
		e.level, e.level_en, e.level_zh, e.level_order, e.peer, e.score, e.grade, e.grade_en, e.grade_zh, e.grade_order, e.rank, e.peer_rank, e.basis,
		e.leaves_on, e.suppression_reason
	FROM credence_disclosure.live_entry e WHERE e.bulletin_id = preview_entries.bulletin ORDER BY e.entry;
END $$;

COMMENT ON FUNCTION preview_entries(bigint) IS
'The rows that bulletin_entries will have of a bulletin if it is published now, or has of a restricted one; its number is NULL until then. By a publisher or an administrator.';

-- SECURITY DEFINER: see preview_entries.
CREATE FUNCTION preview_values(bulletin bigint)
RETURNS SETOF bulletin_values
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	RETURN QUERY SELECT e.bulletin, e.entry, e.input, e.value, e.value_text, e.suppression_reason
		FROM credence_disclosure.live_value e WHERE e.bulletin_id = preview_values.bulletin ORDER BY e.entry, e.input COLLATE "C";
END $$;

COMMENT ON FUNCTION preview_values(bigint) IS
'The rows that bulletin_values will have of a bulletin if it is published now. By a publisher or an administrator.';

-- SECURITY DEFINER: see preview_entries.
CREATE FUNCTION preview_cells(bulletin bigint)
RETURNS SETOF bulletin_cells
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	RETURN QUERY SELECT e.bulletin, e.cell, e.table_name, e.table_en, e.table_zh, e.measure, e.class, e.class_en, e.class_zh, e.class_order, e.class_parent,
		e.grade, e.grade_en, e.grade_zh, e.grade_order, e.total_flag, e.count, e.value, e.percent, e.suppression_reason
	FROM credence_disclosure.live_cell e WHERE e.bulletin_id = preview_cells.bulletin ORDER BY e.cell;
END $$;

COMMENT ON FUNCTION preview_cells(bigint) IS
'The rows that bulletin_cells will have of a bulletin if it is published now. By a publisher or an administrator.';

-- SECURITY DEFINER: the columns of item that are not public tell who is who.
CREATE FUNCTION difference(bulletin bigint)
RETURNS TABLE (change text, kind text, label text, field text, before text, after text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET enable_nestloop = off		-- nothing is known of how many fields there are, and pair by pair they take minutes
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	last bigint;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	SELECT b.bulletin_id INTO last
	FROM credence_disclosure.bulletin b
	JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
	JOIN credence_disclosure.bulletin x ON x.bulletin_id = difference.bulletin AND x.bulletin_id <> b.bulletin_id
	JOIN credence_disclosure.policy y ON y.policy_id = x.policy_id AND y.code = p.code
	WHERE b.number IS NOT NULL AND b.state <> 'withdrawn' AND (x.number IS NULL OR b.number < x.number)
	ORDER BY b.number DESC LIMIT 1;
	RETURN QUERY
	WITH field AS (
		SELECT i.bulletin_id, i.kind, coalesce(s.code, credence_disclosure.cell_label(c.document)) AS label,
			coalesce('s' || i.subject_id, format('%s/%s/%s/%s', c.document -> 'table', c.document -> 'row', c.document -> 'column', c.document -> 'total')) AS place, f.key, f.value
		FROM credence_disclosure.item i
		LEFT JOIN credence_registry.subject s ON s.subject_id = i.subject_id
		CROSS JOIN LATERAL (SELECT i.canonical::jsonb AS document OFFSET 0) c
		CROSS JOIN LATERAL (
			SELECT v.key, v.value #>> '{}' AS value FROM jsonb_each(c.document -> 'values') v WHERE i.kind = 'entry' AND (v.key LIKE 'input.%' OR v.key !~ '_(en|zh|order)$')
			UNION ALL SELECT 'leaves_on', c.document ->> 'leaves_on' WHERE i.kind = 'entry'
			UNION ALL SELECT k.key, coalesce(c.document ->> k.key, c.document -> 'withheld' ->> k.key) FROM unnest('{count,value,percent}'::text[]) k (key)
				WHERE i.kind = 'cell' AND c.document ? k.key) f
		WHERE i.bulletin_id IN (difference.bulletin, last)
			AND NOT EXISTS (SELECT FROM credence_disclosure.item_withdrawal w WHERE w.bulletin_id = i.bulletin_id AND w.item = i.item)
	), part AS (
		SELECT DISTINCT f.bulletin_id, f.kind, f.place, f.label FROM field f
	), whole AS (
		SELECT CASE WHEN o.place IS NULL THEN 'new' WHEN n.place IS NULL THEN 'gone' END AS change, coalesce(n.kind, o.kind) AS kind,
			coalesce(n.label, o.label) AS label, coalesce(n.place, o.place) AS place
		FROM (SELECT * FROM part WHERE part.bulletin_id = difference.bulletin) n
		FULL JOIN (SELECT * FROM part WHERE part.bulletin_id = last) o ON o.kind = n.kind AND o.place = n.place
	), single AS (
		SELECT coalesce(n.kind, o.kind) AS kind, coalesce(n.place, o.place) AS place, coalesce(n.key, o.key) AS key, o.value AS before, n.value AS after
		FROM (SELECT * FROM field f WHERE f.bulletin_id = difference.bulletin) n
		FULL JOIN (SELECT * FROM field f WHERE f.bulletin_id = last) o ON o.kind = n.kind AND o.place = n.place AND o.key = n.key
		WHERE n.value IS DISTINCT FROM o.value
	)
	SELECT coalesce(w.change, 'changed'), w.kind, w.label, d.key, d.before, d.after
	FROM whole w
	LEFT JOIN single d ON w.change IS NULL AND d.kind = w.kind AND d.place = w.place
	WHERE w.change IS NOT NULL OR d.key IS NOT NULL
	ORDER BY w.kind, w.label COLLATE "C", d.key COLLATE "C";
END $$;

COMMENT ON FUNCTION difference(bigint) IS
'How a bulletin differs from the last one published under the same policy, the one that it corrects included: entries by subject and cells by row and column that are new or gone, and each field that is not what it was. Who was withdrawn from either is not in it: an entry that was withdrawn and would be shown again is new. All is new where there was no bulletin. By a publisher or an administrator.';

