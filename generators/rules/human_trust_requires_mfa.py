"""MFA for roles that people assume."""

from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import Statement, principals, statements
from generators.rules._template import Resource, Template

_HOUR = 3600  # seconds
_KEY = "aws:MultiFactorAuthPresent"


class HumanTrustRequiresMfa(PlatformRule):
    """Check roles for principals of the account; skip roles for services or for roles of the same template."""

    id = "E9046"
    shortdesc = "Roles that people assume must require MFA and last at most one hour."
    description = "A second factor proves who intervenes in an account."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html"
    controls = (34,)
    security_hub_ids = ()
    types = ("AWS::IAM::Role",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for statement in statements(resource, "AssumeRolePolicyDocument"):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows and _for_people(statement):
                yield from _mfa(statement)
                yield from _duration(resource, template)


def _for_people(statement: Statement) -> bool:
    others = [prop for prop in principals(statement) if prop.path[-1] != "Service"]
    return any(not (is_intrinsic(prop.value) and "Fn::GetAtt" in prop.value) for prop in others)


def _mfa(statement: Statement) -> Problems:
    condition: Any = statement.raw.get("Condition") or {}
    mfa = condition if is_intrinsic(condition) else condition.get("Bool", {}).get(_KEY)
    if is_intrinsic(mfa):
        yield unresolved(PropertyValue((*statement.path, "Condition"), mfa), "whether a second factor is asked for")
    elif str(mfa).lower() != "true":
        yield statement.path, f"people take the role without a second factor; add the condition Bool {_KEY} true"


def _duration(resource: Resource, template: Template) -> Problems:
    for prop in resource.at("MaxSessionDuration"):
        seconds = template.possible_values(prop.value)
        if prop.missing:
            continue
        if seconds is None:
            yield unresolved(prop, "MaxSessionDuration")
        elif max(int(value) for value in seconds) > _HOUR:
            yield prop.path, f"the role may last {max(int(value) for value in seconds)} seconds; allow at most {_HOUR}"
