"""A project whose code lives at a provider: its first commit, and what is refused. Under the launch role."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from generators.config import contracts
from generators.project_templates import archives
from generators.release import load, versions_folder
from tests.localaws.conftest import started
from tests.products.account import ACCOUNT, REGION, ROOT, Account
from tests.products.stack import Stack

PRODUCT = load.product(ROOT, "ml-project")
VERSION = str(versions_folder.declared_release(PRODUCT).version)
TYPE = "bring-your-own-container"


class Provider:
    """What a person sees at the provider, and does there; `connection` is the account's."""

    def __init__(self, account: Account, name: str) -> None:
        self.endpoint = account.endpoint
        path = contracts.find(ROOT, "spoke", f"{name.lower()}_connection_arn").path
        parameter = account.client("ssm").get_parameter(Name=path)
        self.place = f"{ACCOUNT}/{REGION}/{parameter['Parameter']['Value'].rpartition('/')[2]}"

    def make(self, repository: str) -> None:
        urlopen(Request(f"{self.endpoint}/localaws/provider/{self.place}/{repository}", method="POST")).close()

    def url(self, repository: str) -> str:
        return f"{self.endpoint}/git-http/{self.place}/{repository}.git".replace("://", "://local:anything@")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Account(server.endpoint)


@pytest.fixture(scope="module")
def key(account: Account) -> str:
    return account.launch_role(PRODUCT.name)


@pytest.fixture(scope="module")
def github(account: Account) -> Provider:
    provider = Provider(account, "GitHub")
    provider.make("bank/first")  # the connection is accepted with it
    return provider


def git(*words: str, cwd: Path | None = None) -> str:
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(["git", *words], cwd=cwd, env={"PATH": os.environ["PATH"], **quiet}, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(repository: str, **more: str) -> dict[str, str]:
    """A project's parameters."""
    given = {"SageMakerProjectName": "churn", "SageMakerProjectId": "p-churn", "ModelType": TYPE, "Provider": "GitHub"}
    return {**given, "RepositoryName": repository, **more}


def left(account: Account) -> list[str]:
    """What of a project runs or is reached."""
    pipelines = [it["name"] for it in account.client("codepipeline").list_pipelines()["pipelines"]]
    functions = [it["FunctionName"] for it in account.client("lambda").list_functions()["Functions"]]
    return [*pipelines, *account.client("codebuild").list_projects()["projects"], *functions]


def test_an_empty_repository_gets_the_project_of_the_model_type(
    account: Account, key: str, github: Provider, tmp_path: Path
) -> None:
    stack = Stack(account, PRODUCT.name, "first", key)
    assert stack.create(VERSION, **asked("bank/first")) == "CREATE_COMPLETE"
    git("clone", "--quiet", github.url("bank/first"), str(tmp_path / "work"))
    assert git("log", "--format=%s", cwd=tmp_path / "work").splitlines() == [f"Begin as {TYPE}"]
    content = archives.read_archive((ROOT / archives.FOLDER / archives.current(ROOT)[TYPE]).read_bytes())
    listed = git("ls-files", "--stage", cwd=tmp_path / "work").splitlines()
    modes = {path: entry.split()[0] for entry, _, path in (it.partition("\t") for it in listed)}
    assert modes == {path: "100755" if text.startswith("#!") else "100644" for path, text in content.items()}
    assert all((tmp_path / "work" / path).read_text() == text for path, text in content.items())
    assert stack.outputs["RepositoryUrl"] == "https://github.com/bank/first"
    assert {"Repository", "StudioRepository", "Push"}.isdisjoint(stack.physical)
    for name in ("Pipeline", "InferencePipeline"):
        found = account.client("codepipeline").get_pipeline(name=stack.outputs[name])["pipeline"]
        (source,) = found["stages"][0]["actions"]
        assert source["configuration"]["FullRepositoryId"] == "bank/first"
    assert stack.update(VERSION, **asked("bank/first", ModelType="model-chain")) == "UPDATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert left(account) == []
    git("clone", "--quiet", github.url("bank/first"), str(tmp_path / "kept"))
    assert len(git("log", "--oneline", cwd=tmp_path / "kept").splitlines()) == 1


def test_a_repository_that_has_commits_is_left_as_it_is(
    account: Account, key: str, github: Provider, tmp_path: Path
) -> None:
    github.make("bank/models/full")
    git("init", "--quiet", "--initial-branch", "main", str(tmp_path))
    who = ("-c", "user.name=a", "-c", "user.email=a@bank.example")
    git(*who, "commit", "--quiet", "--allow-empty", "--message", "Ours", cwd=tmp_path)
    git("push", "--quiet", github.url("bank/models/full"), "main", cwd=tmp_path)
    stack = Stack(account, PRODUCT.name, "full", key)
    assert stack.create(VERSION, **asked("bank/models/full")) == "CREATE_COMPLETE"
    assert (
        git("ls-remote", github.url("bank/models/full"), "main").split()[0]
        == git("rev-parse", "main", cwd=tmp_path).strip()
    )
    assert stack.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("provider", "repository", "why"),
    [
        ("GitHub", "bank/nowhere", "reaches no repository bank/nowhere at GitHub; make it there, empty"),
        ("GitHub", "nowhere", "nowhere has no owner; write owner/name as GitHub shows it"),
        ("GitLab", "bank/churn", "connection to GitLab is pending; ask the platform team to accept it"),
        ("CodeCommit", "bank/churn", "bank/churn"),
    ],
)
def test_a_repository_that_is_not_reached_is_refused_and_nothing_stays(
    account: Account, key: str, github: Provider, provider: str, repository: str, why: str
) -> None:
    stack = Stack(account, PRODUCT.name, f"{provider}-{repository.replace('/', '-')}", key)
    assert stack.create(VERSION, **asked(repository, Provider=provider)) == "ROLLBACK_COMPLETE"
    assert why in stack.reasons()
    assert left(account) == []


def test_what_is_no_name_of_a_repository_is_refused_at_once(account: Account, key: str) -> None:
    with pytest.raises(ClientError, match="RepositoryName"):
        Stack(account, PRODUCT.name, "refused", key).create(VERSION, **asked("bank/../x y"))


def test_the_build_may_use_the_connection_for_this_repository_alone() -> None:
    """That the embedded AWS heeds such a policy is in tests/localaws/test_providers.py."""
    role = json.loads(versions_folder.declared_release(PRODUCT).body)["Resources"]["SeedingRole"]["Properties"]
    statements = [it for policy in role["Policies"] for it in policy["PolicyDocument"]["Statement"]]
    uses = [it for it in statements if any("UseConnection" in action for action in it["Action"])]
    assert len(uses) == 2
    for it in uses:
        (action,) = it["Action"]
        fence = {f"{action.partition(':')[0]}:FullRepositoryId": {"Ref": "RepositoryName"}}
        assert it["Condition"] == {"StringEquals": fence}
