"""Only named accounts reach what is shared for promotion."""

import re
from collections.abc import Iterator

from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import Statement, principals, statements
from generators.rules._template import Resource, Template

_POLICIES = {
    "AWS::Events::EventBus": "Policy",
    "AWS::Events::EventBusPolicy": "Statement",
    "AWS::SageMaker::ModelPackageGroup": "ModelPackageGroupPolicy",
}
_ACCOUNT = re.compile(r"(?:arn:[^:]+:iam::)?\$\{(?P<name>[^}]+)\}(?::.+)?")
_FIX = "take the account from a contract"


class EventBusAndModelGroupPrincipals(PlatformRule):
    """An event starts a promotion and a package group is what is promoted: both know exactly who may reach them.

    Control 71. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
    """

    id = "E9040"
    types = tuple(_POLICIES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The account itself, or accounts that the platform hands over; a service of AWS may put its own events."""
        for place in resource.at("Principal"):
            if not place.missing:
                yield from _judge(template, place)
        for found in _statements(resource):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows:
                yield from _allowed(template, found)


def _allowed(template: Template, statement: Statement) -> Verdicts:
    if "NotPrincipal" in statement.raw:
        yield (*statement.path, "NotPrincipal"), f"everybody but some is allowed; {_FIX}"
    for place in principals(statement):
        if place.path[-1] != "Service":
            yield from _judge(template, place)


def _statements(resource: Resource) -> Iterator[Statement | PropertyValue]:
    """A bus policy is one statement; the others are whole documents."""
    route = _POLICIES[resource.type]
    if route != "Statement":
        return statements(resource, route)
    alone = Resource(resource.name, {"Properties": {"Document": {"Statement": resource.raw["Properties"].get(route)}}})
    return statements(alone, "Document")


def _judge(template: Template, place: PropertyValue) -> Verdicts:
    value = place.value.get("Fn::Sub", place.value) if isinstance(place.value, dict) else place.value
    named = _ACCOUNT.fullmatch(value) if isinstance(value, str) else None
    reference = {"Ref": named["name"]} if named else value
    if reference == {"Ref": "AWS::AccountId"} or _is_account(template.contract(reference)):
        return
    if isinstance(value, dict) and not template.is_parameter(value) and not template.contract(value):
        yield undecided(place, "the account")
    else:
        yield place.path, f"{value if isinstance(value, str) else 'what a user types'} is no account of ours; {_FIX}"


def _is_account(contract: str) -> bool:
    return contract.endswith(("-account", "-account-id"))
