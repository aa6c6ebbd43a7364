-- the report on one subject: what it scored, why, what cost points, and what would make it better

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('report_section', 'result', 'Result', '评价结果', 1, true),
	('report_section', 'line', 'Line by line', '逐项得分', 2, true),
	('report_section', 'step', 'Changed after scoring', '评分后的调整', 3, true),
	('report_section', 'improve', 'What would reach the next grade', '改进方向', 4, true),
	('report_section', 'event', 'Events behind it', '相关事件', 5, true),
	('report_section', 'appeal', 'Appeals', '申诉', 6, true),
	('report_section', 'consequence', 'What follows', '结果应用', 7, true);

CREATE FUNCTION plain(number numeric)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim_scale(round(number, 6))::text;

COMMENT ON FUNCTION plain(numeric) IS 'A number as reports print it: at most six decimals, no zeros at the end.';

CREATE FUNCTION norms_of(run bigint, peer text)
RETURNS norms
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce((SELECT n.norms FROM credence_registry.run_norms n WHERE n.run_id = norms_of.run AND n.peer = norms_of.peer),
		(SELECT r.norms FROM credence_registry.run r WHERE r.run_id = norms_of.run))
$$;

COMMENT ON FUNCTION norms_of(bigint, text) IS
'The norms against which a run scored a peer group: its own where the scheme standardises within peers and it is large enough, else those of all; NULL where the scorecard does not standardise.';

CREATE FUNCTION code_matches(code text, patterns jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM pg_catalog.jsonb_array_elements_text(patterns) pattern
	WHERE pattern = '*' OR code = pattern OR pattern LIKE '%.*' AND pg_catalog.starts_with(code, pg_catalog.left(pattern, -1)));

COMMENT ON FUNCTION code_matches(text, jsonb) IS 'Whether the code of a rule is one of those listed, or begins with one that ends in .*';

