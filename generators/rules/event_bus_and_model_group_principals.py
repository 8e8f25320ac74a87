"""Principals of event buses and model package groups."""

import re
from collections.abc import Iterator

from generators.rules._property_values import PropertyValue, literal_text
from generators.rules._rule import PlatformRule, Problems, unresolved
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
    """Accept the account itself, accounts from contracts and AWS services that put their own events."""

    id = "E9040"
    shortdesc = "Event buses and model package groups must allow accounts of the platform only."
    description = "An event starts a promotion and a model package group is what is promoted."
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html"
    controls = (71,)
    security_hub_ids = ()
    types = tuple(_POLICIES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("Principal"):
            if not prop.missing:
                yield from _principal(template, prop)
        for statement in _statements(resource):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows:
                yield from _allowed(template, statement)


def _allowed(template: Template, statement: Statement) -> Problems:
    if "NotPrincipal" in statement.raw:
        yield (*statement.path, "NotPrincipal"), f"everybody but some is allowed; {_FIX}"
    for principal in principals(statement):
        if principal.type != "Service":
            yield from _principal(template, principal.prop)


def _statements(resource: Resource) -> Iterator[Statement | PropertyValue]:
    """Statements of the policy; an event bus policy is a single statement."""
    property_path = _POLICIES[resource.type]
    if property_path != "Statement":
        return statements(resource, property_path)
    wrapper = Resource(resource.name, {"Properties": {"Document": resource.raw.get("Properties")}})
    return statements(wrapper, "Document")


def _principal(template: Template, prop: PropertyValue) -> Problems:
    text = literal_text(prop.value)
    match = _ACCOUNT.fullmatch(text or "")
    reference = {"Ref": match["name"]} if match else prop.value
    if reference == {"Ref": "AWS::AccountId"} or _is_account(template.contract(reference)):
        return
    if text is None and not template.is_parameter(prop.value) and not template.contract(prop.value):
        yield unresolved(prop, "the account")
    else:
        yield prop.path, f"{'what a user types' if text is None else text} is no account of ours; {_FIX}"


def _is_account(contract: str) -> bool:
    return contract.endswith(("-account", "-account-id"))
