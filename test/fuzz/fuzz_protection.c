/*
 * test/fuzz/fuzz_protection.c
 *
 * Any bytes as a table: refused with a message, or audited and protected. In
 * the second half of the cases the totals are made to add up, so that the search
 * is reached; what it suppresses then protects every primary cell.
 */
#include "protection/audit.h"
#include "protection/pattern.h"
#include "test/fuzz/fuzz.h"

#define MOST_ROWS 7
#define MOST_COLUMNS 4
#define MOST_CELLS ((MOST_ROWS + 1) * (MOST_COLUMNS + 1))

/* The bytes, one after the other; zeros after the last. */
typedef struct Bytes
{
	const uint8_t *at;
	const uint8_t *end;
} Bytes;

static uint8_t
next(Bytes *bytes)
{
	return bytes->at < bytes->end ? *bytes->at++ : 0;
}

/* A number: mostly small, sometimes of any size. */
static int64_t
next_number(Bytes *bytes)
{
	uint8_t		first = next(bytes);
	uint64_t	number = 0;

	if (first < 0xF0)
		return first % 32;
	if (first < 0xF8)
		return first % 2 == 0 ? INT64_MAX : INT64_MIN;
	for (int i = 0; i < 8; i++)
		number = number << 8 | next(bytes);
	return (int64_t) (first < 0xFC ? number >> 14 : number);
}

/* Reads a cell at a place. */
static TableCell
next_cell(Bytes *bytes, int row, int column)
{
	uint8_t		kind = next(bytes);
	TableCell	cell = {row, column, (CellState) (kind % 4), next_number(bytes), 0, NO_UPPER_BOUND, 0, 0, 0, 1};

	if (kind & 4)
		cell.lower = next_number(bytes);
	if (kind & 8)
		cell.upper = next_number(bytes);
	if (kind & 16)
		cell.sliding = next_number(bytes);
	if (kind & 32)
		cell.least = next_number(bytes);
	if (kind & 64)
		cell.greatest = next_number(bytes);
	if (kind & 128)
		cell.cost = 1 + (next(bytes) & 15);
	return cell;
}

/* Reads a table of any cells. */
static void
read_anything(Bytes *bytes, Table *table)
{
	table->count = next(bytes) % MOST_CELLS;
	for (int i = 0; i < table->count; i++)
		table->cells[i] = next_cell(bytes, (int8_t) next(bytes), (int8_t) next(bytes));
}

/* Reads a table whose totals add up, if no number is too large for that. */
static void
read_summed(Bytes *bytes, Table *table, int32_t *parents)
{
	int			columns = 1 + next(bytes) % MOST_COLUMNS;
	int			wide = columns + 1;
	uint64_t	sum[MOST_CELLS] = {0};
	bool		is_parent[MOST_ROWS + 1] = {true};
	uint8_t		without = next(bytes);

	for (int row = 1; row <= table->rows; row++)
	{
		parents[row - 1] %= row;
		is_parent[parents[row - 1]] = true;
	}
	table->count = 0;
	for (int row = table->rows; row >= 0; row--)
		for (int column = columns; column >= 0; column--)
		{
			TableCell	cell = next_cell(bytes, row, column);

			if (!is_parent[row] && column > 0)
			{
				for (int above = row;; above = parents[above - 1])
				{
					sum[above * wide + column] += (uint64_t) cell.value;
					sum[above * wide] += (uint64_t) cell.value;
					if (above == 0)
						break;
				}
			}
			cell.value = (int64_t) sum[row * wide + column];
			if ((row > 0 || !(without & 1)) && (column > 0 || !(without & 2)))
				table->cells[table->count++] = cell;
		}
}

/* The time is over when it has been asked so often. */
static bool
count_down(void *context)
{
	int		   *left = context;

	return (*left)-- <= 0;
}

/* Every primary cell has what it needs. */
static void
check_protection(const Table *table, const CellInterval *intervals)
{
	for (int i = 0; i < table->count; i++)
	{
		const TableCell *cell = &table->cells[i];
		int64_t		low = intervals[i].lowest;
		int64_t		high = intervals[i].highest;

		if (cell->state != CELL_PRIMARY)
			continue;
		FUZZ_CHECK(low == NO_LOWER_BOUND || cell->value - low >= cell->lower);
		FUZZ_CHECK(high == NO_UPPER_BOUND || high - cell->value >= cell->upper);
		FUZZ_CHECK(low == NO_LOWER_BOUND || high == NO_UPPER_BOUND || high - low >= cell->sliding);
		FUZZ_CHECK(low < high);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Bytes		bytes = {data, data + size};
	int32_t		parents[MOST_ROWS] = {0};
	TableCell	cells[MOST_CELLS];
	Table		table = {.parents = parents, .cells = cells};
	CellInterval intervals[MOST_CELLS];
	Suppression suppression;
	SuppressionRequest request = {&table, count_down};
	Problem		problem;
	uint8_t		kind = next(&bytes);
	int			left = kind >> 4;

	request.context = &left;
	table.decimals = kind % 4;
	table.rows = next(&bytes) % (MOST_ROWS + 1);
	for (int row = 0; row < table.rows; row++)
		parents[row] = kind & 8 ? next(&bytes) : (int8_t) next(&bytes);
	if (kind & 8)
		read_summed(&bytes, &table, parents);
	else
		read_anything(&bytes, &table);

	if (!audit_table(&table, &fuzz_arena, intervals, &problem))
		return fuzz_refused(&problem);
	if (!suppress_table(&request, &fuzz_arena, &suppression, &problem))
		return fuzz_refused(&problem);
	for (int i = 0; i < table.count; i++)
	{
		FUZZ_CHECK(suppression.suppressed[i] ? cells[i].state != CELL_SHOWN : cells[i].state <= CELL_FREE);
		if (suppression.suppressed[i] && cells[i].state == CELL_FREE)
			cells[i].state = CELL_SUPPRESSED;
	}
	FUZZ_CHECK(audit_table(&table, &fuzz_arena, intervals, &problem));
	check_protection(&table, intervals);
	return fuzz_done();
}
