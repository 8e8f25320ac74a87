"""Input of the vending pipeline (terraform/modules/vending_pipeline): source and list of accounts, in its bucket."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

from generators.aws.errors import translate_errors
from generators.aws.session import Aws

SOURCE, LIST = "source.zip", "accounts.jsonl"  # the keys that the pipeline's trigger and builds expect
_FOLDERS = ("generators", "scripts", "products", "terraform")  # what vending reads
_EXCLUDED = {"__pycache__", ".terraform"}


def upload(aws: Aws, repository: Path, bucket: str, accounts: Iterable[str]) -> None:
    """Upload the source, then the list. The list starts the pipeline, and each line names the version of the source."""
    s3 = aws.client("s3", aws.platform.regions[0], aws.management_account)
    with translate_errors(f"--to {bucket}"):
        response = s3.put_object(Bucket=bucket, Key=SOURCE, Body=_archive(repository))
        s3.put_object(Bucket=bucket, Key=LIST, Body=account_lines(accounts, response["VersionId"]).encode())


def account_lines(accounts: Iterable[str], source_version: str = "") -> str:
    """One JSON object per line: the account, and the S3 version of the source to vend it from."""
    source = {"source": source_version} if source_version else {}
    return "".join(json.dumps({"account": account, **source}) + "\n" for account in accounts)


def _archive(repository: Path) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for folder in _FOLDERS for path in (repository / folder).rglob("*")):
            name = path.relative_to(repository)
            if path.is_file() and not _EXCLUDED & set(name.parts):
                archive.write(path, name)
    return body.getvalue()
