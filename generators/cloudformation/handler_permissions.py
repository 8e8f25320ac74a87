"""What CloudFormation asks of whoever makes, changes or deletes a resource: AWS's published permissions. Pure.

The same function serves the policy of a launch role, whose resources are texts with placeholders, and the embedded AWS,
whose resources are real: a policy made of these needs is never narrower than the handlers ask.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.cloudformation import property_permissions, resource_schemas, schema_overrides
from generators.cloudformation.action_scope import ConditionContext, scopes
from generators.cloudformation.resource import Resource, has_property, strings_at
from generators.iam.action_names import iam_action

HANDLERS = ("create", "read", "update", "delete")


@dataclass(frozen=True, slots=True, order=True)
class RequiredPermission:
    """One action on one resource, sent with these condition keys."""

    action: str
    resource: str
    sent: ConditionContext = ()
    why: str = ""


def required_permissions(
    thing: Resource, handlers: tuple[str, ...], before: Mapping[str, Any] | None = None
) -> Iterator[RequiredPermission]:
    """What the handlers of one resource need; `before` are the properties that it had or may go back to."""
    if is_custom(thing.kind):
        return (yield from _custom(thing))
    for handler in handlers:
        for action in sorted(actions(thing.kind, handler, thing.props, before or thing.props), key=_writes_first):
            for scope in scopes(action, handler, thing):
                for resource in scope.resources:
                    yield RequiredPermission(action, resource, scope.sent, f"{thing.logical} ({thing.kind}): {handler}")


def actions(kind: str, handler: str, props: Mapping[str, Any], before: Mapping[str, Any]) -> frozenset[str]:
    """The handler's IAM actions without what only unused properties need."""
    listed = {
        iam_action(action) for action in resource_schemas.permissions(kind, handler)
    } | schema_overrides.extra_permissions(kind, handler)
    rows = property_permissions.rows(kind)
    return frozenset(
        action
        for action in listed
        if action and (action not in rows or any(_counts(row, props, before) for row in rows[action]))
    )


def _writes_first(action: str) -> tuple[bool, str]:
    """Handlers look at what they made when it is made."""
    return action.partition(":")[2].startswith(("Describe", "Get", "List")), action


def template_actions(template: Mapping[str, Any]) -> frozenset[str]:
    """The IAM actions that making, changing and deleting a template's resources needs."""
    resources = [(it.get("Type", ""), it.get("Properties", {})) for it in template.get("Resources", {}).values()]
    return frozenset(
        action for kind, props in resources for handler in HANDLERS for action in actions(kind, handler, props, props)
    )


def is_custom(kind: str) -> bool:
    """Whether a function of the template's author makes it."""
    return kind == "AWS::CloudFormation::CustomResource" or kind.startswith("Custom::")


def _counts(
    row: property_permissions.ConditionalPermission, props: Mapping[str, Any], before: Mapping[str, Any]
) -> bool:
    for path in row.properties:
        now, then = has_property(props, path), has_property(before, path)
        if now != then if row.taking_away else now or then:
            return True
    return False


def _custom(thing: Resource) -> Iterator[RequiredPermission]:
    """CloudFormation calls the function of a custom resource with the stack's identity.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    """
    form = thing.place.arn("arn:${Partition}:lambda:${Region}:${Account}:function:")
    for function in strings_at(thing.props, "ServiceToken"):
        arn = function if function.startswith("arn:") else f"{form}{function}"
        yield RequiredPermission("lambda:InvokeFunction", arn, (), f"{thing.logical} ({thing.kind})")
