"""The audit trail covers every region, encrypted and validated."""

from generators.terraform_checks.check import Answers, Check, CheckContext, must_be, must_be_key
from generators.terraform_checks.plan import Plan, Resource

_SETTINGS = (
    "enable_log_file_validation",
    "enable_logging",
    "include_global_service_events",
    "is_multi_region_trail",
)


class CloudtrailIsComplete(Check):
    """A trail that leaves out a region or can be changed unseen proves nothing.

    Control 68 [CloudTrail.1, CloudTrail.2, CloudTrail.4].
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
    """

    types = ("aws_cloudtrail",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Its settings and its key."""
        for setting in _SETTINGS:
            yield from must_be(resource, (setting,), True)
        yield from must_be_key(resource, plan, "kms_key_id")
