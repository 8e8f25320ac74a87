"""One step of a promotion: choose | copy | deploy. Exit codes: 0 done, 2 refused, 3 AWS refused; the log says why.

Runs in CodeBuild. CHOSEN and DIGEST come from the first build by the pipeline's variables; TARGET names the variable
that holds the one role of the other account; FACTS is where that account keeps its facts in SSM.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # noqa: TID251 runs in CodeBuild
from registry import Package, Refused, client, described, digest, newest_approved, unchanged

PATIENCE = 1800  # seconds for an endpoint


@dataclass(frozen=True)
class Target:
    """The other account, acted in under its promotion role."""

    credentials: dict[str, str]
    facts: dict[str, str]
    account: str

    def client(self, service: str) -> Any:
        """Of the other account."""
        return client(service, **self.credentials)


def target() -> Target:
    """Takes the one role that the promotion role may take, and reads what the account says of itself."""
    role, where = os.environ[os.environ["TARGET"]], os.environ["FACTS"]
    session = os.environ.get("CODEBUILD_BUILD_ID", "promotion").replace(":", "-")[-64:]
    given = client("sts").assume_role(RoleArn=role, RoleSessionName=session)["Credentials"]
    pairs = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
    credentials = {name: given[key] for name, key in {**pairs, "aws_session_token": "SessionToken"}.items()}
    pages = client("ssm", **credentials).get_paginator("get_parameters_by_path").paginate(Path=where)
    facts = {it["Name"].rpartition("/")[2]: it["Value"] for page in pages for it in page["Parameters"]}
    return Target(credentials, facts, role.split(":")[4])


def choose() -> str:
    """The newest approved version; writes CHOSEN and DIGEST for the builds that follow."""
    package = newest_approved(client("sagemaker"), os.environ["MODEL_GROUP"])
    found = digest(client("s3"), *package.place)
    Path("chosen.sh").write_text(f"export CHOSEN={package.arn}\nexport DIGEST={found}\nexport MODEL={package.name}\n")
    return f"{package.arn} with digest {found}"


def chosen() -> tuple[Package, str]:
    """The same version, read again: still approved, and its artifact still the same."""
    package, expected = described(client("sagemaker"), os.environ["CHOSEN"]), os.environ["DIGEST"]
    unchanged(client("s3"), package, expected)
    return package, expected


def copy(there: Target) -> str:
    """Artifact, package and lineage into the other account; the artifact lies under its digest."""
    package, expected = chosen()
    s3, bucket = there.client("s3"), there.facts["model-bucket"]
    body = client("s3").get_object(Bucket=package.place[0], Key=package.place[1])["Body"]
    local = Path("artifact")
    local.write_bytes(body.read())
    s3.upload_file(str(local), bucket, artifact_key(package, expected))
    arrived = digest(s3, bucket, artifact_key(package, expected))
    if arrived != expected:
        raise Refused(f"s3://{bucket}: the copy's digest is {arrived}, chosen was {expected}; run the stage again")
    record = json.dumps(lineage(package, expected), default=str, indent=2, sort_keys=True).encode()
    s3.put_object(Bucket=bucket, Key=f"{folder(package, expected)}/package.json", Body=record)
    return f"{package.name} is in s3://{bucket}/{folder(package, expected)}"


def folder(package: Package, digest: str) -> str:
    """models/GROUP/vVERSION/DIGEST."""
    return f"models/{package.told['ModelPackageGroupName']}/v{package.told['ModelPackageVersion']}/{digest}"


def artifact_key(package: Package, digest: str) -> str:
    """Where the copy lies."""
    return f"{folder(package, digest)}/model.tar.gz"


def lineage(package: Package, digest: str) -> dict[str, Any]:
    """The package as the registry of development tells it, with its metadata, and how it came here."""
    told = {name: value for name, value in package.told.items() if name != "ResponseMetadata"}
    came = {"from": package.arn, "digest": digest, "by": os.environ.get("CODEBUILD_INITIATOR", "")}
    return {"package": told, "lineage": came | {"build": os.environ.get("CODEBUILD_BUILD_ID", "")}}


def deploy(there: Target) -> str:
    """Model, configuration, endpoint; the version before comes back when the new one does not start."""
    package, expected = chosen()
    sagemaker, name, endpoint = there.client("sagemaker"), model_name(package, expected), package.told[GROUP]
    existing(lambda: sagemaker.create_model(**model(package, expected, there)))
    existing(lambda: sagemaker.create_endpoint_config(**config(name, there)))
    before = current(sagemaker, endpoint)
    if before == name:
        return f"{endpoint} in account {there.account} serves {package.name} already"
    change = sagemaker.update_endpoint if before else sagemaker.create_endpoint
    change(EndpointName=endpoint, EndpointConfigName=name)
    settled(sagemaker, endpoint, name, before)
    return f"{endpoint} in account {there.account} serves {package.name}"


GROUP = "ModelPackageGroupName"


def model_name(package: Package, digest: str) -> str:
    """Two artifacts under one version never share a model."""
    return f"{package.name}-{digest[:12]}"


def model(package: Package, digest: str, there: Target) -> dict[str, Any]:
    """The copy, in the account's own network, isolated."""
    url = f"s3://{there.facts['model-bucket']}/{artifact_key(package, digest)}"
    container = {"Image": package.container["Image"], "ModelDataUrl": url}
    return {
        "ModelName": model_name(package, digest),
        "PrimaryContainer": container | {"Environment": package.container.get("Environment", {})},
        "ExecutionRoleArn": there.facts["model-role-arn"],
        "EnableNetworkIsolation": True,
        "VpcConfig": {
            "Subnets": there.facts["subnet-ids"].split(","),
            "SecurityGroupIds": [there.facts["model-security-group-id"]],
        },
    }


