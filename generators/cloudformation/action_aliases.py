"""Actions as IAM spells them, where AWS's schemas spell them otherwise. Data.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

# Prefixes of services that IAM knows by another name.
PREFIXES = {"efs": "elasticfilesystem", "emr": "elasticmapreduce"}

# "" is what IAM has no action for, so no policy can allow it and nobody is asked for it.
ACTIONS = {
    "kms:GenerateDataKeyWithoutPlainText": "kms:GenerateDataKeyWithoutPlaintext",
    "s3:DeleteBucketAnalyticsConfiguration": "s3:PutAnalyticsConfiguration",
    "s3:DeleteBucketCors": "s3:PutBucketCORS",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketMetricsConfiguration": "s3:PutMetricsConfiguration",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:REST.PUT.OBJECT": "",
    "lambda:AssociateRuntimeAlias": "",
}


def iam_action(action: str) -> str:
    """IAM's word for a schema's; "" when there is none."""
    prefix, _, name = action.partition(":")
    return ACTIONS.get(action, f"{PREFIXES.get(prefix, prefix)}:{name}")
