"""A Lambda function that runs: its code in a temporary folder, in a process with the credentials of its role."""

import base64
import contextlib
import io
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.awslambda import models as moto_models

from scripts.localaws.core import clock, context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.sts import models, vpc_origin

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_LOG_TAIL = 4096  # bytes of the log in the response, as on AWS


class Function(moto_models.LambdaFunction):
    """moto's function with an invoke that runs the code."""

    def __init__(self, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        super().__init__(account_id, spec, region, version)
        log_group = (spec.get("LoggingConfig") or {}).get("LogGroup")
        self.logs_group_name: str = log_group or f"/aws/lambda/{self.function_name}"

    def invoke(self, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
        """Run the function and return the payload; `Event` runs it in the background."""
        if not str(self.run_time).startswith("python"):
            raise AwsError(
                "InvalidRuntimeException", f"the embedded AWS does not run {self.run_time}; see SUPPORTED.md"
            )
        invocation_type = request_headers.get("x-amz-invocation-type", "RequestResponse")
        event = body if isinstance(body, (str, bytes)) and body else "{}"
        event_text = event.decode() if isinstance(event, bytes) else event
        if invocation_type == "DryRun":
            return ""
        if invocation_type == "Event":
            threading.Thread(target=self._run, args=(event_text,), daemon=True).start()
            return ""
        payload, failed, log = self._run(event_text)
        if request_headers.get("x-amz-log-type") == "Tail":
            response_headers["x-amz-log-result"] = base64.b64encode(log.encode()[-_LOG_TAIL:]).decode()
        if failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return payload

    def _run(self, event: str) -> tuple[str, bool, str]:
        """Run the function; return the payload, whether it failed, and its log."""
        request_id = str(uuid.uuid4())
        key = models.assume_for_service(self.role, "lambda.amazonaws.com", self.function_name, self.account_id)
        vpc_origin.set_session_subnets(
            key, self.account_id, self.region, (self.vpc_config or {}).get("SubnetIds") or ()
        )
        with tempfile.TemporaryDirectory() as folder:
            zipfile.ZipFile(io.BytesIO(self.code_bytes)).extractall(folder)
            start_time = time.perf_counter()
            result, output = self._process(event, folder, self._environment(key, folder, request_id))
            log = self._framed(output, request_id, (time.perf_counter() - start_time) * 1000)
        self._write_log(key, request_id, log)
        failed = "errorMessage" in result
        return json.dumps(result["error"] if failed else result.get("result")), failed, log

    def _process(self, event: str, folder: str, environment: dict[str, str]) -> tuple[dict[str, Any], str]:
        """Run the process; the result is in a file, because the output of the function is its log."""
        result_file = Path(folder) / ".result"
        command = [sys.executable, "-I", str(_BOOTSTRAP), str(result_file)]
        try:
            process = subprocess.run(
                command, input=event, cwd=folder, env=environment, timeout=self.timeout, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired as timeout:
            message = f"Task timed out after {self.timeout}.00 seconds"
            output = timeout.stdout.decode() if isinstance(timeout.stdout, bytes) else timeout.stdout or ""
            return _failure("Sandbox.Timedout", message), f"{output}{message}\n"
        if not result_file.exists():
            return _failure("Runtime.ExitError", f"the process ended with {process.returncode}"), process.stdout
        result: dict[str, Any] = json.loads(result_file.read_text())
        return result, process.stdout

    def _environment(self, key: str, folder: str, request_id: str) -> dict[str, str]:
        return {
            **self.environment_vars,
            "_HANDLER": str(self.handler),
            "LAMBDA_TASK_ROOT": folder,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_ENDPOINT_URL": context.endpoint(),
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_LAMBDA_FUNCTION_NAME": self.function_name,
            "AWS_LAMBDA_LOG_GROUP_NAME": self.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": _stream(request_id),
            "LOCALAWS_REQUEST": request_id,
            "LOCALAWS_ARN": self.function_arn,
            "LOCALAWS_DEADLINE": str(time.time() + self.timeout),
        }

    def _framed(self, output: str, request_id: str, milliseconds: float) -> str:
        """The output between the lines that Lambda writes before and after it; the memory is the whole limit.

        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
        """
        lines = [
            f"START RequestId: {request_id} Version: $LATEST",
            *output.splitlines(),
            f"END RequestId: {request_id}",
        ]
        report = [f"REPORT RequestId: {request_id}", f"Duration: {milliseconds:.2f} ms"]
        report += [f"Billed Duration: {math.ceil(milliseconds)} ms", f"Memory Size: {self.memory_size} MB"]
        return "\n".join([*lines, "\t".join([*report, f"Max Memory Used: {self.memory_size} MB"])]) + "\n"

    def _write_log(self, key: str, request_id: str, log: str) -> None:
        """Write the log with the role; without the permission the log is lost, as on AWS."""
        logs, stream = context.client("logs", self.region, key), _stream(request_id)
        location = {"logGroupName": self.logs_group_name, "logStreamName": stream}
        now = int(clock.now().timestamp() * 1000)
        with contextlib.suppress(ClientError):  # the group exists, or the role may not create it
            logs.create_log_group(logGroupName=self.logs_group_name)
        lines = [{"timestamp": now, "message": f"{line}\n"} for line in log.splitlines() if line]
        try:
            logs.create_log_stream(**location)
            logs.put_log_events(**location, logEvents=lines)
        except ClientError:
            return


def _stream(request_id: str) -> str:
    return f"{clock.now():%Y/%m/%d}/[$LATEST]{request_id.replace('-', '')}"


def _failure(error_type: str, message: str) -> dict[str, Any]:
    return {"errorMessage": message, "error": {"errorType": error_type, "errorMessage": message}}
