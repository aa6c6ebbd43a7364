"""Periods, windows and months, as doc/scheme.md writes them: the slow and plain way, day by day where that is plainest."""

import calendar
import re
from datetime import date, timedelta

DAY = timedelta(days=1)
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def bounds(name):
    """The first and the last day of a period such as 2025, 2025H1, 2025Q3, 2025-07 or 2025-07-31."""
    if re.fullmatch(r"\d{4}", name):
        return date(int(name), 1, 1), date(int(name), 12, 31)
    if "H" in name or "Q" in name:
        months = 6 if "H" in name else 3
        year, part = map(int, re.split("[HQ]", name))
        first = date(year, (part - 1) * months + 1, 1)
        return first, add_months(first, months) - DAY
    if re.fullmatch(r"\d{4}-\d{2}", name):
        first = date(int(name[:4]), int(name[5:]), 1)
        return first, add_months(first, 1) - DAY
    return date.fromisoformat(name), date.fromisoformat(name)


def kind_of(name):
    """What a scheme says in "period" to be evaluated for such a period."""
    if "H" in name:
        return "half"
    if "Q" in name:
        return "quarter"
    return {4: "year", 7: "month", 10: "day"}[len(name)]


def shifted(start, end, kind, steps):
    """The bounds of the period so many steps later, or earlier below zero."""
    if kind == "day":
        return start + steps * DAY, end + steps * DAY
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}[kind]
    first = add_months(start, steps * months)
    return first, add_months(first, months) - DAY


def add_months(day, months):
    """The same day so many months later, or the last of the month where it has no such day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def completed_months(since, last):
    """How many whole months lie from the start of one day to the end of another, 0 at the least."""
    months = 0
    while add_months(since, months + 1) <= last + DAY:
        months += 1
    return months


def window_bounds(window, start, end, kind):
    """The first and the last day of a window of the period; "valid" is not one, it is about what is in force."""
    if window == "period":
        return start, end
    if window == "all":
        return FIRST, end
    if window == "year":
        return date(end.year, 1, 1), end
    if "period" in window:
        return shifted(start, end, kind, window["period"])
    if "from" in window:
        return date.fromisoformat(window["from"]), date.fromisoformat(window["to"])
    if "days" in window:
        return end - window["days"] * DAY + DAY, end
    months = window.get("months", 0) + 12 * window.get("years", 0)
    return add_months(end + DAY, -months), end
