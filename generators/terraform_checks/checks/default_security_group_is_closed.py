"""The default security group lets nothing through."""

from generators.terraform_checks.check import Answers, Check, CheckContext, absent, wrong
from generators.terraform_checks.plan import Plan, Resource

_GROUP = "aws_default_security_group"


class DefaultSecurityGroupIsClosed(Check):
    """What names no group gets the default one. The provider takes away every rule that nobody wrote.

    Control 59 [EC2.2]. https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """

    types = ("aws_vpc",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """The network's default group is taken over and has no rule."""
        groups = plan.beside(resource, _GROUP, "vpc_id")
        if not groups:
            yield absent(plan, _GROUP, "vpc_id")
        for group in groups:
            for way in ("ingress", "egress"):
                if group.at(way):
                    yield wrong(f"{group.address} has rules under {way}; leave them out")
