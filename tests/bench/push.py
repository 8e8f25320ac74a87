"""From a push to a registered model: `python -m tests.bench push`, about twenty minutes, most of them preparation.

The first steps of `make demo-model` make an account, the package index, the images and a project. Then a change of the
project's code is pushed and followed until the registry holds the model. The peer runs the steps of the same pipeline
as bare processes in the project's folder.
"""

from __future__ import annotations

import re
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from scripts.demo import aws_reader, commands, other_products, training
from scripts.demo.__main__ import MODEL_STEPS
from scripts.demo.runner import Step, run_steps
from scripts.demo.state import SPOKE, DemoState
from scripts.project import environment, quality
from tests.bench.measure import REPOSITORY, verdict

FROM_PUSH, STEPS, ADDED, MEMORY = 240.0, 1.5, 1.0, 2.0  # seconds, times the peer, seconds a step, GB
_FINAL = ("Succeeded", "Failed", "Stopped")
_TIMEOUT = 900.0  # seconds of the run that the launch itself starts
_JOB = re.compile(r"(?P<kind>processing|training|transform)-job/(?P<name>.+)")


def main() -> int:
    """Exit code 0 when every bound is met, otherwise 2."""
    state = DemoState(report=lambda _: None)
    try:
        preparation = (Step("Start an embedded AWS", 0, _start), *MODEL_STEPS[1:9])  # up to the project
        outcomes = run_steps(preparation, state, Console(file=sys.stderr))
        if not all(outcome.passed for outcome in outcomes):
            sys.exit("bench: the preparation failed; see above")
        outputs = other_products.project_outputs(state)
        _wait_until_idle(outputs["Pipeline"])
        return 0 if all(_measure(outputs)) else 2
    finally:
        commands.stop_own_server()


def _start(state: DemoState) -> str:
    """Start an embedded AWS that ends with the benchmark; its endpoint."""
    commands.stop_own_server()  # left over from one that was killed
    commands.create_checkout()
    state.own_server = True
    return commands.start_own_server()


def _measure(outputs: dict[str, str]) -> list[bool]:
    began = time.monotonic()
    commit = training.push_change(outputs["RepositoryUrl"], _change, "Explain the settings")
    execution = training.follow(outputs["Pipeline"], outputs["TrainingPipeline"], commit, lambda _: None)
    seconds = time.monotonic() - began
    if execution["status"] != "Succeeded":
        sys.exit(f"bench: the pipeline of the push ended as {execution['status']}")
    steps = _steps(outputs["TrainingPipeline"])
    ours = (max(step["EndTime"] for step in steps) - min(step["StartTime"] for step in steps)).total_seconds()
    added = [_seconds(step) - job for step in steps if (job := _job_seconds(step)) is not None]
    return [
        verdict("from push to registered model", [seconds], FROM_PUSH, " s"),
        verdict("steps against bare processes", [ours / _bare_steps(outputs["RepositoryUrl"])], STEPS),
        verdict("added to the job of a step", added, ADDED, " s"),
        verdict("memory of the embedded AWS", [_memory()], MEMORY, " GB"),
    ]


def _change(folder: Path) -> None:
    """A comment in the code of the steps, so that no step takes over the outputs of an earlier run."""
    (config,) = folder.glob("src/*/config.py")
    config.write_text(f"# The owner reviews these settings once a year.\n{config.read_text('utf-8')}", encoding="utf-8")


def _wait_until_idle(pipeline: str) -> None:
    """Wait for the execution that the project's first commit started."""
    client, deadline = aws_reader.client("codepipeline", SPOKE), time.monotonic() + _TIMEOUT
    while time.monotonic() < deadline:
        executions = client.list_pipeline_executions(pipelineName=pipeline)["pipelineExecutionSummaries"]
        if executions and all(execution["status"] in _FINAL for execution in executions):
            return
        time.sleep(0.5)
    sys.exit(f"bench: {pipeline} has not ended after {_TIMEOUT:.0f} seconds")


def _steps(training_pipeline: str) -> list[dict[str, Any]]:
    """The steps of the newest run that had work to do."""
    sagemaker = aws_reader.client("sagemaker", SPOKE)
    newest, *_ = sagemaker.list_pipeline_executions(PipelineName=training_pipeline)["PipelineExecutionSummaries"]
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=newest["PipelineExecutionArn"])
    cached = [step["StepName"] for step in steps["PipelineExecutionSteps"] if "CacheHitResult" in step]
    if cached:
        sys.exit(f"bench: the steps {', '.join(cached)} took over the outputs of an earlier run")
    return list(steps["PipelineExecutionSteps"])


def _seconds(step: dict[str, Any]) -> float:
    return float((step["EndTime"] - step["StartTime"]).total_seconds())


def _job_seconds(step: dict[str, Any]) -> float | None:
    """Seconds of the job of a step, None for a step without a job."""
    arns = [value["Arn"] for value in step.get("Metadata", {}).values() if isinstance(value, dict) and "Arn" in value]
    match = _JOB.search(arns[0]) if arns else None
    if match is None:
        return None
    kind, name = match["kind"].capitalize(), match["name"]
    describe = getattr(aws_reader.client("sagemaker", SPOKE), f"describe_{match['kind']}_job")
    job = describe(**{f"{kind}JobName": name})
    start: datetime = job[f"{kind}StartTime"]
    return float((job[f"{kind}EndTime"] - start).total_seconds())


def _bare_steps(url: str) -> float:
    """Seconds of the steps of the same definition as processes of this machine."""
    programs = environment.ensure(REPOSITORY, lambda line: print(line, file=sys.stderr))
    with training.clone(url) as folder:
        (package,) = (path.parent.name for path in folder.glob("src/*/config.py"))
        result = quality.run("steps", (str(programs / "python"), "-m", f"{package}.local"), folder, programs)
    if not result.passed:
        sys.exit(f"bench: the steps as processes failed: {result.output[-2000:]}")
    return result.seconds


def _memory() -> float:
    """GB of the server's process."""
    return float(psutil.Process(commands.server()["pid"]).memory_info().rss) / 2**30
