"""A random population of facts, recorded in three steps so that it can be looked at as it was known after each.

Facts.sql() is what records them, through the public functions; Facts.known(step) is what an evaluation as of the end of
that step may know: subjects, ties, agreements, commitments, observations and breaches.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace as Row

from registry_periods import DAY, add_months

STEPS = 3
SOURCES = ("statistics", "survey", "settlement", "manual")
EVALUATORS = ("self", "agency", "third_party")
# what an observation of each indicator holds: a value, numerator and denominator, either, or a text
INDICATORS = {"cost": "value", "wait": "value", "visits": "value", "rate": "ratio", "mixed": "value ratio", "rating": "value",
              "verdict": "text", "odd": "text value", "plain": "value", "share": "ratio", "word": "text"}
# these are of one source and no evaluator, where there is nothing to be agreed upon
SINGLE = ("plain", "share", "word")
TEXTS = ("good", "fair", "poor", "", "优", "it's")
NUMERALS = ("12", "-3.5", "1e2", "12 beds", "+5", ".5", "1,000", "0x10", "NaN", "Infinity", " 7", "1e400", "٣", "1_000")
ATTRIBUTES = ("beds", "owner", "floors", "open", "note")
TIES = ("child_of", "store_of", "practises_at", "agent_of", "controls")
RULES = ("x.breach", "x.other", "y.breach")
EDGES = tuple(map(date.fromisoformat, ("2024-02-29", "2024-02-28", "2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01", "2025-09-30",
                                       "2025-01-31", "2025-12-31", "2023-12-31", "2024-06-30", "2024-03-31", "2025-02-28", "2024-07-01")))


def quoted(value):
    """A value as SQL has it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return str(value)
    return "'%s'" % str(value).replace("'", "''")


def values(rows, columns, call):
    """A statement that calls a function for each row; columns are name and type."""
    if not rows:
        return ""
    lines = ",\n\t".join("(%s)" % ", ".join(map(quoted, row)) for row in rows)
    casts = call
    for name, kind in columns:
        casts = casts.replace("{%s}" % name, "v.%s::%s" % (name, kind))
    return ("SELECT count(%s) FROM (VALUES\n\t%s) v(%s);\n"
            % (casts, lines, ", ".join(name for name, _ in columns)))


