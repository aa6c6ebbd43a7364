-- runs and results, flat

CREATE TYPE evaluation_row AS (
	scheme_code			text COLLATE "C",
	scheme_version		text COLLATE "C",
	scheme_en			text,
	scheme_zh			text,
	scheme_id			bigint,
	run_id				bigint,
	run_kind			text COLLATE "C",
	run_kind_en			text,
	run_kind_zh			text,
	run_kind_order		int,
	run_state			text COLLATE "C",
	run_state_en		text,
	run_state_zh		text,
	run_state_order		int,
	period				text COLLATE "C",
	period_start		date,
	period_end			date,
	subjects			int,
	done				int,
	corrects			bigint,
	standing			boolean,
	standing_flag		text,
	is_current			boolean,
	is_current_flag		text,
	previous_run_id		bigint,
	as_of				timestamptz,
	evaluated_at		timestamptz,
	final_at			timestamptz,
	started_by			text
);

COMMENT ON TYPE evaluation_row IS 'A row of the view evaluation.';

-- A run stands for its scheme and period if it is the final one or, while there is none, the latest that is under way.
CREATE FUNCTION evaluations_at(known_at timestamptz)
RETURNS SETOF evaluation_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ranked.scheme_code, s.version, coalesce(s.title_en, s.code), coalesce(s.title_zh, s.code), ranked.scheme_id,
		ranked.run_id, ranked.kind, k.label_en, k.label_zh, k.sort_order,
		ranked.state, t.label_en, t.label_zh, t.sort_order,
		ranked.period, ranked.period_start, ranked.period_end, ranked.subjects, ranked.done, ranked.corrects,
		ranked.stands, flag(ranked.stands),
		ranked.stands AND ranked.state = 'final' AND ranked.final_place = 1,
		flag(ranked.stands AND ranked.state = 'final' AND ranked.final_place = 1),
		ranked.previous, ranked.as_of, coalesce(ranked.refreshed_at, ranked.finished_at), ranked.final_at, ranked.started_by
	FROM (
		SELECT placed.*,
			row_number() OVER (PARTITION BY placed.scheme_code, placed.stands AND placed.state = 'final'
				ORDER BY placed.period_end DESC, placed.period_start, placed.run_id DESC) AS final_place,
			CASE WHEN placed.stands THEN lag(placed.run_id) OVER (PARTITION BY placed.scheme_code, placed.stands
				ORDER BY placed.period_end, placed.period_start DESC, placed.run_id) END AS previous
		FROM (
			SELECT seen.*, seen.may_stand AND row_number() OVER (PARTITION BY seen.scheme_code, seen.period_start, seen.period_end
				ORDER BY seen.may_stand DESC, seen.state = 'final' DESC, seen.run_id DESC) = 1 AS stands
			FROM (
				SELECT r.run_id, r.scheme_id, r.scheme_code, r.period, r.period_start, r.period_end, r.as_of, r.kind, r.corrects,
					r.subjects, r.done, r.finished_at, r.refreshed_at, r.final_at, r.started_by, held.state,
					r.kind <> 'dry' AND held.state IN ('scored', 'prerating', 'notice', 'final') AS may_stand
				FROM run r
				CROSS JOIN LATERAL (SELECT CASE WHEN known_at IS NULL THEN r.state
					ELSE coalesce((SELECT p.to_state FROM run_step p
						WHERE p.run_id = r.run_id AND p.at <= known_at ORDER BY p.step_id DESC LIMIT 1), 'gathering')
					END AS state) held
				WHERE known_at IS NULL OR r.started_at <= known_at
			) seen
		) placed
	) ranked
	LEFT JOIN scheme s ON s.scheme_id = ranked.scheme_id
	LEFT JOIN code_list k ON k.domain = 'run_kind' AND k.code = ranked.kind
	LEFT JOIN code_list t ON t.domain = 'run_state' AND t.code = ranked.state;
END;

COMMENT ON FUNCTION evaluations_at(timestamptz) IS
'The view evaluation as it was at a time: the runs that had begun, each in the state that it was in. NULL: as it is now.';

CREATE VIEW evaluation WITH (security_invoker) AS SELECT * FROM evaluations_at(NULL);

COMMENT ON VIEW evaluation IS
'Every run: of which scheme and period, how far it is, as of when it knows the facts. standing: it is what holds for its scheme and period; is_current: it is the latest final one of its scheme.';

