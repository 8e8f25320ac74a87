"""AWS Config recorders."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, missing, require_value
from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource

_STATUS = "aws_config_configuration_recorder_status"


class ConfigRecorderEnabled(Check):
    """Check recording group, status and delivery channel."""

    id = "config-recorder-enabled"
    shortdesc = "AWS Config recorders must record all resources, run and deliver to a bucket."
    description = "A recorder that is not started, or has no delivery channel, records nothing."
    source_url = "https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html"
    controls = (69,)
    security_hub_ids = ("Config.1",)
    types = ("aws_config_configuration_recorder",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        yield from require_value(resource, ("recording_group", "all_supported"), True)
        statuses = plan.referring(resource, _STATUS, "name")
        if not statuses:
            yield missing(plan, _STATUS, "name")
        for status in statuses:
            yield from require_value(status, ("is_enabled",), True)
        channels = plan.of("aws_config_delivery_channel")
        if not any(channel.at("s3_bucket_name") or channel.at("s3_bucket_name") is UNKNOWN for channel in channels):
            yield fail("its records go nowhere; add an aws_config_delivery_channel with a bucket")
