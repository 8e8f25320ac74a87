"""A second team: vended while the first one works, changed behind the platform's back, put right again."""

from __future__ import annotations

from scripts.demo import people, witness
from scripts.demo.stage import hold
from scripts.demo.world import HUB, LEAD, PROFILE, SECOND, STUDIO, World

_FILE = """\
# yaml-language-server: $schema=../../generators/catalog/schemas/team.schema.json
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


def ask(world: World) -> str:
    """One file is all that the platform team writes."""
    file = people.CHECKOUT / "terraform" / "accounts" / "fraud.yaml"
    file.write_text(_FILE, encoding="utf-8")
    world.vending = people.begin_vending("team", SECOND)
    return f"{file.name}, {len(_FILE.splitlines())} lines; its development account is vended while the first team works"


def catalogue_at_once(world: World) -> str:
    """The accounts are there, and whoever leads the team sees the catalogue without any call for it."""
    assert world.vending is not None
    people.ended(world.vending)
    witness.accounts.cache_clear()
    wanted = {f"fraud-{stage}" for stage in ("development", "pre-production", "production")}
    hold(wanted <= set(witness.accounts()), f"accounts: {sorted(witness.accounts())}")
    views = witness.client("servicecatalog", SECOND, LEAD).search_products()["ProductViewSummaries"]
    seen = {view["Name"] for view in views}
    hold({STUDIO, PROFILE} <= seen, f"the second team's lead sees {sorted(seen)}")
    catalog = witness.client("servicecatalog", HUB)
    for portfolio in catalog.list_portfolios()["PortfolioDetails"]:
        named = catalog.describe_portfolio_shares(PortfolioId=portfolio["Id"], Type="ACCOUNT")["PortfolioShareDetails"]
        hold(not named, f"{portfolio['DisplayName']} is shared with accounts by name: {named}")
    return f"three accounts; the lead of {SECOND} sees {', '.join(sorted(seen))} through the unit's share alone"


def drift(_: World) -> str:
    """Somebody with the rights to do so stops the audit trail."""
    cloudtrail = witness.client("cloudtrail", SECOND)
    [trail] = cloudtrail.describe_trails()["trailList"]
    cloudtrail.stop_logging(Name=trail["TrailARN"])
    [found] = people.vend("drift", SECOND, "--json", expect=2).json
    hold((found["part"], found["result"]) == (SECOND, "drifted"), f"drift says: {found}")
    return f"{trail['Name']} was stopped by hand; drift: {found['part']}: {found['detail']}"


def repair(_: World) -> str:
    """The account is what its Terraform says again."""
    people.vend("team", SECOND, "--refresh")
    cloudtrail = witness.client("cloudtrail", SECOND)
    [trail] = cloudtrail.describe_trails()["trailList"]
    hold(cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"], f"{trail['Name']} still does not log")
    return f"{trail['Name']} records again"
