-- subjects and facts, row by row

-- SECURITY DEFINER, here and below: nobody has the right to write to a table, these functions check and write; and a
-- subject of a region that the caller does not see must be found, or it would be recorded twice.
CREATE FUNCTION put_subject(kind text, code text, name text, region text, valid_from date, level text DEFAULT NULL,
	peer_class text DEFAULT NULL, attributes jsonb DEFAULT '{}', valid_to date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	standing credence_registry.subject;
	id bigint;
BEGIN
	PERFORM credence_registry.require_region(region);
	PERFORM credence_registry.lock_for_writing();
	attributes := coalesce(attributes, '{}');
	PERFORM credence_registry.raise_problems(credence_registry.subject_problems(kind, code, name, region, level, peer_class, attributes,
		valid_from, valid_to));
	SELECT s.* INTO standing FROM credence_registry.subject s
	WHERE s.kind = put_subject.kind AND s.code = put_subject.code FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		INSERT INTO credence_registry.subject AS s (kind, code, name, region, level, peer_class, attributes, valid_from, valid_to)
		VALUES (kind, code, name, region, level, peer_class, attributes, valid_from, valid_to)
		ON CONFLICT ON CONSTRAINT subject_kind_code_key DO NOTHING
		RETURNING s.subject_id INTO id;
		IF FOUND THEN
			PERFORM credence_registry.record_version(ARRAY[id]);
			RETURN id;
		END IF;
		-- another session has just recorded it
		SELECT s.* INTO standing FROM credence_registry.subject s
		WHERE s.kind = put_subject.kind AND s.code = put_subject.code FOR NO KEY UPDATE;
	END IF;
	PERFORM credence_registry.require_region(standing.region);
	IF (standing.name, standing.region, standing.level, standing.peer_class, standing.attributes, standing.valid_from, standing.valid_to)
		IS DISTINCT FROM (name, region, level, peer_class, attributes, valid_from, valid_to) THEN
		UPDATE credence_registry.subject s
		SET name = put_subject.name, region = put_subject.region, level = put_subject.level, peer_class = put_subject.peer_class,
			attributes = put_subject.attributes, valid_from = put_subject.valid_from, valid_to = put_subject.valid_to,
			recorded_at = clock_timestamp()
		WHERE s.subject_id = standing.subject_id;
		PERFORM credence_registry.record_version(ARRAY[standing.subject_id]);
	END IF;
	RETURN standing.subject_id;
END $$;

COMMENT ON FUNCTION put_subject(text, text, text, text, date, text, text, jsonb, date) IS
'Records a subject, or its next version if it is there already: all of it, what is left out becomes empty. Returns its subject_id. For officers of its region, the old one and the new. Recording what stands already changes nothing. Error 22023 names everything that is wrong.';

-- Everything that can be wrong with a subject.
CREATE FUNCTION subject_problems(kind text, code text, name text, region text, level text, peer_class text, attributes jsonb,
	valid_from date, valid_to date)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT array_remove(ARRAY[
		CASE WHEN kind IS NULL THEN 'kind is missing' ELSE credence_registry.code_problem('subject_kind', kind, 'kind of subject') END,
		credence_registry.subject_code_problem(code),
		CASE WHEN coalesce(name, '') = '' THEN 'name is missing' END,
		CASE WHEN region IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = subject_problems.region) THEN
			format('unknown region "%s"', region) END,
		credence_registry.code_problem('subject_level', level, 'level'),
		credence_registry.code_problem('peer_class', peer_class, 'peer class'),
		CASE WHEN jsonb_typeof(attributes) <> 'object' THEN 'attributes are not a JSON object' END,
		CASE WHEN valid_from IS NULL THEN 'valid_from is missing'
			WHEN valid_to < valid_from THEN format('valid_to %s is before valid_from %s', valid_to, valid_from) END,
		credence_registry.day_problem(valid_from, 'valid_from'), credence_registry.day_problem(valid_to, 'valid_to')], NULL)
$$;

COMMENT ON FUNCTION subject_problems(text, text, text, text, text, text, jsonb, date, date) IS 'What is wrong with a subject; empty if nothing is.';

