"""A build: unpacks the source, runs each phase in a shell with the role's credentials, and writes the log.

https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scripts.localaws.core import context
from scripts.localaws.services.sts import models, vpc_origin

_IMAGE_PROGRAMS = Path(__file__).parent / "image"  # programs that precede this machine's in PATH
_PHASES = ("install", "pre_build", "build", "post_build")


class _PhaseError(Exception):
    """A phase failed; the message becomes its status."""


class Build:
    """A build. `record` is its description in the API; the event `completion` is set at its end."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.completion, self._stopped, self._log = threading.Event(), threading.Event(), ""
        self._process: subprocess.Popen[str] | None = None
        start_fields = {"startTime": datetime.now(UTC), "buildStatus": "IN_PROGRESS", "currentPhase": "QUEUED"}
        self.record: dict[str, Any] = {**record, **start_fields, "buildComplete": False, "phases": []}

    def description(self) -> dict[str, Any]:
        """Return a copy of the current record."""
        return {**self.record, "phases": list(self.record["phases"])}

    def stop(self) -> dict[str, Any]:
        """End the processes of the build; its status becomes STOPPED."""
        self._stopped.set()
        self._kill()
        self.completion.wait(10)
        return self.description()

    def run(self, account: str, region: str) -> None:
        """Run the phases; failures of the build set its status and raise nothing."""
        status = "FAILED"
        try:
            role = self.record["serviceRole"]
            key = models.assume_for_service(role, "codebuild.amazonaws.com", "AWSCodeBuild", account)
            vpc_origin.set_session_subnets(key, account, region, self.record.get("vpcConfig", {}).get("subnets", ()))
            with tempfile.TemporaryDirectory() as folder:
                status = self._phases(Path(folder), key, region)
            self._write_log(key, region)
        except (ServiceException, OSError) as error:
            self._phase("SUBMITTED", time.time(), str(error))
        status = "STOPPED" if self._stopped.is_set() else status
        end_fields = {"endTime": datetime.now(UTC), "buildStatus": status, "currentPhase": "COMPLETED"}
        self.record.update(end_fields, buildComplete=True)
        self.completion.set()

    def _phases(self, folder: Path, key: str, region: str) -> str:
        """Run the phases. post_build runs even after a failed build phase, as on AWS; other failures end the build."""
        started_at, name, failed = time.time(), "DOWNLOAD_SOURCE", ""
        try:
            phases = _load_phases(self._source(folder, key, region), self.record["source"].get("buildspec", ""))
            environment = self._environment(folder, key, region)
            self._phase(name, started_at)
            for name in _PHASES:
                started_at, commands = time.time(), phases.get(name, {}).get("commands", [])
                error_message = self._shell(
                    commands, folder, {**environment, "CODEBUILD_BUILD_SUCCEEDING": str(+(not failed))}
                )
                self._phase(name.upper(), started_at, error_message)
                failed = failed or error_message
                if error_message and name != "build":
                    break
        except (_PhaseError, ClientError) as error:
            failed = str(error)
            self._phase(name.upper(), started_at, failed)
        return "FAILED" if failed else "SUCCEEDED"

    def _phase(self, name: str, started_at: float, error_message: str = "") -> None:
        start, end = datetime.fromtimestamp(started_at, UTC), datetime.now(UTC)
        phase_record: dict[str, Any] = {
            "phaseType": name,
            "phaseStatus": "FAILED" if error_message else "SUCCEEDED",
            "startTime": start,
        }
        phase_record |= {"endTime": end, "durationInSeconds": int((end - start).total_seconds())}
        contexts = (
            {"contexts": [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": error_message}]} if error_message else {}
        )
        self.record["phases"].append({**phase_record, **contexts})

    def _source(self, folder: Path, key: str, region: str) -> Path:
        source = self.record["source"]
        if source["type"] == "S3":
            s3, (bucket, _, name) = context.client("s3", region, key), source["location"].partition("/")
            if name.endswith("/"):
                _download_folder(s3, bucket, name, folder)
                return folder
            version = {"VersionId": self.record["sourceVersion"]} if "sourceVersion" in self.record else {}
            body = s3.get_object(Bucket=bucket, Key=name, **version)["Body"].read()
            zipfile.ZipFile(io.BytesIO(body)).extractall(folder)
        elif source["type"] != "NO_SOURCE":
            raise _PhaseError(f"the embedded AWS does not fetch {source['type']} sources; see SUPPORTED.md")
        return folder

    def _environment(self, folder: Path, key: str, region: str) -> dict[str, str]:
        variables = {}
        for variable in self.record["environment"]["environmentVariables"]:
            if variable.get("type", "PLAINTEXT") != "PLAINTEXT":
                raise _PhaseError(f"the embedded AWS does not read {variable['type']} variables; see SUPPORTED.md")
            variables[variable["name"]] = variable["value"]
        return {
            "PATH": f"{_IMAGE_PROGRAMS}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": "local",
            **_endpoint_environment(context.endpoint()),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "CODEBUILD_BUILD_ID": self.record["id"],
            "CODEBUILD_SRC_DIR": str(folder),
            "CODEBUILD_RESOLVED_SOURCE_VERSION": self.record.get("sourceVersion", ""),
            **variables,
        }

    def _shell(self, commands: list[str], folder: Path, environment: dict[str, str]) -> str:
        """Run the commands and return why they failed, or ""."""
        if not commands or self._stopped.is_set():
            return "stopped" if self._stopped.is_set() else ""
        self._process = subprocess.Popen(
            ["bash", "-ec", "\n".join(commands)], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            output, _ = self._process.communicate(timeout=self.record["timeoutInMinutes"] * 60)
        except subprocess.TimeoutExpired:
            self._kill()
            output = "the build timed out\n"
        self._log += output
        code = self._process.returncode
        return f"Error while executing commands: exit status {code}: {output.strip()[-200:]}" if code else ""

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _write_log(self, key: str, region: str) -> None:
        """Write the log with the role; without the permission the log is lost, as on AWS."""
        log_record, logs = self.record["logs"], context.client("logs", region, key)
        location = {"logGroupName": log_record["groupName"], "logStreamName": log_record["streamName"]}
        now = int(time.time() * 1000)
        lines = [{"timestamp": now, "message": line} for line in self._log.splitlines() if line]
        with contextlib.suppress(ClientError):
            logs.create_log_stream(**location)
            if lines:
                logs.put_log_events(**location, logEvents=lines)


def _endpoint_environment(endpoint: str) -> dict[str, str]:
    """Return the variables that direct AWS clients to this server; S3 Control needs a proxy for its host names."""
    endpoints = {"AWS_ENDPOINT_URL": endpoint, "AWS_S3_USE_PATH_STYLE": "true", "AWS_EC2_METADATA_DISABLED": "true"}
    proxy = {"HTTP_PROXY": endpoint, "http_proxy": endpoint, "NO_PROXY": "127.0.0.1,localhost"}
    return {**endpoints, **proxy, "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal"}


def _download_folder(s3: Any, bucket: str, prefix: str, folder: Path) -> None:
    """Download all objects under a prefix as files."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for object_summary in page.get("Contents", ()):
            file = folder / object_summary["Key"].removeprefix(prefix)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(s3.get_object(Bucket=bucket, Key=object_summary["Key"])["Body"].read())


def _load_phases(folder: Path, buildspec: str) -> dict[str, Any]:
    """Return the phases; `buildspec` is its text or the name of its file in the source."""
    text = buildspec
    if "\n" not in buildspec:
        file = folder / (buildspec or "buildspec.yml")
        if not file.is_file():
            raise _PhaseError(f"YAML_FILE_ERROR: {file.name}: no such file")
        text = file.read_text(encoding="utf-8")
    try:
        return dict(YAML(typ="safe").load(text)["phases"])
    except (YAMLError, KeyError, TypeError) as error:
        raise _PhaseError(f"YAML_FILE_ERROR: {error}") from None
