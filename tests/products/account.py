"""An account with what a spoke's baseline gives, on an embedded AWS: the ground on which products are launched."""

from __future__ import annotations

import json
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
ELSEWHERE = {  # what other accounts hold
    "spoke.pre_production_account_id": "222222222222",
    "spoke.production_account_id": "333333333333",
    "hub.release_bucket": RELEASES,
    "hub.studio_image_uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio@sha256:{'0' * 64}",
}


class Account:
    """The management account of an embedded AWS, with what a spoke's baseline gives."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client("s3").create_bucket(Bucket=RELEASES, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.values = self._baseline()

    def client(self, service: str, key: str = "local") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=key,
            aws_secret_access_key="local",
        )

    def _baseline(self) -> dict[str, str]:
        """Writes the contracts of Terraform; gives the values that launch policies name."""
        written = self._network() | self._keys_and_logs() | self._roles() | self._connections() | ELSEWHERE
        for seed in (ROOT / archives.FOLDER).glob("*.zip"):
            self.client("s3").put_object(Bucket=RELEASES, Key=archives.key(seed.name), Body=seed.read_bytes())
        for scope, keys in contracts.read(ROOT).items():
            for name, contract in keys.items():
                if contract.writer.startswith("terraform"):
                    value = written.get(f"{scope}.{name}", name)
                    self.client("ssm").put_parameter(Name=contract.path, Type="String", Value=value)
        named = ("permissions_boundary_arn", "data_key_arn", "logs_key_arn")
        prefix = repository.platform(ROOT).name_prefix
        place = {"account_id": ACCOUNT, "region": REGION, "partition": "aws", "name_prefix": prefix}
        return place | {name: written[f"spoke.{name}"] for name in named}

    def _network(self) -> dict[str, str]:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        doors = {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.s3"}
        group = ec2.create_security_group(VpcId=vpc, GroupName="endpoints", Description="endpoints")["GroupId"]
        return {
            "spoke.vpc_id": vpc,
            "spoke.subnet_ids": ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"],
            "spoke.endpoint_security_group_id": group,
            "spoke.s3_prefix_list_id": ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"],
            "spoke.vpc_endpoint_id_s3": ec2.create_vpc_endpoint(**doors)["VpcEndpoint"]["VpcEndpointId"],
        }

    def _keys_and_logs(self) -> dict[str, str]:
        key, s3 = self.client("kms").create_key()["KeyMetadata"]["Arn"], self.client("s3")
        s3.create_bucket(Bucket="access-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        logging = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
        allowed = policy([{**logging, "Resource": "arn:aws:s3:::access-logs/*"}])
        s3.put_bucket_policy(Bucket="access-logs", Policy=allowed)
        return {"spoke.data_key_arn": key, "spoke.logs_key_arn": key, "spoke.access_log_bucket": "access-logs"}

    def _roles(self) -> dict[str, str]:
        """The boundary, the roles of the two kinds of profiles, and those of the platform."""
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
        git = self.client("codeconnections")
        made = {
            name: git.create_connection(ConnectionName=name, ProviderType=name)
            for name in ("GitHub", "GitLab", "Bitbucket")
        }
        return {f"spoke.{item.lower()}_connection_arn": found["ConnectionArn"] for item, found in made.items()}

    def launch_role(self, product: str) -> str:
        """The access key of a session of the product's launch role."""
        iam, name = self.client("iam"), f"launch-{product}"
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))["Role"]
        self.allow(product, (load.product(ROOT, product).folder / "launch_policy.json").read_text())
        session = self.client("sts").assume_role(RoleArn=arn["Arn"], RoleSessionName="launch")
        return str(session["Credentials"]["AccessKeyId"])

    def create_prerequisites(self, product: str) -> None:
        """Create what the product needs before a launch (its tests/prerequisites.py)."""
        create_prerequisites(ROOT, product, self.client)

    def allow(self, product: str, text: str) -> None:
        """Give the launch role this policy and no other."""
        filled = Template(text).substitute(self.values)
        self.client("iam").put_role_policy(RoleName=f"launch-{product}", PolicyName="launch", PolicyDocument=filled)

    def url(self, product: str, version: str) -> str:
        """Where the frozen template of a version can be read."""
        releases = {str(release.version): release for release in versions_folder.releases(load.product(ROOT, product))}
        key = releases[version].key
        tag = "servicecatalog:provisioning=true"  # Service Catalog tags what it hands to CloudFormation
        self.client("s3").put_object(Bucket=RELEASES, Key=key, Body=releases[version].body, Tagging=tag)
        return f"https://{RELEASES}.s3.{REGION}.amazonaws.com/{key}"


def policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal: str) -> str:
    who = {"AWS": principal} if principal.startswith("arn") else {"Service": f"{principal}.amazonaws.com"}
    return policy([{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}])
