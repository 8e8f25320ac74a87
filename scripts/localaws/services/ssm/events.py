"""The EventBridge event of a parameter change.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
"""

from typing import Any

from scripts.localaws.services.events.delivery import send_service_event


def send_change_event(backend: Any, operation: str, parameter: Any) -> None:
    """Send the event of a written parameter."""
    account, region = backend.account_id, backend.region_name
    arn = f"arn:aws:ssm:{region}:{account}:parameter/{parameter.name.lstrip('/')}"
    detail = {
        "operation": operation,
        "name": parameter.name,
        "type": parameter.parameter_type,
        "description": parameter.description or "",
    }
    send_service_event((account, region), "aws.ssm", "Parameter Store Change", [arn], detail)
