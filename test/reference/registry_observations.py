"""Writes random facts and schemes over them, and what each subject must have for each input that is not of events.

Run as: python3 registry_observations.py FOLDER [--seed S] [--cases N]

FOLDER gets facts.sql, which records the facts through the public functions; schemes.sql, which imports, activates and
evaluates N schemes; expected.tsv, of the columns of SCHEMA; and drawn.tsv with every key and pair of keys that was drawn,
and how often. The same seed writes the same files.
"""

import argparse
import json
import os
import random
from collections import Counter
from decimal import InvalidOperation
from itertools import combinations

from registry_facts import EVALUATORS, INDICATORS, RULES, SINGLE, SOURCES, STEPS, TEXTS, TIES, Facts
from registry_inputs import Run
from registry_periods import kind_of
from registry_results import HISTORIES, Results, history_scheme

PERIODS = ("2024", "2025", "2025", "2024H1", "2024H2", "2025H1", "2024Q1", "2025Q3", "2024Q4", "2025Q1", "2025Q1", "2024-02", "2025-02", "2025-06", "2024-02-29",
           "2025-02-28", "2025-06-30", "2025-03-30", "2024-12-31", "2025-07-31")
SCHEMA = """
CREATE TABLE expected (
	scheme text,
	period text,
	kind text,
	code text,
	excluded text,				-- the reason
	input text,
	number float8,
	said text
);
CREATE TABLE drawn (what text, times int);
"""


