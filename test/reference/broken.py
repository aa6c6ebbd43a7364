"""Cards that break one rule each, and cards at the edge of a limit that break none.

Every case names the rule, the path that the error message has to mention, and the
text of the card. A path of None says that the card is valid and must be accepted.
"""

import copy
import json

# A valid card that has something of everything, for the rules below to break.
SOUND = {
    "name": "sound", "title": "Sound", "version": "1",
    "aggregate": "mean", "floor": 0, "ceiling": 100, "decimals": 2,
    "groups": [
        {"name": "care", "title": "Care", "weight": 2, "aggregate": "sum", "base": 10,
         "floor": 0, "ceiling": 100},
        {"name": "ward", "parent": "care", "aggregate": "best", "take": 2},
        {"name": "money", "aggregate": "earned", "standardise": "zscore"}],
    "indicators": [
        {"name": "beds", "input": "bed_count", "title": "Beds", "unit": "beds", "group": "ward",
         "weight": 2, "direction": "higher", "curve": "0:0, 100:50", "cap": [0, 40], "step": 1,
         "missing": "unrated"},
        {"name": "falls", "group": "ward", "direction": "lower", "bands": "10 <= 1, 5 <= 3, 0",
         "missing": 0},
        {"name": "kind", "group": "money", "categories": {"a": 1, "b": 2}, "when": "open = 'yes'"},
        {"name": "cost", "group": "money", "standardise": "percentile", "direction": "lower",
         "cap": [0, 1], "missing": "skip"},
        {"name": "prize", "bonus": True}],
    "rated": {"coverage": 0.5, "groups": 1, "indicators_per_group": 2, "any_group": ["care"]},
    "grades": "A >= 90, B >= 60, C", "unrated": "none",
    "vetoes": [
        {"when": "fraud = 1 and score > 60 and group.care >= 1 and points.beds < 9",
         "reason": "fraud", "score": 60, "grade": "X"},
        {"when": "score >= 90", "cap": "B", "demote": 1},
        {"when": "kind = 'a'", "unrate": True}]}

NOTHING = object()                          # in place of a value: take the key out


def changed(steps, value):
    """The sound card with one place changed; steps lead there."""
    card = copy.deepcopy(SOUND)
    place = card
    for step in steps[:-1]:
        place = place[step]
    if value is NOTHING:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return card


