"""Functions run on what AWS still mends."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template

# Runtimes with at least a year to go; extend when AWS adds one, shorten when one is announced to end.
CURRENT = ("python3.12", "python3.13", "python3.14", "nodejs22.x", "nodejs24.x", "java21", "java25", "provided.al2023")


class FunctionRuntimeIsCurrent(PlatformRule):
    """A runtime that is no longer mended stays open to what is found tomorrow.

    Control 67 [Lambda.2]. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """

    id = "E9015"
    types = ("AWS::Lambda::Function",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Not asked of functions that are images: the image has no runtime."""
        images = [place.value for place in resource.at("PackageType")]
        for place in resource.at("Runtime"):
            if not (place.missing and images == ["Image"]):
                yield from must_be(template, place, "Runtime", *CURRENT)
