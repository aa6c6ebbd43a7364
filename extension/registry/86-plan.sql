-- plan targets against actuals: the indicator table of a city's plan

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('target_attribute', 'binding', 'Binding', '约束性', 1, true),
	('target_attribute', 'expected', 'Expected', '预期性', 2, true),
	('target_state', 'met', 'Met', '已达标', 1, true),
	('target_state', 'not_met', 'Not met', '未达标', 2, true),
	('target_state', 'undecided', 'Cannot be told from the published value', '无法判断', 3, true),
	('target_state', 'contradictory', 'Sources contradict each other', '数据来源不一致', 4, true),
	('target_state', 'missing', 'No data yet', '暂无数据', 5, true);

-- no foreign key: a restore fills tables in any order; put_plan_target asks
CREATE TABLE plan_target (
	plan_target_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan			text COLLATE "C" NOT NULL CHECK (plan <> ''),
	number			int NOT NULL CHECK (number >= 1),
	subject_id		bigint NOT NULL,
	indicator		text COLLATE "C" NOT NULL CHECK (indicator <> ''),
	title_en		text NOT NULL,
	title_zh		text NOT NULL,
	unit			text,
	baseline		text CHECK (baseline ~ '^(>=|<=|>|<|~)?-?[0-9]{1,15}([.][0-9]{1,6})?$'),
	operator		text NOT NULL CHECK (operator IN ('>', '>=', '<', '<=', '=', '~', 'range')),
	target			numeric NOT NULL CHECK (abs(target) < 1e15),
	target_high		numeric CHECK (abs(target_high) < 1e15),
	tolerance		numeric NOT NULL DEFAULT 0 CHECK (tolerance >= 0 AND tolerance < 1e15),
	attribute		text NOT NULL CHECK (attribute IN ('binding', 'expected')),
	due_on			date NOT NULL CHECK (isfinite(due_on)),
	source			text COLLATE "C",
	withdrawn		boolean NOT NULL DEFAULT false,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	CONSTRAINT plan_target_range CHECK ((operator = 'range') = (target_high IS NOT NULL) AND target <= target_high),
	CONSTRAINT plan_target_tolerance CHECK (tolerance = 0 OR operator IN ('=', '~'))
);

COMMENT ON TABLE plan_target IS
'What a plan aims at, indicator by indicator. Append-only: of the rows of one plan and number the last recorded counts. Written with put_plan_target.';
COMMENT ON COLUMN plan_target.plan_target_id IS 'Number of the row.';
COMMENT ON COLUMN plan_target.plan IS 'Code of the plan.';
COMMENT ON COLUMN plan_target.number IS 'Number of the target within the plan, from 1.';
COMMENT ON COLUMN plan_target.subject_id IS 'Whose observations are the actuals, for example the handling agency of the city.';
COMMENT ON COLUMN plan_target.indicator IS 'The indicator that is observed.';
COMMENT ON COLUMN plan_target.title_en IS 'The target in English.';
COMMENT ON COLUMN plan_target.title_zh IS 'The target in Chinese.';
COMMENT ON COLUMN plan_target.unit IS 'Unit of target and baseline; with % an observation that is a ratio is taken times 100.';
COMMENT ON COLUMN plan_target.baseline IS 'Where the plan starts, as published: a number with an operator where there was one (>98 is not 98); NULL where none was published, which is not 0.';
COMMENT ON COLUMN plan_target.operator IS 'How the actual must stand to the target: > >= < <=; = and ~ (about) within the tolerance; range: from target to target_high, both included.';
COMMENT ON COLUMN plan_target.target IS 'The value aimed at; of a range the lower end.';
COMMENT ON COLUMN plan_target.target_high IS 'Upper end of a range, else NULL.';
COMMENT ON COLUMN plan_target.tolerance IS 'With = and ~: by how much the actual may differ, in the unit.';
COMMENT ON COLUMN plan_target.attribute IS 'binding: if it is not met, the plan is not; expected: it is only reported. Codes of the domain target_attribute.';
COMMENT ON COLUMN plan_target.due_on IS 'The day by which it is to be met; observations of later periods do not count.';
COMMENT ON COLUMN plan_target.source IS 'The source that counts; NULL: any, as long as they do not contradict each other.';
COMMENT ON COLUMN plan_target.withdrawn IS 'Whether the target was given up.';
COMMENT ON COLUMN plan_target.recorded_at IS 'When the row was recorded.';
COMMENT ON COLUMN plan_target.recorded_by IS 'Who recorded it (login).';

