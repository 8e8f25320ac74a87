"""S3: moto stores the buckets; the gateway evaluates their policies (services/iam/authorization).

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
"""

from scripts.localaws.core.routes import restrict_operations

IGNORES = (
    "access control lists beyond what moto does, lifecycle and replication (stored); one object that may not "
    "be deleted denies a whole DeleteObjects."
)
_SUPPORTED = """
AbortMultipartUpload CompleteMultipartUpload CopyObject CreateBucket CreateMultipartUpload DeleteBucket
DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketOwnershipControls DeleteBucketPolicy
DeleteBucketReplication DeleteBucketTagging DeleteBucketWebsite DeleteObject DeleteObjectTagging DeleteObjects
DeletePublicAccessBlock GetBucketAccelerateConfiguration GetBucketAcl GetBucketCors GetBucketEncryption
GetBucketLifecycleConfiguration GetBucketLocation GetBucketLogging GetBucketNotificationConfiguration
GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketReplication GetBucketRequestPayment
GetBucketTagging GetBucketVersioning GetBucketWebsite GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold
GetObjectLockConfiguration GetObjectTagging GetPublicAccessBlock HeadBucket HeadObject ListBuckets
ListMultipartUploads ListObjectVersions ListObjects ListObjectsV2 ListParts PutBucketAccelerateConfiguration
PutBucketAcl PutBucketCors PutBucketEncryption PutBucketLifecycleConfiguration PutBucketLogging
PutBucketNotificationConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketReplication PutBucketTagging
PutBucketVersioning PutBucketWebsite PutObject PutObjectAcl PutObjectLegalHold PutObjectLockConfiguration
PutObjectRetention PutObjectTagging PutPublicAccessBlock UploadPart UploadPartCopy
"""
OPERATIONS = _SUPPORTED.split()


def install() -> None:
    """Replace moto's bucket class and refuse operations that moto does not have."""
    from moto.s3 import models

    from scripts.localaws.services.s3 import notifications
    from scripts.localaws.services.s3.policy import Bucket

    models.FakeBucket = Bucket
    notifications.install()
    restrict_operations("s3", OPERATIONS)
