-- the registry as it was known at a time: plain SQL functions, which the planner takes into the query

CREATE FUNCTION subjects_at(as_of timestamptz)
RETURNS SETOF subject_version
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT v.* FROM subject_version v
	WHERE v.recorded_at <= coalesce(as_of, 'infinity')
		AND NOT EXISTS (SELECT FROM subject_version later
			WHERE later.subject_id = v.subject_id AND later.version = v.version + 1 AND later.recorded_at <= coalesce(as_of, 'infinity'));
END;

COMMENT ON FUNCTION subjects_at(timestamptz) IS
'Each subject as it had been recorded by then; NULL: as it is recorded now.';

CREATE FUNCTION ties_at(as_of timestamptz)
RETURNS SETOF tie
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT t.* FROM tie t
	WHERE t.recorded_at <= coalesce(as_of, 'infinity')
		AND (t.valid_to IS NULL OR t.valid_from <= t.valid_to)
		AND NOT EXISTS (SELECT FROM tie later WHERE later.replaces = t.tie_id AND later.recorded_at <= coalesce(as_of, 'infinity'));
END;

COMMENT ON FUNCTION ties_at(timestamptz) IS
'The ties known then, of whatever validity, without those replaced or withdrawn; NULL: those known now.';

CREATE FUNCTION agreements_at(as_of timestamptz)
RETURNS SETOF agreement
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a.* FROM agreement a
	WHERE a.recorded_at <= coalesce(as_of, 'infinity')
		AND NOT EXISTS (SELECT FROM agreement later
			WHERE later.subject_id = a.subject_id AND later.year = a.year AND later.agreement_number = a.agreement_number
				AND later.recorded_at <= coalesce(as_of, 'infinity')
				AND (later.recorded_at, later.agreement_id) > (a.recorded_at, a.agreement_id));
END;

COMMENT ON FUNCTION agreements_at(timestamptz) IS
'The agreements known then, the last recorded row of each subject, number and year; NULL: those known now.';

