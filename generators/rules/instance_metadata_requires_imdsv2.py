"""Instance metadata service."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template

_PROPERTY_PATHS = {
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
    """Expect an explicit value, since version 1 is on by default."""

    id = "E9034"
    shortdesc = "Instances must require version 2 of the instance metadata service."
    description = (
        "IMDSv2 requires a session token, so a forged request through a server cannot read the role's credentials."
    )
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html"
    controls = (13,)
    security_hub_ids = ()
    types = tuple(_PROPERTY_PATHS)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        property_path, value = _PROPERTY_PATHS[resource.type]
        for prop in resource.at(property_path):
            yield from require_value(template, prop, property_path.split(".")[-1], value)
