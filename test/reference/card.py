"""What the JSON of a card says, with the defaults filled in.

The texts are taken to be valid cards; broken.py lists what makes one invalid.
"""

import json

from notation import clamp, parse_bands, parse_condition, parse_curve


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
        self.reason = given.get("reason")
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
