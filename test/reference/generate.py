"""Writes random cards with rows and what must come out of them, for COPY.

Run as: python3 generate.py FOLDER [--cards N] [--seed S] [--pairs]

FOLDER gets cards.tsv, populations.tsv, rows.tsv, monotone.tsv, broken.tsv and
table.sql; the columns are those of SCHEMA below. The same seed writes the same
files. --pairs reports the keys and the pairs of keys that no card had.
"""

import argparse
import json
import math
import os
import random
import sys
import time

from broken import broken_cards
from card import Card
from draw import COLUMNS, TABLE, Drawing, card_text
from interpreter import appraise, group_norms, indicator_norms, inputs
from monotone import monotone_pairs
from pairs import Pairs
from refused import ANY, Refused

SCHEMA = """
CREATE TABLE cards (
	case_no int PRIMARY KEY,
	card text NOT NULL,
	needs_norms boolean NOT NULL,
	norms_error text			-- SQLSTATE that making the norms must end with
);
CREATE TABLE populations (
	case_no int,
	vector float8[]
);
CREATE TABLE rows (
	case_no int,
	row_no int,
	kind text,					-- record, vector, or bare: scored without norms
	row json,					-- of a record: the values by column name
	vector float8[],
	error text,					-- SQLSTATE that scoring must end with
	score float8,
	grade text,
	notch int,
	rated boolean,
	coverage float8,
	points float8[],
	group_scores float8[],
	vetoes int[],
	reasons text[],
	score_before float8,
	grade_before text,
	PRIMARY KEY (case_no, row_no)
);
CREATE TABLE monotone (
	case_no int,
	input text,
	direction text,				-- higher: the second vector scores no less
	first float8[],
	second float8[]
);
CREATE TABLE broken (
	rule text,
	path text,					-- that the message must mention
	card text
);
"""


# ---------------------------------------------------------------------------
# What COPY reads

def copy_field(value):
    """A value as COPY's text format writes it."""
    if value is None:
        return r"\N"
    text = literal(value)
    return (text.replace("\\", "\\\\").replace("\t", "\\t")
            .replace("\n", "\\n").replace("\r", "\\r"))


