"""Flow logs record the network."""

from generators.terraform_checks.check import Answers, Check, CheckContext, absent, must_be
from generators.terraform_checks.plan import Plan, Resource


class FlowLogsEnabled(Check):
    """Who talked to whom, and who was refused, is what an investigation starts from.

    Control 58 [EC2.6]. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """

    types = ("aws_vpc",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """A flow log of the whole network, of what was accepted and of what was rejected."""
        logs = plan.beside(resource, "aws_flow_log", "vpc_id")
        if not logs:
            yield absent(plan, "aws_flow_log", "vpc_id")
        for log in logs:
            yield from must_be(log, ("traffic_type",), "ALL")
