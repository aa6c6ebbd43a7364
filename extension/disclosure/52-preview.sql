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
	RETURN QUERY SELECT e.bulletin, e.cell, e.class, e.class_en, e.class_zh, e.class_order, e.grade, e.grade_en, e.grade_zh, e.grade_order, e.total_flag, e.count, e.suppression_reason
		FROM credence_disclosure.live_cell e WHERE e.bulletin_id = preview_cells.bulletin ORDER BY e.cell;
END $$;

COMMENT ON FUNCTION preview_cells(bigint) IS
'The rows that bulletin_cells will have of a bulletin if it is published now. By a publisher or an administrator.';

-- SECURITY DEFINER: the columns of item that are not public tell who is who.
CREATE FUNCTION difference(bulletin bigint)
RETURNS TABLE (change text, kind text, label text, field text, before text, after text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
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
		SELECT i.bulletin_id, i.kind, coalesce(s.code, format('%s / %s', c.document ->> 'row_en', c.document ->> 'column_en')) AS label,
			coalesce('s' || i.subject_id, format('%s/%s', c.document -> 'row', c.document -> 'column')) AS place, f.key, f.value
		FROM credence_disclosure.item i
		LEFT JOIN credence_registry.subject s ON s.subject_id = i.subject_id
		CROSS JOIN LATERAL (SELECT i.canonical::jsonb AS document OFFSET 0) c
		CROSS JOIN LATERAL (
			SELECT v.key, v.value #>> '{}' AS value FROM jsonb_each(c.document -> 'values') v WHERE i.kind = 'entry' AND v.key !~ '_(en|zh|order)$'
			UNION ALL SELECT 'count', coalesce(c.document ->> 'count', c.document -> 'withheld' ->> 'count') WHERE i.kind = 'cell') f
		WHERE i.bulletin_id IN (difference.bulletin, last)
	), part AS (
		SELECT DISTINCT f.bulletin_id, f.kind, f.place, f.label FROM field f
	)
	SELECT CASE WHEN o.place IS NULL THEN 'new' WHEN n.place IS NULL THEN 'gone' ELSE 'changed' END, coalesce(n.kind, o.kind), coalesce(n.label, o.label),
		d.key, d.before, d.after
	FROM (SELECT * FROM part WHERE part.bulletin_id = difference.bulletin) n
	FULL JOIN (SELECT * FROM part WHERE part.bulletin_id = last) o ON o.kind = n.kind AND o.place = n.place
	LEFT JOIN LATERAL (
		SELECT coalesce(a.key, b.key) AS key, b.value AS before, a.value AS after
		FROM (SELECT * FROM field f WHERE f.bulletin_id = difference.bulletin AND f.kind = n.kind AND f.place = n.place) a
		FULL JOIN (SELECT * FROM field f WHERE f.bulletin_id = last AND f.kind = o.kind AND f.place = o.place) b ON b.key = a.key
		WHERE a.value IS DISTINCT FROM b.value
	) d ON n.place IS NOT NULL AND o.place IS NOT NULL
	WHERE n.place IS NULL OR o.place IS NULL OR d.key IS NOT NULL
	ORDER BY coalesce(n.kind, o.kind), coalesce(n.label, o.label) COLLATE "C", d.key COLLATE "C";
END $$;

COMMENT ON FUNCTION difference(bigint) IS
'How a bulletin differs from the last one published under the same policy, the one that it corrects included: entries by subject and cells by row and column that are new or gone, and each field that is not what it was. All is new where there was none. By a publisher or an administrator.';

