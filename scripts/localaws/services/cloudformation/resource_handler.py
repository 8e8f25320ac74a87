"""Makes, changes and deletes one physical resource by its row; every call carries the stack's identity."""

import re
import secrets
import string
import time
from collections.abc import Mapping
from typing import Any

import jmespath
from botocore.exceptions import ClientError, ParamValidationError

from generators.cloudformation import resource_schemas
from scripts.localaws.core import context
from scripts.localaws.services.cloudformation import schemas
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.resource_types import ROWS
from scripts.localaws.services.cloudformation.resources.resource_type import (
    PhysicalResource,
    PropertyHandler,
    Props,
    ResourceType,
)

_SUFFIX = string.ascii_uppercase + string.digits
_GONE = re.compile(r"NotFound|NoSuch|NonExist|does not exist|not found|(cannot|could not) find", re.IGNORECASE)
_PATIENCE = 30.0  # seconds for a resource to become ready


class Handler:
    """Acts with one access key in one region."""

    def __init__(self, region: str, access_key: str) -> None:
        self._region, self._key = region, access_key

    def prepare(
        self, kind: str, logical: str, stack_arn: str, props: Props, tags: list[dict[str, str]]
    ) -> PhysicalResource:
        """A resource that is checked against its schema and ready to be made."""
        props = schemas.coerce(kind, _with_tags(kind, props, tags))
        schemas.check(kind, logical, props)
        row = ROWS[kind]
        covered = row.taken | {row.name} | {aspect.property for aspect in row.aspects}
        if beyond := sorted(set(props) - covered):
            told = f"the embedded AWS does not hold {', '.join(beyond)} of {kind}; see scripts/localaws/SUPPORTED.md"
            raise ResourceFailed(told)
        return PhysicalResource(kind, logical, props, stack_arn=stack_arn, fetch=self._fetch)

    def create(self, it: PhysicalResource) -> None:
        """Make it, with a generated name where the template gives none."""
        row = ROWS[it.kind]
        if row.name and row.name not in it.props:
            it.props[row.name] = _generated(it, row)
        if not row.create:
            it.id = f"{it.logical}-{_random()}"
        else:
            it.answer = self._call(row, row.create, row.arguments(it))
        it.id = self._identify(it)
        for aspect in row.aspects:
            if aspect.property in it.props and not (aspect.property == "Tags" and row.create and _tags_at_birth(row)):
                self._apply(row, aspect, it, None, it.props[aspect.property])
        self._settle(row, it)

    def change(self, it: PhysicalResource, new: Props) -> PhysicalResource:
        """In place: the same physical id with other properties."""
        row, old = ROWS[it.kind], it.props
        if row.name and row.name not in new:
            new = {**new, row.name: old[row.name]}
        after = PhysicalResource(it.kind, it.logical, new, it.id, it.answer, it.read, it.stack_arn)
        own = {aspect.property for aspect in row.aspects}
        if row.update and any(old.get(key) != new.get(key) for key in (old.keys() | new.keys()) - own):
            self._call(row, row.update, {**row.handle(after), **row.changes(after)})
        for aspect in row.aspects:
            if old.get(aspect.property) != new.get(aspect.property):
                empty: Any = [] if aspect.property == "Tags" else None
                self._apply(row, aspect, after, old.get(aspect.property, empty), new.get(aspect.property))
        self._settle(row, after)
        return after

    def delete(self, it: PhysicalResource) -> None:
        """Delete it; what is gone already counts as deleted."""
        row = ROWS[it.kind]
        try:
            for aspect in row.aspects:
                if aspect.on_delete and aspect.property in it.props:
                    self._apply(row, aspect, it, it.props[aspect.property], None)
            if row.delete:
                self._call(row, row.delete, (row.end or row.handle)(it))
                self._wait_gone(row, it)
        except ResourceFailed as refused:
            if not _GONE.search(str(refused)):
                raise

    def attribute(self, it: PhysicalResource, name: str) -> Any:
        """What GetAtt gives."""
        known = {"props": it.props, "answer": it.answer, "read": it.read, "id": it.id, "logical": it.logical}
        where = ROWS[it.kind].attributes.get(name)
        if callable(where):
            return where(it)
        found = jmespath.search(where, known) if where else _first(name, it.read, it.answer, it.props)
        if found is None:
            raise ResourceFailed(f"Attribute {name} of {it.kind} {it.logical} is not available")
        return found

    def _identify(self, it: PhysicalResource) -> str:
        return "|".join(str(self.attribute(it, name)) for name in resource_schemas.identifier(it.kind))

    def _apply(self, row: ResourceType, aspect: PropertyHandler, it: PhysicalResource, old: Any, new: Any) -> None:
        for operation, arguments in aspect.calls(it, old, new):
            self._call(row, operation, arguments)

    def _settle(self, row: ResourceType, it: PhysicalResource) -> None:
        end = time.monotonic() + _PATIENCE
        while row.read:
            it.read = self._call(row, row.read, _read_arguments(row, it))
            status = str(jmespath.search(row.status, it.read)) if row.status else "done"
            if "Failed" in status or "FAILED" in status:
                raise ResourceFailed(f"{it.kind} is {status}: {it.read.get('FailureReason', '')}")
            if "ending" not in status and "ING" not in status and "Updating" not in status:
                break
            if time.monotonic() > end:
                raise ResourceFailed(f"{it.kind} did not become ready: {status}")
            time.sleep(0.05)
        if why := row.undone(it):
            raise ResourceFailed(why)

    def _wait_gone(self, row: ResourceType, it: PhysicalResource) -> None:
        end = time.monotonic() + _PATIENCE
        while row.status and time.monotonic() < end:
            self._call(row, row.read, _read_arguments(row, it))  # ends with the service's "not found"
            time.sleep(0.05)

    def _fetch(self, place: Mapping[str, str]) -> bytes:
        """An object by Bucket, Key and perhaps ObjectVersion."""
        version = {"VersionId": place["ObjectVersion"]} if "ObjectVersion" in place else {}
        try:
            s3 = context.client("s3", self._region, self._key)
            return bytes(s3.get_object(Bucket=place["Bucket"], Key=place["Key"], **version)["Body"].read())
        except ClientError as refused:
            where = f"s3://{place['Bucket']}/{place['Key']}"
            raise ResourceFailed(f"{where} cannot be read: {refused.response['Error']['Message']}") from None

    def _call(self, row: ResourceType, operation: str, arguments: dict[str, Any]) -> Props:
        service = context.client(row.service, self._region, self._key)
        try:
            answer: Props = getattr(service, operation)(**arguments)
        except ClientError as refused:
            error = refused.response["Error"]
            raise ResourceFailed(f"{error['Message']} (Service: {row.service}, Error Code: {error['Code']})") from None
        except ParamValidationError as wrong:
            raise ResourceFailed(str(wrong)) from None
        return answer


