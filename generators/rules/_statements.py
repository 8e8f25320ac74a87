"""Statements of IAM policies and resource-based policies inside a template. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from generators.rules._property_values import (
    Path,
    PropertyValue,
    UnreadableValue,
    is_intrinsic,
    literal_text,
    property_values,
)
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
    raw: Mapping[str, Any]

    @property
    def allows(self) -> bool:
        """True for an Allow."""
        return self.raw.get("Effect") == "Allow"

    def items(self, key: str) -> list[Any]:
        """Action, Resource ... as a list, with the items of both branches of Fn::If."""
        values = property_values(self.raw.get(key), "*", (*self.path, key))
        return [prop.value for prop in values if not prop.missing]

    def condition(self) -> PropertyValue:
        """The condition as it is written."""
        return PropertyValue((*self.path, "Condition"), self.raw.get("Condition"))

    def covers(self, action: str) -> bool:
        """True when Action or NotAction covers an action such as kms:Decrypt."""
        return _matches(self.items("Action"), action) or ("NotAction" in self.raw and not self._excepts(action))

    def _excepts(self, action: str) -> bool:
        return _matches(self.items("NotAction"), action)


def statements(resource: Resource, property_path: str) -> Iterator[Statement | PropertyValue]:
    """Statements of the policy documents at a path; a PropertyValue where a function hides one."""
    for prop in resource.at(f"{property_path}.Statement.*"):
        if not prop.missing:
            statement = None if prop.unresolved else Statement(prop.path, prop.properties())
            yield prop if statement is None else _hidden(statement) or statement


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


@dataclass(frozen=True, slots=True)
class Principal:
    """A principal of a statement; its type is AWS, Service ..., or "" where the document has none."""

    type: str
    prop: PropertyValue


def principals(statement: Statement) -> Iterator[Principal]:
    """Every principal of a resource policy's statement."""
    for prop in property_values(statement.raw.get("Principal"), "", (*statement.path, "Principal")):
        if prop.value == "*":
            yield Principal("", prop)
        elif prop.unresolved:
            yield Principal("", PropertyValue(prop.path, prop.value, reached=False))
        else:
            for principal_type, values in prop.properties().items():
                for value in property_values(values, "*", (*prop.path, principal_type)):
                    if not value.missing:
                        yield Principal(principal_type, PropertyValue(value.path, value.value))


def service_principals(statement: Statement) -> list[PropertyValue]:
    """AWS services among the principals of a resource or trust policy's statement."""
    return [principal.prop for principal in principals(statement) if principal.type == "Service"]


def has_source_condition(statement: Statement, operators: tuple[str, ...] = EQUAL) -> bool | None:
    """True when a condition binds a service to this account or one resource; None when a function hides it."""
    condition = statement.condition()
    try:
        blocks = [condition.item(operator).properties() for operator in operators]
    except UnreadableValue:
        return None
    return any(key.lower() in _SOURCE_KEYS and _is_narrow(value) for block in blocks for key, value in block.items())


def _is_narrow(value: Any) -> bool:
    """True when every value is an account, or an ARN with one, literal or through Fn::Sub."""
    props = list(property_values(value, "*"))
    return bool(props) and all(not prop.missing and _names_account(prop.value) for prop in props)


def _names_account(value: Any) -> bool:
    """True for a literal or Fn::Sub without a wildcard in the account, and for any other function."""
    text = str(value) if isinstance(value, int) else literal_text(value)
    if text is None:
        return is_intrinsic(value)
    return "*" not in (text.split(":")[4] if text.count(":") >= 5 else text)


def _hidden(statement: Statement) -> PropertyValue | None:
    """The first part that decides what the statement does and that is not written out.

    Of an Allow, the actions of both branches of Fn::If count; a Deny must be certain.
    """
    for key in ("Effect", "Action", "NotAction"):
        element, prop = statement.raw.get(key), PropertyValue((*statement.path, key), statement.raw.get(key))
        both = statement.items(key) if key == "Action" and statement.allows else None
        values = both if both is not None else element if isinstance(element, list) else [element]
        if any(value is not None and not isinstance(value, str) for value in values):
            return prop
    return None


def _matches(patterns: list[Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in patterns)
