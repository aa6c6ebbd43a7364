"""Random facts and random "events" inputs for registry_events.py.

Days are few and often at the ends of months, cases and amounts are few, so that what must be told apart often meets.
Moments: 1 is before the first as-of, 2 after it.
"""

import random
from collections import namedtuple
from datetime import date, timedelta

NEVER = 99

Subject = namedtuple("Subject", "code kind")
Rule = namedtuple("Rule", "code first last category judged_by points degrees ladder valid_months repairs measures moment")
Event = namedtuple("Event", "number subject rule occurred found decided effective points given amount responsibility level "
                            "case place source moment revoked revoked_on")
Repair = namedtuple("Repair", "event completed measures fraction points moment")
Tie = namedtuple("Tie", "kind one other first last moment replaced ends")
Scheme = namedtuple("Scheme", "code kind period moments inputs")
Facts = namedtuple("Facts", "subjects rules events repairs ties")

SUBJECTS = ([Subject("H%d" % n, "institution") for n in range(1, 11)] + [Subject("P%d" % n, "physician") for n in range(1, 6)]
            + [Subject("M%d" % n, "manufacturer") for n in range(1, 4)])
SUBJECT_CODES = [subject.code for subject in SUBJECTS]
CODES = ["a", "a.x", "a.x.deep", "a.y", "ab.x", "a_.x", "b.x", "b.y", "b.z", "c.worst", "c.top", "欺诈.虚假"]
PATTERNS = CODES + ["*", "a.*", "a.x.*", "a_.*", "b.*", "c.*", "欺诈.*", "*", "b.*", "a.*", "c.*"]
LEVELS = ["特别严重", "serious", "minor"]
LADDERS = ["serious >= 1000, minor", "特别严重 >= 2000, serious >= 500, minor >= 0.3", "特别严重 > 1000, serious > 0.3",
           "minor", "serious", "特别严重 >= 999.99, minor >= 100"]
MEASURES = ["stop", "discipline", "apology", "training"]
SOURCES = ["manual", "court", "audit"]
RESPONSIBILITIES = ["general", "important", "primary"]
DATES = ["occurred", "found", "decided", "effective"]
AMOUNTS = [0, 0.1, 0.2, 0.3, 100, 250, 499.99, 500, 500.01, 750, 1000, 1000.01, 1999.99]
PERIODS = {"year": ["2024", "2025"], "half": ["2024H1", "2024H2", "2025H1"], "quarter": ["2024Q1", "2024Q4", "2025Q1", "2025Q2"],
           "month": ["2024-02", "2024-01-01..2024-02-29", "2025-02", "2024-12", "2025-03"], "day": ["2024-02-29", "2025-02-28", "2024-12-31", "2025-03-30", "2025-05-31",
           "2025-01-15..2025-02-13", "2023-11-30..2024-02-29"]}


class Chance(random.Random):
    """A random number generator with what is drawn often."""

    def holds(self, share):
        return self.random() < share

    def maybe(self, share, value):
        """The value of a function, or None."""
        return value() if self.holds(share) else None

    def points(self, low, high):
        """Points with up to two decimals within a range."""
        scale = self.choice((1, 1, 10, 100))
        return round(self.randint(low * scale, high * scale) / scale, 2)

    def day(self, first=date(2022, 6, 1), last=date(2025, 6, 30)):
        """A day within two, often at the end of a month or at a leap day."""
        day = first + timedelta(self.randrange((last - first).days + 1))
        if self.holds(0.3):
            day = day.replace(day=1) - timedelta(self.choice((0, 1, 1, 2)))
        elif self.holds(0.05):
            day = date(2024, 2, self.choice((28, 29)))
        return min(max(day, first), last)


# ---------------------------------------------------------------------------
# Facts

def draw_facts(seed):
    """Subjects, rules, events, repairs and ties."""
    rng = Chance("facts/%s" % seed)
    rules = [rule for code in CODES for rule in draw_versions(rng, code)]
    events = [draw_event(rng, number, rules) for number in range(1, 561)]
    repairs = [repair for event in events for repair in draw_repairs(rng, event)]
    later = [replaced for rule in rules if rng.holds(0.2) for replaced in [draw_replacement(rng, rule)]]
    return Facts(SUBJECTS, rules + later, events, repairs, draw_ties(rng))


