"""What a scheme makes of its subjects once their inputs are known, spelled out.

    inputs -> who is in the run -> scorecard -> grading -> ranks -> adjust -> linkage

This is slow and plain and shares nothing with the extension but the documents. Only inputs from
attributes and constants are known here; the scorecard is that of interpreter.py. Missing is None.
"""

import json

from card import Card
from interpreter import appraise, group_norms, indicator_norms, inputs, round_half_away
from notation import TOKEN, compare, shortest
from partition import fastclus, optimal, parse_quotas, places, quota_grades

OUTCOMES = {"score", "grade", "notch", "rated", "coverage", "rank", "rank_from_last", "rank_of",
            "peer_rank", "peer_rank_from_last", "peer_of"}


# ---------------------------------------------------------------------------
# Conditions

def parse_terms(text):
    """The terms of a condition, each (left, operator, right); a side is (kind, value).

    The kinds are number, text, input and outcome.
    """
    tokens = []
    position = 0
    while position < len(text):
        found = TOKEN.match(text, position)
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()

    def side():
        kind, value = tokens.pop(0)
        if kind == "text":
            return "text", value.replace("''", "'")
        if kind == "quoted":
            return "input", value.replace('""', '"')
        if value[0] in "0123456789+-.":
            return "number", float(value)
        if value in ("points.", "group."):
            return "outcome", value + tokens.pop(0)[1].replace('""', '"')
        if value in OUTCOMES or value.startswith(("points.", "group.")):
            return "outcome", value
        return "input", value

    terms = []
    while tokens:
        left = side()
        operator = tokens.pop(0)[1]
        terms.append((left, operator, side()))
        if tokens:
            assert tokens.pop(0) == ("word", "and")
    return terms


def holds(text, values, outcomes=None):
    """Says whether every term holds; a missing operand makes its term false."""
    def value(side):
        kind, what = side
        if kind == "input":
            return values[what]
        return outcomes[what] if kind == "outcome" else what

    for left, operator, right in parse_terms(text):
        a, b = value(left), value(right)
        if a is None or b is None or not compare(a, operator, b):
            return False
    return True


# ---------------------------------------------------------------------------
# The document

class Scheme:
    """The parts of a document, with the defaults filled in."""

    def __init__(self, document):
        self.document = document
        self.card = Card(json.dumps(document["scorecard"]))
        self.subjects = document["subjects"]
        self.peers = document.get("peers", {})
        self.rank = document.get("rank", {})
        self.grading = document.get("grading", {"method": "bands"})
        self.adjust = document.get("adjust", [])
        self.linkage = document.get("linkage", [])
        self.texts = self.text_inputs()

    def labels(self):
        """The grades, the best first."""
        method = self.grading["method"]
        if method == "quota":
            return [label for label, _ in parse_quotas(self.grading["quotas"])]
        if method == "clusters":
            return self.grading["labels"][::-1]
        if method == "cases":
            return self.grading["order"]
        return [band.label for band in self.card.grades or []]

    def conditions(self):
        """The texts of all conditions outside of the scorecard."""
        if "where" in self.subjects:
            yield self.subjects["where"]
        for part in (self.subjects.get("exclude", []), self.grading.get("cases", []), self.adjust, self.linkage):
            for entry in part:
                if "when" in entry:
                    yield entry["when"]

    def text_inputs(self):
        """The inputs that are texts: by their constant, or for attributes by their use."""
        texts = set(self.card.texts)
        asked = set(self.card.columns)
        for text in self.conditions():
            for left, _, right in parse_terms(text):
                for one, other in ((left, right), (right, left)):
                    if one[0] == "input":
                        asked.add(one[1])
                        if other[0] == "text" or other == ("outcome", "grade"):
                            texts.add(one[1])
        asked |= {name.lstrip("-") for name in self.rank.get("by", [])}
        for entry in self.adjust + self.linkage:
            for effect in ("grade", "cap", "least"):
                if isinstance(entry.get(effect), dict):
                    texts.add(entry[effect]["input"])
        for name, source in self.document["inputs"].items():
            if "attribute" in source and name not in asked or isinstance(source.get("value"), str):
                texts.add(name)
        return texts

    def inputs_of(self, subject):
        """The inputs of a subject by name: floats, texts or None."""
        values = {}
        for name, source in self.document["inputs"].items():
            value = source["value"] if "value" in source else subject.attributes.get(source["attribute"])
            if value is not None:
                value = str(value) if name in self.texts else float(value)
            values[name] = value
        return values


