-- inspection: how many subjects of each class to draw, and a draw that anyone can repeat

CREATE TABLE draw_seed (
	run_id			bigint NOT NULL,
	code			text NOT NULL,
	region			text NOT NULL DEFAULT '',
	draw_number		int NOT NULL CHECK (draw_number >= 1),
	seed_digest		text NOT NULL CHECK (seed_digest ~ '^[0-9a-f]{64}$'),
	committed_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	committed_by	text NOT NULL DEFAULT session_user,
	PRIMARY KEY (run_id, code, region, draw_number)
);

COMMENT ON TABLE draw_seed IS
'Promises of seeds: the SHA-256 of each seed, recorded before the results of the run were final, hence before the list was known. Append-only. Written with commit_seed.';
COMMENT ON COLUMN draw_seed.run_id IS 'The run from whose consequences will be drawn.';
COMMENT ON COLUMN draw_seed.code IS 'Code of the consequence, of kind sample.';
COMMENT ON COLUMN draw_seed.region IS 'The region whose tree is drawn from; empty = all.';
COMMENT ON COLUMN draw_seed.draw_number IS 'Which draw of this run, consequence and region: seeds are used in this order, none is left out.';
COMMENT ON COLUMN draw_seed.seed_digest IS 'SHA-256 of the seed, 64 hexadecimal digits in lower case.';
COMMENT ON COLUMN draw_seed.committed_at IS 'When it was promised.';
COMMENT ON COLUMN draw_seed.committed_by IS 'Who promised it (login).';

SELECT pg_catalog.pg_extension_config_dump('draw_seed', '');
SELECT make_append_only('draw_seed', 'A promised seed is used; promise a further one for a further draw.');

CREATE TABLE draw (
	draw_id			bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id			bigint NOT NULL,
	code			text NOT NULL,
	region			text NOT NULL DEFAULT '',
	draw_number		int NOT NULL,
	drawn_on		date NOT NULL DEFAULT today(),
	seed			text NOT NULL,
	list			text NOT NULL,
	list_digest		text NOT NULL CHECK (list_digest ~ '^[0-9a-f]{64}$'),
	candidates		int NOT NULL CHECK (candidates >= 0),
	drawn			int NOT NULL CHECK (drawn BETWEEN 1 AND candidates),
	drawn_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	drawn_by		text NOT NULL DEFAULT session_user,
	UNIQUE (run_id, code, region, draw_number)
);

COMMENT ON TABLE draw IS
'Draws of subjects to inspect. Whoever has the seed and the list can repeat one: doc/registry.md says how. Append-only. Written with draw.';
COMMENT ON COLUMN draw.draw_id IS 'Number of the draw.';
COMMENT ON COLUMN draw.run_id IS 'The run from whose consequences was drawn.';
COMMENT ON COLUMN draw.code IS 'Code of the consequence, of kind sample.';
COMMENT ON COLUMN draw.region IS 'The region whose tree was drawn from; empty = all.';
COMMENT ON COLUMN draw.draw_number IS 'Which draw of this run, consequence and region.';
COMMENT ON COLUMN draw.drawn_on IS 'The day of the draw; its calendar year counts where subjects are inspected at most so often a year.';
COMMENT ON COLUMN draw.seed IS 'The seed, revealed with the draw; its SHA-256 is in draw_seed.';
COMMENT ON COLUMN draw.list IS 'The list that was drawn from, as published: a line "code<tab>kind" for each, ordered bytewise, each ended by a line feed.';
COMMENT ON COLUMN draw.list_digest IS 'SHA-256 of the list in UTF-8, 64 hexadecimal digits.';
COMMENT ON COLUMN draw.candidates IS 'How many were on the list.';
COMMENT ON COLUMN draw.drawn IS 'How many were drawn.';
COMMENT ON COLUMN draw.drawn_at IS 'When it was drawn.';
COMMENT ON COLUMN draw.drawn_by IS 'Who drew it (login).';

