"""Statements of IAM policies and resource-based policies inside a template. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generators.rules._property_values import Path, PropertyValue, is_intrinsic, property_values
from generators.rules._template import Resource, Template, logical_id

# Properties that contain identity-based policies, by resource type.
IDENTITY_POLICIES = {
    "AWS::IAM::Group": "Policies.*.PolicyDocument",
    "AWS::IAM::GroupPolicy": "PolicyDocument",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::Policy": "PolicyDocument",
    "AWS::IAM::Role": "Policies.*.PolicyDocument",
    "AWS::IAM::RolePolicy": "PolicyDocument",
    "AWS::IAM::User": "Policies.*.PolicyDocument",
    "AWS::IAM::UserPolicy": "PolicyDocument",
}
# Condition keys that name for whom a service acts; CloudWatch Logs names its log group to KMS by the last one.
_SOURCE_KEYS = ("aws:sourceaccount", "aws:sourcearn", "kms:calleraccount", "kms:encryptioncontext:aws:logs:arn")
EQUAL = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


@dataclass(frozen=True, slots=True)
class Statement:
    """A policy statement and its path."""

    path: Path
    raw: dict[str, Any]

    @property
    def allows(self) -> bool:
        """True for an Allow."""
        return self.raw.get("Effect") == "Allow"

    def items(self, key: str) -> list[Any]:
        """Action, Resource ... as a list."""
        value = self.raw.get(key, [])
        return value if isinstance(value, list) else [value]

    def covers(self, action: str) -> bool:
        """True when Action or NotAction covers an action such as kms:Decrypt."""
        return _matches(self.items("Action"), action) or ("NotAction" in self.raw and not self._excepts(action))

    def _excepts(self, action: str) -> bool:
        return _matches(self.items("NotAction"), action)


def statements(resource: Resource, property_path: str) -> Iterator[Statement | PropertyValue]:
    """Statements of the policy documents at a path; a PropertyValue where a function hides one."""
    for prop in resource.at(f"{property_path}.Statement.*"):
        if prop.unresolved:
            yield prop
        elif isinstance(prop.value, dict):
            hidden = next((key for key in ("Effect", "Action", "NotAction") if _is_hidden(prop.value.get(key))), None)
            yield (
                PropertyValue((*prop.path, hidden), prop.value[hidden]) if hidden else Statement(prop.path, prop.value)
            )


def identity_statements(resource: Resource) -> Iterator[Statement | PropertyValue]:
    """Statements of the identity-based policies of a resource."""
    return statements(resource, IDENTITY_POLICIES[resource.type])


def bucket_statements(bucket: Resource, template: Template) -> list[Statement | PropertyValue]:
    """Statements of a bucket's policies; a PropertyValue for a policy whose bucket is unresolved."""
    result: list[Statement | PropertyValue] = []
    for policy in template.resources("AWS::S3::BucketPolicy"):
        for prop in policy.at("Bucket"):
            if logical_id(prop.value) == bucket.name:
                result.extend(statements(policy, "PolicyDocument"))
            elif prop.unresolved and not logical_id(prop.value):
                result.append(prop)
    return result


def principals(statement: Statement) -> Iterator[PropertyValue]:
    """Every principal of a resource policy's statement."""
    raw, path = statement.raw.get("Principal", {}), (*statement.path, "Principal")
    if raw == "*":
        yield PropertyValue(path, "*")
    elif is_intrinsic(raw):
        yield PropertyValue(path, raw, reached=False)
    else:
        for principal_type, values in raw.items():
            for value in values if isinstance(values, list) else [values]:
                yield from property_values(value, "", (*path, principal_type))


def service_principals(statement: Statement) -> list[PropertyValue]:
    """AWS services among the principals of a resource or trust policy's statement."""
    return [prop for prop in principals(statement) if prop.path[-1] == "Service"]


def has_source_condition(statement: Statement, operators: tuple[str, ...] = EQUAL) -> bool | None:
    """True when a condition binds a service to this account or one resource; None when a function hides it."""
    condition: Any = statement.raw.get("Condition") or {}
    blocks = [condition] if is_intrinsic(condition) else [condition.get(operator, {}) for operator in operators]
    if any(is_intrinsic(block) for block in blocks):
        return None
    return any(key.lower() in _SOURCE_KEYS and _is_narrow(value) for block in blocks for key, value in block.items())


def _is_narrow(value: Any) -> bool:
    """True for an account, or an ARN with one, literal or through Fn::Sub."""
    if isinstance(value, list):
        return bool(value) and all(_is_narrow(item) for item in value)
    text = value.get("Fn::Sub", "") if is_intrinsic(value) else value
    text = text[0] if isinstance(text, list) else str(text)
    return "*" not in (text.split(":")[4] if text.count(":") >= 5 else text)


def _is_hidden(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(is_intrinsic(item) for item in values)


def _matches(patterns: list[Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in patterns)
