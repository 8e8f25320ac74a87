"""Studio reaches AWS through the VPC only."""

from generators.rules._rule import PlatformRule, Verdicts, must_be
from generators.rules._template import Resource, Template


class DomainIsVpcOnly(PlatformRule):
    """A Studio domain has no way around the VPC, and people enter it with IAM.

    Controls 1, 2, 7. https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
    """

    id = "E9001"
    types = ("AWS::SageMaker::Domain",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Both settings, literally."""
        for route, value in (("AppNetworkAccessType", "VpcOnly"), ("AuthMode", "IAM")):
            for place in resource.at(route):
                yield from must_be(template, place, route, value)
