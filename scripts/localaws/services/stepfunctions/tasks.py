"""Task integrations: requests to other services with the machine's role.

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
    """A state failed, with the name and the cause of the error."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


@dataclass(frozen=True)
class Session:
    """The account, region and access key of an execution, and the event that stops it."""

    account: str
    region: str
    access_key: str
    stop_event: threading.Event

    def call(self, service: str, operation: str, params: Any) -> Any:
        """Call an operation; parameters and response have Step Functions' names (first letter upper case)."""
        client = context.client(service, self.region, self.access_key)
        model = client.meta.service_model.operation_model(operation[0].upper() + operation[1:])
        method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
        try:
            response = getattr(client, method)(**_with_model_names(model.input_shape, params))
        except ClientError as error:
            code = error.response["Error"]["Code"].removesuffix("Exception")
            raise StateError(f"{_title(service)}.{code}Exception", str(error)) from None
        except ParamValidationError as error:
            raise StateError("States.Runtime", str(error)) from None
        return _capitalize_names({key: value for key, value in response.items() if key != "ResponseMetadata"})


def run_task(resource: str, params: Any, session: Session) -> Any:
    """Run a Task and return its result; StateError on failure."""
    if resource.startswith(SDK):
        service, _, operation = resource.removeprefix(SDK).partition(":")
        return session.call({"sfn": "stepfunctions"}.get(service, service), operation, params)
    return RESOURCES[resource](params, session)


def _start_build(params: Any, session: Session) -> Any:
    """Run a build to its end; stop it if the execution stops. A failed build is States.TaskFailed."""
    build_id = session.call("codebuild", "startBuild", params)["Build"]["Id"]
    completion = store(session.account, session.region).builds[build_id].completion  # AWS waits for an event
    while not completion.wait(0.05):
        if session.stop_event.is_set():
            session.call("codebuild", "stopBuild", {"Id": build_id})
    build = session.call("codebuild", "batchGetBuilds", {"Ids": [build_id]})["Builds"][0]
    if build["BuildStatus"] != "SUCCEEDED":
        raise StateError("States.TaskFailed", json.dumps(build))
    return {"Build": build}


def _put_events(params: Any, session: Session) -> Any:
    entries = [{**entry, "Detail": json.dumps(entry.get("Detail", {}))} for entry in params["Entries"]]
    response = session.call("events", "putEvents", {"Entries": entries})
    if response.get("FailedEntryCount"):
        raise StateError("EventBridge.FailedEntry", json.dumps(response))
    return response


RESOURCES: dict[str, Callable[[Any, Session], Any]] = {
    "arn:aws:states:::codebuild:startBuild.sync": _start_build,
    "arn:aws:states:::events:putEvents": _put_events,
}


def _title(service: str) -> str:
    return {"codebuild": "CodeBuild", "events": "EventBridge", "cloudwatch": "CloudWatch"}.get(service, service.title())


def _with_model_names(shape: Any, value: Any) -> Any:
    """Return the value with the member names of the service model."""
    if isinstance(value, dict) and getattr(shape, "type_name", "") == "structure":
        names = {name.lower(): name for name in shape.members}
        renamed = {names.get(key.lower(), key): item for key, item in value.items()}
        return {key: _with_model_names(shape.members.get(key), item) for key, item in renamed.items()}
    if isinstance(value, list) and getattr(shape, "type_name", "") == "list":
        return [_with_model_names(shape.member, item) for item in value]
    return value


def _capitalize_names(value: Any) -> Any:
    """Return the value as JSON: names with an upper-case first letter, dates as strings."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _capitalize_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_capitalize_names(item) for item in value]
    if hasattr(value, "isoformat"):  # AWS's format: UTC with a Z
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
