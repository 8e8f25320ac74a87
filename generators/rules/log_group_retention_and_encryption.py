"""Logs stay as long as audits need them, under a key."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, must_be_contract
from generators.rules._template import Resource, Template

# A year and more; the values that CloudWatch Logs knows.
DAYS = ("365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653")


class LogGroupRetentionAndEncryption(PlatformRule):
    """Logs are kept for a year at least, not for ever, and are under the account's log key.

    Logs with retention. https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
    """

    id = "E9017"
    types = ("AWS::Logs::LogGroup",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Retention and key."""
        for place in resource.at("RetentionInDays"):
            yield from must_be(template, place, "RetentionInDays", *DAYS)
        for place in resource.at("KmsKeyId"):
            yield from must_be_contract(template, place, "KmsKeyId", "spoke.logs-key-arn")
