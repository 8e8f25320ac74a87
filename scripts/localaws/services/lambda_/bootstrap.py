"""The program of the function's process: imports the handler, calls it once and writes the result to a file."""

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any


class Context:
    """The context object of a handler. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version = "$LATEST"
    log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    aws_request_id = os.environ.get("LOCALAWS_REQUEST", "")
    invoked_function_arn = os.environ.get("LOCALAWS_ARN", "")

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the timeout ends the process."""
        return max(0, int((float(os.environ["LOCALAWS_DEADLINE"]) - time.time()) * 1000))


def main() -> dict[str, Any]:
    """Return the handler's result or its exception, in Lambda's format."""
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    try:
        handler = getattr(importlib.import_module(module), name)
        return {"result": handler(json.load(sys.stdin), Context())}
    except Exception as error:  # noqa: BLE001 - any exception of the function becomes its error response
        traceback.print_exc()
        error_type, message = type(error).__name__, str(error)
        return {"errorMessage": message, "error": {"errorType": error_type, "errorMessage": message, "stackTrace": []}}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(main()), encoding="utf-8")
