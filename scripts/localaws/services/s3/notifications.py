"""That a bucket tells EventBridge of its objects: moto does it, but does not say so when it is asked.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
"""

import re
from typing import Any

from moto.s3.responses import S3Response

_ROOT = re.compile(r"(<NotificationConfiguration[^>]*?)(?:/>|>(.*)</NotificationConfiguration>)", re.DOTALL)


def install() -> None:
    """From now on the answer says it."""
    stock = S3Response.get_bucket_notification

    def get_bucket_notification(self: Any) -> Any:
        status, headers, body = stock(self)
        kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if kept is not None and kept.event_bridge is not None:
            text = body.decode() if isinstance(body, bytes) else body
            body = _ROOT.sub(r"\1>\2<EventBridgeConfiguration/></NotificationConfiguration>", text)
        return status, {**headers, "content-length": str(len(body))}, body

    S3Response.get_bucket_notification = get_bucket_notification
