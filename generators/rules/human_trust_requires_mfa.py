"""MFA for roles that people assume."""

from generators.rules._property_values import PropertyValue, UnreadableValue, integer, is_intrinsic
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
    others = [principal.prop for principal in principals(statement) if principal.type != "Service"]
    return any(not (is_intrinsic(prop.value) and "Fn::GetAtt" in prop.value) for prop in others)


def _mfa(statement: Statement) -> Problems:
    try:
        mfa = statement.condition().item("Bool").item(_KEY)
    except UnreadableValue as error:
        mfa = error.prop
    if mfa.unresolved:
        yield unresolved(PropertyValue((*statement.path, "Condition"), mfa.value), "whether MFA is demanded")
    elif str(mfa.value).lower() != "true":
        yield statement.path, f"people take the role without a second factor; add the condition Bool {_KEY} true"


def _duration(resource: Resource, template: Template) -> Problems:
    for prop in resource.at("MaxSessionDuration"):
        seconds = template.possible_values(prop.value)
        numbers = [integer(text) for text in seconds or ()]
        if prop.missing:
            continue
        if not numbers or None in numbers:
            yield unresolved(prop, "MaxSessionDuration")
        elif longest := max((number for number in numbers if number is not None and number > _HOUR), default=0):
            yield prop.path, f"the role may last {longest} seconds; allow at most {_HOUR}"
