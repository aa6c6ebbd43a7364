-- inspectors, and who of them inspects whom

CREATE TABLE inspector (
	inspector	text PRIMARY KEY CHECK (inspector <> ''),
	name		text,
	region		text,
	person_id	bigint,
	active_from	date NOT NULL DEFAULT today(),
	active_to	date,
	recorded_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by	text NOT NULL DEFAULT session_user,
	CONSTRAINT inspector_active CHECK (active_to >= active_from)
);

COMMENT ON TABLE inspector IS 'Those who inspect. For officers of the region and administrators. Written with put_inspector.';
COMMENT ON COLUMN inspector.inspector IS 'Code of the inspector, for example the number of the law-enforcement card.';
COMMENT ON COLUMN inspector.name IS 'Name, or NULL.';
COMMENT ON COLUMN inspector.region IS 'Inspects in the tree of this region; NULL: everywhere.';
COMMENT ON COLUMN inspector.person_id IS 'The same person as a subject of the registry, so that ties to institutions count as conflicts; or NULL.';
COMMENT ON COLUMN inspector.active_from IS 'First day on which inspections can be assigned.';
COMMENT ON COLUMN inspector.active_to IS 'Last day; NULL = open.';
COMMENT ON COLUMN inspector.recorded_at IS 'When the row was written last.';
COMMENT ON COLUMN inspector.recorded_by IS 'Who wrote it (login).';

SELECT pg_catalog.pg_extension_config_dump('inspector', '');
SELECT protect('inspector');

CREATE TABLE inspector_conflict (
	conflict_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	inspector	text NOT NULL,
	subject_id	bigint NOT NULL,
	reason		text NOT NULL CHECK (reason <> ''),
	valid_from	date NOT NULL DEFAULT today(),
	valid_to	date,
	recorded_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by	text NOT NULL DEFAULT session_user,
	CONSTRAINT inspector_conflict_validity CHECK (valid_to >= valid_from)
);

COMMENT ON TABLE inspector_conflict IS
'Declared conflicts of interest: whom an inspector may not inspect. Append-only: a conflict that was declared stays until its last day. Written with record_conflict.';
COMMENT ON COLUMN inspector_conflict.conflict_id IS 'Number of the row.';
COMMENT ON COLUMN inspector_conflict.inspector IS 'The inspector.';
COMMENT ON COLUMN inspector_conflict.subject_id IS 'The subject that the inspector may not inspect.';
COMMENT ON COLUMN inspector_conflict.reason IS 'Why: kinship, earlier employment, a share.';
COMMENT ON COLUMN inspector_conflict.valid_from IS 'First day of the conflict.';
COMMENT ON COLUMN inspector_conflict.valid_to IS 'Last day; NULL = open.';
COMMENT ON COLUMN inspector_conflict.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN inspector_conflict.recorded_by IS 'Who recorded it (login).';

CREATE INDEX inspector_conflict_idx ON inspector_conflict (inspector, subject_id);
SELECT pg_catalog.pg_extension_config_dump('inspector_conflict', '');
SELECT pg_catalog.pg_extension_config_dump('inspector_conflict_conflict_id_seq', '');
SELECT make_append_only('inspector_conflict', 'Conflicts end on their last day.');
SELECT protect('inspector_conflict');

CREATE TABLE inspection (
	draw_id		bigint NOT NULL,
	place		int NOT NULL,
	inspector	text NOT NULL,
	region		text,
	assigned_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	assigned_by	text NOT NULL DEFAULT session_user,
	PRIMARY KEY (draw_id, place, inspector)
);

COMMENT ON TABLE inspection IS 'Who inspects whom: two inspectors for each subject drawn. Append-only. Written with assign_inspectors.';
COMMENT ON COLUMN inspection.draw_id IS 'The draw.';
COMMENT ON COLUMN inspection.place IS 'Place of the subject in the draw.';
COMMENT ON COLUMN inspection.inspector IS 'One of the two inspectors.';
COMMENT ON COLUMN inspection.region IS 'Region of the subject.';
COMMENT ON COLUMN inspection.assigned_at IS 'When it was assigned.';
COMMENT ON COLUMN inspection.assigned_by IS 'Who had it assigned (login).';

