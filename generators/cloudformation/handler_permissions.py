"""IAM permissions that CloudFormation needs to create, read, update and delete a resource, as AWS publishes them. Pure.

Launch policies are made of these permissions. The embedded AWS derives its own, so that a launch notices what is
missing here (docs/adr/0008).
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generators.cloudformation import property_permissions, resource_schemas, schema_overrides
from generators.cloudformation.action_scope import ConditionContext, scopes
from generators.cloudformation.property_permissions import ConditionalPermission
from generators.cloudformation.resource import Resource, has_property, strings_at
from generators.cloudformation.template_format import declarations
from generators.cloudformation.update_behavior import is_custom_resource
from generators.iam.action_names import iam_action

HANDLERS = ("create", "read", "update", "delete")


@dataclass(frozen=True, slots=True, order=True)
class RequiredPermission:
    """One action on one resource, with the condition keys of the request."""

    action: str
    resource: str
    context: ConditionContext = ()
    reason: str = ""


def required_permissions(
    resource: Resource, handlers: tuple[str, ...], others: Sequence[Mapping[str, Any]] = ()
) -> Iterator[RequiredPermission]:
    """Permissions of the handlers of a resource; `others` are the properties before an update or after a rollback."""
    if is_custom_resource(resource.type):
        return (yield from _custom_resource(resource))
    for handler in handlers:
        reason = f"{resource.logical_id} ({resource.type}): {handler}"
        actions = handler_actions(resource.type, handler, resource.properties, others or (resource.properties,))
        for action in sorted(actions, key=_writes_first):
            for scope in scopes(action, handler, resource):
                for arn in scope.resources:
                    yield RequiredPermission(action, arn, scope.context, reason)


def handler_actions(
    resource_type: str, handler: str, properties: Mapping[str, Any], others: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    """The IAM actions of a handler without those that only unused properties need."""
    published = map(iam_action, resource_schemas.permissions(resource_type, handler))
    actions = {*published, *schema_overrides.extra_permissions(resource_type, handler)} - {""}
    conditional = property_permissions.conditional_permissions(resource_type)
    return frozenset(
        action
        for action in actions
        if action not in conditional
        or any(_applies(condition, properties, other) for condition in conditional[action] for other in others)
    )


def _writes_first(action: str) -> tuple[bool, str]:
    """A handler reads a resource after it has created it."""
    return action.partition(":")[2].startswith(("Describe", "Get", "List")), action


def template_actions(template: Mapping[str, Any]) -> frozenset[str]:
    """The IAM actions of all handlers of a template's resources."""
    resources = declarations(template, "Resources").values()
    typed = [(resource.get("Type", ""), resource.get("Properties", {})) for resource in resources]
    return frozenset(
        action
        for resource_type, properties in typed
        for handler in HANDLERS
        for action in handler_actions(resource_type, handler, properties, (properties,))
    )


def _applies(
    condition: ConditionalPermission, properties: Mapping[str, Any], other_properties: Mapping[str, Any]
) -> bool:
    for path in condition.properties:
        is_used, was_used = has_property(properties, path), has_property(other_properties, path)
        if is_used != was_used if condition.on_removal else is_used or was_used:
            return True
    return False


def _custom_resource(resource: Resource) -> Iterator[RequiredPermission]:
    """CloudFormation calls the function of a custom resource with the stack's identity.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    """
    function_arn = resource.location.arn("arn:${Partition}:lambda:${Region}:${Account}:function:")
    for function in strings_at(resource.properties, "ServiceToken"):
        arn = function if function.startswith("arn:") else f"{function_arn}{function}"
        yield RequiredPermission("lambda:InvokeFunction", arn, (), f"{resource.logical_id} ({resource.type})")
