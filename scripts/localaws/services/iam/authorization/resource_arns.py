"""The IAM action of a request and the ARNs of its resources. Pure; the templates are in arn_templates.txt."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from generators.iam.action_names import iam_action
from scripts.localaws.services.iam.authorization.arn_templates import (
    ARN_SERVICES,
    ARN_TEMPLATES,
    EC2_RESOURCE_TYPES,
    OWNER_PARAMETERS,
    ROLE_PASSING_SERVICES,
)

_FIELD = re.compile(r"{([\w.]+)(:?)(?:\|(\w+))?}")
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")
_WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VERB = re.compile(r"^(?:Create|Delete|Describe|List|Retry|Start|Stop|Update)")


def action(prefix: str, operation: str, params: Mapping[str, Any]) -> str:
    """The operation's IAM action, such as s3:GetObject for HeadObject."""
    name = iam_action(f"{prefix}:{operation}").partition(":")[2]
    if prefix == "s3" and name in ("GetObject", "DeleteObject") and params.get("VersionId"):
        name += "Version"
    return f"{prefix}:{name}"


def resources(prefix: str, operation: str, params: Mapping[str, Any], region: str, account: str) -> tuple[str, ...]:
    """The ARNs of the request's resources; () when no template applies."""
    if prefix == "s3":
        return _s3(params)
    owner = str(params.get(OWNER_PARAMETERS.get(prefix, "")) or account)
    builder = _ArnBuilder(ARN_SERVICES.get(prefix, prefix), region, owner)
    for first, *others in _templates(prefix, operation):
        if arns := tuple(_filled(first, builder, params)):
            return (*arns, *(arn for template in others for arn in _filled(template, builder, params)))
    return ()


@functools.cache
def _templates(prefix: str, operation: str) -> tuple[tuple[str, ...], ...]:
    """The templates of every line for the operation."""
    noun = _VERB.sub("", operation)
    noun = noun.removesuffix("s") if operation.startswith("List") else noun
    resource_type = _WORD_BOUNDARY.sub("-", noun).lower()
    return tuple(
        tuple(template.replace("@Name", f"{noun}Name").replace("@", resource_type) for template in templates)
        for service, part, *templates in ARN_TEMPLATES
        if service == prefix and (part == "-" or part in operation)
    )


def _filled(template: str, builder: _ArnBuilder, params: Mapping[str, Any]) -> Iterator[str]:
    """One ARN for each value of the last field, none when a field has no value."""
    fields = [_values(params, *field) for field in _FIELD.findall(template)]
    if not all(fields):
        return
    firsts = [values[0] for values in fields[:-1]]
    for last in fields[-1] if fields else [""]:
        yield builder.arn_of_identifier(last) or builder.expand(_substituted(template, [*firsts, last]))


def _values(params: Mapping[str, Any], path: str, colon: str, default: str) -> list[str]:
    values = _read(params, path.split("."))
    if colon:
        values = [text if text.startswith("arn:") else text.partition(":")[0] for text in values]
    return values or [default] * bool(default)


def _substituted(template: str, values: list[str]) -> str:
    remaining = iter(values)
    text = _FIELD.sub(lambda _: next(remaining), template)
    return text.replace("parameter//", "parameter/").replace("rule/default/", "rule/")


class _ArnBuilder(NamedTuple):
    """Service, region and account of a request's ARNs."""

    service: str
    region: str
    account: str

    def expand(self, template: str) -> str:
        """The template with ~~ and ~ replaced by the beginning of a global or regional ARN."""
        text = template.replace("~~", f"arn:aws:{self.service}::{self.account}:")
        return text.replace("~", self._prefix(self.account))

    def arn_of_identifier(self, value: str) -> str:
        """The ARN of a value that alone identifies a resource, "" for a value that is part of an ARN."""
        if value.startswith("arn:"):
            return value
        if self.service == "kms" and value.startswith("alias/"):
            return self._prefix(self.account) + value
        if self.service == "sqs" and "/" in value:  # a queue URL ends with the account and the name
            owner, name = value.rsplit("/", 2)[1:]
            return self._prefix(owner) + name
        resource_type = EC2_RESOURCE_TYPES.get(value.partition("-")[0], "") if self.service == "ec2" else ""
        return f"{self._prefix(self.account)}{resource_type}/{value}" if resource_type else ""

    def _prefix(self, account: str) -> str:
        return f"arn:aws:{self.service}:{self.region}:{account}:"


def _read(value: Any, path: list[str]) -> list[str]:
    """The strings at a path; lists on the way are traversed."""
    if isinstance(value, list):
        return [text for inner in value for text in _read(inner, path)]
    if not path:
        return [] if value is None or value == "" or isinstance(value, Mapping) else [str(value)]
    return _read(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else []


def _s3(params: Mapping[str, Any]) -> tuple[str, ...]:
    bucket, key = params.get("Bucket"), params.get("Key")
    if not bucket:
        return ()
    return (f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}",)


def passed_roles(prefix: str, value: Any, key: str = "") -> Iterator[str]:
    """Role ARNs in parameters whose name contains "role", for services that need iam:PassRole."""
    if prefix not in ROLE_PASSING_SERVICES:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from passed_roles(prefix, inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from passed_roles(prefix, inner, key)
    elif isinstance(value, str) and "role" in key.lower() and _ROLE.fullmatch(value):
        yield value


def tags(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The tags in a request, in any of AWS's spellings; CloudFormation adds its own without a permission."""
    specifications = params.get("TagSpecifications") or ()
    specified = [tag for spec in specifications if isinstance(spec, Mapping) for tag in spec.get("Tags") or ()]
    value = params.get("Tags") or params.get("tags") or specified
    pairs = (
        value.items()
        if isinstance(value, Mapping)
        else (
            (tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value", "")))
            for tag in value
            if isinstance(tag, Mapping)
        )
    )
    texts = ((str(key), str(text)) for key, text in pairs if key)
    return tuple((key, text) for key, text in texts if not key.startswith("aws:cloudformation:"))
