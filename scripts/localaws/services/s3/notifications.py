"""GetBucketNotification with EventBridgeConfiguration: moto sends the events, but leaves the element out.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
"""

import re
from typing import Any

from moto.s3.responses import S3Response

_ROOT = re.compile(r"(<NotificationConfiguration[^>]*?)(?:/>|>(.*)</NotificationConfiguration>)", re.DOTALL)


def install() -> None:
    """Add the element to moto's response."""
    get_from_moto = S3Response.get_bucket_notification

    def get_bucket_notification(self: Any) -> Any:
        status, headers, body = get_from_moto(self)
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if configuration is not None and configuration.event_bridge is not None:
            text = body.decode() if isinstance(body, bytes) else body
            body = _ROOT.sub(r"\1>\2<EventBridgeConfiguration/></NotificationConfiguration>", text)
        return status, {**headers, "content-length": str(len(body))}, body

    S3Response.get_bucket_notification = get_bucket_notification
