"""Runs the actions of a stage: sources, builds and approvals, each with a session of the pipeline's role.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html
"""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import clock, context
from scripts.localaws.services.codepipeline import artifacts, source_actions
from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution, Status
from scripts.localaws.services.codepipeline.source_actions import ActionError

_POLL_SECONDS = 0.2
_APPROVAL_MINUTES = 7 * 24 * 60  # https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html


def run(execution: PipelineExecution, action: ActionExecution, key: str) -> None:
    """Run an action to its end; its status says how it ended. `key` is the access key of the pipeline's role."""
    try:
        _ACTIONS[action.declaration["actionTypeId"]["provider"]](execution, action, key)
    except ActionError as error:
        action.end(Status.FAILED, str(error))
    except ClientError as error:
        action.end(Status.FAILED, error.response["Error"]["Message"], _error_code(error))
    except KeyError as error:
        action.end(Status.FAILED, f"The configuration of the action has no {error}", "ConfigurationError")
    else:
        if action.status == Status.IN_PROGRESS:  # a decision sets the status of an approval
            action.end(Status.ABANDONED if execution.abandon.is_set() else Status.SUCCEEDED)


def _error_code(error: ClientError) -> str:
    """https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_FailureDetails.html"""
    return "PermissionError" if "AccessDenied" in error.response["Error"]["Code"] else "ConfigurationError"


def _build(execution: PipelineExecution, action: ActionExecution, key: str) -> None:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html"""
    client = context.client("codebuild", execution.location[1], key)
    outputs = {each["name"]: artifacts.place(execution, each["name"]) for each in _outputs(action)}
    build = client.start_build(**_build_request(execution, action, outputs))["build"]
    action.external_id = build["id"]
    while not (build := client.batch_get_builds(ids=[build["id"]])["builds"][0])["buildComplete"]:
        if execution.abandon.wait(_POLL_SECONDS):
            return
    if build["buildStatus"] != "SUCCEEDED":
        raise ActionError(_build_error(build))
    exported = build.get("exportedEnvironmentVariables", [])
    action.output_variables = {item["name"]: item["value"] for item in exported}
    revision = execution.artifacts[action.input_artifacts[0]["name"]]["revision"]
    for name, location in outputs.items():
        artifacts.add(execution, action, name, location, revision)


def _outputs(action: ActionExecution) -> list[dict[str, str]]:
    return list(action.declaration.get("outputArtifacts", ()))


def _build_request(
    execution: PipelineExecution, action: ActionExecution, outputs: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    if len(action.input_artifacts) > 1:
        raise ActionError("the embedded AWS gives one input artifact to a build; see SUPPORTED.md")
    source = execution.artifacts[action.input_artifacts[0]["name"]]
    places = {
        name: {"type": "CODEPIPELINE", "location": each["bucket"], "path": each["key"]}
        for name, each in outputs.items()
    }
    variables = json.loads(action.configuration.get("EnvironmentVariables", "[]"))
    request: dict[str, Any] = {
        "projectName": action.configuration["ProjectName"],
        "sourceLocationOverride": f"{source['bucket']}/{source['key']}",
        "sourceVersion": source["revision"],
        "environmentVariablesOverride": [{"type": "PLAINTEXT", **each} for each in variables],
    }
    if len(places) == 1:
        return {**request, "artifactsOverride": next(iter(places.values()))}
    several = [{**each, "artifactIdentifier": name} for name, each in places.items()]
    return {**request, "artifactsOverride": {"type": "NO_ARTIFACTS"}, "secondaryArtifactsOverride": several}


def _build_error(build: Mapping[str, Any]) -> str:
    failed = [phase for phase in build["phases"] if phase["phaseStatus"] != "SUCCEEDED"]
    text = f"Build terminated with state: {build['buildStatus']}"
    if not failed or not failed[0].get("contexts"):
        return text
    context_of_phase = failed[0]["contexts"][0]
    code, message = context_of_phase["statusCode"], context_of_phase["message"]
    return f"{text}. Phase: {failed[0]['phaseType']}, Code: {code}, Message: {message}"[:1000]


def _approve(execution: PipelineExecution, action: ActionExecution, key: str) -> None:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html"""
    minutes = int(action.declaration.get("timeoutInMinutes", _APPROVAL_MINUTES))
    action.token = str(uuid.uuid4())
    if topic := action.configuration.get("NotificationArn"):
        message = _approval_message(execution, action, clock.now() + timedelta(minutes=minutes))
        sns = context.client("sns", execution.location[1], key)
        subject = f"APPROVAL NEEDED: AWS CodePipeline {execution.name} for action {action.name}"
        sns.publish(TopicArn=topic, Subject=subject[:100], Message=json.dumps(message))
    if not action.decision.wait(minutes * 60):
        raise ActionError("The approval has timed out.")


def _approval_message(execution: PipelineExecution, action: ActionExecution, expires: datetime) -> dict[str, Any]:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-json-format.html"""
    region = execution.location[1]
    view = f"https://console.aws.amazon.com/codepipeline/home?region={region}#/view/{execution.name}"
    approval = {
        "pipelineName": execution.name,
        "stageName": action.stage,
        "actionName": action.name,
        "token": action.token,
        "expires": expires.strftime("%Y-%m-%dT%H:%MZ"),
        "externalEntityLink": action.configuration.get("ExternalEntityLink"),
        "approvalReviewLink": f"{view}/{action.stage}/{action.name}/approve/{action.token}",
        "customData": action.configuration.get("CustomData"),
    }
    return {"region": region, "consoleLink": view, "approval": approval}


_ACTIONS: Mapping[str, Callable[[PipelineExecution, ActionExecution, str], None]] = {
    "CodeCommit": source_actions.codecommit,
    "CodeStarSourceConnection": source_actions.connection,
    "S3": source_actions.s3_object,
    "CodeBuild": _build,
    "Manual": _approve,
}
