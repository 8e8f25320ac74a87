"""Roles that products make stay inside the boundary."""

from generators.rules._rule import PlatformRule, Verdicts, must_be_contract
from generators.rules._template import Resource, Template


class RoleHasPermissionsBoundary(PlatformRule):
    """Whatever its policies say, a role of a product never exceeds the platform's boundary.

    Control 36. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """

    id = "E9012"
    types = ("AWS::IAM::Role", "AWS::IAM::User")

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The boundary is the contract's."""
        for place in resource.at("PermissionsBoundary"):
            yield from must_be_contract(template, place, "PermissionsBoundary", "spoke.permissions-boundary-arn")