CREATE INDEX plan_target_idx ON plan_target (plan, number, recorded_at);
SELECT pg_catalog.pg_extension_config_dump('plan_target', '');
SELECT pg_catalog.pg_extension_config_dump('plan_target_plan_target_id_seq', '');
SELECT make_append_only('plan_target', 'Record the target again with put_plan_target: the last recorded row counts.');
SELECT protect('plan_target');

-- SECURITY DEFINER: administrators put targets, and may not write the table otherwise.
CREATE FUNCTION put_plan_target(plan text, number int, subject_id bigint, indicator text, title_en text, title_zh text,
	operator text, target numeric, attribute text, due_on date, target_high numeric DEFAULT NULL, tolerance numeric DEFAULT 0,
	baseline text DEFAULT NULL, unit text DEFAULT '%', source text DEFAULT NULL, withdrawn boolean DEFAULT false)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	new_id bigint;
BEGIN
	PERFORM credence_registry.require_admin();
	PERFORM credence_registry.lock_for_writing();
	IF NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = put_plan_target.subject_id) THEN
		RAISE EXCEPTION 'there is no subject %', coalesce(subject_id::text, 'NULL') USING ERRCODE = 'foreign_key_violation';
	END IF;
	INSERT INTO credence_registry.plan_target AS t (plan, number, subject_id, indicator, title_en, title_zh, unit, baseline,
		operator, target, target_high, tolerance, attribute, due_on, source, withdrawn)
	VALUES (put_plan_target.plan, put_plan_target.number, put_plan_target.subject_id, put_plan_target.indicator,
		put_plan_target.title_en, coalesce(put_plan_target.title_zh, put_plan_target.title_en), put_plan_target.unit,
		replace(replace(put_plan_target.baseline, ' ', ''), '%', ''), put_plan_target.operator, put_plan_target.target,
		put_plan_target.target_high, put_plan_target.tolerance, put_plan_target.attribute, put_plan_target.due_on,
		put_plan_target.source, put_plan_target.withdrawn)
	RETURNING t.plan_target_id INTO new_id;
	RETURN new_id;
END $$;

COMMENT ON FUNCTION put_plan_target(text, int, bigint, text, text, text, text, numeric, text, date, numeric, numeric, text, text, text, boolean) IS
'Records a target of a plan, or another version of it, and returns the number of the row; what the parameters mean is said at the columns of plan_target. baseline may be written with blanks and %. By an administrator. Errors: 42501 for others, 23514 for an operator, attribute, baseline, range or tolerance that cannot be, 23502 for what is missing, 23503 for an unknown subject.';

