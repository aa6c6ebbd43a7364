"""Draws random scheme documents for registry_outcome.py.

A document is drawn in two steps: first who is graded and how he is scored, then, when the scores are
known, everything that compares with them, so that limits lie near the values.
"""

from notation import shortest

# Labels, the best first; the attributes g0 and g1 hold some of them.
LABELS = [["A", "B", "C", "D", "E"], ["优", "良", "中", "差"]]
NUMBERS = ["p0", "p1", "p2", "p3", "b0", "flag"]
METHODS = ["bands", "quota", "clusters", "cases", "quota", "bands", "clusters"]
STANDARDISED = ["zscore", "robust_z", "median_range", "minmax", "percentile", "ratio_to_mean", "ratio_to_best"]


class Drawing:
    """One document in the making."""

    def __init__(self, rng, code, number):
        self.rng = rng
        self.code = code
        self.method = METHODS[number % len(METHODS)]
        self.labels = LABELS[rng.random() < 0.3]
        self.label_input = "g0" if self.labels is LABELS[0] else "g1"
        self.samples = {}                               # operand -> values seen
        self.effects_given = []                         # labels that vetoes and effects give

    def chance(self, share):
        return self.rng.random() < share

    def some(self, things, least, most):
        return self.rng.sample(things, min(len(things), self.rng.randint(least, most)))

    # -----------------------------------------------------------------------
    # Who, and how he is scored

    def frame(self):
        """A document without grades and what comes after them."""
        rng = self.rng
        inputs = {name: {"attribute": name} for name in NUMBERS + ["c0", "g0", "g1", "class", "town"]}
        inputs["fixed"] = {"value": rng.choice(self.labels)}
        subjects = {"kinds": self.some(["institution", "pharmacy", "physician"], 1, 3)}
        if self.chance(0.3):
            subjects["valid"] = rng.choice(["at_end", "during"])
        if self.chance(0.4):
            subjects["where"] = rng.choice(["p1 >= 20", "flag <> 0", "town = 'N'", "p2 < 70 and p1 > 10", "b0 >= 1 and flag >= 0 and b0 <= flag"])
        if self.chance(0.5):
            subjects["exclude"] = [{"when": when, "reason": self.title("excluded as %s" % when)}
                                   for when in self.some(["flag = 1", "p0 > 8", "c0 = 'poor'", "g0 = 'A'"], 1, 2)]
        document = {"code": self.code, "version": "1", "subjects": subjects, "inputs": inputs}
        if self.chance(0.7):
            document["peers"] = {"by": self.some(["class", "town"], 1, 2)}
            if self.chance(0.7):
                document["peers"]["minimum"] = rng.randint(1, 8)
        if self.chance(0.5):
            document["standardise_within"] = rng.choice(["peers", "peers", "all"])
        if self.chance(0.6):
            document["rank"] = self.rank()
        document["scorecard"] = self.card()
        return document

    def title(self, text):
        return {"en": text, "zh": "因为 " + text} if self.chance(0.3) else text

    def rank(self):
        rank = {}
        if self.chance(0.5):
            rank["order"] = self.rng.choice(["low", "low", "high"])
        if self.chance(0.5):
            rank["ties"] = self.rng.choice(["dense", "dense", "same"])
        if self.chance(0.5) or not rank:
            rank["by"] = [self.rng.choice(["", "-"]) + name for name in self.some(NUMBERS, 1, 2)]
        return rank

    def card(self):
        rng = self.rng
        card = {"name": self.code}
        aggregate = rng.choice(["mean", "mean", "sum", "sum", "worst", "best"])
        if aggregate != "mean" or self.chance(0.3):
            card["aggregate"] = aggregate
        if aggregate == "sum" and self.chance(0.5):
            card["base"] = rng.choice([100, 50.5, -3])
        if aggregate == "best":
            card["take"] = rng.randint(1, 2)
        if self.chance(0.2):
            card["ceiling"] = rng.choice([90, 60, 8])
        if self.chance(0.6):
            card["decimals"] = rng.choice([0, 0, 1, 2, 3, 9])
        groups = ["first", "in between"][:rng.choice([0, 0, 1, 2])]
        if groups:
            card["groups"] = [{"name": name, "weight": rng.choice([1, 2, 0.5]),
                               "aggregate": rng.choice(["mean", "sum", "worst"])} for name in groups]
            if self.chance(0.2):
                for group in card["groups"]:
                    group["standardise"] = rng.choice(["zscore", "percentile"])
        card["indicators"] = [self.indicator(name, groups) for name in self.some(["p0", "p1", "p2", "p3", "c0"], 1, 4)]
        if self.chance(0.4):
            card["rated"] = {"coverage": rng.choice([0.3, 0.5, 0.7, 1])}
        if groups and self.chance(0.2):
            card.setdefault("rated", {}).update({"groups": len(groups), "any_group": groups[:1]})
        if self.chance(0.6):
            card["unrated"] = rng.choice(["none", "未评级"])
        return card

    def indicator(self, name, groups):
        rng = self.rng
        indicator = {"name": name} if self.chance(0.7) else {"name": "i" + name, "input": name}
        if groups and self.chance(0.8):
            indicator["group"] = rng.choice(groups)
        if self.chance(0.5):
            indicator["weight"] = rng.choice([2, 0.3, 5])
        if name == "c0":
            indicator["categories"] = {"good": 10, "fair": 6, "poor": rng.choice([0, -5])}
        elif self.chance(0.3):
            indicator["standardise"] = rng.choice(STANDARDISED[:-1] if name == "p3" else STANDARDISED)
            if self.chance(0.4):
                indicator["direction"] = "lower"
        elif self.chance(0.3):
            indicator["curve"] = rng.choice(["0:0, 10:100", "0:50, 5:20, 100:0", "2:1, 2:7, 8:9"])
        elif self.chance(0.2):
            indicator["bands"] = "10 >= 60, 5 >= 3, 0"
        if self.chance(0.3):
            indicator["missing"] = rng.choice(["unrated", "unrated", "skip", 1.5])
        return indicator

    # -----------------------------------------------------------------------
    # Grades, and what follows

    def judgement(self, document, members):
        """Adds grades, vetoes, grading, adjustments and linkage, with limits near what the members have."""
        self.take_samples(document, members)
        card = document["scorecard"]
        method = self.method
        if method == "bands" or self.chance(0.5):
            if self.chance(0.95):
                card["grades"] = self.bands()
        if "grades" in card and self.chance(0.5):
            card["vetoes"] = [self.veto(card) for _ in range(self.rng.randint(1, 3))]
        self.effects_given = [veto["grade"] for veto in card.get("vetoes", []) if "grade" in veto]
        if method != "bands":
            document["grading"] = getattr(self, method)()
            self.labels = {"quota": lambda g: [entry.split()[0] for entry in g["quotas"].split(",")],
                           "clusters": lambda g: g["labels"][::-1], "cases": lambda g: g["order"]}[method](document["grading"])
        elif "grades" in card:
            self.labels = [entry.split()[0] for entry in card["grades"].split(",")]
            if self.chance(0.2):
                document["grading"] = {"method": "bands"}
        self.graded = "grades" in card or method != "bands"
        self.effects_given += [card["unrated"]] if "unrated" in card else []
        if self.chance(0.8):
            document["adjust"] = [self.step("a%d" % n) for n in range(1, self.rng.randint(3, 7) + 1)]
        if self.chance(0.7):
            document["linkage"] = [self.link("l%d" % n) for n in range(1, self.rng.randint(1, 4) + 1)]

    def take_samples(self, document, members):
        """Notes what values the operands have."""
        included = [member for member in members if member.excluded is None]
        for member in included:
            parts = {**member.parts, "score": member.score, "coverage": member.coverage}
            parts.update({name: member.values[name] for name in NUMBERS})
            for name, value in parts.items():
                if " " in name:
                    name = 'group."in between"'
                if value is not None:
                    self.samples.setdefault(name, []).append(float(value))
        self.size = len(included)
        self.peers = "peers" in document

    def near(self, name):
        """A number near those that an operand has, as a text."""
        value = self.rng.choice(self.samples.get(name, [0, 1]))
        return shortest(round(value + self.rng.choice([0, 0, 0, 0.5, -1]), 6))

    def condition(self, operands, count):
        """A condition of so many terms over these operands."""
        return " and ".join(self.term(self.rng.choice(operands), operands) for _ in range(count))

    def term(self, operand, operands):
        """A term over an operand, seldom one that compares it with another."""
        rng = self.rng
        if operand == "grade":
            texts = self.labels + [text for text in self.effects_given]
            other = self.label_input if self.label_input in operands and self.chance(0.2) else "'%s'" % rng.choice(texts)
            return "grade %s %s" % (rng.choice(["=", "=", "<>"]), other)
        if operand in ("c0", "g0", "g1", "class"):
            texts = {"c0": ["good", "fair", "poor"], "class": ["L", "M", "S"]}.get(operand, LABELS[operand == "g1"])
            return "%s %s '%s'" % (operand, rng.choice(["=", "<>"]), rng.choice(texts))
        operator = rng.choice([">=", ">=", ">", "<=", "<=", "<", "=", "<>"])
        if operand == "rated":
            return "rated = %d" % rng.choice([1, 1, 1, 0])
        if operand == "notch":
            return "notch %s %d" % (operator, rng.randint(1, len(self.labels)))
        if operand.endswith(("rank", "from_last")):
            return "%s %s %d" % (operand, rng.choice(["<=", "<=", "=", ">"]), rng.randint(1, max(2, self.size // 3)))
        if operand.endswith("_of"):
            return "%s %s %d" % (operand, operator, rng.randint(1, self.size))
        if self.chance(0.1) and "p1" in operands:
            return "%s %s %s" % (operand, operator, rng.choice(["score", "peer_of", "coverage", self.indicator_points()]))
        return "%s %s %s" % (operand, operator, self.near(operand))

    def indicator_points(self):
        """The operand of some indicator's points."""
        return self.rng.choice([name for name in self.samples if name.startswith("points.")] or ["score"])

    def outcome_operands(self, grade=True):
        """Operands to choose from in adjustments and cases."""
        names = ["score", "score", "rated", "coverage", "rank", "rank_from_last", "rank_of", "peer_rank", "peer_rank_from_last",
                 "peer_of", "p0", "p1", "p2", "b0", "flag", "c0", "class", self.label_input]
        names += [name for name in self.samples if name.startswith(("points.", "group."))]
        return names + ["grade", "grade", "notch", "notch"] if grade else names

    def bands(self):
        """Grades by the score, the best first."""
        seen = sorted(set(self.samples.get("score", [1.0])), reverse=True)
        cuts = sorted(self.rng.sample(seen, min(len(seen), self.rng.randint(1, len(self.labels) - 1))), reverse=True)
        entries = ["%s >= %s" % both for both in zip(self.labels, map(shortest, cuts))]
        if self.chance(0.8):
            entries.append(self.labels[len(cuts)])
        return ", ".join(entries)

    def veto(self, card):
        labels = [entry.split()[0] for entry in card["grades"].split(",")]
        when = "%s %s %s" % (self.rng.choice(["p0", "p1", "flag"]), self.rng.choice([">", "<"]), self.near("p0"))
        effect = self.rng.choice([{"cap": self.rng.choice(labels)}, {"grade": "X"}, {"demote": 1}, {"unrate": True}, {"score": 3.25}])
        return {"when": when, **effect}

    def quota(self):
        rng = self.rng
        labels = self.labels[:rng.randint(2, len(self.labels))]
        entries = ["%s %s%%" % (label, rng.choice(["10", "20", "7.5", "33.333", "25"])) for label in labels[:3]]
        if len(labels) > 3 or self.chance(0.7):
            entries.append(self.labels[min(3, len(labels))])
        grading = {"method": "quota", "quotas": ", ".join(entries)}
        if self.chance(0.85):
            grading["rounding"] = rng.choice(["floor", "ceil", "round"])
        if self.chance(0.85):
            grading["ties"] = rng.choice(["keep", "drop", "drop", "error"])
        if self.chance(0.75):
            grading["minimum"] = {entry.split()[0]: float(self.near("score")) for entry in self.some(entries[:-1], 1, 2)}
        if self.chance(0.5):
            grading["within"] = rng.choice(["peers", "all"])
        return grading

    def clusters(self):
        grading = {"method": "clusters", "labels": self.labels[:self.rng.randint(2, len(self.labels))][::-1]}
        if self.chance(0.7):
            grading["clustering"] = self.rng.choice(["fastclus", "optimal"])
        if grading.get("clustering") != "optimal" and self.chance(0.5):
            grading["strict"] = self.rng.choice([0.5, 1, 3, 10, 40])
        if self.chance(0.5):
            grading["within"] = self.rng.choice(["peers", "all"])
        return grading

    def cases(self):
        """Grading by cases, whose conditions see the grade that the scorecard gave."""
        operands = self.outcome_operands()
        order = self.labels = self.labels[:self.rng.randint(3, len(self.labels))]
        cases = [{"when": self.condition(operands, self.rng.choice([1, 1, 2])), "grade": self.rng.choice(order)}
                 for _ in range(self.rng.randint(2, 5))]
        if self.chance(0.7):
            cases.append({"grade": self.rng.choice(order)})
        return {"method": "cases", "order": order, "cases": cases}

    # -----------------------------------------------------------------------
    # Effects

    def effect(self):
        """One effect, seldom two."""
        rng = self.rng
        labels = self.labels
        choices = [{"score": round(float(self.near("score")) + 0.0004, 4)}, {"add": rng.choice([5, -3.3, 0.5])}]
        if self.graded:
            choices = 2 * choices + [{"unrate": True}, {"grade": self.labelled()}, {"grade": rng.choice([self.labelled(), "S"])}] + 2 * [
                {"cap": self.labelled()}, {"least": self.labelled()}, {"demote": rng.randint(1, 2)}, {"promote": rng.randint(1, 2)}]
        effect = dict(rng.choice(choices))
        if self.chance(0.15):
            effect.update(rng.choice(choices))
        if isinstance(effect.get("grade"), str) and effect["grade"] not in labels:
            self.effects_given.append(effect["grade"])
        return effect

    def labelled(self):
        """A label, or the label of an input, moved by some steps or not."""
        if self.chance(0.65):
            return self.rng.choice(self.labels)
        given = {"input": self.rng.choice([self.label_input, self.label_input, "fixed"])}
        if self.chance(0.6):
            given[self.rng.choice(["better", "worse"])] = self.rng.randint(1, 2)
        return given

    def step(self, name):
        """One adjustment."""
        operands = self.outcome_operands(self.graded)
        entry = {"name": name, "when": self.condition(operands, self.rng.choice([1, 1, 2]))}
        if self.chance(0.5):
            entry["reason"] = self.title("reason of " + name)
        return {**entry, **self.effect()}

    def link(self, name):
        """One linkage."""
        rng = self.rng
        of = rng.choice(["children", "parent", None, None])
        if of is None:
            of = {"tie": rng.choice(["controls", "agent_of", "practises_at", "store_of", "child_of"]), "end": rng.choice(["from", "to", "shared"])}
            if self.chance(0.3):
                of["self"] = True
        operands = ["score", "rated"] + (["grade", "notch", "notch"] if self.graded else [])
        if self.graded and self.chance(0.4):            # what was just lowered lowers others
            worse = rng.randint(1, max(1, len(self.labels) - 2))
            return {"name": name, "of": of, "when": "notch > %d" % worse, "demote": worse, "rounds": rng.randint(2, 5)}
        entry = {"name": name, "of": of, "when": self.condition(operands, rng.choice([1, 1, 2]))}
        if self.chance(0.15):
            entry["when"] = "rated = 0"
        if self.chance(0.5):
            entry["reason"] = self.title("reason of " + name)
        if self.chance(0.6):
            entry["rounds"] = rng.randint(1, 4)
        return {**entry, **self.effect()}
