"""Default encryption of buckets."""

from generators.rules._rule import PlatformRule, Problems, require_contract, require_value
from generators.rules._template import Resource, Template

_RULES = "BucketEncryption.ServerSideEncryptionConfiguration.*"


class BucketUsesDataKey(PlatformRule):
    """Check algorithm, key and bucket key of every encryption rule."""

    id = "E9008"
    shortdesc = "Buckets must encrypt objects with the account's data key."
    description = "The platform can revoke its own key; a bucket key reduces the calls to KMS."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html"
    controls = (51,)
    security_hub_ids = ()
    types = ("AWS::S3::Bucket",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        default = f"{_RULES}.ServerSideEncryptionByDefault"
        for prop in resource.at(f"{default}.SSEAlgorithm"):
            yield from require_value(template, prop, "SSEAlgorithm", "aws:kms", "aws:kms:dsse")
        for prop in resource.at(f"{default}.KMSMasterKeyID"):
            yield from require_contract(template, prop, "KMSMasterKeyID", "spoke.data-key-arn")
        for prop in resource.at(f"{_RULES}.BucketKeyEnabled"):
            yield from require_value(template, prop, "BucketKeyEnabled", "true")
