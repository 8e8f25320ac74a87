"""Python Lambda functions inside the VPC, with inline code. Reads the function's source file, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Template
from troposphere.awslambda import Code, Function, LoggingConfig, VPCConfig
from troposphere.ec2 import SecurityGroup
from troposphere.iam import Role
from troposphere.logs import LogGroup

from generators.errors import UserError
from generators.kit.iam import allow, service_role
from generators.kit.logs import log_group
from generators.kit.names import resource_name
from generators.kit.network import security_group
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

RUNTIME = "python3.13"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
INLINE_LIMIT = 4096  # characters
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
_NETWORK_ACTIONS = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ec2:UnassignPrivateIpAddresses",
]


@dataclass(frozen=True, slots=True)
class PrivateFunction:
    """A function with its role, log group and security group."""

    role: Role
    logs: LogGroup
    group: SecurityGroup
    function: Function

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.role, self.logs, self.group, self.function))


def private_function(t: Template, title: str, name: str, source: Path, description: str) -> PrivateFunction:
    """A function with its own role, log group and security group; UserError when the source is too long.

    Its role may use the network and write its log; an AWS::IAM::Policy adds further permissions.
    """
    code = source.read_text(encoding="utf-8")
    if len(code) > INLINE_LIMIT:
        size = f"{len(code):,} characters, CloudFormation takes {INLINE_LIMIT:,}"
        raise UserError(f"{source.name} has {size}; shorten it")
    logs = log_group(t, f"{title}Logs", resource_name(f"{name}-logs"))
    write = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [GetAtt(logs, "Arn")])
    role = service_role(t, f"{title}Role", resource_name(name), "lambda", allow(_NETWORK_ACTIONS, ["*"]), write)
    group = security_group(t, f"{title}SecurityGroup", f"{description}: HTTPS to AWS services only")
    return PrivateFunction(role, logs, group, _function(t, title, name, code, description, (role, logs, group)))


def _function(
    t: Template, title: str, name: str, code: str, description: str, parts: tuple[Role, LogGroup, SecurityGroup]
) -> Function:
    role, logs, group = parts
    network: dict[str, Any] = {
        "SubnetIds": contract(t, "spoke", "subnet_ids"),
        "SecurityGroupIds": [GetAtt(group, "GroupId")],
    }
    return Function(
        title,
        FunctionName=resource_name(name),
        Description=description,
        Runtime=RUNTIME,
        Handler="index.handler",
        Code=Code(ZipFile=code),
        Role=GetAtt(role, "Arn"),
        Timeout=900,
        MemorySize=128,
        VpcConfig=VPCConfig(**network),
        LoggingConfig=LoggingConfig(LogGroup=Ref(logs)),
        Tags=tags(t),
    )
