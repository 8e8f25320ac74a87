"""VPC flow logs."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, missing, require_value
from generators.terraform_checks.model.plan import Plan, Resource


class FlowLogsEnabled(Check):
    """Expect a flow log of the VPC for accepted and rejected traffic."""

    id = "flow-logs-enabled"
    shortdesc = "VPCs must have flow logs of all traffic."
    description = "An investigation starts from accepted and rejected connections."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
    controls = (58,)
    security_hub_ids = ("EC2.6",)
    types = ("aws_vpc",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        logs = plan.referring(resource, "aws_flow_log", "vpc_id")
        if not logs:
            yield missing(plan, "aws_flow_log", "vpc_id")
        for log in logs:
            yield from require_value(log, ("traffic_type",), "ALL")