# ---------------------------------------------------------------------------
# Subjects and ties

class Subject:
    """A subject of the registry; dates are texts, which sort as dates do."""

    def __init__(self, kind, code, valid_from, valid_to, attributes):
        self.kind = kind
        self.code = code
        self.valid_from = valid_from
        self.valid_to = valid_to
        self.attributes = attributes


class Tie:
    """A tie between two subjects, named by kind and code."""

    def __init__(self, kind, start, end, valid_from, valid_to):
        self.kind = kind
        self.start = start
        self.end = end
        self.valid_from = valid_from
        self.valid_to = valid_to


def in_force(thing, first, last):
    """Says whether the validity of a subject or tie has a day from first to last."""
    return thing.valid_from <= last and (thing.valid_to is None or thing.valid_to >= first)


def others(of, code, ties):
    """The codes of those that `of` names for a subject, by the ties in force."""
    if of == "children":
        return {tie.start for tie in ties if tie.kind in ("child_of", "store_of") and tie.end == code}
    if of == "parent":
        return {tie.end for tie in ties if tie.kind in ("child_of", "store_of") and tie.start == code}
    ties = [tie for tie in ties if tie.kind == of["tie"]]
    if of["end"] == "from":
        found = {tie.start for tie in ties if tie.end == code}
    elif of["end"] == "to":
        found = {tie.end for tie in ties if tie.start == code}
    else:
        persons = {tie.start for tie in ties if tie.end == code}
        found = {tie.end for tie in ties if tie.start in persons} - {code}
    return found | {code} if of.get("self") else found


# ---------------------------------------------------------------------------
# One subject in a run

class Member:
    """A subject in a run: its inputs, what the scorecard says of it, and how it stands."""

    def __init__(self, subject, values):
        self.code = subject.code
        self.values = values
        self.excluded = None
        self.peer = None
        self.score = self.grade = self.score_card = self.grade_card = self.coverage = None
        self.rated = False
        self.reasons = []
        self.place = self.peer_place = None
        self.parts = {}                                 # points.NAME and group.NAME
        self.lines = []
        self.adjusted = None                            # score and grade before the linkage

    def outcomes(self, scheme):
        """The outcome operands."""
        place, peer = self.place, self.peer_place
        return {
            **self.parts, "score": self.score, "grade": self.grade, "notch": notch(scheme, self.grade),
            "rated": float(self.rated), "coverage": self.coverage,
            "rank": place and place.rank, "rank_of": place and place.of, "rank_from_last": place and place.from_last,
            "peer_rank": peer and peer.rank, "peer_of": peer and peer.of,
            "peer_rank_from_last": peer and peer.from_last}


def notch(scheme, grade):
    """The place of a grade among the grades, from 1 for the best."""
    labels = scheme.labels()
    return labels.index(grade) + 1 if grade in labels else None


# ---------------------------------------------------------------------------
# From the inputs to the ranks

def members_of(scheme, subjects, first, last):
    """The subjects of the run."""
    chosen = []
    for subject in subjects:
        begin = first if scheme.subjects.get("valid") == "during" else last
        if subject.kind not in scheme.subjects["kinds"] or not in_force(subject, begin, last):
            continue
        values = scheme.inputs_of(subject)
        if "where" in scheme.subjects and not holds(scheme.subjects["where"], values):
            continue
        member = Member(subject, values)
        if "by" in scheme.peers:
            member.peer = " | ".join("" if v is None else v if isinstance(v, str) else shortest(v)
                                     for v in (values[name] for name in scheme.peers["by"]))
        for entry in scheme.subjects.get("exclude", []):
            if member.excluded is None and holds(entry["when"], values):
                reason = entry["reason"]
                member.excluded = reason["en"] if isinstance(reason, dict) else reason
                member.reasons = [member.excluded]
        chosen.append(member)
    return chosen


def populations(scheme, members, within):
    """The population that each is seen in, by code: its peers, or all where these are too few."""
    included = [member for member in members if member.excluded is None]
    groups = {}
    for member in included:
        groups.setdefault(member.peer if within == "peers" else None, []).append(member)
    found = {}
    for group in groups.values():
        for member in group:
            found[member.code] = group if len(group) >= scheme.peers.get("minimum", 1) else included
    return found


