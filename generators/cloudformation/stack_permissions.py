"""What Service Catalog and CloudFormation themselves ask of a launch role, whatever the template holds. Pure.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generators.cloudformation.handler_permissions import RequiredPermission
from generators.cloudformation.resource import StackLocation

_CONTRACT = "AWS::SSM::Parameter::Value<"
_RUN = "CreateStack DeleteStack DescribeStackEvents DescribeStacks SetStackPolicy UpdateStack"
_READ = "GetTemplateSummary ValidateTemplate"
_FETCH = (("StringEquals", "s3:ExistingObjectTag/servicecatalog:provisioning", "true"),)


def stack_permissions(template: Mapping[str, Any], place: StackLocation, prefix: str) -> Iterator[RequiredPermission]:
    """Running the stack, reading its template, reading the contracts that it names."""
    stack = place.arn("arn:${Partition}:cloudformation:${Region}:${Account}:stack/SC-${Account}-*/*")
    for name in _RUN.split():
        yield RequiredPermission(f"cloudformation:{name}", stack, (), "Service Catalog runs the stack")
    for name in _READ.split():
        yield RequiredPermission(
            f"cloudformation:{name}", "*", (), "Service Catalog reads the parameters of the template"
        )
    yield RequiredPermission("s3:GetObject", "*", _FETCH, "Service Catalog keeps the template in a bucket of its own")
    for name in sorted(set(_contracts(template))):
        folder = name.rpartition("/")[0] or name
        shown = re.sub(rf"^{re.escape(prefix)}(?=/|$)", place.prefix, folder) if prefix else folder
        form = place.arn("arn:${Partition}:ssm:${Region}:${Account}:parameter/")
        yield RequiredPermission("ssm:GetParameters", f"{form}{shown}/*", (), "CloudFormation reads the contracts")


def _contracts(template: Mapping[str, Any]) -> Iterator[str]:
    for parameter in template.get("Parameters", {}).values():
        if str(parameter.get("Type", "")).startswith(_CONTRACT):
            yield str(parameter.get("Default", "")).lstrip("/")