CREATE FUNCTION record_version(subjects bigint[])
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, region, level, peer_class, attributes,
		valid_from, valid_to, recorded_at)
	SELECT s.subject_id, coalesce((SELECT max(v.version) FROM credence_registry.subject_version v WHERE v.subject_id = s.subject_id), 0) + 1,
		s.kind, s.code, s.name, s.region, s.level, s.peer_class, s.attributes, s.valid_from, s.valid_to, s.recorded_at
	FROM credence_registry.subject s
	WHERE s.subject_id = ANY (subjects)
$$;

COMMENT ON FUNCTION record_version(bigint[]) IS
'For put_subject and load_subjects: records subjects as they are now as their next versions.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION put_identity(subject_id bigint, name text, id_number text DEFAULT NULL, phone text DEFAULT NULL, address text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	PERFORM credence_registry.require_subject(put_identity.subject_id);
	INSERT INTO credence_registry.person_identity (subject_id, name, id_number, phone, address)
	VALUES (put_identity.subject_id, put_identity.name, put_identity.id_number, put_identity.phone, put_identity.address)
	ON CONFLICT (subject_id) DO UPDATE
	SET name = excluded.name, id_number = excluded.id_number, phone = excluded.phone, address = excluded.address,
		recorded_at = excluded.recorded_at;
END $$;

COMMENT ON FUNCTION put_identity(bigint, text, text, text, text) IS
'Records who a person is, in place of what was recorded before. For officers of the person''s region.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION erase_identity(subject_id bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_subject(erase_identity.subject_id);
	DELETE FROM credence_registry.person_identity p WHERE p.subject_id = erase_identity.subject_id;
END $$;

COMMENT ON FUNCTION erase_identity(bigint) IS
'Erases who a person is; the subject and its facts stay. For officers of the person''s region.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION record_tie(kind text, from_subject bigint, to_subject bigint, valid_from date, valid_to date DEFAULT NULL,
	weight numeric DEFAULT 1, replaces bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	replaced credence_registry.tie;
	overlapping credence_registry.tie;
	id bigint;
BEGIN
	PERFORM credence_registry.require_subject(from_subject);
	IF NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = to_subject) THEN
		RAISE EXCEPTION 'there is no subject %', coalesce(to_subject::text, 'NULL') USING ERRCODE = 'foreign_key_violation';
	END IF;
	PERFORM credence_registry.lock_for_writing();
	-- ties of one subject are recorded one after another, or two that overlap could both pass
	PERFORM FROM credence_registry.subject s WHERE s.subject_id = from_subject FOR NO KEY UPDATE;
	PERFORM credence_registry.raise_problems(ARRAY[
		CASE WHEN kind IS NULL THEN 'kind is missing' ELSE credence_registry.code_problem('tie_kind', kind, 'kind of tie') END,
		CASE WHEN from_subject = to_subject THEN format('subject %s is tied to itself', from_subject) END,
		CASE WHEN weight IS NULL OR NOT (weight >= 0 AND weight < 'Infinity') THEN format('weight %s is not zero or greater', coalesce(weight::text, 'NULL')) END,
		CASE WHEN valid_from IS NULL THEN 'valid_from is missing'
			WHEN valid_to < valid_from - (replaces IS NOT NULL)::int THEN format('valid_to %s is before valid_from %s', valid_to, valid_from) END,
		credence_registry.day_problem(valid_from, 'valid_from'), credence_registry.day_problem(greatest(valid_to, valid_from), 'valid_to')]);
	IF replaces IS NOT NULL THEN
		SELECT t.* INTO replaced FROM credence_registry.tie t WHERE t.tie_id = replaces;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'there is no tie %', replaces USING ERRCODE = 'foreign_key_violation';
		ELSIF replaced.from_subject <> from_subject THEN
			RAISE EXCEPTION 'tie % is one of subject %, not of subject %', replaces, replaced.from_subject, from_subject
				USING ERRCODE = 'invalid_parameter_value';
		ELSIF EXISTS (SELECT FROM credence_registry.tie t WHERE t.replaces = record_tie.replaces) THEN
			RAISE EXCEPTION 'tie % has been replaced already', replaces USING ERRCODE = 'unique_violation';
		END IF;
	END IF;
	SELECT t.* INTO overlapping FROM credence_registry.ties_at(NULL) t
	WHERE t.from_subject = record_tie.from_subject AND t.kind = record_tie.kind AND t.to_subject = record_tie.to_subject
		AND t.tie_id IS DISTINCT FROM replaces
		AND t.valid_from <= coalesce(record_tie.valid_to, 'infinity') AND record_tie.valid_from <= coalesce(t.valid_to, 'infinity')
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'the tie overlaps with tie %, which holds from % to %', overlapping.tie_id, overlapping.valid_from,
				coalesce(overlapping.valid_to::text, 'further notice')
			USING ERRCODE = 'exclusion_violation', HINT = 'End that tie with end_tie, or replace it with the argument replaces.';
	END IF;
	INSERT INTO credence_registry.tie AS t (kind, from_subject, to_subject, weight, valid_from, valid_to, replaces)
	VALUES (kind, from_subject, to_subject, weight, valid_from, valid_to, replaces)
	RETURNING t.tie_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION record_tie(text, bigint, bigint, date, date, numeric, bigint) IS
