"""Encryption of Studio domains."""

from generators.rules._rule import PlatformRule, Problems, require_contract
from generators.rules._template import Resource, Template


class DomainUsesDataKey(PlatformRule):
    """Expect the key from the contract."""

    id = "E9002"
    shortdesc = "Studio domains must encrypt home folders and volumes with the account's data key."
    description = "The platform can revoke its own key."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-studio.html"
    controls = (8,)
    security_hub_ids = ()
    types = ("AWS::SageMaker::Domain",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("KmsKeyId"):
            yield from require_contract(template, prop, "KmsKeyId", "spoke.data-key-arn")