CREATE FUNCTION rules_at(as_of timestamptz)
RETURNS TABLE (rule_id bigint, code text, effective_from date, effective_until date, points_min numeric, points_max numeric,
	degrees jsonb, ladder text, validity_months int, repairs jsonb, measures jsonb, category text, scheme_code text, judged_by text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.rule_id, r.code, r.effective_from,
		least(r.effective_to, lead(r.effective_from) OVER (PARTITION BY r.code ORDER BY r.effective_from) - 1),
		r.points_min, r.points_max, r.degrees, r.ladder, r.validity_months, r.repairs, r.measures, r.category, r.scheme_code, r.judged_by
	FROM event_rule r
	WHERE r.recorded_at <= coalesce(as_of, 'infinity')
		AND NOT EXISTS (SELECT FROM event_rule later
			WHERE later.code = r.code AND later.effective_from = r.effective_from
				AND later.recorded_at <= coalesce(as_of, 'infinity')
				AND (later.recorded_at, later.rule_id) > (r.recorded_at, r.rule_id));
END;

COMMENT ON FUNCTION rules_at(timestamptz) IS
'The rules known then, each with the days on which it is in force: from effective_from to effective_until (NULL: open), which is effective_to or the day before the next version. NULL: those known now.';

CREATE FUNCTION rule_at(code text, day date, as_of timestamptz DEFAULT NULL)
RETURNS event_rule
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT r.* FROM (
		SELECT v.* FROM credence_registry.event_rule v
		WHERE v.code = rule_at.code AND v.effective_from <= rule_at.day AND v.recorded_at <= coalesce(rule_at.as_of, 'infinity')
		ORDER BY v.effective_from DESC, v.recorded_at DESC, v.rule_id DESC
		LIMIT 1) r
	WHERE coalesce(rule_at.day <= r.effective_to, true)
$$;

COMMENT ON FUNCTION rule_at(text, date, timestamptz) IS
'The version of a rule in force on a day, as known at a time (NULL: now): of those that had begun the last, and of that the row recorded last. NULL if there is none, or if it had ended.';

CREATE FUNCTION judged_on(judged_by text, occurred_on date, found_on date, decided_on date, effective_on date)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE judged_by WHEN 'found' THEN coalesce(found_on, decided_on) WHEN 'decided' THEN decided_on
	WHEN 'effective' THEN coalesce(effective_on, decided_on) ELSE occurred_on END;

COMMENT ON FUNCTION judged_on(text, date, date, date, date) IS
'The date of an event by which a rule judges it: the one that judged_by of the rule names; one that is not known is the day of the decision.';

-- As an evaluation takes rules: a rule that nobody had recorded by then under any version counts as it was recorded first,
-- since a scheme brings its rules with it and may be tried on the past.
CREATE FUNCTION rule_of_event(code text, occurred_on date, found_on date, decided_on date, effective_on date, known_at timestamptz)
RETURNS SETOF event_rule
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
	SELECT newest.* FROM (
		SELECT r.* FROM event_rule r
		WHERE r.code = rule_of_event.code
			AND r.effective_from <= judged_on(r.judged_by, occurred_on, found_on, decided_on, effective_on)
			AND (known_at IS NULL OR r.recorded_at <= known_at
				OR NOT EXISTS (SELECT FROM event_rule known WHERE known.code = r.code AND known.recorded_at <= known_at))
		ORDER BY r.effective_from DESC, CASE WHEN known_at < r.recorded_at THEN - r.rule_id ELSE r.rule_id END DESC
		LIMIT 1) newest
	WHERE newest.effective_to IS NULL
		OR newest.effective_to >= judged_on(newest.judged_by, occurred_on, found_on, decided_on, effective_on);
END;

COMMENT ON FUNCTION rule_of_event(text, date, date, date, date, timestamptz) IS
'The version of a rule by which an event is judged, by the date of the event that the rule names, as known at a time (NULL: now); no row if none was in force.';

CREATE FUNCTION events_at(as_of timestamptz)
RETURNS SETOF event
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.* FROM event e
	WHERE e.revokes IS NULL
		AND e.recorded_at <= coalesce(as_of, 'infinity')
		AND NOT EXISTS (SELECT FROM event r
			WHERE r.revokes = e.event_id AND r.decided_on = e.decided_on AND r.recorded_at <= coalesce(as_of, 'infinity'));
END;

COMMENT ON FUNCTION events_at(timestamptz) IS
'The events that stood then: without revocations and what they revoke; NULL: those that stand now. Restrict decided_on to read only the years needed.';

-- What the ladder of a rule is asked for, where measures depend on the level: of all cases at once, since a look into every
-- year for each event takes milliseconds.
CREATE FUNCTION case_amounts(until date, known_at timestamptz)
RETURNS TABLE (subject_id bigint, case_code text, category text, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.subject_id, e.case_code, r.category, sum(e.amount)
	FROM events_at(case_amounts.known_at) e
	CROSS JOIN LATERAL rule_of_event(e.rule_code, e.occurred_on, e.found_on, e.decided_on, e.effective_on, case_amounts.known_at) r
	WHERE e.case_code IS NOT NULL AND e.decided_on <= case_amounts.until
	GROUP BY e.subject_id, e.case_code, r.category;
END;

COMMENT ON FUNCTION case_amounts(date, timestamptz) IS
'The amounts of the events of each subject, case and category of rules added up, in yuan, that stood at a time (NULL: now) and were decided upon by a day; NULL if none has an amount. Filter by subject_id.';

CREATE FUNCTION observations_at(as_of timestamptz)
RETURNS SETOF observation
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT o.* FROM observation o
	WHERE o.recorded_at <= coalesce(as_of, 'infinity')
		AND NOT EXISTS (SELECT FROM observation later
			WHERE later.replaces = o.observation_id AND later.period_end = o.period_end
				AND later.recorded_at <= coalesce(as_of, 'infinity'));
END;

COMMENT ON FUNCTION observations_at(timestamptz) IS
'The observations that stood then, the last recorded of each subject, indicator, period, source and evaluator; NULL: those that stand now. Restrict period_end to read only the years needed.';

CREATE FUNCTION commitments_at(as_of timestamptz)
RETURNS SETOF commitment
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT c.* FROM commitment c
	WHERE c.recorded_at <= coalesce(as_of, 'infinity')
		AND NOT EXISTS (SELECT FROM commitment later
			WHERE later.subject_id = c.subject_id AND later.code = c.code AND later.made_on = c.made_on
				AND later.recorded_at <= coalesce(as_of, 'infinity')
				AND (later.recorded_at, later.commitment_id) > (c.recorded_at, c.commitment_id));
END;

COMMENT ON FUNCTION commitments_at(timestamptz) IS
'The commitments known then, the last recorded row of each subject, code and day; NULL: those known now.';

