"""Custom resources: invoke the author's function, wait for what it PUTs to the response address.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import json
import threading
import uuid
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.resources.resource_type import PhysicalResource, Props

PATH = "/localaws/cloudformation/response/"
_PATIENCE = 60.0  # seconds until a function that never answers fails its resource; ServiceTimeout shortens it
_waiting: dict[str, tuple[threading.Event, dict[str, Any]]] = {}


def receive(path: str, body: bytes) -> bool:
    """A function's answer; False for an address that nobody waits at."""
    slot = _waiting.get(path.removeprefix(PATH))
    if slot is None:
        return False
    slot[1].update(json.loads(body))
    slot[0].set()
    return True


class CustomHandler:
    """Acts with one access key in one region."""

    def __init__(self, region: str, access_key: str) -> None:
        self._region, self._key = region, access_key

    def create(self, it: PhysicalResource) -> None:
        """RequestType Create; its PhysicalResourceId and Data are the resource's."""
        self._take(it, self._ask("Create", it, {}))

    def change(self, it: PhysicalResource, new: Props) -> PhysicalResource:
        """RequestType Update; another PhysicalResourceId means a replacement."""
        after = PhysicalResource(it.kind, it.logical, new, it.id, stack_arn=it.stack_arn)
        self._take(after, self._ask("Update", after, {"OldResourceProperties": _sent(it)}))
        return after

    def delete(self, it: PhysicalResource) -> None:
        """RequestType Delete."""
        self._ask("Delete", it, {})

    @staticmethod
    def attribute(it: PhysicalResource, name: str) -> Any:
        """What the function gave as Data."""
        if name not in it.read:
            raise ResourceFailed(f"CustomResource attribute error: Vendor response doesn't contain {name} attribute")
        return it.read[name]

    @staticmethod
    def _take(it: PhysicalResource, answer: dict[str, Any]) -> None:
        it.id = answer.get("PhysicalResourceId") or it.id
        it.read = answer.get("Data") or {}

    def _ask(self, request_type: str, it: PhysicalResource, more: dict[str, Any]) -> dict[str, Any]:
        token = uuid.uuid4().hex
        arrived, answer = _waiting.setdefault(token, (threading.Event(), {}))
        try:
            self._invoke(it, self._event(request_type, it, token) | more)
            timeout = float(it.props.get("ServiceTimeout", _PATIENCE))
            if not arrived.wait(timeout):
                raise ResourceFailed(f"CloudFormation did not receive a response from your Custom Resource [{token}].")
        finally:
            del _waiting[token]
        if answer.get("Status") != "SUCCESS":
            raise ResourceFailed(
                f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason', '')}"
            )
        return answer

    def _event(self, request_type: str, it: PhysicalResource, token: str) -> dict[str, Any]:
        event = {
            "RequestType": request_type,
            "ResponseURL": context.endpoint() + PATH + token,
            "StackId": it.stack_arn,
            "RequestId": token,
            "ResourceType": it.kind,
            "LogicalResourceId": it.logical,
            "ResourceProperties": _sent(it),
        }
        return event if request_type == "Create" else {**event, "PhysicalResourceId": it.id}

    def _invoke(self, it: PhysicalResource, event: dict[str, Any]) -> None:
        function = context.client("lambda", self._region, self._key)
        try:
            function.invoke(FunctionName=it.props["ServiceToken"], InvocationType="Event", Payload=json.dumps(event))
        except ClientError as refused:
            error = refused.response["Error"]
            raise ResourceFailed(f"{error['Message']} (Service: lambda, Error Code: {error['Code']})") from None


def _sent(it: PhysicalResource) -> dict[str, Any]:
    """CloudFormation sends every scalar as text."""
    found: dict[str, Any] = _texts({key: value for key, value in it.props.items() if key != "ServiceTimeout"})
    return found


def _texts(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _texts(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_texts(item) for item in node]
    return str(node).lower() if isinstance(node, bool) else str(node)
