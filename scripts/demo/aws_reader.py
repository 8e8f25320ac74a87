"""Reads back what AWS shows, with boto3 alone: no code of the catalogue is asked about the catalogue's own work."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.demo.commands import ROOT

REGION = "eu-west-2"
MANAGEMENT = "123456789012"
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, s3={"addressing_style": "path"}, proxies={})


@cache
def accounts() -> dict[str, str]:
    """Account name -> id, as AWS Organizations lists them."""
    pages = client("organizations").get_paginator("list_accounts").paginate()
    return {account["Name"]: account["Id"] for page in pages for account in page["Accounts"]}


@cache
def client(service: str, account: str = "", role: str = "", owner: str = "") -> Any:
    """A client in `account` (its name; empty: management) as its administrator, or as `role` in it.

    `owner` is who signs in, as the identity provider's tag of the session says.
    """
    return _connect(service, _endpoint(), keys(account, role, owner))


@cache
def keys(account: str = "", role: str = "", owner: str = "") -> dict[str, str]:
    """The keys of that session, for programs other than boto3."""
    found = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    for name in ("OrganizationAccountAccessRole", role) if account else ():
        if name:
            arn = f"arn:aws:iam::{accounts()[account]}:role/{name}"
            found = _assume(_endpoint(), found, arn, owner * (name == role))
    return found


def client_of(service: str, key: dict[str, str]) -> Any:
    """A client of the IAM user whose access key it is, as CreateAccessKey gave it."""
    return _connect(
        service,
        _endpoint(),
        {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]},
    )


def _endpoint() -> str:
    return str(json.loads((ROOT / ".local" / "aws.json").read_text(encoding="utf-8"))["endpoint"])


def _connect(service: str, endpoint: str, keys: dict[str, str]) -> Any:
    core = botocore.session.Session({"profile": (None, None, None, None)})  # the person's own profile is not meant
    session: Any = boto3.session.Session(region_name=REGION, botocore_session=core, **keys)
    return session.client(service, endpoint_url=endpoint, config=_CONFIG)


def _assume(endpoint: str, keys: dict[str, str], arn: str, owner: str) -> dict[str, str]:
    tags = {"Tags": [{"Key": "owner", "Value": owner}]} if owner else {}
    given = _connect("sts", endpoint, keys).assume_role(RoleArn=arn, RoleSessionName="demo", **tags)["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def refusal(call: Any, **arguments: Any) -> str:
    """The error code with which AWS refuses the call; empty when AWS accepts it."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def product(account: str, role: str, name: str) -> dict[str, Any]:
    """A product as `role` in `account` sees it: id, versions by name. KeyError when it is not to be seen."""
    seen = client("servicecatalog", account, role)
    views = seen.search_products()["ProductViewSummaries"]
    ids = {view["Name"]: view["ProductId"] for view in views}
    answer = seen.describe_product(Id=ids[name])
    versions = {artifact["Name"]: artifact["Id"] for artifact in answer["ProvisioningArtifacts"]}
    return {"id": ids[name], "versions": versions}


def versions_in_hub(hub: str) -> dict[str, tuple[str, ...]]:
    """Product name -> every version the hub holds, with its id and creation time."""
    seen = client("servicecatalog", hub)
    pages = seen.get_paginator("search_products_as_admin").paginate()
    views = [detail["ProductViewSummary"] for page in pages for detail in page["ProductViewDetails"]]
    return {view["Name"]: _versions(seen, view["ProductId"]) for view in views}


def _versions(seen: Any, product_id: str) -> tuple[str, ...]:
    found = seen.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
    return tuple(sorted(f"{item['Name']} {item['Id']} {item['CreatedTime']}" for item in found))


def provisioned(account: str, name: str) -> dict[str, Any]:
    """The provisioned product `name` in `account`, as its technical lead reads it."""
    seen = client("servicecatalog", account, "technical-lead")
    detail: dict[str, Any] = seen.describe_provisioned_product(Name=name)["ProvisionedProductDetail"]
    return detail


def stack_of(account: str, name: str) -> dict[str, Any]:
    """The CloudFormation stack behind the provisioned product `name`, read in `account`."""
    record_id = provisioned(account, name)["LastSuccessfulProvisioningRecordId"]
    outputs = client("servicecatalog", account, "technical-lead").describe_record(Id=record_id)["RecordOutputs"]
    arn = next(output["OutputValue"] for output in outputs if output["OutputKey"] == "CloudformationStackARN")
    stack: dict[str, Any] = client("cloudformation", account).describe_stacks(StackName=arn)["Stacks"][0]
    return stack


def physical_ids(account: str, stack_id: str) -> dict[str, str]:
    """Logical id -> physical id of every resource of the stack."""
    found = client("cloudformation", account).describe_stack_resources(StackName=stack_id)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def living_stacks(account: str) -> list[str]:
    """Names of the stacks in `account` that are not deleted."""
    pages = client("cloudformation", account).get_paginator("describe_stacks").paginate()
    return [
        stack["StackName"] for page in pages for stack in page["Stacks"] if stack["StackStatus"] != "DELETE_COMPLETE"
    ]
