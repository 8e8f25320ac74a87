"""Network access and sign-in of Studio domains."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template


class DomainIsVpcOnly(PlatformRule):
    """Expect explicit values of both settings."""

    id = "E9001"
    shortdesc = "Studio domains must use VPC-only network access and IAM authentication."
    description = "A domain with direct internet access bypasses the VPC's endpoint policies and flow logs."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html"
    controls = (1, 2, 7)
    security_hub_ids = ("SageMaker.1", "SageMaker.2")
    types = ("AWS::SageMaker::Domain",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for property_path, value in (("AppNetworkAccessType", "VpcOnly"), ("AuthMode", "IAM")):
            for prop in resource.at(property_path):
                yield from require_value(template, prop, property_path, value)