-- What the inputs from events looked at: by rule, date, window, source, responsibility and category, with the ties of "of".
-- Dedupe, caps and clamps work on sums and leave no single event out. PL/pgSQL here and below keeps the plan: planning over all
-- partitions takes longer than a report.
CREATE FUNCTION events_behind_each(run bigint, subjects bigint[])
RETURNS TABLE (subject_id bigint, input text, event_id bigint, decided_on date, event_subject_id bigint, rule text, rule_en text, rule_zh text, counted_on date,
	case_code text, amount numeric, severity text, points numeric, restored_points numeric, repair_state text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off		-- compiling it for every partition takes a hundred times as long as running it
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	-- DISTINCT: an event counts once, by however many ties
	SELECT * FROM (SELECT DISTINCT one.subject_id, i.input, e.event_id, e.decided_on, e.subject_id AS event_subject_id, e.rule_code, rule.title_en, rule.title_zh, d.day,
		e.case_code, e.amount, e.level,
		coalesce(credence_registry.points_of(e.points, e.responsibility, rule.degrees, rule.points_min, rule.points_max), 0),
		p.restored_points, coalesce(p.repair_state, 'none')
	FROM (
		SELECT r.run_id, r.as_of, r.period_end, n.key AS input, n.value AS spec, w.lower, w.upper
		FROM credence_registry.run r
		JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
		CROSS JOIN LATERAL jsonb_each(s.document -> 'inputs') n
		CROSS JOIN LATERAL credence_registry.window_range(n.value -> 'window', r.period_start, r.period_end) w
		WHERE r.run_id = events_behind_each.run AND n.value ? 'events'
	) i
	CROSS JOIN unnest(events_behind_each.subjects) one (subject_id)
	CROSS JOIN LATERAL (
		SELECT one.subject_id AS other, '-infinity'::date AS valid_from, 'infinity'::date AS valid_to
		WHERE coalesce(i.spec -> 'of', '"self"') = '"self"' OR coalesce((i.spec #>> '{of,self}')::boolean, false)
		UNION
		SELECT CASE o.other WHEN 'from_subject' THEN t.from_subject ELSE t.to_subject END, t.valid_from, coalesce(t.valid_to, 'infinity')
		FROM credence_registry.of_ties(i.spec -> 'of') o
		JOIN credence_registry.ties_at(i.as_of) t ON t.kind = ANY (o.kinds)
			AND (o.me = 'from_subject' AND t.from_subject = one.subject_id OR o.me = 'to_subject' AND t.to_subject = one.subject_id)
		WHERE i.spec ? 'of' AND i.spec -> 'of' <> '"self"' AND NOT o.shared
		UNION
		SELECT b.to_subject, greatest(a.valid_from, b.valid_from), least(coalesce(a.valid_to, 'infinity'), coalesce(b.valid_to, 'infinity'))
		FROM credence_registry.of_ties(i.spec -> 'of') o
		JOIN credence_registry.ties_at(i.as_of) a ON a.kind = ANY (o.kinds) AND a.to_subject = one.subject_id
		JOIN credence_registry.ties_at(i.as_of) b ON b.kind = a.kind AND b.from_subject = a.from_subject AND b.to_subject <> a.to_subject
		WHERE o.shared
	) whose
	JOIN LATERAL (SELECT a.* FROM credence_registry.events_at(i.as_of) a WHERE a.subject_id = whose.other) e ON true
	CROSS JOIN LATERAL (SELECT CASE i.spec ->> 'date' WHEN 'occurred' THEN e.occurred_on WHEN 'found' THEN coalesce(e.found_on, e.decided_on)
		WHEN 'effective' THEN coalesce(e.effective_on, e.decided_on) ELSE e.decided_on END AS day) d
	JOIN LATERAL credence_registry.rule_of_event(e.rule_code, e.occurred_on, e.found_on, e.decided_on, e.effective_on, i.as_of) rule ON true
	LEFT JOIN LATERAL (SELECT z.restored_points, z.repair_state FROM credence_registry.repair_status_at(i.as_of) z
		WHERE z.subject_id = e.subject_id AND z.event_id = e.event_id AND z.decided_on = e.decided_on) p ON true
	WHERE credence_registry.code_matches(e.rule_code, i.spec -> 'events')
		AND d.day BETWEEN whose.valid_from AND whose.valid_to
		AND (i.lower IS NULL OR d.day >= i.lower OR coalesce((i.spec ->> 'carry')::boolean, false) AND p.repair_state IS DISTINCT FROM 'repaired')
		AND (i.upper IS NULL OR d.day <= i.upper)
		AND (i.spec -> 'window' IS DISTINCT FROM '"valid"' OR rule.validity_months IS NULL
			OR (d.day + make_interval(months => rule.validity_months))::date > i.period_end)
		AND (i.spec ->> 'repairs' IS DISTINCT FROM 'drop' OR p.repair_state IS DISTINCT FROM 'repaired')
		AND (NOT i.spec ? 'sources' OR i.spec -> 'sources' ? e.source)
		AND (NOT i.spec ? 'responsibilities' OR i.spec -> 'responsibilities' ? coalesce(e.responsibility, ''))
		AND (NOT i.spec ? 'categories' OR i.spec -> 'categories' ? coalesce(rule.category, ''))
		AND (NOT i.spec ? 'after' OR EXISTS (SELECT FROM credence_registry.events_at(i.as_of) f
			JOIN LATERAL credence_registry.rule_of_event(f.rule_code, f.occurred_on, f.found_on, f.decided_on, f.effective_on, i.as_of) first_rule ON true
			WHERE f.subject_id = e.place_id AND f.decided_on <= e.decided_on AND credence_registry.code_matches(f.rule_code, i.spec -> 'after')))
	) b
	ORDER BY b.subject_id, b.input COLLATE "C", b.day, b.event_id;
END $$;

COMMENT ON FUNCTION events_behind_each(bigint, bigint[]) IS
'The events that the inputs of a run looked at for each of some subjects, as known as of the run: by subject, input, rule, date and window; those of others where the input asks for them (event_subject_id). points before repair, signed, 0 where there are none; restored_points what repairs had given back by then. Caps and dedupe of the input act on sums and are not shown here.';

CREATE FUNCTION events_behind(run bigint, subject bigint)
RETURNS TABLE (input text, event_id bigint, decided_on date, event_subject_id bigint, rule text, rule_en text, rule_zh text, counted_on date,
	case_code text, amount numeric, severity text, points numeric, restored_points numeric, repair_state text)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT b.input, b.event_id, b.decided_on, b.event_subject_id, b.rule, b.rule_en, b.rule_zh, b.counted_on, b.case_code, b.amount, b.severity,
		b.points, b.restored_points, b.repair_state
	FROM events_behind_each(run, ARRAY[subject]) b;
END;

COMMENT ON FUNCTION events_behind(bigint, bigint) IS 'The events that the inputs of a run looked at for a subject, as known as of the run; see events_behind_each, which takes many at once.';

CREATE FUNCTION subject_report(run bigint, subject bigint)
RETURNS TABLE (section text, section_en text, section_zh text, section_order int, line int, item text, item_en text, item_zh text,
	value numeric, value_text text, unit text, points numeric, most_points numeric, contribution numeric, lost numeric,
	value_to numeric, value_to_text text, score_after numeric, grade_after text, on_date date, detail_en text, detail_zh text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET jit = off		-- compiling it for every partition takes a hundred times as long as running it
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH x AS MATERIALIZED (
		SELECT r.*, u.scheme_id, u.as_of, u.period_end, s.scorecard, n.norms
		FROM credence_registry.result r
		JOIN credence_registry.run u ON u.run_id = r.run_id
		JOIN credence_registry.scheme s ON s.scheme_id = u.scheme_id
		CROSS JOIN LATERAL (SELECT credence_registry.norms_of(r.run_id, r.peer) AS norms) n
		WHERE r.run_id = subject_report.run AND r.subject_id = subject_report.subject
	), named AS MATERIALIZED (
		SELECT l.* FROM credence_registry.scheme_line l WHERE l.scheme_id = (SELECT x.scheme_id FROM x)
	), part AS (
		SELECT 'result' AS section, v.line, v.item, v.item_en, v.item_zh, v.value, v.value_text, NULL::text AS unit, NULL::numeric AS points,
			v.most AS most_points, NULL::numeric AS contribution, NULL::numeric AS lost, NULL::numeric AS value_to, NULL::text AS value_to_text,
			NULL::numeric AS score_after, NULL::text AS grade_after, NULL::date AS on_date, v.detail AS detail_en, v.detail AS detail_zh
		FROM x CROSS JOIN LATERAL (VALUES
			(1, 'score', 'Score', '得分', credence_registry.shown(x.score), NULL::text, NULL::numeric, array_to_string(x.reasons, '; ')),
			(2, 'grade', 'Grade', '等级', x.notch::numeric, x.grade, NULL, NULL),
			(3, 'rank', 'Rank', '排名', x.rank::numeric, NULL, x.rank_of::numeric, NULL),
			(4, 'peer_rank', 'Rank among peers', '同类排名', x.peer_rank::numeric, NULL, x.peer_of::numeric, x.peer),
			(5, 'coverage', 'Coverage', '数据完整度', x.coverage::numeric(7,6), NULL, 1, NULL)
		) v (line, item, item_en, item_zh, value, value_text, most, detail)
		UNION ALL
		SELECT 'line', e.line, coalesce(e.indicator, e.kind),
			coalesce(n.indicator_en, e.kind), coalesce(n.indicator_zh, CASE e.kind WHEN 'base' THEN '基准分' WHEN 'shift' THEN '组内标准化'
				WHEN 'clamp' THEN '上下限' WHEN 'rounding' THEN '四舍五入' WHEN 'veto' THEN '否决项' ELSE e.kind END),
			credence_registry.shown(e.input), n.categories[e.input::int], n.unit, credence_registry.shown(e.points), n.most_points,
			e.contribution, e.lost, NULL, NULL, NULL, NULL, NULL, e.reason, e.reason
		FROM x
		CROSS JOIN LATERAL (
			SELECT a.* FROM credence.explain_score(x.scorecard, x.inputs) a WHERE x.norms IS NULL
			UNION ALL
			SELECT b.* FROM credence.explain_score(x.scorecard, x.inputs, x.norms) b) e
		LEFT JOIN named n ON n.indicator = e.indicator
		UNION ALL
		SELECT 'step', row_number() OVER (ORDER BY a.step)::int, a.rule, a.rule, a.rule,
			credence_registry.shown(a.score_before), a.grade_before, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			credence_registry.shown(a.score_after), a.grade_after, NULL, a.reason, coalesce(a.reason_zh, a.reason)
		FROM x JOIN credence_registry.adjustment a ON a.run_id = x.run_id AND a.subject_id = x.subject_id AND a.kind <> 'grading'
		UNION ALL
		SELECT 'improve', row_number() OVER (ORDER BY n.line, i.input COLLATE "C", i.category COLLATE "C")::int, coalesce(i.indicator, i.input),
			coalesce(n.indicator_en, i.input), coalesce(n.indicator_zh, i.input),
			credence_registry.shown(i.value_from), n.categories[i.value_from::int], n.unit, NULL, NULL, NULL, NULL,
			credence_registry.shown(i.value_to), i.category, credence_registry.shown(i.score_after), i.grade_after, NULL, NULL, NULL
		FROM x
		CROSS JOIN LATERAL (
			SELECT a.* FROM credence.improve(x.scorecard, x.inputs) a WHERE x.norms IS NULL
			UNION ALL
			SELECT b.* FROM credence.improve(x.scorecard, x.inputs, x.norms) b) i
		LEFT JOIN named n ON n.indicator = i.indicator
		UNION ALL
		SELECT 'event', row_number() OVER (ORDER BY b.decided_on, b.event_id, b.input COLLATE "C")::int, b.rule, b.rule_en, b.rule_zh,
			b.event_id, b.severity, NULL, b.points, NULL, b.points - coalesce(b.restored_points, 0), NULL, b.amount, b.input, NULL, NULL, b.counted_on,
			k.label_en, k.label_zh
		FROM x CROSS JOIN LATERAL credence_registry.events_behind(x.run_id, x.subject_id) b
		LEFT JOIN credence_registry.code_list k ON k.domain = 'repair_state' AND k.code = b.repair_state
		UNION ALL
		SELECT 'appeal', row_number() OVER (ORDER BY a.appeal_id)::int, a.indicator, a.indicator_en, a.indicator_zh,
			a.appeal_id, a.appeal_state, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.filed_on,
			a.appeal_state_en, a.appeal_state_zh
		FROM x JOIN credence_registry.appeals a ON a.run_id = x.run_id AND a.subject_id = x.subject_id
		UNION ALL
		SELECT 'consequence', row_number() OVER (ORDER BY c.consequence_id)::int, c.consequence, c.consequence_en, c.consequence_zh,
			c.amount, c.status, NULL, NULL, NULL, NULL, NULL, c.share, c.target, NULL, NULL, coalesce(c.due_on, c.valid_from), c.status_en, c.status_zh
		FROM x JOIN credence_registry.consequences c ON c.run_id = x.run_id AND c.subject_id = x.subject_id
	)
	SELECT p.section, s.label_en, s.label_zh, s.sort_order, p.line, p.item, p.item_en, p.item_zh, p.value, p.value_text, p.unit, p.points, p.most_points,
		p.contribution, p.lost, p.value_to, p.value_to_text, p.score_after, p.grade_after, p.on_date, p.detail_en, p.detail_zh
	FROM part p
	LEFT JOIN credence_registry.code_list s ON s.domain = 'report_section' AND s.code = p.section
	ORDER BY s.sort_order, p.line;
END $$;

COMMENT ON FUNCTION subject_report(bigint, bigint) IS
'The report on a subject in a run, one row for each item. Sections: result (score, grade as its place and text, ranks with most_points as their number, coverage); line (credence.explain_score: input, points, contribution to the score, what was lost); step (adjustments: before in value and value_text, after in score_after and grade_after); improve (credence.improve: every single change of an input that reaches a better grade); event (number in value, points before repair, contribution after it, amount in value_to, the input in value_to_text); appeal (number in value, state); consequence (amount in value, share in value_to, target). No rows where the login does not see the subject.';

CREATE FUNCTION subject_report_text(run bigint, subject bigint, language text DEFAULT 'zh')
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	zh boolean := language = 'zh';
	x credence_registry.run_result;
	head text;
	body text;
BEGIN
	IF language IS NULL OR language NOT IN ('zh', 'en') THEN
		RAISE EXCEPTION 'there is no report in language "%"', coalesce(language, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The languages are zh and en.';
	END IF;
	SELECT v.* INTO x FROM credence_registry.run_result v WHERE v.run_id = subject_report_text.run AND v.subject_id = subject_report_text.subject;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;

	head := CASE WHEN zh THEN format(E'%s(%s) %s %s\n%s。数据截至 %s。\n', x.subject_name, x.subject_code, x.scheme_zh, x.period, x.run_state_zh,
			to_char(x.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC')
		ELSE format(E'%s (%s): %s, %s\n%s. Facts as of %s.\n', x.subject_name, x.subject_code, x.scheme_en, x.period, x.run_state_en,
			to_char(x.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC') END;
	IF x.excluded IS NOT NULL THEN
		RETURN head || CASE WHEN zh THEN '不参加评价：' ELSE 'Not evaluated: ' END || x.excluded || E'\n';
	END IF;
	head := head || CASE WHEN zh THEN format(E'得分 %s，等级 %s。\n', coalesce(credence_registry.plain(x.score), '无'), coalesce(x.grade_zh, '无'))
		ELSE format(E'Score %s, grade %s.\n', coalesce(credence_registry.plain(x.score), 'none'), coalesce(x.grade_en, 'none')) END;
	IF x.rank IS NOT NULL THEN
		head := head || CASE WHEN zh THEN format('全体排名 %s/%s', x.rank, x.rank_of) || CASE WHEN x.rank_ties > 1 THEN format('（并列 %s 家）', x.rank_ties) ELSE '' END
				|| coalesce(format('，同类“%s”排名 %s/%s', x.peer, x.peer_rank, x.peer_of), '') || E'。\n'
			ELSE format('Rank %s of %s', x.rank, x.rank_of) || CASE WHEN x.rank_ties > 1 THEN format(' (shared by %s)', x.rank_ties) ELSE '' END
				|| CASE WHEN x.peer IS NOT NULL THEN format(', %s of %s among its peers (%s)', x.peer_rank, x.peer_of, x.peer) ELSE '' END || E'.\n' END;
	END IF;
	IF x.reasons <> '' THEN
		head := head || CASE WHEN zh THEN '说明：' ELSE 'Note: ' END || x.reasons || E'\n';
	END IF;

	SELECT string_agg(E'\n' || CASE WHEN zh THEN s.section_zh ELSE s.section_en END || E'\n' || s.text, '' ORDER BY s.section_order) INTO body
	FROM (
		SELECT r.section_order, min(r.section_zh) AS section_zh, min(r.section_en) AS section_en,
			string_agg('- ' || CASE WHEN zh THEN r.item_zh ELSE r.item_en END || CASE r.section
				WHEN 'line' THEN
					coalesce(CASE WHEN zh THEN '：' ELSE ': ' END || coalesce(r.value_text, credence_registry.plain(r.value)) || coalesce(' ' || r.unit, ''), '')
					|| coalesce(CASE WHEN zh THEN '，得 ' ELSE ', points ' END || credence_registry.plain(r.points)
						|| coalesce(CASE WHEN zh THEN '/' ELSE ' of ' END || credence_registry.plain(r.most_points), ''), '')
					|| coalesce(CASE WHEN zh THEN '，计入总分 ' ELSE ', adds ' END || credence_registry.plain(r.contribution), '')
					|| CASE WHEN r.lost > 0 THEN CASE WHEN zh THEN '，失分 ' ELSE ', lost ' END || credence_registry.plain(r.lost) ELSE '' END
					|| coalesce(CASE WHEN zh THEN '（' ELSE ' (' END || nullif(CASE WHEN r.item = 'base' THEN NULL WHEN zh AND r.detail_en = 'missing' THEN '缺失' ELSE r.detail_en END, '') || CASE WHEN zh THEN '）' ELSE ')' END, '')
				WHEN 'step' THEN format(CASE WHEN zh THEN '：%s → %s' ELSE ': %s to %s' END,
						concat_ws(' ', credence_registry.plain(r.value), r.value_text), concat_ws(' ', credence_registry.plain(r.score_after), r.grade_after))
					|| coalesce(CASE WHEN zh THEN '（' || r.detail_zh || '）' ELSE ' (' || r.detail_en || ')' END, '')
				WHEN 'improve' THEN format(CASE WHEN zh THEN '：由 %s 改为 %s，得分 %s，等级 %s' ELSE ': from %s to %s gives score %s, grade %s' END,
					coalesce(r.value_text, credence_registry.plain(r.value), CASE WHEN zh THEN '缺' ELSE 'missing' END),
					coalesce(r.value_to_text, credence_registry.plain(r.value_to)), coalesce(credence_registry.plain(r.score_after), '-'), coalesce(r.grade_after, '-'))
				WHEN 'event' THEN format(CASE WHEN zh THEN '：%s，%s 分' ELSE ': %s, %s points' END, r.on_date, credence_registry.plain(r.points))
					|| coalesce(CASE WHEN zh THEN '，金额 ' || credence_registry.plain(r.value_to) || ' 元' ELSE ', ' || credence_registry.plain(r.value_to) || ' yuan' END, '')
					|| CASE WHEN zh THEN '（' || r.detail_zh || '）' ELSE ' (' || r.detail_en || ')' END
				ELSE CASE WHEN zh THEN '：' ELSE ': ' END || concat_ws(CASE WHEN zh THEN '，' ELSE ', ' END,
					CASE WHEN r.section = 'consequence' THEN credence_registry.plain(r.value) END, CASE WHEN r.section = 'consequence' THEN r.value_to_text END,
					r.on_date::text, CASE WHEN zh THEN r.detail_zh ELSE r.detail_en END)
				END || E'\n', '' ORDER BY CASE WHEN r.section = 'line' THEN - coalesce(r.lost, 0) END, r.line) AS text
		FROM credence_registry.subject_report(subject_report_text.run, subject_report_text.subject) r
		WHERE r.section <> 'result'
		GROUP BY r.section_order) s;
	RETURN head || coalesce(body, '');
END $$;

COMMENT ON FUNCTION subject_report_text(bigint, bigint, text) IS
'The report on a subject in a run as text, in Chinese (zh, the default) or English (en): what cost most comes first. NULL where there is no such result or the login does not see it. Error 22023 for another language.';
