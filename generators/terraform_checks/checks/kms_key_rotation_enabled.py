"""Rotation of KMS keys."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, require_value
from generators.terraform_checks.model.plan import Plan, Resource


class KmsKeyRotationEnabled(Check):
    """Check the keys that KMS can rotate."""

    id = "kms-key-rotation-enabled"
    shortdesc = "KMS keys must rotate."
    description = "Rotation limits the data under one key's material; KMS rotates symmetric keys only."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
    controls = (54,)
    security_hub_ids = ("KMS.4",)
    types = ("aws_kms_key",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        spec = resource.at("customer_master_key_spec")
        if spec in (None, "SYMMETRIC_DEFAULT"):
            yield from require_value(resource, ("enable_key_rotation",), True)
