-- appeals and consequences, flat

CREATE TYPE appeal_row AS (
	appeal_id			bigint,
	scheme_code			text COLLATE "C",
	scheme_en			text,
	scheme_zh			text,
	run_id				bigint,
	period				text COLLATE "C",
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_kind_en		text,
	subject_kind_zh		text,
	subject_kind_order	int,
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	indicator			text COLLATE "C",
	indicator_en		text,
	indicator_zh		text,
	indicator_order		int,
	grounds				text,
	filed_on			date,
	filed_by			text,
	appeal_state		text,
	appeal_state_en		text,
	appeal_state_zh		text,
	appeal_state_order	int,
	is_open				boolean,
	is_open_flag		text,
	decided_at			timestamptz,
	decided_by			text,
	decision			text,
	days_taken			int,
	grade				text COLLATE "C",
	as_of				timestamptz,
	evaluated_at		timestamptz
);

COMMENT ON TYPE appeal_row IS 'A row of the view appeals.';

CREATE FUNCTION appeals_at(known_at timestamptz)
RETURNS SETOF appeal_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a.appeal_id, r.scheme_code, coalesce(s.title_en, s.code), coalesce(s.title_zh, s.code), a.run_id, r.period,
		a.subject_id, b.kind, k.label_en, k.label_zh, k.sort_order, b.code, b.name, a.region,
		a.line, n.indicator_en, n.indicator_zh, n.line, a.grounds, a.filed_on, a.filed_by,
		a.state_then, t.label_en, t.label_zh, t.sort_order, a.state_then IN ('filed', 'accepted'), flag(a.state_then IN ('filed', 'accepted')),
		a.decided_at_then, CASE WHEN a.decided_at_then IS NOT NULL THEN a.decided_by END,
		CASE WHEN a.decided_at_then IS NOT NULL THEN a.decision END,
		calendar_day(coalesce(a.decided_at_then, least(known_at, statement_timestamp()))) - a.filed_on,
		x.grade, coalesce(known_at, statement_timestamp()), coalesce(r.refreshed_at, r.finished_at)
	FROM (
		SELECT p.*, CASE WHEN p.decided_at <= coalesce(known_at, 'infinity') THEN p.decided_at END AS decided_at_then,
			CASE WHEN p.decided_at <= coalesce(known_at, 'infinity') THEN p.state
				WHEN p.accepted_at <= coalesce(known_at, 'infinity') THEN 'accepted' ELSE 'filed' END AS state_then
		FROM appeal p
		WHERE p.filed_at <= coalesce(known_at, 'infinity')
	) a
	JOIN run r ON r.run_id = a.run_id
	LEFT JOIN scheme s ON s.scheme_id = r.scheme_id
	LEFT JOIN scheme_line n ON n.scheme_id = r.scheme_id AND n.indicator = a.line
	LEFT JOIN result x ON x.run_id = a.run_id AND x.subject_id = a.subject_id
	LEFT JOIN subject b ON b.subject_id = a.subject_id
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = b.kind
	LEFT JOIN code_list t ON t.domain = 'appeal_state' AND t.code = a.state_then;
END;

COMMENT ON FUNCTION appeals_at(timestamptz) IS
'The view appeals as it was at a time: the appeals filed by then, as far as they had come. NULL: as it is now.';

CREATE VIEW appeals WITH (security_invoker) AS SELECT * FROM appeals_at(NULL);

COMMENT ON VIEW appeals IS
'Every appeal: against which line of which result, how far it is, what was decided and how long that took.';

CREATE TYPE consequence_row AS (
	consequence_id		bigint,
	scheme_code			text COLLATE "C",
	scheme_en			text,
	scheme_zh			text,
	run_id				bigint,
	period				text COLLATE "C",
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_kind_en		text,
	subject_kind_zh		text,
	subject_kind_order	int,
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	consequence			text,
	consequence_en		text,
	consequence_zh		text,
	consequence_kind	text,
	consequence_kind_en	text,
	consequence_kind_zh	text,
	consequence_kind_order int,
	base				numeric(20,2),
	share				numeric(24,6),
	amount				numeric(20,2),
	months				int,
	target				text,
	valid_from			date,
	valid_to			date,
	due_on				date,
	scope				text,
	reason				text,
	status				text,
	status_en			text,
	status_zh			text,
	status_order		int,
	in_force			boolean,
	in_force_flag		text,
	status_at			timestamptz,
	as_of				timestamptz,
	evaluated_at		timestamptz
);

