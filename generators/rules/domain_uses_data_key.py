"""Home folders and volumes are under the account's data key."""

from generators.rules._rule import PlatformRule, Verdicts, must_be_contract
from generators.rules._template import Resource, Template


class DomainUsesDataKey(PlatformRule):
    """Files of people in Studio are encrypted with a key that the platform can revoke.

    Control 8. https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-studio.html
    """

    id = "E9002"
    types = ("AWS::SageMaker::Domain",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The key is the contract's."""
        for place in resource.at("KmsKeyId"):
            yield from must_be_contract(template, place, "KmsKeyId", "spoke.data-key-arn")
