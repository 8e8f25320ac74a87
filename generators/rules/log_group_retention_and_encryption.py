"""Retention and encryption of log groups."""

from generators.rules._rule import PlatformRule, Problems, require_contract, require_value
from generators.rules._template import Resource, Template

# A year and more; the values that CloudWatch Logs knows.
DAYS = ("365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653")


class LogGroupRetentionAndEncryption(PlatformRule):
    """Check retention and key."""

    id = "E9017"
    shortdesc = "Log groups must keep logs for a year at least, not for ever, under the account's log key."
    description = "Audits need a year of logs."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html"
    controls = ()
    security_hub_ids = ()
    types = ("AWS::Logs::LogGroup",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("RetentionInDays"):
            yield from require_value(template, prop, "RetentionInDays", *DAYS)
        for prop in resource.at("KmsKeyId"):
            yield from require_contract(template, prop, "KmsKeyId", "spoke.logs-key-arn")
