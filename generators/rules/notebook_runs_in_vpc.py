"""Network of notebook instances."""

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template


class NotebookRunsInVpc(PlatformRule):
    """Check direct access, subnet and groups; E9003 checks that they are the account's own."""

    id = "E9031"
    shortdesc = "Notebook instances must run in the VPC without direct internet access."
    description = "Direct internet access bypasses the VPC's endpoint policies and flow logs."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html"
    controls = (1, 2)
    security_hub_ids = ("SageMaker.1", "SageMaker.2")
    types = ("AWS::SageMaker::NotebookInstance",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("DirectInternetAccess"):
            yield from require_value(template, prop, "DirectInternetAccess", "Disabled")
        for key in ("SubnetId", "SecurityGroupIds"):
            for prop in resource.at(key):
                if _absent(prop):
                    yield (*prop.path, key), f"{key} is not set, so the notebook is outside of the VPC; set {key}"


def _absent(prop: PropertyValue) -> bool:
    return prop.missing or prop.value == []
