/*
 * test/core/test_protection.c
 *
 * Protecting cells, against the plainest way there is on very small tables:
 * writing down every possible table, and every set of cells to suppress.
 */
#include "protection/audit.h"
#include "protection/certificate.h"
#include "protection/limits.h"
#include "protection/pattern.h"
#include "test/core/random.h"
#include "test/core/tap.h"

#define MOST_ROWS 5
#define MOST_CELLS 24
#define MOST_EQUATIONS 32

/* A table and its equations, from their definition. */
typedef struct Small
{
	Table		table;
	int32_t		parents[MOST_ROWS];
	TableCell	cells[MOST_CELLS];
	int			equations;
	int8_t		sign[MOST_EQUATIONS][MOST_CELLS];
} Small;

/* What all possible tables together say of each cell. */
typedef struct Extremes
{
	int64_t		lowest[MOST_CELLS];
	int64_t		highest[MOST_CELLS];
	int64_t		low_table[MOST_CELLS][MOST_CELLS];
	int64_t		high_table[MOST_CELLS][MOST_CELLS];
	int64_t		tables;
} Extremes;

static int
cell_at(const Small *small, int row, int column)
{
	for (int i = 0; i < small->table.count; i++)
		if (small->cells[i].row == row && small->cells[i].column == column)
			return i;
	return -1;
}

/* Writes down the equations of the table. */
static void
write_equations(Small *small, int columns)
{
	memset(small->sign, 0, sizeof(small->sign));
	small->equations = 0;
	for (int row = 0; row <= small->table.rows; row++)
	{
		if (cell_at(small, row, 0) < 0)
			continue;
		for (int column = 0; column <= columns; column++)
			small->sign[small->equations][cell_at(small, row, column)] = column == 0 ? -1 : 1;
		small->equations++;
	}
	for (int above = 0; above <= small->table.rows; above++)
		for (int column = 0; column <= columns; column++)
		{
			int			below = 0;

			if (cell_at(small, above, column) < 0)
				continue;
			for (int row = 1; row <= small->table.rows; row++)
				if (small->parents[row - 1] == above)
				{
					small->sign[small->equations][cell_at(small, row, column)] = 1;
					below++;
				}
			if (below == 0)
				continue;
			small->sign[small->equations][cell_at(small, above, column)] = -1;
			small->equations++;
		}
}

/* Draws a table: at most two levels of rows, with or without totals. */
static void
draw_table(Small *small, int most_value)
{
	int			rows = 1 + (int) random_below(MOST_ROWS - 1);
	int			columns = 1 + (int) random_below(2);
	bool		total_row = random_below(8) > 0;
	bool		total_column = columns > 1 && random_below(8) > 0;
	int64_t		value[MOST_ROWS + 1][3] = {{0}};
	bool		is_parent[MOST_ROWS + 1] = {true};

	memset(small, 0, sizeof(*small));
	for (int row = 1; row <= rows; row++)
	{
		small->parents[row - 1] = row > 1 && random_below(2) == 0 ? 1 + (int) random_below(row - 1) : 0;
		is_parent[small->parents[row - 1]] = true;
	}
	for (int row = rows; row >= 0; row--)
		for (int column = 0; column <= columns; column++)
		{
			if (!is_parent[row] && column > 0)
			{
				value[row][column] = random_below(4) == 0 ? 0 : (int64_t) random_below(most_value + 1);
				value[row][0] += value[row][column];
			}
		}
	for (int row = rows; row >= 1; row--)
		for (int column = 0; column <= columns; column++)
			value[small->parents[row - 1]][column] += value[row][column];
	for (int row = 0; row <= rows; row++)
		for (int column = 0; column <= columns; column++)
			if ((row > 0 || total_row) && (column > 0 || total_column))
				small->cells[small->table.count++] = (TableCell) {
					.row = row, .column = column, .value = value[row][column], .cost = 1
				};
	small->table.rows = rows;
	small->table.parents = small->parents;
	small->table.cells = small->cells;
	write_equations(small, columns);
}

