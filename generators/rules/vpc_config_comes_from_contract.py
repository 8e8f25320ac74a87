"""Network settings of resources."""

from collections.abc import Iterator

from generators.rules._network import require_security_group, require_subnets
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_contract
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
    """Check the values that are set; other rules and the type's schema demand that they are set."""

    id = "E9003"
    shortdesc = "Networks, subnets and security groups must come from contracts or from the product itself."
    description = "A product in another network bypasses flow logs, endpoint policies and closed routes."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html"
    controls = (2, 10)
    security_hub_ids = ("SageMaker.2",)
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

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in _set_values(resource, _NETWORKS):
            yield from require_contract(template, prop, "the network", "spoke.vpc-id")
        for prop in _set_values(resource, _SUBNETS):
            yield from require_subnets(template, prop, "the subnet")
        for prop in _set_values(resource, _GROUPS):
            yield from require_security_group(template, prop)


def _set_values(resource: Resource, property_paths: tuple[str, ...]) -> Iterator[PropertyValue]:
    return (prop for property_path in property_paths for prop in resource.at(property_path) if not prop.missing)
