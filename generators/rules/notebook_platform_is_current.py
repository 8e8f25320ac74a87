"""Notebook instances run on what AWS still mends."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template

# The platforms that AWS does not call deprecated; shorten when one is announced to end.
CURRENT = ("notebook-al2023-v1", "notebook-al2-v3")


class NotebookPlatformIsCurrent(PlatformRule):
    """A platform that is no longer mended stays open to what is found tomorrow; the default changes with time.

    Control 6 [SageMaker.8]. https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html
    """

    id = "E9033"
    types = ("AWS::SageMaker::NotebookInstance",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Said, not left to a default."""
        for place in resource.at("PlatformIdentifier"):
            yield from must_be(template, place, "PlatformIdentifier", *CURRENT)
