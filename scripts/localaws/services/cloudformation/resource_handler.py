"""Creates, updates and deletes one physical resource by its ResourceType, with the identity of the stack."""

import re
import time
from collections.abc import Mapping
from typing import Any

import jmespath
from botocore.exceptions import ClientError, ParamValidationError

from generators.cloudformation import resource_schemas
from scripts.localaws.core import context
from scripts.localaws.services.cloudformation import schemas
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.resource_types import RESOURCE_TYPES
from scripts.localaws.services.cloudformation.resources.resource_type import (
    PhysicalResource,
    PropertyHandler,
    Props,
    ResourceType,
    generated_name,
    random_suffix,
)
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
        if not resource_type.create:
            resource.id = f"{resource.logical}-{random_suffix()}"
        else:
            resource.answer = self._call(resource_type, resource_type.create, resource_type.arguments(resource))
        resource.id = self._identify(resource)
        for handler in resource_type.property_handlers:
            if handler.property in resource.props and not (
                handler.property == "Tags" and resource_type.create and _create_accepts_tags(resource_type)
            ):
                self._apply(resource_type, handler, resource, None, resource.props[handler.property])
        self._wait_until_ready(resource_type, resource)

    def change(self, resource: PhysicalResource, new: Props) -> PhysicalResource:
        """Update the resource in place: same physical id, new properties."""
        resource_type, old = RESOURCE_TYPES[resource.kind], resource.props
        if resource_type.name_property and resource_type.name_property not in new:
            new = {**new, resource_type.name_property: old[resource_type.name_property]}
        updated = PhysicalResource(
            resource.kind, resource.logical, new, resource.id, resource.answer, resource.read, resource.stack_arn
        )
        handled = {handler.property for handler in resource_type.property_handlers}
        if resource_type.update and any(old.get(key) != new.get(key) for key in (old.keys() | new.keys()) - handled):
            self._call(
                resource_type,
                resource_type.update,
                {**resource_type.identifier(updated), **resource_type.update_arguments(updated)},
            )
        for handler in resource_type.property_handlers:
            if old.get(handler.property) != new.get(handler.property):
                empty: Any = [] if handler.property == "Tags" else None
                self._apply(
                    resource_type,
                    handler,
                    updated,
                    old.get(handler.property, empty),
                    new.get(handler.property),
                )
        self._wait_until_ready(resource_type, updated)
        return updated

    def delete(self, resource: PhysicalResource) -> None:
        """Delete the resource; a resource that does not exist is no error."""
        resource_type = RESOURCE_TYPES[resource.kind]
        for handler in resource_type.property_handlers:
            if handler.on_delete and handler.property in resource.props:
                for operation, arguments in handler.calls(resource, resource.props[handler.property], None):
                    self._call_unless_missing(resource_type, operation, arguments)
        if resource_type.delete:
            arguments = (resource_type.delete_arguments or resource_type.identifier)(resource)
            if self._call_unless_missing(resource_type, resource_type.delete, arguments):
                self._wait_until_deleted(resource_type, resource)

    def attribute(self, resource: PhysicalResource, name: str) -> Any:
        """Return the value of Fn::GetAtt."""
        data = {
            "props": resource.props,
            "answer": resource.answer,
            "read": resource.read,
            "id": resource.id,
            "logical": resource.logical,
        }
        source = RESOURCE_TYPES[resource.kind].attributes.get(name)
        if callable(source):
            return source(resource)
        value = (
            jmespath.search(source, data)
            if source
            else _first_value(name, resource.read, resource.answer, resource.props)
        )
        if value is None:
            raise ResourceFailed(f"Attribute {name} of {resource.kind} {resource.logical} is not available")
        return value

    def _identify(self, resource: PhysicalResource) -> str:
        own = RESOURCE_TYPES[resource.kind].physical_id
        names = (own,) if own else resource_schemas.identifier(resource.kind)
        return "|".join(str(self.attribute(resource, name)) for name in names)

    def _apply(
        self,
        resource_type: ResourceType,
        handler: PropertyHandler,
        resource: PhysicalResource,
        old: Any,
        new: Any,
    ) -> None:
        for operation, arguments in handler.calls(resource, old, new):
            self._call(resource_type, operation, arguments)

    def _wait_until_ready(self, resource_type: ResourceType, resource: PhysicalResource) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT
        while resource_type.read:
            resource.read = self._call(resource_type, resource_type.read, _read_arguments(resource_type, resource))
            status = (
                str(jmespath.search(resource_type.status_path, resource.read)) if resource_type.status_path else "done"
            )
            if "Failed" in status or "FAILED" in status:
                raise ResourceFailed(f"{resource.kind} is {status}: {resource.read.get('FailureReason', '')}")
            if "ending" not in status and "ING" not in status and "Updating" not in status:
                break
            if time.monotonic() > deadline:
                raise ResourceFailed(f"{resource.kind} did not become ready: {status}")
            time.sleep(0.05)
        if reason := resource_type.failure_reason(resource):
            raise ResourceFailed(reason)

    def _wait_until_deleted(self, resource_type: ResourceType, resource: PhysicalResource) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT
        while resource_type.status_path and time.monotonic() < deadline:
            if not self._call_unless_missing(
                resource_type, resource_type.read, _read_arguments(resource_type, resource)
            ):
                return
            time.sleep(0.05)

    def _call_unless_missing(self, resource_type: ResourceType, operation: str, arguments: dict[str, Any]) -> bool:
        """Call and return True; False if the resource, or a part of it that was never made, does not exist."""
        try:
            self._call(resource_type, operation, arguments)
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

    def _call(self, resource_type: ResourceType, operation: str, arguments: dict[str, Any]) -> Props:
        service = context.client(resource_type.service, self._region, self._key)
        name = service.meta.method_to_api_mapping[operation]
        arguments = api_arguments(service.meta.service_model.operation_model(name).input_shape, arguments)
        try:
            response: Props = getattr(service, operation)(**arguments)
        except ClientError as error:
            details = error.response["Error"]
            raise ResourceFailed(
                f"{details['Message']} (Service: {resource_type.service}, Error Code: {details['Code']})"
            ) from None
        except ParamValidationError as error:
            raise ResourceFailed(str(error)) from None
        return response


def _read_arguments(resource_type: ResourceType, resource: PhysicalResource) -> dict[str, Any]:
    return (resource_type.read_arguments or resource_type.identifier)(resource)


def _create_accepts_tags(resource_type: ResourceType) -> bool:
    return resource_type.service != "s3"


def _first_value(name: str, *mappings: Props) -> Any:
    return next((mapping[name] for mapping in mappings if name in mapping), None)
