"""A copy of the repository with an embedded AWS of its own, so that tests do not touch a running one."""

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
FOLDERS = ("generators", "scripts", "products", "terraform")
FILES = ("Makefile", "README.md", "pyproject.toml", "requirements.lock")
USER_VARIABLES = {
    "AWS_PROFILE": "bank",
    "AWS_SESSION_TOKEN": "old",
    "HTTP_PROXY": "http://127.0.0.1:9",
}  # to ignore
MAKE_VARIABLES = {"TARGET": ""}  # make exports an empty TARGET by default


@dataclass(frozen=True)
class Copy:
    """A folder with everything that the commands of the README need."""

    folder: Path

    @classmethod
    def into(cls, folder: Path) -> Copy:
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform"))
        for name in FILES:
            shutil.copy(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)  # what `make setup` would install
        return cls(folder)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(sys.executable, "-P", "-m", *arguments)

    def script(self, text: str) -> subprocess.CompletedProcess[str]:
        return self._run(sys.executable, "-c", text)

    def vend(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python("scripts.vend", command, *arguments)

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a line as a person types it."""
        return self._run("bash", "-c", command)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))}
        environment = inherited | USER_VARIABLES | MAKE_VARIABLES | {"PYTHONPATH": str(self.folder)}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    @property
    def server(self) -> dict[str, Any]:
        """Endpoint and process id of the copy's embedded AWS; empty when there is none."""
        file = self.folder / ".local" / "aws.json"
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}

    def client(self, service: str, account_name: str) -> Any:
        """A client in the account, in the role that Organizations created in it; "" is the management account."""
        location = {"endpoint_url": self.server["endpoint"], "region_name": "eu-west-2"}
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        if not account_name:
            return boto3.client(service, **location, **keys)
        accounts = boto3.client("organizations", **location, **keys).list_accounts()["Accounts"]
        account = next(account["Id"] for account in accounts if account["Name"] == account_name)
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        sts = boto3.client("sts", **location, **keys)
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        names = {"AccessKeyId": "aws_access_key_id", "SecretAccessKey": "aws_secret_access_key"}
        names |= {"SessionToken": "aws_session_token"}
        return boto3.client(service, **location, **{name: credentials[key] for key, name in names.items()})
