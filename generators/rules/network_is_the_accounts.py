"""Everything sits in the account's own network."""

from generators.rules._places import Place
from generators.rules._rule import PlatformRule, Verdicts, must_be_contract, undecided
from generators.rules._template import Resource, Template, referenced

_PLACES = {
    "VpcId": ("spoke.vpc-id",),
    "SubnetIds": ("spoke.subnet-ids",),
    "VpcConfig.SubnetIds": ("spoke.subnet-ids",),
}
_GROUPS = (
    "DefaultUserSettings.SecurityGroups.*",
    "DefaultSpaceSettings.SecurityGroups.*",
    "DomainSettings.SecurityGroupIds.*",
    "UserSettings.SecurityGroups.*",
    "VpcConfig.SecurityGroupIds.*",
)


class NetworkIsTheAccounts(PlatformRule):
    """Network and subnets come from contracts; security groups from there or from the product itself.

    Controls 2, 10. A product in another network would escape flow logs, endpoint policies and closed routes.
    """

    id = "E9003"
    types = (
        "AWS::SageMaker::Domain",
        "AWS::SageMaker::UserProfile",
        "AWS::Lambda::Function",
        "AWS::EC2::SecurityGroup",
    )

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """What is set; whether it must be set is said by the type's schema and by E9014."""
        for route, keys in _PLACES.items():
            for place in resource.at(route):
                if not place.missing:
                    yield from must_be_contract(template, place, route, *keys)
        for route in _GROUPS:
            for place in resource.at(route):
                if not place.missing:
                    yield from _group(template, place)


def _group(template: Template, place: Place) -> Verdicts:
    made_here = {group.name for group in template.resources("AWS::EC2::SecurityGroup")}
    if not place.reached or (place.undecided and not referenced(place.value)):
        yield undecided(place, "the security group")
    elif referenced(place.value) not in made_here:
        yield from must_be_contract(
            template, place, "the security group", "spoke.security-group-id", "spoke.endpoint-security-group-id"
        )
