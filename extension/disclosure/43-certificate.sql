-- linked tables: what a linear program outside of the database has to prove, and the check of the proof
--
-- Where tables share suppressed numbers so that they are no network, what can be inferred is a question for a linear program. The
-- database does not solve it: it gives the system away to who may know it, and checks the answer, which is short to check: for
-- every primary cell a table in which it is low enough and one in which it is high enough, both agreeing with all that is shown.

CREATE TABLE certificate (
	bulletin_id	bigint NOT NULL,
	system		bytea NOT NULL,
	certificate	jsonb NOT NULL,
	at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by			text NOT NULL DEFAULT session_user,
	PRIMARY KEY (bulletin_id, system)
);

COMMENT ON TABLE certificate IS
'Proofs that the suppressed cells of linked tables cannot be inferred too closely. Nobody''s to read but the functions of the disclosure: they tell what is suppressed. Append-only, written with certify.';
COMMENT ON COLUMN certificate.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN certificate.system IS 'SHA-256 of the system of equations that it is about, which is another one when another bulletin is published.';
COMMENT ON COLUMN certificate.certificate IS 'The witnesses.';
COMMENT ON COLUMN certificate.at IS 'When it was given.';
COMMENT ON COLUMN certificate.by IS 'By whom (login).';

SELECT pg_catalog.pg_extension_config_dump('certificate', '');
SELECT credence_registry.make_append_only('certificate', 'Certify it again when the system has changed.');

