"""Schedule expressions of rules and schedules: rate, cron and at. Pure.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import calendar
import re
from collections.abc import Container
from datetime import datetime, timedelta

_RATE = re.compile(r"rate\((?:(1) (minute|hour|day)|(?!1 |0+ )(\d+) (minute|hour|day)s)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_MONTHS = [name.upper() for name in calendar.month_abbr[1:]]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_MOST = 9999
# Of each field of a cron expression: a value, and what a list may contain besides values, ranges and steps.
_DAY = f"[1-7]|{'|'.join(_DAYS)}"
_CRON_FIELDS = (
    ("[0-5]?[0-9]", "(?!)"),
    ("[01]?[0-9]|2[0-3]", "(?!)"),
    ("0?[1-9]|[12][0-9]|3[01]", r"\?|LW?|[0-9]{1,2}W"),
    (f"0?[1-9]|1[0-2]|{'|'.join(_MONTHS)}", "(?!)"),
    (_DAY, rf"\?|L|[1-7]L|(?:{_DAY})#[1-5]"),
    ("19[7-9][0-9]|2[01][0-9]{2}", "(?!)"),
)


def is_valid(text: str) -> bool:
    """Whether the text is a rate or cron expression, which rules have."""
    fields = _fields(text)
    if not fields:
        return _RATE.fullmatch(text) is not None
    parts = [rf"(?:(?:\*|(?:{value})(?:-(?:{value}))?)(?:/[0-9]+)?|{other})" for value, other in _CRON_FIELDS]
    pattern = " ".join(rf"{part}(?:,{part})*" for part in parts)
    one_day = (fields[2] == "?") != (fields[4] == "?")
    return one_day and re.fullmatch(pattern, " ".join(fields)) is not None


def is_due(text: str, minute: datetime, start: datetime) -> bool:
    """Whether a valid expression is due in the minute; `start` begins the first period of a rate."""
    if rate := _RATE.fullmatch(text):
        period = timedelta(**{f"{rate[2] or rate[4]}s": int(rate[1] or rate[3])})
        age = minute - start
        return age >= period and age // period > (age - timedelta(minutes=1)) // period
    if at := _AT.fullmatch(text):
        return datetime.fromisoformat(at[1]).replace(second=0) == minute.replace(tzinfo=None)
    minutes, hours, days, months, weekdays, years = _fields(text)
    weekday = minute.isoweekday() % 7 + 1  # Sunday is 1
    values = (
        (minutes, minute.minute, 0),
        (hours, minute.hour, 0),
        (months, minute.month, 1),
        (years, minute.year, 1970),
    )
    is_month_day = all(_matches(*each) for each in values) and _matches(days, minute.day, 1, _month_days(minute))
    return is_month_day and _matches(weekdays, weekday, 1, _week_days(minute, weekday))


def _fields(text: str) -> list[str]:
    """The six fields of a cron expression, [] of another text."""
    fields = text.removeprefix("cron(").removesuffix(")").split(" ")
    return fields if text.startswith("cron(") and text.endswith(")") and len(fields) == len(_CRON_FIELDS) else []


def _matches(field: str, value: int, start: int, names: Container[str] = ()) -> bool:
    """Whether a part of the field has the value, or is one of its names."""
    for part in field.split(","):
        span, has_step, step = part.partition("/")
        first, is_range, last = span.partition("-")
        low = start if first in ("*", "?") else _number(first)
        is_open = has_step or first in ("*", "?")
        high = _number(last) if is_range else _MOST if is_open else low
        if part in names or (low <= value <= high and (value - low) % int(step or 1) == 0):
            return True
    return False


def _number(text: str) -> int:
    """The number of a value or of a name; -1 of a wildcard such as L, which only names match."""
    for names in (_MONTHS, _DAYS):
        if text in names:
            return names.index(text) + 1
    return int(text) if text.isdecimal() else -1


def _month_days(minute: datetime) -> set[str]:
    """The wildcards of the day of the month that mean this day: L, LW and 3W."""
    last = calendar.monthrange(minute.year, minute.month)[1]
    names = {f"{day}W" for day in range(1, last + 1) if _nearest_weekday(minute, day, last) == minute.day}
    return {*names, *["L"] * (minute.day == last), *["LW"] * (f"{last}W" in names)}


def _nearest_weekday(minute: datetime, day: int, last: int) -> int:
    weekday = minute.replace(day=day).isoweekday()
    if weekday == 6:
        return day - 1 if day > 1 else day + 2
    return (day + 1 if day < last else day - 2) if weekday == 7 else day


def _week_days(minute: datetime, weekday: int) -> set[str]:
    """The wildcards of the day of the week that mean this day: L (Saturday), 6L, FRI#2 and 6#2."""
    count, last = (minute.day - 1) // 7 + 1, calendar.monthrange(minute.year, minute.month)[1]
    names = {f"{weekday}#{count}", f"{_DAYS[weekday - 1]}#{count}"}
    return {*names, *[f"{weekday}L"] * (minute.day + 7 > last), *["L"] * (weekday == 7)}
