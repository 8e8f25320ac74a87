"""Role and network of SageMaker jobs. Pure but for terraform/platform.yaml."""

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
_NETWORK_ACTIONS = [
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
_LOG_ACTIONS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
_PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_ARN = "arn:${AWS::Partition}"


def job_role(t: Template, title: str, name: Any, *statements: dict[str, Any]) -> Role:
    """An execution role for the hub's containers in the VPC; `statements` are further permissions."""
    return service_role(t, title, name, "sagemaker", *_common_permissions(t), *statements)


def job_network(t: Template, group: SecurityGroup) -> dict[str, Any]:
    """A VpcConfig with all subnets of the account and the product's security group."""
    return {"Subnets": contract(t, "spoke", "subnet_ids"), "SecurityGroupIds": [GetAtt(group, "GroupId")]}


def model_reader_arns(t: Template) -> list[Any]:
    """ARN patterns of the roles under which SageMaker reads models and property files from its own network.

    They are the developers' execution role and the roles of models of the inference product.
    """
    prefix = repository.platform(current().root).name_prefix
    models = Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{prefix}-inference-model-????????")
    return [contract(t, "spoke", "developer_execution_role_arn"), models]


def team_object_arns() -> list[Any]:
    """ARN pattern of the objects in all product buckets of this account's team."""
    prefix = repository.platform(current().root).name_prefix
    return [Sub(f"{_ARN}:s3:::{prefix}-*-${{AWS::AccountId}}-*/*")]


def team_bucket_arns() -> list[Any]:
    """ARN pattern of all product buckets of this account's team."""
    prefix = repository.platform(current().root).name_prefix
    return [Sub(f"{_ARN}:s3:::{prefix}-*-${{AWS::AccountId}}-*")]


def _common_permissions(t: Template) -> list[dict[str, Any]]:
    key, hub = contract(t, "spoke", "data_key_arn"), contract(t, "hub", "package_index_account")
    prefix = repository.platform(current().root).name_prefix
    images = Sub(f"{_ARN}:ecr:${{AWS::Region}}:${{Hub}}:repository/{prefix}/*", Hub=hub)
    logs = Sub(f"{_ARN}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:/aws/sagemaker/*")
    return [
        allow(_NETWORK_ACTIONS, ["*"]),
        allow(["cloudwatch:PutMetricData"], ["*"]),
        allow(_LOG_ACTIONS, [logs]),
        allow(["ecr:GetAuthorizationToken"], ["*"]),
        allow(_PULL_ACTIONS, [images]),
        allow(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"], [key]),
        allow(["kms:CreateGrant"], [key], Bool={"kms:GrantIsForAWSResource": "true"}),
    ]