-- The numbers are numbered by their identity, the equations by table and place.
CREATE FUNCTION certified_system(bulletin bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	cells credence_disclosure.cell[] := ARRAY(SELECT c FROM credence_disclosure.audited_cells(bulletin) c WHERE c.table_place > 0 ORDER BY c.bulletin_id, c.item);
	linked text[] := ARRAY(SELECT a.identity FROM credence_disclosure.audit_release(bulletin) a WHERE a.linked);
	all_bounds credence_disclosure.cell[] := ARRAY(SELECT c FROM credence_disclosure.audited_cells(bulletin) c);
	ring_tables text[];
	rings jsonb;
	document jsonb;
BEGIN
	IF linked = '{}' THEN
		RETURN NULL;
	END IF;
	-- of a ring all tables, those too that show everything
	ring_tables := ARRAY(SELECT t.own_table FROM credence_disclosure.ring_tables(all_bounds) t
		WHERE EXISTS (SELECT FROM credence_disclosure.ring_tables(all_bounds) o JOIN unnest(all_bounds) c ON (c.bulletin_id, c.table_place)::text = o.own_table
			WHERE o.of = t.of AND c.identity = ANY (linked)));
	rings := (SELECT jsonb_object_agg(r.of, r.classes) FROM credence_disclosure.rings_of(all_bounds) r WHERE r.of IN (SELECT t.of FROM credence_disclosure.ring_tables(all_bounds) t WHERE t.own_table = ANY (ring_tables)));
	-- the tables with linked numbers in them, whole, and all that shares a number with them
	cells := ARRAY(SELECT c FROM unnest(cells) c WHERE (c.bulletin_id, c.table_place) IN (SELECT o.bulletin_id, o.table_place FROM unnest(cells) o WHERE o.identity = ANY (linked))
		OR (c.bulletin_id, c.table_place)::text = ANY (ring_tables));
	WITH variable AS MATERIALIZED (
		SELECT row_number() OVER (ORDER BY v.identity COLLATE "C")::int AS n, v.*,
			EXISTS (SELECT FROM unnest(all_bounds) c WHERE c.identity = v.identity AND c.known) AS told,
			l.item, l.label, coalesce(l.open, false) AS open
		FROM credence_disclosure.variables_of(all_bounds) v
		LEFT JOIN LATERAL (
			SELECT min(c.item) AS item, min(credence_disclosure.cell_label(i.canonical::jsonb)) AS label, bool_and(c.reason IS NULL AND NOT c.known AND NOT c.must_show) AS open
			FROM credence_disclosure.cell c JOIN credence_disclosure.item i ON i.bulletin_id = c.bulletin_id AND i.item = c.item
			WHERE c.bulletin_id = certified_system.bulletin AND c.identity = v.identity
		) l ON true
		WHERE v.identity IN (SELECT c.identity FROM unnest(cells) c)
	), before AS MATERIALIZED (
		SELECT DISTINCT c.identity FROM unnest(all_bounds) c WHERE c.bulletin_id <> certified_system.bulletin AND c.known
	), term AS MATERIALIZED (
		SELECT dense_rank() OVER (ORDER BY e.table_no, e.equation COLLATE "C") AS equation, v.n, sum(e.sign)::int AS sign
		FROM credence_disclosure.table_equations(cells) e JOIN variable v ON v.identity = e.identity
		GROUP BY e.table_no, e.equation, v.n HAVING sum(e.sign) <> 0
	), ring AS MATERIALIZED (
		SELECT r.key AS of, ARRAY(SELECT jsonb_array_elements_text(r.value)) AS classes FROM jsonb_each(rings) r
	), pair AS MATERIALIZED (		-- of the tables of a ring each cell that is no total: [class, value, class, value]
		SELECT v.n, r.of, v.identity::jsonb AS identity, v.lowest, v.told AND v.value = 0 AND v.lowest >= 0 AS nothing,
			(SELECT array_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(v.identity::jsonb - 'of') k) AS keys
		FROM variable v JOIN ring r ON r.of = v.identity::jsonb ->> 'of'
		WHERE (SELECT count(*) = 2 AND bool_and(e.key = ANY (r.classes) AND jsonb_typeof(e.value) = 'string') FROM jsonb_each(v.identity::jsonb - 'of') e)
	), every AS MATERIALIZED (		-- the numbers over all classes; where a cell of nothing covers them they are nothing
		SELECT r.of, (SELECT bool_and(p.lowest IS NOT NULL) FROM pair p WHERE p.of = r.of) AS positive, b.*
		FROM ring r CROSS JOIN LATERAL credence_disclosure.ring_numbers(certified_system.bulletin, r.of, r.classes) b
	), covered AS MATERIALIZED (
		SELECT e.of, e.place, p.n, coalesce(p.nothing AND e.positive, false) AS nothing
		FROM every e JOIN (SELECT DISTINCT p.of, p.keys FROM pair p) k ON k.of = e.of
		JOIN pair p ON p.of = e.of AND p.identity = jsonb_build_object('of', e.of, k.keys[1], e.place -> k.keys[1], k.keys[2], e.place -> k.keys[2])
	), joint AS MATERIALIZED (
		SELECT (SELECT max(v.n) FROM variable v) + row_number() OVER (ORDER BY e.of COLLATE "C", e.place)::int AS n, e.*
		FROM every e WHERE NOT EXISTS (SELECT FROM covered c WHERE c.of = e.of AND c.place = e.place AND c.nothing)
	), term_of_ring AS (		-- what is in a cell of two classes, less that cell, is 0
		SELECT t.equation, t.n, t.sign FROM term t
		UNION ALL
		SELECT (SELECT coalesce(max(t.equation), 0) FROM term t) + dense_rank() OVER (ORDER BY u.pair), u.n, u.sign
		FROM (SELECT c.n AS pair, j.n, 1 AS sign FROM joint j JOIN covered c ON c.of = j.of AND c.place = j.place
			UNION ALL SELECT DISTINCT c.n, c.n, -1 FROM covered c WHERE NOT c.nothing) u
	)
	SELECT jsonb_build_object('bulletin', certified_system.bulletin,
		'cells', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('cell', v.n, 'identity', v.identity, 'item', v.item, 'label', v.label, 'value', v.value, 'suppressed', NOT v.told,
				'free', v.told AND v.open AND NOT EXISTS (SELECT FROM before b WHERE b.identity = v.identity),
				'cost', v.cost, 'lowest', v.lowest, 'highest', v.highest,
				'needed_least', CASE WHEN NOT v.told THEN v.needed_least END, 'needed_greatest', CASE WHEN NOT v.told THEN v.needed_greatest END)) ORDER BY v.n) FROM variable v)
			|| coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('cell', j.n, 'identity', credence_disclosure.canonical(j.place || jsonb_build_object('every', j.of)), 'value', j.value,
				'suppressed', true, 'free', false, 'cost', 0, 'lowest', CASE WHEN j.positive THEN j.told END)) ORDER BY j.n) FROM joint j), '[]'),
		'equations', (SELECT jsonb_agg(q.terms ORDER BY q.equation) FROM (SELECT t.equation, jsonb_agg(jsonb_build_array(t.n, t.sign) ORDER BY t.n) AS terms
			FROM term_of_ring t GROUP BY t.equation) q))
	INTO document;
	RETURN document;
END $$;

COMMENT ON FUNCTION certified_system(bigint) IS
'For linked_system and certify: the system of equations of the linked tables of a bulletin; NULL where none are.';