/* Goes through all tables from a cell on. */
static void
enumerate(const Small *small, int cell, int64_t *values, Extremes *extremes)
{
	if (cell < small->table.count)
	{
		const TableCell *known = &small->cells[cell];
		bool		hidden = known->state >= CELL_SUPPRESSED;

		for (int64_t value = hidden ? known->least : known->value; value <= (hidden ? known->greatest : known->value); value++)
		{
			values[cell] = value;
			enumerate(small, cell + 1, values, extremes);
		}
		return;
	}
	for (int i = 0; i < small->equations; i++)
	{
		int64_t		sum = 0;

		for (int j = 0; j < small->table.count; j++)
			sum += small->sign[i][j] * values[j];
		if (sum != 0)
			return;
	}
	for (int i = 0; i < small->table.count; i++)
	{
		if (extremes->tables == 0 || values[i] < extremes->lowest[i])
		{
			extremes->lowest[i] = values[i];
			memcpy(extremes->low_table[i], values, sizeof(extremes->low_table[i]));
		}
		if (extremes->tables == 0 || values[i] > extremes->highest[i])
		{
			extremes->highest[i] = values[i];
			memcpy(extremes->high_table[i], values, sizeof(extremes->high_table[i]));
		}
	}
	extremes->tables++;
}

/* Hides some cells, with bounds close to their values; returns how many. */
static int
hide_cells(Small *small, int most)
{
	int			hidden = 0;

	for (int i = 0; i < small->table.count; i++)
	{
		TableCell  *cell = &small->cells[i];
		int64_t		down = (int64_t) random_below(3);

		cell->least = cell->value - (down < cell->value || random_below(8) == 0 ? down : cell->value);
		cell->greatest = cell->value + (int64_t) random_below(4);
		cell->state = hidden < most && random_below(5) < 3 ? CELL_SUPPRESSED : CELL_SHOWN;
		hidden += cell->state == CELL_SUPPRESSED;
	}
	return hidden;
}

static void
test_audit(void)
{
	int			wrong = 0;
	int			moved = 0;

	for (int trial = 0; trial < 600; trial++)
	{
		Small		small;
		Extremes	extremes = {.tables = 0};
		CellInterval intervals[MOST_CELLS];
		int64_t		values[MOST_CELLS] = {0};
		Problem		problem;

		draw_table(&small, 4);
		hide_cells(&small, 8);
		enumerate(&small, 0, values, &extremes);
		if (!audit_table(&small.table, &tap_arena, intervals, &problem))
		{
			printf("# %s\n", problem.message);
			wrong++;
			continue;
		}
		for (int i = 0; i < small.table.count; i++)
		{
			wrong += intervals[i].lowest != extremes.lowest[i] || intervals[i].highest != extremes.highest[i];
			moved += intervals[i].lowest < intervals[i].highest;
		}
	}
	ok(wrong == 0, "the audit finds what all possible tables say");
	ok(moved > 400, "many cells are not given away (%d)", moved);
}

/* Hides the free cells of a set, one for each bit; is every primary cell protected then? */
static bool
is_safe(const Small *small, uint32_t set)
{
	Small		hidden = *small;
	CellInterval intervals[MOST_CELLS];
	Problem		problem;

	hidden.table.cells = hidden.cells;
	for (int i = 0; i < hidden.table.count; i++)
		if (hidden.cells[i].state == CELL_FREE)
			hidden.cells[i].state = set >> i & 1 ? CELL_SUPPRESSED : CELL_SHOWN;
	if (!audit_table(&hidden.table, &tap_arena, intervals, &problem))
		abort();
	for (int i = 0; i < hidden.table.count; i++)
	{
		const TableCell *cell = &hidden.cells[i];
		int64_t		sliding = cell->lower == 0 && cell->upper == 0 && cell->sliding == 0 ? 1 : cell->sliding;
		int64_t		high = intervals[i].highest == NO_UPPER_BOUND ? 1000000 : intervals[i].highest;

		if (cell->state == CELL_PRIMARY &&
			(intervals[i].lowest > cell->value - cell->lower || high < cell->value + cell->upper || high - intervals[i].lowest < sliding))
			return false;
	}
	return true;
}