-- Every target is an interval; what is known of the actual is a point, or all above or all below a number.
CREATE FUNCTION target_met(operator text, target numeric, target_high numeric, tolerance numeric, actual numeric, qualifier text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE
		WHEN actual IS NULL THEN NULL
		WHEN qualifier = '>' THEN CASE WHEN actual >= high THEN false WHEN high = 'Infinity' AND actual >= low THEN true END
		WHEN qualifier = '<' THEN CASE WHEN actual <= low THEN false WHEN low = '-Infinity' AND actual <= high THEN true END
		ELSE (actual > low OR actual = low AND operator <> '>') AND (actual < high OR actual = high AND operator <> '<')
	END
	FROM (SELECT
		CASE WHEN operator IN ('<', '<=') THEN '-Infinity' WHEN operator IN ('=', '~') THEN target - tolerance ELSE target END AS low,
		CASE WHEN operator IN ('>', '>=') THEN 'Infinity' WHEN operator IN ('=', '~') THEN target + tolerance
			WHEN operator = 'range' THEN target_high ELSE target END AS high) ends
$$;

COMMENT ON FUNCTION target_met(text, numeric, numeric, numeric, numeric, text) IS
'Whether an actual meets a target: operator > >= < <=, = or ~ within the tolerance, range with both ends. With the qualifier > or < all that is known of the actual is that it lies above or below the number: NULL where that does not decide; ~ is taken as it stands. NULL without an actual.';

CREATE TYPE plan_row AS (
	plan				text COLLATE "C",
	number				int,
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	indicator			text COLLATE "C",
	indicator_en		text,
	indicator_zh		text,
	unit				text,
	baseline_text		text,
	baseline_operator	text,
	baseline			numeric(24,6),
	target_text			text,
	target_operator		text,
	target				numeric(24,6),
	target_high			numeric(24,6),
	tolerance			numeric(24,6),
	attribute			text,
	attribute_en		text,
	attribute_zh		text,
	attribute_order		int,
	due_on				date,
	period_start		date,
	period_end			date,
	actual_text			text,
	actual				numeric(24,6),
	target_state		text,
	target_state_en		text,
	target_state_zh		text,
	target_state_order	int,
	met					boolean,
	met_flag			text,
	progress			numeric(12,6),
	source				text COLLATE "C",
	as_of				timestamptz,
	recorded_at			timestamptz
);

COMMENT ON TYPE plan_row IS 'A row of the view plan_progress.';

CREATE FUNCTION plan_progress_at(known_at timestamptz)
RETURNS SETOF plan_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT j.plan, j.number, j.subject_id, b.kind, b.code, b.name, b.region, j.indicator, j.title_en, j.title_zh, j.unit,
		j.baseline || coalesce(j.unit, ''), j.baseline_operator, j.baseline_value,
		CASE j.operator WHEN 'range' THEN trim_scale(j.target) || '-' || trim_scale(j.target_high) WHEN '=' THEN trim_scale(j.target)::text
			ELSE j.operator || trim_scale(j.target) END || coalesce(j.unit, ''),
		j.operator, j.target, j.target_high, j.tolerance, j.attribute, a.label_en, a.label_zh, a.sort_order, j.due_on,
		j.period_start, j.period_end, coalesce(j.qualifier, '') || trim_scale(shown(j.actual)) || coalesce(j.unit, ''), shown(j.actual),
		j.state, t.label_en, t.label_zh, t.sort_order, j.met, flag(j.met),
		-- only where it is known which way is better, from where to where, and that there is a way to go
		CASE WHEN j.baseline_operator IS NULL AND coalesce(j.qualifier, '~') = '~'
				AND CASE WHEN j.operator IN ('>', '>=') THEN j.baseline_value < j.target WHEN j.operator IN ('<', '<=') THEN j.baseline_value > j.target END
				AND abs((j.actual - j.baseline_value) / nullif(j.target - j.baseline_value, 0)) < 1e6
			THEN (j.actual - j.baseline_value) / nullif(j.target - j.baseline_value, 0) END,
		j.actual_source, coalesce(known_at, statement_timestamp()), j.actual_recorded_at
	FROM (
		SELECT w.*, m.met, CASE WHEN w.values > 1 THEN 'contradictory' WHEN w.actual IS NULL THEN 'missing'
			WHEN m.met THEN 'met' WHEN NOT m.met THEN 'not_met' ELSE 'undecided' END AS state
		FROM (
			SELECT p.*, substring(p.baseline FROM '^[<>=~]+') AS baseline_operator, substring(p.baseline FROM '[-0-9.]+$')::numeric AS baseline_value,
				o.period_start, o.period_end, o.values, o.actual_source, o.actual_recorded_at,
				CASE WHEN o.values = 1 THEN o.actual END AS actual, CASE WHEN o.values = 1 THEN o.qualifier END AS qualifier
			FROM plan_target p
			LEFT JOIN LATERAL (
				SELECT q.period_start, q.period_end, count(DISTINCT (q.number, q.qualifier)) AS values, max(q.number) AS actual, max(q.qualifier) AS qualifier,
					string_agg(DISTINCT q.source, ', ' ORDER BY q.source) AS actual_source, max(q.recorded_at) AS actual_recorded_at
				FROM (
					SELECT v.period_start, v.period_end, v.source, v.qualifier, v.recorded_at,
						coalesce(v.value, v.numerator / v.denominator * CASE WHEN p.unit = '%' THEN 100 ELSE 1 END) AS number
					FROM observations_at(known_at) v
					WHERE v.subject_id = p.subject_id AND v.indicator = p.indicator AND v.period_end <= p.due_on
						AND v.value_text IS NULL AND v.evaluator IS NULL AND (p.source IS NULL OR v.source = p.source)
				) q
				GROUP BY q.period_start, q.period_end
				ORDER BY q.period_end DESC, q.period_start
				LIMIT 1) o ON true
			WHERE p.recorded_at <= coalesce(known_at, 'infinity') AND NOT p.withdrawn
				AND NOT EXISTS (SELECT FROM plan_target later
					WHERE later.plan = p.plan AND later.number = p.number AND later.recorded_at <= coalesce(known_at, 'infinity')
						AND (later.recorded_at, later.plan_target_id) > (p.recorded_at, p.plan_target_id))
		) w
		CROSS JOIN LATERAL (SELECT target_met(w.operator, w.target, w.target_high, w.tolerance, w.actual, w.qualifier) AS met) m
	) j
	LEFT JOIN subject b ON b.subject_id = j.subject_id
	LEFT JOIN code_list a ON a.domain = 'target_attribute' AND a.code = j.attribute
	LEFT JOIN code_list t ON t.domain = 'target_state' AND t.code = j.state;
END;

COMMENT ON FUNCTION plan_progress_at(timestamptz) IS
'The view plan_progress as it was at a time: with the targets and observations recorded by then. NULL: as it is now.';

CREATE VIEW plan_progress WITH (security_invoker) AS SELECT * FROM plan_progress_at(NULL);

COMMENT ON VIEW plan_progress IS
'Every target of every plan against the latest observation of its indicator: baseline, target, actual, met or not, and how far on the way.';

CREATE TYPE plan_overall_row AS (
	plan				text COLLATE "C",
	targets				int,
	met					int,
	not_met				int,
	not_decided			int,
	binding_targets		int,
	binding_met			int,
	binding_not_met		int,
	overall				text,
	overall_en			text,
	overall_zh			text,
	overall_order		int,
	as_of				timestamptz
);

COMMENT ON TYPE plan_overall_row IS 'A row of the view plan_overall.';

CREATE FUNCTION plan_overall_at(known_at timestamptz)
RETURNS SETOF plan_overall_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT c.plan, c.targets, c.met, c.not_met, c.targets - c.met - c.not_met, c.binding_targets, c.binding_met, c.binding_not_met,
		c.overall, t.label_en, t.label_zh, t.sort_order, c.as_of
	FROM (
		SELECT n.*, CASE WHEN n.binding_not_met > 0 THEN 'not_met' WHEN n.binding_met < n.binding_targets THEN 'undecided' ELSE 'met' END AS overall
		FROM (
			SELECT p.plan, count(*)::int AS targets, count(*) FILTER (WHERE p.met)::int AS met, count(*) FILTER (WHERE NOT p.met)::int AS not_met,
				count(*) FILTER (WHERE p.attribute = 'binding')::int AS binding_targets,
				count(*) FILTER (WHERE p.attribute = 'binding' AND p.met)::int AS binding_met,
				count(*) FILTER (WHERE p.attribute = 'binding' AND NOT p.met)::int AS binding_not_met,
				max(p.as_of) AS as_of
			FROM plan_progress_at(known_at) p
			GROUP BY p.plan) n
	) c
	LEFT JOIN code_list t ON t.domain = 'target_state' AND t.code = c.overall;
END;

COMMENT ON FUNCTION plan_overall_at(timestamptz) IS 'The view plan_overall as it was at a time. NULL: as it is now.';

CREATE VIEW plan_overall WITH (security_invoker) AS SELECT * FROM plan_overall_at(NULL);

COMMENT ON VIEW plan_overall IS
'How each plan stands: met as long as every binding target is; one binding target that is not met makes the plan not met, an expected one does not.';
