"""Buckets that hold a team's data. Pure.

Control: data at rest under a customer key, TLS only, access logs, versions, nothing public, only through the VPC.
"""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt, Ref, Sub, Template, s3

from generators.kit.iam import document
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

# What a bucket holds outlives the product; an empty bucket of a failed launch does not.
KEEP = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
_OLD_VERSIONS_DAYS = 90


def private_bucket(t: Template, title: str, purpose: str, outside: Any = None) -> tuple[s3.Bucket, s3.BucketPolicy]:
    """`mlops-<purpose>-<account>-<suffix>` and its policy; `purpose` is for Fn::Sub, at most 30 characters.

    `outside` is the ARN pattern of service roles that AWS uses from its own network, such as a pipeline's: they come
    through no endpoint of ours.
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
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=[_tidy()]),
        NotificationConfiguration=_told(),
        Tags=tags(t),
        **KEEP,
    )
    return bucket, _policy(t, bucket, key, outside)


def _encryption(key: Any) -> s3.BucketEncryption:
    default = s3.ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID=key)
    rule = s3.ServerSideEncryptionRule(ServerSideEncryptionByDefault=default, BucketKeyEnabled=True)
    return s3.BucketEncryption(ServerSideEncryptionConfiguration=[rule])


def _told() -> s3.NotificationConfiguration:
    """What happens to objects reaches the account's event bus, where a rule can act on it."""
    return s3.NotificationConfiguration(EventBridgeConfiguration=s3.EventBridgeConfiguration(EventBridgeEnabled=True))


def _tidy() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        Id="forget-what-nobody-can-see",
        Status="Enabled",
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=_OLD_VERSIONS_DAYS),
    )


def _policy(t: Template, bucket: s3.Bucket, key: Any, outside: Any) -> s3.BucketPolicy:
    """Denials only: who may read is said by roles. The policy stays as long as its bucket.

    A request without encryption headers gets the bucket's key, so only headers that name something else are refused.
    The endpoint is asked of object actions only, so that CloudFormation can still configure the bucket.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
    """
    algorithm, named_key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
    endpoint = contract(t, "spoke", "vpc_endpoint_id_s3")
    put, objects = ["s3:PutObject"], ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"]
    others: dict[str, Any] = {"ArnNotLike": {"aws:PrincipalArn": outside}} if outside else {}
    statements = (
        _deny(bucket, "TlsOnly", ["s3:*"], Bool={"aws:SecureTransport": "false"}),
        _deny(bucket, "NoOtherEncryption", put, StringNotEquals={algorithm: "aws:kms"}, Null={algorithm: "false"}),
        _deny(bucket, "NoOtherKey", put, StringNotEquals={named_key: key}, Null={named_key: "false"}),
        _deny(
            bucket,
            "OnlyThroughTheEndpoint",
            objects,
            StringNotEquals={"aws:SourceVpce": endpoint},
            Bool={"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
            **others,
        ),
    )
    return s3.BucketPolicy(f"{bucket.title}Policy", Bucket=Ref(bucket), PolicyDocument=document(*statements), **KEEP)


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
