-- publication, and the chain

-- A run on notice still changes, by appeals and overrides; a final one does not.
CREATE FUNCTION run_changes(bulletin bigint)
RETURNS TABLE (obstacle text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
DECLARE
	drawn credence_disclosure.bulletin;
	filled jsonb;
	changed bigint;
	first_code text;
BEGIN
	SELECT b.* INTO drawn FROM credence_disclosure.bulletin b WHERE b.bulletin_id = run_changes.bulletin;
	filled := (SELECT p.filled FROM credence_disclosure.policy p WHERE p.policy_id = drawn.policy_id);
	IF filled ->> 'stage' IS DISTINCT FROM 'notice' OR drawn.number IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT count(*), min(s.code COLLATE "C") INTO changed, first_code
	FROM (SELECT l.subject_id, l.shown FROM credence_disclosure.list_of(drawn.run_id, filled) l) n
	FULL JOIN (SELECT i.subject_id, i.canonical::jsonb -> 'values' AS shown FROM credence_disclosure.item i
		WHERE i.bulletin_id = run_changes.bulletin AND i.subject_id IS NOT NULL) o ON o.subject_id = n.subject_id
	JOIN credence_registry.subject s ON s.subject_id = coalesce(n.subject_id, o.subject_id)
	WHERE n.shown IS DISTINCT FROM o.shown;
	IF changed > 0 THEN
		obstacle := format('run %s has changed since the bulletin was drawn up (subjects: %s, the first "%s"): draw it up anew', drawn.run_id, changed, first_code);
		RETURN NEXT;
	END IF;
	SELECT count(*) INTO changed
	FROM (SELECT (x.cell).table_place AS table_place, (x.cell).identity AS identity, (x.cell).value AS value
		FROM credence_disclosure.table_definitions(filled) t CROSS JOIN LATERAL credence_disclosure.table_cells(drawn.run_id, filled, t.table_place) x) n
	FULL JOIN (SELECT c.table_place, c.identity, c.value FROM credence_disclosure.cell c WHERE c.bulletin_id = run_changes.bulletin) o
		ON o.table_place = n.table_place AND o.identity = n.identity
	WHERE n.value IS DISTINCT FROM o.value;
	IF changed > 0 THEN
		obstacle := format('run %s has changed since the bulletin was drawn up (cells: %s): draw it up anew', drawn.run_id, changed);
		RETURN NEXT;
	END IF;
END $$;

COMMENT ON FUNCTION run_changes(bigint) IS
'For obstacles: says so where a bulletin that is drawn from a run on notice does not say any more what the run says, because an appeal or an override has changed it.';

-- What keeps a bulletin from being published on a day: one row each; none if nothing does.
CREATE FUNCTION obstacles(bulletin bigint, on_date date)
RETURNS TABLE (obstacle text, until date)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET datestyle = 'ISO'
AS $$
	WITH b AS MATERIALIZED (
		SELECT b.*, p.filled FROM credence_disclosure.bulletin b JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id
		WHERE b.bulletin_id = obstacles.bulletin
	)
	SELECT format('the bulletin is "%s"', b.state), NULL::date FROM b
	WHERE b.state <> CASE WHEN b.filled ? 'notice' THEN 'notice' ELSE 'reviewed' END
	UNION ALL
	SELECT format('the notice lasts until %s', b.notice_until), b.notice_until FROM b WHERE b.notice_until >= on_date
	UNION ALL
	SELECT format('the calendar has %s', b.due_on), b.due_on - 1 FROM b WHERE b.due_on > on_date
	UNION ALL
	SELECT format('objection %s is not answered', o.objection_id), NULL
	FROM credence_disclosure.objection o
	WHERE o.bulletin_id = obstacles.bulletin AND NOT EXISTS (SELECT FROM credence_disclosure.objection_answer a WHERE a.objection_id = o.objection_id)
	UNION ALL
	SELECT format('objection %s was upheld', o.objection_id), NULL
	FROM credence_disclosure.objection o JOIN credence_disclosure.objection_answer a ON a.objection_id = o.objection_id AND a.upheld
	WHERE o.bulletin_id = obstacles.bulletin
	UNION ALL
	SELECT CASE WHEN v.until IS NULL THEN format('%s of those named were not served, the first "%s"', count(*), min(s.code COLLATE "C"))
		ELSE format('of those served the clock of %s runs until %s, the first "%s"', count(*), v.until, min(s.code COLLATE "C")) END, v.until
	FROM b JOIN credence_disclosure.item i ON i.bulletin_id = b.bulletin_id AND i.subject_id IS NOT NULL
	JOIN credence_registry.subject s ON s.subject_id = i.subject_id
	LEFT JOIN credence_disclosure.service v ON v.bulletin_id = i.bulletin_id AND v.item = i.item
	WHERE b.filled ? 'served_after' AND (v.until IS NULL OR v.until >= on_date)
		AND NOT EXISTS (SELECT FROM credence_disclosure.item_withdrawal w WHERE w.bulletin_id = i.bulletin_id AND w.item = i.item)
	GROUP BY v.until
	UNION ALL
	SELECT format('run %s is "%s"', r.run_id, r.state), NULL FROM b JOIN credence_registry.run r ON r.run_id = b.run_id WHERE r.state <> coalesce(b.filled ->> 'stage', 'final')
	UNION ALL
	SELECT c.obstacle, NULL FROM credence_disclosure.run_changes(obstacles.bulletin) c
	UNION ALL
	SELECT format('bulletin number %s, which it corrects, is "%s"', c.number, c.state), NULL
	FROM b JOIN credence_disclosure.bulletin c ON c.bulletin_id = b.corrects WHERE c.state <> 'published'
	UNION ALL
	SELECT format('bulletin number %s says the same of the same run and policy: correct it', c.number), NULL
	FROM b JOIN credence_disclosure.bulletin c ON c.run_id = b.run_id AND c.state = 'published' AND c.bulletin_id IS DISTINCT FROM b.corrects
	JOIN credence_disclosure.policy p ON p.policy_id = c.policy_id AND p.code = b.filled ->> 'code'
	UNION ALL
	SELECT c.obstacle, NULL FROM credence_disclosure.cell_obstacles(obstacles.bulletin) c
	UNION ALL
	SELECT p, NULL FROM credence_disclosure.anonymity_problems(obstacles.bulletin) p
$$;

COMMENT ON FUNCTION obstacles(bigint, date) IS
'For publication_obstacles and publish: what keeps a bulletin from being published on a day.';

-- SECURITY DEFINER: the counts that are suppressed are nobody's to read.
CREATE FUNCTION publication_obstacles(bulletin bigint, on_date date DEFAULT NULL)
RETURNS TABLE (obstacle text, until date)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	IF credence_disclosure.today_of(bulletin) IS NULL THEN
		RAISE EXCEPTION 'there is no bulletin %', coalesce(bulletin::text, 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	RETURN QUERY SELECT o.obstacle, o.until FROM credence_disclosure.obstacles(bulletin, coalesce(on_date, credence_disclosure.today_of(bulletin))) o
		ORDER BY o.until, o.obstacle COLLATE "C";
END $$;

COMMENT ON FUNCTION publication_obstacles(bigint, date) IS
'What keeps a bulletin from being published on a day (NULL: today, where its days begin), and the last day on which it does (NULL: time alone does not mend it); no rows if nothing does. By a publisher or an administrator. Errors: P0002 where there is no such bulletin.';

-- SECURITY DEFINER: see review.
CREATE FUNCTION publish(bulletin bigint, on_date date DEFAULT NULL, note text DEFAULT NULL)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	current credence_disclosure.bulletin;
	held credence_disclosure.policy;
	source credence_registry.run;
	problems text[];
	until date;
	timeless boolean;
	place int;
	last_number int;
	last_date date;
	last_hash bytea;
	corrected credence_disclosure.bulletin;
	sealed text;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin');
	-- Whoever looked before would not see the objection, or the bulletin, that another has just committed.
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'a bulletin is published in a transaction that sees what is there now, not in one that is %', upper(current_setting('transaction_isolation'))
			USING ERRCODE = 'active_sql_transaction', HINT = 'Use READ COMMITTED.';
	END IF;
	-- One after the other, on a table that nobody else can lock so: an advisory lock could be held by anyone who may connect.
	LOCK TABLE credence_disclosure.bulletin_transition IN EXCLUSIVE MODE;
	current := credence_disclosure.lock_bulletin(bulletin, on_date);
	on_date := coalesce(on_date, credence_disclosure.today_of(bulletin));
	SELECT array_agg(o.obstacle ORDER BY o.until, o.obstacle COLLATE "C"), max(o.until), bool_or(o.until IS NULL) INTO problems, until, timeless
	FROM credence_disclosure.obstacles(bulletin, on_date) o;
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION 'bulletin % cannot be published on %', bulletin, on_date
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = upper(left(problems[1], 1)) || substr(array_to_string(problems, '; '), 2) || '.',
				HINT = CASE WHEN NOT timeless THEN format('Its clocks allow it from %s on.', until + 1)
					WHEN array_to_string(problems, ' ') LIKE '%is suppressed%'
						THEN 'audit_cells shows how far each can be inferred. Coarser rows, no margins, fewer cells in show or a shorter list help, in another version of the policy.'
					WHEN array_to_string(problems, ' ') ~ ' has (size|diversity) [0-9]+, below '
						THEN 'In another version of the policy generalise or hide columns, or list fewer; anonymity() has all classes.'
					ELSE 'Settle that first; publication_obstacles lists it.' END;
	END IF;
	SELECT b.number, b.published_on, b.hash INTO last_number, last_date, last_hash
	FROM credence_disclosure.bulletin b WHERE b.number IS NOT NULL ORDER BY b.number DESC LIMIT 1;
	IF on_date < last_date THEN
		RAISE EXCEPTION 'bulletin % cannot be published on %: number % was on %', bulletin, on_date, last_number, last_date
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The chain goes forward.';
	END IF;
	place := coalesce(last_number, 0) + 1;
	SELECT p.* INTO held FROM credence_disclosure.policy p WHERE p.policy_id = current.policy_id;
	SELECT r.* INTO source FROM credence_registry.run r WHERE r.run_id = current.run_id;
	SELECT b.* INTO corrected FROM credence_disclosure.bulletin b WHERE b.bulletin_id = current.corrects FOR UPDATE;
	sealed := credence_disclosure.canonical(jsonb_build_object('bulletin', place, 'previous', encode(last_hash, 'hex'),
		'items', current.items, 'items_sha256', encode(current.items_hash, 'hex'), 'published_on', on_date,
		'audience', current.audience, 'policy', held.code, 'policy_version', held.version, 'template', held.filled -> 'template',
		'title', coalesce(held.filled -> 'title', '{}'), 'notes', coalesce(held.filled -> 'notes', '{}'),
		'columns', coalesce(held.filled -> 'columns', '[]'), 'minimum_cell', held.filled -> 'minimum_cell',
		'tables', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'title', t.title, 'rows', t.row_class, 'columns', t.column_class, 'measure', t.measure,
			'percent', t.percent) ORDER BY t.table_place), '[]') FROM credence_disclosure.table_definitions(held.filled) t),
		'scheme', source.scheme_code, 'scheme_version', (SELECT s.version FROM credence_registry.scheme s WHERE s.scheme_id = source.scheme_id),
		'period', source.period, 'period_start', source.period_start, 'period_end', source.period_end, 'corrects', corrected.number)
		|| credence_disclosure.recomputable(bulletin, current.run_id, held.filled)
		|| CASE WHEN held.filled ? 'deemed_served' THEN jsonb_build_object('deemed_served_on', credence_registry.clock_until(held.filled -> 'deemed_served', on_date)) ELSE '{}' END);
	IF corrected.bulletin_id IS NOT NULL THEN
		PERFORM credence_disclosure.step_bulletin(corrected.bulletin_id, corrected.state, 'corrected', on_date, format('by number %s', place));
	END IF;
	UPDATE credence_disclosure.bulletin b
	SET state = 'published', number = place, published_on = on_date, heading = sealed, previous_hash = last_hash, hash = credence_disclosure.hash_of(sealed)
	WHERE b.bulletin_id = publish.bulletin;
	INSERT INTO credence_disclosure.bulletin_step (bulletin_id, from_state, to_state, on_date, note)
	VALUES (bulletin, current.state, 'published', on_date, note);
	RETURN place;
END $$;

COMMENT ON FUNCTION publish(bigint, date, text) IS
'Publishes a bulletin from a day on (NULL: today, where its days begin) and returns its number in the chain; a correction takes the place of what it corrects in the same instant. From then on nothing of it changes, for whomever. By a publisher or an administrator. Errors: 55000 with everything that keeps it from being published (publication_obstacles): not reviewed or not on notice, clocks that run, objections that are open or upheld, a run that is not final any more, or whose results on notice have changed since, suppressed cells that can be inferred too closely, linked tables without a certificate; 22023 for a day in the future or before that of the last bulletin or of the run, 25001 in a transaction that is not READ COMMITTED.';

