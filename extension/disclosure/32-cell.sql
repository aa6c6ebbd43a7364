-- the cells of the tables, as only the audit knows them

CREATE TABLE cell (
	bulletin_id		bigint NOT NULL,
	item			int NOT NULL,
	table_place		int NOT NULL,
	row_place		int NOT NULL,
	row_parent		int,
	column_place	int NOT NULL,
	identity		text COLLATE "C" NOT NULL,
	value			numeric NOT NULL,
	reason			text COLLATE "C",
	known			boolean NOT NULL,
	must_show		boolean NOT NULL,
	prior_least		numeric,
	prior_greatest	numeric,
	needed_least	numeric,
	needed_greatest	numeric,
	cost			numeric NOT NULL,
	members			bigint[],
	contributions	numeric[],
	PRIMARY KEY (bulletin_id, item),
	CONSTRAINT cell_reason CHECK (reason IN ('below_minimum', 'zero', 'few_contributors', 'dominance', 'p_percent', 'secondary'))
);

COMMENT ON TABLE cell IS
'The cells of the tables of bulletins: what they really are, why they are suppressed, and how far they must not be inferred. Nobody''s to read but the functions of the disclosure: what may be shown of it is in item. Append-only, written by draw_up.';
COMMENT ON COLUMN cell.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN cell.item IS 'Number of the item within it.';
COMMENT ON COLUMN cell.table_place IS 'Which table of the policy, from 1.';
COMMENT ON COLUMN cell.row_place IS 'Row, from 1 in the order shown; 0: the total of all rows.';
COMMENT ON COLUMN cell.row_parent IS 'The row that this one is added up in; 0: the total; NULL: of the total itself.';
COMMENT ON COLUMN cell.column_place IS 'Column, from 1; 0: the total of the row. A table without columns has column 1 alone.';
COMMENT ON COLUMN cell.identity IS 'Of whom it says what: the same in every table over one run that has the same number in it.';
COMMENT ON COLUMN cell.value IS 'The count or the sum, suppressed or not.';
COMMENT ON COLUMN cell.reason IS 'Why it is suppressed; NULL if it is shown. zero: a zero where zeros are suppressed; secondary: for the sake of other cells.';
COMMENT ON COLUMN cell.known IS 'Whether everybody can tell it, suppressed or not: a zero where zeros are shown, or the lists name all that is in it.';
COMMENT ON COLUMN cell.must_show IS 'Whether the policy has it shown in any case.';
COMMENT ON COLUMN cell.prior_least IS 'The least that it can be for whoever knows the rules and the lists alone; NULL: no limit.';
COMMENT ON COLUMN cell.prior_greatest IS 'The greatest, likewise.';
COMMENT ON COLUMN cell.needed_least IS 'Of a cell that a rule suppresses: nobody may be able to infer that it is more than this. NULL for others.';
COMMENT ON COLUMN cell.needed_greatest IS 'Nobody may be able to infer that it is less than this, which is not below value; NULL for others.';
COMMENT ON COLUMN cell.cost IS 'What suppressing it costs, if it has a choice.';
COMMENT ON COLUMN cell.members IS 'Of a suppressed cell that is no total: the subjects in it, of a sum those with a figure; else NULL.';
COMMENT ON COLUMN cell.contributions IS 'What each of members adds to a sum; NULL of a count.';

CREATE INDEX cell_identity_idx ON cell (identity);
SELECT pg_catalog.pg_extension_config_dump('cell', '');
SELECT credence_registry.make_append_only('cell', 'Draw the bulletin up anew, or publish a correction.');
