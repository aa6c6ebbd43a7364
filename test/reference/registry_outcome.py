"""Writes random schemes over one population of subjects, and what must come out of them.

Run as: python3 registry_outcome.py FOLDER [--cases N] [--seed S]

FOLDER gets facts.sql, which records the subjects and ties through the functions of the registry,
table.sql, and schemes.tsv, results.tsv, adjustments.tsv and drawn.tsv for COPY into the tables of
table.sql. The same seed writes the same files. What comes out is said by outcome.py.
"""

import argparse
import json
import os
import random

from generate import copy_field
from outcome import Scheme, Subject, Tie, evaluate, members_of, notch, score_all
from outcome_draw import LABELS, Drawing
from refused import Refused

PERIOD = ("2025-01-01", "2025-12-31")

SCHEMA = """
CREATE TABLE schemes (
	code text PRIMARY KEY,
	document jsonb NOT NULL,
	error text					-- SQLSTATE that the evaluation must end with
);
CREATE TABLE results (
	scheme text,
	subject text,
	excluded text,
	peer text,
	score_card float8,
	grade_card text,
	score float8,
	grade text,
	notch int,
	rated boolean,
	coverage float8,
	reasons text[],
	rank int,
	rank_ties int,
	rank_of int,
	peer_rank int,
	peer_ties int,
	peer_of int
);
CREATE TABLE adjustments (
	scheme text,
	subject text,
	step int,
	kind text,
	rule text,
	score_before float8,
	score_after float8,
	grade_before text,
	grade_after text,
	rated_before boolean,
	rated_after boolean,
	reason text,
	reason_zh text
);
CREATE TABLE drawn (
	scheme text,
	key text					-- a key of the document, or one with its value
);
"""


# ---------------------------------------------------------------------------
# The population

KINDS = ["institution"] * 6 + ["pharmacy"] * 3 + ["physician"]
TIES = ["child_of", "store_of", "controls", "agent_of", "practises_at"]


def draw_subjects(rng, number):
    """Subjects whose attributes tie often, are missing now and then, and whose validity ends or begins around the period."""
    subjects = []
    for n in range(number):
        attributes = {
            "p0": rng.randint(0, 10), "p1": rng.randint(0, 1000) / 10, "p2": rng.randint(0, 100), "p3": rng.randint(-200, 500) / 100,
            "b0": rng.randint(0, 3), "flag": rng.randint(0, 4),
            "c0": rng.choice(["good", "fair", "poor"]), "g0": rng.choice(LABELS[0] + ["Z"]), "g1": rng.choice(LABELS[1] + ["无"]),
            "class": rng.choice("LLLLMMMSSST"), "town": rng.choice("NNW")}
        for name, share in (("p0", 0.05), ("p2", 0.25), ("p3", 0.1), ("b0", 0.2), ("c0", 0.15), ("g0", 0.2), ("g1", 0.2), ("class", 0.05), ("flag", 0.1)):
            if rng.random() < share:
                del attributes[name]
        valid_from = rng.choice(["2020-01-01"] * 20 + ["2025-12-31", "2026-01-01", "2025-06-01"])
        valid_to = rng.choice([None] * 16 + ["2025-12-31", "2025-12-30", "2027-05-01"]) if valid_from < "2025-12-01" else None
        subjects.append(Subject(rng.choice(KINDS), "S%03d" % n, valid_from, valid_to, attributes))
    return subjects


def draw_ties(rng, subjects, number):
    """Ties of every kind, some of them over before the end of the period or not yet begun."""
    drawn = {}
    for _ in range(number):
        start, end = rng.sample(subjects, 2)
        valid_from = rng.choice(["2021-01-01"] * 8 + ["2025-12-31", "2026-01-01"])
        valid_to = rng.choice([None] * 8 + ["2025-12-31", "2025-12-30"]) if valid_from < "2025" else None
        kind = rng.choice(TIES)
        drawn[kind, start.code, end.code] = Tie(kind, start.code, end.code, valid_from, valid_to)
    return list(drawn.values())


def facts_sql(subjects, ties):
    """The SQL that records the population."""
    def quoted(value):
        return "NULL" if value is None else "'%s'" % str(value).replace("'", "''")

    subject_rows = ",\n".join("\t(%s)" % ", ".join(map(quoted, (
        s.kind, s.code, s.valid_from, s.valid_to, json.dumps(s.attributes, ensure_ascii=False)))) for s in subjects)
    tie_rows = ",\n".join("\t(%s)" % ", ".join(map(quoted, (t.kind, t.start, t.end, t.valid_from, t.valid_to))) for t in ties)
    return """SET search_path = credence_registry, credence;
SELECT count(put_subject(kind, code, code, NULL, f::date, attributes => a::jsonb, valid_to => t::date)) FROM (VALUES
%s) v(kind, code, f, t, a);
SELECT count(record_tie(v.kind, a.subject_id, b.subject_id, f::date, t::date)) FROM (VALUES
%s) v(kind, s, e, f, t) JOIN subject a ON a.code = s JOIN subject b ON b.code = e;
""" % (subject_rows, tie_rows)


