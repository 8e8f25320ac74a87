"""S3: moto keeps the buckets; their policies count, with conditions, at the gateway (iam/authorise.py).

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
"""


def install() -> None:
    """From now on every new bucket is ours."""
    from moto.s3 import models

    from scripts.localaws.s3.policy import Bucket

    models.FakeBucket = Bucket