SELECT pg_catalog.pg_extension_config_dump('draw', '');
SELECT pg_catalog.pg_extension_config_dump('draw_draw_id_seq', '');
SELECT make_append_only('draw', 'A draw stands. Promise a further seed for a further draw.');
ALTER TABLE draw ENABLE ROW LEVEL SECURITY;
-- a list of all regions is for those who see all of them
CREATE POLICY by_region ON draw FOR SELECT USING (
	(SELECT visible_regions() IS NULL) OR region = ANY ((SELECT visible_regions())::text[]));

CREATE TABLE draw_pick (
	draw_id		bigint NOT NULL,
	place		int NOT NULL CHECK (place >= 1),
	subject_id	bigint NOT NULL,
	region		text,
	digest		text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
	PRIMARY KEY (draw_id, place),
	UNIQUE (draw_id, subject_id)
);

COMMENT ON TABLE draw_pick IS 'The subjects drawn. Append-only.';
COMMENT ON COLUMN draw_pick.draw_id IS 'The draw.';
COMMENT ON COLUMN draw_pick.place IS 'Place in the order of the draw, from 1.';
COMMENT ON COLUMN draw_pick.subject_id IS 'The subject drawn.';
COMMENT ON COLUMN draw_pick.region IS 'Region of the subject in the run.';
COMMENT ON COLUMN draw_pick.digest IS 'SHA-256 of the seed and the code of the subject, by which the list is ordered.';

CREATE INDEX draw_pick_subject_idx ON draw_pick (subject_id);
SELECT pg_catalog.pg_extension_config_dump('draw_pick', '');
SELECT make_append_only('draw_pick', 'A draw stands. Promise a further seed for a further draw.');
SELECT protect('draw_pick');

-- SHA-256 of a text in UTF-8, as sha256sum prints it.
CREATE FUNCTION digest_of(content text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(content, 'UTF8')), 'hex');

COMMENT ON FUNCTION digest_of(text) IS
'SHA-256 of a text in UTF-8 as 64 hexadecimal digits in lower case, as printf %s text | sha256sum prints it.';

-- The regions of a tree, for the functions of this file; NULL for all ('').
CREATE FUNCTION region_tree(top text)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	WITH RECURSIVE tree AS (
		SELECT r.region FROM credence_registry.region r WHERE r.region = top
		UNION
		SELECT r.region FROM credence_registry.region r JOIN tree t ON r.parent = t.region)
	SELECT CASE WHEN top <> '' THEN (SELECT coalesce(array_agg(t.region), '{}') FROM tree t) END
$$;

COMMENT ON FUNCTION region_tree(text) IS
'A region with all that is below it; NULL for the empty text, which stands for all regions.';

