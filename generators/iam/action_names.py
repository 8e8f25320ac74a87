"""IAM's names of actions that API operations and registry schemas name differently. Data.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

# Prefixes of schemas whose service has another prefix in IAM.
_PREFIXES = {"efs": "elasticfilesystem", "emr": "elasticmapreduce"}

# Operation, or the spelling of a schema -> action; "" where IAM has no action, so that no policy can allow it.
_RENAMED = """
s3:HeadObject=GetObject s3:HeadBucket=ListBucket s3:ListObjects=ListBucket s3:ListObjectsV2=ListBucket
s3:ListObjectVersions=ListBucketVersions s3:ListBuckets=ListAllMyBuckets s3:CreateMultipartUpload=PutObject
s3:UploadPart=PutObject s3:UploadPartCopy=PutObject s3:CompleteMultipartUpload=PutObject s3:CopyObject=PutObject
s3:DeleteObjects=DeleteObject s3:ListParts=ListMultipartUploadParts s3:ListMultipartUploads=ListBucketMultipartUploads
s3:GetBucketEncryption=GetEncryptionConfiguration s3:PutBucketEncryption=PutEncryptionConfiguration
s3:DeleteBucketEncryption=PutEncryptionConfiguration s3:GetBucketLifecycleConfiguration=GetLifecycleConfiguration
s3:PutBucketLifecycleConfiguration=PutLifecycleConfiguration s3:DeleteBucketLifecycle=PutLifecycleConfiguration
s3:GetBucketReplication=GetReplicationConfiguration s3:PutBucketReplication=PutReplicationConfiguration
s3:DeleteBucketReplication=PutReplicationConfiguration s3:GetBucketAccelerateConfiguration=GetAccelerateConfiguration
s3:PutBucketAccelerateConfiguration=PutAccelerateConfiguration
s3:GetBucketNotificationConfiguration=GetBucketNotification
s3:PutBucketNotificationConfiguration=PutBucketNotification
s3:GetObjectLockConfiguration=GetBucketObjectLockConfiguration
s3:PutObjectLockConfiguration=PutBucketObjectLockConfiguration s3:GetPublicAccessBlock=GetBucketPublicAccessBlock
s3:PutPublicAccessBlock=PutBucketPublicAccessBlock s3:DeletePublicAccessBlock=PutBucketPublicAccessBlock
s3:GetBucketCors=GetBucketCORS s3:PutBucketCors=PutBucketCORS s3:DeleteBucketCors=PutBucketCORS
s3:DeleteBucketTagging=PutBucketTagging s3:DeleteBucketOwnershipControls=PutBucketOwnershipControls
s3:DeleteBucketAnalyticsConfiguration=PutAnalyticsConfiguration
s3:DeleteBucketMetricsConfiguration=PutMetricsConfiguration s3:REST.PUT.OBJECT=
lambda:Invoke=InvokeFunction lambda:AssociateRuntimeAlias=
sqs:SendMessageBatch=SendMessage sqs:DeleteMessageBatch=DeleteMessage
sns:PublishBatch=Publish kms:ReEncrypt=ReEncryptTo
kms:GenerateDataKeyWithoutPlainText=GenerateDataKeyWithoutPlaintext
budgets:CreateBudget=ModifyBudget
budgets:UpdateBudget=ModifyBudget budgets:DeleteBudget=ModifyBudget budgets:DescribeBudget=ViewBudget
budgets:DescribeBudgets=ViewBudget
"""
# Actions that the registry schemas of AWS name and the service reference leaves out.
# https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
UNLISTED = ("apigateway:TagResource", "apigateway:UntagResource")
ACTIONS = {
    name: f"{name.partition(':')[0]}:{action}" if action else ""
    for name, _, action in (pair.partition("=") for pair in _RENAMED.split())
}


def iam_action(name: str) -> str:
    """The action of `prefix:Operation` or of a permission in a schema; "" when IAM has none."""
    prefix, _, operation = name.partition(":")
    return ACTIONS.get(name, f"{_PREFIXES.get(prefix, prefix)}:{operation}")
