"""An address of a function answers signed requests only."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template


class FunctionUrlRequiresIam(PlatformRule):
    """A function's address is on the internet; without IAM everybody calls it.

    Control 67 [Lambda.1]. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """

    id = "E9044"
    types = ("AWS::Lambda::Url",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Authentication by IAM."""
        for place in resource.at("AuthType"):
            yield from must_be(template, place, "AuthType", "AWS_IAM")
