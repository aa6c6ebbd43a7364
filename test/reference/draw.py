"""Draws random cards that the format allows, and random rows for them.

Everything comes from one random.Random, so a seed repeats a card and its rows.
Each card first draws how likely it uses each key, from never to nearly always:
cards that use few keys heavily find more than cards that use all keys a little.
"""

import json
import math
import struct
from decimal import Decimal

from notation import quoted, shortest

# The columns that cards may name. The test makes one table of them; names and
# types are as awkward as a real table may have them.
NUMBER_COLUMNS = {
    "x1": "float8", "x2": "float8", "x3": "float8", "x4": "float8", "x5": "float8",
    "bed count": "float8", "比率": "float8", "UPPER": "float8", 'we"ird': "float8",
    "a,b": "float8", "and": "float8", "score": "float8", "group.x": "float8", "it's": "float8",
    "s": "int2", "i": "int4", "big": "int8", "r": "float4", "money": "numeric(10,4)",
    "amount": "numeric", "share": "share"}
TEXT_COLUMNS = {"t1": "text", "kind of": "text", "类别": "text", "v": "varchar(40)",
                "e": "level", "d": "kind"}
BOOLEAN_COLUMNS = {"flag": "boolean", "serious 1": "boolean"}
COLUMNS = {**NUMBER_COLUMNS, **TEXT_COLUMNS, **BOOLEAN_COLUMNS}

LEVELS = ["low", "mid", "high", "极高"]
TEXTS = ["a", "b", "", "甲", "乙类", "it's", 'say "x"', "x,y", " lead", "A", "true", "two words"]

TABLE = ["CREATE TYPE level AS ENUM (%s);" % ", ".join("'%s'" % label for label in LEVELS),
         "CREATE DOMAIN share AS float8;",
         "CREATE DOMAIN kind AS text;",
         "CREATE TABLE wide (case_no int, row_no int, %s);"
         % ", ".join('"%s" %s' % (name.replace('"', '""'), type)
                     for name, type in COLUMNS.items())]

NAMES = ["a b", "甲", 'q"uote', "x,y", "and", "score", "Group.1", "it's", "<=", "医疗 质量",
         "group", "points", "A", "a", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9",
         "safety", "Safety", "cost per day", "é", "1st", "null", "-"]
LABELS = ["A", "B", "C", "D", "E", "A+", "C-", "优", "良好", "very good", 'with "quote"',
          "a,b", "x < y", "失信", "1", " outer ", "严重失信", "it's", "A = B", "a"]

AGGREGATES = ["mean", "sum", "earned", "geometric", "worst", "best"]
METHODS = ["zscore", "minmax", "ratio_to_best", "ratio_to_mean", "median_range", "robust_z",
           "percentile"]

# lowest, step and number of steps of the values that a column and its cut points take
SCALES = [(0, 1, 100), (0, 10, 10), (0, 0.25, 40), (0, 0.1, 10), (1, 1, 4), (0, 0.01, 100),
          (-50, 5, 20), (-1, 0.001, 2000), (0, 1000, 50), (-3, 1, 6), (0, 1e-9, 30)]


# Segments whose height just left of their right end comes out beyond it, but for the clamp.
OVERSHOOTING = [(21.34, 73.231, 55.34, 26.52), (13.1, 65.316, 30.1, -8.93),
                (0.5, 31.28, 13.5, -2.1), (4.84, 81.54, 45.84, 19.462)]

# Values at the ends of what a double can be, of which a column holds one set.
EXTREMES = [[1.7e308, 1.6e308], [5e-324, 1e-323, 1.5e-323], [1.7e308, -1.7e308, 5e-324, 1e155]]