CREATE INDEX inspection_inspector_idx ON inspection (inspector);
SELECT pg_catalog.pg_extension_config_dump('inspection', '');
SELECT make_append_only('inspection', 'Inspections are assigned once for a draw.');
SELECT protect('inspection');

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION put_inspector(inspector text, name text DEFAULT NULL, region text DEFAULT NULL, person_id bigint DEFAULT NULL,
	active_from date DEFAULT credence_registry.today(), active_to date DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	earlier credence_registry.inspector;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.require_region(region);
	SELECT i.* INTO earlier FROM credence_registry.inspector i WHERE i.inspector = put_inspector.inspector FOR UPDATE;
	IF FOUND THEN
		PERFORM credence_registry.require_region(earlier.region);
	END IF;
	IF put_inspector.region IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = put_inspector.region) THEN
		RAISE EXCEPTION 'there is no region "%"', put_inspector.region USING ERRCODE = 'foreign_key_violation';
	END IF;
	IF put_inspector.person_id IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = put_inspector.person_id) THEN
		RAISE EXCEPTION 'there is no subject % for inspector "%" to be', put_inspector.person_id, put_inspector.inspector USING ERRCODE = 'foreign_key_violation';
	END IF;
	INSERT INTO credence_registry.inspector AS i (inspector, name, region, person_id, active_from, active_to)
	VALUES (put_inspector.inspector, put_inspector.name, put_inspector.region, put_inspector.person_id,
		put_inspector.active_from, put_inspector.active_to)
	ON CONFLICT ON CONSTRAINT inspector_pkey DO UPDATE SET name = excluded.name, region = excluded.region, person_id = excluded.person_id,
		active_from = excluded.active_from, active_to = excluded.active_to, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by;
END $$;

COMMENT ON FUNCTION put_inspector(text, text, text, bigint, date, date) IS
'Enters an inspector, or replaces what is known of one: name, the region in whose tree the inspector works (NULL: everywhere), the subject that is the same person, first and last day. By an officer of the region or an administrator. Error 23503 for an unknown region or subject.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION record_conflict(inspector text, subject bigint, reason text, valid_from date DEFAULT credence_registry.today(), valid_to date DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	number bigint;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.require_region(i.region) FROM credence_registry.inspector i WHERE i.inspector = record_conflict.inspector;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no inspector "%"', coalesce(record_conflict.inspector, 'NULL') USING ERRCODE = 'foreign_key_violation';
	ELSIF NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = record_conflict.subject) THEN
		RAISE EXCEPTION 'there is no subject %', coalesce(record_conflict.subject::text, 'NULL') USING ERRCODE = 'foreign_key_violation';
	END IF;
	INSERT INTO credence_registry.inspector_conflict AS c (inspector, subject_id, reason, valid_from, valid_to)
	VALUES (record_conflict.inspector, record_conflict.subject, record_conflict.reason, record_conflict.valid_from, record_conflict.valid_to)
	RETURNING c.conflict_id INTO number;
	RETURN number;
END $$;

COMMENT ON FUNCTION record_conflict(text, bigint, text, date, date) IS
'Declares that an inspector may not inspect a subject, why, and from when to when. By an officer of the region of the inspector or an administrator. Error 23503 for an unknown inspector or subject.';

CREATE VIEW conflict_of_interest WITH (security_invoker) AS
	SELECT c.inspector, c.subject_id, c.reason, c.valid_from, c.valid_to
	FROM inspector_conflict c
	UNION ALL
	SELECT i.inspector, i.person_id, 'the same person', '-infinity', NULL
	FROM inspector i WHERE i.person_id IS NOT NULL
	UNION ALL
	SELECT i.inspector, CASE WHEN t.from_subject = i.person_id THEN t.to_subject ELSE t.from_subject END, t.kind, t.valid_from, t.valid_to
	FROM inspector i
	JOIN tie t ON i.person_id IN (t.from_subject, t.to_subject)
	WHERE NOT EXISTS (SELECT FROM tie later WHERE later.replaces = t.tie_id)
		AND (t.valid_to IS NULL OR t.valid_to >= t.valid_from);