def draw_versions(rng, code):
    """The versions of a rule, one after another; the first covers all events of which a rule needs to be known."""
    judged_by = rng.choice(DATES)
    firsts = sorted({date(2020, 1, 1)} | {rng.day(date(2023, 1, 1), date(2025, 3, 31)) for _ in range(rng.choice((0, 1, 1, 2)))})
    return [draw_rule(rng, code, first, judged_by) for first in firsts]


def draw_rule(rng, code, first, judged_by):
    sign = rng.choice((-1, -1, -1, 1, 0))
    low, high = {-1: (-12, 0), 1: (0, 12), 0: (-6, 6)}[sign]
    points, degrees = [low, high], None
    if rng.holds(0.25):
        points = rng.points(low, high)
    elif rng.holds(0.1):
        points = None
    elif rng.holds(0.35):
        degrees = {"general": [low, high], "important": rng.points(low, high), "primary": low}
    ladder = rng.choice(LADDERS) if code.startswith("c") or rng.holds(0.4) else None
    return Rule(code, first, None, rng.choice((None, "fraud", "price")), judged_by, points, degrees,
                ladder, rng.maybe(0.5, lambda: rng.choice((1, 3, 6, 12, 13))),
                rng.maybe(0.6, lambda: draw_repair_table(rng)), rng.maybe(0.5, lambda: draw_measures(rng, ladder)), 1)


def draw_repair_table(rng):
    """What a rule gives back, by the delay."""
    table = []
    if rng.holds(0.5):
        table.append({rng.choice(("within_days", "same_year")): None, "amount_below": rng.choice((500, 1000)), "fraction": 1})
    table += [{"within_days": days, "fraction": share} for days, share in rng.choice(([], [(30, 0.8), (60, 0.6)], [(10, 1), (90, 0.333)]))]
    if rng.holds(0.4):
        table.append({"same_year": True, "fraction": 0.25})
    if rng.holds(0.6) or not table:
        table.append({"fraction": rng.choice((0.2, 0.125, 1))})
    for entry in table:
        if entry.get("within_days", 0) is None:
            entry["within_days"] = 45
        if entry.get("same_year", 0) is None:
            entry["same_year"] = True
    return table


def draw_measures(rng, ladder):
    """Which measures each level of a ladder asks for; now and then one of them none."""
    levels = [level for level in LEVELS if ladder is None or level in ladder]
    return {level: sorted(rng.sample(MEASURES, rng.choice((1, 1, 2)))) for level in levels if rng.holds(0.85)} or {levels[0]: MEASURES[:1]}


def draw_replacement(rng, rule):
    """What takes the place of a version of a rule later: it ends, or some of it changes."""
    changed = rule._replace(moment=2)
    change = rng.choice(("last", "category", "ladder", "valid_months", "repairs", "measures"))
    if change == "last":
        return changed._replace(last=rng.day(max(rule.first, date(2023, 6, 1)), date(2025, 3, 31)))
    if change == "category":
        return changed._replace(category="price" if rule.category == "fraud" else "fraud")
    if change == "ladder":
        return changed._replace(ladder=rng.choice(LADDERS))
    if change == "valid_months":
        return changed._replace(valid_months=5)
    if change == "repairs":
        return changed._replace(repairs=draw_repair_table(rng))
    return changed._replace(measures=draw_measures(rng, rule.ladder))


