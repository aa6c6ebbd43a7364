-- rings of classes: tables such as level by region, region by kind, kind by level
--
-- Tables of two classes each are laid beside each other by the classes that they share. As long as no ring of classes comes about,
-- any such tables that agree where they meet can be those of some population. In a ring that is not so: some that agree have no
-- population behind them, and whoever rules them out infers more. So there the numbers of a table over all the classes of the ring are
-- part of the system, which nobody publishes, and a witness is a whole population. That takes a certificate.

-- What hangs on a ring by one class is no part of it: it can be matched to any population that agrees with that class.
CREATE FUNCTION rings_of(cells cell[])
RETURNS TABLE (of text, classes text[])
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	measure text;
	pairs jsonb;		-- [[class, class], ...]
	fewer jsonb;
BEGIN
	FOR measure, pairs IN
		SELECT t.of, jsonb_agg(DISTINCT t.keys) FROM (
			SELECT i.identity ->> 'of' AS of, (SELECT jsonb_agg(k ORDER BY k COLLATE "C") FROM jsonb_object_keys(i.identity - 'of') k) AS keys
			FROM (SELECT DISTINCT ON (c.bulletin_id, c.table_place) c.identity::jsonb AS identity FROM unnest(cells) c
				ORDER BY c.bulletin_id, c.table_place, c.row_place > 0 AND c.column_place > 0 DESC) i) t
		WHERE jsonb_array_length(t.keys) = 2 GROUP BY t.of
	LOOP
		LOOP
			SELECT coalesce(jsonb_agg(p.p), '[]') INTO fewer FROM jsonb_array_elements(pairs) p (p)
			WHERE NOT EXISTS (SELECT FROM jsonb_array_elements_text(p.p) k WHERE (SELECT count(*) FROM jsonb_array_elements(pairs) o (o) WHERE o.o ? k) = 1);
			EXIT WHEN fewer = pairs;
			pairs := fewer;
		END LOOP;
		IF pairs <> '[]' THEN
			RETURN QUERY SELECT measure, ARRAY(SELECT DISTINCT k COLLATE "C" FROM jsonb_array_elements(pairs) p (p), jsonb_array_elements_text(p.p) k ORDER BY 1)::text[];
		END IF;
	END LOOP;
END $$;

COMMENT ON FUNCTION rings_of(cell[]) IS
'For the audit: of each measure the classes that tables of two classes each tie together in rings, in alphabetical order; no rows where there is no ring.';

