"""Operations of EventBridge that moto answers wrongly or not at all. A handler that returns None lets moto answer."""

import json
from typing import Any

from moto.events.models import EventPattern, events_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.events import schedule_expression

_EVENT_FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")
_MATCHERS = ("prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists", "cidr", "wildcard")


def _put_rule(_: Store, params: Record, __: Any) -> None:
    if params.get("ScheduleExpression") and not schedule_expression.is_valid(params["ScheduleExpression"]):
        raise AwsError("ValidationException", "Parameter ScheduleExpression is not valid.")
    bus = params.get("EventBusName", "default").rpartition("/")[2]
    if params.get("ScheduleExpression") and bus != "default":
        raise AwsError("ValidationException", "ScheduleExpression is supported only on the default event bus.")
    if params.get("EventPattern"):
        _pattern(params["EventPattern"])


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
