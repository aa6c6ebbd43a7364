"""Holds the interpreter against the worked examples of the published rules.

Run as: python3 test_interpreter.py [folder of the CMS population]
"""

import csv
import json
import os
import sys
import unittest

from card import Card
from interpreter import appraise, group_norms, indicator_norms, inputs, round_half_away
from notation import band_label, curve_value, parse_bands, parse_curve
from refused import Refused

CMS = None                                              # set from the command line


def judge(card, **row):
    """The appraisal of a row by a card given as a dict; columns not given are NULL."""
    card = Card(json.dumps(card))
    row = {column: row.get(column) for column in card.columns}
    return appraise(card, inputs(card, row))


class Rounding(unittest.TestCase):

    def test_half_away_on_the_shortest_decimal(self):
        self.assertEqual(round_half_away(2.675, 2), 2.68)
        self.assertEqual(round_half_away(-2.675, 2), -2.68)
        self.assertEqual(round_half_away(0.5, 0), 1.0)
        self.assertEqual(round_half_away(1e100, 9), 1e100)
        self.assertEqual(str(round_half_away(-0.4, 0)), "0.0")


class Notation(unittest.TestCase):

    def test_bands(self):
        bands = parse_bands('A >= 90, "B, ""good""" >= 80 , C 甲 >= 60, D')
        self.assertEqual([band.label for band in bands], ["A", 'B, "good"', "C 甲", "D"])
        self.assertEqual(band_label(bands, 80.0), 'B, "good"')
        self.assertEqual(band_label(bands, 79.999), "C 甲")
        self.assertEqual(band_label(parse_bands("A <= 8, B <= 15"), 15.5), None)

    def test_curve(self):
        knots = parse_curve("0:0, 60:40, 60:70, 100:100")
        self.assertEqual([curve_value(knots, x) for x in (-1.0, 30.0, 60.0, 80.0, 101.0)],
                         [0.0, 20.0, 70.0, 85.0, 100.0])
        knots = parse_curve("0:=10, 0:7, 100:0")
        self.assertEqual([curve_value(knots, x) for x in (-1.0, 0.0, 50.0)], [10.0, 10.0, 3.5])
        self.assertEqual(curve_value(parse_curve("5:3"), 99.0), 3.0)


