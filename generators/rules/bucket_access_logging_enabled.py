"""Who read what, and what it was before."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, must_be_contract
from generators.rules._template import Resource, Template


class BucketAccessLoggingEnabled(PlatformRule):
    """Buckets log every access to the account's log bucket and keep older versions of objects.

    Control 52 [S3.9, S3.14]. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
    """

    id = "E9009"
    types = ("AWS::S3::Bucket",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Logging and versioning."""
        for place in resource.at("LoggingConfiguration.DestinationBucketName"):
            yield from must_be_contract(template, place, "the access log bucket", "spoke.access-log-bucket")
        for place in resource.at("VersioningConfiguration.Status"):
            yield from must_be(template, place, "versioning", "Enabled")
