"""Every project's pipeline definition: valid for SageMaker, complete, within the platform's controls."""

import copy
import json
import subprocess
from pathlib import Path

import pytest

from generators import project_templates
from generators.rules._template import Template
from generators.rules.job_network_isolation_enabled import JobNetworkIsolationEnabled
from generators.rules.job_traffic_is_encrypted import JobTrafficIsEncrypted
from scripts.project import environment, quality
from tests.projects import definition
from tests.projects.build_variables import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
CASES = [(model_type, tuning) for model_type in project_templates.MODEL_TYPES for tuning in ("0", "1")]
JOBS = ("CheckData", "Prepare", "Evaluate", "CheckBias", "Baseline", "Decide", "Model", "Score", "Refuse")
pytestmark = pytest.mark.projects


@pytest.fixture(scope="session", params=CASES, ids=lambda case: f"{case[0]}{' tuned' * int(case[1])}")
def case(request):
    return request.param


@pytest.fixture(scope="session")
def pipeline_definition(case, tmp_path_factory):
    """The output of `python -m pipelines.definition` in a rendered project."""
    model_type, tuning = case
    programs, folder = environment.ensure(ROOT, print), tmp_path_factory.mktemp("project")
    quality.write(project_templates.render(ROOT, model_type, {"project": "credit-default"}), folder, replace=False)
    variables = environment.variables(programs) | ENVIRONMENT | {"TUNING": tuning}
    command = [str(programs / "python"), "-m", "pipelines.definition"]
    completed = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    return json.loads(completed.stdout)


def _steps(pipeline_definition, step_type=""):
    return [step for step in definition.steps(pipeline_definition["Steps"]) if step_type in ("", step["Type"])]


def test_sagemaker_would_accept_the_definition(pipeline_definition):
    assert definition.problems(pipeline_definition) == []


def test_the_definition_has_the_foundational_steps(case, pipeline_definition):
    names = [step["Name"] for step in _steps(pipeline_definition)]
    assert [name for name in JOBS if name not in names] == []
    models = 2 if case[0] == "model-chain" else 1
    assert len(_steps(pipeline_definition, "Training")) == models - int(case[1])
    assert len(_steps(pipeline_definition, "Tuning")) == int(case[1])
    assert len(_steps(pipeline_definition, "RegisterModel")) == models


def test_the_images_are_the_hubs_by_digest(pipeline_definition):
    images = set()
    for step in _steps(pipeline_definition):
        text = json.dumps(step["Arguments"]) if step["Type"] != "Condition" else ""
        images |= {part.split('"')[0] for part in text.split('Image": "')[1:] + text.split('ImageUri": "')[1:]}
    assert images == {ENVIRONMENT[f"{job}_IMAGE"] for job in ("PROCESSING", "TRAINING", "INFERENCE")}


def test_every_job_uses_the_network_and_the_key(pipeline_definition):
    network = {"Subnets": ENVIRONMENT["SUBNET_IDS"].split(","), "SecurityGroupIds": [ENVIRONMENT["SECURITY_GROUP_IDS"]]}
    for step in _steps(pipeline_definition):
        arguments = step["Arguments"]
        arguments = arguments.get("TrainingJobDefinition", arguments)
        if step["Type"] in ("Processing", "Training", "Tuning", "Model"):
            assert arguments.get("NetworkConfig", arguments)["VpcConfig"] == network, step["Name"]
        if step["Type"] in ("Processing", "Training", "Tuning", "Transform"):
            text = json.dumps(arguments)
            assert f'"VolumeKmsKeyId": "{ENVIRONMENT["DATA_KEY_ARN"]}"' in text, step["Name"]
            assert f'"KmsKeyId": "{ENVIRONMENT["DATA_KEY_ARN"]}"' in text, step["Name"]


@pytest.mark.parametrize("rule", [JobNetworkIsolationEnabled, JobTrafficIsEncrypted], ids=lambda rule: rule.__name__)
def test_the_platforms_rules_find_nothing(pipeline_definition, rule):
    body = {"PipelineDefinition": {"PipelineDefinitionBody": json.dumps(pipeline_definition)}}
    template = Template({"Resources": {"Pipeline": {"Type": "AWS::SageMaker::Pipeline", "Properties": body}}})
    assert [list(rule().evaluate(resource, template)) for resource in template.resources()] == [[]]


def test_nothing_is_registered_as_approved(pipeline_definition):
    [decide] = _steps(pipeline_definition, "Condition")
    inside = [step["Name"] for step in decide["Arguments"]["IfSteps"]]
    for step in _steps(pipeline_definition, "RegisterModel"):
        assert step["Arguments"]["ModelApprovalStatus"] == "PendingManualApproval"
        assert step["Name"] in inside


def test_the_registry_records_the_lineage_of_a_model(pipeline_definition):
    for step in _steps(pipeline_definition, "RegisterModel"):
        metadata = step["Arguments"]["CustomerMetadataProperties"]
        prefixes = {key.split("_")[0] for key in metadata}
        assert {"commit", "features", "hyperparameter", "metric", "data", "training", "inference", "run"} <= prefixes
        assert metadata["commit"] == ENVIRONMENT["CODEBUILD_RESOLVED_SOURCE_VERSION"]
        assert step["Arguments"]["ModelMetrics"]["Bias"]
        assert step["Arguments"]["DriftCheckBaselines"]["ModelDataQuality"]


def _problems_after(pipeline_definition, change):
    changed = copy.deepcopy(pipeline_definition)
    change(changed)
    return definition.problems(changed)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.update(Version="2021-01-01"), "was expected"),
        (lambda content: content["Steps"][0].update(Typ="x"), "'Typ' was unexpected"),
        (lambda content: content["Steps"][0]["Arguments"].update(Network={}), "Unknown parameter in input"),
        (lambda content: content["Steps"][0]["Arguments"].pop("AppSpecification"), "Missing required parameter"),
        (
            lambda content: content["Steps"][0]["Arguments"]["ProcessingResources"]["ClusterConfig"].update(
                InstanceType="ml.x"
            ),
            "fit",
        ),
        (
            lambda content: content["Steps"][1].update(DependsOn=["Nobody"]),
            "Steps.Nobody: there is nothing of this name",
        ),
        (lambda content: content["Parameters"].clear(), "Parameters.InputData: there is nothing of this name"),
        (lambda content: content["Steps"].append(content["Steps"][0]), "two steps have this name"),
    ],
)
def test_an_invalid_definition_is_reported(pipeline_definition, change, message):
    assert any(message in line for line in _problems_after(pipeline_definition, change))