class Drawing:
    """Draws one scheme; numbers, texts and depends say what the inputs drawn so far are and rest on."""

    def __init__(self, rng, histories=()):
        self.rng = rng
        self.histories = histories
        self.inputs = {}
        self.numbers, self.texts = [], []
        self.population, self.within = set(), set()

    def scheme(self, code, period):
        """A scheme for this period, as its document."""
        rng = self.rng
        self.add("one", {"value": 1})
        for _ in range(rng.randrange(14, 20)):
            self.add_source()
        peers = {"by": sorted({rng.choice(["region_is"] + self.texts + self.numbers) for _ in range(rng.choice((1, 1, 2)))}), "minimum": rng.choice((1, 2, 3, 5))}
        if "region_is" in peers["by"]:
            self.add("region_is", {"attribute": rng.choice(("region", "level", "peer_class"))}, text=True)
        self.has_peers = rng.random() < 0.7
        for _ in range(rng.randrange(10, 16)):
            self.add_derived()
        # the attributes that nothing asks to be numbers would be texts
        self.inputs["asked"] = {"formula": "max(%s)" % ", ".join(self.quoted(name) for name in self.numbers)}
        subjects = {"kinds": rng.choice((["institution"], ["institution", "physician"], ["institution", "physician"])), "valid": rng.choice(("at_end", "during"))}
        if rng.random() < 0.5:
            subjects["where"] = self.condition(lambda name: name not in self.population)
        if rng.random() < 0.5:
            subjects["exclude"] = [{"when": self.condition(lambda name: name not in self.population), "reason": "reason %d" % i} for i in range(rng.choice((1, 1, 2)))]
        names = list(self.inputs)
        rng.shuffle(names)
        document = {"code": code, "version": "1", "period": kind_of(period), "subjects": subjects, "inputs": {name: self.inputs[name] for name in names},
                    "scorecard": {"name": code, "aggregate": "sum", "indicators": [{"name": "one"}, {"name": "scored", "input": rng.choice(self.numbers)}]}}
        if self.has_peers:
            document["peers"] = peers
        return document

    def add(self, name, spec, text=False, rests_on=()):
        """Adds an input."""
        self.inputs[name] = spec
        (self.texts if text else self.numbers).append(name)
        if "population" in spec or "rank" in spec or self.population & set(rests_on):
            self.population.add(name)
        if spec.get("within") or self.within & set(rests_on):
            self.within.add(name)

    def name(self):
        """A name that is not taken, now and then one that is not plain."""
        return "%s%d" % (self.rng.choice(("x", "x", "x", "床位_", "é")), len(self.inputs))

    def quoted(self, name):
        """A name as a formula or condition may have it."""
        return '"%s"' % name if self.rng.random() < 0.2 else name

    def maybe(self, spec, key, often, draw):
        """Sets a key now and then."""
        if self.rng.random() < often:
            spec[key] = draw()

    def number(self):
        """A number as a limit or default."""
        rng = self.rng
        return rng.choice((0, 1, -1, 2, 3, 80, 100, 0.5, 12, rng.randrange(200), round(rng.uniform(-20, 150), 2)))

    def window(self, valid=True):
        """A window of facts."""
        rng = self.rng
        return rng.choice(["period", "all", "all", "year", {"period": rng.choice((-1, -1, -2, -4))}, {"months": rng.choice((1, 2, 3, 6, 12, 18, 24))}, {"years": rng.choice((1, 2, 3))},
                           {"days": rng.choice((1, 31, 90, 365, 366, 730))}, {"from": "2024-02-29", "to": "2025-06-30"}] + ["valid"] * valid)

    def of(self):
        """Whose facts."""
        rng = self.rng
        tie = {"tie": rng.choice(TIES), "end": rng.choice(("from", "to", "shared"))}
        self.maybe(tie, "self", 0.4, lambda: True)
        return rng.choice(("self", "children", "parent", tie, tie))

    # -- sources

    def add_source(self):
        spec, text = self.source()
        self.add(self.name(), spec, text)

    def source(self):
        draw = self.rng.choice([self.observation] * 7 + [self.attribute] * 4 + [self.tenure] * 2 + [self.agreement, self.commitment] + [self.ties] * 2 + [self.value] + [self.result] * 6 * bool(self.histories))
        return draw()

    def observation(self):
        rng = self.rng
        indicator = rng.choice(list(INDICATORS) + ["rating", "cost"])
        spec = {"observation": indicator, "window": self.window()}
        text = "text" in INDICATORS[indicator] and rng.random() < 0.6
        if text:
            spec["statistic"] = rng.choice(("latest", "earliest"))
        elif "ratio" in INDICATORS[indicator] and rng.random() < 0.6:
            spec["statistic"] = rng.choice(("ratio", "numerator", "denominator"))
        else:
            spec["statistic"] = rng.choice(("latest", "earliest", "sum", "mean", "min", "max", "count"))
        if spec["statistic"] == "latest" and rng.random() < 0.5:
            del spec["statistic"]
        if spec["window"] == "period" and rng.random() < 0.5:
            del spec["window"]
        self.maybe(spec, "sources", 0.15 if indicator in SINGLE else 0.45, lambda: rng.sample(SOURCES, rng.choice((1, 2, 3, 4))))
        if not text and (indicator == "rating" or rng.random() < 0.2) and rng.random() < 0.5:
            spec["evaluators"] = {e: rng.choice((1, 2, 0.4, 0.6)) for e in rng.sample(EVALUATORS, rng.choice((1, 2, 3)))}
            self.maybe(spec, "evaluators_required", 0.4, lambda: True)
        else:
            self.maybe(spec, "evaluator", 0.05 if indicator in SINGLE else 0.3, lambda: rng.choice(EVALUATORS))
        self.maybe(spec, "minimum", 0.25, lambda: rng.choice((1, 2, 3, 30)))
        self.maybe(spec, "of", 0.35, self.of)
        if text:
            spec["default"] = rng.choice(TEXTS[:3] + ("none",))
        else:
            self.maybe(spec, "default", 0.25, self.number)
        return spec, text

    def attribute(self):
        rng = self.rng
        text = rng.random() < 0.5
        spec = {"attribute": rng.choice(("owner", "note", "kind", "code", "region", "level", "peer_class", "open", "floors", "absent") if text else ("beds", "floors", "open", "note", "level"))}
        self.maybe(spec, "default", 0.3, lambda: "none" if text else self.number())
        return spec, text

    def tenure(self):
        spec = {"tenure": self.rng.choice(("years", "months"))}
        self.maybe(spec, "since", 0.6, lambda: self.rng.choice(TIES + ("agreement",)))
        self.maybe(spec, "default", 0.2, self.number)
        return spec, False

    def agreement(self):
        spec = {"agreement": self.rng.choice(("retention_amount", "decision", "number"))}
        text = spec["agreement"] != "retention_amount"
        self.maybe(spec, "default", 0.3, lambda: "none" if text else self.number())
        return spec, text

    def commitment(self):
        spec = {"commitment": "good_faith"}
        self.maybe(spec, "measure", 0.7, lambda: self.rng.choice(("kept_years", "broken", "active")))
        self.maybe(spec, "broken_by", 0.7, lambda: self.rng.sample(RULES + ("x.*", "*"), self.rng.choice((1, 2))))
        self.maybe(spec, "default", 0.2, self.number)
        return spec, False

    def ties(self):
        spec = {"ties": self.rng.choice(TIES), "end": self.rng.choice(("from", "to"))}
        self.maybe(spec, "window", 0.6, self.window)
        self.maybe(spec, "default", 0.2, self.number)
        return spec, False

    def value(self):
        text = self.rng.random() < 0.3
        return {"value": "some" if text else self.number()}, text

    def result(self):
        """What a scheme that leaves results says of the subject or of others."""
        rng = self.rng
        spec = {"result": rng.choice(self.histories), "period": rng.choice((0, 0, -1, -1, -2))}
        what = rng.random()
        conditions = ("grade = 'A'", "score > 20", "notch >= 2 and rated = 1", "rated = 0", "grade <> 'C'")
        if what < 0.2:
            spec.update(streak=True, when=rng.choice(conditions))
        else:
            self.maybe(spec, "field", 0.8, lambda: rng.choice(("score", "grade", "notch", "rank", "rated", "points.v")))
            if what < 0.75:
                spec["of"] = self.of()
                if spec["of"] != "self":
                    self.maybe(spec, "statistic", 0.8, lambda: rng.choice(("worst", "best", "count") if spec.get("field") == "grade" else
                                                                          ("worst", "best", "mean", "weighted_mean", "sum", "min", "max", "count")))
                if spec.get("statistic") == "count":
                    self.maybe(spec, "when", 0.8, lambda: rng.choice(conditions))
                    spec.pop("field", None)
        text = spec.get("field") == "grade"
        self.maybe(spec, "default", 0.4 if spec.get("statistic") == "count" else 0.2, lambda: "none" if text else self.number())
        return spec, text

    # -- derived

    def add_derived(self):
        rng = self.rng
        draw = rng.choice([self.formula] * 4 + [self.condition_input] * 2 + [self.cases] * 3 + [self.curve] * 2 + [self.over_population] * 5 + [self.rank] * 4)
        spec, text, rests_on = draw()
        self.maybe(spec, "default", 0.15, lambda: "none" if text else self.number())
        self.add(self.name(), spec, text, rests_on)

    def formula(self):
        used = []
        text = self.expression(3, used)
        return {"formula": text}, False, used

    def expression(self, depth, used):
        """The text of a formula; its names are added to used."""
        rng = self.rng

        def part():
            return self.expression(depth - 1, used)
        if depth == 0 or rng.random() < 0.3:
            if rng.random() < 0.35:
                return rng.choice(("0", "1", "2.5", "12", ".5", "1e2", "100"))
            used.append(rng.choice(self.numbers))
            return self.quoted(used[-1])
        if rng.random() < 0.5:
            return rng.choice(("%s + %s", "%s - %s", "%s*%s", "%s / %s", "(%s - %s)", "%s - (%s)", "%s / (%s)", "- %s + %s")) % (part(), part())
        return rng.choice((lambda: "min(%s, %s)" % (part(), part()), lambda: "max(%s, %s, %s)" % (part(), part(), part()), lambda: "abs(%s)" % part(),
                           lambda: "floor(%s)" % part(), lambda: "ceil(%s)" % part(), lambda: "round(%s, %d)" % (part(), rng.randrange(4)),
                           lambda: "first(%s, %s)" % (part(), part()), lambda: "present(%s, %s)" % (part(), part())))()

    def condition(self, allowed=lambda name: True, used=None):
        """The text of a condition over what is allowed; its names are added to used."""
        rng = self.rng
        used = [] if used is None else used
        found = []
        for _ in range(rng.choice((1, 1, 1, 2))):
            numbers, texts = [n for n in self.numbers if allowed(n)], [t for t in self.texts if allowed(t)]
            if texts and rng.random() < 0.4:
                left = rng.choice(texts)
                right = "'%s'" % rng.choice(TEXTS + ("public", "private", "none", "signed", "large", "true")).replace("'", "''")
                operator = rng.choice(("=", "<>", "<>"))
            else:
                left, operator = rng.choice(numbers), rng.choice((">=", ">", "<=", "<", "=", "<>"))
                right = rng.choice((str(self.number()), None))
                if right is None:
                    used.append(rng.choice(numbers))
                    right = self.quoted(used[-1])
            used.append(left)
            found.append("%s %s %s" % (self.quoted(left), operator, right))
        return " and ".join(found)

    def condition_input(self):
        used = []
        return {"condition": self.condition(used=used)}, False, used

    def cases(self):
        rng = self.rng
        used, cases = [], []
        text = bool(self.texts) and rng.random() < 0.5
        for i in range(rng.choice((1, 2, 3))):
            value = ("label %d" % i) if text else self.number()
            if i and rng.random() < 0.6:
                used.append(rng.choice(self.texts if text else self.numbers))
                value = {"input": used[-1]}
            cases.append({"when": self.condition(used=used), "value": value})
        if rng.random() < 0.5:
            del cases[-1]["when"]
        return {"cases": cases}, text, used

    def curve(self):
        rng = self.rng
        used = [rng.choice(self.numbers)]
        knots = [[x, self.number()] for x in sorted(rng.sample(range(-10, 150), rng.choice((2, 2, 3, 4))))]
        for knot in knots:
            if rng.random() < 0.25:
                place = rng.randrange(2)
                knot[place] = rng.choice(self.numbers)
                used.append(knot[place])
        return {"curve": knots, "of": used[0]}, False, used

    def over_population(self):
        rng = self.rng
        spec = {"population": rng.choice(("mean", "median", "min", "max", "count", "sum", "weighted_median", "weighted_mean", "top_mean", "percentile")), "of": rng.choice(self.numbers)}
        used = [spec["of"]]
        if spec["population"].startswith("weighted"):
            used.append(self.weight())
            spec["weight"] = used[-1]
        if spec["population"] in ("top_mean", "percentile"):
            spec["share"] = rng.choice((0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1))
        if self.has_peers and rng.random() < 0.5:
            spec["within"] = "peers"
        return spec, False, used

    def weight(self):
        """The name of an input that is never below zero."""
        name = self.name() + "w"
        of = self.rng.choice(self.numbers)
        self.add(name, {"formula": "abs(%s)" % of}, False, [of])
        return name

    def rank(self):
        rng = self.rng
        spec = {"rank": rng.choice(self.numbers)}
        self.maybe(spec, "order", 0.6, lambda: rng.choice(("high", "low")))
        self.maybe(spec, "as", 0.7, lambda: rng.choice(("rank", "from_last", "share")))
        if self.has_peers and rng.random() < 0.4:
            spec["within"] = "peers"
        return spec, False, [spec["rank"]]