def literal(value):
    """A value as PostgreSQL reads it from text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace("inf", "Infinity").replace("nan", "NaN")
    if isinstance(value, list):
        return "{%s}" % ",".join(map(element, value))
    return str(value)


def element(value):
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    return literal(value)


# ---------------------------------------------------------------------------
# One case

class Case:
    """A card, its population, its rows, and what they must give."""

    def __init__(self, seed, number):
        self.number = number
        self.rng = random.Random("%s/%s" % (seed, number))
        self.drawing = Drawing(self.rng)
        self.given = self.drawing.card()

        # Score once without grades and vetoes, so that their limits can be near the scores.
        card = Card(json.dumps(self.given))
        self.rows = [self.drawing.row(card.columns) for _ in range(self.rng.choice((3, 3, 4, 6)))]
        self.population = []
        if card.needs_norms():
            self.population = self.draw_population(card)
        self.norms, self.norms_error = None, None
        if card.needs_norms():
            self.make_norms(card)
        appraisals = []
        if self.norms_error is None:
            for _, row in self.rows:
                try:
                    appraisals.append(appraise(card, inputs(card, row), self.norms))
                except Refused:
                    pass
        self.drawing.judgement(self.given, appraisals)

        self.text = card_text(self.rng, self.given)
        self.card = Card(self.text)
        for stored, read in self.rows + self.population:
            for column in self.card.columns:
                if column not in read:
                    stored[column], read[column] = self.drawing.cell(column)
        if self.card.needs_norms() and self.card.columns != card.columns:
            self.make_norms(self.card)

    def draw_population(self, card):
        """Rows of the population: the scored ones or others, many or few, alike or not."""
        size = self.rng.choice((1, 2, 3, 4, 5, 8, 8, 13, 20, 40))
        drawn = [self.drawing.row(card.columns) for _ in range(size)]
        for place, both in enumerate(self.rows):
            if place < size and self.rng.random() < 0.7:
                drawn[place] = both
        for column in card.columns:
            if drawn and self.rng.random() < 0.06:              # a column without spread
                for stored, read in drawn:
                    stored[column], read[column] = drawn[0][0][column], drawn[0][1][column]
        return drawn

    def make_norms(self, card):
        vectors = [inputs(card, read) for _, read in self.population]
        self.norms, self.norms_error = None, None
        try:
            self.norms = group_norms(card, vectors, indicator_norms(card, vectors))
        except Refused as refused:
            self.norms_error = refused.sqlstate

    def population_vectors(self):
        return [inputs(self.card, read) for _, read in self.population]

    def outcome(self, vector, norms):
        """The error, or the parts of the appraisal, as rows.tsv has them."""
        if self.norms_error is not None and norms is not None:
            return [self.norms_error] + [None] * 11
        try:
            return [None, *appraise(self.card, vector, norms)]
        except Refused as refused:
            return [refused.sqlstate] + [None] * 11

    def appraisals(self):
        """The lines of rows.tsv, without the case number."""
        lines = []
        for stored, read in self.rows:
            vector = inputs(self.card, read)
            unused = {column: self.drawing.cell(column)[0] for column in COLUMNS
                      if column not in stored and self.rng.random() < 0.1}
            whole = json.dumps({"case_no": self.number, "row_no": len(lines) + 1,
                                **stored, **unused}, ensure_ascii=False)
            lines.append(["record", whole, vector, *self.outcome(vector, self.norms)])
        vectors = [line[2] for line in lines]
        for vector in vectors[:2]:
            disturbed, faults = self.disturbed(vector)
            outcome = self.outcome(disturbed, self.norms)
            if outcome[0] is not None and (faults > 1 or self.outcome(vector, self.norms)[0]):
                outcome[0] = ANY                        # which of several comes first is open
            lines.append(["vector", None, disturbed, *outcome])
        if self.card.needs_norms() and self.rng.random() < 0.3:
            lines.append(["bare", None, vectors[0], ANY, *[None] * 11])
        if self.norms_error is not None:
            lines = [line for line in lines if line[0] == "bare"]
        return lines

    def disturbed(self, vector):
        """A vector with what only a vector can hold, and how much of it is an error."""
        rng = self.rng
        changed = []
        faults = 0
        for column, x in zip(self.card.columns, vector):
            if x is None and rng.random() < 0.5:
                x = math.nan
            elif x == 0 and rng.random() < 0.5:
                x = -0.0
            elif rng.random() < 0.01:
                x = rng.choice((math.inf, -math.inf))
                faults += 1
            elif column in self.card.texts and rng.random() < 0.04:
                x = rng.choice((0.5, -1.0, len(self.card.texts[column]) + 1.0))
                faults += 1
            changed.append(x)
        if rng.random() < 0.01:
            changed.append(1.0)
            faults += 1
        return changed, faults


# ---------------------------------------------------------------------------
# All of them

def write(folder, cards, seed, pairs):
    def open_file(name):
        return open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n")

    os.makedirs(folder, exist_ok=True)
    with open_file("table.sql") as file:
        file.write(SCHEMA + "\n".join(TABLE) + "\n")
    with open_file("broken.tsv") as file:
        for line in broken_cards():
            file.write("\t".join(map(copy_field, line)) + "\n")
    outcomes = {}
    with open_file("cards.tsv") as card_file, open_file("populations.tsv") as population_file, \
            open_file("rows.tsv") as row_file, open_file("monotone.tsv") as monotone_file:
        def put(file, *fields):
            file.write("\t".join(map(copy_field, fields)) + "\n")
        for number in range(1, cards + 1):
            case = Case(seed, number)
            pairs.count(case.given)
            put(card_file, number, case.text, case.card.needs_norms(), case.norms_error)
            for vector in case.population_vectors():
                put(population_file, number, vector)
            lines = case.appraisals()
            for place, line in enumerate(lines, 1):
                put(row_file, number, place, *line)
                outcomes[line[3]] = outcomes.get(line[3], 0) + 1
            if case.norms_error is None:
                for line in monotone_pairs(case.rng, case.drawing, case.card, case.norms,
                                           [line[2] for line in lines if line[0] == "record"]):
                    put(monotone_file, number, *line)
    return outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--cards", type=int, default=10000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--pairs", action="store_true")
    options = parser.parse_args()

    start = time.monotonic()
    pairs = Pairs()
    outcomes = write(options.folder, options.cards, options.seed, pairs)
    scored = outcomes.pop(None, 0)
    print("%d cards, %d rows scored, %d refused (%s), in %.0f s"
          % (options.cards, scored, sum(outcomes.values()),
             ", ".join("%s %d" % item for item in sorted(outcomes.items())),
             time.monotonic() - start))
    if options.pairs:
        missing = pairs.uncovered()
        for place, found in missing.items():
            print("%d pairs that no card had %s" % (len(found), place))
            for a, b in found:
                print("    %s with %s" % (a, b))
        if any(missing.values()):
            sys.exit(1)


if __name__ == "__main__":
    main()