/* Makes some cells primary and some of the others free; returns the set of the free ones. */
static uint32_t
ask_for_protection(Small *small, int most_free)
{
	uint32_t	free_cells = 0;
	int			count = 0;

	for (int i = 0; i < small->table.count; i++)
	{
		TableCell  *cell = &small->cells[i];
		uint64_t	kind = random_below(10);

		cell->greatest = random_below(6) == 0 ? cell->value + 3 : NO_UPPER_BOUND;
		cell->state = cell->row > 0 && cell->column > 0 && kind < 3 ? CELL_PRIMARY : kind == 3 || count == most_free ? CELL_SHOWN : kind == 4 ? CELL_SUPPRESSED : CELL_FREE;
		cell->cost = 1 + (int64_t) random_below(random_below(2) == 0 ? 1 : 9);
		if (cell->state == CELL_PRIMARY)
		{
			cell->lower = (int64_t) random_below(3);
			cell->upper = (int64_t) random_below(3);
			cell->sliding = (int64_t) random_below(5);
		}
		if (cell->state == CELL_FREE)
		{
			free_cells |= UINT32_C(1) << i;
			count++;
		}
	}
	return free_cells;
}

static int64_t
cost_of(const Small *small, uint32_t set)
{
	int64_t		cost = 0;

	for (int i = 0; i < small->table.count; i++)
		if (set >> i & 1)
			cost += small->cells[i].cost;
	return cost;
}

/* The time is over when it has been asked so often. */
static bool
count_down(void *context)
{
	int		   *left = context;

	return (*left)-- <= 0;
}

static void
test_suppression(void)
{
	int			unsafe = 0;
	int			dearer = 0;
	int			refused_wrongly = 0;
	int			refused = 0;
	int			needed = 0;
	int			different = 0;
	int			unfinished_unsafe = 0;

	for (int trial = 0; trial < 300; trial++)
	{
		Small		small;
		Suppression suppression;
		Suppression again;
		Problem		problem;
		SuppressionRequest request = {&small.table};
		uint32_t	free_cells;
		uint32_t	set = 0;
		int64_t		best = -1;
		int			left = trial % 3;

		draw_table(&small, 6);
		free_cells = ask_for_protection(&small, 9);
		for (uint32_t subset = free_cells;; subset = (subset - 1) & free_cells)
		{
			if ((best < 0 || cost_of(&small, subset) < best) && is_safe(&small, subset))
				best = cost_of(&small, subset);
			if (subset == 0)
				break;
		}
		if (!suppress_table(&request, &tap_arena, &suppression, &problem))
		{
			refused++;
			refused_wrongly += best >= 0 || problem.kind != PROBLEM_STATE;
			continue;
		}
		for (int i = 0; i < small.table.count; i++)
			if (suppression.suppressed[i] && small.cells[i].state == CELL_FREE)
				set |= UINT32_C(1) << i;
		unsafe += !is_safe(&small, set) || !suppression.finished;
		dearer += cost_of(&small, set) != best || suppression.cost != best;
		needed += best > 0;
		suppress_table(&request, &tap_arena, &again, &problem);
		different += memcmp(suppression.suppressed, again.suppressed, small.table.count) != 0;
		request.expired = count_down;
		request.context = &left;
		suppress_table(&request, &tap_arena, &again, &problem);
		set = 0;
		for (int i = 0; i < small.table.count; i++)
			if (again.suppressed[i] && small.cells[i].state == CELL_FREE)
				set |= UINT32_C(1) << i;
		unfinished_unsafe += !is_safe(&small, set);
	}
	ok(unsafe == 0, "every pattern is safe");
	ok(dearer == 0, "and the cheapest of all sets (%d are not)", dearer);
	ok(refused_wrongly == 0, "it is refused only where no set is safe");
	ok(different == 0, "twice the same");
	ok(unfinished_unsafe == 0, "safe as well when the time is over early");
	ok(refused > 20 && needed > 50, "some are refused (%d), many need secondary cells (%d)", refused, needed);
}

