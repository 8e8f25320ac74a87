"""Objects are under the account's data key."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, must_be_contract
from generators.rules._template import Resource, Template

_RULES = "BucketEncryption.ServerSideEncryptionConfiguration.*"


class BucketUsesDataKey(PlatformRule):
    """Data at rest is encrypted with a key the platform can revoke, at the cost of one key call per bucket.

    Control 51. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    """

    id = "E9008"
    types = ("AWS::S3::Bucket",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Algorithm, key and bucket key of every encryption rule."""
        default = f"{_RULES}.ServerSideEncryptionByDefault"
        for place in resource.at(f"{default}.SSEAlgorithm"):
            yield from must_be(template, place, "SSEAlgorithm", "aws:kms", "aws:kms:dsse")
        for place in resource.at(f"{default}.KMSMasterKeyID"):
            yield from must_be_contract(template, place, "KMSMasterKeyID", "spoke.data-key-arn")
        for place in resource.at(f"{_RULES}.BucketKeyEnabled"):
            yield from must_be(template, place, "BucketKeyEnabled", "true")
