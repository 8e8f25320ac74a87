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
CASES = [(model_type, tuning) for model_type in project_templates.MODEL_TYPES for tuning in (0, 1)]
JOBS = ("CheckData", "Prepare", "Evaluate", "CheckBias", "Baseline", "Decide", "Model", "Score", "Refuse")
PARAMETERS = (
    "InputData",
    *(f"{job}InstanceType" for job in ("Processing", "Training", "Inference")),
    *(f"{job}TimeoutInSeconds" for job in ("Processing", "Training")),
    "VolumeSizeInGB",
    "MetricThreshold",
    "MaxBias",
)
CONFIG = "src/credit_default/config.py"
pytestmark = pytest.mark.projects


@pytest.fixture(scope="session", params=CASES, ids=lambda case: f"{case[0]}{' tuned' * case[1]}")
def case(request):
    return request.param


@pytest.fixture(scope="session")
def pipeline_definition(case, tmp_path_factory):
    """The definition of a rendered project."""
    model_type, tuning = case
    files = project_templates.render(ROOT, model_type, {"project": "credit-default"})
    if tuning:
        files[CONFIG] = files[CONFIG].replace("CONFIG = ModelConfig(\n", "CONFIG = ModelConfig(\n    tuning=True,\n")
    return _definition(files, tmp_path_factory.mktemp("project"))


def _definition(files, folder):
    """The output of `python -m pipelines.definition` in a project of these files."""
    programs = environment.ensure(ROOT, print)
    quality.write(files, folder, replace=False)
    variables = environment.variables(programs) | ENVIRONMENT
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
    assert len(_steps(pipeline_definition, "Training")) == models - case[1]
    assert len(_steps(pipeline_definition, "Tuning")) == case[1]
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


def test_jobs_on_instances_with_local_storage_have_no_key_for_their_volumes(tmp_path):
    files = project_templates.render(ROOT, "tabular-classification", {"project": "credit-default"})
    parameters = files["pipelines/parameters.py"]
    files["pipelines/parameters.py"] = parameters.replace(
        'INSTANCE_TYPE = "ml.m5.large"', 'INSTANCE_TYPE = "ml.g4dn.xlarge"'
    )
    steps = _steps(_definition(files, tmp_path / "project"))
    jobs = [json.dumps(step["Arguments"]) for step in steps if step["Type"] in ("Processing", "Training", "Transform")]
    assert [job for job in jobs if "VolumeKmsKeyId" in job or '"KmsKeyId"' not in job] == []


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
        assert len(metadata) <= 50
        assert step["Arguments"]["ModelMetrics"]["Bias"]
        assert step["Arguments"]["DriftCheckBaselines"]["ModelDataQuality"]


def test_the_metrics_that_decide_are_collected_by_the_final_training(case, pipeline_definition):
    [final] = _steps(pipeline_definition, "Tuning" if case[1] else "Training")[-1:]
    request = final["Arguments"].get("TrainingJobDefinition", final["Arguments"])
    assert "test" in [channel["ChannelName"] for channel in request["InputDataConfig"]]
    names = [metric["Name"] for metric in request["AlgorithmSpecification"]["MetricDefinitions"]]
    [decide] = _steps(pipeline_definition, "Condition")
    path = decide["Arguments"]["Conditions"][0]["LeftValue"]["Std:JsonGet"]["Path"]
    assert f"test:{path.removeprefix('metrics.')}" in names
    assert len(names) <= 40


def test_a_run_is_a_trial_of_the_models_experiment(pipeline_definition):
    trial = {"Get": "Execution.PipelineExecutionId"}
    experiment = {"ExperimentName": ENVIRONMENT["EXPERIMENT_NAME"], "TrialName": trial}
    assert pipeline_definition["PipelineExperimentConfig"] == experiment


def test_jobs_are_cached_and_retried(pipeline_definition):
    cached = {step["Name"] for step in _steps(pipeline_definition) if step.get("CacheConfig", {}).get("Enabled")}
    assert {"Prepare", "Evaluate", "CheckBias", "Baseline"} <= cached
    assert "CheckData" not in cached
    for step in _steps(pipeline_definition):
        if step["Type"] in ("Processing", "Training", "Tuning", "Transform"):
            types = [name for policy in step["RetryPolicies"] for name in policy["ExceptionType"]]
            assert len(types) == len(set(types)) >= 3
            assert ("SageMaker.JOB_INTERNAL_ERROR" in types) == (step["Type"] != "Tuning")


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_run_may_differ_by_parameters_with_defaults(pipeline_definition, name):
    [parameter] = [parameter for parameter in pipeline_definition["Parameters"] if parameter["Name"] == name]
    assert "DefaultValue" in parameter
    assert json.dumps({"Get": f"Parameters.{name}"}) in json.dumps(pipeline_definition["Steps"])


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