def distinct(found):
    """Each population of populations() once, with those whose population it is."""
    by_identity = {}
    for code, population in found.items():
        by_identity.setdefault(id(population), (population, []))[1].append(code)
    return list(by_identity.values())


def score_all(scheme, members):
    """Lets the scorecard appraise everybody who is not excluded."""
    card = scheme.card
    vectors = {member.code: inputs(card, member.values) for member in members}
    named = {member.code: member for member in members}
    for population, codes in distinct(populations(scheme, members, scheme.document.get("standardise_within", "all"))):
        norms = None
        if card.needs_norms():
            rows = [vectors[member.code] for member in population]
            norms = group_norms(card, rows, indicator_norms(card, rows))
        for code in codes:
            member = named[code]
            appraisal = appraise(card, vectors[code], norms)
            member.score = member.score_card = appraisal.score
            member.grade = member.grade_card = appraisal.grade
            member.rated, member.coverage = appraisal.rated, appraisal.coverage
            member.reasons = appraisal.reasons
            member.parts = {"points." + indicator.name: points
                            for indicator, points in zip(card.indicators, appraisal.points)}
            member.parts.update({"group." + group.name: value
                                 for group, value in zip(card.groups, appraisal.group_scores)})


def order_key(scheme, member):
    """What a subject is ranked by: the least key is the best."""
    key = [member.score if scheme.rank.get("order") == "low" else -member.score]
    for name in scheme.rank.get("by", []):
        value = member.values[name.lstrip("-")]
        key.append((value is None, 0.0 if value is None else value if name.startswith("-") else -value))
    return tuple(key)


def rank_all(scheme, members):
    """Ranks the rated, among all and among their peers."""
    dense = scheme.rank.get("ties") == "dense"
    for within, attribute in (("all", "place"), ("peers", "peer_place")):
        for population, codes in distinct(populations(scheme, members, within)):
            keys = {member.code: order_key(scheme, member) for member in population if member.rated}
            found = places(keys, dense)
            for member in population:
                if member.code in codes and member.rated:
                    setattr(member, attribute, found[member.code])


# ---------------------------------------------------------------------------
# Grading

def grade_all(scheme, members):
    """Gives the grades of every method but the bands, which are the scorecard's."""
    grading = scheme.grading
    included = [member for member in members if member.excluded is None]
    if grading["method"] == "cases":
        for member in included:
            outcomes = member.outcomes(scheme)
            for entry in grading["cases"]:
                if "when" not in entry or holds(entry["when"], member.values, outcomes):
                    member.grade = entry["grade"]
                    break
            else:
                member.grade = None
    elif grading["method"] in ("quota", "clusters"):
        within = populations(scheme, members, grading.get("within", "peers"))
        graded = {}
        for population, codes in distinct(within):
            rated = [member for member in population if member.rated]
            found = quota(scheme, rated) if grading["method"] == "quota" else clusters(scheme, rated)
            graded.update({code: found[code] for code in codes if code in found})
        for member in included:
            if member.rated:
                member.grade = graded[member.code]


def quota(scheme, rated):
    """The grade of each by its place; a score worse than the minimum of a grade takes the next."""
    grading = scheme.grading
    turn = -1 if scheme.rank.get("order") == "low" else 1
    grades = quota_grades({member.code: order_key(scheme, member) for member in rated},
                          parse_quotas(grading["quotas"]), grading.get("rounding", "round"), grading.get("ties", "keep"))
    labels = scheme.labels()
    least = grading.get("minimum", {})
    for member in rated:
        grade = grades[member.code]
        while grade in least and turn * member.score < turn * least[grade]:
            place = labels.index(grade) + 1
            grade = labels[place] if place < len(labels) else None
        grades[member.code] = grade
    return grades


def clusters(scheme, rated):
    """The grade of each by its cluster; where low scores are good, the clusters are those of the scores turned round."""
    grading = scheme.grading
    labels = grading["labels"]
    turn = -1 if scheme.rank.get("order") == "low" else 1
    scores = [turn * member.score for member in rated]
    if not scores:
        return {}
    if grading.get("clustering", "fastclus") == "optimal":
        numbers = optimal(scores, len(labels))
    else:
        numbers = fastclus(scores, len(labels), grading.get("strict", 1))
    return {member.code: labels[numbers[turn * member.score] - 1] for member in rated}


