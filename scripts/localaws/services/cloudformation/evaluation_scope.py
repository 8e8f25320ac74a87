"""The evaluation scope of a stack: pseudo parameters, exports of other stacks, dynamic references.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed, invalid
from scripts.localaws.services.cloudformation.intrinsics import Scope
from scripts.localaws.services.cloudformation.models import STORES, DeployedTemplate, Stack


def pseudo_parameters(stack: Stack) -> dict[str, Any]:
    """Return the values of the pseudo parameters."""
    return {
        "AWS::AccountId": stack.account, "AWS::Region": stack.region, "AWS::Partition": "aws",
        "AWS::StackId": stack.arn,
        "AWS::StackName": stack.name, "AWS::URLSuffix": "amazonaws.com", "AWS::NotificationARNs": stack.notifications,
    }  # fmt: skip


def scope(
    stack: Stack,
    target: DeployedTemplate,
    key: str,
    physical_id: Callable[[str], Any],
    attribute: Callable[[str, str], Any],
    kind: type[Scope] = Scope,
) -> Scope:
    """Return the scope in which the expressions of the stack's template are evaluated."""

    def export(name: str) -> str:
        exports = STORES[stack.account, stack.region].exports()
        if name not in exports:
            raise ResourceFailed(f"No export named {name} found.")
        return exports[name][1]

    def dynamic_reference(service: str, name: str) -> str:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"""
        if service == "ssm-secure":  # only properties of types that the embedded AWS does not have accept it
            raise invalid(f"SSM Secure reference is not supported in: [{name}]")
        if service != "ssm":
            raise invalid(f"the embedded AWS does not hold dynamic references to {service}; see SUPPORTED.md")
        try:
            response = context.client("ssm", stack.region, key).get_parameter(Name=name)
        except ClientError as error:
            raise ResourceFailed(
                f"Could not resolve {{{{resolve:ssm:{name}}}}}: {error.response['Error']['Message']}"
            ) from None
        return str(response["Parameter"]["Value"])

    sections = target.template.get("Mappings", {}), target.template.get("Conditions", {})
    parameters = {**target.resolved_values, **pseudo_parameters(stack)}
    return kind(parameters, *sections, physical_id, attribute, export, dynamic_reference)
