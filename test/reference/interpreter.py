"""The scorecard format, spelled out.

This is a slow and plain interpreter of the format, made to be read: where the
engine and this file differ, one of them is wrong, and the documents say which.
It shares nothing with the engine. A Python float is an IEEE double and every
operation rounds once, so the order of operations below is the order that
counts. Populations are kept as their values and summed as exact fractions.

A row is read in this order:

    inputs -> points of each indicator -> groups -> score -> rated or not
           -> grade -> vetoes

A number that is missing is None throughout.
"""

import json
import math
from collections import namedtuple
from decimal import Decimal, ROUND_HALF_UP, localcontext
from fractions import Fraction
from functools import cached_property

from explog import exp, ln
from notation import (band_label, clamp, compare, curve_value, notch, parse_bands,
                      parse_condition, parse_curve)


class Refused(Exception):
    """What has to be an error, with its SQLSTATE."""

    def __init__(self, sqlstate, message):
        super().__init__(message)
        self.sqlstate = sqlstate


OUT_OF_RANGE = "22003"
BAD_VALUE = "22023"
ANY = "error"                                           # the documents leave the SQLSTATE open


# ---------------------------------------------------------------------------
# Numbers

def shortest(x):
    """The shortest text that reads back as x, without a needless '.0'."""
    text = repr(x)
    return text[:-2] if text.endswith(".0") else text


def round_half_away(x, decimals):
    """x to so many decimals, half away from zero on its shortest decimal."""
    with localcontext() as context:
        context.prec = 400
        step = Decimal(1).scaleb(-decimals)
        rounded = Decimal(repr(x)).quantize(step, rounding=ROUND_HALF_UP)
    return float(rounded) + 0.0                         # + 0.0 turns -0 into 0


# ---------------------------------------------------------------------------
# The card: what the JSON says, with the defaults filled in

class Indicator:
    """One entry of "indicators"."""

    def __init__(self, given):
        self.name = given["name"]
        self.input = given.get("input", self.name)
        self.when = parse_condition(given["when"]) if "when" in given else []
        self.group = given.get("group")
        self.weight = float(given.get("weight", 1))
        self.bonus = given.get("bonus", False)
        self.standardise = given.get("standardise")
        self.bands = parse_bands(given["bands"]) if "bands" in given else None
        self.curve = parse_curve(given["curve"]) if "curve" in given else None
        self.categories = None
        if "categories" in given:
            self.categories = {text: float(p) for text, p in given["categories"].items()}
        self.cap = tuple(map(float, given["cap"])) if "cap" in given else None
        self.missing = given.get("missing", "skip")     # "skip", "unrated" or a number
        self.direction = given.get("direction") or self.direction_of_shape()

    def direction_of_shape(self):
        """What a direction left out is taken to be."""
        if self.curve is not None:
            points = [knot.y for knot in self.curve]
        elif self.bands is not None:
            points = [float(band.label) for band in self.bands]
            if self.bands[0].operator in (">", ">="):
                points.reverse()                        # now from low x to high x
        else:
            return "higher"
        steps = list(zip(points, points[1:]))
        if all(a <= b for a, b in steps):
            return "higher"
        if all(a >= b for a, b in steps):
            return "lower"
        return "none"

    def greatest_points(self):
        """The most that the indicator can give, which is what `earned` divides by."""
        if self.bands is not None:
            greatest = max(float(band.label) for band in self.bands)
        elif self.categories is not None:
            greatest = max(self.categories.values())
        elif self.curve is not None:
            greatest = max(knot.y for knot in self.curve)
        else:
            return self.cap[1]
        return clamp(greatest, *self.cap) if self.cap else greatest


class Group:
    """One entry of "groups", and the card itself, which is the group of all."""

    bonus = False

    def __init__(self, given):
        self.name = given["name"]
        self.parent = given.get("parent")
        self.weight = float(given.get("weight", 1))
        self.aggregate = given.get("aggregate", "mean")
        self.take = given.get("take", 1)
        self.base = float(given.get("base", 0))
        self.standardise = given.get("standardise")
        self.floor = float(given["floor"]) if "floor" in given else None
        self.ceiling = float(given["ceiling"]) if "ceiling" in given else None
        self.children = []


