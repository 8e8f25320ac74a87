"""Deletion window of KMS keys."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, require_value
from generators.terraform_checks.model.plan import Plan, Resource

_MAX_DAYS = 30  # KMS accepts 7 to 30; the default is 30


class KmsDeletionWindow(Check):
    """Check the window when it is set; the default is 30 days."""

    id = "kms-deletion-window"
    shortdesc = "KMS keys must use the longest deletion window (30 days)."
    description = (
        "Data under a deleted key is lost; the window is the time in which a mistaken deletion can be cancelled."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
    controls = (55,)
    security_hub_ids = ("KMS.3",)
    types = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        if resource.at("deletion_window_in_days") is not None:
            yield from require_value(resource, ("deletion_window_in_days",), _MAX_DAYS)