def draw_event(rng, number, rules):
    occurred = rng.day()
    decided = min(occurred + timedelta(rng.choice((0, 0, 1, 30, 59, 200))), date(2025, 9, 30))
    found = rng.maybe(0.5, lambda: occurred + timedelta(rng.randint(0, (decided - occurred).days)))
    effective = rng.maybe(0.5, lambda: decided + timedelta(rng.choice((0, 1, 15, 31, 90))))
    subject, code = rng.choice(SUBJECTS).code, rng.choice(CODES)
    day = {"occurred": occurred, "found": found or decided, "decided": decided, "effective": effective or decided}
    rule = max((r for r in rules if r.code == code and r.first <= day[r.judged_by]), key=lambda r: r.first)
    responsibility = rng.maybe(0.6, lambda: rng.choice(RESPONSIBILITIES))
    extent = rule.points
    if rule.degrees and responsibility:
        extent = rule.degrees[responsibility]
    given = None
    if isinstance(extent, list):
        given = rng.points(*extent)
        if extent[0] < 0 < extent[1] and rng.holds(0.4):
            given = rng.choice((-3, 3))
    level = rng.maybe(0.15, lambda: rng.choice([l for l in LEVELS if rule.ladder is None or l in rule.ladder]))
    moment = 2 if rng.holds(0.15) else 1
    revoked = rng.choice((1, 2)) if rng.holds(0.12) else NEVER
    return Event(number, subject, code, occurred, found, decided, effective, extent if given is None else given, given,
                 rng.maybe(0.7, lambda: rng.choice(AMOUNTS)), responsibility, level,
                 rng.maybe(0.7, lambda: "C%d" % rng.choice((1, 2, 3, SUBJECT_CODES.index(subject) + 1))), rng.maybe(0.6, lambda: rng.choice(SUBJECTS[:10]).code),
                 rng.choice(SOURCES), moment, max(revoked, moment), rng.maybe(0.7, lambda: rng.day()))


def draw_repairs(rng, event):
    """The repairs of an event, each as record_repair takes them; by hand never more than was deducted."""
    if rng.holds(0.5) or event.revoked < NEVER and event.revoked == event.moment:
        return []
    deducted = max(-(event.points or 0), 0)
    repairs, moment = [], event.moment
    for _ in range(rng.choice((1, 1, 2, 3))):
        fraction = points = None
        if deducted and rng.holds(0.4):
            if rng.holds(0.5):
                fraction = rng.choice((0, 0.125, 0.3, 0.3))
            else:
                points = round(min(deducted * 0.3, rng.choice((0, 0.5, 1))), 2)
        elif deducted and not repairs and rng.holds(0.3):
            points = deducted
            deducted = 0
        completed = rng.choice((event.decided + timedelta(rng.choice((0, 10, 11, 30, 31, 45, 60, 61, 90, 200))),
                                max(event.occurred, event.decided - timedelta(5)), date(event.decided.year, 12, 31)))
        moment = max(moment, 2 if rng.holds(0.2) else 1)
        if event.revoked == NEVER or moment < event.revoked:
            repairs.append(Repair(event.number, completed, sorted(rng.sample(MEASURES, rng.choice((0, 1, 2, 3)))), fraction, points, moment))
    return repairs


def draw_ties(rng):
    """Ties, those of the same two one after another; some end later than the first as-of knew."""
    ties = []
    codes = {kind: [s.code for s in SUBJECTS if s.kind == kind] for kind in ("institution", "physician", "manufacturer")}
    ends = {"practises_at": ("physician", "institution"), "child_of": ("institution", "institution"),
            "store_of": ("institution", "institution"), "agent_of": ("manufacturer", "manufacturer"), "controls": ("physician", "institution")}
    for kind, (one_kind, other_kind) in ends.items():
        pairs = [(one, other) for one in codes[one_kind] for other in codes[other_kind] if one != other]
        for one, other in rng.sample(pairs, min(10, len(pairs))):
            first = rng.day(date(2022, 1, 1), date(2024, 6, 30))
            last = rng.maybe(0.6, lambda: max(first, rng.day(first, date(2025, 6, 30))))
            moment = 2 if rng.holds(0.15) else 1
            if last is None and moment == 1 and rng.holds(0.4):
                ends_on = max(first - timedelta(1), rng.day(date(2023, 1, 1), date(2025, 3, 31)))
                ties.append(Tie(kind, one, other, first, None, 1, 2, ends_on))
                ties.append(Tie(kind, one, other, first, ends_on, 2, NEVER, None))
                continue
            ties.append(Tie(kind, one, other, first, last, moment, NEVER, None))
            if last is not None and rng.holds(0.4):
                ties.append(Tie(kind, one, other, last + timedelta(rng.choice((1, 30))), None, 2 if moment == 2 or rng.holds(0.2) else 1, NEVER, None))
    return ties


