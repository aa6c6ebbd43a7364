-- subjects, ties and agreements: batches

-- SECURITY DEFINER: who loads can neither read the staging table, where others stage too, nor write to subject; and subjects
-- of regions that the login does not see must be found.
CREATE FUNCTION load_subjects(batch text DEFAULT credence_registry.current_batch())
RETURNS TABLE (line bigint, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = iso, ymd
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	login text := session_user;
	regions text[] := credence_registry.visible_regions();
	kinds text[] := credence_registry.known_codes('subject_kind');
	levels text[] := credence_registry.known_codes('subject_level');
	classes text[] := credence_registry.known_codes('peer_class');
	changed bigint[];
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.lock_for_writing();
	RETURN QUERY
	WITH staged AS (
		SELECT row_number() OVER (ORDER BY l.line) AS n, l.*, s.subject_id, s.region AS old_region, r.region AS known_region,
			row_number() OVER same AS occurrence, first_value(l.line) OVER same AS first
		FROM credence_registry.subject_load l
		LEFT JOIN credence_registry.subject s ON s.kind = l.kind AND s.code = l.code
		LEFT JOIN credence_registry.region r ON r.region = l.region
		WHERE CASE WHEN l.batch = load_subjects.batch THEN l.loaded_by = login END
		WINDOW same AS (PARTITION BY l.kind, l.code ORDER BY l.line)
	)
	SELECT t.n, problem.reason
	FROM staged t
	CROSS JOIN LATERAL unnest(ARRAY[
		CASE WHEN t.kind IS NULL THEN 'kind is missing'
			WHEN t.kind <> ALL (kinds) THEN format('unknown kind of subject "%s"', t.kind) END,
		CASE WHEN credence_registry.subject_code_problem(t.code) IS NOT NULL THEN credence_registry.subject_code_problem(t.code)
			WHEN t.occurrence > 1 AND t.kind IS NOT NULL THEN
				format('the same subject as line %s: %s "%s"', (SELECT o.n FROM staged o WHERE o.line = t.first), t.kind, t.code) END,
		CASE WHEN coalesce(t.name, '') = '' THEN 'name is missing' END,
		CASE WHEN t.region IS NOT NULL AND t.known_region IS NULL THEN format('unknown region "%s"', t.region)
			WHEN NOT credence_registry.may_act_in(t.region, regions) THEN
				format('%s is none for which "%s" is responsible', coalesce('region "' || t.region || '"', 'no region'), login)
			WHEN t.subject_id IS NOT NULL AND NOT credence_registry.may_act_in(t.old_region, regions) THEN
				format('%s "%s" belongs to %s, for which "%s" is not responsible', t.kind, t.code,
					coalesce('region "' || t.old_region || '"', 'no region'), login) END,
		CASE WHEN t.level IS NOT NULL AND t.level <> ALL (levels) THEN format('unknown level "%s"', t.level) END,
		CASE WHEN t.peer_class IS NOT NULL AND t.peer_class <> ALL (classes) THEN format('unknown peer class "%s"', t.peer_class) END,
		CASE WHEN t.attributes IS NOT NULL AND coalesce(jsonb_typeof(credence_registry.try_jsonb(t.attributes)), '') <> 'object' THEN
			'attributes are not a JSON object' END,
		credence_registry.date_problem(t.valid_from, 'valid_from', true),
		credence_registry.date_problem(t.valid_to, 'valid_to', false),
		CASE WHEN t.valid_to IS NOT NULL AND credence_registry.try_date(t.valid_to) < credence_registry.try_date(t.valid_from) THEN
			format('valid_to %s is before valid_from %s', t.valid_to, t.valid_from) END]) WITH ORDINALITY AS problem(reason, place)
	WHERE problem.reason IS NOT NULL
	ORDER BY t.n, problem.place;
	IF NOT FOUND THEN
		IF NOT EXISTS (SELECT FROM credence_registry.subject_load l WHERE l.batch = load_subjects.batch AND l.loaded_by = login) THEN
			PERFORM credence_registry.raise_empty_batch(batch);
		END IF;
		WITH landed AS (
			INSERT INTO credence_registry.subject AS s (kind, code, name, region, level, peer_class, attributes, valid_from, valid_to)
			SELECT l.kind, l.code, l.name, l.region, l.level, l.peer_class, coalesce(l.attributes::jsonb, '{}'),
				l.valid_from::date, l.valid_to::date
			FROM credence_registry.subject_load l
			WHERE l.batch = load_subjects.batch AND l.loaded_by = login
			ORDER BY l.line
			ON CONFLICT (kind, code) DO UPDATE
			SET name = excluded.name, region = excluded.region, level = excluded.level, peer_class = excluded.peer_class,
				attributes = excluded.attributes, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
				recorded_at = clock_timestamp()
			WHERE (s.name, s.region, s.level, s.peer_class, s.attributes, s.valid_from, s.valid_to) IS DISTINCT FROM
				(excluded.name, excluded.region, excluded.level, excluded.peer_class, excluded.attributes, excluded.valid_from, excluded.valid_to)
			RETURNING s.subject_id
		)
		SELECT array_agg(landed.subject_id) INTO changed FROM landed;
		INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, region, level, peer_class, attributes,
			valid_from, valid_to, recorded_at)
		SELECT s.subject_id, coalesce(v.version, 0) + 1, s.kind, s.code, s.name, s.region, s.level, s.peer_class, s.attributes,
			s.valid_from, s.valid_to, s.recorded_at
		FROM unnest(changed) c(subject_id)
		JOIN credence_registry.subject s USING (subject_id)
		LEFT JOIN (SELECT v.subject_id, max(v.version) AS version FROM credence_registry.subject_version v GROUP BY 1) v USING (subject_id);
		INSERT INTO credence_registry.person_identity (subject_id, name, id_number, phone, address)
		SELECT s.subject_id, l.person_name, l.id_number, l.phone, l.address
		FROM credence_registry.subject_load l
		JOIN credence_registry.subject s ON s.kind = l.kind AND s.code = l.code
		WHERE l.batch = load_subjects.batch AND l.loaded_by = login
			AND num_nonnulls(l.person_name, l.id_number, l.phone, l.address) > 0
		ON CONFLICT (subject_id) DO UPDATE
		SET name = excluded.name, id_number = excluded.id_number, phone = excluded.phone, address = excluded.address,
			recorded_at = excluded.recorded_at;
	END IF;
	PERFORM credence_registry.clear_staging('credence_registry.subject_load', batch);