/* A rectangle of counts with its totals, of which those below 4 are primary. */
static Table
draw_rectangle(int rows, int columns)
{
	int			wide = columns + 1;
	Table		table = {rows, calloc(rows, sizeof(int32_t)), (rows + 1) * wide, calloc((rows + 1) * wide, sizeof(TableCell))};

	for (int row = rows; row >= 0; row--)
		for (int column = columns; column >= 0; column--)
		{
			TableCell  *cell = &table.cells[row * wide + column];

			if (row > 0 && column > 0)
				cell->value = (int64_t) random_below(24);
			*cell = (TableCell) {
				row, column, row > 0 && column > 0 && cell->value > 0 && cell->value < 4 ? CELL_PRIMARY : CELL_FREE,
				cell->value, 0, NO_UPPER_BOUND, 0, 0, 4, 10 + (int64_t) random_below(20)
			};
			/* a cell is added to its totals once it is complete */
			if (column > 0)
				table.cells[row * wide].value += cell->value;
			if (row > 0)
				table.cells[column].value += column > 0 ? cell->value : 0;
		}
	for (int column = 1; column <= columns; column++)
		table.cells[0].value = column == 1 ? table.cells[1].value : table.cells[0].value + table.cells[column].value;
	return table;
}

static void
test_refining(void)
{
	int			dearer = 0;
	int			cheaper = 0;
	int64_t		sum = 0;

	for (int trial = 0; trial < 12; trial++)
	{
		Table		table = draw_rectangle(14, 10);
		SuppressionRequest request = {&table};
		Suppression first;
		Suppression refined;
		Problem		problem;
		int			left = 0;

		request.expired = count_down;
		request.context = &left;
		if (!suppress_table(&request, &tap_arena, &first, &problem))
		{
			printf("# %s\n", problem.message);
			dearer++;
			continue;
		}
		request.expired = NULL;
		suppress_table(&request, &tap_arena, &refined, &problem);
		dearer += refined.cost > first.cost || first.finished || !refined.finished;
		cheaper += refined.cost < first.cost;
		sum += refined.cost;
	}
	ok(dearer == 0 && cheaper > 4, "with time, patterns become cheaper (%d of 12)", cheaper);
	ok(sum <= 1110, "as cheap as refining makes them (%d)", (int) sum);
}

/* --- certificates ------------------------------------------------------------------ */

/* A certificate and what it points to. */
typedef struct Proof
{
	Certificate certificate;
	int64_t		values[MOST_CELLS];
	bool		suppressed[MOST_CELLS];
	int64_t		least[MOST_CELLS];
	int64_t		greatest[MOST_CELLS];
	int32_t		equations[MOST_CELLS * MOST_EQUATIONS];
	int32_t		cells[MOST_CELLS * MOST_EQUATIONS];
	int32_t		signs[MOST_CELLS * MOST_EQUATIONS];
	int32_t		primary[MOST_CELLS];
	int64_t		lower[MOST_CELLS];
	int64_t		upper[MOST_CELLS];
	int64_t		sliding[MOST_CELLS];
	int32_t		entry_primary[2 * MOST_CELLS * MOST_CELLS];
	int			entry_side[2 * MOST_CELLS * MOST_CELLS];
	int32_t		entry_cell[2 * MOST_CELLS * MOST_CELLS];
	int64_t		entry_value[2 * MOST_CELLS * MOST_CELLS];
} Proof;

