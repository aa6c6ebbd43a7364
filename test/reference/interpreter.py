"""The scorecard format, spelled out.

This is a slow and plain interpreter of the format, made to be read: where the
engine and this file differ, one of them is wrong, and the documents say which.
It shares nothing with the engine. A Python float is an IEEE double and every
operation rounds once, so the order of operations below is the order that
counts.

A row is read in this order:

    inputs -> points of each indicator -> groups -> score -> rated or not
           -> grade -> vetoes

A number that is missing is None throughout. The notations inside a card are in
notation.py, the card itself in card.py, populations in population.py.
"""

import math
from collections import namedtuple
from decimal import Decimal, ROUND_HALF_UP, localcontext

from card import Card, Group
from explog import exp, ln
from notation import (band_label, clamp, compare, condition_text, curve_value, notch, quoted,
                      shortest)
from population import Population, standardised
from refused import ANY, BAD_VALUE, OUT_OF_RANGE, Refused


# ---------------------------------------------------------------------------
# Numbers

def round_half_away(x, decimals):
    """x to so many decimals, half away from zero on its shortest decimal."""
    with localcontext() as context:
        context.prec = 400
        step = Decimal(1).scaleb(-decimals)
        rounded = Decimal(repr(x)).quantize(step, rounding=ROUND_HALF_UP)
    return float(rounded) + 0.0                         # + 0.0 turns -0 into 0


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
# Norms

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
            norms.indicators[indicator.name] = Population([x for x in seen if x is not None],
                                                          indicator.standardise)
    return norms


def group_norms(card, vectors, first):
    """The second step, norms(card, x, norms), for a card whose groups standardise."""
    standardising = [group for group in card.groups if group.standardise]
    if not standardising:
        return first
    raw = {group.name: [] for group in standardising}
    for vector in vectors:
        lines = all_lines(card, read_vector(card, vector), first)
        for group in standardising:
            value = raw_aggregate(card, group, lines, first, {}).value
            if value is not None:
                raw[group.name].append(value)

    norms = Norms()
    norms.indicators = first.indicators
    for group in standardising:
        norms.groups[group.name] = Population(raw[group.name], group.standardise)
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
    result = aggregate(card, group, lines, norms, results)
    if result.value is not None and not math.isfinite(result.value):
        raise Refused(OUT_OF_RANGE, "the value is out of range")
    return result


def aggregate(card, group, lines, norms, results):
    """What the group's aggregate makes of its children."""
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
    """The effective weight present, in all of it, to nine decimals."""
    present = 0.0
    in_all = 0.0
    for name, weight in effective_weights(card).items():
        if lines[name].present:
            present += weight
        in_all += weight
    return round_half_away(present / in_all, 9) if in_all > 0 else 1.0


def reasons_not_rated(card, lines, score):
    """Why the row is not rated, in fixed order; none where it is rated."""
    reasons = []
    if score is None:
        reasons.append("nothing to score")
    for indicator in card.indicators:
        if indicator.missing == "unrated" and lines[indicator.name].missing:
            reasons.append("indicator %s is missing" % quoted(indicator.name))

    asked = card.rated
    if ("coverage" in asked
            and coverage(card, lines) < round_half_away(float(asked["coverage"]), 9)):
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
        names = ", ".join(map(quoted, asked["any_group"]))
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
            reasons.append(veto.reason if veto.reason is not None else condition_text(veto.when))
            apply_veto(card, veto, now)

    return Appraisal(
        score=now.score, grade=now.grade, notch=now.notch(card), rated=now.rated,
        coverage=coverage(card, lines),
        points=[lines[indicator.name].points for indicator in card.indicators],
        group_scores=[results[group.name].value for group in card.groups],
        vetoes=hit, reasons=reasons,
        score_before=before.score, grade_before=before.grade)
