"""Which keys of the format, and which pairs of keys, a set of cards has used.

A key with a closed list of values counts as one key per value. Pairs are counted
in three places: in one object, in a child and its parent, and anywhere in one card.
"""

import itertools

from notation import parse_condition

AGGREGATE = ["aggregate=" + name for name in
             ("mean", "sum", "earned", "geometric", "worst", "best")]
STANDARDISE = ["standardise=" + name for name in
               ("zscore", "minmax", "ratio_to_best", "ratio_to_mean", "median_range",
                "robust_z", "percentile")]

KEYS = {
    "card": ["title", "version", *AGGREGATE, "take", "base", "floor", "ceiling", "decimals",
             "groups", "rated", "rated.coverage", "rated.groups", "rated.indicators_per_group",
             "rated.any_group", "grades", "unrated", "vetoes"],
    "group": ["title", "parent", "weight", *AGGREGATE, "take", "base", *STANDARDISE, "floor",
              "ceiling"],
    "indicator": ["input", "when", "when a text", "title", "unit", "group", "weight", "bonus",
                  "direction=higher", "direction=lower", "direction=none", *STANDARDISE,
                  "curve", "bands", "categories", "cap", "step", "missing=skip",
                  "missing=unrated", "missing=number"],
    "veto": ["when column", "when a text", "when score", "when group", "when points", "reason",
             "grade", "cap", "demote", "score", "unrate"]}

ALL = [kind + "." + key for kind, keys in KEYS.items() for key in keys]


def one_of(kind, key):
    """Pairs of values of the same key cannot stand in one object."""
    values = [name for name in KEYS[kind] if name.startswith(key + "=")]
    return [(kind + "." + a, kind + "." + b) for a, b in itertools.combinations(values, 2)]


def with_others(kind, key, others):
    return [(kind + "." + key, kind + "." + other) for other in others]


def pair(a, b):
    """The two names in the order of ALL."""
    return (a, b) if ALL.index(a) <= ALL.index(b) else (b, a)


# What the format forbids in one object, by reason.
FORBIDDEN_IN_ONE_OBJECT = {
    "a key has one value":
        one_of("card", "aggregate") + one_of("group", "aggregate")
        + one_of("group", "standardise") + one_of("indicator", "standardise")
        + one_of("indicator", "direction") + one_of("indicator", "missing"),
    "take goes with best only":
        with_others("card", "take", [name for name in AGGREGATE if name != "aggregate=best"])
        + with_others("group", "take", [name for name in AGGREGATE if name != "aggregate=best"]),
    "base goes with sum only":
        with_others("card", "base", [name for name in AGGREGATE if name != "aggregate=sum"])
        + with_others("group", "base", [name for name in AGGREGATE if name != "aggregate=sum"])
        + [("card.take", "card.base"), ("group.take", "group.base")],
    "one shape at most":
        [("indicator.curve", "indicator.bands"), ("indicator.curve", "indicator.categories"),
         ("indicator.bands", "indicator.categories")],
    "a text is not standardised":
        with_others("indicator", "categories", STANDARDISE)}

# What the format forbids between a child and its parent: (child, parent).
FORBIDDEN_UNDER = {
    "an earned group in an earned one passes on what it earned, so nothing may change it":
        [],                         # needs three keys at once: all its pairs occur elsewhere
}

# What the format forbids anywhere in one card.
FORBIDDEN_IN_ONE_CARD = {}


def object_keys(kind, entry):
    """The keys that one object uses."""
    keys = set()
    for key, value in entry.items():
        if key in ("aggregate", "standardise", "direction"):
            keys.add("%s=%s" % (key, value))
        elif key == "missing":
            keys.add("missing=" + (value if isinstance(value, str) else "number"))
        elif key == "when":
            for term in parse_condition(value):
                if isinstance(term.operand, str):
                    keys.add("when a text")
                if kind == "veto":
                    keys.add("when " + term.kind)
                else:
                    keys.add("when")
        elif key == "rated":
            keys.add("rated")
            keys.update("rated." + inner for inner in value)
        else:
            keys.add(key)
    return {kind + "." + key for key in keys} & set(ALL)


class Pairs:
    """Counts pairs over cards given as dicts."""

    def __init__(self):
        self.in_one_object = set()
        self.under = set()
        self.in_one_card = set()

    def count(self, card):
        top = object_keys("card", card)
        groups = {group["name"]: object_keys("group", group) for group in card.get("groups", [])}
        indicators = [object_keys("indicator", entry) for entry in card["indicators"]]
        vetoes = [object_keys("veto", entry) for entry in card.get("vetoes", [])]

        objects = [top, *groups.values(), *indicators, *vetoes]
        for keys in objects:
            self.in_one_object.update(itertools.combinations(sorted(keys, key=ALL.index), 2))
        children = [(groups[group["name"]], groups.get(group.get("parent"), top))
                    for group in card.get("groups", [])]
        children += [(keys, groups.get(entry.get("group"), top))
                     for entry, keys in zip(card["indicators"], indicators)]
        for child, parent in children:
            self.under.update(itertools.product(child, parent))
        used = sorted(set().union(*objects), key=ALL.index)
        self.in_one_card.update(itertools.combinations(used, 2))

    def uncovered(self):
        """The pairs that the format allows and no card had, by place."""
        forbidden = {pair(*two) for pairs in FORBIDDEN_IN_ONE_OBJECT.values() for two in pairs}
        missing = {"in one object": [], "in a child and its parent": [], "in one card": []}
        for a, b in itertools.combinations(ALL, 2):
            same_kind = a.split(".")[0] == b.split(".")[0]
            if same_kind and (a, b) not in forbidden and (a, b) not in self.in_one_object:
                missing["in one object"].append((a, b))
            alone = same_kind and a.startswith("card.") and (a, b) in forbidden
            if not alone and (a, b) not in self.in_one_card:
                missing["in one card"].append((a, b))
        for a, b in itertools.product(ALL, ALL):
            kinds = a.split(".")[0], b.split(".")[0]
            if kinds not in (("indicator", "group"), ("indicator", "card"),
                             ("group", "group"), ("group", "card")):
                continue
            if under_is_impossible(a, b, kinds):
                continue
            if (a, b) not in self.under:
                missing["in a child and its parent"].append((a, b))
        return missing


def under_is_impossible(child, parent, kinds):
    """Pairs of child and parent that cannot be: they are at the top, or they are not."""
    if kinds == ("indicator", "card"):
        return child == "indicator.group"
    if kinds == ("group", "card"):
        return child == "group.parent"
    if kinds == ("group", "group"):
        # only one level standardises
        return child.startswith("group.standardise") and parent.startswith("group.standardise")
    return False
