"""Everything sits in the account's own network."""

from collections.abc import Iterator

from generators.rules._network import must_be_group, must_be_subnets
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be_contract
from generators.rules._template import Resource, Template

_NETWORKS = ("VpcId", "VpcConfig.VpcId")
_SUBNETS = (
    "SubnetId",
    "SubnetIds",
    "Instances.Ec2SubnetId",
    "Instances.Ec2SubnetIds",
    "NetworkConfiguration.SubnetIds",
    "VpcConfig.Subnets",
    "VpcConfig.SubnetIds",
)
_GROUPS = (
    "DefaultUserSettings.SecurityGroups.*",
    "DefaultSpaceSettings.SecurityGroups.*",
    "DomainSettings.SecurityGroupIds.*",
    "SecurityGroupIds.*",
    "Instances.AdditionalMasterSecurityGroups.*",
    "Instances.AdditionalSlaveSecurityGroups.*",
    "Instances.EmrManagedMasterSecurityGroup",
    "Instances.EmrManagedSlaveSecurityGroup",
    "Instances.ServiceAccessSecurityGroup",
    "NetworkConfiguration.SecurityGroupIds.*",
    "UserSettings.SecurityGroups.*",
    "VpcConfig.SecurityGroupIds.*",
)


class VpcConfigComesFromContract(PlatformRule):
    """Network and subnets come from contracts; security groups from there or from the product itself.

    Controls 2, 10. A product in another network would escape flow logs, endpoint policies and closed routes.
    """

    id = "E9003"
    types = (
        "AWS::SageMaker::Domain",
        "AWS::SageMaker::NotebookInstance",
        "AWS::SageMaker::UserProfile",
        "AWS::Lambda::Function",
        "AWS::CodeBuild::Project",
        "AWS::EC2::SecurityGroup",
        "AWS::EMR::Cluster",
        "AWS::EMRServerless::Application",
    )

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """What is set; whether it must be set is said by the type's schema and by the rules that ask for a network."""
        for place in _set(resource, _NETWORKS):
            yield from must_be_contract(template, place, "the network", "spoke.vpc-id")
        for place in _set(resource, _SUBNETS):
            yield from must_be_subnets(template, place, "the subnet")
        for place in _set(resource, _GROUPS):
            yield from must_be_group(template, place)


def _set(resource: Resource, routes: tuple[str, ...]) -> Iterator[PropertyValue]:
    return (place for route in routes for place in resource.at(route) if not place.missing)
