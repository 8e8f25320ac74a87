"""Access logging and versioning of buckets."""

from generators.rules._rule import PlatformRule, Problems, require_contract, require_value
from generators.rules._template import Resource, Template


class BucketAccessLoggingEnabled(PlatformRule):
    """Check the log bucket and the versioning status."""

    id = "E9009"
    shortdesc = "Buckets must log accesses to the account's log bucket and keep object versions."
    description = "Access logs record who read what; versions keep what an object was before."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
    controls = (52,)
    security_hub_ids = ("S3.9", "S3.14")
    types = ("AWS::S3::Bucket",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("LoggingConfiguration.DestinationBucketName"):
            yield from require_contract(template, prop, "the access log bucket", "spoke.access-log-bucket")
        for prop in resource.at("VersioningConfiguration.Status"):
            yield from require_value(template, prop, "versioning", "Enabled")
