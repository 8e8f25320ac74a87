"""Events that AWS services send to the default event bus of an account.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from moto.events.models import events_backends

from scripts.localaws.core import clock


def send_service_event(
    location: tuple[str, str], source: str, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]
) -> None:
    """Send an event to every rule of the default bus. `location` is account and region; `source` such as aws.ssm."""
    account, region = location
    event = service_event(location, source, detail_type, resources, detail)
    for rule in list(events_backends[account][region].event_buses["default"].rules.values()):
        rule.send_to_targets({**event}, transform_input=False)  # a copy: moto changes the event


def service_event(
    location: tuple[str, str], source: str, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]
) -> dict[str, Any]:
    """An event with the members that every event of a service has."""
    account, region = location
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": clock.now().timestamp(),  # a number: moto's rules want one
        "region": region,
        "resources": list(resources),
        "detail": dict(detail),
    }
