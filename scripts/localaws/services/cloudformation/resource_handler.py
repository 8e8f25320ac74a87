"""Creates, updates and deletes one physical resource by its ResourceType, with the identity of the stack."""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from generators.cloudformation import resource_schemas
from scripts.localaws.core import context
from scripts.localaws.services.cloudformation import schemas
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.expressions import search
from scripts.localaws.services.cloudformation.physical_resource import (
    Calls,
    PhysicalResource,
    Props,
    generated_name,
    random_suffix,
)
from scripts.localaws.services.cloudformation.resource_type import Call
from scripts.localaws.services.cloudformation.resource_types import RESOURCE_TYPES
from scripts.localaws.services.cloudformation.scalars import api_arguments
from scripts.localaws.services.cloudformation.stack_tags import with_stack_tags

_NOT_FOUND = re.compile(r"NotFound|NoSuch|NonExist|does not exist|not found|(cannot|could not) find", re.IGNORECASE)
_READY_TIMEOUT = 30.0  # seconds for a resource to become ready


class Handler:
    """Creates, updates and deletes resources with one access key in one region."""

    def __init__(self, region: str, access_key: str) -> None:
        self._region, self._key = region, access_key

    def prepare(
        self, kind: str, logical: str, stack_arn: str, props: Props, tags: list[dict[str, str]]
    ) -> PhysicalResource:
        """Return a resource that is ready to be created, after validation against its schema."""
        props = schemas.coerce(kind, with_stack_tags(kind, logical, stack_arn, props, tags))
        schemas.check(kind, logical, props)
        return PhysicalResource(kind, logical, props, stack_arn=stack_arn, fetch=self._fetch)

    def create(self, resource: PhysicalResource) -> None:
        """Create the resource, with a generated name if the template sets none."""
        resource_type = RESOURCE_TYPES[resource.kind]
        if resource_type.name_property and resource_type.name_property not in resource.props:
            name = generated_name(resource)
            resource.props[resource_type.name_property] = name.lower() if resource_type.lowercase_name else name
        if resource_type.create:
            resource.answer = self._call(resource, resource_type.create)
        else:
            resource.id = f"{resource.logical}-{random_suffix()}"
        resource.id = self._identify(resource)
        for handler in resource_type.property_handlers:
            if handler.property in resource.props:
                calls = handler.calls(resource, None, resource.props[handler.property], is_created=True)
                self._call_all(resource, calls)
        self._wait_until_ready(resource)

    def change(self, resource: PhysicalResource, new: Props) -> PhysicalResource:
        """Update the resource in place: same physical id, new properties."""
        resource_type, old = RESOURCE_TYPES[resource.kind], resource.props
        if resource_type.name_property and resource_type.name_property not in new:
            new = {**new, resource_type.name_property: old[resource_type.name_property]}
        updated = replace(resource, props=new)
        handled = {handler.property for handler in resource_type.property_handlers}
        if resource_type.update and any(old.get(key) != new.get(key) for key in (old.keys() | new.keys()) - handled):
            self._call(updated, resource_type.update)
        for handler in resource_type.property_handlers:
            before, after = old.get(handler.property), new.get(handler.property)
            if before != after:
                self._call_all(updated, handler.calls(updated, before, after))
        self._wait_until_ready(updated)
        return updated

    def delete(self, resource: PhysicalResource) -> None:
        """Delete the resource; a resource that does not exist is no error."""
        resource_type = RESOURCE_TYPES[resource.kind]
        for handler in resource_type.property_handlers:
            if handler.on_delete and handler.property in resource.props:
                for operation, arguments in handler.calls(resource, resource.props[handler.property], None):
                    self._request_unless_missing(resource, operation, arguments)
        if resource_type.delete and self._call_unless_missing(resource, resource_type.delete):
            self._wait_until_deleted(resource)

    def attribute(self, resource: PhysicalResource, name: str) -> Any:
        """Return the value of Fn::GetAtt."""
        expression = RESOURCE_TYPES[resource.kind].attributes.get(name)
        value = (
            search(expression, resource.expression_data())
            if expression
            else _first_value(name, resource.read, resource.answer, resource.props)
        )
        if value is None:
            raise ResourceFailed(f"Attribute {name} of {resource.kind} {resource.logical} is not available")
        return value

    def _identify(self, resource: PhysicalResource) -> str:
        own = RESOURCE_TYPES[resource.kind].physical_id
        names = (own,) if own else resource_schemas.identifier(resource.kind)
        return "|".join(str(self.attribute(resource, name)) for name in names)

    def _wait_until_ready(self, resource: PhysicalResource) -> None:
        resource_type, deadline = RESOURCE_TYPES[resource.kind], time.monotonic() + _READY_TIMEOUT
        while resource_type.read:
            resource.read = self._call(resource, resource_type.read)
            status = str(search(resource_type.status, resource.read)) if resource_type.status else "done"
            if "Failed" in status or "FAILED" in status:
                raise ResourceFailed(f"{resource.kind} is {status}: {resource.read.get('FailureReason', '')}")
            if "ending" not in status and "ING" not in status and "Updating" not in status:
                break
            if time.monotonic() > deadline:
                raise ResourceFailed(f"{resource.kind} did not become ready: {status}")
            time.sleep(0.05)
        if search(resource_type.rollback, resource.expression_data()):
            reason = "was rolled back: an alarm of its deployment configuration is in ALARM"
            raise ResourceFailed(f"{resource.kind} {resource.props[resource_type.name_property]} {reason}")

    def _wait_until_deleted(self, resource: PhysicalResource) -> None:
        resource_type, deadline = RESOURCE_TYPES[resource.kind], time.monotonic() + _READY_TIMEOUT
        while resource_type.status and resource_type.read and time.monotonic() < deadline:
            if not self._call_unless_missing(resource, resource_type.read):
                return
            time.sleep(0.05)

    def _call(self, resource: PhysicalResource, call: Call) -> Props:
        return self._request(resource, call.operation, call.arguments(resource.expression_data()))

    def _call_all(self, resource: PhysicalResource, calls: Calls) -> None:
        for operation, arguments in calls:
            self._request(resource, operation, arguments)

    def _call_unless_missing(self, resource: PhysicalResource, call: Call) -> bool:
        return self._request_unless_missing(resource, call.operation, call.arguments(resource.expression_data()))

    def _request_unless_missing(self, resource: PhysicalResource, operation: str, arguments: Props) -> bool:
        """Call and return True; False if the resource, or a part of it that was never made, does not exist."""
        try:
            self._request(resource, operation, arguments)
        except ResourceFailed as failure:
            if not _NOT_FOUND.search(str(failure)):
                raise
            return False
        return True

    def _fetch(self, location: Mapping[str, str]) -> bytes:
        """Return the S3 object with this Bucket, Key and optional ObjectVersion."""
        version = {"VersionId": location["ObjectVersion"]} if "ObjectVersion" in location else {}
        try:
            s3 = context.client("s3", self._region, self._key)
            return bytes(s3.get_object(Bucket=location["Bucket"], Key=location["Key"], **version)["Body"].read())
        except ClientError as error:
            address = f"s3://{location['Bucket']}/{location['Key']}"
            raise ResourceFailed(f"{address} cannot be read: {error.response['Error']['Message']}") from None

    def _request(self, resource: PhysicalResource, operation: str, arguments: Props) -> Props:
        name = RESOURCE_TYPES[resource.kind].service
        service = context.client(name, self._region, self._key)
        model = service.meta.service_model.operation_model(service.meta.method_to_api_mapping[operation])
        try:
            response: Props = getattr(service, operation)(**api_arguments(model.input_shape, arguments))
        except ClientError as error:
            details = error.response["Error"]
            raise ResourceFailed(f"{details['Message']} (Service: {name}, Error Code: {details['Code']})") from None
        except ParamValidationError as error:
            raise ResourceFailed(str(error)) from None
        return response


def _first_value(name: str, *mappings: Props) -> Any:
    return next((mapping[name] for mapping in mappings if name in mapping), None)
