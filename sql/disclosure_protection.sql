-- Protecting the cells of a table: the exact audit, secondary suppression, certificates, and what is refused. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
BEGIN;
SET search_path TO credence_disclosure, public;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE h text; d jsonb;
BEGIN
	EXECUTE 'SELECT jsonb_agg(to_jsonb(x)) FROM (' || statement || ') x' INTO d;
	RETURN 'not refused: ' || coalesce(d::text, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(h, ''));
END $$;

-- a row of three cells and its total: two suppressed ones share what is left; one alone is given away
CREATE FUNCTION pg_temp.row_of_three(suppressed boolean[], lower_bounds numeric[] DEFAULT NULL, upper_bounds numeric[] DEFAULT NULL)
RETURNS TABLE (cell int, lowest numeric, highest numeric) LANGUAGE sql AS $$
	SELECT * FROM inferred_intervals('{0,0,0}', '{1,2,3,0}', '{1,1,1,1}', '{3,7,90,100}', suppressed, lower_bounds, upper_bounds)
$$;
SELECT * FROM pg_temp.row_of_three('{t,f,f,f}');
SELECT * FROM pg_temp.row_of_three('{t,t,f,f}');
SELECT * FROM pg_temp.row_of_three('{t,t,f,f}', '{1,1,0,0}', '{4,NULL,NULL,NULL}');
-- with the total: no upper limit; and none below without the bound
SELECT * FROM pg_temp.row_of_three('{t,f,f,t}');
SELECT * FROM pg_temp.row_of_three('{t,f,f,t}', '{NULL,0,0,NULL}');
SELECT * FROM pg_temp.row_of_three('{f,f,f,f}');
SELECT * FROM inferred_intervals('{}', '{}', '{}', '{}', '{}');
-- units of the last decimal that the values are written with; bounds between two units are what they mean for whole units
SELECT * FROM inferred_intervals('{0,0}', '{1,2,0}', '{1,1,1}', '{1.50,2.25,3.75}', '{t,t,f}', '{0.009,1,0}', '{3.009,NULL,NULL}');
SELECT * FROM inferred_intervals('{0,0}', '{1,2,0}', '{1,1,1}', '{-5,8,3}', '{t,t,f}', '{-10,0,NULL}');

-- rows 1 and 2 are added up in row 3, rows 3 and 4 in the total; two columns and theirs
CREATE TABLE pg_temp.nested AS
SELECT array_agg(r ORDER BY n) AS r, array_agg(c ORDER BY n) AS c, array_agg(v::numeric ORDER BY n) AS v
FROM (VALUES (1, 1, 1, 4), (2, 1, 2, 20), (3, 1, 0, 24), (4, 2, 1, 30), (5, 2, 2, 9), (6, 2, 0, 39), (7, 3, 1, 34), (8, 3, 2, 29), (9, 3, 0, 63),
	(10, 4, 1, 50), (11, 4, 2, 8), (12, 4, 0, 58), (13, 0, 1, 84), (14, 0, 2, 37), (15, 0, 0, 121)) x (n, r, c, v);
CREATE FUNCTION pg_temp.infer(suppressed int[]) RETURNS TABLE (cell int, lowest numeric, highest numeric) LANGUAGE sql AS $$
	SELECT i.* FROM pg_temp.nested, inferred_intervals('{3,3,0,0}', r, c, v, ARRAY(SELECT n = ANY (suppressed) FROM generate_series(1, 15) n)) i
