"""Security configuration of EMR clusters and the TLS certificate of their machines. Reads the function's source file.

EMR reads the certificate from an archive in S3. A function creates it at launch, so that no secret passes through a
template, a parameter or a person; it is self-signed, since the machines trust no other certificate.
https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-encryption-enable.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Sub, Template, emr
from troposphere.iam import PolicyType

from generators.kit.iam import allow, policy_document
from generators.kit.lambda_function import private_function
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract

CERTIFICATE_KEY = "certificates/cluster.zip"
# The AWS managed policy of EMR's service role applies to security groups with this tag only.
EMR_TAG = {"for-use-with-amazon-emr-managed-policies": "true"}


class _ClusterCertificate(AWSObject):
    """Custom resource whose physical id is the S3 URI of the archive."""

    resource_type = "Custom::ClusterCertificate"
    props = dict.fromkeys(("ServiceToken", "Bucket", "Key", "KeyId"), (str, True)) | {"ServiceTimeout": (int, True)}


def cluster_security(t: Template, bucket: str, source: Path) -> list[AWSObject]:
    """ClusterSecurity and its certificate, stored in the bucket with this logical id, whose policy must protect it."""
    key = contract(t, "spoke", "data_key_arn")
    function = private_function(t, "Certifier", "cluster-certifier", source, "Makes the certificate of a cluster")
    policy = PolicyType(
        "CertifierPermissions",
        PolicyName="certificate",
        PolicyDocument=policy_document(*_permissions(bucket, key)),
        Roles=[Ref(function.role)],
    )
    certificate = _ClusterCertificate(
        "Certificate",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=300,  # seconds
        Bucket=Ref(bucket),
        Key=CERTIFICATE_KEY,
        KeyId=key,
        DependsOn=["CertifierPermissions", f"{bucket}Policy"],
    )
    configuration = emr.SecurityConfiguration(
        "ClusterSecurity", Name=resource_name("cluster"), SecurityConfiguration=_settings(key, Ref(certificate))
    )
    return [*function, policy, certificate, configuration]


def _permissions(bucket: str, key: Any) -> tuple[dict[str, Any], ...]:
    objects = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"]
    return (
        allow(objects, [Sub(f"${{{bucket}.Arn}}/{CERTIFICATE_KEY}")]),
        allow(["s3:ListBucketVersions"], [GetAtt(bucket, "Arn")]),
        allow(["kms:GenerateDataKey", "kms:GenerateDataKeyPair"], [key]),
    )


def _settings(key: Any, archive: Any) -> dict[str, Any]:
    """Encryption at rest and in transit, IMDSv2, and jobs under a runtime role that their user may pass.

    https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
    """
    s3_encryption = {"EncryptionMode": "SSE-KMS", "AwsKmsKey": key}
    disk_encryption = {"EncryptionKeyProviderType": "AwsKms", "AwsKmsKey": key, "EnableEbsEncryption": True}
    encryption = {
        "EnableInTransitEncryption": True,
        "EnableAtRestEncryption": True,
        "AtRestEncryptionConfiguration": {
            "S3EncryptionConfiguration": s3_encryption,
            "LocalDiskEncryptionConfiguration": disk_encryption,
        },
        "InTransitEncryptionConfiguration": {
            "TLSCertificateConfiguration": {"CertificateProviderType": "PEM", "S3Object": archive}
        },
    }
    metadata_service = {"MinimumInstanceMetadataServiceVersion": 2, "HttpPutResponseHopLimit": 1}
    roles = {
        "EnableApplicationScopedIAMRole": True,
        "ApplicationScopedIAMRoleConfiguration": {"PropagateSourceIdentity": True},
    }
    return {
        "EncryptionConfiguration": encryption,
        "InstanceMetadataServiceConfiguration": metadata_service,
        "AuthorizationConfiguration": {"IAMConfiguration": roles},
    }
