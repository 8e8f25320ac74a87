"""Studio builds no images."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template


class DomainDockerAccessDisabled(PlatformRule):
    """Docker inside Studio would run images that nobody approved.

    Control 14. https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-local.html
    """

    id = "E9005"
    types = ("AWS::SageMaker::Domain",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Said, not left to a default."""
        for place in resource.at("DomainSettings.DockerSettings.EnableDockerAccess"):
            yield from must_be(template, place, "EnableDockerAccess", "DISABLED")