def _read_arguments(row: ResourceType, it: PhysicalResource) -> dict[str, Any]:
    return (row.look or row.handle)(it)


def _tags_at_birth(row: ResourceType) -> bool:
    return row.service != "s3"


def _first(name: str, *places: Props) -> Any:
    return next((place[name] for place in places if name in place), None)


def _random() -> str:
    return "".join(secrets.choice(_SUFFIX) for _ in range(12))


def _generated(it: PhysicalResource, row: ResourceType) -> str:
    stack = it.stack_arn.split("/")[1]
    name = f"{stack}-{it.logical}"[:50] + "-" + _random()
    return name.lower() if row.lower else name


def _with_tags(kind: str, props: Props, tags: list[dict[str, str]]) -> Props:
    """The stack's tags on every type whose schema has tags; the template's own win."""
    schema = resource_schemas.schema(kind)
    takes_tags = schema.get("tagging", {}).get("tagProperty") == "/properties/Tags"
    ours = {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}
    if not takes_tags or not ours or "Tags" in schema.get("createOnlyProperties", []):
        return dict(props)
    own = props.get("Tags", {} if schema["properties"]["Tags"].get("type") == "object" else [])
    if isinstance(own, dict):
        return {**props, "Tags": {**ours, **own}}
    names = {tag["Key"] for tag in own}
    return {**props, "Tags": [*own, *({"Key": k, "Value": v} for k, v in ours.items() if k not in names)]}
