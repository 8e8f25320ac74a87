"""Resource policies open no door to other accounts."""

import re
from collections.abc import Iterator

from generators.rules._property_values import PropertyValue
from generators.rules._resource_policies import POLICIES
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import Statement, principals, statements
from generators.rules._template import Resource, Template

_OWN = re.compile(r"arn:(\$\{AWS::Partition\}|aws[a-z-]*):iam::\$\{AWS::AccountId\}:.+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")


class ResourcePolicyHasNoExternalPrincipal(PlatformRule):
    """What a resource policy allows, it allows to this account and to AWS services only.

    Controls 53, 57, 70 [S3.6, SQS.3]. https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
    """

    id = "E9010"
    types = tuple(POLICIES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Every principal of every Allow."""
        for found in statements(resource, POLICIES[resource.type]):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows:
                yield from _strangers(found)


def _strangers(statement: Statement) -> Verdicts:
    if "NotPrincipal" in statement.raw:
        yield (*statement.path, "NotPrincipal"), "everybody but some is allowed; name the principals instead"
    for place in principals(statement):
        value = place.value
        texts = list(_texts(value)) if place.reached else []
        if not texts:
            yield undecided(place, "the principal")
        elif not all(_OWN.fullmatch(text) or _SERVICE.fullmatch(text) for text in texts):
            yield place.path, f"{texts[0]} is outside of this account; allow roles of ${{AWS::AccountId}} only"


def _texts(value: object) -> Iterator[str]:
    """The principal as text: literal, or the text of Fn::Sub; the account's own id counts as its root."""
    if isinstance(value, str):
        yield value
    elif value == {"Ref": "AWS::AccountId"}:
        yield "arn:aws:iam::${AWS::AccountId}:root"
    elif isinstance(value, dict) and isinstance(value.get("Fn::Sub"), str):
        yield value["Fn::Sub"]
    elif isinstance(value, dict) and isinstance(value.get("Fn::GetAtt"), (str, list)):
        yield "arn:aws:iam::${AWS::AccountId}:role/of-this-template"
