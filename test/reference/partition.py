"""Grades that depend on where a value lies among others: quotas, clusters, ranks.

Sums are exact fractions of the doubles, rounded once.
"""

import math
import re
from bisect import bisect_right
from collections import Counter
from fractions import Fraction
from itertools import groupby

from refused import Refused

TIED_BOUNDARY = "22000"


# ---------------------------------------------------------------------------
# Ranks

class Place:
    """A place in a ranking: the rank, how many share it, among how many, and the rank from the last."""

    def __init__(self, rank, ties, of, from_last):
        self.rank = rank
        self.ties = ties
        self.of = of
        self.from_last = from_last


def places(keys, dense):
    """The place of every member, for a dict from member to key; the least key is the first."""
    counts = Counter(keys.values())
    found = {}
    for member, key in keys.items():
        before = [other for other in counts if other < key]
        behind = [other for other in counts if other > key]
        if dense:
            rank, from_last = len(before) + 1, len(behind) + 1
        else:
            rank = sum(counts[other] for other in before) + 1
            from_last = sum(counts[other] for other in behind) + 1
        found[member] = Place(rank, counts[key], len(keys), from_last)
    return found


# ---------------------------------------------------------------------------
# Quotas: 'A 20%, B 50%, C'

def parse_quotas(text):
    """The labels with their percentages as fractions; None for the rest."""
    quotas = []
    for entry in text.split(","):
        label, percent = re.fullmatch(r"\s*(\S+?)(?:\s+([0-9.]+)%)?\s*", entry).groups()
        quotas.append((label, Fraction(percent) if percent else None))
    return quotas


def rounded(number, rounding):
    """A fraction as a number of rows."""
    if rounding == "floor":
        return math.floor(number)
    if rounding == "ceil":
        return math.ceil(number)
    return math.floor(number + Fraction(1, 2))


def quota_grades(keys, quotas, rounding, ties):
    """The grade of every member, for a dict from member to key; the least key is the best."""
    boundaries = []
    in_all = Fraction(0)
    for label, percent in quotas:
        in_all = in_all + percent if percent is not None else Fraction(100)
        boundaries.append((rounded(len(keys) * in_all / 100, rounding) if percent is not None else len(keys), label))

    def grade_at(place):
        for boundary, label in boundaries:
            if place <= boundary:
                return label
        return None

    grades = {}
    first = 1
    for _, tied in groupby(sorted(keys, key=keys.get), key=keys.get):
        tied = list(tied)
        best, worst = grade_at(first), grade_at(first + len(tied) - 1)
        if ties == "error" and best != worst:
            raise Refused(TIED_BOUNDARY, "a boundary parts subjects that tie")
        for member in tied:
            grades[member] = worst if ties == "drop" else best
        first += len(tied)
    return grades


# ---------------------------------------------------------------------------
# Clusters

def middle(values):
    """The middle of sorted fractions, or halfway between the two in the middle."""
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def quantile(values, share):
    """The quantile of sorted values by definition 5 of SAS."""
    place = len(values) * share
    whole = math.floor(place)
    return (values[whole - 1] + values[whole]) / 2 if place == whole else values[whole]


def nearest(centres, x):
    """The place of the nearest centre; halfway it is the lower one. Centres and distances are doubles."""
    return min(range(len(centres)), key=lambda place: (abs(float(x) - centres[place]), place))


def lloyd(values, centres, reach):
    """The centres where they no longer move; a value beyond the reach of its centre does not move it."""
    for _ in range(1000):
        members = [[] for _ in centres]
        for x in values:
            members[nearest(centres, x)].append(x)
        moved = []
        for centre, group in zip(centres, members):
            near = [x for x in group if reach is None or abs(float(x) - centre) <= reach]
            if group:                                   # a cluster without values is lost
                moved.append(float(sum(near) / len(near)) if near else centre)
        if moved == centres:
            break
        centres = moved
    return centres


def fastclus(values, k, strict):
    """The number of the cluster of every value, from 1 for the least, as CMS makes its stars."""
    values = sorted(map(Fraction, values))
    cuts = [quantile(values, Fraction(i, k)) for i in range(1, k)]
    groups = [[] for _ in range(k)]
    for x in values:
        groups[sum(1 for cut in cuts if x > cut)].append(x)
    centres = lloyd(values, [float(middle(group)) for group in groups if group], None)
    if strict is not None:
        centres = lloyd(values, centres, strict)
    used = sorted({nearest(centres, x) for x in values})
    return {float(x): used.index(nearest(centres, x)) + 1 for x in values}


def optimal(values, k):
    """The number of the cluster of every value in the division with the least sum of squares.

    Of equally good ones that whose clusters begin as late as possible.
    """
    counts = Counter(map(Fraction, values))
    distinct = sorted(counts)
    k = min(k, len(distinct))

    def squares(first, end):
        n = sum(counts[x] for x in distinct[first:end])
        total = sum(counts[x] * x for x in distinct[first:end])
        return sum(counts[x] * x * x for x in distinct[first:end]) - total * total / n

    # best[j][end]: the least sum for the values before `end` in j clusters, and where the last begins
    best = [{0: (Fraction(0), [])}]
    for j in range(1, k + 1):
        row = {}
        for end in range(j, len(distinct) + 1):
            for first in range(j - 1, end):
                if first in best[j - 1]:
                    total = best[j - 1][first][0] + squares(first, end)
                    if end not in row or total <= row[end][0]:
                        row[end] = (total, best[j - 1][first][1] + [first])
        best.append(row)
    starts = best[k][len(distinct)][1]
    return {float(x): bisect_right(starts, place) for place, x in enumerate(distinct)}
