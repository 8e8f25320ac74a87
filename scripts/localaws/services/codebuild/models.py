"""Projects and builds of one account and region. In memory; a build runs in a thread (run.py).

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
"""

import copy
import itertools
import threading
import uuid
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.codebuild.reports import Reports
from scripts.localaws.services.codebuild.run import Build

Record = dict[str, Any]
_KEPT = ("environment", "serviceRole", "source", "encryptionKey", "vpcConfig")
_OVERRIDES = {
    "buildspecOverride": ("source", "buildspec"),
    "sourceLocationOverride": ("source", "location"),
    "sourceTypeOverride": ("source", "type"),
}
_TAKEN = {"projectName", "environmentVariablesOverride", "sourceVersion", "timeoutInMinutesOverride", *_OVERRIDES}
_DEFAULTS: Record = {
    "timeoutInMinutes": 60,
    "queuedTimeoutInMinutes": 480,
    "cache": {"type": "NO_CACHE"},
    "badge": {"badgeEnabled": False},
    "projectVisibility": "PRIVATE",
    "tags": [],
}


class Store:
    """Projects by name, builds by id, oldest first."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.projects: dict[str, Record] = {}
        self.builds: dict[str, Build] = {}
        self.reports = Reports(account, region)
        self._lock, self._numbers = threading.Lock(), itertools.count(1)

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:codebuild:{self.region}:{self.account}:{kind}/{name}"

    def project(self, name: str) -> Record:
        """One project by name or ARN; ResourceNotFoundException when there is none."""
        short = name.rpartition("/")[2]
        if short not in self.projects:
            raise AwsError("ResourceNotFoundException", f"Project cannot be found: {self._arn('project', short)}")
        return self.projects[short]

    def create(self, given: Record) -> Record:
        """A new project with AWS's defaults."""
        arn, now = self._arn("project", given["name"]), datetime.now(UTC)
        if given["name"] in self.projects:
            raise AwsError("ResourceAlreadyExistsException", f"Project already exists: {arn}")
        if f":{self.account}:role/" not in given["serviceRole"]:
            raise AwsError("InvalidInputException", "Invalid service role: it is not a role of the caller's account")
        key = f"arn:aws:kms:{self.region}:{self.account}:alias/aws/s3"
        made = {**copy.deepcopy(_DEFAULTS), "encryptionKey": key, **given, "arn": arn, "created": now}
        self.projects[given["name"]] = {**made, "lastModified": now}
        return self.projects[given["name"]]

    def update(self, given: Record) -> Record:
        """Settings that are named replace the old ones."""
        project = self.project(given["name"])
        project.update(given, lastModified=datetime.now(UTC))
        if project.get("concurrentBuildLimit") == -1:
            del project["concurrentBuildLimit"]
        return project

    def build(self, id: str) -> Build:
        """One build; ResourceNotFoundException when there is none."""
        if id not in self.builds:
            raise AwsError("ResourceNotFoundException", f"Build {id} does not exist")
        return self.builds[id]

    def start(self, given: Record) -> Build:
        """A build that runs; AccountLimitExceededException when as many run as the project may have."""
        if unknown := given.keys() - _TAKEN:
            raise AwsError("InvalidInputException", f"the embedded AWS does not take {sorted(unknown)}; SUPPORTED.md")
        project = self.project(given["projectName"])
        with self._lock:
            most = project.get("concurrentBuildLimit") or len(self.builds) + 1
            if sum(not it.over.is_set() for it in self._of(project)) >= most:
                raise AwsError("AccountLimitExceededException", f"Cannot have more than {most} active builds")
            build = Build(self._record(project, given))
            self.builds[build.record["id"]] = build
        threading.Thread(target=build.run, args=(self.account, self.region), daemon=True).start()
        return build

    def _of(self, project: Record) -> list[Build]:
        return [build for build in self.builds.values() if build.record["projectName"] == project["name"]]

    def _record(self, project: Record, given: Record) -> Record:
        kept = copy.deepcopy({key: project[key] for key in _KEPT if key in project})
        for name, (part, key) in _OVERRIDES.items():
            if name in given:
                kept[part][key] = given[name]
        variables = {it["name"]: it for it in kept["environment"].get("environmentVariables", [])}
        variables |= {it["name"]: it for it in given.get("environmentVariablesOverride", [])}
        kept["environment"]["environmentVariables"] = list(variables.values())
        id = f"{project['name']}:{uuid.uuid4()}"
        logs = project.get("logsConfig", {}).get("cloudWatchLogs", {})
        where = {"groupName": logs.get("groupName", f"/aws/codebuild/{project['name']}"), "streamName": id[-36:]}
        version = given.get("sourceVersion", project.get("sourceVersion"))
        return {
            **kept,
            "id": id,
            "arn": self._arn("build", id),
            "projectName": project["name"],
            "buildNumber": next(self._numbers),
            "timeoutInMinutes": given.get("timeoutInMinutesOverride", project["timeoutInMinutes"]),
            "logs": {**where, "cloudWatchLogs": {"status": logs.get("status", "ENABLED"), **where}},
            **({"sourceVersion": version} if version else {}),
        }


_STORES: dict[tuple[str, str], Store] = {}


def store(account: str, region: str) -> Store:
    """The account's store in the region."""
    return _STORES.setdefault((account, region), Store(account, region))