CREATE TYPE result_row AS (
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
	level				text COLLATE "C",
	level_en			text,
	level_zh			text,
	level_order			int,
	peer				text COLLATE "C",
	score				numeric(24,6),
	grade				text COLLATE "C",
	grade_en			text,
	grade_zh			text,
	grade_order			int,
	score_card			numeric(24,6),
	grade_card			text COLLATE "C",
	rated				boolean,
	rated_flag			text,
	coverage			numeric(7,6),
	excluded			text,
	reasons				text,
	rank				int,
	rank_ties			int,
	rank_of				int,
	peer_rank			int,
	peer_ties			int,
	peer_of				int,
	ranked_at			timestamptz,
	as_of				timestamptz,
	evaluated_at		timestamptz,
	final_at			timestamptz
);

COMMENT ON TYPE result_row IS 'A row of the views run_result, current_grade, grade_history and ranking.';

-- Runs come first, then the index of result by run and region, then what is only looked up: a join that no column is asked
-- of is left out.
CREATE FUNCTION results_at(known_at timestamptz)
RETURNS SETOF result_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.scheme_code, e.scheme_version, e.scheme_en, e.scheme_zh, e.run_id, e.run_kind,
		e.run_state, e.run_state_en, e.run_state_zh, e.run_state_order,
		e.standing, e.standing_flag, e.is_current, e.is_current_flag, e.period, e.period_start, e.period_end,
		x.subject_id, x.kind, k.label_en, k.label_zh, k.sort_order, b.code, b.name,
		x.region, g.label_en, g.label_zh, b.level, l.label_en, l.label_zh, l.sort_order, x.peer,
		shown(x.score), x.grade, coalesce(w.grade_en, x.grade), coalesce(w.grade_zh, x.grade), x.notch,
		shown(x.score_card), x.grade_card, x.rated, flag(x.rated), x.coverage::numeric(7,6),
		x.excluded, array_to_string(x.reasons, '; '),
		x.rank, x.rank_ties, x.rank_of, x.peer_rank, x.peer_ties, x.peer_of, x.ranked_at,
		e.as_of, x.evaluated_at, e.final_at
	FROM evaluations_at(known_at) e
	JOIN result x ON x.run_id = e.run_id
	LEFT JOIN subject b ON b.subject_id = x.subject_id
	LEFT JOIN scheme_grade w ON w.scheme_id = e.scheme_id AND w.grade = x.grade
	LEFT JOIN region g ON g.region = x.region
	LEFT JOIN code_list k ON k.domain = 'subject_kind' AND k.code = x.kind
	LEFT JOIN code_list l ON l.domain = 'subject_level' AND l.code = b.level;
END;

COMMENT ON FUNCTION results_at(timestamptz) IS
'The view run_result as it was at a time, as far as results are final; of runs that were not, the results are those of today. NULL: as it is now.';

CREATE VIEW run_result WITH (security_invoker) AS SELECT * FROM results_at(NULL);

COMMENT ON VIEW run_result IS
'Every result of every run, dry runs and pre-ratings included, one row for each run and subject, with labels. The views current_grade, grade_history and ranking are parts of it.';

CREATE VIEW current_grade WITH (security_invoker) AS SELECT * FROM results_at(NULL) WHERE is_current;

COMMENT ON VIEW current_grade IS
'The grade that holds: of every scheme the results of its latest final run, one row for each scheme and subject. Filter by scheme_code and region.';

CREATE FUNCTION current_grade_at(known_at timestamptz)
RETURNS SETOF result_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT x.* FROM results_at(known_at) x WHERE x.is_current;
END;

COMMENT ON FUNCTION current_grade_at(timestamptz) IS
'The view current_grade as it was at a time: the grades that held then.';

CREATE VIEW grade_history WITH (security_invoker) AS SELECT * FROM results_at(NULL) WHERE run_state IN ('final', 'superseded');

COMMENT ON VIEW grade_history IS
'Every grade that was ever final, one row for each final run and subject; those superseded by a correction say so in run_state. Filter by subject_id, or by scheme_code and region.';

CREATE FUNCTION grade_history_at(known_at timestamptz)
RETURNS SETOF result_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT x.* FROM results_at(known_at) x WHERE x.run_state IN ('final', 'superseded');
END;

COMMENT ON FUNCTION grade_history_at(timestamptz) IS
'The view grade_history as it was at a time: what was final then.';

CREATE VIEW ranking WITH (security_invoker) AS SELECT * FROM results_at(NULL) WHERE standing AND rank IS NOT NULL;

COMMENT ON VIEW ranking IS
'The ranks as they were stored, of the run that stands for each scheme and period, pre-ratings included (run_state): one row for each rated subject. ranked_at says as of when. Filter by scheme_code, period and region, order by rank.';

CREATE FUNCTION ranking_at(known_at timestamptz)
RETURNS SETOF result_row
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT x.* FROM results_at(known_at) x WHERE x.standing AND x.rank IS NOT NULL;
END;

COMMENT ON FUNCTION ranking_at(timestamptz) IS
'The view ranking as it was at a time: the ranks of the runs that stood then.';
