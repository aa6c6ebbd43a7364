-- what handling agencies are judged by, and how the funds stand

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('indicator', 'fund_income', 'Income of the fund', '基金收入', 9001, true),
	('indicator', 'fund_expenditure', 'Expenditure of the fund', '基金支出', 9002, true),
	('indicator', 'fund_reserve', 'Accumulated balance of the fund', '基金累计结余', 9003, true),
	('fund', 'employee', 'Employees'' medical insurance', '职工医保', 1, true),
	('fund', 'resident', 'Residents'' medical insurance', '居民医保', 2, true),
	('warning_level', 'warning', 'Warning', '预警', 1, true),
	('warning_level', 'attention', 'Attention', '关注', 2, true),
	('warning_level', 'normal', 'Normal', '正常', 3, true),
	('warning_level', 'surplus', 'Surplus', '结余过多', 4, true);

CREATE TABLE warning_threshold (
	measure		text COLLATE "C" NOT NULL CHECK (measure IN ('balance_rate', 'reserve_months')),
	shipped		boolean NOT NULL DEFAULT false,
	thresholds	bands NOT NULL,
	basis		text,
	changed_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	changed_by	text NOT NULL DEFAULT session_user,
	PRIMARY KEY (measure, shipped)
);

COMMENT ON TABLE warning_threshold IS
'From when on the state of a fund is worth a warning: defaults of the extension, and what was put instead of them with put_warning_threshold.';
COMMENT ON COLUMN warning_threshold.measure IS 'balance_rate: (income - expenditure) / income of the period in percent; reserve_months: accumulated balance / monthly expenditure.';
COMMENT ON COLUMN warning_threshold.shipped IS 'Whether it is a default, which is not dumped and holds only while nothing else was put.';
COMMENT ON COLUMN warning_threshold.thresholds IS 'Bands whose labels are codes of the domain warning_level.';
COMMENT ON COLUMN warning_threshold.basis IS 'Where the thresholds come from.';
COMMENT ON COLUMN warning_threshold.changed_at IS 'When they were put.';
COMMENT ON COLUMN warning_threshold.changed_by IS 'Who put them (login).';

SELECT pg_catalog.pg_extension_config_dump('warning_threshold', 'WHERE NOT shipped');

INSERT INTO warning_threshold (measure, shipped, thresholds, basis, changed_by) VALUES
	('balance_rate', true, 'surplus > 5, normal >= 0, warning', 'Target range of 0 to 5 % of the Suzhou plan 2021-2025', 'credence_registry'),
	('reserve_months', true, 'surplus > 15, normal >= 6, attention >= 3, warning', '人社部发〔2009〕67号', 'credence_registry');

