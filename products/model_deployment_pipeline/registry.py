"""What the model registry of the development account says, read anew in every build: no event and no file is believed.

Runs in CodeBuild under the account's promotion role, which reads and can never approve.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import boto3  # noqa: TID251 runs in CodeBuild

CHUNK = 1 << 20  # bytes


class Refused(Exception):  # noqa: N818 a verdict, not a fault
    """A sentence for the person who reads the build's log: where, what, what to do."""


@dataclass(frozen=True)
class Package:
    """One version of a model group, as the registry has it now. Raises Refused where it cannot be promoted."""

    told: dict[str, Any]  # DescribeModelPackage

    @property
    def arn(self) -> str:
        """The name that later builds get."""
        return str(self.told["ModelPackageArn"])

    @property
    def name(self) -> str:
        """GROUP-vVERSION, which models and endpoint configurations are named by."""
        return f"{self.told['ModelPackageGroupName']}-v{self.told['ModelPackageVersion']}"

    @property
    def container(self) -> dict[str, Any]:
        """Image, artifact and environment; the platform promotes packages of one container."""
        found: list[dict[str, Any]] = self.told.get("InferenceSpecification", {}).get("Containers", [])
        if len(found) != 1 or not found[0].get("ModelDataUrl"):
            raise Refused(
                f"{self.arn}: it has {len(found)} containers; register it with one container and its artifact"
            )
        return found[0]

    @property
    def place(self) -> tuple[str, str]:
        """Bucket and key of the artifact."""
        bucket, _, key = str(self.container["ModelDataUrl"]).removeprefix("s3://").partition("/")
        return bucket, key


def newest_approved(sagemaker: Any, group: str) -> Package:
    """The version that should run; a version that is rejected later makes the one before it the newest again."""
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, ModelApprovalStatus="Approved"
    )
    found = [it for page in pages for it in page["ModelPackageSummaryList"]]
    if not found:
        raise Refused(f"{group}: no version is approved; approve one in the registry")
    newest = max(found, key=lambda it: int(it["ModelPackageVersion"]))
    return described(sagemaker, newest["ModelPackageArn"])


def described(sagemaker: Any, arn: str) -> Package:
    """A package that is approved at this moment."""
    package = Package(sagemaker.describe_model_package(ModelPackageName=arn))
    if package.told.get("ModelApprovalStatus") != "Approved":
        status = package.told.get("ModelApprovalStatus")
        raise Refused(f"{arn}: it is {status} and no longer approved; nothing was promoted")
    return package


def digest(s3: Any, bucket: str, key: str) -> str:
    """SHA-256 of an object's bytes, in hex; read, not taken from a header that whoever wrote it chose."""
    made = hashlib.sha256()
    for chunk in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(CHUNK):
        made.update(chunk)
    return made.hexdigest()


def unchanged(s3: Any, package: Package, expected: str) -> None:
    """Raises Refused when the artifact is no longer the one that was chosen and tested."""
    found = digest(s3, *package.place)
    if found != expected:
        where = "/".join(package.place)
        raise Refused(f"s3://{where}: its digest is {found}, chosen was {expected}; find out who changed it")


def client(service: str, **credentials: str) -> Any:
    """Of this account, or of another with its credentials."""
    return boto3.client(service, **credentials)
