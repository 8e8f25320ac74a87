"""S3: moto stores the buckets; the gateway evaluates their policies (services/iam/authorization).

server/s3_requests.py checks requests before moto answers (checksums.py), documents.py keeps settings as they were put,
handlers.py holds retention, policy.py the buckets' policies and the settings of new buckets.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
"""

from typing import Any


def install() -> None:
    """Replace moto's bucket class, and let one owner own everything that moto lists."""
    from moto.s3 import models
    from moto.s3.responses import S3Response

    from scripts.localaws.services.s3.handlers import install_retention
    from scripts.localaws.services.s3.policy import Bucket

    models.FakeBucket = Bucket
    install_retention()
    list_in_moto = S3Response.all_buckets

    def list_buckets(self: Any) -> Any:
        status, headers, body = list_in_moto(self)
        return status, headers, body.replace("bcaf1ffd86f41161ca5fb16fd081034f", models.OWNER)

    S3Response.all_buckets = list_buckets
