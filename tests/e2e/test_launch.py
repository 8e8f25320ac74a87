"""Launch, upgrade, failure, retirement, inventory and end, through the command line and read back with boto3."""

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
def shelf(platform, request) -> str:
    """A published product of its own for each test."""
    name = "book-" + request.node.name.removeprefix("test_").replace("_", "-")[:40].strip("-")
    platform.publishes(name)
    _published(platform, name)
    return name


def _published(platform, name):
    done = platform.catalog("publish", name)
    assert done.returncode == 0, done.stdout + done.stderr


def _launched(platform, product, name, *more):
    done = platform.catalog("provision", product, "--name", name, *IN_SPOKE, "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _found(world, name) -> dict[str, Any]:
    lead = world.aws("servicecatalog", world.spoke, "technical-lead")
    rows = lead.search_provisioned_products(AccessLevelFilter={"Key": "Account", "Value": "self"}, PageSize=100)
    return next((it for it in rows["ProvisionedProducts"] if it["Name"] == name), {})


def _note(world, name) -> str:
    ssm = world.aws("ssm", world.spoke)
    return str(ssm.get_parameter(Name=name)["Parameter"]["Value"])


@pytest.mark.slow  # the demo, which `make test` plays, tells it too
def test_a_launch_runs_in_the_spoke_and_prints_its_outputs(platform, world, shelf):
    made = _launched(platform, shelf, "launched", "--param", "Pages=42")

    assert _note(world, made["outputs"]["Name"]) == "42 pages"
    assert _found(world, "launched")["Status"] == "AVAILABLE"
    assert world.aws("cloudformation", HUB_ACCOUNT).describe_stacks()["Stacks"] == []


@pytest.mark.slow  # the demo, which `make test` plays, tells it too
def test_an_upgrade_keeps_given_values_and_physical_ids(platform, world, shelf):
    made = _launched(platform, shelf, "upgraded", "--version", "1.0.0", "--param", "Pages=42")
    platform.release_of(shelf)
    _published(platform, shelf)

    done = platform.catalog("upgrade", "upgraded", *IN_SPOKE, "--json")
    again = platform.catalog("upgrade", "upgraded", *IN_SPOKE)

    assert json.loads(done.stdout) == [{"name": "upgraded", "product": shelf, "version": "1.0.0", "to": "1.1.0"}]
    assert (_found(world, "upgraded")["ProvisioningArtifactName"], _note(world, made["outputs"]["Name"])) == (
        "1.1.0",
        "42 pages",
    )
    assert "nothing to do" in again.stdout


@pytest.mark.slow  # the demo, which `make test` plays, tells it too
def test_a_failed_upgrade_is_tainted_and_tells_the_reason(platform, world, shelf):
    made = _launched(platform, shelf, "tainted")
    platform.release_of(shelf, old=GIVE, new=BEYOND_THE_ROLE)
    _published(platform, shelf)

    done = platform.catalog("upgrade", "tainted", *IN_SPOKE)

    assert done.returncode == 3
    assert "TAINTED" in done.stderr
    assert "Refused (AWS::IAM::ManagedPolicy) CREATE_FAILED" in done.stderr
    assert "Traceback" not in done.stderr
    assert _note(world, made["outputs"]["Name"]) == "10 pages"


def test_a_failed_launch_tells_the_reason_and_can_be_terminated(platform, world, shelf):
    platform.release_of(shelf, old=GIVE, new=BEYOND_THE_ROLE)
    _published(platform, shelf)

    failed = platform.catalog("provision", shelf, "--name", "stillborn", *IN_SPOKE)
    ended = platform.catalog("terminate", "stillborn", *IN_SPOKE)

    assert failed.returncode == 3
    assert "Refused (AWS::IAM::ManagedPolicy) CREATE_FAILED" in failed.stderr
    assert (ended.returncode, _found(world, "stillborn")) == (0, {})


@pytest.mark.control(46)
@pytest.mark.slow  # the demo, which `make test` plays, tells it too
def test_a_retired_version_cannot_be_launched_and_goes_on_running(platform, world, shelf):
    made = _launched(platform, shelf, "old-hand")
    platform.release_of(shelf)
    _published(platform, shelf)

    retired = platform.catalog("retire", shelf, "1.0.0")
    launch = platform.catalog("provision", shelf, "--version", "1.0.0", "--name", "too-late", *IN_SPOKE)

    assert retired.returncode == 0, retired.stderr
    assert (launch.returncode, _found(world, "too-late")) == (1, {})
    assert "1.0.0 cannot be launched; versions that can: 1.1.0" in launch.stderr
    assert _note(world, made["outputs"]["Name"]) == "10 pages"


@pytest.mark.control(46)
def test_a_version_in_use_is_not_deleted(platform, world, shelf):
    _launched(platform, shelf, "clinging")
    platform.release_of(shelf)
    _published(platform, shelf)

    refused = platform.catalog("retire", shelf, "1.0.0", "--delete")
    platform.catalog("terminate", "clinging", *IN_SPOKE)
    deleted = platform.catalog("retire", shelf, "1.0.0", "--delete")
    published = platform.catalog("publish", shelf, "--thorough")
    verified = platform.catalog("verify", shelf)

    assert (refused.returncode, deleted.returncode) == (1, 0), deleted.stderr
    assert f"{SPOKE} (eu-west-2): 'clinging' runs {shelf} 1.0.0" in refused.stderr
    assert [version for version, *_ in world.product(shelf)["versions"]] == ["1.1.0"]
    assert "nothing to do" in published.stdout
    assert verified.returncode == 0, verified.stdout


def test_the_declared_version_is_not_retired_by_accident(platform, world, shelf):
    refused = platform.catalog("retire", shelf, "1.0.0")

    assert refused.returncode == 1
    assert "declares 1.0.0; declare and publish another version first, or retire it with --force" in refused.stderr
    assert world.product(shelf)["versions"][0][2] is True


def test_the_inventory_says_who_is_behind_and_names_accounts_it_cannot_read(platform, world, shelf):
    _launched(platform, shelf, "listed")
    platform.release_of(shelf)
    _published(platform, shelf)
    world.aws("organizations").create_account(AccountName="fresh", Email="fresh@bank.example")

    done = platform.catalog("inventory", "--product", shelf, "--json")

    [row] = json.loads(done.stdout)
    assert (row["account_name"], row["name"], row["version"], row["latest"]) == (SPOKE, "listed", "1.0.0", "1.1.0")
    assert "role/technical-lead" in row["who"]
    assert any(line.startswith("fresh (") for line in done.stderr.splitlines())


def test_everything_that_is_behind_is_upgraded_at_once(platform, world, shelf):
    for name in ("many-1", "many-2"):
        _launched(platform, shelf, name)
    platform.release_of(shelf)
    _published(platform, shelf)

    done = platform.catalog("upgrade", "--all", *IN_SPOKE, "--json")

    assert {it["name"] for it in json.loads(done.stdout)} >= {"many-1", "many-2"}
    assert {_found(world, name)["ProvisioningArtifactName"] for name in ("many-1", "many-2")} == {"1.1.0"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("provision", "no-such", "--name", "x", *IN_SPOKE), "technical-lead sees no product 'no-such'"),
        (("provision", "no-such", "--name", "x", "--account", "credit-risk-devlopment"), f"did you mean '{SPOKE}'?"),
        (("provision", "no-such", "--name", "x", *IN_SPOKE, "--param", "Pages"), "--param Pages: is not KEY=VALUE"),
        (("terminate", "no-such", *IN_SPOKE), "there is no provisioned product 'no-such'"),
        (("upgrade", "no-such", *IN_SPOKE, "--region", "eu-west-9"), "--region eu-west-9: the platform is not there"),
        (("upgrade", *IN_SPOKE), "name one provisioned product, or give --all alone"),
    ],
)
def test_what_was_named_wrongly_is_one_message(platform, words, message):
    done = platform.catalog(*words)

    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
