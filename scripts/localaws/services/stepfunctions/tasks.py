"""Calls to other services, as real requests under the machine's role.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from scripts.localaws.core import context
from scripts.localaws.services.codebuild.models import store
from scripts.localaws.services.stepfunctions.definition_validator import SDK


class StateError(Exception):
    """A state failed: the error's name and its cause."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@dataclass(frozen=True)
class Session:
    """Under which role, where, and when to give up."""

    account: str
    region: str
    access_key: str
    stopped: threading.Event

    def call(self, service: str, operation: str, params: Any) -> Any:
        """One operation, parameters and answer in Step Functions' own spelling (capitals first)."""
        client = context.client(service, self.region, self.access_key)
        model = client.meta.service_model.operation_model(operation[0].upper() + operation[1:])
        method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
        try:
            answer = getattr(client, method)(**_to_model(model.input_shape, params))
        except ClientError as error:
            code = error.response["Error"]["Code"].removesuffix("Exception")
            raise StateError(f"{_title(service)}.{code}Exception", str(error)) from None
        except ParamValidationError as error:
            raise StateError("States.Runtime", str(error)) from None
        return _capitals({key: value for key, value in answer.items() if key != "ResponseMetadata"})


def perform(resource: str, params: Any, session: Session) -> Any:
    """The result of a Task. Raises StateError."""
    if resource.startswith(SDK):
        service, _, operation = resource.removeprefix(SDK).partition(":")
        return session.call({"sfn": "stepfunctions"}.get(service, service), operation, params)
    return RESOURCES[resource](params, session)


def _start_build(params: Any, session: Session) -> Any:
    """Waits for the end, and stops the build when the execution is stopped. A build that fails is States.TaskFailed."""
    id = session.call("codebuild", "startBuild", params)["Build"]["Id"]
    over = store(session.account, session.region).builds[id].over  # AWS learns it from an event
    while not over.wait(0.05):
        if session.stopped.is_set():
            session.call("codebuild", "stopBuild", {"Id": id})
    build = session.call("codebuild", "batchGetBuilds", {"Ids": [id]})["Builds"][0]
    if build["BuildStatus"] != "SUCCEEDED":
        raise StateError("States.TaskFailed", json.dumps(build))
    return {"Build": build}


def _put_events(params: Any, session: Session) -> Any:
    entries = [{**it, "Detail": json.dumps(it.get("Detail", {}))} for it in params["Entries"]]
    answer = session.call("events", "putEvents", {"Entries": entries})
    if answer.get("FailedEntryCount"):
        raise StateError("EventBridge.FailedEntry", json.dumps(answer))
    return answer


RESOURCES: dict[str, Callable[[Any, Session], Any]] = {
    "arn:aws:states:::codebuild:startBuild.sync": _start_build,
    "arn:aws:states:::events:putEvents": _put_events,
}


def _title(service: str) -> str:
    return {"codebuild": "CodeBuild", "events": "EventBridge", "cloudwatch": "CloudWatch"}.get(service, service.title())


def _to_model(shape: Any, value: Any) -> Any:
    """The same value with the names that the service's model has."""
    if isinstance(value, dict) and getattr(shape, "type_name", "") == "structure":
        names = {name.lower(): name for name in shape.members}
        spelled = {names.get(key.lower(), key): inner for key, inner in value.items()}
        return {key: _to_model(shape.members.get(key), inner) for key, inner in spelled.items()}
    if isinstance(value, list) and getattr(shape, "type_name", "") == "list":
        return [_to_model(shape.member, inner) for inner in value]
    return value


def _capitals(value: Any) -> Any:
    """Names with a capital first, dates as text: what JSON can hold."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _capitals(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_capitals(inner) for inner in value]
    if hasattr(value, "isoformat"):  # as AWS writes an instant: UTC with a Z
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
