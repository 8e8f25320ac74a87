"""Launch, upgrade, failure, retirement, inventory and termination by the command line, verified with boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.conftest import HUB_ACCOUNT, SPOKE

IN_SPOKE = ("--account", SPOKE)
GIVE = "    kit.add_output("
BEYOND_THE_ROLE = (
    "    from troposphere import iam\n"
    "    may = {'Effect': 'Allow', 'Action': 'cloudwatch:ListMetrics', 'Resource': '*'}\n"
    "    document = {'Version': '2012-10-17', 'Statement': [may]}\n"
    "    t.add_resource(iam.ManagedPolicy('Refused', PolicyDocument=document))\n" + GIVE
)


@pytest.fixture
def product(platform, request) -> str:
    """Each test has its own published product."""
    name = "book-" + request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    platform.add_products(name)
    _publish(platform, name)
    return name


def _publish(platform, name):
    completed = platform.catalog("publish", name)
    assert completed.returncode == 0, completed.stdout + completed.stderr


def _launch(platform, product, name, *more):
    completed = platform.catalog("provision", product, "--name", name, *IN_SPOKE, "--json", *more)
    assert completed.returncode == 0, completed.stderr
    return json.loads(completed.stdout)


def _provisioned_product(estate, name) -> dict[str, Any]:
    lead = estate.aws("servicecatalog", estate.spoke, "technical-lead")
    rows = lead.search_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"}, PageSize=100)
    return next((row for row in rows["ProvisionedProducts"] if row["Name"] == name), {})


def _parameter_value(estate, name) -> str:
    ssm = estate.aws("ssm", estate.spoke)
    return str(ssm.get_parameter(Name=name)["Parameter"]["Value"])


@pytest.mark.slow  # `make demo`, which .ci/run runs, asserts this too
def test_a_launch_runs_in_the_spoke_and_prints_its_outputs(platform, estate, product):
    launch = _launch(platform, product, "launched", "--param", "Pages=42")

    assert _parameter_value(estate, launch["outputs"]["Name"]) == "42 pages"
    assert _provisioned_product(estate, "launched")["Status"] == "AVAILABLE"
    assert estate.aws("cloudformation", HUB_ACCOUNT).describe_stacks()["Stacks"] == []


@pytest.mark.slow  # `make demo`, which .ci/run runs, asserts this too
def test_an_upgrade_keeps_given_values_and_physical_ids(platform, estate, product):
    launch = _launch(platform, product, "upgraded", "--version", "1.0.0", "--param", "Pages=42")
    platform.release_products(product)
    _publish(platform, product)

    completed = platform.catalog("upgrade", "upgraded", *IN_SPOKE, "--json")
    again = platform.catalog("upgrade", "upgraded", *IN_SPOKE)

    assert json.loads(completed.stdout) == [{"name": "upgraded", "product": product, "version": "1.0.0", "to": "1.1.0"}]
    assert (
        _provisioned_product(estate, "upgraded")["ProvisioningArtifactName"],
        _parameter_value(estate, launch["outputs"]["Name"]),
    ) == (
        "1.1.0",
        "42 pages",
    )
    assert "nothing to do" in again.stdout


@pytest.mark.slow  # `make demo`, which .ci/run runs, asserts this too
def test_a_failed_upgrade_is_tainted_and_reports_the_reason(platform, estate, product):
    launch = _launch(platform, product, "tainted")
    platform.release_products(product, old=GIVE, new=BEYOND_THE_ROLE)
    _publish(platform, product)

    completed = platform.catalog("upgrade", "tainted", *IN_SPOKE)

    assert completed.returncode == 3
    assert "TAINTED" in completed.stderr
    assert "Refused (AWS::IAM::ManagedPolicy) CREATE_FAILED" in completed.stderr
    assert "Traceback" not in completed.stderr
    assert _parameter_value(estate, launch["outputs"]["Name"]) == "10 pages"


def test_a_failed_launch_reports_the_reason_and_can_be_terminated(platform, estate, product):
    platform.release_products(product, old=GIVE, new=BEYOND_THE_ROLE)
    _publish(platform, product)

    failed = platform.catalog("provision", product, "--name", "stillborn", *IN_SPOKE)
    ended = platform.catalog("terminate", "stillborn", *IN_SPOKE)

    assert failed.returncode == 3
    assert "Refused (AWS::IAM::ManagedPolicy) CREATE_FAILED" in failed.stderr
    assert (ended.returncode, _provisioned_product(estate, "stillborn")) == (0, {})


@pytest.mark.control(46)
@pytest.mark.slow  # `make demo`, which .ci/run runs, asserts this too
def test_a_retired_version_cannot_be_launched_and_keeps_running(platform, estate, product):
    launch = _launch(platform, product, "old-hand")
    platform.release_products(product)
    _publish(platform, product)

    retired = platform.catalog("retire", product, "1.0.0")
    refused = platform.catalog("provision", product, "--version", "1.0.0", "--name", "too-late", *IN_SPOKE)

    assert retired.returncode == 0, retired.stderr
    assert (refused.returncode, _provisioned_product(estate, "too-late")) == (1, {})
    assert "1.0.0 cannot be launched; versions that can: 1.1.0" in refused.stderr
    assert _parameter_value(estate, launch["outputs"]["Name"]) == "10 pages"


@pytest.mark.control(46)
def test_a_version_in_use_is_not_deleted(platform, estate, product):
    _launch(platform, product, "clinging")
    platform.release_products(product)
    _publish(platform, product)

    refused = platform.catalog("retire", product, "1.0.0", "--delete")
    platform.catalog("terminate", "clinging", *IN_SPOKE)
    deleted = platform.catalog("retire", product, "1.0.0", "--delete")
    published = platform.catalog("publish", product, "--thorough")
    verified = platform.catalog("verify", product)

    assert (refused.returncode, deleted.returncode) == (1, 0), deleted.stderr
    assert f"{SPOKE} (eu-west-2): 'clinging' runs {product} 1.0.0" in refused.stderr
    assert [version for version, *_ in estate.product(product)["versions"]] == ["1.1.0"]
    assert "nothing to do" in published.stdout
    assert verified.returncode == 0, verified.stdout


def test_the_declared_version_is_not_retired_by_accident(platform, estate, product):
    refused = platform.catalog("retire", product, "1.0.0")

    assert refused.returncode == 1
    assert "declares 1.0.0; declare and publish another version first, or retire it with --force" in refused.stderr
    assert estate.product(product)["versions"][0][2] is True


def test_the_inventory_shows_outdated_products_and_names_accounts_it_cannot_read(platform, estate, product):
    _launch(platform, product, "listed")
    platform.release_products(product)
    _publish(platform, product)
    estate.aws("organizations").create_account(AccountName="fresh", Email="fresh@bank.example")

    completed = platform.catalog("inventory", "--product", product, "--json")

    [row] = json.loads(completed.stdout)
    assert (row["account_name"], row["name"], row["version"], row["latest"]) == (SPOKE, "listed", "1.0.0", "1.1.0")
    assert "role/technical-lead" in row["who"]
    assert any(line.startswith("fresh (") for line in completed.stderr.splitlines())


def test_every_outdated_product_is_upgraded_at_once(platform, estate, product):
    for name in ("many-1", "many-2"):
        _launch(platform, product, name)
    platform.release_products(product)
    _publish(platform, product)

    completed = platform.catalog("upgrade", "--all", *IN_SPOKE, "--json")

    assert {upgrade["name"] for upgrade in json.loads(completed.stdout)} >= {"many-1", "many-2"}
    assert {_provisioned_product(estate, name)["ProvisioningArtifactName"] for name in ("many-1", "many-2")} == {
        "1.1.0"
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("provision", "no-such", "--name", "x", *IN_SPOKE), "technical-lead sees no product 'no-such'"),
        (("provision", "no-such", "--name", "x", "--account", "credit-risk-devlopment"), f"did you mean '{SPOKE}'?"),
        (("provision", "no-such", "--name", "x", *IN_SPOKE, "--param", "Pages"), "--param Pages: is not KEY=VALUE"),
        (("terminate", "no-such", *IN_SPOKE), "there is no provisioned product 'no-such'"),
        (("upgrade", "no-such", *IN_SPOKE, "--region", "eu-west-9"), "--region eu-west-9: the platform is not there"),
        (("upgrade", *IN_SPOKE), "name one provisioned product, or give --all alone"),
    ],
)
def test_a_wrong_name_is_one_message(platform, arguments, message):
    completed = platform.catalog(*arguments)

    assert completed.returncode == 1
    assert message in completed.stderr
    assert len(completed.stderr.splitlines()) == 1
