"""Scanning, tags and lifecycle of image repositories."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, missing, require_value
from generators.terraform_checks.model.plan import Plan, Resource

_LIFECYCLE = "aws_ecr_lifecycle_policy"


class EcrLifecycleAndScanning(Check):
    """Check the repository's settings and its lifecycle policy."""

    id = "ecr-lifecycle-and-scanning"
    shortdesc = "Image repositories must scan on push, have immutable tags and a lifecycle policy."
    description = "The image that was scanned is the one that runs, because a tag never moves; unused images expire."
    source_url = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html"
    controls = (64,)
    security_hub_ids = ("ECR.1", "ECR.2", "ECR.3")
    types = ("aws_ecr_repository",)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        yield from require_value(resource, ("image_tag_mutability",), "IMMUTABLE")
        yield from require_value(resource, ("image_scanning_configuration", "scan_on_push"), True)
        if not plan.referring(resource, _LIFECYCLE, "repository"):
            yield missing(plan, _LIFECYCLE, "repository")
