"""Holds the answers of the extension against the attacker. Prints TAP.

Run as: python3 check.py TABLES ANSWERS [--needless N] [--optimum N]

TABLES and ANSWERS are what COPY made of the tables of those names. --needless
looks of the first N tables whether a secondary cell could be shown as well,
--optimum computes the least that can be suppressed of the last N.
"""

import argparse
import re
import sys

from attacker import in_units, intervals, protected, unit_of
from optimum import least_cost
from tables import ARRAYS, read

failed = False
tests = 0


def test(wrong, name):
    """A test that passes if nothing is wrong."""
    global failed, tests
    tests += 1
    failed = failed or bool(wrong)
    print(f"{'not ' if wrong else ''}ok {tests} - {name}")
    for line in wrong[:10]:
        print(f"# {line}")
    sys.stdout.flush()


def records(path, columns):
    with open(path) as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            yield dict(zip(columns, fields))


def numbers(field, make):
    entries = field[1:-1].split(",") if len(field) > 2 else []
    return [None if entry == "NULL" else make(entry) for entry in entries]


def free_cells(table):
    return [cell for cell, state in enumerate(table["states"]) if state != "shown"]


def needless(table, cells):
    """Secondary cells that could be shown, all others suppressed."""
    primaries = [cell for cell in cells if table["states"][cell] == "primary"]
    found = []
    for cell in cells:
        if table["states"][cell] == "free":
            rest = intervals(table, [other for other in cells if other != cell], primaries)
            if all(protected(table, primary, rest[primary]) for primary in primaries):
                found.append(cell)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tables")
    parser.add_argument("answers")
    parser.add_argument("--needless", type=int, default=0)
    parser.add_argument("--optimum", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()

    tables = [read([record[name] for name in ARRAYS]) for record in records(options.tables, ["case_no"] + ARRAYS)]
    answers = list(records(options.answers, ["case_no", "cells", "finished", "lowest", "highest", "milliseconds", "refusal"]))
    leaks, different, wrong_refusals, unsuppressed, costlier, useless = [], [], [], [], [], []
    suppressed = refused = secondary = compared = optimal = 0
    ours = theirs = 0
    test([] if len(answers) == len(tables) > 0 else [f"{len(answers)} answers to {len(tables)} tables"], "every table has an answer")
    for number, (table, answer) in enumerate(zip(tables, answers), 1):
        if answer["refusal"] != r"\N":
            refused += 1
            cell = int(re.match(r"cell (\d+) ", answer["refusal"])[1]) - 1
            reached = intervals(table, free_cells(table), [cell])[cell]
            if protected(table, cell, reached):
                wrong_refusals.append(f"table {number}: cell {cell + 1} could be protected, {reached}")
            continue
        cells = [cell - 1 for cell in numbers(answer["cells"], int)]
        unit = unit_of(table)
        found = list(zip(*(numbers(answer[name], lambda entry: round(float(entry) * unit)) for name in ("lowest", "highest"))))
        reached = intervals(table, cells)
        suppressed += len(cells)
        for cell, interval in zip(cells, found):
            if reached[cell] != interval:
                different.append(f"table {number}: cell {cell + 1} is in {reached[cell]}, not {interval}")
        for cell, state in enumerate(table["states"]):
            if state == "primary" and (cell not in cells or not protected(table, cell, reached[cell])):
                leaks.append(f"table {number}: cell {cell + 1} of {in_units(table, 'cell_values')[cell]} is in {reached.get(cell)}")
            if (state in ("primary", "suppressed")) > (cell in cells) or (state == "shown" and cell in cells):
                unsuppressed.append(f"table {number}: cell {cell + 1} is {state}")
            secondary += state == "free" and cell in cells
        if number <= options.needless:
            useless += [f"table {number}: cell {cell + 1} can be shown" for cell in needless(table, cells)]
        if number > len(tables) - options.optimum:
            best = least_cost(table, options.seconds)
            if best is not None:
                cost = sum(max(1, int(table["costs"][cell])) for cell in cells if table["states"][cell] == "free")
                fixed = sum(max(1, int(table["costs"][cell])) for cell in cells if table["states"][cell] != "free")
                compared += 1
                optimal += cost == best
                ours += cost + fixed
                theirs += best + fixed
                if cost < best or (cost + fixed) > 1.1 * (best + fixed):
                    costlier.append(f"table {number}: cost {cost} and {fixed}, the least is {best}")
    print(f"# {len(tables)} tables, {refused} of them refused; {suppressed} cells suppressed, {secondary} of them secondary")
    test(unsuppressed, "what must be suppressed is, what must be shown is")
    test(leaks, "the attacker finds no primary cell too closely")
    test(different, "the intervals are those of the attacker")
    test(wrong_refusals, "a cell that is said to be beyond protection is")
    if options.needless:
        test(useless, "no secondary cell is needless")
    if options.optimum:
        print(f"# {compared} optima computed, {optimal} of them reached; in all {ours} against {theirs}")
        test(costlier if compared else ["no optimum was computed"], "what is suppressed costs at most 10 % more than the least possible")
    print(f"1..{tests}")
    sys.exit(failed)


main()
