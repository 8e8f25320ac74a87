"""The configuration is recorded."""

from generators.terraform_checks.check import Answers, Check, CheckContext, absent, must_be, wrong
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource

_STATUS = "aws_config_configuration_recorder_status"


class ConfigRecorderEnabled(Check):
    """A recorder that is not started, or has nowhere to deliver to, records nothing.

    Control 69 [Config.1]. https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html
    """

    types = ("aws_config_configuration_recorder",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Everything is recorded, the recorder runs and its records go somewhere."""
        yield from must_be(resource, ("recording_group", "all_supported"), True)
        states = plan.beside(resource, _STATUS, "name")
        if not states:
            yield absent(plan, _STATUS, "name")
        for state in states:
            yield from must_be(state, ("is_enabled",), True)
        channels = plan.of("aws_config_delivery_channel")
        if not any(it.at("s3_bucket_name") or it.at("s3_bucket_name") is UNKNOWN for it in channels):
            yield wrong("its records go nowhere; add an aws_config_delivery_channel with a bucket")
