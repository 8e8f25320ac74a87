"""Projects and builds of one account and region, in memory. A build runs in a thread (run.py).

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
"""

import copy
import itertools
import threading
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from scripts.localaws.core import clock, data_file
from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.codebuild.reports import Reports
from scripts.localaws.services.codebuild.run import Build

Record = dict[str, Any]
_TABLE = data_file.read(Path(__file__).with_name("builds.yaml"))
_OVERRIDES: dict[str, tuple[str, str]] = _TABLE["Overrides"]
_SUPPORTED = {*_TABLE["Parameters"], *_OVERRIDES}


class Store:
    """Projects by name and builds by id, oldest first."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.projects: dict[str, Record] = {}
        self.builds: dict[str, Build] = {}
        self.reports = Reports(account, region)
        self._lock, self._numbers = threading.Lock(), itertools.count(1)

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:codebuild:{self.region}:{self.account}:{kind}/{name}"

    def project(self, name: str) -> Record:
        """Return a project by name or ARN; ResourceNotFoundException if there is none."""
        short_name = name.rpartition("/")[2]
        if short_name not in self.projects:
            raise AwsError("ResourceNotFoundException", f"Project cannot be found: {self._arn('project', short_name)}")
        return self.projects[short_name]

    def create(self, params: Record) -> Record:
        """Create a project with AWS's defaults."""
        arn, now = self._arn("project", params["name"]), clock.now()
        if params["name"] in self.projects:
            raise AwsError("ResourceAlreadyExistsException", f"Project already exists: {arn}")
        if f":{self.account}:role/" not in params["serviceRole"]:
            raise AwsError("InvalidInputException", "Invalid service role: it is not a role of the caller's account")
        key = f"arn:aws:kms:{self.region}:{self.account}:alias/aws/s3"
        project = {**copy.deepcopy(_TABLE["Defaults"]), "encryptionKey": key, **params, "arn": arn, "created": now}
        self.projects[params["name"]] = {**project, "lastModified": now}
        return self.projects[params["name"]]

    def update(self, params: Record) -> Record:
        """Replace the settings that the request contains."""
        project = self.project(params["name"])
        project.update(params, lastModified=clock.now())
        if project.get("concurrentBuildLimit") == -1:
            del project["concurrentBuildLimit"]
        return project

    def build(self, id: str) -> Build:
        """Return a build; ResourceNotFoundException if there is none."""
        if id not in self.builds:
            raise AwsError("ResourceNotFoundException", f"Build {id} does not exist")
        return self.builds[id]

    def start(self, params: Record) -> Build:
        """Start a build; AccountLimitExceededException at the project's limit of concurrent builds."""
        if unsupported := params.keys() - _SUPPORTED:
            raise AwsError(
                "InvalidInputException", f"the embedded AWS does not take {sorted(unsupported)}; SUPPORTED.md"
            )
        project = self.project(params["projectName"])
        with self._lock:
            limit = project.get("concurrentBuildLimit") or len(self.builds) + 1
            if sum(not build.completion.is_set() for build in self._builds_of(project)) >= limit:
                raise AwsError("AccountLimitExceededException", f"Cannot have more than {limit} active builds")
            build = Build(self._record(project, params), self.reports)
            self.builds[build.record["id"]] = build
        threading.Thread(target=build.run, args=(self.account, self.region), daemon=True).start()
        return build

    def _builds_of(self, project: Record) -> list[Build]:
        return [build for build in self.builds.values() if build.record["projectName"] == project["name"]]

    def _record(self, project: Record, params: Record) -> Record:
        settings = copy.deepcopy({key: project[key] for key in _TABLE["BuildSettings"] if key in project})
        for name, (part, key) in _OVERRIDES.items():
            if name in params:
                settings[part][key] = params[name]
        variables = {item["name"]: item for item in settings["environment"].get("environmentVariables", [])}
        variables |= {item["name"]: item for item in params.get("environmentVariablesOverride", [])}
        settings["environment"]["environmentVariables"] = list(variables.values())
        id = f"{project['name']}:{uuid.uuid4()}"
        logs = project.get("logsConfig", {}).get("cloudWatchLogs", {})
        log_location = {"groupName": logs.get("groupName", f"/aws/codebuild/{project['name']}"), "streamName": id[-36:]}
        version = params.get("sourceVersion", project.get("sourceVersion"))
        settings["artifacts"] = params.get("artifactsOverride", settings.get("artifacts", {"type": "NO_ARTIFACTS"}))
        if settings["source"]["type"] == "CODEPIPELINE" and not settings["source"].get("location"):
            message = f"CodePipeline starts builds of {project['name']}; start its pipeline, or override the location"
            raise AwsError("InvalidInputException", message)
        is_revision = settings["source"]["type"] == "CODEPIPELINE"  # CodePipeline sends the revision of the source
        return {
            **settings,
            "secondaryArtifacts": params.get("secondaryArtifactsOverride", []),
            "id": id,
            "arn": self._arn("build", id),
            "projectName": project["name"],
            "buildNumber": next(self._numbers),
            "timeoutInMinutes": params.get("timeoutInMinutesOverride", project["timeoutInMinutes"]),
            "logs": {**log_location, "cloudWatchLogs": {"status": logs.get("status", "ENABLED"), **log_location}},
            **({("resolvedSourceVersion" if is_revision else "sourceVersion"): version} if version else {}),
        }


@cache
def store(account: str, region: str) -> Store:
    """Return the store of an account and region."""
    return Store(account, region)
