"""Plain reference of doc/scheme.md for all inputs that are not events: what each subject of a run has for each input.

Run(document, period, known, results).table() is {subject key: (reason or None, {input: number, text or None})}.
"""

import json
import math
import re
from bisect import bisect_right
from fractions import Fraction

from registry_language import Formula, holds, terms
from registry_periods import bounds, completed_months, kind_of, window_bounds

FIXED = ("kind", "code", "region", "level", "peer_class")
# what a text must look like to be a number
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)", re.ASCII)


def as_number(value):
    """A JSON value or an observed one as a float, None where it is no number."""
    if isinstance(value, str):
        value = value if len(value) <= 100 and NUMBER.fullmatch(value) else None
    if value is None or isinstance(value, (dict, list)):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def as_text(value):
    """A JSON value as a text, None where there is none."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


class Run:
    """A scheme looked at for one period, with what is known of the facts and the results of other runs."""

    def __init__(self, document, period, known, results=None):
        self.document = document
        self.inputs = document["inputs"]
        self.start, self.end = bounds(period)
        self.kind = kind_of(period)
        self.known = known
        self.results = results
        self.memory = {}
        self.texts = text_inputs(document)
        self.population = []

    def table(self):
        """What comes of every subject of the run."""
        subjects = self.document["subjects"]
        here = [key for key in sorted(self.known.subjects) if key[0] in subjects["kinds"] and self.is_valid(key, subjects.get("valid", "at_end"))]
        if "where" in subjects:
            here = [key for key in here if self.holds(key, subjects["where"])]
        excluded = {key: next((e["reason"] for e in subjects.get("exclude", []) if self.holds(key, e["when"])), None) for key in here}
        self.population = [key for key in here if excluded[key] is None]
        return {key: (excluded[key], {name: self.value(key, name) for name in self.inputs}) for key in here}

    def is_valid(self, key, when):
        """Whether the validity of a subject covers the end of the period, or touches it."""
        s = self.known.subjects[key]
        return s.valid_from <= self.end and (s.valid_to is None or s.valid_to >= (self.end if when == "at_end" else self.start))

    def holds(self, key, condition):
        return holds(condition, lambda name: self.value(key, name))

    def value(self, key, name):
        """An input of a subject, with its default."""
        if (key, name) not in self.memory:
            spec = self.inputs[name]
            source = next(s for s in SOURCES if s in spec)
            value = SOURCES[source](self, key, spec, name in self.texts)
            if value is None and "default" in spec:
                value = spec["default"]
            self.memory[key, name] = value if value is None or isinstance(value, str) else float(value)
        return self.memory[key, name]

    # -- facts

    def others(self, key, of, day):
        """Whose facts of a day count: the subjects that "of" names."""
        if of == "self":
            return {key}
        if of == "children":
            return {t.a for t in self.tied(("child_of", "store_of"), day) if t.b == key}
        if of == "parent":
            return {t.b for t in self.tied(("child_of", "store_of"), day) if t.a == key}
        ties = self.tied((of["tie"],), day)
        if of["end"] == "shared":
            found = {u.b for t in ties if t.b == key for u in ties if u.a == t.a} - {key}
        else:
            found = {t.a for t in ties if t.b == key} if of["end"] == "from" else {t.b for t in ties if t.a == key}
        return found | ({key} if of.get("self") else set())

    def weights(self, key, of, day):
        """What the ties weigh by which others are named; several to one add up."""
        found = {}
        kinds = {"children": ("child_of", "store_of"), "parent": ("child_of", "store_of")}.get(of) if isinstance(of, str) else (of["tie"],)
        for t in self.tied(kinds, day):
            for one, other in ((t.a, t.b), (t.b, t.a)):
                if one == key:
                    found[other] = found.get(other, 0) + t.weight
        return found

    def tied(self, kinds, day):
        """The ties of these kinds in force on a day."""
        return [t for t in self.known.ties if t.kind in kinds and t.valid_from <= day <= (t.valid_to or day)]

    def within(self, window, first, last):
        """Whether what is about these days belongs to a window: its last day lies in it, or it is in force at the end."""
        if window == "valid":
            return first <= self.end <= last
        since, until = window_bounds(window, self.start, self.end)
        return since <= last <= until

    def observation(self, key, spec, text):
        """A statistic of what was observed, or the weighted mean of those of several evaluators."""
        if "evaluators" not in spec:
            return self.statistic(key, spec, text, spec.get("evaluator"))
        found = {e: self.statistic(key, spec, text, e) for e in spec["evaluators"]}
        there = {e: x for e, x in found.items() if x is not None and self.statistic(key, {**spec, "statistic": "count"}, text, e) != 0}
        if not there and spec.get("statistic") == "count" and None not in found.values():
            return 0 if "default" not in spec else None
        if not there or spec.get("evaluators_required") and len(there) < len(found):
            return None
        weights = {e: Fraction(w) for e, w in spec["evaluators"].items()}
        return float(sum(weights[e] * Fraction(x) for e, x in there.items()) / sum(weights[e] for e in there))

    def statistic(self, key, spec, text, evaluator):
        """A statistic of what one evaluator, or whoever, observed."""
        rows = [o for o in self.known.observations if o.indicator == spec["observation"] and self.within(spec.get("window", "period"), o.period_start, o.period_end)
                and (evaluator is None or o.evaluator == evaluator) and o.source in spec.get("sources", [o.source])
                and o.key in self.others(key, spec.get("of", "self"), o.period_end)]
        statistic = spec.get("statistic", "latest")
        count, minimum = len({(o.key, o.period_start, o.period_end, o.evaluator) for o in rows}), spec.get("minimum", 0)
        if statistic in ("latest", "earliest"):
            edge = {"latest": max, "earliest": min}[statistic]
            place = edge(((o.period_end, o.period_start) for o in rows), default=None)
            rows = [o for o in rows if (o.period_end, o.period_start) == place]
        by_period = {}
        for o in rows:
            by_period.setdefault((o.key, o.period_start, o.period_end, o.evaluator), []).append(o)
        chosen = []
        for same in by_period.values():
            if "sources" in spec:
                same = [min(same, key=lambda o: spec["sources"].index(o.source))]
            elif contradictory(same, text):
                return None
            chosen.append(next((o for o in same if self.said(o, statistic, text) is not None), same[0]))
        if statistic == "ratio":
            chosen = [o for o in chosen if o.numerator is not None]
            below = sum(o.denominator for o in chosen)
            return Fraction(sum(o.numerator for o in chosen)) / Fraction(below) if chosen and below >= minimum else None
        if count < minimum:
            return None
        if statistic == "count":
            return count if count or "default" not in spec else None
        said = [self.said(o, statistic, text) for o in chosen if self.said(o, statistic, text) is not None]
        if not said:
            return None
        if statistic in ("numerator", "denominator"):
            return sum(pair[statistic == "denominator"] for pair in said)
        if statistic in ("latest", "earliest"):
            return said[0] if len(set(said)) == 1 else None
        return {"sum": sum, "mean": lambda x: sum(x) / Fraction(len(x)), "min": min, "max": max}[statistic](said)

    @staticmethod
    def said(o, statistic, text):
        """What an observation says for a statistic: a text, a number, or None where it has no such."""
        if statistic in ("ratio", "numerator", "denominator"):
            return None if o.numerator is None else (o.numerator, o.denominator)
        if text:
            return o.text if o.text is not None else None if o.value is None else str(o.value)
        return quotient(o)

    def attribute(self, key, spec, text):
        """What is recorded of the subject itself."""
        subject = self.known.subjects[key]
        name = spec["attribute"]
        value = getattr(subject, name) if name in FIXED else subject.attributes.get(name)
        return as_text(value) if text else as_number(value)

    def tenure(self, key, spec, _):
        """Completed months from a day to the end of the period, or these as years."""
        since = spec.get("since")
        if since is None:
            days = [self.known.subjects[key].valid_from]
        elif since == "agreement":
            days = [a.valid_from for a in self.known.agreements if a.key == key]
        else:
            days = [t.valid_from for t in self.tied((since,), self.end) if key in (t.a, t.b)]
        days = [day for day in days if day <= self.end]
        if not days:
            return None
        months = completed_months(min(days), self.end)
        return months if spec["tenure"] == "months" else months / 12

    def agreement(self, key, spec, _):
        """What the agreement of the year says."""
        for a in self.known.agreements:
            if a.key == key and a.year == self.end.year:
                return {"retention_amount": a.amount, "decision": a.decision, "number": a.number}[spec["agreement"]]
        return None

    def commitment(self, key, spec, _):
        """Whether a commitment is kept, and for how long."""
        made = [c for c in self.known.commitments if c.key == key and c.code == spec["commitment"] and c.made_on <= self.end]
        measure = spec.get("measure", "kept_years")
        if not made:
            return 0 if measure == "active" else None
        made = max(made, key=lambda c: c.made_on)
        last = min(made.until or self.end, self.end)
        broken = any(b.key == key and matches(b.rule, spec.get("broken_by", [])) and made.made_on <= b.decided_on <= last for b in self.known.breaches)
        if measure == "broken":
            return int(broken)
        if measure == "active":
            return int(not broken and last == self.end)
        return 0 if broken else completed_months(made.made_on, last) / 12

    def ties(self, key, spec, _):
        """How many subjects there are at an end of ties in force."""
        window = spec.get("window", "valid")
        since, until = (self.end, self.end) if window == "valid" else window_bounds(window, self.start, self.end)
        of = {"tie": spec["ties"], "end": spec["end"]}
        days = {since, until} | {t.valid_from for t in self.known.ties if since <= t.valid_from <= until}
        found = set()
        for day in days if since <= until else ():
            found |= self.others(key, of, day)
        return len(found)

    def result(self, key, spec, _):
        """What other runs say."""
        return self.results.value(self, key, spec)

    # -- derived inputs

    def formula(self, key, spec, _):
        return Formula(spec["formula"]).value(lambda name: self.number_or_presence(key, name))

    def number_or_presence(self, key, name):
        """An input as a formula sees it: of a text only whether it is there."""
        value = self.value(key, name)
        return 1.0 if isinstance(value, str) else value

    def cases(self, key, spec, _):
        """The value of the first case that holds."""
        for case in spec["cases"]:
            if "when" not in case or self.holds(key, case["when"]):
                value = case["value"]
                return self.value(key, value["input"]) if isinstance(value, dict) else value
        return None

    def curve(self, key, spec, _):
        """A value between knots, clamped outside of them."""
        knots = [[self.value(key, k) if isinstance(k, str) else float(k) for k in knot] for knot in spec["curve"]]
        x = self.value(key, spec["of"])
        xs = [knot[0] for knot in knots]
        if x is None or any(k is None for knot in knots for k in knot) or any(a >= b for a, b in zip(xs, xs[1:])):
            return None
        place = bisect_right(xs, x)
        if place in (0, len(xs)):
            return knots[0][1] if place == 0 else knots[-1][1]
        (x0, y0), (x1, y1) = knots[place - 1], knots[place]
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)

    def peers(self, key, spec):
        """The subjects that an input looks at: all, or the peers of one, unless there are too few of them."""
        peers = self.document.get("peers")
        if spec.get("within") != "peers" or peers is None:
            return self.population
        def group(of):
            # what is missing groups as an empty text does
            return ["" if self.value(of, name) is None else self.value(of, name) for name in peers["by"]]
        same = [other for other in self.population if group(other) == group(key)]
        return same if len(same) >= peers.get("minimum", 1) else self.population

    def over_population(self, key, spec, _):
        """A statistic over the subjects of the run."""
        pairs = [(self.value(other, spec["of"]), self.value(other, spec["weight"]) if "weight" in spec else 1.0) for other in self.peers(key, spec)]
        pairs = sorted((x, w) for x, w in pairs if x is not None and w is not None)
        values = [x for x, _ in pairs]
        statistic = spec["population"]
        if statistic == "count":
            return len(values)
        if statistic.startswith("weighted"):
            pairs = [(Fraction(x), Fraction(w)) for x, w in pairs if w != 0]
            total = sum(w for _, w in pairs)
            if not pairs:
                return None
            if statistic == "weighted_mean":
                return float(sum(x * w for x, w in pairs) / total)
            return weighted_median(pairs, total / 2)
        if not values:
            return None
        if statistic == "top_mean":
            values = values[-math.ceil(Fraction(str(spec["share"])) * len(values)):] if spec["share"] else []
        if statistic in ("mean", "top_mean"):
            return float(sum(map(Fraction, values))) / len(values) if values else None
        if statistic == "sum":
            return float(sum(map(Fraction, values)))
        if statistic in ("min", "max"):
            return {"min": min, "max": max}[statistic](values)
        place = (len(values) - 1) * (spec["share"] if statistic == "percentile" else 0.5)
        below = math.floor(place)
        above = min(below + 1, len(values) - 1)
        return values[below] + (values[above] - values[below]) * (place - below)

    def rank(self, key, spec, _):
        """The place of a subject, from the first, the last, or as a share."""
        x = self.value(key, spec["rank"])
        values = [self.value(other, spec["rank"]) for other in self.peers(key, spec)]
        values = [v for v in values if v is not None]
        if x is None or not values:
            return None
        before = sum(v < x if spec.get("order") == "low" else v > x for v in values)
        same = values.count(x)
        way = spec.get("as", "rank")
        if way == "share":
            return (before + same / 2) / len(values)
        return before + 1 if way == "rank" else len(values) - before - same + 1

    def constant(self, _, spec, __):
        return spec["value"]


SOURCES = {"observation": Run.observation, "attribute": Run.attribute, "tenure": Run.tenure, "agreement": Run.agreement, "commitment": Run.commitment,
           "ties": Run.ties, "result": Run.result, "formula": Run.formula, "cases": Run.cases, "curve": Run.curve,
           "population": Run.over_population, "rank": Run.rank, "value": Run.constant,
           "condition": lambda run, key, spec, _: int(run.holds(key, spec["condition"]))}


def quotient(o):
    """The number that an observation says, None of a text."""
    if o.text is not None:
        return None
    return Fraction(o.value) if o.value is not None else Fraction(o.numerator) / Fraction(o.denominator)


def contradictory(same, text):
    """Whether sources say different things of one period: other texts where it is a text, else other numbers or parts of them."""
    if text:
        return len({Run.said(o, None, True) for o in same} - {None}) > 1
    return len({quotient(o) for o in same} - {None}) > 1 or len({(o.numerator, o.denominator) for o in same if o.numerator is not None}) > 1


def matches(rule, named):
    """Whether a rule is among those named, "a.*" being all beneath "a"."""
    return any(n == "*" or n == rule or n.endswith(".*") and rule.startswith(n[:-1]) for n in named)


def weighted_median(pairs, half):
    """The value at which the weights reach half; where they are exactly half, the mean of it and the next."""
    reached = Fraction(0)
    for place, (x, w) in enumerate(pairs):
        reached += w
        following = pairs[place + 1][0] if place + 1 < len(pairs) else None
        if reached > half:
            return float(x)
        if reached == half and following != x:
            return float(x + following) / 2
    return None


def text_inputs(document):
    """The names of the inputs that are texts."""
    inputs = document["inputs"]
    conditions = [document["subjects"].get("where")] + [e["when"] for e in document["subjects"].get("exclude", [])]
    compared, numeric = set(), {i.get("input", i["name"]) for i in document["scorecard"]["indicators"]}
    for spec in inputs.values():
        conditions += [spec.get("condition")] + [c.get("when") for c in spec.get("cases", [])]
        numeric |= Formula(spec["formula"]).names() if "formula" in spec else set()
        numeric |= {spec[k] for k in ("of", "weight", "rank") if isinstance(spec.get(k), str) and ("curve" in spec or "population" in spec or "rank" in spec)}
        numeric |= {k for knot in spec.get("curve", []) for k in knot if isinstance(k, str)}
    for left, _, right in (term for condition in conditions if condition for term in terms(condition)):
        if isinstance(right, tuple):
            compared.add(left)
        elif not isinstance(right, list):
            numeric.add(left)
    texts = set()
    for name, spec in inputs.items():
        asked = name in compared or isinstance(spec.get("default"), str)
        literal = [c["value"] for c in spec.get("cases", []) if not isinstance(c["value"], dict)]
        if ("observation" in spec and asked or "attribute" in spec and (asked or name not in numeric)
                or spec.get("agreement") in ("decision", "number") or isinstance(spec.get("value"), str) or spec.get("field") == "grade" and spec.get("statistic") != "count"
                or (any(isinstance(v, str) for v in literal) if literal else "cases" in spec and asked)):
            texts.add(name)
    return texts
