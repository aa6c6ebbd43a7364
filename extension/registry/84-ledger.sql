-- the ledger of events, and what became of their repair

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('repair_state', 'none', 'Not repaired', '未修复', 1, true),
	('repair_state', 'measures', 'Measures under way', '修复措施进行中', 2, true),
	('repair_state', 'partly', 'Repaired in part', '部分修复', 3, true),
	('repair_state', 'repaired', 'Repaired', '已修复', 4, true),
	('repair_state', 'closed', 'Cannot be repaired', '不可修复', 5, true);

CREATE TYPE event_row AS (
	event_id			bigint,
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_kind_en		text,
	subject_kind_zh		text,
	subject_kind_order	int,
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	region_en			text,
	region_zh			text,
	rule				text COLLATE "C",
	rule_en				text,
	rule_zh				text,
	category			text COLLATE "C",
	occurred_on			date,
	found_on			date,
	decided_on			date,
	effective_on		date,
	expires_on			date,
	case_code			text COLLATE "C",
	amount				numeric(20,2),
	points				numeric(24,6),
	responsibility		text COLLATE "C",
	responsibility_en	text,
	responsibility_zh	text,
	responsibility_order int,
	severity			text COLLATE "C",
	place_id			bigint,
	place_code			text COLLATE "C",
	place_name			text,
	source				text COLLATE "C",
	source_en			text,
	source_zh			text,
	source_order		int,
	event_code			text COLLATE "C",
	revoked				boolean,
	revoked_flag		text,
	revoked_at			timestamptz,
	repaired			boolean,
	repaired_flag		text,
	repairs				int,
	counted				boolean,
	counted_flag		text,
	not_counted_because	text,
	recorded_at			timestamptz,
	recorded_by			text,
	as_of				timestamptz
);

COMMENT ON TYPE event_row IS 'A row of the view event_ledger.';

