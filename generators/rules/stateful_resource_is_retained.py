"""Deletion and replacement policies of stateful resources."""

from generators.rules._property_values import is_intrinsic
from generators.rules._rule import PlatformRule, Problems
from generators.rules._template import Resource, Template

# Resources that stay when the product is terminated: they contain the team's data, or protect it.
RETAINED_TYPES = (
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
# Resources that terminating the product may delete, but replacing them in an upgrade must not.
DELETABLE_TYPES = (
    "AWS::EMR::Cluster",
    "AWS::Logs::LogGroup",
    "AWS::SageMaker::Domain",
    "AWS::SageMaker::Space",
    "AWS::SageMaker::UserProfile",
)
_RETAIN = {"DeletionPolicy": ("Retain", "RetainExceptOnCreate"), "UpdateReplacePolicy": ("Retain",)}
_RETAIN_OR_DELETE = {"DeletionPolicy": ("Delete", *_RETAIN["DeletionPolicy"]), "UpdateReplacePolicy": ("Retain",)}


class StatefulResourceIsRetained(PlatformRule):
    """Expect explicit values of both policies."""

    id = "E9018"
    shortdesc = "Stateful resources must set DeletionPolicy and UpdateReplacePolicy."
    description = "Terminating a product must not delete data, and replacing a resource must not delete work."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html"
    controls = ()
    security_hub_ids = ()
    types = (*RETAINED_TYPES, *DELETABLE_TYPES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for attribute, accepted in (_RETAIN if resource.type in RETAINED_TYPES else _RETAIN_OR_DELETE).items():
            value = resource.raw.get(attribute)
            if is_intrinsic(value):
                yield (attribute,), f"cannot decide: {attribute} hides behind a function; write the value itself"
            elif value not in accepted:
                yield (attribute,) if value else (), f"{attribute} is {value}; set it to {' or '.join(accepted)}"
