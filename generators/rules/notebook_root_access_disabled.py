"""Nobody is root on a notebook instance."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template


class NotebookRootAccessDisabled(PlatformRule):
    """Whoever is root switches off what the platform installed.

    Control 3 [SageMaker.3]. https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html
    """

    id = "E9032"
    types = ("AWS::SageMaker::NotebookInstance",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Said, since AWS gives root by default."""
        for place in resource.at("RootAccess"):
            yield from must_be(template, place, "RootAccess", "Disabled")
