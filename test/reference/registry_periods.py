"""Periods, windows and months, as doc/scheme.md writes them: the slow and plain way, day by day where that is plainest."""

import calendar
import re
from datetime import date, timedelta

DAY = timedelta(days=1)
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def bounds(name):
    """The first and the last day of a period such as 2025, 2025H1, 2025Q3, 2025-07, 2025-07-31 or 2025-01-01..2025-06-30."""
    if ".." in name:
        return tuple(date.fromisoformat(day) for day in name.split(".."))
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


def shifted(start, end, steps):
    """The bounds of the period so many steps later, or earlier below zero: in whole months where it has whole months, else
    in its days."""
    if start.day == 1 and (end + DAY).day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        return add_months(start, steps * months), add_months(end + DAY, steps * months) - DAY
    days = (end - start).days + 1
    return start + steps * days * DAY, end + steps * days * DAY


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


def window_bounds(window, start, end):
    """The first and the last day of a window of the period; those of "valid", which is about what is in force, are as of "all"."""
    if window == "period":
        return start, end
    if window in ("all", "valid"):
        return FIRST, end
    if window == "year":
        return date(end.year, 1, 1), end
    if "period" in window:
        return shifted(start, end, window["period"])
    if "from" in window:
        return date.fromisoformat(window["from"]), date.fromisoformat(window["to"])
    if "days" in window:
        return end - window["days"] * DAY + DAY, end
    months = window.get("months", 0) + 12 * window.get("years", 0)
    return add_months(end + DAY, -months), end
