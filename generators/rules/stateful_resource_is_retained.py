"""Terminating a product deletes no data; replacing a resource deletes no work."""

from generators.rules._property_values import is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts
from generators.rules._template import Resource, Template

# What a stack must leave behind: its content is the team's, or protects it.
KEPT = (
    "AWS::CodeCommit::Repository",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::KMS::Key",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SageMaker::Experiment",
    "AWS::SageMaker::FeatureGroup",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SecretsManager::Secret",
)
# What goes when the user terminates the product, but never because an upgrade replaced it.
GOES = (
    "AWS::EMR::Cluster",
    "AWS::Logs::LogGroup",
    "AWS::SageMaker::Domain",
    "AWS::SageMaker::Space",
    "AWS::SageMaker::UserProfile",
)
_KEEP = {"DeletionPolicy": ("Retain", "RetainExceptOnCreate"), "UpdateReplacePolicy": ("Retain",)}
_CHOOSE = {"DeletionPolicy": ("Delete", *_KEEP["DeletionPolicy"]), "UpdateReplacePolicy": ("Retain",)}


class StatefulResourceIsRetained(PlatformRule):
    """What holds data says what becomes of it when the stack goes and when an upgrade replaces it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
    """

    id = "E9018"
    types = (*KEPT, *GOES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Both policies, said literally."""
        for attribute, accepted in (_KEEP if resource.type in KEPT else _CHOOSE).items():
            value = resource.raw.get(attribute)
            if is_intrinsic(value):
                yield (attribute,), f"cannot decide: {attribute} hides behind a function; write the value itself"
            elif value not in accepted:
                yield (attribute,) if value else (), f"{attribute} is {value}; set it to {' or '.join(accepted)}"
