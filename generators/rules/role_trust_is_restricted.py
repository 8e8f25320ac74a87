"""Who may take a role is named and fenced."""

import re

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import EQUAL, Statement, fenced, principals, statements
from generators.rules._template import Resource, Template

_OWN = re.compile(r"arn:(\$\{AWS::Partition\}|aws[a-z-]*):iam::\$\{AWS::AccountId\}:.+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")
# They take a role only for what runs in the role's own account, and whoever gives them the role needs iam:PassRole.
_BOUND = ("ec2.amazonaws.com", "lambda.amazonaws.com")
_OPERATORS = (*EQUAL, *(f"{operator}IfExists" for operator in EQUAL))


class RoleTrustIsRestricted(PlatformRule):
    """A role is for roles of this account, or for one AWS service that says on whose behalf it comes.

    Control 39. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    id = "E9045"
    types = ("AWS::IAM::Role",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Every Allow of the trust policy; IfExists counts, since not every service sends the account."""
        for found in statements(resource, "AssumeRolePolicyDocument"):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows:
                yield from _trust(found)


def _trust(statement: Statement) -> Verdicts:
    if "NotPrincipal" in statement.raw:
        yield (*statement.path, "NotPrincipal"), "everybody but some may take the role; name the principals instead"
    for place in principals(statement):
        value = place.value.get("Fn::Sub", place.value) if isinstance(place.value, dict) else place.value
        if value == {"Ref": "AWS::AccountId"} or (is_intrinsic(value) and "Fn::GetAtt" in value):
            continue
        if is_intrinsic(value):
            yield undecided(place, "the principal")
        elif place.path[-1] == "Service" and _SERVICE.fullmatch(str(value)):
            yield from _service(statement, str(value))
        elif not _OWN.fullmatch(str(value)):
            yield place.path, f"{value} may take the role; name an AWS service or a role of ${{AWS::AccountId}}"


def _service(statement: Statement, name: str) -> Verdicts:
    answer = True if name in _BOUND else fenced(statement, _OPERATORS)
    if answer is None:
        yield undecided(PropertyValue((*statement.path, "Condition"), statement.raw["Condition"]), "the condition")
    elif not answer:
        fix = "add a condition on aws:SourceAccount"
        yield statement.path, f"{name} may take the role for any account; {fix}"
