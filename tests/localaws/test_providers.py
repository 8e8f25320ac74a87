"""Repositories at a Git provider, through an account's connection, as git sees them.

Each case follows https://docs.aws.amazon.com/dtconsole/latest/userguide/connections.html, what it allows
https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html.
"""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.localaws.conftest import Aws
from tests.localaws.test_codecommit import git
from tests.localaws.test_sts import make_role, trust

pytestmark = pytest.mark.local_only
REGION = "eu-west-2"


class Connection:
    """One account's connection, and a person at its provider."""

    def __init__(self, aws: Aws, account: str) -> None:
        self.aws, self.account, self.endpoint = aws, account, str(aws("ssm").meta.endpoint_url)
        connection = aws("codeconnections", account).create_connection(
            ConnectionName=uuid.uuid4().hex, ProviderType="GitHub"
        )
        self.arn = connection["ConnectionArn"]
        self.place = f"{account}/{REGION}/{self.arn.rpartition('/')[2]}"

    def person(self, repository: str, method: str = "POST") -> int:
        address = f"{self.endpoint}/localaws/provider/{self.place}/{repository}"
        try:
            with urlopen(Request(address, method=method)) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code

    def url(self, repository: str, key: str) -> str:
        return f"{self.endpoint}/git-http/{self.place}/{repository}.git".replace("://", f"://{key}:anything@")

    def status(self) -> str:
        response = self.aws("codeconnections", self.account).get_connection(ConnectionArn=self.arn)
        return str(response["Connection"]["ConnectionStatus"])


@pytest.fixture(scope="module")
def spoke(member: Callable[[str], str]) -> str:
    return member("provider-spoke")


@pytest.fixture(scope="module")
def github(aws: Aws, spoke: str) -> Connection:
    connection = Connection(aws, spoke)
    assert connection.status() == "PENDING"
    assert connection.person("bank/churn") == 201
    return connection


@pytest.fixture
def key_of(aws: Aws, spoke: str, request: pytest.FixtureRequest) -> Callable[..., str]:
    """The access key of a session of a new role that may use the connection, on a condition."""

    def make(arn: str, condition: dict[str, Any]) -> str:
        name = f"git-{abs(hash(request.node.name)) % 10**8}-{abs(hash(json.dumps(condition))) % 10**8}"
        iam = aws("iam", spoke)
        role = make_role(iam, name, trust(AWS=f"arn:aws:iam::{spoke}:root"))
        use = {"Effect": "Allow", "Action": "codeconnections:UseConnection", "Resource": arn, "Condition": condition}
        document = json.dumps({"Version": "2012-10-17", "Statement": [use]})
        iam.put_role_policy(RoleName=name, PolicyName="use", PolicyDocument=document)
        session = aws("sts", spoke).assume_role(RoleArn=role, RoleSessionName="git")
        return str(session["Credentials"]["AccessKeyId"])

    return make


def test_a_person_accepts_the_connection_and_makes_a_repository_once(github: Connection, aws: Aws, spoke: str) -> None:
    assert github.status() == "AVAILABLE"
    assert github.person("bank/churn") == 409
    assert github.person("bank/other", method="GET") == 404
    lost = Connection(aws, spoke)
    lost.place = f"{spoke}/{REGION}/00000000-0000-0000-0000-000000000000"
    assert lost.person("bank/churn") == 404


def test_git_pushes_to_an_empty_repository_and_clones_it(
    github: Connection, key_of: Callable[..., str], tmp_path: Path
) -> None:
    url = github.url("bank/churn", key_of(github.arn, {}))
    assert git("ls-remote", url).stdout == ""
    git("init", "--quiet", "--initial-branch", "main", str(tmp_path / "here"))
    git("commit", "--quiet", "--allow-empty", "--message", "Begin", cwd=tmp_path / "here")
    pushed = git("push", "--quiet", url, "main", cwd=tmp_path / "here")
    assert pushed.returncode == 0, pushed.stderr
    git("clone", "--quiet", url, str(tmp_path / "there"))
    assert git("log", "--format=%s", cwd=tmp_path / "there").stdout.strip() == "Begin"


def test_a_policy_that_names_one_repository_opens_no_other(github: Connection, key_of: Callable[..., str]) -> None:
    assert github.person("bank/fenced") == 201
    fence = {"StringEquals": {"codeconnections:FullRepositoryId": "bank/fenced"}}
    key = key_of(github.arn, fence)
    assert git("ls-remote", github.url("bank/fenced", key)).returncode == 0
    other = git("ls-remote", github.url("bank/churn", key))
    assert (other.returncode, "403" in other.stderr) == (128, True)


@pytest.mark.parametrize("repository", ["bank/nowhere", "bank/../churn", "churn"])
def test_a_repository_that_nobody_made_is_not_found(
    github: Connection, key_of: Callable[..., str], repository: str
) -> None:
    response = git("ls-remote", github.url(repository, key_of(github.arn, {})))
    assert response.returncode == 128
    assert "not found" in response.stderr or "404" in response.stderr


def test_a_connection_that_waits_reaches_nothing(aws: Aws, spoke: str, key_of: Callable[..., str]) -> None:
    waiting = Connection(aws, spoke)
    assert git("ls-remote", waiting.url("bank/churn", key_of(waiting.arn, {}))).returncode == 128


def test_who_is_unknown_or_of_another_account_gets_nothing(github: Connection) -> None:
    assert "Authentication failed" in git("ls-remote", github.url("bank/churn", "ASIA0000000000000000")).stderr
    assert git("ls-remote", github.url("bank/churn", "local")).returncode == 128  # the management account's