'Records a tie, in place of the row replaces if that is given; returns its tie_id. For officers of the region of from_subject. Ties of one kind between the same two subjects do not overlap (error 23P01).';

CREATE FUNCTION end_tie(tie_id bigint, last_day date)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	ended credence_registry.tie;
BEGIN
	SELECT t.* INTO ended FROM credence_registry.tie t WHERE t.tie_id = end_tie.tie_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no tie %', coalesce(tie_id::text, 'NULL') USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN credence_registry.record_tie(ended.kind, ended.from_subject, ended.to_subject, ended.valid_from, last_day, ended.weight, ended.tie_id);
END $$;

COMMENT ON FUNCTION end_tie(bigint, date) IS
'Ends a tie with a last day, by a row that replaces it, whose tie_id is returned; the day before valid_from says that there never was such a tie.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION record_agreement(subject_id bigint, agreement_number text, year int, valid_from date, valid_to date DEFAULT NULL,
	retention_amount numeric DEFAULT NULL, decision text DEFAULT 'signed')
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	id bigint;
BEGIN
	PERFORM credence_registry.require_subject(subject_id);
	PERFORM credence_registry.lock_for_writing();
	PERFORM FROM credence_registry.subject s WHERE s.subject_id = record_agreement.subject_id FOR NO KEY UPDATE;
	PERFORM credence_registry.raise_problems(credence_registry.agreement_problems(subject_id, agreement_number, year, retention_amount,
		decision, valid_from, valid_to));
	INSERT INTO credence_registry.agreement AS a (subject_id, agreement_number, year, retention_amount, decision, valid_from, valid_to)
	VALUES (subject_id, agreement_number, year, retention_amount, decision, valid_from, valid_to)
	RETURNING a.agreement_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION record_agreement(bigint, text, int, date, date, numeric, text) IS
'Records an agreement for a year; of the rows of one subject, number and year the last counts. Returns its agreement_id. For officers of the region of the subject. The validity of one number must not overlap from year to year.';

