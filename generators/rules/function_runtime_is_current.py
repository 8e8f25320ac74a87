"""Runtimes of Lambda functions."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template

# Runtimes with at least a year of support left; add new ones, remove those whose deprecation is announced.
CURRENT = ("python3.12", "python3.13", "python3.14", "nodejs22.x", "nodejs24.x", "java21", "java25", "provided.al2023")


class FunctionRuntimeIsCurrent(PlatformRule):
    """Skip functions that are container images: they have no runtime."""

    id = "E9015"
    shortdesc = "Lambda functions must use a runtime that AWS supports for at least another year."
    description = "A deprecated runtime gets no security updates."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
    controls = (67,)
    security_hub_ids = ("Lambda.2",)
    types = ("AWS::Lambda::Function",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        images = [prop.value for prop in resource.at("PackageType")]
        for prop in resource.at("Runtime"):
            if not (prop.missing and images == ["Image"]):
                yield from require_value(template, prop, "Runtime", *CURRENT)