# ---------------------------------------------------------------------------
# One scheme

def draw_scheme(rng, number, subjects, ties):
    """A document, its scheme, the members of its run, and the SQLSTATE of the error that it must be, or None."""
    code = "c%03d" % number
    while True:
        drawing = Drawing(rng, code, number)
        document = drawing.frame()
        try:
            members = members_of(Scheme(document), subjects, *PERIOD)
            if not any(member.excluded is None for member in members):
                continue
            score_all(Scheme(document), members)
            drawing.judgement(document, members)
            scheme, members = evaluate(document, subjects, ties, *PERIOD)
            found = examples(scheme, members)
            if found:
                document["examples"] = found
            return document, scheme, members, None
        except Refused as refused:
            if refused.sqlstate == "22000":
                return document, None, [], refused.sqlstate


def examples(scheme, members):
    """Members as worked examples; none where the grade of one depends on the others."""
    if scheme.card.needs_norms() or scheme.grading["method"] in ("quota", "clusters"):
        return []
    included = [member for member in members if member.excluded is None]
    ranks = ("rank", "rank_of", "rank_from_last", "peer_rank", "peer_of", "peer_rank_from_last")
    found = []
    for member in included[:12]:
        given = {name: value for name, value in member.values.items() if value is not None}
        outcomes = member.outcomes(scheme)
        given.update({name: outcomes[name] for name in ranks if outcomes[name] is not None})
        score, grade = member.adjusted
        found.append({"name": member.code, "inputs": given, "score": score, "grade": grade})
    return found


def result_line(scheme, member):
    """What results.tsv says of a subject, without the scheme."""
    place, peer = member.place, member.peer_place
    places = [place and place.rank, place and place.ties, place and place.of,
              peer and peer.rank, peer and peer.ties, peer and peer.of]
    return [member.code, member.excluded, member.peer, member.score_card, member.grade_card, member.score, member.grade,
            notch(scheme, member.grade), member.rated, member.coverage, member.reasons, *places]


def adjustment_lines(member):
    """What adjustments.tsv says of a subject, without the scheme."""
    for line in member.lines:
        sides = [value for both in zip(line.before, line.after) for value in both]
        yield [member.code, line.step, line.kind, line.rule, *sides, line.reason, line.reason_zh]


def combinations_of(document):
    """Combinations of keys that are worth to be sure of."""
    if document.get("rank", {}).get("order") == "low" and "minimum" in document.get("grading", {}):
        yield "minimum of a quota where low is good"
    if "exclude" in document["subjects"] and any(entry["when"] == "rated = 0" for entry in document.get("linkage", [])):
        yield "linkage that looks at the unrated where some are excluded"


def keys_of(part, path=""):
    """The keys of a document with their paths, and the short texts and booleans behind them."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield "%s.%s" % (path, key) if path else key
            if path not in ("inputs", "examples"):
                yield from keys_of(value, "%s.%s" % (path, key) if path else key)
    elif isinstance(part, list):
        for entry in part:
            yield from keys_of(entry, path)
    elif isinstance(part, str) and path.rsplit(".", 1)[-1] in (
            "method", "order", "ties", "rounding", "within", "clustering", "standardise", "standardise_within", "valid", "aggregate", "of", "end", "tie"):
        yield "%s: %s" % (path, part)


# ---------------------------------------------------------------------------
# All of them

def write(folder, cases, seed):
    rng = random.Random("%s/population" % seed)
    subjects = draw_subjects(rng, 70)
    ties = draw_ties(rng, subjects, 160)

    def open_file(name):
        return open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n")

    os.makedirs(folder, exist_ok=True)
    with open_file("facts.sql") as file:
        file.write(facts_sql(subjects, ties))
    with open_file("table.sql") as file:
        file.write(SCHEMA)
    with open_file("schemes.tsv") as schemes, open_file("results.tsv") as results, \
            open_file("adjustments.tsv") as adjustments, open_file("drawn.tsv") as drawn:
        def put(file, *fields):
            file.write("\t".join(map(copy_field, fields)) + "\n")
        for number in range(1, cases + 1):
            document, scheme, members, error = draw_scheme(random.Random("%s/%s" % (seed, number)), number, subjects, ties)
            code = document["code"]
            put(schemes, code, json.dumps(document, ensure_ascii=False), error)
            for member in members:
                put(results, code, *result_line(scheme, member))
                for line in adjustment_lines(member):
                    put(adjustments, code, *line)
            for key in sorted({*keys_of(document), *combinations_of(document)}):
                put(drawn, code, key)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    write(options.folder, options.cases, options.seed)


if __name__ == "__main__":
    main()
