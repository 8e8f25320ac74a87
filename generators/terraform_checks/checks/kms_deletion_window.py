"""A key waits long before it goes."""

from generators.terraform_checks.check import Answers, Check, CheckContext, must_be
from generators.terraform_checks.plan import Plan, Resource

_LONGEST = 30  # days; KMS takes 7 to 30, and 30 when nothing is said


class KmsDeletionWindow(Check):
    """With a key goes everything under it, so that somebody has as long as KMS lets them to notice and to call it off.

    Control 55 [KMS.3]. https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """

    types = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """The window before the key goes."""
        if resource.at("deletion_window_in_days") is not None:
            yield from must_be(resource, ("deletion_window_in_days",), _LONGEST)