class Veto:
    """One entry of "vetoes"."""

    def __init__(self, given):
        self.when = parse_condition(given["when"])
        self.grade = given.get("grade")
        self.cap = given.get("cap")
        self.demote = given.get("demote")
        self.score = float(given["score"]) if "score" in given else None
        self.unrate = given.get("unrate", False)


class Card:
    """A whole scorecard."""

    def __init__(self, text):
        given = json.loads(text)
        self.name = given["name"]
        self.top = Group({key: value for key, value in given.items()
                          if key in ("name", "aggregate", "take", "base", "floor", "ceiling")})
        self.decimals = given.get("decimals", 6)
        self.groups = [Group(entry) for entry in given.get("groups", [])]
        self.indicators = [Indicator(entry) for entry in given["indicators"]]
        self.rated = given.get("rated", {})
        self.grades = parse_bands(given["grades"]) if "grades" in given else None
        self.unrated = given.get("unrated")
        self.vetoes = [Veto(entry) for entry in given.get("vetoes", [])]

        # Children of a group: its indicators in card order, then its groups.
        self.group_named = {group.name: group for group in self.groups}
        for indicator in self.indicators:
            self.parent_of(indicator).children.append(indicator)
        for group in self.groups:
            self.parent_of(group).children.append(group)

        self.columns = self.list_columns()
        self.texts = self.list_texts()

    def parent_of(self, child):
        """The group that a group or an indicator belongs to; the card's top has no name."""
        name = child.parent if isinstance(child, Group) else child.group
        return self.top if name is None else self.group_named[name]

    def path_of(self, indicator):
        """The groups from the top one down to that of the indicator."""
        path = []
        parent = self.parent_of(indicator)
        while parent is not self.top:
            path.insert(0, parent)
            parent = self.parent_of(parent)
        return path

    def conditions(self):
        """All conditions: of the indicators in card order, then of the vetoes."""
        return [part.when for part in self.indicators + self.vetoes]

    def list_columns(self):
        """The input columns in order of first mention: by indicators, then by conditions."""
        columns = [indicator.input for indicator in self.indicators]
        columns += [term.name for condition in self.conditions() for term in condition
                    if term.kind == "column"]
        return list(dict.fromkeys(columns))             # without repetitions

    def list_texts(self):
        """For every text column its texts in order of first mention."""
        mentions = [(indicator.input, text) for indicator in self.indicators
                    for text in indicator.categories or ()]
        mentions += [(term.name, term.operand) for condition in self.conditions()
                     for term in condition if isinstance(term.operand, str)]
        texts = {}
        for column, text in dict.fromkeys(mentions):
            texts.setdefault(column, []).append(text)
        return texts

    def needs_norms(self):
        """Says whether anything in the card is standardised."""
        return any(part.standardise for part in self.indicators + self.groups)


# ---------------------------------------------------------------------------
# Inputs

def inputs(card, row):
    """The input vector of a row, which is a dict from column name to value."""
    vector = []
    for column in card.columns:
        value = row[column]
        if value is None or value != value:             # NULL or NaN
            vector.append(None)
        elif column in card.texts:
            if isinstance(value, bool):
                value = "true" if value else "false"
            texts = card.texts[column]
            vector.append(float(texts.index(value) + 1) if value in texts else 0.0)
        else:
            vector.append(float(value))                 # True is 1, False is 0
    return vector


