"""Reads AWS with boto3 alone, so that the catalogue's own code never confirms the catalogue's work."""

from __future__ import annotations

import urllib.request
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.demo.commands import endpoint

REGION = "eu-west-2"
MANAGEMENT = "123456789012"
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, s3={"addressing_style": "path"}, proxies={})
_LOCAL_KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


@cache
def accounts() -> dict[str, str]:
    """Account ids by name, as AWS Organizations lists them."""
    return {account["Name"]: account["Id"] for account in _list_accounts()}


def active_accounts() -> set[str]:
    """Names of the accounts that are not suspended."""
    return {account["Name"] for account in _list_accounts() if account["Status"] == "ACTIVE"}


def _list_accounts() -> list[dict[str, str]]:
    pages = client("organizations").get_paginator("list_accounts").paginate()
    return [account for page in pages for account in page["Accounts"]]


def advance(seconds: int) -> None:
    """Let the time of the embedded AWS pass at once."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(f"{endpoint()}/localaws/clock?{seconds}").close()


def is_unused(url: str) -> bool:
    """True while the embedded AWS at `url` has no organisation: nothing was vended in it."""
    organizations = _connect("organizations", url, _LOCAL_KEYS)
    return refusal(organizations.describe_organization) == "AWSOrganizationsNotInUseException"


@cache
def client(service: str, account: str = "", role: str = "", owner: str = "") -> Any:
    """A client in `account` (its name; empty: management) as its administrator, or as `role` in it.

    `owner` is the user name in the session tag that the identity provider sets.
    """
    return _connect(service, endpoint(), keys(account, role, owner))


@cache
def keys(account: str = "", role: str = "", owner: str = "") -> dict[str, str]:
    """The keys of that session, for programs other than boto3."""
    session_keys = _LOCAL_KEYS
    for name in ("OrganizationAccountAccessRole", role) if account else ():
        if name:
            arn = f"arn:aws:iam::{accounts()[account]}:role/{name}"
            session_keys = _assume(endpoint(), session_keys, arn, owner * (name == role))
    return session_keys


def user_client(service: str, access_key: dict[str, str]) -> Any:
    """A client of the IAM user who owns `access_key`, a response of CreateAccessKey."""
    user_keys = {
        "aws_access_key_id": access_key["AccessKeyId"],
        "aws_secret_access_key": access_key["SecretAccessKey"],
    }
    return _connect(service, endpoint(), user_keys)


def _connect(service: str, url: str, session_keys: dict[str, str]) -> Any:
    core = botocore.session.Session({"profile": (None, None, None, None)})  # ignore the user's profile
    session: Any = boto3.session.Session(region_name=REGION, botocore_session=core, **session_keys)
    return session.client(service, endpoint_url=url, config=_CONFIG)


def _assume(url: str, session_keys: dict[str, str], arn: str, owner: str) -> dict[str, str]:
    tags = {"Tags": [{"Key": "owner", "Value": owner}]} if owner else {}
    sts = _connect("sts", url, session_keys)
    credentials = sts.assume_role(RoleArn=arn, RoleSessionName="demo", **tags)["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def refusal(call: Any, **arguments: Any) -> str:
    """The error code with which AWS refuses the call; empty when AWS accepts it."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def product(account: str, role: str, name: str) -> dict[str, Any]:
    """The id and the versions (ids by name) of a product, as `role` in `account` reads it; KeyError when hidden."""
    catalog = client("servicecatalog", account, role)
    views = catalog.search_products()["ProductViewSummaries"]
    ids = {view["Name"]: view["ProductId"] for view in views}
    description = catalog.describe_product(Id=ids[name])
    versions = {artifact["Name"]: artifact["Id"] for artifact in description["ProvisioningArtifacts"]}
    return {"id": ids[name], "versions": versions}


def versions_in_hub(hub: str) -> dict[str, tuple[str, ...]]:
    """Every version in the hub with its id and creation time, by product name."""
    catalog = client("servicecatalog", hub)
    pages = catalog.get_paginator("search_products_as_admin").paginate()
    views = [detail["ProductViewSummary"] for page in pages for detail in page["ProductViewDetails"]]
    return {view["Name"]: _versions(catalog, view["ProductId"]) for view in views}


def _versions(catalog: Any, product_id: str) -> tuple[str, ...]:
    details = catalog.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    return tuple(sorted(f"{detail['Name']} {detail['Id']} {detail['CreatedTime']}" for detail in details))


def provisioned_product(account: str, name: str) -> dict[str, Any]:
    """The provisioned product `name` in `account`, as its technical lead reads it."""
    catalog = client("servicecatalog", account, "technical-lead")
    detail: dict[str, Any] = catalog.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]
    return detail


def stack_of(account: str, name: str) -> dict[str, Any]:
    """The CloudFormation stack of the provisioned product `name` in `account`."""
    record_id = provisioned_product(account, name)["LastSuccessfulProvisioningRecordId"]
    outputs = client("servicecatalog", account, "technical-lead").describe_record(Id=record_id)["RecordOutputs"]
    arn = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "CloudformationStackARN")
    stack: dict[str, Any] = client("cloudformation", account).describe_stacks(StackName=arn)["Stacks"][0]
    return stack


def physical_ids(account: str, stack_id: str) -> dict[str, str]:
    """Physical ids of the stack's resources, by logical id."""
    resources = client("cloudformation", account).describe_stack_resources(StackName=stack_id)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


def existing_stacks(account: str) -> list[str]:
    """Names of the stacks in `account` that are not deleted."""
    pages = client("cloudformation", account).get_paginator("describe_stacks").paginate()
    stacks = [stack for page in pages for stack in page["Stacks"]]
    return [stack["StackName"] for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"]
