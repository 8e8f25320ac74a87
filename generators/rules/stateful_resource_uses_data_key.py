"""Encryption of stateful resources."""

from generators.rules._rule import PlatformRule, Problems, require_contract, require_value
from generators.rules._template import Resource, Template

# Property of the key -> the property without which there is nothing to encrypt ("" for none).
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
# Settings without which the key is ignored.
_SETTINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": {"SSESpecification.SSEEnabled": ("true",), "SSESpecification.SSEType": ("KMS",)},
    "AWS::ECR::Repository": {"EncryptionConfiguration.EncryptionType": ("KMS", "KMS_DSSE")},
    "AWS::EFS::FileSystem": {"Encrypted": ("true",)},
}


class StatefulResourceUsesDataKey(PlatformRule):
    """Check the key and the settings without which it has no effect."""

    id = "E9049"
    shortdesc = "Stateful resources must encrypt data at rest with the account's data key."
    description = "The platform can revoke its own key, but not a key of an AWS service."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html"
    controls = (51,)
    security_hub_ids = ()
    types = tuple(_KEYS)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for property_path, accepted in _SETTINGS.get(resource.type, {}).items():
            for prop in resource.at(property_path):
                yield from require_value(template, prop, property_path, *accepted)
        for property_path, part in _KEYS[resource.type].items():
            for prop in resource.at(property_path) if not part or resource.has(part) else ():
                yield from require_contract(template, prop, property_path, "spoke.data-key-arn")
