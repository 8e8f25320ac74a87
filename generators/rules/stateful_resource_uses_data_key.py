"""Whatever keeps data keeps it under the account's key."""

from generators.rules._rule import PlatformRule, Verdicts, must_be, must_be_contract
from generators.rules._template import Resource, Template

# Where the key stands, and the part of the resource without which there is nothing to encrypt ("" for none).
# Buckets, domains, jobs, endpoints, messages, logs and clusters have rules of their own.
_KEYS = {
    "AWS::CodeBuild::Project": {"EncryptionKey": ""},
    "AWS::CodePipeline::Pipeline": {"ArtifactStore.EncryptionKey.Id": ""},
    "AWS::DynamoDB::Table": {"SSESpecification.KMSMasterKeyId": ""},
    "AWS::ECR::Repository": {"EncryptionConfiguration.KmsKey": ""},
    "AWS::EFS::FileSystem": {"KmsKeyId": ""},
    "AWS::EMR::Cluster": {"LogEncryptionKmsKeyId": "LogUri"},
    "AWS::SageMaker::FeatureGroup": {
        "OfflineStoreConfig.S3StorageConfig.KmsKeyId": "OfflineStoreConfig",
        "OnlineStoreConfig.SecurityConfig.KmsKeyId": "OnlineStoreConfig",
    },
    "AWS::SageMaker::NotebookInstance": {"KmsKeyId": ""},
    "AWS::SecretsManager::Secret": {"KmsKeyId": ""},
}
# Where the key is ignored unless something else is said too.
_SWITCHES: dict[str, dict[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": {"SSESpecification.SSEEnabled": ("true",), "SSESpecification.SSEType": ("KMS",)},
    "AWS::ECR::Repository": {"EncryptionConfiguration.EncryptionType": ("KMS", "KMS_DSSE")},
    "AWS::EFS::FileSystem": {"Encrypted": ("true",)},
}


class StatefulResourceUsesDataKey(PlatformRule):
    """Data at rest is encrypted with a key that the platform can revoke, not with one of a service's own.

    Control 51. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
    """

    id = "E9049"
    types = tuple(_KEYS)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The key, and what makes it count."""
        for route, accepted in _SWITCHES.get(resource.type, {}).items():
            for place in resource.at(route):
                yield from must_be(template, place, route, *accepted)
        for route, part in _KEYS[resource.type].items():
            for place in resource.at(route) if not part or resource.has(part) else ():
                yield from must_be_contract(template, place, route, "spoke.data-key-arn")