-- Points: the event's own, or those of the rule where it leaves no discretion.
CREATE FUNCTION points_of(points numeric, responsibility text, degrees jsonb, points_min numeric, points_max numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(points,
	CASE jsonb_typeof(degrees -> responsibility)
		WHEN 'number' THEN (degrees ->> responsibility)::numeric
		WHEN 'array' THEN CASE WHEN degrees -> responsibility -> 0 = degrees -> responsibility -> 1 THEN (degrees -> responsibility ->> 0)::numeric END
	END,
	CASE WHEN points_min = points_max THEN points_min END);

COMMENT ON FUNCTION points_of(numeric, text, jsonb, numeric, numeric) IS
'The points of an event before repair: its own, or those that the rule gives for the degree of responsibility, or at all, where it leaves no discretion; NULL where it has none.';

CREATE FUNCTION event_ledger_at(known_at timestamptz)
RETURNS SETOF event_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.event_id, e.subject_id, b.kind, k.label_en, k.label_zh, k.sort_order, b.code, b.name, b.region, g.label_en, g.label_zh,
		e.rule_code, coalesce(v.title_en, e.rule_code), coalesce(v.title_zh, e.rule_code), v.category,
		e.occurred_on, coalesce(e.found_on, e.decided_on), e.decided_on, coalesce(e.effective_on, e.decided_on),
		(coalesce(e.effective_on, e.decided_on) + make_interval(months => v.validity_months))::date,
		e.case_code, shown(e.amount), shown(points_of(e.points, e.responsibility, v.degrees, v.points_min, v.points_max)),
		e.responsibility, d.label_en, d.label_zh, d.sort_order, e.level, e.place_id, p.code, p.name,
		e.source, c.label_en, c.label_zh, c.sort_order, e.event_code,
		r.event_id IS NOT NULL, flag(r.event_id IS NOT NULL), r.recorded_at,
		m.repairs > 0, flag(m.repairs > 0), m.repairs::int,
		r.event_id IS NULL AND v.rule_id IS NOT NULL, flag(r.event_id IS NULL AND v.rule_id IS NOT NULL),
		CASE WHEN r.event_id IS NOT NULL THEN 'revoked' WHEN v.rule_id IS NULL THEN 'no rule in force' END,
		e.recorded_at, e.recorded_by, coalesce(known_at, statement_timestamp())
	FROM event e
	LEFT JOIN subject b ON b.subject_id = e.subject_id
	LEFT JOIN LATERAL rule_of_event(e.rule_code, e.occurred_on, e.found_on, e.decided_on, e.effective_on, known_at) v ON true
	LEFT JOIN event r ON r.revokes = e.event_id AND r.decided_on = e.decided_on AND r.recorded_at <= coalesce(known_at, 'infinity')
	LEFT JOIN LATERAL (SELECT count(*) AS repairs FROM repair o
		WHERE o.event_id = e.event_id AND o.recorded_at <= coalesce(known_at, 'infinity')) m ON true
	LEFT JOIN subject p ON p.subject_id = e.place_id
	LEFT JOIN region g ON g.region = b.region
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = b.kind
	LEFT JOIN code_list d ON d.domain = 'responsibility' AND d.code = e.responsibility
	LEFT JOIN code_list c ON c.domain = 'source' AND c.code = e.source
	WHERE e.revokes IS NULL AND e.recorded_at <= coalesce(known_at, 'infinity');
END;

COMMENT ON FUNCTION event_ledger_at(timestamptz) IS
'The view event_ledger as it was at a time: the events recorded by then, with the revocations, repairs and rules known then. NULL: as it is now.';

CREATE VIEW event_ledger WITH (security_invoker) AS SELECT * FROM event_ledger_at(NULL);

COMMENT ON VIEW event_ledger IS
'Every event, those revoked included (revocations are not rows of their own), with its rule and whether it counts at all; which events an evaluation took in is for its scheme to say. Filter by subject_id, or by decided_on to read only the years needed.';

CREATE TYPE repair_row AS (
	event_id			bigint,
	subject_id			bigint,
	subject_kind		text COLLATE "C",
	subject_code		text COLLATE "C",
	subject_name		text,
	region				text COLLATE "C",
	rule				text COLLATE "C",
	rule_en				text,
	rule_zh				text,
	decided_on			date,
	case_code			text COLLATE "C",
	severity			text COLLATE "C",
	points				numeric(24,6),
	measures_asked		text,
	measures_done		text,
	measures_open		int,
	completed_on		date,
	restored_share		numeric(7,6),
	restored_points		numeric(24,6),
	remaining_points	numeric(24,6),
	paid				numeric(20,2),
	repair_state		text,
	repair_state_en		text,
	repair_state_zh		text,
	repair_state_order	int,
	last_recorded_at	timestamptz,
	as_of				timestamptz
);

COMMENT ON TYPE repair_row IS 'A row of the view repair_status.';

-- As an evaluation credits repairs: the rule's table once, when all measures that it asks for are done, unless all was decided
-- by hand; and what was decided by hand; together never more than was deducted.
CREATE FUNCTION repair_status_at(known_at timestamptz)
RETURNS SETOF repair_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT w.event_id, w.subject_id, b.kind, b.code, b.name, b.region, w.rule, w.rule_en, w.rule_zh, w.decided_on, w.case_code, w.severity,
		shown(w.points), array_to_string(w.asked, ', '), array_to_string(w.done, ', '),
		cardinality(ARRAY(SELECT unnest(w.asked) EXCEPT SELECT unnest(w.done))),
		w.completed_on, w.share, shown(sign(w.points) * w.restored), shown(sign(w.points) * (abs(w.points) - w.restored)), shown(w.paid),
		w.state, t.label_en, t.label_zh, t.sort_order, w.last_recorded_at, coalesce(known_at, statement_timestamp())
	FROM (
		SELECT v.*, least(abs(v.points), abs(v.points) * v.share + v.by_points) AS restored,
			CASE WHEN v.share >= 1 OR v.points <> 0 AND abs(v.points) * v.share + v.by_points >= abs(v.points) OR v.completed_on IS NOT NULL AND (v.asked <> '{}' OR v.repairs IS NULL) THEN 'repaired'
				WHEN v.share > 0 OR v.by_points > 0 THEN 'partly'
				WHEN v.rows > 0 THEN 'measures'
				WHEN v.repairs IS NULL AND v.asked = '{}' THEN 'closed'
				ELSE 'none' END AS state
		FROM (
			SELECT u.*, least(1, u.by_share + CASE WHEN u.first_day IS NULL THEN 0 ELSE coalesce(repair_fraction(u.repairs, u.decided_on, u.completed_on, u.amount), 0) END) AS share
			FROM (
				SELECT e.event_id, e.subject_id, e.rule_code AS rule, coalesce(r.title_en, e.rule_code) AS rule_en, coalesce(r.title_zh, e.rule_code) AS rule_zh,
					e.decided_on, e.case_code, e.amount, level.severity, r.repairs,
					coalesce(points_of(e.points, e.responsibility, r.degrees, r.points_min, r.points_max), 0) AS points,
					asked.measures AS asked, p.done, p.rows, p.by_share, p.by_points, p.paid, p.first_day, p.last_recorded_at,
					CASE WHEN asked.measures = '{}' THEN p.first_day
						ELSE measures_completed(to_jsonb(asked.measures), e.event_id, 'infinity', coalesce(known_at, 'infinity')) END AS completed_on
				FROM events_at(known_at) e
				LEFT JOIN LATERAL rule_of_event(e.rule_code, e.occurred_on, e.found_on, e.decided_on, e.effective_on, known_at) r ON true
				LEFT JOIN case_amounts('infinity', known_at) k ON k.subject_id = e.subject_id AND k.case_code = e.case_code AND k.category IS NOT DISTINCT FROM r.category
				CROSS JOIN LATERAL (SELECT coalesce(e.level, CASE WHEN r.ladder IS NOT NULL
					THEN credence.grade(r.ladder::credence.bands, coalesce(CASE WHEN e.case_code IS NULL THEN e.amount ELSE k.amount END, 0)::float8) END) AS severity) level
				CROSS JOIN LATERAL (SELECT ARRAY(SELECT jsonb_array_elements_text(coalesce(r.measures -> level.severity, '[]'))) AS measures) asked
				CROSS JOIN LATERAL (
					SELECT count(*) AS rows, coalesce(sum(q.fraction), 0) AS by_share, coalesce(sum(q.points), 0) AS by_points, sum(q.paid) AS paid,
						min(q.completed_on) FILTER (WHERE q.fraction IS NULL AND q.points IS NULL) AS first_day,
						max(q.recorded_at) AS last_recorded_at,
						ARRAY(SELECT DISTINCT m FROM repair z, unnest(z.measures) m
							WHERE z.event_id = e.event_id AND z.recorded_at <= coalesce(known_at, 'infinity') ORDER BY m) AS done
					FROM repair q
					WHERE q.event_id = e.event_id AND q.recorded_at <= coalesce(known_at, 'infinity')) p
			) u
		) v
		WHERE v.points <> 0 OR v.asked <> '{}' OR v.rows > 0
	) w
	LEFT JOIN subject b ON b.subject_id = w.subject_id
	LEFT JOIN code_list t ON t.domain = 'repair_state' AND t.code = w.state;
END;

COMMENT ON FUNCTION repair_status_at(timestamptz) IS
'The view repair_status as it was at a time: with the events and repairs recorded by then. NULL: as it is now.';

CREATE VIEW repair_status WITH (security_invoker) AS SELECT * FROM repair_status_at(NULL);

COMMENT ON VIEW repair_status IS
'How far every standing event with points or required measures is repaired, and what that gives back. Which repairs an evaluation credits depends besides on the end of its period. Filter by subject_id, or by decided_on to read only the years needed.';
