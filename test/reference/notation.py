"""The three small notations inside a card: bands, curves and conditions.

Each is read from its text into plain tuples, and each has one function that
says what it means. The texts given here are taken to be well formed: what is
not is the business of the generator's list of broken cards.
"""

import re
from collections import namedtuple

BLANK = " \t\r\n"


def shortest(x):
    """The shortest text that reads back as x: 0.5, 60, 1e-05, 1e+15."""
    sign, digits, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:e(.*))?", repr(x)).groups()
    whole, _, rest = digits.partition(".")
    places = len(whole) + int(exponent or 0)            # of the point, in whole + rest
    digits = (whole + rest).lstrip("0")
    places -= len(whole + rest) - len(digits)
    digits = digits.rstrip("0")
    if digits == "":
        return sign + "0"
    if not -4 <= places - 1 < 15:
        mantissa = digits[0] + ("." + digits[1:] if digits[1:] else "")
        return "%s%se%+03d" % (sign, mantissa, places - 1)
    if places <= 0:
        return sign + "0." + "0" * -places + digits
    if places >= len(digits):
        return sign + digits + "0" * (places - len(digits))
    return sign + digits[:places] + "." + digits[places:]


def quoted(name):
    """A name in double quotes, doubled inside."""
    return '"%s"' % name.replace('"', '""')


# ---------------------------------------------------------------------------
# Bands: 'A >= 90, B >= 80, C'

Band = namedtuple("Band", "label operator limit")      # operator None: otherwise


def parse_bands(text):
    """Returns the bands of a text in order."""
    entry = re.compile(
        r'[ \t\r\n]*'
        r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,<>="]+?))'
        r'[ \t\r\n]*'
        r'(?:(?P<operator>>=|<=|>|<)[ \t\r\n]*(?P<limit>[^ \t\r\n,]+)[ \t\r\n]*)?'
        r'(?:,|$)')
    bands = []
    position = 0
    while position < len(text):
        found = entry.match(text, position)
        if found is None:
            raise ValueError("cannot read bands at %r" % text[position:])
        if found["quoted"] is not None:
            label = found["quoted"].replace('""', '"')
        else:
            label = found["plain"].strip(BLANK)
        limit = float(found["limit"]) if found["operator"] else None
        bands.append(Band(label, found["operator"], limit))
        position = found.end()
    return bands


def compare(x, operator, limit):
    """Says whether x stands in that relation to the limit."""
    if operator == ">=":
        return x >= limit
    if operator == ">":
        return x > limit
    if operator == "<=":
        return x <= limit
    if operator == "<":
        return x < limit
    if operator == "=":
        return x == limit
    if operator == "<>":
        return x != limit
    raise ValueError("unknown operator %r" % operator)


def band_label(bands, x):
    """The label of the first band that x falls in, None where there is none."""
    for band in bands:
        if band.operator is None or compare(x, band.operator, band.limit):
            return band.label
    return None


def notch(bands, label):
    """The place of a label, 1 for the first; None where it is not listed."""
    for place, band in enumerate(bands, 1):
        if band.label == label:
            return place
    return None


# ---------------------------------------------------------------------------
# Curves: '0:0, 60:40, 60:70, 100:100'

Knot = namedtuple("Knot", "x y marked")                 # marked: written x:=y


def parse_curve(text):
    """Returns the knots of a text in order."""
    knots = []
    for entry in text.split(","):
        x, y = entry.split(":")
        marked = y.startswith("=")
        if marked:
            y = y[1:]
        knots.append(Knot(float(x), float(y), marked))
    return knots


def curve_value(knots, x):
    """The height of the curve at x."""
    here = [knot for knot in knots if knot.x == x]
    if here:
        marked = [knot for knot in here if knot.marked]
        return marked[0].y if marked else here[-1].y
    if x < knots[0].x:
        return knots[0].y
    if x > knots[-1].x:
        return knots[-1].y
    for left, right in zip(knots, knots[1:]):
        if left.x < x < right.x:
            height = left.y + (x - left.x) * (right.y - left.y) / (right.x - left.x)
            return clamp(height, min(left.y, right.y), max(left.y, right.y))
    raise AssertionError("a point that is neither on, before, after nor between knots")


def clamp(x, low, high):
    """x, or the nearer end where it lies outside; an end of None is open."""
    if low is not None and x < low:
        return low
    if high is not None and x > high:
        return high
    return x


# ---------------------------------------------------------------------------
# Conditions: 'score >= 60 and group."in patients" < 3 and kind = ''clinic'''

Term = namedtuple("Term", "kind name operator operand")  # kind: column score group points

TOKEN = re.compile(
    r'''[ \t\r\n]*(?:"(?P<quoted>(?:[^"]|"")*)"'''
    r'''|'(?P<text>(?:[^']|'')*)\''''
    r'''|(?P<operator>>=|<=|<>|>|<|=)'''
    r'''|(?P<word>[^ \t\r\n"'<>=]+))''')


def parse_condition(text):
    """Returns the terms of a condition; an operand is a float or a str."""
    tokens = []
    position = 0
    text = text.rstrip(BLANK)
    while position < len(text):
        found = TOKEN.match(text, position)
        if found is None:
            raise ValueError("cannot read condition at %r" % text[position:])
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()

    terms = []
    while tokens:
        kind, value = tokens.pop(0)
        if kind == "quoted":
            term_kind, name = "column", value.replace('""', '"')
        elif value == "score":
            term_kind, name = "score", None
        elif value.startswith(("group.", "points.")):
            term_kind, name = value.split(".", 1)
            if name == "":
                name = tokens.pop(0)[1].replace('""', '"')
        else:
            term_kind, name = "column", value
        operator = tokens.pop(0)[1]
        kind, value = tokens.pop(0)
        operand = value.replace("''", "'") if kind == "text" else float(value)
        terms.append(Term(term_kind, name, operator, operand))
        if tokens and tokens.pop(0) != ("word", "and"):
            raise ValueError("terms are joined by and: %r" % text)
    return terms


def condition_text(terms):
    """A condition as the card prints it: one blank around each operator."""
    return " and ".join("%s %s %s" % (operand_text(term), term.operator, limit_text(term.operand))
                        for term in terms)


def operand_text(term):
    """A column, score, group.NAME or points.NAME, quoted only where that is needed."""
    if term.kind == "score":
        return "score"
    name = term.name
    ambiguous = name in ("score", "and") or name.startswith(("group.", "points."))
    if re.search("[ \t\r\n\"'<>=]", name) or (term.kind == "column" and ambiguous):
        name = quoted(name)
    return name if term.kind == "column" else term.kind + "." + name


def limit_text(limit):
    """A number, or a text in quotes."""
    if isinstance(limit, str):
        return "'%s'" % limit.replace("'", "''")
    return shortest(limit)
