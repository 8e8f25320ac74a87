"""Team files of a small repository: the accounts that they request, and the files that are refused."""

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
def files(tmp_path):
    """The platform's settings and IP allocations, the existing team, and a second one."""
    for name in ("platform.yaml", "ip_allocations.yaml", "accounts/credit-risk.yaml"):
        target = tmp_path / "terraform" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "terraform" / name, target)
    copy = Repository(tmp_path)
    copy.write(FILE, TEAM)
    return copy


def problems(files):
    with pytest.raises(UserError) as caught:
        account_requests.read(files.root)
    return caught.value.problems


def customize(files, text):
    files.write(FILE, TEAM + "customizations:\n" + text)


def settings(files):
    [team] = [team for team in account_requests.read(files.root).teams if team.name == "fraud"]
    return {environment: values["log_retention_days"] for environment, values in team.settings.items()}


def test_a_team_file_requests_three_accounts_with_a_quarter_of_its_block_each(files):
    requests = account_requests.read(files.root)
    blocks = {account.name: requests.cidr_block(account, "eu-west-2") for account in requests.select("fraud")}
    assert blocks == {
        "fraud-development": "10.20.16.0/22",
        "fraud-pre-production": "10.20.20.0/22",
        "fraud-production": "10.20.24.0/22",
    }


def test_the_organisation_gets_every_account_with_its_address_and_unit(files):
    accounts = account_requests.read(files.root).organization()
    assert len(accounts) == 6
    assert accounts["fraud-production"] == {"email": "fraud-production@bank.example", "unit": "production"}


def test_one_account_is_selected_by_its_name(files):
    assert [account.name for account in account_requests.read(files.root).select("fraud-development")] == [
        "fraud-development"
    ]


def test_the_most_specific_setting_wins(files):
    customize(
        files,
        "  global: {log_retention_days: 180}\n"
        "  environments: {pre-production: {log_retention_days: 365}, production: {log_retention_days: 365}}\n"
        "  accounts: {fraud-development: {log_retention_days: 30}}\n",
    )
    assert settings(files) == {"development": 30, "pre-production": 365, "production": 365}


def test_pre_production_mirrors_production(files):
    customize(files, "  environments: {production: {availability_zones: 3}}\n")
    [problem] = problems(files)
    assert problem.startswith(
        f"{FILE}:10: availability_zones is 2 in pre-production and 3 in production; make them equal"
    )


def test_a_declared_exception_may_differ_between_pre_production_and_production(files):
    customize(files, "  environments: {production: {budget_alert_percent: 60}}\n")
    assert account_requests.read(files.root).select("fraud")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
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
def test_a_mistake_in_a_team_file_is_reported_with_line_and_fix(files, old, new, line, message):
    files.edit(FILE, old, new)
    lines = problems(files)
    assert any(problem.startswith(f"{FILE}:{line}: ") and message in problem for problem in lines), lines


def test_the_problems_of_every_file_are_reported_together(files):
    files.edit(FILE, "[data-science]", "[data]")
    files.edit("terraform/accounts/credit-risk.yaml", "[eu-west-2]", "[mars-1]")
    assert {problem.split(":")[0] for problem in problems(files)} == {FILE, "terraform/accounts/credit-risk.yaml"}


def test_two_teams_whose_accounts_would_share_a_name_are_problems(files):
    files.write("terraform/accounts/fraud-pre.yaml", TEAM.replace("team: fraud", "team: fraud-pre"))
    lines = problems(files)
    assert len(lines) == 2
    assert all("fraud-pre-production" in problem and "rename the team" in problem for problem in lines)


def test_a_removed_file_destroys_nothing_and_gives_a_warning(files):
    ip_allocation.write(files.root, account_requests.read(files.root).allocations)
    files.path(FILE).unlink()
    requests = account_requests.read(files.root)

    assert "fraud-production" in requests.organization()
    [warning] = requests.warnings
    assert warning.startswith(f"{FILE} is gone but its accounts are not; nothing is destroyed")
    assert "make decommission TEAM=fraud" in warning


def test_a_renamed_team_is_problems(files):
    ip_allocation.write(files.root, account_requests.read(files.root).allocations)
    files.path(FILE).unlink()
    files.write("terraform/accounts/crime.yaml", TEAM.replace("team: fraud", "team: crime"))
    [problem] = problems(files)
    assert problem.startswith("terraform/accounts/crime.yaml:1: team 'crime' is new while the file of fraud is gone")
    assert "accounts cannot be renamed" in problem


def test_two_branches_that_were_given_the_same_block_are_refused_with_the_line(files):
    files.write("terraform/ip_allocations.yaml", "credit-risk: 10.20.0.0/20\nfraud: 10.20.8.0/21\n")
    [problem] = problems(files)
    assert problem.startswith("terraform/ip_allocations.yaml:2: fraud 10.20.8.0/21 overlaps credit-risk 10.20.0.0/20")


def test_allocations_are_read_back_as_written_and_written_once(files):
    allocations = account_requests.read(files.root).allocations
    assert ip_allocation.write(files.root, allocations)
    assert ip_allocation.read(files.root) == allocations
    assert not ip_allocation.write(files.root, allocations)


def test_decommissioned_accounts_are_suspended_then_left_out(files):
    requests = account_requests.read(files.root)
    assert requests.organization(suspended="fraud")["fraud-production"]["unit"] == "suspended"
    assert requests.organization(suspended="fraud")["credit-risk-production"]["unit"] == "production"
    assert not [name for name in requests.organization(without="fraud") if name.startswith("fraud-")]


def test_an_unknown_team_is_refused_with_the_nearest_name(files):
    with pytest.raises(UserError, match=r"TEAM=frauds: .* did you mean 'fraud'"):
        account_requests.read(files.root).select("frauds")