-- Everything that can be wrong with an agreement.
CREATE FUNCTION agreement_problems(subject_id bigint, agreement_number text, year int, retention_amount numeric, decision text,
	valid_from date, valid_to date)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT array_remove(ARRAY[
		CASE WHEN coalesce(agreement_number, '') = '' THEN 'agreement_number is missing' END,
		CASE WHEN year IS NULL THEN 'year is missing' WHEN year NOT BETWEEN 1900 AND 2199 THEN format('year %s is not between 1900 and 2199', year) END,
		CASE WHEN NOT (retention_amount >= 0 AND retention_amount < 1e16) THEN format('retention_amount %s is not an amount of money', retention_amount)
			WHEN retention_amount <> round(retention_amount, 2) THEN format('retention_amount %s has more than two decimals', retention_amount) END,
		CASE WHEN decision IS NULL THEN 'decision is missing' ELSE credence_registry.code_problem('agreement_decision', decision, 'decision') END,
		CASE WHEN valid_from IS NULL THEN 'valid_from is missing'
			WHEN valid_to < valid_from THEN format('valid_to %s is before valid_from %s', valid_to, valid_from) END,
		credence_registry.day_problem(valid_from, 'valid_from'), credence_registry.day_problem(valid_to, 'valid_to'),
		(SELECT format('its validity overlaps with that of year %s, from %s to %s', a.year, a.valid_from, coalesce(a.valid_to::text, 'further notice'))
			FROM credence_registry.agreements_at(NULL) a
			WHERE a.subject_id = agreement_problems.subject_id AND a.agreement_number = agreement_problems.agreement_number
				AND a.year <> agreement_problems.year
				AND a.valid_from <= coalesce(agreement_problems.valid_to, 'infinity')
				AND agreement_problems.valid_from <= coalesce(a.valid_to, 'infinity')
			ORDER BY a.year LIMIT 1)], NULL)
$$;

COMMENT ON FUNCTION agreement_problems(bigint, text, int, numeric, text, date, date) IS 'What is wrong with an agreement; empty if nothing is.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION record_event(subject_id bigint, rule_code text, occurred_on date, decided_on date, points numeric DEFAULT NULL,
	amount numeric DEFAULT NULL, responsibility text DEFAULT NULL, level text DEFAULT NULL, found_on date DEFAULT NULL,
	effective_on date DEFAULT NULL, case_code text DEFAULT NULL, place_id bigint DEFAULT NULL, source text DEFAULT 'manual',
	event_code text DEFAULT NULL, details jsonb DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	rule credence_registry.event_rule;
	id bigint;
BEGIN
	PERFORM credence_registry.require_subject(subject_id);
	PERFORM credence_registry.lock_for_writing();
	-- events of one subject are recorded one after another, or the same could be recorded twice
	PERFORM FROM credence_registry.subject s WHERE s.subject_id = record_event.subject_id FOR NO KEY UPDATE;
	SELECT * INTO rule FROM credence_registry.rule_of_event(rule_code, occurred_on, found_on, decided_on, effective_on, NULL);
	PERFORM credence_registry.raise_problems(ARRAY[
			CASE WHEN rule_code IS NULL THEN 'rule_code is missing' END,
			credence_registry.date_problem(to_char(occurred_on, 'YYYY-MM-DD'), 'occurred_on', true),
			credence_registry.date_problem(to_char(decided_on, 'YYYY-MM-DD'), 'decided_on', true),
			credence_registry.day_problem(effective_on, 'effective_on'),
			credence_registry.numeric_problem(amount::text, 'amount'),
			credence_registry.numeric_problem(points::text, 'points'),
			CASE WHEN source IS NULL THEN 'source is missing' END,
			CASE WHEN place_id IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = place_id) THEN
				format('there is no subject %s for it to have happened at', place_id) END]
		|| credence_registry.event_problems(rule, rule_code, occurred_on, found_on, decided_on, effective_on, amount, points,
			responsibility, level, source, details));
	-- without a key of its source, the same once more is told by all of it; a key stays taken when its event is revoked
	IF (CASE WHEN event_code IS NULL THEN
			EXISTS (SELECT FROM credence_registry.events_at(NULL) e
				WHERE e.subject_id = record_event.subject_id AND e.decided_on = record_event.decided_on AND e.source = record_event.source
					AND (e.event_code, e.rule_code, e.occurred_on, e.case_code, e.place_id, e.amount) IS NOT DISTINCT FROM
						(NULL::text, record_event.rule_code, record_event.occurred_on, record_event.case_code, record_event.place_id, record_event.amount))
		ELSE
			EXISTS (SELECT FROM credence_registry.event e
				WHERE e.subject_id = record_event.subject_id AND e.decided_on = record_event.decided_on AND e.source = record_event.source
					AND e.event_code = record_event.event_code)
		END) THEN
		RAISE EXCEPTION 'the event is recorded already'
			USING ERRCODE = 'unique_violation', DETAIL = format('Subject %s, rule "%s", decided on %s, source "%s", event_code %s.',
				subject_id, rule_code, decided_on, source, coalesce(quote_literal(event_code), 'NULL')),
				HINT = 'Events of one day are told apart by event_code; one that is recorded anew after revoke_event needs another.';
	END IF;
	INSERT INTO credence_registry.event AS e (decided_on, subject_id, rule_code, occurred_on, found_on, effective_on, case_code, amount, points,
		responsibility, level, place_id, source, event_code, details)
	VALUES (decided_on, subject_id, rule_code, occurred_on, found_on, effective_on, case_code, amount,
		coalesce(points, CASE WHEN rule.degrees ? responsibility THEN (rule.degrees -> responsibility ->> 0)::numeric ELSE rule.points_min END),
		responsibility, level, place_id, source, event_code, details)
	RETURNING e.event_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION record_event(bigint, text, date, date, numeric, numeric, text, text, date, date, text, bigint, text, text, jsonb) IS
