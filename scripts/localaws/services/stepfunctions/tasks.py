"""Task integrations: requests to other services with the machine's role.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from scripts.localaws.core import clock, context
from scripts.localaws.services.codebuild.models import store
from scripts.localaws.services.stepfunctions.service_models import (
    compact_json,
    error_name,
    sdk_operation,
    service_name,
    with_model_names,
)


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
    stop_event: clock.Event

    def call(self, service: str, operation: str, params: Any, is_sdk: bool = False) -> Any:
        """Call an operation; parameters and response have Step Functions' names (first letter upper case)."""
        client = context.client(service, self.region, self.access_key)
        model = client.meta.service_model.operation_model(operation)
        try:
            arguments = with_model_names(model.input_shape, params)
            if is_sdk and model.has_streaming_input and "ContentType" in model.input_shape.members:
                arguments.setdefault("ContentType", "text/plain; charset=UTF-8")
            response = getattr(client, xform_name(operation))(**arguments)
            return _as_json({key: value for key, value in response.items() if key != "ResponseMetadata"})
        except ClientError as error:
            details, metadata = error.response["Error"], error.response["ResponseMetadata"]
            request = f"Status Code: {metadata['HTTPStatusCode']}, Request ID: {metadata.get('RequestId', '')}"
            cause = f"{details['Message']} (Service: {service_name(model.service_model)}, {request})"
            raise StateError(error_name(model.service_model, details["Code"], is_sdk), cause) from None
        except ParamValidationError as error:
            text = f"The Parameters '{compact_json(params)}' could not be used to start the Task: [{error}]"
            raise StateError("States.Runtime", text) from None


def run_task(resource: str, params: Any, session: Session) -> Any:
    """Run a Task and return its result; StateError on failure."""
    if operation := sdk_operation(resource):
        return session.call(operation[0], operation[1].name, params, is_sdk=True)
    return RESOURCES[resource](params, session)


def _start_build(params: Any, session: Session) -> Any:
    """Run a build to its end; stop it if the execution stops. A failed build is States.TaskFailed."""
    build_id = session.call("codebuild", "StartBuild", params)["Build"]["Id"]
    completion = store(session.account, session.region).builds[build_id].completion  # AWS waits for an event
    while not completion.wait(0.05):
        if session.stop_event.is_set():
            session.call("codebuild", "StopBuild", {"Id": build_id})
    build = session.call("codebuild", "BatchGetBuilds", {"Ids": [build_id]})["Builds"][0]
    if build["BuildStatus"] != "SUCCEEDED":
        raise StateError("States.TaskFailed", json.dumps(build))
    return {"Build": build}


def _put_events(params: Any, session: Session) -> Any:
    entries = [{**entry, "Detail": json.dumps(entry.get("Detail", {}))} for entry in params["Entries"]]
    response = session.call("events", "PutEvents", {"Entries": entries})
    if response.get("FailedEntryCount"):
        raise StateError("EventBridge.FailedEntry", json.dumps(response))
    return response


RESOURCES: dict[str, Callable[[Any, Session], Any]] = {
    "arn:aws:states:::codebuild:startBuild.sync": _start_build,
    "arn:aws:states:::events:putEvents": _put_events,
}


def _as_json(value: Any) -> Any:
    """Return the value as JSON: names with an upper-case first letter, dates and bodies as strings."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if hasattr(value, "read"):
        return value.read().decode(errors="replace")
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return timestamp(value) if isinstance(value, datetime) else value


def timestamp(time: datetime) -> str:
    """Return a time in AWS's format: UTC with milliseconds and a Z."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
