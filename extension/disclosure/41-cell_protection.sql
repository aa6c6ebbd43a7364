-- protecting the cells of one table: what an outsider can infer, and which further cells have to be suppressed
--
-- Written in C (protection/ and functions/protect.c), in the module of credence. All three functions see arrays alone: what a
-- table is, which cells are primary and what the public knows of each is for those who call them. The method and its limits
-- are in doc/suppression.md.

-- VOLATILE: what is found within a time limit depends on the clock.
CREATE FUNCTION suppress_cells(row_parents int[], cell_rows int[], cell_columns int[], cell_values numeric[], states text[],
	lower_protection numeric[] DEFAULT NULL, upper_protection numeric[] DEFAULT NULL, sliding_protection numeric[] DEFAULT NULL,
	lower_bounds numeric[] DEFAULT NULL, upper_bounds numeric[] DEFAULT NULL, costs numeric[] DEFAULT NULL,
	time_limit interval DEFAULT '5 seconds')
RETURNS TABLE (cell int, reason text, finished boolean)
AS '$libdir/credence', 'credence_suppress_cells'
LANGUAGE C VOLATILE PARALLEL SAFE;

COMMENT ON FUNCTION suppress_cells(int[], int[], int[], numeric[], text[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], interval) IS
'The cells of a table with totals that have to be suppressed so that nobody can infer a primary cell too closely by adding and subtracting what is shown. A row of the result for each suppressed cell, by its place in the arrays from 1: reason is primary or secondary; finished is the same in all rows, and false if time_limit ended the search for a better pattern, so that another run may find another one; without that the result is always the same.
The table: rows are numbered from 1, row 0 is the total of all rows, row_parents has of each row the row that it is added up in (0 for the total), to any depth. Columns have any numbers greater than 0, column 0 is the total of a row; a table of one column is column 1 alone. Without any cell in row 0 there is no total row, without any in column 0 no total column. A cell that is not listed is a published zero. cell_rows, cell_columns and cell_values say what each cell is; the totals have to add up.
states: primary (must be suppressed and protected), suppressed (must be suppressed, for a reason outside of this table; needs no protection), free (may be suppressed), shown (must be shown; also zeros that everybody knows of).
lower_bounds and upper_bounds: what an outsider knows of each cell once it is suppressed, the reason that is given included; NULL in them is no bound; left out they are 0 and none. The true value has to be within.
lower_protection, upper_protection: the interval that can be inferred of a primary cell must reach at least so far below and above its value; sliding_protection: it must be at least so wide. NULL is 0; a primary cell without any is protected from being inferred exactly (a width of one unit of the last decimal).
costs: what suppressing a free cell costs, the sum of which is kept small; left out every cell costs 1; below one unit of their last decimal they count as one.
Numbers are taken in units of the last decimal that occurs. Errors: arrays of different length, tables that do not add up, circles in row_parents, numbers that are too large (22023, 22003, 54000), and a primary cell that cannot be protected because of the cells that must be shown or the bounds, which is named (55000).';

CREATE FUNCTION inferred_intervals(row_parents int[], cell_rows int[], cell_columns int[], cell_values numeric[], suppressed boolean[],
	lower_bounds numeric[] DEFAULT NULL, upper_bounds numeric[] DEFAULT NULL)
RETURNS TABLE (cell int, lowest numeric, highest numeric)
AS '$libdir/credence', 'credence_inferred_intervals'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION inferred_intervals(int[], int[], int[], numeric[], boolean[], numeric[], numeric[]) IS
'What an outsider can infer of the suppressed cells of a table with totals: for each, by its place in the arrays from 1, the lowest and the highest value in all tables that agree with what is shown and with the bounds; NULL where there is no limit. Exact: both ends are reached by some table whose cells are whole units of the last decimal, and no table, of fractions either, goes beyond. Equal ends are a cell given away.
The table and the bounds are as in suppress_cells; cell_values has the true values, of the suppressed cells too.';

CREATE FUNCTION check_certificate(cell_values numeric[], suppressed boolean[], lower_bounds numeric[], upper_bounds numeric[],
	term_equations int[], term_cells int[], term_signs int[],
	primary_cells int[], lower_protection numeric[], upper_protection numeric[], sliding_protection numeric[],
	witness_primaries int[], witness_sides text[], witness_cells int[], witness_values numeric[])
RETURNS text
AS '$libdir/credence', 'credence_check_certificate'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION check_certificate(numeric[], boolean[], numeric[], numeric[], int[], int[], int[], int[], numeric[], numeric[], numeric[], int[], text[], int[], numeric[]) IS
'Whether the suppressed cells of any tables that share cells are proved to protect the primary ones: NULL if so, else the first thing that is wrong.
Cells are numbered by their place in cell_values from 1; each term puts a cell with sign 1 or -1 into an equation, and the terms of every equation add up to 0. Bounds as in suppress_cells, by cell (NULL arrays: 0 and none). primary_cells are different suppressed cells; the protections are by place in primary_cells, NULL is 0, a cell without any needs a width of one unit of the last decimal.
The proof is, for every primary cell, up to two witnesses, low and high: tables that agree with all that is shown, given by the cells that differ from the true table. A row of the four witness arrays is the value of one cell in the witness of that side of the primary cell with that number; a witness without rows is the true table. Checked are: that the true table fits; that a witness changes suppressed cells only, keeps the bounds and every equation, in whole units of the last decimal of the table; and that the primary cell is far enough below its value in the low, above it in the high witness, and the two far enough apart.
Arrays of different length and cells that do not exist are errors (22023).';