'Records an event and returns its event_id. Points may be left out where the rule leaves no discretion. For officers of the region of the subject. Error 22023 names everything that is wrong, 23505: the event is recorded already.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION revoke_event(event_id bigint, reason text, effective_on date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	revoked credence_registry.event;
	id bigint;
BEGIN
	PERFORM credence_registry.require_officer();
	SELECT e.* INTO revoked FROM credence_registry.event e WHERE e.event_id = revoke_event.event_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no event %', coalesce(revoke_event.event_id::text, 'NULL') USING ERRCODE = 'foreign_key_violation';
	END IF;
	PERFORM credence_registry.require_subject(revoked.subject_id);
	PERFORM credence_registry.lock_for_writing();
	-- one after another, as they are recorded: whoever comes second is told that it has been revoked
	PERFORM FROM credence_registry.subject s WHERE s.subject_id = revoked.subject_id FOR NO KEY UPDATE;
	IF revoked.revokes IS NOT NULL THEN
		RAISE EXCEPTION 'event % is a revocation itself', revoked.event_id
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Record the event that it revoked anew.';
	ELSIF coalesce(reason, '') = '' THEN
		RAISE EXCEPTION 'a revocation needs a reason' USING ERRCODE = 'invalid_parameter_value';
	ELSIF EXISTS (SELECT FROM credence_registry.event e WHERE e.revokes = revoked.event_id AND e.decided_on = revoked.decided_on) THEN
		RAISE EXCEPTION 'event % has been revoked already', revoked.event_id USING ERRCODE = 'unique_violation';
	END IF;
	INSERT INTO credence_registry.event AS e (decided_on, subject_id, rule_code, occurred_on, found_on, effective_on, case_code, source,
		revokes, details)
	VALUES (revoked.decided_on, revoked.subject_id, revoked.rule_code, revoked.occurred_on, revoked.found_on,
		coalesce(revoke_event.effective_on, credence_registry.today()), revoked.case_code, revoked.source, revoked.event_id,
		jsonb_build_object('reason', reason))
	RETURNING e.event_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION revoke_event(bigint, text, date) IS
'Revokes an event from now on, with a reason; returns the event_id of the revocation. What was known before stays as it was. effective_on is the date of the decision to revoke, today if NULL. For officers of the region of the subject.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION record_observation(subject_id bigint, indicator text, period_start date, period_end date, value numeric DEFAULT NULL,
	numerator numeric DEFAULT NULL, denominator numeric DEFAULT NULL, value_text text DEFAULT NULL, qualifier text DEFAULT NULL,
	source text DEFAULT 'manual', evaluator text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	replaced credence_registry.observation;
	id bigint;
