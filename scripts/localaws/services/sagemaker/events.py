"""SageMaker's events of jobs, pipelines and model packages.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from scripts.localaws.crud.store import Store
from scripts.localaws.services.events.delivery import send_service_event


def send(store: Store, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]) -> None:
    """Send an event about resources of the account."""
    send_service_event((store.account, store.region), "aws.sagemaker", detail_type, resources, detail)


def milliseconds(moment: datetime) -> str:
    """Milliseconds since 1970 as text."""
    return str(int(moment.timestamp() * 1000))


def iso(moment: datetime) -> str:
    """The moment as AWS writes it in events about pipelines."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def with_times(value: Any, text: Callable[[datetime], str]) -> Any:
    """A record, without the store's own members, with its moments as texts."""
    if isinstance(value, datetime):
        return text(value)
    if isinstance(value, Mapping):
        return {name: with_times(member, text) for name, member in value.items() if not name.startswith("@")}
    return [with_times(item, text) for item in value] if isinstance(value, list | tuple) else value
