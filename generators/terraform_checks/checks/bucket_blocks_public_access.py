"""Public access block of buckets and accounts."""

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, missing, require_value
from generators.terraform_checks.model.plan import Plan, Resource

_BLOCK = "aws_s3_bucket_public_access_block"
_SETTINGS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


class BucketBlocksPublicAccess(Check):
    """Check the four settings of the bucket's or the account's block."""

    id = "bucket-blocks-public-access"
    shortdesc = "Buckets and accounts must block public access with all four settings."
    description = "The block outweighs whatever a policy or an ACL allows later."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    controls = (49,)
    security_hub_ids = ("S3.8",)
    types = ("aws_s3_bucket", "aws_s3_account_public_access_block")

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        is_block = resource.type != "aws_s3_bucket"
        blocks = (resource,) if is_block else plan.referring(resource, _BLOCK, "bucket")
        if not blocks:
            yield missing(plan, _BLOCK, "bucket")
        for block in blocks:
            for setting in _SETTINGS:
                yield from require_value(block, (setting,), True)
