"""Team files of a small repository: what they ask for together, and what is refused before anything is done."""

import shutil

import pytest

from generators.accounts import account_requests, ip_allocation
from generators.errors import UserError
from tests.unit.conftest import REPOSITORY, Repository

TEAM = """\
team: fraud
owner: fraud@bank.example
cost_centre: CC-2001
regions: [eu-west-2]
portfolios: [data-science]
budget: 4000
people:
  technical-lead: [fraud-leads]
  model-approver: [fraud-approvers]
"""
FILE = "terraform/accounts/fraud.yaml"


@pytest.fixture
def estate(tmp_path):
    """The platform's facts and book, the team that is there already, and a second one."""
    for name in ("platform.yaml", "ip_allocations.yaml", "accounts/credit-risk.yaml"):
        target = tmp_path / "terraform" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "terraform" / name, target)
    made = Repository(tmp_path)
    made.write(FILE, TEAM)
    return made


def refused(estate):
    with pytest.raises(UserError) as caught:
        account_requests.read(estate.root)
    return caught.value.problems


def customised(estate, text):
    estate.write(FILE, TEAM + "customizations:\n" + text)


def settings(estate):
    [team] = [it for it in account_requests.read(estate.root).teams if it.name == "fraud"]
    return {environment: values["log_retention_days"] for environment, values in team.settings.items()}


def test_a_team_file_asks_for_three_accounts_with_a_quarter_of_its_block_each(estate):
    asked = account_requests.read(estate.root)
    blocks = {it.name: asked.address_block(it, "eu-west-2") for it in asked.of("fraud")}
    assert blocks == {
        "fraud-development": "10.20.16.0/22",
        "fraud-pre-production": "10.20.20.0/22",
        "fraud-production": "10.20.24.0/22",
    }


def test_the_organisation_gets_every_account_with_its_address_and_unit(estate):
    wanted = account_requests.read(estate.root).organization()
    assert len(wanted) == 6
    assert wanted["fraud-production"] == {"email": "fraud-production@bank.example", "unit": "production"}


def test_one_account_can_be_asked_for_by_its_name(estate):
    assert [it.name for it in account_requests.read(estate.root).of("fraud-development")] == ["fraud-development"]


def test_the_most_particular_setting_counts(estate):
    customised(
        estate,
        "  global: {log_retention_days: 180}\n"
        "  environments: {pre-production: {log_retention_days: 365}, production: {log_retention_days: 365}}\n"
        "  accounts: {fraud-development: {log_retention_days: 30}}\n",
    )
    assert settings(estate) == {"development": 30, "pre-production": 365, "production": 365}


def test_pre_production_mirrors_production(estate):
    customised(estate, "  environments: {production: {availability_zones: 3}}\n")
    [told] = refused(estate)
    assert told.startswith(f"{FILE}:10: availability_zones is 2 in pre-production and 3 in production; make them equal")


def test_a_declared_exception_may_differ_between_pre_production_and_production(estate):
    customised(estate, "  environments: {production: {budget_alert_percent: 60}}\n")
    assert account_requests.read(estate.root).of("fraud")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("[eu-west-2]", "[eu-west-9]", 4, "unknown region 'eu-west-9'; did you mean 'eu-west-2'?"),
        ("[data-science]", "[data-sience]", 5, "unknown portfolio 'data-sience'; did you mean 'data-science'?"),
        ("[fraud-leads]", "[fraud-leds]", 8, "unknown group 'fraud-leds'; did you mean 'fraud-leads'?"),
        ("fraud-approvers", "fraud-aprovers", 9, "unknown group 'fraud-aprovers'; did you mean 'fraud-approvers'?"),
        ("budget: 4000", "budjet: 4000", 6, "unknown key 'budjet'; did you mean 'budget'?"),
        ("team: fraud\n", "team: fraud_team\n", 1, "'team: fraud_team' does not fit"),
        ("team: fraud\n", "team: frauds\n", 1, "team 'frauds' lives in fraud.yaml; make the two equal"),
        ("budget: 4000", "budget: 4000\nbudget: 1", 7, "duplicate key 'budget' (first in line 6)"),
        ("owner: fraud@bank.example", "owner: fraud: @bank", 2, "not valid YAML"),
        (
            "people:\n",
            "people:\n  developer: [fraud-leads]\n",
            8,
            "unknown key 'developer'; use one of: model-approver,",
        ),
        (
            "budget: 4000",
            "budget: 4000\ncustomizations: {global: {availability_zone: 3}}",
            7,
            "unknown key 'availability_zone'; did you mean 'availability_zones'?",
        ),
        (
            "budget: 4000",
            "budget: 4000\ncustomizations: {environments: {productions: {availability_zones: 3}}}",
            7,
            "unknown environment 'productions'; did you mean 'production'?",
        ),
        (
            "budget: 4000",
            "budget: 4000\ncustomizations: {global: {availability_zones: three}}",
            7,
            "'availability_zones: three' does not fit; write availability zones of the network, 2 or 3",
        ),
        (
            "budget: 4000",
            "budget: 4000\ncustomizations: {accounts: {fraud-development: {log_retention_days: 100}}}",
            7,
            "'log_retention_days: 100' does not fit; write days that CloudWatch Logs knows, such as 30, 60, 90",
        ),
    ],
)
def test_what_a_file_says_wrongly_is_told_with_line_and_fix(estate, old, new, line, said):
    estate.edit(FILE, old, new)
    told = refused(estate)
    assert any(it.startswith(f"{FILE}:{line}: ") and said in it for it in told), told


