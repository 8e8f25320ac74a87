"""Docker in Studio."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template


class DomainDockerAccessDisabled(PlatformRule):
    """Expect an explicit value, not the default."""

    id = "E9005"
    shortdesc = "Studio domains must disable Docker access."
    description = "Docker inside Studio would run images that nobody approved."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-local.html"
    controls = (14,)
    security_hub_ids = ()
    types = ("AWS::SageMaker::Domain",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("DomainSettings.DockerSettings.EnableDockerAccess"):
            yield from require_value(template, prop, "EnableDockerAccess", "DISABLED")
