"""Image repositories are scanned, immutable and emptied by rule."""

from generators.terraform_checks.check import Answers, Check, CheckContext, absent, must_be
from generators.terraform_checks.plan import Plan, Resource

_LIFECYCLE = "aws_ecr_lifecycle_policy"


class EcrLifecycleAndScanning(Check):
    """What was scanned is what runs, because a tag never moves; what nobody needs goes by itself.

    Control 64 [ECR.1, ECR.2, ECR.3]. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """

    types = ("aws_ecr_repository",)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Its own settings and the lifecycle policy beside it."""
        yield from must_be(resource, ("image_tag_mutability",), "IMMUTABLE")
        yield from must_be(resource, ("image_scanning_configuration", "scan_on_push"), True)
        if not plan.beside(resource, _LIFECYCLE, "repository"):
            yield absent(plan, _LIFECYCLE, "repository")
