"""AWS services reach resources on behalf of this account only."""

from generators.rules._property_values import PropertyValue
from generators.rules._resource_policies import POLICIES
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._statements import fenced, services, statements
from generators.rules._template import Resource, Template


class ServicePrincipalHasSourceCondition(PlatformRule):
    """Anybody can use an AWS service, so a policy that lets one in says on whose behalf.

    Controls 57, 70. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    id = "E9038"
    types = tuple(POLICIES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Every Allow to a service has a condition that names the account or the resource."""
        for found in statements(resource, POLICIES[resource.type]):
            if isinstance(found, PropertyValue):
                yield undecided(found, "a statement")
            elif found.allows and services(found):
                place = PropertyValue((*found.path, "Condition"), found.raw.get("Condition"))
                answer = fenced(found)
                if answer is None:
                    yield undecided(place, "the condition")
                elif not answer:
                    yield found.path, "the service may act for any account; add a condition on aws:SourceAccount"
