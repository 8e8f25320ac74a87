"""Roles that products make administer nothing."""

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import IDENTITY, Statement, identity_statements
from generators.rules._template import Resource, Template

# One action stands for each power: whoever may do it can become somebody else.
_POWERS = {
    "iam:CreateRole": "write IAM",
    "iam:PutRolePolicy": "write IAM",
    "iam:AttachRolePolicy": "write IAM",
    "iam:UpdateAssumeRolePolicy": "write IAM",
    "iam:CreatePolicyVersion": "write IAM",
    "iam:DeleteRolePermissionsBoundary": "write IAM",
    "organizations:LeaveOrganization": "administer the organisation",
}
_LIMITED = {"sts:AssumeRole": "assume any role", "iam:PassRole": "pass any role"}


class RoleHasNoAdminPermissions(PlatformRule):
    """A role of a product neither writes IAM nor becomes just any other role.

    Controls 18, 40. https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
    """

    id = "E9011"
    types = tuple(IDENTITY)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Every statement of its policies, and managed policies that are powerful by name."""
        for found in identity_statements(resource):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows:
                yield from _powers(found, template)
        for place in resource.at("ManagedPolicyArns.*"):
            if not place.missing:
                yield place.path, "a managed policy may be anything tomorrow; write the statements into Policies"


def _powers(statement: Statement, template: Template) -> Verdicts:
    for action, power in _POWERS.items():
        if statement.covers(action):
            yield statement.path, f"the role may {power} ({action}); name the actions that it needs"
            return
    for action, power in _LIMITED.items():
        for target in statement.items("Resource") if statement.covers(action) else ():
            known = template.contract(target).endswith("-role-arn")  # one that the platform hands over
            if is_intrinsic(target) and not known and not {"Fn::Sub", "Fn::GetAtt"} & set(target):
                yield undecided(PropertyValue((*statement.path, "Resource"), target), "which role it is")
            elif "*" in str(target):
                yield (*statement.path, "Resource"), f"the role may {power}; name the role's ARN without a wildcard"