$$;
SELECT string_agg(format('%s: %s-%s', cell, lowest, highest), ', ') AS square_below FROM pg_temp.infer('{1,2,4,5}');
SELECT string_agg(format('%s: %s-%s', cell, lowest, highest), ', ') AS across_levels FROM pg_temp.infer('{1,2,7,8,10,11}');
SELECT string_agg(format('%s: %s-%s', cell, lowest, highest), ', ') AS open_square FROM pg_temp.infer('{1,2,4,8,11}');
CREATE FUNCTION pg_temp.suppress(states text[], more text DEFAULT '') RETURNS TABLE (pattern text) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT string_agg(s.cell || left(s.reason, 1), '' '') || CASE WHEN bool_and(s.finished) THEN '''' ELSE '' unfinished'' END
		FROM pg_temp.nested, credence_disclosure.suppress_cells(''{3,3,0,0}'', r, c, v, %L %s) s', states, more);
END $$;
\set free '{primary,free,free,free,free,free,free,free,free,free,free,free,free,free,free}'
-- the square of rows 1 and 2, or one over the levels where a cell must be shown
SELECT * FROM pg_temp.suppress(:'free');
SELECT * FROM pg_temp.suppress('{primary,free,free,shown,free,free,free,free,free,free,free,free,free,free,shown}');
-- by value: small cells are cheap; cells suppressed anyway cost nothing; zero costs count as one
SELECT * FROM pg_temp.suppress(:'free', ', costs => v');
SELECT * FROM pg_temp.suppress('{primary,free,suppressed,free,free,free,free,free,suppressed,free,free,free,free,free,free}', ', costs => v');
SELECT * FROM pg_temp.suppress(:'free', ', costs => array_fill(0, ARRAY[15])');
-- protection that a small cell cannot give; a width
SELECT * FROM pg_temp.suppress(:'free', $$, upper_protection => '{21,0,0,0,0,0,0,0,0,0,0,0,0,0,0}'$$);
SELECT * FROM pg_temp.suppress(:'free', $$, lower_protection => '{4,0,0,0,0,0,0,0,0,0,0,0,0,0,0}', sliding_protection => '{100,0,0,0,0,0,0,0,0,0,0,0,0,0,0}'$$);
-- nothing to protect; no time for anything but a safe pattern; a limit that is none
SELECT * FROM pg_temp.suppress(array_fill('free'::text, ARRAY[15]));
SELECT * FROM pg_temp.suppress(:'free', ', time_limit => ''0''');
SELECT * FROM pg_temp.suppress(:'free', ', time_limit => NULL');
-- beyond protection: by cells that must be shown, by bounds, by both together
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress('{primary,shown,shown,free,free,free,free,free,free,free,free,free,free,free,free}')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress('{primary,free,free,primary,free,free,free,free,free,free,free,free,free,free,free}', ', lower_protection => ''{5,0,0,31,0,0,0,0,0,0,0,0,0,0,0}''')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress('{primary,free,free,free,free,free,free,free,free,free,free,free,free,free,free}',
	', sliding_protection => ''{4,0,0,0,0,0,0,0,0,0,0,0,0,0,0}'', lower_bounds => array_fill(1, ARRAY[15]), upper_bounds => ''{4,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL}''')$$);
-- without a total row, without a total column, without either: each cell is on its own
SELECT string_agg(cell || reason, ' ') FROM suppress_cells('{0,0}', '{1,1,1,2,2,2}', '{1,2,0,1,2,0}', '{1,5,6,7,8,15}', '{primary,free,free,free,free,free}');
SELECT string_agg(cell || reason, ' ') FROM suppress_cells('{0,0}', '{1,1,2,2,0,0}', '{1,2,1,2,1,2}', '{1,5,7,8,8,13}', '{primary,free,free,free,free,free}');
SELECT string_agg(cell || reason, ' ') FROM suppress_cells('{0,0}', '{1,1,2,2}', '{1,2,1,2}', '{1,5,7,8}', '{primary,free,free,free}');
SELECT pg_temp.refused($$SELECT * FROM suppress_cells('{0,0}', '{1,1,2,2}', '{1,2,1,2}', '{1,5,7,8}', '{primary,free,free,free}', upper_protection => '{5,0,0,0}', upper_bounds => '{3,NULL,NULL,NULL}')$$);

