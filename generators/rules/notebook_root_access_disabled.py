"""Root access on notebook instances."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template


class NotebookRootAccessDisabled(PlatformRule):
    """Expect an explicit value, since AWS enables root access by default."""

    id = "E9032"
    shortdesc = "Notebook instances must disable root access."
    description = "Root can switch off what the platform installed."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html"
    controls = (3,)
    security_hub_ids = ("SageMaker.3",)
    types = ("AWS::SageMaker::NotebookInstance",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("RootAccess"):
            yield from require_value(template, prop, "RootAccess", "Disabled")
