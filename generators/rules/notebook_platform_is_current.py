"""Platform of notebook instances."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template

# Platforms that AWS has not deprecated; remove those whose deprecation is announced.
CURRENT = ("notebook-al2023-v1", "notebook-al2-v3")


class NotebookPlatformIsCurrent(PlatformRule):
    """Expect an explicit value, not the default."""

    id = "E9033"
    shortdesc = "Notebook instances must use a platform that AWS supports."
    description = "A deprecated platform gets no security updates; the default changes with time."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html"
    controls = (6,)
    security_hub_ids = ("SageMaker.8",)
    types = ("AWS::SageMaker::NotebookInstance",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("PlatformIdentifier"):
            yield from require_value(template, prop, "PlatformIdentifier", *CURRENT)
