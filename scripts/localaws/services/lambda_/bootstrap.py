"""Runs inside the function's process: imports the handler, calls it once, leaves its answer in a file."""

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any


class Context:
    """What Lambda tells a handler. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version = "$LATEST"
    log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    aws_request_id = os.environ.get("LOCALAWS_REQUEST", "")
    invoked_function_arn = os.environ.get("LOCALAWS_ARN", "")

    def get_remaining_time_in_millis(self) -> int:
        """Until the process is ended."""
        return max(0, int((float(os.environ["LOCALAWS_DEADLINE"]) - time.time()) * 1000))


def main() -> dict[str, Any]:
    """The handler's result, or what it raised, in the shape that Lambda gives."""
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    try:
        handler = getattr(importlib.import_module(module), name)
        return {"result": handler(json.load(sys.stdin), Context())}
    except Exception as problem:  # noqa: BLE001 - whatever the author's code raises is its answer
        traceback.print_exc()
        kind, text = type(problem).__name__, str(problem)
        return {"errorMessage": text, "error": {"errorType": kind, "errorMessage": text, "stackTrace": []}}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(main()), encoding="utf-8")
