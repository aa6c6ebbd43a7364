/*
 * protection/network.c
 *
 * From a table to its network; see network.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protection/limits.h"
#include "protection/network.h"

/* What is needed while a network is made. */
typedef struct Builder
{
	const Table *table;
	const Arena *arena;
	Problem    *problem;
	bool		total_row;
	bool		total_column;
	bool	   *is_parent;		/* of each row: is something added up in it? */
	int64_t		columns;		/* one more than the largest number of a column */
	int64_t    *ends;			/* of each cell: the keys of tail and head */
	int64_t    *keys;			/* the different ones, ascending: a node each */
	int			nodes;
} Builder;

/* The key of the ground; see node_key. */
#define GROUND 0

/* Writes units as a decimal number into the buffer and returns it. */
char *
units_text(int64_t units, int decimals, char buffer[UNITS_SIZE])
{
	char		digits[32];
	uint64_t	magnitude = units < 0 ? -(uint64_t) units : (uint64_t) units;
	int			length = snprintf(digits, sizeof(digits), "%0*" PRIu64, decimals + 1, magnitude);

	snprintf(buffer, UNITS_SIZE, "%s%.*s%s%s", units < 0 ? "-" : "", length - decimals, digits,
			 decimals > 0 ? "." : "", digits + length - decimals);
	return buffer;
}

