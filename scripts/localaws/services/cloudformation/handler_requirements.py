"""Permissions that a resource handler requires of the stack's identity, on the ARNs of the real resources. Pure.

The registry's schemas publish the actions of each handler; handler_requirements.yaml adds which property needs which
action, and on which resource.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generators.cloudformation import resource_schemas
from generators.cloudformation.resource import has_property, leaves, strings_at
from generators.iam import service_reference
from generators.iam.action_names import iam_action
from generators.iam.conditions import Values, matches
from scripts.localaws.core import data_file
from scripts.localaws.services.cloudformation.resource_types import RESOURCE_TYPES, is_custom

_FILE = Path(__file__).with_suffix(".yaml")
_FIELD = re.compile(r"{([\w/]+)(?:\|([^}]+))?}")
_ANY = "*"
_LOCATION = ("region", "account")
# Actions that support the condition key iam:PermissionsBoundary and change the permissions of a role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
_BOUNDARIES = """
iam:AttachRolePolicy iam:CreateRole iam:DeleteRolePolicy iam:DetachRolePolicy iam:PutRolePermissionsBoundary
iam:PutRolePolicy
"""
_BOUNDARY_ACTIONS = frozenset(_BOUNDARIES.split())
_TAGGING = ("AddTags", "CreateTags", "TagResource")


class Requirement(NamedTuple):
    """An action on a resource, with the condition keys that the handler's request has in addition."""

    action: str
    arn: str
    values: dict[str, Values]


@dataclass(frozen=True)
class Target:
    """The resource that a handler works on. `before` are its properties before an update."""

    kind: str
    logical: str
    id: str
    props: Mapping[str, Any]
    before: Mapping[str, Any]
    stack: str
    account: str
    region: str
    boundary: str = ""  # permissions boundary of the role that the handler changes


@dataclass(frozen=True)
class _TypeData:
    """The entry of a type in handler_requirements.yaml; lists are strings with blanks."""

    resource: str
    arn: str = ""
    second_arn: Mapping[str, str] = field(default_factory=dict)
    related_arn: Mapping[str, str] = field(default_factory=dict)
    action_arn: Mapping[str, str] = field(default_factory=dict)
    role_properties: Mapping[str, str] = field(default_factory=dict)
    service_linked_role: str = ""
    authorized_by_tag: bool = False
    unpublished: Mapping[str, str] = field(default_factory=dict)
    needed_with: Mapping[str, str] = field(default_factory=dict)
    needed_to_remove: Mapping[str, str] = field(default_factory=dict)
    not_needed: str = ""

    @property
    def service(self) -> str:
        """IAM's prefix of the type's service."""
        return self.resource.partition(":")[0]


def requirements(target: Target, handlers: tuple[str, ...]) -> Iterator[Requirement]:
    """Every permission of the handlers; those that change something come before those that read."""
    if is_custom(target.kind):
        yield from _custom_resource(target)
        return
    for handler in handlers:
        for action in sorted(_actions(target, handler), key=_writes_first):
            yield from _on_resources(action, handler, target)


def is_authorized_by_tag(kind: str) -> bool:
    """Whether conditions on the tags of the resource apply to the handlers' requests."""
    return not is_custom(kind) and _type_data(kind).authorized_by_tag


def _actions(target: Target, handler: str) -> set[str]:
    """The handler's actions without those that only unused properties need."""
    data = _type_data(target.kind)
    actions = {iam_action(action) for action in resource_schemas.permissions(target.kind, handler)}
    actions |= set(data.unpublished.get(handler, "").split())
    conditional = {*_split(data.needed_with.values()), *_split(data.needed_to_remove.values())}
    removed = (row for path, row in data.needed_to_remove.items() if _changes(target, path))
    needed = set(_split(row for path, row in data.needed_with.items() if _uses(target, path))) | set(_split(removed))
    return actions - (conditional - needed) - set(data.not_needed.split()) - {""}


def _split(rows: Iterable[str]) -> Iterator[str]:
    for row in rows:
        yield from row.split()


def _uses(target: Target, path: str) -> bool:
    return has_property(target.props, tuple(path.split("/"))) or has_property(target.before, tuple(path.split("/")))


def _changes(target: Target, path: str) -> bool:
    return has_property(target.props, tuple(path.split("/"))) != has_property(target.before, tuple(path.split("/")))


def _writes_first(action: str) -> tuple[bool, str]:
    return action.partition(":")[2].startswith(("Describe", "Get", "List")), action


def _on_resources(action: str, handler: str, target: Target) -> Iterator[Requirement]:
    if action == "iam:PassRole":
        yield from _passed_roles(target)
    elif action == "iam:CreateServiceLinkedRole":
        yield _service_linked_role(target)
    else:
        for arn in dict.fromkeys(_arns(action, target)):
            yield Requirement(action, arn, _values(action, handler, target) if arn != _ANY else {})


def _arns(action: str, target: Target) -> Iterator[str]:
    """The ARNs that the action is authorized on, `*` for an action that supports no resource."""
    data, service = _type_data(target.kind), action.partition(":")[0]
    types = service_reference.acts_on(action) or ()
    if action in data.action_arn:
        yield from _filled(data.action_arn[action], target)
    elif not types:
        yield _ANY
    elif data.arn and data.resource in {f"{service}:{name}" for name in types}:
        yield from _filled(data.arn, target)
        yield from _filled(data.second_arn.get(action, ""), target)
    else:
        for name in types:
            yield from _related(service, name, target)


