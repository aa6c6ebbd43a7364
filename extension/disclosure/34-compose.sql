-- what a policy lets be seen of a run: the rows of its results

-- A row of the results with everything that a policy could name, inputs as asked for; who is not rated is not shown.
CREATE FUNCTION rows_of(run bigint, inputs text[], class_column text)
RETURNS TABLE (subject_id bigint, kind text, notch int, rank int, class text, facts jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET extra_float_digits = 1
AS $$
#variable_conflict use_column
DECLARE
	pairs text;
	class_sql text;
	of_scheme bigint := (SELECT r.scheme_id FROM credence_registry.run r WHERE r.run_id = rows_of.run);
BEGIN
	SELECT string_agg(format('(%L, %s)', c.name, CASE c.value_type
			WHEN 'text' THEN format('to_jsonb((%s)::text)', c.sql)
			ELSE format('to_jsonb(CASE WHEN abs(%1$s) < ''Infinity'' THEN (%1$s)::text::numeric END)', c.sql) END), ', ' ORDER BY c.name COLLATE "C"),
		max(c.sql) FILTER (WHERE c.name = rows_of.class_column)
	INTO pairs, class_sql
	FROM credence_registry.run_columns(of_scheme) c WHERE c.name = ANY (rows_of.inputs || rows_of.class_column) AND c.name <> ALL (credence_disclosure.result_columns());	-- of an input that is called like a column, the column is meant
	class_sql := CASE rows_of.class_column WHEN 'kind' THEN 'r.kind' WHEN 'region' THEN 'r.region' WHEN 'level' THEN 's.level' WHEN 'peer' THEN 'r.peer'
		ELSE coalesce(class_sql, 'NULL') END;
	RETURN QUERY EXECUTE format($q$
		SELECT r.subject_id, r.kind, r.notch, r.rank, coalesce((%s)::text, ''),
			jsonb_build_object('code', s.code, 'name', s.name,
				'kind', r.kind, 'kind_en', k.label_en, 'kind_zh', k.label_zh,
				'region', r.region, 'region_en', g.label_en, 'region_zh', g.label_zh,
				'level', s.level, 'level_en', l.label_en, 'level_zh', l.label_zh, 'level_order', l.sort_order,
				'peer', r.peer, 'score', CASE WHEN abs(r.score) < 1e18 THEN r.score::text::numeric END,
				'grade', r.grade, 'grade_en', coalesce(w.grade_en, r.grade), 'grade_zh', coalesce(w.grade_zh, r.grade), 'grade_order', r.notch,
				'rank', r.rank, 'peer_rank', r.peer_rank, 'reasons', array_to_string(r.reasons, '; '),
				'inputs', (SELECT coalesce(jsonb_object_agg(i.name, i.value), '{}') FROM (VALUES %s) i (name, value) WHERE i.name IS NOT NULL))
		FROM credence_registry.result r
		JOIN credence_registry.subject s ON s.subject_id = r.subject_id
		LEFT JOIN credence_registry.scheme_grade w ON w.scheme_id = $2 AND w.grade = r.grade
		LEFT JOIN credence_registry.region g ON g.region = r.region
		LEFT JOIN credence_registry.code_list k ON k.domain = 'subject_kind' AND k.code = r.kind
		LEFT JOIN credence_registry.code_list l ON l.domain = 'subject_level' AND l.code = s.level
		WHERE r.run_id = $1 AND r.rated AND r.excluded IS NULL AND (r.grade IS NOT NULL OR $3)$q$,
		class_sql, coalesce(pairs, '(NULL::text, NULL::jsonb)'))
	USING run, of_scheme, (SELECT credence_registry.scheme_grades(s.document) IS NULL FROM credence_registry.scheme s WHERE s.scheme_id = of_scheme);
END $$;

COMMENT ON FUNCTION rows_of(bigint, text[], text) IS
'For draw_up: every rated result of a run with all that a policy can name, the inputs asked for among it, and its class, empty where it is not known. What of it is shown is decided after.';

-- Closed by default: keys are taken over by name, nothing is taken away by name.
CREATE FUNCTION shown_values(facts jsonb, policy jsonb, few text[] DEFAULT '{}')
RETURNS TABLE (shown jsonb, withheld jsonb)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(jsonb_object_agg(f.key, CASE coalesce(policy -> 'masks' ->> f.of, 'none')
				WHEN 'none' THEN f.value
				WHEN 'hidden' THEN 'null'
				ELSE coalesce(to_jsonb(credence_disclosure.masked(f.value #>> '{}', policy -> 'masks' ->> f.of)), 'null') END), '{}'),
		coalesce(jsonb_object_agg(f.of, CASE WHEN policy -> 'generalise' ? f.of THEN 'generalised' WHEN policy -> 'masks' ->> f.of = 'hidden' THEN 'hidden' ELSE 'masked' END)
				FILTER (WHERE f.key IN (f.of, 'input.' || f.of) AND (policy -> 'masks' ->> f.of <> 'none' OR policy -> 'generalise' ? f.of)), '{}')
			|| coalesce(jsonb_object_agg(f.of, 'too_few') FILTER (WHERE f.key = 'input.' || f.of AND f.of = ANY (few) AND f.value = 'null'
				AND coalesce(policy -> 'masks' ->> f.of, 'none') = 'none' AND NOT coalesce(policy -> 'generalise' ? f.of, false)), '{}')
			|| CASE WHEN policy -> 'band_only' = 'true' THEN '{"score": "band_only", "rank": "band_only"}'::jsonb ELSE '{}' END
	FROM (
		SELECT e.key, regexp_replace(e.key, '_(en|zh|order)$', '') AS of, e.value
		FROM jsonb_each(facts - 'inputs') e
		UNION ALL
		SELECT 'input.' || e.key, e.key, e.value FROM jsonb_each(facts -> 'inputs') e
	) f
	WHERE policy -> 'columns' ? f.of
$$;

COMMENT ON FUNCTION shown_values(jsonb, jsonb, text[]) IS
'For draw_up: what a policy shows of a row of results: the columns that it names, with their labels, masked as it says, inputs under input.NAME; and why what is withheld is: masked, hidden, generalised, band_only, or, of one of the inputs in few that is missing, too_few.';
