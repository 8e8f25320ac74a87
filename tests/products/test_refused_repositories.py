"""A training pipeline for a missing repository is refused with the reason, and leaves no resources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from generators.release import load, versions_folder
from tests.localaws.conftest import started
from tests.products.spoke_account import ROOT, SpokeAccount
from tests.products.stack import Stack

PRODUCT = load.product(ROOT, "training-pipeline")
NOWHERE = "repository nowhere in CodeCommit; make it first, or correct the name"
OWNER = "owner; write its name alone, not bank/churn"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokeAccount]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        account = SpokeAccount(server.endpoint)
        account.client("codecommit").create_repository(repositoryName="empty")
        yield account


@pytest.fixture(scope="module")
def key(account: SpokeAccount) -> str:
    return account.launch_role(PRODUCT.name)


@pytest.mark.parametrize(
    ("provider", "repository", "reason"),
    [
        pytest.param("CodeCommit", "nowhere", f"there is no {NOWHERE}", marks=pytest.mark.slow),
        ("CodeCommit", "empty", "empty has no branch main; push it first, or name another"),
        pytest.param("CodeCommit", "bank/churn", f"has no {OWNER}", marks=pytest.mark.slow),
        ("GitHub", "churn", "churn has no owner; write owner/name as GitHub shows it"),
    ],
)
def test_a_missing_repository_is_refused(
    account: SpokeAccount, key: str, provider: str, repository: str, reason: str
) -> None:
    stack = Stack(account, PRODUCT.name, f"{provider}-{repository.replace('/', '-')}", key)
    buckets = account.client("s3").list_buckets()["Buckets"]
    newest = str(versions_folder.declared_release(PRODUCT).version)
    parameters = {"Provider": provider, "Repository": repository, "ModelName": "churn"}
    assert stack.create(newest, **parameters) == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()
    assert account.client("codepipeline").list_pipelines()["pipelines"] == []
    assert account.client("codebuild").list_projects()["projects"] == []
    assert account.client("s3").list_buckets()["Buckets"] == buckets
    assert account.client("lambda").list_functions()["Functions"] == []
