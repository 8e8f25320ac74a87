"""How EMR's machines encrypt, and the certificate by which they know each other. Reads the function's source file.

EMR takes the certificate from an archive in S3. A function makes it at launch, so that no secret passes through a
template, a parameter or a person; it signs itself, since the machines trust nothing else.
https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-encryption-enable.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Sub, Template, emr
from troposphere.iam import PolicyType

from generators.kit.iam import allow, document
from generators.kit.lambda_function import private_function
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract

ARCHIVE = "certificates/cluster.zip"
# AWS's own policy for EMR's service role touches no group without it.
FOR_EMR = {"for-use-with-amazon-emr-managed-policies": "true"}


class _ClusterCertificate(AWSObject):
    """Its id is the address of the archive."""

    resource_type = "Custom::ClusterCertificate"
    props = dict.fromkeys(("ServiceToken", "Bucket", "Key", "KeyId"), (str, True)) | {"ServiceTimeout": (int, True)}


def cluster_security(t: Template, bucket: str, source: Path) -> list[AWSObject]:
    """ClusterSecurity and what it needs; the archive lies in the bucket of that title, whose policy must hide it."""
    key = contract(t, "spoke", "data_key_arn")
    function = private_function(t, "Certifier", "cluster-certifier", source, "Makes the certificate of a cluster")
    policy = PolicyType(
        "CertifierPermissions",
        PolicyName="certificate",
        PolicyDocument=document(*_permissions(bucket, key)),
        Roles=[Ref(function.role)],
    )
    certificate = _ClusterCertificate(
        "Certificate",
        ServiceToken=GetAtt(function.function, "Arn"),
        ServiceTimeout=300,  # seconds
        Bucket=Ref(bucket),
        Key=ARCHIVE,
        KeyId=key,
        DependsOn=["CertifierPermissions", f"{bucket}Policy"],
    )
    secured = emr.SecurityConfiguration(
        "ClusterSecurity", Name=resource_name("cluster"), SecurityConfiguration=_settings(key, Ref(certificate))
    )
    return [*function, policy, certificate, secured]


def _permissions(bucket: str, key: Any) -> tuple[dict[str, Any], ...]:
    objects = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"]
    return (
        allow(objects, [Sub(f"${{{bucket}.Arn}}/{ARCHIVE}")]),
        allow(["s3:ListBucketVersions"], [GetAtt(bucket, "Arn")]),
        allow(["kms:GenerateDataKey", "kms:GenerateDataKeyPair"], [key]),
    )


def _settings(key: Any, archive: Any) -> dict[str, Any]:
    """On disk and between machines; tokens for the metadata service; jobs under the role that their user may take.

    https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
    """
    files = {"EncryptionMode": "SSE-KMS", "AwsKmsKey": key}
    disks = {"EncryptionKeyProviderType": "AwsKms", "AwsKmsKey": key, "EnableEbsEncryption": True}
    encryption = {
        "EnableInTransitEncryption": True,
        "EnableAtRestEncryption": True,
        "AtRestEncryptionConfiguration": {
            "S3EncryptionConfiguration": files,
            "LocalDiskEncryptionConfiguration": disks,
        },
        "InTransitEncryptionConfiguration": {
            "TLSCertificateConfiguration": {"CertificateProviderType": "PEM", "S3Object": archive}
        },
    }
    tokens = {"MinimumInstanceMetadataServiceVersion": 2, "HttpPutResponseHopLimit": 1}
    roles = {
        "EnableApplicationScopedIAMRole": True,
        "ApplicationScopedIAMRoleConfiguration": {"PropagateSourceIdentity": True},
    }
    return {
        "EncryptionConfiguration": encryption,
        "InstanceMetadataServiceConfiguration": tokens,
        "AuthorizationConfiguration": {"IAMConfiguration": roles},
    }