-- SECURITY DEFINER: what cells really are is nobody's to read, but who has to find a proof must know it.
CREATE FUNCTION linked_system(bulletin bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	RETURN credence_disclosure.certified_system(bulletin);
END $$;

COMMENT ON FUNCTION linked_system(bigint) IS
'The tables of a bulletin that are linked so that they take a certificate, as equations: cells (cell: number; identity and label; value; suppressed; free: may be suppressed by drawing up anew with its identity in also; cost; lowest and highest: bounds that everybody knows; needed_least and needed_greatest: of a primary cell, the interval to protect) and equations, each a list of [cell, sign] that adds up to 0. Of tables that make a ring of classes the numbers of a table over all of these are among the cells, without label and item. Confidential: it has what is suppressed. NULL where nothing is linked so. By a publisher or an administrator.';

-- NULL if the witnesses prove it.
CREATE FUNCTION certificate_fault(system jsonb, certificate jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	fault text;
BEGIN
	WITH cell AS MATERIALIZED (
		SELECT (c ->> 'cell')::int AS n, (c ->> 'value')::numeric AS value, (c ->> 'suppressed')::boolean AS suppressed, (c ->> 'lowest')::numeric AS lowest,
			(c ->> 'highest')::numeric AS highest, (c ->> 'needed_least')::numeric AS needed_least, (c ->> 'needed_greatest')::numeric AS needed_greatest
		FROM jsonb_array_elements(system -> 'cells') c
	), term AS MATERIALIZED (
		SELECT e.n::int AS equation, (t.value ->> 0)::int AS cell, (t.value ->> 1)::int AS sign, row_number() OVER (ORDER BY e.n, t.n) AS place
		FROM jsonb_array_elements(system -> 'equations') WITH ORDINALITY e (value, n) CROSS JOIN LATERAL jsonb_array_elements(e.value) WITH ORDINALITY t (value, n)
	), witness AS MATERIALIZED (
		SELECT (w ->> 'cell')::int AS cell, w ->> 'side' AS side, v.key::int AS other, v.value::numeric AS value
		FROM jsonb_array_elements(certificate -> 'witnesses') w CROSS JOIN LATERAL jsonb_each_text(w -> 'values') v
	)
	SELECT credence_disclosure.check_certificate(c.value, c.suppressed, c.lowest, c.highest, t.equation, t.cell, t.sign, p.cell, p.lower, p.upper, NULL,
		coalesce(w.cell, '{}'), coalesce(w.side, '{}'), coalesce(w.other, '{}'), coalesce(w.value, '{}'))
	INTO fault
	FROM (SELECT array_agg(c.value ORDER BY c.n) AS value, array_agg(c.suppressed ORDER BY c.n) AS suppressed, array_agg(c.lowest ORDER BY c.n) AS lowest, array_agg(c.highest ORDER BY c.n) AS highest FROM cell c) c,
		(SELECT array_agg(t.equation ORDER BY t.place) AS equation, array_agg(t.cell ORDER BY t.place) AS cell, array_agg(t.sign ORDER BY t.place) AS sign FROM term t) t,
		(SELECT array_agg(c.n ORDER BY c.n) AS cell, array_agg(c.value - c.needed_least ORDER BY c.n) AS lower, array_agg(c.needed_greatest - c.value ORDER BY c.n) AS upper
			FROM cell c WHERE c.needed_least IS NOT NULL) p,
		(SELECT array_agg(w.cell ORDER BY w.cell, w.side, w.other) AS cell, array_agg(w.side ORDER BY w.cell, w.side, w.other) AS side,
			array_agg(w.other ORDER BY w.cell, w.side, w.other) AS other, array_agg(w.value ORDER BY w.cell, w.side, w.other) AS value FROM witness w) w
	WHERE p.cell IS NOT NULL;
	RETURN fault;
END $$;

COMMENT ON FUNCTION certificate_fault(jsonb, jsonb) IS
'For certify and publish: what is wrong with a certificate for a system of linked_system; NULL if it proves that every primary cell is protected.';

-- SECURITY DEFINER: certificates are written by functions alone.
CREATE FUNCTION certify(bulletin bigint, certificate jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin);
	system jsonb;
	fault text;
BEGIN
	IF current.state NOT IN ('drafted', 'reviewed', 'notice') THEN
		RAISE EXCEPTION 'bulletin % is "%"', bulletin, current.state USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	system := credence_disclosure.certified_system(bulletin);
	IF system IS NULL THEN
		RAISE EXCEPTION 'the tables of bulletin % take no certificate', bulletin
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'What can be inferred of them is found without: see audit_cells.';
	ELSIF jsonb_typeof(certificate) IS DISTINCT FROM 'object' OR jsonb_typeof(certificate -> 'witnesses') IS DISTINCT FROM 'array'
		OR EXISTS (SELECT FROM jsonb_array_elements(certificate -> 'witnesses') w WHERE jsonb_typeof(w) <> 'object' OR coalesce(w ->> 'cell' !~ '^[0-9]{1,9}$', true)
			OR coalesce(w ->> 'side' NOT IN ('low', 'high'), true) OR jsonb_typeof(w -> 'values') IS DISTINCT FROM 'object')
		OR EXISTS (SELECT FROM jsonb_array_elements(certificate -> 'witnesses') w, jsonb_each_text(w -> 'values') v
			WHERE v.key !~ '^[0-9]{1,9}$' OR coalesce(v.value !~ '^-?[0-9]{1,30}([.][0-9]{1,30})?$', true)) THEN
		RAISE EXCEPTION 'a certificate is {"witnesses": [{"cell": number, "side": "low" or "high", "values": {cell: value}}]}' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	fault := credence_disclosure.certificate_fault(system, certificate);
	IF fault IS NOT NULL THEN
		RAISE EXCEPTION 'the certificate does not prove that bulletin % is safe', bulletin USING ERRCODE = 'invalid_parameter_value', DETAIL = upper(left(fault, 1)) || substr(fault, 2) || '.';
	END IF;
	INSERT INTO credence_disclosure.certificate AS c (bulletin_id, system, certificate)
	VALUES (bulletin, credence_disclosure.hash_of(credence_disclosure.canonical(system)), certificate) ON CONFLICT DO NOTHING;
END $$;

COMMENT ON FUNCTION certify(bigint, jsonb) IS
'Proves that no suppressed cell of linked tables can be inferred too closely: {"witnesses": [{"cell": number, "side": "low" or "high", "values": {cell: value}}]}, cells by their numbers in linked_system. Each witness is a table that agrees with all that is shown, given by what differs from the true one, in which that primary cell is at needed_least or below (low), at needed_greatest or above (high). Checked now and again by publish. By a publisher or an administrator. Errors: 22023 where it does not prove it, 55000 where nothing is linked so or the bulletin is published.';

CREATE FUNCTION certificate_problem(bulletin bigint)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	system jsonb := credence_disclosure.certified_system(bulletin);
	fault text := 'its tables are linked, and there is no certificate that what is suppressed is safe';
	given credence_disclosure.certificate;
BEGIN
	IF system IS NULL THEN
		RETURN NULL;
	END IF;
	FOR given IN SELECT c.* FROM credence_disclosure.certificate c WHERE c.bulletin_id = certificate_problem.bulletin ORDER BY c.at
	LOOP
		IF given.system <> credence_disclosure.hash_of(credence_disclosure.canonical(system)) THEN
			fault := 'its certificate is about other tables: something was published since';
			CONTINUE;
		END IF;
		fault := credence_disclosure.certificate_fault(system, given.certificate);
		EXIT WHEN fault IS NULL;
	END LOOP;
	RETURN fault;
END $$;

COMMENT ON FUNCTION certificate_problem(bigint) IS
'For publish: why the linked tables of a bulletin are not proved to be safe; NULL if they are, or none are linked so.';

-- SECURITY DEFINER: see draw_up.
CREATE FUNCTION draw_up_anew(bulletin bigint, also text[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	current credence_disclosure.bulletin := credence_disclosure.lock_bulletin(bulletin);
	held credence_disclosure.policy := (SELECT p FROM credence_disclosure.policy p WHERE p.policy_id = current.policy_id);
	drawn bigint;
BEGIN
	IF current.state <> 'drafted' THEN
		RAISE EXCEPTION 'bulletin % is "%", and more of it has to be suppressed', bulletin, current.state
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Discard it, draw it up anew, and protect the draft.';
	END IF;
	drawn := credence_disclosure.draw_up(held.code, current.run_id, held.version,
		(SELECT b.number FROM credence_disclosure.bulletin b WHERE b.bulletin_id = current.corrects),
		also || ARRAY(SELECT c.identity FROM credence_disclosure.cell c WHERE c.bulletin_id = draw_up_anew.bulletin AND c.reason = 'secondary'));
	PERFORM credence_disclosure.discard(bulletin, format('drawn up anew as %s, with more of it suppressed', drawn));
	RETURN drawn;
END $$;

COMMENT ON FUNCTION draw_up_anew(bigint, text[]) IS
'Draws a draft up anew with further cells suppressed, those of the identities in also (see linked_system), discards the old one, and returns the new one. By a publisher or an administrator. Errors: 55000 where it is no draft any more.';
