"""The results of earlier runs, as other runs see them, and the schemes that leave such results.

Results.value(run, key, spec) is what an input {"result": ...} has. The schemes that leave results score one input and grade
it by fixed bands, so that what comes of them is plain.
"""

from fractions import Fraction

from registry_inputs import Run
from registry_language import holds, rounded
from registry_periods import bounds, kind_of, shifted

GRADES = ("A", 80), ("B", 12), ("C", None)
# code, its periods in order, whether each becomes final
HISTORIES = (("yearly", (("2023", True), ("2024", True), ("2025", False))),
             ("quarterly", (("2024Q1", True), ("2024Q2", True), ("2024Q4", True), ("2025Q1", False))))


def history_scheme(code, period):
    """A scheme that leaves results and looks at its own of before."""
    conditions = {"good": "grade = 'A'", "rated": "rated = 1", "well": "score >= 12 and notch < 3"}
    inputs = {"v": {"observation": "visits", "window": "all", "sources": ["survey", "statistics", "manual", "settlement"]}, "owner": {"attribute": "owner", "default": "none"},
              "before": {"result": "self"}, "grade_before": {"result": "self", "field": "grade"}, "before_that": {"result": "self", "field": "notch", "period": -2},
              "points_before": {"result": "self", "field": "points.v", "default": -1}, "rated_before": {"result": "self", "field": "rated"}, "rank_before": {"result": "self", "field": "rank"}}
    for name, condition in conditions.items():
        inputs["streak_" + name] = {"result": "self", "streak": True, "when": condition}
    return {"code": code, "version": "1", "period": kind_of(period), "subjects": {"kinds": ["institution", "physician"], "exclude": [{"when": "owner = 'public'", "reason": "out"}]},
            "inputs": inputs, "scorecard": {"name": code, "aggregate": "sum", "indicators": [{"name": "v"}], "grades": "A >= 80, B >= 12, C"}}


class Results:
    """What runs have left: for each scheme and period the final results, and the latest."""

    def __init__(self):
        self.final, self.latest = {}, {}

    def keep(self, code, period, table, final):
        """Keeps what a run of a scheme of histories says."""
        scores = {key: rounded(row["v"], 6) for key, (reason, row) in table.items() if reason is None and row["v"] is not None}
        left = {key: {"score": None, "grade": None, "notch": None, "rank": None, "rated": 0.0, "points.v": None, "excluded": reason} for key, (reason, _) in table.items()}
        for key, score in scores.items():
            notch = next(i for i, (_, least) in enumerate(GRADES) if least is None or score >= least)
            left[key] = {"excluded": None, "score": score, "grade": GRADES[notch][0], "notch": notch + 1.0, "rank": 1.0 + sum(s > score for s in scores.values()), "rated": 1.0, "points.v": table[key][1]["v"]}
        self.latest[(code,) + bounds(period)] = left
        if final:
            self.final[(code,) + bounds(period)] = left

    def of_period(self, run, spec, steps):
        """The results that an input sees so many periods from that of the run, and the last day of that period."""
        code = run.document["code"] if spec["result"] == "self" else spec["result"]
        start, end = shifted(run.start, run.end, steps)
        return (self.final if steps < 0 else self.latest).get((code, start, end), {}), end

    def value(self, run, key, spec):
        """The input of a subject."""
        steps = spec.get("period", -1 if spec["result"] == "self" else 0)
        if spec.get("streak"):
            back, length, seen = 0, 0, False
            while results := self.of_period(run, spec, steps - back)[0]:
                seen = seen or key in results
                length += length == back and holds_of(results.get(key), spec["when"])
                back += 1
            return length if seen or "default" not in spec else None
        results, day = self.of_period(run, spec, steps)
        field = spec.get("field", "score")
        if spec.get("of", "self") == "self":
            if spec.get("statistic") == "count":
                return int(holds_of(results.get(key), spec.get("when")))
            return results.get(key, {}).get(field)
        others = [other for other in run.others(key, spec["of"], day) if other in results and results[other]["excluded"] is None]
        if not others and "default" in spec:
            return None
        return statistic(spec.get("statistic", "worst" if field == "grade" else "mean"), field, others, results, spec.get("when"), run.weights(key, spec["of"], day))


def holds_of(result, condition):
    """Whether there is a result and the condition, if any, holds of it."""
    return result is not None and (condition is None or holds(condition, result.get))


def statistic(name, field, others, results, condition, weights):
    """A statistic over the results of others."""
    if name == "count":
        return sum(holds_of(results[other], condition) for other in others)
    there = [(results[other][field], weights.get(other, 1)) for other in others if results[other][field] is not None]
    values = sorted(x for x, _ in there)
    if not values:
        return None
    if name in ("worst", "best"):
        low_is_worse = field in ("score", "rated", "points.v")
        return values[0] if (name == "worst") == low_is_worse else values[-1]
    if name == "weighted_mean":
        total = sum(Fraction(w) for _, w in there)
        return float(sum(Fraction(x) * Fraction(w) for x, w in there) / total) if total else None
    total = sum(map(Fraction, values))
    return float({"mean": total / len(values), "sum": total, "min": values[0], "max": values[-1]}[name])
