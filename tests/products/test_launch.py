"""Both products on the embedded AWS, launched by roles that may do no more than their launch policies say."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from generators.catalog import contracts, frozen, load
from tests.localaws.conftest import started

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-2"
ACCOUNT = "123456789012"
STUDIO, PROFILE = "studio-environment", "studio-user-profile"


class Account:
    """The management account of an embedded AWS, with what a spoke's baseline gives."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client("s3").create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": REGION})
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
        written = {
            "spoke.vpc_id": vpc,
            "spoke.subnet_ids": subnet,
            "spoke.endpoint_security_group_id": group,
            "spoke.s3_prefix_list_id": prefixes,
            "spoke.vpc_endpoint_id_s3": "vpce-0123456789abcdef0",
            "spoke.data_key_arn": key,
            "spoke.logs_key_arn": key,
            "spoke.access_log_bucket": "access-logs",
            "spoke.permissions_boundary_arn": boundary,
            "spoke.developer_execution_role_arn": roles["developer"],
            "spoke.model_approver_execution_role_arn": roles["model-approver"],
            "hub.studio_image_uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio@sha256:{'0' * 64}",
        }
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
        text = (load.product(ROOT, product).folder / "launch_policy.json").read_text()
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="launch", PolicyDocument=Template(text).substitute(self.values))
        session = self.client("sts").assume_role(RoleArn=arn["Arn"], RoleSessionName="launch")
        return str(session["Credentials"]["AccessKeyId"])

    def url(self, product: str, version: str) -> str:
        """Where the frozen template of a version can be read."""
        releases = {str(it.version): it for it in frozen.releases(load.product(ROOT, product))}
        key = releases[version].key
        self.client("s3").put_object(Bucket="templates", Key=key, Body=releases[version].body)
        return f"https://templates.s3.{REGION}.amazonaws.com/{key}"


def policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal: str) -> str:
    who = {"AWS": principal} if principal.startswith("arn") else {"Service": f"{principal}.amazonaws.com"}
    return policy([{"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}])


class Stack:
    """A stack that a launch role runs."""

    def __init__(self, account: Account, product: str, suffix: str, key: str) -> None:
        self.account, self.product = account, product
        self.cloudformation = account.client("cloudformation", key)
        self.name = f"SC-{ACCOUNT}-pp-{suffix}"
        self.id = ""

    def create(self, version: str, **parameters: str) -> str:
        self.id = self.cloudformation.create_stack(StackName=self.name, **self._how(version, parameters))["StackId"]
        return self.settled()

    def update(self, version: str, **parameters: str) -> str:
        self.cloudformation.update_stack(StackName=self.name, **self._how(version, parameters))
        return self.settled()

    def delete(self) -> str:
        self.cloudformation.delete_stack(StackName=self.name)
        return self.settled()

    def settled(self) -> str:
        """The status after the work; with what failed, for people who read a failing test."""
        deadline = time.monotonic() + 120
        while (status := self._described()["StackStatus"]).endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.1)
        if "ROLLBACK" in status or "FAILED" in status:
            events = self.cloudformation.describe_stack_events(StackName=self.id)["StackEvents"]
            failed = [it for it in events if "FAILED" in it["ResourceStatus"]]
            print("\n".join(f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in failed))
        return str(status)

    @property
    def outputs(self) -> dict[str, str]:
        return {it["OutputKey"]: it["OutputValue"] for it in self._described()["Outputs"]}

    @property
    def physical(self) -> dict[str, str]:
        rows = self.account.client("cloudformation").describe_stack_resources(StackName=self.id)["StackResources"]
        return {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in rows}

    def _described(self) -> dict[str, Any]:
        found: dict[str, Any] = self.cloudformation.describe_stacks(StackName=self.id)["Stacks"][0]
        return found

    def _how(self, version: str, parameters: dict[str, str]) -> dict[str, Any]:
        return {
            "TemplateURL": self.account.url(self.product, version),
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Account(server.endpoint)


@pytest.fixture(scope="module")
def keys(account: Account) -> dict[str, str]:
    return {product: account.launch_role(product) for product in (STUDIO, PROFILE)}


def test_life_of_an_environment_with_two_people(account: Account, keys: dict[str, str]) -> None:
    studio = Stack(account, STUDIO, "studio", keys[STUDIO])
    sagemaker = account.client("sagemaker")

    assert studio.create("1.0.0", TeamName="credit-risk", HomeRetention="Delete") == "CREATE_COMPLETE"
    domain = sagemaker.describe_domain(DomainId=studio.outputs["DomainId"])
    assert domain["AppNetworkAccessType"] == "VpcOnly"
    assert domain["DomainName"].startswith("mlops-credit-risk-")

    people = {"alice": "developer", "bob": "model-approver"}
    profiles = {user: Stack(account, PROFILE, user, keys[PROFILE]) for user in people}
    for user, kind in people.items():
        assert profiles[user].create("1.0.0", User=user, Type=kind) == "CREATE_COMPLETE"
        found = sagemaker.describe_user_profile(DomainId=domain["DomainId"], UserProfileName=user)
        assert found["UserSettings"]["ExecutionRole"].endswith(f"role/studio-{kind}")
        tags = sagemaker.list_tags(ResourceArn=found["UserProfileArn"])["Tags"]
        assert {"owner": user, "profile-type": kind}.items() <= {it["Key"]: it["Value"] for it in tags}.items()

    before = studio.physical
    assert studio.update("1.1.0", TeamName="credit-risk", HomeRetention="Delete") == "UPDATE_COMPLETE"
    assert before.items() <= studio.physical.items()
    assert "CodeEditorAppSettings" in sagemaker.describe_domain(DomainId=domain["DomainId"])["DefaultUserSettings"]
    assert studio.outputs["SecurityGroup"].startswith("sg-")

    work(sagemaker, domain["DomainId"], "alice")
    assert studio.delete() == "DELETE_FAILED", "people are left, so nothing may be deleted"
    assert sagemaker.describe_domain(DomainId=domain["DomainId"])["Status"] == "InService"

    for profile in profiles.values():
        assert profile.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_user_profiles(DomainIdEquals=domain["DomainId"])["UserProfiles"] == []
    assert sagemaker.list_spaces(DomainIdEquals=domain["DomainId"])["Spaces"] == []
    assert studio.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_domains()["Domains"] == []
    homes = account.client("efs").describe_file_systems()["FileSystems"]
    assert domain["HomeEfsFileSystemId"] not in {it["FileSystemId"] for it in homes}
    buckets = {it["Name"] for it in account.client("s3").list_buckets()["Buckets"]}
    assert {before[name] for name in ("DataBucket", "ModelBucket", "ArtifactBucket")} <= buckets


def test_environment_can_be_launched_again_and_keep_its_home_folders(account: Account, keys: dict[str, str]) -> None:
    studio = Stack(account, STUDIO, "again", keys[STUDIO])
    assert studio.create("1.1.0", TeamName="credit-risk") == "CREATE_COMPLETE"
    sagemaker, domain = account.client("sagemaker"), studio.outputs["DomainId"]
    home = sagemaker.describe_domain(DomainId=domain)["HomeEfsFileSystemId"]
    assert studio.delete() == "DELETE_COMPLETE"
    homes = account.client("efs").describe_file_systems()["FileSystems"]
    assert home in {it["FileSystemId"] for it in homes}


@pytest.mark.parametrize(
    "parameters", [{"TeamName": "Has Spaces"}, {"IdleMinutes": "10000"}, {"SpokeVpcId": "/somebody/elses/vpc"}]
)
def test_launch_refuses_what_would_weaken_it(
    account: Account, keys: dict[str, str], parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match=next(iter(parameters))):
        Stack(account, STUDIO, "refused", keys[STUDIO]).create("1.1.0", **parameters)


def work(sagemaker: Any, domain: str, user: str) -> None:
    """Leaves a private space with a running application."""
    sagemaker.create_space(
        DomainId=domain,
        SpaceName=f"{user}-lab",
        OwnershipSettings={"OwnerUserProfileName": user},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    sagemaker.create_app(DomainId=domain, SpaceName=f"{user}-lab", AppType="JupyterLab", AppName="default")
