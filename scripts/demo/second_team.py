"""A second team: vended while the first one works, changed behind the platform's back, put right again."""

from __future__ import annotations

from scripts.demo import aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, PROFILE, SECOND, STUDIO, DemoState

_FILE = """\
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


def ask(world: DemoState) -> str:
    """One file is all that the platform team writes."""
    file = commands.CHECKOUT / "terraform" / "accounts" / "fraud.yaml"
    file.write_text(_FILE, encoding="utf-8")
    world.vending = commands.begin_vending("team", SECOND)
    return f"{file.name}, {len(_FILE.splitlines())} lines; its development account is vended while the first team works"


def catalogue_at_once(world: DemoState) -> str:
    """The accounts are there, and whoever leads the team sees the catalogue without any call for it."""
    assert world.vending is not None
    commands.ended(world.vending)
    aws_reader.accounts.cache_clear()
    wanted = {f"fraud-{stage}" for stage in ("development", "pre-production", "production")}
    require(wanted <= set(aws_reader.accounts()), f"accounts: {sorted(aws_reader.accounts())}")
    views = aws_reader.client("servicecatalog", SECOND, LEAD).search_products()["ProductViewSummaries"]
    seen = {view["Name"] for view in views}
    require({STUDIO, PROFILE} <= seen, f"the second team's lead sees {sorted(seen)}")
    catalog = aws_reader.client("servicecatalog", HUB)
    for portfolio in catalog.list_portfolios()["PortfolioDetails"]:
        named = catalog.describe_portfolio_shares(PortfolioId=portfolio["Id"], Type="ACCOUNT")["PortfolioShareDetails"]
        require(not named, f"{portfolio['DisplayName']} is shared with accounts by name: {named}")
    return f"three accounts; the lead of {SECOND} sees {', '.join(sorted(seen))} through the unit's share alone"


def drift(_: DemoState) -> str:
    """Somebody with the rights to do so stops the audit trail."""
    cloudtrail = aws_reader.client("cloudtrail", SECOND)
    [trail] = cloudtrail.describe_trails()["trailList"]
    cloudtrail.stop_logging(Name=trail["TrailARN"])
    [found] = commands.vend("drift", SECOND, "--json", expect=2).json
    require((found["part"], found["result"]) == (SECOND, "drifted"), f"drift says: {found}")
    return f"{trail['Name']} was stopped by hand; drift: {found['part']}: {found['detail']}"


def repair(_: DemoState) -> str:
    """The account is what its Terraform says again."""
    commands.vend("team", SECOND, "--refresh")
    cloudtrail = aws_reader.client("cloudtrail", SECOND)
    [trail] = cloudtrail.describe_trails()["trailList"]
    require(cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"], f"{trail['Name']} still does not log")
    return f"{trail['Name']} records again"
