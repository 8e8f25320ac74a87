"""Custom resources: invoke the Lambda function of the template's author and wait for the response that it PUTs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import json
import threading
import uuid
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.physical_resource import PhysicalResource, Props
from scripts.localaws.services.cloudformation.scalars import with_text_scalars

PATH = "/localaws/cloudformation/response/"
_SERVICE_TIMEOUT = (
    60.0  # seconds until a function without a response fails its resource; the property ServiceTimeout overrides it
)
_waiting: dict[str, tuple[threading.Event, dict[str, Any]]] = {}


def receive(path: str, body: bytes) -> bool:
    """Store the response of a function. Return False if no request waits at the path."""
    pending = _waiting.get(path.removeprefix(PATH))
    if pending is None:
        return False
    pending[1].update(json.loads(body))
    pending[0].set()
    return True


class CustomHandler:
    """Creates, updates and deletes custom resources with one access key in one region."""

    def __init__(self, region: str, access_key: str) -> None:
        self._region, self._key = region, access_key

    def create(self, resource: PhysicalResource) -> None:
        """Send RequestType Create; the response sets the physical id and the attributes."""
        self._apply_response(resource, self._request("Create", resource, {}))

    def change(self, resource: PhysicalResource, new_props: Props) -> PhysicalResource:
        """Send RequestType Update; a different PhysicalResourceId means a replacement."""
        updated = PhysicalResource(
            resource.kind, resource.logical, new_props, resource.id, stack_arn=resource.stack_arn
        )
        self._apply_response(
            updated, self._request("Update", updated, {"OldResourceProperties": _request_properties(resource)})
        )
        return updated

    def delete(self, resource: PhysicalResource) -> None:
        """Send RequestType Delete."""
        self._request("Delete", resource, {})

    @staticmethod
    def attribute(resource: PhysicalResource, name: str) -> Any:
        """Return an attribute from the Data of the response."""
        if name not in resource.read:
            raise ResourceFailed(f"CustomResource attribute error: Vendor response doesn't contain {name} attribute")
        return resource.read[name]

    @staticmethod
    def _apply_response(resource: PhysicalResource, response: dict[str, Any]) -> None:
        resource.id = response.get("PhysicalResourceId") or resource.id
        resource.read = response.get("Data") or {}

    def _request(self, request_type: str, resource: PhysicalResource, extra: dict[str, Any]) -> dict[str, Any]:
        token = uuid.uuid4().hex
        received, response = _waiting.setdefault(token, (threading.Event(), {}))
        try:
            self._invoke(resource, self._event(request_type, resource, token) | extra)
            timeout = float(resource.props.get("ServiceTimeout", _SERVICE_TIMEOUT))
            if not received.wait(timeout):
                raise ResourceFailed(f"CloudFormation did not receive a response from your Custom Resource [{token}].")
        finally:
            del _waiting[token]
        if response.get("Status") != "SUCCESS":
            reason = response.get("Reason", "")
            raise ResourceFailed(f"Received response status [FAILED] from custom resource. Message returned: {reason}")
        return response

    def _event(self, request_type: str, resource: PhysicalResource, token: str) -> dict[str, Any]:
        event = {
            "RequestType": request_type,
            "ResponseURL": context.endpoint() + PATH + token,
            "StackId": resource.stack_arn,
            "RequestId": token,
            "ResourceType": resource.kind,
            "LogicalResourceId": resource.logical,
            "ResourceProperties": _request_properties(resource),
        }
        return event if request_type == "Create" else {**event, "PhysicalResourceId": resource.id}

    def _invoke(self, resource: PhysicalResource, event: dict[str, Any]) -> None:
        function = context.client("lambda", self._region, self._key)
        try:
            function.invoke(
                FunctionName=resource.props["ServiceToken"], InvocationType="Event", Payload=json.dumps(event)
            )
        except ClientError as error:
            details = error.response["Error"]
            raise ResourceFailed(f"{details['Message']} (Service: lambda, Error Code: {details['Code']})") from None


def _request_properties(resource: PhysicalResource) -> dict[str, Any]:
    """Return the properties as CloudFormation sends them: every scalar is a string."""
    properties = {key: value for key, value in resource.props.items() if key != "ServiceTimeout"}
    texts: dict[str, Any] = with_text_scalars(properties)
    return texts
