"""Trust policies of roles."""

import re

from generators.rules._property_values import PropertyValue, is_intrinsic, literal_text
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import EQUAL, Statement, has_source_condition, principals, statements
from generators.rules._template import Resource, Template

_OWN = re.compile(r"arn:(\$\{AWS::Partition\}|aws[a-z-]*):iam::\$\{AWS::AccountId\}:.+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")
# These services assume a role only for resources of its own account, and passing it to them needs iam:PassRole.
_SAME_ACCOUNT = ("ec2.amazonaws.com", "lambda.amazonaws.com")
_OPERATORS = (*EQUAL, *(f"{operator}IfExists" for operator in EQUAL))


class RoleTrustIsRestricted(PlatformRule):
    """Check every Allow of the trust policy; IfExists counts, since not every service sends the account."""

    id = "E9045"
    shortdesc = "Trust policies must allow roles of this account, or AWS services with a source condition."
    description = "Without a source condition a service can act for another account (confused deputy)."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    controls = (39,)
    security_hub_ids = ()
    types = ("AWS::IAM::Role",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for statement in statements(resource, "AssumeRolePolicyDocument"):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows:
                yield from _trust(statement)


def _trust(statement: Statement) -> Problems:
    if "NotPrincipal" in statement.raw:
        yield (*statement.path, "NotPrincipal"), "everybody but some may take the role; name the principals instead"
    for principal in principals(statement):
        prop, text = principal.prop, literal_text(principal.prop.value)
        if prop.value == {"Ref": "AWS::AccountId"} or (is_intrinsic(prop.value) and "Fn::GetAtt" in prop.value):
            continue
        if text is None:
            yield unresolved(prop, "the principal")
        elif principal.type == "Service" and _SERVICE.fullmatch(text):
            yield from _service(statement, text)
        elif not _OWN.fullmatch(text):
            yield prop.path, f"{text} may take the role; name an AWS service or a role of ${{AWS::AccountId}}"


def _service(statement: Statement, name: str) -> Problems:
    has_condition = True if name in _SAME_ACCOUNT else has_source_condition(statement, _OPERATORS)
    if has_condition is None:
        yield unresolved(statement.condition(), "the condition")
    elif not has_condition:
        fix = "add a condition on aws:SourceAccount"
        yield statement.path, f"{name} may take the role for any account; {fix}"
