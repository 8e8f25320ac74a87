"""A pipeline with its repository, build project, roles and bucket, for tests of CodePipeline."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.localaws.conftest import Aws

ACCOUNT = "123456789012"
SPEC = """
version: 0.2
env: {exported-variables: [GREETING]}
phases:
  build:
    commands:
      - export GREETING="hello $NAME"
      - cat message.txt
      - grep -q good message.txt
artifacts: {files: [message.txt]}
"""


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str) -> str:
    principal = {"Service": f"{service}.amazonaws.com"}
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """The first true value of the condition."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "the state that was waited for did not come"
        time.sleep(0.05)
    return value


def action(name: str, provider: str, configuration: dict[str, str], **more: Any) -> dict[str, Any]:
    category = {"CodeBuild": "Build", "Manual": "Approval"}.get(provider, "Source")
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    lists = {key: [{"name": each} for each in more.pop(key, ())] for key in ("inputArtifacts", "outputArtifacts")}
    return {"name": name, "actionTypeId": kind, "configuration": configuration, **lists, **more}


@dataclass
class Pipeline:
    """A repository, a build project, a topic with a queue, and a pipeline of source, build and approval."""

    aws: Aws
    name: str
    role: str

    def declaration(self, *stages: dict[str, Any]) -> dict[str, Any]:
        source = {"RepositoryName": self.name, "BranchName": "main", "PollForSourceChanges": "false"}
        first = {"name": "Source", "actions": [action("Code", "CodeCommit", source, outputArtifacts=["source"],
                                                      namespace="Code")]}  # fmt: skip
        store = {"type": "S3", "location": self.name}
        return {"name": self.name, "roleArn": self.role, "artifactStore": store, "pipelineType": "V2",
                "executionMode": "QUEUED", "stages": [first, *stages]}  # fmt: skip

    def build(self, title: str = "Build", name: str = "#{Code.BranchName}") -> dict[str, Any]:
        variables = json.dumps([{"name": "NAME", "value": name}])
        configuration = {"ProjectName": self.name, "EnvironmentVariables": variables}
        build = action(title, "CodeBuild", configuration, inputArtifacts=["source"], outputArtifacts=[f"{title}d"],
                       namespace=title)  # fmt: skip
        return {"name": title, "actions": [build]}

    def approval(self, topic: str) -> dict[str, Any]:
        question = {"CustomData": "Release #{Build.GREETING}?", "NotificationArn": topic}
        return {"name": "Approve", "actions": [action("Approve", "Manual", question)]}

    def commit(self, text: str) -> str:
        client = self.aws("codecommit")
        parent = client.get_repository(repositoryName=self.name)["repositoryMetadata"].get("defaultBranch")
        head = client.get_branch(repositoryName=self.name, branchName="main")["branch"]["commitId"] if parent else ""
        files = [{"filePath": "message.txt", "fileContent": text.encode()},
                 {"filePath": "buildspec.yml", "fileContent": SPEC.encode()}]  # fmt: skip
        commit = client.create_commit(repositoryName=self.name, branchName="main", putFiles=files,
                                      **({"parentCommitId": head} if head else {}))  # fmt: skip
        return str(commit["commitId"])

    def execution(self, commit: str) -> dict[str, Any] | None:
        pages = self.aws("codepipeline").list_pipeline_executions(pipelineName=self.name)
        return next((each for each in pages["pipelineExecutionSummaries"]
                     if commit in [revision["revisionId"] for revision in each["sourceRevisions"]]), None)  # fmt: skip

    def stage(self, name: str) -> dict[str, Any]:
        states = self.aws("codepipeline").get_pipeline_state(name=self.name)["stageStates"]
        return next(dict(state) for state in states if state["stageName"] == name)

    def start(self) -> str:
        return str(self.aws("codepipeline").start_pipeline_execution(name=self.name)["pipelineExecutionId"])

    def ended(self, id: str) -> str:
        client = self.aws("codepipeline")
        arguments = {"pipelineName": self.name, "pipelineExecutionId": id}

        def status() -> str:
            status = client.get_pipeline_execution(**arguments)["pipelineExecution"]["status"]
            return "" if status in ("InProgress", "Stopping") else str(status)

        return str(until(status))
