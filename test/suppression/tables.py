"""Random tables with totals, and reading and writing them.

A table is a dictionary of lists, named as the arguments of suppress_cells();
cells are counted from 0 here, from 1 in SQL. None is NULL.
"""

import random
from decimal import Decimal

ARRAYS = ["row_parents", "cell_rows", "cell_columns", "cell_values", "states", "lower_protection", "upper_protection",
          "sliding_protection", "lower_bounds", "upper_bounds", "costs"]


def random_parents(draw, rows, deep):
    """A parent for each of the rows: 0, or at will one of those before."""
    if not deep:
        return [0] * rows
    return [0 if draw.random() < 0.3 else draw.randrange(row) for row in range(1, rows + 1)]


def add_up(parents, columns, details):
    """All cells of a table, with every total: {(row, column): value}; details are of rows without rows below."""
    cells = {}
    for (row, column), value in details.items():
        for across in (column, 0):
            above = row
            while True:
                cells[above, across] = cells.get((above, across), 0) + value
                if above == 0:
                    break
                above = parents[above - 1]
    return cells


def random_value(draw, kind):
    """A detail: a count, or a sum of money in cents."""
    if kind == "count":
        return draw.choice([0, 0, 1, 2, 3, 4, 5, 7, 12, 30, 100]) if draw.random() < 0.7 else draw.randrange(60)
    return 0 if draw.random() < 0.2 else draw.randrange(1, 10 ** draw.randrange(2, 8))


def random_table(draw, size=None):
    """A random table; size limits its rows and columns."""
    shape = draw.choice(["flat", "deep", "square", "square", "nested", "nested"])
    most = size or draw.choice([3, 4, 5, 6, 8, 12])
    rows = draw.randrange(2, most + 3 if shape in ("flat", "deep", "nested") else most + 1)
    columns = 1 if shape in ("flat", "deep") else draw.randrange(2, most + 1)
    parents = random_parents(draw, rows, shape in ("deep", "nested"))
    below = set(parents)
    kind = draw.choice(["count", "count", "money"])
    zeros = draw.choice([0.0, 0.2, 0.5])
    details = {(row, column): 0 if draw.random() < zeros else random_value(draw, kind)
               for row in range(1, rows + 1) if row not in below for column in range(1, columns + 1)}
    cells = add_up(parents, columns, details)
    total_row = draw.random() < 0.9
    total_column = columns > 1 and draw.random() < 0.9
    places = [place for place in cells if (total_row or place[0] != 0) and (total_column or place[1] != 0)]
    draw.shuffle(places)
    return protection(draw, kind, parents, places, [cells[place] for place in places])


def protection(draw, kind, parents, places, values):
    """Adds to the cells what has to be suppressed, protected and shown, and what is known."""
    table = {name: [] for name in ARRAYS}
    unit = Decimal(1) if kind == "count" else Decimal("0.01")
    minimum = draw.choice([3, 5, 10])
    told = draw.random() < 0.4			# the reason tells that a count is below the minimum
    level = draw.choice(["none", "sliding", "both", "share"])
    dense = draw.choice([0.05, 0.15, 0.3, 0.6])
    shown = draw.choice([0.0, 0.0, 0.1, 0.25])
    zeros_shown = draw.random() < 0.6
    costly = draw.random() < 0.3
    closed = draw.random() < 0.2			# everything has an upper bound
    table["row_parents"] = parents
    for (row, column), value in zip(places, values):
        detail = row != 0 and column != 0 and row not in parents
        if kind == "count":
            primary = 0 < value < minimum and detail
        else:
            primary = value > 0 and detail and draw.random() < dense
        state = "primary" if primary else "shown" if value == 0 and zeros_shown or draw.random() < shown else "free"
        if state == "free" and draw.random() < 0.03:
            state = "suppressed"
        lower = upper = sliding = None
        if primary and level == "sliding":
            sliding = draw.randrange(1, minimum - 1) if told and kind == "count" else draw.randrange(1, value + 5)
        elif primary and level == "both":
            lower, upper = draw.randrange(0, value), draw.randrange(0, 10)
        elif primary and level == "share":
            lower, upper, sliding = value // 5, value // 5 + 1, value // 2
        least, greatest = 0, None
        if primary and kind == "count" and told:
            least, greatest = 1, minimum - 1
            if lower is not None:
                lower, upper, sliding = min(lower, value - 1), min(upper, minimum - 1 - value), None
        elif closed:
            greatest = 2 * value + 5
            if draw.random() < 0.5:
                least = value // 2
        elif draw.random() < 0.02:
            least = None
        entries = {"cell_rows": row, "cell_columns": column, "cell_values": value, "states": state, "lower_protection": lower,
                   "upper_protection": upper, "sliding_protection": sliding, "lower_bounds": least, "upper_bounds": greatest,
                   "costs": (value if costly else 1)}
        for name, entry in entries.items():
            units = name not in ("cell_rows", "cell_columns", "states", "costs")
            table[name].append(entry * unit if units and entry is not None else entry)
    return table


def write(table):
    """The arrays of a table as PostgreSQL reads them."""
    return ["{" + ",".join("NULL" if entry is None else str(entry) for entry in table[name]) + "}" for name in ARRAYS]


def read(fields):
    """A table from the text of its arrays."""
    table = {}
    for name, field in zip(ARRAYS, fields):
        entries = field[1:-1].split(",") if len(field) > 2 else []
        make = str if name == "states" else int if name in ("row_parents", "cell_rows", "cell_columns") else Decimal
        table[name] = [None if entry == "NULL" else make(entry) for entry in entries]
    return table


def generate(seed, count, size=None):
    draw = random.Random(seed)
    return [random_table(draw, size) for _ in range(count)]
