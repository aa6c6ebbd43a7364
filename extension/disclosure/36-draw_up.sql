-- drawing a bulletin up

CREATE FUNCTION period_unit(period text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN period ~ '^[0-9]{4}$' THEN 'year' WHEN period ~ '^[0-9]{4}H[12]$' THEN 'half' WHEN period ~ '^[0-9]{4}Q[1-4]$' THEN 'quarter'
	WHEN period ~ '^[0-9]{4}-[0-9]{2}$' THEN 'month' WHEN period ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN 'day' END;

COMMENT ON FUNCTION period_unit(text) IS 'What a period in the form of the registry is: year, half, quarter, month or day; NULL for any other span.';

-- When and for how long a scheme lets its results be published is a bound too, where a list names somebody.
CREATE FUNCTION publication_time_problems(publication jsonb, filled jsonb)
RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT w.problem
	FROM (SELECT publication #>> '{window,most_months}' AS most, publication #>> '{window,least_months}' AS least, publication -> 'served_after' AS served, publication -> 'calendar' AS days) p
	CROSS JOIN LATERAL (VALUES
		(coalesce((filled #>> '{window,most_months}')::int > p.most::int, p.most IS NOT NULL), format('asks that entries leave after %s months at the most', p.most)),
		(filled #> '{window,early_end}' IS NOT NULL AND (filled #>> '{window,least_months}')::int < p.least::int, format('asks that entries are shown for %s months at least', p.least)),
		(filled #> '{window,early_end}' IS NOT NULL AND publication ? 'window' AND NOT publication -> 'window' ? 'early_end', 'knows no early end'),
		(p.served IS NOT NULL AND filled ->> 'stage' IS DISTINCT FROM 'notice' AND (coalesce((filled #>> '{served_after,days}')::int < (p.served ->> 'days')::int, true)
			OR p.served -> 'working' = 'true' AND filled #> '{served_after,working}' IS DISTINCT FROM 'true'),
			format('asks that those named were served %s %sdays before', p.served ->> 'days', CASE WHEN p.served -> 'working' = 'true' THEN 'working ' ELSE '' END)),
		(p.days IS NOT NULL AND NOT coalesce(filled -> 'calendar' <@ p.days, false), format('has the calendar %s', (SELECT string_agg(d, ', ') FROM jsonb_array_elements_text(p.days) d)))) w (wrong, problem)
	WHERE w.wrong AND filled ? 'list'
$$;

COMMENT ON FUNCTION publication_time_problems(jsonb, jsonb) IS
'For draw_up_problems: what a policy (with what its template adds) has against the window, the service and the calendar of a scheme''s publication profile; no rows where it names nobody.';

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
		FROM (SELECT unnest(credence_disclosure.texts_of(filled -> 'columns')) UNION SELECT credence_disclosure.table_inputs(filled)) c (name)
		WHERE s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ? c.name
		UNION ALL
		SELECT format('the order of the list tells "rank", which scheme "%s" does not allow to be published', s.code)
		WHERE filled #>> '{list,order}' = 'rank' AND (s.document #> '{publication,band_only}' = 'true'
			OR s.document #> '{publication,columns}' IS NOT NULL AND NOT s.document #> '{publication,columns}' ?| '{rank,score}')
		UNION ALL
		SELECT format('"%s" tells more than the grade, and scheme "%s" is band_only', c.name, s.code)
		FROM (SELECT unnest(credence_disclosure.texts_of(filled -> 'columns')) UNION SELECT t.summed FROM credence_disclosure.table_definitions(filled) t WHERE t.summed IS NOT NULL) c (name)
		WHERE s.document #> '{publication,band_only}' = 'true' AND c.name <> ALL ('{code,name,kind,region,level,peer,grade,reasons}'::text[])
		UNION ALL
		SELECT format('scheme "%s" asks for cells of at least %s', s.code, s.document #>> '{publication,minimum_cell}')
		WHERE filled ?| '{table,tables}' AND (s.document #>> '{publication,minimum_cell}')::int > (filled ->> 'minimum_cell')::int
		UNION ALL
		SELECT format('scheme "%s" asks for cells of at least %s, and of sums "contributors" says how many', s.code, s.document #>> '{publication,minimum_cell}')
		WHERE (s.document #>> '{publication,minimum_cell}')::int > coalesce((filled ->> 'contributors')::int, 1)
			AND EXISTS (SELECT FROM credence_disclosure.table_definitions(filled) t WHERE t.summed IS NOT NULL)
		UNION ALL
		SELECT format('scheme "%s" %s', s.code, t.problem) FROM credence_disclosure.publication_time_problems(s.document -> 'publication', filled) t (problem)
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

-- The inputs that a scheme calls missing where there are too few cases.
CREATE FUNCTION inputs_with_minimum(run bigint)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT ARRAY(SELECT i.key FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id, jsonb_each(s.document -> 'inputs') i
		WHERE r.run_id = inputs_with_minimum.run AND i.value ? 'minimum')
$$;

COMMENT ON FUNCTION inputs_with_minimum(bigint) IS
'For draw_up: the inputs of the scheme of a run that are missing where there are fewer observations, or a smaller denominator, than their "minimum".';

CREATE FUNCTION salt()
RETURNS text
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT replace(gen_random_uuid()::text, '-', '')
$$;

COMMENT ON FUNCTION salt() IS
'32 random hexadecimal digits, 122 bits of them from the server''s strong source: a hash of the few things that an entry can say could be guessed otherwise.';

-- Whom the list names, in its order, and what it says of each. The order says nothing that the entries do not: whoever knows all codes
-- could tell who is where in a list by code, and who is in two lists of the same order could be told by the place. So those who are not named
-- by code or name are in the order of what is shown of them, and what is shown alike in one that changes with the seed.
CREATE FUNCTION list_of(run bigint, filled jsonb, seed text DEFAULT '')
RETURNS TABLE (place int, subject_id bigint, shown jsonb, withheld jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH policy AS MATERIALIZED (
		SELECT credence_disclosure.texts_of(filled -> 'columns') AS columns, credence_disclosure.shown_plainly(filled, 'grade') AS by_grade,
			coalesce(filled #>> '{masks,code}', 'none') = 'none'
				AND (credence_disclosure.shown_plainly(filled, 'code') OR credence_disclosure.shown_plainly(filled, 'name')) AS by_code,
			credence_disclosure.inputs_with_minimum(run) AS few
	)
	SELECT row_number() OVER (ORDER BY CASE filled #>> '{list,order}' WHEN 'rank' THEN r.rank WHEN 'grade' THEN CASE WHEN p.by_grade THEN r.notch END END NULLS LAST,
			CASE WHEN p.by_code THEN r.facts ->> 'code' END COLLATE "C", CASE WHEN p.by_code THEN r.kind END COLLATE "C",
			ARRAY(SELECT coalesce(v.shown -> c, v.shown -> ('input.' || c))::text FROM unnest(p.columns) WITH ORDINALITY u (c, n) ORDER BY u.n)::text COLLATE "C",
			md5(format('%s %s', seed, r.subject_id)), r.subject_id)::int,
		r.subject_id, v.shown, v.withheld
	FROM policy p
	CROSS JOIN LATERAL credence_disclosure.rows_of(run, p.columns, NULL) r
	CROSS JOIN LATERAL credence_disclosure.shown_values(CASE WHEN filled ? 'generalise' THEN credence_disclosure.generalised(r.facts, filled) ELSE r.facts END, filled, p.few) v
	WHERE filled ? 'list'
		AND (filled #> '{list,grades}' IS NULL OR filled #> '{list,grades}' ? (r.facts ->> 'grade'))
		AND (filled #> '{list,kinds}' IS NULL OR filled #> '{list,kinds}' ? r.kind)
		AND (filled #> '{list,most}' IS NULL OR r.rank <= (filled #>> '{list,most}')::int)
$$;

COMMENT ON FUNCTION list_of(bigint, jsonb, text) IS
'For draw_up: whom the list of a policy names out of a run, in the order of the list, and what it shows and withholds of each. seed settles the order of those that it shows alike. No rows where the policy has no list.';

-- Points that are counted up against somebody are positive, and those that are taken off negative: which of them commend depends on the scorecard.
CREATE FUNCTION lower_is_better(document jsonb, input text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(bool_or(CASE i.value ->> 'direction' WHEN 'lower' THEN true WHEN 'higher' THEN false
			ELSE g.falling <> coalesce(credence.value((i.value ->> 'curve')::credence.curve, -1e15) > credence.value((i.value ->> 'curve')::credence.curve, 1e15),
				credence.points((i.value ->> 'bands')::credence.bands, -1e15) > credence.points((i.value ->> 'bands')::credence.bands, 1e15), false) END),
		bool_or(g.falling))		-- not on the card itself: as what the card makes of the score
	FROM (SELECT coalesce(credence.notch(b.bands, credence.grade(b.bands, -1e15)) < credence.notch(b.bands, credence.grade(b.bands, 1e15)), false) AS falling
		FROM (SELECT (lower_is_better.document #>> '{scorecard,grades}')::credence.bands AS bands) b) g
	LEFT JOIN jsonb_array_elements(lower_is_better.document #> '{scorecard,indicators}') i (value)
		ON coalesce(i.value ->> 'input', i.value ->> 'name') = lower_is_better.input
$$;

COMMENT ON FUNCTION lower_is_better(jsonb, text) IS
'For draw_up: whether less of an input is better in a scheme document: by the direction of its indicator where that is stated, else by its curve or bands and by the grades.';

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
	zone text;
	seed text := credence_disclosure.salt();		-- kept nowhere
	cells int;
	lower text[];		-- inputs of which less is better
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
	zone := coalesce(filled ->> 'time_zone', credence_registry.time_zone());
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
	day := credence_disclosure.day_of_run(run, zone);

	-- the tables first, then the list
	cells := credence_disclosure.put_tables(id, run, filled, also);

	IF filled ? 'window' THEN
		lower := ARRAY(SELECT i.key FROM credence_registry.scheme s, jsonb_each(s.document -> 'inputs') i
			WHERE s.scheme_id = source.scheme_id AND i.value ? 'events' AND credence_disclosure.lower_is_better(s.document, i.key));
		INSERT INTO credence_disclosure.item_event (bulletin_id, item, event_id, decided_on, early_from, leaves_on)
		WITH listed AS MATERIALIZED (
			SELECT l.place, l.subject_id FROM credence_disclosure.list_of(run, filled, seed) l
		)
		SELECT DISTINCT id, cells + l.place, e.event_id, e.decided_on, w.early_from, w.leaves_on
		FROM listed l
		JOIN (SELECT DISTINCT b.subject_id, b.event_id, b.decided_on, b.rule
			FROM credence_registry.events_behind_each(run, ARRAY(SELECT x.subject_id FROM listed x)) b
			WHERE CASE WHEN b.input = ANY (lower) THEN b.points >= 0 ELSE b.points <= 0 END) e ON e.subject_id = l.subject_id
		CROSS JOIN LATERAL credence_disclosure.display_window(filled -> 'window', e.decided_on, ARRAY(SELECT e.rule
			UNION ALL SELECT r.category FROM credence_registry.rule_at(e.rule, e.decided_on, source.as_of) r WHERE r.category IS NOT NULL)) w;
	END IF;

	INSERT INTO credence_disclosure.item (bulletin_id, item, kind, subject_id, leaves_on, canonical, hash)
	SELECT id, l.n, 'entry', l.subject_id, l.leaves_on, t.canonical, credence_disclosure.hash_of(t.canonical)
	FROM (
		SELECT x.*, cells + x.place AS n, CASE WHEN NOT filled ? 'window' THEN NULL WHEN v.events > 0 THEN v.leaves_on
			ELSE (SELECT w.leaves_on FROM credence_disclosure.display_window(filled -> 'window', day) w) END AS leaves_on
		FROM credence_disclosure.list_of(run, filled, seed) x
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
	SELECT id, held.policy_id, run, filled ->> 'audience', zone, corrected.bulletin_id,
		credence_disclosure.calendar_day(nullif(credence_disclosure.texts_of(filled -> 'calendar'), '{}'), source.period_end),
		h.items, h.items_hash
	FROM credence_disclosure.items_hash(id) h;
	INSERT INTO credence_disclosure.bulletin_step (bulletin_id, to_state, on_date) VALUES (id, 'drafted', credence_disclosure.today_of(id));
	RETURN id;
END $$;

COMMENT ON FUNCTION draw_up(text, bigint, text, int, text[]) IS
'Draws a bulletin up: applies the last version of a policy, or the one named, to a final run, and returns bulletin_id. corrects is the number of the published bulletin whose place it is to take. What is shown of each subject, until when, which cells are suppressed, and each hash is settled here. also has identities of cells that are to be suppressed besides (see linked_system). By a publisher or an administrator who sees all regions. Errors: 55000 where the policy cannot be applied (not final, internal, another scheme or period, a column that is gone, persons without masks), P0002 where there is no such policy or run, 42501 for others.';
