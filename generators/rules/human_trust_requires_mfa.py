"""A role that people take asks who they are, and ends soon."""

from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import Statement, principals, statements
from generators.rules._template import Resource, Template

_HOUR = 3600  # seconds
_KEY = "aws:MultiFactorAuthPresent"


class HumanTrustRequiresMfa(PlatformRule):
    """Who mends something in an account proves with a second factor that it is them, for an hour.

    Control 34. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """

    id = "E9046"
    types = ("AWS::IAM::Role",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Roles that the account's people may take: not those for services, nor for roles of the same template."""
        for found in statements(resource, "AssumeRolePolicyDocument"):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows and _for_people(found):
                yield from _factor(found)
                yield from _duration(resource, template)


def _for_people(statement: Statement) -> bool:
    named = [place for place in principals(statement) if place.path[-1] != "Service"]
    return any(not (is_intrinsic(place.value) and "Fn::GetAtt" in place.value) for place in named)


def _factor(statement: Statement) -> Verdicts:
    condition: Any = statement.raw.get("Condition") or {}
    asked = condition if is_intrinsic(condition) else condition.get("Bool", {}).get(_KEY)
    if is_intrinsic(asked):
        yield undecided(PropertyValue((*statement.path, "Condition"), asked), "whether a second factor is asked for")
    elif str(asked).lower() != "true":
        yield statement.path, f"people take the role without a second factor; add the condition Bool {_KEY} true"


def _duration(resource: Resource, template: Template) -> Verdicts:
    for place in resource.at("MaxSessionDuration"):
        seconds = template.possible(place.value)
        if place.missing:
            continue
        if seconds is None:
            yield undecided(place, "MaxSessionDuration")
        elif max(int(it) for it in seconds) > _HOUR:
            yield place.path, f"the role may last {max(int(it) for it in seconds)} seconds; allow at most {_HOUR}"
