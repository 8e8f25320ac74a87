"""Credentials and the bucket that taskcat launches templates with."""

from __future__ import annotations

from collections.abc import Mapping

from botocore.exceptions import ClientError

from generators.aws.errors import code, translate_errors
from generators.aws.session import Aws

_NAMES = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}


def environment(aws: Aws, account: str) -> Mapping[str, str]:
    """What boto3's default session reads from the environment to be in `account`; nothing on real AWS."""
    if not aws.endpoint_is_local:
        return {}
    keys = {_NAMES[name]: value for name, value in aws.keys(account).items()}
    return {**keys, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_DEFAULT_REGION": aws.platform.regions[0]}


def bucket(aws: Aws, account: str, name: str) -> None:
    """Make the bucket that templates are uploaded to, unless it is there."""
    region = aws.platform.regions[0]
    with translate_errors(f"bucket {name}"):
        s3 = aws.client("s3", region, account)
        try:
            s3.head_bucket(Bucket=name)
        except ClientError as error:
            if code(error) not in ("404", "NoSuchBucket"):
                raise
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
