"""The inputs from events, spelled out.

This is a slow and plain reading of what doc/scheme.md says of "events" inputs and of rules; it shares nothing with the
extension. It looks at every event for every subject, and counts in exact fractions.

Run as: python3 registry_events.py FOLDER [--seed S] [--cases N]

FOLDER gets facts.sql and more.sql (what is recorded before and after the first as-of), schemes.sql (imports and
evaluates as of both) and expected.tsv: scheme, moment, subject, input, number, text. --cases is how many schemes.
"""

import argparse
import re
from collections import namedtuple
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import product

import registry_sql
from registry_draw import draw_facts, draw_scheme
from registry_periods import add_months, bounds as period_bounds, window_bounds

# What is counted of an event for one subject: with the version of its rule, its points (after repairs, where they are
# credited), its amount, the day that the input goes by, and the points by which it is chosen among those of a case.
Counted = namedtuple("Counted", "event rule chosen_by points amount day")


def exact(number):
    """A number of a document or fact as an exact fraction."""
    return None if number is None else Fraction(str(number))


def whole_months(since, until):
    """How many whole months lie between two days."""
    months = (until.year - since.year) * 12 + until.month - since.month
    while add_months(since, months) > until:
        months -= 1
    while add_months(since, months + 1) <= until:
        months += 1
    return months


# ---------------------------------------------------------------------------
# Facts as they were known

class Known:
    """What of the facts was known at a moment."""

    def __init__(self, facts, moment):
        self.rules = [r for r in facts.rules if r.moment <= moment]
        self.ties = [t for t in facts.ties if t.moment <= moment < t.replaced]
        self.repairs = {}                                   # by event
        for repair in facts.repairs:
            if repair.moment <= moment:
                self.repairs.setdefault(repair.event, []).append(repair)
        self.events = []                                    # those that stand, with the version of their rule
        for event in facts.events:
            if event.moment <= moment < event.revoked:
                rule = self.rule_of(event)
                if rule is not None:
                    self.events.append((event, rule))

    def rule_of(self, event):
        """The version of the rule that judges an event, or None: the last that had begun, unless it had ended."""
        begun = [r for r in self.rules if r.code == event.rule and r.first <= day_of(event, r.judged_by)]
        if not begun:
            return None
        rule = max(begun, key=lambda r: (r.first, r.moment))
        return None if rule.last is not None and rule.last < day_of(event, rule.judged_by) else rule

    @lru_cache(maxsize=None)
    def tied(self, kinds, day):
        """Pairs (from, to) of the ties of these kinds that were in force on a day."""
        return {(t.one, t.other) for t in self.ties
                if t.kind in kinds and t.first <= day and (t.last is None or day <= t.last)}


def day_of(event, which):
    """One of the four dates of an event; what is left out is the day of the decision."""
    return getattr(event, which) or event.decided


# ---------------------------------------------------------------------------
# Which events count for a subject

def matches(code, patterns):
    """Whether a rule code is one of these, or lies beneath one that ends in .*"""
    return any(p == "*" or p == code or p.endswith(".*") and code.startswith(p[:-1]) for p in patterns)


def belongs(known, of, subject, owner, day):
    """Whether the event of an owner on a day is one of those that "of" names for a subject."""
    if of == "self":
        return owner == subject
    if of == "children":
        return (owner, subject) in known.tied(("child_of", "store_of"), day)
    if of == "parent":
        return (subject, owner) in known.tied(("child_of", "store_of"), day)
    if owner == subject:
        return of.get("self", False)
    pairs = known.tied((of["tie"],), day)
    if of["end"] == "from":
        return (owner, subject) in pairs
    if of["end"] == "to":
        return (subject, owner) in pairs
    return any((one, owner) in pairs for one, other in pairs if other == subject)


def expired(rule, day, last):
    """Whether an event of a day had ceased to count by the last day of the period."""
    return rule.valid_months is not None and add_months(day, rule.valid_months) <= last


def asked(known, key, last):
    """The events that an input asks for, whosever and whenever: triples of event, rule and the day that the input goes by."""
    found = []
    for event, rule in known.events:
        day = day_of(event, key.get("date", "decided"))
        if (matches(event.rule, key["events"])
                and ("sources" not in key or event.source in key["sources"])
                and ("responsibilities" not in key or event.responsibility in key["responsibilities"])
                and ("categories" not in key or rule.category in key["categories"])
                and ("after" not in key or punished_before(known, event, key["after"]))
                and (key.get("window") != "valid" or not expired(rule, day, last))):
            found.append((event, rule, day))
    return found


def punished_before(known, event, codes):
    """Whether the institution at which it happened has an event of these rules, decided by the same day."""
    return any(other.subject == event.place and matches(other.rule, codes) and other.decided <= event.decided
               for other, _ in known.events)


# ---------------------------------------------------------------------------
# Points, repairs and levels

def own_points(event, rule):
    """The points of an event as decided; where none were, those that the rule gives."""
    if event.points is not None:
        return exact(event.points)
    if event.responsibility in (rule.degrees or {}):
        return exact(lowest(rule.degrees[event.responsibility]))
    return exact(lowest(rule.points)) if rule.points is not None else Fraction(0)


