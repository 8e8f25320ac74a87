"""Public access block of buckets."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template

_SETTINGS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


class BucketIsNotPublic(PlatformRule):
    """Check each setting; a bucket without the block misses all four."""

    id = "E9007"
    shortdesc = "Buckets must block public access with all four settings."
    description = "Each setting covers another way to make a bucket public: ACLs or policies, new or existing."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    controls = (49,)
    security_hub_ids = ("S3.8",)
    types = ("AWS::S3::Bucket",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for setting in _SETTINGS:
            for prop in resource.at(f"PublicAccessBlockConfiguration.{setting}"):
                for path, message in require_value(template, prop, setting, "true"):
                    yield (*path, setting) if prop.missing else path, message
