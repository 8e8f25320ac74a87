"""One embedded AWS per test process, clients of any account and role, and the real Terraform binary.

With TARGET=aws the same tests run against the default boto3 session; those marked local_only are then left out.
"""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support import fork_server

ROOT = Path(__file__).resolve().parents[2]
REAL = os.environ.get("TARGET") == "aws"
REGION = "eu-west-2"
ACCESS_ROLE = "OrganizationAccountAccessRole"
_CONFIG = Config(s3={"addressing_style": "path"}, inject_host_prefix=False, retries={"total_max_attempts": 1})


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "local_only: needs the embedded AWS (it makes accounts, or spends money on AWS)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if REAL:
        left_out = [item for item in items if item.get_closest_marker("local_only")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@dataclass(frozen=True)
class Server:
    endpoint: str
    pid: int
    log: Path


@contextmanager
def started(home: Path) -> Iterator[Server]:
    """A fresh embedded AWS that ends with the block."""
    announce, log = home / "aws.json", home / "aws.log"
    child = fork_server.start(
        "scripts.localaws.__main__", ["serve", "--announce", str(announce)], ROOT, os.environ, log, log
    )
    try:
        deadline = time.monotonic() + 180
        while not announce.exists():
            if not child.is_alive() or time.monotonic() > deadline:
                pytest.fail(log.read_text())
            time.sleep(0.05)
        yield Server(json.loads(announce.read_text())["endpoint"], child.pid, log)
    finally:
        child.terminate()
        child.join(10)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded AWS of this test process, which contains only what the tests create."""
    with started(tmp_path_factory.mktemp("aws")) as running:
        yield running


@dataclass
class Aws:
    """aws("s3"), aws("s3", account=spoke), aws("s3", account=spoke, role="technical-lead")."""

    endpoint: str | None
    _clients: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def __call__(self, service: str, account: str | None = None, role: str | None = None, region: str = REGION) -> Any:
        key = (service, account or "", role or "", region)
        if key not in self._clients:
            self._clients[key] = self.client(service, self._credentials(account, role), region)
        return self._clients[key]

    def client(self, service: str, credentials: dict[str, str], region: str = REGION) -> Any:
        """A client with the given credentials, as AssumeRole returns them."""
        names = {
            "AccessKeyId": "access_key_id",
            "SecretAccessKey": "secret_access_key",
            "SessionToken": "session_token",
        }
        keys = {f"aws_{names[name]}": value for name, value in credentials.items() if name in names}
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint, config=_CONFIG, **keys)

    def assume(self, sts: Any, role_arn: str, **more: Any) -> dict[str, str]:
        credentials: dict[str, str] = sts.assume_role(RoleArn=role_arn, RoleSessionName="tests", **more)["Credentials"]
        return credentials

    def advance(self, seconds: int) -> datetime:
        """Let the time of the embedded AWS pass at once; the new time. Sessions end: take a server of your own."""
        with urllib.request.urlopen(f"{self.endpoint}/localaws/clock?{seconds}") as response:
            return datetime.fromisoformat(response.read().decode())

    def _credentials(self, account: str | None, role: str | None) -> dict[str, str]:
        base = {} if REAL else {"AccessKeyId": "local", "SecretAccessKey": "local"}
        if account is not None and not REAL:
            base = self.assume(self.client("sts", base), f"arn:aws:iam::{account}:role/{ACCESS_ROLE}")
        if role is None:
            return base
        sts = self.client("sts", base)
        owner = account or sts.get_caller_identity()["Account"]
        return self.assume(sts, f"arn:aws:iam::{owner}:role/{role}")


@pytest.fixture(scope="session")
def aws(request: pytest.FixtureRequest) -> Aws:
    """Boto3 clients of any account and role; without an account, the caller's own."""
    return Aws(None if REAL else request.getfixturevalue("server").endpoint)


@pytest.fixture(scope="session")
def organisation(aws: Aws) -> dict[str, Any]:
    """The organization of the management account."""
    organizations = aws("organizations")
    try:
        response: dict[str, Any] = organizations.create_organization(FeatureSet="ALL")
    except organizations.exceptions.AlreadyInOrganizationException:
        response = organizations.describe_organization()
    organization: dict[str, Any] = response["Organization"]
    return organization


@pytest.fixture(scope="session")
def member(aws: Aws, organisation: dict[str, Any]) -> Callable[[str], str]:
    """member("hub") -> the id of the member account with this name, which is created on first use."""

    def make(name: str) -> str:
        organizations = aws("organizations")
        status = organizations.create_account(AccountName=name, Email=f"{name}@bank.example")["CreateAccountStatus"]
        if status["State"] == "SUCCEEDED":
            return str(status["AccountId"])
        pages = organizations.get_paginator("list_accounts").paginate()
        return next(str(a["Id"]) for page in pages for a in page["Accounts"] if a["Name"] == name)

    return make


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, int, str]:
    """(code, HTTP status, message) of the error that the call must return."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


@dataclass
class Terraform:
    """A root module in its own folder; every command must succeed."""

    folder: Path
    environment: dict[str, str]

    def apply(self, body: str, *options: str) -> dict[str, Any]:
        """Write main.tf, apply it and return the outputs."""
        (self.folder / "main.tf").write_text(body)
        if not (self.folder / ".terraform").exists():
            self._run("init", "-input=false", *_mirror())
        self._run("apply", "-input=false", "-auto-approve", *options)
        outputs = json.loads(self._run("output", "-json"))
        return {name: output["value"] for name, output in outputs.items()}

    def plan(self) -> list[str]:
        """Changes of a new plan, each as "update aws_s3_bucket.a"."""
        events = map(json.loads, self._run("plan", "-input=false", "-json").splitlines())
        changes = [event["change"] for event in events if event["type"] == "planned_change"]
        return [f"{change['action']} {change['resource']['addr']}" for change in changes]

    def destroy(self) -> None:
        self._run("destroy", "-input=false", "-auto-approve", "-refresh=false")  # nobody else changes anything

    def _run(self, *arguments: str) -> str:
        command = ["terraform", arguments[0], "-no-color", *arguments[1:]]
        process = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300
        )
        assert process.returncode == 0, f"terraform {arguments[0]}\n{process.stdout}\n{process.stderr}"
        return process.stdout


def _mirror() -> list[str]:
    """Options for providers: from the user's configuration, else from a mirror folder, else from the registry."""
    configured = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if configured and Path(configured).exists():
        return []
    folders = [Path(os.environ.get("TF_PLUGIN_DIR", "")), *Path("/opt").glob("*"), Path.home() / ".terraform.d/plugins"]
    return next(([f"-plugin-dir={f}"] for f in folders if str(f) != "." and (f / "registry.terraform.io").is_dir()), [])


@contextmanager
def terraform_at(folder: Path, endpoint: str | None) -> Iterator[Terraform]:
    """Terraform with an endpoint; its resources are destroyed at the end."""
    inherited = {key: value for key, value in os.environ.items() if key != "TF_CLI_CONFIG_FILE" or Path(value).exists()}
    embedded = {
        "AWS_ENDPOINT_URL": endpoint or "",
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal",  # account ids go in front of this host,
        "HTTP_PROXY": endpoint or "",  # so it is reached by asking the server itself as a proxy
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
    }
    runner = Terraform(folder, {**inherited, "TF_IN_AUTOMATION": "1", **(embedded if endpoint else {})})
    (folder / "provider.tf").write_text('provider "aws" {\n  s3_use_path_style = true\n}\n')
    yield runner
    state = folder / "terraform.tfstate"
    if state.exists() and json.loads(state.read_text())["resources"]:
        runner.destroy()


@pytest.fixture
def terraform(aws: Aws, tmp_path: Path) -> Iterator[Terraform]:
    """Terraform with the AWS provider; the resources of a test are destroyed after it."""
    with terraform_at(tmp_path, aws.endpoint) as runner:
        yield runner