COMMENT ON TYPE consequence_row IS 'A row of the view consequences.';

CREATE FUNCTION consequences_at(known_at timestamptz)
RETURNS SETOF consequence_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT c.consequence_id, r.scheme_code, coalesce(s.title_en, s.code), coalesce(s.title_zh, s.code), c.run_id, r.period,
		c.subject_id, b.kind, k.label_en, k.label_zh, k.sort_order, b.code, b.name, c.region,
		c.code, coalesce(named.title_en, c.code), coalesce(named.title_zh, c.code), c.kind, q.label_en, q.label_zh, q.sort_order,
		shown(c.base), shown(c.share), shown(c.amount), c.months_then, c.target, c.from_then, c.to_then, c.due_on, c.scope, c.reason,
		c.status, t.label_en, t.label_zh, t.sort_order, c.status = 'in_force', flag(c.status = 'in_force'), c.status_at,
		coalesce(known_at, statement_timestamp()), coalesce(r.refreshed_at, r.finished_at)
	FROM (
		SELECT made.*, coalesce(p.months, made.months_least) AS months_then,
			CASE WHEN p.step_id IS NULL THEN made.valid_from ELSE p.valid_from END AS from_then,
			CASE WHEN p.step_id IS NULL THEN made.valid_to ELSE p.valid_to END AS to_then,
			CASE WHEN EXISTS (SELECT FROM run_step z WHERE z.run_id = made.run_id AND z.to_state = 'superseded' AND z.at <= coalesce(known_at, 'infinity'))
					THEN 'superseded'
				WHEN p.status <> 'in_force' THEN p.status
				WHEN CASE WHEN p.step_id IS NULL THEN made.valid_to ELSE p.valid_to END < (SELECT calendar_day(coalesce(known_at, statement_timestamp()))) THEN 'expired'
				ELSE 'in_force' END AS status,
			coalesce(p.at, made.made_at) AS status_at
		FROM consequence made
		LEFT JOIN LATERAL (SELECT y.* FROM consequence_step y
			WHERE y.consequence_id = made.consequence_id AND y.at <= coalesce(known_at, 'infinity') ORDER BY y.step_id DESC LIMIT 1) p ON true
		WHERE made.made_at <= coalesce(known_at, 'infinity')
	) c
	JOIN run r ON r.run_id = c.run_id
	LEFT JOIN scheme s ON s.scheme_id = r.scheme_id
	LEFT JOIN (
		SELECT d.scheme_id, e.value ->> 'code' AS code, min(title_in(e.value -> 'title', 'en')) AS title_en, min(title_in(e.value -> 'title', 'zh')) AS title_zh
		FROM scheme d CROSS JOIN LATERAL jsonb_array_elements(d.document -> 'consequences') e
		GROUP BY d.scheme_id, e.value ->> 'code') named ON named.scheme_id = r.scheme_id AND named.code = c.code
	LEFT JOIN subject b ON b.subject_id = c.subject_id
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = b.kind
	LEFT JOIN code_list q ON q.domain = 'consequence_kind' AND q.code = c.kind
	LEFT JOIN code_list t ON t.domain = 'consequence_status' AND t.code = c.status;
END;

COMMENT ON FUNCTION consequences_at(timestamptz) IS
'The view consequences as it was at a time: those made by then, as they stood then. NULL: as it is now.';

CREATE VIEW consequences WITH (security_invoker) AS SELECT * FROM consequences_at(NULL);

COMMENT ON VIEW consequences IS
'What follows from final grades, subject by subject, and how it stands: money, suspensions, bans, lists, actions. Those of a run that was superseded say so in status.';
