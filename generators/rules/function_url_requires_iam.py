"""Authentication of Lambda function URLs."""

from generators.rules._rule import PlatformRule, Problems, require_value
from generators.rules._template import Resource, Template


class FunctionUrlRequiresIam(PlatformRule):
    """Check the authentication type."""

    id = "E9044"
    shortdesc = "Lambda function URLs must require IAM authentication."
    description = "A function URL is on the internet; without IAM everybody can call it."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
    controls = (67,)
    security_hub_ids = ("Lambda.1",)
    types = ("AWS::Lambda::Url",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("AuthType"):
            yield from require_value(template, prop, "AuthType", "AWS_IAM")
