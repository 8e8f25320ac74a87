"""An account with what a spoke's baseline gives, on an embedded AWS: the ground on which products are launched."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

import boto3

from generators import seeds
from generators.catalog import contracts, frozen, load
from scripts.taskcat.ground import lay

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-2"
ACCOUNT = "123456789012"
RELEASES = f"mlops-releases-{ACCOUNT}-{REGION}"


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
        ec2, iam, kms = self.client("ec2"), self.client("iam"), self.client("kms")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(VpcId=vpc, GroupName="endpoints", Description="endpoints")["GroupId"]
        doors = {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.s3"}
        endpoint = ec2.create_vpc_endpoint(**doors)["VpcEndpoint"]["VpcEndpointId"]
        prefixes = ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
        key = kms.create_key()["KeyMetadata"]["Arn"]
        self.client("s3").create_bucket(Bucket="access-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        logging = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
        self.client("s3").put_bucket_policy(
            Bucket="access-logs", Policy=policy([{**logging, "Resource": "arn:aws:s3:::access-logs/*"}])
        )
        everything = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
        boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=policy(everything))["Policy"]["Arn"]
        roles = {
            name: iam.create_role(RoleName=f"studio-{name}", AssumeRolePolicyDocument=trust("sagemaker"))["Role"]["Arn"]
            for name in ("developer", "model-approver")
        }
        platform = {"emr-service": "elasticmapreduce", "emr-instance": "ec2", "promotion-source": "codebuild"}
        for name, service in platform.items():
            iam.create_role(RoleName=f"mlops-{name}", AssumeRolePolicyDocument=trust(service))
        written = {
            "spoke.vpc_id": vpc,
            "spoke.subnet_ids": subnet,
            "spoke.endpoint_security_group_id": group,
            "spoke.s3_prefix_list_id": prefixes,
            "spoke.vpc_endpoint_id_s3": endpoint,
            "spoke.data_key_arn": key,
            "spoke.logs_key_arn": key,
            "spoke.access_log_bucket": "access-logs",
            "spoke.permissions_boundary_arn": boundary,
            "spoke.developer_execution_role_arn": roles["developer"],
            "spoke.model_approver_execution_role_arn": roles["model-approver"],
            "spoke.promotion_role_arn": f"arn:aws:iam::{ACCOUNT}:role/mlops-promotion-source",
            "spoke.cluster_service_role_arn": f"arn:aws:iam::{ACCOUNT}:role/mlops-emr-service",
            "spoke.cluster_instance_profile": "mlops-emr-instance",
            "spoke.pre_production_account_id": "222222222222",
            "spoke.production_account_id": "333333333333",
            "hub.release_bucket": RELEASES,
            "hub.studio_image_uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio@sha256:{'0' * 64}",
        }
        for seed in (ROOT / seeds.FOLDER).glob("*.zip"):
            self.client("s3").put_object(Bucket=RELEASES, Key=seeds.key(seed.name), Body=seed.read_bytes())
        git = self.client("codeconnections")
        for provider in ("GitHub", "GitLab", "Bitbucket"):
            made = git.create_connection(ConnectionName=provider, ProviderType=provider)
            written[f"spoke.{provider.lower()}_connection_arn"] = made["ConnectionArn"]
        for scope, keys in contracts.read(ROOT).items():
            for name, contract in keys.items():
                if contract.writer.startswith("terraform"):
                    value = written.get(f"{scope}.{name}", name)
                    self.client("ssm").put_parameter(Name=contract.path, Type="String", Value=value)
        return {
            "account_id": ACCOUNT,
            "region": REGION,
            "partition": "aws",
            "name_prefix": load.platform(ROOT).name_prefix,
            "permissions_boundary_arn": boundary,
            "data_key_arn": key,
            "logs_key_arn": key,
        }

    def launch_role(self, product: str) -> str:
        """The access key of a session of the product's launch role."""
        iam, name = self.client("iam"), f"launch-{product}"
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))["Role"]
        self.allow(product, (load.product(ROOT, product).folder / "launch_policy.json").read_text())
        session = self.client("sts").assume_role(RoleArn=arn["Arn"], RoleSessionName="launch")
        return str(session["Credentials"]["AccessKeyId"])

    def lay_ground(self, product: str) -> None:
        """What the product's own tests/ground.py says must be there before."""
        lay(ROOT, product, self.client)

    def allow(self, product: str, text: str) -> None:
        """Give the launch role this policy and no other."""
        filled = Template(text).substitute(self.values)
        self.client("iam").put_role_policy(RoleName=f"launch-{product}", PolicyName="launch", PolicyDocument=filled)

    def url(self, product: str, version: str) -> str:
        """Where the frozen template of a version can be read."""
        releases = {str(it.version): it for it in frozen.releases(load.product(ROOT, product))}
        key = releases[version].key
        tag = "servicecatalog:provisioning=true"  # Service Catalog tags what it hands to CloudFormation
        self.client("s3").put_object(Bucket=RELEASES, Key=key, Body=releases[version].body, Tagging=tag)
        return f"https://{RELEASES}.s3.{REGION}.amazonaws.com/{key}"


def policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal: str) -> str:
    who = {"AWS": principal} if principal.startswith("arn") else {"Service": f"{principal}.amazonaws.com"}
    return policy([{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}])
