-- Small cells: what the totals and the list give away, and that nothing of it is published. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
SET client_min_messages = warning;
SET datestyle = 'ISO';
BEGIN;
\i test/fixtures/disclosure.sql
SET search_path TO credence_disclosure, credence_registry, credence, public;
CREATE ROLE regress_disclosure_one LOGIN IN ROLE credence_publisher;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), '\m(run|bulletin) \d+', '\1 N', 'gi');
END $$;
-- alone in its row; a square; a square with a tail; two squares that share nothing but a bridge between them
SELECT array(SELECT subtracted('{1}', '{1}')) AS alone, array(SELECT subtracted('{1,1,2,2}', '{1,2,1,2}')) AS square, array(SELECT subtracted('{1,1,2,2,3}', '{1,2,1,2,1}')) AS tail,
	array(SELECT subtracted('{1,1,2,2,2,3,3,4,4}', '{1,2,1,2,3,3,4,3,4}')) AS bridge, array(SELECT subtracted('{}', '{}')) AS none;
-- against linear algebra, over random tables: the equations of rows and columns in reduced echelon form
CREATE FUNCTION pg_temp.determined(a int[], b int[]) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	m numeric[][]; rows int; columns int := cardinality(a); pivot int; lead int := 1; determined int[] := '{}'; f numeric; free boolean[];  x int[]; y int[];
BEGIN
	-- a cell is determined if its line has no other cell in it
	x := ARRAY(SELECT DISTINCT u FROM unnest(a) u ORDER BY u); y := ARRAY(SELECT DISTINCT u FROM unnest(b) u ORDER BY u);
	rows := cardinality(x) + cardinality(y);
	m := array_fill(0::numeric, ARRAY[rows, columns]);
	FOR n IN 1 .. columns LOOP
		m[array_position(x, a[n])][n] := CASE WHEN b[n] = 0 THEN -1 ELSE 1 END;
		m[cardinality(x) + array_position(y, b[n])][n] := CASE WHEN a[n] = 0 THEN -1 ELSE 1 END;
	END LOOP;
	free := array_fill(true, ARRAY[columns]);
	FOR n IN 1 .. columns LOOP
		pivot := NULL;
		FOR r IN lead .. rows LOOP IF m[r][n] <> 0 THEN pivot := r; EXIT; END IF; END LOOP;
		CONTINUE WHEN pivot IS NULL;
		free[n] := false;
		FOR c IN 1 .. columns LOOP f := m[pivot][c]; m[pivot][c] := m[lead][c]; m[lead][c] := f; END LOOP;
		f := m[lead][n];
		FOR c IN 1 .. columns LOOP m[lead][c] := m[lead][c] / f; END LOOP;
		FOR r IN 1 .. rows LOOP
			f := m[r][n];
			IF r <> lead AND f <> 0 THEN FOR c IN 1 .. columns LOOP m[r][c] := m[r][c] - f * m[lead][c]; END LOOP; END IF;
		END LOOP;
		lead := lead + 1;
	END LOOP;
	FOR n IN 1 .. columns LOOP
		CONTINUE WHEN free[n];
		FOR r IN 1 .. rows LOOP
			IF round(m[r][n], 6) = 1 AND NOT EXISTS (SELECT FROM generate_series(1, columns) c WHERE c <> n AND round(m[r][c], 6) <> 0) THEN determined := determined || n; END IF;
		END LOOP;
	END LOOP;
	RETURN determined;
END $$;
SELECT setseed(0.42) \g /dev/null
SELECT count(*) AS tables, count(*) FILTER (WHERE cardinality(ours) > 0) > 20 AS some_leak, count(*) FILTER (WHERE cardinality(ours) = 0) > 20 AS some_do_not, count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS different
FROM (
	SELECT array(SELECT subtracted(t.a, t.b)) AS ours, pg_temp.determined(t.a, t.b) AS theirs
	FROM (SELECT n, array_agg(r ORDER BY r, c) AS a, array_agg(c ORDER BY r, c) AS b
		FROM (SELECT n, r, c, random() AS dice FROM generate_series(1, 200) n, generate_series(0, 4) r, generate_series(0, 4) c) d WHERE dice < 0.2 + n % 5 * 0.15 GROUP BY n) t
) x;

-- one bulletin for each policy, and what is in its way
CREATE FUNCTION pg_temp.ways(policy jsonb, run bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE b bigint;
BEGIN
	PERFORM credence_disclosure.policy_import('{"code": "t", "template": "P1", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "version": "1"}'::jsonb || policy);
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_one;
	b := credence_disclosure.draw_up(policy ->> 'code', run);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
	PERFORM credence_disclosure.review(b);
	RETURN QUERY SELECT c.class_en || ' / ' || c.grade_en || ': ' || coalesce(c.count::text, c.suppression_reason) FROM credence_disclosure.preview_cells(b) c WHERE c.suppression_reason IS NOT NULL OR policy ? 'show';
	RETURN QUERY SELECT '-- ' || o.obstacle FROM credence_disclosure.publication_obstacles(b, '2025-03-01') o;
END $$;
-- nothing suppressed
SELECT * FROM pg_temp.ways('{"code": "t1", "minimum_cell": 1}', :run24);
-- each level has one C: alone in its row, and with the total of all C, which is shown; the list names them
SELECT * FROM pg_temp.ways('{"code": "t2", "minimum_cell": 2}', :run24);
-- B and C of each level: a square, but its totals leave one value only where 2 and 1 make 3
SELECT * FROM pg_temp.ways('{"code": "t3", "minimum_cell": 3, "list": {"grades": ["A"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "t4", "minimum_cell": 4, "list": {"grades": ["A"]}}', :run24);
-- without totals, and a list of others: it can be published
SELECT * FROM pg_temp.ways('{"code": "t5", "minimum_cell": 2, "table": {"margins": false}, "list": {"grades": ["A"]}}', :run24);
-- without totals, but the list names who is in the cell
SELECT * FROM pg_temp.ways('{"code": "t6", "minimum_cell": 2, "table": {"margins": false}, "list": {"grades": ["A", "C"]}}', :run24);
SELECT pg_temp.refused($$SELECT publish((SELECT b.bulletin_id FROM bulletin b JOIN policy p USING (policy_id) WHERE p.code = 't2'), '2025-03-01')$$);
SELECT publish((SELECT b.bulletin_id FROM bulletin b JOIN policy p USING (policy_id) WHERE p.code = 't5'), '2025-03-01');
SELECT class_en, grade, count, suppression_reason FROM bulletin_cells ORDER BY cell;
ROLLBACK;
