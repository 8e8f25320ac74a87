"""Credentials of a machine are not given to just any request."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template

_ROUTES = {
    "AWS::EC2::Instance": ("MetadataOptions.HttpTokens", "required"),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData.MetadataOptions.HttpTokens", "required"),
    "AWS::EMR::SecurityConfiguration": (
        "SecurityConfiguration.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion",
        "2",
    ),
    "AWS::SageMaker::NotebookInstance": (
        "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion",
        "2",
    ),
}


class InstanceMetadataRequiresImdsv2(PlatformRule):
    """Version 2 of the metadata service asks for a token, so a page that a server was made to fetch gives no role away.

    Control 13. https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html
    """

    id = "E9034"
    types = tuple(_ROUTES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Said, since version 1 is on where nothing is said."""
        route, value = _ROUTES[resource.type]
        for place in resource.at(route):
            yield from must_be(template, place, route.split(".")[-1], value)