class WorkedExamples(unittest.TestCase):

    def test_w8_hubei(self):
        card = {"name": "hubei", "aggregate": "earned", "decimals": 2,
                "indicators": [{"name": "basic", "cap": [0, 120]},
                               {"name": "service", "cap": [0, 80]},
                               {"name": "other", "cap": [0, 50]},
                               {"name": "extra", "bonus": True, "weight": 0.01, "cap": [0, 10]}],
                "grades": "A >= 90, B >= 80, C >= 70, D >= 60, E",
                "vetoes": [{"when": "serious = 1", "score": 60, "grade": "D"}]}
        result = judge(card, basic=100, service=72, extra=6, serious=False)
        self.assertEqual((result.score, result.grade, result.notch), (86.03, "B", 2))
        result = judge(card, basic=100, service=72, extra=6, serious=True)
        self.assertEqual((result.score, result.grade, result.score_before, result.grade_before),
                         (60.0, "D", 86.03, "B"))
        card["indicators"][3]["weight"] = 1
        self.assertEqual(judge(card, basic=100, service=72, extra=6).score, 89.0)
        line = {"name": "line", "aggregate": "earned",
                "indicators": [{"name": "service", "cap": [0, 50]}],
                "grades": "kept >= 60, stopped"}
        self.assertEqual(judge(line, service=29)[:2], (58.0, "stopped"))

    def test_w9_shandong(self):
        card = {"name": "shandong", "aggregate": "sum", "base": 1000,
                "indicators": [{"name": "k1", "weight": 20, "cap": [-1, 0]},
                               {"name": "k2", "weight": 10, "cap": [-1, 0]},
                               {"name": "award", "weight": 30, "cap": [0, 2], "bonus": True}]}
        self.assertEqual(judge(card, k1=-3, k2=-1).score, 970.0)
        self.assertEqual(judge(card, award=3).score, 1060.0)

    def test_w10_tax(self):
        card = {"name": "tax", "aggregate": "sum",
                "indicators": [{"name": "start"}, {"name": "points"},
                               {"name": "repair", "input": "days", "weight": 3, "missing": 0,
                                "bands": "1 <= 3, 0.8 <= 30, 0.6 <= 90, 0.4"}],
                "decimals": 2, "grades": "A >= 90, B >= 70, C >= 40, D",
                "vetoes": [{"when": "years < 3", "cap": "B", "reason": "operating under 3 years"}]}
        self.assertEqual(judge(card, start=90, points=-3, days=20)[:2], (89.4, "B"))
        self.assertEqual(judge(card, start=90, points=-3, days=2)[:2], (90.0, "A"))
        result = judge(card, start=90, points=-3, days=2, years=2)
        self.assertEqual((result.score, result.grade, result.grade_before, result.vetoes),
                         (90.0, "B", "A", [1]))
        self.assertEqual(judge(card, start=90, points=-3, days=60).score, 88.8)
        self.assertEqual(judge(card, start=90, points=-3, days=120).score, 88.2)
        self.assertEqual(judge(card, start=100, points=-60.1)[:2], (39.9, "D"))

    def test_w11_jiangsu(self):
        card = {"name": "jiangsu", "aggregate": "sum", "base": 9, "indicators": [{"name": "points"}],
                "grades": "green >= 11, blue >= 6, yellow >= 3, red >= 1, black"}
        for points, grade in ((0, "blue"), (-1, "blue"), (-6, "yellow"), (-12, "black"),
                              (2, "green"), (1, "blue"), (-9, "black"), (-8, "red")):
            self.assertEqual(judge(card, points=points).grade, grade)

    def test_w14_nursing_home(self):
        card = {"name": "nursing", "aggregate": "sum", "floor": 1, "ceiling": 5,
                "groups": [{"name": "staffed", "aggregate": "sum", "floor": 1, "ceiling": 5}],
                "indicators": [
                    {"name": "inspection", "group": "staffed"},
                    {"name": "staffing", "group": "staffed", "bands": "1 >= 5, 0 >= 2, -1"},
                    {"name": "quality", "bands": "1 >= 5, 0 >= 2, -1"}],
                "vetoes": [{"when": "inspection = 1 and score > 2", "score": 2}]}
        for stars, overall in (((3, 5, 5), 5), ((1, 5, 5), 2), ((2, 1, 1), 1), ((5, 3, 1), 4),
                               ((4, 5, 5), 5), ((2, 5, 5), 4), ((5, 5, 1), 4)):
            row = dict(zip(("inspection", "staffing", "quality"), stars))
            self.assertEqual(judge(card, **row).score, overall)

    def test_w15_mips(self):
        deciles = ("82.61:1, 82.61:2, 86.67:3, 89.13:4, 90.91:5, 92.47:6, 93.69:7, "
                   "95:8, 96.5:9, 98.23:10")
        card = {"name": "mips", "decimals": 5, "indicators": [{"name": "rate", "curve": deciles}]}
        for rate, points in ((92.00, 5.69872), (95, 8), (98.23, 10), (82.60, 1)):
            self.assertEqual(judge(card, rate=rate).score, points)
        card["indicators"][0]["cap"] = [0, 7]
        self.assertEqual(judge(card, rate=100).score, 7.0)
        card = {"name": "sample", "decimals": 4,
                "indicators": [{"name": "rate", "curve": "62:7, 69:8"}]}
        self.assertEqual(judge(card, rate=65).score, 7.4286)

    def test_w16_comar(self):
        card = {"name": "comar", "indicators": [{"name": "score", "curve": "50:0, 70:50, 90:100"}]}
        for score, percent in ((90, 100), (80, 75), (70, 50), (60, 25), (50, 0), (45, 0)):
            self.assertEqual(judge(card, score=score).score, percent)

    def test_w18_cqc(self):
        def count(name, category):
            return {"name": name, "aggregate": "sum"}, [
                {"name": "%s %s" % (name, question), "input": question, "group": name,
                 "categories": {grade: int(grade == category) for grade in "OGRI"}}
                for question in ("safe", "effective", "caring", "responsive", "led")]
        groups, indicators = [], []
        for name, category in (("outstanding", "O"), ("weak", "R"), ("failing", "I")):
            group, members = count(name, category)
            groups.append(group)
            indicators += members
        card = {"name": "cqc", "aggregate": "sum", "groups": groups, "indicators": indicators,
                "grades": "outstanding >= 1000, good >= 0, requires improvement >= -1000, inadequate",
                "vetoes": [{"when": "group.outstanding >= 2 and group.weak = 0 and group.failing = 0",
                            "grade": "outstanding"},
                           {"when": "group.weak >= 2", "cap": "requires improvement"},
                           {"when": "group.failing = 1", "cap": "requires improvement"},
                           {"when": "group.failing >= 2", "cap": "inadequate"},
                           {"when": "breach = 1", "cap": "requires improvement"}]}
        for answers, breach, grade in (("GGGGR", 0, "good"), ("GGGRR", 0, "requires improvement"),
                                       ("OOGGG", 0, "outstanding"), ("OGGGG", 0, "good"),
                                       ("IIGGG", 0, "inadequate"),
                                       ("OOGGG", 1, "requires improvement")):
            row = dict(zip(("safe", "effective", "caring", "responsive", "led"), answers))
            self.assertEqual(judge(card, breach=breach, **row).grade, grade)

    def test_w20_and_w21_weights_of_the_groups_present(self):
        card = {"name": "stars", "decimals": 9,
                "indicators": [{"name": "mortality", "weight": 0.22},
                               {"name": "safety", "weight": 0.22},
                               {"name": "readmission", "weight": 0.22},
                               {"name": "experience", "weight": 0.22},
                               {"name": "process", "weight": 0.12}]}
        result = judge(card, mortality=0.6399915618, readmission=0.3732391881,
                       experience=1.576513564, process=-0.356043612)
        self.assertAlmostEqual(result.score, 0.6756647637, delta=5e-9)
        self.assertAlmostEqual(result.coverage, 0.78)
        result = judge(card, readmission=-1.010685846, process=-0.129245669)
        self.assertAlmostEqual(result.score, -0.699589313, delta=5e-9)

    def test_w26_targets(self):
        def met(bands, x):
            return band_label(parse_bands(bands), x)
        self.assertEqual(met("met > 99, not", 99.0), "not")
        self.assertEqual(met("met >= 90, not", 90.0), "met")
        self.assertEqual(met("not < 0, met <= 5, not", 5.0), "met")
        self.assertEqual(met("not < 0, met <= 5, not", 5.01), "not")