BEGIN
	PERFORM credence_registry.require_subject(subject_id);
	PERFORM credence_registry.lock_for_writing();
	-- one after another: whoever comes second replaces what the first has recorded
	PERFORM FROM credence_registry.subject s WHERE s.subject_id = record_observation.subject_id FOR NO KEY UPDATE;
	PERFORM credence_registry.raise_problems(ARRAY[
			credence_registry.date_problem(to_char(period_start, 'YYYY-MM-DD'), 'period_start', true),
			credence_registry.date_problem(to_char(period_end, 'YYYY-MM-DD'), 'period_end', true),
			credence_registry.numeric_problem(value::text, 'value'),
			credence_registry.numeric_problem(numerator::text, 'numerator'),
			credence_registry.numeric_problem(denominator::text, 'denominator')]
		|| credence_registry.observation_problems(indicator, period_start, period_end, value, value_text, numerator, denominator,
			qualifier, source, evaluator));
	SELECT o.* INTO replaced FROM credence_registry.observations_at(NULL) o
	WHERE o.subject_id = record_observation.subject_id AND o.indicator = record_observation.indicator
		AND o.period_end = record_observation.period_end AND o.period_start = record_observation.period_start
		AND o.source = record_observation.source AND o.evaluator IS NOT DISTINCT FROM record_observation.evaluator;
	IF FOUND AND (replaced.value, replaced.value_text, replaced.numerator, replaced.denominator, replaced.qualifier)
			IS NOT DISTINCT FROM (value, value_text, numerator, denominator, qualifier) THEN
		RAISE EXCEPTION 'the observation is recorded already, with the same value'
			USING ERRCODE = 'unique_violation', DETAIL = format('Subject %s, indicator "%s", %s to %s, source "%s", evaluator %s.',
				subject_id, indicator, period_start, period_end, source, coalesce(quote_literal(evaluator), 'NULL'));
	END IF;
	INSERT INTO credence_registry.observation AS o (period_end, period_start, subject_id, indicator, value, value_text, numerator, denominator,
		qualifier, source, evaluator, replaces)
	VALUES (period_end, period_start, subject_id, indicator, value, value_text, numerator, denominator, qualifier, source, evaluator,
		replaced.observation_id)
	RETURNING o.observation_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION record_observation(bigint, text, date, date, numeric, numeric, numeric, text, text, text, text) IS
'Records an observation and returns its observation_id: a value, a numerator with its denominator, or a text. A different value for the same subject, indicator, period, source and evaluator replaces the earlier one. For officers of the region of the subject. Error 22023 names everything that is wrong, 23505: that value is recorded already.';

-- Everything that can be wrong with an observation whose columns could be read.
CREATE FUNCTION observation_problems(indicator text, period_start date, period_end date, value numeric, value_text text,
	numerator numeric, denominator numeric, qualifier text, source text, evaluator text)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT array_remove(ARRAY[
		CASE WHEN indicator IS NULL THEN 'indicator is missing' ELSE credence_registry.code_problem('indicator', indicator, 'indicator') END,
		CASE WHEN period_end < period_start THEN format('period_end %s is before period_start %s', period_end, period_start) END,
		CASE WHEN numerator IS NOT NULL AND denominator IS NULL THEN format('numerator %s has no denominator', numerator)
			WHEN denominator IS NOT NULL AND numerator IS NULL THEN format('denominator %s has no numerator', denominator)
			WHEN denominator = 0 THEN 'denominator is zero'
			WHEN denominator < 0 THEN format('denominator %s is less than zero', denominator) END,
		CASE num_nonnulls(value, value_text, coalesce(numerator, denominator))
			WHEN 0 THEN 'there is neither a value nor a text nor a numerator and denominator'
			WHEN 1 THEN NULL
			ELSE 'there is more than one of value, text, and numerator and denominator' END,
		credence_registry.code_problem('qualifier', qualifier, 'qualifier'),
		CASE WHEN source IS NULL THEN 'source is missing' ELSE credence_registry.code_problem('source', source, 'source') END,
		credence_registry.code_problem('evaluator', evaluator, 'evaluator')], NULL)
$$;

