"""The two small languages of doc/scheme.md, conditions and formulas, read and computed from the text each time."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

NAME = r'"(?:[^"]|"")*"|[^\W\d]\w*'
NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TERM = re.compile(r"\s*(%s)\s*(>=|<=|<>|>|<|=)\s*('(?:[^']|'')*'|[+-]?%s|%s)\s*" % (NAME, NUMBER, NAME))
TOKEN = re.compile(r"\s*(?:(%s)|(%s)|([-+*/(),]))" % (NUMBER, NAME))
COMPARE = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "<>": lambda a, b: a != b,
           ">": lambda a, b: a > b, "<": lambda a, b: a < b, "=": lambda a, b: a == b}


def unquoted(name):
    """A name without the quotes around it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def terms(condition):
    """The terms of a condition: (name, operator, right), right being a number, a text in a tuple, or another name in a list."""
    found = []
    place = 0
    while True:
        match = TERM.match(condition, place)
        left, operator, right = match.groups()
        if right.startswith("'"):
            right = (right[1:-1].replace("''", "'"),)
        elif re.match(r"[-+.\d]", right):
            right = float(right)
        else:
            right = [unquoted(right)]
        found.append((unquoted(left), operator, right))
        place = match.end()
        if place == len(condition):
            return found
        assert condition.startswith("and ", place), condition
        place += 4


def holds(condition, value_of):
    """Whether a condition holds; value_of(name) is a float, a text or None."""
    for left, operator, right in terms(condition):
        a = value_of(left)
        b = value_of(right[0]) if isinstance(right, list) else right[0] if isinstance(right, tuple) else right
        if a is None or b is None or not COMPARE[operator](a, b):
            return False
    return True


def operands(condition):
    """The names in a condition."""
    return {name for left, _, right in terms(condition) for name in [left] + (right if isinstance(right, list) else [])}


def rounded(x, decimals):
    """Half away from zero, on the shortest decimal number that reads back as the same double."""
    return float(Decimal(repr(x)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


class Formula:
    """A formula, computed while it is read."""

    def __init__(self, text):
        self.tokens = [match.group(0).strip() for match in TOKEN.finditer(text)]

    def names(self):
        """The inputs that it reads."""
        return {unquoted(token) for token, after in zip(self.tokens, self.tokens[1:] + [""])
                if re.match(r'"|[^\W\d]', token) and after != "("}

    def value(self, value_of):
        """Its value, None where that is missing."""
        self.place = 0
        self.value_of = value_of
        value = self.total()
        assert self.place == len(self.tokens), self.tokens
        return value

    def peek(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self):
        self.place += 1
        return self.tokens[self.place - 1]

    def total(self):
        """Terms with + and - between them, from the left."""
        value = self.product()
        while self.peek() in ("+", "-"):
            operator, other = self.take(), self.product()
            value = None if value is None or other is None else value + other if operator == "+" else value - other
        return value

    def product(self):
        """Factors with * and / between them, from the left."""
        value = self.factor()
        while self.peek() in ("*", "/"):
            operator, other = self.take(), self.factor()
            if value is None or other is None or operator == "/" and other == 0:
                value = None
            else:
                value = value * other if operator == "*" else value / other
        return value

    def factor(self):
        """A number, a name, a call, something in parentheses, each also with a sign."""
        token = self.take()
        if token == "-":
            value = self.factor()
            return None if value is None else -value
        if token == "(":
            value = self.total()
            assert self.take() == ")"
            return value
        if re.match(r"[\d.]", token):
            return float(token)
        if self.peek() != "(":
            return self.value_of(unquoted(token))
        self.take()
        arguments = [self.total()]
        while self.take() == ",":
            arguments.append(self.total())
        return self.call(token, arguments)

    def call(self, function, arguments):
        """The value of a function."""
        there = [x for x in arguments if x is not None]
        if function == "present":
            return float(len(there))
        if function == "first":
            return there[0] if there else None
        if function in ("min", "max"):
            return {"min": min, "max": max}[function](there) if there else None
        if len(there) < len(arguments):
            return None
        if function == "round":
            return rounded(arguments[0], int(arguments[1]))
        return {"abs": abs, "floor": lambda x: float(math.floor(x)), "ceil": lambda x: float(math.ceil(x))}[function](arguments[0])
