"""Default security groups."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, missing
from generators.terraform_checks.model.plan import Plan, Resource

_GROUP = "aws_default_security_group"


class DefaultSecurityGroupIsClosed(Check):
    """Expect an aws_default_security_group without rules for the VPC."""

    id = "default-security-group-is-closed"
    shortdesc = "Default security groups must have no rules."
    description = (
        "Resources without a security group get the default one. The provider removes rules that the configuration "
        "omits."
    )
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html"
    controls = (59,)
    security_hub_ids = ("EC2.2",)
    types = ("aws_vpc",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        groups = plan.referring(resource, _GROUP, "vpc_id")
        if not groups:
            yield missing(plan, _GROUP, "vpc_id")
        for group in groups:
            for direction in ("ingress", "egress"):
                if group.at(direction):
                    yield fail(f"{group.address} has rules under {direction}; leave them out")
