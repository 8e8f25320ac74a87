"""The events of an execution, as GetExecutionHistory returns them.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import re
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.services.stepfunctions.service_models import compact_json

_DATA = ("input", "output", "assignedVariables")
_STATE = re.compile(r"^[A-Z][a-z]+(?=State(?:Entered|Exited)$)")
# Their previous event is that of the event before them; so is that of the first state.
_BESIDE_THE_LAST = ("MapStateExited", "ExecutionAborted", "EvaluationFailed")


class History:
    """The events, oldest first."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(self, kind: str, details: dict[str, Any] | None = None) -> None:
        """Add an event; its details are those of its type, with data as JSON has it."""
        last = self.events[-1] if self.events else {"id": 0, "previousEventId": 0, "type": ""}
        is_beside = kind in _BESIDE_THE_LAST or last["type"] == "ExecutionStarted"
        previous = last["previousEventId" if is_beside else "id"]
        event = {"timestamp": clock.now(), "type": kind, "id": len(self.events) + 1, "previousEventId": previous}
        if details is not None:
            name = _STATE.sub("", kind)
            texts = {key: compact_json(details[key]) for key in ("input", "output") if key in details}
            notes = {f"{key}Details": {"truncated": False} for key in _DATA if key in details}
            event[f"{name[0].lower()}{name[1:]}EventDetails"] = {**details, **texts, **notes}
        self.events.append(event)

    def listed(self, is_reversed: bool | None, has_data: bool) -> list[dict[str, Any]]:
        """The events in the order and with the data of a request."""
        events = self.events[::-1] if is_reversed else self.events
        return events if has_data else [{key: _without_data(value) for key, value in event.items()} for event in events]


def _without_data(value: Any) -> Any:
    return {key: each for key, each in value.items() if key not in _DATA} if isinstance(value, dict) else value
