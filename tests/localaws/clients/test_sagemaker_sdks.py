"""The SageMaker Python SDKs, unmodified, each in an environment of its own: a pipeline and experiments."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generators.project_templates import LOCK
from scripts.project import environment
from tests.localaws.conftest import ROOT
from tests.localaws.containers import Workshop

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
FOLDER = Path(__file__).parent
NO_TELEMETRY = "SchemaVersion: '1.0'\nSageMaker: {PythonSDK: {Modules: {TelemetryOptOut: true}}}\n"


def run(sdk: str, lock: str, workshop: Workshop, variables: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Run the SDK's program in its own environment; the JSON document of its last line."""
    programs = environment.ensure(ROOT, print, lock)
    (folder / "config.yaml").write_text(NO_TELEMETRY)
    names = {"BUCKET": workshop.bucket, "ROLE": workshop.role, "IMAGE": workshop.image}
    config = {"SAGEMAKER_USER_CONFIG_OVERRIDE": str(folder / "config.yaml")}
    own = {**environment.variables(programs), **variables, **names, **config}
    command = [str(programs / "python"), str(FOLDER / f"{sdk}.py")]
    completed = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return dict(json.loads(completed.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def sdk_2(workshop: Workshop, variables: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    lock = str((FOLDER / "sagemaker_sdk_2.lock").relative_to(ROOT))
    return run("sagemaker_sdk_2", lock, workshop, variables, tmp_path_factory.mktemp("sdk-2"))


@pytest.fixture(scope="module")
def sdk_3(workshop: Workshop, variables: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run("sagemaker_sdk_3", LOCK, workshop, variables, tmp_path_factory.mktemp("sdk-3"))


def check_pipeline(workshop: Workshop, outcome: Mapping[str, Any], author: str) -> None:
    """Of the two executions one ends in a package with the model's archive, one in a refusal."""
    sagemaker = workshop("sagemaker")
    assert len(set(outcome["arns"])) == 1
    assert (outcome["status"], outcome["executions"]) == ("Succeeded", 2)
    assert outcome["refused"] == ["Failed", "fewer rows than 3"]
    tags = sagemaker.list_tags(ResourceArn=outcome["arns"][0])["Tags"]
    assert {"Key": "team", "Value": "risk"} in tags
    package = dict(sagemaker.describe_model_package(ModelPackageName=outcome["package"]))
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["CustomerMetadataProperties"] == {"by": author}
    container = package["InferenceSpecification"]["Containers"][0]
    assert workshop.get(container["ModelDataUrl"].partition(f"{workshop.bucket}/")[2])


def check_run(experiment: Mapping[str, Any]) -> None:
    """A run that is loaded again is the same one."""
    assert experiment["runs"] == ["first"]
    assert experiment["parameters"] == ["again", "depth", "kind"]
    assert experiment["metrics"] == [["loss", 1.0, 12.0, 12]]
    assert experiment["status"] == "Completed"


def test_sdk_2_registers_a_model(workshop: Workshop, sdk_2: dict[str, Any]) -> None:
    """sagemaker 2.257: Pipeline.upsert twice, start and wait; ProcessingStep, TrainingStep, Model.register."""
    check_pipeline(workshop, sdk_2["pipeline"], "sdk 2")


def test_sdk_2_tracks_a_run_with_its_training_job(workshop: Workshop, sdk_2: dict[str, Any]) -> None:
    """sagemaker.experiments: a training job in the context of a run belongs to the run's trial."""
    check_run(sdk_2["experiment"])
    components = workshop("sagemaker").list_trial_components(ExperimentName="churn")["TrialComponentSummaries"]
    assert sum(each["TrialComponentName"].endswith("-aws-training-job") for each in components) == 1


def test_sdk_3_registers_a_model(workshop: Workshop, sdk_3: dict[str, Any]) -> None:
    """sagemaker 3.27 consists of sagemaker-core, -train, -serve and -mlops, which the project templates lock.

    Its driver of training jobs reads resourceconfig.json.
    """
    check_pipeline(workshop, sdk_3["pipeline"], "sdk 3")


def test_sdk_3_tracks_a_run(sdk_3: dict[str, Any]) -> None:
    check_run(sdk_3["experiment"])
