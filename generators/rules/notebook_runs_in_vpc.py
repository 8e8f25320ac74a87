"""Notebook instances have no way around the VPC."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template


class NotebookRunsInVpc(PlatformRule):
    """A notebook instance sits in the account's network and has no way of its own to the internet.

    Controls 1, 2 [SageMaker.1, SageMaker.2].
    https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
    """

    id = "E9031"
    types = ("AWS::SageMaker::NotebookInstance",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """No direct access; subnet and groups are there. That they are the account's own is E9003."""
        for place in resource.at("DirectInternetAccess"):
            yield from must_be(template, place, "DirectInternetAccess", "Disabled")
        for key in ("SubnetId", "SecurityGroupIds"):
            for place in resource.at(key):
                if _absent(place):
                    yield (*place.path, key), f"{key} is not set, so the notebook is outside of the VPC; set {key}"


def _absent(place: PropertyValue) -> bool:
    return place.missing or place.value == []