-- what is no table
\set audit 'SELECT pg_temp.refused(format($$SELECT * FROM inferred_intervals(%L, %L, %L, %L, %L)$$, '
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,4}', '{f,f,f}'));
:audit '{0,0}', '{1,1,1}', '{1,2,0}', '{1,2,4}', '{f,f,f}'));
:audit '{2,0}', '{1,2,0}', '{1,1,1}', '{1,2,2}', '{f,f,f}'));
:audit '{2,3,1}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{1}', '{1,0}', '{1,1}', '{1,1}', '{f,f}'));
:audit '{5,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{-1,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,7,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,-2,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,-1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,1,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{0,0,0}', '{1,2,3}', '{t,t,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,2}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{f,f}'));
:audit '{0,0}', '{1,2,NULL}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,NULL}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,NaN,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,Infinity,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{{f},{f},{f}}'));
:audit NULL, '{1,2,0}', '{1,1,1}', '{1,2,3}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', NULL, '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{-1,2,1}', '{t,t,f}'));
-- at the edge of what numbers may be, and beyond; sums that are too large
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1000000000000000,-1000000000000000,0}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1000000000000001,-1000000000000001,0}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{0.0000000000000000001,0,0}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{1e30,-1e30,0}', '{f,f,f}'));
:audit '{0,0}', '{1,2,0}', '{1,1,1}', '{999999999999999999,1,0}', '{f,f,f}'));
SELECT pg_temp.refused($$SELECT * FROM inferred_intervals(array_fill(0, ARRAY[4000]), ARRAY(SELECT generate_series(1, 4000)), array_fill(1, ARRAY[4000]), array_fill(1e15, ARRAY[4000]), array_fill(true, ARRAY[4000]))$$);
SELECT pg_temp.refused($$SELECT * FROM inferred_intervals('{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{t,t,f}', '{2,0,0}')$$);
SELECT pg_temp.refused($$SELECT * FROM inferred_intervals('{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{t,t,f}', '{0,0,0}', '{NULL,1.9,NULL}')$$);
SELECT pg_temp.refused($$SELECT * FROM inferred_intervals('{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{t,t,f}', '{0,0}')$$);
SELECT pg_temp.refused($$SELECT * FROM inferred_intervals('{0,0}', '{1,2,0}', '{1,1,1}', '{1,2,3}', '{t,t,f}', '{0,0,-2e15}')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress(array_fill('hidden'::text, ARRAY[15]))$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress('{free}')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress(NULL)$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress(array_fill('free'::text, ARRAY[15]), ', costs => array_fill(-1, ARRAY[15])')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress(array_fill('free'::text, ARRAY[15]), ', costs => array_fill(1e15, ARRAY[15])')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress(array_fill('free'::text, ARRAY[15]), ', sliding_protection => array_fill(-1, ARRAY[15])')$$);
SELECT pg_temp.refused($$SELECT * FROM pg_temp.suppress(array_fill('free'::text, ARRAY[15]), ', time_limit => ''-1 s''')$$);

-- large: a million cells with the totals, of which a band along the diagonal and a few alone are suppressed; one more is too many
CREATE TABLE pg_temp.large AS
WITH detail AS MATERIALIZED (SELECT r, c, (r * 7 + c * 13) % 50 AS v FROM generate_series(1, 999) r, generate_series(1, 999) c),
cell AS (SELECT coalesce(r, 0) AS r, coalesce(c, 0) AS c, sum(v)::numeric AS v FROM detail GROUP BY CUBE (r, c))
SELECT array_agg(r ORDER BY r, c) AS r, array_agg(c ORDER BY r, c) AS c, array_agg(v ORDER BY r, c) AS v FROM cell;
SELECT count(*), count(*) FILTER (WHERE lowest = highest) AS given_away, min(lowest), max(highest)
FROM pg_temp.large, inferred_intervals(array_fill(0, ARRAY[999]), r, c, v,
	ARRAY(SELECT n / 1000 = n % 1000 OR n / 1000 = n % 1000 + 1 OR n % 100 = 99 AND n / 1000 = 500 FROM generate_series(0, 999999) n)) i;
SELECT count(*) FILTER (WHERE reason = 'primary') AS primaries, count(*) FILTER (WHERE reason = 'secondary') AS secondaries
FROM pg_temp.large, suppress_cells(array_fill(0, ARRAY[999]), r, c, v, ARRAY(SELECT CASE WHEN n % 250099 = 1001 THEN 'primary' ELSE 'free' END FROM generate_series(0, 999999) n), time_limit => '0');
SELECT pg_temp.refused($$SELECT i.* FROM pg_temp.large, inferred_intervals(array_fill(0, ARRAY[1000]), r || 1000, c || 1, v || 1, array_fill(false, ARRAY[1000001])) i$$);
SELECT pg_temp.refused($$SELECT * FROM inferred_intervals(array_fill(0, ARRAY[1000001]), '{1}', '{1}', '{1}', '{f}')$$);

