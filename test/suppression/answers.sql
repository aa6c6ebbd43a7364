-- What the extension answers about the tables in table "tables": a row for each in "answers".
CREATE TABLE tables (
	case_no int PRIMARY KEY,
	row_parents int[], cell_rows int[], cell_columns int[], cell_values numeric[], states text[],
	lower_protection numeric[], upper_protection numeric[], sliding_protection numeric[], lower_bounds numeric[], upper_bounds numeric[], costs numeric[]
);
CREATE TABLE answers (
	case_no int PRIMARY KEY,
	cells int[],			-- that are suppressed
	finished boolean,
	lowest numeric[],		-- of each of them
	highest numeric[],
	milliseconds numeric,
	refusal text			-- if a cell cannot be protected
);

CREATE FUNCTION answer() RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	t tables;
	found int[];
	done boolean;
	began timestamptz;
	took numeric;
BEGIN
	FOR t IN SELECT * FROM tables ORDER BY case_no
	LOOP
		BEGIN
			began := clock_timestamp();
			SELECT array_agg(s.cell ORDER BY s.cell), bool_and(s.finished) INTO found, done
			FROM credence_disclosure.suppress_cells(t.row_parents, t.cell_rows, t.cell_columns, t.cell_values, t.states,
				t.lower_protection, t.upper_protection, t.sliding_protection, t.lower_bounds, t.upper_bounds, t.costs, time_limit => NULL) s;
			took := 1000 * extract(epoch FROM clock_timestamp() - began);
			found := coalesce(found, '{}');
			INSERT INTO answers
			SELECT t.case_no, found, coalesce(done, true), coalesce(array_agg(i.lowest ORDER BY i.cell), '{}'), coalesce(array_agg(i.highest ORDER BY i.cell), '{}'), took, NULL
			FROM credence_disclosure.inferred_intervals(t.row_parents, t.cell_rows, t.cell_columns, t.cell_values,
				ARRAY(SELECT n = ANY (found) FROM generate_subscripts(t.cell_rows, 1) n), t.lower_bounds, t.upper_bounds) i;
		EXCEPTION WHEN object_not_in_prerequisite_state THEN
			INSERT INTO answers VALUES (t.case_no, NULL, NULL, NULL, NULL, NULL, SQLERRM);
		END;
	END LOOP;
END $$;
