"""Settings of buckets that S3 returns as they were put: moto drops some of their elements.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
"""

import re
import uuid

from scripts.localaws.services.s3.policy import Bucket

_SETTINGS = (
    "BucketAccelerateConfiguration",
    "BucketLifecycleConfiguration",
    "BucketLogging",
    "BucketNotificationConfiguration",
    "ObjectLockConfiguration",
)
_SIZE = "x-amz-transition-default-minimum-object-size"  # a header that belongs to the document of the lifecycle
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# Elements with an id that S3 makes when the request has none.
_WITH_ID = re.compile(r"<(Rule|TopicConfiguration|QueueConfiguration|CloudFunctionConfiguration)>(.*?)</\1>", re.DOTALL)


def is_setting(operation: str) -> bool:
    """Whether the operation puts or gets a document that is returned as it was put."""
    return operation[:3] in ("Put", "Get") and operation[3:] in _SETTINGS


def keep(bucket: Bucket, operation: str, document: bytes, size: str) -> None:
    """Keep the document of a request that succeeded; `size` is the minimum size of transitions, "" for the default."""
    text = _WITH_ID.sub(_with_id, document.decode())
    bucket.documents[operation[3:]] = _DECLARATION + text.encode()
    if operation.endswith("LifecycleConfiguration"):
        bucket.documents[_SIZE] = size.encode() or b"all_storage_classes_128K"


def headers(bucket: Bucket, operation: str) -> dict[str, str]:
    """The headers that belong to the document."""
    return {_SIZE: bucket.documents[_SIZE].decode()} if operation.endswith("LifecycleConfiguration") else {}


def _with_id(match: re.Match[str]) -> str:
    name, content = match.groups()
    tag = "ID" if name == "Rule" else "Id"
    id_element = "" if f"<{tag}>" in content else f"<{tag}>{uuid.uuid4()}</{tag}>"
    return f"<{name}>{id_element}{content}</{name}>"


def find(bucket: Bucket, operation: str) -> bytes | None:
    """The document that a read returns, None when moto's is the right one."""
    return bucket.documents.get(operation[3:]) if operation.startswith("Get") else None
