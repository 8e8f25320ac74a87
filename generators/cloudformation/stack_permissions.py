"""IAM permissions that Service Catalog and CloudFormation need of a launch role for every template. Pure.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generators.cloudformation.handler_permissions import RequiredPermission
from generators.cloudformation.resource import StackLocation
from generators.cloudformation.template_format import declarations

_SSM_PARAMETER = "AWS::SSM::Parameter::Value<"
_STACK_ACTIONS = "CreateStack DeleteStack DescribeStackEvents DescribeStacks SetStackPolicy UpdateStack"
_TEMPLATE_ACTIONS = "GetTemplateSummary ValidateTemplate"
_TEMPLATE_OBJECT = (("StringEquals", "s3:ExistingObjectTag/servicecatalog:provisioning", "true"),)


def stack_permissions(
    template: Mapping[str, Any], location: StackLocation, name_prefix: str
) -> Iterator[RequiredPermission]:
    """Permissions to manage the stack, to read its template, and to read the SSM parameters that it names."""
    stack = location.arn("arn:${Partition}:cloudformation:${Region}:${Account}:stack/SC-${Account}-*/*")
    for name in _STACK_ACTIONS.split():
        yield RequiredPermission(f"cloudformation:{name}", stack, (), "Service Catalog manages the stack")
    for name in _TEMPLATE_ACTIONS.split():
        yield RequiredPermission(
            f"cloudformation:{name}", "*", (), "Service Catalog reads the parameters of the template"
        )
    yield RequiredPermission(
        "s3:GetObject", "*", _TEMPLATE_OBJECT, "Service Catalog keeps the template in a bucket of its own"
    )
    for path in sorted(set(_ssm_paths(template))):
        folder = path.rpartition("/")[0] or path
        if name_prefix:
            folder = re.sub(rf"^{re.escape(name_prefix)}(?=/|$)", location.name_prefix, folder)
        arn = location.arn("arn:${Partition}:ssm:${Region}:${Account}:parameter/")
        yield RequiredPermission("ssm:GetParameters", f"{arn}{folder}/*", (), "CloudFormation reads the SSM parameters")


def _ssm_paths(template: Mapping[str, Any]) -> Iterator[str]:
    for parameter in declarations(template, "Parameters").values():
        if str(parameter.get("Type", "")).startswith(_SSM_PARAMETER):
            yield str(parameter.get("Default", "")).lstrip("/")
