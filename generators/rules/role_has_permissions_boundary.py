"""Permissions boundary of roles."""

from generators.rules._rule import PlatformRule, Problems, require_contract
from generators.rules._template import Resource, Template


class RoleHasPermissionsBoundary(PlatformRule):
    """Expect the boundary from the contract."""

    id = "E9012"
    shortdesc = "Roles of products must have the platform's permissions boundary."
    description = "A role never exceeds the boundary, whatever its policies say."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
    controls = (36,)
    security_hub_ids = ()
    types = ("AWS::IAM::Role", "AWS::IAM::User")

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("PermissionsBoundary"):
            yield from require_contract(template, prop, "PermissionsBoundary", "spoke.permissions-boundary-arn")
