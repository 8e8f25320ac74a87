"""Encryption of topics and queues."""

from generators.rules._rule import PlatformRule, Problems, require_contract
from generators.rules._template import Resource, Template


class SnsSqsIsEncrypted(PlatformRule):
    """Expect the key from a contract."""

    id = "E9037"
    shortdesc = "Topics and queues must encrypt messages with a key of the account."
    description = (
        "The platform can revoke its own key. CloudWatch and EventBridge may use the log key only, so topics may have"
        " that one."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html"
    controls = (70,)
    security_hub_ids = ("SNS.1", "SQS.1")
    types = ("AWS::SNS::Topic", "AWS::SQS::Queue")

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        keys = ("spoke.data-key-arn", *(["spoke.logs-key-arn"] if resource.type == "AWS::SNS::Topic" else []))
        for prop in resource.at("KmsMasterKeyId"):
            yield from require_contract(template, prop, "KmsMasterKeyId", *keys)
