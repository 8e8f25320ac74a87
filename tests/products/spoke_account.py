"""A spoke account on an embedded AWS, with the resources of its baseline that products need."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import boto3

from generators.config import contracts, repository
from generators.project_templates import archives
from generators.release import load, versions_folder
from scripts.taskcat.prerequisites import create_prerequisites

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-2"
ACCOUNT = "123456789012"
RELEASES = f"mlops-releases-{ACCOUNT}-{REGION}"
PLATFORM_ROLES = {
    "mlops-emr-service": "elasticmapreduce",
    "mlops-emr-instance": "ec2",
    "mlops-promotion-source": "codebuild",
}
OTHER_ACCOUNTS = {  # contracts whose values come from other accounts
    "spoke.pre_production_account_id": "222222222222",
    "spoke.production_account_id": "333333333333",
    "hub.release_bucket": RELEASES,
    "hub.studio_image_uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio@sha256:{'0' * 64}",
}


class SpokeAccount:
    """The management account of an embedded AWS, with the baseline of a spoke."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client("s3").create_bucket(Bucket=RELEASES, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.values = self._baseline()

    def client(self, service: str, key: str = "local") -> Any:
        return _client(self.endpoint, service, key)

    def _baseline(self) -> dict[str, str]:
        """Write the contracts that Terraform writes; return the values of launch policies' placeholders."""
        values = self._network() | self._keys_and_logs() | self._roles() | self._connections() | OTHER_ACCOUNTS
        for archive in (ROOT / archives.FOLDER).glob("*.zip"):
            self.client("s3").put_object(Bucket=RELEASES, Key=archives.key(archive.name), Body=archive.read_bytes())
        for scope, keys in contracts.read(ROOT).items():
            for name, contract in keys.items():
                if contract.writer.startswith("terraform"):
                    value = values.get(f"{scope}.{name}", name)
                    self.client("ssm").put_parameter(Name=contract.path, Type="String", Value=value)
        names = ("permissions_boundary_arn", "data_key_arn", "logs_key_arn")
        prefix = repository.platform(ROOT).name_prefix
        location = {"account_id": ACCOUNT, "region": REGION, "partition": "aws", "name_prefix": prefix}
        return location | {name: values[f"spoke.{name}"] for name in names}

    def _network(self) -> dict[str, str]:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        endpoint = {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.s3"}
        group = ec2.create_security_group(VpcId=vpc, GroupName="endpoints", Description="endpoints")["GroupId"]
        return {
            "spoke.vpc_id": vpc,
            "spoke.subnet_ids": ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"],
            "spoke.endpoint_security_group_id": group,
            "spoke.s3_prefix_list_id": ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"],
            "spoke.vpc_endpoint_id_s3": ec2.create_vpc_endpoint(**endpoint)["VpcEndpoint"]["VpcEndpointId"],
        }

    def _keys_and_logs(self) -> dict[str, str]:
        key, s3 = self.client("kms").create_key()["KeyMetadata"]["Arn"], self.client("s3")
        s3.create_bucket(Bucket="access-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        logging = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
        document = policy([{**logging, "Resource": "arn:aws:s3:::access-logs/*"}])
        s3.put_bucket_policy(Bucket="access-logs", Policy=document)
        return {"spoke.data_key_arn": key, "spoke.logs_key_arn": key, "spoke.access_log_bucket": "access-logs"}

    def _roles(self) -> dict[str, str]:
        """The permissions boundary, the execution roles of both profile types, and the platform's roles."""
        iam = self.client("iam")
        everything = policy([{"Effect": "Allow", "Action": "*", "Resource": "*"}])
        boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=everything)["Policy"]["Arn"]
        services = {"studio-developer": "sagemaker", "studio-model-approver": "sagemaker", **PLATFORM_ROLES}
        for name, service in services.items():
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
        roles = f"arn:aws:iam::{ACCOUNT}:role"
        return {
            "spoke.permissions_boundary_arn": boundary,
            "spoke.developer_execution_role_arn": f"{roles}/studio-developer",
            "spoke.model_approver_execution_role_arn": f"{roles}/studio-model-approver",
            "spoke.promotion_role_arn": f"{roles}/mlops-promotion-source",
            "spoke.cluster_service_role_arn": f"{roles}/mlops-emr-service",
            "spoke.cluster_instance_profile": "mlops-emr-instance",
        }

    def _connections(self) -> dict[str, str]:
        client = self.client("codeconnections")
        arns = {}
        for provider in ("GitHub", "GitLab", "Bitbucket"):
            connection = client.create_connection(ConnectionName=provider, ProviderType=provider)
            arns[f"spoke.{provider.lower()}_connection_arn"] = connection["ConnectionArn"]
        return arns

    def launch_role(self, product: str) -> str:
        """Create the product's launch role; return the access key of a session."""
        iam, name = self.client("iam"), f"launch-{product}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))["Role"]
        self.set_launch_policy(product, (load.product(ROOT, product).folder / "launch_policy.json").read_text())
        session = self.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="launch")
        return str(session["Credentials"]["AccessKeyId"])

    def create_prerequisites(self, product: str) -> None:
        """Create what the product needs before a launch (its tests/prerequisites.py)."""
        create_prerequisites(ROOT, product, self.client)

    def set_launch_policy(self, product: str, text: str) -> None:
        """Replace the policy of the launch role."""
        document = Template(text).substitute(self.values)
        self.client("iam").put_role_policy(RoleName=f"launch-{product}", PolicyName="launch", PolicyDocument=document)

    def template_url(self, product: str, version: str) -> str:
        """Upload the frozen template of a version; return its URL."""
        releases = {str(release.version): release for release in versions_folder.releases(load.product(ROOT, product))}
        key = releases[version].key
        tag = "servicecatalog:provisioning=true"  # Service Catalog tags the templates that it gives to CloudFormation
        self.client("s3").put_object(Bucket=RELEASES, Key=key, Body=releases[version].body, Tagging=tag)
        return f"https://{RELEASES}.s3.{REGION}.amazonaws.com/{key}"


@cache
def _client(endpoint: str, service: str, key: str) -> Any:
    keys = {"aws_access_key_id": key, "aws_secret_access_key": "local"}
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, **keys)


def policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(name: str) -> str:
    """The trust policy for a principal's ARN, or for an AWS service."""
    principal = {"AWS": name} if name.startswith("arn") else {"Service": f"{name}.amazonaws.com"}
    return policy([{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}])
