-- drawing a bulletin up

CREATE FUNCTION period_unit(period text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN period ~ '^[0-9]{4}$' THEN 'year' WHEN period ~ '^[0-9]{4}H[12]$' THEN 'half' WHEN period ~ '^[0-9]{4}Q[1-4]$' THEN 'quarter'
	WHEN period ~ '^[0-9]{4}-[0-9]{2}$' THEN 'month' WHEN period ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN 'day' END;

COMMENT ON FUNCTION period_unit(text) IS 'What a period in the form of the registry is: year, half, quarter, month or day; NULL for any other span.';

-- What keeps a policy from being applied to a run: one text each. The schemes may have changed since it was imported.
CREATE FUNCTION draw_up_problems(run bigint, filled jsonb)
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT p.problem
	FROM credence_registry.run r
	JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	CROSS JOIN LATERAL (
		SELECT 'the policy is internal: what comes under it is never published' AS problem WHERE filled -> 'internal' = 'true'
		UNION ALL
		SELECT format('scheme "%s" is internal', r.scheme_code) WHERE s.document #> '{publication,internal}' = 'true'
		UNION ALL
		SELECT format('run %s is "%s", not %s', r.run_id, r.state, CASE filled ->> 'stage' WHEN 'notice' THEN 'on notice' ELSE 'final' END)
		WHERE r.state <> coalesce(filled ->> 'stage', 'final')
		UNION ALL
		SELECT format('the policy is not for scheme "%s"', r.scheme_code) WHERE NOT filled -> 'schemes' ? r.scheme_code
		UNION ALL
		SELECT format('the policy is for a %s, period %s is none', filled ->> 'period', r.period)
		WHERE filled ? 'period' AND credence_disclosure.period_unit(r.period) IS DISTINCT FROM filled ->> 'period'
		UNION ALL
		SELECT format('there is no column "%s" in version %s of scheme "%s"', c.name, s.version, s.code)
		FROM unnest(credence_disclosure.texts_of(filled -> 'columns') || ARRAY(SELECT u.u FROM credence_disclosure.table_definitions(filled) t,
			unnest(ARRAY[t.row_class, t.column_class, t.summed]) u (u) WHERE u.u IS NOT NULL)) c (name)
		WHERE c.name <> ALL (credence_disclosure.result_columns()) AND c.name NOT IN (SELECT i.name FROM credence_registry.run_columns(r.scheme_id) i)
		UNION ALL
		SELECT format('scheme "%s" does not allow "%s" to be published', s.code, c.name)
		FROM unnest(credence_disclosure.texts_of(filled -> 'columns')) c (name)
		WHERE s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ? c.name
		UNION ALL
		SELECT format('"%s" tells more than the grade, and scheme "%s" is band_only', c.name, s.code)
		FROM unnest(credence_disclosure.texts_of(filled -> 'columns')) c (name)
		WHERE s.document #> '{publication,band_only}' = 'true' AND c.name <> ALL ('{code,name,kind,region,level,peer,grade,reasons}'::text[])
		UNION ALL
		SELECT format('scheme "%s" asks for cells of at least %s', s.code, s.document #>> '{publication,minimum_cell}')
		WHERE filled ?| '{table,tables}' AND (s.document #>> '{publication,minimum_cell}')::int > (filled ->> 'minimum_cell')::int
		UNION ALL
		SELECT format('the run has persons (%s): masks must say what is done with "%s", be it none', string_agg(DISTINCT x.kind, ', '), c.name)
		FROM unnest('{code,name}'::text[] || ARRAY(SELECT i.name FROM credence_registry.scheme_inputs(s.document) i
			WHERE i.source = 'attribute' AND i.value_type = 'text' AND i.definition ->> 'attribute' NOT IN ('kind', 'region', 'level', 'peer_class'))) c (name), credence_registry.result x
		WHERE x.run_id = r.run_id AND x.kind IN ('physician', 'pharmacist', 'nurse', 'insured_person')
			AND filled -> 'columns' ? c.name AND NOT coalesce(filled -> 'masks' ? c.name, false) AND NOT coalesce(filled -> 'generalise' ? c.name, false)
		GROUP BY c.name
		UNION ALL
		SELECT n FROM credence_disclosure.norms_problems(r.run_id, filled) n
		UNION ALL
		SELECT w.problem FROM credence_disclosure.given_away_problems(s.code, s.document, filled) w
		UNION ALL
		SELECT w FROM credence_disclosure.given_away_by_missing(r.run_id, filled) w
	) p
	WHERE r.run_id = draw_up_problems.run
$$;

COMMENT ON FUNCTION draw_up_problems(bigint, jsonb) IS
'For draw_up: why a policy (with what its template adds) cannot be applied to a run; no rows if it can.';

CREATE FUNCTION salt()
RETURNS text
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT replace(gen_random_uuid()::text, '-', '')
$$;

COMMENT ON FUNCTION salt() IS
'32 random hexadecimal digits, 122 bits of them from the server''s strong source: a hash of the few things that an entry can say could be guessed otherwise.';

-- Whom the list names, in its order, and what it says of each.
CREATE FUNCTION list_of(run bigint, filled jsonb)
RETURNS TABLE (place int, subject_id bigint, shown jsonb, withheld jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT row_number() OVER (ORDER BY CASE filled #>> '{list,order}' WHEN 'rank' THEN r.rank WHEN 'grade' THEN r.notch END NULLS LAST,
			CASE WHEN coalesce(filled #>> '{masks,code}', 'none') <> 'none' THEN md5(format('%s %s', run, r.subject_id)) END,	-- the order of masked codes tells of them
			r.facts ->> 'code' COLLATE "C", r.kind COLLATE "C")::int,
		r.subject_id, v.shown, v.withheld
	FROM credence_disclosure.rows_of(run, credence_disclosure.texts_of(filled -> 'columns'), NULL) r
	CROSS JOIN LATERAL credence_disclosure.shown_values(CASE WHEN filled ? 'generalise' THEN credence_disclosure.generalised(r.facts, filled) ELSE r.facts END, filled) v
	WHERE filled ? 'list'
		AND (filled #> '{list,grades}' IS NULL OR filled #> '{list,grades}' ? (r.facts ->> 'grade'))
		AND (filled #> '{list,kinds}' IS NULL OR filled #> '{list,kinds}' ? r.kind)
		AND (filled #> '{list,most}' IS NULL OR r.rank <= (filled #>> '{list,most}')::int)
$$;

COMMENT ON FUNCTION list_of(bigint, jsonb) IS
'For draw_up: whom the list of a policy names out of a run, in the order of the list, and what it shows and withholds of each. No rows where the policy has no list.';

CREATE FUNCTION items_hash(bulletin bigint)
RETURNS TABLE (items int, items_hash bytea)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT count(*)::int, sha256(coalesce(string_agg(i.hash, ''::bytea ORDER BY i.item), ''))
	FROM credence_disclosure.item i WHERE i.bulletin_id = bulletin
$$;

COMMENT ON FUNCTION items_hash(bigint) IS
'How many items a bulletin has, and the SHA-256 of their hashes, one after the other in the order of their numbers.';

-- SECURITY DEFINER: bulletins are written by functions alone, and drawn from results of all regions.
CREATE FUNCTION draw_up(policy text, run bigint, version text DEFAULT NULL, corrects int DEFAULT NULL, also text[] DEFAULT '{}')
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET datestyle = 'ISO'
SET jit = off		-- the sizes of what functions return are guessed high, and compiling takes a hundred times as long as running
AS $$
#variable_conflict use_column
DECLARE
	held credence_disclosure.policy;
	source credence_registry.run;
	corrected credence_disclosure.bulletin;
	filled jsonb;
	problems text[];
	day date;
	id bigint := nextval('credence_disclosure.bulletin_bulletin_id_seq');
	cells int;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	SELECT p.* INTO held FROM credence_disclosure.policy p
	WHERE p.code = draw_up.policy AND (draw_up.version IS NULL OR p.version = draw_up.version) ORDER BY p.policy_id DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no policy "%"%', policy, coalesce(', version ' || version, '') USING ERRCODE = 'no_data_found';
	END IF;
	SELECT r.* INTO source FROM credence_registry.run r WHERE r.run_id = draw_up.run FOR SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no run %', run USING ERRCODE = 'no_data_found';
	END IF;
	filled := held.filled;
	SELECT array_agg(p) INTO problems FROM credence_disclosure.draw_up_problems(run, filled) p;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION 'policy "%" cannot be applied to run %', policy, run
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = upper(left(problems[1], 1)) || substr(array_to_string(problems, '; '), 2) || '.';
	END IF;
	IF corrects IS NOT NULL THEN
		SELECT b.* INTO corrected FROM credence_disclosure.bulletin b WHERE b.number = draw_up.corrects;
		IF corrected.state IS DISTINCT FROM 'published' THEN
			RAISE EXCEPTION 'bulletin number % cannot be corrected: it is %', corrects, coalesce('"' || corrected.state || '"', 'not there')
				USING ERRCODE = 'object_not_in_prerequisite_state';
		ELSIF NOT EXISTS (SELECT FROM credence_disclosure.policy p WHERE p.policy_id = corrected.policy_id AND p.code = held.code) THEN
			RAISE EXCEPTION 'bulletin number % follows another policy', corrects USING ERRCODE = 'invalid_parameter_value';
		END IF;
	END IF;
	day := coalesce((SELECT max(s.on_date) FROM credence_registry.run_step s WHERE s.run_id = run AND s.to_state = source.state), source.final_at::date);

	-- the tables first, then the list
	cells := credence_disclosure.put_tables(id, run, filled, also);

	IF filled ? 'window' THEN
		INSERT INTO credence_disclosure.item_event (bulletin_id, item, event_id, decided_on, early_from, leaves_on)
		SELECT DISTINCT id, cells + l.place, e.event_id, e.decided_on, w.early_from, w.leaves_on
		FROM credence_disclosure.list_of(run, filled) l
		CROSS JOIN LATERAL (SELECT DISTINCT b.event_id, b.decided_on, b.rule FROM credence_registry.events_behind(run, l.subject_id) b WHERE b.points <= 0) e
		CROSS JOIN LATERAL credence_disclosure.display_window(filled -> 'window', e.decided_on, ARRAY(SELECT e.rule
			UNION ALL SELECT r.category FROM credence_registry.rule_at(e.rule, e.decided_on, source.as_of) r WHERE r.category IS NOT NULL)) w;
	END IF;

	INSERT INTO credence_disclosure.item (bulletin_id, item, kind, subject_id, leaves_on, canonical, hash)
	SELECT id, l.n, 'entry', l.subject_id, l.leaves_on, t.canonical, credence_disclosure.hash_of(t.canonical)
	FROM (
		SELECT x.*, cells + x.place AS n, CASE WHEN NOT filled ? 'window' THEN NULL WHEN v.events > 0 THEN v.leaves_on
			ELSE (SELECT w.leaves_on FROM credence_disclosure.display_window(filled -> 'window', day) w) END AS leaves_on
		FROM credence_disclosure.list_of(run, filled) x
		CROSS JOIN LATERAL (SELECT count(*) AS events, CASE WHEN count(*) = count(i.leaves_on) THEN max(i.leaves_on) END AS leaves_on
			FROM credence_disclosure.item_event i WHERE i.bulletin_id = id AND i.item = cells + x.place) v
	) l
	LEFT JOIN credence_disclosure.adjustments_of(run, filled) a ON a.subject_id = l.subject_id
	CROSS JOIN LATERAL (SELECT credence_disclosure.canonical(jsonb_build_object('item', l.n, 'kind', 'entry', 'salt', credence_disclosure.salt(),
		'values', l.shown, 'withheld', l.withheld, 'leaves_on', l.leaves_on)
		|| CASE WHEN filled -> 'scheme' = 'true' THEN jsonb_build_object('adjustments', coalesce(a.adjustments, '[]')) ELSE '{}' END) AS canonical OFFSET 0) t;
	PERFORM credence_disclosure.keep_documents(id, run, filled);

	INSERT INTO credence_disclosure.bulletin (bulletin_id, policy_id, run_id, audience, time_zone, corrects, due_on, items, items_hash)
	OVERRIDING SYSTEM VALUE
	SELECT id, held.policy_id, run, filled ->> 'audience', coalesce(filled ->> 'time_zone', 'Asia/Shanghai'), corrected.bulletin_id,
		credence_disclosure.calendar_day(nullif(credence_disclosure.texts_of(filled -> 'calendar'), '{}'), source.period_end),
		h.items, h.items_hash
	FROM credence_disclosure.items_hash(id) h;
	INSERT INTO credence_disclosure.bulletin_step (bulletin_id, to_state, on_date) VALUES (id, 'drafted', CURRENT_DATE);
	RETURN id;
END $$;

COMMENT ON FUNCTION draw_up(text, bigint, text, int, text[]) IS
'Draws a bulletin up: applies the last version of a policy, or the one named, to a final run, and returns bulletin_id. corrects is the number of the published bulletin whose place it is to take. What is shown of each subject, until when, which cells are suppressed, and each hash is settled here. also has identities of cells that are to be suppressed besides (see linked_system). By a publisher or an administrator who sees all regions. Errors: 55000 where the policy cannot be applied (not final, internal, another scheme or period, a column that is gone, persons without masks), P0002 where there is no such policy or run, 42501 for others.';
