"""Operations of EventBridge that moto answers wrongly or not at all. A handler that returns None lets moto answer."""

import json
import re
from typing import Any

from moto.events.models import EventPattern, events_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store

_RATE = re.compile(r"rate\((?:1 (?:minute|hour|day)|(?!1 |0+ )\d+ (?:minutes|hours|days))\)")
# Of each field of a cron expression: a value, and what a list may contain besides values, ranges and steps.
_MONTH = "0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAY = "[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT"
_CRON_FIELDS = (
    ("[0-5]?[0-9]", "(?!)"),
    ("[01]?[0-9]|2[0-3]", "(?!)"),
    ("0?[1-9]|[12][0-9]|3[01]", r"\?|LW?|[0-9]{1,2}W"),
    (_MONTH, "(?!)"),
    (_DAY, rf"\?|L|[1-7]L|(?:{_DAY})#[1-5]"),
    ("19[7-9][0-9]|2[01][0-9]{2}", "(?!)"),
)
_EVENT_FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")
_MATCHERS = ("prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists", "cidr", "wildcard")


def _put_rule(_: Store, params: Record, __: Any) -> None:
    if params.get("ScheduleExpression") and not _is_schedule(params["ScheduleExpression"]):
        raise AwsError("ValidationException", "Parameter ScheduleExpression is not valid.")
    bus = params.get("EventBusName", "default").rpartition("/")[2]
    if params.get("ScheduleExpression") and bus != "default":
        raise AwsError("ValidationException", "ScheduleExpression is supported only on the default event bus.")
    if params.get("EventPattern"):
        _pattern(params["EventPattern"])


def _is_schedule(text: str) -> bool:
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""
    fields = text.removeprefix("cron(").removesuffix(")").split(" ")
    if not (text.startswith("cron(") and text.endswith(")") and len(fields) == len(_CRON_FIELDS)):
        return _RATE.fullmatch(text) is not None
    one_day = (fields[2] == "?") != (fields[4] == "?")
    return one_day and all(_is_field(field, *rules) for field, rules in zip(fields, _CRON_FIELDS, strict=True))


def _is_field(field: str, value: str, other: str) -> bool:
    part = rf"(?:(?:\*|(?:{value})(?:-(?:{value}))?)(?:/[0-9]+)?|{other})"
    return re.fullmatch(rf"{part}(?:,{part})*", field) is not None


def _pattern(text: str) -> EventPattern:
    pattern = EventPattern.load(text)
    if not isinstance(pattern.get_pattern(), dict):
        raise _pattern_error("Filter is not an object")
    _check_matchers(pattern.get_pattern())
    return pattern


def _check_matchers(value: Any) -> None:
    """Raise InvalidEventPatternException for a comparison that EventBridge does not have."""
    for name, member in value.items():
        for item in member if isinstance(member, list) else (member,):
            if isinstance(item, dict) and name != "$or" and isinstance(member, list):
                if len(item) != 1 or next(iter(item)) not in _MATCHERS:
                    raise _pattern_error(f"Unrecognized match type {next(iter(item), '')}")
            elif isinstance(item, dict):
                _check_matchers(item)


def _pattern_error(reason: str) -> AwsError:
    return AwsError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")


def _test_event_pattern(_: Store, params: Record, __: Any) -> Record:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html"""
    pattern = _pattern(params["EventPattern"])
    try:
        event = json.loads(params["Event"])
    except ValueError:
        raise AwsError("ValidationException", "Parameter Event is not valid.") from None
    if not isinstance(event, dict) or not all(name in event for name in _EVENT_FIELDS):
        raise AwsError("ValidationException", "Parameter Event is not valid.")
    return {"Result": pattern.matches_event(event)}


def _put_events(store: Store, params: Record, _: Any) -> Record | None:
    """An entry whose detail is no object fails; the others are sent."""
    if all(map(_has_detail, params["Entries"])):
        return None
    backend = events_backends[store.account][store.region]
    failure = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    results = [backend.put_events([entry])[0] if _has_detail(entry) else failure for entry in params["Entries"]]
    return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}


def _has_detail(entry: Record) -> bool:
    """Whether the detail is a JSON object, or is missing, which moto reports."""
    try:
        return not entry.get("Detail") or isinstance(json.loads(entry["Detail"]), dict)
    except ValueError:
        return False


def _describe_rule(store: Store, params: Record, _: Any) -> None:
    bus = params.get("EventBusName", "default").rpartition("/")[2]
    buses = events_backends[store.account][store.region].event_buses
    if bus in buses and params["Name"] not in buses[bus].rules:
        message = f"Rule {params['Name']} does not exist on EventBus {bus}."
        raise AwsError("ResourceNotFoundException", message)


def _validate(*_: Any) -> None:
    """moto answers, once the parameters have been validated."""


HANDLERS: Handlers = {
    ("events", "DescribeRule"): _describe_rule,
    ("events", "PutTargets"): _validate,
    ("events", "PutRule"): _put_rule,
    ("events", "TestEventPattern"): _test_event_pattern,
    ("events", "PutEvents"): _put_events,
}
