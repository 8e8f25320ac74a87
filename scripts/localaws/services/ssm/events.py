"""The EventBridge event of a parameter change.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.events.models import events_backends


def send_change_event(backend: Any, operation: str, parameter: Any) -> None:
    """Send the event to every rule of the account's default bus in the region; `time` is a number for moto's rules."""
    account, region = backend.account_id, backend.region_name
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Parameter Store Change",
        "source": "aws.ssm",
        "account": account,
        "time": datetime.now(UTC).timestamp(),
        "region": region,
        "resources": [f"arn:aws:ssm:{region}:{account}:parameter/{parameter.name.lstrip('/')}"],
        "detail": {
            "operation": operation,
            "name": parameter.name,
            "type": parameter.parameter_type,
            "description": parameter.description or "",
        },
    }
    for rule in list(events_backends[account][region].event_buses["default"].rules.values()):
        rule.send_to_targets({**event}, transform_input=False)  # a copy: moto changes the event