-- The consequence of kind sample of a run's scheme; an error where there is none of this code.
CREATE FUNCTION sample_of(run bigint, code text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	found_one jsonb;
	document jsonb;
BEGIN
	SELECT s.document INTO document
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	WHERE r.run_id = sample_of.run;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no run %', run USING ERRCODE = 'no_data_found';
	END IF;
	SELECT c INTO found_one FROM jsonb_array_elements(document -> 'consequences') c
	WHERE c ->> 'code' = sample_of.code AND c ? 'sample';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the scheme of run % has no consequence "%" of kind "sample"', run, code
			USING ERRCODE = 'undefined_object', DETAIL = format('It has: %s.', coalesce(
				(SELECT string_agg(format('"%s"', c ->> 'code'), ', ') FROM jsonb_array_elements(document -> 'consequences') c
				WHERE c ? 'sample'), 'none'));
	END IF;
	RETURN found_one;
END $$;

COMMENT ON FUNCTION sample_of(bigint, text) IS
'For the functions of the registry: the consequence of kind sample of this code in the scheme of a run.';

-- How often somebody may be drawn in how many calendar years: 2 a year is 2 in 1, 0.5 is 1 in 2, 1.5 is 3 in 2.
CREATE FUNCTION sample_frequency(sample jsonb, OUT times numeric, OUT years int)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(floor((sample ->> 'per_year')::numeric * y), 'Infinity'), y
	FROM generate_series(1, 12) y
	ORDER BY sample ->> 'per_year' IS NULL OR (sample ->> 'per_year')::numeric * y % 1 = 0 DESC,
		floor(coalesce((sample ->> 'per_year')::numeric, 1) * y) >= 1 DESC, y
	LIMIT 1
$$;

COMMENT ON FUNCTION sample_frequency(jsonb) IS
'For the functions of the registry: per_year of a consequence of kind sample as whole times in whole calendar years, of at most 12; without it, any number of times.';

-- Who may be drawn now: the subjects of the consequence that were not yet drawn for this run, nor too often this year.
CREATE FUNCTION draw_candidates(run bigint, code text, region text, on_date date)
RETURNS TABLE (subject_id bigint, subject_code text, subject_kind text, subject_region text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	WITH frequency AS MATERIALIZED (
		SELECT f.times, f.years, mine.scheme_code
		FROM credence_registry.run mine,
			credence_registry.sample_frequency(credence_registry.sample_of(draw_candidates.run, draw_candidates.code)) f
		WHERE mine.run_id = draw_candidates.run
	), earlier AS (
		SELECT p.subject_id, bool_or(d.run_id = draw_candidates.run AND d.code = draw_candidates.code) AS for_this,
			count(*) FILTER (WHERE extract(year FROM d.drawn_on) > extract(year FROM draw_candidates.on_date) - f.years
				AND extract(year FROM d.drawn_on) <= extract(year FROM draw_candidates.on_date)) AS times
		FROM frequency f
		JOIN credence_registry.run r ON r.scheme_code = f.scheme_code
		JOIN credence_registry.draw d ON d.run_id = r.run_id
		JOIN credence_registry.draw_pick p ON p.draw_id = d.draw_id
		GROUP BY p.subject_id
	)
	SELECT c.subject_id, s.code, s.kind, c.region
	FROM frequency f
	JOIN credence_registry.consequence c ON c.run_id = draw_candidates.run AND c.code = draw_candidates.code AND c.kind = 'sample'
	JOIN credence_registry.subject s ON s.subject_id = c.subject_id
	LEFT JOIN earlier e ON e.subject_id = c.subject_id
	WHERE (draw_candidates.region = '' OR c.region = ANY ((SELECT credence_registry.region_tree(draw_candidates.region))::text[]))
		AND NOT coalesce(e.for_this, false) AND coalesce(e.times, 0) < f.times
$$;

COMMENT ON FUNCTION draw_candidates(bigint, text, text, date) IS
'For the functions of the registry: the subjects of a consequence that may still be drawn on a day. Not those drawn for this run before, nor those that draws of any version of the scheme took as often in the calendar years as per_year allows.';

-- SECURITY DEFINER: what was drawn before counts, in whichever region; the plan holds numbers only, of regions that the login acts on.
CREATE FUNCTION inspection_plan(run bigint, region text DEFAULT '', on_date date DEFAULT credence_registry.today())
RETURNS TABLE (code text, title_en text, title_zh text, subjects int, least_percent numeric, most_percent numeric,
	least_number int, most_number int, per_year numeric, drawn int, candidates int, still_least int, still_most int)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_sight(region);
	IF NOT EXISTS (SELECT FROM credence_registry.run r WHERE r.run_id = inspection_plan.run AND r.state IN ('final', 'superseded')) THEN
		RAISE EXCEPTION 'run % is not final', run USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	RETURN QUERY
	WITH sample AS (
		SELECT c ->> 'code' AS code, c -> 'title' AS title,
			(c -> 'sample' ->> 0)::numeric AS least_percent, (c -> 'sample' ->> 1)::numeric AS most_percent,
			(c ->> 'per_year')::numeric AS per_year, o.place
		FROM credence_registry.run r
		JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id,
			jsonb_array_elements(s.document -> 'consequences') WITH ORDINALITY o (c, place)
		WHERE r.run_id = inspection_plan.run AND c ? 'sample'
	), counted AS (
		SELECT m.*,
			(SELECT count(*)::int FROM credence_registry.consequence q
			WHERE q.run_id = inspection_plan.run AND q.code = m.code
				AND (inspection_plan.region = '' OR q.region = ANY ((SELECT credence_registry.region_tree(inspection_plan.region))::text[]))) AS subjects,
			(SELECT count(*)::int FROM credence_registry.draw_pick p JOIN credence_registry.draw d ON d.draw_id = p.draw_id
			WHERE d.run_id = inspection_plan.run AND d.code = m.code
				AND (inspection_plan.region = '' OR p.region = ANY ((SELECT credence_registry.region_tree(inspection_plan.region))::text[]))) AS drawn,
			(SELECT count(*)::int FROM credence_registry.draw_candidates(inspection_plan.run, m.code, inspection_plan.region, on_date)) AS candidates
		FROM sample m
	), bounded AS (
		SELECT n.*, ceil(n.least_percent * n.subjects / 100)::int AS least_number,
			greatest(floor(n.most_percent * n.subjects / 100), ceil(n.least_percent * n.subjects / 100))::int AS most_number
		FROM counted n
	)
	SELECT b.code, CASE jsonb_typeof(b.title) WHEN 'object' THEN b.title ->> 'en' ELSE b.title #>> '{}' END,
		CASE jsonb_typeof(b.title) WHEN 'object' THEN b.title ->> 'zh' ELSE b.title #>> '{}' END,
		b.subjects, b.least_percent, b.most_percent, b.least_number, b.most_number, b.per_year, b.drawn, b.candidates,
		least(greatest(b.least_number - b.drawn, 0), b.candidates), least(greatest(b.most_number - b.drawn, 0), b.candidates)
	FROM bounded b ORDER BY b.place;
END $$;

COMMENT ON FUNCTION inspection_plan(bigint, text, date) IS
'How many subjects of each class are to be inspected after a final run, in all regions (empty) or in the tree of one: subjects of the class, least and most percent; least_number and most_number, the least rounded up and the most down (where no whole number lies between, the least counts for both); how often a subject at most in a calendar year; how many were drawn, may still be drawn, and must and may still be drawn.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION commit_seed(run bigint, code text, seed_digest text, region text DEFAULT '')
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.run;
	number int;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.require_region(nullif(region, ''));
	IF seed_digest IS NULL OR seed_digest !~ '^[0-9a-f]{64}$' THEN
		RAISE EXCEPTION 'the digest of a seed is 64 hexadecimal digits in lower case, not "%"', coalesce(seed_digest, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is what printf %s "$seed" | sha256sum prints.';
	END IF;
	IF region <> '' AND NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = commit_seed.region) THEN
		RAISE EXCEPTION 'there is no region "%"', region USING ERRCODE = 'undefined_object';
	END IF;
	PERFORM credence_registry.sample_of(run, code);
	current := credence_registry.lock_run(run);
	IF current.state NOT IN ('scored', 'prerating', 'notice') OR current.kind = 'dry' THEN
		RAISE EXCEPTION 'a seed is promised before the run is final, and run % is %', run,
			CASE current.kind WHEN 'dry' THEN 'a dry run' ELSE current.state END
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = 'Who knows the list could choose the seed.';
	END IF;
	INSERT INTO credence_registry.draw_seed AS d (run_id, code, region, draw_number, seed_digest)
	SELECT commit_seed.run, commit_seed.code, commit_seed.region, coalesce(max(e.draw_number), 0) + 1, commit_seed.seed_digest
	FROM credence_registry.draw_seed e
	WHERE e.run_id = commit_seed.run AND e.code = commit_seed.code AND e.region = commit_seed.region
	RETURNING d.draw_number INTO number;
	RETURN number;
END $$;

COMMENT ON FUNCTION commit_seed(bigint, text, text, text) IS
'Promises the seed of a draw by its SHA-256, while the results of the run are not final yet, and returns the number of the draw. Seeds of several draws are used in the order in which they were promised. By an officer of the region (empty: of all) or an administrator. Errors: 55000 once the run is final, 22023 for what is no SHA-256, 42704 for an unknown consequence or region.';

-- SECURITY DEFINER: officers may not write the tables otherwise.
CREATE FUNCTION draw(run bigint, code text, n int, seed text, region text DEFAULT '')
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.run;
	promise credence_registry.draw_seed;
	plan record;
	list text;
	number_drawn bigint;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM credence_registry.require_region(nullif(region, ''));
	PERFORM credence_registry.sample_of(run, code);
	current := credence_registry.lock_run(run);
	IF current.state <> 'final' THEN
		RAISE EXCEPTION 'run % is "%", not final', run, current.state USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	-- draws of other runs of the scheme count towards the yearly frequency: one at a time
	PERFORM pg_advisory_xact_lock(hashtextextended('credence_registry.draw ' || s.code, 0))
	FROM credence_registry.scheme s WHERE s.scheme_id = current.scheme_id;

	SELECT p.* INTO promise FROM credence_registry.draw_seed p
	WHERE p.run_id = draw.run AND p.code = draw.code AND p.region = draw.region
		AND NOT EXISTS (SELECT FROM credence_registry.draw d WHERE d.run_id = p.run_id AND d.code = p.code
			AND d.region = p.region AND d.draw_number = p.draw_number)
	ORDER BY p.draw_number LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no seed is left that was promised for consequence "%" of run %', code, run
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Promise seeds with commit_seed before the run is final.';
	END IF;
	IF seed IS NULL OR credence_registry.digest_of(seed) <> promise.seed_digest THEN
		RAISE EXCEPTION 'this is not the seed that was promised for draw %', promise.draw_number
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Its SHA-256 is %s, promised was %s.',
				coalesce(credence_registry.digest_of(seed), 'NULL'), promise.seed_digest);
	END IF;
	SELECT p.* INTO plan FROM credence_registry.inspection_plan(draw.run, draw.region) p WHERE p.code = draw.code;
	IF n IS NULL OR n < 1 OR n > plan.still_most THEN
		RAISE EXCEPTION '% cannot be drawn for consequence "%"', coalesce(n::text, 'NULL'), code
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('%s to %s of %s subjects are to be drawn; %s were, and %s may still be.',
				plan.least_number, plan.most_number, plan.subjects, plan.drawn, plan.still_most);
	END IF;
	IF n < plan.still_least AND NOT EXISTS (SELECT FROM credence_registry.draw_seed p
		WHERE p.run_id = draw.run AND p.code = draw.code AND p.region = draw.region AND p.draw_number > promise.draw_number) THEN
		RAISE EXCEPTION '% are too few for consequence "%"', n, code
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('%s to %s of %s subjects are to be drawn; %s were, and no further draw was promised.',
				plan.least_number, plan.most_number, plan.subjects, plan.drawn);
	END IF;

	SELECT coalesce(string_agg(c.subject_code || E'\t' || c.subject_kind || E'\n', ''
		ORDER BY c.subject_code COLLATE "C", c.subject_kind COLLATE "C"), '')
	INTO list FROM credence_registry.draw_candidates(draw.run, draw.code, draw.region, credence_registry.today()) c;
	INSERT INTO credence_registry.draw (run_id, code, region, draw_number, seed, list, list_digest, candidates, drawn)
	VALUES (draw.run, draw.code, draw.region, promise.draw_number, draw.seed, list, credence_registry.digest_of(list), plan.candidates, n)
	RETURNING draw_id INTO number_drawn;
	INSERT INTO credence_registry.draw_pick (draw_id, place, subject_id, region, digest)
	SELECT number_drawn, o.place, s.subject_id, c.region, o.digest
	FROM credence_registry.draw_order(draw.seed, list) o
	JOIN credence_registry.subject s ON s.kind = o.kind AND s.code = o.code
	JOIN credence_registry.consequence c ON c.run_id = draw.run AND c.subject_id = s.subject_id AND c.code = draw.code
	WHERE o.place <= n;
	RETURN number_drawn;
END $$;

COMMENT ON FUNCTION draw(bigint, text, int, text, text) IS
'Draws n subjects of a consequence of kind sample and returns the number of the draw. The list is that of draw.list; the order is that of the SHA-256 of seed and code; the first n are drawn. The seed must be the next that was promised with commit_seed. By an officer of the region (empty: of all) or an administrator. Errors: 22023 for another seed, or a number that the plan does not allow; 55000 where the run is not final or no seed is left.';

-- The whole list in the order of a draw: what an outsider computes with sha256sum and sort.
CREATE FUNCTION draw_order(seed text, list text)
RETURNS TABLE (place int, code text, kind text, digest text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT row_number() OVER (ORDER BY k.digest COLLATE "C", k.code COLLATE "C", k.kind COLLATE "C")::int, k.code, k.kind, k.digest
	FROM (SELECT split_part(l.line, E'\t', 1) AS code, split_part(l.line, E'\t', 2) AS kind,
			credence_registry.digest_of(seed || split_part(l.line, E'\t', 1)) AS digest
		FROM string_to_table(list, E'\n') l (line) WHERE l.line <> '') k
$$;

COMMENT ON FUNCTION draw_order(text, text) IS
'Order of a list by a seed: ascending by SHA-256 of the seed followed by the code, in UTF-8, as hexadecimal digits; equal ones, which are one code in two kinds, by kind.';

-- SECURITY DEFINER: a draw is verified against the consequences and draws of all regions; nothing but yes or no leaves.
CREATE FUNCTION verify_draw(draw bigint)
RETURNS TABLE (checked text, holds boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	d credence_registry.draw;
	promise credence_registry.draw_seed;
	final_at timestamptz;
BEGIN
	SELECT w.* INTO d FROM credence_registry.draw w WHERE w.draw_id = verify_draw.draw;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no draw %', draw USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM credence_registry.require_sight(d.region);
	SELECT p.* INTO promise FROM credence_registry.draw_seed p
	WHERE p.run_id = d.run_id AND p.code = d.code AND p.region = d.region AND p.draw_number = d.draw_number;
	SELECT min(s.at) INTO final_at FROM credence_registry.run_step s WHERE s.run_id = d.run_id AND s.to_state = 'final';
	RETURN QUERY
	WITH listed AS MATERIALIZED (
		SELECT o.place, o.digest, s.subject_id
		FROM credence_registry.draw_order(d.seed, d.list) o
		LEFT JOIN credence_registry.subject s ON s.kind = o.kind AND s.code = o.code
	), class AS MATERIALIZED (
		SELECT c.subject_id FROM credence_registry.consequence c
		WHERE c.run_id = d.run_id AND c.code = d.code AND c.kind = 'sample'
			AND (d.region = '' OR c.region = ANY ((SELECT credence_registry.region_tree(d.region))::text[]))
	)
	VALUES
		('the seed is the one that was promised', credence_registry.digest_of(d.seed) = promise.seed_digest),
		('the seed was promised before the run was final', promise.committed_at < final_at),
		('the list has the digest that was recorded', credence_registry.digest_of(d.list) = d.list_digest),
		('the list holds subjects of the consequence and no others', NOT EXISTS (
			SELECT l.subject_id FROM listed l EXCEPT ALL SELECT c.subject_id FROM class c)),
		('whoever is not on the list had been drawn before', NOT EXISTS (
			SELECT FROM (SELECT c.subject_id FROM class c EXCEPT ALL SELECT l.subject_id FROM listed l) m
			WHERE NOT EXISTS (SELECT FROM credence_registry.draw_pick p WHERE p.subject_id = m.subject_id AND p.draw_id < d.draw_id))),
		('the first of the order were drawn, and no others', NOT EXISTS (
			SELECT l.place, l.subject_id, l.digest FROM listed l WHERE l.place <= d.drawn
			EXCEPT ALL SELECT p.place, p.subject_id, p.digest FROM credence_registry.draw_pick p WHERE p.draw_id = d.draw_id)
			AND NOT EXISTS (SELECT p.place, p.subject_id, p.digest FROM credence_registry.draw_pick p WHERE p.draw_id = d.draw_id
			EXCEPT ALL SELECT l.place, l.subject_id, l.digest FROM listed l WHERE l.place <= d.drawn));
END $$;

COMMENT ON FUNCTION verify_draw(bigint) IS
'Repeats a draw from its seed and list, and says of each thing that must hold whether it does.';