def keys_of(spec):
    """The keys of an input, those with words for values with the word."""
    words = {"statistic", "measure", "population", "as", "order", "tenure", "agreement", "end", "field"}
    found = ["%s=%s" % (k, spec[k]) if k in words else k for k in spec]
    for key in ("window", "of"):
        if isinstance(spec.get(key), dict):
            found += ["%s.%s" % (key, k) for k in spec[key]]
        elif key == "window" or key == "of" and "observation" in spec:
            found += ["%s=%s" % (key, spec[key])] if key in spec else []
    return found


def field(value):
    """A value as COPY's text format has it."""
    if value is None:
        return r"\N"
    if isinstance(value, float):
        return repr(value)
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def drawn_scheme(rng, code, period, known, results):
    """A scheme and what comes of its subjects; those that are refused, without subjects or beyond all numbers, are drawn again."""
    histories = [history for history, periods in HISTORIES if results and kind_of(periods[0][0]) == kind_of(period)]
    while True:
        drawing = Drawing(rng, histories)
        document = drawing.scheme(code, period)
        try:
            table = Run(document, period, known, results).table()
        except (OverflowError, InvalidOperation):
            continue
        numbers = [x for _, row in table.values() for x in row.values() if isinstance(x, float)]
        if table and all(abs(x) < 1e15 for x in numbers):
            return document, table, drawing.population


