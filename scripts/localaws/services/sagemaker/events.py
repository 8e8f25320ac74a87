"""SageMaker's events of jobs, pipelines and model packages.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

import contextlib
import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any

from scripts.localaws.crud.store import Store
from scripts.localaws.services.events.delivery import send_service_event

_DELIVERY = threading.Lock()
_EVENTS: SimpleQueue[tuple[Any, ...]] = SimpleQueue()


def send(store: Store, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]) -> None:
    """Send an event about resources of the account, after those before it, once the caller's request has ended.

    A target may call this server, which waits for the end of requests to the stores.
    """
    location = (store.account, store.region)
    _EVENTS.put((location, "aws.sagemaker", detail_type, list(resources), copy.deepcopy(dict(detail))))
    threading.Thread(target=_deliver, daemon=True).start()


def _deliver() -> None:
    """Deliver the waiting events; one thread at a time, in their order."""
    with _DELIVERY, contextlib.suppress(Empty):
        while True:
            send_service_event(*_EVENTS.get_nowait())


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
