"""Projects with a repository at a Git provider: the first commit, and refused repositories. Uses the launch role."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from generators import project_templates
from generators.config import contracts
from generators.project_templates import archives
from generators.release import load, versions_folder
from tests.localaws.conftest import started
from tests.products.spoke_account import ACCOUNT, REGION, ROOT, SpokeAccount
from tests.products.stack import Stack

PRODUCT = load.product(ROOT, "ml-project")
VERSION = str(versions_folder.declared_release(PRODUCT).version)
TYPE = "bring-your-own-container"
SLOW = pytest.mark.slow  # ten seconds for each launch


class Provider:
    """The embedded Git provider behind the account's connection, as a person uses it."""

    def __init__(self, account: SpokeAccount, name: str) -> None:
        self.endpoint = account.endpoint
        contract_path = contracts.find(ROOT, "spoke", f"{name.lower()}_connection_arn").path
        parameter = account.client("ssm").get_parameter(Name=contract_path)
        self.path = f"{ACCOUNT}/{REGION}/{parameter['Parameter']['Value'].rpartition('/')[2]}"

    def create(self, repository: str) -> None:
        urlopen(Request(f"{self.endpoint}/localaws/provider/{self.path}/{repository}", method="POST")).close()

    def url(self, repository: str) -> str:
        return f"{self.endpoint}/git-http/{self.path}/{repository}.git".replace("://", "://local:anything@")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokeAccount]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield SpokeAccount(server.endpoint)


@pytest.fixture(scope="module")
def key(account: SpokeAccount) -> str:
    return account.launch_role(PRODUCT.name)


@pytest.fixture(scope="module")
def github(account: SpokeAccount) -> Provider:
    provider = Provider(account, "GitHub")
    provider.create("bank/first")  # the connection is accepted with it
    return provider


def git(*arguments: str, cwd: Path | None = None) -> str:
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    environment = {"PATH": os.environ["PATH"], **quiet}
    command = ["git", *arguments]
    completed = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


def parameters(repository: str, **overrides: str) -> dict[str, str]:
    """A project's parameters."""
    defaults = {
        "SageMakerProjectName": "churn",
        "SageMakerProjectId": "p-churn",
        "ModelType": TYPE,
        "Provider": "GitHub",
    }
    return {**defaults, "RepositoryName": repository, **overrides}


def remaining(account: SpokeAccount) -> list[str]:
    """Pipelines, build projects and functions in the account."""
    pipelines = [pipeline["name"] for pipeline in account.client("codepipeline").list_pipelines()["pipelines"]]
    functions = [function["FunctionName"] for function in account.client("lambda").list_functions()["Functions"]]
    return [*pipelines, *account.client("codebuild").list_projects()["projects"], *functions]


@SLOW
def test_an_empty_repository_gets_the_project_of_the_model_type(
    account: SpokeAccount, key: str, github: Provider, tmp_path: Path
) -> None:
    stack = Stack(account, PRODUCT.name, "first", key)
    assert stack.create(VERSION, **parameters("bank/first")) == "CREATE_COMPLETE"
    git("clone", "--quiet", github.url("bank/first"), str(tmp_path / "work"))
    assert git("log", "--format=%s", cwd=tmp_path / "work").splitlines() == [f"Begin as {TYPE}"]
    content = project_templates.render(ROOT, TYPE, {**archives.VALUES, "project": "churn", "team": "team"})
    listed = git("ls-files", "--stage", cwd=tmp_path / "work").splitlines()
    modes = {path: entry.split()[0] for entry, _, path in (line.partition("\t") for line in listed)}
    assert modes == {path: "100755" if text.startswith("#!") else "100644" for path, text in content.items()}
    assert all((tmp_path / "work" / path).read_text() == text for path, text in content.items())
    assert stack.outputs["RepositoryUrl"] == "https://github.com/bank/first"
    assert {"Repository", "StudioRepository", "Push"}.isdisjoint(stack.physical)
    for name in ("Pipeline", "InferencePipeline"):
        pipeline = account.client("codepipeline").get_pipeline(name=stack.outputs[name])["pipeline"]
        (source,) = pipeline["stages"][0]["actions"]
        assert source["configuration"]["FullRepositoryId"] == "bank/first"
    assert stack.update(VERSION, **parameters("bank/first", ModelType="model-chain")) == "UPDATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert remaining(account) == []
    git("clone", "--quiet", github.url("bank/first"), str(tmp_path / "kept"))
    assert len(git("log", "--oneline", cwd=tmp_path / "kept").splitlines()) == 1


@SLOW
def test_a_repository_with_commits_is_not_changed(
    account: SpokeAccount, key: str, github: Provider, tmp_path: Path
) -> None:
    github.create("bank/models/full")
    git("init", "--quiet", "--initial-branch", "main", str(tmp_path))
    author = ("-c", "user.name=a", "-c", "user.email=a@bank.example")
    git(*author, "commit", "--quiet", "--allow-empty", "--message", "Ours", cwd=tmp_path)
    git("push", "--quiet", github.url("bank/models/full"), "main", cwd=tmp_path)
    stack = Stack(account, PRODUCT.name, "full", key)
    assert stack.create(VERSION, **parameters("bank/models/full")) == "CREATE_COMPLETE"
    assert (
        git("ls-remote", github.url("bank/models/full"), "main").split()[0]
        == git("rev-parse", "main", cwd=tmp_path).strip()
    )
    assert stack.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("provider", "repository", "reason"),
    [
        pytest.param("GitHub", "bank/nowhere", "reaches no repository bank/nowhere at GitHub; make it", marks=SLOW),
        pytest.param("GitHub", "nowhere", "nowhere has no owner; write owner/name as GitHub shows it", marks=SLOW),
        pytest.param("GitLab", "bank/churn", "connection to GitLab is pending; ask the platform team", marks=SLOW),
        ("CodeCommit", "bank/churn", "bank/churn"),
    ],
)
def test_an_inaccessible_repository_is_refused_and_rolled_back(
    account: SpokeAccount, key: str, github: Provider, provider: str, repository: str, reason: str
) -> None:
    stack = Stack(account, PRODUCT.name, f"{provider}-{repository.replace('/', '-')}", key)
    assert stack.create(VERSION, **parameters(repository, Provider=provider)) == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()
    assert remaining(account) == []


def test_an_invalid_repository_name_is_refused_before_the_launch(account: SpokeAccount, key: str) -> None:
    with pytest.raises(ClientError, match="RepositoryName"):
        Stack(account, PRODUCT.name, "refused", key).create(VERSION, **parameters("bank/../x y"))


def test_the_build_may_use_the_connection_for_this_repository_alone() -> None:
    """tests/localaws tests that the embedded AWS enforces such a policy."""
    role = json.loads(versions_folder.declared_release(PRODUCT).body)["Resources"]["SeedingRole"]["Properties"]
    statements = [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]
    connected = [item["Fn::If"][1] for item in statements if item.get("Fn::If", [""])[0] == "IsConnected"]
    uses = [item for item in connected if any("UseConnection" in action for action in item["Action"])]
    assert len(uses) == 2
    for statement in uses:
        (action,) = statement["Action"]
        condition = {f"{action.partition(':')[0]}:FullRepositoryId": {"Ref": "RepositoryName"}}
        assert statement["Condition"] == {"StringEquals": condition}
