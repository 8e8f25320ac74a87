"""A function that runs: unpacked into a folder, as a process, under the role that it was given."""

import base64
import io
import json
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

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.sts import models, vpc_origin

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_KEPT_LOG = 4096  # bytes of the log that an invocation returns, as AWS's


class Function(moto_models.LambdaFunction):
    """moto's function; only invoking is ours."""

    def __init__(self, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        super().__init__(account_id, spec, region, version)
        own = (spec.get("LoggingConfig") or {}).get("LogGroup")
        self.logs_group_name: str = own or f"/aws/lambda/{self.function_name}"

    def invoke(self, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
        """The payload; `Event` returns at once and runs in the background."""
        if not str(self.run_time).startswith("python"):
            raise AwsError(
                "InvalidRuntimeException", f"the embedded AWS does not run {self.run_time}; see SUPPORTED.md"
            )
        kind = request_headers.get("x-amz-invocation-type", "RequestResponse")
        event = body if isinstance(body, (str, bytes)) and body else "{}"
        text = event.decode() if isinstance(event, bytes) else event
        if kind == "DryRun":
            return ""
        if kind == "Event":
            threading.Thread(target=self._run, args=(text,), daemon=True).start()
            return ""
        payload, failed, log = self._run(text)
        response_headers["x-amz-log-result"] = base64.b64encode(log.encode()[-_KEPT_LOG:]).decode()
        if failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return payload

    def _run(self, event: str) -> tuple[str, bool, str]:
        """Payload, whether the function failed, and its log."""
        request = str(uuid.uuid4())
        key = models.assume_for_service(self.role, "lambda.amazonaws.com", self.function_name, self.account_id)
        vpc_origin.set_session_subnets(
            key, self.account_id, self.region, (self.vpc_config or {}).get("SubnetIds") or ()
        )
        with tempfile.TemporaryDirectory() as folder:
            zipfile.ZipFile(io.BytesIO(self.code_bytes)).extractall(folder)
            answer, log = self._process(event, folder, self._environment(key, folder, request))
        self._keep(key, request, log)
        failed = "errorMessage" in answer
        return json.dumps(answer["error"] if failed else answer.get("result")), failed, log

    def _process(self, event: str, folder: str, environment: dict[str, str]) -> tuple[dict[str, Any], str]:
        """The answer comes in a file, because what the function prints is its log."""
        result = Path(folder) / ".result"
        command = [sys.executable, "-I", str(_BOOTSTRAP), str(result)]
        try:
            done = subprocess.run(
                command, input=event, cwd=folder, env=environment, timeout=self.timeout, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            told = f"Task timed out after {self.timeout}.00 seconds"
            said = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
            return _failure("Sandbox.Timedout", told), f"{said}{told}\n"
        if not result.exists():
            return _failure("Runtime.ExitError", f"the process ended with {done.returncode}"), done.stdout
        answer: dict[str, Any] = json.loads(result.read_text())
        return answer, done.stdout

    def _environment(self, key: str, folder: str, request: str) -> dict[str, str]:
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
            "LOCALAWS_REQUEST": request,
            "LOCALAWS_ARN": self.function_arn,
            "LOCALAWS_DEADLINE": str(time.time() + self.timeout),
        }

    def _keep(self, key: str, request: str, log: str) -> None:
        """Write the log as the role; a role that may not write it loses it, as on AWS."""
        logs, stream = context.client("logs", self.region, key), f"[$LATEST]{request.replace('-', '')}"
        where = {"logGroupName": self.logs_group_name, "logStreamName": stream}
        now = int(time.time() * 1000)
        lines = [line for line in log.splitlines() if line]
        try:
            logs.create_log_stream(**where)
            if lines:
                logs.put_log_events(**where, logEvents=[{"timestamp": now, "message": line} for line in lines])
        except ClientError:
            return


def _failure(kind: str, message: str) -> dict[str, Any]:
    return {"errorMessage": message, "error": {"errorType": kind, "errorMessage": message}}
