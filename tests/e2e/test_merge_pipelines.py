"""The platform's own pipelines, from a push to what it is for: a published version, and a team's accounts.

Each runs in the image that the image factory has built, with the commands that people run, as the roles of Terraform.
"""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from scripts.demo import author
from tests.e2e.copies import ROOT, Copy
from tests.e2e.merge_estate import HUB, MANAGEMENT, MergeEstate, build_image, until
from tests.localaws.conftest import refused

pytestmark = pytest.mark.slow
RELEASE, MERGE = "mlops-release", "mlops-vending-merge"
TEAM_FILES = ("terraform/accounts/credit-risk.yaml", "terraform/ip_allocations.yaml")
ACCOUNTS = [f"credit-risk-{environment}" for environment in ("development", "pre-production", "production")]
MAY_PUSH = ("codeconnections:UseConnection", "codepipeline:Get*", "codepipeline:List*")


@pytest.fixture(scope="module")
def estate(copy: Copy) -> MergeEstate:
    """Organisation, log archive and hub without teams; the first commit is at the provider, the image is built."""
    estate = MergeEstate(copy)
    shutil.copy(ROOT / ".gitignore", copy.folder)
    (copy.folder / TEAM_FILES[0]).unlink()
    (copy.folder / TEAM_FILES[1]).write_text("{}\n", encoding="utf-8")
    estate.git("init", "--quiet", "--initial-branch", "main")
    (copy.folder / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    estate.run("scripts.localaws", "start")
    estate.allow_builds()
    estate.run("scripts.vend", "apply", "organization")
    for account in (HUB, MANAGEMENT):
        estate.connect(account)
    estate.git("add", "--all")
    estate.git("commit", "--quiet", "--message", "Begin")
    for root in ("log_archive", "hub"):
        estate.run("scripts.vend", "apply", root)
    build_image(estate.client)
    estate.run("scripts.vend", "apply", "hub")
    return estate


def _approve(estate: MergeEstate, pipeline: str, account: str, commit: str, alice: dict[str, str]) -> None:
    """The author may not approve, nor become approver; another person does."""
    token = estate.waiting(pipeline, account, commit)
    result = {"summary": "read the plan", "status": "Approved"}
    approval: dict[str, Any] = {"pipelineName": pipeline, "stageName": "Approve", "actionName": "Approve"}
    approval |= {"result": result, "token": token}
    own = estate.signed_in("codepipeline", alice)
    assert refused(own.put_approval_result, **approval)[0] == "AccessDeniedException"
    session = {"RoleArn": estate.approver_role(pipeline, account), "RoleSessionName": "approval"}
    assert refused(estate.signed_in("sts", alice).assume_role, **session)[0] == "AccessDenied"
    bob = estate.signed_in("sts", estate.person(f"{pipeline}-approver", account, "sts:AssumeRole"))
    approver = estate.signed_in("codepipeline", bob.assume_role(**session)["Credentials"])
    approver.put_approval_result(**approval)


@pytest.mark.control(44)
def test_a_push_that_raises_a_version_ends_as_a_published_version_after_another_persons_approval(
    estate: MergeEstate,
) -> None:
    alice = estate.person("engineer", HUB, *MAY_PUSH)
    version = author.add_output(estate.copy.folder)
    for command in ("render", "launch-policy"):
        estate.run("scripts.catalog", command, "studio-environment")

    commit = estate.merge(HUB, "Tell the environment's region", alice["AccessKeyId"])

    estate.waiting(RELEASE, HUB, commit)
    assert _published(estate, "studio-environment") == []
    _approve(estate, RELEASE, HUB, commit, alice)
    assert estate.ended(RELEASE, HUB, commit) == "Succeeded"
    frozen = {path.stem for path in (estate.copy.folder / "products/studio_environment/versions").glob("*.json")}
    assert version in frozen
    assert set(_published(estate, "studio-environment")) == frozen


def _published(estate: MergeEstate, product: str) -> list[str]:
    """The versions of a product that the hub's Service Catalog has."""
    catalog = estate.client("servicecatalog")
    pages = catalog.get_paginator("search_products_as_admin").paginate()
    views = [detail["ProductViewSummary"] for page in pages for detail in page["ProductViewDetails"]]
    ids = [view["ProductId"] for view in views if view["Name"] == product]
    return [
        artifact["Name"]
        for id in ids
        for artifact in catalog.list_provisioning_artifacts(ProductId=id)["ProvisioningArtifactDetails"]
    ]


def test_a_push_of_a_team_file_ends_as_vended_accounts(estate: MergeEstate) -> None:
    estate.run("scripts.vend", "apply", "vending")
    alice = estate.person("engineer", MANAGEMENT, *MAY_PUSH)
    for name in TEAM_FILES:
        shutil.copy(ROOT / name, estate.copy.folder / name)

    commit = estate.merge(MANAGEMENT, "Accounts for credit risk", alice["AccessKeyId"])

    estate.waiting(MERGE, MANAGEMENT, commit)
    assert _accounts(estate) == []
    _approve(estate, MERGE, MANAGEMENT, commit, alice)
    assert estate.ended(MERGE, MANAGEMENT, commit) == "Succeeded"
    assert _accounts(estate) == ACCOUNTS
    machines = estate.client("stepfunctions", MANAGEMENT)
    [machine] = [each["stateMachineArn"] for each in machines.list_state_machines()["stateMachines"]]
    run = until(lambda: _finished(machines, machine), "the end of the run")
    assert run == "SUCCEEDED", _logs(estate)
    for account in ACCOUNTS:
        assert estate.client("ssm", account).get_parameter(Name="/mlops/spoke/team")["Parameter"]["Value"]


def _accounts(estate: MergeEstate) -> list[str]:
    """Names of the team's accounts, sorted."""
    pages = estate.client("organizations", MANAGEMENT).get_paginator("list_accounts").paginate()
    names = [account["Name"] for page in pages for account in page["Accounts"]]
    return sorted(name for name in names if name.startswith("credit-risk-"))


def _finished(machines: Any, machine: str) -> str:
    statuses = [each["status"] for each in machines.list_executions(stateMachineArn=machine)["executions"]]
    return next((str(status) for status in statuses if status != "RUNNING"), "")


def _logs(estate: MergeEstate) -> list[str]:
    logs = estate.client("logs", MANAGEMENT)
    events = logs.filter_log_events(logGroupName="/aws/codebuild/mlops-vending")["events"]
    return [event["message"] for event in events][-30:]
