"""What SageMaker runs for a product: under which role, in which network. Pure but for terraform/platform.yaml."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Sub, Template
from troposphere.ec2 import SecurityGroup
from troposphere.iam import Role

from generators.config import repository
from generators.kit.iam import allow, service_role
from generators.kit.ssm_input import contract
from generators.release.build_context import current

# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
_NETWORK = [
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]
_LOG = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_ARN = "arn:${AWS::Partition}"


def job_role(t: Template, title: str, name: Any, *statements: dict[str, Any]) -> Role:
    """A role to run the hub's containers in SageMaker, in the account's network; `statements` say what they touch."""
    return service_role(t, title, name, "sagemaker", *_basics(t), *statements)


def job_network(t: Template, group: SecurityGroup) -> dict[str, Any]:
    """A VpcConfig: every subnet of the account, behind the product's own security group."""
    return {"Subnets": contract(t, "spoke", "subnet_ids"), "SecurityGroupIds": [GetAtt(group, "GroupId")]}


def team_objects() -> list[Any]:
    """The objects of every bucket that products made for this account's team."""
    prefix = repository.platform(current().root).name_prefix
    return [Sub(f"{_ARN}:s3:::{prefix}-*-${{AWS::AccountId}}-*/*")]


def team_buckets() -> list[Any]:
    """The buckets themselves, for listing."""
    prefix = repository.platform(current().root).name_prefix
    return [Sub(f"{_ARN}:s3:::{prefix}-*-${{AWS::AccountId}}-*")]


def _basics(t: Template) -> list[dict[str, Any]]:
    key, hub = contract(t, "spoke", "data_key_arn"), contract(t, "hub", "package_index_account")
    prefix = repository.platform(current().root).name_prefix
    images = Sub(f"{_ARN}:ecr:${{AWS::Region}}:${{Hub}}:repository/{prefix}/*", Hub=hub)
    logs = Sub(f"{_ARN}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:/aws/sagemaker/*")
    return [
        allow(_NETWORK, ["*"]),
        allow(["cloudwatch:PutMetricData"], ["*"]),
        allow(_LOG, [logs]),
        allow(["ecr:GetAuthorizationToken"], ["*"]),
        allow(_PULL, [images]),
        allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [key]),
        allow(["kms:CreateGrant"], [key], Bool={"kms:GrantIsForAWSResource": "true"}),
    ]
