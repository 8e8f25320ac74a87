"""An organisation with its hub, both pipelines of a merge and the repository at the Git provider, made by the commands.

A merge is a push to the repository. Everything but the steps of people at AWS and at the provider is what the commands
of the README make of the copy.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config

from scripts.localaws.services.ecr import images
from scripts.localaws.services.ecr.dockerfile import Build, File
from tests.e2e.copies import Copy
from tests.localaws.servicecatalog.catalogue import policy, trust

HUB, MANAGEMENT = "mlops-hub", ""
REGION, REPOSITORY = "eu-west-2", "bank/mlops-platform"
PATIENCE = 1500  # seconds
_TERRAFORM = Path(shutil.which("terraform") or "terraform")
_END = ("Succeeded", "Failed", "Stopped")


@dataclass
class MergeEstate:
    """The estate: `copy` is the engineer's checkout; `connections` are ARNs by account name."""

    copy: Copy
    connections: dict[str, str] = field(default_factory=dict)

    def client(self, service: str, account: str = HUB) -> Any:
        return self.copy.client(service, account)

    def run(self, *arguments: str) -> str:
        """The output of a command, which must succeed."""
        completed = self.copy.python(*arguments)
        assert completed.returncode == 0, completed.stdout + completed.stderr
        return completed.stdout

    def git(self, *arguments: str) -> str:
        author = ("-c", "user.name=alice", "-c", "user.email=alice@bank.example")
        command = ["git", "-C", str(self.copy.folder), *author, *arguments]
        completed = subprocess.run(command, capture_output=True, text=True, check=False)
        assert completed.returncode == 0, completed.stderr
        return completed.stdout.strip()

    def connect(self, account: str) -> None:
        """A person makes a connection, accepts it at the provider, and makes the repository there."""
        name = "hub" if account else "management"
        connection = self.client("codeconnections", account).create_connection(
            ConnectionName=name, ProviderType="GitHub"
        )
        self.connections[account] = str(connection["ConnectionArn"])
        address = f"{self.copy.server['endpoint']}/localaws/provider/{self._address(account)}/{REPOSITORY}"
        urlopen(Request(address, method="POST")).close()
        self._edit_platform(rf"(?m)^    {name}: arn:.*$", f"    {name}: {self.connections[account]}")

    def allow_builds(self) -> None:
        """Builds run with TARGET=aws: its accounts are those of this AWS."""
        text = (self.copy.folder / "terraform" / "platform.yaml").read_text(encoding="utf-8")
        local = re.search(r"  local: (\{.*\})", text)
        assert local
        self._edit_platform(r"  aws: \{.*\}", f"  aws: {local[1]}")

    def _edit_platform(self, pattern: str, replacement: str) -> None:
        path = self.copy.folder / "terraform" / "platform.yaml"
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"))
        assert count == 1, pattern
        path.write_text(text, encoding="utf-8")

    def _address(self, account: str) -> str:
        parts = self.connections[account].split(":")
        return f"{parts[4]}/{parts[3]}/{parts[5].removeprefix('connection/')}"

    def merge(self, account: str, message: str, key: str) -> str:
        """Commit everything and push it through the account's connection; the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        endpoint = self.copy.server["endpoint"].replace("://", f"://{key}:anything@")
        self.git("push", "--quiet", f"{endpoint}/git-http/{self._address(account)}/{REPOSITORY}.git", "HEAD:main")
        return self.git("rev-parse", "HEAD")

    def person(self, permission_set: str, account: str, *actions: str) -> dict[str, str]:
        """The credentials of a person who signs in through a permission set with these permissions."""
        iam, name = self.client("iam", account), f"AWSReservedSSO_{permission_set}_0123456789abcdef"
        path, principal = f"/aws-reserved/sso.amazonaws.com/{REGION}/", f"arn:aws:iam::{self._account(account)}:root"
        role = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust(AWS=principal))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName="set", PolicyDocument=policy(*actions))
        session = self.client("sts", account).assume_role(RoleArn=role["Arn"], RoleSessionName="sign-in")
        return dict(session["Credentials"])

    def signed_in(self, service: str, key: dict[str, str]) -> Any:
        """A client of a key, or of a session's credentials."""
        names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
        token = {"aws_session_token": key["SessionToken"]} if "SessionToken" in key else {}
        keys = {name: key[member] for name, member in names.items()}
        location = {"region_name": REGION, "endpoint_url": self.copy.server["endpoint"]}
        return boto3.client(service, **location, **keys, **token, config=Config(retries={"total_max_attempts": 1}))

    def approver_role(self, pipeline: str, account: str) -> str:
        return f"arn:aws:iam::{self._account(account)}:role/{pipeline}-approver"

    def _account(self, account: str) -> str:
        return self.connections[account].split(":")[4]

    def waiting(self, pipeline: str, account: str, commit: str) -> str:
        """The token of the approval for which the commit's execution waits."""
        client = self.client("codepipeline", account)

        def token() -> str:
            status, stages = self._execution(client, pipeline, commit)
            assert status not in _END, self.reason(client, pipeline)
            action = stages["Approve"]["actionStates"][0].get("latestExecution", {})
            return str(action.get("token", ""))

        return str(until(token, f"the approval of {pipeline}"))

    def ended(self, pipeline: str, account: str, commit: str) -> str:
        """The final status of the commit's execution, with the reason when it failed."""
        client = self.client("codepipeline", account)
        status = until(lambda: _final(self._execution(client, pipeline, commit)[0]), f"the end of {pipeline}")
        return status if status == "Succeeded" else f"{status}: {self.reason(client, pipeline)}"

    def _execution(self, client: Any, pipeline: str, commit: str) -> tuple[str, dict[str, Any]]:
        pages = client.list_pipeline_executions(pipelineName=pipeline)["pipelineExecutionSummaries"]
        of_commit = [each for each in pages if commit in [row["revisionId"] for row in each["sourceRevisions"]]]
        stages = client.get_pipeline_state(name=pipeline)["stageStates"]
        return of_commit[0]["status"] if of_commit else "", {stage["stageName"]: stage for stage in stages}

    def reason(self, client: Any, pipeline: str) -> list[str]:
        """The errors of the pipeline's actions."""
        actions = [
            action
            for stage in client.get_pipeline_state(name=pipeline)["stageStates"]
            for action in stage["actionStates"]
        ]
        return [str(each["latestExecution"].get("errorDetails", "")) for each in actions if "latestExecution" in each]


def build_image(client: Callable[[str], Any]) -> None:
    """An operator mirrors the base images, the image factory builds the image; `client` makes clients of the hub."""
    ecr, builds = client("ecr"), client("codebuild")
    images.push(ecr, "mlops/base", "python-3.11.13-bookworm", Build())
    binary = {"/bin/terraform": File(_TERRAFORM.read_bytes(), 0o755)}
    images.push(ecr, "mlops/base", "terraform-1.11.4-alpine", Build(files=binary))
    id = builds.start_build(projectName="mlops-image-vending")["build"]["id"]
    build = until(lambda: _complete(builds.batch_get_builds(ids=[id])["builds"][0]), "the image")
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]


def until(condition: Any, description: str) -> Any:
    """The first true value of the condition."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never seen: {description}"
        time.sleep(0.5)
    return value


def _complete(build: dict[str, Any]) -> dict[str, Any] | None:
    return build if build["buildComplete"] else None


def _final(status: str) -> str:
    return status if status in _END else ""
