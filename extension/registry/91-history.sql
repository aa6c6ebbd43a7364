-- the credit history of a subject, and how it compares with its peers

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('history_item', 'grade', 'Grade', '评级', 1, true),
	('history_item', 'event', 'Event', '事件', 2, true),
	('history_item', 'revocation', 'Event revoked', '事件撤销', 3, true),
	('history_item', 'repair', 'Repair', '修复', 4, true),
	('history_item', 'commitment', 'Commitment', '承诺', 5, true),
	('history_item', 'appeal', 'Appeal', '申诉', 6, true),
	('history_item', 'consequence', 'Consequence', '结果应用', 7, true);

CREATE FUNCTION credit_history(subject bigint, known_at timestamptz DEFAULT NULL)
RETURNS TABLE (on_date date, what text, what_en text, what_zh text, what_order int, item text, item_en text, item_zh text, item_id bigint,
	scheme_code text, period text, points numeric, amount numeric, score numeric, grade text, grade_before text, move text, status text, known_since timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET jit = off		-- compiling it for every partition takes a hundred times as long as running it
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT h.on_date, h.what, k.label_en, k.label_zh, k.sort_order, h.item, h.item_en, h.item_zh, h.item_id, h.scheme_code, h.period,
		h.points, h.amount, h.score, h.grade, h.grade_before, h.move, h.status, h.known_since
	FROM (
		SELECT g.period_end AS on_date, 'grade' AS what, g.scheme_code AS item, g.scheme_en AS item_en, g.scheme_zh AS item_zh, g.run_id AS item_id,
			g.scheme_code, g.period, NULL::numeric AS points, NULL::numeric AS amount, g.score, g.grade, g.grade_before,
			CASE WHEN NOT g.has_before THEN 'entered' WHEN g.rated AND NOT g.rated_before THEN 'rated' WHEN g.rated_before AND NOT g.rated THEN 'unrated'
				WHEN g.grade_order < g.order_before THEN 'up' WHEN g.grade_order > g.order_before THEN 'down' ELSE 'same' END AS move,
			g.run_state AS status, g.final_at AS known_since
		FROM (
			SELECT r.*, lag(true, 1, false) OVER w AS has_before, lag(r.grade) OVER w AS grade_before, lag(r.grade_order) OVER w AS order_before, lag(r.rated) OVER w AS rated_before
			FROM credence_registry.results_at(credit_history.known_at) r
			WHERE r.subject_id = credit_history.subject AND r.run_state IN ('final', 'superseded')
			-- what was superseded is not what the next period compares with
			WINDOW w AS (PARTITION BY r.scheme_code, r.run_state ORDER BY r.period_end, r.period_start DESC, r.run_id)
		) g
		UNION ALL
		SELECT e.decided_on, 'event', e.rule, e.rule_en, e.rule_zh, e.event_id, NULL, NULL, e.points, e.amount, NULL, NULL, NULL, NULL,
			CASE WHEN e.revoked THEN 'revoked' WHEN e.counted THEN 'counted' ELSE 'not counted' END, e.recorded_at
		FROM credence_registry.event_ledger_at(credit_history.known_at) e WHERE e.subject_id = credit_history.subject
		UNION ALL
		SELECT credence_registry.calendar_day(e.revoked_at), 'revocation', e.rule, e.rule_en, e.rule_zh, e.event_id, NULL, NULL, -e.points, NULL, NULL, NULL, NULL, NULL, NULL, e.revoked_at
		FROM credence_registry.event_ledger_at(credit_history.known_at) e WHERE e.subject_id = credit_history.subject AND e.revoked
		UNION ALL
		SELECT p.completed_on, 'repair', done.measures, done.measures, done.measures,
			p.event_id, NULL, NULL, p.points, p.paid, NULL, NULL, NULL, NULL, NULL, p.recorded_at
		FROM credence_registry.repair p CROSS JOIN LATERAL (SELECT coalesce(nullif(array_to_string(p.measures, ', '), ''), p.note, 'repair') AS measures) done
		WHERE p.subject_id = credit_history.subject AND p.recorded_at <= coalesce(credit_history.known_at, 'infinity')
		UNION ALL
		SELECT c.made_on, 'commitment', c.code, coalesce(l.label_en, c.code), coalesce(l.label_zh, c.code), c.commitment_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			'until ' || c.until, c.recorded_at
		FROM credence_registry.commitments_at(credit_history.known_at) c
		LEFT JOIN credence_registry.code_list l ON l.domain = 'commitment' AND l.code = c.code
		WHERE c.subject_id = credit_history.subject
		UNION ALL
		SELECT a.filed_on, 'appeal', a.indicator, a.indicator_en, a.indicator_zh, a.appeal_id, a.scheme_code, a.period, NULL, NULL, NULL, NULL, NULL, NULL,
			a.appeal_state, coalesce(a.decided_at, (SELECT p.filed_at FROM credence_registry.appeal p WHERE p.appeal_id = a.appeal_id))
		FROM credence_registry.appeals_at(credit_history.known_at) a WHERE a.subject_id = credit_history.subject
		UNION ALL
		SELECT c.valid_from, 'consequence', c.consequence, c.consequence_en, c.consequence_zh, c.consequence_id, c.scheme_code, c.period, NULL, c.amount, NULL, NULL, NULL, NULL,
			c.status, c.status_at
		FROM credence_registry.consequences_at(credit_history.known_at) c WHERE c.subject_id = credit_history.subject
	) h
	LEFT JOIN credence_registry.code_list k ON k.domain = 'history_item' AND k.code = h.what
	ORDER BY h.on_date, k.sort_order, h.scheme_code COLLATE "C", h.item_id;
END $$;

COMMENT ON FUNCTION credit_history(bigint, timestamptz) IS
'Everything that the registry knows of a subject''s credit, by date: final grades with the grade before, events, revocations, repairs, commitments, appeals, consequences; as known at a time (NULL: now). No rows where the login does not see the subject.';

CREATE FUNCTION peer_comparison(run bigint, subject bigint)
RETURNS TABLE (line int, indicator text, indicator_en text, indicator_zh text, unit text, value numeric, points numeric, peer text, peers int,
	peers_with_points int, peer_lowest numeric, peer_quarter numeric, peer_median numeric, peer_three_quarters numeric, peer_highest numeric, peer_mean numeric,
	share_below numeric, share_equal numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET jit = off		-- compiling it for every partition takes a hundred times as long as running it
AS $$
	WITH me AS MATERIALIZED (
		SELECT r.*, u.scheme_id FROM credence_registry.result r JOIN credence_registry.run u ON u.run_id = r.run_id
		WHERE r.run_id = peer_comparison.run AND r.subject_id = peer_comparison.subject
	), parts AS (
		SELECT p.line::int, r.subject_id, p.points
		FROM me
		JOIN credence_registry.result r ON r.run_id = peer_comparison.run AND r.peer IS NOT DISTINCT FROM me.peer AND r.excluded IS NULL
		CROSS JOIN LATERAL (SELECT 0 AS line, r.score AS points UNION ALL SELECT n, v FROM unnest(r.points) WITH ORDINALITY u (v, n)) p
	), spread AS (
		SELECT p.line, count(*)::int AS peers, count(p.points)::int AS present, min(p.points) AS lowest, max(p.points) AS highest,
			avg(p.points::numeric) AS mean, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY p.points) AS quartiles,
			count(*) FILTER (WHERE p.points < mine.points)::numeric AS below, count(*) FILTER (WHERE p.points = mine.points)::numeric AS equal
		FROM parts p
		LEFT JOIN (SELECT m.line, m.points FROM parts m WHERE m.subject_id = peer_comparison.subject) mine ON mine.line = p.line
		GROUP BY p.line
	)
	SELECT s.line, coalesce(n.indicator, 'score'), coalesce(n.indicator_en, 'Score'), coalesce(n.indicator_zh, '得分'), n.unit,
		credence_registry.shown(CASE WHEN s.line > 0 THEN me.inputs[n.input_place] END),
		credence_registry.shown(CASE WHEN s.line = 0 THEN me.score ELSE me.points[s.line] END), me.peer, s.peers, s.present,
		credence_registry.shown(s.lowest), credence_registry.shown(s.quartiles[1]), credence_registry.shown(s.quartiles[2]), credence_registry.shown(s.quartiles[3]),
		credence_registry.shown(s.highest), credence_registry.shown(round(s.mean, 6)),
		round(CASE WHEN s.line = 0 AND me.score IS NOT NULL OR me.points[s.line] IS NOT NULL THEN s.below / nullif(s.present, 0) END, 6),
		round(CASE WHEN s.line = 0 AND me.score IS NOT NULL OR me.points[s.line] IS NOT NULL THEN s.equal / nullif(s.present, 0) END, 6)
	FROM spread s
	CROSS JOIN me
	LEFT JOIN credence_registry.scheme_line n ON n.scheme_id = me.scheme_id AND n.line = s.line
	ORDER BY s.line
$$;

COMMENT ON FUNCTION peer_comparison(bigint, bigint) IS
'How a subject stands among its peer group in a run: line 0 the score, then the points of each indicator; lowest, quartiles, highest and mean of the peers (itself included), and the share of those with fewer and with as many points. Counts only peers that the login sees; the ranks in the result count all.';