# ---------------------------------------------------------------------------
# Inputs

MEASURED = ["points", "points", "points", "points", "count", "cases", "amount", "largest", "worst", "worst", "balance", "days_since", "months_since"]


def draw_scheme(seed, number):
    """A scheme with random inputs, for a period of its kind."""
    rng = Chance("scheme/%s/%s" % (seed, number))
    kind = rng.choice(list(PERIODS) + ["year", "year"])
    period = rng.choice(PERIODS[kind])
    return Scheme("e%d" % number, kind, period, (1, 2) if number % 3 == 0 else (2,), {"i%d" % n: draw_input(rng) for n in range(1, 17)})


def draw_input(rng):
    key = {"events": rng.sample(PATTERNS, rng.choice((1, 1, 2, 3)))}
    measure = rng.choice(MEASURED)
    if measure != "points" or rng.holds(0.2):
        key["measure"] = measure
    if rng.holds(0.5):
        key["date"] = rng.choice(DATES)
    if rng.holds(0.8):
        key["window"] = draw_window(rng)
    if measure == "points":
        for cap in ("cap_per_rule", "cap_per_case", "cap"):
            if rng.holds(0.25):
                key[cap] = rng.choice(([-6, 0], [-3.5, 5], [None, 2], [-2.25, None], [-1, 1]))
    if measure not in ("worst", "balance") and rng.holds(0.3):
        key["dedupe"] = rng.choice(("case", "case", "case", "none"))
    if measure == "worst":
        key["levels"] = LEVELS
    if measure == "balance":
        key["start"] = rng.choice((9, 0.5, 12))
        if rng.holds(0.5):
            key["floor"] = rng.choice((0, -3.5))
        if rng.holds(0.5):
            key["ceiling"] = rng.choice((12, 13.5))
    if rng.holds(0.5):
        key["repairs"] = rng.choice(("credit", "drop", "drop", "ignore"))
    if rng.holds(0.4):
        key["repaired_by"] = rng.choice(("end", "as_of", "as_of"))
    if rng.holds(0.25):
        key["carry"] = rng.holds(0.9)
    for name, values, share in (("sources", SOURCES, 0.15), ("responsibilities", RESPONSIBILITIES, 0.12), ("categories", ["fraud", "price"], 0.15)):
        if rng.holds(share):
            key[name] = rng.sample(values, rng.choice((1, 2)))
    if rng.holds(0.12):
        key["after"] = rng.sample(CODES + ["b.*", "a.*"], rng.choice((1, 3)))
    if rng.holds(0.45):
        key["of"] = draw_of(rng)
    if rng.holds(0.15):
        key["default"] = "none" if measure == "worst" else rng.choice((-1, 7.5))
    return key


def draw_window(rng):
    return rng.choice(("period", "valid", "valid", "valid", "all", "all", "year", {"period": rng.choice((-1, -2, -3))},
                       {"months": rng.choice((1, 5, 12, 13, 18))}, {"years": rng.choice((1, 2, 3))}, {"days": rng.choice((1, 28, 90, 366))},
                       {"from": rng.choice(("2023-01-31", "2024-02-29")), "to": rng.choice(("2024-02-29", "2024-06-30", "2025-01-31"))}))


def draw_of(rng):
    plain = rng.choice(("self", "children", "parent", None, None, None))
    if plain:
        return plain
    of = {"tie": rng.choice(("practises_at", "agent_of", "store_of", "child_of", "controls", "practises_at")), "end": rng.choice(("from", "to", "shared"))}
    if rng.holds(0.3):
        of["self"] = rng.holds(0.8)
    return of
