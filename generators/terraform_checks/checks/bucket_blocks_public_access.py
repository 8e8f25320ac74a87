"""Buckets block public access."""

from generators.terraform_checks.check import Answers, Check, CheckContext, absent, must_be
from generators.terraform_checks.plan import Plan, Resource

_BLOCK = "aws_s3_bucket_public_access_block"
_SETTINGS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


class BucketBlocksPublicAccess(Check):
    """Whatever a policy or an access list says later, nobody outside reads a bucket; an account's own block is whole.

    Control 49 [S3.8]. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """

    types = ("aws_s3_bucket", "aws_s3_account_public_access_block")

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """The four settings together."""
        own = resource.type != "aws_s3_bucket"
        blocks = (resource,) if own else plan.beside(resource, _BLOCK, "bucket")
        if not blocks:
            yield absent(plan, _BLOCK, "bucket")
        for block in blocks:
            for setting in _SETTINGS:
                yield from must_be(block, (setting,), True)
