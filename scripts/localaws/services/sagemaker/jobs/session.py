"""The session of a job's role: its credentials, its network, and the files that it moves between S3 and a folder."""

import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.services.sts import models, vpc_origin

SERVICE = "sagemaker.amazonaws.com"


class JobFailed(Exception):  # noqa: N818 - an outcome of the job, no fault of this server
    """The job fails; the message is its FailureReason."""


@dataclass(frozen=True)
class Session:
    """A role that SageMaker assumes for a job, which runs in the subnets of its VpcConfig, or outside of a VPC."""

    role_arn: str
    account: str
    region: str
    subnets: Sequence[str] = ()

    def access_key(self) -> str:
        """The access key of a new session. Raises moto's ServiceException when the role does not trust SageMaker."""
        key = models.assume_for_service(self.role_arn, SERVICE, "SageMaker", self.account)
        vpc_origin.set_session_subnets(key, self.account, self.region, self.subnets)
        return key

    def client(self, service: str) -> Any:
        """A client that acts as the role; a new session for each, as long jobs outlive one."""
        return context.client(service, self.region, self.access_key())


def download(session: Session, uri: str, folder: Path) -> None:
    """Download every object under the prefix as a file below the folder. Raises JobFailed."""
    s3, (bucket, _, prefix) = session.client("s3"), uri.removeprefix("s3://").partition("/")
    try:
        names = list(_names(s3, bucket, prefix))
        reason = ""
    except ClientError as error:
        names, reason = [], f" Error message from S3: {error.response['Error']['Message']}"
    if not names:
        raise JobFailed(
            f'ClientError: No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the '
            f"bucket exists in the selected region ({session.region}), that objects exist under that S3 prefix, and "
            f'that the role "{session.role_arn}" has "s3:ListBucket" permissions on bucket "{bucket}".{reason}'
        )
    for name in names:
        target = folder / (name.removeprefix(prefix).lstrip("/") or name.rpartition("/")[2])
        _get(s3, bucket, name, target)


def _names(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (item["Key"] for item in page.get("Contents", ()) if not item["Key"].endswith("/"))


def _get(s3: Any, bucket: str, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.write_bytes(s3.get_object(Bucket=bucket, Key=name)["Body"].read())
    except ClientError as error:
        message = f"Access denied for bucket: {bucket}, object key: {name}. {error.response['Error']['Message']}"
        raise JobFailed(f"ClientError: Data download failed: {message}") from None


def upload(session: Session, folder: Path, uri: str, key: str | None) -> None:
    """Upload every file below the folder, encrypted under the key; symbolic links are left out. Raises JobFailed."""
    s3, (bucket, _, prefix) = session.client("s3"), uri.removeprefix("s3://").rstrip("/").partition("/")
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        name = "/".join(part for part in (prefix, path.relative_to(folder).as_posix()) if part)
        try:
            s3.put_object(Bucket=bucket, Key=name, Body=path.read_bytes(), **encryption)
        except ClientError as error:
            message = f"s3://{bucket}/{name}: {error.response['Error']['Message']}"
            raise JobFailed(f"ClientError: Artifact upload failed: {message}") from None


def archive(folder: Path, target: Path) -> None:
    """A .tar.gz of the folder's content; nothing when it is empty."""
    if any(folder.iterdir()):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(target, "w:gz") as tar:
            tar.add(folder, ".")


def session_of(account: str, region: str, role_arn: str, network: Mapping[str, Any] | None) -> Session:
    """The session of a request's RoleArn and VpcConfig."""
    return Session(role_arn, account, region, tuple((network or {}).get("Subnets", ())))