-- The tables of rings; written as the audit writes tables.
CREATE FUNCTION ring_tables(cells cell[])
RETURNS TABLE (own_table text, of text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT (i.bulletin_id, i.table_place)::text, r.of
	FROM (SELECT DISTINCT ON (c.bulletin_id, c.table_place) c.bulletin_id, c.table_place, c.identity::jsonb AS identity FROM unnest(cells) c
		ORDER BY c.bulletin_id, c.table_place, c.row_place > 0 AND c.column_place > 0 DESC) i
	JOIN credence_disclosure.rings_of(cells) r ON r.of = i.identity ->> 'of'
	WHERE (SELECT count(*) = 2 AND bool_and(k = ANY (r.classes)) FROM jsonb_object_keys(i.identity - 'of') k)
$$;

COMMENT ON FUNCTION ring_tables(cell[]) IS
'For the audit: the tables that make rings of classes (bulletin and place, as a text), and the measure of each.';

-- The true numbers are those of the run; what the lists tell is the least that each can be.
CREATE FUNCTION ring_numbers(bulletin bigint, of text, classes text[])
RETURNS TABLE (place jsonb, value numeric, told numeric)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	numbers_limit CONSTANT int := 10000;	-- of which each is a whole number that a solver has to find
	current credence_disclosure.bulletin := (SELECT b FROM credence_disclosure.bulletin b WHERE b.bulletin_id = ring_numbers.bulletin);
	summed text := CASE WHEN ring_numbers.of <> 'count' THEN substr(ring_numbers.of, 8) END;
	places jsonb[] := '{"{}"}';
	members jsonb[];
	found jsonb[];
BEGIN
	-- [classes, figure, what the lists tell of it]
	SELECT array_agg(jsonb_build_array(m.place, m.figure, CASE WHEN summed IS NULL THEN CASE WHEN n.shown IS NULL THEN 0 ELSE 1 END
		WHEN EXISTS (SELECT FROM unnest(n.shown) s WHERE s -> ('input.' || summed) = to_jsonb(m.figure)) THEN m.figure ELSE 0 END)) INTO members
	FROM (SELECT r.subject_id, (SELECT jsonb_object_agg(k, coalesce(CASE WHEN k = ANY (credence_disclosure.result_columns()) THEN r.facts ->> k ELSE r.facts -> 'inputs' ->> k END, '')) FROM unnest(classes) k) AS place,
			CASE WHEN summed IS NULL THEN 1 ELSE (r.facts -> 'inputs' ->> summed)::numeric END AS figure
		FROM credence_disclosure.rows_of(current.run_id, classes || summed, NULL) r) m
	LEFT JOIN (
		SELECT i.subject_id, array_agg(i.canonical::jsonb -> 'values') AS shown
		FROM credence_disclosure.bulletin b JOIN credence_disclosure.item i ON i.bulletin_id = b.bulletin_id AND i.subject_id IS NOT NULL
		WHERE b.run_id = current.run_id AND (b.bulletin_id = current.bulletin_id OR b.number IS NOT NULL AND (b.audience = 'public' OR current.audience <> 'public'))
		GROUP BY i.subject_id
	) n ON n.subject_id = m.subject_id;
	FOR n IN 1 .. cardinality(classes)
	LOOP
		found := ARRAY(SELECT DISTINCT m -> 0 -> classes[n] FROM unnest(members) m);
		IF cardinality(places)::bigint * cardinality(found) > numbers_limit THEN
			RAISE EXCEPTION 'the classes % make a ring of tables with more than % combinations, and what such tables give away together is not audited',
					array_to_string(classes, ', '), numbers_limit
				USING ERRCODE = 'program_limit_exceeded', HINT = 'Leave one of the tables out, or make its rows coarser.';
		END IF;
		places := ARRAY(SELECT p || jsonb_build_object(classes[n], f) FROM unnest(places) p, unnest(found) f ORDER BY p, f);
	END LOOP;
	RETURN QUERY
	SELECT p, coalesce(sum((m -> 1)::text::numeric) FILTER (WHERE m -> 1 <> 'null'), 0), coalesce(sum((m -> 2)::text::numeric) FILTER (WHERE m -> 2 <> 'null'), 0)
	FROM unnest(places) p LEFT JOIN unnest(members) m ON m -> 0 = p GROUP BY p ORDER BY p;
END $$;

COMMENT ON FUNCTION ring_numbers(bigint, text, text[]) IS
'For certified_system: the numbers of a table over all the classes of a ring, which nobody publishes: of each combination (place) how many subjects it has or what their figures add up to, and how much of that the lists tell. Errors: 54000 for more than 10000 combinations.';

CREATE FUNCTION ring_problem(bulletin bigint)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	problem text;
BEGIN
	PERFORM count(*) FROM credence_disclosure.rings_of(ARRAY(SELECT c FROM credence_disclosure.audited_cells(bulletin) c)) r
	CROSS JOIN LATERAL credence_disclosure.ring_numbers(bulletin, r.of, r.classes);
	RETURN NULL;
EXCEPTION WHEN program_limit_exceeded THEN
	GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT;
	RETURN problem || ': leave one out, or make its rows coarser';
END $$;

COMMENT ON FUNCTION ring_problem(bigint) IS
'For publish: why the rings of classes that the tables of a bulletin make, with those published before, are too large to be audited; NULL if they are not.';
