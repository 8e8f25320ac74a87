"""Source and list of accounts for the vending pipeline (terraform/modules/vending_pipeline). Writes to its bucket."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

from generators.aws.errors import translate_errors
from generators.aws.session import Aws

SOURCE, LIST = "source.zip", "accounts.jsonl"  # as the pipeline's trigger and builds call them
_PARTS = ("generators", "scripts", "products", "terraform")  # what vending reads
_LEFT_OUT = {"__pycache__", ".terraform"}


def hand_over(aws: Aws, repository: Path, bucket: str, accounts: Iterable[str]) -> None:
    """Upload the source, then the list: it starts the run, and each of its lines names that version of the source."""
    s3 = aws.client("s3", aws.platform.regions[0], aws.management_account)
    with translate_errors(f"--to {bucket}"):
        put = s3.put_object(Bucket=bucket, Key=SOURCE, Body=_archive(repository))
        s3.put_object(Bucket=bucket, Key=LIST, Body=lines(accounts, put["VersionId"]).encode())


def lines(accounts: Iterable[str], source: str = "") -> str:
    """One JSON object a line: the account, and the version of the source that it is vended from."""
    told = {"source": source} if source else {}
    return "".join(json.dumps({"account": account, **told}) + "\n" for account in accounts)


def _archive(repository: Path) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for part in _PARTS for path in (repository / part).rglob("*")):
            inside = path.relative_to(repository)
            if path.is_file() and not _LEFT_OUT & set(inside.parts):
                archive.write(path, inside)
    return body.getvalue()