def path_text(steps):
    """A path as the messages write it: indicators[0].weight."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += "[%d]" % step
        else:
            text += ("." if text else "") + step
    return text


# Values of a wrong type or out of range, by key; each of them is one case.
TEXT = [1, True, None, [], {}]
NUMBER = ["1", True, None, [], {}, 1.1e100, -1.1e100]
WEIGHT = NUMBER + [0, -1]
COUNT = ["1", True, None, [], {}, 0, -1, 1.5]
FLAG = ["true", 1, None, []]
ARRAY = ["a", 1, True, None, {}]
OBJECT = ["a", 1, True, None, []]
CHOICE = TEXT + ["", "Mean", "median"]
NOTATION = TEXT + ["", ","]

VALUES = {
    (): {"name": TEXT, "title": TEXT, "version": TEXT, "aggregate": CHOICE, "floor": NUMBER,
         "ceiling": NUMBER, "decimals": ["2", True, None, [], -1, 10, 1.5], "groups": ARRAY,
         "indicators": ARRAY, "rated": OBJECT, "grades": NOTATION, "unrated": TEXT,
         "vetoes": ARRAY},
    ("groups", 0): {"name": TEXT, "title": TEXT, "weight": WEIGHT, "aggregate": CHOICE,
                    "base": NUMBER, "floor": NUMBER, "ceiling": NUMBER},
    ("groups", 1): {"parent": TEXT, "take": COUNT},
    ("groups", 2): {"standardise": CHOICE},
    ("indicators", 0): {"name": TEXT, "input": TEXT, "title": TEXT, "unit": TEXT, "group": TEXT,
                        "weight": WEIGHT, "direction": CHOICE, "curve": NOTATION,
                        "cap": ARRAY + [[], [1], [0, 1, 2], ["0", 1], [1, 0], [0, None]],
                        "step": NUMBER, "missing": [True, None, [], {}, "", "zero", 1.1e100]},
    ("indicators", 1): {"bands": NOTATION},
    ("indicators", 2): {"categories": OBJECT + [{"a": "1"}, {"a": None}, {"a": 1.1e100}],
                        "when": NOTATION},
    ("indicators", 3): {"standardise": CHOICE},
    ("indicators", 4): {"bonus": FLAG},
    ("rated",): {"coverage": NUMBER + [-0.1, 1.1], "groups": ["1", True, None, [], {}, -1, 1.5],
                 "indicators_per_group": COUNT, "any_group": ARRAY + [[1], [None]]},
    ("vetoes", 0): {"when": NOTATION, "reason": TEXT, "grade": TEXT, "score": NUMBER},
    ("vetoes", 1): {"cap": TEXT, "demote": COUNT},
    ("vetoes", 2): {"unrate": FLAG}}


def wrong_values():
    for where, keys in VALUES.items():
        for key, values in keys.items():
            steps = (*where, key)
            for value in values:
                rule = "%s may not be %s" % (path_text(steps), json.dumps(value))
                yield rule, path_text(steps), changed(steps, value)


def wrong_keys():
    for where in VALUES:
        yield "unknown key", path_text(where), changed((*where, "colour"), "red")
        yield "keys are case-sensitive", path_text(where), changed((*where, "Weight"), 1)
    yield "name is required", "name", changed(("name",), NOTHING)
    yield "indicators are required", "indicators", changed(("indicators",), NOTHING)
    yield "name is required", "groups[1]", changed(("groups", 1, "name"), NOTHING)
    yield "name is required", "indicators[1]", changed(("indicators", 1, "name"), NOTHING)
    yield "when is required", "vetoes[1]", changed(("vetoes", 1, "when"), NOTHING)
    yield "a veto does something", "vetoes[2]", changed(("vetoes", 2, "unrate"), NOTHING)
    for where in (("groups", 1), ("indicators", 1), ("vetoes", 1)):
        yield "an entry is an object", path_text(where), changed(where, "x")
        yield "an entry is an object", path_text(where), changed(where, None)


def wrong_together():
    """Values that are right by themselves and wrong beside others."""
    yield ("indicator names are unique", "indicators[1]",
           changed(("indicators", 1, "name"), "beds"))
    yield "group names are unique", "groups[2]", changed(("groups", 2, "name"), "care")
    yield "a group that is not there", "indicators[4].group", changed(("indicators", 4, "group"), "x")
    yield "a parent that is not there", "groups[1].parent", changed(("groups", 1, "parent"), "x")
    yield "a group is not its own parent", "groups[1]", changed(("groups", 1, "parent"), "ward")
    yield "parents go round in a circle", "groups[", changed(("groups", 0, "parent"), "ward")

    yield "take goes with best", "groups[0].take", changed(("groups", 0, "take"), 2)
    yield "take goes with best", "take", changed(("take",), 2)
    yield "base goes with sum", "groups[1].base", changed(("groups", 1, "base"), 2)
    yield "base goes with sum", "base", changed(("base",), 2)
    yield "the floor is not above the ceiling", "floor", changed(("floor",), 101)
    yield "the floor is not above the ceiling", "groups[0]", changed(("groups", 0, "floor"), 101)

    for key, value in (("bands", "1 >= 2, 0"), ("categories", {"a": 1})):
        yield "one shape at most", "indicators[0]", changed(("indicators", 0, key), value)
    yield "one shape at most", "indicators[1]", changed(("indicators", 1, "categories"), {"a": 1})
    yield ("direction contrary to the curve", "indicators[0].direction",
           changed(("indicators", 0, "direction"), "lower"))
    yield ("direction contrary to the bands", "indicators[1].direction",
           changed(("indicators", 1, "direction"), "higher"))

    for bands in ("good >= 1, 0", "1 >= 1, 2 <= 3", "1 >= 1, 2 >= 3", "1, 0 >= 1", "1 >= x",
                  "1 >= 1,, 0", "1 = 1", "1 >= 1e101", "1 >= nan", "1 >=", ">= 1", '"1 >= 1',
                  "1 >= 1 1"):
        yield "bands: " + bands, "indicators[1].bands", changed(("indicators", 1, "bands"), bands)
    for bands in ("A >= 90, A >= 80", "A >= 90, A", "A >= 80, B >= 90", "A >= 90, B <= 80"):
        yield "grades: " + bands, "grades", changed(("grades",), bands)
    for curve in ("1", "1:", ":1", "1:2:3", "1:2,", "2:0, 1:1", "1:0, 1:1, 1:2", "1:x", "x:1",
                  "1:1e101", "0:inf", "0:1 1:2"):
        yield "curve: " + curve, "indicators[0].curve", changed(("indicators", 0, "curve"), curve)
    for when in ("open", "open =", "= 1", "open = yes", "open = 1 and", "and open = 1",
                 "open = 1 or x = 1", "open == 1", "open = 'yes", '"open = 1', "open = 1 x = 1",
                 "open >= 'yes'", "open = 1e101", "1 = open", "open = 'yes' and open > 1"):
        yield ("condition: " + when, "indicators[2].when",
               changed(("indicators", 2, "when"), when))
    for when in ("score > 1", "group.care > 1", "points.beds > 1"):
        yield ("an indicator's condition is about columns: " + when, "indicators[2].when",
               changed(("indicators", 2, "when"), when))
    for when in ("group.x > 1", "points.x > 1", "group. > 1", "points > 1 and group.Care > 1",
                 "score = 'a'", "group.care = 'a'", "points.beds <> 'a'"):
        yield "condition: " + when, "vetoes[0].when", changed(("vetoes", 0, "when"), when)
    yield "a column is text or number", "vetoes[0].when", changed(("vetoes", 0, "when"), "kind > 1")
    yield ("a column is text or number", "bed_count",
           changed(("vetoes", 0, "when"), "bed_count = 'many'"))
    yield ("a text is not standardised", "indicators[2].standardise",
           changed(("indicators", 2, "standardise"), "minmax"))

    earned = changed(("groups", 0, "aggregate"), "earned")
    del earned["groups"][0]["base"]
    yield "a group in an earned one has a ceiling", "groups[1]", earned
    inner = copy.deepcopy(earned)
    inner["groups"][1] = {"name": "ward", "parent": "care", "aggregate": "earned"}
    yield "an earned group in an earned one is well", None, inner
    for key, value in (("floor", 0), ("ceiling", 100), ("standardise", "zscore")):
        one = copy.deepcopy(inner)
        del one["groups"][2]["standardise"]
        one["groups"][1][key] = value
        yield "an earned group in an earned one passes on what it earned", "groups[1]", one
    yield ("a member of an earned group has a maximum", "indicators[3]",
           changed(("indicators", 3, "cap"), NOTHING))

    for level in ("care", "ward"):
        two = copy.deepcopy(SOUND)
        del two["groups"][2]["standardise"]
        two["groups"][0]["standardise"] = "minmax"
        two["groups"][1]["standardise"] = "minmax"
        if level == "ward":                 # two levels, but not one in the other
            del two["groups"][0]["standardise"]
            two["groups"][2]["standardise"] = "minmax"
        yield "groups standardise at one level", "standardise", two

    yield "any_group names a group", "rated.any_group", changed(("rated", "any_group"), ["x"])
    yield ("any_group names a top-level group", "rated.any_group",
           changed(("rated", "any_group"), ["ward"]))
    yield "cap names a grade", "vetoes[1].cap", changed(("vetoes", 1, "cap"), "Z")
    for key in ("cap", "demote"):
        one = changed(("grades",), NOTHING)
        del one["vetoes"][1]["demote" if key == "cap" else "cap"]
        yield "%s needs grades" % key, "vetoes[1]", one


def wrong_texts():
    """What is wrong before it is a card."""
    text = json.dumps(SOUND)
    yield "not JSON", "", "score"
    yield "empty text", "", ""
    yield "not an object", "", "[]"
    yield "not an object", "", '"card"'
    yield "cut off", "", text[:-1]
    yield "more after the end", "", text + "}"
    yield "more after the end", "", text + " 1"
    yield "a comma too many", "", text[:-1] + ",}"
    yield "a comment", "", text[:-1] + " /* */}"
    yield "NaN is no JSON", "", text.replace('"floor": 0', '"floor": NaN', 1)
    yield "01 is no JSON", "", text.replace('"floor": 0', '"floor": 01', 1)
    yield "single quotes are no JSON", "", text.replace('"sound"', "'sound'", 1)
    yield "a key twice", "name", text.replace('"title"', '"name"', 1)
    yield "a key twice", "groups[0]", text.replace('"aggregate": "sum"', '"weight": 2', 1)
    yield ("a key twice", "indicators[2].categories",
           text.replace('{"a": 1, "b": 2}', '{"a": 1, "a": 2}', 1))
    yield "a key twice", "rated", text.replace('"coverage": 0.5', '"groups": 1', 1)
    yield "a key twice", "vetoes[2]", text.replace('"unrate"', '"unrate": true, "unrate"', 1)
    yield "half a character", "", text.replace('"Sound"', '"\\ud800"', 1)
    yield "a null character", "", text.replace('"Sound"', '"\\u0000"', 1)


def many(count, indicator=None, **others):
    """A card of so many indicators."""
    return {"name": "many",
            "indicators": [dict({"name": "i%d" % n}, **(indicator(n) if indicator else {}))
                           for n in range(count)], **others}


def at_the_limits():
    """Each limit at its edge, which is valid, and one beyond."""
    def edge(what, limit, path, card):
        yield "%d %s are well" % (limit, what), None, card(limit)
        yield "%d %s are too many" % (limit + 1, what), path, card(limit + 1)

    yield from edge("indicators", 1000, "indicators", many)
    yield from edge("groups", 200, "groups",
                    lambda n: many(1, groups=[{"name": "g%d" % k} for k in range(n)]))
    yield from edge("vetoes", 100, "vetoes",
                    lambda n: many(1, vetoes=[{"when": "i0 > 1", "score": 1}] * n))
    yield from edge("inputs", 1600, "",
                    lambda n: many(800, lambda k: {"when": "w%d > 1" % k},
                                   vetoes=[{"when": "v > 1", "score": 1}] * (n - 1600)))
    yield from edge("bands", 256, "indicators[0].bands",
                    lambda n: many(1, lambda _: {"bands": ", ".join(
                        "%d <= %d" % (k, k) for k in range(n))}))
    yield from edge("knots", 1024, "indicators[0].curve",
                    lambda n: many(1, lambda _: {"curve": ", ".join(
                        "%d:%d" % (k, k) for k in range(n))}))
    yield from edge("bytes of a label", 256, "grades",
                    lambda n: many(1, grades="L" * n + " >= 1"))
    yield from edge("bytes of a name", 256, "name",
                    lambda n: {"name": "n" * n, "indicators": [{"name": "x"}]})
    yield from edge("bytes of a name", 256, "indicators[0].name",
                    lambda n: many(1, lambda _: {"name": "甲" * 85 + "n" * (n - 255)}))
    yield from edge("bytes of a name", 256, "indicators[0].input",
                    lambda n: many(1, lambda _: {"input": "n" * n}))
    yield from edge("terms", 64, "vetoes[0].when",
                    lambda n: many(1, vetoes=[{"when": " and ".join(["i0 > 1"] * n),
                                               "score": 1}]))
    yield from edge("levels of groups", 8, "groups",
                    lambda n: many(1, groups=[
                        {"name": "g%d" % k, **({"parent": "g%d" % (k - 1)} if k else {})}
                        for k in range(n)]))
    yield from edge("texts of a column", 1024, "indicators[0]",
                    lambda n: many(1, lambda _: {"categories": {
                        "t%d" % k: k for k in range(n)}}))
    for decimals in (0, 9):
        yield "%d decimals are well" % decimals, None, changed(("decimals",), decimals)
    yield "1e100 is well", None, changed(("ceiling",), 1e100)

    yield "JSON nested deeply", "", "[" * 17 + "]" * 17
    yield "JSON nested very deeply", "", "[" * 100000
    text = json.dumps(SOUND)
    yield "a megabyte is well", None, text + " " * (2 ** 20 - len(text))
    yield "more than a megabyte is too much", "", text + " " * (2 ** 20 - len(text) + 1)


def broken_cards():
    """Yields (rule, path, text of the card)."""
    yield "the sound card is sound", None, json.dumps(SOUND)
    for cases in (wrong_values(), wrong_keys(), wrong_together(), wrong_texts(), at_the_limits()):
        for rule, path, card in cases:
            text = card if isinstance(card, str) else json.dumps(card, ensure_ascii=False)
            yield rule, path, text
