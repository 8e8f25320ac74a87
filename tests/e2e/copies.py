"""A copy of the repository to play in, so that nobody's running embedded AWS is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("generators", "scripts", "products", "terraform")
OF_A_PERSON = {"AWS_PROFILE": "bank", "AWS_SESSION_TOKEN": "old", "HTTP_PROXY": "http://127.0.0.1:9"}  # must not matter
OF_MAKE = {"TARGET": ""}  # which make exports when nobody says another


@dataclass(frozen=True)
class Copy:
    """A folder with what the commands need; it starts an embedded AWS of its own."""

    folder: Path

    @classmethod
    def into(cls, folder: Path) -> Copy:
        for name in PARTS:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
        return cls(folder)

    def python(self, *module: str) -> subprocess.CompletedProcess[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment = own | OF_A_PERSON | OF_MAKE | {"PYTHONPATH": str(self.folder)}
        command = [sys.executable, "-P", "-m", *module]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def vend(self, step: str, *words: str) -> subprocess.CompletedProcess[str]:
        return self.python("scripts.vend", step, *words)

    def client(self, service: str, account_name: str) -> Any:
        """A client in the account, in the role with which the organisation made it."""
        endpoint = json.loads((self.folder / ".local" / "aws.json").read_text(encoding="utf-8"))["endpoint"]
        where = {"endpoint_url": endpoint, "region_name": "eu-west-2"}
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        accounts = boto3.client("organizations", **where, **keys).list_accounts()["Accounts"]
        account = next(it["Id"] for it in accounts if it["Name"] == account_name)
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        given = boto3.client("sts", **where, **keys).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        names = {"AccessKeyId": "aws_access_key_id", "SecretAccessKey": "aws_secret_access_key"}
        names |= {"SessionToken": "aws_session_token"}
        return boto3.client(service, **where, **{name: given[key] for key, name in names.items()})
