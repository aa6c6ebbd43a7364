-- why scores and grades changed from one run to another

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('change_cause', 'entered', 'In the later run only', '新纳入评价', 1, true),
	('change_cause', 'left', 'In the earlier run only', '不再评价', 2, true),
	('change_cause', 'input', 'Input changed', '指标数据变化', 3, true),
	('change_cause', 'event', 'Event recorded in between', '期间记录的事件', 4, true),
	('change_cause', 'revocation', 'Event revoked in between', '期间撤销的事件', 5, true),
	('change_cause', 'repair', 'Repair recorded in between', '期间记录的修复', 6, true),
	('change_cause', 'observation', 'Observation recorded in between', '期间记录的观测值', 7, true),
	('change_cause', 'event_rule', 'Rule of an event recorded in between', '期间变更的事件规则', 8, true),
	('change_cause', 'scheme', 'Another version of the scheme', '评价方案版本变化', 9, true),
	('change_cause', 'peers', 'Peers changed', '同类主体变化', 10, true),
	('change_cause', 'step', 'Adjustment, linkage, appeal or override', '调整、联动、申诉或人工调整', 11, true);

-- One statement over all subjects whose score, grade or rating differs. What lines a scheme has is looked up by name, so
-- that two versions can be compared.
CREATE FUNCTION why_changed(run_from bigint, run_to bigint)
RETURNS TABLE (subject_id bigint, subject_code text, subject_name text, region text, score_from numeric, score_to numeric, grade_from text, grade_to text, move text,
	cause text, cause_en text, cause_zh text, cause_order int, item text, item_en text, item_zh text, item_id bigint,
	value_from numeric, value_to numeric, points_from numeric, points_to numeric, detail text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET jit = off		-- compiling it for every partition takes a hundred times as long as running it
AS $$
	WITH runs AS MATERIALIZED (
		SELECT a.run_id AS from_id, b.run_id AS to_id, a.scheme_id AS from_scheme, b.scheme_id AS to_scheme, a.as_of AS from_as_of, b.as_of AS to_as_of,
			a.norms::text IS DISTINCT FROM b.norms::text AS other_norms, s.version AS from_version, t.version AS to_version
		FROM credence_registry.run a
		JOIN credence_registry.run b ON b.run_id = why_changed.run_to
		JOIN credence_registry.scheme s ON s.scheme_id = a.scheme_id
		JOIN credence_registry.scheme t ON t.scheme_id = b.scheme_id
		WHERE a.run_id = why_changed.run_from
	), lines AS MATERIALIZED (
		SELECT coalesce(b.indicator, a.indicator) AS indicator, coalesce(b.indicator_en, a.indicator_en) AS indicator_en, coalesce(b.indicator_zh, a.indicator_zh) AS indicator_zh,
			a.line AS from_line, b.line AS to_line, a.input_place AS from_input, b.input_place AS to_input
		FROM (SELECT l.* FROM credence_registry.scheme_line l WHERE l.scheme_id = (SELECT from_scheme FROM runs)) a
		FULL JOIN (SELECT l.* FROM credence_registry.scheme_line l WHERE l.scheme_id = (SELECT to_scheme FROM runs)) b ON b.indicator = a.indicator
	), changed AS MATERIALIZED (
		SELECT coalesce(b.subject_id, a.subject_id) AS subject_id, coalesce(b.region, a.region) AS region, a.subject_id IS NOT NULL AS was, b.subject_id IS NOT NULL AS is_now,
			a.score AS from_score, b.score AS to_score, a.grade AS from_grade, b.grade AS to_grade, a.notch AS from_notch, b.notch AS to_notch,
			a.rated AS from_rated, b.rated AS to_rated, a.inputs AS from_inputs, b.inputs AS to_inputs, a.points AS from_points, b.points AS to_points,
			a.score_card AS from_card, b.score_card AS to_card, a.rank AS from_rank, b.rank AS to_rank, a.rank_of AS from_of, b.rank_of AS to_of, a.peer AS from_peer, b.peer AS to_peer,
			a.peer_rank AS from_peer_rank, b.peer_rank AS to_peer_rank
		FROM (SELECT r.* FROM credence_registry.result r WHERE r.run_id = why_changed.run_from) a
		FULL JOIN (SELECT r.* FROM credence_registry.result r WHERE r.run_id = why_changed.run_to) b ON b.subject_id = a.subject_id
		WHERE a.score IS DISTINCT FROM b.score OR a.grade IS DISTINCT FROM b.grade OR a.rated IS DISTINCT FROM b.rated
	), moved AS MATERIALIZED (
		SELECT c.subject_id, l.indicator, l.indicator_en, l.indicator_zh, c.from_inputs[l.from_input] AS from_value, c.to_inputs[l.to_input] AS to_value,
			c.from_points[l.from_line] AS from_part, c.to_points[l.to_line] AS to_part
		FROM changed c CROSS JOIN lines l
		WHERE c.was AND c.is_now AND (c.from_inputs[l.from_input] IS DISTINCT FROM c.to_inputs[l.to_input] OR c.from_points[l.from_line] IS DISTINCT FROM c.to_points[l.to_line])
	), why AS (
		SELECT c.subject_id, CASE WHEN c.is_now THEN 'entered' ELSE 'left' END AS cause, NULL::text AS item, NULL::text AS item_en, NULL::text AS item_zh, NULL::bigint AS item_id,
			NULL::numeric AS value_from, NULL::numeric AS value_to, NULL::numeric AS points_from, NULL::numeric AS points_to, NULL::text AS detail
		FROM changed c WHERE c.was <> c.is_now
		UNION ALL
		-- the same input with other points: the scheme, or the population that it is compared with
		SELECT m.subject_id, CASE WHEN m.from_value IS DISTINCT FROM m.to_value THEN 'input' WHEN r.from_scheme <> r.to_scheme THEN 'scheme' ELSE 'peers' END,
			m.indicator, m.indicator_en, m.indicator_zh, NULL, credence_registry.shown(m.from_value), credence_registry.shown(m.to_value),
			credence_registry.shown(m.from_part), credence_registry.shown(m.to_part), NULL
		FROM moved m CROSS JOIN runs r
		UNION ALL
		SELECT c.subject_id, 'scheme', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, format('version %s, then %s', r.from_version, r.to_version)
		FROM changed c CROSS JOIN runs r WHERE c.was AND c.is_now AND r.from_scheme <> r.to_scheme
		UNION ALL
		-- the same score with another grade, or the same points with another score, without a step that says why
		SELECT c.subject_id, 'peers', 'rank', 'Rank', '排名', NULL, coalesce(c.from_peer_rank, c.from_rank), coalesce(c.to_peer_rank, c.to_rank), NULL, NULL,
			format('rank %s of %s, then %s of %s', c.from_rank, c.from_of, c.to_rank, c.to_of)
				|| CASE WHEN c.from_peer IS DISTINCT FROM c.to_peer THEN format('; peers %s, then %s', coalesce(c.from_peer, 'all'), coalesce(c.to_peer, 'all')) ELSE '' END
		FROM changed c CROSS JOIN runs r
		WHERE c.was AND c.is_now AND r.from_scheme = r.to_scheme
			AND (c.from_peer IS DISTINCT FROM c.to_peer OR r.other_norms AND c.from_inputs IS NOT DISTINCT FROM c.to_inputs
				OR c.from_card IS NOT DISTINCT FROM c.to_card AND (c.from_rank, c.from_of, c.from_peer_rank) IS DISTINCT FROM (c.to_rank, c.to_of, c.to_peer_rank))
			AND NOT EXISTS (SELECT FROM credence_registry.adjustment s WHERE s.run_id IN (why_changed.run_from, why_changed.run_to) AND s.subject_id = c.subject_id
				AND s.kind IN ('appeal', 'override', 'linkage'))
		UNION ALL
		SELECT c.subject_id, 'event', e.rule, e.rule_en, e.rule_zh, e.event_id, NULL, e.amount, NULL, e.points, 'decided on ' || e.decided_on
		FROM changed c CROSS JOIN runs r
		JOIN LATERAL (SELECT v.* FROM credence_registry.event_ledger_at(r.to_as_of) v
			WHERE v.subject_id = c.subject_id AND v.recorded_at > r.from_as_of) e ON true
		WHERE r.from_as_of < r.to_as_of
		UNION ALL
		SELECT c.subject_id, 'revocation', e.rule, e.rule_en, e.rule_zh, e.event_id, e.amount, NULL, e.points, NULL, 'decided on ' || e.decided_on
		FROM changed c CROSS JOIN runs r
		JOIN LATERAL (SELECT v.* FROM credence_registry.event_ledger_at(r.to_as_of) v
			WHERE v.subject_id = c.subject_id AND v.revoked_at > r.from_as_of AND v.recorded_at <= r.from_as_of) e ON true
		WHERE r.from_as_of < r.to_as_of
		UNION ALL
		SELECT c.subject_id, 'repair', done.measures, done.measures, done.measures, p.event_id,
			NULL, p.paid, NULL, p.points, 'completed on ' || p.completed_on
		FROM changed c CROSS JOIN runs r
		JOIN credence_registry.repair p ON p.subject_id = c.subject_id AND p.recorded_at > r.from_as_of AND p.recorded_at <= r.to_as_of
		CROSS JOIN LATERAL (SELECT coalesce(nullif(array_to_string(p.measures, ', '), ''), p.note, 'repair') AS measures) done
		UNION ALL
		SELECT c.subject_id, 'observation', o.indicator, coalesce(i.label_en, o.indicator), coalesce(i.label_zh, o.indicator), o.observation_id,
			NULL, credence_registry.shown(coalesce(o.value, o.numerator / o.denominator)), NULL, NULL, 'for ' || o.period_start || ' to ' || o.period_end || coalesce(': ' || o.value_text, '')
		FROM changed c CROSS JOIN runs r
		JOIN LATERAL (SELECT v.* FROM credence_registry.observations_at(r.to_as_of) v
			WHERE v.subject_id = c.subject_id AND v.recorded_at > r.from_as_of) o ON true
		LEFT JOIN credence_registry.code_list i ON i.domain = 'indicator' AND i.code = o.indicator
		WHERE r.from_as_of < r.to_as_of
		UNION ALL
		SELECT DISTINCT c.subject_id, 'event_rule', u.code, u.title_en, u.title_zh, u.rule_id, NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric, 'in force from ' || u.effective_from
		FROM changed c CROSS JOIN runs r
		JOIN LATERAL (SELECT v.* FROM credence_registry.events_at(r.from_as_of) v WHERE v.subject_id = c.subject_id) e ON true
		JOIN credence_registry.event_rule u ON u.code = e.rule_code AND u.recorded_at > r.from_as_of AND u.recorded_at <= r.to_as_of
		UNION ALL
		SELECT c.subject_id, 'step', s.rule, s.rule, s.rule, NULL, credence_registry.shown(s.score_before), credence_registry.shown(s.score_after), NULL, NULL,
			format('%s%s: %s to %s', CASE WHEN s.run_id = why_changed.run_from THEN 'only before: ' ELSE '' END, s.kind, coalesce(s.grade_before, '-'), coalesce(s.grade_after, '-'))
				|| coalesce(' (' || s.reason || ')', '')
		FROM changed c
		JOIN credence_registry.adjustment s ON s.subject_id = c.subject_id AND s.run_id IN (why_changed.run_from, why_changed.run_to)
		WHERE c.was AND c.is_now AND s.kind <> 'grading' AND NOT EXISTS (SELECT FROM credence_registry.adjustment o
			WHERE o.subject_id = s.subject_id AND o.run_id IN (why_changed.run_from, why_changed.run_to) AND o.run_id <> s.run_id
				AND (o.kind, o.rule) = (s.kind, s.rule) AND (o.score_before, o.score_after, o.grade_before, o.grade_after, o.rated_after)
					IS NOT DISTINCT FROM (s.score_before, s.score_after, s.grade_before, s.grade_after, s.rated_after))
	)
	SELECT c.subject_id, b.code, b.name, c.region, credence_registry.shown(c.from_score), credence_registry.shown(c.to_score), c.from_grade, c.to_grade,
		CASE WHEN NOT c.was THEN 'entered' WHEN NOT c.is_now THEN 'left' WHEN c.to_rated AND NOT c.from_rated THEN 'rated' WHEN c.from_rated AND NOT c.to_rated THEN 'unrated'
			WHEN c.to_notch < c.from_notch THEN 'up' WHEN c.to_notch > c.from_notch THEN 'down' ELSE 'same' END,
		w.cause, k.label_en, k.label_zh, k.sort_order, w.item, w.item_en, w.item_zh, w.item_id, w.value_from, w.value_to, w.points_from, w.points_to, w.detail
	FROM changed c
	LEFT JOIN why w ON w.subject_id = c.subject_id
	LEFT JOIN credence_registry.subject b ON b.subject_id = c.subject_id
	LEFT JOIN credence_registry.code_list k ON k.domain = 'change_cause' AND k.code = w.cause
	ORDER BY c.subject_id, k.sort_order, w.item COLLATE "C", w.item_id
$$;

COMMENT ON FUNCTION why_changed(bigint, bigint) IS
'Why score, grade or rating of each subject differ between two runs, one row for each cause: inputs and the points of their lines; events, revocations, repairs, observations and rules recorded between the two as-ofs; another version of the scheme, and lines that it gives other points for the same input; peers (norms, ranks, peer group); steps of adjustment, linkage, appeal and override that only one of the runs has. Subjects without any difference do not appear; only those that the login sees do.';