def read_vector(card, vector):
    """The values by column, each a finite number or None."""
    if len(vector) != len(card.columns):
        raise Refused(ANY, "the card has %d inputs" % len(card.columns))
    values = {}
    for column, x in zip(card.columns, vector):
        if x is None or math.isnan(x):
            values[column] = None
            continue
        if math.isinf(x):
            raise Refused(OUT_OF_RANGE, "%s is infinite" % column)
        if column in card.texts and x not in range(len(card.texts[column]) + 1):
            raise Refused(BAD_VALUE, "%s is not the place of a text" % column)
        values[column] = x + 0.0                        # -0 counts as 0
    return values


# ---------------------------------------------------------------------------
# Populations

class Population:
    """The values of an indicator or a group over the rows that have one."""

    def __init__(self, values):
        self.values = sorted(values)
        self.n = len(values)

    @property
    def least(self):
        return self.values[0]

    @property
    def greatest(self):
        return self.values[-1]

    @cached_property
    def mean(self):
        return float(sum(map(Fraction, self.values))) / self.n

    @cached_property
    def deviation(self):
        """The sample standard deviation."""
        exact = list(map(Fraction, self.values))
        numerator = self.n * sum(x * x for x in exact) - sum(exact) ** 2
        return math.sqrt(float(numerator) / (float(self.n) * float(self.n - 1)))

    @cached_property
    def median(self):
        return middle(self.values)

    @cached_property
    def median_deviation(self):
        """The median of the distances from the median."""
        return middle(sorted(abs(x - self.median) for x in self.values))


def middle(values):
    """The middle one of sorted values, or halfway between the two middle ones."""
    half = len(values) // 2
    if len(values) % 2 == 1:
        return values[half]
    return values[half - 1] / 2 + values[half] / 2


NEUTRAL = {"zscore": 0.0, "robust_z": 0.0, "median_range": 0.0,
           "minmax": 0.5, "percentile": 0.5,
           "ratio_to_best": 1.0, "ratio_to_mean": 1.0}


def standardised(method, direction, x, population):
    """x as seen against the population, turned so that more is better."""
    p = population
    lower = direction == "lower"
    if method == "ratio_to_best" and (x < 0 or (p.n > 0 and p.least < 0)):
        raise Refused(OUT_OF_RANGE, "ratio_to_best of a negative value")
    if not has_spread(method, lower, p):
        return NEUTRAL[method]

    if method == "zscore":
        return turned_sign((x - p.mean) / p.deviation, lower)
    if method == "robust_z":
        return turned_sign((x - p.median) / (1.4826 * p.median_deviation), lower)
    if method == "median_range":
        if lower:
            return (p.median - x) / (p.median - p.least)
        return (x - p.median) / (p.greatest - p.median)
    if method == "minmax":
        return turned_share((x - p.least) / (p.greatest - p.least), lower)
    if method == "percentile":
        below = sum(1 for value in p.values if value < x)
        equal = sum(1 for value in p.values if value == x)
        return turned_share((below + 0.5 * equal) / p.n, lower)
    if method == "ratio_to_best":
        if lower:
            return 1.0 if x == 0 else p.least / x
        return x / p.greatest
    if method == "ratio_to_mean":
        return 1.0 if p.mean == 0 else x / p.mean
    raise AssertionError(method)


def has_spread(method, lower, p):
    """Says whether the population tells its members apart, as the method sees it."""
    if p.n == 0:
        return False
    if method == "zscore":
        return p.n > 1 and p.deviation > 0
    if method == "robust_z":
        return p.median_deviation > 0
    if method == "median_range":
        return p.median > p.least if lower else p.greatest > p.median
    return p.greatest > p.least


def turned_sign(value, lower):
    return 0.0 - value if lower else value              # 0 - 0 is 0, not -0


def turned_share(value, lower):
    return 1.0 - value if lower else value


class Norms:
    """What a population looks like to a card: by indicator, and then by group."""

    def __init__(self):
        self.indicators = {}
        self.groups = {}


def indicator_norms(card, vectors):
    """The first step, norms(card, x)."""
    rows = [read_vector(card, vector) for vector in vectors]
    norms = Norms()
    for indicator in card.indicators:
        if indicator.standardise:
            seen = [row[indicator.input] for row in rows
                    if applies(card, indicator, row)]
            norms.indicators[indicator.name] = Population([x for x in seen if x is not None])
    return norms


