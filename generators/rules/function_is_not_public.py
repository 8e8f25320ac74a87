"""Permissions of Lambda functions."""

from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

_OWN = ({"Ref": "AWS::AccountId"},)


class FunctionIsNotPublic(PlatformRule):
    """Check the principal; a service needs SourceAccount or SourceArn."""

    id = "E9016"
    shortdesc = "Lambda permissions must name one AWS service with a source, or the own account."
    description = "Anybody can use an AWS service, so a service principal needs a source account or ARN."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html"
    controls = (67,)
    security_hub_ids = ("Lambda.1",)
    types = ("AWS::Lambda::Permission",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        sources = [prop for key in ("SourceAccount", "SourceArn") for prop in resource.at(key) if not prop.missing]
        for prop in resource.at("Principal"):
            if prop.value in _OWN:
                continue
            if prop.unresolved:
                yield unresolved(prop, "the principal")
            elif not str(prop.value).endswith(".amazonaws.com"):
                yield prop.path, f"{prop.value} may call the function; allow one AWS service or this account only"
            elif not sources:
                yield prop.path, "the service may call for any account; set SourceAccount or SourceArn"
