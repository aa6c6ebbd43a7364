"""An outsider who attacks suppressed cells, by linear programs.

Reads one release a line from standard input: a run, the bulletins published of it as the public views have them, with their
policies, and the truth. Knows of the tables only what is shown, that lists name whom they name, and the rules; takes from the
truth which cells a rule had to suppress, computed here from the definitions, and whether the attack gets too close. Prints a
line of complaint for each leak and each disagreement, then how much was attacked.
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction


def named_class(member, column):
    return "" if member.get(column) is None else member[column]


def kinds(policy):
    """Of each table by its name what it shows: kind (count, sum, cases, mean), the input that is added up, the cases behind it."""
    found = {}
    for table in policy.get("tables", []):
        if not {"cases", "sums", "means"} & set(table):
            summed = table["measure"]["sum"] if isinstance(table.get("measure"), dict) else None
            found[table.get("name", "table")] = ("sum" if summed else "count", summed, None)
            continue
        cases = table.get("cases", [None])[0]
        before = table["name"] + ": " if "name" in table else ""
        for name in table.get("cases", []):
            found[before + name] = ("cases", name, None)
        for name in table.get("sums", []):
            found[before + name] = ("sum", name, cases)
        for name in table.get("means", []):
            found[f"{before}{name} / {cases}"] = ("mean", name, cases)
    return found


def rule(policy, definition, figures, told, cases=None):
    """Why the cell that these members make must not be shown, and the interval to protect; None where it may be.

    figures are the members' figures (1 in a count), told how many, or which figures, the lists give with all that matters; cases how
    many cases the figures are of."""
    zeros = policy.get("zeros") == "suppressed"
    asked = definition.get("protection") or policy.get("protection")
    kind, minimum = definition["kind"], policy.get("minimum_cell", 1)
    if kind == "count":
        count, minimum = len(figures), policy.get("minimum_cell", 1)
        if not (1 <= count < minimum and told < count) and not (count == 0 and zeros):
            return None
        reason = "below_minimum"
        low, high = Fraction(count), Fraction(max(count, minimum))
        if asked:
            low = high = Fraction(count)
        size = Fraction(count)
        base = Fraction(0)
    else:
        hidden = sorted((abs(x) for x, open_ in zip(figures, told) if not open_), reverse=True)
        total, size = sum(figures), sum(hidden)
        levels = []
        reason = None
        # cases are counted: few of them are as small as few subjects, and what is summed over few is theirs
        cases = total if kind == "cases" else cases
        few = cases is not None and 1 <= cases < minimum and len(hidden) > 0
        if kind == "cases" and total == 0 and not zeros:
            return None
        if few:
            levels.append(Fraction(0) if kind == "cases" else size / 10)
            reason = "below_minimum"
        if 1 <= len(hidden) < policy.get("contributors", 0):
            levels.append(size / 10)
            reason = reason or "few_contributors"
        if "dominance" in policy and hidden:
            k = Fraction(str(policy["dominance"]["k"]))
            most = sum(hidden[: policy["dominance"]["n"]])
            if most > k / 100 * size:
                levels.append(100 / k * most - size)
                reason = reason or "dominance"
        if "p_percent" in policy and hidden:
            p = Fraction(str(policy["p_percent"]))
            rest = size - hidden[0] - (hidden[1] if len(hidden) > 1 else 0)
            if rest < p / 100 * hidden[0]:
                levels.append(p / 100 * hidden[0] - rest)
                reason = reason or "p_percent"
        if zeros and total == 0:
            levels.append(Fraction(0))
            reason = reason or "zero"
        if reason is None:
            return None
        if kind == "cases" and total == 0:
            reason = "zero"
        base = max(levels)
        low, high = total - base, total + base
        if kind == "cases" and reason in ("below_minimum", "zero") and not asked:
            high = max(high, Fraction(minimum))
    if asked:
        unit = size / 100 if asked["in"] == "percent" else Fraction(1)
        value = low if kind == "count" else total
        low = value - max(base, Fraction(str(asked.get("lower", 0))) * unit)
        high = value + max(base, Fraction(str(asked.get("upper", 0))) * unit)
    return reason, low, high


class System:
    """The numbers of a release and their equations."""

    def __init__(self):
        self.numbers = {}
        self.equations = set()
        self.whole = False       # whether numbers over all classes of a ring are counts

    def number(self, key):
        return self.numbers.setdefault(key, {"cells": [], "shown": None, "low": None, "high": None})


class Program:
    """What an outsider knows, in the format of GLPK; the solver is run for every question."""

    def __init__(self, system, numbers):
        self.lines = []
        self.columns = {}
        self.whole = system.whole
        for n, key in enumerate(numbers):
            number = system.numbers[key]
            if number["shown"] is not None:
                continue
            self.columns[n] = len(self.columns) + 1
            low, high = (None if x is None else float(x) for x in (number["low"], number["high"]))
            bounds = "f" if low is None and high is None else f"l {low!r}" if high is None else f"u {high!r}" if low is None else f"s {low!r}" if low == high else f"d {low!r} {high!r}"
            kind = "%s "         # filled in where it matters
            self.lines.append(f"j {self.columns[n]} {kind}{bounds}")
        self.rows = self.terms = 0
        place = {key: n for n, key in enumerate(numbers)}
        for equation in system.equations:
            unknown = [(self.columns[place[key]], sign) for key, sign in equation if place[key] in self.columns]
            if not unknown:
                continue
            self.rows += 1
            known = sum(sign * system.numbers[key]["shown"] for key, sign in equation if place[key] not in self.columns)
            self.lines.append(f"i {self.rows} s {float(-known)!r}")
            factors = defaultdict(int)
            for column, sign in unknown:
                factors[column] += sign
            for column, factor in factors.items():
                if factor:
                    self.terms += 1
                    self.lines.append(f"a {self.rows} {column} {factor}")

    def end(self, n, direction):
        """The least or the greatest that a number can be; None where there is no limit."""
        found = self.solve(n, direction, "lp", "")
        if found is not None and self.whole:
            whole = self.solve(n, direction, "mip", "i")
            return found if whole is None else whole
        return found

    def solve(self, n, direction, program, kind):
        """The same by a linear or an integer program; the second knows no answer where it takes too long."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "problem"), "w") as out:
                lines = "\n".join(line.replace("%s ", f"{kind} " if kind else "") for line in self.lines)
                out.write(f"p {program} {direction} {self.rows} {len(self.columns)} {self.terms}\n{lines}\na 0 {self.columns[n]} 1\ne o f\n")
            subprocess.run(["glpsol", "--glp", "problem", "--nopresol", "--tmlim", "20", "--write", "solution"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
            with open(os.path.join(folder, "solution")) as lines:
                for line in lines:
                    words = line.split()
                    if words[:2] == ["s", "mip"]:
                        return float(words[5]) if words[4] == "o" else None
                    if words[:2] == ["s", "bas"]:
                        if words[4:6] == ["f", "f"]:
                            return float(words[6])
                        if words[4] == "f":
                            return None
                        raise RuntimeError(f"glpsol finds no table at all: {line}")
        raise RuntimeError("glpsol says nothing")


def leaves_of(rows):
    """Of each row (by order) the classes in it."""
    children = defaultdict(list)
    for order, row in rows.items():
        if order:
            children[row["parent"]].append(order)

    def below(order):
        if order in children:
            return frozenset().union(*(below(child) for child in children[order]))
        return frozenset([rows[order]["class"]])

    return {order: (None if order == 0 else below(order)) for order in rows}, children


def build(release):
    system = System()
    members = release["members"]
    named = defaultdict(list)
    for bulletin in release["bulletins"]:
        for entry in bulletin["entries"]:
            named[entry["code"]].append(entry)
    named = dict(named)
    pairs = defaultdict(set)
    for bulletin in release["bulletins"]:
        policy = bulletin["policy"]
        shows = kinds(policy)
        for definition in bulletin["tables"] or []:
            cells = [c for c in bulletin["cells"] or [] if c["table"] == definition["name"]]
            rows = {c["row"]: {"class": c["class"], "parent": c["parent"]} for c in cells}
            columns = {c["column"]: c["grade"] for c in cells}
            leaves, children = leaves_of(rows)
            at, keys = {}, {}
            total_row, total_column = 0 in rows, definition["columns"] is not None and 0 in columns
            definition["kind"], summed, per = shows[definition["name"]]
            kind, measure = definition["kind"], summed or "count"
            if definition["measure"] != (f"{summed} / {per}" if kind == "mean" else measure):
                print(f"{release['name']}: table {definition['name']} is said to have {definition['measure']}")
            if definition["columns"] is not None:
                pairs[measure].add(frozenset([definition["rows"], definition["columns"]]))
            in_leaf = defaultdict(list)
            for m in members:
                in_leaf[named_class(m, definition["rows"]), named_class(m, definition["columns"]) if definition["columns"] else None].append(m)
            for c in cells:
                column = None if definition["columns"] is None or c["column"] == 0 else c["grade"]
                among = leaves[c["row"]]
                grade = column if definition["columns"] == "grade" else c["class"] if definition["rows"] == "grade" and c["row"] else None
                key = [("of", measure)]
                if among is not None:
                    key.append((definition["rows"], among))
                if column is not None:
                    key.append((definition["columns"], frozenset([column])))
                key = frozenset(key)
                inside = []
                for (one, other), some in in_leaf.items():
                    if (among is None or one in among) and (column is None or other == column):
                        inside += some
                everybody = inside
                if measure != "count":
                    inside = [m for m in inside if m["inputs"].get(measure) is not None]
                number = system.number(key)
                keys[c["row"], c["column"]] = key
                shown = c["count"] if measure == "count" else c["value"]
                shown = None if shown is None else Fraction(shown)
                figures = [Fraction(1) if measure == "count" else Fraction(m["inputs"][measure]) for m in inside]
                truth = sum(figures, Fraction(0))
                number["truth"] = truth
                cases = sum(Fraction(m["inputs"].get(per) or 0) for m in (inside if kind == "sum" else everybody)) if per else None
                if kind == "mean" and (shown is not None or c["reason"] == "no_cases"):
                    # whoever reads a mean is taken to know what it was made of
                    if (cases == 0) != (shown is None) or shown is not None and abs(shown - truth / cases) > Fraction(1, 200):
                        print(f"{release['name']}: {c} is shown as {shown}, and is {truth} / {cases}")
                    shown = truth
                if shown is not None and shown != truth:
                    print(f"{release['name']}: {c} is shown as {shown}, and is {truth}")
                if measure == "count":
                    told = sum(any((among is None or e["values"].get(definition["rows"]) == named_class(m, definition["rows"]))
                                   and (column is None or e["values"].get(definition["columns"]) == column) for e in named.get(m["code"], [])) for m in inside)
                    count_named = sum(m["code"] in named for m in inside)
                    # a zero that was suppressed before stays so under a policy that shows zeros: whoever takes it to be more is misled
                    low = min(Fraction(max(0 if policy.get("zeros") == "suppressed" else 1, count_named)), truth)
                    high = Fraction(count_named) if inside and count_named == len(inside) else Fraction(0) if not inside and any(covers(b["policy"], grade) for b in release["bulletins"]) else None
                    if policy.get("reasons") == "each":
                        minimum = policy.get("minimum_cell", 1)
                        if c["reason"] == "below_minimum":
                            high = min(x for x in (high, Fraction(minimum - 1)) if x is not None)
                        elif c["reason"] == "secondary":
                            low = max(low, Fraction(minimum))
                else:
                    told = [any(e["inputs"].get(measure) is not None and Fraction(e["inputs"][measure]) == Fraction(m["inputs"][measure]) for e in named.get(m["code"], [])) for m in inside]
                    nobody = not inside and any(covers(b["policy"], grade) for b in release["bulletins"])
                    positive = all(Fraction(m["inputs"][measure]) >= 0 for m in members if m["inputs"].get(measure) is not None)
                    low = sum((f for f, t in zip(figures, told) if t), Fraction(0)) if positive else None
                    small = rule(policy, definition, figures, told) if members and not nobody else None
                    small = bool(small) and small[0] in ("below_minimum", "zero")
                    if kind == "cases":         # whoever sees a sum of them knows that there are enough
                        low = min(max(low, Fraction(policy.get("minimum_cell", 1) if not small else 0 if policy.get("zeros") == "suppressed" else 1)), truth)
                    high = truth if inside and all(told) else Fraction(policy.get("minimum_cell", 1) - 1) if kind == "cases" and small and policy.get("reasons") == "each" else None
                    if inside and all(told) :
                        low = truth
                nobody = not inside and any(covers(b["policy"], grade) for b in release["bulletins"])
                ruled = rule(policy, definition, figures, told, cases) if members and not nobody else None
                if ruled and shown is not None and not (measure == "count" and truth == 0) and c["reason"] != "no_cases":
                    print(f"{release['name']}: bulletin {bulletin['number']} shows {sorted(map(str, key))}, which is {ruled[0]}")
                if shown is not None:
                    number["shown"] = shown
                else:
                    number["low"] = low if number["low"] is None else number["low"] if low is None else max(number["low"], low)
                    number["high"] = high if number["high"] is None else number["high"] if high is None else min(number["high"], high)
                    number["cells"].append((bulletin["number"], c, ruled))
            if total_row:
                for parent, below in children.items():
                    for column in columns:
                        system.equations.add(frozenset([(keys[child, column], 1) for child in below] + [(keys[parent, column], -1)]))
            if total_column:
                for row in rows:
                    system.equations.add(frozenset([(keys[row, column], 1) for column in columns if column != 0] + [(keys[row, 0], -1)]))
    for measure, edges in pairs.items():
        close_ring(system, measure, edges, members, named)
    return system


def close_ring(system, measure, edges, members, named):
    """Tables of two classes that make a ring are those of some population: its numbers over all classes of the ring."""
    while True:
        kept = {edge for edge in edges if all(sum(k in other for other in edges) > 1 for k in edge)}
        if kept == edges:
            break
        edges = kept
    classes = sorted(set().union(*edges)) if edges else []
    if not classes:
        return
    values = [sorted({named_class(m, k) for m in members}) for k in classes]
    counted = measure == "count"
    system.whole = system.whole or counted
    figure = lambda m: Fraction(1) if counted else Fraction(m["inputs"].get(measure) or 0)
    positive = all(figure(m) >= 0 for m in members)
    least = defaultdict(Fraction)
    for m in members:
        told = m["code"] in named if counted else any(e["inputs"].get(measure) is not None and m["inputs"].get(measure) is not None
                                                      and Fraction(e["inputs"][measure]) == figure(m) for e in named.get(m["code"], []))
        if told:
            least[tuple(named_class(m, k) for k in classes)] += figure(m)
    inside = defaultdict(list)
    for place in itertools.product(*values):
        key = ("every", measure, place)
        system.number(key)["low"] = least[place] if positive else None
        for edge in edges:
            pair = frozenset([("of", measure)] + [(k, frozenset([place[classes.index(k)]])) for k in edge])
            inside[pair].append((key, 1))
    for pair, terms in inside.items():
        system.equations.add(frozenset(terms + [(pair, -1)]))


def covers(policy, grade):
    """Whether a policy has a list that names everybody of a grade, so that who is not there is not."""
    named = policy.get("list")
    return named is not None and "most" not in named and "kinds" not in named and ("grades" not in named or grade in named["grades"])


def attack(release, counts):
    system = build(release)
    numbers = list(system.numbers)
    of = [system.numbers[key] for key in numbers]
    program = Program(system, numbers)
    audited = {(a["number"], a["item"]): a for a in release["audit"]}
    for n, number in enumerate(of):
        if not number["cells"]:
            continue
        ends = [float(number["shown"])] * 2 if number["shown"] is not None else [program.end(n, "min"), program.end(n, "max")]
        low, high = ends
        slack = 1e-6 * max(1.0, abs(float(number["truth"])))
        for bulletin, cell, ruled in number["cells"]:
            counts["suppressed"] += 1
            a = audited.get((bulletin, cell["cell"]))
            if a is None:
                print(f"{release['name']}: the audit leaves out {cell}")
            elif a["safe"] is not None and ruled:
                for ours, theirs, what in ((low, a["lowest"], "least"), (high, a["highest"], "most")):
                    if (ours is None) != (theirs is None) or ours is not None and abs(ours - float(theirs)) > slack:
                        print(f"{release['name']}: {cell} is {what} {ours}, the audit says {theirs}")
            if not ruled:
                continue
            counts["primary"] += 1
            reason, need_low, need_high = ruled
            if number["low"] is not None:
                need_low = max(need_low, number["low"])
            if number["high"] is not None:
                need_high = min(need_high, number["high"])
            if low is not None and high is not None and high - low < slack:
                print(f"{release['name']}: leak: {cell} ({reason}) is {low}")
            elif low is not None and low > float(need_low) + slack or high is not None and high < float(need_high) - slack:
                print(f"{release['name']}: leak: {cell} ({reason}) is from {low} to {high}, and was to be from {float(need_low)} to {float(need_high)}")
    counts["tables"] += sum(len(b["tables"]) for b in release["bulletins"])
    counts["rings"] += any(key[0] == "every" for key in numbers if isinstance(key, tuple))
    counts["linked"] += len(release["bulletins"]) > 1 or len(release["bulletins"][-1]["tables"]) > 1


def main():
    counts = defaultdict(int)
    for line in sys.stdin:
        attack(json.loads(line), counts)
        counts["releases"] += 1
    print("attacked " + " ".join(f"{k}={counts[k]}" for k in ("releases", "tables", "linked", "rings", "suppressed", "primary")))


main()
