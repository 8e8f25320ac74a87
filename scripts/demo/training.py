"""A push to a project's repository, followed until the model registry holds the model."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from scripts.demo import aws_reader, other_products
from scripts.demo.runner import require
from scripts.demo.state import SPOKE, DemoState

_TIMEOUT = 1200.0  # seconds
_FINAL = ("Succeeded", "Failed", "Stopped")
Report = Callable[[str], None]
_FAILING_TEST, _BOUND = "tests/test_region.py", '"MetricThreshold", CONFIG.metric_threshold'
_PROVENANCE = ("commit", "data_raw_sha256", "training_image_digest")  # metadata of every registered version


def push(state: DemoState) -> str:
    """The developer pushes a change to the project; its pipeline checks, trains, evaluates and registers the model."""
    outputs = other_products.project_outputs(state)
    commit = push_change(outputs["RepositoryUrl"], _add_note, "Note who owns the model")
    status = follow(outputs["Pipeline"], outputs["TrainingPipeline"], commit, state.report)["status"]
    require(status == "Succeeded", f"the pipeline of the commit {commit[:8]} ended as {status}")
    return _registered(outputs["ModelGroup"], commit)


def push_failing_test(state: DemoState) -> str:
    """The developer pushes a test that the model does not pass: the stage Quality fails and nothing is trained."""
    outputs = other_products.project_outputs(state)
    before = _versions(outputs["ModelGroup"])
    reason, _ = _refused(outputs, _add_failing_test, "No model decides by region", "Quality", state.report)
    require(_versions(outputs["ModelGroup"]) == before, "the registry has another version")
    return f"Quality failed, nothing was trained: {reason}"


def push_higher_bound(state: DemoState) -> str:
    """The developer raises the bound of a run above what the model reaches: the run refuses to register it."""
    outputs = other_products.project_outputs(state)
    before = _versions(outputs["ModelGroup"])
    _, execution = _refused(outputs, _raise_bound, "Expect more of the model", "Run", state.report)
    require(_versions(outputs["ModelGroup"]) == before, "the registry has another version")
    began = _start(outputs["Pipeline"], execution, "Run")
    failed = [step for step in _steps(outputs["TrainingPipeline"], began) if step["StepStatus"] == "Failed"]
    reason = failed[0].get("FailureReason", "") if failed else ""
    require("Not registered" in reason, f"the run failed for another reason: {reason}")
    return f"{failed[0]['StepName']}: {reason}"


def _refused(
    outputs: dict[str, str], change: Callable[[Path], None], message: str, stage: str, report: Report
) -> tuple[str, dict[str, Any]]:
    """Push a change whose execution fails in this stage; the first line of the reason, and the execution."""
    commit = push_change(outputs["RepositoryUrl"], change, message)
    execution = follow(outputs["Pipeline"], outputs["TrainingPipeline"], commit, report)
    status = execution["status"]
    client = aws_reader.client("codepipeline", SPOKE)
    failed = {
        state["stageName"]: action["latestExecution"].get("errorDetails", {}).get("message", "")
        for state in client.get_pipeline_state(name=outputs["Pipeline"])["stageStates"]
        for action in state["actionStates"]
        if state["latestExecution"]["status"] == "Failed"
    }
    require(status == "Failed" and [*failed] == [stage], f"the pipeline ended as {status}, failed stages: {failed}")
    return str(failed[stage]).splitlines()[0][:300], execution


def _versions(group: str) -> list[str]:
    client = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    packages = client.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    return [package["ModelPackageArn"] for package in packages]


def _add_failing_test(folder: Path) -> None:
    (package,) = {path.parent.name for path in folder.glob("src/*/config.py")}
    text = (
        f"from {package}.config import CONFIG\n\n\n"
        "def test_no_model_decides_by_region():\n"
        '    assert "region" not in CONFIG.categorical_features\n'
    )
    (folder / _FAILING_TEST).write_text(text, encoding="utf-8")


def _raise_bound(folder: Path) -> None:
    (folder / _FAILING_TEST).unlink()
    parameters = folder / "pipelines/parameters.py"
    text = parameters.read_text("utf-8")
    require(_BOUND in text, f"{parameters.name} has no {_BOUND}")
    parameters.write_text(text.replace(_BOUND, '"MetricThreshold", 0.99'), encoding="utf-8")


def _add_note(folder: Path) -> None:
    readme = folder / "README.md"
    readme.write_text(readme.read_text("utf-8") + "\nThe credit risk team owns this model.\n", encoding="utf-8")


def _registered(group: str, commit: str) -> str:
    """The version that the registry holds for the commit, with what it was made of."""
    sagemaker = aws_reader.client("sagemaker", SPOKE, "developer", "alice")
    described = [sagemaker.describe_model_package(ModelPackageName=arn) for arn in _versions(group)]
    version = next((each for each in described if each["CustomerMetadataProperties"]["commit"] == commit), None)
    require(version, f"{group} has {len(described)} versions and none of the commit {commit[:8]}")
    assert version is not None
    metadata = version["CustomerMetadataProperties"]
    missing = [name for name in _PROVENANCE if not metadata.get(name)]
    require(not missing, f"the version lacks {', '.join(missing)}")
    metrics = [f"{name.removeprefix('metric_')} {value}" for name, value in metadata.items() if "metric_" in name]
    reports = ", ".join(sorted(version["ModelMetrics"]))
    digest, data = metadata["training_image_digest"][7:15], metadata["data_raw_sha256"][:8]
    return (
        f"{group} version {version['ModelPackageVersion']} {version['ModelApprovalStatus']}: commit {commit[:8]}, "
        f"data {data}, image {digest}, {', '.join(sorted(metrics)[:3])}; reports {reports}"
    )


def push_change(url: str, change: Callable[[Path], None], message: str) -> str:
    """Clone the repository as the developer, apply the change, push it to main; the commit id."""
    with clone(url) as folder:
        change(folder)
        author = ("-c", "user.name=alice", "-c", "user.email=alice@bank.example")
        _git("-C", str(folder), "add", "--all")
        _git(*author, "-C", str(folder), "commit", "--quiet", "--message", message)
        _git("-C", str(folder), "push", "--quiet", "origin", "HEAD:main")
        return _git("-C", str(folder), "rev-parse", "HEAD").strip()


@contextmanager
def clone(url: str) -> Iterator[Path]:
    """A clone of the repository by the developer, in a folder that exists meanwhile."""
    key = aws_reader.keys(SPOKE, "developer", "alice")["aws_access_key_id"]
    with tempfile.TemporaryDirectory() as folder:
        _git("clone", "--quiet", url.replace("://", f"://{key}:anything@"), folder)
        yield Path(folder)


def _git(*arguments: str) -> str:
    variables = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    completed = subprocess.run(["git", *arguments], env=variables, capture_output=True, text=True, check=False)
    require(completed.returncode == 0, f"git {arguments[0]}: {completed.stderr.strip()}")
    return completed.stdout


def follow(pipeline: str, training_pipeline: str, commit: str, report: Report) -> dict[str, Any]:
    """The execution of this commit at its end; every change of a stage or step is reported once."""
    reported: set[str] = set()
    deadline = time.monotonic() + _TIMEOUT
    while True:
        execution = _execution(pipeline, commit)
        for line in _progress(pipeline, training_pipeline, execution):
            if line not in reported:
                reported.add(line)
                report(line)
        if execution and execution["status"] in _FINAL:
            return execution
        require(time.monotonic() < deadline, f"{pipeline} has not ended after {_TIMEOUT:.0f} seconds")
        time.sleep(0.5)


def _execution(pipeline: str, commit: str) -> dict[str, Any] | None:
    developer = aws_reader.client("codepipeline", SPOKE)
    summaries = developer.list_pipeline_executions(pipelineName=pipeline)["pipelineExecutionSummaries"]
    revisions = {each["pipelineExecutionId"]: [r["revisionId"] for r in each["sourceRevisions"]] for each in summaries}
    return next((each for each in summaries if commit in revisions[each["pipelineExecutionId"]]), None)


def _progress(pipeline: str, training_pipeline: str, execution: dict[str, Any] | None) -> Iterator[str]:
    """A line for each stage and step that runs or has ended."""
    if execution is None:
        return
    client = aws_reader.client("codepipeline", SPOKE)
    for state in client.get_pipeline_state(name=pipeline)["stageStates"]:
        latest = state.get("latestExecution", {})
        if latest.get("pipelineExecutionId") == execution["pipelineExecutionId"]:
            yield f"stage {state['stageName']}: {latest['status']}"
            if state["stageName"] == "Run":
                yield from map(_line, _steps(training_pipeline, _start(pipeline, execution, "Run")))


def _start(pipeline: str, execution: dict[str, Any], stage: str) -> datetime | None:
    """The time when the stage began its work for the execution, None before it."""
    client = aws_reader.client("codepipeline", SPOKE)
    of_execution = {"pipelineExecutionId": execution["pipelineExecutionId"]}
    actions = client.list_action_executions(pipelineName=pipeline, filter=of_execution)["actionExecutionDetails"]
    return min((action["startTime"] for action in actions if action["stageName"] == stage), default=None)


def _steps(training_pipeline: str, since: datetime | None) -> list[dict[str, Any]]:
    """The steps of the run that began after `since`, in the order of their start. A stage has one run at a time."""
    if since is None:
        return []
    sagemaker = aws_reader.client("sagemaker", SPOKE)
    listed = sagemaker.list_pipeline_executions(PipelineName=training_pipeline)["PipelineExecutionSummaries"]
    arns = [run["PipelineExecutionArn"] for run in listed if run["StartTime"] > since]
    if not arns:
        return []
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arns[0], SortOrder="Ascending")
    return list(steps["PipelineExecutionSteps"])


def _line(step: dict[str, Any]) -> str:
    return f"  step {step['StepName']}: {step['StepStatus']} {step.get('FailureReason', '')[:200]}".rstrip()
