"""Messages are under a key of the account."""

from generators.rules._rule import PlatformRule, Verdicts, must_be_contract
from generators.rules._template import Resource, Template


class SnsSqsIsEncrypted(PlatformRule):
    """A message that waits in a topic or a queue is encrypted with a key that the platform can revoke.

    Alarms and events come from services that may use the key for logs and alarms only, so a topic may have that one.

    Control 70 [SNS.1, SQS.1]. https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
    """

    id = "E9037"
    types = ("AWS::SNS::Topic", "AWS::SQS::Queue")

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The key is the contract's; a key of the service's own locks nobody out."""
        keys = ("spoke.data-key-arn", *(["spoke.logs-key-arn"] if resource.type == "AWS::SNS::Topic" else []))
        for place in resource.at("KmsMasterKeyId"):
            yield from must_be_contract(template, place, "KmsMasterKeyId", *keys)