def test_every_file_is_read_before_anything_is_told(estate):
    estate.edit(FILE, "[data-science]", "[data]")
    estate.edit("terraform/accounts/credit-risk.yaml", "[eu-west-2]", "[mars-1]")
    assert {it.split(":")[0] for it in refused(estate)} == {FILE, "terraform/accounts/credit-risk.yaml"}


def test_two_teams_whose_accounts_would_share_a_name_are_refused(estate):
    estate.write("terraform/accounts/fraud-pre.yaml", TEAM.replace("team: fraud", "team: fraud-pre"))
    told = refused(estate)
    assert len(told) == 2
    assert all("fraud-pre-production" in it and "rename the team" in it for it in told)


def test_a_removed_file_destroys_nothing_and_is_told(estate):
    ip_allocation.write(estate.root, account_requests.read(estate.root).book)
    estate.path(FILE).unlink()
    asked = account_requests.read(estate.root)

    assert "fraud-production" in asked.organization()
    [warning] = asked.warnings
    assert warning.startswith(f"{FILE} is gone but its accounts are not; nothing is destroyed")
    assert "make decommission TEAM=fraud" in warning


def test_a_renamed_team_is_refused(estate):
    ip_allocation.write(estate.root, account_requests.read(estate.root).book)
    estate.path(FILE).unlink()
    estate.write("terraform/accounts/crime.yaml", TEAM.replace("team: fraud", "team: crime"))
    [told] = refused(estate)
    assert told.startswith("terraform/accounts/crime.yaml:1: team 'crime' is new while the file of fraud is gone")
    assert "accounts cannot be renamed" in told


def test_two_branches_that_were_given_the_same_block_are_refused_with_the_line(estate):
    estate.write("terraform/ip_allocations.yaml", "credit-risk: 10.20.0.0/20\nfraud: 10.20.8.0/21\n")
    [told] = refused(estate)
    assert told.startswith("terraform/ip_allocations.yaml:2: fraud 10.20.8.0/21 overlaps credit-risk 10.20.0.0/20")


def test_a_written_book_is_read_back_and_written_once(estate):
    book = account_requests.read(estate.root).book
    assert ip_allocation.write(estate.root, book)
    assert ip_allocation.read(estate.root) == book
    assert not ip_allocation.write(estate.root, book)


def test_decommissioned_accounts_are_suspended_then_left_out(estate):
    asked = account_requests.read(estate.root)
    assert asked.organization(suspended="fraud")["fraud-production"]["unit"] == "suspended"
    assert asked.organization(suspended="fraud")["credit-risk-production"]["unit"] == "production"
    assert not [name for name in asked.organization(without="fraud") if name.startswith("fraud-")]


def test_an_unknown_team_is_told_with_the_nearest(estate):
    with pytest.raises(UserError, match=r"TEAM=frauds: .* did you mean 'fraud'"):
        account_requests.read(estate.root).of("frauds")
