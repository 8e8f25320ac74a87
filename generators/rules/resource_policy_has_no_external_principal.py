"""Principals of resource policies."""

import re
from collections.abc import Iterator

from generators.rules._property_values import PropertyValue, literal_text
from generators.rules._resource_policies import RESOURCE_POLICIES
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import Statement, principals, statements
from generators.rules._template import Resource, Template

_OWN = re.compile(r"arn:(\$\{AWS::Partition\}|aws[a-z-]*):iam::\$\{AWS::AccountId\}:.+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")


class ResourcePolicyHasNoExternalPrincipal(PlatformRule):
    """Check every principal of every Allow."""

    id = "E9010"
    shortdesc = "Resource policies must allow this account and AWS services only."
    description = "A principal of another account is outside of the platform's control."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html"
    controls = (53, 57, 70)
    security_hub_ids = ("S3.6", "SQS.3")
    types = tuple(RESOURCE_POLICIES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for statement in statements(resource, RESOURCE_POLICIES[resource.type]):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows:
                yield from _external_principals(statement)


def _external_principals(statement: Statement) -> Problems:
    if "NotPrincipal" in statement.raw:
        yield (*statement.path, "NotPrincipal"), "everybody but some is allowed; name the principals instead"
    for prop in (principal.prop for principal in principals(statement)):
        texts = list(_texts(prop.value)) if prop.reached else []
        if not texts:
            yield unresolved(prop, "the principal")
        elif not all(_OWN.fullmatch(text) or _SERVICE.fullmatch(text) for text in texts):
            yield prop.path, f"{texts[0]} is outside of this account; allow roles of ${{AWS::AccountId}} only"


def _texts(value: object) -> Iterator[str]:
    """The principal as text: a literal or the text of Fn::Sub; the account's id counts as its root."""
    text = literal_text(value)
    if text is not None:
        yield text
    elif value == {"Ref": "AWS::AccountId"}:
        yield "arn:aws:iam::${AWS::AccountId}:root"
    elif isinstance(value, dict) and isinstance(value.get("Fn::GetAtt"), (str, list)):
        yield "arn:aws:iam::${AWS::AccountId}:role/of-this-template"
