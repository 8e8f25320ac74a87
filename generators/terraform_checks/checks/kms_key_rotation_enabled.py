"""Keys are rotated."""

from generators.terraform_checks.check import Answers, Check, CheckContext, must_be
from generators.terraform_checks.plan import Plan, Resource


class KmsKeyRotationEnabled(Check):
    """Rotation bounds what is lost with one key's material; KMS rotates symmetric keys only.

    Control 54 [KMS.4]. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    types = ("aws_kms_key",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Asked of the keys for which it can be had."""
        spec = resource.at("customer_master_key_spec")
        if spec in (None, "SYMMETRIC_DEFAULT"):
            yield from must_be(resource, ("enable_key_rotation",), True)
