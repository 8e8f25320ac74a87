"""Administrative permissions of roles."""

from generators.rules._property_values import PropertyValue, is_intrinsic, literal_text
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import IDENTITY_POLICIES, Statement, identity_statements
from generators.rules._template import Resource, Template

# Actions with which a role can give itself further permissions -> the permission in words.
_ADMIN_ACTIONS = {
    "iam:CreateRole": "write IAM",
    "iam:PutRolePolicy": "write IAM",
    "iam:AttachRolePolicy": "write IAM",
    "iam:UpdateAssumeRolePolicy": "write IAM",
    "iam:CreatePolicyVersion": "write IAM",
    "iam:DeleteRolePermissionsBoundary": "write IAM",
    "organizations:LeaveOrganization": "administer the organisation",
}
_NEEDS_RESOURCE = {"sts:AssumeRole": "assume any role", "iam:PassRole": "pass any role"}


class RoleHasNoAdminPermissions(PlatformRule):
    """Check every statement, and refuse managed policies, whose content can change."""

    id = "E9011"
    shortdesc = "Roles of products must not write IAM or become any other role."
    description = "A role with one of these permissions can give itself all others."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
    controls = (18, 40)
    security_hub_ids = ()
    types = tuple(IDENTITY_POLICIES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for statement in identity_statements(resource):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows:
                yield from _problems(statement, template)
        for prop in resource.at("ManagedPolicyArns.*"):
            if not prop.missing:
                yield prop.path, "a managed policy may be anything tomorrow; write the statements into Policies"


def _problems(statement: Statement, template: Template) -> Problems:
    for action, permission in _ADMIN_ACTIONS.items():
        if statement.covers(action):
            yield statement.path, f"the role may {permission} ({action}); name the actions that it needs"
            return
    for action, permission in _NEEDS_RESOURCE.items():
        for target in statement.items("Resource") if statement.covers(action) else ():
            is_contract = template.contract(target).endswith("-role-arn")
            is_attribute = is_intrinsic(target) and "Fn::GetAtt" in target
            if literal_text(target) is None and not is_contract and not is_attribute:
                yield unresolved(PropertyValue((*statement.path, "Resource"), target), "which role it is")
            elif "*" in str(target):
                yield (
                    (*statement.path, "Resource"),
                    f"the role may {permission}; name the role's ARN without a wildcard",
                )
