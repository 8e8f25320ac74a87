"""Buckets that contain objects."""

from __future__ import annotations

from generators.aws.errors import translate_errors
from generators.aws.session import ADMINISTRATOR, Aws


def buckets_in_use(aws: Aws, account: str) -> tuple[str, ...]:
    """Names of the account's buckets with at least one object version."""
    with translate_errors(f"account {account}"):
        s3 = aws.client("s3", aws.platform.regions[0], account, ADMINISTRATOR, source_account=aws.management_account)
        names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        return tuple(name for name in names if "Versions" in s3.list_object_versions(Bucket=name, MaxKeys=1))