/* Adds what differs from the true table to the witnesses. */
static void
add_witness(Proof *proof, int primary, int side, const int64_t *values)
{
	for (int i = 0; i < proof->certificate.count; i++)
		if (values[i] != proof->values[i])
		{
			int			at = proof->certificate.entries++;

			proof->entry_primary[at] = primary + 1;
			proof->entry_side[at] = side;
			proof->entry_cell[at] = i + 1;
			proof->entry_value[at] = values[i];
		}
}

/* Makes the proof that every suppressed cell has just the interval that it has. */
static void
make_proof(const Small *small, const Extremes *extremes, Proof *proof)
{
	Certificate *certificate = &proof->certificate;

	*certificate = (Certificate) {
		.count = small->table.count, .values = proof->values, .suppressed = proof->suppressed, .least = proof->least,
		.greatest = proof->greatest, .equations = proof->equations, .cells = proof->cells, .signs = proof->signs,
		.primary = proof->primary, .lower = proof->lower, .upper = proof->upper, .sliding = proof->sliding,
		.entry_primary = proof->entry_primary, .entry_side = proof->entry_side, .entry_cell = proof->entry_cell,
		.entry_value = proof->entry_value
	};
	for (int i = 0; i < small->table.count; i++)
	{
		proof->values[i] = small->cells[i].value;
		proof->suppressed[i] = small->cells[i].state == CELL_SUPPRESSED;
		proof->least[i] = small->cells[i].least;
		proof->greatest[i] = small->cells[i].greatest;
		for (int j = 0; j < small->equations; j++)
			if (small->sign[j][i] != 0)
			{
				proof->equations[certificate->terms] = 7 * j - 30;
				proof->cells[certificate->terms] = i + 1;
				proof->signs[certificate->terms++] = small->sign[j][i];
			}
	}
	for (int i = 0; i < small->table.count; i++)
		if (proof->suppressed[i] && extremes->lowest[i] < extremes->highest[i])
		{
			int			place = certificate->primaries++;

			proof->primary[place] = i + 1;
			proof->lower[place] = small->cells[i].value - extremes->lowest[i];
			proof->upper[place] = extremes->highest[i] - small->cells[i].value;
			proof->sliding[place] = extremes->highest[i] - extremes->lowest[i];
			add_witness(proof, i, SIDE_LOW, extremes->low_table[i]);
			add_witness(proof, i, SIDE_HIGH, extremes->high_table[i]);
		}
}

/* Changes one number of a proof; false if there is none to change. */
static bool
falsify(Proof *proof)
{
	Certificate *certificate = &proof->certificate;
	int			entry = (int) random_below(certificate->entries);
	int			place = (int) random_below(certificate->primaries);

	switch (random_below(5))
	{
		case 0:					/* any value of a witness that is in an equation, which then does not hold */
			proof->entry_value[entry] += random_below(2) == 0 ? 1 : -1;
			for (int i = 0; i < certificate->terms; i++)
				if (proof->cells[i] == proof->entry_cell[entry])
					return true;
			return false;
		case 1:
			proof->lower[place]++;
			return true;
		case 2:
			proof->upper[place]++;
			return true;
		case 3:
			proof->sliding[place]++;
			return true;
		default:
			proof->suppressed[proof->entry_cell[entry] - 1] = false;
			return true;
	}
}

static void
test_certificates(void)
{
	int			refused = 0;
	int			proofs = 0;
	int			false_proofs = 0;
	int			believed = 0;

	for (int trial = 0; trial < 300; trial++)
	{
		Small		small;
		Extremes	extremes = {.tables = 0};
		static Proof proof;
		int64_t		values[MOST_CELLS] = {0};
		Problem		problem;

		draw_table(&small, 4);
		hide_cells(&small, 8);
		enumerate(&small, 0, values, &extremes);
		make_proof(&small, &extremes, &proof);
		proofs += proof.certificate.primaries > 0;
		if (!certificate_check(&proof.certificate, &tap_arena, &problem))
		{
			refused++;
			printf("# %s\n", problem.message);
		}
		if (proof.certificate.entries == 0)
			continue;
		for (int i = 0; i < 10; i++)
		{
			make_proof(&small, &extremes, &proof);
			if (!falsify(&proof))
				continue;
			false_proofs++;
			believed += certificate_check(&proof.certificate, &tap_arena, &problem) || problem.kind != PROBLEM_DATA;
		}
	}
	ok(refused == 0 && proofs > 80, "what all possible tables say is proved by them (%d proofs)", proofs);
	ok(believed == 0 && false_proofs > 500, "a proof with one number changed fails (%d)", false_proofs);
}