END $$;

COMMENT ON FUNCTION load_subjects(text) IS
'Lands the rows of a batch that the login has staged in subject_load, new subjects and new versions of those that are there, or none: then it returns every bad row, by line within the batch, once for each reason. Without rows in the result the batch has landed. Either way it is used up. Rows that say what is recorded already change nothing. Error P0002 if nothing is staged.';

-- SECURITY DEFINER: see load_subjects
CREATE FUNCTION load_ties(batch text DEFAULT credence_registry.current_batch())
RETURNS TABLE (line bigint, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = iso, ymd
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	login text := session_user;
	regions text[] := credence_registry.visible_regions();
	kinds text[] := credence_registry.known_codes('tie_kind');
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.lock_for_writing();
	-- ties of one subject are recorded one after another, or two that overlap could both pass
	PERFORM s.subject_id
	FROM credence_registry.subject s
	WHERE EXISTS (SELECT FROM credence_registry.tie_load l
		WHERE l.batch = load_ties.batch AND l.loaded_by = login AND l.from_kind = s.kind AND l.from_code = s.code)
	ORDER BY s.subject_id FOR NO KEY UPDATE;
	RETURN QUERY
	WITH staged AS (
		SELECT row_number() OVER (ORDER BY l.line) AS n, l.kind, l.from_kind, l.from_code, l.to_kind, l.to_code,
			l.weight, l.valid_from AS from_text, l.valid_to AS to_text,
			credence_registry.try_date(l.valid_from) AS valid_from, credence_registry.try_date(l.valid_to) AS valid_to,
			f.subject_id AS from_subject, f.region, t.subject_id AS to_subject
		FROM credence_registry.tie_load l
		LEFT JOIN credence_registry.subject f ON f.kind = l.from_kind AND f.code = l.from_code
		LEFT JOIN credence_registry.subject t ON t.kind = l.to_kind AND t.code = l.to_code
		WHERE CASE WHEN l.batch = load_ties.batch THEN l.loaded_by = login END
	), ordered AS (
		-- in order of their beginnings, a tie overlaps with one before it if it begins before the last of those has ended
		SELECT s.*, max(coalesce(s.valid_to, 'infinity')) OVER before AS reached, first_value(s.n) OVER before AS other
		FROM staged s
		WINDOW before AS (PARTITION BY s.kind, s.from_subject, s.to_subject ORDER BY s.valid_from, s.n
			ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
	)
	SELECT t.n, problem.reason
	FROM ordered t
	LEFT JOIN LATERAL (SELECT o.tie_id, o.valid_from, o.valid_to
		FROM credence_registry.ties_at(NULL) o
		WHERE o.from_subject = t.from_subject AND o.to_subject = t.to_subject AND o.kind = t.kind
			AND o.valid_from <= coalesce(t.valid_to, 'infinity') AND t.valid_from <= coalesce(o.valid_to, 'infinity')
		LIMIT 1) standing ON true
	CROSS JOIN LATERAL unnest(ARRAY[
		CASE WHEN t.kind IS NULL THEN 'kind is missing'
			WHEN t.kind <> ALL (kinds) THEN format('unknown kind of tie "%s"', t.kind) END,
		CASE WHEN t.from_kind IS NULL OR t.from_code IS NULL THEN 'from_kind and from_code are needed'
			WHEN t.from_subject IS NULL THEN format('there is no %s "%s"', t.from_kind, t.from_code)
			WHEN NOT credence_registry.may_act_in(t.region, regions) THEN
				format('%s "%s" belongs to %s, for which "%s" is not responsible', t.from_kind, t.from_code,
					coalesce('region "' || t.region || '"', 'no region'), login) END,
		CASE WHEN t.to_kind IS NULL OR t.to_code IS NULL THEN 'to_kind and to_code are needed'
			WHEN t.to_subject IS NULL THEN format('there is no %s "%s"', t.to_kind, t.to_code)
			WHEN t.to_subject = t.from_subject THEN format('%s "%s" is tied to itself', t.to_kind, t.to_code) END,
		credence_registry.numeric_problem(t.weight, 'weight'),
		CASE WHEN credence_registry.try_numeric(t.weight) < 0 THEN format('weight %s is less than zero', t.weight) END,
		credence_registry.date_problem(t.from_text, 'valid_from', true),
		credence_registry.date_problem(t.to_text, 'valid_to', false),
		CASE WHEN t.valid_to < t.valid_from THEN format('valid_to %s is before valid_from %s', t.valid_to, t.valid_from) END,
		CASE WHEN t.valid_from <= t.reached AND t.from_subject IS NOT NULL AND t.to_subject IS NOT NULL THEN
			format('overlaps with the same tie in line %s or after it', t.other) END,
		CASE WHEN standing.tie_id IS NOT NULL THEN
			format('overlaps with tie %s, which holds from %s to %s', standing.tie_id, standing.valid_from, coalesce(standing.valid_to::text, 'further notice')) END
		]) WITH ORDINALITY AS problem(reason, place)
	WHERE problem.reason IS NOT NULL
	ORDER BY t.n, problem.place;
	IF NOT FOUND THEN
		IF NOT EXISTS (SELECT FROM credence_registry.tie_load l WHERE l.batch = load_ties.batch AND l.loaded_by = login) THEN
			PERFORM credence_registry.raise_empty_batch(batch);
		END IF;
		INSERT INTO credence_registry.tie (kind, from_subject, to_subject, weight, valid_from, valid_to)
		SELECT l.kind, f.subject_id, t.subject_id, coalesce(l.weight::numeric, 1), credence_registry.try_date(l.valid_from), credence_registry.try_date(l.valid_to)
		FROM credence_registry.tie_load l
		JOIN credence_registry.subject f ON f.kind = l.from_kind AND f.code = l.from_code
		JOIN credence_registry.subject t ON t.kind = l.to_kind AND t.code = l.to_code
		WHERE l.batch = load_ties.batch AND l.loaded_by = login
		ORDER BY l.line;
	END IF;
	PERFORM credence_registry.clear_staging('credence_registry.tie_load', batch);
END $$;

COMMENT ON FUNCTION load_ties(text) IS
'Lands the rows of a batch that the login has staged in tie_load, or none: then it returns every bad row, by line within the batch, once for each reason. Without rows in the result the batch has landed. Either way it is used up. Error P0002 if nothing is staged.';

-- SECURITY DEFINER: see load_subjects
CREATE FUNCTION load_agreements(batch text DEFAULT credence_registry.current_batch())
RETURNS TABLE (line bigint, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = iso, ymd
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	login text := session_user;
	regions text[] := credence_registry.visible_regions();
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.lock_for_writing();
	PERFORM s.subject_id
	FROM credence_registry.subject s
	WHERE EXISTS (SELECT FROM credence_registry.agreement_load l
		WHERE l.batch = load_agreements.batch AND l.loaded_by = login AND l.subject_kind = s.kind AND l.subject_code = s.code)
	ORDER BY s.subject_id FOR NO KEY UPDATE;
	RETURN QUERY
	WITH staged AS (
		SELECT row_number() OVER (ORDER BY l.line) AS n, l.subject_kind, l.subject_code, l.agreement_number,
			CASE WHEN l.year ~ '^[0-9]{4}$' THEN l.year::int END AS year, l.year AS year_text,
			l.retention_amount AS amount_text, credence_registry.try_numeric(l.retention_amount) AS retention_amount,
			coalesce(l.decision, 'signed') AS decision, l.valid_from AS from_text, l.valid_to AS to_text,
			credence_registry.try_date(l.valid_from) AS valid_from, credence_registry.try_date(l.valid_to) AS valid_to,
			s.subject_id, s.region
		FROM credence_registry.agreement_load l
		LEFT JOIN credence_registry.subject s ON s.kind = l.subject_kind AND s.code = l.subject_code
		WHERE CASE WHEN l.batch = load_agreements.batch THEN l.loaded_by = login END
	), ordered AS (
		SELECT s.*, row_number() OVER same AS occurrence, first_value(s.n) OVER same AS first,
			max(coalesce(s.valid_to, 'infinity')) OVER before AS reached, first_value(s.n) OVER before AS other
		FROM staged s
		WINDOW same AS (PARTITION BY s.subject_id, s.agreement_number, s.year ORDER BY s.n),
			before AS (PARTITION BY s.subject_id, s.agreement_number ORDER BY s.valid_from, s.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
	)
	SELECT t.n, problem.reason
	FROM ordered t
	CROSS JOIN LATERAL unnest(ARRAY[
		CASE WHEN t.subject_kind IS NULL OR t.subject_code IS NULL THEN 'subject_kind and subject_code are needed'
			WHEN t.subject_id IS NULL THEN format('there is no %s "%s"', t.subject_kind, t.subject_code)
			WHEN NOT credence_registry.may_act_in(t.region, regions) THEN
				format('%s "%s" belongs to %s, for which "%s" is not responsible', t.subject_kind, t.subject_code,
					coalesce('region "' || t.region || '"', 'no region'), login) END,
		CASE WHEN t.year_text IS NOT NULL AND t.year IS NULL THEN format('year "%s" is not a year', left(t.year_text, 60)) END,
		credence_registry.numeric_problem(t.amount_text, 'retention_amount'),
		credence_registry.date_problem(t.from_text, 'valid_from', true),
		credence_registry.date_problem(t.to_text, 'valid_to', false),
		CASE WHEN t.subject_id IS NULL OR t.agreement_number IS NULL OR t.year IS NULL THEN NULL
			WHEN t.occurrence > 1 THEN format('the same agreement and year as line %s', t.first)
			WHEN t.valid_from <= t.reached THEN format('its validity overlaps with that of line %s or after it', t.other) END]
		|| array_remove(array_remove(credence_registry.agreement_problems(t.subject_id, t.agreement_number, t.year, t.retention_amount,
			t.decision, t.valid_from, t.valid_to),
			CASE WHEN t.from_text IS NOT NULL OR t.valid_from IS NULL THEN 'valid_from is missing' END),
			CASE WHEN t.year_text IS NOT NULL THEN 'year is missing' END)) WITH ORDINALITY AS problem(reason, place)
	WHERE problem.reason IS NOT NULL
	ORDER BY t.n, problem.place;
	IF NOT FOUND THEN
		IF NOT EXISTS (SELECT FROM credence_registry.agreement_load l WHERE l.batch = load_agreements.batch AND l.loaded_by = login) THEN
			PERFORM credence_registry.raise_empty_batch(batch);
		END IF;
		INSERT INTO credence_registry.agreement (subject_id, agreement_number, year, retention_amount, decision, valid_from, valid_to)
		SELECT s.subject_id, l.agreement_number, l.year::int, l.retention_amount::numeric, coalesce(l.decision, 'signed'),
			credence_registry.try_date(l.valid_from), credence_registry.try_date(l.valid_to)
		FROM credence_registry.agreement_load l
		JOIN credence_registry.subject s ON s.kind = l.subject_kind AND s.code = l.subject_code
		WHERE l.batch = load_agreements.batch AND l.loaded_by = login
		ORDER BY l.line;
	END IF;
	PERFORM credence_registry.clear_staging('credence_registry.agreement_load', batch);
END $$;

COMMENT ON FUNCTION load_agreements(text) IS
'Lands the rows of a batch that the login has staged in agreement_load, or none: then it returns every bad row, by line within the batch, once for each reason. Without rows in the result the batch has landed. Either way it is used up. Error P0002 if nothing is staged.';

