"""One build that runs: source unpacked, each phase a shell under the role's credentials, the log kept.

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

_IMAGE = Path(__file__).parent / "image"  # programs that are found before this machine's
_PHASES = ("install", "pre_build", "build", "post_build")


class _BrokenError(Exception):
    """A phase cannot go on."""


class Build:
    """`record` is what AWS shows of it; `over` is set when nothing will change any more."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.over, self._stopped, self._log = threading.Event(), threading.Event(), ""
        self._process: subprocess.Popen[str] | None = None
        begun = {"startTime": datetime.now(UTC), "buildStatus": "IN_PROGRESS", "currentPhase": "QUEUED"}
        self.record: dict[str, Any] = {**record, **begun, "buildComplete": False, "phases": []}

    def shown(self) -> dict[str, Any]:
        """The record as it is now."""
        return {**self.record, "phases": list(self.record["phases"])}

    def stop(self) -> dict[str, Any]:
        """End its processes; it becomes STOPPED."""
        self._stopped.set()
        self._kill()
        self.over.wait(10)
        return self.shown()

    def run(self, account: str, region: str) -> None:
        """From the source to the last phase; never raises for what the build does."""
        status = "FAILED"
        try:
            role = self.record["serviceRole"]
            key = models.assume_for_service(role, "codebuild.amazonaws.com", "AWSCodeBuild", account)
            vpc_origin.set_session_subnets(key, account, region, self.record.get("vpcConfig", {}).get("subnets", ()))
            with tempfile.TemporaryDirectory() as folder:
                status = self._phases(Path(folder), key, region)
            self._keep_log(key, region)
        except (ServiceException, OSError) as refused:
            self._phase("SUBMITTED", time.time(), str(refused))
        status = "STOPPED" if self._stopped.is_set() else status
        ended = {"endTime": datetime.now(UTC), "buildStatus": status, "currentPhase": "COMPLETED"}
        self.record.update(ended, buildComplete=True)
        self.over.set()

    def _phases(self, folder: Path, key: str, region: str) -> str:
        """A failed build phase still has its post_build, as on AWS; every other failure ends the build."""
        began, name, failed = time.time(), "DOWNLOAD_SOURCE", ""
        try:
            phases = _buildspec(self._source(folder, key, region), self.record["source"].get("buildspec", ""))
            environment = self._environment(folder, key, region)
            self._phase(name, began)
            for name in _PHASES:
                began, commands = time.time(), phases.get(name, {}).get("commands", [])
                problem = self._shell(
                    commands, folder, {**environment, "CODEBUILD_BUILD_SUCCEEDING": str(+(not failed))}
                )
                self._phase(name.upper(), began, problem)
                failed = failed or problem
                if problem and name != "build":
                    break
        except (_BrokenError, ClientError) as broken:
            failed = str(broken)
            self._phase(name.upper(), began, failed)
        return "FAILED" if failed else "SUCCEEDED"

    def _phase(self, name: str, began: float, problem: str = "") -> None:
        start, end = datetime.fromtimestamp(began, UTC), datetime.now(UTC)
        shown: dict[str, Any] = {
            "phaseType": name,
            "phaseStatus": "FAILED" if problem else "SUCCEEDED",
            "startTime": start,
        }
        shown |= {"endTime": end, "durationInSeconds": int((end - start).total_seconds())}
        told = {"contexts": [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": problem}]} if problem else {}
        self.record["phases"].append({**shown, **told})

    def _source(self, folder: Path, key: str, region: str) -> Path:
        source = self.record["source"]
        if source["type"] == "S3":
            s3, (bucket, _, name) = context.client("s3", region, key), source["location"].partition("/")
            if name.endswith("/"):
                _folder(s3, bucket, name, folder)
                return folder
            version = {"VersionId": self.record["sourceVersion"]} if "sourceVersion" in self.record else {}
            body = s3.get_object(Bucket=bucket, Key=name, **version)["Body"].read()
            zipfile.ZipFile(io.BytesIO(body)).extractall(folder)
        elif source["type"] != "NO_SOURCE":
            raise _BrokenError(f"the embedded AWS does not fetch {source['type']} sources; see SUPPORTED.md")
        return folder

    def _environment(self, folder: Path, key: str, region: str) -> dict[str, str]:
        own = {}
        for it in self.record["environment"]["environmentVariables"]:
            if it.get("type", "PLAINTEXT") != "PLAINTEXT":
                raise _BrokenError(f"the embedded AWS does not read {it['type']} variables; see SUPPORTED.md")
            own[it["name"]] = it["value"]
        return {
            "PATH": f"{_IMAGE}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": "local",
            **_reaching(context.endpoint()),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "CODEBUILD_BUILD_ID": self.record["id"],
            "CODEBUILD_SRC_DIR": str(folder),
            "CODEBUILD_RESOLVED_SOURCE_VERSION": self.record.get("sourceVersion", ""),
            **own,
        }

    def _shell(self, commands: list[str], folder: Path, environment: dict[str, str]) -> str:
        """Why the commands failed, "" when they did not."""
        if not commands or self._stopped.is_set():
            return "stopped" if self._stopped.is_set() else ""
        self._process = subprocess.Popen(
            ["bash", "-ec", "\n".join(commands)], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = self._process.communicate(timeout=self.record["timeoutInMinutes"] * 60)
        except subprocess.TimeoutExpired:
            self._kill()
            said = "the build timed out\n"
        self._log += said
        code = self._process.returncode
        return f"Error while executing commands: exit status {code}: {said.strip()[-200:]}" if code else ""

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _keep_log(self, key: str, region: str) -> None:
        """Write the log as the role; a role that may not write it loses it, as on AWS."""
        kept, logs = self.record["logs"], context.client("logs", region, key)
        where = {"logGroupName": kept["groupName"], "logStreamName": kept["streamName"]}
        now = int(time.time() * 1000)
        lines = [{"timestamp": now, "message": line} for line in self._log.splitlines() if line]
        with contextlib.suppress(ClientError):
            logs.create_log_stream(**where)
            if lines:
                logs.put_log_events(**where, logEvents=lines)


def _reaching(endpoint: str) -> dict[str, str]:
    """What leads a command of a build here; S3 Control puts account ids in front of its host, hence the proxy."""
    own = {"AWS_ENDPOINT_URL": endpoint, "AWS_S3_USE_PATH_STYLE": "true", "AWS_EC2_METADATA_DISABLED": "true"}
    proxy = {"HTTP_PROXY": endpoint, "http_proxy": endpoint, "NO_PROXY": "127.0.0.1,localhost"}
    return {**own, **proxy, "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal"}


def _folder(s3: Any, bucket: str, prefix: str, folder: Path) -> None:
    """Every object under a prefix, as files."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", ()):
            file = folder / found["Key"].removeprefix(prefix)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read())


def _buildspec(folder: Path, given: str) -> dict[str, Any]:
    """The phases; `given` is the buildspec itself or the name of its file in the source."""
    text = given
    if "\n" not in given:
        file = folder / (given or "buildspec.yml")
        if not file.is_file():
            raise _BrokenError(f"YAML_FILE_ERROR: {file.name}: no such file")
        text = file.read_text(encoding="utf-8")
    try:
        return dict(YAML(typ="safe").load(text)["phases"])
    except (YAMLError, KeyError, TypeError) as unreadable:
        raise _BrokenError(f"YAML_FILE_ERROR: {unreadable}") from None