def config(name: str, there: Target) -> dict[str, Any]:
    """Two instances in two zones, whose volumes are under the account's key."""
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 2}
    return {
        "EndpointConfigName": name,
        "KmsKeyId": there.facts["data-key-arn"],
        "ProductionVariants": [variant],
    }


def existing(make: Callable[[], Any]) -> None:
    """A step that runs again finds what it made."""
    try:
        make()
    except ClientError as refused:
        if "already exist" not in str(refused):
            raise


def current(sagemaker: Any, endpoint: str) -> str:
    """The configuration that the endpoint serves, "" when there is no endpoint."""
    try:
        return str(sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"])
    except ClientError as absent:
        if "ould not find" not in str(absent):
            raise
        return ""


def settled(sagemaker: Any, endpoint: str, wanted: str, before: str) -> None:
    """Waits; brings the version before back when the new one fails, and refuses."""
    deadline = time.monotonic() + PATIENCE
    while (found := sagemaker.describe_endpoint(EndpointName=endpoint))["EndpointStatus"].endswith("ing"):
        if time.monotonic() > deadline:
            raise Refused(f"{endpoint}: it is {found['EndpointStatus']} for too long; look at its log")
        time.sleep(10)
    if found["EndpointStatus"] == "InService" and found["EndpointConfigName"] == wanted:
        return
    if before and found["EndpointConfigName"] != before:
        sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=before)
    kept = f"{before} serves on" if before else "there is no version to go back to"
    raise Refused(f"{endpoint}: {wanted} did not start ({found.get('FailureReason', 'no reason given')}); {kept}")


def main(step: str) -> int:
    """Runs one step and says in a sentence what it did, or why not."""
    steps: dict[str, Callable[[], str]] = {
        "choose": choose,
        "copy": lambda: copy(target()),
        "deploy": lambda: deploy(target()),
    }
    try:
        print(f"{step}: {steps[step]()}")  # noqa: T201
    except Refused as why:
        print(f"{step}: refused: {why}")  # noqa: T201
        return 2
    except (BotoCoreError, ClientError) as why:
        print(f"{step}: AWS refused: {why}")  # noqa: T201
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