COMMENT ON FUNCTION observation_problems(text, date, date, numeric, text, numeric, numeric, text, text, text) IS
'What is wrong with an observation; empty if nothing is.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION record_commitment(subject_id bigint, code text, made_on date, until date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	id bigint;
BEGIN
	PERFORM credence_registry.require_subject(subject_id);
	PERFORM credence_registry.lock_for_writing();
	PERFORM credence_registry.raise_problems(ARRAY[
		CASE WHEN code IS NULL THEN 'code is missing' ELSE credence_registry.code_problem('commitment', code, 'commitment') END,
		CASE WHEN made_on IS NULL THEN 'made_on is missing'
			WHEN until < made_on THEN format('until %s is before made_on %s', until, made_on) END,
		credence_registry.day_problem(made_on, 'made_on'), credence_registry.day_problem(until, 'until')]);
	INSERT INTO credence_registry.commitment AS c (subject_id, code, made_on, until)
	VALUES (subject_id, code, made_on, until)
	RETURNING c.commitment_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION record_commitment(bigint, text, date, date) IS
'Records a commitment and returns its commitment_id; of the rows of one subject, code and day the last counts. For officers of the region of the subject.';

-- SECURITY DEFINER: see put_subject
CREATE FUNCTION record_repair(event_id bigint, completed_on date, measures text[] DEFAULT '{}', fraction numeric DEFAULT NULL,
	points numeric DEFAULT NULL, paid numeric DEFAULT NULL, note text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	repaired credence_registry.event;
	given numeric;
	id bigint;
BEGIN
	PERFORM credence_registry.require_officer();
	SELECT e.* INTO repaired FROM credence_registry.events_at(NULL) e WHERE e.event_id = record_repair.event_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no event %, or it has been revoked', coalesce(event_id::text, 'NULL') USING ERRCODE = 'foreign_key_violation';
	END IF;
	PERFORM credence_registry.require_subject(repaired.subject_id);
	PERFORM credence_registry.lock_for_writing();
	-- repairs of one subject are recorded one after another, or two could give back more than was deducted
	PERFORM FROM credence_registry.subject s WHERE s.subject_id = repaired.subject_id FOR NO KEY UPDATE;
	measures := coalesce(measures, '{}');
	SELECT coalesce(sum(coalesce(r.points, r.fraction * abs(repaired.points))), 0) INTO given
	FROM credence_registry.repair r WHERE r.event_id = record_repair.event_id;
	PERFORM credence_registry.raise_problems(
		ARRAY(SELECT credence_registry.code_problem('measure', m, 'measure') FROM unnest(measures) m)
		|| ARRAY[
		credence_registry.day_problem(completed_on, 'completed_on'), credence_registry.numeric_problem(fraction::text, 'fraction'),
		credence_registry.numeric_problem(points::text, 'points'),
		CASE WHEN completed_on IS NULL THEN 'completed_on is missing'
			WHEN completed_on < repaired.occurred_on THEN format('completed_on %s is before the event occurred, on %s', completed_on, repaired.occurred_on) END,
		CASE WHEN NOT fraction BETWEEN 0 AND 1 THEN format('fraction %s is not between 0 and 1', fraction) END,
		CASE WHEN fraction IS NOT NULL AND points IS NOT NULL THEN 'there are both a fraction and points' END,
		CASE WHEN NOT (points >= 0 AND points < 'Infinity') THEN format('points %s are not zero or greater', points) END,
		CASE WHEN NOT (paid >= 0 AND paid < 1e18) THEN format('paid %s is not zero or greater', paid) END,
		CASE WHEN coalesce(points, fraction * abs(repaired.points)) > greatest(-coalesce(repaired.points, 0), 0) - given THEN
			format('%s points are more than the %s that the event deducted and that have not been given back',
				trim_scale(coalesce(points, fraction * abs(repaired.points))), trim_scale(greatest(-coalesce(repaired.points, 0), 0) - given)) END]);
	INSERT INTO credence_registry.repair AS r (event_id, decided_on, subject_id, measures, completed_on, fraction, points, paid, note)
	VALUES (repaired.event_id, repaired.decided_on, repaired.subject_id, measures, completed_on, fraction, points, paid, note)
	RETURNING r.repair_id INTO id;
	RETURN id;
END $$;

COMMENT ON FUNCTION record_repair(bigint, date, text[], numeric, numeric, numeric, text) IS
'Records what was done to repair an event, and returns its repair_id: measures, the fraction of the deduction or the points given back where that was decided by hand, money paid back. All repairs of an event together give back no more than it deducted. For officers of the region of the subject.';