static int
ascending(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a;
	int64_t		y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

/* Checks that following the parents ends at row 0 from every row. */
static bool
check_rows(const Builder *builder)
{
	const Table *table = builder->table;
	int		   *seen = arena_allocate(builder->arena, (table->rows + 1) * sizeof(int));

	memset(seen, 0, (table->rows + 1) * sizeof(int));
	for (int row = 1; row <= table->rows; row++)
	{
		if (table->parents[row - 1] < 0 || table->parents[row - 1] > table->rows)
			return problem_set(builder->problem, PROBLEM_VALUE, "row %d has parent %d: expected 0 for the total, or a row from 1 to %d",
							   row, table->parents[row - 1], table->rows);
	}
	for (int row = 1; row <= table->rows; row++)
	{
		int			above = row;

		/* rows are marked by where the way began that first came by */
		while (above != 0 && seen[above] == 0)
		{
			seen[above] = row;
			above = table->parents[above - 1];
		}
		if (above != 0 && seen[above] == row)
			return problem_set(builder->problem, PROBLEM_VALUE, "row %d is added up in itself, through its parents", above);
	}
	arena_release(builder->arena, seen);
	return true;
}

/* Checks what a cell is by itself. */
static bool
check_cell(const Builder *builder, int index)
{
	const Table *table = builder->table;
	const TableCell *cell = &table->cells[index];
	const int64_t numbers[] = {cell->value, cell->least, cell->greatest, cell->lower, cell->upper, cell->sliding};
	char		text[3][UNITS_SIZE];

	if (cell->row < 0 || cell->row > table->rows)
		return problem_set(builder->problem, PROBLEM_VALUE, "cell %d is in row %d: expected 0 for the total, or a row from 1 to %d",
						   index + 1, cell->row, table->rows);
	if (cell->column < 0)
		return problem_set(builder->problem, PROBLEM_VALUE, "cell %d is in column %d: expected 0 for the total, or a number greater than 0",
						   index + 1, cell->column);
	for (int i = 0; i < 6; i++)
	{
		if ((i == 1 && cell->least == NO_LOWER_BOUND) || (i == 2 && cell->greatest == NO_UPPER_BOUND))
			continue;
		if (numbers[i] > PROTECTION_LIMIT_NUMBER || numbers[i] < -PROTECTION_LIMIT_NUMBER)
			return problem_set(builder->problem, PROBLEM_RANGE, "%s is too large in cell %d (row %d, column %d): expected at most %s",
							   units_text(numbers[i], table->decimals, text[0]), index + 1, cell->row, cell->column,
							   units_text(PROTECTION_LIMIT_NUMBER, table->decimals, text[1]));
	}
	if (cell->lower < 0 || cell->upper < 0 || cell->sliding < 0 || cell->cost < 0)
		return problem_set(builder->problem, PROBLEM_VALUE, "a protection or the cost of cell %d (row %d, column %d) is negative",
						   index + 1, cell->row, cell->column);
	if (cell->state == CELL_SHOWN)
		return true;
	if (cell->value < cell->least || cell->value > cell->greatest)
		return problem_set(builder->problem, PROBLEM_VALUE, "value %s of cell %d (row %d, column %d) is outside of its bounds, %s to %s",
						   units_text(cell->value, table->decimals, text[0]), index + 1, cell->row, cell->column,
						   cell->least == NO_LOWER_BOUND ? "none" : units_text(cell->least, table->decimals, text[1]),
						   cell->greatest == NO_UPPER_BOUND ? "none" : units_text(cell->greatest, table->decimals, text[2]));
	return true;
}

/* Checks all cells by themselves, and that no sum can grow too large. */
static bool
check_cells(const Builder *builder)
{
	const Table *table = builder->table;
	int64_t		room = PROTECTION_LIMIT_SUM;

	for (int i = 0; i < table->count; i++)
	{
		const TableCell *cell = &table->cells[i];

		if (!check_cell(builder, i))
			return false;
		/* each of the terms is at most twice the limit of a number */
		room -= cell->value < 0 ? -cell->value : cell->value;
		if (cell->state != CELL_SHOWN && cell->least != NO_LOWER_BOUND)
			room -= cell->value - cell->least;
		if (cell->state != CELL_SHOWN && cell->greatest != NO_UPPER_BOUND)
			room -= cell->greatest - cell->value;
		if (room < 0)
			return problem_set(builder->problem, PROBLEM_LIMIT, "the numbers of the table are too large together: values and bounds add up to more than %" PRId64 " units of the last decimal",
							   PROTECTION_LIMIT_SUM) ||
				problem_hint(builder->problem, "Give no bound instead of a large one, or count in larger units.");
	}
	return true;
}

/* Checks that no cell is there twice. */
static bool
check_places(const Builder *builder)
{
	const Table *table = builder->table;
	int64_t    *places = arena_allocate(builder->arena, table->count * sizeof(int64_t));

	for (int i = 0; i < table->count; i++)
		places[i] = (int64_t) table->cells[i].row << 32 | table->cells[i].column;
	qsort(places, table->count, sizeof(int64_t), ascending);
	for (int i = 1; i < table->count; i++)
		if (places[i] == places[i - 1])
			return problem_set(builder->problem, PROBLEM_VALUE, "there are two cells in row %d, column %d",
							   (int) (places[i] >> 32), (int) (places[i] & INT32_MAX));
	arena_release(builder->arena, places);
	return true;
}

/* The key of the equation that a row adds up to its total by, or of what is below it in a column. */
static int64_t
node_key(const Builder *builder, int row, int column)
{
	if (!builder->is_parent[row])
		return builder->total_column ? 1 + row : GROUND;
	return 2 + builder->table->rows + row * builder->columns + column;
}

/* Finds the keys of the two equations of a cell. */
static void
find_ends(const Builder *builder, int index)
{
	const TableCell *cell = &builder->table->cells[index];
	int			above = cell->row > 0 ? builder->table->parents[cell->row - 1] : 0;
	bool		has_above = cell->row > 0 && (above > 0 || builder->total_row);
	int64_t		own = node_key(builder, cell->row, cell->column);
	int64_t		other = has_above ? node_key(builder, above, cell->column) : GROUND;

	/* what flows down in the total column flows up again in the others */
	builder->ends[2 * index] = cell->column == 0 ? other : own;
	builder->ends[2 * index + 1] = cell->column == 0 ? own : other;
}

/* Numbers the nodes by their keys. */
static void
number_nodes(Builder *builder)
{
	int			count = 2 * builder->table->count;

	builder->keys = arena_allocate(builder->arena, (count + 1) * sizeof(int64_t));
	memcpy(builder->keys, builder->ends, count * sizeof(int64_t));
	builder->keys[count] = GROUND;
	qsort(builder->keys, count + 1, sizeof(int64_t), ascending);
	builder->nodes = 0;
	for (int i = 0; i <= count; i++)
		if (i == 0 || builder->keys[i] != builder->keys[i - 1])
			builder->keys[builder->nodes++] = builder->keys[i];
}

/* The number of the node with the key. */
static int
node_of(const Builder *builder, int64_t key)
{
	const int64_t *found = bsearch(&key, builder->keys, builder->nodes, sizeof(int64_t), ascending);

	return (int) (found - builder->keys);
}

/* Says what does not add up at a node: what flows in and out is known. */
static bool
report_sum(const Builder *builder, int64_t key, int64_t in, int64_t out)
{
	char		text[2][UNITS_SIZE];
	int			decimals = builder->table->decimals;
	int64_t		place = key - 2 - builder->table->rows;
	int64_t		column;
	int64_t		row;

	if (place < 0)
		return problem_set(builder->problem, PROBLEM_VALUE, "row %d does not add up: its columns make %s, its total is %s",
						   (int) key - 1, units_text(out, decimals, text[0]), units_text(in, decimals, text[1]));
	row = place / builder->columns;
	column = place % builder->columns;
	return problem_set(builder->problem, PROBLEM_VALUE, "column %d does not add up in row %d: the rows below make %s, the cell is %s",
					   (int) column, (int) row, units_text(column == 0 ? out : in, decimals, text[0]),
					   units_text(column == 0 ? in : out, decimals, text[1]));
}

/* Checks that the values satisfy every equation. */
static bool
check_sums(const Builder *builder)
{
	const Table *table = builder->table;
	int64_t    *in = arena_allocate(builder->arena, 2 * builder->nodes * sizeof(int64_t));
	int64_t    *out = in + builder->nodes;

	memset(in, 0, 2 * builder->nodes * sizeof(int64_t));
	for (int i = 0; i < table->count; i++)
	{
		out[node_of(builder, builder->ends[2 * i])] += table->cells[i].value;
		in[node_of(builder, builder->ends[2 * i + 1])] += table->cells[i].value;
	}
	for (int node = 0; node < builder->nodes; node++)
		if (in[node] != out[node] && builder->keys[node] != GROUND)
			return report_sum(builder, builder->keys[node], in[node], out[node]);
	arena_release(builder->arena, in);
	return true;
}

/* Makes the arcs of the cells that are not shown. */
static void
make_arcs(const Builder *builder, Network *network)
{
	const Table *table = builder->table;
	int			arc = 0;

	for (int i = 0; i < table->count; i++)
		arc += table->cells[i].state != CELL_SHOWN;
	network->nodes = builder->nodes;
	network->arcs = arc;
	network->cell_of = arena_allocate(builder->arena, arc * sizeof(int));
	network->start = arena_allocate(builder->arena, 2 * arc * sizeof(int));
	network->capacity = arena_allocate(builder->arena, 2 * arc * sizeof(int64_t));
	arc = 0;
	for (int i = 0; i < table->count; i++)
	{
		const TableCell *cell = &table->cells[i];

		if (cell->state == CELL_SHOWN)
			continue;
		network->cell_of[arc] = i;
		network->start[2 * arc] = node_of(builder, builder->ends[2 * i]);
		network->start[2 * arc + 1] = node_of(builder, builder->ends[2 * i + 1]);
		network->capacity[2 * arc] = cell->greatest == NO_UPPER_BOUND ? UNLIMITED : cell->greatest - cell->value;
		network->capacity[2 * arc + 1] = cell->least == NO_LOWER_BOUND ? UNLIMITED : cell->value - cell->least;
		arc++;
	}
}

/* Notes which rows are totals of others, and whether there are a total row and column. */
static void
survey(Builder *builder)
{
	const Table *table = builder->table;

	for (int i = 0; i < table->count; i++)
	{
		builder->total_row |= table->cells[i].row == 0;
		builder->total_column |= table->cells[i].column == 0;
		if (table->cells[i].column >= builder->columns)
			builder->columns = (int64_t) table->cells[i].column + 1;
	}
	builder->is_parent = arena_allocate(builder->arena, table->rows + 1);
	memset(builder->is_parent, 0, table->rows + 1);
	for (int row = 1; row <= table->rows; row++)
		builder->is_parent[table->parents[row - 1]] = true;
}

/* Makes the network of a table; see network.h. */
bool
network_build(const Table *table, const Arena *arena, Network *network, Problem *problem)
{
	Builder		builder = {table, arena, problem};

	if (table->count > PROTECTION_LIMIT_CELLS || table->rows > PROTECTION_LIMIT_CELLS)
		return problem_set(problem, PROBLEM_LIMIT, "a table of %d cells in %d rows is too large: expected at most %d of either",
						   table->count, table->rows, PROTECTION_LIMIT_CELLS);
	if (!check_rows(&builder) || !check_cells(&builder) || !check_places(&builder))
		return false;
	survey(&builder);
	builder.ends = arena_allocate(arena, 2 * table->count * sizeof(int64_t));
	for (int i = 0; i < table->count; i++)
		find_ends(&builder, i);
	number_nodes(&builder);
	if (!check_sums(&builder))
		return false;
	make_arcs(&builder, network);
	arena_release(arena, builder.ends);
	arena_release(arena, builder.keys);
	arena_release(arena, builder.is_parent);
	return true;
}