/* --- edges ------------------------------------------------------------------------- */

/* A table of one column: so many cells of a value, and their total. */
static Table
column_of(int count, int64_t value, CellState state)
{
	Table		table = {count, calloc(count + 1, sizeof(int32_t)), count + 1, calloc(count + 1, sizeof(TableCell)), 2};

	for (int i = 0; i <= count; i++)
		table.cells[i] = (TableCell) {
			i, 1, i == 0 ? CELL_SHOWN : state, i == 0 ? count * value : value, 0, NO_UPPER_BOUND, 0, 0, 0, 1
		};
	return table;
}

static void
test_edges(void)
{
	Problem		problem;
	char		text[UNITS_SIZE];
	CellInterval intervals[2001];
	Table		table = column_of(1000, 1000000000000, CELL_SUPPRESSED);
	SuppressionRequest request = {&table};
	Suppression suppression;

	is_text(units_text(-5, 0, text), "-5", "units without decimals");
	is_text(units_text(-5, 2, text), "-0.05", "units with decimals");
	is_text(units_text(1234, 2, text), "12.34", "units with decimals and more");
	is_text(units_text(INT64_MIN, 18, text), "-9.223372036854775808", "the lowest number of units");
	ok(audit_table(&table, &tap_arena, intervals, &problem) && intervals[500].lowest == 0 && intervals[500].highest == 1000000000000000,
	   "large numbers are exact");
	for (int i = 1; i <= 1000; i++)
		table.cells[i].least = NO_LOWER_BOUND;
	ok(audit_table(&table, &tap_arena, intervals, &problem) && intervals[500].lowest == NO_LOWER_BOUND && intervals[500].highest == NO_UPPER_BOUND,
	   "without bounds there is no limit");
	ok(intervals[0].lowest == 1000000000000000 && intervals[0].highest == 1000000000000000, "what is shown is as it is");
	for (int i = 1; i <= 1000; i++)
		table.cells[i].greatest = PROTECTION_LIMIT_NUMBER;
	table.cells[1].state = CELL_PRIMARY;
	table.cells[1].sliding = 2 * PROTECTION_LIMIT_NUMBER;
	ok(!suppress_table(&request, &tap_arena, &suppression, &problem) && problem.kind == PROBLEM_RANGE, "a level beyond the limit is refused");
	table.cells[1].sliding = 0;
	table.cells[1].upper = PROTECTION_LIMIT_NUMBER - 1000000000000;
	ok(suppress_table(&request, &tap_arena, &suppression, &problem) && suppression.cost == 0, "a level at the limit is not");
	table = column_of(1, 7, CELL_PRIMARY);
	ok(!suppress_table(&request, &tap_arena, &suppression, &problem) && problem.kind == PROBLEM_STATE, "a cell that is its total is given away");
	is_text(problem.message, "cell 2 (row 1, column 1) cannot be protected: with all free cells suppressed it can be 0.00 lower and 0.00 higher, and it needs 0.00 lower, 0.00 higher and 0.01 in all",
			"and it is said so");
	table.count = 0;
	table.rows = 0;
	ok(suppress_table(&request, &tap_arena, &suppression, &problem) && suppression.cost == 0, "no table at all");
}

int
main(void)
{
	random_seed(4);
	test_audit();
	test_suppression();
	test_refining();
	test_certificates();
	test_edges();
	return done_testing();
}
