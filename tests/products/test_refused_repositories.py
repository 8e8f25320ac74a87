"""A training pipeline for a repository that is not there: refused with the reason, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from generators.release import load, versions_folder
from tests.localaws.conftest import started
from tests.products.account import ROOT, Account
from tests.products.stack import Stack

PRODUCT = load.product(ROOT, "training-pipeline")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        account = Account(server.endpoint)
        account.client("codecommit").create_repository(repositoryName="empty")
        yield account


@pytest.fixture(scope="module")
def key(account: Account) -> str:
    return account.launch_role(PRODUCT.name)


@pytest.mark.parametrize(
    ("provider", "repository", "why"),
    [
        ("CodeCommit", "nowhere", "there is no repository nowhere in CodeCommit; make it first, or correct the name"),
        ("CodeCommit", "empty", "empty has no branch main; push it first, or name another"),
        ("CodeCommit", "bank/churn", "has no owner; write its name alone, not bank/churn"),
        ("GitHub", "churn", "churn has no owner; write owner/name as GitHub shows it"),
    ],
)
def test_a_repository_that_is_not_there_is_refused(
    account: Account, key: str, provider: str, repository: str, why: str
) -> None:
    stack = Stack(account, PRODUCT.name, f"{provider}-{repository.replace('/', '-')}", key)
    buckets = account.client("s3").list_buckets()["Buckets"]
    newest = str(versions_folder.declared_release(PRODUCT).version)
    given = {"Provider": provider, "Repository": repository, "ModelName": "churn"}
    assert stack.create(newest, **given) == "ROLLBACK_COMPLETE"
    assert why in stack.reasons()
    assert account.client("codepipeline").list_pipelines()["pipelines"] == []
    assert account.client("codebuild").list_projects()["projects"] == []
    assert account.client("s3").list_buckets()["Buckets"] == buckets
    assert account.client("lambda").list_functions()["Functions"] == []
