"""Portfolios are shared with the organisation's units only."""

import re

from generators.terraform_checks.check import Answers, Check, CheckContext, must_be, undecided, wrong
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource

_UNIT = re.compile(r"(arn:aws[\w-]*:organizations::\d{12}:ou/o-[a-z0-9]+/)?ou-[a-z0-9-]+")  # AWS tells the id alone
_UNITS = "aws_organizations_organizational_unit"


class PortfolioSharedWithOrganizationalUnits(Check):
    """A share to a unit reaches its accounts and ends with their membership; one to an account outlives it.

    Control 37. https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html
    """

    types = ("aws_servicecatalog_portfolio_share",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """To whom it goes, and that their users may use it."""
        yield from must_be(resource, ("type",), "ORGANIZATIONAL_UNIT")
        yield from must_be(resource, ("share_principals",), True)
        unit = resource.at("principal_id")
        if unit is UNKNOWN:
            if not plan.refers(resource, "principal_id", _UNITS):
                yield undecided("principal_id")
        elif not _UNIT.fullmatch(str(unit)):
            yield wrong(f"principal_id is {unit}; give it the ARN of an organisational unit")
