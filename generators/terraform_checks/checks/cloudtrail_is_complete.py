"""Settings of CloudTrail trails."""

from generators.terraform_checks.model.check import (
    Check,
    CheckContext,
    CheckResults,
    require_customer_key,
    require_value,
)
from generators.terraform_checks.model.plan import Plan, Resource

_SETTINGS = (
    "enable_log_file_validation",
    "enable_logging",
    "include_global_service_events",
    "is_multi_region_trail",
)


class CloudtrailIsComplete(Check):
    """Check settings and key."""

    id = "cloudtrail-is-complete"
    shortdesc = "Trails must cover every region, validate log files and be encrypted."
    description = "A trail that omits a region or can be changed unnoticed proves nothing."
    source_url = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html"
    controls = (68,)
    security_hub_ids = ("CloudTrail.1", "CloudTrail.2", "CloudTrail.4")
    types = ("aws_cloudtrail",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        for setting in _SETTINGS:
            yield from require_value(resource, (setting,), True)
        yield from require_customer_key(resource, plan, "kms_key_id")
