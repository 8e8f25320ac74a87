"""What six products promise, read back from the account in which they were launched: one function for each product.

Every function gets the product's outputs and gives what AWS shows; NotHeld when something is not there.
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


def training(found: Outputs) -> str:
    """A release pipeline, and the group of models that the team's other accounts may read."""
    _pipelines(found["TrainingPipeline"])
    shared = aws_reader.client("sagemaker", SPOKE).get_model_package_group_policy(
        ModelPackageGroupName=found["ModelGroup"]
    )
    for stage in ("pre-production", "production"):
        account = aws_reader.accounts()[SPOKE.replace("development", stage)]
        require(account in shared["ResourcePolicy"], f"{found['ModelGroup']} is not open to the {stage} account")
    return f"pipeline {found['TrainingPipeline']}, model group {found['ModelGroup']}"


def inference(found: Outputs) -> str:
    """The approved version answers behind an endpoint."""
    endpoint = aws_reader.client("sagemaker", SPOKE).describe_endpoint(EndpointName=found["EndpointName"])
    require(endpoint["EndpointStatus"] == "InService", f"the endpoint is {endpoint['EndpointStatus']}")
    return f"endpoint {endpoint['EndpointName']} {endpoint['EndpointStatus']} with version {found['ModelVersion']}"


def deployment(found: Outputs) -> str:
    """A pipeline on the way to production that stops for a person's decision."""
    [stages] = _pipelines(found["DeploymentPipeline"])
    manual = [
        stage["name"] for stage in stages for it in stage["actions"] if it["actionTypeId"]["provider"] == "Manual"
    ]
    require(manual, f"{found['DeploymentPipeline']} asks nobody")
    return f"pipeline {found['DeploymentPipeline']} waits for a person in {', '.join(manual)}"


def monitoring(found: Outputs) -> str:
    """Monitors are scheduled, and alarms tell the topic."""
    pages = aws_reader.client("cloudwatch", SPOKE).get_paginator("describe_alarms").paginate()
    alarms = [it for page in pages for it in page["MetricAlarms"] if found["Topic"] in it["AlarmActions"]]
    kept = aws_reader.client("sagemaker", SPOKE).list_monitoring_schedules()["MonitoringScheduleSummaries"]
    watching = [it for it in kept if it["MonitoringScheduleStatus"] == "Scheduled"]
    require(len(alarms) >= 11, f"{len(alarms)} alarms tell {found['Topic']}")
    require(len(watching) == 4, f"monitors that are scheduled: {[it['MonitoringScheduleName'] for it in watching]}")
    return f"{len(watching)} monitors of {watching[0]['EndpointName']}, {len(alarms)} alarms"


def cluster(found: Outputs) -> str:
    """The cluster waits for work, and ends when it is idle."""
    emr = aws_reader.client("emr", SPOKE)
    state = emr.describe_cluster(ClusterId=found["ClusterOrApplicationId"])["Cluster"]["Status"]["State"]
    idle = emr.get_auto_termination_policy(ClusterId=found["ClusterOrApplicationId"])["AutoTerminationPolicy"]
    require(state == "WAITING", f"the cluster is {state}")
    return f"cluster {found['ClusterOrApplicationId']} {state}, ends after {idle['IdleTimeout'] // 60} idle minutes"


def project(found: Outputs) -> str:
    """The developer's git clones what the project begins with; both its pipelines are there."""
    _pipelines(found["TrainingPipeline"], found["InferencePipeline"])
    files = _cloned(found["RepositoryUrl"])
    require({"README.md", "buildspec.quality.yml", "src"} <= files, f"the repository holds {sorted(files)}")
    return f"{found['Repository']} cloned with {len(files)} files and folders, 2 pipelines"


def _pipelines(*names: str) -> list[list[dict[str, Any]]]:
    """The stages of each pipeline; a name that is none is refused by AWS."""
    seen = aws_reader.client("codepipeline", SPOKE)
    return [seen.get_pipeline(name=name)["pipeline"]["stages"] for name in names]


def _cloned(url: str) -> set[str]:
    """What lies at the top of the repository, as the developer's git gets it, whatever the user configured."""
    key = aws_reader.keys(SPOKE, "developer", "alice")["aws_access_key_id"]
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    with tempfile.TemporaryDirectory() as folder:
        command = ["git", "clone", "--quiet", url.replace("://", f"://{key}:anything@"), folder]
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        require(done.returncode == 0, f"git clone {url}: {done.stderr.strip()}")
        return {it.name for it in Path(folder).iterdir() if it.name != ".git"}


PROMISED: Mapping[str, Callable[[Outputs], str]] = {
    "training-pipeline": training,
    "inference-pipeline": inference,
    "model-deployment-pipeline": deployment,
    "monitoring": monitoring,
    "emr-cluster": cluster,
    "ml-project": project,
}