def has_points(event, rule):
    """Whether points are known of an event at all."""
    return event.points is not None or rule.points is not None


def lowest(points):
    """A number, or the least of a range."""
    return points[0] if isinstance(points, list) else points


def restored_share(event, rule, completed):
    """The share of the points that the rule gives back for a correction on a day."""
    for entry in rule.repairs or []:
        if "within_days" in entry and (completed - event.decided).days > entry["within_days"]:
            continue
        if entry.get("same_year") and completed.year != event.decided.year:
            continue
        if "amount_below" in entry and not (event.amount is not None and exact(event.amount) < exact(entry["amount_below"])):
            continue
        return exact(entry["fraction"])
    return Fraction(0)


def repairs_of(known, key, event, last):
    """The repairs of an event that count for an input, by day."""
    return sorted((r for r in known.repairs.get(event.number, ())
                   if key.get("repaired_by") == "as_of" or r.completed <= last), key=lambda r: r.completed)


def needed_measures(rule, level):
    """The measures that a rule asks for at a level."""
    return set((rule.measures or {}).get(level) or ())


def is_by_hand(repair):
    """Whether it was decided by hand what a repair gives back; else the rule says it."""
    return repair.points is not None or repair.fraction is not None


def completed_on(rule, level, repairs):
    """The day of the correction by which the rule gives points back: when the last of the measures that it asks for at
    this level was done; where it asks for none, that of the first repair not decided by hand. None if there is none, or
    if all was decided by hand."""
    needed = needed_measures(rule, level)
    if all(map(is_by_hand, repairs)):
        return None
    if needed:
        first = [[r.completed for r in repairs if measure in r.measures] for measure in needed]
        return max(days[0] for days in first) if all(first) else None
    return next((r.completed for r in repairs if not is_by_hand(r)), None)


def given_back(event, rule, level, repairs):
    """What is given back of an event as a share, by the rule and by hand, and as points by hand."""
    share = sum((exact(r.fraction) for r in repairs if r.fraction is not None), Fraction(0))
    completed = completed_on(rule, level, repairs)
    if completed:
        share += restored_share(event, rule, completed)
    return share, sum((exact(r.points) for r in repairs if r.points is not None), Fraction(0))


def restored(event, rule, level, repairs):
    """What of the points of an event is given back, never more than there was."""
    share, by_hand = given_back(event, rule, level, repairs)
    points = abs(own_points(event, rule))
    return min(share * points + by_hand, points)


def is_repaired(event, rule, level, repairs):
    """Whether an event counts as repaired: all measures that its level asks for are done, or it is restored in full. Where
    the rule asks for no measures and gives nothing back, a repair not decided by hand is enough."""
    needed = needed_measures(rule, level)
    if needed and needed <= {measure for repair in repairs for measure in repair.measures}:
        return True
    if not needed and not rule.repairs and not all(map(is_by_hand, repairs)):
        return True
    points = abs(own_points(event, rule))
    share, by_hand = given_back(event, rule, level, repairs)
    return share >= 1 or points > 0 and share * points + by_hand >= points


def ladder_level(ladder, amount):
    """The first label of a ladder whose condition an amount fulfils, or None."""
    for band in ladder.split(", "):
        label, sign, cut = re.fullmatch(r'"?([^"<>=]*?)"?(?: (>=|>|<=|<) (\S+))?', band).groups()
        if sign is None:
            return label
        if {">=": amount >= exact(cut), ">": amount > exact(cut),
            "<=": amount <= exact(cut), "<": amount < exact(cut)}[sign]:
            return label
    return None


def levels_of(found):
    """The level of each of these pairs of event and rule: its own, or that of its rule's ladder on the amount of its case
    and category."""
    found, sums = list(found), {}
    for event, rule in found:
        place = (case_of(event), rule.category)
        sums[place] = sums.get(place, Fraction(0)) + (exact(event.amount) or 0)
    return {event.number: level_by(event, rule, sums[case_of(event), rule.category]) for event, rule in found}


def level_for_measures(known, event, rule, last):
    """The level by which an event needs measures: its own, or that of the amounts of all events of its subject, case and
    category that were decided by a day."""
    amounts = [exact(other.amount) or 0 for other, its_rule in known.events
               if other.subject == event.subject and case_of(other) == case_of(event)
               and its_rule.category == rule.category and other.decided <= last]
    return level_by(event, rule, sum(amounts, Fraction(0)))


def level_by(event, rule, amount):
    """The level of an event: its own, or that of its rule's ladder on an amount."""
    return event.level or rule.ladder and ladder_level(rule.ladder, amount)


def case_of(event):
    """The case of an event; one without is a case of its own."""
    return event.case if event.case is not None else event.number


# ---------------------------------------------------------------------------
# The value of an input

