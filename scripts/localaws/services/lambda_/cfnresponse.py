"""The module that Lambda gives to functions whose code is inline in a template: it sends a custom resource's response.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
"""

import json
import urllib.request
from typing import Any
from urllib.error import URLError

SUCCESS, FAILED = "SUCCESS", "FAILED"


def send(
    event: dict[str, Any],
    context: Any,
    responseStatus: str,  # noqa: N803 - the names are AWS's
    responseData: dict[str, Any],  # noqa: N803
    physicalResourceId: str | None = None,  # noqa: N803
    noEcho: bool = False,  # noqa: N803
    reason: str | None = None,
) -> None:
    """PUT the response to the URL of the event; a failure is printed."""
    stream = context.log_stream_name
    response = {
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {stream}",
        "PhysicalResourceId": physicalResourceId or stream,
        "NoEcho": noEcho,
        "Data": responseData,
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(response).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - CloudFormation sent the URL
            print("Status code:", answer.status)  # noqa: T201 - the function's log
    except URLError as error:
        print("the response was not sent:", error)  # noqa: T201