# ---------------------------------------------------------------------------
# Adjustments and linkage

class Line:
    """What a step did to one subject."""

    def __init__(self, step, kind, entry, member):
        reason = entry.get("reason", entry["when"])
        self.step = step
        self.kind = kind
        self.rule = entry["name"]
        self.reason = reason["en"] if isinstance(reason, dict) else reason
        self.reason_zh = reason["zh"] if isinstance(reason, dict) else reason
        self.before = (member.score, member.grade, member.rated)
        self.after = None


def label_of(scheme, given, values):
    """The label that an effect names, None where its input holds none."""
    if not isinstance(given, dict):
        return given
    label = values[given["input"]]
    place = notch(scheme, label)
    if place is None:
        return None
    place += given.get("worse", 0) - given.get("better", 0)
    return scheme.labels()[min(max(place, 1), len(scheme.labels())) - 1]


def take_effect(scheme, entry, member):
    """Changes how a subject stands: score, add, grade, cap, least, demote, promote, unrate.

    Of the unrated only the score and the grade change; they are not graded anew.
    """
    labels = scheme.labels()

    def set_score(score):
        member.score = round_half_away(score, scheme.card.decimals)
        if member.rated and scheme.grading["method"] == "bands" and scheme.card.grades:
            member.grade = next((band.label for band in scheme.card.grades
                                 if band.operator is None or compare(member.score, band.operator, band.limit)), None)

    if "score" in entry:
        set_score(float(entry["score"]))
    if "add" in entry and member.score is not None:
        set_score(member.score + entry["add"])
    if "grade" in entry:
        label = label_of(scheme, entry["grade"], member.values)
        member.grade = label if label is not None else member.grade
    if "unrate" in entry:
        member.grade = scheme.card.unrated
        member.rated = False
    if not member.rated:
        return
    for effect, choose in (("cap", max), ("least", min)):
        if effect in entry:
            limit = notch(scheme, label_of(scheme, entry[effect], member.values))
            here = notch(scheme, member.grade)
            if limit is not None and here is not None:
                member.grade = labels[choose(here, limit) - 1]
    steps = entry.get("demote", 0), -entry.get("promote", 0)
    for step in steps:
        here = notch(scheme, member.grade)
        if step and here is not None:
            member.grade = labels[min(max(here + step, 1), len(labels)) - 1]


def take_step(scheme, step, kind, entry, member):
    """Lets an effect take place and notes the line."""
    line = Line(step, kind, entry, member)
    take_effect(scheme, entry, member)
    line.after = (member.score, member.grade, member.rated)
    member.lines.append(line)


def adjust_all(scheme, members):
    """One adjustment after another."""
    for step, entry in enumerate(scheme.adjust, 1):
        for member in members:
            if member.excluded is None and holds(entry["when"], member.values, member.outcomes(scheme)):
                take_step(scheme, step, "adjust", entry, member)


def link_all(scheme, members, ties):
    """One linkage after another, each in rounds; everybody is looked at as before the round."""
    included = {member.code: member for member in members if member.excluded is None}
    for number, entry in enumerate(scheme.linkage, 1):
        met = set()
        for turn in range(1, entry.get("rounds", 1) + 1):
            bad = {code for code, member in included.items()
                   if holds(entry["when"], {}, member.outcomes(scheme))}
            now = [code for code in included
                   if code not in met and others(entry["of"], code, ties) & bad]
            for code in now:
                take_step(scheme, 1000 * number + turn, "linkage", entry, included[code])
            met.update(now)


def evaluate(document, subjects, ties, first, last):
    """The members of a run of the period from first to last, with all that came of them."""
    scheme = Scheme(document)
    members = members_of(scheme, subjects, first, last)
    score_all(scheme, members)
    rank_all(scheme, members)
    grade_all(scheme, members)
    adjust_all(scheme, members)
    for member in members:
        member.adjusted = (member.score, member.grade)
    link_all(scheme, members, [tie for tie in ties if in_force(tie, last, last)])
    return scheme, members
