-- what is wrong with the data

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('data_problem', 'contradictory', 'Sources contradict each other', '数据来源不一致', 1, true),
	('data_problem', 'missing', 'Input missing', '数据缺失', 2, true),
	('data_problem', 'late', 'Recorded late', '数据迟报', 3, true),
	('data_problem', 'not_final', 'Period passed over without a final run', '期间无终评结果', 4, true);

CREATE TYPE quality_row AS (
	problem				text,
	problem_en			text,
	problem_zh			text,
	problem_order		int,
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	scheme_code			text COLLATE "C",
	run_id				bigint,
	indicator			text COLLATE "C",
	indicator_en		text,
	indicator_zh		text,
	period_start		date,
	period_end			date,
	evaluator			text COLLATE "C",
	value				numeric(24,6),
	other_value			numeric(24,6),
	sources				text,
	days_late			int,
	detail				text,
	as_of				timestamptz
);

COMMENT ON TYPE quality_row IS 'A row of the view data_quality.';

CREATE FUNCTION data_quality_at(known_at timestamptz, late_days int)
RETURNS SETOF quality_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT w.problem, t.label_en, t.label_zh, t.sort_order, w.subject_id, b.kind, b.code, b.name, b.region, w.scheme_code, w.run_id,
		w.indicator, coalesce(w.indicator_en, i.label_en, w.indicator), coalesce(w.indicator_zh, i.label_zh, w.indicator),
		w.period_start, w.period_end, w.evaluator, shown(w.value), shown(w.other_value), w.sources, w.days_late, w.detail,
		coalesce(known_at, statement_timestamp())
	FROM (
		SELECT 'contradictory' AS problem, o.subject_id, NULL::text AS scheme_code, NULL::bigint AS run_id, o.indicator,
			NULL::text AS indicator_en, NULL::text AS indicator_zh, o.period_start, o.period_end, o.evaluator,
			min(coalesce(o.value, o.numerator / o.denominator)) AS value, max(coalesce(o.value, o.numerator / o.denominator)) AS other_value,
			string_agg(DISTINCT o.source, ', ' ORDER BY o.source) AS sources, NULL::int AS days_late,
			string_agg(o.source || ': ' || coalesce(o.qualifier, '') || coalesce(o.value_text, trim_scale(o.value)::text, trim_scale(o.numerator) || '/' || trim_scale(o.denominator)),
				'; ' ORDER BY o.source, o.observation_id) AS detail
		FROM observations_at(known_at) o
		GROUP BY o.subject_id, o.indicator, o.period_start, o.period_end, o.evaluator
		HAVING min(coalesce(o.value, o.numerator / o.denominator)) < max(coalesce(o.value, o.numerator / o.denominator))
			OR min(o.value_text) < max(o.value_text)
		UNION ALL
		SELECT 'late', o.subject_id, NULL, NULL, o.indicator, NULL, NULL, o.period_start, o.period_end, o.evaluator,
			coalesce(o.value, o.numerator / o.denominator), NULL, o.source, (o.recorded_at AT TIME ZONE (SELECT time_zone()))::date - o.period_end,
			'recorded on ' || to_char(o.recorded_at AT TIME ZONE (SELECT time_zone()), 'YYYY-MM-DD')
		FROM observations_at(known_at) o
		WHERE (o.recorded_at AT TIME ZONE (SELECT time_zone()))::date - o.period_end > late_days
		UNION ALL
		SELECT 'missing', x.subject_id, e.scheme_code, e.run_id, n.indicator, n.indicator_en, n.indicator_zh, e.period_start, e.period_end,
			NULL, NULL, NULL, NULL, NULL, 'input ' || n.input
		FROM evaluations_at(known_at) e
		JOIN result x ON x.run_id = e.run_id
		JOIN scheme_line n ON n.scheme_id = e.scheme_id
		WHERE e.standing AND x.excluded IS NULL AND x.inputs[n.input_place] IS NULL
		UNION ALL
		SELECT 'not_final', NULL, e.scheme_code, e.run_id, NULL, NULL, NULL, e.period_start, e.period_end,
			NULL, NULL, NULL, NULL, NULL, 'run ' || e.run_id || ' is ' || e.run_state || ', but a later period is final'
		FROM evaluations_at(known_at) e
		WHERE e.standing AND e.run_state <> 'final'
			AND EXISTS (SELECT FROM evaluations_at(known_at) later
				WHERE later.scheme_code = e.scheme_code AND later.standing AND later.run_state = 'final' AND later.period_end > e.period_end)
		UNION ALL
		SELECT 'not_final', NULL, e.scheme_code, NULL, NULL, NULL, NULL, p.period_end + 1, e.period_start - 1,
			NULL, NULL, NULL, NULL, NULL, 'there is no run between ' || p.period || ' and ' || e.period
		FROM evaluations_at(known_at) e
		JOIN run p ON p.run_id = e.previous_run_id
		JOIN scheme s ON s.scheme_id = e.scheme_id
		WHERE p.period_end + 1 < e.period_start AND s.document ->> 'period' IS DISTINCT FROM 'day'
	) w
	LEFT JOIN subject b ON b.subject_id = w.subject_id
	LEFT JOIN code_list t ON t.domain = 'data_problem' AND t.code = w.problem
	LEFT JOIN code_list i ON i.domain = 'indicator' AND i.code = w.indicator;
END;

COMMENT ON FUNCTION data_quality_at(timestamptz, int) IS
'The view data_quality as it was at a time: with what was recorded by then. An observation is late if it was recorded more than so many days after its period. NULL as time: as it is now.';

CREATE VIEW data_quality WITH (security_invoker) AS SELECT * FROM data_quality_at(NULL, 60);

COMMENT ON VIEW data_quality IS
'What is wrong with the data: sources that contradict each other (a scheme without a preferred source takes such a value as missing), inputs missing in the runs that stand, observations recorded more than 60 days after their period, periods that were passed over without a final run. Filter by problem and period_end.';