def counted_events(known, key, found, subject, bounds):
    """Those of the events asked for that count for a subject, each as Counted, by day and number."""
    first, last = window_bounds(key.get("window", "period"), *bounds)
    end = bounds[1]
    treated = key.get("repairs", "credit")
    in_reach = [(event, rule, day) for event, rule, day in found
                if day <= last and (key.get("carry") or first <= day)
                and belongs(known, key.get("of", "self"), subject, event.subject, day)]
    counted = []
    for event, rule, day in in_reach:
        level = level_for_measures(known, event, rule, date.max if key.get("repaired_by") == "as_of" else end)
        repairs = repairs_of(known, key, event, end)
        if (treated == "drop" or day < first) and is_repaired(event, rule, level, repairs):
            continue
        points = gross = own_points(event, rule)
        if treated == "credit":
            points -= restored(event, rule, level, repairs) * (1 if points > 0 else -1)
        counted.append(Counted(event, rule, gross, points, exact(event.amount), day))
    if key.get("dedupe") == "case":
        counted = deduped(counted)
    return sorted(counted, key=lambda c: (c.day, c.event.number))


def deduped(counted):
    """One for each rule and case, with the largest points (absolute, of equal ones the positive, then the one less of which is
    given back), the largest amount and the latest day among its events."""
    groups = {}
    for c in counted:
        groups.setdefault((c.event.rule, case_of(c.event)), []).append(c)
    return [max(group, key=lambda c: (abs(c.chosen_by), c.chosen_by, abs(c.points)))._replace(
                day=max(c.day for c in group),
                amount=max((c.amount for c in group if c.amount is not None), default=None))
            for group in groups.values()]


def clamped(x, cap):
    """A number within [low, high], each open where it is None."""
    low, high = (exact(end) for end in cap or (None, None))
    x = x if low is None else max(x, low)
    return x if high is None else min(x, high)


def capped_sum(key, counted):
    """The sum of the points, clamped per rule (within each case where cases are clamped too), per case and in all."""
    parts = {}
    for c in counted:
        part = (case_of(c.event) if "cap_per_case" in key else None, c.event.rule if "cap_per_rule" in key else None)
        parts[part] = parts.get(part, Fraction(0)) + c.points
    cases = {}
    for (case, _), points in parts.items():
        cases[case] = cases.get(case, Fraction(0)) + clamped(points, key.get("cap_per_rule"))
    total = sum((clamped(points, key.get("cap_per_case")) for points in cases.values()), Fraction(0))
    return clamped(total, key.get("cap"))


def value_of(known, key, found, subject, bounds):
    """The value of an input for a subject, of the events that it asks for: a fraction, a text, or None where it is missing."""
    counted = counted_events(known, key, found, subject, bounds)
    value = measured(key, counted, bounds[1])
    if "default" in key and (value is None or is_nothing(key, counted)):
        return key["default"] if isinstance(key["default"], str) else exact(key["default"])
    return value


def is_nothing(key, counted):
    """Whether nothing of what an input measures was found, so that its default holds."""
    measure = key.get("measure", "points")
    if measure == "amount":
        return all(c.amount is None for c in counted)
    return not counted or measure == "points" and not any(has_points(c.event, c.rule) for c in counted)


def measured(key, counted, end):
    """The measure of an input over the events that count."""
    measure = key.get("measure", "points")
    if measure == "points":
        return capped_sum(key, counted)
    if measure == "count":
        return Fraction(len(counted))
    if measure == "cases":
        return Fraction(len({case_of(c.event) for c in counted}))
    if measure == "amount":
        return sum((c.amount for c in counted if c.amount is not None), Fraction(0))
    if measure == "balance":
        balance = exact(key["start"])
        for c in counted:
            balance = clamped(balance + c.points, (key.get("floor"), key.get("ceiling")))
        return balance
    if not counted:
        return None
    if measure == "largest":
        return max((c.points for c in counted if has_points(c.event, c.rule)),
                   key=lambda points: (abs(points), points), default=None)
    if measure == "worst":
        return worst(key, counted)
    latest = max(c.day for c in counted)
    return Fraction((end - latest).days if measure == "days_since" else max(0, whole_months(latest, end)))


def worst(key, counted):
    """The worst level of all cases."""
    levels = levels_of([(c.event, c.rule) for c in counted]).values()
    places = [key["levels"].index(level) for level in levels if level is not None]
    return key["levels"][min(places)] if places else None


# ---------------------------------------------------------------------------
# Files

def main():
    """Writes the files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--cases", type=int, default=30)
    options = parser.parse_args()

    facts = draw_facts(options.seed)
    schemes = [draw_scheme(options.seed, number) for number in range(1, options.cases + 1)]
    known = {moment: Known(facts, moment) for moment in (1, 2)}
    registry_sql.write_facts(options.folder, facts)
    registry_sql.write_schemes(options.folder, schemes)
    with open(options.folder + "/expected.tsv", "w", encoding="utf-8") as expected:
        for scheme in schemes:
            bounds = period_bounds(scheme.period)
            for moment, (name, key) in product(scheme.moments, scheme.inputs.items()):
                found = asked(known[moment], key, bounds[1])
                for subject in facts.subjects:
                    value = value_of(known[moment], key, found, subject.code, bounds)
                    expected.write(registry_sql.expected_line(scheme.code, moment, subject.code, name, value))
    registry_sql.write_drawn(options.folder, schemes)


if __name__ == "__main__":
    main()