-- certificates: two tables that share cell 1; 1 + 2 = 3 and 1 + 4 = 5, totals shown
\set certificate 'SELECT check_certificate(''{4,6,10,8,12}'', ''{t,t,f,t,f}'', NULL, NULL, ''{1,1,1,2,2,2}'', ''{1,2,3,1,4,5}'', ''{1,1,-1,1,1,-1}'', '
:certificate '{1}', '{4}', '{6}', '{10}', '{1,1,1,1,1,1}', '{low,low,low,high,high,high}', '{1,2,4,1,2,4}', '{0,10,12,10,0,2}');
:certificate '{1,2}', NULL, NULL, '{1,1}', '{1,1,1,2,2,2}', '{low,low,low,high,high,high}', '{1,2,4,2,1,4}', '{3,7,9,7,3,9}');
:certificate '{1,2}', NULL, NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,2,4}', '{3,7,9}');
:certificate '{1}', NULL, NULL, NULL, '{}', '{}', '{}', '{}');
:certificate '{1}', '{4}', '{6}', '{11}', '{1,1,1,1,1,1}', '{low,low,low,high,high,high}', '{1,2,4,1,2,4}', '{0,10,12,10,0,2}');
:certificate '{1}', '{4.1}', NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,2,4}', '{0,10,12}');
:certificate '{1}', NULL, '{2}', NULL, '{1,1,1}', '{high,high,high}', '{1,2,4}', '{5,5,7}');
:certificate '{1}', NULL, NULL, NULL, '{1,1}', '{low,low}', '{1,2}', '{3,7}');
:certificate '{1}', NULL, NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,2,4}', '{3,7,10}');
:certificate '{1}', NULL, NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,3,5}', '{3,9,11}');
:certificate '{1}', NULL, NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,2,4}', '{-1,11,13}');
:certificate '{1}', NULL, NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,2,4}', '{3.5,6.5,8.5}');
:certificate '{1}', NULL, NULL, NULL, '{1,1,1}', '{low,low,low}', '{1,2,2}', '{3,7,7}');
:certificate '{3}', NULL, NULL, NULL, '{}', '{}', '{}', '{}');
-- bounds; a table that does not add up; shown primary cells
SELECT check_certificate('{4,6,10}', '{t,t,f}', '{4,NULL,NULL}', '{NULL,9,NULL}', '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', NULL, NULL, NULL, '{1,1}', '{low,low}', '{1,2}', '{3,7}');
SELECT check_certificate('{4,6,10}', '{t,t,f}', '{5,NULL,NULL}', '{NULL,9,NULL}', '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', NULL, NULL, NULL, '{1,1}', '{low,low}', '{1,2}', '{3,7}');
SELECT check_certificate('{4.0,6.5,10.5}', '{t,t,f}', NULL, NULL, '{7,7,7}', '{1,2,3}', '{1,1,-1}', '{1}', NULL, NULL, '{0.2}', '{1,1}', '{low,low}', '{1,2}', '{3.8,6.7}');
SELECT check_certificate('{4,6,11}', '{t,t,f}', NULL, NULL, '{7,7,7}', '{1,2,3}', '{1,1,-1}', '{1}', NULL, NULL, NULL, '{1,1}', '{low,low}', '{1,2}', '{3,7}');
SELECT check_certificate('{}', '{}', NULL, NULL, '{}', '{}', '{}', '{}', NULL, NULL, NULL, '{}', '{}', '{}', '{}');
-- what is no certificate
\set proof 'SELECT pg_temp.refused(format($$SELECT check_certificate(''{4,6,10}'', ''{t,t,f}'', NULL, NULL, %L, %L, %L, %L, NULL, NULL, NULL, %L, %L, %L, %L)$$, '
:proof '{1,1,1}', '{1,2,4}', '{1,1,-1}', '{1}', '{}', '{}', '{}', '{}'));
:proof '{1,1,1}', '{1,2,0}', '{1,1,-1}', '{1}', '{}', '{}', '{}', '{}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-2}', '{1}', '{}', '{}', '{}', '{}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1}', '{1}', '{}', '{}', '{}', '{}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1,1}', '{}', '{}', '{}', '{}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{9}', '{}', '{}', '{}', '{}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', '{2}', '{low}', '{1}', '{1}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', '{1}', '{left}', '{1}', '{1}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', '{1}', '{low}', '{0}', '{1}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', '{1}', '{low}', '{1}', '{1e16}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', '{1}', '{low}', '{1}', '{NULL}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', '{1}', '{1}', '{low}', '{1}', '{1,2}'));
:proof '{1,1,1}', '{1,2,3}', '{1,1,-1}', NULL, '{}', '{}', '{}', '{}'));
ROLLBACK;
