"""Steps with a second team: vended while the first team works, changed by hand, repaired, decommissioned."""

from __future__ import annotations

from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, PROFILE, SECOND_SPOKE, SECOND_TEAM, STUDIO, DemoState, team_accounts

_TEAM_FILE = """\
# yaml-language-server: $schema=../../generators/config/schemas/team.schema.json
team: fraud
owner: fraud@bank.example
cost_centre: CC-2077
regions: [eu-west-2]
portfolios: [data-science]
budget: 3000
people:
  technical-lead: [fraud-leads]
  model-approver: [fraud-approvers]
"""


def request_accounts(state: DemoState) -> str:
    """Write the team file, the only file that the platform team writes, and vend in the background."""
    file = commands.CHECKOUT / "terraform" / "accounts" / f"{SECOND_TEAM}.yaml"
    file.write_text(_TEAM_FILE, encoding="utf-8")
    state.second_team_vending = commands.start_vending("team", SECOND_SPOKE)
    lines = len(_TEAM_FILE.splitlines())
    return f"{file.name}, {lines} lines; its development account is vended while the first team works"


def see_catalogue(state: DemoState) -> str:
    """The accounts exist, and the technical lead sees the catalogue without a further call."""
    assert state.second_team_vending is not None
    commands.wait_for(state.second_team_vending)
    aws_reader.accounts.cache_clear()
    accounts = set(aws_reader.accounts())
    require(team_accounts(SECOND_TEAM) <= accounts, f"accounts: {sorted(accounts)}")
    views = aws_reader.client("servicecatalog", SECOND_SPOKE, LEAD).search_products()["ProductViewSummaries"]
    products = {view["Name"] for view in views}
    require({STUDIO, PROFILE} <= products, f"the second team's lead sees {sorted(products)}")
    _require_no_account_shares()
    names = ", ".join(sorted(products))
    return f"three accounts; the lead of {SECOND_SPOKE} sees {names} through the share with the unit alone"


def _require_no_account_shares() -> None:
    catalog = aws_reader.client("servicecatalog", HUB)
    for portfolio in catalog.list_portfolios()["PortfolioDetails"]:
        response = catalog.describe_portfolio_shares(PortfolioId=portfolio["Id"], Type="ACCOUNT")
        shares = response["PortfolioShareDetails"]
        require(not shares, f"{portfolio['DisplayName']} is shared with single accounts: {shares}")


def drift(_: DemoState) -> str:
    """An administrator stops the audit trail by hand, and drift detection reports it."""
    cloudtrail = aws_reader.client("cloudtrail", SECOND_SPOKE)
    [trail] = cloudtrail.describe_trails()["trailList"]
    cloudtrail.stop_logging(Name=trail["TrailARN"])
    [result] = commands.vend("drift", SECOND_SPOKE, "--json", expected_code=2).json
    require((result["part"], result["result"]) == (SECOND_SPOKE, "drifted"), f"drift reports: {result}")
    return f"{trail['Name']} was stopped by hand; drift: {result['part']}: {result['detail']}"


def repair(_: DemoState) -> str:
    """Applying the account's Terraform starts the audit trail again."""
    commands.vend("apply", "spoke", "--account", SECOND_SPOKE)
    cloudtrail = aws_reader.client("cloudtrail", SECOND_SPOKE)
    [trail] = cloudtrail.describe_trails()["trailList"]
    require(cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"], f"{trail['Name']} still does not log")
    return f"{trail['Name']} records again"


def decommission(_: DemoState) -> str:
    """Close the team's accounts; the team file and the addresses are removed."""
    commands.vend("decommission", SECOND_TEAM)
    active = team_accounts(SECOND_TEAM) & aws_reader.active_accounts()
    require(not active, f"accounts that are still active: {', '.join(sorted(active))}")
    return f"closed: {', '.join(sorted(team_accounts(SECOND_TEAM)))}"
