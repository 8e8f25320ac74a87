"""Shared notebooks carry no unencrypted output."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, must_be_contract
from generators.rules._template import Resource, Template


class SharedNotebookOutputIsEncrypted(PlatformRule):
    """Cell output may hold data: sharing it is off, or its copy is under the account's data key.

    Control 9. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SharingSettings.html
    """

    id = "E9004"
    types = ("AWS::SageMaker::Domain",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Off, or with the key; AWS's own default is off, but a default can change."""
        keys = list(resource.at("DefaultUserSettings.SharingSettings.S3KmsKeyId"))
        for place in resource.at("DefaultUserSettings.SharingSettings.NotebookOutputOption"):
            if all(key.missing for key in keys):
                yield from must_be(template, place, "NotebookOutputOption", "Disabled")
        for key in keys:
            if not key.missing:
                yield from must_be_contract(template, key, "S3KmsKeyId", "spoke.data-key-arn")
