"""Buckets are never public."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template

_SWITCHES = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


class BucketIsNotPublic(PlatformRule):
    """All four switches that block public access are on.

    Control 49 [S3.8]. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """

    id = "E9007"
    types = ("AWS::S3::Bucket",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Each switch; a bucket without the block misses all four."""
        for switch in _SWITCHES:
            for place in resource.at(f"PublicAccessBlockConfiguration.{switch}"):
                for path, message in must_be(template, place, switch, "true"):
                    yield (*path, switch) if place.missing else path, message