-- SECURITY DEFINER: administrators put thresholds, and may not write the table otherwise.
CREATE FUNCTION put_warning_threshold(measure text, thresholds bands, basis text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	unknown text;
BEGIN
	PERFORM credence_registry.require_admin();
	SELECT l.label INTO unknown FROM unnest(credence_registry.labels_of(thresholds::text)) WITH ORDINALITY l (label, n)
	WHERE NOT EXISTS (SELECT FROM credence_registry.code_list c WHERE c.domain = 'warning_level' AND c.code = l.label)
	ORDER BY l.n LIMIT 1;
	IF unknown IS NOT NULL THEN
		RAISE EXCEPTION 'there is no warning level "%"', unknown USING ERRCODE = 'invalid_parameter_value',
			HINT = 'The labels of the thresholds are codes of the domain warning_level of code_list.';
	END IF;
	INSERT INTO credence_registry.warning_threshold AS t (measure, thresholds, basis)
	VALUES (put_warning_threshold.measure, put_warning_threshold.thresholds, put_warning_threshold.basis)
	ON CONFLICT ON CONSTRAINT warning_threshold_pkey DO UPDATE
	SET thresholds = excluded.thresholds, basis = excluded.basis, changed_at = clock_timestamp(), changed_by = session_user;
END $$;

COMMENT ON FUNCTION put_warning_threshold(text, bands, text) IS
'Puts the thresholds for balance_rate (percent) or reserve_months, for example ''surplus > 15, normal >= 6, attention >= 3, warning''. By an administrator. Errors: 42501 for others, 22023 for a label that is no warning level, 23514 for another measure.';

CREATE VIEW threshold_in_force WITH (security_invoker) AS
	SELECT DISTINCT ON (t.measure) t.measure, t.thresholds::text AS thresholds, t.basis, t.changed_at
	FROM warning_threshold t
	ORDER BY t.measure, t.shipped;

COMMENT ON VIEW threshold_in_force IS
'The thresholds by which fund_balance warns: those that were put, else the defaults.';

CREATE TYPE fund_row AS (
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	region_en			text,
	region_zh			text,
	fund				text COLLATE "C",
	fund_en				text,
	fund_zh				text,
	fund_order			int,
	period_start		date,
	period_end			date,
	income				numeric(20,2),
	expenditure			numeric(20,2),
	balance				numeric(20,2),
	balance_rate		numeric(12,4),
	reserve				numeric(20,2),
	reserve_months		numeric(12,2),
	balance_level		text,
	reserve_level		text,
	warning_level		text,
	warning_level_en	text,
	warning_level_zh	text,
	warning_level_order	int,
	contradictory		boolean,
	contradictory_flag	text,
	as_of				timestamptz,
	recorded_at			timestamptz
);

COMMENT ON TYPE fund_row IS 'A row of the view fund_balance.';

CREATE FUNCTION fund_balance_at(known_at timestamptz)
RETURNS SETOF fund_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT l.subject_id, b.kind, b.code, b.name, b.region, g.label_en, g.label_zh,
		nullif(l.fund, ''), f.label_en, f.label_zh, f.sort_order, l.period_start, l.period_end,
		shown(l.income), shown(l.expenditure), shown(l.income - l.expenditure), l.rate, shown(l.reserve), l.months,
		l.balance_level, l.reserve_level, w.code, w.label_en, w.label_zh, w.sort_order,
		l.contradictory, flag(l.contradictory), coalesce(known_at, statement_timestamp()), l.recorded_at
	FROM (
		SELECT m.*,
			credence.grade((SELECT t.thresholds::credence.bands FROM threshold_in_force t WHERE t.measure = 'balance_rate'), m.rate::float8) AS balance_level,
			credence.grade((SELECT t.thresholds::credence.bands FROM threshold_in_force t WHERE t.measure = 'reserve_months'), m.months::float8) AS reserve_level
		FROM (
			SELECT p.*, CASE WHEN p.income > 0 AND abs(p.expenditure / p.income) < 1e6 THEN 100 * (p.income - p.expenditure) / p.income END AS rate,
				CASE WHEN p.expenditure > 0 AND abs(p.reserve / p.expenditure) < 1e6 THEN p.reserve / p.expenditure * greatest(1, round((p.period_end - p.period_start + 1) / 30.4375)) END AS months
			FROM (
				SELECT q.subject_id, q.fund, q.period_start, q.period_end, bool_or(q.lowest < q.highest) AS contradictory, max(q.recorded_at) AS recorded_at,
					max(q.lowest) FILTER (WHERE q.measure = 'fund_income' AND q.lowest = q.highest) AS income,
					max(q.lowest) FILTER (WHERE q.measure = 'fund_expenditure' AND q.lowest = q.highest) AS expenditure,
					max(q.lowest) FILTER (WHERE q.measure = 'fund_reserve' AND q.lowest = q.highest) AS reserve
				FROM (
					SELECT o.subject_id, split_part(o.indicator, '.', 1) AS measure, split_part(o.indicator, '.', 2) AS fund, o.period_start, o.period_end,
						min(o.value) AS lowest, max(o.value) AS highest, max(o.recorded_at) AS recorded_at
					FROM observations_at(known_at) o
					WHERE (o.indicator IN ('fund_income', 'fund_expenditure', 'fund_reserve')
							OR o.indicator LIKE 'fund\_income.%' OR o.indicator LIKE 'fund\_expenditure.%' OR o.indicator LIKE 'fund\_reserve.%')
						AND o.value IS NOT NULL AND o.evaluator IS NULL
					GROUP BY o.subject_id, o.indicator, o.period_start, o.period_end
				) q
				GROUP BY q.subject_id, q.fund, q.period_start, q.period_end
			) p
		) m
	) l
	LEFT JOIN subject b ON b.subject_id = l.subject_id
	LEFT JOIN region g ON g.region = b.region
	LEFT JOIN code_list f ON f.domain = 'fund' AND f.code = l.fund
	-- the worse of the two levels
	LEFT JOIN LATERAL (SELECT c.code, c.label_en, c.label_zh, c.sort_order FROM code_list c
		WHERE c.domain = 'warning_level' AND c.code IN (l.balance_level, l.reserve_level)
		ORDER BY c.sort_order LIMIT 1) w ON true;
END;

COMMENT ON FUNCTION fund_balance_at(timestamptz) IS
'The view fund_balance as it was at a time: with the observations recorded by then, by the thresholds of today. NULL: as it is now.';

CREATE VIEW fund_balance WITH (security_invoker) AS SELECT * FROM fund_balance_at(NULL);

COMMENT ON VIEW fund_balance IS
'Income, expenditure and accumulated balance of each fund by period, the current balance rate, how long the reserve lasts, and whether that is worth a warning. From the observations fund_income, fund_expenditure and fund_reserve, each alone or with a fund behind a dot, such as fund_income.employee. Filter by subject_id or period_end.';

CREATE TYPE agency_row AS (
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	region_en			text,
	region_zh			text,
	indicator			text COLLATE "C",
	indicator_en		text,
	indicator_zh		text,
	indicator_order		int,
	period_start		date,
	period_end			date,
	self_value			numeric(24,6),
	satisfaction_value	numeric(24,6),
	administration_value numeric(24,6),
	third_party_value	numeric(24,6),
	evaluators			int,
	mean				numeric(24,6),
	lowest				numeric(24,6),
	highest				numeric(24,6),
	spread				numeric(24,6),
	self_above_others	numeric(24,6),
	complete			boolean,
	complete_flag		text,
	as_of				timestamptz,
	recorded_at			timestamptz
);

COMMENT ON TYPE agency_row IS 'A row of the view agency_evaluation.';

CREATE FUNCTION agency_evaluation_at(known_at timestamptz)
RETURNS SETOF agency_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT p.subject_id, b.kind, b.code, b.name, b.region, g.label_en, g.label_zh,
		p.indicator, coalesce(i.label_en, p.indicator), coalesce(i.label_zh, p.indicator), i.sort_order, p.period_start, p.period_end,
		shown(p.self_value), shown(p.satisfaction_value), shown(p.administration_value), shown(p.third_party_value),
		p.evaluators, shown(p.mean), shown(p.lowest), shown(p.highest), shown(p.highest - p.lowest), shown(p.self_value - p.others),
		p.evaluators = 4, flag(p.evaluators = 4), coalesce(known_at, statement_timestamp()), p.recorded_at
	FROM (
		SELECT q.subject_id, q.indicator, q.period_start, q.period_end, max(q.recorded_at) AS recorded_at,
			max(q.value) FILTER (WHERE q.evaluator = 'self') AS self_value,
			max(q.value) FILTER (WHERE q.evaluator = 'satisfaction') AS satisfaction_value,
			max(q.value) FILTER (WHERE q.evaluator = 'administration') AS administration_value,
			max(q.value) FILTER (WHERE q.evaluator = 'third_party') AS third_party_value,
			count(q.value)::int AS evaluators, avg(q.value) AS mean, min(q.value) AS lowest, max(q.value) AS highest,
			avg(q.value) FILTER (WHERE q.evaluator <> 'self') AS others
		FROM (
			SELECT o.subject_id, o.indicator, o.period_start, o.period_end, o.evaluator, max(o.recorded_at) AS recorded_at,
				CASE WHEN min(coalesce(o.value, o.numerator / o.denominator)) = max(coalesce(o.value, o.numerator / o.denominator))
					THEN max(coalesce(o.value, o.numerator / o.denominator)) END AS value
			FROM observations_at(known_at) o
			WHERE o.evaluator IN ('self', 'satisfaction', 'administration', 'third_party') AND o.value_text IS NULL
			GROUP BY o.subject_id, o.indicator, o.period_start, o.period_end, o.evaluator
		) q
		GROUP BY q.subject_id, q.indicator, q.period_start, q.period_end
	) p
	LEFT JOIN subject b ON b.subject_id = p.subject_id
	LEFT JOIN region g ON g.region = b.region
	LEFT JOIN code_list i ON i.domain = 'indicator' AND i.code = p.indicator;
END;

COMMENT ON FUNCTION agency_evaluation_at(timestamptz) IS
'The view agency_evaluation as it was at a time: with the observations recorded by then. NULL: as it is now.';

CREATE VIEW agency_evaluation WITH (security_invoker) AS SELECT * FROM agency_evaluation_at(NULL);

COMMENT ON VIEW agency_evaluation IS
'What the four evaluators (self-assessment, satisfaction, administrative department, third party) say of a handling agency, side by side, by indicator and period. How much each weighs is for a scheme to say. Filter by subject_id or period_end.';
