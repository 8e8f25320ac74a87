"""Checks of six products in the account where they were launched: one function for each product.

A function gets the stack's outputs and returns what AWS shows; StepFailed when something is missing.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts.demo import aws_reader
from scripts.demo.runner import require
from scripts.demo.state import SPOKE

Outputs = Mapping[str, str]


def check_training(outputs: Outputs) -> str:
    """The release pipeline exists, and the team's other accounts may read the model group."""
    _pipelines(outputs["TrainingPipeline"])
    group = outputs["ModelGroup"]
    policy = aws_reader.client("sagemaker", SPOKE).get_model_package_group_policy(ModelPackageGroupName=group)
    for environment in ("pre-production", "production"):
        account = aws_reader.accounts()[SPOKE.replace("development", environment)]
        require(account in policy["ResourcePolicy"], f"the {environment} account cannot read {group}")
    return f"pipeline {outputs['TrainingPipeline']}, model group {group}"


def check_inference(outputs: Outputs) -> str:
    """The approved model version is deployed to an endpoint in service."""
    endpoint = aws_reader.client("sagemaker", SPOKE).describe_endpoint(EndpointName=outputs["EndpointName"])
    require(endpoint["EndpointStatus"] == "InService", f"the endpoint is {endpoint['EndpointStatus']}")
    return f"endpoint {endpoint['EndpointName']} {endpoint['EndpointStatus']} with version {outputs['ModelVersion']}"


def check_deployment(outputs: Outputs) -> str:
    """The pipeline to production has a manual approval."""
    [stages] = _pipelines(outputs["DeploymentPipeline"])
    actions = [(stage["name"], action["actionTypeId"]["provider"]) for stage in stages for action in stage["actions"]]
    approvals = [stage for stage, provider in actions if provider == "Manual"]
    require(approvals, f"{outputs['DeploymentPipeline']} has no manual approval")
    return f"pipeline {outputs['DeploymentPipeline']} waits for a person in {', '.join(approvals)}"


def check_monitoring(outputs: Outputs) -> str:
    """Monitors are scheduled, and alarms notify the topic."""
    pages = aws_reader.client("cloudwatch", SPOKE).get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"] if outputs["Topic"] in alarm["AlarmActions"]]
    schedules = aws_reader.client("sagemaker", SPOKE).list_monitoring_schedules()["MonitoringScheduleSummaries"]
    monitors = [schedule for schedule in schedules if schedule["MonitoringScheduleStatus"] == "Scheduled"]
    names = [monitor["MonitoringScheduleName"] for monitor in monitors]
    require(len(alarms) >= 11, f"{len(alarms)} alarms notify {outputs['Topic']}")
    require(len(monitors) == 4, f"scheduled monitors: {names}")
    return f"{len(monitors)} monitors of {monitors[0]['EndpointName']}, {len(alarms)} alarms"


def check_cluster(outputs: Outputs) -> str:
    """The cluster waits for work, and terminates when it is idle."""
    emr, cluster = aws_reader.client("emr", SPOKE), outputs["ClusterOrApplicationId"]
    state = emr.describe_cluster(ClusterId=cluster)["Cluster"]["Status"]["State"]
    policy = emr.get_auto_termination_policy(ClusterId=cluster)["AutoTerminationPolicy"]
    require(state == "WAITING", f"the cluster is {state}")
    return f"cluster {cluster} {state}, ends after {policy['IdleTimeout'] // 60} idle minutes"


def check_project(outputs: Outputs) -> str:
    """The developer can clone the project's repository, and both its pipelines exist."""
    _pipelines(outputs["TrainingPipeline"], outputs["InferencePipeline"])
    files = _clone(outputs["RepositoryUrl"])
    require({"README.md", "buildspec.quality.yml", "src"} <= files, f"the repository contains {sorted(files)}")
    return f"{outputs['Repository']} cloned with {len(files)} files and folders, 2 pipelines"


def _pipelines(*names: str) -> list[list[dict[str, Any]]]:
    """The stages of each pipeline; AWS refuses a name that does not exist."""
    codepipeline = aws_reader.client("codepipeline", SPOKE)
    return [codepipeline.get_pipeline(name=name)["pipeline"]["stages"] for name in names]


def _clone(url: str) -> set[str]:
    """Names at the top of the repository, cloned by the developer's git without the user's own configuration."""
    key = aws_reader.keys(SPOKE, "developer", "alice")["aws_access_key_id"]
    variables = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    with tempfile.TemporaryDirectory() as folder:
        command = ["git", "clone", "--quiet", url.replace("://", f"://{key}:anything@"), folder]
        completed = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        require(completed.returncode == 0, f"git clone {url}: {completed.stderr.strip()}")
        return {path.name for path in Path(folder).iterdir() if path.name != ".git"}


CHECKS: Mapping[str, Callable[[Outputs], str]] = {
    "training-pipeline": check_training,
    "inference-pipeline": check_inference,
    "model-deployment-pipeline": check_deployment,
    "monitoring": check_monitoring,
    "emr-cluster": check_cluster,
    "ml-project": check_project,
}