def group_norms(card, vectors, first):
    """The second step, norms(card, x, norms)."""
    norms = Norms()
    norms.indicators = first.indicators
    for group in card.groups:
        if group.standardise:
            raw = []
            for vector in vectors:
                lines = all_lines(card, read_vector(card, vector), first)
                raw.append(raw_aggregate(card, group, lines, first, {}).value)
            norms.groups[group.name] = Population([value for value in raw if value is not None])
    return norms


# ---------------------------------------------------------------------------
# Points of one indicator

# points None: there are none. present: from an input, not filled in.
Line = namedtuple("Line", "points present missing")


def holds(condition, operand_value):
    """Says whether all terms hold; a term whose operand is missing does not."""
    for term in condition:
        value = operand_value(term)
        if value is None or not compare(value, term.operator, term.operand):
            return False
    return True


def column_value(card, values, term):
    """A column as a condition sees it: the text, where it is compared with one."""
    value = values[term.name]
    if value is not None and isinstance(term.operand, str):
        code = int(value)
        return card.texts[term.name][code - 1] if code > 0 else NO_SUCH_TEXT
    return value


NO_SUCH_TEXT = object()                                 # equal to no text at all


def applies(card, indicator, values):
    """Says whether the indicator's "when" holds, which may name columns only."""
    return holds(indicator.when, lambda term: column_value(card, values, term))


def all_lines(card, values, norms):
    """The lines of all indicators, by name."""
    return {indicator.name: line(card, indicator, values, norms)
            for indicator in card.indicators}


def line(card, indicator, values, norms):
    """What one indicator yields."""
    x = values[indicator.input] if applies(card, indicator, values) else None
    points = None
    if x is not None:
        points = points_of(card, indicator, x, norms)
    if points is not None:
        return Line(points, present=True, missing=False)
    if indicator.missing in ("skip", "unrated"):
        return Line(None, present=False, missing=True)
    return Line(float(indicator.missing), present=False, missing=True)


def points_of(card, indicator, x, norms):
    """The points for an input x, None where no band takes it."""
    if indicator.standardise:
        x = standardised(indicator.standardise, indicator.direction, x,
                         norms.indicators[indicator.name])

    if indicator.bands is not None:
        label = band_label(indicator.bands, x)
        if label is None:
            return None
        points = float(label)
    elif indicator.curve is not None:
        points = curve_value(indicator.curve, x)
    elif indicator.categories is not None:
        text = card.texts[indicator.input][int(x) - 1] if x > 0 else None
        if text not in indicator.categories:
            raise Refused(BAD_VALUE, "%s has no category %r" % (indicator.name, text))
        points = indicator.categories[text]
    else:
        points = x

    return clamp(points, *indicator.cap) if indicator.cap else points


# ---------------------------------------------------------------------------
# From points to the score

# earned and possible are what an `earned` group passes up, else None.
Result = namedtuple("Result", "value earned possible")
NOTHING = Result(None, None, None)


def raw_aggregate(card, group, lines, norms, results):
    """The aggregate of a group before its own standardising and clamp.

    Notes the result of every group beneath in `results`.
    """
    # Children without a value are left out; what is left keeps its order.
    present = []
    for child in group.children:
        if isinstance(child, Group):
            results[child.name] = group_result(card, child, lines, norms, results)
            value = results[child.name].value
        else:
            value = lines[child.name].points
        if value is not None:
            present.append((child, value))

    counted = [(child, p) for child, p in present if not child.bonus]
    if not counted and not (group.aggregate == "sum" and present):
        return NOTHING

    if group.aggregate == "mean":
        total = 0.0
        weights = 0.0
        for child, p in present:
            total += child.weight * p
            if not child.bonus:
                weights += child.weight
        return Result(total / weights, None, None)

    if group.aggregate == "sum":
        total = group.base
        for child, p in present:
            total += child.weight * p
        return Result(total, None, None)

    if group.aggregate == "earned":
        return earned(present, results)

    if group.aggregate == "geometric":
        value = geometric_mean(counted)
    elif group.aggregate == "worst":
        value = counted[0][1]
        for _, p in counted:
            if p < value:
                value = p
    elif group.aggregate == "best":
        value = mean_of_best(counted, group.take)
    for child, p in present:
        if child.bonus:
            value += child.weight * p
    return Result(value, None, None)


