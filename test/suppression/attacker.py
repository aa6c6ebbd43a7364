"""An outsider with a linear program, who knows nothing of networks and flows.

The equations are written down from the definition: every row adds up over its
columns, and every cell of a row with rows below it is the sum of theirs. glpsol
(GLPK) finds how far suppressed cells can go.
"""

import os
import subprocess
import tempfile
from decimal import Decimal


def equations(table):
    """The equations of a table, each a list of (sign, cell), and adding up to 0."""
    at = {place: cell for cell, place in enumerate(zip(table["cell_rows"], table["cell_columns"]))}
    rows = range(len(table["row_parents"]) + 1)
    columns = sorted(set(table["cell_columns"]))
    found = []

    def add(parts, total):
        found.append([(1, at[part]) for part in parts if part in at] + [(-1, at[total]) for total in [total] if total in at])

    for row in rows:
        if 0 in columns:
            add([(row, column) for column in columns if column != 0], (row, 0))
    for above in rows:
        below = [row for row in rows if row != 0 and table["row_parents"][row - 1] == above]
        if not below or (above == 0 and 0 not in table["cell_rows"]):
            continue
        for column in columns:
            add([(row, column) for row in below], (above, column))
    return [equation for equation in found if equation]


def unit_of(table):
    """How many units make 1."""
    return 10 ** max([0] + [-value.as_tuple().exponent for value in table["cell_values"]])


def in_units(table, name):
    unit = unit_of(table)
    return [None if entry is None else int(entry * unit) for entry in table[name]]


class Program:
    """A linear program in whole numbers, in the format of GLPK; its variables have names."""

    def __init__(self):
        self.columns = {}
        self.lines = []
        self.rows = 0
        self.terms = 0
        self.integer = False

    def variable(self, name, least, greatest, objective=0, binary=False):
        column = self.columns[name] = len(self.columns) + 1
        kind = " b" if binary else f" {'c ' if self.integer else ''}{f's {least}' if least == greatest else f'd {least} {greatest}'}"
        self.lines.append(f"j {column}{kind}")
        if objective:
            self.add_term(0, column, objective)

    def add_term(self, row, column, factor):
        self.terms += row > 0
        self.lines.append(f"a {row} {column} {factor}")

    def require(self, terms, bounds):
        """The terms, a list of (factor, variable), are within bounds as GLPK writes them: s for equal, l for at least, u for at most."""
        self.rows += 1
        self.lines.append(f"i {self.rows} {bounds}")
        for factor, name in terms:
            self.add_term(self.rows, self.columns[name], factor)

    def solve(self, direction, *options):
        """The values of all variables by name; None if there is no solution, or none was found in time."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "problem"), "w") as out:
                out.write(f"p {'mip' if self.integer else 'lp'} {direction} {self.rows} {len(self.columns)} {self.terms}\n")
                out.write("\n".join(self.lines) + "\ne o f\n")
            done = subprocess.run(["glpsol", "--glp", "problem", "--write", "solution", *options], cwd=folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0:
                raise RuntimeError(done.stdout)
            with open(os.path.join(folder, "solution")) as lines:
                fields = [line.split() for line in lines]
        status = next(field for field in fields if field[0] == "s")
        if status[4:5] != ["o"] if self.integer else status[4:6] != ["f", "f"]:
            return None
        values = {int(field[1]): float(field[2 if self.integer else 3]) for field in fields if field[0] == "j"}
        return {name: values[column] for name, column in self.columns.items()}


def intervals(table, suppressed, asked=None):
    """The exact interval of each suppressed cell, in units, None for no limit: {cell: (lowest, highest)}."""
    value = in_units(table, "cell_values")
    least = in_units(table, "lower_bounds")
    greatest = in_units(table, "upper_bounds")
    # finite optima are sums of values and bounds; whatever has none gets as far as this
    far = 4 * (sum(abs(v) for v in value) + sum(abs(b) for b in least + greatest if b is not None) + 1000)
    hidden = set(suppressed)
    rows = equations(table)
    result = {}
    program = Program()
    asked = suppressed if asked is None else asked
    for cell in asked:
        for side, sign in (("low", -1), ("high", 1)):
            for other in suppressed:
                program.variable((side, cell, other), -far if least[other] is None else least[other],
                                 far if greatest[other] is None else greatest[other], sign if other == cell else 0)
            for equation in rows:
                terms = [(factor, (side, cell, other)) for factor, other in equation if other in hidden]
                if terms:
                    known = sum(factor * value[other] for factor, other in equation if other not in hidden)
                    program.require(terms, f"s {-known}")
    if not asked:
        return {}
    if program.rows == 0:
        program.require([], "f")
    answer = program.solve("max")
    for cell in asked:
        ends = []
        for side in ("low", "high"):
            end = answer[side, cell, cell]
            ends.append(None if abs(end) >= far / 2 else round(end))
            if ends[-1] is not None and abs(end - ends[-1]) > 1e-6:
                raise RuntimeError(f"the program found {end}, which is no whole number")
        result[cell] = tuple(ends)
    return result


def levels(table, cell):
    """The protection that a primary cell needs, in units: below, above, and the width."""
    unit = unit_of(table)
    lower, upper, sliding = (int((table[name][cell] or Decimal(0)) * unit)
                             for name in ("lower_protection", "upper_protection", "sliding_protection"))
    return lower, upper, 1 if lower == upper == sliding == 0 else sliding


def protected(table, cell, interval):
    """Does the interval give a primary cell what it needs?"""
    value = int(table["cell_values"][cell] * unit_of(table))
    lower, upper, sliding = levels(table, cell)
    low, high = interval
    return ((low is None or low <= value - lower) and (high is None or high >= value + upper)
            and (low is None or high is None or high - low >= sliding))