def _related(service: str, resource_type: str, target: Target) -> Iterator[str]:
    """Resources of another type: those that the properties name, else all of the type."""
    templates = _type_data(target.kind).related_arn.get(f"{service}:{resource_type}", "").split()
    if named := [arn for template in templates if _is_set(template, target) for arn in _filled(template, target)]:
        yield from named
        return
    for form in service_reference.arn_forms(service, resource_type):
        pattern = re.sub(r"\$\{\w+\}", _ANY, form).replace(".*", _ANY)
        arns = [text for _, text in leaves(target.props) if text.startswith("arn:") and matches(pattern, text)]
        location = {"${Partition}": "aws", "${Region}": target.region, "${Account}": target.account, ".*": _ANY}
        for variable, value in location.items():
            form = form.replace(variable, value)
        yield from arns or [form]


def _is_set(template: str, target: Target) -> bool:
    return all(
        strings_at(target.props, *path.split("/")) for path, _ in _FIELD.findall(template) if path not in _LOCATION
    )


def _filled(templates: str, target: Target) -> Iterator[str]:
    """The ARNs of the templates; a property with several values gives several ARNs."""
    for template in templates.split():
        located = template.replace("{region}", target.region).replace("{account}", target.account)
        yield from (arn.replace("parameter//", "parameter/") for arn in _with_fields(located, target))


def _with_fields(template: str, target: Target) -> Iterator[str]:
    match = _FIELD.search(template)
    if match is None:
        yield re.sub(r"\*+", _ANY, template)
        return
    for value in _field_values(match[1], match[2] or "", target):
        if value.startswith("arn:"):
            yield value
        else:
            yield from _with_fields(template[: match.start()] + value + template[match.end() :], target)


def _field_values(path: str, default: str, target: Target) -> tuple[str, ...]:
    if path == "id":
        return (target.id or _ANY,)
    values = strings_at(target.props, *path.split("/"))
    if values or default:
        return values or (default,)
    definition = RESOURCE_TYPES[target.kind]
    if path != definition.name_property:
        return (_ANY,)
    if existing := strings_at(target.before, *path.split("/")):
        return existing
    name = f"{target.stack}-{target.logical}-{_ANY}"  # as CloudFormation generates it
    return (name.lower() if definition.lowercase_name else name,)


def _passed_roles(target: Target) -> Iterator[Requirement]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"""
    data = _type_data(target.kind)
    for name, text in leaves(target.props):
        if name in data.role_properties or ("role" in name.lower() and ":role/" in text):
            service = data.role_properties.get(name, f"{data.service}.amazonaws.com")
            arn = text if text.startswith("arn:") else f"arn:aws:iam::{target.account}:role/{text}"
            yield Requirement("iam:PassRole", arn, {"iam:passedtoservice": (service,)})


def _service_linked_role(target: Target) -> Requirement:
    data = _type_data(target.kind)
    template = data.service_linked_role or f"{data.service}.amazonaws.com"
    service = next(_with_fields(template, target))
    arn = f"arn:aws:iam::{target.account}:role/aws-service-role/{service}/*"
    return Requirement("iam:CreateServiceLinkedRole", arn, {"iam:awsservicename": (service,)})


def _values(action: str, handler: str, target: Target) -> dict[str, Values]:
    """Condition keys of the handler's request; those of an existing resource are looked up with its ARN."""
    data, (service, _, name) = _type_data(target.kind), action.partition(":")
    if action in _BOUNDARY_ACTIONS and target.boundary:
        return {"iam:permissionsboundary": (target.boundary,)}
    if action == "kms:CreateGrant":
        return {"kms:grantisforawsresource": ("true",)}
    is_new = not target.id
    if not is_new or service != data.service or not data.authorized_by_tag:
        return {}
    if handler == "create" and name in _TAGGING:
        return {**_tags("aws:requesttag", target), "ec2:createaction": ("CreateSecurityGroup",)}
    return {} if name.startswith("Create") else _tags("aws:resourcetag", target)  # the handler reads what it created


def _tags(prefix: str, target: Target) -> dict[str, Values]:
    tags = target.props.get(resource_schemas.tag_property(target.kind), ())
    pairs = tags.items() if isinstance(tags, Mapping) else ((tag["Key"], tag["Value"]) for tag in tags)
    return {f"{prefix}/{key.lower()}": (str(value),) for key, value in pairs}


def _custom_resource(target: Target) -> Iterator[Requirement]:
    """CloudFormation invokes the function of a custom resource with the stack's identity.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    """
    for function in strings_at(target.props, "ServiceToken"):
        prefix = f"arn:aws:lambda:{target.region}:{target.account}:function:"
        yield Requirement("lambda:InvokeFunction", function if function.startswith("arn:") else prefix + function, {})


@cache
def _type_data(kind: str) -> _TypeData:
    return _TypeData(**_file()[kind])


@cache
def _file() -> Mapping[str, Mapping[str, Any]]:
    content: Mapping[str, Mapping[str, Any]] = data_file.read(_FILE)
    return content
