-- how grades are distributed, and how they moved

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('grade_move', 'up', 'Better', '上升', 1, true),
	('grade_move', 'same', 'Unchanged', '不变', 2, true),
	('grade_move', 'down', 'Worse', '下降', 3, true),
	('grade_move', 'rated', 'Newly rated', '新评级', 4, true),
	('grade_move', 'unrated', 'No longer rated', '不再评级', 5, true),
	('grade_move', 'entered', 'Entered', '新纳入', 6, true),
	('grade_move', 'left', 'Left', '退出', 7, true);

CREATE TYPE grade_distribution_row AS (
	scheme_code			text COLLATE "C",
	scheme_version		text COLLATE "C",
	scheme_en			text,
	scheme_zh			text,
	run_id				bigint,
	run_kind			text COLLATE "C",
	run_state			text COLLATE "C",
	run_state_en		text,
	run_state_zh		text,
	run_state_order		int,
	standing			boolean,
	standing_flag		text,
	is_current			boolean,
	is_current_flag		text,
	period				text COLLATE "C",
	period_start		date,
	period_end			date,
	subject_kind		text COLLATE "C",
	subject_kind_en		text,
	subject_kind_zh		text,
	subject_kind_order	int,
	peer				text COLLATE "C",
	grade				text COLLATE "C",
	grade_en			text,
	grade_zh			text,
	grade_order			int,
	subjects			int,
	of_subjects			int,
	share				numeric(7,6),
	as_of				timestamptz,
	evaluated_at		timestamptz
);

COMMENT ON TYPE grade_distribution_row IS 'A row of the view grade_distribution.';

-- The runs are chosen first: each is counted by itself.
CREATE FUNCTION grade_distribution_at(known_at timestamptz)
RETURNS SETOF grade_distribution_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.scheme_code, e.scheme_version, e.scheme_en, e.scheme_zh, e.run_id, e.run_kind,
		e.run_state, e.run_state_en, e.run_state_zh, e.run_state_order,
		e.standing, e.standing_flag, e.is_current, e.is_current_flag, e.period, e.period_start, e.period_end,
		c.kind, k.label_en, k.label_zh, k.sort_order, c.peer,
		c.grade, coalesce(w.grade_en, c.grade), coalesce(w.grade_zh, c.grade), c.notch,
		c.subjects::int, c.of_subjects::int, c.subjects / c.of_subjects,
		e.as_of, e.evaluated_at
	FROM evaluations_at(known_at) e
	CROSS JOIN LATERAL (
		SELECT x.kind, x.peer, x.grade, x.notch, count(*) AS subjects, sum(count(*)) OVER (PARTITION BY x.kind, x.peer) AS of_subjects
		FROM result x
		WHERE x.run_id = e.run_id
		GROUP BY x.kind, x.peer, x.grade, x.notch) c
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = c.kind
	LEFT JOIN scheme_grade w ON w.scheme_id = e.scheme_id AND w.grade = c.grade
	WHERE e.run_state NOT IN ('gathering', 'abandoned');
END;

COMMENT ON FUNCTION grade_distribution_at(timestamptz) IS
'The view grade_distribution as it was at a time. NULL: as it is now.';

CREATE VIEW grade_distribution WITH (security_invoker) AS SELECT * FROM grade_distribution_at(NULL);

COMMENT ON VIEW grade_distribution IS
'How many subjects have which grade, by run, kind of subject and peer group; only those that the login sees are counted. Filter by scheme_code and period, or by is_current or standing; dry runs (run_kind) are here too.';