class Refusals(unittest.TestCase):

    def test_row_errors(self):
        card = {"name": "c", "aggregate": "geometric",
                "indicators": [{"name": "x"}, {"name": "kind", "categories": {"a": 1, "b": 2}}]}
        self.assertEqual(judge(card, x=8, kind="b").score, 4.0)
        for row, sqlstate in (({"x": float("inf")}, "22003"), ({"x": -1}, "22003"),
                              ({"x": 1, "kind": "c"}, "22023")):
            with self.assertRaises(Refused) as caught:
                judge(card, **row)
            self.assertEqual(caught.exception.sqlstate, sqlstate)


class Cms(unittest.TestCase):
    """The July 2022 star rating: 4,489 hospitals with their official scores."""

    @classmethod
    def setUpClass(cls):
        if CMS is None or not os.path.isdir(CMS):
            raise unittest.SkipTest("no CMS population")

    def test_population(self):
        def read(name):
            with open(os.path.join(CMS, name), newline="") as file:
                return list(csv.DictReader(file))
        measures, rows = read("measures.csv"), read("input.csv")
        expected = {row["PROVIDER_ID"]: row for row in read("expected.csv")}
        used = [measure for measure in measures
                if sum(row[measure["measure_id"]] != "" for row in rows) > 100]
        self.assertEqual(len(measures) - len(used), 1)
        groups = read("groups.csv")
        card = Card(json.dumps({
            "name": "cms", "decimals": 9,
            "groups": [{"name": group["group_name"], "weight": float(group["weight"]),
                        "standardise": "zscore"} for group in groups],
            "indicators": [{"name": measure["measure_id"], "group": measure["group_name"],
                            "direction": "lower" if float(measure["flip_sign"]) < 0 else "higher",
                            "standardise": "zscore"} for measure in used],
            "rated": {"groups": 3, "indicators_per_group": 3,
                      "any_group": [group["group_name"] for group in groups
                                    if float(group["mortsafe_flag"]) == 1]}}))
        vectors = [inputs(card, {column: float(row[column]) if row[column] != "" else None
                                 for column in card.columns}) for row in rows]
        norms = group_norms(card, vectors, indicator_norms(card, vectors))
        rated = 0
        furthest = 0.0
        for row, vector in zip(rows, vectors):
            result = appraise(card, vector, norms)
            official = expected.get(row["PROVIDER_ID"])
            if result.score is None:
                self.assertTrue(official is None or official["summary_score"] == "")
                continue
            furthest = max(furthest, abs(result.score - float(official["summary_score"])))
            self.assertEqual(result.rated, official["report_indicator"] == "1")
            rated += result.rated
        self.assertLessEqual(round(furthest, 12), 5e-9)
        self.assertEqual(rated, 3121)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        CMS = sys.argv.pop(1)
    unittest.main()