class Drawing:
    """Draws one card and its rows."""

    def __init__(self, rng):
        self.rng = rng
        self.chances = {}
        self.scales = {}            # of each number column
        self.marks = {}             # of each number column: cut points to hit
        self.texts = {}             # of each text column: texts that the card names
        self.boolean_as_text = {}
        self.extreme = rng.random() < 0.06
        self.careless = rng.random() < 0.1      # does not avoid what errors
        self.extreme_columns = {}
        self.huge = rng.random() < 0.02         # numbers whose sums overflow
        if self.huge:
            self.chances.update({"indicator.standardise": 0, "group.standardise": 0,
                                 "indicator.bands": 0.1, "indicator.curve": 0.1,
                                 "indicator.categories": 0.1, "indicator.cap": 0.2})

    # -- small draws ---------------------------------------------------------

    def takes(self, key, often=None):
        """Says whether a key is used, as likely as this card's luck for it."""
        if key not in self.chances:
            self.chances[key] = often if often is not None \
                else self.rng.choice((0, 0, 0.15, 0.5, 0.95))
        return self.rng.random() < self.chances[key]

    def pick(self, *choices):
        return self.rng.choice(choices)

    def from_scale(self, scale):
        low, step, count = scale
        return round(low + step * self.rng.randint(0, count), 12)

    def number(self):
        """A number for a base, a floor, points: mostly round, sometimes not."""
        return self.pick(0, 1, 2, 5, 10, 50, 60, 100, -1, -10, 0.5, 2.5, 33.3, 0.125,
                         round(self.rng.uniform(-20, 120), 3), self.rng.uniform(0, 10), 1e-7)

    def interval(self, least=None):
        """Two ends in order, now and then the same."""
        low, high = sorted((self.number(), self.number()))
        if least is not None:
            low, high = max(low, least), max(high, least)
        return [low, high]

    def weight(self):
        if self.huge:
            return self.pick(1, 1e10, 1e100)
        return self.pick(1, 1, 2, 3, 0.5, 0.22, 0.12, 10, 0.001, 1 / 3, 12345.678, 1e-6)

    # -- columns ---------------------------------------------------------------

    def scale_of(self, column):
        if column not in self.scales:
            self.scales[column] = self.pick(*SCALES)
            self.marks[column] = []
            if self.extreme and self.rng.random() < 0.3:
                self.extreme_columns[column] = self.pick(*EXTREMES)
        return self.scales[column]

    def column_kind(self, column):
        """number or text, as this card uses the column."""
        if column in TEXT_COLUMNS:
            return "text"
        if column in BOOLEAN_COLUMNS:
            as_text = self.boolean_as_text.setdefault(column, self.rng.random() < 0.5)
            return "text" if as_text else "number"
        return "number"

    def column(self, kind):
        """A column of that kind, one used already as likely as a new one."""
        used = [name for name in list(self.scales) + list(self.texts)
                if self.column_kind(name) == kind]
        if used and self.rng.random() < 0.4:
            return self.rng.choice(used)
        return self.rng.choice([name for name in COLUMNS if self.column_kind(name) == kind])

    def texts_for(self, column):
        """What may stand in a text column."""
        if column in BOOLEAN_COLUMNS:
            return ["true", "false"]
        return LEVELS if column == "e" else TEXTS

    def mention(self, column, text):
        self.texts.setdefault(column, [])
        if text not in self.texts[column]:
            self.texts[column].append(text)

    def spelled(self, x):
        """A number as somebody may write it."""
        text = shortest(float(x))
        if self.rng.random() < 0.9 or "e" in text:
            return text
        if "." not in text:
            return self.pick(text + ".", text + ".0", text + "e0", text + "E+0")
        bare = text.lstrip("0") if text.startswith("0.") else text      # .5
        return self.pick(text + "0", text + "e-0", bare)

    # -- notations ---------------------------------------------------------------

    def label_text(self, label):
        """A label as bands write it, quoted where it has to be and sometimes besides."""
        plain = label.strip() == label and label != "" and not set(label) & set(',<>="')
        if plain and self.rng.random() < 0.9:
            return label
        return quoted(label)

    def bands_text(self, labels, cuts, downwards):
        """Bands over ascending cuts; one label more than cuts means an "otherwise"."""
        operators = (">=", ">") if downwards else ("<=", "<")
        entries = []
        for place, label in enumerate(labels):
            entry = self.label_text(label)
            if place < len(cuts):
                cut = cuts[-1 - place] if downwards else cuts[place]
                blank = self.pick(" ", "", "  ")
                entry += blank + self.rng.choice(operators) + blank + self.spelled(cut)
            entries.append(entry)
        return self.pick(", ", ",", " , ").join(entries)

    def quoted_name(self, name):
        """A name as conditions write it."""
        if name.isidentifier() and name not in ("score", "and", "group", "points") \
                and self.rng.random() < 0.8:
            return name
        return quoted(name)

    def cuts(self, scale, most=5):
        """Ascending cut points, all different."""
        return sorted({self.from_scale(scale) for _ in range(self.rng.randint(1, most))})

    def heights(self, count, nonnegative):
        """Points in order of x, and the direction they have: higher, lower, none or any."""
        shape = self.pick("higher", "higher", "lower", "lower", "none", "any")
        heights = [self.number() for _ in range(count)]
        if nonnegative:
            heights = [abs(height) for height in heights]
        if shape == "higher":
            heights.sort()
        elif shape == "lower":
            heights.sort(reverse=True)
        elif shape == "any":
            heights = heights[:1] * count
        rising = all(a <= b for a, b in zip(heights, heights[1:]))
        falling = all(a >= b for a, b in zip(heights, heights[1:]))
        if rising and falling:
            return heights, "any"
        return heights, "higher" if rising else "lower" if falling else "none"

    def points_bands(self, scale, nonnegative):
        """Bands with numeric labels, their direction and their cut points."""
        cuts = self.cuts(scale)
        if self.rng.random() < 0.03:
            cuts = []                           # an "otherwise" and nothing else
        count = max(1, len(cuts) + (self.rng.random() < 0.7))
        heights, direction = self.heights(count, nonnegative)
        downwards = self.rng.random() < 0.5
        if downwards:
            heights.reverse()
        text = self.bands_text([shortest(float(height)) for height in heights], cuts, downwards)
        return text, direction, cuts

    def curve(self, scale, nonnegative):
        """A curve, its direction and the x of its knots."""
        if self.rng.random() < 0.05 and not nonnegative:
            knots = self.rng.choice(OVERSHOOTING)
            return "%s:%s, %s:%s" % tuple(map(self.spelled, knots)), "lower", [knots[0], knots[2]]
        places = self.cuts(scale, 6)
        places = sorted(places + [x for x in places if self.rng.random() < 0.2])
        heights, direction = self.heights(len(places), nonnegative)
        entries = []
        for place, (x, y) in enumerate(zip(places, heights)):
            twin = places.count(x) == 2
            first = twin and places.index(x) == place
            colon = ":"
            if twin and not first and self.rng.random() < 0.2 and ":=" not in entries[-1]:
                colon = ":="
            if first and self.rng.random() < 0.4:
                colon = ":="
            entries.append(self.spelled(x) + colon + self.spelled(y))
        return self.pick(", ", ",").join(entries), direction, places

    # -- conditions ----------------------------------------------------------------

    def column_term(self):
        """A term about a column."""
        if self.takes("term about a text", 0.35):
            column = self.column("text")
            text = self.rng.choice(self.texts_for(column))
            self.mention(column, text)
            return "%s %s '%s'" % (self.quoted_name(column), self.pick("=", "<>"),
                                   text.replace("'", "''"))
        column = self.column("number")
        limit = self.from_scale(self.scale_of(column))
        if column in BOOLEAN_COLUMNS:
            limit = self.pick(0, 1)
        self.marks[column].append(limit)
        return self.comparison(self.quoted_name(column), limit)

    def comparison(self, operand, limit):
        blank = self.pick(" ", " ", "")
        operator = self.pick(">=", ">", "<=", "<", "=", "<>")
        return operand + blank + operator + blank + shortest(float(limit))

    def when(self):
        """A condition of an indicator."""
        return " and ".join(self.column_term() for _ in range(self.pick(1, 1, 1, 2)))

    # -- the card --------------------------------------------------------------------

    def card(self):
        """A valid card without grades, rated and vetoes: those need scores first."""
        rng = self.rng
        names = rng.sample(NAMES, len(NAMES))
        card = {"name": rng.choice(["card", "评分 卡", 'c "1"', "x" * 256])}
        if self.takes("card.title"):
            card["title"] = self.pick("A title", "信用评价", 'with "quotes" and \\', "")
        if self.takes("card.version"):
            card["version"] = self.pick("1", "2025-01")
        if self.takes("card.aggregate", 0.7):
            card["aggregate"] = rng.choice(AGGREGATES)
        self.aggregate_keys(card, "card")
        self.clamp_keys(card, "card")
        if self.takes("card.decimals", 0.6):
            card["decimals"] = rng.randint(0, 9)

        groups = []
        for _ in range(self.pick(0, 0, 1, 2, 3, 5, 7)):
            groups.append(self.group(names.pop(), groups))
        indicators = [self.indicator(names.pop(), groups, card)
                      for _ in range(self.pick(1, 2, 3, 4, 6, 9))]
        if all(indicator.get("bonus") for indicator in indicators) and rng.random() < 0.8:
            del indicators[0]["bonus"]
        if groups:
            card["groups"] = rng.sample(groups, len(groups))
            self.standardise_groups(card["groups"])
        card["indicators"] = indicators
        self.make_fit(card)
        return card

    def aggregate_keys(self, owner, kind):
        aggregate = owner.get("aggregate", "mean")
        if aggregate == "best" and self.takes(kind + ".take", 0.7):
            owner["take"] = self.rng.randint(1, 4)
        if aggregate == "sum" and self.takes(kind + ".base", 0.5):
            owner["base"] = self.number()

    def clamp_keys(self, owner, kind):
        floor, ceiling = self.interval()
        if self.takes(kind + ".floor"):
            owner["floor"] = floor
        if self.takes(kind + ".ceiling"):
            owner["ceiling"] = ceiling

    def group(self, name, before):
        group = {"name": name}
        if self.takes("group.title"):
            group["title"] = "title of a group"
        if before and self.takes("group.parent", 0.4):
            group["parent"] = self.pick(before[-1], self.rng.choice(before))["name"]
        if self.takes("group.weight", 0.6):
            group["weight"] = self.weight()
        if self.takes("group.aggregate", 0.7):
            group["aggregate"] = self.rng.choice(AGGREGATES)
        self.aggregate_keys(group, "group")
        self.clamp_keys(group, "group")
        return group

    def standardise_groups(self, groups):
        """Lets some of the groups of one level standardise."""
        if not self.takes("group.standardise", self.pick(0, 0, 0.8)):
            return
        parents = {group["name"]: group.get("parent") for group in groups}

        def depth(name):
            return 0 if name is None else 1 + depth(parents[name])
        level = self.pick(*{depth(name) for name in parents})
        method = self.rng.choice(METHODS)
        for group in groups:
            if depth(group["name"]) == level and self.rng.random() < 0.8:
                group["standardise"] = self.pick(method, self.rng.choice(METHODS))

    def indicator(self, name, groups, card):
        rng = self.rng
        indicator = {"name": name}
        if groups and rng.random() < 0.85:
            indicator["group"] = rng.choice(groups)["name"]
        parent = next((group for group in groups if group["name"] == indicator.get("group")), card)
        nonnegative = parent.get("aggregate") == "geometric" and not self.careless

        if self.takes("indicator.title"):
            indicator["title"] = "title of an indicator"
        if self.takes("indicator.unit"):
            indicator["unit"] = self.pick("%", "元", "days")
        if self.takes("indicator.weight", 0.6):
            indicator["weight"] = self.weight()
        if self.takes("indicator.bonus"):
            indicator["bonus"] = True
        if self.takes("indicator.step"):
            indicator["step"] = self.pick(1, 0.01, 5)
        if self.takes("indicator.missing"):
            indicator["missing"] = self.pick("skip", "unrated", abs(self.number()) if nonnegative
                                             else self.number())
        if self.takes("indicator.when"):
            indicator["when"] = self.when()
        if self.takes("indicator.categories"):
            self.add_categories(indicator, nonnegative)
        else:
            self.add_numbers(indicator, nonnegative)
        if self.takes("indicator.cap") or (nonnegative and not indicator.get("bonus")):
            indicator["cap"] = self.interval(0 if nonnegative else None)
        return indicator

    def set_input(self, indicator, column):
        if column != indicator["name"]:
            indicator["input"] = column

    def add_categories(self, indicator, nonnegative):
        column = self.column("text")
        self.set_input(indicator, column)
        texts = self.texts_for(column)
        if not (self.careless and self.rng.random() < 0.5):
            listed = self.texts.get(column, [])     # whatever others list, so that all are known
            listed = listed + [text for text in texts if text not in listed]
            listed = listed[:max(len(self.texts.get(column, [])), self.rng.randint(1, 5))]
        else:
            listed = self.rng.sample(texts, self.rng.randint(1, len(texts)))
        indicator["categories"] = {}
        for text in listed:
            self.mention(column, text)
            height = self.number()
            indicator["categories"][text] = abs(height) if nonnegative else height
        if self.takes("indicator.direction"):
            indicator["direction"] = self.pick("higher", "lower", "none")

    def add_numbers(self, indicator, nonnegative):
        """Input, standardise, shape and direction of an indicator that reads numbers."""
        column = self.column("number")
        if indicator["name"] in NUMBER_COLUMNS and self.rng.random() < 0.7:
            column = indicator["name"]
        self.set_input(indicator, column)
        scale = self.scale_of(column)
        if self.takes("indicator.standardise", self.pick(0, 0, 0.5)):
            method = self.rng.choice(METHODS)
            if column in self.extreme_columns:      # what sums are made of would not do
                method = self.pick("median_range", "robust_z", "minmax", "percentile", method)
            if method == "ratio_to_best" and scale[0] < 0 and not self.careless:
                method = "percentile"
            indicator["standardise"] = method
            scale = {"zscore": (-2, 0.25, 16), "robust_z": (-2, 0.25, 16),
                     "median_range": (-2, 0.25, 12)}.get(method, (0, 0.125, 12))

        direction = None
        if self.takes("indicator.bands"):
            indicator["bands"], direction, places = self.points_bands(scale, nonnegative)
        elif self.takes("indicator.curve"):
            indicator["curve"], direction, places = self.curve(scale, nonnegative)
        else:
            places = []
        if "standardise" not in indicator:
            self.marks[column] += places
        self.add_direction(indicator, direction)

    def add_direction(self, indicator, shape):
        """States a direction where wanted; some that agrees with the shape, if there is one."""
        turned = indicator.get("standardise", "ratio_to_mean") != "ratio_to_mean"
        if shape in (None, "any") or (turned and shape == "higher"):
            fitting = ["higher", "lower", "none"]
        elif turned:
            fitting = ["none"]                      # what is turned so that more is better rises
        else:
            fitting = list({shape: None, "none": None})
        if self.takes("indicator.direction") or (turned and shape == "lower"):
            indicator["direction"] = self.rng.choice(fitting)

    def make_fit(self, card):
        """Adds and removes keys so that each parent gets what its aggregate asks for."""
        groups = {group["name"]: group for group in card.get("groups", [])}
        for indicator in card["indicators"]:
            parent = groups.get(indicator.get("group"), card)
            if parent.get("aggregate") == "earned" and "cap" not in indicator \
                    and not {"bands", "curve", "categories"} & set(indicator):
                indicator["cap"] = self.interval()
        for group in groups.values():
            parent = groups.get(group.get("parent"), card)
            if parent.get("aggregate") == "earned":
                if group.get("aggregate") == "earned":
                    for key in ("floor", "ceiling", "standardise"):
                        group.pop(key, None)
                else:
                    group.setdefault("ceiling", max(self.number(), group.get("floor", -100)))
            elif parent.get("aggregate") == "geometric" and not self.careless:
                group["floor"] = abs(group.get("floor", 0))
            if "floor" in group and "ceiling" in group:
                group["ceiling"] = max(group["floor"], group["ceiling"])

    # -- the rest of the card, once some scores are known ------------------------------

    def near(self, values):
        """One of the values seen, or right beside it, or anything."""
        seen = [value for value in values if value is not None and abs(value) < 1e100]
        if seen and self.rng.random() < 0.8:
            value = self.rng.choice(seen)
            if self.rng.random() < 0.3:
                value = math.nextafter(value, self.pick(-math.inf, math.inf))
            return value + 0.0
        return float(self.number())

    def judgement(self, card, appraisals):
        """Adds grades, rated, unrated and vetoes, with limits near what the rows give."""
        rng = self.rng
        tops = [group["name"] for group in card.get("groups", []) if "parent" not in group]
        if self.takes("card.rated"):
            rated = {}
            if self.takes("rated.coverage", 0.7):
                rated["coverage"] = self.pick(0, 0.5, 0.8, 1,
                                              *[a.coverage for a in appraisals[:2]])
            if tops and self.takes("rated.groups"):
                rated["groups"] = rng.randint(1, len(tops))
            if self.takes("rated.indicators_per_group"):
                rated["indicators_per_group"] = rng.randint(1, 3)
            if tops and self.takes("rated.any_group"):
                rated["any_group"] = rng.sample(tops, rng.randint(1, len(tops)))
            card["rated"] = rated

        labels = rng.sample(LABELS, len(LABELS))
        if self.takes("card.grades", 0.7):
            scores = [a.score for a in appraisals]
            cuts = sorted({self.near(scores) for _ in range(rng.randint(1, 5))})
            listed = [labels.pop() for _ in range(len(cuts) + (rng.random() < 0.7))]
            card["grades"] = self.bands_text(listed, cuts, rng.random() < 0.8)
        else:
            listed = []
        if self.takes("card.unrated"):
            card["unrated"] = labels.pop()
        if self.takes("card.vetoes", 0.6):
            card["vetoes"] = [self.veto(card, listed, labels, appraisals)
                              for _ in range(rng.randint(1, 4))]

    def veto_term(self, card, appraisals):
        kind = self.pick("column", "column", "score", "group", "points")
        if kind == "score":
            return self.comparison("score", self.near([a.score for a in appraisals]))
        if kind == "points":
            place = self.rng.randrange(len(card["indicators"]))
            name = card["indicators"][place]["name"]
            return self.comparison("points." + self.quoted_name(name),
                                   self.near([a.points[place] for a in appraisals]))
        if kind == "group" and "groups" in card:
            place = self.rng.randrange(len(card["groups"]))
            name = card["groups"][place]["name"]
            return self.comparison("group." + self.quoted_name(name),
                                   self.near([a.group_scores[place] for a in appraisals]))
        return self.column_term()

    def veto(self, card, listed, others, appraisals):
        veto = {"when": " and ".join(self.veto_term(card, appraisals)
                                     for _ in range(self.pick(1, 1, 2, 3)))}
        if self.takes("veto.reason"):
            veto["reason"] = "because"
        if self.takes("veto.grade"):
            veto["grade"] = self.pick(*(listed or others), self.rng.choice(others))
        if listed and self.takes("veto.cap"):
            veto["cap"] = self.rng.choice(listed)
        if listed and self.takes("veto.demote"):
            veto["demote"] = self.rng.randint(1, 3)
        if self.takes("veto.score"):
            veto["score"] = self.number()
        if self.takes("veto.unrate"):
            veto["unrate"] = True
        if not set(veto) - {"when", "reason"}:
            veto["score"] = self.number()
        return veto

    # -- rows ------------------------------------------------------------------------

    def cell(self, column):
        """A value for a column as it stands in the row's JSON, and as the card reads it."""
        type = COLUMNS[column]
        if self.rng.random() < 0.12:
            return None, None
        if type == "boolean":
            value = self.rng.random() < 0.5
            return value, value
        if column in TEXT_COLUMNS:
            known = self.texts.get(column)
            text = self.rng.choice(known) if known and self.rng.random() < 0.96 \
                else self.rng.choice(self.texts_for(column))
            if column == "e" and text not in LEVELS:
                text = "mid"
            return text, text
        return self.number_cell(column, type)

    def number_cell(self, column, type):
        x = self.value(column)
        if type in ("float8", "share"):
            if not math.isfinite(x):
                return repr(x).replace("inf", "Infinity").replace("nan", "NaN"), x
            return x, x
        if not math.isfinite(x) or abs(x) > 30000:
            x = 30000.0
        if type in ("int2", "int4"):
            return round(x), round(x)
        if type == "int8":
            whole = round(x) * self.pick(1, 1, 10**13 + 1)
            return whole, whole
        if type == "float4":
            single = struct.unpack("f", struct.pack("f", x))[0]
            return single, single
        if type == "numeric(10,4)":
            text = str(Decimal(repr(x)).quantize(Decimal("0.0001")))
        elif self.rng.random() < 0.3:
            text = str(Decimal(repr(x))) + ("" if "E" in repr(x) or "e" in repr(x)
                                            else "%020d" % self.rng.randrange(10**20))
        else:
            text = format(Decimal(repr(x)), "f")
        return text, float(text)

    def value(self, column):
        """A value of a number column: on a cut point, beside it, or anywhere."""
        scale = self.scale_of(column)
        luck = self.rng.random()
        if self.huge and luck < 0.5:
            return self.pick(1e300, -1e300, 1e300, -1e300, 1e200)
        if column in self.extreme_columns and luck < 0.95:
            return self.pick(*self.extreme_columns[column])
        if self.extreme and luck < 0.5:
            return self.pick(1e150, -1e150, 1e-160, 3e-160, 1e17, 5e-324, 1e-300,
                             self.rng.uniform(-1, 1) * 1e-155, self.rng.uniform(-1, 1) * 1e140)
        if luck < 0.35 and self.marks[column]:
            mark = float(self.rng.choice(self.marks[column]))
            if self.rng.random() < 0.3:
                mark = math.nextafter(mark, self.pick(-math.inf, math.inf))
            return mark
        if luck < 0.8:
            return float(self.from_scale(scale))
        if luck < 0.985:
            low, step, count = scale
            return self.rng.uniform(low, low + step * count)
        if luck < 0.997 or not self.careless:
            return self.pick(-0.0, 0.0, math.nan)
        return self.pick(math.inf, -math.inf)

    def row(self, columns):
        """A row with those columns: as JSON for the table, and as the card reads it."""
        stored, read = {}, {}
        for column in columns:
            stored[column], read[column] = self.cell(column)
        return stored, read


def card_text(rng, card):
    """The JSON text of a card, its keys in any order."""
    def shuffled(value, keep_order=False):
        if isinstance(value, dict):
            keys = list(value) if keep_order else rng.sample(list(value), len(value))
            return {key: shuffled(value[key], key == "categories") for key in keys}
        if isinstance(value, list):
            return [shuffled(entry) for entry in value]
        return value
    return json.dumps(shuffled(card), ensure_ascii=rng.random() < 0.5,
                      indent=rng.choice((None, None, 1)))
