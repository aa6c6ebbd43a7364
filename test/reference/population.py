"""What a population says of one indicator or group, and a value seen against it.

A population is kept as its values. Sums of them are exact fractions, rounded to a
double once, so that no order of the rows makes a difference.
"""

import math
from fractions import Fraction
from functools import cached_property

from refused import OUT_OF_RANGE, Refused


class Population:
    """The values of an indicator or a group over the rows that have one."""

    def __init__(self, values, method):
        if any(map(math.isinf, values)):
            raise Refused(OUT_OF_RANGE, "a population with an infinite value")
        self.values = sorted(values)
        self.n = len(values)
        # What is too large for a double shows when the norms are made.
        if self.n > 0 and method in ("zscore", "ratio_to_mean"):
            self.mean
        if self.n > 1 and method == "zscore":
            self.deviation

    @property
    def least(self):
        return self.values[0]

    @property
    def greatest(self):
        return self.values[-1]

    @cached_property
    def mean(self):
        return nearest(sum(map(Fraction, self.values))) / self.n

    @cached_property
    def deviation(self):
        """The sample standard deviation."""
        exact = list(map(Fraction, self.values))
        numerator = self.n * sum(x * x for x in exact) - sum(exact) ** 2
        return math.sqrt(nearest(numerator) / (float(self.n) * float(self.n - 1)))

    @cached_property
    def median(self):
        return middle(self.values)

    @cached_property
    def median_deviation(self):
        """The median of the distances from the median."""
        return middle(sorted(abs(x - self.median) for x in self.values))


def nearest(fraction):
    """The double nearest to an exact fraction."""
    try:
        return float(fraction)
    except OverflowError:
        raise Refused(OUT_OF_RANGE, "a population with too large values") from None


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
    value = formula(method, lower, x, p)
    if not math.isfinite(value):
        raise Refused(OUT_OF_RANGE, "a standardised value is out of range")
    return value


def formula(method, lower, x, p):
    """What each method makes of x where the population has a spread."""
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
