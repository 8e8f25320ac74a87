"""A build: unpacks the source, runs each phase in one shell with the role's credentials, uploads the artifacts.

https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
"""

import functools
import re
import tempfile
import threading
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException

from scripts.localaws.core import clock, context
from scripts.localaws.services.codebuild import artifacts, environment
from scripts.localaws.services.codebuild.build_log import BuildLog
from scripts.localaws.services.codebuild.buildspec import PHASES, Buildspec, BuildspecError, Phase, parse
from scripts.localaws.services.codebuild.reports import Reports
from scripts.localaws.services.codebuild.shell import Shell
from scripts.localaws.services.codecommit.clone_reference import CloneError
from scripts.localaws.services.ecr import container
from scripts.localaws.services.ecr.container import LocalImage
from scripts.localaws.services.ecr.images import ImageError, MachineError
from scripts.localaws.services.iam.authorization import requirements
from scripts.localaws.services.sts import models, sessions, vpc_origin

T = TypeVar("T")


class _PhaseError(Exception):
    """A phase failed; the message becomes its context."""


class Build:
    """A build. `record` is its description in the API; the event `completion` is set at its end."""

    def __init__(self, record: dict[str, Any], reports: Reports) -> None:
        self.completion, self._stopped, self._timed_out = threading.Event(), threading.Event(), threading.Event()
        self._shell: Shell | None = None
        self._image: LocalImage | None = None  # unless it is AWS's
        self._has_ended = False  # every phase has run; else a build that breaks off has failed
        self._reports = reports
        start_fields = {"startTime": clock.now(), "buildStatus": "IN_PROGRESS", "currentPhase": "QUEUED"}
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
        timer = threading.Timer(self.record["timeoutInMinutes"] * 60, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            self._in_phase("SUBMITTED", lambda: None)
            key = self._in_phase("PROVISIONING", lambda: self._session(account, region))
            with tempfile.TemporaryDirectory(prefix="build-") as folder:
                self._run_in(Path(folder), key, region)
            self._has_ended = True
        except _PhaseError:
            pass  # the phase has the reason
        finally:
            timer.cancel()
            self._end()

    def _end(self) -> None:
        failed = any(phase["phaseStatus"] != "SUCCEEDED" for phase in self.record["phases"])
        status = "SUCCEEDED" if self._has_ended and not failed else "FAILED"
        status = "STOPPED" if self._stopped.is_set() else "TIMED_OUT" if self._timed_out.is_set() else status
        end_fields = {"endTime": clock.now(), "buildStatus": status, "currentPhase": "COMPLETED"}
        self.record.update(end_fields, buildComplete=True)
        self.completion.set()

    def _time_out(self) -> None:
        self._timed_out.set()
        self._kill()

    def _kill(self) -> None:
        if self._shell is not None:
            self._shell.kill()

    def _session(self, account: str, region: str) -> str:
        """The access key of a session of the role, in the VPC of the project."""
        key = models.assume_for_service(
            self.record["serviceRole"], "codebuild.amazonaws.com", f"AWSCodeBuild-{self.record['id'][-36:]}", account
        )
        denial = requirements.start_denial("StartBuild", self.record, account, region, "codebuild")
        if denial:
            raise _PhaseError(denial)
        vpc_origin.set_session_subnets(key, account, region, self.record.get("vpcConfig", {}).get("subnets", ()))
        self._image = self._pull(key, region)
        return key

    def _pull(self, key: str, region: str) -> LocalImage | None:
        """The project's image, which the role pulls; None for one of AWS's."""
        settings = self.record["environment"]
        if settings["image"].startswith(environment.AWS_IMAGE):
            return None
        if settings.get("imagePullCredentialsType") != "SERVICE_ROLE":
            raise _PhaseError("the embedded AWS pulls an image of a project with SERVICE_ROLE alone; see SUPPORTED.md")
        try:
            return container.pull(context.client("ecr", region, key), settings["image"])
        except (ClientError, ImageError) as error:
            reason = f"Unable to pull customer's container image. CannotPullContainerError: {error}"
            raise _PhaseError(f"BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: {reason}") from None

    def _run_in(self, folder: Path, key: str, region: str) -> None:
        log = BuildLog(folder / "log", self.record["logs"], key, region)
        source = folder / "src"
        source.mkdir()
        try:
            spec = self._in_phase("DOWNLOAD_SOURCE", lambda: self._prepare(folder, source, log, key, region))
            try:
                self._run_phases(spec, log)
                self._export(spec)
            finally:
                self._close_shell()
            self._reports.read(self.record, spec.reports, source)
            s3 = context.client("s3", region, key)
            self._in_phase("UPLOAD_ARTIFACTS", lambda: artifacts.upload(s3, self.record, spec.artifacts, source))
        finally:
            for failure in (each for phase in self.record["phases"] for each in phase["contexts"]):
                log.line(f"Phase context status code: {failure['statusCode']} Message: {failure['message']}")
            log.copy()
            log.file.close()

    def _prepare(self, folder: Path, source: Path, log: BuildLog, key: str, region: str) -> Buildspec:
        """Download the source and open the shell; the buildspec."""
        spec = self._download(source, key, region)
        self._shell = self._open_shell(folder, source, spec, log, key, region)
        return spec

    def _close_shell(self) -> None:
        if self._shell is not None:
            self._shell.close()

    def _download(self, folder: Path, key: str, region: str) -> Buildspec:
        source = self.record["source"]
        if source["type"] in ("S3", "CODEPIPELINE"):
            s3 = context.client("s3", region, key)
            version = self.record.get("sourceVersion", "")
            artifacts.download(s3, source, version, folder, sessions.caller(key))
        elif source["type"] != "NO_SOURCE":
            raise _PhaseError(f"the embedded AWS does not fetch {source['type']} sources; see SUPPORTED.md")
        return _buildspec(folder, source.get("buildspec", ""))

    def _open_shell(self, folder: Path, source: Path, spec: Buildspec, log: BuildLog, key: str, region: str) -> Shell:
        home = folder / "home"
        home.mkdir()
        variables = {
            **(
                self._image.variables() if self._image else {"PATH": environment.search_path(folder), "HOME": str(home)}
            ),
            "CODEBUILD_SRC_DIR": str(source),
            **environment.variables(self.record, key, region),
            **spec.variables,
            **self._own_variables(),
        }
        return Shell(source, variables, log.file, self._image)

    def _own_variables(self) -> dict[str, str]:
        variables = self.record["environment"]["environmentVariables"]
        for variable in variables:
            if variable.get("type", "PLAINTEXT") != "PLAINTEXT":
                raise _PhaseError(f"the embedded AWS does not read {variable['type']} variables; see SUPPORTED.md")
        return {variable["name"]: variable["value"] for variable in variables}

    def _run_phases(self, spec: Buildspec, log: BuildLog) -> None:
        """Run the phases. post_build runs even after a failed build phase, as on AWS; other failures end the build."""
        assert self._shell is not None
        for name in PHASES:
            phase = spec.phases.get(name, Phase())
            succeeding = all(record["phaseStatus"] == "SUCCEEDED" for record in self.record["phases"])
            self._shell.set_variable("CODEBUILD_BUILD_SUCCEEDING", str(int(succeeding)))
            log.line(f"Entering phase {name.upper()}")
            try:
                self._in_phase(name.upper(), functools.partial(self._run_phase, phase, log))
            except _PhaseError:
                if name != "build" or phase.aborts:
                    return
            finally:
                log.line(f"Phase complete: {name.upper()} State: {self.record['phases'][-1]['phaseStatus']}")
                if phase.commands:
                    log.copy()

    def _run_phase(self, phase: Phase, log: BuildLog) -> None:
        error = self._run_commands(phase.commands, log)
        error = self._run_commands(phase.final_commands, log) or error
        if error:
            raise _PhaseError(error)

    def _run_commands(self, commands: tuple[str, ...], log: BuildLog) -> str:
        """Run commands up to the first that fails, and return why it failed, or ""."""
        assert self._shell is not None
        for command in commands:
            if self._stopped.is_set() or self._timed_out.is_set():
                return "the build has been stopped" if self._stopped.is_set() else "the build timed out"
            log.line(f"Running command {command.strip()}")
            if code := self._shell.run(command):
                return (
                    f"Error while executing command: {command.strip()}. Reason: exit status {code}: {log.last_line()}"
                )
        return ""

    def _export(self, spec: Buildspec) -> None:
        """https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.exported-variables"""
        assert self._shell is not None
        exported = [name for name in spec.exported if not name.startswith("AWS_")]
        values = [{"name": name, "value": self._shell.variable(name)} for name in exported]
        self.record["exportedEnvironmentVariables"] = values

    def _in_phase(self, name: str, work: Callable[[], T]) -> T:
        """Do the work of a phase and record how it ended. Raises _PhaseError when it fails."""
        self.record["currentPhase"], started_at = name, clock.now()
        try:
            result = work()
        except (
            _PhaseError, BuildspecError, CloneError, ClientError, ServiceException, OSError, zipfile.BadZipFile,
            MachineError,
        ) as error:  # fmt: skip
            self._record_phase(name, started_at, str(error))
            raise _PhaseError(str(error)) from None
        self._record_phase(name, started_at, "")
        return result

    def _record_phase(self, name: str, start: datetime, error: str) -> None:
        end, match = clock.now(), re.fullmatch("([A-Z]+_[A-Z_]+): (.*)", error, re.DOTALL)
        code, message = match.groups() if match else ("COMMAND_EXECUTION_ERROR", error)
        failure = "STOPPED" if self._stopped.is_set() else "TIMED_OUT" if self._timed_out.is_set() else "FAILED"
        self.record["phases"].append(
            {
                "phaseType": name,
                "phaseStatus": failure if error else "SUCCEEDED",
                "startTime": start,
                "endTime": end,
                "durationInSeconds": int((end - start).total_seconds()),
                "contexts": [{"statusCode": code, "message": message}] if error else [],
            }
        )


def _buildspec(folder: Path, buildspec: str) -> Buildspec:
    """The buildspec of a build; `buildspec` is its text or the name of its file in the source."""
    if "\n" in buildspec:
        return parse(buildspec)
    file = folder / (buildspec or "buildspec.yml")
    if not file.is_file():
        raise BuildspecError(f"YAML_FILE_ERROR: {file.name}: the YAML file does not exist")
    return parse(file.read_text(encoding="utf-8"))
