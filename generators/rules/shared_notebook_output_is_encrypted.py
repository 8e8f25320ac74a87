"""Sharing of notebook output."""

from generators.rules._rule import PlatformRule, Problems, require_contract, require_value
from generators.rules._template import Resource, Template


class SharedNotebookOutputIsEncrypted(PlatformRule):
    """Expect explicit values: AWS disables sharing by default, but a default can change."""

    id = "E9004"
    shortdesc = "Studio domains must disable sharing of cell output or encrypt it with the account's data key."
    description = "Cell output may contain data."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SharingSettings.html"
    controls = (9,)
    security_hub_ids = ()
    types = ("AWS::SageMaker::Domain",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        keys = list(resource.at("DefaultUserSettings.SharingSettings.S3KmsKeyId"))
        for prop in resource.at("DefaultUserSettings.SharingSettings.NotebookOutputOption"):
            if all(key.missing for key in keys):
                yield from require_value(template, prop, "NotebookOutputOption", "Disabled")
        for key in keys:
            if not key.missing:
                yield from require_contract(template, key, "S3KmsKeyId", "spoke.data-key-arn")
