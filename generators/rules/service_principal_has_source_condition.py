"""Service principals in resource policies."""

from generators.rules._property_values import PropertyValue
from generators.rules._resource_policies import RESOURCE_POLICIES
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._statements import has_source_condition, service_principals, statements
from generators.rules._template import Resource, Template


class ServicePrincipalHasSourceCondition(PlatformRule):
    """Expect a condition on account or resource in every Allow to a service."""

    id = "E9038"
    shortdesc = "Resource policies must bind service principals to this account or a resource of it."
    description = "Anybody can use an AWS service, so the policy must say for whom the service acts (confused deputy)."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    controls = (57, 70)
    security_hub_ids = ("SNS.1", "SQS.1")
    types = tuple(RESOURCE_POLICIES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for statement in statements(resource, RESOURCE_POLICIES[resource.type]):
            if isinstance(statement, PropertyValue):
                yield unresolved(statement, "a statement")
            elif statement.allows and service_principals(statement):
                has_condition = has_source_condition(statement)
                if has_condition is None:
                    yield unresolved(statement.condition(), "the condition")
                elif not has_condition:
                    yield statement.path, "the service may act for any account; add a condition on aws:SourceAccount"
