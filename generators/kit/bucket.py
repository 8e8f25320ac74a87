"""Private buckets for a team's data. Pure.

Objects are versioned, encrypted with the data key, accessible by TLS through the VPC endpoint only; access is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from troposphere import GetAtt, Ref, Sub, Template, s3

from generators.kit.iam import policy_document
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

# Data outlives the product; the empty bucket of a failed launch does not.
RETAIN = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
_OLD_VERSIONS_DAYS = 90


def private_bucket(
    t: Template, title: str, purpose: str, exempt_principals: Any = None, exempt_readers: Any = None
) -> tuple[s3.Bucket, s3.BucketPolicy]:
    """The bucket `mlops-<purpose>-<account>-<suffix>` and its policy; `purpose` is for Fn::Sub, at most 30 characters.

    `exempt_principals` is an ARN pattern of service roles, such as a pipeline's, whose requests do not pass the VPC
    endpoint because AWS sends them from its own network. `exempt_readers` are ARN patterns of roles whose reads alone
    do so: SageMaker reads property files and model artifacts under a role before it has a network (docs/adr/0011).
    """
    key = contract(t, "spoke", "data_key_arn")
    bucket = s3.Bucket(
        title,
        BucketName=resource_name(f"{purpose}-${{AWS::AccountId}}"),
        BucketEncryption=_encryption(key),
        PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        OwnershipControls=s3.OwnershipControls(Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=contract(t, "spoke", "access_log_bucket"),
            LogFilePrefix=Sub(f"{title}/${{AWS::StackName}}/"),
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=[_lifecycle()]),
        NotificationConfiguration=_event_notifications(),
        Tags=tags(t),
        **RETAIN,
    )
    return bucket, _policy(t, bucket, key, exempt_principals, exempt_readers)


def _encryption(key: Any) -> s3.BucketEncryption:
    default = s3.ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID=key)
    rule = s3.ServerSideEncryptionRule(ServerSideEncryptionByDefault=default, BucketKeyEnabled=True)
    return s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule])


def _event_notifications() -> s3.NotificationConfiguration:
    """Object events go to the account's event bus, where rules can act on them."""
    return s3.NotificationConfiguration(EventBridgeConfiguration=s3.EventBridgeConfiguration(EventBridgeEnabled=True))


def _lifecycle() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        Id="forget-what-nobody-can-see",
        Status="Enabled",
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=_OLD_VERSIONS_DAYS),
    )


def _policy(t: Template, bucket: s3.Bucket, key: Any, exempt_principals: Any, exempt_readers: Any) -> s3.BucketPolicy:
    """Denials only: roles grant access. The policy is retained with its bucket.

    A request without encryption headers uses the bucket's key, so only headers with another value are denied. The
    endpoint condition covers object actions only, so that CloudFormation can still configure the bucket.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
    """
    algorithm, named_key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
    put = ["s3:PutObject"]
    statements = (
        _deny(bucket, "TlsOnly", ["s3:*"], Bool={"aws:SecureTransport": "false"}),
        _deny(bucket, "NoOtherEncryption", put, StringNotEquals={algorithm: "aws:kms"}, Null={algorithm: "false"}),
        _deny(bucket, "NoOtherKey", put, StringNotEquals={named_key: key}, Null={named_key: "false"}),
        *_endpoint_statements(t, bucket, _listed(exempt_principals), _listed(exempt_readers)),
    )
    return s3.BucketPolicy(
        f"{bucket.title}Policy", Bucket=Ref(bucket), PolicyDocument=policy_document(*statements), **RETAIN
    )


def _listed(patterns: Any) -> list[Any]:
    """ARN patterns as a list, [] for none."""
    return patterns if isinstance(patterns, list) else [patterns] if patterns else []


def _endpoint_statements(
    t: Template, bucket: s3.Bucket, principals: list[Any], readers: list[Any]
) -> Iterator[dict[str, Any]]:
    """Denials of object actions outside of the VPC endpoint; readers are exempt from the first, which denies reads."""
    read, write = ["s3:GetObject*"], ["s3:PutObject*", "s3:DeleteObject*"]
    yield _outside(t, bucket, "OnlyThroughTheEndpoint", [*read, *write], [*principals, *readers])
    if readers:
        yield _outside(t, bucket, "OnlyWrittenThroughTheEndpoint", write, principals)


def _outside(t: Template, bucket: s3.Bucket, sid: str, actions: list[str], exempt: list[Any]) -> dict[str, Any]:
    """A denial of actions that do not come through the VPC endpoint, but for AWS services and exempt principals."""
    patterns: Any = exempt[0] if len(exempt) == 1 else exempt
    exemption: dict[str, Any] = {"ArnNotLike": {"aws:PrincipalArn": patterns}} if exempt else {}
    return _deny(
        bucket,
        sid,
        actions,
        StringNotEquals={"aws:SourceVpce": contract(t, "spoke", "vpc_endpoint_id_s3")},
        Bool={"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
        **exemption,
    )


def _deny(bucket: s3.Bucket, sid: str, actions: list[str], **condition: Any) -> dict[str, Any]:
    arn = GetAtt(bucket, "Arn")
    resources = [arn, Sub("${Bucket}/*", Bucket=arn)] if actions == ["s3:*"] else [Sub("${Bucket}/*", Bucket=arn)]
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": actions,
        "Resource": resources,
        "Condition": condition,
    }