COMMENT ON VIEW conflict_of_interest IS
'Whom an inspector may not inspect: by a declared conflict, or by a tie of the same person as a subject.';
COMMENT ON COLUMN conflict_of_interest.inspector IS 'The inspector.';
COMMENT ON COLUMN conflict_of_interest.subject_id IS 'The subject.';
COMMENT ON COLUMN conflict_of_interest.reason IS 'What was declared, or the kind of the tie.';
COMMENT ON COLUMN conflict_of_interest.valid_from IS 'First day of the conflict.';
COMMENT ON COLUMN conflict_of_interest.valid_to IS 'Last day; NULL = open.';

-- Evens out the load of pairs: pairs[p] holds two inspectors for task p, may_task and may_inspector list who may have which.
-- As long as somebody has at least two more than another, and tasks can be handed on from the one to the other, perhaps
-- over some in between, that is done. When no such chain is left, the loads are as even as they can be: a chain is what
-- the flow of least cost would be improved by.
CREATE FUNCTION even_out(pairs_one int[], pairs_two int[], may_task int[], may_inspector int[], inspectors int,
	OUT one int[], OUT two int[])
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	load int[];
	edge record;
	source int;
	reached int;
	came_from int[];
	came_by int[];
	queue int[];
	head int;
	starts jsonb;
	changed boolean;
BEGIN
	one := pairs_one;
	two := pairs_two;
	LOOP
		SELECT array_agg(coalesce(l.tasks, 0) ORDER BY i) INTO load
		FROM generate_series(1, inspectors) i
		LEFT JOIN (SELECT x, count(*)::int AS tasks FROM unnest(one || two) x GROUP BY x) l ON l.x = i;
		EXIT WHEN (SELECT max(x) - min(x) < 2 FROM unnest(load) x);
		-- who could hand which task on to whom: from -> [[to, task] ...]
		SELECT jsonb_object_agg(e.x, e.onward) INTO starts
		FROM (SELECT f.x, jsonb_agg(jsonb_build_array(f.y, f.task) ORDER BY f.y) AS onward
			FROM (SELECT p.x, m.inspector AS y, min(p.task) AS task
				FROM (SELECT a.x, a.task FROM unnest(one) WITH ORDINALITY a (x, task)
					UNION ALL SELECT b.x, b.task FROM unnest(two) WITH ORDINALITY b (x, task)) p
				JOIN unnest(may_task, may_inspector) m (task, inspector) ON m.task = p.task
				WHERE m.inspector NOT IN (one[p.task], two[p.task])
				GROUP BY p.x, m.inspector) f
			GROUP BY f.x) e;
		changed := false;
		<<sources>>
		FOR source IN SELECT i FROM generate_series(1, inspectors) i ORDER BY load[i] DESC, i
		LOOP
			came_from := array_fill(0, ARRAY[inspectors]);
			came_by := came_from;
			came_from[source] := source;
			queue := ARRAY[source];
			head := 1;
			WHILE head <= cardinality(queue)
			LOOP
				FOR edge IN SELECT (o -> 0)::int AS y, (o -> 1)::int AS task
					FROM jsonb_array_elements(starts -> queue[head]::text) o
				LOOP
					CONTINUE WHEN came_from[edge.y] <> 0;
					came_from[edge.y] := queue[head];
					came_by[edge.y] := edge.task;
					queue := queue || edge.y;
					IF load[edge.y] <= load[source] - 2 THEN
						-- hand the tasks on, from the end of the chain to its start
						reached := edge.y;
						WHILE reached <> source
						LOOP
							IF one[came_by[reached]] = came_from[reached] THEN
								one[came_by[reached]] := reached;
							ELSE
								two[came_by[reached]] := reached;
							END IF;
							reached := came_from[reached];
						END LOOP;
						changed := true;
						EXIT sources;
					END IF;
				END LOOP;
				head := head + 1;
			END LOOP;
		END LOOP;
		EXIT WHEN NOT changed;
	END LOOP;
END $$;

COMMENT ON FUNCTION even_out(int[], int[], int[], int[], int) IS
'For assign_inspectors: hands tasks on between inspectors, numbered from 1, until no load can be made more even.';

-- SECURITY DEFINER: officers may not write the table otherwise, and a conflict counts wherever it was declared.
CREATE FUNCTION assign_inspectors(draw bigint)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	d credence_registry.draw;
	codes text[];
	may_task int[];
	may_inspector int[];
	without text;
	load int[];
	one int[] := '{}';
	two int[] := '{}';
	task record;
	today date := credence_registry.today();
	best int[];