CREATE TYPE grade_migration_row AS (
	scheme_code			text COLLATE "C",
	scheme_en			text,
	scheme_zh			text,
	run_from			bigint,
	period_from			text COLLATE "C",
	run_to				bigint,
	period_to			text COLLATE "C",
	period_end			date,
	run_state			text COLLATE "C",
	run_state_en		text,
	run_state_zh		text,
	run_state_order		int,
	subject_kind		text COLLATE "C",
	subject_kind_en		text,
	subject_kind_zh		text,
	subject_kind_order	int,
	grade_from			text COLLATE "C",
	grade_from_en		text,
	grade_from_zh		text,
	grade_from_order	int,
	grade_to			text COLLATE "C",
	grade_to_en			text,
	grade_to_zh			text,
	grade_to_order		int,
	move				text,
	move_en				text,
	move_zh				text,
	move_order			int,
	subjects			int,
	of_subjects			int,
	share				numeric(7,6),
	as_of				timestamptz,
	evaluated_at		timestamptz
);

COMMENT ON TYPE grade_migration_row IS 'A row of the view grade_migration.';

CREATE FUNCTION grade_migration_at(known_at timestamptz)
RETURNS SETOF grade_migration_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.scheme_code, e.scheme_en, e.scheme_zh, b.run_id, b.period, e.run_id, e.period, e.period_end,
		e.run_state, e.run_state_en, e.run_state_zh, e.run_state_order,
		c.kind, k.label_en, k.label_zh, k.sort_order,
		c.grade_from, coalesce(f.grade_en, c.grade_from), coalesce(f.grade_zh, c.grade_from), c.notch_from,
		c.grade_to, coalesce(t.grade_en, c.grade_to), coalesce(t.grade_zh, c.grade_to), c.notch_to,
		c.move, m.label_en, m.label_zh, m.sort_order,
		c.subjects::int, c.of_subjects::int, c.subjects / c.of_subjects,
		e.as_of, e.evaluated_at
	FROM evaluations_at(known_at) e
	JOIN run b ON b.run_id = e.previous_run_id
	CROSS JOIN LATERAL (
		SELECT moved.kind, moved.grade_from, moved.notch_from, moved.grade_to, moved.notch_to, moved.move,
			count(*) AS subjects, sum(count(*)) OVER (PARTITION BY moved.kind, moved.grade_from, moved.notch_from, moved.move = 'entered') AS of_subjects
		FROM (
			SELECT coalesce(after.kind, before.kind) AS kind, before.grade AS grade_from, before.notch AS notch_from,
				after.grade AS grade_to, after.notch AS notch_to,
				CASE WHEN before.subject_id IS NULL THEN 'entered'
					WHEN after.subject_id IS NULL THEN 'left'
					WHEN before.rated AND NOT after.rated THEN 'unrated'
					WHEN after.rated AND NOT before.rated THEN 'rated'
					WHEN after.notch < before.notch THEN 'up'
					WHEN after.notch > before.notch THEN 'down'
					ELSE 'same' END AS move
			FROM (SELECT x.* FROM result x WHERE x.run_id = e.previous_run_id) before
			FULL JOIN (SELECT x.* FROM result x WHERE x.run_id = e.run_id) after ON after.subject_id = before.subject_id
		) moved
		GROUP BY moved.kind, moved.grade_from, moved.notch_from, moved.grade_to, moved.notch_to, moved.move) c
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = c.kind
	LEFT JOIN code_list m ON m.domain = 'grade_move' AND m.code = c.move
	LEFT JOIN scheme_grade f ON f.scheme_id = b.scheme_id AND f.grade = c.grade_from
	LEFT JOIN scheme_grade t ON t.scheme_id = e.scheme_id AND t.grade = c.grade_to
	WHERE e.standing;
END;

COMMENT ON FUNCTION grade_migration_at(timestamptz) IS
'The view grade_migration as it was at a time. NULL: as it is now.';

CREATE VIEW grade_migration WITH (security_invoker) AS SELECT * FROM grade_migration_at(NULL);

COMMENT ON VIEW grade_migration IS
'How many subjects went from which grade to which between one period of a scheme and the next, by the runs that stand for them; only those that the login sees are counted. Filter by scheme_code and period_to.';