class Writer:
    """Writes schemes.sql and expected.tsv, and counts what was drawn."""

    def __init__(self, folder):
        self.drawn = Counter()
        self.script, self.expected = (open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") for name in ("schemes.sql", "expected.tsv"))
        self.script.write("SET search_path = public, credence, credence_registry;\nSET client_min_messages = error;\nSET jit = off;\n")

    def document(self, document):
        """A document to be imported and activated."""
        self.script.write("SELECT scheme_import('%s');\nSELECT scheme_activate('%s', '1');\n" % (json.dumps(document, ensure_ascii=False).replace("'", "''"), document["code"]))
        for spec in document["inputs"].values():
            keys = sorted(keys_of(spec))
            self.drawn.update(keys)
            self.drawn.update(map(" with ".join, combinations(keys, 2)))
        self.drawn.update(["subjects." + key for key in document["subjects"]] + ["peers"] * ("peers" in document))

    def run(self, document, period, step, final=False, rest=""):
        """A run of it as of a step, now where that is the last, which may become final."""
        known = "SELECT at FROM moment WHERE step = %d \\gset\n" % step
        self.script.write("%sCALL evaluate('%s', '%s'%s%s, run_id => NULL) \\gset\n"
                          % (known if step < STEPS else "", document["code"], period, ", as_of => :'at'" if step < STEPS else "", rest))
        if final:
            self.script.write("SELECT prerate(:run_id);\nSELECT finalise(:run_id);\n")

    def outcome(self, document, period, table, over_others=frozenset()):
        """What is expected. Of the excluded nothing is said that looks at others, nor what the scorecard reads."""
        unlooked = over_others | {i.get("input", i["name"]) for i in document["scorecard"]["indicators"]} | {"asked"}
        for (kind, subject), (reason, row) in table.items():
            for name, value in row.items():
                if reason is None or name not in unlooked:
                    self.expected.write("\t".join(map(field, (document["code"], period, kind, subject, reason, name, value if isinstance(value, float) else None,
                                                              value if isinstance(value, str) else None))) + "\n")


def write(folder, seed, cases):
    """Writes the files."""
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(seed)
    facts = Facts(rng)
    known = [facts.known(step) for step in range(STEPS + 1)]
    writer = Writer(folder)
    with open(os.path.join(folder, "facts.sql"), "w", encoding="utf-8", newline="\n") as file:
        file.write(SCHEMA + facts.sql())
    results = Results()
    for code, periods in HISTORIES:
        document = history_scheme(code, periods[0][0])
        writer.document(document)
        for period, final in periods:
            table = Run(document, period, known[STEPS], results).table()
            if not final:                       # an earlier run, which nobody must see, nor the dry one
                writer.run(document, period, 1)
            writer.run(document, period, STEPS, final)
            if not final:
                writer.run(document, period, 2, rest=", dry => true")
            writer.outcome(document, period, table)
            results.keep(code, period, table, final)
    for number in range(cases):
        code, period, step = "s%03d" % number, rng.choice(PERIODS), rng.choice((1, 2, 3, 3))
        document, table, over_others = drawn_scheme(rng, code, period, known[step], results if step == STEPS else None)
        writer.document(document)
        writer.run(document, period, step)
        writer.outcome(document, period, table, over_others)
    writer.script.close()
    writer.expected.close()
    with open(os.path.join(folder, "drawn.tsv"), "w", encoding="utf-8", newline="\n") as file:
        for what, times in sorted(writer.drawn.items()):
            file.write("%s\t%d\n" % (what, times))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--cases", type=int, default=25)
    options = parser.parse_args()
    write(options.folder, options.seed, options.cases)


if __name__ == "__main__":
    main()
