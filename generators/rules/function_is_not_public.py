"""Nobody from outside calls functions."""

from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

_OWN = ({"Ref": "AWS::AccountId"},)


class FunctionIsNotPublic(PlatformRule):
    """A permission names one AWS service, and the account or resource on whose behalf it calls.

    Control 67 [Lambda.1]. https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
    """

    id = "E9016"
    types = ("AWS::Lambda::Permission",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The principal; a service is fenced by source account or ARN, because anybody can use a service."""
        fences = [place for key in ("SourceAccount", "SourceArn") for place in resource.at(key) if not place.missing]
        for place in resource.at("Principal"):
            if place.value in _OWN:
                continue
            if place.undecided:
                yield undecided(place, "the principal")
            elif not str(place.value).endswith(".amazonaws.com"):
                yield place.path, f"{place.value} may call the function; allow one AWS service or this account only"
            elif not fences:
                yield place.path, "the service may call for any account; set SourceAccount or SourceArn"