class Facts:
    """Facts of some years, each with the step in which it was recorded."""

    def __init__(self, rng):
        self.rng = rng
        self.subjects = []              # every version, in the order of recording
        self.ties, self.agreements, self.commitments, self.observations, self.breaches = [], [], [], [], []
        self.keys = [("institution", "I%02d" % i) for i in range(24)] + [("physician", "P%02d" % i) for i in range(8)]
        self.latest = {}
        for step in range(1, STEPS + 1):
            self.step = step
            for draw, often in ((self.subject, 30 if step == 1 else 10), (self.tie, 34 if step == 1 else 8), (self.agreement, 24), (self.commitment, 14),
                                (self.observation, 500 if step == 1 else 110), (self.breach, 14)):
                for _ in range(often):
                    draw()

    def day(self):
        """A day, often one at the edge of a month or a period."""
        if self.rng.random() < 0.5:
            return self.rng.choice(EDGES)
        return date(2023, 1, 1) + timedelta(self.rng.randrange(1150))

    def later(self, day):
        """A later day, or that day, or None for never."""
        return self.rng.choice((None, day, day + timedelta(self.rng.randrange(700)), max(day, self.day())))

    def known_keys(self):
        return sorted(self.latest)

    def subject(self):
        """A version of a subject, new ones first."""
        rng = self.rng
        new = [key for key in self.keys if key not in self.latest]
        key = new[0] if new and (self.step == 1 or rng.random() < 0.3) else rng.choice(self.known_keys())
        attributes = {}
        for name in ATTRIBUTES:
            if rng.random() < 0.8:
                attributes[name] = self.attribute(name)
        start = rng.choice((date(2020, 2, 29), date(2021, 8, 31), self.day(), date(2022, 1, 1)))
        row = Row(step=self.step, key=key, kind=key[0], code=key[1], name=rng.choice(("First", "Second", "第三")), region=rng.choice(("32", "3205", None)),
                  level=rng.choice(("1", "2", "3", None)), peer_class=rng.choice(("large", "small", "small", None)), attributes=attributes,
                  valid_from=start, valid_to=self.later(start) if rng.random() < 0.4 else None)
        self.subjects.append(row)
        self.latest[key] = row

    def attribute(self, name):
        """The value of an attribute as JSON."""
        rng = self.rng
        if name == "beds":
            return rng.choice((rng.randrange(10, 90) * 10, rng.randrange(1, 999) / 4, 100, 100))
        if name == "owner":
            return rng.choice(("public", "private", "private", "it's", None, ""))
        if name == "floors":
            return rng.choice(("3", "4", 5, "12", 2, rng.choice(NUMERALS)))
        if name == "open":
            return rng.choice((True, False, None, 1, "true", "yes"))
        return rng.choice(("n" * 100, "n" * 101, "1" * 20, "1" * 101, {"a": 1}, [1], rng.choice(NUMERALS), "short"))

    def pair(self, first=None, second=None):
        """Two known subjects, of these kinds."""
        def one(kind):
            return self.rng.choice([key for key in self.known_keys() if kind in (None, key[0])])
        return one(first), one(second)

    def tie(self):
        """A tie, or the end of one; none where it would overlap."""
        rng = self.rng
        open_ties = [t for t in self.ties if t.last == t and t.valid_to is None]
        if self.step > 1 and open_ties and rng.random() < 0.5:
            ended = rng.choice(open_ties)
            new = Row(**{**vars(ended), "step": self.step, "valid_to": max(ended.valid_from - DAY, self.day()), "replaces": ended})
        else:
            kind = rng.choice(TIES)
            a, b = self.pair("physician" if kind in ("practises_at", "controls") else "institution", "institution")
            b = rng.choice([key for key in self.known_keys() if key[0] == "institution"][:6] + [b])
            start = self.day()
            new = Row(step=self.step, kind=kind, a=a, b=b, valid_from=start, valid_to=self.later(start), weight=rng.choice((1, 2, Decimal("0.5"))), replaces=None)
        overlaps = [t for t in self.ties if (t.kind, t.a, t.b) == (new.kind, new.a, new.b) and t.last == t and t is not new.replaces
                    and t.valid_from <= (new.valid_to or date.max) and new.valid_from <= (t.valid_to or date.max)]
        if new.a != new.b and not overlaps:
            new.last = new
            if new.replaces:
                new.replaces.last = new
            self.ties.append(new)

    def agreement(self):
        """An agreement of a year, its number the year so that none overlaps; sometimes recorded again."""
        key = self.rng.choice(self.known_keys())
        year = self.rng.choice((2023, 2024, 2025))
        self.agreements.append(Row(step=self.step, key=key, number="N%d" % year, year=year, valid_from=date(year, self.rng.choice((1, 1, 3)), 1), valid_to=date(year, 12, 31),
                                   amount=self.rng.choice((None, Decimal(self.rng.randrange(10 ** 7)) / 100)), decision=self.rng.choice(("signed", "renewed", "suspended"))))

    def commitment(self):
        """A commitment; one day for each subject, so that one recorded again replaces the first."""
        key = self.rng.choice(self.known_keys())
        before = [c for c in self.commitments if c.key == key]
        made = before[0].made_on if before else self.day()
        self.commitments.append(Row(step=self.step, key=key, code="good_faith", made_on=made, until=self.later(made)))

    def breach(self):
        """An event of one of the rules."""
        day = self.day()
        if all((b.key, b.decided_on) != (self.keys[0], day) for b in self.breaches):
            self.breaches.append(Row(step=self.step, key=self.rng.choice(self.known_keys()), rule=self.rng.choice(RULES), decided_on=day,
                                     occurred_on=day - timedelta(self.rng.choice((0, 0, 30, 200)))))

    def span(self):
        """First and last day of what was measured: mostly a quarter, half, year, month or day, sometimes any."""
        rng = self.rng
        last = self.day() if rng.random() < 0.2 else rng.choice(EDGES)
        return rng.choice((last, add_months(last + DAY, -3), add_months(last + DAY, -12), add_months(last + DAY, -12), add_months(last + DAY, -1))), last

    def observation(self):
        """An observation; often of a period, and with a value, that another source has, too, and sometimes of the same again."""
        rng = self.rng
        if self.observations and rng.random() < 0.45:
            like = rng.choice(self.observations)
            key, indicator, (start, end) = like.key, like.indicator, (like.period_start, like.period_end)
        else:
            like, key, indicator, (start, end) = None, rng.choice(self.known_keys()), rng.choice(sorted(INDICATORS)), self.span()
        row = Row(step=self.step, key=key, indicator=indicator, period_start=start, period_end=end, value=None, numerator=None, denominator=None, text=None,
                  source=rng.choice(SOURCES), evaluator=rng.choice((None, None) + EVALUATORS) if indicator != "rating" else rng.choice(EVALUATORS),
                  qualifier=rng.choice((None,) * 9 + (">", "<")))
        if indicator in SINGLE:
            row.source, row.evaluator = "settlement", None
        if like and rng.random() < 0.6:
            row.value, row.numerator, row.denominator, row.text = like.value, like.numerator, like.denominator, like.text
        else:
            what = rng.choice(INDICATORS[indicator].split())
            if what == "value":
                row.value = rng.choice((Decimal(rng.randrange(-20, 200)), Decimal(rng.randrange(1, 9999)) / 100, Decimal("80"), Decimal("80.0"), Decimal("0.1")))
            elif what == "ratio":
                row.numerator, row.denominator = Decimal(rng.randrange(0, 40)), rng.choice((Decimal(rng.randrange(1, 60)), Decimal("2.5")))
            else:
                row.text = rng.choice(TEXTS[:3] + TEXTS if indicator in ("verdict", "word") else NUMERALS)
        stands = [o for o in self.observations if identity(o) == identity(row)]
        if not stands or (contents(stands[-1]) != contents(row)):
            self.observations.append(row)

    def known(self, step):
        """What had been recorded by the end of a step, each as it was recorded last."""
        def upto(rows):
            return [row for row in rows if row.step <= step]
        observed = {identity(o): o for o in upto(self.observations)}
        ties = upto(self.ties)
        replaced = [id(t.replaces) for t in ties]
        return Row(subjects={s.key: s for s in upto(self.subjects)},
                   ties=[t for t in ties if id(t) not in replaced and (t.valid_to is None or t.valid_from <= t.valid_to)],
                   agreements=list({(a.key, a.year, a.number): a for a in upto(self.agreements)}.values()),
                   commitments=list({(c.key, c.code, c.made_on): c for c in upto(self.commitments)}.values()),
                   observations=list(observed.values()), breaches=upto(self.breaches))

    def sql(self):
        """The script that records everything, with the moment after each step in moment(step, at)."""
        codes = "".join("SELECT put_code('indicator', '%s', '%s', '%s');\n" % (i, i, i) for i in INDICATORS)
        script = ["SET search_path = public, credence, credence_registry;\nSET client_min_messages = warning;\n", codes,
                  "SELECT put_code('peer_class', 'large', 'Large', '大'), put_code('peer_class', 'small', 'Small', '小');\n",
                  "SELECT put_region('32', NULL, 'Province', '省'), put_region('3205', '32', 'City', '市');\n",
                  "".join("SELECT put_rule('%s', '2010-01-01', 'Rule', '规则', -1);\n" % rule for rule in RULES),
                  "CREATE TABLE moment (step int, at timestamptz);\n"]
        for step in range(1, STEPS + 1):
            script += self.step_sql(step)
            script.append("SELECT pg_sleep(0.01);\nINSERT INTO moment SELECT %d, clock_timestamp();\nSELECT pg_sleep(0.01);\n" % step)
        return "".join(script)

    def step_sql(self, step):
        """The statements that record what belongs to a step."""
        def mine(rows):
            return [row for row in rows if row.step == step]
        who = "subject_id({kind}, {code})"
        key = [("kind", "text"), ("code", "text")]
        yield values([(s.kind, s.code, s.name, s.region, s.valid_from, s.level, s.peer_class, json.dumps(s.attributes), s.valid_to) for s in mine(self.subjects)],
                     key + [("name", "text"), ("region", "text"), ("since", "date"), ("level", "text"), ("class", "text"), ("attributes", "jsonb"), ("until", "date")],
                     "put_subject({kind}, {code}, {name}, {region}, {since}, {level}, {class}, {attributes}, {until})")
        for t in mine(self.ties):
            ends = "subject_id(%s, %s), subject_id(%s, %s)" % tuple(map(quoted, t.a + t.b))
            if t.replaces:
                yield ("SELECT end_tie(tie_id, %s) FROM ties_at(NULL) WHERE kind = '%s' AND (from_subject, to_subject) = (%s) AND valid_from = %s;\n"
                       % (quoted(t.valid_to), t.kind, ends, quoted(t.valid_from)))
            else:
                yield "SELECT record_tie('%s', %s, %s, %s, %s);\n" % (t.kind, ends, quoted(t.valid_from), quoted(t.valid_to), t.weight)
        yield values([a.key + (a.number, a.year, a.valid_from, a.valid_to, a.amount, a.decision) for a in mine(self.agreements)],
                     key + [("number", "text"), ("year", "int"), ("since", "date"), ("until", "date"), ("amount", "numeric"), ("decision", "text")],
                     "record_agreement(%s, {number}, {year}, {since}, {until}, {amount}, {decision})" % who)
        yield values([c.key + (c.code, c.made_on, c.until) for c in mine(self.commitments)], key + [("commitment", "text"), ("made", "date"), ("until", "date")],
                     "record_commitment(%s, {commitment}, {made}, {until})" % who)
        yield values([b.key + (b.rule, b.occurred_on, b.decided_on, "E%d" % i) for i, b in enumerate(self.breaches) if b.step == step],
                     key + [("rule", "text"), ("occurred", "date"), ("decided", "date"), ("event", "text")],
                     "record_event(%s, {rule}, {occurred}, {decided}, event_code => {event})" % who)
        columns = [("indicator", "text"), ("since", "date"), ("until", "date"), ("value", "numeric"), ("numerator", "numeric"), ("denominator", "numeric"),
                   ("said", "text"), ("qualifier", "text"), ("source", "text"), ("evaluator", "text")]
        yield values([o.key + (o.indicator, o.period_start, o.period_end, o.value, o.numerator, o.denominator, o.text, o.qualifier, o.source, o.evaluator)
                      for o in mine(self.observations)], key + columns,
                     "record_observation(%s, %s)" % (who, ", ".join("{%s}" % name for name, _ in columns)))


def identity(o):
    """What an observation shares with the one that it replaces."""
    return o.key, o.indicator, o.period_start, o.period_end, o.source, o.evaluator


def contents(o):
    """What an observation says."""
    return o.value, o.text, o.numerator, o.denominator, o.qualifier