BEGIN
	PERFORM credence_registry.require_officer();
	SELECT w.* INTO d FROM credence_registry.draw w WHERE w.draw_id = assign_inspectors.draw FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no draw %', draw USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM credence_registry.require_region(nullif(d.region, ''));
	IF EXISTS (SELECT FROM credence_registry.inspection i WHERE i.draw_id = draw) THEN
		RAISE EXCEPTION 'the inspections of draw % are assigned already', draw USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;

	SELECT array_agg(i.inspector ORDER BY i.inspector COLLATE "C") INTO codes
	FROM credence_registry.inspector i
	WHERE i.active_from <= today AND (i.active_to IS NULL OR i.active_to >= today);
	WITH area AS (
		SELECT i.inspector, array_position(codes, i.inspector) AS number, i.region IS NULL AS everywhere,
			credence_registry.region_tree(i.region) AS regions
		FROM credence_registry.inspector i WHERE i.inspector = ANY (codes)
	)
	SELECT array_agg(p.place ORDER BY p.place, a.number), array_agg(a.number ORDER BY p.place, a.number)
	INTO may_task, may_inspector
	FROM credence_registry.draw_pick p
	JOIN area a ON a.everywhere OR p.region = ANY (a.regions)
	WHERE p.draw_id = draw AND NOT EXISTS (
		SELECT FROM credence_registry.conflict_of_interest c
		WHERE c.inspector = a.inspector AND c.subject_id = p.subject_id
			AND c.valid_from <= today AND (c.valid_to IS NULL OR c.valid_to >= today));

	SELECT string_agg(format('"%s"', s.code), ', ' ORDER BY p.place) INTO without
	FROM credence_registry.draw_pick p
	JOIN credence_registry.subject s ON s.subject_id = p.subject_id
	WHERE p.draw_id = draw AND (SELECT count(*) FROM unnest(may_task) t WHERE t = p.place) < 2;
	IF without IS NOT NULL THEN
		RAISE EXCEPTION 'no two inspectors are free of conflicts of interest for %', without
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Enter further inspectors of the region with put_inspector.';
	END IF;

	-- each subject in the order of the draw gets the two who have least so far, of those the first by the seed
	load := array_fill(0, ARRAY[cardinality(codes)]);
	FOR task IN
		SELECT p.place, s.code, array_agg(m.inspector) AS may
		FROM credence_registry.draw_pick p
		JOIN credence_registry.subject s ON s.subject_id = p.subject_id
		JOIN unnest(may_task, may_inspector) m (place, inspector) ON m.place = p.place
		WHERE p.draw_id = draw
		GROUP BY p.place, s.code ORDER BY p.place
	LOOP
		SELECT array_agg(b.i) INTO best FROM (
			SELECT i FROM unnest(task.may) i
			ORDER BY load[i], credence_registry.digest_of(d.seed || task.code || '/' || codes[i]) COLLATE "C" LIMIT 2) b;
		one[task.place] := best[1];
		two[task.place] := best[2];
		load[best[1]] := load[best[1]] + 1;
		load[best[2]] := load[best[2]] + 1;
	END LOOP;
	SELECT e.one, e.two INTO one, two FROM credence_registry.even_out(one, two, may_task, may_inspector, cardinality(codes)) e;

	INSERT INTO credence_registry.inspection (draw_id, place, inspector, region)
	SELECT draw, p.place, codes[x.inspector], p.region
	FROM credence_registry.draw_pick p, LATERAL (VALUES (one[p.place]), (two[p.place])) x (inspector)
	WHERE p.draw_id = draw;
	RETURN cardinality(one);
END $$;

COMMENT ON FUNCTION assign_inspectors(bigint) IS
'Assigns two inspectors to each subject of a draw, and returns how many inspections there are. Who is active today, works in the region of the subject and has no conflict of interest may get it. Subjects in the order of the draw get the two with the least load so far, of equal ones the first by SHA-256 of seed, code of the subject, "/" and code of the inspector; then tasks are handed on until the loads are as even as conflicts and regions allow. By an officer of the region of the draw or an administrator. Errors: 55000, naming the subjects for whom there are no two inspectors, or where the inspections are assigned already.';
