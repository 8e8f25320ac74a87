"""Statements of IAM and resource policies inside a template. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generators.rules._property_values import Path, PropertyValue, is_intrinsic, property_values
from generators.rules._template import Resource, Template, referenced

# Where the types that products use keep policies of what a principal may do.
IDENTITY = {
    "AWS::IAM::Group": "Policies.*.PolicyDocument",
    "AWS::IAM::GroupPolicy": "PolicyDocument",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::Policy": "PolicyDocument",
    "AWS::IAM::Role": "Policies.*.PolicyDocument",
    "AWS::IAM::RolePolicy": "PolicyDocument",
    "AWS::IAM::User": "Policies.*.PolicyDocument",
    "AWS::IAM::UserPolicy": "PolicyDocument",
}
# What binds a service to those on whose behalf it acts; the last one is how CloudWatch Logs names its log group to KMS.
_FENCES = ("aws:sourceaccount", "aws:sourcearn", "kms:calleraccount", "kms:encryptioncontext:aws:logs:arn")
EQUAL = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement and its place."""

    path: Path
    raw: dict[str, Any]

    @property
    def allows(self) -> bool:
        """Whether it is an Allow."""
        return self.raw.get("Effect") == "Allow"

    def items(self, key: str) -> list[Any]:
        """Action, Resource ... as a list."""
        value = self.raw.get(key, [])
        return value if isinstance(value, list) else [value]

    def covers(self, action: str) -> bool:
        """Whether Action (or what NotAction leaves) includes an action such as kms:Decrypt."""
        return _named(self.items("Action"), action) or ("NotAction" in self.raw and not self._excepts(action))

    def _excepts(self, action: str) -> bool:
        return _named(self.items("NotAction"), action)


def statements(resource: Resource, route: str) -> Iterator[Statement | PropertyValue]:
    """Statements below a route to policy documents; a Place where a function hides one."""
    for place in resource.at(f"{route}.Statement.*"):
        if place.undecided:
            yield place
        elif isinstance(place.value, dict):
            hidden = next((it for it in ("Effect", "Action", "NotAction") if _hidden(place.value.get(it))), None)
            yield (
                PropertyValue((*place.path, hidden), place.value[hidden])
                if hidden
                else Statement(place.path, place.value)
            )


def identity_statements(resource: Resource) -> Iterator[Statement | PropertyValue]:
    """What the resource's principal may do."""
    return statements(resource, IDENTITY[resource.type])


def bucket_statements(bucket: Resource, template: Template) -> list[Statement | PropertyValue]:
    """What the policies of a bucket say; a Place for a policy of which nobody can say to which bucket it belongs."""
    found: list[Statement | PropertyValue] = []
    for policy in template.resources("AWS::S3::BucketPolicy"):
        for place in policy.at("Bucket"):
            if referenced(place.value) == bucket.name:
                found.extend(statements(policy, "PolicyDocument"))
            elif place.undecided and not referenced(place.value):
                found.append(place)
    return found


def principals(statement: Statement) -> Iterator[PropertyValue]:
    """Every principal a resource policy names."""
    raw, path = statement.raw.get("Principal", {}), (*statement.path, "Principal")
    if raw == "*":
        yield PropertyValue(path, "*")
    elif is_intrinsic(raw):
        yield PropertyValue(path, raw, reached=False)
    else:
        for kind, named in raw.items():
            for value in named if isinstance(named, list) else [named]:
                yield from property_values(value, "", (*path, kind))


def services(statement: Statement) -> list[PropertyValue]:
    """The AWS services that a resource or trust policy names."""
    return [place for place in principals(statement) if place.path[-1] == "Service"]


def fenced(statement: Statement, operators: tuple[str, ...] = EQUAL) -> bool | None:
    """Whether a condition binds a service to this account or one resource; None when a function hides it."""
    conditions: Any = statement.raw.get("Condition") or {}
    named = [conditions] if is_intrinsic(conditions) else [conditions.get(it, {}) for it in operators]
    if any(is_intrinsic(it) for it in named):
        return None
    return any(key.lower() in _FENCES and _narrow(value) for condition in named for key, value in condition.items())


def _narrow(value: Any) -> bool:
    """Whether the account is said, or a resource that has one; a text may come through Fn::Sub."""
    if isinstance(value, list):
        return bool(value) and all(_narrow(it) for it in value)
    text = value.get("Fn::Sub", "") if is_intrinsic(value) else value
    text = text[0] if isinstance(text, list) else str(text)
    return "*" not in (text.split(":")[4] if text.count(":") >= 5 else text)


def _hidden(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(is_intrinsic(it) for it in values)


def _named(patterns: list[Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in patterns)