def earned(present, results):
    """100 times what was earned by what was possible."""
    sum_earned = 0.0
    sum_possible = 0.0
    for child, p in present:
        if isinstance(child, Group):
            result = results[child.name]
            if child.aggregate == "earned":
                sum_earned += child.weight * result.earned
                sum_possible += child.weight * result.possible
            else:
                sum_earned += child.weight * p
                sum_possible += child.weight * child.ceiling
        else:
            sum_earned += child.weight * p
            if not child.bonus:
                sum_possible += child.weight * child.greatest_points()
    if sum_possible <= 0:
        return NOTHING
    return Result(100 * sum_earned / sum_possible, sum_earned, sum_possible)


def geometric_mean(counted):
    """exp(sum(w ln p) / sum(w)); 0 where one of them is 0."""
    if any(p < 0 for _, p in counted):
        raise Refused(OUT_OF_RANGE, "a geometric mean of a negative number")
    if any(p == 0 for _, p in counted):
        return 0.0
    total = 0.0
    weights = 0.0
    for child, p in counted:
        total += child.weight * ln(p)
        weights += child.weight
    return exp(total / weights)


def mean_of_best(counted, take):
    """The mean of the highest; of equal ones the earlier counts as higher."""
    places = sorted(range(len(counted)), key=lambda place: (-counted[place][1], place))
    chosen = sorted(places[:take])
    total = 0.0
    for place in chosen:
        total += counted[place][1]
    return total / len(chosen)


def group_result(card, group, lines, norms, results):
    """The value of a group as its parent sees it."""
    raw = raw_aggregate(card, group, lines, norms, results)
    if raw.value is None:
        return NOTHING
    value = raw.value
    if group.standardise:
        value = standardised(group.standardise, "higher", value, norms.groups[group.name])
    value = clamp(value, group.floor, group.ceiling)
    return Result(value, raw.earned, raw.possible)


# ---------------------------------------------------------------------------
# Rated or not

def effective_weights(card):
    """The share of each non-bonus indicator in the whole, as if all were present."""
    def factor(child):
        parent = card.parent_of(child)
        if parent.aggregate in ("sum", "earned"):
            return child.weight
        siblings = 0.0
        for sibling in parent.children:
            if not sibling.bonus:
                siblings += sibling.weight
        return child.weight / siblings

    weights = {}
    for indicator in card.indicators:
        if not indicator.bonus:
            weight = 1.0
            for group in card.path_of(indicator):
                weight *= factor(group)
            weight *= factor(indicator)
            weights[indicator.name] = weight
    return weights


def coverage(card, lines):
    """The effective weight present, in all of it."""
    present = 0.0
    in_all = 0.0
    for name, weight in effective_weights(card).items():
        if lines[name].present:
            present += weight
        in_all += weight
    return present / in_all if in_all > 0 else 1.0


