-- tables as a system of equations, and when that system is a network
--
-- Every total is an equation: what is added up, less the total, is 0. Tables over one run share the numbers that have the same
-- identity. If every number is in two equations at most, once with each sign, the equations are the nodes and the numbers the
-- lines of a network, and what can be inferred is found exactly by flows; of one table that is always so. A network is brought
-- into the form of a table, which suppress_cells and inferred_intervals take: a row for each node, a column for each line with
-- the number in one row and its opposite in the other.

-- Equations of tables with totals. A table has more of them than it needs: of each whole with parts the sum over its columns
-- follows from the others. Which one is left out is a choice that decides whether tables that share numbers are a network:
-- spare_by_row are those to leave out if it is the sums of rows of totals, spare_by_column if it is those of the column of totals.
CREATE FUNCTION table_equations(cells cell[])
RETURNS TABLE (table_no int, equation text, identity text, sign int, spare_by_row boolean, spare_by_column boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH cell AS MATERIALIZED (
		SELECT c.*, dense_rank() OVER (ORDER BY c.bulletin_id NULLS FIRST, c.table_place)::int AS table_no FROM unnest(cells) c
	), shape AS (
		SELECT c.table_no FROM cell c GROUP BY c.table_no HAVING bool_or(c.row_place = 0)		-- has totals
	), whole AS MATERIALIZED (
		SELECT DISTINCT c.table_no, c.row_parent AS row_place FROM cell c JOIN shape s ON s.table_no = c.table_no WHERE c.row_parent IS NOT NULL
	), two AS (
		SELECT DISTINCT c.table_no FROM cell c JOIN shape s ON s.table_no = c.table_no WHERE c.column_place = 0
	)
	SELECT c.table_no, format('c%s/%s', c.row_parent, c.column_place), c.identity, 1, false, c.column_place = 0
	FROM cell c JOIN shape s ON s.table_no = c.table_no WHERE c.row_parent IS NOT NULL
	UNION ALL
	SELECT c.table_no, format('c%s/%s', c.row_place, c.column_place), c.identity, -1, false, c.column_place = 0
	FROM cell c JOIN whole w ON w.table_no = c.table_no AND w.row_place = c.row_place
	UNION ALL
	SELECT c.table_no, format('r%s', c.row_place), c.identity, CASE c.column_place WHEN 0 THEN -1 ELSE 1 END, w.table_no IS NOT NULL, false
	FROM cell c JOIN two t ON t.table_no = c.table_no LEFT JOIN whole w ON w.table_no = c.table_no AND w.row_place = c.row_place
$$;

COMMENT ON FUNCTION table_equations(cell[]) IS
'For draw_up and the audit: the equations of tables, one row for each term; table_no numbers the tables in the order of bulletin and place. Of a table all spare_by_row or all spare_by_column may be left out: they follow from the others.';

-- All ways to leave equations out are tried; of each way, the signs of equations are turned until every variable goes out of one and into the other.
CREATE FUNCTION network_of(cells cell[], variables text[])
RETURNS TABLE (identity text, from_node int, to_node int)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	tables_limit CONSTANT int := 10;	-- of which each has two ways to be written down, and all are tried
	tables int[];
	ways int;
	names text[];
	one int[];			-- of each variable its first equation, and its sign there
	one_sign int[];
	other int[];		-- its second; NULL if it has none
	other_sign int[];
	nodes int;
	most int;
	above int[];		-- a forest over the equations, to turn their signs by
	turned int[];
	a int;
	b int;
	sign_a int;
	sign_b int;
	fits boolean;
BEGIN
	SELECT array_agg(DISTINCT e.table_no) INTO tables FROM credence_disclosure.table_equations(cells) e WHERE e.spare_by_row;
	ways := CASE WHEN coalesce(cardinality(tables), 0) > tables_limit THEN 0 ELSE 1 << coalesce(cardinality(tables), 0) END;
	FOR way IN 0 .. ways - 1
	LOOP
		WITH own AS MATERIALIZED (
			SELECT e.*, CASE WHEN (way >> (coalesce(array_position(tables, e.table_no), 1) - 1)) & 1 = 1 THEN e.spare_by_column ELSE e.spare_by_row END AS spare,
				coalesce(e.table_no <> ALL (tables), true) AS flat
			FROM credence_disclosure.table_equations(cells) e JOIN unnest(variables) v (identity) ON v.identity = e.identity
		), term AS (
			SELECT o.table_no, o.equation, o.identity, o.spare, o.flat, sum(o.sign)::int AS sign
			FROM own o GROUP BY o.table_no, o.equation, o.identity, o.spare, o.flat HAVING sum(o.sign) <> 0
		), line AS (
			SELECT t.spare, t.flat, array_agg(t.sign * t.first ORDER BY t.identity COLLATE "C") AS signs, array_agg(t.identity ORDER BY t.identity COLLATE "C") AS identities
			FROM (SELECT t.*, first_value(sign(t.sign)::int) OVER (PARTITION BY t.table_no, t.equation ORDER BY t.identity COLLATE "C") AS first FROM term t) t
			GROUP BY t.table_no, t.equation, t.spare, t.flat
		), equation AS (	-- the same equation, whatever its sign, once; what is spare in one table need not be in one without columns either
			SELECT l.identities, l.signs FROM line l GROUP BY l.identities, l.signs
			HAVING bool_or(NOT l.spare AND NOT l.flat) OR NOT bool_or(l.spare)
		), numbered AS (
			SELECT row_number() OVER (ORDER BY e.identities, e.signs)::int AS equation, e.* FROM equation e
		), variable AS (
			SELECT u.identity, array_agg(n.equation ORDER BY n.equation) AS equations, array_agg(u.sign ORDER BY n.equation) AS signs
			FROM numbered n CROSS JOIN LATERAL unnest(n.identities, n.signs) u (identity, sign) GROUP BY u.identity
		)
		SELECT array_agg(v.identity ORDER BY v.identity COLLATE "C"), array_agg(v.equations[1] ORDER BY v.identity COLLATE "C"), array_agg(v.signs[1] ORDER BY v.identity COLLATE "C"),
			array_agg(v.equations[2] ORDER BY v.identity COLLATE "C"), array_agg(v.signs[2] ORDER BY v.identity COLLATE "C"),
			coalesce((SELECT max(n.equation) FROM numbered n), 0), max(greatest(cardinality(v.equations), (SELECT max(abs(s)) FROM unnest(v.signs) s) + 1))
		INTO names, one, one_sign, other, other_sign, nodes, most
		FROM variable v;
		CONTINUE WHEN most > 2;
		-- turn the signs of equations until each variable is there once with each
		above := ARRAY(SELECT g FROM generate_series(1, nodes) g);
		turned := array_fill(1, ARRAY[nodes]);
		fits := true;
		FOR n IN 1 .. coalesce(cardinality(names), 0)
		LOOP
			CONTINUE WHEN other[n] IS NULL;
			a := one[n];
			sign_a := 1;
			WHILE above[a] <> a
			LOOP
				sign_a := sign_a * turned[a];
				a := above[a];
			END LOOP;
			b := other[n];
			sign_b := 1;
			WHILE above[b] <> b
			LOOP
				sign_b := sign_b * turned[b];
				b := above[b];
			END LOOP;
			IF a <> b THEN
				above[greatest(a, b)] := least(a, b);
				turned[greatest(a, b)] := -one_sign[n] * other_sign[n] * sign_a * sign_b;
			ELSIF sign_a * one_sign[n] <> -sign_b * other_sign[n] THEN
				fits := false;
				EXIT;
			END IF;
		END LOOP;
		CONTINUE WHEN NOT fits;
		FOR n IN 1 .. coalesce(cardinality(names), 0)
		LOOP
			a := one[n];
			sign_a := one_sign[n];
			WHILE above[a] <> a
			LOOP
				sign_a := sign_a * turned[a];
				a := above[a];
			END LOOP;
			identity := names[n];
			from_node := CASE WHEN sign_a > 0 THEN one[n] ELSE other[n] END;
			to_node := CASE WHEN sign_a > 0 THEN other[n] ELSE one[n] END;
			RETURN NEXT;
		END LOOP;
		-- what is in no equation
		RETURN QUERY SELECT v.v, NULL::int, NULL::int FROM unnest(variables) v (v) LEFT JOIN unnest(names) n (n) ON n.n = v.v WHERE n.n IS NULL;
		RETURN;
	END LOOP;
END $$;

COMMENT ON FUNCTION network_of(cell[], text[]) IS
'For draw_up and the audit: the network that the given variables (identities of cells) make in the equations of tables: the node that each goes out of and the node that it goes into, NULL for one that is not there. No rows if they are no network, however the equations are written.';
