"""Credentials and upload bucket of taskcat."""

from __future__ import annotations

from collections.abc import Mapping

from botocore.exceptions import ClientError

from generators.aws.errors import code, translate_errors
from generators.aws.session import Aws

_VARIABLES = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}


def environment(aws: Aws, account: str) -> Mapping[str, str]:
    """Environment variables that put boto3's default session into `account`; empty on real AWS."""
    if not aws.endpoint_is_local:
        return {}
    credentials = {_VARIABLES[name]: value for name, value in aws.credentials(account).items()}
    return {**credentials, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_DEFAULT_REGION": aws.platform.regions[0]}


def create_bucket(aws: Aws, account: str, name: str) -> None:
    """Create the bucket that templates are uploaded to, unless it exists."""
    region = aws.platform.regions[0]
    with translate_errors(f"bucket {name}"):
        s3 = aws.client("s3", region, account)
        try:
            s3.head_bucket(Bucket=name)
        except ClientError as error:
            if code(error) not in ("404", "NoSuchBucket"):
                raise
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
