-- results taken apart by line, from what is stored

CREATE TYPE line_row AS (
	scheme_code			text COLLATE "C",
	scheme_version		text COLLATE "C",
	run_id				bigint,
	run_kind			text COLLATE "C",
	run_state			text COLLATE "C",
	run_state_en		text,
	run_state_zh		text,
	run_state_order		int,
	standing			boolean,
	standing_flag		text,
	period				text COLLATE "C",
	period_start		date,
	period_end			date,
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_kind_en		text,
	subject_kind_zh		text,
	subject_kind_order	int,
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	peer				text COLLATE "C",
	score				numeric(24,6),
	grade				text COLLATE "C",
	grade_order			int,
	indicator			text COLLATE "C",
	indicator_en		text,
	indicator_zh		text,
	indicator_order		int,
	unit				text,
	input				numeric(24,6),
	input_text			text,
	weight				numeric(24,6),
	points				numeric(24,6),
	most_points			numeric(24,6),
	lost				numeric(24,6),
	as_of				timestamptz,
	evaluated_at		timestamptz
);

COMMENT ON TYPE line_row IS 'A row of the view line_breakdown.';

CREATE FUNCTION line_breakdown_at(known_at timestamptz)
RETURNS SETOF line_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.scheme_code, e.scheme_version, e.run_id, e.run_kind, e.run_state, e.run_state_en, e.run_state_zh, e.run_state_order,
		e.standing, e.standing_flag, e.period, e.period_start, e.period_end,
		x.subject_id, x.kind, k.label_en, k.label_zh, k.sort_order, b.code, b.name, x.region, x.peer,
		shown(x.score), x.grade, x.notch,
		n.indicator, n.indicator_en, n.indicator_zh, n.line, n.unit,
		shown(x.inputs[n.input_place]), n.categories[x.inputs[n.input_place]::int], n.weight, shown(x.points[n.line]), n.most_points,
		n.most_points - shown(x.points[n.line]),
		e.as_of, x.evaluated_at
	FROM evaluations_at(known_at) e
	JOIN result x ON x.run_id = e.run_id
	JOIN scheme_line n ON n.scheme_id = e.scheme_id
	LEFT JOIN subject b ON b.subject_id = x.subject_id
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = x.kind
	WHERE x.excluded IS NULL;
END;

COMMENT ON FUNCTION line_breakdown_at(timestamptz) IS
'The view line_breakdown as it was at a time. NULL: as it is now.';

CREATE VIEW line_breakdown WITH (security_invoker) AS SELECT * FROM line_breakdown_at(NULL);

COMMENT ON VIEW line_breakdown IS
'What each indicator contributed: one row for each run, subject and indicator, from what the run stored. What a line does to the score is in subject_report. Filter by run_id and subject_id, or by scheme_code and period.';