def reasons_not_rated(card, lines, score):
    """Why the row is not rated, in fixed order; none where it is rated."""
    reasons = []
    if score is None:
        reasons.append("nothing to score")
    for indicator in card.indicators:
        if indicator.missing == "unrated" and lines[indicator.name].missing:
            reasons.append('indicator "%s" is missing' % indicator.name)

    asked = card.rated
    if "coverage" in asked and coverage(card, lines) < asked["coverage"]:
        reasons.append("coverage %s is below %s" % (shortest(coverage(card, lines)),
                                                    shortest(float(asked["coverage"]))))

    # Inputs present anywhere beneath each of the top-level groups.
    enough = asked.get("indicators_per_group", 1)
    counts = {group.name: 0 for group in card.groups if group.parent is None}
    for indicator in card.indicators:
        path = card.path_of(indicator)
        if path and not indicator.bonus and lines[indicator.name].present:
            counts[path[0].name] += 1
    reached = [name for name in counts if counts[name] >= enough]
    if len(reached) < asked.get("groups", 0):
        reasons.append("%d of %d groups have %d or more indicators"
                       % (len(reached), asked["groups"], enough))
    if "any_group" in asked and not set(asked["any_group"]) & set(reached):
        names = ", ".join('"%s"' % name for name in asked["any_group"])
        reasons.append("none of the groups %s has %d or more indicators" % (names, enough))
    return reasons


# ---------------------------------------------------------------------------
# Grades and vetoes

def grade_of(card, score):
    """The grade for a score, None where the card has none for it."""
    return band_label(card.grades, score) if card.grades and score is not None else None


class Standing:
    """Score, grade and whether rated, as the vetoes leave them one after the other."""

    def __init__(self, score, grade, rated):
        self.score = score
        self.grade = grade
        self.rated = rated

    def notch(self, card):
        """The place of the grade among the grades; an unrated row has none."""
        if card.grades is None or self.grade is None:
            return None
        return notch(card.grades, self.grade)


def apply_veto(card, veto, now):
    """Changes the standing as the veto says: score, grade, cap, demote, unrate."""
    if veto.score is not None:
        now.score = round_half_away(veto.score, card.decimals)
        now.grade = grade_of(card, now.score)
    if veto.grade is not None:
        now.grade = veto.grade
    if now.rated and veto.cap is not None:
        here = now.notch(card)
        if here is not None and here < notch(card.grades, veto.cap):
            now.grade = veto.cap
    if now.rated and veto.demote is not None:
        here = now.notch(card)
        if here is not None:
            place = min(here + veto.demote, len(card.grades))
            now.grade = card.grades[place - 1].label
    if now.rated and veto.unrate:
        now.grade = card.unrated
        now.rated = False


# ---------------------------------------------------------------------------
# The whole

Appraisal = namedtuple("Appraisal", "score grade notch rated coverage points group_scores "
                                    "vetoes reasons score_before grade_before")


def appraise(card, vector, norms=None):
    """Everything that there is to say about one row, given as its input vector."""
    values = read_vector(card, vector)
    if card.needs_norms() and norms is None:
        raise Refused(ANY, "the card standardises and needs norms")

    lines = all_lines(card, values, norms)
    results = {}
    score = raw_aggregate(card, card.top, lines, norms, results).value
    if score is not None:
        score = clamp(score, card.top.floor, card.top.ceiling)
        if not math.isfinite(score):
            raise Refused(OUT_OF_RANGE, "the score is not finite")
        score = round_half_away(score, card.decimals)

    reasons = reasons_not_rated(card, lines, score)
    rated = not reasons
    now = Standing(score, grade_of(card, score) if rated else card.unrated, rated)
    before = Standing(now.score, now.grade, now.rated)

    def operand_value(term):
        if term.kind == "score":
            return now.score
        if term.kind == "group":
            return results[term.name].value
        if term.kind == "points":
            return lines[term.name].points
        return column_value(card, values, term)

    hit = []
    for place, veto in enumerate(card.vetoes, 1):
        if holds(veto.when, operand_value):
            hit.append(place)
            apply_veto(card, veto, now)

    return Appraisal(
        score=now.score, grade=now.grade, notch=now.notch(card), rated=now.rated,
        coverage=coverage(card, lines),
        points=[lines[indicator.name].points for indicator in card.indicators],
        group_scores=[results[group.name].value for group in card.groups],
        vetoes=hit, reasons=reasons,
        score_before=before.score, grade_before=before.grade)
