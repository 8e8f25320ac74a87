"""Shares of Service Catalog portfolios."""

import re

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, require_value, unknown
from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource

_UNIT = re.compile(r"(arn:aws[\w-]*:organizations::\d{12}:ou/o-[a-z0-9]+/)?ou-[a-z0-9-]+")  # AWS returns the id alone
_UNITS = "aws_organizations_organizational_unit"


class PortfolioSharedWithOrganizationalUnits(Check):
    """Check the recipient, and that users of the recipient can use the share."""

    id = "portfolio-shared-with-organizational-units"
    shortdesc = "Portfolios must be shared with organizational units only."
    description = "A share with a unit ends when an account leaves the unit; a share with an account does not."
    source_url = "https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html"
    controls = (37,)
    security_hub_ids = ()
    types = ("aws_servicecatalog_portfolio_share",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        yield from require_value(resource, ("type",), "ORGANIZATIONAL_UNIT")
        yield from require_value(resource, ("share_principals",), True)
        unit = resource.at("principal_id")
        if unit is UNKNOWN:
            if not plan.has_reference(resource, "principal_id", _UNITS):
                yield unknown("principal_id")
        elif not _UNIT.fullmatch(str(unit)):
            yield fail(f"principal_id is {unit}; give it the ARN of an organisational unit")
